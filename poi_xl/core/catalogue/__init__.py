"""Every problem that a user can meet, declared once: its Spanish text and its remedy.

A module for each part of the product. Codes never change meaning: they are written in workbooks
and in people's notes.
"""

from typing import Final

from poi_xl.core.catalogue.copies import COPIES
from poi_xl.core.catalogue.excel import EXCEL
from poi_xl.core.catalogue.exports import EXPORTS
from poi_xl.core.catalogue.files import FILES
from poi_xl.core.catalogue.forms import FORMS
from poi_xl.core.catalogue.functions import FUNCTIONS
from poi_xl.core.catalogue.kind import Kind
from poi_xl.core.catalogue.libreoffice import LIBREOFFICE
from poi_xl.core.catalogue.plan import PLAN
from poi_xl.core.catalogue.quarters import QUARTERS
from poi_xl.core.catalogue.sector import SECTOR

PARTS: Final = {
    "El archivo": FILES,
    "El plan y su configuración": PLAN,
    "Exportaciones de CEPLAN": EXPORTS,
    "Funciones en las celdas": FUNCTIONS,
    "Excel, y el libro abierto": EXCEL,
    "LibreOffice": LIBREOFFICE,
    "Fichas": FORMS,
    "Copias": COPIES,
    "Trimestres": QUARTERS,
    "Consolidación": SECTOR,
}
CATALOGUE: Final[dict[str, Kind]] = {
    code: kind for part in PARTS.values() for code, kind in part.items()
}
