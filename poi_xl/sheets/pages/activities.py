"""`Semáforo`: every activity with its flag, each leading to its row in the plan."""

from collections.abc import Iterator

from poi_xl.core.text import counted, number_text
from poi_xl.sheets.pages.groups import to_date_columns
from poi_xl.sheets.pages.legend import draw_legend
from poi_xl.sheets.pages.page import Page, heading_period
from poi_xl.sheets.pages.table import (
    Column,
    Look,
    amounts,
    cell_format,
    draw_table,
    flags,
    gaps,
    label_width,
    ratios,
    set_widths,
)


def draw(page: Page) -> None:
    """Draw the sheet."""
    columns = list(_columns(page))
    set_widths(page, columns)
    page.head(_title(page))
    row = draw_legend(page, 3, [column.width for column in columns]) + 1
    draw_table(page, row, "poi_tabla_semaforo", columns, autofilter=True)
    link_numbers(page, row + 1, range(len(page.report.plan)))
    page.sheet.freeze_panes(row + 1, 3)
    page.sheet.repeat_rows(row)
    page.sheet.print_area(0, 0, row + len(page.report.plan) + 1, len(columns) - 1)


def _title(page: Page) -> str:
    report = page.report
    count, alerts = len(report.plan), len(report.alerts)
    return (
        f"Semáforo de {counted(count, 'actividad', 'actividades')} — {heading_period(report)}: "
        f"{number_text(alerts)} en alerta"
    )


def _columns(page: Page) -> Iterator[Column]:
    report = page.report
    plan, now, total = report.plan, report.activities, report.total
    yield Column("N.º", 7, Look.PLACE, list(range(1, len(plan) + 1)), "")
    yield Column("Órgano", 28, Look.TEXT, clean(plan.organ), "TOTAL")
    yield Column("Actividad", 52, Look.TEXT, clean(plan.activity), "")
    mef, units = clean(plan.budget_activity), clean(plan.measure_unit)
    yield Column("Actividad presupuestal (MEF)", label_width(mef, 14, 28), Look.TEXT, mef, "")
    yield Column("Unidad de medida", label_width(units, 10, 16), Look.TEXT, units, "")
    yield amounts("Meta", 8, now.target, float(total.target[0]))
    yield amounts("Programado", 11, now.planned, float(total.planned[0]))
    yield amounts("Ejecutado", 9.5, now.executed, float(total.executed[0]))
    yield gaps("Brecha", 8.5, now.gap, float(total.gap[0]))
    yield ratios("Avance", 9.5, now.progress, total.progress)
    yield flags("Semáforo", 14.5, now, total)
    yield from to_date_columns(report.activities_to_date, report.total_to_date)


def clean(names: tuple[str, ...]) -> list[str]:
    """Return names as one line each, as they read best in a cell of another width."""
    return [" ".join(name.split()) for name in names]


def link_numbers(page: Page, row: int, activities: range | list[int]) -> None:
    """Make the numbers of a table's first column lead to the plan."""
    look = cell_format(page, Look.LINK)
    for offset, activity in enumerate(activities):
        if activity >= 0 and page.link_activity(row + offset, 0, activity):
            page.put(row + offset, 0, activity + 1, look)
