"""The sheet POI: the plan exactly as the institution prints it, its sums live.

Where the plan has money, its twenty-four months stand at the right, folded away.
The figures are stored as numbers and blanks stay blank. The current quarter's pair of columns and
the TOTAL row are native formulas with their results stored, so that every reader sees them.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range, xl_range_abs
from xlsxwriter.worksheet import Worksheet

from poi_xl.core.accumulation import Accumulation, accumulated
from poi_xl.core.indicators import decimal
from poi_xl.core.period import MONTHS, ROMAN, quarter_period
from poi_xl.core.plan import SOLES, Column, Floats, Plan
from poi_xl.core.settings import Settings, current_quarter, plan_year
from poi_xl.sheets import style
from poi_xl.sheets.style import Styles

PLAN_SHEET = "POI"
PLAN_NAME = "POI_DATOS"

# Rows counted from 0, as XlsxWriter does. The blank row keeps title and table apart, so that
# Excel takes the table alone for the current region.
TITLE, _INSTITUTION, GROUPS, HEADINGS, FIRST = 0, 1, 3, 4, 5
_TEXTS = ("code", "organ", "activity", "budget_activity", "measure_unit", "accumulation")
_MEAN = "IFERROR(ROUND(AVERAGE({}),6),0)"
# What a quarter's months come to; the largest number of all finds the last one in a row of cells.
_QUARTER_FORMULAS = {
    Accumulation.SUM: "SUM({})",
    Accumulation.LAST: "IFERROR(LOOKUP(9E+307,{}),0)",
    Accumulation.MEAN: _MEAN,
    Accumulation.CONSTANT: _MEAN,
}
_QUARTERS = ("quarter_planned", "quarter_executed")
_LOWEST_ROW = 20
_FOOTER_LETTERS = 100  # Excel takes 255 in the whole footer
# As everywhere, and `_)` keeps the figures of these narrow columns off the line.
_NUMBER = "#,##0_);-#,##0_);0_)"
_SUM = "#,##0_);-#,##0_);"  # the institution prints a sum of blanks as a blank
_WITH_DECIMALS = "#,##0.0#_)"
_SOLES = "#,##0.00_);-#,##0.00_);0_)"
_SOLES_SUM = "#,##0.00_);-#,##0.00_);"


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of the printed plan.

    Attributes:
        column: what it holds.
        label: its own heading.
        group: heading it shares with its neighbours, over the label; empty when it has none.
        width: column width.
        hidden: whether it waits for its quarter, or is folded away.
    """

    column: Column
    label: str
    width: float
    group: str = ""
    hidden: bool = False

    @property
    def is_money(self) -> bool:
        """Whether it holds soles."""
        return self.column[0].startswith(SOLES)


@dataclass(frozen=True)
class Grid:
    """Where everything of a plan stands in its sheet; rows and columns count from 0.

    The columns with our functions go to the right of `headings`, outside `data`.

    Attributes:
        headings: the columns, from A on.
        activities: number of activities.
        quarter: the current quarter.
    """

    headings: tuple[Heading, ...]
    activities: int
    quarter: int

    @property
    def gap(self) -> int:
        """The thin blank row after the last activity.

        It belongs to every sum and to the plan's name, so a row inserted above TOTAL is counted.
        """
        return FIRST + self.activities

    @property
    def total(self) -> int:
        """The TOTAL row."""
        return self.gap + 1

    @property
    def last(self) -> int:
        """The plan's last column."""
        return len(self.headings) - 1

    @property
    def last_amount(self) -> int:
        """The last column before those of money."""
        return sum(not heading.is_money for heading in self.headings) - 1

    @cached_property
    def places(self) -> dict[Column, int]:
        """The sheet column of each column of the plan."""
        return {heading.column: place for place, heading in enumerate(self.headings)}

    @property
    def data(self) -> str:
        """What the name POI_DATOS stands for: both heading rows to the gap, without TOTAL."""
        cells: str = xl_range_abs(GROUPS, 0, self.gap, self.last)
        return f"={PLAN_SHEET}!{cells}"

    @property
    def figures(self) -> tuple[int, int, int, int]:
        """The cells with amounts, TOTAL included: first row and column, last row and column."""
        return FIRST, self.places["target", 0], self.total, self.last_amount

    def edge(self, place: int) -> dict[str, object]:
        """Return the format of the line that sets a column apart from another group's."""
        starts = self.headings[place].group != self.headings[place - 1].group
        return {"left_color": style.FAINT} if starts else {}

    def months(self, row: int, kind: str) -> str:
        """Return the range of the current quarter's months in one row."""
        period = quarter_period(self.quarter)
        first, last = (self.places[kind, month] for month in (period.first, period.last))
        cells: str = xl_range(row, first, row, last)
        return cells


def grid(plan: Plan, quarter: int) -> Grid:
    """Return the grid of a plan printed for a quarter."""
    names = _names(plan)
    figures = _width_of_figures(plan)
    months = [
        Heading((kind, number), label, figures, group, hidden)
        for kind, group in (("planned", "PROGRAMADO"), ("executed", "EJECUTADO"))
        for number, label in enumerate(MONTHS, start=1)
        for hidden in [kind == "executed" and number > 3 * quarter]
    ]
    pair = [
        Heading((kind, quarter), label, max(figures, 6.8), f"{ROMAN[quarter - 1]} TRIM")
        for kind, label in zip(_QUARTERS, ("PROG", "EJEC"), strict=True)
    ]
    target = Heading(("target", 0), "META", max(figures, 7))
    return Grid((*names, target, *months, *pair, *_money(plan)), len(plan), quarter)


def _money(plan: Plan) -> list[Heading]:
    if plan.soles is None:
        return []
    sums = [np.nansum(each, axis=0).max() for each in (plan.soles.planned, plan.soles.executed)]
    width = max(11.0, len(f"{max(sums):,.2f}") + 1.6)
    groups = (("planned", "PROGRAMADO FINANCIERO (S/)"), ("executed", "EJECUTADO FINANCIERO (S/)"))
    return [
        Heading((f"{SOLES}{kind}", number), label, width, group, hidden=True)
        for kind, group in groups
        for number, label in enumerate(MONTHS, start=1)
    ]


def _names(plan: Plan) -> list[Heading]:
    # «ORGANÓ» is how the institution itself spells it.
    wanted = [
        ("code", "CÓDIGO", 12),
        ("organ", "ORGANÓ/UNIDAD ORGÁNICA", 24),
        ("activity", "ACTIVIDAD OPERATIVA", 48),
        ("budget_activity", "ACTIVIDAD PRESUPUESTAL-MEF", 25.4),
        ("measure_unit", "UNIDAD DE MEDIDA", 14.5),
        ("accumulation", "ACUMULACIÓN", 13),
    ]
    return [
        Heading((kind, 0), label, _width_of_words(width, getattr(plan, kind)))
        for kind, label, width in wanted
        if kind not in ("code", "accumulation") or getattr(plan, kind)
    ]


def _width_of_words(width: float, texts: tuple[str, ...]) -> float:
    words = {word for text in texts for word in text.split()}
    longest = max(map(style.text_width, words), default=0)
    return min(max(width, longest + style.INDENT_WIDTH), 2 * width)


def _width_of_figures(plan: Plan) -> float:
    """Return the width in which no month shows as ``###``, its TOTAL included."""
    sums = [np.nansum(months, axis=0) for months in (plan.planned, plan.executed)]
    largest = max(np.nansum(plan.target) / 12, *(np.max(each) for each in sums))
    return max(4.7, len(f"{largest:,.0f}") + 1.6)


def add_plan_sheet(workbook: Workbook, styles: Styles, plan: Plan, settings: Settings) -> Grid:
    """Add the sheet POI and the name POI_DATOS to a workbook.

    Args:
        workbook: the workbook being written.
        styles: its formats.
        plan: the plan to print.
        settings: they give the institution, the year and the current quarter.

    Returns:
        Where everything stands, for what comes beside it.
    """
    places = grid(plan, current_quarter(plan, settings))
    sheet: Worksheet = workbook.add_worksheet(PLAN_SHEET)
    _set_columns(sheet, places)
    _write_headings(sheet, styles, places, plan, settings)
    _write_names(sheet, styles, places, plan)
    _offer_modes(sheet, places)
    _write_figures(sheet, styles, places, plan)
    _write_totals(sheet, styles, places, plan)
    _show_decimals(workbook, sheet, places)
    _set_view_and_print(sheet, places, plan, settings)
    workbook.define_name(PLAN_NAME, places.data)
    return places


def title(plan: Plan, settings: Settings) -> str:
    """Return the plan's title line, as the institution writes it.

    Example:
        >>> import numpy as np
        >>> plan = Plan((), (), (), (), np.zeros(0), np.zeros((0, 12)), np.zeros((0, 12)))
        >>> title(plan, Settings(year=2021, quarter=2))
        'PLAN OPERATIVO INSTITUCIONAL 2021 - II° TRIMESTRE'
    """
    year = plan_year(plan, settings)
    ordinal = ROMAN[current_quarter(plan, settings) - 1]
    return f"PLAN OPERATIVO INSTITUCIONAL {f'{year} ' if year else ''}- {ordinal}° TRIMESTRE"


def column_figures(plan: Plan, column: Column) -> Floats:
    """Return what a column of figures holds, one entry an activity, NaN where blank."""
    kind, number = column
    if kind == "target":
        return plan.target
    if kind.startswith(SOLES) and plan.in_soles:
        return column_figures(plan.in_soles, (kind.removeprefix(SOLES), number))
    months = plan.planned if kind.endswith("planned") else plan.executed
    if kind in _QUARTERS:
        return decimal(accumulated(months[:, quarter_period(number).months], plan.modes))
    return months[:, number - 1]


def _set_columns(sheet: Worksheet, places: Grid) -> None:
    for place, heading in enumerate(places.headings):
        options = {"hidden": heading.hidden, "level": int(heading.is_money)}
        sheet.set_column(place, place, heading.width, None, options)
    if places.last_amount < places.last:
        # The sign that unfolds the money stands over the column before it, not over ours after it.
        sheet.outline_settings(symbols_right=False)
        before = places.last_amount
        sheet.set_column(before, before, places.headings[before].width, None, {"collapsed": True})


def _write_headings(
    sheet: Worksheet, styles: Styles, places: Grid, plan: Plan, settings: Settings
) -> None:
    sheet.write_string(TITLE, 0, title(plan, settings), styles.title())
    sheet.write_string(_INSTITUTION, 0, settings.institution, styles(bold=True))
    look = styles.heading(font_size=9)
    for place, heading in enumerate(places.headings):
        if heading.group:
            sheet.write_string(HEADINGS, place, heading.label, look)
        else:
            sheet.merge_range(GROUPS, place, HEADINGS, place, heading.label, look)
    for group, (first, last) in _groups(places).items():
        # Hidden months are inside: Excel centres the text over the columns that show.
        sheet.merge_range(GROUPS, first, GROUPS, last, group, look)
    for row, height in ((TITLE, 22), (_INSTITUTION, 15), (2, 5), (GROUPS, 18), (HEADINGS, 18)):
        sheet.set_row(row, height)


def _groups(places: Grid) -> dict[str, tuple[int, int]]:
    """Return the first and last column of each shared heading."""
    found: dict[str, tuple[int, int]] = {}
    for place, heading in enumerate(places.headings):
        if heading.group:
            found[heading.group] = (found.get(heading.group, (place, 0))[0], place)
    return found


def _write_names(sheet: Worksheet, styles: Styles, places: Grid, plan: Plan) -> None:
    look = styles.cell(text_wrap=True, indent=1)
    columns = [
        (place, heading.width - style.INDENT_WIDTH, getattr(plan, heading.column[0]))
        for place, heading in enumerate(places.headings)
        if heading.column[0] in _TEXTS
    ]
    for row in range(places.activities):
        for place, _, texts in columns:
            sheet.write_string(FIRST + row, place, texts[row], look)
        height = style.row_height((texts[row], width) for _, width, texts in columns)
        sheet.set_row(FIRST + row, max(_LOWEST_ROW, height))


def _offer_modes(sheet: Worksheet, places: Grid) -> None:
    """Let people choose how the months of an activity accumulate, where there is such a column."""
    place = places.places.get(("accumulation", 0))
    if place is not None:
        words = [mode.value for mode in Accumulation]
        message = "Elija suma, último valor, promedio o constante; vacío es suma."
        check = {"validate": "list", "source": words, "error_message": message}
        sheet.data_validation(FIRST, place, places.gap, place, check)


def _write_figures(sheet: Worksheet, styles: Styles, places: Grid, plan: Plan) -> None:
    for column, place in places.places.items():
        if column[0] in _TEXTS:
            continue
        edge = places.edge(place)
        money = places.headings[place].is_money
        typed = styles.cell(num_format=_SOLES if money else _NUMBER, **edge)
        computed = styles.cell(num_format=_SUM, **edge)
        for row, amount in enumerate(column_figures(plan, column).tolist(), start=FIRST):
            if column[0] in _QUARTERS:
                months = places.months(row, column[0].removeprefix("quarter_"))
                formula = f"={_QUARTER_FORMULAS[plan.mode(row - FIRST)].format(months)}"
                sheet.write_formula(row, place, formula, computed, _plain(amount))
            elif np.isnan(amount):
                sheet.write_blank(row, place, None, typed)
            else:
                sheet.write_number(row, place, _plain(amount), typed)


def _write_totals(sheet: Worksheet, styles: Styles, places: Grid, plan: Plan) -> None:
    words = styles.total(indent=1)
    sheet.set_row(places.gap, 4)
    sheet.set_row(places.total, 20)
    for column, place in places.places.items():
        if column[0] in _TEXTS:
            sheet.write(places.total, place, None if place else "TOTAL", words)
            continue
        shown = _SOLES_SUM if places.headings[place].is_money else _SUM
        sums = styles.total(num_format=shown, **places.edge(place))
        amount = decimal(np.nansum(column_figures(plan, column), keepdims=True))[0]
        formula = f"=SUM({xl_range(FIRST, place, places.gap, place)})"
        sheet.write_formula(places.total, place, formula, sums, _plain(amount))


def _plain(amount: float) -> float:
    """Return a whole number without its point, as Excel itself stores it."""
    return int(amount) if amount == int(amount) else float(amount)


def _show_decimals(workbook: Workbook, sheet: Worksheet, places: Grid) -> None:
    # Under #,##0 a 2.5 would read 3; a format with optional decimals would print «2.».
    cell = xl_range(*places.figures).partition(":")[0]
    rule = {"type": "formula", "criteria": f"={cell}<>INT({cell})"}
    look = workbook.add_format({"num_format": _WITH_DECIMALS})
    sheet.conditional_format(*places.figures, rule | {"format": look})


def _set_view_and_print(sheet: Worksheet, places: Grid, plan: Plan, settings: Settings) -> None:
    sheet.freeze_panes(FIRST, places.places["activity", 0] + 1)
    sheet.hide_gridlines(2)
    sheet.set_zoom(85)
    year, period = plan_year(plan, settings), quarter_period(places.quarter)
    parts = (f"POI {year}" if year else "POI", period.title, settings.institution)
    footer = " · ".join(filter(None, parts))[:_FOOTER_LETTERS]
    style.print_setup(sheet, footer=footer)
    sheet.repeat_rows(TITLE, HEADINGS)
    sheet.print_area(TITLE, 0, places.total, places.last)
    # Excel marks sums that leave out neighbouring numbers; a quarter beside other months does.
    sheet.ignore_errors({"formula_range": xl_range(*places.figures)})
