"""The renderer: a report becomes eight ready-made sheets in a temporary workbook, for every host.

The sheets are self-contained: nothing on them refers to another sheet except the hyperlinks, and
those are declared, so that a host can adopt the sheets one by one.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from xlsxwriter import Workbook

from poi_xl.core.summaries import Report
from poi_xl.core.text import column_letters
from poi_xl.core.trafficlight import Preset
from poi_xl.sheets.pages import activities, alerts, groups, monthly, observations, overview
from poi_xl.sheets.pages.page import CellFormula, Link, Page, number_formats
from poi_xl.sheets.style import Styles

__all__ = ["KEYS", "LAYOUT_VERSION", "CellFormula", "Link", "Rendering", "render"]

# Raise it whenever a sheet's shape changes: hosts then replace whole sheets instead of refilling.
LAYOUT_VERSION = 1

KEYS: Mapping[str, str] = {
    "resumen": "Resumen",
    "organos": "Por órgano",
    "mef": "Por actividad MEF",
    "unidades": "Por unidad de medida",
    "semaforo": "Semáforo",
    "alertas": "Alertas",
    "mensual": "Mensual",
    "observaciones": "Observaciones",
}

_DRAW: Mapping[str, Callable[[Page], None]] = {
    "resumen": overview.draw,
    "organos": lambda page: groups.draw(page, page.report.organs, page.report.tree),
    "mef": lambda page: groups.draw(page, page.report.budget_activities),
    "unidades": lambda page: groups.draw(page, page.report.measure_units),
    "semaforo": activities.draw,
    "alertas": alerts.draw,
    "mensual": monthly.draw,
    "observaciones": observations.draw,
}
# The same report gives the same bytes: nothing in the file tells when it was made.
WORKBOOK_PROPERTIES = {
    "title": "Seguimiento del POI",
    "author": "poi_xl",
    "created": dt.datetime(2021, 1, 1),  # noqa: DTZ001 - Excel's properties carry no zone here
}
WORKBOOK_OPTIONS = {
    "in_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}


@dataclass(frozen=True, slots=True)
class Rendering:
    """A rendered report and what a host must know to adopt its sheets.

    Attributes:
        path: the workbook, with one sheet for each of `KEYS`, in their order.
        layout_version: `LAYOUT_VERSION` it was drawn with.
        shape: changes with the layout version and the traffic light; while it is the same, a host
            may refill sheets instead of replacing them.
        links: every hyperlink.
        formulas: every formula that people had typed and a sheet keeps.
        typed_columns: by key of sheet, the columns where people write, as ``M:Q``.
    """

    path: Path
    layout_version: int
    shape: str
    links: tuple[Link, ...]
    formulas: tuple[CellFormula, ...]
    typed_columns: Mapping[str, str]


def render(
    report: Report, names: Mapping[str, str], path: Path, *, date_1904: bool = False
) -> Rendering:
    """Draw the summary sheets of a report into a new workbook.

    Args:
        report: what to show.
        names: final name of each sheet by key; `KEYS` where one is missing.
        path: the workbook to write.
        date_1904: whether dates count from 1904, as in the workbook that will adopt the sheets.

    Returns:
        What was written, with its manifest.
    """
    final = {key: names.get(key, wanted) for key, wanted in KEYS.items()}
    with Workbook(str(path), WORKBOOK_OPTIONS | {"date_1904": date_1904}) as book:
        book.set_properties(WORKBOOK_PROPERTIES)
        pages = _pages(report, book, final)
        for key, page in pages.items():
            _DRAW[key](page)
    first, last = (column_letters(c + 1) for c in (alerts.FIRST_TYPED, alerts.LAST_TYPED))
    return Rendering(
        path=path,
        layout_version=LAYOUT_VERSION,
        shape=_shape(report.preset),
        links=tuple(link for page in pages.values() for link in page.links),
        formulas=tuple(formula for page in pages.values() for formula in page.formulas),
        typed_columns={"alertas": f"{first}:{last}"},
    )


def _pages(report: Report, book: Workbook, names: Mapping[str, str]) -> dict[str, Page]:
    styles = Styles(book)
    amount, gap = number_formats(report)
    return {
        key: Page(report, book, book.add_worksheet(name), styles, names, amount, gap)
        for key, name in names.items()
    }


def _shape(preset: Preset) -> str:
    said = repr((preset.description, preset.flags, [band.included for band in preset.bands]))
    return f"{LAYOUT_VERSION}-{hashlib.blake2b(said.encode(), digest_size=4).hexdigest()}"
