"""The sheet Configuración alone in a file, for workbooks that other people made."""

from pathlib import Path

from xlsxwriter import Workbook

from poi_xl.core.settings import Settings
from poi_xl.sheets.report import WORKBOOK_OPTIONS
from poi_xl.sheets.settings_sheet import add_settings_sheet
from poi_xl.sheets.style import Styles


def render_settings(settings: Settings, path: Path, *, date_1904: bool) -> None:
    """Write a file with the sheet Configuración.

    Args:
        settings: what it says.
        path: the .xlsx to write.
        date_1904: whether dates count from 1904, as in the workbook that takes the sheet.
    """
    with Workbook(path, WORKBOOK_OPTIONS | {"date_1904": date_1904}) as workbook:
        add_settings_sheet(workbook, Styles(workbook), settings)
