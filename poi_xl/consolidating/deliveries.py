"""Deliveries: what is known of each file, and which counts where a plan was delivered twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

from poi_xl.core.period import ROMAN, Period
from poi_xl.core.problems import Problem, problem
from poi_xl.core.text import fold


class State(StrEnum):
    """What became of a file; the value is the word in the table of files."""

    CURRENT = "vigente"
    EARLIER = "anterior"  # an earlier quarter of the same year: kept beside the current one
    REPLACED = "reemplazada"
    COPY = "copia"
    UNREADABLE = "ilegible"

    @property
    def is_kept(self) -> bool:
        """Whether its records are in the data sets."""
        return self not in (State.REPLACED, State.COPY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A file that was read, and what tells it from the others.

    Attributes:
        place: its path or address.
        name: its name without the folder.
        digest: fingerprint of its bytes.
        key: fingerprint of what its records depend on; names them in the data sets.
        product: version of poi_xl that read it.
        layout: ``libro`` or ``ceplan``; empty when it could not be read.
        identification: whose plan it says that it is; may be empty.
        year: of its plan; 0 when it does not say.
        quarter: its current quarter; 0 when it could not be read.
        version: the number its title gives this version of the plan; 0 when it gives none.
        months: months (1-12) that it has executed amounts of, or columns for them.
        last_month: the last one with any executed amount; 0 when there is none.
        plan: digest of its plan.
        preset: its traffic light.
        method: its group method.
        activities, errors, warnings, notes: how many it has.
        entity: the name under which it is consolidated.
        state: what became of it.
    """

    place: str
    name: str
    digest: str
    key: str
    product: str
    layout: str = ""
    identification: str = ""
    year: int = 0
    quarter: int = 0
    version: int = 0
    months: tuple[int, ...] = ()
    last_month: int = 0
    plan: str = ""
    preset: str = ""
    method: str = ""
    activities: int = 0
    errors: int = 0
    warnings: int = 0
    notes: int = 0
    entity: str = ""
    state: State = State.UNREADABLE

    @property
    def is_readable(self) -> bool:
        """Whether it holds a plan."""
        return bool(self.layout)

    def covers(self, period: Period) -> bool:
        """Whether it has executed columns for every month of a period."""
        return set(range(period.first, period.last + 1)) <= set(self.months)


def settle(deliveries: Iterable[Delivery]) -> tuple[tuple[Delivery, ...], tuple[Problem, ...]]:
    """Say what becomes of each delivery, whatever their order.

    One counts for each entity, year and quarter: the one with the highest version of the plan, then
    the one with the latest executed month; where these say nothing, the plan's digest decides, and
    among copies of one plan the place, so that the answer is always the same; it is told.

    Returns:
        The deliveries with their states, by place; what there is to tell about them.
    """
    settled: list[Delivery] = []
    problems: list[Problem] = []
    ordered = sorted(deliveries, key=_plan_order)
    for _, same_year in groupby(ordered, key=lambda each: (each.entity, each.year)):
        years = list(same_year)
        quarters = [list(same) for _, same in groupby(years, key=lambda each: each.quarter)]
        for rest in quarters:
            if not rest[0].is_readable:
                settled += rest
                continue
            state = State.CURRENT if rest is quarters[-1] else State.EARLIER
            settled.append(replace(rest[0], state=state))
            for other in rest[1:]:
                settled.append(_beside(rest[0], other))
                problems.append(_told(rest[0], other))
    return tuple(sorted(settled, key=lambda each: each.place)), tuple(problems)


def _plan_order(each: Delivery) -> tuple[object, ...]:
    return (
        *(fold(each.entity), each.entity, each.year, each.quarter),
        *(-each.version, -each.last_month, each.plan, each.place, each.key),
    )


def _beside(kept: Delivery, other: Delivery) -> Delivery:
    return replace(other, state=State.COPY if other.plan == kept.plan else State.REPLACED)


def _told(kept: Delivery, other: Delivery) -> Problem:
    if other.plan == kept.plan:
        code = "POI-N200"
    else:
        tied = (other.version, other.last_month) == (kept.version, kept.last_month)
        code = "POI-A204" if tied else "POI-A200"
    year = f" {other.year}" if other.year else ""
    when = f"{ROMAN[other.quarter - 1]} TRIM{year}"
    return problem(code, other.place, entity=other.entity, when=when, kept=kept.place)


def for_period(deliveries: Sequence[Delivery], period: Period) -> Delivery:
    """Return the delivery of an entity's year that counts for a period.

    Args:
        deliveries: all that are kept of one entity and year; at least one.
        period: the months asked about.

    Returns:
        The latest one that has executed columns for all those months, else the latest one.
    """
    latest_first = sorted(deliveries, key=lambda each: each.quarter, reverse=True)
    return next((each for each in latest_first if each.covers(period)), latest_first[0])
