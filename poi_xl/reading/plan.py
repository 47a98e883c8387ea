"""From a sheet's cells to the plan: its table found, rows sorted out, figures understood."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from poi_xl.core.accumulation import Accumulation, parse_accumulation
from poi_xl.core.period import MONTHS
from poi_xl.core.plan import SOLES, Column, Floats, Layout, Plan, Soles, Stated
from poi_xl.core.problems import Problem, problem
from poi_xl.core.text import a1, column_letters
from poi_xl.reading.aside import is_sum
from poi_xl.reading.body import Body, read_body, sort_body
from poi_xl.reading.cells import CellError, Unset
from poi_xl.reading.figures import Figures
from poi_xl.reading.grid import Grid, Merged, Table, locate
from poi_xl.reading.headings import named_quarter, plain
from poi_xl.reading.rows import Rows, as_text, is_total_of, without_summaries

_HEADINGS: Mapping[Column, str] = {
    ("activity", 0): "la columna ACTIVIDAD OPERATIVA",
    ("target", 0): "la columna META",
}
# Not the 2020 of «RESOLUCIÓN 001-2020» nor of a date.
_YEAR = re.compile(r"(?<![\d/])(?<!\d-)(20\d\d)(?!\d)")
_TITLE = re.compile(r"\b(plan operativo|poi)\b")


@dataclass(frozen=True, slots=True)
class Heading:
    """What the lines above the table say."""

    title: str = ""
    year: int | None = None
    quarter: int | None = None
    lines: frozenset[str] = frozenset()


def read_plan(
    rows: Grid, merged: Sequence[Merged] = (), sheet: str = ""
) -> tuple[Plan | None, tuple[Problem, ...]]:
    """Return the plan that a sheet holds and what is wrong with its cells.

    Args:
        rows: the sheet's cells from A1.
        merged: its merged ranges.
        sheet: its name, for the problems.

    Returns:
        No plan and no problem when the sheet holds no table; no plan and what is wrong when columns
        are missing (POI-E21) or no row names an activity (POI-E28).

    Example:
        >>> header = ["ACTIVIDAD", "META", *[f"PROG {month}" for month in MONTHS], "EJEC ENE"]
        >>> plan, problems = read_plan([header, ["Atender", 3.0, *[0.25] * 12, "3"]], sheet="POI")
        >>> float(plan.executed[0, 0]), [each.code for each in problems]
        (3.0, ['POI-A22', 'POI-A20'])
    """
    rows = _rectangular(rows)
    table = locate(rows, merged)
    if table is None:
        return None, ()
    if not table.complete:
        return None, (missing_columns(table, sheet),)
    body = read_body(rows, merged, table)
    heading = read_heading(rows[: table.top])
    sorted_rows = sort_body(body, table, heading.lines)
    figures = np.column_stack([each.values for each in body.figures])
    sorted_rows = without_summaries(sorted_rows, body.texts, figures)
    plan = _plan(body, table, heading, sorted_rows, sheet)
    problems = (
        *_header_problems(table, sheet),
        *_organ_problems(plan, table),
        *_figure_problems(body, table, sorted_rows, sheet),
        *_text_problems(body, sorted_rows, sheet),
        *_mode_problems(body, table, sorted_rows, sheet),
        *_aside_problems(body, table, sorted_rows, figures, sheet),
    )
    if not sorted_rows.activities:
        place = a1(body.first + 1, table.columns["activity", 0] + 1)
        return None, (problem("POI-E28", sheet, place), *problems)
    return plan, problems


def _rectangular(rows: Grid) -> Grid:
    widths = set(map(len, rows))
    if len(widths) <= 1:
        return rows
    return [[*row, *[""] * (max(widths) - len(row))] for row in rows]


def missing_columns(table: Table, sheet: str) -> Problem:
    """Return the problem that names every needed column which a table lacks."""
    missing = [name for column, name in _HEADINGS.items() if column not in table.columns]
    months = [m for i, m in enumerate(MONTHS, 1) if ("planned", i) not in table.columns]
    if months:
        which = "los meses" if len(months) > 1 else "el mes"
        missing.append(f"{which} {', '.join(months)} bajo PROGRAMADO")
    if not table.executed_months:
        missing.append("los meses bajo EJECUTADO")
    cell = a1(table.bottom + 1, min(table.columns.values()) + 1)
    return problem("POI-E21", sheet, cell, what=_listed(missing))


def _listed(items: Sequence[str]) -> str:
    return " y ".join(filter(None, ("; ".join(items[:-1]), items[-1])))


def read_heading(lines: Grid) -> Heading:
    """Return the title, year and quarter that the lines above a table say.

    Example:
        >>> found = read_heading([["", "POI 2021"], ["Avance al 1º trimestre", ""]])
        >>> found.title, found.year, found.quarter
        ('POI 2021', 2021, 1)
    """
    texts = [
        as_text(cell) for row in lines for cell in row if isinstance(cell, str) and cell.strip()
    ]
    titles = [text for text in texts if _TITLE.search(plain(text))]
    # The title's own year and quarter come before those of any other line.
    ordered = titles + [text for text in texts if text not in titles]
    years = (int(match[1]) for text in ordered if (match := _YEAR.search(text)))
    quarters = (found for text in ordered if (found := named_quarter(text)))
    title = next(iter(ordered), "")
    return Heading(title, next(years, None), next(quarters, None), frozenset(map(plain, texts)))


def _plan(body: Body, table: Table, heading: Heading, rows: Rows, sheet: str) -> Plan:
    texts, index = body.texts, np.array(rows.activities, dtype=np.int64)
    by_column = dict(zip(body.columns, body.figures, strict=True))

    def picked(column: Column) -> Floats:
        found = by_column.get(column)
        return np.full(len(index), np.nan) if found is None else found.values[index]

    def twelve(kind: str) -> Floats:
        return np.column_stack([picked((kind, month)) for month in range(1, 13)])

    def named(names: Sequence[str]) -> tuple[str, ...]:
        return tuple(map(names.__getitem__, rows.activities))

    quarters = {column: picked(column) for column in by_column if column[0].startswith("quarter")}
    return Plan(
        tuple(rows.organs),
        named(texts.activity),
        named(texts.budget_activity),
        named(texts.measure_unit),
        picked(("target", 0)),
        twelve("planned"),
        twelve("executed"),
        executed_months=table.executed_months,
        code=named(texts.code) if ("code", 0) in table.columns else (),
        accumulation=_accumulation(body, rows),
        soles=Soles(twelve("soles_planned"), twelve("soles_executed"))
        if any(kind.startswith(SOLES) for kind, _ in by_column)
        else None,
        year=heading.year,
        title_quarter=heading.quarter,
        title=heading.title,
        layout=Layout(
            sheet,
            tuple((index + (body.first + 1)).tolist()),
            {column: place + 1 for column, place in table.columns.items()},
        ),
        stated=Stated(quarters, _totals(body, rows.total)),
    )


def _accumulation(body: Body, rows: Rows) -> tuple[Accumulation, ...]:
    """How the months of each activity accumulate; nothing when all are summed."""
    if not body.accumulation:
        return ()
    found = [parse_accumulation(body.accumulation[row]) for row in rows.activities]
    modes = tuple(mode or Accumulation.SUM for mode in found)
    return () if set(modes) <= {Accumulation.SUM} else modes


def _totals(body: Body, row: int | None) -> dict[Column, tuple[int, float]]:
    if row is None:
        return {}
    amounts = {c: float(f.values[row]) for c, f in zip(body.columns, body.figures, strict=True)}
    return {c: (body.first + row + 1, x) for c, x in amounts.items() if not np.isnan(x)}


def _header_problems(table: Table, sheet: str) -> Iterator[Problem]:
    for double in table.doubles:
        row, column = double.cell
        used = column_letters(double.used + 1)
        yield problem("POI-A23", sheet, a1(row + 1, column + 1), label=double.label, used=used)


def _organ_problems(plan: Plan, table: Table) -> Iterator[Problem]:
    """Activities without organ; said once when the table has no such column."""
    sheet = plan.layout.sheet
    if ("organ", 0) not in table.columns:
        yield problem("POI-A22", sheet, a1(table.bottom + 1, table.columns["activity", 0] + 1))
        return
    for index, organ in enumerate(plan.organ):
        if not organ:
            yield problem("POI-A22", sheet, plan.layout.cell(index, ("organ", 0)))


def _figure_problems(body: Body, table: Table, rows: Rows, sheet: str) -> Iterator[Problem]:
    wanted = {*rows.activities} if rows.total is None else {*rows.activities, rows.total}
    unset: list[tuple[int, int]] = []
    first_figure: dict[int, int] = {}
    for column, figures in zip(body.columns, body.figures, strict=True):
        place = table.columns[column] + 1
        unset += [(row, place) for row in figures.unset if row in wanted]
        yield from column_problems(figures, place, body.first + 1, wanted, rows.total, sheet)
        for row in rows.orphans:
            if figures.values[row] == figures.values[row] or _is_marked(figures, row):
                first_figure[row] = min(place, first_figure.get(row, place))
    if unset:
        row, place = min(unset)
        yield problem("POI-E25", sheet, a1(body.first + 1 + row, place), count=len(unset))
    for row, place in first_figure.items():
        yield problem("POI-E26", sheet, a1(body.first + 1 + row, place))


def _is_marked(figures: Figures, row: int) -> bool:
    return row in figures.errors or row in figures.unset or row in figures.unclear


def column_problems(
    figures: Figures, place: int, first: int, wanted: set[int], total: int | None, sheet: str
) -> Iterator[Problem]:
    """Yield what is wrong with one column of figures.

    Args:
        figures: the column.
        place: the sheet's column, from 1.
        first: the sheet's row of its first cell, from 1.
        wanted: the rows that matter, from 0.
        total: which of them is the TOTAL, if any.
        sheet: the sheet's name.
    """
    as_text_rows = [row for row in figures.as_text if row in wanted]
    if as_text_rows:
        cell, letters = a1(first + as_text_rows[0], place), column_letters(place)
        yield problem("POI-A20", sheet, cell, count=len(as_text_rows), column=letters)
    kinds = (
        ("POI-E22", figures.no_number),
        ("POI-E24", figures.errors),
        ("POI-E27", figures.unclear),
    )
    for code, found in kinds:
        for row, value in found.items():
            # A TOTAL may say anything where it has no sum; an error in it still matters.
            if row in wanted and (row != total or code != "POI-E22"):
                yield problem(code, sheet, a1(first + row, place), value=value)


def _text_problems(body: Body, rows: Rows, sheet: str) -> Iterator[Problem]:
    """Names of activities that a formula failed to give."""
    wanted = {body.first + row for row in rows.activities}
    failed = [each for each in body.failed if each[0] in wanted]
    for row, place, cell in failed:
        if isinstance(cell, CellError):
            yield problem("POI-E24", sheet, a1(row + 1, place + 1), value=cell)
    unset = [(row, place) for row, place, cell in failed if isinstance(cell, Unset)]
    if unset:
        row, place = min(unset)
        yield problem("POI-E25", sheet, a1(row + 1, place + 1), count=len(unset))


def _mode_problems(body: Body, table: Table, rows: Rows, sheet: str) -> Iterator[Problem]:
    """Words that name no mode of accumulation."""
    if not body.accumulation:
        return
    place = table.columns["accumulation", 0]
    failed = {row for row, column, _ in body.failed if column == place}
    for row in rows.activities:
        word = body.accumulation[row]
        if parse_accumulation(word) is None and body.first + row not in failed:
            yield problem("POI-E160", sheet, a1(body.first + row + 1, place + 1), value=word)


def _aside_problems(
    body: Body, table: Table, rows: Rows, figures: Floats, sheet: str
) -> Iterator[Problem]:
    """Rows with figures that were left out."""
    texts, first, name = body.texts, body.first + 1, table.columns["activity", 0] + 1
    for row in rows.marked:
        place, mark = texts.marks[row]
        yield problem("POI-A190", sheet, a1(first + row, place + 1), mark=mark)
    if rows.tasks:
        place = table.columns.get(("task", 0), name - 1) + 1
        cell = a1(first + rows.tasks[0], place)
        yield problem("POI-N190", sheet, cell, count=len(rows.tasks))
    sums = [row for row, is_good in rows.summaries.items() if is_good]
    if sums:
        yield problem("POI-N191", sheet, a1(first + sums[0], name), count=len(sums))
    for row in sorted(rows.summaries.keys() - {*sums}):
        yield problem("POI-A194", sheet, a1(first + row, name), label=texts.activity[row])
    for row in _doubtful(body, rows, figures):
        yield problem("POI-A191", sheet, a1(first + row, name), label=texts.activity[row])


def _doubtful(body: Body, rows: Rows, figures: Floats) -> Iterator[int]:
    """Rows called total of something that are no sum: perhaps activities of that name."""
    named = [row for row in rows.totals if row != rows.total and is_total_of(body.texts, row)]
    yield from (r for r in named if not is_sum(r, figures, rows.activities, rows.totals))
