# ruff: noqa: N802 - the names are Excel's
"""Excel's object model as far as the functions read it: values in memory, every call counted."""

import re
from collections import Counter

from poi_xl.core.text import a1, from_a1
from tests.xlwings_windows import ComError


class Range:
    """A rectangle of a sheet's cells."""

    def __init__(self, sheet, top, left, bottom, right):
        self.Worksheet, self.Row, self.Column = sheet, top, left
        self._bottom, self._right = bottom, right

    @property
    def Rows(self):
        return Many(self._bottom - self.Row + 1)

    @property
    def Columns(self):
        return Many(self._right - self.Column + 1)

    @property
    def Address(self):
        return re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", a1(self.Row, self.Column))

    def Cells(self, row, column):
        return Range(self.Worksheet, *(self.Row + row - 1, self.Column + column - 1) * 2)

    @property
    def Value2(self):
        self.Worksheet.book.count("Value2")
        rows = tuple(
            tuple(
                self.Worksheet.cells.get((row, column))
                for column in range(self.Column, self._right + 1)
            )
            for row in range(self.Row, self._bottom + 1)
        )
        return rows if len(rows) > 1 or len(rows[0]) > 1 else rows[0][0]

    @property
    def MergeCells(self):
        self.Worksheet.book.count("MergeCells")
        found = [each for each in self.Worksheet.merged if self._meets(each)]
        inside = any(
            top <= self.Row and left <= self.Column and self._bottom <= b and self._right <= r
            for top, left, b, r in found
        )
        return inside if inside or not found else None

    @property
    def MergeArea(self):
        return Range(self.Worksheet, *next(e for e in self.Worksheet.merged if self._meets(e)))

    def _meets(self, merged):
        top, left, bottom, right = merged
        rows = top <= self._bottom and self.Row <= bottom
        return rows and left <= self._right and self.Column <= right


class Many:
    def __init__(self, count):
        self.Count = count


class Sheet:
    """A worksheet: cells by (row, column), merged ranges as (top, left, bottom, right)."""

    def __init__(self, name, rows=(), merged=(), used=None):
        self.Name, self.merged, self._used = name, list(merged), used
        self.cells = {
            (row, column): value
            for row, cells in enumerate(rows, start=1)
            for column, value in enumerate(cells, start=1)
            if value not in (None, "")
        }

    @property
    def UsedRange(self):
        if self._used:
            return Range(self, *self._used)
        rows, columns = zip(*self.cells, strict=True) if self.cells else ((1,), (1,))
        return Range(self, min(rows), min(columns), max(rows), max(columns))

    def Range(self, address):
        first, _, last = address.partition(":")
        return Range(self, *from_a1(first), *from_a1(last or first))

    def __setitem__(self, address, value):
        self.cells[from_a1(address)] = value


class Name:
    def __init__(self, name, sheet, refers_to=""):
        self.Name, self._sheet, self.RefersTo = name, sheet, refers_to

    @property
    def RefersToRange(self):
        if self._sheet is None:
            raise ComError(-2146827284)
        return self._sheet.UsedRange


class Names(list):
    def Item(self, name):
        found = [each for each in self if each.Name.lower() == name.lower()]
        if not found:
            raise ComError(-2147352567)
        return found[0]


class Book:
    """A workbook; `caller` is the cell whose formula is being computed."""

    def __init__(self, *sheets, path=r"C:\POI\POI.xlsm", points_at=None):
        self.Name, self._path = path.rpartition("\\")[2], path
        self._sheets = list(sheets)
        for sheet in sheets:
            sheet.book = self
        self.calls: Counter[str] = Counter()
        self.Names = Names()
        if points_at is not None:
            self.Names.append(Name("POI_DATOS", points_at))
        self.Application = App()

    def count(self, what):
        self.calls[what] += 1

    @property
    def FullName(self):
        self.count("FullName")
        return self._path

    @property
    def Worksheets(self):
        self.count("Worksheets")
        return self._sheets


class App:
    """Excel itself; import_udfs asks its version and tells it the wizard's texts."""

    Version = "16.0"

    def __init__(self):
        self.Caller = None
        self.described = {}

    def MacroOptions(self, macro, **options):
        self.described[macro.rpartition("!")[2]] = options
