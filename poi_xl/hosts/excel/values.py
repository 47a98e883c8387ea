r"""Values on their way between VBA and our functions.

From VBA: ranges as their ``Value2`` (tuples of rows; a row alone from an array constant), one cell
as its bare value, numbers as floats, blanks as None, an omitted argument as -2147352572, error
cells as negative integers. Through xlwings' own wrappers, which send ranges as objects, dates and
currency may arrive as well.

To VBA: always lists of rows, for through COM a tuple of rows loses all but its first. A real error
is a text that starts with a control character, which no cell can hold by typing and which is taken
out of every other text; the VBA wrappers turn it into ``CVErr``, so that a sum over it shows the
error instead of skipping it. ``"\x01POI:2042"`` is #N/A.
"""

import marshal
from hashlib import blake2b
from typing import Any, Final

from poi_xl.functions import Answer, CellError, Failure, Given, Range, Scalar
from poi_xl.reading import cells as reading
from poi_xl.reading.grid import Grid

# An answer as VBA takes it.
Sent = list[list[object]]

ERROR_MARK: Final = "\x01POI:"
MISSING: Final = -2147352572
# What COM adds to Excel's number of an error: #N/A, 2042, arrives as -2146826246.
_ERROR_BASE: Final = -2146828288
_ERRORS: Final = {_ERROR_BASE + error.code: error for error in CellError}
# Errors of newer versions of Excel (#SPILL!, #CALC!, …): an error all the same.
_NEWER_ERRORS: Final = range(_ERROR_BASE + 2000, _ERROR_BASE + 2100)
_CONTROL: Final = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])


def given(value: Any) -> Given | Range:
    """Return an argument as our functions take it.

    Example:
        >>> given(MISSING), given(3), given(-2146826246).text, given((("A",), (None,)))
        (None, 3.0, '#N/A', (('A',), (None,)))
    """
    if not isinstance(value, tuple | list):
        return _cell(value)
    rows = value if value and isinstance(value[0], tuple | list) else (value,)
    return tuple(tuple(map(_cell, row)) for row in rows)


def _cell(value: Any) -> Given:
    kind = value.__class__
    if kind is float or kind is str or kind is bool or value is None:
        return value  # type: ignore[no-any-return]
    if kind is int:
        return None if value == MISSING else error_of(value) or float(value)
    try:
        return float(value)  # currency arrives as a decimal
    except (TypeError, ValueError):
        return str(value)  # a date: no argument of ours is one, and its text says so in the refusal


def error_of(value: int) -> CellError | None:
    """Return the error that an integer from COM stands for, or None."""
    if value in _ERRORS:
        return _ERRORS[value]
    return CellError.VALUE if value in _NEWER_ERRORS else None


def sent(found: Answer) -> Sent:
    r"""Return an answer as VBA takes it.

    Example:
        >>> sent(0.5), sent([["Total", 1.0], [Failure(CellError.NA), "A"]])
        ([[0.5]], [['Total', 1.0], ['\x01POI:2042', 'A']])
    """
    rows = found if isinstance(found, list) else [[found]]
    return [[_sent(cell) for cell in row] for row in rows]


def _sent(cell: Scalar) -> object:
    if isinstance(cell, Failure):
        return f"{ERROR_MARK}{cell.error.code}"
    return cell.translate(_CONTROL) if isinstance(cell, str) else cell


def grid(values: Any) -> Grid:
    """Return what ``Value2`` gives as cells for reading: blanks as empty texts, errors as such."""
    if not isinstance(values, tuple | list):
        values = ((values,),)
    elif values and not isinstance(values[0], tuple | list):
        values = (values,)
    return [[_read(cell) for cell in row] for row in values]


def _read(cell: Any) -> Any:
    if cell is None:
        return ""
    if cell.__class__ is int:
        error = error_of(cell)
        return reading.CellError(error.text) if error else float(cell)
    return cell


def content(values: Any) -> bytes:
    """Return a short key that differs when any value or its type does."""
    try:
        # Version 2 writes the same bytes for the same values, whoever else holds them.
        data = marshal.dumps(values, 2)
    except ValueError:  # dates and decimals
        data = repr(values).encode()
    return blake2b(data, digest_size=16).digest()
