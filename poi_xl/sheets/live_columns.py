"""AVANCE and SEMÁFORO at the right of the plan: our functions, row by row, outside POI_DATOS.

One call a row, and not one for the column: no row can be inserted into the cells of one formula in
an Excel older than 365, and LibreOffice would not show its stored answers. The period is the
heading of the quarter's pair beside them, so that the four columns always speak of the same
months, whatever quarter the settings say.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import isnan

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from poi_xl.core.indicators import Figures, measure
from poi_xl.core.period import quarter_period
from poi_xl.core.plan import By, Plan
from poi_xl.core.text import fold
from poi_xl.core.trafficlight import NO_REPORT, NOT_PLANNED, UNPLANNED_WORK
from poi_xl.functions import Context, Failure, Scalar
from poi_xl.sheets import style
from poi_xl.sheets.live import Input, call, known_flags, mark_words, one, put
from poi_xl.sheets.pages.page import NO_RATIO
from poi_xl.sheets.plan_sheet import FIRST, GROUPS, HEADINGS, PLAN_SHEET, TITLE, Grid
from poi_xl.sheets.style import Styles

_HEADINGS = (("AVANCE", 8.5), ("SEMÁFORO", 15))
_ALL = Input('"*"', "*")
_NO_NAMES = {"", "*"}  # what a function would take for all of them
_PROGRESS, _LIGHT = "POI_AVANCE", "POI_SEMAFORO"
_Look = Callable[..., Format]


def add_live_columns(
    workbook: Workbook, styles: Styles, context: Context, plan: Plan, places: Grid
) -> None:
    """Write the two columns into the sheet POI.

    Args:
        workbook: the workbook being written.
        styles: its formats.
        context: what the functions answer from.
        plan: the plan in the sheet.
        places: where everything stands in it.
    """
    sheet = workbook.get_worksheet_by_name(PLAN_SHEET)
    columns = _Columns(sheet, context, plan, places)
    _write_headings(columns, styles)
    period = quarter_period(places.quarter)
    figures = measure(plan, period, context.settings.preset).by(By.ACTIVITY)
    for activity, alone in enumerate(_singled_out(plan)):
        if alone:
            columns.by_name(FIRST + activity, columns.names(activity), styles.cell)
        else:
            columns.by_row(FIRST + activity, figures, styles.cell)
    columns.by_name(places.total, [_ALL, columns.period], styles.total)
    last = columns.first + 1
    mark_words(workbook, sheet, (FIRST, last, places.total, last), known_flags(context.settings))
    sheet.print_area(TITLE, 0, places.total, last)


@dataclass(frozen=True, slots=True)
class _Columns:
    """The two columns being written."""

    sheet: Worksheet
    context: Context
    plan: Plan
    places: Grid

    @property
    def first(self) -> int:
        """The column AVANCE; SEMÁFORO is beside it."""
        return self.places.last + 1

    @property
    def period(self) -> Input:
        """The quarter, as the heading over its pair of columns says it."""
        pair = self.places.places["quarter_planned", self.places.quarter]
        text = xl_rowcol_to_cell(GROUPS, pair, row_abs=True)
        return Input(text, quarter_period(self.places.quarter).label)

    def names(self, activity: int) -> list[Input]:
        """Return what tells an activity from the others: organ, period and its own name."""
        organ, name = (
            Input(
                xl_rowcol_to_cell(FIRST + activity, self.places.places[kind, 0], col_abs=True),
                getattr(self.plan, kind)[activity],
            )
            for kind in ("organ", "activity")
        )
        return [organ, self.period, name]

    def by_name(self, row: int, inputs: Iterable[Input], look: _Look) -> None:
        """Write a row whose figures the functions find by its names."""
        progress, light = (call(self.context, name, *inputs) for name in (_PROGRESS, _LIGHT))
        self._put(row, (progress.text, one(progress)), (light.text, one(light)), look)

    def by_row(self, row: int, figures: Figures, look: _Look) -> None:
        """Write a row that shares its names with others, or has none: it answers for itself."""
        planned, executed = self._pair(row)
        months = self.places.months(row, "executed")
        rated = f"POI_CALIFICAR({xl_rowcol_to_cell(row, self.first)})"
        light = (
            f'IF({planned}>0,IF(COUNT({months})=0,"{NO_REPORT.word}",{rated}),'
            f'IF({executed}>0,"{UNPLANNED_WORK.word}","{NOT_PLANNED.word}"))'
        )
        ratio = float(figures.progress[row - FIRST])
        progress = f"{executed}/{planned}", NO_RATIO if isnan(ratio) else ratio
        self._put(row, progress, (light, figures.flag_of(row - FIRST).word), look)

    def _put(
        self, row: int, progress: tuple[str, Scalar], light: tuple[str, Scalar], look: _Look
    ) -> None:
        # A dash where nothing is planned: #N/A would look like a fault on paper.
        planned, _ = self._pair(row)
        found = NO_RATIO if isinstance(progress[1], Failure) else progress[1]
        formula = f'=IF({planned}>0,{progress[0]},"{NO_RATIO}")'
        ratio = look(num_format=style.PERCENT, align="right")
        put(self.sheet, (row, self.first), formula, found, ratio)
        put(self.sheet, (row, self.first + 1), f"={light[0]}", light[1], look(indent=1))

    def _pair(self, row: int) -> tuple[str, str]:
        """Return the addresses of what the quarter planned and executed."""
        planned, executed = (
            xl_rowcol_to_cell(row, self.places.places[f"quarter_{kind}", self.places.quarter])
            for kind in ("planned", "executed")
        )
        return planned, executed


def _write_headings(columns: _Columns, styles: Styles) -> None:
    look = styles.heading(font_size=9)
    for place, (label, width) in enumerate(_HEADINGS, start=columns.first):
        columns.sheet.set_column(place, place, width)
        columns.sheet.merge_range(GROUPS, place, HEADINGS, place, label, look)


def _singled_out(plan: Plan) -> list[bool]:
    """Tell for each activity whether its organ and its name stand for no other."""
    names = [(fold(o), fold(a)) for o, a in zip(plan.organ, plan.activity, strict=True)]
    counts = Counter(names)
    return [counts[pair] == 1 and _NO_NAMES.isdisjoint(pair) for pair in names]
