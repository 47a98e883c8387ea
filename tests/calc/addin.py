"""The extension as it is made, and what cells with our functions show."""

from poi_xl.functions import FUNCTIONS, CellError, Failure
from poi_xl.hosts.calc.values import CODES
from poi_xl.package.oxt import extension

_STRING, _ERROR = 2, 4  # of com.sun.star.sheet.FormulaResult
_ERRORS = {code: error for error, code in CODES.items()}


def built_extension(folder):
    """Write the .oxt into a folder."""
    path = folder / "poi_xl.oxt"
    path.write_bytes(extension(FUNCTIONS))
    return path


def shows(cell):
    """What a cell shows: a number, a text, or its error."""
    code = cell.getError()
    if code:
        return _ERRORS.get(code, code)
    return cell.String if cell.FormulaResultType2 == _STRING else cell.Value


def wanted(found):
    """An answer of ours as `shows` gives it."""
    if isinstance(found, list):
        return [list(map(wanted, row)) for row in found]
    return found.error if isinstance(found, Failure) else found


def ask(cell, formula):
    """Type a formula into a cell and return what it shows."""
    cell.Formula = formula
    return shows(cell)


def shown_in(area):
    """What the cells of an area show, in few calls."""
    place, sheet = area.RangeAddress, area.getSpreadsheet()
    rows = [list(row) for row in area.getDataArray()]
    for each in area.queryFormulaCells(_ERROR).RangeAddresses:
        for row in range(each.StartRow, each.EndRow + 1):
            for column in range(each.StartColumn, each.EndColumn + 1):
                code = sheet.getCellByPosition(column, row).getError()
                rows[row - place.StartRow][column - place.StartColumn] = _ERRORS.get(code, code)
    return rows


def array_area(sheet, formula, shape, row=20):
    """Type an array formula of some shape and return its cells."""
    rows, columns = shape
    area = sheet.getCellRangeByPosition(10, row, 10 + columns - 1, row + rows - 1)
    area.setArrayFormula(formula)
    return area


def ask_array(sheet, formula, shape):
    """Type an array formula of some shape and return what its cells show."""
    area = array_area(sheet, formula, shape)
    found = shown_in(area)
    area.setArrayFormula("")
    return found


NA, VALUE, DIV_0 = CellError.NA, CellError.VALUE, CellError.DIV_0
