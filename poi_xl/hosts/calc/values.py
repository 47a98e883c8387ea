r"""Values on their way between LibreOffice's cells and our functions.

From a cell: numbers, dates and truth values as floats, texts, an omitted argument as None; a blank
cell is 0.0 as one argument and an empty text inside a range. A name, period or traffic light that
is 0 is therefore taken for a blank one. LibreOffice itself answers with the error when a cell given
alone holds one.

To a cell: numbers and texts; an error as a number that is none, with LibreOffice's code of the
error in it.
"""

import struct
from typing import Any, Final

from poi_xl.functions import Answer, CellError, Failure, Given, Kind, Range, Scalar
from poi_xl.reading import cells as reading

_QUIET_NAN: Final = 0x7FF8000000000000
# LibreOffice's number of each error.
CODES: Final = {
    CellError.NULL: 521,
    CellError.DIV_0: 532,
    CellError.VALUE: 519,
    CellError.REF: 524,
    CellError.NAME: 525,
    CellError.NUM: 503,
    CellError.NA: 32767,
}
_BY_CODE: Final = {code: error for error, code in CODES.items()}
_NUMBERS: Final = {
    error: struct.unpack("<d", struct.pack("<Q", _QUIET_NAN | code))[0]
    for error, code in CODES.items()
}
# Where 0 can only be a blank cell.
_NO_ZERO: Final = frozenset(Kind) - {Kind.RATIO}

Rows = tuple[tuple[float | str, ...], ...]
# What a cell shows, or the rows of a table.
Shown = float | str | Rows


def given(kind: Kind, value: Any) -> Given | Range:
    """Return an argument as our functions take it.

    Example:
        >>> given(Kind.ORGAN, 0.0), given(Kind.RATIO, 0.0), given(Kind.ORGAN, (("A",), ("",)))
        (None, 0.0, (('A',), (None,)))
    """
    if isinstance(value, tuple):
        return tuple(tuple(_cell(cell) for cell in row) for row in value)
    if value == 0 and kind in _NO_ZERO:
        return None
    return _cell(value)


def _cell(value: Any) -> Given:
    if value is None or value == "":
        return None
    return value if isinstance(value, float | str) else float(value)


def error_of(code: int) -> CellError:
    """Return the error that LibreOffice numbers so; of those that Excel has not, #VALUE!."""
    return _BY_CODE.get(code, CellError.VALUE)


def shown(found: Answer) -> Shown:
    """Return an answer as LibreOffice takes it.

    Example:
        >>> shown([["Total", 1.0]]), shown(0.5)
        ((('Total', 1.0),), 0.5)
    """
    if isinstance(found, list):
        return tuple(tuple(map(_shown, row)) for row in found)
    return _shown(found)


def _shown(cell: Scalar) -> float | str:
    return _NUMBERS[cell.error] if isinstance(cell, Failure) else cell


def grid(rows: Any, errors: dict[tuple[int, int], int]) -> list[list[Any]]:
    """Return a sheet's cells for reading.

    Args:
        rows: as ``getDataArray`` gives them, from A1.
        errors: LibreOffice's code of each error cell, by row and column from 0.
    """
    cells = [["" if cell is None else cell for cell in row] for row in rows]
    for (row, column), code in errors.items():
        cells[row][column] = reading.CellError(error_of(code).text)
    return cells
