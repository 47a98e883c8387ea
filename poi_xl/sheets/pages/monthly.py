"""`Mensual`: month by month, the institution and then each organ, five rows each, and a chart."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
from xlsxwriter.format import Format

from poi_xl.core.indicators import ratio
from poi_xl.core.period import MONTH_NAMES, MONTHS
from poi_xl.core.summaries import Monthly, Report
from poi_xl.sheets.pages.charts import Frame, MonthCells, month_chart
from poi_xl.sheets.pages.page import NO_RATIO, Cell, Page, done_text
from poi_xl.sheets.pages.paper import break_between, pixels
from poi_xl.sheets.pages.table import (
    Column,
    Look,
    amount_width,
    cell_format,
    label_width,
    line_count,
    row_height,
    set_widths,
    start_table,
)

MEASURES = (
    "Programado",
    "Ejecutado",
    "Avance",
    "Programado acumulado",
    "Ejecutado acumulado",
)
_PROGRESS = 2
_TOP = 3
_MEASURE_WIDTH, _MONTH_WIDTH = 22.0, 9.5
_CHART_HEIGHT = 480

Block = list[list[Cell]]  # five rows of twelve months and the year


def draw(page: Page) -> None:
    """Draw the sheet."""
    monthly = page.report.monthly
    columns = _columns(monthly)
    set_widths(page, columns)
    page.head(month_title(page.report))
    start_table(page, _TOP, "poi_tabla_mensual", columns, autofilter=True)
    for index, (label, block) in enumerate(zip(monthly.labels, _blocks(monthly), strict=True)):
        row = _TOP + 1 + index * len(MEASURES)
        height = row_height(line_count(label, columns[0].width))
        for offset, values in enumerate(block):
            # Folding a block leaves its first row in sight.
            page.sheet.set_row(row + offset, height, None, {"level": 1} if offset else {})
            _draw_row(page, row + offset, label, offset, values)
    page.sheet.outline_settings(symbols_below=False)
    page.sheet.freeze_panes(_TOP + 1, 2)
    page.sheet.repeat_rows(_TOP)
    _draw_chart(page, _TOP + len(columns[0].values) + 2, [column.width for column in columns])


def month_title(report: Report) -> str:
    """Return the title of the months: what they show, and how far the year is."""
    year = f", {report.stamp.year}" if report.stamp.year else ""
    done = report.total_to_date
    message = done_text(float(done.planned[0]), float(done.executed[0]))
    month = MONTH_NAMES[report.period.last - 1]
    return f"Programado y ejecutado por mes{year}: a {month} {message}"


def month_description(report: Report) -> str:
    """Return the alternative text of the chart of the months."""
    return (
        "Columnas con lo programado (contorno) y lo ejecutado (relleno) de cada mes, y líneas con "
        f"ambos acumulados. {month_title(report)}."
    )


def _columns(monthly: Monthly) -> Sequence[Column]:
    blank: list[Cell] = [""] * (len(monthly.labels) * len(MEASURES))
    width = amount_width(_MONTH_WIDTH, np.fmax(monthly.planned_to_date, monthly.executed_to_date))
    return (
        Column("Órgano", label_width(monthly.labels, 28, 58), Look.TEXT, blank),
        Column("Medida", _MEASURE_WIDTH, Look.LINE, blank),
        *(Column(name, width, Look.AMOUNT, blank) for name in (*MONTHS, "Año")),
    )


def _blocks(monthly: Monthly) -> Iterator[Block]:
    """Yield the five rows of each label; what is still to come stays blank."""
    planned, executed = monthly.planned_in_year, monthly.executed_in_year
    year = ratio(executed, planned)
    for i in range(len(monthly.labels)):
        progress: list[Cell] = [
            "" if np.isnan(done) else _ratio(value)
            for done, value in zip(monthly.executed[i], monthly.progress[i], strict=True)
        ]
        yield [
            [*monthly.planned[i].tolist(), float(planned[i])],
            [*monthly.executed[i].tolist(), float(executed[i])],
            [*progress, _ratio(year[i])],
            [*monthly.planned_to_date[i].tolist(), ""],
            [*monthly.executed_to_date[i].tolist(), ""],
        ]


def _ratio(value: float) -> Cell:
    return float(value) if np.isfinite(value) else NO_RATIO


def _draw_row(page: Page, row: int, label: str, measure: int, values: Sequence[Cell]) -> None:
    # The organ stands in every row so that filtering by measure keeps it in sight.
    looks = _looks(page, measure, strong=row < _TOP + 1 + len(MEASURES))
    for column, value in enumerate(chain((label, MEASURES[measure]), values)):
        page.put(row, column, value, looks[min(column, 2)])


def _looks(page: Page, measure: int, *, strong: bool) -> tuple[Format, Format, Format]:
    extra: dict[str, Any] = {"bg_color": "#EEF3F8"} if strong else {}
    if measure == 0:
        extra |= {"top": 2, "top_color": "#8FA3B8"}
    name = Look.FAINT if measure else Look.TEXT
    figures = Look.RATIO if measure == _PROGRESS else Look.AMOUNT
    return (
        cell_format(page, name, bold=measure == 0, **extra),
        cell_format(page, Look.LINE, **extra),
        cell_format(page, figures, bold=measure == _PROGRESS, **extra),
    )


def _draw_chart(page: Page, row: int, widths: Sequence[float]) -> None:
    count = len(page.report.monthly.labels)
    blocks = [(_TOP + 1 + i * len(MEASURES), len(MEASURES)) for i in range(count)]
    break_between(page, [*blocks, (row, _CHART_HEIGHT // 20)], widths, header=_TOP)
    title = month_title(page.report)
    wide = sum(pixels(width) for width in widths)
    frame = Frame(row, 0, wide, _CHART_HEIGHT, title, month_description(page.report), 10)

    def cells(measure: int) -> list[object]:
        line = _TOP + 1 + measure
        return [page.name, line, 2, line, 13]

    months: list[object] = [page.name, _TOP, 2, _TOP, 13]
    month_chart(page, MonthCells(months, cells(0), cells(1), cells(3), cells(4)), frame)
    page.sheet.print_area(0, 0, row + _CHART_HEIGHT // 20 + 1, len(widths) - 1)
