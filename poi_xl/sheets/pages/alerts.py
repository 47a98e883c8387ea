"""`Alertas`: what is off track, and the columns where people explain it and answer for it."""

from collections.abc import Iterator, Sequence

from poi_xl.core.notes import REASON_CATEGORIES, TYPED_HEADINGS, TypedNote, Value
from poi_xl.core.plan import Floats
from poi_xl.core.text import counted
from poi_xl.sheets.pages.activities import clean, link_numbers
from poi_xl.sheets.pages.legend import draw_legend
from poi_xl.sheets.pages.page import (
    Cell,
    Page,
    flag_text,
    heading_period,
    ratio_cell,
)
from poi_xl.sheets.pages.table import Column, Look, amount_width, draw_table, set_widths
from poi_xl.sheets.style import BRAND

KEPT_TITLE = "Ya no figuran en alerta (se conserva lo escrito)"
FIRST_TYPED = 12
LAST_TYPED = FIRST_TYPED + len(TYPED_HEADINGS) - 1
_TYPED_WIDTHS = (15.0, 24.0, 24.0, 15.0, 12.5)
_NOWHERE = -1

Row = tuple[int, str, str, str, TypedNote | None]  # activity, organ, activity name, key, note


def draw(page: Page) -> None:
    """Draw the sheet: the alerts, and below them what was written about activities that left."""
    rows = _alert_rows(page)
    columns = list(_columns(page, rows or [_none_row(page)], typed=bool(rows)))
    set_widths(page, columns)
    page.head(_title(page))
    row = draw_legend(page, 3, [c.width for c in columns if not c.hidden]) + 1
    last = draw_table(page, row, "poi_tabla_alertas", columns, autofilter=True)
    link_numbers(page, row + 1, [activity for activity, *_ in rows])
    if rows:
        _offer_categories(page, row + 1, last)
    if page.report.kept_notes:
        last = _draw_kept(page, last + 2)
    page.sheet.freeze_panes(row + 1, 3)
    page.sheet.repeat_rows(row)
    page.sheet.print_area(0, 0, last, LAST_TYPED)


def _title(page: Page) -> str:
    report = page.report
    whole = counted(len(report.plan), "actividad", "actividades")
    return f"{len(report.alerts):,} de {whole} en alerta — {heading_period(report)}"


def _alert_rows(page: Page) -> list[Row]:
    plan = page.report.plan
    organs, names = clean(plan.organ), clean(plan.activity)
    return [
        (i, organs[i], names[i], plan.keys[i], alert.note)
        for alert in page.report.alerts
        for i in (alert.activity,)
    ]


def _none_row(page: Page) -> Row:
    text = f"Ninguna actividad está en alerta en {heading_period(page.report)}."
    return _NOWHERE, "", text, "", None


def _draw_kept(page: Page, row: int) -> int:
    place = {key: index for index, key in enumerate(page.report.plan.keys)}
    rows: list[Row] = [
        (place.get(note.key, _NOWHERE), note.organ, note.activity, note.key, note)
        for note in page.report.kept_notes
    ]
    page.put(row, 0, KEPT_TITLE, page.styles(bold=True, font_size=12, font_color=BRAND))
    page.sheet.set_row(row, 20)
    columns = list(_columns(page, rows, typed=True))
    last = draw_table(page, row + 1, "poi_tabla_alertas_anteriores", columns)
    link_numbers(page, row + 2, [activity for activity, *_ in rows])
    _offer_categories(page, row + 2, last)
    return last


def _columns(page: Page, rows: Sequence[Row], *, typed: bool) -> Iterator[Column]:
    report = page.report
    now, to_date = report.activities, report.activities_to_date
    at = [activity for activity, *_ in rows]
    words = [flag_text(flag) for flag in now.preset.flags]
    units = clean(report.plan.measure_unit)
    yield Column("N.º", 6.5, Look.PLACE, [i + 1 if i >= 0 else "" for i in at])
    yield Column("Órgano", 25, Look.TEXT, [organ for _, organ, *_ in rows])
    yield Column("Actividad", 38, Look.TEXT, [name for _, _, name, *_ in rows])
    yield Column("Unidad de medida", 13, Look.TEXT, [units[i] if i >= 0 else "" for i in at])
    yield _amounts("Meta", 8, now.target, at)
    yield _amounts("Programado", 11, now.planned, at)
    yield _amounts("Ejecutado", 9.5, now.executed, at)
    yield _amounts("Brecha", 8.5, now.gap, at, Look.GAP)
    yield Column("Avance", 9, Look.RATIO, _ratios(now.progress, at))
    yield Column("Semáforo", 13.5, Look.FLAG, [words[now.flag[i]] if i >= 0 else "" for i in at])
    yield Column("Avance a la fecha", 9, Look.RATIO, _ratios(to_date.progress, at))
    yield Column("Avance de meta", 9, Look.RATIO, _ratios(to_date.target_progress, at))
    yield from _typed_columns([note for *_, note in rows], typed=typed)
    yield Column("Clave", 12, Look.LINE, [key for *_, key, _ in rows], hidden=True)


def _typed_columns(notes: Sequence[TypedNote | None], *, typed: bool) -> Iterator[Column]:
    for index, (heading, width) in enumerate(zip(TYPED_HEADINGS, _TYPED_WIDTHS, strict=True)):
        look = Look.TYPED_DATE if index == len(TYPED_HEADINGS) - 1 else Look.TYPED
        values: list[Cell] = [_typed_value(note, index) for note in notes]
        yield Column(heading, width, look if typed else Look.TEXT, values)


def _typed_value(note: TypedNote | None, index: int) -> Value:
    return note.values[index] if note and index < len(note.values) else ""


def _amounts(
    heading: str, width: float, figures: Floats, at: Sequence[int], look: Look = Look.AMOUNT
) -> Column:
    values: list[Cell] = [float(figures[i]) if i >= 0 else "" for i in at]
    return Column(heading, amount_width(width, figures), look, values)


def _ratios(figures: Floats, at: Sequence[int]) -> list[Cell]:
    return [ratio_cell(figures[i]) if i >= 0 else "" for i in at]


def _offer_categories(page: Page, first: int, last: int) -> None:
    page.sheet.data_validation(
        first, FIRST_TYPED, last, FIRST_TYPED,
        {
            "validate": "list", "source": list(REASON_CATEGORIES), "show_error": False,
            "input_title": "Categoría del motivo",
            "input_message": "Elija una de la lista, o escriba otra.",
        },
    )  # fmt: skip
