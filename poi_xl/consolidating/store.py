"""The folder of a consolidation: data sets of Parquet files, and the table of files over them.

    archivos.parquet                                          every file, and what became of it
    actividades/anio=2021/entidad=SAT de Lima/T1-KEY.parquet  one for each delivery
    indicadores/… observaciones/…                             the same
    .trabajo/                                                 what a run has read so far

A file of a data set never changes; its name says what it was made from. The table of files says
which of them count, and replacing it is the one step by which a new consolidation takes the place
of the one before. So a run can be stopped anywhere, and the next one goes on.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path
from typing import Final
from urllib.parse import quote

from poi_xl.consolidating.deliveries import Delivery
from poi_xl.consolidating.entities import NOBODY
from poi_xl.consolidating.tables import (
    OBSERVATIONS,
    TABLES,
    as_parquet,
    deliveries_table,
    delivery_of,
    observations_table,
    read_deliveries,
)
from poi_xl.consolidating.task import Outcome
from poi_xl.core.problems import Problem, Refusal, problem
from poi_xl.package.saving import only_one, writing

MANIFEST: Final = "archivos.parquet"
NAMES: Final = "entidades.csv"
_STAGING: Final = ".trabajo"
_LOCK: Final = "en-uso"
_UNFINISHED: Final = re.compile(r"[^/]+\.(?:parquet|json)\.tmp")
_OURS: Final = frozenset({MANIFEST, NAMES, _STAGING, *TABLES})
# What Windows takes in no name, and what partitions are spelled with.
_SPELLED: Final = '<>:"/\\|?*%='
_OWN: Final = "consolidacion"

# Where the file of a delivery's records in a table is, by table and key.
Index = dict[tuple[str, str], Path]


def is_consolidation(path: Path) -> bool:
    """Whether a folder holds a consolidation."""
    return (path / MANIFEST).is_file()


@contextmanager
def opened(root: Path) -> Iterator["Store"]:
    """Lend the folder of a consolidation to one who changes it; made if it is not there.

    Raises:
        Refusal: it is no folder, or holds something else (POI-E205), another command is at it
            (POI-E215), or the system would not write, now or meanwhile (POI-E16).
    """
    check_ours(root)
    staging = root / _STAGING
    with writing(root):
        staging.mkdir(parents=True, exist_ok=True)
        with only_one(staging / _LOCK) as alone:
            if not alone:
                raise Refusal(problem("POI-E215", root.name))
            yield Store(root)


class Store:
    """The folder of a consolidation."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._staging = root / _STAGING

    # --- what is at hand --------------------------------------------------------------------------

    def known(self) -> dict[str, Delivery]:
        """Return, by place, the deliveries of the last run and those of one that was stopped."""
        manifest = self.root / MANIFEST
        before = read_deliveries(manifest) if manifest.exists() else ()
        return {each.place: each for each in (*before, *self._staged())}

    def _staged(self) -> Iterator[Delivery]:
        for path in _within(self._staging, ".json"):
            with suppress(ValueError, KeyError, TypeError):  # of another version: read anew
                yield delivery_of(json.loads(path.read_bytes()))

    def index(self) -> Index:
        """Return every file of records, those that a run has not put in their place yet too."""
        found: Index = {}
        for path in _within(self._staging, ".parquet"):
            table, _, key = path.stem.partition("-")
            found[table, key] = path
        for table, path in self._data_files():
            found[table, path.stem.rpartition("-")[2]] = path
        return found

    def _data_files(self) -> Iterator[tuple[str, Path]]:
        for table in TABLES:
            for year in _within(self.root / table):
                for entity in _within(year):
                    for path in _within(entity, ".parquet"):
                        yield table, path

    def sweep(self) -> list[str]:
        """Remove the halves of files that a run which was ended left; return their names."""
        folders = [self.root, self._staging]
        for table in TABLES:
            for year in _within(self.root / table):
                folders += _within(year)
        halves = [
            path
            for folder in folders
            for path in _within(folder, ".tmp")
            if _UNFINISHED.fullmatch(path.name)
        ]
        for path in halves:
            path.unlink()
        return [path.name for path in halves]

    # --- keeping what was read --------------------------------------------------------------------

    def stage(self, outcome: Outcome) -> None:
        """Keep the outcome of one file, so that a run which is stopped need not read it again."""
        if outcome.delivery is None:
            return
        for table, data in (outcome.records or {}).items():
            _put(self._staging / f"{table}-{outcome.delivery.key}.parquet", data)
        # Written last: it says that the rest is there.
        name = blake2b(outcome.place.encode(), digest_size=16).hexdigest()
        row = json.dumps(asdict(outcome.delivery), ensure_ascii=False)
        _put(self._staging / f"{name}.json", row.encode())

    def commit(self, deliveries: Sequence[Delivery], problems: Sequence[Problem]) -> None:
        """Make a consolidation of these deliveries the folder's content.

        Args:
            deliveries: every file, settled; the records of those that are kept are at hand.
            problems: what there is to tell about the consolidation itself.
        """
        wanted = self._place_records(deliveries)
        own = own_problems_path(self.root)
        own.parent.mkdir(parents=True, exist_ok=True)
        _put(own, as_parquet(observations_table(problems, "", "")))
        _flush_everything()
        _put(self.root / MANIFEST, as_parquet(deliveries_table(deliveries)))
        _flush_everything()
        self._clean({*wanted, own})

    def _place_records(self, deliveries: Sequence[Delivery]) -> set[Path]:
        index, wanted = self.index(), set[Path]()
        for delivery in deliveries:
            if not delivery.state.is_kept:
                continue
            for table in tables_of(delivery):
                target = records_path(self.root, table, delivery)
                wanted.add(target)
                source = index[table, delivery.key]
                if source == target or target.exists():
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                if source.parent == self._staging:
                    source.replace(target)
                else:  # the entity has another name now; readers may still want the old place
                    _put(target, source.read_bytes())
                index[table, delivery.key] = target
        return wanted

    def _clean(self, wanted: set[Path]) -> None:
        """Remove what no longer counts; what resists waits for the next run, all is written."""
        with suppress(OSError):
            for path in [path for _, path in self._data_files() if path not in wanted]:
                path.unlink()
                for folder in path.parents[:2]:
                    with suppress(OSError):  # not empty
                        folder.rmdir()
            for path in self._staging.iterdir():
                path.unlink()
            self._staging.rmdir()


def records_path(root: Path, table: str, delivery: Delivery) -> Path:
    """Return where a delivery's records in a table stand."""
    folder = root / partition(table, delivery.entity, delivery.year)
    return folder / f"T{delivery.quarter}-{delivery.key}.parquet"


def own_problems_path(root: Path) -> Path:
    """Return where what there is to tell about the consolidation itself stands."""
    return root / partition(OBSERVATIONS, NOBODY, 0) / f"{_OWN}.parquet"


def partition(table: str, entity: str, year: int) -> str:
    """Return the folder of an entity's year in a data set, spelled as Hive and DuckDB read it.

    Example:
        >>> partition("actividades", "Programa 50/50", 2021)
        'actividades/anio=2021/entidad=Programa 50%2F50'
    """
    name = "".join(quote(c, safe="") if c in _SPELLED or c < " " else c for c in entity)
    # Windows drops dots at the end of a name.
    name = f"{name[:-1]}%2E" if name.endswith(".") else name
    return f"{table}/anio={year}/entidad={name}"


def tables_of(delivery: Delivery) -> tuple[str, ...]:
    """Return the tables in which a delivery has records."""
    return TABLES if delivery.is_readable else (OBSERVATIONS,)


def at_hand(delivery: Delivery, index: Mapping[tuple[str, str], Path]) -> bool:
    """Whether the records of a delivery are there."""
    return all((table, delivery.key) in index for table in tables_of(delivery))


def check_ours(root: Path) -> None:
    """Refuse a folder that holds anything but a consolidation.

    Raises:
        Refusal: it does, or is none (POI-E205).
    """
    if root.exists() and not root.is_dir():
        raise Refusal(problem("POI-E205", root.name, found=root.name))
    if not root.exists() or is_consolidation(root) or (root / _STAGING).is_dir():
        return
    others: Iterable[Path] = sorted(each for each in root.iterdir() if each.name not in _OURS)
    for each in others:
        raise Refusal(problem("POI-E205", root.name, found=each.name))


def _within(folder: Path, suffix: str = "") -> list[Path]:
    """Return what is in a folder, if it is there; unlike a pattern, it tells when it may not."""
    try:
        return sorted(path for path in folder.iterdir() if path.name.endswith(suffix))
    except (FileNotFoundError, NotADirectoryError):
        return []


def _put(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    fresh = path.with_name(f"{path.name}.tmp")
    try:
        fresh.write_bytes(data)
        fresh.replace(path)
    except OSError:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise


def _flush_everything() -> None:
    """Wait until all is on the disk, where the system has a call for it: one for all files."""
    if hasattr(os, "sync"):
        os.sync()
