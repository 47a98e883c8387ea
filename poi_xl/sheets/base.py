"""The workbook we build: the sheets that people type in, before any summary is added.

Its order is POI, (summary sheets), Configuración.
"""

import datetime as dt
from io import BytesIO
from pathlib import Path

from xlsxwriter import Workbook

from poi_xl.core.plan import Plan
from poi_xl.core.settings import Settings, plan_year
from poi_xl.sheets.plan_sheet import add_plan_sheet
from poi_xl.sheets.settings_sheet import add_settings_sheet
from poi_xl.sheets.style import Styles

# The same plan gives the same bytes, so the file carries no clock.
_CREATED = dt.datetime(2021, 1, 1, tzinfo=dt.UTC)
# Excel recalculates on opening what an older engine wrote; this is the one of Excel 2019 and 365.
_CALCULATION_ENGINE = 191029


def render_base(plan: Plan, settings: Settings, path: Path) -> None:
    """Write a workbook with the sheets POI and Configuración.

    Args:
        plan: the plan to print.
        settings: what the institution decides.
        path: the .xlsx to write; replaced when it exists.

    Raises:
        OSError: the file cannot be written.
    """
    path.write_bytes(base_bytes(plan, settings))


def base_bytes(plan: Plan, settings: Settings) -> bytes:
    """Return the bytes of that workbook; the same for the same plan and settings."""
    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as workbook:
        _prepare(workbook, plan, settings)
        styles = Styles(workbook)
        add_plan_sheet(workbook, styles, plan, settings)
        add_settings_sheet(workbook, styles, settings)
    return content.getvalue()


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
