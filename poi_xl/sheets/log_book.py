"""The sheet Bitácora: every form that was imported, who filled it in, and what it changed."""

from collections.abc import Sequence
from dataclasses import astuple, fields
from pathlib import Path
from typing import Final

from xlsxwriter import Workbook

from poi_xl.core.form_log import LOG_HEADINGS, LogRow
from poi_xl.sheets import style
from poi_xl.sheets.report import WORKBOOK_OPTIONS, WORKBOOK_PROPERTIES
from poi_xl.sheets.style import Styles

LOG_KEY: Final = "bitacora"
LOG_SHEET: Final = "Bitácora"
LOG_TITLE: Final = "Bitácora de fichas importadas"
_WIDTHS: Final = (16.0, 30.0, 9.0, 24.0, 12.5, 28.0, 8.0, 54.0, 18.0)
_TITLE, _STAMP, _TOP = 0, 1, 3
_CELL_LIMIT: Final = 32_000  # Excel takes a little more
_TALLEST: Final = 120.0


def render_log(rows: Sequence[LogRow], name: str, institution: str, path: Path) -> None:
    """Draw the sheet into a new workbook.

    Args:
        rows: every import, the oldest first; at least one.
        name: final name of the sheet.
        institution: its name, for the heading.
        path: the workbook to write.
    """
    with Workbook(str(path), WORKBOOK_OPTIONS) as book:
        book.set_properties(WORKBOOK_PROPERTIES)
        sheet, styles = book.add_worksheet(name), Styles(book)
        sheet.write_string(_TITLE, 0, LOG_TITLE, styles.title())
        sheet.write_string(_STAMP, 0, institution, styles.stamp())
        sheet.set_row(_TITLE, 24)
        for place, (heading, width) in enumerate(zip(LOG_HEADINGS, _WIDTHS, strict=True)):
            sheet.write_string(_TOP, place, heading, styles.heading(font_size=9))
            hidden = {"hidden": heading == LOG_HEADINGS[-1]}
            sheet.set_column(place, place, width, None, hidden)
        look, quoted = (
            styles.cell(text_wrap=True, indent=1, valign="top", quote_prefix=is_quoted)
            for is_quoted in (False, True)
        )
        for row, each in enumerate(rows, start=_TOP + 1):
            texts = [str(value)[:_CELL_LIMIT] for value in astuple(each)]
            for place, text in enumerate(texts):
                shown = quoted if style.looks_computed(text) else look
                sheet.write_string(row, place, text, shown)
            sheet.write_number(row, LOG_HEADINGS.index("Celdas"), each.cells, look)
            room = (width - style.INDENT_WIDTH for width in _WIDTHS)
            sheet.set_row(row, min(_TALLEST, style.row_height(zip(texts, room, strict=True))))
        last = _TOP + len(rows), len(fields(LogRow)) - 1
        sheet.autofilter(_TOP, 0, *last)
        sheet.freeze_panes(_TOP + 1, 2)
        sheet.hide_gridlines(2)
        style.print_setup(sheet, footer=" · ".join(filter(None, (LOG_TITLE, institution)))[:100])
        sheet.repeat_rows(_TOP)
        sheet.print_area(0, 0, last[0], last[1] - 1)
