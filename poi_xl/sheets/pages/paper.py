"""What of a sheet fits on paper: enough to keep a chart whole on one page."""

from collections.abc import Sequence

from poi_xl.sheets.pages.page import Page

# A4 landscape less the margins of `style.print_setup`, in points.
_WIDTH, _HEIGHT = 784.0, 515.0
_DEFAULT_ROW = 20  # pixels
_FIXED_ROW = 15.75  # points; Excel's own 15 would not be written, and others take less
# Printers differ a little; and Excel takes no more manual breaks than this.
_SLACK, _MOST_BREAKS = 0.96, 1000


def pixels(width: float) -> int:
    """Return the width in pixels of a column so many characters wide."""
    return int(width * 7 + 0.5) + 5


def break_before(page: Page, row: int, widths: Sequence[float], height: int) -> None:
    """Start a new page at a row where what follows would not fit under what is above it.

    Args:
        page: the page.
        row: first row of what follows.
        widths: the printed columns.
        height: height in pixels of what follows.
    """
    room = _page_height(widths)
    if height_of(page, 0, row) % room + height > room:
        page.sheet.set_h_pagebreaks([row])


def break_between(
    page: Page, blocks: Sequence[tuple[int, int]], widths: Sequence[float], *, header: int
) -> None:
    """Start new pages between blocks of rows, so that none is cut in two.

    Args:
        page: the page.
        blocks: first row and number of rows of each block, in order.
        widths: the printed columns.
        header: the row that repeats on every page.
    """
    room = _page_height(widths)
    repeated = height_of(page, header, header + 1)
    used, breaks = height_of(page, 0, blocks[0][0]), []
    for row, count in blocks:
        height = height_of(page, row, row + count)
        if used + height > room:
            breaks.append(row)
            used = repeated
        used += height
    page.sheet.set_h_pagebreaks(breaks[:_MOST_BREAKS])


def _page_height(widths: Sequence[float]) -> float:
    """Height in pixels, at the sheet's own size, of what one sheet of paper takes."""
    scale = min(1.0, _WIDTH / (0.75 * sum(map(pixels, widths))))
    return _SLACK * _HEIGHT / scale / 0.75


def fix_rows(page: Page, first: int, end: int) -> None:
    """Give the rows that have no height the usual one: programs differ in what they would take."""
    for row in range(first, end):
        if row not in page.sheet.row_info:
            page.sheet.set_row(row, _FIXED_ROW)


def height_of(page: Page, first: int, end: int) -> int:
    """Return the height in pixels of the rows from `first` up to, not including, `end`."""
    heights = page.sheet.row_info
    return sum(heights[r].height if r in heights else _DEFAULT_ROW for r in range(first, end))
