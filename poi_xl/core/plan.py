"""The plan: a row an activity, twelve planned and twelve executed months, and where they stand."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from poi_xl.core.accumulation import Accumulation, Modes, modes_of
from poi_xl.core.period import MONTHS
from poi_xl.core.text import a1, fold

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
T = TypeVar("T", bound=np.generic)

# What a column holds, and which month (1-12) or quarter (1-4) of it; 0 where there is only one.
Column = tuple[str, int]
# What columns of money start with.
SOLES = "soles_"
# The columns that there are one of for each month.
MONTHLY = ("planned", "executed", "soles_planned", "soles_executed")
_PHYSICAL = ("target", "planned", "executed", "quarter_planned", "quarter_executed")


class By(StrEnum):
    """What a summary has one row of; the value is the user's word."""

    ORGAN = "organo"
    BUDGET_ACTIVITY = "mef"
    MEASURE_UNIT = "unidad"
    ACTIVITY = "actividad"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Grouping:
    """The activities of a plan sorted into groups, in the plan's own order.

    Attributes:
        labels: name of each group, as first written in the plan.
        codes: shape (members,); the group of each member.
        members: shape (members,); the activities, one of them once for each group that it is in.
            None where each is in one group, in their own order.
    """

    labels: tuple[str, ...]
    codes: Ints
    members: Ints | None = None

    def each(self, figures: npt.NDArray[T]) -> npt.NDArray[T]:
        """Return the figures of each member, from those of each activity."""
        return figures if self.members is None else figures[self.members]

    def repeated(self, times: int, activities: int) -> "Grouping":
        """Return the same groups again and again, for figures that are stacked as often.

        Args:
            times: how often.
            activities: how many activities the plan has.
        """
        members = np.arange(activities, dtype=np.int64) if self.members is None else self.members
        turns = np.repeat(np.arange(times), len(self.codes))
        return Grouping(
            self.labels * times,
            np.tile(self.codes, times) + turns * len(self.labels),
            np.tile(members, times) + turns * activities,
        )

    def holds(self, group: int, activity: int) -> bool:
        """Whether an activity is in a group."""
        if self.members is None:
            return bool(self.codes[activity] == group)
        return bool((self.members[self.codes == group] == activity).any())

    def sums(self, figures: Floats) -> Floats:
        """Return each group's sum, column by column; blanks count as nothing.

        Args:
            figures: shape (activities, columns).
        """
        sums = np.zeros((len(self.labels), figures.shape[1]))
        np.add.at(sums, self.codes, np.nan_to_num(self.each(figures)))
        return sums


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the plan stands in its sheet, so that problems and links can name the cell.

    Attributes:
        sheet: name of the sheet.
        rows: 1-based sheet row of each activity.
        columns: 1-based sheet column of each kind of column.
    """

    sheet: str = ""
    rows: tuple[int, ...] = ()
    columns: Mapping[Column, int] = field(default_factory=dict)

    def cell(self, activity: int, column: Column) -> str:
        """Return the A1 address of an activity's cell; its row's first one if there is no such."""
        if not self.rows:
            return ""
        return a1(
            self.rows[activity], self.columns.get(column, min(self.columns.values(), default=1))
        )


@dataclass(frozen=True, slots=True)
class Stated:
    """Sums that the sheet itself states; nothing is computed from them, they are only checked.

    Attributes:
        quarters: by column ``("quarter_planned", q)`` or ``("quarter_executed", q)``, the amount
            of each activity, NaN where blank.
        totals: by column, the sheet row of the TOTAL cell and its value.
    """

    quarters: Mapping[Column, Floats] = field(default_factory=dict)
    totals: Mapping[Column, tuple[int, float]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Soles:
    """The money of a plan's activities.

    Attributes:
        planned: shape (activities, 12); soles planned in each month, NaN where blank.
        executed: shape (activities, 12); soles spent, NaN where blank or not reported.
    """

    planned: Floats
    executed: Floats


@dataclass(frozen=True, eq=False)
class Plan:
    """A Plan Operativo Institucional of one year.

    Attributes:
        organ: organ or unit responsible for each activity.
        activity: name of each activity.
        budget_activity: its budget activity (MEF); empty texts where the source has none.
        measure_unit: its unit of measure; empty texts where the source has none.
        target: shape (activities,); the year's physical target (META), in the activity's unit; NaN
            where blank.
        planned: shape (activities, 12); planned amount of each month, NaN where blank.
        executed: shape (activities, 12); executed amount, NaN where blank or not reported.
        executed_months: months (1-12) for which the source has an executed column.
        code: key of each activity where the source has one (CEPLAN's AOI), else empty.
        accumulation: how the months of each activity accumulate; empty when all are summed.
        soles: the money, where the source has both what was planned and what was spent.
        year: year the title names, if any.
        title_quarter: quarter the title names, if any.
        title: title line of the plan, if any.
        layout: where each figure stands.
        stated: sums the sheet states.
    """

    organ: tuple[str, ...]
    activity: tuple[str, ...]
    budget_activity: tuple[str, ...]
    measure_unit: tuple[str, ...]
    target: Floats
    planned: Floats
    executed: Floats
    executed_months: frozenset[int] = frozenset(range(1, 13))
    code: tuple[str, ...] = ()
    accumulation: tuple[Accumulation, ...] = ()
    soles: Soles | None = None
    year: int | None = None
    title_quarter: int | None = None
    title: str = ""
    layout: Layout = field(default_factory=Layout)
    stated: Stated = field(default_factory=Stated)

    def __post_init__(self) -> None:
        count = len(self.organ)
        texts = (
            self.activity,
            self.budget_activity,
            self.measure_unit,
            *filter(None, (self.code, self.accumulation)),
        )
        if any(len(column) != count for column in texts):
            raise ValueError("columns of different lengths")
        monthly = [self.planned, self.executed]
        if self.soles:
            monthly += [self.soles.planned, self.soles.executed]
        if self.target.shape != (count,) or any(each.shape != (count, 12) for each in monthly):
            raise ValueError("figures of the wrong shape")

    def __len__(self) -> int:
        return len(self.organ)

    def grouping(self, by: By) -> Grouping:
        """Return the plan's activities grouped; computed once for each kind.

        Names that differ only in accents, case or spaces are one group.
        """
        return self._groupings[by]

    @cached_property
    def _groupings(self) -> Mapping[By, Grouping]:
        count = len(self)
        return {
            By.ORGAN: _group(self.organ),
            By.BUDGET_ACTIVITY: _group(self.budget_activity),
            By.MEASURE_UNIT: _group(self.measure_unit),
            By.ACTIVITY: Grouping(self.activity, np.arange(count, dtype=np.int64)),
            By.TOTAL: Grouping(("TOTAL",), np.zeros(count, dtype=np.int64)),
        }

    @cached_property
    def modes(self) -> Modes:
        """The activities of each mode of accumulation; those that are summed under none."""
        return modes_of(self.accumulation)

    def mode(self, activity: int) -> Accumulation:
        """Return how the months of an activity accumulate."""
        return self.accumulation[activity] if self.accumulation else Accumulation.SUM

    @cached_property
    def last_executed_month(self) -> int:
        """The last month with any executed amount above zero; 0 when there is none."""
        done = np.flatnonzero(np.nansum(self.executed, axis=0) > 0)
        return int(done[-1]) + 1 if done.size else 0

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """One stable text key an activity: its code, else its names and its turn among equals."""
        seen: dict[str, int] = {}
        keys = []
        for index, names in enumerate(zip(self.organ, self.activity, strict=True)):
            code = self.code[index] if self.code else ""
            base = fold(code) or activity_key(*names)
            seen[base] = seen.get(base, 0) + 1
            keys.append(base if seen[base] == 1 else f"{base}|{seen[base]}")
        return tuple(keys)

    @cached_property
    def digest(self) -> str:
        """Twelve hexadecimal digits that change when any figure or name of the plan changes.

        It depends on what the plan says, not on where the sheet puts it.
        """
        texts = (self.organ, self.activity, self.budget_activity, self.measure_unit, self.code)
        hasher = hashlib.blake2b(repr((self.year, texts)).encode(), digest_size=6)
        for figures in (self.target, self.planned, self.executed):
            hasher.update((figures + 0.0).astype("<f8").tobytes())
        if self.modes:
            hasher.update(repr([mode.value for mode in self.accumulation]).encode())
        if self.soles:
            for figures in (self.soles.planned, self.soles.executed):
                hasher.update((figures + 0.0).astype("<f8").tobytes())
        return hasher.hexdigest()

    @cached_property
    def in_soles(self) -> "Plan | None":
        """The same activities with money for amounts, so that it is measured as they are.

        Money has no META, and its months add up whatever those of the activity do.
        """
        if self.soles is None:
            return None
        columns = self.layout.columns.items()
        places = {column: place for column, place in columns if column[0] not in _PHYSICAL}
        money = {(kind.removeprefix(SOLES), n): place for (kind, n), place in places.items()}
        return replace(
            self,
            target=np.full(len(self), np.nan),
            planned=self.soles.planned,
            executed=self.soles.executed,
            executed_months=frozenset(n for kind, n in money if kind == "executed"),
            accumulation=(),
            soles=None,
            layout=replace(self.layout, columns=money),
            stated=Stated(),
        )

    def to_frame(self) -> "pd.DataFrame":
        """Return the plan as a pandas DataFrame, one row an activity, columns in the user's words.

        Example:
            >>> plan = Plan(("A",), ("X",), ("",), ("ACCIONES",), np.array([2.0]),
            ...             np.full((1, 12), 0.0), np.full((1, 12), np.nan))
            >>> plan.to_frame()["meta"].tolist()
            [2.0]
        """
        import pandas as pd  # heavy; most uses of the plan do without it

        frame = {
            "organo": self.organ,
            "actividad": self.activity,
            "mef": self.budget_activity,
            "unidad": self.measure_unit,
            "meta": self.target,
        }
        monthly = {"programado": self.planned, "ejecutado": self.executed}
        if self.soles:
            monthly |= {
                "programado_soles": self.soles.planned,
                "ejecutado_soles": self.soles.executed,
            }
        for name, figures in monthly.items():
            frame |= {f"{name}_{month.lower()}": figures[:, i] for i, month in enumerate(MONTHS)}
        return pd.DataFrame(frame)


def activity_key(organ: str, activity: str) -> str:
    """Return the key under which an activity is recognised by its names."""
    return f"{fold(organ)}|{fold(activity)}"


def _group(names: Sequence[str]) -> Grouping:
    index: dict[str, int] = {}
    labels: list[str] = []
    by_spelling: dict[str, int] = {}
    for name in dict.fromkeys(names):
        key = fold(name)
        if key not in index:
            index[key] = len(labels)
            labels.append(" ".join(name.split()) or "(sin dato)")
        by_spelling[name] = index[key]
    return Grouping(tuple(labels), np.array([by_spelling[name] for name in names], dtype=np.int64))
