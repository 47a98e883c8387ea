"""The workbook we build: the sheets that people type in, before any summary is added.

Its order is POI, Tablero, (summary sheets), Configuración, and two hidden sheets last. Only a
workbook with macros has what computes with our functions: AVANCE and SEMÁFORO beside the plan,
Tablero and the hidden sheets.
"""

import datetime as dt
from io import BytesIO
from pathlib import Path

from xlsxwriter import Workbook

from poi_xl.core.plan import Plan
from poi_xl.core.settings import Settings, plan_year
from poi_xl.functions import FUNCTIONS, Context
from poi_xl.sheets.dashboard import DASHBOARD_SHEET, add_dashboard
from poi_xl.sheets.hidden_sheets import add_hidden_sheets
from poi_xl.sheets.live_columns import add_live_columns
from poi_xl.sheets.plan_sheet import PLAN_SHEET, add_plan_sheet
from poi_xl.sheets.report import WORKBOOK_OPTIONS
from poi_xl.sheets.settings_sheet import SETTINGS_SHEET, add_settings_sheet
from poi_xl.sheets.style import Styles

# The same plan gives the same bytes, so the file carries no clock.
_CREATED = dt.datetime(2021, 1, 1, tzinfo=dt.UTC)
# Excel recalculates on opening what an older engine wrote; this is the one of Excel 2019 and 365.
_CALCULATION_ENGINE = 191029
_CODE_NAMES = {
    PLAN_SHEET: "HojaPlan",
    DASHBOARD_SHEET: "HojaTablero",
    SETTINGS_SHEET: "HojaConfiguracion",
}


def render_base(plan: Plan, settings: Settings, path: Path, *, live: bool = False) -> None:
    """Write a workbook with the sheets that people type in.

    Args:
        plan: the plan to print.
        settings: what the institution decides.
        path: the .xlsx to write; replaced when it exists.
        live: whether it will have our macros, and so gets cells with our functions.

    Raises:
        OSError: the file cannot be written.
    """
    path.write_bytes(base_bytes(plan, settings, live=live))


def base_bytes(plan: Plan, settings: Settings, *, live: bool = False) -> bytes:
    """Return the bytes of that workbook; the same for the same plan and settings."""
    content = BytesIO()
    with Workbook(content, WORKBOOK_OPTIONS) as workbook:
        _prepare(workbook, plan, settings)
        styles = Styles(workbook)
        places = add_plan_sheet(workbook, styles, plan, settings)
        if live:
            context = Context(plan, settings)
            add_live_columns(workbook, styles, context, plan, places)
            add_dashboard(workbook, styles, context, places.quarter)
        add_settings_sheet(workbook, styles, settings)
        if live:
            add_hidden_sheets(workbook, FUNCTIONS)
            _name_for_macros(workbook)
    return content.getvalue()


def _name_for_macros(workbook: Workbook) -> None:
    """Give the names by which the VBA project knows the workbook and its sheets."""
    workbook.set_vba_name("ThisWorkbook")
    for sheet, name in _CODE_NAMES.items():
        workbook.get_worksheet_by_name(sheet).set_vba_name(name)


def _prepare(workbook: Workbook, plan: Plan, settings: Settings) -> None:
    # Stored results are right: Excel need not compute everything, and ask to save, on opening.
    workbook.set_calc_mode("auto", _CALCULATION_ENGINE)
    workbook.calc_on_load = False
    year = plan_year(plan, settings)
    workbook.set_properties(
        {
            "title": f"Plan Operativo Institucional {year or ''}".strip(),
            "company": settings.institution,
            "created": _CREATED,
        }
    )
