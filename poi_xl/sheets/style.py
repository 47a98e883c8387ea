"""The look that all our sheets share: colours, number formats, one set of cell formats a workbook."""

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

FONT = "Calibri"
INK, FAINT, RULE = "#1F2A37", "#5B6675", "#C9D1DB"
BRAND, BRAND_SOFT, PAPER = "#1F4E79", "#DCE6F1", "#FFFFFF"
PLANNED_LINE, EXECUTED_FILL = "#1F4E79", "#3C7D9B"
TYPED_FILL = "#FFFBEA"  # where people write

NUMBER = "#,##0;-#,##0;0"
DECIMAL = "#,##0.######"
PERCENT = "0.0%"
SIGNED = "+#,##0;-#,##0;0"
DATE = "dd/mm/yyyy"

_BASE: dict[str, Any] = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter"}


class Styles:
    """The cell formats of one workbook; equal ones are made once.

    Few formats on purpose: every host that adopts a sheet merges them into somebody's workbook.
    """

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def __call__(self, **properties: object) -> Format:
        """Return the format with these XlsxWriter properties over the base look."""
        merged = _BASE | properties
        key = tuple(sorted(merged.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(merged)
        return self._made[key]

    def title(self) -> Format:
        """Return the format of a sheet's title."""
        return self(font_size=15, bold=True, font_color=BRAND)

    def stamp(self) -> Format:
        """Return the format of the line that says what the sheet was computed from."""
        return self(font_size=8, font_color=FAINT)

    def heading(self, **properties: object) -> Format:
        """Return the format of a column heading."""
        look: dict[str, object] = {
            "bold": True, "font_color": PAPER, "bg_color": BRAND, "align": "center",
            "text_wrap": True, "border": 1, "border_color": RULE,
        }  # fmt: skip
        return self(**(look | properties))

    def cell(self, **properties: object) -> Format:
        """Return the format of a table cell."""
        return self(**({"border": 1, "border_color": RULE} | properties))

    def total(self, **properties: object) -> Format:
        """Return the format of a cell of the TOTAL row."""
        look = {"border": 1, "border_color": RULE, "bold": True, "bg_color": BRAND_SOFT, "top": 2}
        return self(**(look | properties))


def print_setup(sheet: Worksheet, *, footer: str, landscape: bool = True) -> None:
    """Set a sheet up to print on A4, one page wide, numbered."""
    sheet.set_paper(9)
    if landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.center_horizontally()
    sheet.set_footer(f"&L&8{footer.replace('&', '&&')}&R&8Página &P de &N")
