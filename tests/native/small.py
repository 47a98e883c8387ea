"""A plan small enough to reckon by hand, and translators of it."""

import numpy as np

from poi_xl.core.hierarchy import Hierarchy
from poi_xl.core.plan import Layout, Plan
from poi_xl.core.settings import Settings
from poi_xl.functions import Context
from poi_xl.native import Translator

COLUMNS = {
    ("organ", 0): 1,
    ("activity", 0): 2,
    ("target", 0): 3,
    **{("planned", month): 3 + month for month in range(1, 13)},
    **{("executed", month): 15 + month for month in range(1, 13)},
}
TEXTS = {
    (5, 1): "ESCUELA SAT", (5, 2): "Capacitar",
    (6, 1): "JEFATURA", (6, 2): "Dirigir",
    (7, 1): "Escuela Sat", (7, 2): "Evaluar",
    (8, 2): "TOTAL",
}  # fmt: skip


def plan(rows=(5, 6, 7)):
    return Plan(
        ("ESCUELA SAT", "JEFATURA", "Escuela Sat"),
        ("Capacitar", "Dirigir", "Evaluar"),
        ("", "", ""),
        ("", "", ""),
        np.array([12.0, 24.0, 12.0]),
        np.array([[1.0] * 12, [2.0] * 12, [1.0] * 12]),
        np.array([[1.0] * 12, [1.0] * 12, [0.5] * 12]),
        layout=Layout("POI", rows, COLUMNS),
    )


def context(problems=(), hierarchy=None, **changes):
    settings = Settings(quarter=1, hierarchy=hierarchy or Hierarchy())
    return Context(plan(**changes), settings, problems)


def translator(found=None, *, values=None, in_place=False, texts=None, tables=None):
    """Return a translator of the small plan; values are those of any sheet's cells."""
    texts = TEXTS | (texts or {})
    return Translator(
        found or context(),
        keys_sheet="POI_claves",
        cell_text=lambda row, column: texts.get((row, column)),
        value_of=lambda sheet, cell: (values or {}).get(cell.replace("$", "")),
        table_context=tables,
        in_place=in_place,
    )
