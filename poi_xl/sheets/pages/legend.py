"""The legend of the traffic light, on every sheet that shows flags."""

from collections.abc import Iterator, Sequence

from poi_xl.core.trafficlight import Flag, Preset
from poi_xl.sheets.pages.page import Page, flag_text
from poi_xl.sheets.style import INDENT_WIDTH, text_width

_ROW, _SIZE = 15.75, 9


def legend_entries(preset: Preset) -> Iterator[tuple[Flag, str]]:
    """Yield each flag with the limits of its band; the states outside the ratio have none."""
    for index, flag in enumerate(preset.flags):
        yield flag, preset.band_text(index) if index < len(preset.bands) else ""


def draw_legend(page: Page, row: int, widths: Sequence[float]) -> int:
    """Draw the legend as a strip of coloured cells over the sheet's columns.

    Args:
        page: the page.
        row: first row of it.
        widths: widths of the columns it may use.

    Returns:
        The row after it.
    """
    column = 0
    page.sheet.set_row(row, _ROW)
    for flag, limits in legend_entries(page.report.preset):
        text = f"{flag_text(flag)}: {limits}" if limits else flag_text(flag)
        end = _end(column, text_width(text, _SIZE) + 2 * INDENT_WIDTH, widths)
        if end is None and column:
            row, column = row + 1, 0
            page.sheet.set_row(row, _ROW)
            end = _end(column, text_width(text, _SIZE) + 2 * INDENT_WIDTH, widths)
        last = len(widths) - 1 if end is None else end
        look = page.styles.cell(
            bg_color=flag.colour, font_color="#000000", font_size=_SIZE, indent=1
        )
        page.merge((row, column, row, last), text, look)
        column = last + 1
    return row + 1


def _end(column: int, wanted: float, widths: Sequence[float]) -> int | None:
    room = 0.0
    for index in range(column, len(widths)):
        room += widths[index]
        if room >= wanted:
            return index
    return None
