"""Executed figures on their way into the plan's sheet, with every sum there that rests on them.

Whoever reads the file without computing it must see the new sums. What we cannot compute loses its
stored result instead: no reader then shows a number that nobody computed.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import isnan
from typing import Final

import numpy as np

from poi_xl.commands import live_results
from poi_xl.commands.load import Loaded
from poi_xl.core.accumulation import accumulated
from poi_xl.core.indicators import decimal
from poi_xl.core.period import quarter_period
from poi_xl.core.plan import Column, Floats, Plan
from poi_xl.core.text import from_a1
from poi_xl.functions import Context, Given
from poi_xl.package.cell_contents import (
    BLANK,
    NUMBER,
    TEXT,
    Cell,
    Content,
    Result,
    number,
    read_contents,
)
from poi_xl.package.cell_edits import Edits
from poi_xl.package.parts import Package, Sheet

Figures = Mapping[tuple[int, int], float]  # executed amount by activity and month (1-12)
_SheetEdits = dict[Cell, Content | Result]
_Contents = Mapping[Cell, Content]

_REF: Final = r"\$?[A-Z]{1,3}\$?\d{1,7}"
_AREA: Final = rf"{_REF}(?::{_REF})?"
_SUM: Final = re.compile(rf"SUM\(({_AREA}(?:,{_AREA})*)\)|({_REF}(?:\+{_REF})*)", re.IGNORECASE)
# References inside one sheet; those to other sheets are for Excel to follow.
_INSIDE: Final = re.compile(rf"(?<![\w!.'$])({_AREA})(?![\w(!])", re.IGNORECASE)
_OURS: Final = re.compile(r"\bPOI_[A-Z_]+\(", re.IGNORECASE)
_FORMULAS: Final = re.compile(rb"<(?:\w+:)?f[\s>]")
_TEXT: Final = re.compile(r'"[^"]*"')


def plan_cells(package: Package, plan: Plan) -> _Contents:
    """Return what the cells of the plan's sheet hold."""
    name = plan.layout.sheet
    return read_contents(package, next(s for s in package.sheets if s.name == name))


def executed_edits(package: Package, loaded: Loaded, figures: Figures) -> Edits:
    """Return the edits that bring executed figures into a workbook.

    Args:
        package: the workbook.
        loaded: what it says.
        figures: the new amounts; each month has a column in the plan's sheet.
    """
    if not figures:
        return {}
    plan, context = loaded.plan, _context(loaded, figures)
    contents = plan_cells(package, plan)
    typed = {_cell(plan, *place): number(value) for place, value in figures.items()}
    typed |= _typed_sums(plan, contents, figures)
    edits: dict[str, _SheetEdits] = {
        plan.layout.sheet: {**typed, **_Sums(contents, context, typed).results()}
    }
    for sheet in _others(package, plan.layout.sheet):
        edits[sheet.name] = {**_Sums(read_contents(package, sheet), context).results()}
    return edits


def _context(loaded: Loaded, figures: Figures) -> Context:
    """Return what our functions compute from once the figures are in the plan."""
    executed = loaded.plan.executed.copy()
    for (activity, month), value in figures.items():
        executed[activity, month - 1] = value
    plan = replace(loaded.plan, executed=executed)
    return Context(plan, loaded.settings, loaded.problems)


def _cell(plan: Plan, activity: int, month: int) -> Cell:
    return plan.layout.rows[activity], plan.layout.columns["executed", month]


def _others(package: Package, plan_sheet: str) -> Iterator[Sheet]:
    """Yield the other sheets whose formulas call our functions: they answer from the plan."""
    for sheet in package.sheets:
        if sheet.kind == "worksheet" and sheet.name != plan_sheet:
            data = package.read(sheet.part)
            if b"POI_" in data and _FORMULAS.search(data):
                yield sheet


# --- sums that people typed -----------------------------------------------------------------------


def _typed_sums(plan: Plan, contents: _Contents, figures: Figures) -> dict[Cell, Content]:
    """Quarter and TOTAL cells without formula that were right, and would no longer be.

    One that did not add up before is somebody's to mend, and stays.
    """
    edits: dict[Cell, Content] = {}
    for cell, before, after in (*_quarters(plan, figures), *_totals(plan, figures)):
        there = contents.get(cell, Content())
        stated = float(there.value) if there.kind == NUMBER else 0.0
        is_typed = not there.is_computed and there.kind in (BLANK, NUMBER)
        if is_typed and _clean(stated) == _clean(before):
            edits[cell] = number(_clean(after))
    return edits


def _quarters(plan: Plan, figures: Figures) -> Iterator[tuple[Cell, float, float]]:
    """Yield the cell of each quarter that changes, its figure before and after."""
    for (activity, quarter), (before, after) in _changes(plan, figures).items():
        column = plan.layout.columns.get(("quarter_executed", quarter))
        if column:
            yield (plan.layout.rows[activity], column), before, after


def _changes(plan: Plan, figures: Figures) -> dict[tuple[int, int], tuple[float, float]]:
    """Each activity's quarter that changes, with its figure before and after."""
    executed = plan.executed.copy()
    for (activity, month), value in figures.items():
        executed[activity, month - 1] = value

    def by_quarter(quarter: int) -> tuple[Floats, Floats]:
        months = quarter_period(quarter).months
        before, after = (accumulated(x[:, months], plan.modes) for x in (plan.executed, executed))
        return before, after

    changed = sorted({(activity, _quarter(month)) for activity, month in figures})
    sums = {quarter: by_quarter(quarter) for _, quarter in changed}
    return {(a, q): (float(sums[q][0][a]), float(sums[q][1][a])) for a, q in changed}


def _totals(plan: Plan, figures: Figures) -> Iterator[tuple[Cell, float, float]]:
    """Yield the TOTAL cell of each column that changes, its sum before and after."""
    added: dict[Column, float] = {}
    for (activity, month), value in figures.items():
        column = "executed", month
        grown = value - _known(plan.executed[activity, month - 1])
        added[column] = added.get(column, 0.0) + grown
    for (_, quarter), (before, after) in _changes(plan, figures).items():
        column = "quarter_executed", quarter
        added[column] = added.get(column, 0.0) + after - before
    for column, (row, _) in plan.stated.totals.items():
        if column in added:
            total = _column_sum(plan, column)
            yield (row, plan.layout.columns[column]), total, total + added[column]


def _quarter(month: int) -> int:
    return (month + 2) // 3


def _column_sum(plan: Plan, column: Column) -> float:
    kind, month = column
    amounts = plan.executed[:, month - 1] if kind == "executed" else plan.stated.quarters[column]
    return float(np.nansum(amounts))


def _known(figure: float) -> float:
    return 0.0 if isnan(figure) else float(figure)


def _clean(amount: float) -> float:
    return float(decimal(np.array(amount)))


# --- formulas -------------------------------------------------------------------------------------


def resting_on(contents: _Contents, cells: Collection[Cell]) -> set[Cell]:
    """Return the formula cells of a sheet that rest on some cells, or on the plan by our functions.

    Args:
        contents: what the sheet holds.
        cells: the cells that get another content.
    """
    formulas = {cell: each.formula for cell, each in contents.items() if each.formula}
    areas = {cell: tuple(areas_of(text)) for cell, text in formulas.items()}
    stale = {cell for cell, text in formulas.items() if _OURS.search(text)}
    fresh = {*cells, *stale}
    while fresh:
        places = _by_column(fresh)
        fresh = {
            cell
            for cell, looked_at in areas.items()
            if cell not in stale and any(_holds_any(area, places) for area in looked_at)
        }
        stale |= fresh
    return stale


@dataclass
class _Sums:
    """The formulas of one sheet that rest, directly or not, on edited cells or on the plan.

    Attributes:
        contents: what the sheet holds.
        context: what our functions compute from.
        typed: what is put into it.
    """

    contents: _Contents
    context: Context
    typed: Mapping[Cell, Content] = field(default_factory=dict)
    _values: dict[Cell, float | None] = field(default_factory=dict)

    def results(self) -> dict[Cell, Result]:
        """Return the new result of each of them; a blank one where only Excel can tell."""
        return {cell: self._result(cell) for cell in self._stale - self.typed.keys()}

    @cached_property
    def _stale(self) -> set[Cell]:
        return resting_on(self.contents, self.typed)

    def _result(self, cell: Cell) -> Result:
        formula = self.contents[cell].formula
        if _OURS.search(formula) and not self.contents[cell].array:
            return live_results.result(self.context, formula, self._given)
        value = self._value(cell)
        return Result() if value is None else Result(NUMBER, number(_clean(value)).value)

    def _given(self, cell: Cell) -> Given:
        """What a cell holds, as an argument of our functions."""
        content = self.typed.get(cell) or self.contents.get(cell, Content())
        if content.kind == TEXT and not (content.formula and cell in self._stale):
            return content.value
        if content.kind == BLANK and not content.formula:
            return None
        value = self._value(cell)
        if value is None or content.kind not in (NUMBER, BLANK):
            raise live_results.UnknownError
        return value

    def _value(self, cell: Cell) -> float | None:
        """The number that a cell holds now, 0 where none; None when only Excel can tell."""
        if cell not in self._values:
            self._values[cell] = None  # a circle has no sum
            self._values[cell] = self._computed(cell)
        return self._values[cell]

    def _computed(self, cell: Cell) -> float | None:
        content = self.typed.get(cell) or self.contents.get(cell, Content())
        if not content.formula or cell not in self._stale:
            return float(content.value) if content.kind == NUMBER else 0.0
        match = _SUM.fullmatch(content.formula)
        if not match or content.array:
            return None
        total = 0.0
        for area in areas_of(content.formula):
            for each in self._cells(area):
                value = self._value(each)
                if value is None:
                    return None
                total += value
        return total

    def _cells(self, area: "_Area") -> Iterator[Cell]:
        top, left, bottom, right = area
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) in self.contents or (row, column) in self.typed:
                    yield row, column


_Area = tuple[int, int, int, int]


def areas_of(formula: str) -> Iterator[_Area]:
    """Yield the ranges of its own sheet that a formula looks at.

    Args:
        formula: in file spelling, without the leading ``=``.

    Example:
        >>> list(areas_of("SUM(A1:C1)+POI!D4+$B$7"))
        [(1, 1, 1, 3), (7, 2, 7, 2)]
    """
    for match in _INSIDE.finditer(_TEXT.sub('""', formula)):
        first, _, last = match[1].partition(":")
        (top, left), (bottom, right) = from_a1(first), from_a1(last or first)
        yield min(top, bottom), min(left, right), max(top, bottom), max(left, right)


def _by_column(cells: Iterable[Cell]) -> dict[int, list[int]]:
    """Return the rows of some cells by column, in order."""
    places: dict[int, list[int]] = {}
    for row, column in sorted(cells):
        places.setdefault(column, []).append(row)
    return places


def _holds_any(area: _Area, places: Mapping[int, list[int]]) -> bool:
    top, left, bottom, right = area
    for column in range(left, right + 1):
        rows = places.get(column, [])
        place = bisect_left(rows, top)
        if place < len(rows) and rows[place] <= bottom:
            return True
    return False
