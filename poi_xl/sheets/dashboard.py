"""The sheet Tablero: one organ and one period at a time, every figure a live call of ours."""

from dataclasses import dataclass

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from poi_xl.core.accumulation import running
from poi_xl.core.hierarchy import organs_and_above
from poi_xl.core.period import MONTHS, quarter_period
from poi_xl.core.plan import Plan
from poi_xl.core.settings import Settings, plan_year
from poi_xl.core.trafficlight import NO_REPORT, NOT_PLANNED, UNPLANNED_WORK, Preset
from poi_xl.functions import Context
from poi_xl.sheets import style
from poi_xl.sheets.live import Call, Input, call, known_flags, mark_words, one, put
from poi_xl.sheets.style import Styles

DASHBOARD_SHEET = "Tablero"

# Rows and columns counted from 0.
_ORGAN, _PERIOD, _ABOUT = 3, 4, 6
_CARDS, _FIGURES = 7, 8
_SERIES_TITLE, _MONTHS, _SERIES = 10, 11, 12
_CHART, _CHART_ROWS, _ROW_PIXELS = 18, 15, 20
_LEGEND = _CHART + _CHART_ROWS + 1
_FIRST_MONTH, _LAST = 1, len(MONTHS)
_STATE = 5  # first column of the states beside the limits
_LIST = _LAST + 2  # where the drop-down of organs takes its names from
_WIDTH, _MONTH_WIDTH = 25, 9.5
_SPARE_BANDS = 6  # rows of the legend, for a traffic light with more states than the one in use

_PERIODS = ("I TRIM", "II TRIM", "III TRIM", "IV TRIM", "I SEM", "II SEM", "ACUM", "ANUAL", *MONTHS)
_HINT = (
    "Elija órgano y periodo en las celdas amarillas; lo demás se calcula solo. "
    "Mes en blanco: sin reporte, o sin programación."
)
_EVERYBODY = "Toda la institución"
_CARD_CALLS = (
    ("Semáforo", "POI_SEMAFORO", "General"),
    ("Meta", "POI_META", style.NUMBER),
    ("Programado", "POI_PROGRAMADO", style.NUMBER),
    ("Ejecutado", "POI_EJECUTADO", style.NUMBER),
    ("Brecha", "POI_BRECHA", style.SIGNED),
    ("Avance", "POI_AVANCE", style.PERCENT),
    ("Avance de meta", "POI_AVANCE_META", style.PERCENT),
)
_MEASURES = (
    ("Programado", style.NUMBER),
    ("Ejecutado", style.NUMBER),
    ("Avance", style.PERCENT),
    ("Programado acumulado", style.NUMBER),
    ("Ejecutado acumulado", style.NUMBER),
)
_STATES = (
    (NO_REPORT, "se programó y no se reportó ningún mes"),
    (UNPLANNED_WORK, "se ejecutó sin programar"),
    (NOT_PLANNED, "ni se programó ni se ejecutó"),
)


@dataclass(frozen=True, slots=True)
class _Board:
    """The sheet being drawn."""

    workbook: Workbook
    sheet: Worksheet
    styles: Styles
    context: Context
    quarter: int

    @property
    def plan(self) -> Plan:
        """The plan in the sheet POI."""
        return self.context.known_plan

    @property
    def formats(self) -> dict[str, str]:
        """What takes the place of the number formats of whole amounts."""
        plan = self.plan
        months = (running(each, plan.modes) for each in (plan.planned, plan.executed))
        found = style.number_formats(plan.target, plan.planned, plan.executed, *months)
        return dict(zip((style.NUMBER, style.SIGNED), found, strict=True))

    @property
    def settings(self) -> Settings:
        """What the institution decides."""
        return self.context.settings

    @property
    def organ(self) -> Input:
        """The organ chosen; all of them in the file as it is built."""
        return Input(f"$B${_ORGAN + 1}", "*")

    @property
    def period(self) -> Input:
        """The period chosen: the current quarter."""
        return Input(f"$B${_PERIOD + 1}", quarter_period(self.quarter).label)


def add_dashboard(workbook: Workbook, styles: Styles, context: Context, quarter: int) -> None:
    """Add the sheet to a workbook.

    Args:
        workbook: the workbook being written.
        styles: its formats.
        context: what the functions answer from: the plan and the settings.
        quarter: the current one.
    """
    sheet = workbook.add_worksheet(DASHBOARD_SHEET)
    board = _Board(workbook, sheet, styles, context, quarter)
    sheet.set_column(0, 0, _WIDTH)
    sheet.set_column(_FIRST_MONTH, _LAST, _MONTH_WIDTH)
    _write_head(board)
    _write_choices(board)
    _write_cards(board)
    series = _write_series(board)
    _draw_chart(board, series)
    last = _write_legend(board)
    _set_view_and_print(board, last)


# --- what is chosen -------------------------------------------------------------------------------


def _write_head(board: _Board) -> None:
    sheet, styles = board.sheet, board.styles
    year = plan_year(board.plan, board.settings)
    sheet.write_string(0, 0, f"Tablero del POI {year or ''}".strip(), styles.title())
    sheet.write_string(1, 0, board.settings.institution, styles(bold=True))
    sheet.write_string(2, 0, _HINT, styles.stamp())
    sheet.set_row(0, 24)


def _write_choices(board: _Board) -> None:
    sheet, label = board.sheet, board.styles(bold=True)
    look = board.styles.cell(bg_color=style.TYPED_FILL, bold=True, indent=1)
    help_ = board.styles(font_size=8, font_color=style.FAINT, indent=1)
    for row, name, last, chosen, help_text in (
        (_ORGAN, "Órgano", 7, board.organ, "* es toda la institución."),
        (
            _PERIOD,
            "Periodo",
            2,
            board.period,
            "Vacío: el trimestre vigente.",
        ),
    ):
        sheet.write_string(row, 0, name, label)
        sheet.merge_range(row, 1, row, last, "", look)
        sheet.write_string(row, 1, str(chosen.value), look)
        sheet.write_string(row, last + 1, help_text, help_)
        sheet.set_row(row, 20)
    _offer(board, _ORGAN, _write_organs(board), "Elija un órgano de la lista, o escriba su nombre.")
    _offer(board, _PERIOD, list(_PERIODS), "¿Es un periodo? Por ejemplo ENE-MAR o A MAR.")


def _offer(board: _Board, row: int, source: str | list[str], message: str) -> None:
    # It asks and lets pass: organs are added to the plan, and more periods exist than are listed.
    check = {
        "validate": "list", "source": source, "error_type": "warning",
        "error_title": DASHBOARD_SHEET, "error_message": message,
    }  # fmt: skip
    board.sheet.data_validation(row, 1, row, 1, check)


def _write_organs(board: _Board) -> str:
    """Write the drop-down's names in a hidden column; return its range."""
    organs = organs_and_above(board.plan, board.settings.hierarchy).labels
    names = ["*", *filter(str.strip, organs)]
    look = board.styles.stamp()
    board.sheet.write_string(0, _LIST, "Órganos", look)
    for row, name in enumerate(names, start=1):
        board.sheet.write_string(row, _LIST, name, look)
    board.sheet.set_column(_LIST, _LIST, 40, None, {"hidden": True})
    return f"={xl_range_abs(1, _LIST, len(names), _LIST)}"


# --- figures --------------------------------------------------------------------------------------


def _write_cards(board: _Board) -> None:
    sheet, styles = board.sheet, board.styles
    period = call(board.context, "POI_PERIODO", board.period)
    about, look = f"{_EVERYBODY} · {period.answer}", styles(bold=True, font_size=12)
    put(sheet, (_ABOUT, 0), f'={_chosen(board)}&" · "&{period.text}', about, look)
    for column, (label, function, number) in enumerate(_CARD_CALLS):
        sheet.write_string(_CARDS, column, label, styles.heading())
        shown = board.formats.get(number, number)
        look = styles.cell(bold=True, font_size=13, num_format=shown, align="center")
        found = _card(board, function)
        put(sheet, (_FIGURES, column), f"={found.text}", one(found), look)
    sheet.set_row(_CARDS, 30)
    sheet.set_row(_FIGURES, 30)
    flags = known_flags(board.settings)
    mark_words(board.workbook, sheet, (_FIGURES, 0, _FIGURES, 0), flags)


def _chosen(board: _Board) -> str:
    """Return the formula of the organ's name, in words when it is all of them."""
    organ = board.organ.text
    return f'IF(OR({organ}="",{organ}="*"),"{_EVERYBODY}",{organ})'


def _card(board: _Board, function: str) -> Call:
    # META is of the year, whatever the period.
    inputs = [board.organ] if function == "POI_META" else [board.organ, board.period]
    return call(board.context, function, *inputs)


def _write_series(board: _Board) -> list[list[float | None]]:
    """Write the twelve months of each measure; return them, None where there is no number."""
    sheet, styles = board.sheet, board.styles
    title = f'={_chosen(board)}&", mes a mes"'
    sheet.write_formula(_SERIES_TITLE, 0, title, styles(bold=True), f"{_EVERYBODY}, mes a mes")
    sheet.write_blank(_MONTHS, 0, None, styles.heading())
    for column, text in enumerate(MONTHS, start=_FIRST_MONTH):
        sheet.write_string(_MONTHS, column, text, styles.heading())
    found = []
    for row, (label, number) in enumerate(_MEASURES, start=_SERIES):
        sheet.write_string(row, 0, label, styles.cell(indent=1))
        look = styles.cell(num_format=board.formats.get(number, number))
        found.append(_write_months(board, row, label, look))
    _fade_missing(board)
    return found


def _write_months(board: _Board, row: int, label: str, look: Format) -> list[float | None]:
    """Write one measure, a formula a month; the function is asked once and remembers."""
    measure = Input(f"$A{row + 1}", label)
    months = call(board.context, "POI_SERIE", board.organ, measure)
    values = months.answer[0] if isinstance(months.answer, list) else [months.answer] * len(MONTHS)
    for column, value in enumerate(values, start=_FIRST_MONTH):
        # Counted in the headings: over its own cell, some engines would see a circle.
        start = xl_rowcol_to_cell(_MONTHS, _FIRST_MONTH, row_abs=True, col_abs=True)
        month = f"COLUMNS({start}:{xl_rowcol_to_cell(_MONTHS, column, row_abs=True)})"
        put(board.sheet, (row, column), f"=INDEX({months.text},1,{month})", value, look)
    return [value if isinstance(value, float) else None for value in values]


def _fade_missing(board: _Board) -> None:
    # #N/A keeps a point off the chart; as a word in the table it would look like a fault. Any
    # other error shows in the figures above, too; LibreOffice has #VALUE! here when it only opens.
    area = _SERIES, _FIRST_MONTH, _SERIES + len(_MEASURES) - 1, _LAST
    look = board.workbook.add_format({"font_color": style.PAPER})
    first = f"{xl_col_to_name(_FIRST_MONTH)}{_SERIES + 1}"
    rule = {"type": "formula", "criteria": f"=ISERROR({first})", "format": look}
    board.sheet.conditional_format(*area, rule)


# --- chart ----------------------------------------------------------------------------------------


def _draw_chart(board: _Board, series: list[list[float | None]]) -> None:
    """Draw planned (outlined) and executed (solid) by month, both accumulated as lines."""
    chart = board.workbook.add_chart({"type": "column"})
    solid = {"fill": {"color": style.EXECUTED_FILL}, "border": {"none": True}}
    outline = {"fill": {"none": True}, "border": {"color": style.PLANNED_LINE, "width": 1.5}}
    # The outline comes second: it is drawn over the solid column of the same month.
    for index, look in ((1, solid), (0, outline)):
        chart.add_series(_series(index, series) | look | {"gap": 45, "overlap": 100})
    chart.combine(_accumulated(board, series))
    font = {"name": style.FONT, "size": 9, "color": style.INK}
    # The title follows the choice.
    title = f"={DASHBOARD_SHEET}!$A${_SERIES_TITLE + 1}"
    chart.set_title({"name": title, "name_font": font | {"size": 12, "bold": True}})
    chart.set_y_axis(_axis("Cantidad del mes", font))
    chart.set_x_axis({"num_font": font, "line": {"color": style.RULE}, "major_tick_mark": "none"})
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_chartarea({"border": {"color": style.RULE}, "fill": {"color": style.PAPER}})
    chart.set_size({"width": 1035, "height": _CHART_ROWS * _ROW_PIXELS})
    text = "Programado y ejecutado por mes, y los dos acumulados, de lo elegido arriba."
    board.sheet.insert_chart(_CHART, 0, chart, {"description": text, "object_position": 1})


def _accumulated(board: _Board, series: list[list[float | None]]) -> Chart:
    lines = board.workbook.add_chart({"type": "line"})
    for index, dash, colour in ((3, "dash", "#8497B0"), (4, "solid", "#C55A11")):
        fill = {"color": colour}
        line = fill | {"width": 2, "dash_type": dash}
        marker = {"type": "circle", "size": 4, "fill": fill, "border": fill}
        look = {"y2_axis": True, "line": line, "marker": marker}
        lines.add_series(_series(index, series) | look)
    font = {"name": style.FONT, "size": 9, "color": style.INK}
    lines.set_y2_axis(_axis("Acumulado", font) | {"major_gridlines": {"visible": False}})
    return lines


def _series(index: int, series: list[list[float | None]]) -> dict[str, object]:
    row = _SERIES + index
    return {
        "name": _MEASURES[index][0],
        "categories": [DASHBOARD_SHEET, _MONTHS, _FIRST_MONTH, _MONTHS, _LAST],
        "values": [DASHBOARD_SHEET, row, _FIRST_MONTH, row, _LAST],
        # What readers without a calculation engine draw; XlsxWriter would make #N/A a zero.
        "values_data": series[index],
    }


def _axis(title: str, font: dict[str, object]) -> dict[str, object]:
    return {
        "name": title, "name_font": font | {"color": style.FAINT}, "num_font": font, "min": 0,
        "num_format": "#,##0", "line": {"none": True}, "major_tick_mark": "none",
        "major_gridlines": {"visible": True, "line": {"color": "#E4E8ED", "width": 0.75}},
    }  # fmt: skip


# --- legend ---------------------------------------------------------------------------------------


def _write_legend(board: _Board) -> int:
    """Write the states with their limits, as Configuración has them now; return the last row."""
    sheet, styles = board.sheet, board.styles
    preset = board.settings.preset
    sheet.write_string(_LEGEND, 0, "Semáforo en uso", styles.heading())
    sheet.write_formula(
        _LEGEND, 1, f"={_PRESET}", styles.cell(bold=True, align="center"), preset.name
    )
    look = styles(indent=1)
    bands = max(_SPARE_BANDS, len(preset.bands))
    for index in range(bands):
        row = _LEGEND + 1 + index
        state, text = _band(preset, index)
        sheet.write_formula(row, 0, _state_formula(index), look, state)
        sheet.write_formula(row, 1, _limits_formula(row, index), look, text)
    area = _LEGEND + 1, 0, _LEGEND + bands, 0
    mark_words(board.workbook, sheet, area, known_flags(board.settings))
    _write_states(board)
    return _LEGEND + bands


def _write_states(board: _Board) -> None:
    """Write, at the right of the limits, the states that do not depend on them."""
    for row, (flag, when) in enumerate(_STATES, start=_LEGEND + 1):
        look = board.styles(bg_color=flag.colour, font_color="#000000", indent=1)
        text = f"{flag.shape} {flag.word}"
        board.sheet.merge_range(row, _STATE, row, _STATE + 2, text, look)
        board.sheet.write_string(row, _STATE + 3, when, board.styles(indent=1))


_NAMES, _WORDS, _LIMITS, _INCLUDED = (f"'Configuración'!${c}:${c}" for c in "ABCD")
_PRESET = f'INDEX({_WORDS},MATCH("Semáforo",{_NAMES},0))'
_USED = f"$B${_LEGEND + 1}"


def _band(preset: Preset, index: int) -> tuple[str, str]:
    if index >= len(preset.bands):
        return "", ""
    return preset.bands[index].flag.word, preset.band_text(index)


def _of(column: str, index: int) -> str:
    """Return the formula of one cell of the table in Configuración, in the row of a band."""
    return f"INDEX({column},MATCH({_USED},{_NAMES},0)+{index})"


def _state_formula(index: int) -> str:
    own = f"{_of(_NAMES, index)}={_USED}"
    return f'=IFERROR(IF({own},{_of(_WORDS, index)},""),"")'


def _limits_formula(row: int, index: int) -> str:
    """Return the formula of a band's limits, in the words of `Preset.band_text`."""
    high = _percent(index)
    included = f'{_of(_INCLUDED, index)}="SÍ"'
    if index == 0:
        return f'=IF(A{row + 1}="","",IF({included},"hasta ","menos de ")&{high})'
    starts = f'IF({_of(_INCLUDED, index - 1)}="SÍ","más de ","desde ")&{_percent(index - 1)}'
    ends = f'IF({_of(_LIMITS, index)}="","",IF({included}," hasta "," a menos de ")&{high})'
    return f'=IF(A{row + 1}="","",{starts}&{ends})'


def _percent(index: int) -> str:
    return f'ROUND(100*{_of(_LIMITS, index)},8)&" %"'


# --- page -----------------------------------------------------------------------------------------


def _set_view_and_print(board: _Board, last: int) -> None:
    board.sheet.hide_gridlines(2)
    footer = " · ".join(filter(None, (DASHBOARD_SHEET, board.settings.institution)))[:100]
    style.print_setup(board.sheet, footer=footer)
    board.sheet.fit_to_pages(1, 1)
    board.sheet.print_area(0, 0, last, _LAST)
