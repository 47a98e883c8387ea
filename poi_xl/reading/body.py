"""The cells below a plan's header: names and figures, column by column, and which row is what."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from poi_xl.core.plan import Column
from poi_xl.reading.aside import marks, may_say
from poi_xl.reading.cells import CellError, Unset
from poi_xl.reading.figures import Figures, split, understand
from poi_xl.reading.grid import Grid, Merged, Table
from poi_xl.reading.rows import Rows, Texts, as_text, fill_merged, sort_rows

_NAME_KINDS = ("organ", "activity", "budget_activity", "measure_unit", "code", "task")
_TEXT_KINDS = (*_NAME_KINDS, "accumulation")
# VAN and VIENEN carry a sum from one printed page to the next.
_SUM = re.compile(r"total|\bsumas?\b|\bvan\b|\bvienen\b")
_SUM_WORDS = ("total", "suma", "van", "vienen")


@dataclass(frozen=True, slots=True)
class Body:
    """The cells below a table's header.

    Attributes:
        first: the sheet's row of the first one, from 0.
        texts: the text columns.
        columns: the figure columns, in the order of the table's.
        figures: the same, understood.
        failed: row, column and value of names that a formula failed to give.
        accumulation: what each row says of how its months accumulate.
    """

    first: int
    texts: Texts
    columns: tuple[Column, ...]
    figures: list[Figures]
    failed: tuple[tuple[int, int, str], ...] = ()
    accumulation: tuple[str, ...] = ()


def read_body(rows: Grid, merged: Sequence[Merged], table: Table) -> Body:
    """Return what stands below a table's header.

    Args:
        rows: the sheet's cells from A1, all rows of one width.
        merged: its merged ranges.
        table: its table.
    """
    first = table.bottom + 1
    below = rows[first:]
    columns: list[Sequence[Any]] = [*zip(*below, strict=True)] or [()] * max(map(len, rows))
    kinds = tuple(column for column in table.columns if column[0] not in _TEXT_KINDS)
    figures = understand([split(columns[table.columns[kind]]) for kind in kinds])
    names = {kind: table.columns[kind, 0] for kind in _TEXT_KINDS if (kind, 0) in table.columns}
    failed = [
        (first + row, index, cell)
        for index in names.values()
        if not set(map(type, columns[index])) <= {str, float}
        for row, cell in enumerate(columns[index])
        if isinstance(cell, CellError | Unset)
    ]
    filled = {
        kind: _names(fill_merged(list(columns[index]), index, first, merged, rows))
        for kind, index in names.items()
    }
    places = [table.columns[kind] for kind in kinds]
    columns[names["activity"]] = tuple(filled["activity"])
    for row in _section_lines(merged, first, names["activity"], places):
        filled["activity"][row - first] = ""
    labels = _total_labels(columns[: min(places)])
    said = [column if str in set(map(type, column)) else () for column in columns]
    texts = _texts(filled, labels, marks(said), len(below))
    modes = tuple(filled.get("accumulation", ()))
    return Body(first, texts, kinds, figures, tuple(failed), modes)


def _section_lines(
    merged: Sequence[Merged], first: int, activity: int, places: Sequence[int]
) -> Iterator[int]:
    """Rows whose name reaches over the figures: the title of a section, not an activity."""
    for (top, left), (bottom, right) in merged:
        if top >= first and left <= activity < right and any(activity < p <= right for p in places):
            yield from range(top, bottom + 1)


def _names(cells: Sequence[Any]) -> list[str]:
    known = {cell: as_text(cell) for cell in set(cells)}
    return [known[cell] for cell in cells]


def _texts(
    filled: Mapping[str, list[str]],
    labels: Mapping[int, tuple[str, ...]],
    marked: Mapping[int, tuple[int, str]],
    count: int,
) -> Texts:
    named = (filled.get(kind) or [""] * count for kind in _NAME_KINDS)
    organ, activity, budget, unit, code, task = named
    detailed = any(kind in filled for kind in ("budget_activity", "measure_unit", "code"))
    return Texts(organ, activity, budget, unit, code, task, labels, marked, detailed)


def _total_labels(columns: Sequence[Sequence[Any]]) -> dict[int, tuple[str, ...]]:
    """The texts of every row that may be a sum by what it says left of the figures."""
    says = {
        row
        for column in columns
        # Nearly no cell says it, and to look for words through the whole column costs little.
        if may_say("\n".join(map(str, column)), *_SUM_WORDS)
        for row, cell in enumerate(column)
        if isinstance(cell, str) and may_say(cell, *_SUM_WORDS) and _SUM.search(cell.lower())
    }
    return {
        row: tuple(as_text(c[row]) for c in columns if isinstance(c[row], str) and c[row].strip())
        for row in sorted(says)
    }


def sort_body(body: Body, table: Table, titles: Collection[str]) -> Rows:
    """Return which of the body's rows are what.

    Args:
        body: the cells.
        table: its table.
        titles: words of the lines above the header.
    """
    figures = np.zeros(len(body.texts.activity), dtype=bool)
    numbers = figures.copy()
    for each in body.figures:
        numbers |= ~np.isnan(each.values)
        numbers[[*each.errors, *each.unset, *each.unclear]] = True
        figures[[*each.no_number]] = True
    words = frozenset(
        item.words
        for (kind, _), labels in table.labels.items()
        if kind in _TEXT_KINDS
        for item in labels
    )
    for row in _numbering(body, table):
        numbers[row] = figures[row] = False
        body.texts.activity[row] = ""
    return sort_rows(body.texts, figures | numbers, numbers, words, titles)


def _numbering(body: Body, table: Table) -> Iterator[int]:
    """Rows that number the columns, ``(1) (2) (3)``, as forms do under their heading."""
    places = np.array([table.columns[column] for column in body.columns])
    order = np.argsort(places)
    for row, name in enumerate(body.texts.activity[:3]):
        if re.fullmatch(r"\(?\d{1,2}\)?", name):
            steps = np.diff([_column_number(body.figures[i], row) for i in order])
            # Columns that are none of the plan's may stand in between, with or without a number.
            if np.all((steps >= 1) & (steps <= np.diff(places[order]))):
                yield row


def _column_number(figures: Figures, row: int) -> float:
    text = figures.no_number.get(row, "").strip("()")
    return float(text) if text.isdecimal() else float(figures.values[row])
