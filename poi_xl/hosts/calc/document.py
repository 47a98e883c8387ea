"""Reading an open document through UNO, inside the office: few calls a sheet."""

from collections.abc import Iterator
from typing import Any, Final

from poi_xl.core.settings import Settings
from poi_xl.core.text import fold
from poi_xl.hosts.calc.session import Sheet
from poi_xl.package.marks import MARK
from poi_xl.reading.settings import SETTINGS_SHEET
from poi_xl.reading.workbook import PLAN_NAME

_ERROR: Final = 4  # com.sun.star.sheet.FormulaResult.ERROR
# Beyond this a sheet is formats, not a plan.
_ROWS, _COLUMNS = 100_000, 702


class OpenDocument:
    """An open spreadsheet document.

    Args:
        model: the document.
    """

    def __init__(self, model: Any) -> None:
        self._model = model

    def settings(self) -> Sheet | None:
        """Return the sheet of settings, known by its name whatever the spelling."""
        sheet = self._named(SETTINGS_SHEET)
        return read_sheet(sheet, merged=False) if sheet is not None else None

    def pointed(self, settings: Settings) -> list[Sheet]:
        """Return the sheets that the settings and the name POI_DATOS point at."""
        found = [self._named(settings.plan_sheet), self._pointed()]
        sheets = {str(sheet.Name): sheet for sheet in found if sheet is not None}
        return [read_sheet(sheet) for sheet in sheets.values()]

    def others(self, known: set[str]) -> Iterator[Sheet]:
        """Yield the sheets that may hold a plan: those that are neither known nor ours."""
        left_out = known | self._owned()
        for sheet in self._model.Sheets:
            if sheet.Name not in left_out and fold(sheet.Name) != fold(SETTINGS_SHEET):
                yield read_sheet(sheet)

    def _named(self, name: str) -> Any | None:
        wanted = fold(name)
        if not wanted:
            return None
        return next((sheet for sheet in self._model.Sheets if fold(sheet.Name) == wanted), None)

    def _pointed(self) -> Any | None:
        names = self._model.NamedRanges
        return _referred(names.getByName(PLAN_NAME)) if names.hasByName(PLAN_NAME) else None

    def _owned(self) -> set[str]:
        names = self._model.NamedRanges
        marks = (names.getByName(n) for n in names.ElementNames if n.lower().startswith(MARK))
        return {str(sheet.Name) for mark in marks if (sheet := _referred(mark)) is not None}


def _referred(name: Any) -> Any | None:
    """The sheet that a name leads to; the office knows it, whatever stands in the sheet's name."""
    cells = name.getReferredCells()
    return cells.getSpreadsheet() if cells is not None else None


def read_sheet(sheet: Any, *, merged: bool = True) -> Sheet:
    """Return the cells of a sheet.

    Args:
        sheet: the sheet.
        merged: whether to look for merged cells.
    """
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    place = cursor.RangeAddress
    last = min(place.EndColumn, _COLUMNS), min(place.EndRow, _ROWS)
    area = sheet.getCellRangeByPosition(0, 0, *last)
    found = tuple(_merged(area)) if merged else ()
    return Sheet(str(sheet.Name), area.getDataArray(), dict(_errors(area)), found)


def _errors(area: Any) -> Iterator[tuple[tuple[int, int], int]]:
    """Error cells: as data they are blanks, and a silent blank is a silent wrong number."""
    sheet = area.getSpreadsheet()
    for place in area.queryFormulaCells(_ERROR).RangeAddresses:
        for row in range(place.StartRow, place.EndRow + 1):
            for column in range(place.StartColumn, place.EndColumn + 1):
                yield (row, column), sheet.getCellByPosition(column, row).getError()


def _merged(area: Any) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Merged ranges: cells of one format are asked together, and merging is part of the format."""
    sheet = area.getSpreadsheet()
    for part in area.getCellFormatRanges():
        if not part.getIsMerged():
            continue
        place = part.RangeAddress
        for row in range(place.StartRow, place.EndRow + 1):
            for column in range(place.StartColumn, place.EndColumn + 1):
                yield _whole(sheet, row, column)


def _whole(sheet: Any, row: int, column: int) -> tuple[tuple[int, int], tuple[int, int]]:
    cursor = sheet.createCursorByRange(sheet.getCellByPosition(column, row))
    cursor.collapseToMergedArea()
    place = cursor.RangeAddress
    return (place.StartRow, place.StartColumn), (place.EndRow, place.EndColumn)
