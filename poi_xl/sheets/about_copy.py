"""`Acerca de esta copia`: what a copy for others says about itself, on its first sheet."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from xlsxwriter import Workbook

from poi_xl.sheets.report import WORKBOOK_OPTIONS, WORKBOOK_PROPERTIES
from poi_xl.sheets.style import Styles, print_setup, row_height

SHEET: Final = "Acerca de esta copia"
_LABEL, _TEXT = 24, 90


def render_about(
    name: str,
    title: str,
    facts: Sequence[tuple[str, str]],
    path: Path,
    *,
    date_1904: bool = False,
) -> None:
    """Write the sheet into a new workbook.

    Args:
        name: its name.
        title: the line on top.
        facts: what it says, each with its label.
        path: the workbook to write.
        date_1904: whether dates count from 1904, as in the workbook that will take the sheet.
    """
    with Workbook(str(path), {**WORKBOOK_OPTIONS, "date_1904": date_1904}) as book:
        book.set_properties(WORKBOOK_PROPERTIES)
        styles, sheet = Styles(book), book.add_worksheet(name)
        label = styles.cell(bold=True, indent=1)
        text = styles.cell(text_wrap=True, indent=1)
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, _LABEL)
        sheet.set_column(1, 1, _TEXT)
        sheet.set_row(0, 24)
        sheet.write_string(0, 0, title, styles.title())
        for row, (what, said) in enumerate(facts, start=2):
            sheet.set_row(row, row_height([(said, _TEXT), (what, _LABEL)]))
            sheet.write_string(row, 0, what, label)
            sheet.write_string(row, 1, said, text)
        sheet.print_area(0, 0, len(facts) + 1, 1)
        print_setup(sheet, footer=title)
