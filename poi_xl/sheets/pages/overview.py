"""`Resumen`: the one page that the head of the institution reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from xlsxwriter.format import Format

from poi_xl.core.period import MONTHS
from poi_xl.core.problems import Severity
from poi_xl.core.summaries import Money, flag_shares
from poi_xl.sheets.pages.charts import (
    Frame,
    MonthCells,
    bar_chart,
    bar_data,
    bar_height,
    bar_order,
    month_chart,
)
from poi_xl.sheets.pages.groups import ranking_text
from poi_xl.sheets.pages.legend import legend_entries
from poi_xl.sheets.pages.monthly import month_description, month_title
from poi_xl.sheets.pages.page import (
    LINK_COLOUR,
    NO_RATIO,
    Area,
    Cell,
    Page,
    done_text,
    flag_text,
    heading_period,
)
from poi_xl.sheets.pages.paper import fix_rows, height_of, pixels
from poi_xl.sheets.pages.table import Look, cell_format, line_count, row_height
from poi_xl.sheets.style import BRAND, FAINT, PERCENT, RULE

# A fine grid of equal columns: eight tiles of four over a left part of twenty and a right part.
_COLUMNS, _WIDTH = 32, 5.5
_LEFT, _RIGHT = 20, 21
_TILE = 4
_TILES, _BLOCKS = 3, 7
_DATA = _COLUMNS + 2
_MONTHS_HEIGHT = 280
_WORST = 5
_SEVERITIES = {
    Severity.ERROR: "Errores",
    Severity.WARNING: "Advertencias",
    Severity.NOTE: "Notas",
}
# Where each column of the worst gaps begins and ends on the grid.
_GAP_COLUMNS = (
    ("N.º", 0, 0), ("Órgano", 1, 5), ("Actividad", 6, 11), ("Programado", 12, 13),
    ("Ejecutado", 14, 15), ("Brecha", 16, 17), ("Avance", 18, 19),
)  # fmt: skip
_MONEY_COLUMNS = (
    ("", 0, 3), ("Programado (S/)", 4, 7), ("Ejecutado (S/)", 8, 11), ("Avance financiero", 12, 15),
    ("Avance físico", 16, 19),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure of the band at the top.

    Attributes:
        label: what it is.
        value: in the period.
        before: in the period before; None where there is none.
        number_format: how both show.
    """

    label: str
    value: Cell
    before: Cell
    number_format: str


def draw(page: Page) -> None:
    """Draw the sheet."""
    page.sheet.set_column(0, _COLUMNS - 1, _WIDTH)
    page.head(_title(page))
    page.sheet.fit_to_pages(1, 1)
    page.sheet.set_row(2, 6)
    _draw_tiles(page)
    end = max(_draw_flags(page, _BLOCKS), _draw_guide(page, _BLOCKS))
    page.sheet.set_row(_BLOCKS - 1, 8)
    last = _draw_gaps(page, end + 2)
    if page.report.money:
        last = _draw_money(page, page.report.money, last + 2)
    _draw_charts(page, last + 2)


def _title(page: Page) -> str:
    report = page.report
    message = done_text(float(report.total.planned[0]), float(report.total.executed[0]))
    return f"Resumen del POI — {heading_period(report)}: {message}"


# --- the band of figures --------------------------------------------------------------------------


def _tiles(page: Page) -> Iterator[Tile]:
    report = page.report
    now, before = report.total, report.previous

    def figure(label: str, name: str, number_format: str) -> Tile:
        earlier = None if before is None else _shown(getattr(before, name))
        return Tile(label, _shown(getattr(now, name)[0]), earlier, number_format)

    yield figure("Programado", "planned", page.amount)
    yield figure("Ejecutado", "executed", page.amount)
    yield figure("Brecha", "gap", page.gap)
    yield figure("Avance", "progress", PERCENT)
    yield figure("Avance de meta", "target_progress", PERCENT)
    yield figure("Promedio", "mean", PERCENT)
    yield figure("Promedio con tope", "capped_mean", PERCENT)
    flag = None if before is None else flag_text(before.flag)
    yield Tile("Semáforo", flag_text(now.flag_of(0)), flag, "@")


def _shown(figure: float) -> Cell:
    return float(figure) if np.isfinite(figure) else NO_RATIO


def _draw_tiles(page: Page) -> None:
    for row, height in enumerate((16.0, 32.0, 16.0), start=_TILES):
        page.sheet.set_row(row, height)
    for index, tile in enumerate(_tiles(page)):
        first = index * _TILE
        last = first + _TILE - 1
        page.merge((_TILES, first, _TILES, last), tile.label, _tile(page, top=True))
        size = 14 if isinstance(tile.value, str) else 20
        value = _tile(page, font_size=size, bold=True, num_format=tile.number_format, shrink=True)
        page.merge((_TILES + 1, first, _TILES + 1, last), tile.value, value)
        _draw_before(page, first, tile)
    page.mark_flags((_TILES + 1, _COLUMNS - _TILE, _TILES + 1, _COLUMNS - 1))


def _draw_before(page: Page, first: int, tile: Tile) -> None:
    area = (_TILES + 2, first, _TILES + 2, first + _TILE - 1)
    period, earlier = page.report.period.previous, page.report.previous
    how = " al cierre" if earlier and earlier.closed else ""
    label = f"{period.label}{how}: " if period else ""
    if isinstance(tile.before, str):
        page.merge(area, label + tile.before, _tile(page, bottom=True, shrink=True))
    else:
        # The figure stays a number: its label is part of how it shows.
        shown = ";".join(f'"{label}"{part}' for part in tile.number_format.split(";"))
        page.merge(area, tile.before, _tile(page, bottom=True, num_format=shown))


def _tile(page: Page, *, top: bool = False, bottom: bool = False, **extra: object) -> Format:
    look: dict[str, object] = {
        "align": "center", "bg_color": "#F4F7FA", "left": 1, "right": 1,
        "left_color": RULE, "right_color": RULE,
    }  # fmt: skip
    if top:
        look |= {"top": 2, "top_color": BRAND, "font_size": 9, "font_color": FAINT}
    if bottom:
        look |= {"bottom": 1, "bottom_color": RULE, "font_size": 9, "font_color": FAINT}
    return page.styles(**(look | extra))


# --- activities per flag, observations, other sheets ----------------------------------------------


def _draw_flags(page: Page, row: int) -> int:
    """Draw how many activities have each flag; it is also the legend of this sheet."""
    _section(page, row, "Actividades por semáforo", 0, 12)
    spans = ((0, 4), (5, 8), (9, 10), (11, 12))
    headings = ("Semáforo", "Límites", "Actividades", "% del total")
    _line(page, row + 1, spans, headings, [_heading(page)] * 4)
    shares = flag_shares(page.report.total)
    looks = _row_looks(page, Look.TEXT, Look.LINE, Look.COUNT, Look.RATIO)
    for line, ((flag, limits), (_, count, share)) in enumerate(
        zip(legend_entries(page.report.preset), shares, strict=True), start=row + 2
    ):
        page.sheet.set_row(line, 16.5)
        fill = page.styles.cell(bg_color=flag.colour, font_color="#000000", indent=1)
        _line(page, line, spans, (flag_text(flag), limits, count, share), [fill, *looks[1:]])
    last = row + 2 + len(shares)
    total = _row_looks(page, Look.TEXT, Look.LINE, Look.COUNT, Look.RATIO, total=True)
    whole = int(page.report.total.activities[0])
    _line(page, last, spans, ("TOTAL", "", whole, 1.0 if whole else NO_RATIO), total)
    return last


def _draw_guide(page: Page, row: int) -> int:
    """Draw the observations by severity and the way to the other sheets."""
    first, last = 14, _LEFT - 1
    _section(page, row, "Observaciones", first, last)
    look, number = cell_format(page, Look.LINE), cell_format(page, Look.COUNT)
    target = (page.names["observaciones"], "A1")
    for line, (severity, word) in enumerate(_SEVERITIES.items(), start=row + 1):
        linked = _link_look(page) if page.report.problem_count(severity) else look
        if linked is not look:
            page.link(line, first, target, tip="Ver las observaciones")
        values = (word, page.report.problem_count(severity))
        _line(page, line, ((first, last - 2), (last - 1, last)), values, [linked, number])
    _section(page, row + 4, "Ver también", first, last)
    others = [name for key, name in page.names.items() if key != "resumen"]
    for line, name in enumerate(others, start=row + 5):
        page.merge((line, first, line, last), name, _link_look(page))
        page.link(line, first, (name, "A1"))
        page.put(line, first, name, _link_look(page))
    return row + 4 + len(others)


def _link_look(page: Page) -> Format:
    return page.styles.cell(font_color=LINK_COLOUR, underline=1, indent=1)


# --- the worst gaps -------------------------------------------------------------------------------


def _draw_gaps(page: Page, row: int) -> int:
    """Draw the activities with the largest shortfall; always the same number of rows."""
    page.sheet.set_row(row - 1, 8)
    _section(page, row, "Las cinco mayores brechas del periodo", 0, _LEFT - 1)
    spans = tuple((first, last) for _, first, last in _GAP_COLUMNS)
    _line(page, row + 1, spans, [h for h, *_ in _GAP_COLUMNS], [_heading(page)] * len(spans))
    looks = _row_looks(
        page,
        Look.PLACE,
        Look.TEXT,
        Look.TEXT,
        Look.AMOUNT,
        Look.AMOUNT,
        Look.GAP,
        Look.RATIO,
        font_size=9,
    )
    worst = page.report.worst_gaps
    for index in range(_WORST):
        line = row + 2 + index
        if index < len(worst):
            _draw_gap(page, line, worst[index], looks)
        else:
            text = "Ninguna actividad quedó por debajo de lo programado." if not worst else ""
            page.merge((line, 0, line, _LEFT - 1), text if index == 0 else "", looks[1])
    return row + 1 + _WORST


def _draw_gap(page: Page, row: int, activity: int, looks: Sequence[Format]) -> None:
    plan, now = page.report.plan, page.report.activities
    organ, name = (" ".join(text[activity].split()) for text in (plan.organ, plan.activity))
    spans = [(first, last) for _, first, last in _GAP_COLUMNS]
    ratio = float(now.progress[activity])
    figures = (now.planned[activity], now.executed[activity], now.gap[activity])
    values = (
        activity + 1,
        organ,
        name,
        *map(float, figures),
        ratio if np.isfinite(ratio) else NO_RATIO,
    )
    _line(page, row, spans, values, looks)
    lines = max(line_count(organ, 5 * _WIDTH * 1.1), line_count(name, 6 * _WIDTH * 1.1))
    page.sheet.set_row(row, max(28.0, row_height(min(5, lines))))
    if page.link_activity(row, 0, activity):
        page.put(row, 0, activity + 1, cell_format(page, Look.LINK, font_size=9))


# --- money ----------------------------------------------------------------------------------------


def _draw_money(page: Page, money: Money, row: int) -> int:
    """Draw the soles of the period and to date, and how far the work itself came."""
    page.sheet.set_row(row - 1, 8)
    _section(page, row, "Ejecución financiera", 0, _LEFT - 1)
    spans = tuple((first, last) for _, first, last in _MONEY_COLUMNS)
    _line(page, row + 1, spans, [h for h, *_ in _MONEY_COLUMNS], [_heading(page)] * len(spans))
    looks = _row_looks(page, Look.LINE, Look.AMOUNT, Look.AMOUNT, Look.RATIO, Look.RATIO)
    report = page.report
    lines = (
        (report.period.label, money.period, report.total),
        ("A la fecha", money.to_date, report.total_to_date),
    )
    for line, (label, soles, work) in enumerate(lines, start=row + 2):
        amounts = (soles.planned, soles.executed, soles.progress, work.progress)
        _line(page, line, spans, (label, *(_shown(float(each[0])) for each in amounts)), looks)
    return row + 1 + len(lines)


# --- charts ---------------------------------------------------------------------------------------


def _draw_charts(page: Page, row: int) -> None:
    page.sheet.set_row(row - 1, 8)
    months = _month_data(page, _BLOCKS, _DATA)
    wide = _LEFT * pixels(_WIDTH)
    title, description = month_title(page.report), month_description(page.report)
    month_chart(page, months, Frame(row, 0, wide, _MONTHS_HEIGHT, title, description))
    fix_rows(page, 0, row)
    _draw_organs(page, height_of(page, _BLOCKS, row) + _MONTHS_HEIGHT)
    page.sheet.print_area(0, 0, row + _MONTHS_HEIGHT // 20, _COLUMNS - 1)


def _draw_organs(page: Page, room: int) -> None:
    table = page.report.organs
    bars = len(bar_order(table))
    if not bars:
        text = "Ningún órgano tiene algo programado en el periodo."
        page.put(_BLOCKS, _RIGHT, text, page.styles(font_color=FAINT))
        return
    data = (_BLOCKS + len(MONTHS) + 3, _DATA)
    bar_data(page, *data, table)
    title = f"Avance por órgano, {heading_period(page.report)}: {ranking_text(table)}"
    described = f"{title}. El color y la forma dicen su semáforo."
    wide = (_COLUMNS - _RIGHT) * pixels(_WIDTH)
    height = min(room, max(260, bar_height(bars) * 2))
    bar_chart(page, data, table, Frame(_BLOCKS, _RIGHT, wide, height, title, described))


def _month_data(page: Page, row: int, column: int) -> MonthCells:
    """Write the cells that the chart of the months draws, labelled and off the paper."""
    monthly = page.report.monthly
    faint = page.styles(font_size=8, font_color=FAINT, num_format=page.amount)
    page.put(
        row - 2,
        column,
        "Datos de los gráficos",
        page.styles(font_size=8, font_color=FAINT, bold=True),
    )
    series: tuple[tuple[str, Sequence[Cell]], ...] = (
        ("Mes", MONTHS),
        ("Programado", monthly.planned[0].tolist()),
        ("Ejecutado", monthly.executed[0].tolist()),
        ("Programado acumulado", monthly.planned_to_date[0].tolist()),
        ("Ejecutado acumulado", monthly.executed_to_date[0].tolist()),
    )
    for offset, (heading, values) in enumerate(series):
        page.put(row, column + offset, heading, faint)
        for line, value in enumerate(values, start=row + 1):
            page.put(line, column + offset, value, faint)
    return MonthCells(
        *(
            [page.name, row + 1, column + i, row + len(MONTHS), column + i]
            for i in range(len(series))
        )
    )


# --- pieces ---------------------------------------------------------------------------------------


def _section(page: Page, row: int, text: str, first: int, last: int) -> None:
    look = page.styles(bold=True, font_size=11, font_color=BRAND, bottom=2, bottom_color=BRAND)
    page.merge((row, first, row, last), text, look)


def _heading(page: Page) -> Format:
    return page.styles.heading(font_size=9)


def _row_looks(page: Page, *looks: Look, total: bool = False, **extra: object) -> list[Format]:
    return [cell_format(page, look, total=total, **extra) for look in looks]


def _line(
    page: Page,
    row: int,
    spans: Sequence[tuple[int, int]],
    values: Sequence[Cell],
    looks: Sequence[Format],
) -> None:
    for (first, last), value, look in zip(spans, values, looks, strict=True):
        area: Area = (row, first, row, last)
        page.merge(area, value, look)
