"""The sheet Configuración: what the institution decides, and the limits of every traffic light."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from poi_xl.core.indicators import GroupMethod
from poi_xl.core.settings import Settings
from poi_xl.core.trafficlight import (
    AMBER,
    BLUE,
    GREEN,
    GREY,
    PURPLE,
    RED,
    STATES,
    Band,
    Preset,
)
from poi_xl.sheets import style
from poi_xl.sheets.style import Styles

SETTINGS_SHEET = "Configuración"
OWN_ROWS = 12  # blank rows for the institution's own traffic lights
ORGAN_ROWS = 30  # blank rows for the institution's organs

# What people choose from, and the sign that goes with each colour.
COLOURS = {
    "Rojo": (RED, "▼"),
    "Ámbar": (AMBER, "◆"),
    "Verde": (GREEN, "●"),
    "Morado": (PURPLE, "▲"),
    "Azul": (BLUE, "■"),
    "Gris": (GREY, "■"),
}
HEADINGS = (
    "Semáforo", "Estado", "Hasta", "Incluye el límite", "Color", "En alerta", "Muestra",
)  # fmt: skip
_WIDTHS = (20, 30, 11, 13, 12, 11, 24)
_NAME, _STATE, _LIMIT, _INCLUDED, _COLOUR, _ALERT, _SAMPLE = range(7)
_VALUE, _HELP = 1, 2
_FIRST_SETTING = 3
_LIST_LETTERS = 255  # the most that Excel takes in a drop-down's literal list

_STATES = (
    "cuando se programó y no se reportó ningún mes",
    "cuando se ejecutó sin programar",
    "cuando no se programó ni se ejecutó",
)
_STATES_NOTE = "; ".join(
    f"{flag.shape} {flag.word}, {when}" for flag, when in zip(STATES, _STATES, strict=True)
)
_NOTES = (
    (
        "Cada semáforo se usa o se usó en alguna entidad pública; ninguno de sus límites es norma "
        "oficial. Puede cambiar los límites, o agregar los suyos a continuación, sin saltar "
        "filas: una por estado, de menor a mayor, con el mismo nombre de semáforo."
    ),
    (
        "«Hasta» es el mayor avance del estado; el último va vacío, porque no tiene límite. "
        "«Incluye el límite» dice si ese avance exacto todavía es del estado. Se compara el avance "
        "sin redondear."
    ),
    f"Tres estados no dependen de los límites: {_STATES_NOTE}.",
)

ORGAN_HEADINGS = ("Órgano", "Depende de")
_ORGANS_TITLE = "Jerarquía de órganos"
_ORGANS_NOTES = (
    (
        "Opcional. Escriba de qué gerencia u oficina depende cada órgano, con los nombres del "
        "plan; aquella puede estar o no en el plan, y depender de otra. «Por órgano» muestra "
        "entonces los totales de cada una, y las funciones la aceptan donde va un órgano: "
        "responden por ella y por todo lo que depende de ella."
    ),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the sheet.

    Attributes:
        label: what it is.
        value: what the workbook has; None leaves the cell blank.
        help: what it is for, and what a blank means.
        check: XlsxWriter data validation, if any.
    """

    label: str
    value: str | int | None
    help: str
    check: Mapping[str, Any] = field(default_factory=dict)


def settings_lines(settings: Settings) -> tuple[Setting, ...]:
    """Return the lines of the sheet, in order."""
    known = " · ".join(preset.description for preset in settings.presets.values())
    return (
        Setting("Institución", settings.institution or None, "Se imprime en cada hoja."),
        Setting(
            "Año", settings.year, "Año del plan. Vacío: el que dice su título.", _whole(2000, 2100)
        ),
        Setting(
            "Trimestre vigente", settings.quarter,
            "De 1 a 4. Vacío: el que dice el título del plan o, si no lo dice, el del último mes "
            "ejecutado.",
            _list(("1", "2", "3", "4"), "Escriba 1, 2, 3 o 4.", strict=True),
        ),
        Setting(
            "Semáforo", settings.preset.name, f"Uno de la tabla de abajo: {known}.",
            _list(settings.presets, "Si es un semáforo propio, debe estar en la tabla de abajo."),
        ),
        Setting(
            "Método de grupo", settings.method.value,
            "Avance de un órgano u otro grupo. SUMAS: total ejecutado entre total programado. "
            "PROMEDIO: el de los avances de sus actividades. PROMEDIO CON TOPE: el mismo, con cada "
            "avance hasta 100 %.",
            _list([method.value for method in GroupMethod], "Elija de la lista.", strict=True),
        ),
        Setting(
            "Hoja del plan", settings.plan_sheet or None,
            "Nombre de la hoja que tiene el plan. Vacío: se busca en todo el libro.",
        ),
    )  # fmt: skip


def _list(values: Iterable[str], message: str, *, strict: bool = False) -> dict[str, Any]:
    """Return a drop-down; a strict one takes nothing else, the others ask first."""
    source = list(values)
    if len(",".join(source)) > _LIST_LETTERS or any("," in value for value in source):
        return {}
    return {
        "validate": "list",
        "source": source,
        "error_title": "Configuración",
        "error_message": message,
        "error_type": "stop" if strict else "warning",
    }


def _whole(low: int, high: int) -> dict[str, Any]:
    return {
        "validate": "integer",
        "criteria": "between",
        "minimum": low,
        "maximum": high,
        "error_title": "Configuración",
        "error_message": f"Escriba un número entre {low} y {high}.",
    }


def add_settings_sheet(workbook: Workbook, styles: Styles, settings: Settings) -> None:
    """Add the sheet Configuración to a workbook.

    Args:
        workbook: the workbook being written.
        styles: its formats.
        settings: what it says.
    """
    sheet: Worksheet = workbook.add_worksheet(SETTINGS_SHEET)
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, SETTINGS_SHEET, styles.title())
    sheet.set_row(0, 22)
    sheet.write_string(1, 0, "Escriba en las celdas amarillas.", styles.stamp())
    row = _write_settings(sheet, styles, settings)
    row = _write_notes(sheet, styles, row + 1)
    last = _write_bands(sheet, styles, row, settings.presets.values())
    _add_checks(sheet, row + 1, last)
    _add_samples(workbook, sheet, row + 1, last)
    _mark_preset_in_use(workbook, sheet, row + 1, last)
    _set_view_and_print(sheet, _write_organs(sheet, styles, last + 2, settings), settings)


def _write_settings(sheet: Worksheet, styles: Styles, settings: Settings) -> int:
    """Write label, value and help of each setting; return the row after the last."""
    label = styles.cell(bold=True, bg_color=style.BRAND_SOFT, indent=1)
    typed = styles.cell(bg_color=style.TYPED_FILL, align="left", text_wrap=True, indent=1)
    help_ = styles.cell(font_size=9, font_color=style.FAINT, text_wrap=True, indent=1)
    lines = settings_lines(settings)
    for row, line in enumerate(lines, start=_FIRST_SETTING):
        sheet.write_string(row, 0, line.label, label)
        sheet.write(row, _VALUE, line.value, typed)
        sheet.merge_range(row, _HELP, row, _SAMPLE, line.help, help_)
        sheet.set_row(row, _height(line))
        if line.check:
            sheet.data_validation(row, _VALUE, row, _VALUE, dict(line.check))
    return _FIRST_SETTING + len(lines)


def _height(line: Setting) -> float:
    room = sum(_WIDTHS[_HELP:]) - style.INDENT_WIDTH
    value = [(str(line.value or ""), _WIDTHS[_VALUE] - style.INDENT_WIDTH)]
    return max(20, style.row_height([(line.help, room)], size=9), style.row_height(value))


def _write_notes(sheet: Worksheet, styles: Styles, row: int) -> int:
    """Write the traffic lights' title and notes; return the row for the table's heading."""
    return _write_section(sheet, styles, row, "Límites de cada semáforo", _NOTES)


def _write_section(
    sheet: Worksheet, styles: Styles, row: int, title: str, notes: Sequence[str]
) -> int:
    """Write a section's title and notes; return the row after them."""
    sheet.write_string(row, 0, title, styles(bold=True, font_size=12))
    sheet.set_row(row, 20)
    look = styles(text_wrap=True, valign="top")
    for place, note in enumerate(notes, start=row + 1):
        sheet.merge_range(place, 0, place, _SAMPLE, note, look)
        sheet.set_row(place, style.row_height([(note, sum(_WIDTHS))]))
    return row + len(notes) + 1


def _write_organs(sheet: Worksheet, styles: Styles, row: int, settings: Settings) -> int:
    """Write what each organ depends on, with room for more; return the last row."""
    row = _write_section(sheet, styles, row, _ORGANS_TITLE, _ORGANS_NOTES)
    for place, label in enumerate(ORGAN_HEADINGS):
        sheet.write_string(row, place, label, styles.heading())
    look = styles.cell(bg_color=style.TYPED_FILL, text_wrap=True, indent=1)
    labels = settings.hierarchy.labels
    known = [
        (labels[organ], labels[parent]) for organ, parent in settings.hierarchy.parents.items()
    ]
    for cells in (*known, *[("", "")] * ORGAN_ROWS):
        row += 1
        if any(cells):
            lines = zip(cells, (width - style.INDENT_WIDTH for width in _WIDTHS), strict=False)
            sheet.set_row(row, style.row_height(lines))
        for place, text in enumerate(cells):
            put = sheet.write_string if text else sheet.write_blank
            put(row, place, text, look)
    return row


def _write_bands(sheet: Worksheet, styles: Styles, row: int, presets: Iterable[Preset]) -> int:
    """Write the table of traffic lights, its heading in that row; return its last row."""
    for place, label in enumerate(HEADINGS):
        sheet.write_string(row, place, label, styles.heading())
    sheet.set_row(row, 30)
    for preset in presets:
        for index, band in enumerate(preset.bands):
            row += 1
            # The heavier line tells where one traffic light ends.
            _write_band(sheet, styles, row, band_cells(preset.name, band), {"top": 1 + (not index)})
    for index in range(OWN_ROWS):
        _write_band(sheet, styles, row + 1 + index, ("",) * _SAMPLE, {"top": 1 + (not index)})
    return row + OWN_ROWS


def band_cells(name: str, band: Band) -> tuple[str | float, ...]:
    """Return what one row of the table says, from the traffic light's name to «En alerta».

    Example:
        >>> from poi_xl.core.trafficlight import PRESETS
        >>> band_cells("B", PRESETS["B"].bands[0])
        ('B', 'Deficiente', 0.85, 'SÍ', 'Rojo', 'SÍ')
    """
    flag = band.flag
    limited = isfinite(band.limit)
    return (
        name,
        flag.word,
        band.limit if limited else "",
        _yes_no(band.included) if limited else "",
        colour_word(flag.colour),
        _yes_no(flag.alert),
    )


def _yes_no(answer: bool) -> str:  # noqa: FBT001 - it is what the cell says
    return "SÍ" if answer else "NO"


def colour_word(colour: str) -> str:
    """Return the word of one of our colours; any other as it is, ``#RRGGBB``."""
    words = {fill: word for word, (fill, _) in COLOURS.items()}
    return words.get(colour.upper(), colour)


def _write_band(
    sheet: Worksheet, styles: Styles, row: int, cells: tuple[str | float, ...], line: dict[str, int]
) -> None:
    border = {"top_color": style.FAINT} if line["top"] > 1 else {}
    looks: dict[int, dict[str, object]] = {
        _NAME: {"indent": 1}, _STATE: {"indent": 1},
        _LIMIT: {"num_format": style.PERCENT, "align": "center"},
        _INCLUDED: {"align": "center"}, _COLOUR: {"align": "center"}, _ALERT: {"align": "center"},
    }  # fmt: skip
    for place, value in enumerate(cells):
        look = styles.cell(bg_color=style.TYPED_FILL, **line, **border, **looks.get(place, {}))
        sheet.write(row, place, value, look)
    word, colour = cells[_STATE], str(cells[_COLOUR])
    fill = {"bg_color": colour} if colour.startswith("#") else {}
    sheet.write_formula(
        row, _SAMPLE, _sample_formula(row), styles.cell(indent=1, **line, **border, **fill),
        f"{COLOURS[colour][1]} {word}" if colour in COLOURS else word,
    )  # fmt: skip


def _sample_formula(row: int) -> str:
    """Return the formula that shows a state with its colour's sign, as long as there is one."""
    state, colour = (xl_rowcol_to_cell(row, place) for place in (_STATE, _COLOUR))
    signs = ",".join(f'"{sign}"' for _, sign in COLOURS.values())
    words = ",".join(f'"{word}"' for word in COLOURS)
    sign = f'IFERROR(INDEX({{{signs}}},MATCH({colour},{{{words}}},0))&" ","")'
    return f'=IF({state}="","",{sign}&{state})'


def _add_checks(sheet: Worksheet, first: int, last: int) -> None:
    yes_no = _list(("SÍ", "NO"), "Escriba SÍ o NO.", strict=True)
    limit = {
        "validate": "decimal",
        "criteria": ">=",
        "value": 0,
        "error_title": "Configuración",
        "error_message": "Escriba un porcentaje, o deje la celda vacía en el último estado.",
    }
    colour = _list(COLOURS, "Elija un color de la lista, o escriba su código #RRGGBB.")
    for place, check in (
        (_LIMIT, limit), (_INCLUDED, yes_no), (_COLOUR, colour), (_ALERT, yes_no),
    ):  # fmt: skip
        sheet.data_validation(first, place, last, place, check)


def _add_samples(workbook: Workbook, sheet: Worksheet, first: int, last: int) -> None:
    # Conditional, so that the sample follows when somebody chooses another colour.
    cell = xl_rowcol_to_cell(first, _COLOUR, col_abs=True)
    for word, (fill, _) in COLOURS.items():
        look = workbook.add_format({"bg_color": fill, "font_color": "#000000"})
        rule = {"type": "formula", "criteria": f'={cell}="{word}"', "format": look}
        sheet.conditional_format(first, _SAMPLE, last, _SAMPLE, rule)


def _mark_preset_in_use(workbook: Workbook, sheet: Worksheet, first: int, last: int) -> None:
    name = xl_rowcol_to_cell(first, _NAME, col_abs=True)
    used = next(xl_rowcol_to_cell(row, _VALUE, row_abs=True, col_abs=True) for row in _preset_row())
    rule = {
        "type": "formula",
        "criteria": f'=AND({name}<>"",{name}={used})',
        "format": workbook.add_format({"bold": True}),
    }
    sheet.conditional_format(first, _NAME, last, _SAMPLE, rule)


def _preset_row() -> Iterator[int]:
    lines = settings_lines(Settings())
    return (row for row, line in enumerate(lines, _FIRST_SETTING) if line.label == "Semáforo")


def _set_view_and_print(sheet: Worksheet, last: int, settings: Settings) -> None:
    sheet.hide_gridlines(2)
    footer = " · ".join(filter(None, (SETTINGS_SHEET, settings.institution)))[:100]
    style.print_setup(sheet, footer=footer, landscape=False)
    sheet.print_area(0, 0, last, _SAMPLE)
