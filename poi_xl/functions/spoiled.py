"""Error cells inside the plan: an answer that rests on one is that error, as a sum of Excel's is.

The plan itself leaves such a cell out and says so. That is right for a report, which prints its
observations beside the figures; a figure alone in a cell would be a wrong number.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from poi_xl.core.period import Period
from poi_xl.core.plan import Column, Plan
from poi_xl.core.problems import Problem
from poi_xl.core.text import a1
from poi_xl.functions.records import CellError, Failure

_ERROR_CELL = "POI-E24"
_TARGET: Column = ("target", 0)


@dataclass(frozen=True, slots=True)
class Spoiled:
    """One error cell among the plan's figures.

    Attributes:
        activity: the activity it belongs to.
        column: the column it stands in.
        failure: the answer of whatever rests on it.
    """

    activity: int
    column: Column
    failure: Failure


def spoiled_cells(plan: Plan, problems: Iterable[Problem]) -> tuple[Spoiled, ...]:
    """Return the plan's error cells, as the problems found in reading it tell them."""
    reasons = {item.cell: item for item in problems if item.code == _ERROR_CELL}
    if not reasons:
        return ()
    return tuple(
        Spoiled(activity, column, Failure(_error(reason), reason))
        for activity, row in enumerate(plan.layout.rows)
        for column, place in plan.layout.columns.items()
        if (reason := reasons.get(a1(row, place)))
    )


def _error(reason: Problem) -> CellError:
    """The error that a problem's sentence names."""
    return next((each for each in CellError if each.text in reason.message), CellError.VALUE)


@lru_cache(maxsize=1024)
def columns_of(figure: str, period: Period) -> frozenset[Column]:
    """Return the columns that a figure of `core.indicators.Figures` is computed from.

    Example:
        >>> sorted(columns_of("target_progress", Period(2, 3)))
        [('executed', 1), ('executed', 2), ('executed', 3), ('target', 0)]
    """
    planned, executed = months_of("planned", period), months_of("executed", period)
    return {
        "target": frozenset({_TARGET}),
        "planned": planned,
        "executed": executed,
        "target_progress": months_of("executed", period.to_date) | {_TARGET},
    }.get(figure, planned | executed)


def months_of(kind: str, period: Period) -> frozenset[Column]:
    """Return the columns of a period's months."""
    return frozenset((kind, month) for month in range(period.first, period.last + 1))
