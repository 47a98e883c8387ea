"""`restaurar`: the dated copies of a workbook, and putting one back."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from poi_xl.core.problems import Refusal, problem
from poi_xl.package.saving import Backup, backups, check_free, temporary_beside
from poi_xl.package.saving import restore as put_back


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, and where what it replaced is kept."""

    path: Path
    chosen: Backup
    backup: Path | None


def list_backups(path: Path) -> list[Backup]:
    """Return the copies kept of a workbook, newest first.

    Raises:
        Refusal: there is none (POI-E17).
    """
    kept = backups(path)
    if not kept:
        raise Refusal(problem("POI-E17", file=path.name, detail=""))
    return kept


def restore(path: Path, number: int, now: dt.datetime) -> Restored:
    """Put one copy back; what it replaces is itself kept as a copy.

    Args:
        path: the workbook.
        number: the copy's place in `list_backups`, 1 for the newest.
        now: date and time of the new copy.

    Raises:
        Refusal: no such copy, or the workbook is open or read-only.
    """
    kept = list_backups(path)
    if not 1 <= number <= len(kept):
        detail = f" con el número {number}; hay {len(kept)}"
        raise Refusal(problem("POI-E17", file=path.name, detail=detail))
    if path.exists():
        check_free(path)
    chosen = kept[number - 1]
    return Restored(path, chosen, put_back(path, chosen, now))


@contextmanager
def beside(path: Path, chosen: Backup) -> Iterator[Path]:
    """Put a copy beside the workbook, under a name of its own; it goes again if what follows fails.

    Args:
        path: the workbook, which stays as it is.
        chosen: one of its copies.

    Raises:
        Refusal: the copy is gone, or cannot be written there.
    """
    if not chosen.path.is_file():
        raise Refusal(problem("POI-E17", file=path.name, detail=f" de {chosen.when}"))
    made = _free(path, f"{path.stem} ({chosen.when:%Y-%m-%d %H-%M-%S})")
    with temporary_beside(made) as fresh:
        fresh.write_bytes(chosen.path.read_bytes())
        fresh.rename(made)
    try:
        yield made
    except BaseException:
        with suppress(OSError):
            made.unlink()
        raise


def _free(path: Path, stem: str) -> Path:
    names = (stem if number == 1 else f"{stem} {number}" for number in count(1))
    places = (path.with_name(f"{name}{path.suffix}") for name in names)
    return next(place for place in places if not place.exists())
