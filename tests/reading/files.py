"""A drawn grid as the file that an institution would send: hidden rows, other sheets, formulas."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

from poi_xl.reading.cells import CellError, Unset
from tests.reading.layouts import Drawn


def write_file(drawn: Drawn, path: Path, sheet: str, random: Random) -> None:
    """Write a workbook whose sheet holds a drawn grid.

    Args:
        drawn: the cells.
        path: where to.
        sheet: the sheet's name.
        random: decides what is hidden and what stands before it.
    """
    with xlsxwriter.Workbook(path) as book:
        if random.random() < 0.5:
            notes = book.add_worksheet("Instrucciones")
            notes.write_column(0, 0, ["Llene la META y los meses.", "ACTIVIDAD OPERATIVA: la suya"])
        if random.random() < 0.3:
            book.add_worksheet("Vacía").hide()
        page = book.add_worksheet(sheet)
        page.activate()
        write_rows(book, page, drawn.rows)
        for (top, left), (bottom, right) in drawn.merged:
            page.merge_range(top, left, bottom, right, "")
            _write(book, page, top, left, drawn.rows[top][left])
        for row in range(len(drawn.rows)):
            if random.random() < 0.05:
                page.set_row(row, None, None, {"hidden": True})
        for column in range(len(drawn.rows[0])):
            if random.random() < 0.1:
                page.set_column(column, column, None, None, {"hidden": True})
        page.repeat_rows(0, 1)


def write_rows(book: Any, page: Any, rows: Sequence[Sequence[Any]]) -> None:
    """Write cells from A1: numbers, texts, dates, errors, formulas without a stored result."""
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            _write(book, page, row, column, cell)


def _write(book: Any, page: Any, row: int, column: int, cell: Any) -> None:
    if isinstance(cell, CellError):
        page.write_formula(row, column, "=1/0", None, str(cell))
    elif isinstance(cell, Unset):
        page.write_formula(row, column, "=SUM(1,2)", None, "")
    elif isinstance(cell, bool):
        page.write_boolean(row, column, cell)
    elif isinstance(cell, dt.date):
        page.write_datetime(row, column, cell, book.add_format({"num_format": "mmm-yy"}))
    elif isinstance(cell, str):
        page.write_string(row, column, cell) if cell else page.write_blank(row, column, None)
    elif cell is not None:
        # One in three is a formula, as in real plans.
        write = page.write_formula if (row + column) % 3 == 0 else page.write_number
        write(row, column, *((f"={cell}", None, cell) if (row + column) % 3 == 0 else (cell,)))
