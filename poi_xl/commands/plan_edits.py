"""Executed figures on their way into the plan's sheet, with every sum there that rests on them.

Whoever reads the file without computing it must see the new sums. What we cannot compute loses its
stored result instead: no reader then shows a number that nobody computed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import isnan
from typing import Final

import numpy as np

from poi_xl.commands.cell_answers import fresh_results
from poi_xl.commands.load import Loaded
from poi_xl.core.accumulation import accumulated
from poi_xl.core.indicators import decimal
from poi_xl.core.period import quarter_period
from poi_xl.core.plan import Column, Floats, Plan
from poi_xl.functions import Context
from poi_xl.package.cell_contents import BLANK, NUMBER, Cell, Content, Result, number, read_contents
from poi_xl.package.cell_edits import Edits
from poi_xl.package.parts import Package, Sheet

Figures = Mapping[tuple[int, int], float]  # executed amount by activity and month (1-12)
_SheetEdits = dict[Cell, Content | Result]
_Contents = Mapping[Cell, Content]

_FORMULAS: Final = re.compile(rb"<(?:\w+:)?f[\s>]")


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
    plan, name = loaded.plan, loaded.plan.layout.sheet
    contents = plan_cells(package, plan)
    typed = {_cell(plan, *place): number(value) for place, value in figures.items()}
    typed |= _typed_sums(plan, contents, figures)
    sheets = {s.name: read_contents(package, s) for s in _others(package, name)}
    sheets[name] = {**contents, **typed}
    edits: dict[str, _SheetEdits] = {name: {**typed}}
    for sheet, cell, result in fresh_results(_context(loaded, figures), sheets, {name: typed}):
        edits.setdefault(sheet, {})[cell] = result
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
