"""What functions compute from: one plan under its settings, indexed once for all of its cells.

A workbook asks the same plan thousands of times. So the plan is grouped once by each combination
of filters in use and measured once by each period; a cell then costs a few dictionary look-ups,
whatever the number of the plan's rows.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property

import numpy as np

from poi_xl import __version__
from poi_xl.core.accumulation import running
from poi_xl.core.hierarchy import organs_and_above
from poi_xl.core.indicators import Figures, GroupMethod, Measured, decimal, measure
from poi_xl.core.period import Period
from poi_xl.core.plan import By, Column, Floats, Grouping, Plan
from poi_xl.core.problems import Problem, Refusal, problem
from poi_xl.core.settings import Settings, current_quarter
from poi_xl.core.summaries import Report, build_report
from poi_xl.core.text import fold
from poi_xl.functions.records import Failure, Kind
from poi_xl.functions.spoiled import Spoiled, spoiled_cells

FILTERS = (Kind.ORGAN, Kind.ACTIVITY, Kind.BUDGET_ACTIVITY)
_WHAT = {
    Kind.ORGAN: "un órgano",
    Kind.ACTIVITY: "una actividad operativa",
    Kind.BUDGET_ACTIVITY: "una actividad presupuestal (MEF)",
}
_ALL = ("", "*")


@dataclass(frozen=True, slots=True)
class Names:
    """One column of names: how to find a name's group, and the names as the plan writes them."""

    groups: Mapping[str, int]
    labels: tuple[str, ...]
    grouping: Grouping


@dataclass(frozen=True, slots=True)
class Index:
    """The plan's activities by one combination of filters.

    Attributes:
        grouping: a group for each combination of names that has activities.
        groups: the group of each combination, by the codes of its names.
    """

    grouping: Grouping
    groups: Mapping[tuple[int, ...], int]


@dataclass(frozen=True, slots=True)
class Choice:
    """The activities that a formula's filters leave.

    Attributes:
        kinds: the filters in use.
        group: their group in the index of these filters; None when no activity has all the names.
        words: the names, for the user.
    """

    kinds: tuple[Kind, ...]
    group: int | None
    words: str


@dataclass(frozen=True, eq=False)
class Context:
    """A plan under its settings, as it stands until either changes.

    Attributes:
        plan: the plan; None when what was read is none, and then `problems` say why.
        settings: the workbook's settings.
        problems: what reading and checking found.
        version: the product's version.
        failures: why formulas answered with errors, in the order met, each with the sheet and the
            cell of the first such formula where the host knows them.
    """

    plan: Plan | None
    settings: Settings = field(default_factory=Settings)
    problems: tuple[Problem, ...] = ()
    version: str = __version__
    failures: dict[Problem, tuple[str, str]] = field(default_factory=dict, repr=False)
    _indexes: dict[tuple[Kind, ...], Index] = field(default_factory=dict, repr=False)
    _measured: dict[Period, Measured] = field(default_factory=dict, repr=False)
    _figures: dict[tuple[Period, tuple[Kind, ...], GroupMethod], Figures] = field(
        default_factory=dict, repr=False
    )
    _months: dict[tuple[tuple[Kind, ...], bool], tuple[Floats, Floats]] = field(
        default_factory=dict, repr=False
    )
    _reports: dict[Period, Report] = field(default_factory=dict, repr=False)

    @property
    def known_plan(self) -> Plan:
        """The plan.

        Raises:
            Refusal: there is none.
        """
        if self.plan is None:
            raise Refusal(self.problems or (problem("POI-E64"),))
        return self.plan

    @cached_property
    def quarter(self) -> int:
        """The current quarter.

        Raises:
            Refusal: neither settings nor plan tell it.
        """
        return self.settings.quarter or current_quarter(self.known_plan, self.settings)

    def choose(self, *names: str) -> Choice:
        """Return the activities that have all the names given.

        Args:
            *names: one for each of `FILTERS`; empty or ``*`` for all.

        Raises:
            Refusal: no activity has one of the names (POI-E60), or there is no plan.
        """
        wanted = [
            (kind, self._code(kind, name))
            for kind, name in zip(FILTERS, names, strict=True)
            if name.strip() not in _ALL
        ]
        kinds = tuple(kind for kind, _ in wanted)
        group = self._index(kinds).groups.get(tuple(code for _, code in wanted))
        words = ", ".join(f"«{self._column(kind).labels[code]}»" for kind, code in wanted)
        return Choice(kinds, group, words or "la institución")

    def figures(self, period: Period, choice: Choice) -> Figures:
        """Return the indicators of every group of a choice's index in a period.

        A single activity is always its own ratio, whatever the settings' method for groups.
        """
        found = self._by_method(period, choice.kinds, self.settings.method)
        if Kind.ACTIVITY in choice.kinds and choice.group is not None:
            single = found.activities[choice.group] == 1
            return self._by_method(period, choice.kinds, GroupMethod.SUMS) if single else found
        return found

    def months(self, kinds: tuple[Kind, ...], *, to_date: bool) -> tuple[Floats, Floats]:
        """Return planned and executed of every group by month, shape (groups, 12).

        Args:
            kinds: the filters in use.
            to_date: whether each month stands for all from January to it.
        """
        key = kinds, to_date
        if key not in self._months:
            plan, grouping = self.known_plan, self._index(kinds).grouping

            def by_group(months: Floats) -> Floats:
                figures = decimal(running(months, plan.modes)) if to_date else months
                return decimal(grouping.sums(figures))

            self._months[key] = by_group(plan.planned), by_group(plan.executed)
        return self._months[key]

    def error(self, grouping: Grouping, group: int, columns: frozenset[Column]) -> Failure | None:
        """Return the error that a figure of a group is, when a cell it rests on is one.

        Args:
            grouping: the groups.
            group: the figure's group.
            columns: the plan's columns that the figure is computed from.
        """
        found = (each for each in self._spoiled if each.column in columns)
        return next((each.failure for each in found if grouping.holds(group, each.activity)), None)

    def grouping(self, choice: Choice) -> Grouping:
        """Return the groups of a choice's index."""
        return self._index(choice.kinds).grouping

    @cached_property
    def in_soles(self) -> "Context | None":
        """The same plan with money for amounts, which adds up; None where it has no money.

        Raises:
            Refusal: there is no plan.
        """
        plan = self.known_plan.in_soles
        if plan is None:
            return None
        settings = replace(self.settings, quarter=self.quarter, method=GroupMethod.SUMS)
        return Context(plan, settings, self.problems, self.version)

    @cached_property
    def _spoiled(self) -> tuple[Spoiled, ...]:
        return spoiled_cells(self.known_plan, self.problems)

    @cached_property
    def open_months(self) -> tuple[bool, ...]:
        """For each month, whether any activity reported it."""
        blank = np.isnan(self.known_plan.executed)
        return tuple(not blank[:, month].all() for month in range(12))

    def report(self, period: Period) -> Report:
        """Return the report that the summary sheets show."""
        if period not in self._reports:
            # Functions show nothing of the stamp, so its date is none.
            self._reports[period] = build_report(
                self.known_plan,
                self.settings,
                problems=self.problems,
                today=dt.date.min,
                version=self.version,
                period=period,
            )
        return self._reports[period]

    @cached_property
    def _columns(self) -> dict[Kind, Names]:
        plan = self.known_plan
        # Rows are activities for the plan; under one name they are one answer.
        by_name = Grouping(plan.activity, np.arange(len(plan), dtype=np.int64))
        return {
            Kind.ORGAN: _column(organs_and_above(plan, self.settings.hierarchy)),
            Kind.ACTIVITY: _column(by_name),
            Kind.BUDGET_ACTIVITY: _column(plan.grouping(By.BUDGET_ACTIVITY)),
        }

    def _column(self, kind: Kind) -> Names:
        return self._columns[kind]

    def _code(self, kind: Kind, name: str) -> int:
        column = self._column(kind)
        code = column.groups.get(fold(name))
        if code is None:
            near = get_close_matches(fold(name), column.groups, n=1, cutoff=0)
            hint = column.labels[column.groups[near[0]]] if near else "*"
            raise Refusal(problem("POI-E60", value=name, what=_WHAT[kind], near=hint))
        return code

    def _index(self, kinds: tuple[Kind, ...]) -> Index:
        if kinds not in self._indexes:
            self._indexes[kinds] = self._grouped(kinds)
        return self._indexes[kinds]

    def _grouped(self, kinds: tuple[Kind, ...]) -> Index:
        if not kinds:
            return Index(self.known_plan.grouping(By.TOTAL), {(): 0})
        first, *others = (self._column(kind).grouping for kind in kinds)
        # Only the first filter, the organ, may have an activity in several groups.
        codes = np.column_stack([first.codes, *(first.each(each.codes) for each in others)])
        pairs, groups = np.unique(codes, axis=0, return_inverse=True)
        labels = ("",) * len(pairs)
        grouping = Grouping(labels, groups.reshape(-1).astype(np.int64), first.members)
        return Index(grouping, {tuple(map(int, pair)): i for i, pair in enumerate(pairs)})

    def _by_method(self, period: Period, kinds: tuple[Kind, ...], method: GroupMethod) -> Figures:
        key = period, kinds, method
        if key not in self._figures:
            if period not in self._measured:
                self._measured[period] = measure(self.known_plan, period, self.settings.preset)
            self._figures[key] = self._measured[period].over(self._index(kinds).grouping, method)
        return self._figures[key]


def _column(grouping: Grouping) -> Names:
    groups: dict[str, int] = {}
    moved = [groups.setdefault(fold(label), len(groups)) for label in grouping.labels]
    labels = dict(zip(reversed(moved), reversed(grouping.labels), strict=True))
    codes = np.array(moved, dtype=np.int64)[grouping.codes]
    found = tuple(labels[code] for code in range(len(groups)))
    return Names(groups, found, replace(grouping, codes=codes))
