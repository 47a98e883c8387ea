"""`Por órgano`, `Por actividad MEF`, `Por unidad de medida`: a row a group, TOTAL last, a chart."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from poi_xl.core.indicators import Figures
from poi_xl.core.plan import By, Floats
from poi_xl.core.summaries import GroupTable, Money, OrganTable
from poi_xl.core.text import counted
from poi_xl.sheets.pages.charts import MOST_BARS, Frame, bar_chart, bar_data, bar_height, bar_order
from poi_xl.sheets.pages.legend import draw_legend
from poi_xl.sheets.pages.page import NO_RATIO, Cell, Page, flag_text, heading_period
from poi_xl.sheets.pages.paper import break_before, pixels
from poi_xl.sheets.pages.table import (
    Column,
    Look,
    amount_width,
    amounts,
    draw_table,
    flags,
    gaps,
    label_width,
    ratios,
    set_widths,
)

# Heading, one group, several, none, and the name of the Excel table.
Words = tuple[str, str, str, str, str]
_WORDS: dict[By, Words] = {
    By.ORGAN: ("Órgano", "órgano", "órganos", "ninguno", "poi_tabla_por_organo"),
    By.BUDGET_ACTIVITY: (
        "Actividad presupuestal (MEF)", "actividad MEF", "actividades MEF", "ninguna",
        "poi_tabla_por_mef",
    ),
    By.MEASURE_UNIT: (
        "Unidad de medida", "unidad de medida", "unidades de medida", "ninguna",
        "poi_tabla_por_unidad",
    ),
}  # fmt: skip
_BAR = "#BBD3EA"
_HEAD: Mapping[str, object] = {"bold": True, "bg_color": "#EEF3F8"}
_FONT = 11  # the sheet prints at about two thirds of its size
_AVANCE = 7


def draw(
    page: Page, table: GroupTable, tree: OrganTable | None = None, words: Words | None = None
) -> None:
    """Draw the sheet of one grouping.

    Args:
        page: the page.
        table: a row a group; title and chart are about them.
        tree: the rows to show, when some groups depend on others.
        words: what a group is called, where it is none of the plan's own.
    """
    words = words or _WORDS[table.by]
    heading, one, *_, name = words
    columns = list(
        _columns(page, table, heading) if tree is None else _branched(page, tree, heading)
    )
    widths = [column.width for column in columns]
    set_widths(page, columns)
    page.head(f"Avance por {one} — {heading_period(page.report)}: {_message(table, words)}")
    row = draw_legend(page, 3, widths) + 1
    last = draw_table(page, row, name, columns)
    _data_bar(page, row + 1, last)
    page.sheet.freeze_panes(row + 1, 2)
    page.sheet.repeat_rows(row)
    _chart(page, table, last + 2, widths, words)


def _columns(page: Page, table: GroupTable, heading: str) -> Iterator[Column]:
    report = page.report
    now, total = table.period, report.total
    yield Column("Puesto", 7.5, Look.PLACE, _ranks(now.progress), "")
    yield Column(heading, label_width(table.labels, 28, 42), Look.TEXT, table.labels, "TOTAL")
    yield Column("Actividades", 11, Look.COUNT, now.activities.tolist(), int(total.activities[0]))
    yield amounts("Meta", 8, now.target, float(total.target[0]))
    yield amounts("Programado", 11, now.planned, float(total.planned[0]))
    yield amounts("Ejecutado", 9.5, now.executed, float(total.executed[0]))
    yield gaps("Brecha", 8, now.gap, float(total.gap[0]))
    yield ratios("Avance", 9.5, now.progress, total.progress)
    yield flags("Semáforo", 14, now, total)
    yield ratios("Promedio", 9.5, now.mean, total.mean)
    yield ratios("Promedio con tope", 9.5, now.capped_mean, total.capped_mean)
    yield from _counts(now, total)
    yield from to_date_columns(table.to_date, report.total_to_date)
    if table.by is By.ORGAN and table.money and report.money:
        yield from _money_columns(table.money, report.money)


def _money_columns(money: Money, whole: Money) -> Iterator[Column]:
    now, total = money.period, whole.period
    yield _soles("Programado (S/)", now.planned, float(total.planned[0]))
    yield _soles("Ejecutado (S/)", now.executed, float(total.executed[0]))
    yield ratios("Avance financiero", 10, now.progress, total.progress)
    to_date, total = money.to_date, whole.to_date
    yield ratios("Avance financiero a la fecha", 10, to_date.progress, total.progress)


def _soles(heading: str, values: Floats, total: float) -> Column:
    # Céntimos would only make the sheet's print smaller.
    width = amount_width(12, np.rint(values), total)
    return Column(heading, width, Look.AMOUNT, values.tolist(), total)


def _branched(page: Page, tree: OrganTable, heading: str) -> Iterator[Column]:
    """Yield the columns with a head set off, and what depends on it indented; only organs rank."""
    lines = tree.lines
    heads = np.array(lines.heads)
    looks: list[Mapping[str, object]] = [_HEAD if head else {} for head in lines.heads]
    indented = [{**look, "indent": 1 + 2 * n} for look, n in zip(looks, lines.levels, strict=True)]
    for column in _columns(page, tree.table, heading):
        if column.look is Look.PLACE:
            ranks = _ranks(np.where(heads, np.nan, tree.table.period.progress))
            values = ["" if head else rank for head, rank in zip(heads, ranks, strict=True)]
            yield replace(column, values=values, looks=looks)
        else:
            is_name = column.heading == heading
            yield replace(column, looks=indented if is_name else looks)


def _counts(now: Figures, total: Figures) -> Iterator[Column]:
    for index, flag in enumerate(now.preset.flags):
        text = flag_text(flag)
        width = max(8.0, min(14.0, 1.05 * max(map(len, text.split()))))
        counts = now.counts[:, index].tolist()
        yield Column(text, width, Look.COUNT, counts, int(total.counts[0, index]))


def to_date_columns(figures: Figures, total: Figures) -> Iterator[Column]:
    """Yield the columns of the figures from January to the end of the period."""
    yield amounts("Programado a la fecha", 11, figures.planned, float(total.planned[0]))
    yield amounts("Ejecutado a la fecha", 10, figures.executed, float(total.executed[0]))
    yield ratios("Avance a la fecha", 9, figures.progress, total.progress)
    yield ratios("Avance de meta", 9, figures.target_progress, total.target_progress)


def _ranks(progress: Floats) -> list[Cell]:
    """Place of each group by its ratio, the highest first; equals share a place."""
    rated = np.sort(progress[np.isfinite(progress)])
    places = len(rated) - np.searchsorted(rated, progress, side="right") + 1
    return [
        int(place) if np.isfinite(value) else NO_RATIO
        for place, value in zip(places, progress, strict=True)
    ]


def _message(table: GroupTable, words: Words) -> str:
    _, one, many, none, _ = words
    off = sum(1 for group in range(len(table.labels)) if table.period.flag_of(group).alert)
    whole = counted(len(table.labels), one, many)
    return f"{off} de {whole} en alerta" if off else f"{whole}, {none} en alerta"


def _data_bar(page: Page, first: int, last: int) -> None:
    page.sheet.conditional_format(
        first, _AVANCE, last, _AVANCE,
        {
            "type": "data_bar", "data_bar_2010": True, "bar_solid": True, "bar_color": _BAR,
            "bar_border_color": _BAR, "min_type": "num", "max_type": "num",
            "min_value": 0, "max_value": 1,
        },
    )  # fmt: skip


def _chart(page: Page, table: GroupTable, row: int, widths: Sequence[float], words: Words) -> None:
    bars = bar_order(table)
    last_column = len(widths) - 1
    if not bars:
        page.sheet.print_area(0, 0, row - 2, last_column)
        return
    wide = sum(pixels(width) for width in widths)
    height = bar_height(len(bars), _FONT)
    rows = -(-height // 20) + 1
    break_before(page, row, widths, height)
    data = (row, last_column + 2)
    bar_data(page, *data, table)
    bar_chart(
        page, data, table,
        Frame(row, 0, wide, height, _title(page, table, words), _describe(table, words), _FONT),
    )  # fmt: skip
    # The chart's own cells stay in sight on the screen and off the paper.
    page.sheet.print_area(0, 0, row + rows, last_column)


def _title(page: Page, table: GroupTable, words: Words) -> str:
    return f"Avance por {words[1]}, {heading_period(page.report)}: {ranking_text(table)}"


def ranking_text(table: GroupTable) -> str:
    """Return how a chart of ratios is sorted and whether it leaves any group out."""
    rated = int(np.isfinite(table.period.progress).sum())
    return f"los {MOST_BARS} más bajos de {rated:,}" if rated > MOST_BARS else "de menor a mayor"


def _describe(table: GroupTable, words: Words) -> str:
    return (
        f"Barras con el avance de cada {words[1]} en el periodo, {ranking_text(table)}; "
        "el color y la forma dicen su semáforo."
    )
