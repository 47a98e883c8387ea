"""The sheet Cierres: the figures of each quarter as they were when the next one was opened."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from xlsxwriter import Workbook

from poi_xl.core.quarters import CLOSING_HEADINGS, INSTITUTION, Closing
from poi_xl.sheets import style
from poi_xl.sheets.report import WORKBOOK_OPTIONS, WORKBOOK_PROPERTIES
from poi_xl.sheets.style import Styles

CLOSING_KEY: Final = "cierres"
CLOSING_SHEET: Final = "Cierres"
CLOSING_TITLE: Final = "Cifras de cada trimestre al cerrarlo"
_WIDTHS: Final = (11.0, 12.0, 52.0, 12.0, 12.0, 12.0, 10.0, 14.0, 44.0, 16.0, 15.0)
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
        stamp = institution if rows else _NONE
        sheet.write_string(_STAMP, 0, stamp, styles.stamp())
        sheet.set_row(_TITLE, 24)
        for place, (heading, width) in enumerate(zip(CLOSING_HEADINGS, _WIDTHS, strict=True)):
            sheet.write_string(_TOP, place, heading, styles.heading(font_size=9))
            sheet.set_column(place, place, width)
        for row, each in enumerate(rows, start=_TOP + 1):
            make = styles.total if each.scope == INSTITUTION else styles.cell
            looks = {"Avance": style.PERCENT, "Programado": style.NUMBER, "Ejecutado": style.NUMBER}
            for place, (heading, value) in enumerate(
                zip(CLOSING_HEADINGS, each.cells, strict=True)
            ):
                if isinstance(value, str):
                    sheet.write_string(row, place, value, make(indent=1, text_wrap=True))
                else:
                    number_format = looks.get(heading, style.NUMBER)
                    sheet.write_number(row, place, value, make(num_format=number_format))
            room = [(text, w - style.INDENT_WIDTH) for text, w in zip(
                map(str, each.cells), _WIDTHS, strict=True)]  # fmt: skip
            sheet.set_row(row, style.row_height(room))
        last = _TOP + max(1, len(rows))
        sheet.autofilter(_TOP, 0, last, len(_WIDTHS) - 1)
        sheet.freeze_panes(_TOP + 1, 3)
        sheet.hide_gridlines(2)
        style.print_setup(
            sheet, footer=" · ".join(filter(None, (CLOSING_TITLE, institution)))[:100]
        )
        sheet.repeat_rows(_TOP)
        sheet.print_area(0, 0, last, len(_WIDTHS) - 1)
