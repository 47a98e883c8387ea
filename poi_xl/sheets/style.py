"""The look that our sheets share: colours, number formats, one set of cell formats a workbook."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_pixel_width
from xlsxwriter.worksheet import Worksheet

from poi_xl.core.plan import Floats

FONT = "Calibri"
INK, FAINT, RULE = "#1F2A37", "#5B6675", "#C9D1DB"
BRAND, BRAND_SOFT, PAPER = "#1F4E79", "#DCE6F1", "#FFFFFF"
PLANNED_LINE, EXECUTED_FILL = "#1F4E79", "#3C7D9B"
TYPED_FILL = "#FFFBEA"  # where people write

NUMBER = "#,##0;-#,##0;0"
PERCENT = "0.0%"
SIGNED = "+#,##0;-#,##0;0"
_DECIMALS = ("#,##0.00;-#,##0.00;0", "+#,##0.00;-#,##0.00;0")
DATE = "dd/mm/yyyy"

_BASE: dict[str, Any] = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter"}


def number_formats(*figures: Floats) -> tuple[str, str]:
    """Return the number formats of amounts and of gaps; decimals only where some figure has them.

    Example:
        >>> number_formats(np.array([2.0, np.nan]))[0], number_formats(np.array([2.5]))[0]
        ('#,##0;-#,##0;0', '#,##0.00;-#,##0.00;0')
    """
    whole = all(bool((each == np.rint(each)).all()) for each in map(np.nan_to_num, figures))
    return (NUMBER, SIGNED) if whole else _DECIMALS


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


def looks_computed(text: str) -> bool:
    """Whether Excel would take a text for a formula if somebody opened its cell and left it again.

    The format property ``quote_prefix`` keeps it a text.
    """
    return text.startswith(("=", "+", "-", "@", "\t", "\r"))


def print_setup(sheet: Worksheet, *, footer: str, landscape: bool = True) -> None:
    """Set a sheet up to print on A4, one page wide, numbered."""
    sheet.set_paper(9)
    if landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.center_horizontally()
    sheet.set_footer(f"&L&8{footer.replace('&', '&&')}&R&8Página &P de &N")


# A column's width counts digits of the workbook's default font, Calibri 11, 7 pixels each.
_DIGIT_PIXELS, _DEFAULT_SIZE, _SIZE = 7, 11, 10
# Screen and printer place letters a little differently, and bold ones are wider.
_SPARE = 1.06
_LINE_POINTS, _PADDING, _MOST_POINTS = 1.28, 4.0, 409.0  # the last is Excel's own limit
INDENT_WIDTH = 1.3  # what one step of indentation takes of a column


@lru_cache(maxsize=65_536)
def text_width(text: str, size: float = _SIZE) -> float:
    """Return the column width that a text needs to stand in one line."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    pixels: float = xl_pixel_width(plain)
    return pixels * size / _DEFAULT_SIZE * _SPARE / _DIGIT_PIXELS


def text_lines(text: str, width: float, size: float = _SIZE) -> int:
    """Return how many lines a text takes when wrapped in a column of that width.

    Excel fits no row that a program wrote, and never one with merged cells.

    Example:
        >>> text_lines("GERENCIA DE RECURSOS HUMANOS", 22), text_lines("", 22)
        (2, 1)
    """
    return sum(_paragraph_lines(line.split(), width, size) for line in text.splitlines()) or 1


def _paragraph_lines(words: Iterable[str], width: float, size: float) -> int:
    lines, used, space = 1, 0.0, text_width(" ", size)
    for word in words:
        needed = text_width(word, size)
        if used and used + space + needed > width:
            lines, used = lines + 1, 0.0
        used += needed + (space if used else 0.0)
        # A word longer than the line is cut wherever the line ends.
        lines, used = lines + int(used // width), used % width
    return lines


def row_height(texts: Iterable[tuple[str, float]], size: float = _SIZE) -> float:
    """Return the height of a row that shows all of its wrapped texts.

    Args:
        texts: each text and the width of its column (of all its columns, when merged).
        size: size of the letters.
    """
    lines = max((text_lines(text, width, size) for text, width in texts), default=1)
    return min(lines * size * _LINE_POINTS + _PADDING, _MOST_POINTS)
