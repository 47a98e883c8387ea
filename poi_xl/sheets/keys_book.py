"""The hidden sheet that native formulas lean on, as a workbook to be grafted."""

from collections.abc import Mapping
from pathlib import Path

from xlsxwriter import Workbook

from poi_xl.sheets.report import WORKBOOK_OPTIONS, WORKBOOK_PROPERTIES


def render_keys(
    name: str,
    cells: Mapping[tuple[int, int], str | float],
    path: Path,
    *,
    date_1904: bool = False,
) -> None:
    """Write the sheet into a new workbook; no formula has a result until a program computes it.

    Args:
        name: the sheet's name.
        cells: what stands in it, by row and column from 1; texts that start with ``=`` are
            formulas.
        path: the workbook to write.
        date_1904: whether dates count from 1904, as in the workbook that will take the sheet.
    """
    with Workbook(str(path), {**WORKBOOK_OPTIONS, "date_1904": date_1904}) as book:
        book.set_properties(WORKBOOK_PROPERTIES)
        book.add_worksheet()  # a workbook shows its first sheet, whatever is said of it
        sheet = book.add_worksheet(name)
        sheet.very_hidden()
        for (row, column), content in cells.items():
            place = row - 1, column - 1
            if not isinstance(content, str):
                sheet.write_number(*place, content)
            elif content.startswith("="):
                # Our own formulas need nothing of what XlsxWriter would look for in each.
                sheet.write_formula(*place, "=0", None, "")
                cell = sheet.table[place[0]][place[1]]
                sheet.table[place[0]][place[1]] = cell._replace(formula=content[1:])
            else:
                sheet.write_string(*place, content)
