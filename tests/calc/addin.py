"""The extension as it is made, in an office that runs this very source, and what its cells show."""

import os
import sys

from poi_xl.functions import FUNCTIONS, CellError, Failure
from poi_xl.hosts.calc.values import CODES
from poi_xl.package.oxt import extension
from tests.conftest import DATA

_SOURCE = str(DATA.parents[1])
_LIBRARIES = [folder for folder in sys.path if folder.endswith("site-packages")]
_ERRORS = {code: error for error, code in CODES.items()}


def built_extension(folder):
    """Write the .oxt into a folder."""
    path = folder / "poi_xl.oxt"
    path.write_bytes(extension(FUNCTIONS))
    return path


def environment(folder):
    """Variables for an office that finds poi_xl and keeps its log in a folder."""
    # LibreOffice takes PYTHONPATH away from its Python.
    found = os.pathsep.join([*_LIBRARIES, _SOURCE])
    return {"POI_XL_PYTHONPATH": found, "XDG_STATE_HOME": str(folder)}


def shows(cell):
    """What a cell shows: a number, a text, or its error."""
    code = cell.getError()
    if code:
        return _ERRORS.get(code, code)
    return cell.String if cell.FormulaResultType2 == 2 else cell.Value


def wanted(found):
    """An answer of ours as `shows` gives it."""
    if isinstance(found, list):
        return [list(map(wanted, row)) for row in found]
    return found.error if isinstance(found, Failure) else found


def ask(cell, formula):
    """Type a formula into a cell and return what it shows."""
    cell.Formula = formula
    return shows(cell)


def ask_array(sheet, column, row, formula, shape):
    """Type an array formula of some shape and return what its cells show."""
    rows, columns = shape
    area = sheet.getCellRangeByPosition(column, row, column + columns - 1, row + rows - 1)
    area.setArrayFormula(formula)
    found = [[shows(area.getCellByPosition(c, r)) for c in range(columns)] for r in range(rows)]
    area.setArrayFormula("")
    return found


NA, VALUE, DIV_0 = CellError.NA, CellError.VALUE, CellError.DIV_0
