"""Reading the calling workbook through COM: few calls, for each one crosses to another process.

Everything named here is Excel's object model; `Any` because COM objects have no types.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from poi_xl.core.text import a1, fold
from poi_xl.package.marks import MARK, marked_sheet
from poi_xl.reading.grid import Merged
from poi_xl.reading.settings import SETTINGS_SHEET
from poi_xl.reading.workbook import PLAN_NAME

# Excel rejects calls while a cell is being edited or a box is open; waiting helps.
_BUSY: Final = frozenset({-2147418111, -2147417846, -2146777998})
# Sheets are read at once up to here, and then on while anything follows: formats alone can make
# Excel take a whole sheet for used.
_BLOCK_ROWS: Final = 20_000
_LAST_COLUMN: Final = 702  # ZZ


@dataclass(frozen=True, slots=True)
class Block:
    """The cells of a sheet from A1, as ``Value2`` gives them.

    Attributes:
        sheet: the sheet's name.
        values: rows of cells.
        merged: first and last cell of each merged range, from 0.
    """

    sheet: str
    values: tuple[tuple[Any, ...], ...]
    merged: tuple[Merged, ...] = ()


def worksheets(book: Any) -> dict[str, Any]:
    """Return the workbook's worksheets by name."""
    return {str(sheet.Name): sheet for sheet in book.Worksheets}


def settings_sheet(sheets: dict[str, Any]) -> Any | None:
    """Return the sheet of settings, known by its name whatever the spelling."""
    return named(sheets, SETTINGS_SHEET)


def named(sheets: dict[str, Any], name: str) -> Any | None:
    """Return the sheet of that name, whatever the spelling; None when there is none."""
    return next((sheet for key, sheet in sheets.items() if fold(key) == fold(name)), None)


def pointed_sheet(book: Any) -> str:
    """Return the name of the sheet that POI_DATOS points at; empty when nothing does."""
    try:
        return str(book.Names.Item(PLAN_NAME).RefersToRange.Worksheet.Name)
    except Exception as error:
        if is_busy(error) or not is_com(error):
            raise
        return ""  # no such name, or its range was deleted: Excel raises the same for both


def owned_names(book: Any) -> set[str]:
    """Return the names of the sheets that we regenerate; they are no plan."""
    return {
        marked_sheet(str(each.RefersTo))
        for each in book.Names
        if str(each.Name).lower().startswith(MARK)
    }


def is_busy(error: BaseException) -> bool:
    """Whether Excel could not answer just now, which says nothing about the workbook."""
    codes = {getattr(error, "hresult", 0), *(getattr(error, "excepinfo", None) or ())[5:6]}
    return not _BUSY.isdisjoint(codes)


def is_com(error: BaseException) -> bool:
    """Whether an error came from Excel rather than from us."""
    return hasattr(error, "hresult")


def is_passing(error: BaseException) -> bool:
    """Whether asking again may help; pywin32 says that a busy Excel lacks some attribute."""
    return is_com(error) or isinstance(error, AttributeError)


def read_block(sheet: Any, *, merged: bool = True) -> Block:
    """Return the cells of a sheet: one call for the values of any sheet of usual size.

    Args:
        sheet: the worksheet.
        merged: whether to look for merged cells.
    """
    used = sheet.UsedRange
    rows = int(used.Row) + int(used.Rows.Count) - 1
    columns = min(int(used.Column) + int(used.Columns.Count) - 1, _LAST_COLUMN)
    values = tuple(row for block in _blocks(sheet, rows, columns) for row in block)
    found = tuple(_merged(sheet, len(values), columns)) if merged else ()
    return Block(str(sheet.Name), values, found)


def _blocks(sheet: Any, rows: int, columns: int) -> Iterator[tuple[tuple[Any, ...], ...]]:
    for top in range(1, rows + 1, _BLOCK_ROWS):
        bottom = min(top + _BLOCK_ROWS - 1, rows)
        values = _area(sheet, top, 1, bottom, columns).Value2
        block = values if isinstance(values, tuple) else ((values,),)
        if top > 1 and all(cell is None for row in block for cell in row):
            return
        yield block


def _area(sheet: Any, top: int, left: int, bottom: int, right: int) -> Any:
    return sheet.Range(f"{a1(top, left)}:{a1(bottom, right)}")


def _merged(sheet: Any, rows: int, columns: int) -> Iterator[Merged]:
    """The merged ranges, by halving: Excel says of any range whether it has some."""
    known: list[Merged] = []
    waiting = [(1, 1, rows, columns)]
    while waiting:
        top, left, bottom, right = waiting.pop()
        if any(_within(each, top, left, bottom, right) for each in known):
            continue
        area = _area(sheet, top, left, bottom, right)
        if area.MergeCells is False:
            continue
        if (top, left) == (bottom, right):
            known.append(_place(area.MergeArea))
            yield known[-1]
        else:
            waiting += _halves(top, left, bottom, right)


def _halves(top: int, left: int, bottom: int, right: int) -> list[tuple[int, int, int, int]]:
    if bottom - top >= right - left:
        middle = (top + bottom) // 2
        return [(middle + 1, left, bottom, right), (top, left, middle, right)]
    middle = (left + right) // 2
    return [(top, middle + 1, bottom, right), (top, left, bottom, middle)]


def _within(merged: Merged, top: int, left: int, bottom: int, right: int) -> bool:
    (first_row, first_column), (last_row, last_column) = merged
    rows = first_row < top and bottom <= last_row + 1
    return rows and first_column < left and right <= last_column + 1


def _place(area: Any) -> Merged:
    row, column = int(area.Row) - 1, int(area.Column) - 1
    return (row, column), (row + int(area.Rows.Count) - 1, column + int(area.Columns.Count) - 1)
