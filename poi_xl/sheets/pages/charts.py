"""The charts: native and editable, every colour and font explicit so that no theme changes them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from xlsxwriter.chart import Chart

from poi_xl.core.summaries import GroupTable
from poi_xl.core.trafficlight import NO_REPORT, Flag
from poi_xl.sheets.pages.page import Page, flag_text
from poi_xl.sheets.pages.paper import fix_rows
from poi_xl.sheets.style import EXECUTED_FILL, FAINT, FONT, INK, PERCENT, PLANNED_LINE, RULE

# Hosts remove only drawings whose names begin so.
NAME_PREFIX = "poi_xl "
MOST_BARS = 30
_LABEL = 44
_AXIS_CEILING = 2.0
_FEW_BARS = 5


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a chart goes and what it says.

    Attributes:
        row, column: its top left cell, from zero.
        width, height: in pixels.
        title: message and period.
        description: alternative text.
        font: size of its small texts, in points.
    """

    row: int
    column: int
    width: int
    height: int
    title: str
    description: str
    font: int = 8


@dataclass(frozen=True, slots=True)
class MonthCells:
    """Where the twelve months stand in a sheet, as XlsxWriter references.

    Attributes:
        months: the month names.
        planned, executed, planned_to_date, executed_to_date: the figures.
    """

    months: list[object]
    planned: list[object]
    executed: list[object]
    planned_to_date: list[object]
    executed_to_date: list[object]


def month_chart(page: Page, cells: MonthCells, frame: Frame) -> None:
    """Draw planned (outlined) and executed (solid) by month, both accumulated as lines."""
    columns = page.book.add_chart({"type": "column"})
    solid = {"fill": {"color": EXECUTED_FILL}, "border": {"none": True}}
    outline = {"fill": {"none": True}, "border": {"color": PLANNED_LINE, "width": 1.5}}
    # The outline comes second: it is drawn over the solid column of the same month.
    for name, values, look in (
        ("Ejecutado", cells.executed, solid),
        ("Programado", cells.planned, outline),
    ):
        columns.add_series(
            {"name": name, "categories": cells.months, "values": values, "gap": 45, "overlap": 100}
            | look
        )
    columns.combine(_accumulated(page, cells, frame.font))
    columns.set_y_axis(_axis("Cantidad del mes", frame.font))
    columns.set_x_axis(
        {"num_font": _font(frame.font), "line": {"color": RULE}, "major_tick_mark": "none"}
    )
    columns.set_legend({"position": "bottom", "font": _font(frame.font)})
    _place(page, columns, frame, "meses")


def _accumulated(page: Page, cells: MonthCells, font: int) -> Chart:
    lines = page.book.add_chart({"type": "line"})
    for name, values, dash, colour in (
        ("Programado acumulado", cells.planned_to_date, "dash", "#8497B0"),
        ("Ejecutado acumulado", cells.executed_to_date, "solid", "#C55A11"),
    ):
        lines.add_series(
            {
                "name": name, "categories": cells.months, "values": values, "y2_axis": True,
                "line": {"color": colour, "width": 2, "dash_type": dash},
                "marker": {
                    "type": "circle", "size": 4,
                    "fill": {"color": colour}, "border": {"color": colour},
                },
            }
        )  # fmt: skip
    lines.set_y2_axis(_axis("Acumulado", font) | {"major_gridlines": {"visible": False}})
    return lines


def _axis(title: str, font: int) -> dict[str, object]:
    return {
        "name": title, "name_font": _font(font, color=FAINT), "num_font": _font(font),
        "num_format": "#,##0", "min": 0, "line": {"none": True}, "major_tick_mark": "none",
        "major_gridlines": {"visible": True, "line": {"color": "#E4E8ED", "width": 0.75}},
    }  # fmt: skip


def bar_order(table: GroupTable) -> list[int]:
    """Return the groups that a chart of ratios shows: worst first, at most `MOST_BARS`."""
    progress = table.period.progress
    order = np.argsort(progress, kind="stable")
    return [int(i) for i in order if np.isfinite(progress[i])][:MOST_BARS]


def bar_height(bars: int, font: int = 8) -> int:
    """Return the height in pixels of a chart of so many bars."""
    return 12 * font + round(2.5 * font) * max(2, bars)


def bar_data(page: Page, row: int, column: int, table: GroupTable) -> None:
    """Write the cells a chart of ratios draws: a label a row, its ratio under its flag.

    One series a flag, so that a bar's colour follows its cell when a host rewrites the figures.
    """
    faint = page.styles(font_size=8, font_color=FAINT)
    page.put(
        row, column, "Datos del gráfico", page.styles(font_size=8, font_color=FAINT, bold=True)
    )
    shown = _rated_flags(page)
    page.sheet.set_column(column, column, 40)
    page.sheet.set_column(column + 1, column + len(shown), 15)
    for offset, flag in enumerate(shown, start=1):
        page.put(row, column + offset, flag_text(flag), faint)
    ratio = page.styles(font_size=8, font_color=FAINT, num_format=PERCENT)
    for line, group in enumerate(bar_order(table), start=row + 1):
        flag = table.period.flag_of(group)
        page.put(line, column, f"{flag.shape} {shorten(table.labels[group])}", faint)
        page.put(line, column + 1 + shown.index(flag), float(table.period.progress[group]), ratio)


def bar_chart(page: Page, data: tuple[int, int], table: GroupTable, frame: Frame) -> None:
    """Draw the ratios of groups, worst first, each bar in the colour of its flag.

    Args:
        page: the page.
        data: row and column where `bar_data` put its cells.
        table: the groups.
        frame: where it goes.
    """
    row, column = data
    bars = max(1, len(bar_order(table)))
    chart = page.book.add_chart({"type": "bar"})
    for offset, flag in enumerate(_rated_flags(page), start=1):
        at = column + offset
        chart.add_series(
            {
                "name": [page.name, row, at],
                "categories": [page.name, row + 1, column, row + bars, column],
                "values": [page.name, row + 1, at, row + bars, at],
                "fill": {"color": flag.colour}, "border": {"color": "#7F8A99", "width": 0.5},
                "gap": 35 if bars > _FEW_BARS else 120, "overlap": 100,
                "data_labels": {"value": True, "num_format": PERCENT, "font": _font(frame.font)},
            }
        )  # fmt: skip
    chart.set_y_axis(
        {
            "reverse": True,
            "num_font": _font(frame.font),
            "line": {"color": RULE},
            "major_tick_mark": "none",
        }
    )
    top = {"max": _AXIS_CEILING} if _highest(table) > _AXIS_CEILING else {}
    chart.set_x_axis({"min": 0, "visible": False, "major_gridlines": {"visible": False}} | top)
    chart.set_legend({"position": "bottom", "font": _font(frame.font)})
    _place(page, chart, frame, "avance")


def _highest(table: GroupTable) -> float:
    return max((float(table.period.progress[i]) for i in bar_order(table)), default=0.0)


def _rated_flags(page: Page) -> Sequence[Flag]:
    preset = page.report.preset
    return (*(band.flag for band in preset.bands), NO_REPORT)


def shorten(label: str, room: int = _LABEL) -> str:
    """Return a name that fits a chart's axis, cut between words.

    Example:
        >>> shorten("GERENCIA CENTRAL DE ADMINISTRACION", 24)
        'GERENCIA CENTRAL DE…'
    """
    if len(label) <= room:
        return label
    cut = label[: room - 1]
    return f"{cut.rsplit(' ', 1)[0] if ' ' in cut[room // 2 :] else cut}…"


def _font(size: int, *, color: str = INK, bold: bool = False) -> dict[str, object]:
    return {"name": FONT, "size": size, "color": color, "bold": bold}


def _place(page: Page, chart: Chart, frame: Frame, name: str) -> None:
    chart.set_title(
        {"name": frame.title, "name_font": _font(frame.font + 3, bold=True), "overlay": False}
    )
    chart.set_chartarea({"border": {"color": RULE}, "fill": {"color": "#FFFFFF"}})
    chart.set_plotarea({"fill": {"none": True}})
    chart.set_size({"width": frame.width, "height": frame.height})
    # Filtering a table or folding its groups must not empty the chart.
    chart.show_hidden_data()
    chart.chart_name = NAME_PREFIX + name
    fix_rows(page, frame.row, frame.row + frame.height // 20 + 2)
    # The chart moves and grows with its cells, whose width depends on the institution's font.
    page.sheet.insert_chart(
        frame.row,
        frame.column,
        chart,
        {"description": frame.description, "object_position": 1, "y_offset": 4},
    )
