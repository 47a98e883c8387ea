"""The form of one organ: an .xlsx that looks like the plan, locked but for what the unit writes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from typing import Any, Final

import numpy as np
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from poi_xl.core.forms import FILLED_BY, FILLED_ON, NOTE_HEADINGS, Form, FormColumns, takes_decimals
from poi_xl.core.notes import REASON_CATEGORIES
from poi_xl.core.plan import Floats, Plan
from poi_xl.sheets import style
from poi_xl.sheets.report import WORKBOOK_OPTIONS, WORKBOOK_PROPERTIES
from poi_xl.sheets.style import Styles

FORM_SHEET: Final = "Ficha"
IDENTITY_SHEET: Final = "poi_xl"

# Rows counted from 0, as XlsxWriter does.
_TITLE, _WHOSE, _HOW, _BY, _ON, _GROUPS, _LABELS, _FIRST = 0, 1, 2, 4, 5, 7, 8, 9
_LABEL, _ANSWER, _ANSWER_END = 1, 2, 4
_NAME_WIDTHS = (4.5, 34.0, 20.0, 12.5)
_NOTE_WIDTHS = (15.0, 24.0, 24.0)
_FIGURE_WIDTH, _LONE_WIDTH, _ENTRY_WIDTH, _LOWEST_ROW = 6.2, 12.0, 7.5, 21.0
# `_)` keeps the figures of these narrow columns off the line.
_WHOLE, _DECIMAL = "#,##0_)", "#,##0.0#####_)"
_FOOTER_LETTERS = 100
_HOW_TO = (
    "Escriba en las celdas amarillas lo ejecutado cada mes: un número, o 0 si no se ejecutó nada. "
    "Deje en blanco lo que aún no se reporta. Si lo ejecutado se aparta de lo programado, elija la "
    "categoría y explique el motivo y la medida correctiva. Guarde el archivo como .xlsx y "
    "devuélvalo; puede cambiarle el nombre, no las filas ni las columnas."
)
# People may make a row taller to read what they write.
_ALLOWED: Final = {"format_rows": True, "format_columns": True}


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A form being drawn; `decimals` tells of each activity whether it takes them."""

    sheet: Worksheet
    styles: Styles
    plan: Plan
    form: Form
    columns: FormColumns
    decimals: tuple[bool, ...]

    @property
    def last(self) -> int:
        """The last row with an activity."""
        return _FIRST + len(self.form.activities) - 1


def form_bytes(plan: Plan, form: Form, institution: str) -> bytes:
    """Return a form as an .xlsx; the same for the same plan.

    Args:
        plan: the plan.
        form: which of its organs and months.
        institution: its name, for the heading.
    """
    content = BytesIO()
    with Workbook(content, WORKBOOK_OPTIONS) as book:
        book.set_properties({**WORKBOOK_PROPERTIES, "title": "Ficha de ejecución del POI"})
        sheet = book.add_worksheet(FORM_SHEET)
        decimals = tuple(takes_decimals(plan, activity) for activity in form.activities)
        columns = FormColumns(form.identity.period)
        draw = _Drawing(sheet, Styles(book), plan, form, columns, decimals)
        _head(draw, institution)
        _headings(draw)
        _activities(draw)
        _entries(draw)
        _view(draw, institution)
        _identity(book.add_worksheet(IDENTITY_SHEET), form)
    return content.getvalue()


def _title(form: Form) -> str:
    identity = form.identity
    year = f" {identity.year}" if identity.year else ""
    return f"FICHA DE EJECUCIÓN DEL POI{year} — {identity.period.title}"


def _head(draw: _Drawing, institution: str) -> None:
    sheet, styles, end = draw.sheet, draw.styles, draw.columns.notes[-1]
    whose = " · ".join(filter(None, (institution, draw.form.identity.organ)))
    sheet.write_string(_TITLE, 0, _title(draw.form), styles.title())
    sheet.write_string(_WHOSE, 0, whose, styles(bold=True, font_size=11))
    look = styles(text_wrap=True, font_size=9, font_color=style.FAINT, valign="top")
    sheet.merge_range(_HOW, 0, _HOW, end, "", look)
    sheet.write_string(_HOW, 0, _HOW_TO, look)
    width = sum(_widths(draw)[:-1])
    heights = ((_TITLE, 23), (_WHOSE, 17), (_HOW, style.row_height([(_HOW_TO, width)], 9)), (3, 5))
    for row, height in (*heights, (_BY, 20), (_ON, 20), (6, 6)):
        sheet.set_row(row, height)
    for row, label in ((_BY, FILLED_BY), (_ON, FILLED_ON)):
        sheet.write_string(row, _LABEL, label, styles(bold=True, align="right", indent=1))
    dated = _open(draw, num_format=style.DATE, align="left", indent=1)
    for row, look in ((_BY, _open(draw, indent=1)), (_ON, dated)):
        sheet.merge_range(row, _ANSWER, row, _ANSWER_END, "", look)
    sheet.data_validation(
        _ON, _ANSWER, _ON, _ANSWER,
        {
            "validate": "custom", "value": f"=ISNUMBER({xl_rowcol_to_cell(_ON, _ANSWER)})",
            "error_title": "Fecha de llenado", "error_message": "Escriba una fecha: día/mes/año.",
        },
    )  # fmt: skip


def _open(draw: _Drawing, **look: object) -> Format:
    """Return the format of a cell that the unit fills in."""
    return draw.styles.cell(bg_color=style.TYPED_FILL, locked=False, **look)


def _widths(draw: _Drawing) -> list[float]:
    months = len(draw.columns.months)
    # A single month has the words over it to itself.
    least = _FIGURE_WIDTH if months > 1 else _LONE_WIDTH
    amounts = np.vstack((draw.plan.planned, draw.plan.executed))
    figure = max(least, _room(draw, amounts[:, draw.form.identity.period.months]))
    entry = max(_ENTRY_WIDTH, figure + 1)
    target = max(_ENTRY_WIDTH, _room(draw, draw.plan.target))
    return [*_NAME_WIDTHS, target, *[figure] * (2 * months), *[entry] * months, *_NOTE_WIDTHS, 8.0]


def _room(draw: _Drawing, amounts: Floats) -> float:
    """Return the column width in which no amount of the plan shows as ``###``."""
    largest = np.max(amounts[~np.isnan(amounts)], initial=0.0)
    return len(f"{largest:,.0f}") + (3.0 if any(draw.decimals) else 0.0) + 1.6


def _headings(draw: _Drawing) -> None:
    sheet, look = draw.sheet, draw.styles.heading(font_size=9)
    headings = draw.columns.headings
    for place, (group, label) in enumerate(headings):
        if group:
            sheet.write_string(_LABELS, place, label, look)
        elif place == draw.columns.key:
            sheet.write_string(_LABELS, place, label)
        else:
            sheet.merge_range(_GROUPS, place, _LABELS, place, "", look)
            sheet.write_string(_GROUPS, place, label, look)
    for months in (draw.columns.planned, draw.columns.reported, draw.columns.executed):
        if len(months) > 1:
            sheet.merge_range(_GROUPS, months[0], _GROUPS, months[-1], "", look)
        sheet.write_string(_GROUPS, months[0], headings[months[0]][0], look)
    sheet.set_row(_GROUPS, 18 if len(draw.columns.months) > 1 else 38)
    sheet.set_row(_LABELS, 18)


def _activities(draw: _Drawing) -> None:
    plan, columns = draw.plan, draw.columns
    months = draw.form.identity.period.months
    words = draw.styles.cell(text_wrap=True, indent=1)
    for row, activity in enumerate(draw.form.activities, start=_FIRST):
        draw.sheet.write_number(row, 0, row - _FIRST + 1, draw.styles.cell(align="center"))
        texts = (plan.activity, plan.budget_activity, plan.measure_unit)
        names = [column[activity] for column in texts]
        for place, text in enumerate(names, start=1):
            draw.sheet.write_string(row, place, text, words)
        look = draw.styles.cell(num_format=_format(draw, row))
        _figures(draw, row, columns.target, plan.target[[activity]], look)
        _figures(draw, row, columns.planned[0], plan.planned[activity, months], look)
        _figures(draw, row, columns.reported[0], plan.executed[activity, months], look)
        draw.sheet.write_string(row, columns.key, plan.keys[activity])
        widths = (width - style.INDENT_WIDTH for width in _NAME_WIDTHS[1:])
        height = style.row_height(zip(names, widths, strict=True))
        draw.sheet.set_row(row, max(_LOWEST_ROW, height))


def _format(draw: _Drawing, row: int) -> str:
    return _DECIMAL if draw.decimals[row - _FIRST] else _WHOLE


def _figures(draw: _Drawing, row: int, first: int, figures: Floats, look: Format) -> None:
    for place, figure in enumerate(figures.tolist(), start=first):
        if np.isnan(figure):
            draw.sheet.write_blank(row, place, None, look)
        else:
            draw.sheet.write_number(row, place, figure, look)


def _entries(draw: _Drawing) -> None:
    """The cells that the unit fills in, and what they take."""
    columns, words = draw.columns, _open(draw, text_wrap=True, indent=1)
    executed, notes = columns.executed, columns.notes
    for row in range(_FIRST, draw.last + 1):
        look = _open(draw, num_format=_format(draw, row), bold=True)
        for place in executed:
            draw.sheet.write_blank(row, place, None, look)
        for place in notes:
            draw.sheet.write_blank(row, place, None, words)
    first, last = executed[0], executed[-1]
    for top, bottom in _runs(draw.decimals):
        rule = _number("decimal", "") if draw.decimals[top] else _number("integer", " entero")
        draw.sheet.data_validation(_FIRST + top, first, _FIRST + bottom, last, rule)
    draw.sheet.data_validation(
        _FIRST, notes[0], draw.last, notes[0],
        {
            "validate": "list", "source": list(REASON_CATEGORIES),
            "error_title": NOTE_HEADINGS[0], "error_message": "Elija una categoría de la lista.",
        },
    )  # fmt: skip


def _number(kind: str, word: str) -> dict[str, Any]:
    return {
        "validate": kind, "criteria": ">=", "value": 0, "error_title": "Ejecutado",
        "error_message": f"Escriba un número{word} de cero o más, o deje la celda vacía.",
    }  # fmt: skip


def _runs(values: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield the first and last place of every run of equal values."""
    start = 0
    for _, run in groupby(values):
        end = start + len(list(run))
        yield start, end - 1
        start = end


def _view(draw: _Drawing, institution: str) -> None:
    sheet, columns = draw.sheet, draw.columns
    for place, width in enumerate(_widths(draw)):
        sheet.set_column(place, place, width, None, {"hidden": place == columns.key})
    sheet.hide_gridlines(2)
    sheet.set_zoom(90)
    sheet.freeze_panes(_FIRST, 2)
    identity = draw.form.identity
    year = f"POI {identity.year}" if identity.year else "POI"
    parts = (year, identity.period.title, institution, identity.organ)
    style.print_setup(sheet, footer=" · ".join(filter(None, parts))[:_FOOTER_LETTERS])
    sheet.repeat_rows(_GROUPS, _LABELS)
    sheet.print_area(0, 0, draw.last, columns.notes[-1])
    sheet.set_selection(_BY, _ANSWER, _BY, _ANSWER)
    sheet.protect("", _ALLOWED)


def _identity(sheet: Worksheet, form: Form) -> None:
    for row, (name, text) in enumerate(form.identity.lines().items()):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, text)
    sheet.protect()
    sheet.very_hidden()
