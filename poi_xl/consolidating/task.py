"""The task: the bytes of some files become records. Pure but for reading them: it runs anywhere."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from poi_xl import __version__
from poi_xl.commands.load import Loaded, load_bytes
from poi_xl.consolidating.deliveries import Delivery
from poi_xl.consolidating.sources import Reader, TooLargeError, file_name
from poi_xl.consolidating.tables import (
    ACTIVITIES,
    FORMAT,
    INDICATORS,
    OBSERVATIONS,
    activities_table,
    as_parquet,
    indicators_table,
    observations_table,
)
from poi_xl.core.problems import Problem, Refusal, Severity, problem
from poi_xl.core.settings import plan_year
from poi_xl.core.trafficlight import PRESETS
from poi_xl.package.saving import digest

_VERSION: Final = re.compile(r"(?i)(?:\bv\.?|versi[oó]n|modificado)\s*(\d{1,3})(?!\d)")


@dataclass(frozen=True, slots=True)
class Job:
    """A file to read, unless its bytes still have the digest whose records are at hand."""

    place: str
    known: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file.

    Attributes:
        place: the file.
        delivery: what is known of it; None when it is unchanged.
        records: by table, the bytes of its Parquet file.
    """

    place: str
    delivery: Delivery | None = None
    records: dict[str, bytes] | None = None


def examine(jobs: Sequence[Job]) -> list[Outcome]:
    """Read some files; whatever is wrong with one of them is said in its own outcome."""
    with Reader() as reader:
        return [_examined(reader, job) for job in jobs]


def _examined(reader: Reader, job: Job) -> Outcome:
    name = file_name(job.place)
    try:
        data = reader.read(job.place)
    except TooLargeError:
        return failed(job.place, problem("POI-E202", name))
    except Exception as error:  # noqa: BLE001 - each file system fails in its own way
        return failed(job.place, problem("POI-E200", name, detail=_words(error)))
    seen = digest(data)
    if seen == job.known:
        return Outcome(job.place)
    key = _key(name, seen)
    blank = Delivery(place=job.place, name=name, digest=seen, key=key, product=__version__)
    return _read_as_alone(blank, data)


def _read_as_alone(blank: Delivery, data: bytes) -> Outcome:
    """Return the records of one file, as it says them alone."""
    name = blank.name
    try:
        return _read(blank, load_bytes(Path(name), data))
    except Refusal as refusal:
        return _unreadable(blank, refusal.problems)
    except MemoryError:
        return _unreadable(blank, (problem("POI-E203", name),))
    except Exception as error:  # noqa: BLE001 - one file must never stop the others
        return _unreadable(blank, (problem("POI-E200", name, detail=_words(error)),))


def failed(place: str, why: Problem) -> Outcome:
    """Return the outcome of a file whose bytes could not be had; it is tried again next time."""
    blank = Delivery(
        place=place, name=file_name(place), digest="", key=_key(place, ""), product=__version__
    )
    return _unreadable(blank, (why,))


def is_unchanged(job: Job) -> bool:
    """Whether a file still has the known digest."""
    try:
        with Reader() as reader:
            return bool(job.known) and digest(reader.read(job.place)) == job.known
    except Exception:  # noqa: BLE001 - whatever it is, reading it will say so
        return False


def _key(name: str, seen: str) -> str:
    said = repr((FORMAT, __version__, name, seen))
    return hashlib.blake2b(said.encode(), digest_size=10).hexdigest()


def _read(blank: Delivery, loaded: Loaded) -> Outcome:
    plan, settings = loaded.plan, loaded.settings
    counts = Counter(item.severity for item in loaded.problems)
    reported = np.flatnonzero((~np.isnan(plan.executed)).any(axis=0)) + 1
    said = _VERSION.search(plan.title) or _VERSION.search(blank.name)
    delivery = replace(
        blank,
        layout="ceplan" if loaded.block else "libro",
        # Executing units of different bodies share names; their number tells them apart.
        identification=f"{loaded.unit_id} {settings.institution}".strip(),
        year=plan_year(plan, settings) or 0,
        quarter=loaded.quarter,
        version=int(said[1]) if said else 0,
        months=tuple(reported.tolist()) if loaded.block else tuple(sorted(plan.executed_months)),
        last_month=plan.last_executed_month,
        plan=plan.digest,
        preset=_preset(loaded),
        method=settings.method.value,
        activities=len(plan),
        errors=counts[Severity.ERROR],
        warnings=counts[Severity.WARNING],
        notes=counts[Severity.NOTE],
    )
    return Outcome(
        blank.place,
        delivery,
        {
            ACTIVITIES: as_parquet(activities_table(plan, blank.key)),
            INDICATORS: as_parquet(indicators_table(loaded, blank.key)),
            OBSERVATIONS: as_parquet(observations_table(loaded.problems, blank.name, blank.key)),
        },
    )


def _preset(loaded: Loaded) -> str:
    """The traffic light's name and limits; one of the institution's own is marked as such."""
    preset = loaded.settings.preset
    return preset.description if preset == PRESETS.get(preset.name) else f"{preset.description} *"


def _unreadable(blank: Delivery, problems: Sequence[Problem]) -> Outcome:
    table = observations_table(problems, blank.name, blank.key)
    errors = sum(item.severity is Severity.ERROR for item in problems)
    return Outcome(blank.place, replace(blank, errors=errors), {OBSERVATIONS: as_parquet(table)})


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
