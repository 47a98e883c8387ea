"""`consolidar`: many files become one folder of tables, whatever the order or the interruptions."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from poi_xl import __version__
from poi_xl.commands.ports import Host, SilentHost
from poi_xl.consolidating import require_libraries
from poi_xl.consolidating.deliveries import Delivery, State, settle
from poi_xl.consolidating.entities import named, parse_names
from poi_xl.consolidating.executors import Batch, Executor, Here
from poi_xl.consolidating.sources import Listing, find
from poi_xl.consolidating.store import (
    NAMES,
    Store,
    at_hand,
    check_ours,
    opened,
    records_path,
)
from poi_xl.consolidating.tables import OBSERVATIONS, read_problems
from poi_xl.consolidating.task import Job, is_unchanged
from poi_xl.core.problems import Problem, Refusal, Severity, problem
from poi_xl.package.saving import swept

_BATCH = 8

# Told how many files are read, and of how many.
Tick = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Consolidated:
    """The answer of `consolidar`.

    Attributes:
        root: the folder.
        deliveries: every file, and what became of it.
        problems: what there is to tell about the consolidation; what is wrong inside the files is
            in its table of observations.
        read: how many files were read in this run; the others were at hand.
        others: how many files were passed over for their name.
    """

    root: Path
    deliveries: tuple[Delivery, ...]
    problems: tuple[Problem, ...]
    read: int
    others: int

    @property
    def entities(self) -> int:
        """How many entities have a plan in it."""
        return len({each.entity for each in self.deliveries if each.is_readable})

    def count(self, state: State) -> int:
        """How many files became this."""
        return sum(each.state is state for each in self.deliveries)

    def unreadable(self, most: int) -> list[tuple[str, str, str]]:
        """Return the place of the first files that could not be read, with the code and why."""
        unread = [each for each in self.deliveries if each.state is State.UNREADABLE]
        found = []
        for each in unread[:most]:
            rows = read_problems(records_path(self.root, OBSERVATIONS, each))
            why = next(row for row in rows if row["severidad"] == Severity.ERROR)
            found.append((each.place, why["codigo"], why["mensaje"]))
        return found

    def as_json(self) -> dict[str, Any]:
        """Return the public form of ``consolidar --json``."""
        return {
            "version": __version__,
            "carpeta": str(self.root),
            "archivos": len(self.deliveries),
            "leidos": self.read,
            "entidades": self.entities,
            "anios": sorted({each.year for each in self.deliveries if each.is_readable}),
            "estados": {state.value: self.count(state) for state in State},
            "observaciones": [each.as_json() for each in self.problems],
        }


def consolidate(
    origins: Sequence[str],
    root: Path,
    *,
    executor: Executor | None = None,
    names: Path | None = None,
    host: Host | None = None,
    tick: Tick | None = None,
) -> Consolidated:
    """Read files wherever they are, and keep what they say as tables in a folder.

    Args:
        origins: files, folders, patterns, zip files or fsspec addresses.
        root: the folder; made if it is not there, brought up to date if it is.
        executor: who reads the files; every processor of this machine when None.
        names: the table of names of entities; ``entidades.csv`` in the folder when None.
        host: where progress is shown.
        tick: told of every few files that are read.

    Raises:
        Refusal: an origin is not there, the folder holds something else, the table of names is
            wrong, a library is missing, or the cluster cannot be reached. The folder is then as it
            was, but what has been read need not be read again.
    """
    require_libraries()
    host, executor = host or SilentHost(), executor or Here()
    host.progress("Buscando los archivos")
    root = root.resolve()
    check_ours(root)
    table = _names(names or root / NAMES, required=names is not None)
    listing = find(origins, root.as_posix())
    with opened(root) as store:
        halves = store.sweep()
        deliveries, problems, read = _settled(store, listing, table, executor, tick)
        host.progress("Escribiendo las tablas")
        problems = (*listing.problems, *problems)
        store.commit(deliveries, problems)
    told = (*swept(halves), *problems)
    return Consolidated(root, deliveries, told, read, listing.others)


def _names(path: Path, *, required: bool) -> dict[str, str]:
    if not path.exists() and not required:
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(problem("POI-E212", path.name, line=0)) from error
    return parse_names(text, path.name)


def _settled(
    store: Store, listing: Listing, names: dict[str, str], executor: Executor, tick: Tick | None
) -> tuple[tuple[Delivery, ...], tuple[Problem, ...], int]:
    """Read until the records of every delivery that counts are at hand.

    Once is enough, but where a copy that was passed over before counts now: its records are gone.
    """
    index, known = store.index(), store.known()
    jobs = [Job(place, _digest(known.get(place), index)) for place in listing.places]
    read = 0
    while True:
        fresh = _read(store, jobs, executor, tick)
        read += fresh
        if fresh:
            index, known = store.index(), store.known()
        pairs, told = named([known[place] for place in listing.places], names)
        deliveries, doubles = settle(replace(each, entity=entity) for each, entity in pairs)
        missing = [each for each in deliveries if each.state.is_kept and not at_hand(each, index)]
        if not missing:
            return deliveries, (*told, *doubles), read
        jobs = [Job(each.place) for each in missing]


def _digest(known: Delivery | None, index: Any) -> str:
    """The digest of a file whose records are at hand, or were let go because another counts."""
    if known is None or known.product != __version__:
        return ""
    let_go = not known.state.is_kept
    return known.digest if let_go or at_hand(known, index) else ""


def _read(store: Store, jobs: Sequence[Job], executor: Executor, tick: Tick | None) -> int:
    """Read what is not at hand yet; return how many files that were."""
    pending = [job for job in jobs if not (executor.near and is_unchanged(job))]
    done = read = 0
    for outcomes in executor.run(_batches(pending)):
        for outcome in outcomes:
            store.stage(outcome)
            read += outcome.delivery is not None
        done += len(outcomes)
        if tick:
            tick(done, len(pending))
    return read


def _batches(jobs: Sequence[Job]) -> Iterator[Batch]:
    for start in range(0, len(jobs), _BATCH):
        yield tuple(jobs[start : start + _BATCH])


def has_errors(answer: Consolidated) -> bool:
    """Whether any file could not be read, or has an error, or anything else is one."""
    return any(each.errors for each in answer.deliveries) or any(
        item.severity is Severity.ERROR for item in answer.problems
    )
