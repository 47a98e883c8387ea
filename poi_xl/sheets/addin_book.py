"""The workbook inside the add-in: nobody sees its sheet, but Excel wants one."""

import datetime as dt
from pathlib import Path

from xlsxwriter import Workbook

from poi_xl import __date__, __version__

TITLE = "POI"


def render_addin_book(path: Path) -> None:
    """Write the workbook, with the title that Excel shows in its list of add-ins."""
    day = dt.datetime.fromisoformat(__date__).replace(tzinfo=dt.UTC)
    with Workbook(path, {"in_memory": True}) as workbook:
        comments = f"poi_xl {__version__}: funciones POI_ y ficha POI para cualquier libro."
        workbook.set_properties({"title": TITLE, "comments": comments, "created": day})
        workbook.set_vba_name()
        sheet = workbook.add_worksheet("poi_xl")
        sheet.set_vba_name("Hoja1")
        sheet.write_string(0, 0, comments)
