"""The sheet Cierres: the figures of each quarter as they were when the next one was opened."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from poi_xl.core.quarters import CLOSING_HEADINGS, INSTITUTION, Closing
from poi_xl.sheets import style
from poi_xl.sheets.report import WORKBOOK_OPTIONS, WORKBOOK_PROPERTIES
from poi_xl.sheets.style import Styles

CLOSING_SHEET: Final = "Cierres"
CLOSING_TITLE: Final = "Cifras de cada trimestre al cerrarlo"
_WIDTHS: Final = (
    11.0,
    12.0,
    52.0,
    12.0,
    12.0,
    12.0,
    10.0,
    14.0,
    10.0,
    10.0,
    10.0,
    44.0,
    16.0,
    15.0,
)
_RATIOS: Final = {"Avance", "Avance de meta", "Promedio", "Promedio con tope"}
_TITLE, _STAMP, _TOP = 0, 1, 3
_NONE: Final = "Ningún trimestre cerrado."


def render_closings(rows: Sequence[Closing], name: str, institution: str, path: Path) -> None:
    """Draw the sheet into a new workbook.

    Args:
        rows: every closing, the first quarter first.
        name: final name of the sheet.
        institution: its name, for the heading.
        path: the workbook to write.
    """
    with Workbook(str(path), WORKBOOK_OPTIONS) as book:
        book.set_properties(WORKBOOK_PROPERTIES)
        sheet, styles = book.add_worksheet(name), Styles(book)
        sheet.write_string(_TITLE, 0, CLOSING_TITLE, styles.title())
        sheet.write_string(_STAMP, 0, institution if rows else _NONE, styles.stamp())
        sheet.set_row(_TITLE, 24)
        for place, (heading, width) in enumerate(zip(CLOSING_HEADINGS, _WIDTHS, strict=True)):
            sheet.write_string(_TOP, place, heading, styles.heading(font_size=9))
            sheet.set_column(place, place, width)
        for row, each in enumerate(rows, start=_TOP + 1):
            _write_row(sheet, styles, row, each)
        _set_view_and_print(sheet, _TOP + max(1, len(rows)), institution)


def _write_row(sheet: Worksheet, styles: Styles, row: int, closing: Closing) -> None:
    look = styles.total if closing.scope == INSTITUTION else styles.cell
    for place, value in enumerate(closing.cells):
        if value == "":
            sheet.write_blank(row, place, None, look())
        elif isinstance(value, str):
            sheet.write_string(row, place, value, look(indent=1, text_wrap=True))
        else:
            is_ratio = CLOSING_HEADINGS[place] in _RATIOS
            amount, _ = style.number_formats(np.array([value]))
            number = look(num_format=style.PERCENT if is_ratio else amount)
            sheet.write_number(row, place, value, number)
    room = (width - style.INDENT_WIDTH for width in _WIDTHS)
    texts = map(str, closing.cells)
    sheet.set_row(row, style.row_height(zip(texts, room, strict=True)))


def _set_view_and_print(sheet: Worksheet, last: int, institution: str) -> None:
    sheet.autofilter(_TOP, 0, last, len(_WIDTHS) - 1)
    sheet.freeze_panes(_TOP + 1, 3)
    sheet.hide_gridlines(2)
    footer = " · ".join(filter(None, (CLOSING_TITLE, institution)))[:100]
    style.print_setup(sheet, footer=footer)
    sheet.repeat_rows(_TOP)
    sheet.print_area(0, 0, last, len(_WIDTHS) - 1)
