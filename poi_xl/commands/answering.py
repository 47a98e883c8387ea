"""What functions in cells compute from, out of cells that a host lends: no file is opened here."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from poi_xl.core.checks import check
from poi_xl.core.hierarchy import check_hierarchy
from poi_xl.core.plan import Plan
from poi_xl.core.problems import Problem, problem
from poi_xl.core.settings import Settings, current_quarter
from poi_xl.core.text import fold
from poi_xl.functions import Context
from poi_xl.reading.grid import Grid, Merged, locate
from poi_xl.reading.plan import read_plan
from poi_xl.reading.settings import parse_settings

# What problems call the range that a formula gives instead of the workbook's plan.
TABLE_PLACE = "tabla"
# Days of Excel's calendar that can stand in a heading for a month.
_EPOCH = dt.date(1899, 12, 30)
_FIRST_DAY, _LAST_DAY = 36_526.0, 73_050.0


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one sheet as a host reads them.

    Attributes:
        sheet: the sheet's name.
        rows: values from A1; blanks are empty texts, errors `reading.cells.CellError`.
        merged: first and last cell of each merged range, from 0.
    """

    sheet: str
    rows: Grid
    merged: Sequence[Merged] = ()


def settings_of(cells: Cells | None) -> tuple[Settings, tuple[Problem, ...]]:
    """Return the settings that a sheet holds; the defaults without one."""
    return parse_settings(cells.rows, cells.sheet) if cells else (Settings(), ())


def context_of(
    pointed: Iterable[Cells],
    others: Callable[[], Iterable[Cells]],
    settings: Settings,
    problems: Iterable[Problem] = (),
) -> Context:
    """Return what the workbook's functions compute from.

    Args:
        pointed: the sheets that settings and the name POI_DATOS point at, in this order; the first
            one with a plan, even a faulty one, counts.
        others: lends every sheet that is not ours, where none of those has a plan.
        settings: the workbook's settings.
        problems: what was found wrong with the settings.
    """
    known = list(problems)
    for cells in chain(pointed, _only_plan(others, known)):
        plan, found = _read(cells)
        if plan is not None or found:
            wrong = _wrong_name(settings, cells.sheet)
            return _context(plan, settings, (*known, *wrong, *found))
    return _context(None, settings, tuple(known))


def _only_plan(others: Callable[[], Iterable[Cells]], problems: list[Problem]) -> Iterator[Cells]:
    """The only sheet with a plan; with several, nobody says which counts, and none does."""
    sheets = list(others())
    plans = [cells for cells in sheets if _has_plan(cells)]
    if len(plans) > 1:
        problems.append(problem("POI-E65", sheets=_names(plans)))
        return
    yield from plans or sheets
    problems.append(problem("POI-E20", sheets=_names(sheets) or "no hay otras hojas"))


def _names(sheets: Iterable[Cells]) -> str:
    return ", ".join(f"«{cells.sheet}»" for cells in sheets)


def table_context(rows: Grid, settings: Settings) -> Context:
    """Return what a function computes from when its formula gives the plan's range.

    Addresses in its problems count from the range's first cell.
    """
    plan, found = _read(Cells(TABLE_PLACE, rows))
    return _context(plan, settings, found or (() if plan else (problem("POI-E64"),)))


def _context(plan: Plan | None, settings: Settings, problems: tuple[Problem, ...]) -> Context:
    if plan is None:
        return Context(None, settings, problems)
    found = check(plan, current_quarter(plan, settings))
    organs = check_hierarchy(plan, settings.hierarchy)
    return Context(plan, settings, (*problems, *found, *organs))


def _has_plan(cells: Cells) -> bool:
    table = locate(with_month_dates(cells.rows, cells.merged), cells.merged)
    return table is not None and table.complete


def _read(cells: Cells) -> tuple[Plan | None, tuple[Problem, ...]]:
    rows = with_month_dates(cells.rows, cells.merged)
    return read_plan(rows, cells.merged, cells.sheet)


def _wrong_name(settings: Settings, used: str) -> tuple[Problem, ...]:
    wanted = settings.plan_sheet
    if not wanted or fold(wanted) == fold(used):
        return ()
    return (problem("POI-N21", used, wanted=wanted, used=used),)


def with_month_dates(rows: Grid, merged: Sequence[Merged] = ()) -> Grid:
    """Return the grid with months that stand as dates in the heading turned into dates.

    Excel keeps a month typed as «ene-21» as a date, and its `Value2` as a bare number. Figures are
    left alone: only where no heading is found without it, and only in the heading.
    """
    table = locate(rows, merged)
    if (table and table.complete) or not any(map(_is_month, chain.from_iterable(rows))):
        return rows
    dated = [[_dated(cell) for cell in row] for row in rows]
    table = locate(dated, merged)
    if table is None or not table.complete:
        return rows
    return [*dated[: table.bottom + 1], *rows[table.bottom + 1 :]]


def _is_month(cell: Any) -> bool:
    # Asking a range about a float would go through all its days.
    is_day = cell.__class__ is float and _FIRST_DAY <= cell <= _LAST_DAY and cell.is_integer()
    return is_day and _date(cell).day == 1


def _dated(cell: Any) -> Any:
    return _date(cell) if _is_month(cell) else cell


def _date(serial: float) -> dt.date:
    return _EPOCH + dt.timedelta(days=int(serial))
