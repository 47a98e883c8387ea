"""Tables: columns declared once, drawn as a real Excel table with the TOTAL row below it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

import numpy as np
from xlsxwriter.format import Format

from poi_xl.core.indicators import Figures
from poi_xl.core.plan import Floats
from poi_xl.sheets.pages.page import LINK_COLOUR, Cell, Page, flag_text, ratio_cell
from poi_xl.sheets.style import (
    DATE,
    FAINT,
    INDENT_WIDTH,
    PERCENT,
    TYPED_FILL,
    looks_computed,
    text_lines,
    text_width,
)

_LINE, _PADDING, _TALLEST = 12.8, 4.0, 409.0  # points; the last is Excel's own limit
SINGLE_ROW = 16.5


class Look(Enum):
    """How a column shows its values."""

    TEXT = "text"
    LINE = "line"
    FAINT = "faint"
    COUNT = "count"
    PLACE = "place"
    AMOUNT = "amount"
    GAP = "gap"
    RATIO = "ratio"
    FLAG = "flag"
    LINK = "link"
    TYPED = "typed"
    TYPED_DATE = "typed date"


_WRAPPED = frozenset({Look.TEXT, Look.FLAG, Look.TYPED})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        heading: its heading.
        width: in characters.
        look: how its values show.
        values: one a row.
        total: what the TOTAL row shows.
        hidden: whether people do not see it.
        looks: what sets each row apart in its format; empty when nothing does.
    """

    heading: str
    width: float
    look: Look
    values: Sequence[Cell]
    total: Cell = None
    hidden: bool = False
    looks: Sequence[Mapping[str, object]] = ()


def amounts(heading: str, width: float, values: Floats, total: Cell = None) -> Column:
    """Return a column of amounts, wide enough for the largest."""
    return Column(heading, amount_width(width, values, total), Look.AMOUNT, values.tolist(), total)


def gaps(heading: str, width: float, values: Floats, total: Cell = None) -> Column:
    """Return a column of signed gaps."""
    return Column(heading, amount_width(width, values, total), Look.GAP, values.tolist(), total)


def amount_width(width: float, values: Floats, total: Cell = None) -> float:
    """Return a column width at which no amount turns into ####."""
    shown = values[np.isfinite(values)]
    most = max(np.abs(shown).max(initial=0.0), abs(total) if isinstance(total, float) else 0.0)
    decimals = 0 if bool((shown == np.rint(shown)).all()) else 3
    return max(width, 1.15 * len(f"{most:,.0f}") + decimals + 4.0)


def ratios(heading: str, width: float, values: Floats, total: Floats | None = None) -> Column:
    """Return a column of ratios; a dash where there is none."""
    shown = [ratio_cell(value) for value in values.tolist()]
    return Column(
        heading, width, Look.RATIO, shown, None if total is None else ratio_cell(total[0])
    )


def flags(heading: str, width: float, figures: Figures, total: Figures | None = None) -> Column:
    """Return a column of flags."""
    words = [flag_text(flag) for flag in figures.preset.flags]
    shown = None if total is None else words[int(total.flag[0])]
    return Column(heading, width, Look.FLAG, [words[i] for i in figures.flag.tolist()], shown)


def label_width(labels: Iterable[str], least: float, most: float) -> float:
    """Return a column width that shows the longest label in one line, within limits."""
    longest = max((text_width(label) for label in labels), default=0.0)
    return min(most, max(least, longest + 2 * INDENT_WIDTH))


def cell_format(page: Page, look: Look, *, total: bool = False, **extra: object) -> Format:
    """Return the cell format of a look."""
    properties: dict[Look, dict[str, object]] = {
        Look.TEXT: {"text_wrap": True, "indent": 1},
        Look.LINE: {"indent": 1},
        Look.FAINT: {"text_wrap": True, "indent": 1, "font_color": FAINT},
        Look.COUNT: {"num_format": "#,##0", "align": "right"},
        Look.PLACE: {"num_format": "#,##0", "align": "center"},
        Look.AMOUNT: {"num_format": page.amount, "align": "right"},
        Look.GAP: {"num_format": page.gap, "align": "right"},
        Look.RATIO: {"num_format": PERCENT, "align": "right"},
        Look.FLAG: {"text_wrap": True, "indent": 1, "font_color": "#000000"},
        Look.LINK: {
            "num_format": "#,##0",
            "align": "center",
            "font_color": LINK_COLOUR,
            "underline": 1,
        },
        Look.TYPED: {"text_wrap": True, "indent": 1, "bg_color": TYPED_FILL},
        Look.TYPED_DATE: {"num_format": DATE, "align": "center", "bg_color": TYPED_FILL},
    }
    make = page.styles.total if total else page.styles.cell
    return make(**(properties[look] | extra))


def set_widths(page: Page, columns: Sequence[Column]) -> None:
    """Give the sheet's columns their widths."""
    for index, column in enumerate(columns):
        page.sheet.set_column(index, index, column.width, None, {"hidden": column.hidden})


def draw_table(
    page: Page, row: int, name: str, columns: Sequence[Column], *, autofilter: bool = False
) -> int:
    """Draw a table from a row on, its TOTAL row below it if any column has a total.

    Args:
        page: the page.
        row: row of the headings.
        name: name of the Excel table.
        columns: its columns, each with at least one value.
        autofilter: whether the headings carry filter buttons.

    Returns:
        The last row drawn.
    """
    start_table(page, row, name, columns, autofilter=autofilter)
    last = row + len(columns[0].values)
    for index, column in enumerate(columns):
        _draw_column(page, row + 1, index, column)
    _set_heights(page, row + 1, columns)
    if all(column.total is None for column in columns):
        return last
    _draw_total(page, last + 1, columns)
    return last + 1


def start_table(
    page: Page, row: int, name: str, columns: Sequence[Column], *, autofilter: bool
) -> None:
    """Declare the Excel table and draw its headings; whoever calls draws the cells."""
    headings = unique(column.heading for column in columns)
    look = page.styles.heading(font_size=9)
    page.sheet.add_table(
        row, 0, row + len(columns[0].values), len(columns) - 1,
        {
            "name": name, "style": None, "autofilter": autofilter,
            "columns": [{"header": text, "header_format": look} for text in headings],
        },
    )  # fmt: skip
    page.sheet.set_row(row, _heading_height(headings, columns, autofilter=autofilter))


def _draw_column(page: Page, row: int, index: int, column: Column) -> None:
    look = cell_format(page, column.look)
    looks = [cell_format(page, column.look, total=False, **extra) for extra in column.looks]
    for offset, value in enumerate(column.values):
        quoted = column.look is Look.TYPED and isinstance(value, str) and looks_computed(value)
        shown = cell_format(page, column.look, quote_prefix=True) if quoted else look
        page.put(row + offset, index, value, looks[offset] if looks else shown)
    if column.look is Look.FLAG:
        page.mark_flags((row, index, row + len(column.values), index))


def _draw_total(page: Page, row: int, columns: Sequence[Column]) -> None:
    # Bold takes a little more room.
    lines = max(_cell_lines(c.total, c.width * 0.92) for c in columns if c.look in _WRAPPED)
    page.sheet.set_row(row, max(20.0, row_height(lines)))
    for index, column in enumerate(columns):
        page.put(row, index, column.total, cell_format(page, column.look, total=True))


def _set_heights(page: Page, row: int, columns: Sequence[Column]) -> None:
    # Neither Excel nor LibreOffice fits heights when opening, and files are printed unopened.
    wrapped = [column for column in columns if column.look in _WRAPPED]
    for offset in range(len(columns[0].values)):
        lines = max((_cell_lines(c.values[offset], c.width) for c in wrapped), default=1)
        page.sheet.set_row(row + offset, row_height(lines))


def _cell_lines(value: Cell, width: float) -> int:
    return line_count(value, width) if isinstance(value, str) else 1


def row_height(lines: int) -> float:
    """Return the height of a row whose tallest cell has so many lines."""
    return max(SINGLE_ROW, min(_TALLEST, lines * _LINE + _PADDING))


def _heading_height(
    headings: Sequence[str], columns: Sequence[Column], *, autofilter: bool
) -> float:
    lines = max(
        line_count(text, column.width + 1.2)
        for text, column in zip(headings, columns, strict=True)
        if not column.hidden
    )
    # The filter buttons take the lower right corner of each heading.
    return row_height(lines) + (8.0 if autofilter else 4.0)


@lru_cache(maxsize=65_536)
def line_count(text: str, width: float) -> int:
    """Return how many lines a text takes when wrapped in a column, beside its indentation.

    Example:
        >>> line_count("GERENCIA DE FINANZAS", 30), line_count("GERENCIA DE FINANZAS", 14)
        (1, 2)
    """
    return text_lines(text, max(1.0, width - INDENT_WIDTH))


def unique(headings: Iterable[str]) -> list[str]:
    """Return headings that differ from one another, as Excel asks of a table.

    Example:
        >>> unique(["Meta", "META", "Otra"])
        ['Meta', 'META (2)', 'Otra']
    """
    seen: set[str] = set()
    result = []
    for heading in headings:
        text, turn = heading, 1
        while text.casefold() in seen:
            turn += 1
            text = f"{heading[:240]} ({turn})"
        seen.add(text.casefold())
        result.append(text)
    return result
