# ruff: noqa: N802, N803 - the names are Excel's
"""Excel's object model as far as the macros use it: workbooks in memory, every call recorded.

The objects are those that xlwings' code for Windows wraps. Any one call can be made to fail, as
often as is asked for. What the model does when sheets, tables and columns go is what Excel does:
formulas that named them change or break.
"""

import re
import shutil
import sys
import types
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from weakref import WeakSet

from lxml import etree
from openpyxl import load_workbook
from openpyxl.formula.translate import Translator

from poi_xl.core.text import a1, from_a1
from poi_xl.package.parts import Package
from poi_xl.package.plan_columns import printed_sections
from tests import shifting
from tests.hand import type_in
from tests.xlwings_windows import ComError, install

install()
CDispatch: Any = vars(sys.modules["win32com.client"])["CDispatch"]

FAILED = -2146827284  # error 1004
BUSY = -2147418111
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
LAST_ROW = 1_048_576


class Recorder:
    """Every call in order; `fail` says which ones fail and how."""

    def __init__(self):
        self.calls, self.fail, self.result = [], {}, FAILED

    def hit(self, what, owner):
        self.calls.append((what, owner))
        if self.fail.get(len(self.calls), 0):
            raise ComError(self.result)

    def names(self):
        return [what for what, _ in self.calls]

    def count(self, what):
        return Counter(self.names())[what]


def raw(value):
    """Take xlwings' wrapper off an object that comes as an argument."""
    return getattr(value, "_inner", value)


class Com(CDispatch):
    """An object of Excel's: what begins with a capital goes through the recorder."""

    def __init__(self, recorder):
        self._recorder = recorder

    def __getattribute__(self, name):
        if not name[:1].isupper():
            return object.__getattribute__(self, name)
        recorder = object.__getattribute__(self, "_recorder")
        path = f"{type(self).__name__}.{name}"
        found = getattr(type(self), name, None)
        if isinstance(found, types.FunctionType):

            def call(owner, *arguments, **named):
                recorder.hit(path, owner)
                named = {key: raw(value) for key, value in named.items()}
                return found(owner, *map(raw, arguments), **named)

            return types.MethodType(call, self)
        recorder.hit(path, self)
        try:
            return object.__getattribute__(self, name)
        except AttributeError as error:
            raise ComError(FAILED) from error

    def __setattr__(self, name, value):
        if name[:1].isupper() and name in self.__dict__ | type(self).__dict__:
            self._recorder.hit(f"{type(self).__name__}.{name}=", self)
        object.__setattr__(self, name, raw(value))

    def set(self, **values):
        """Give properties their first values, unrecorded."""
        for name, value in values.items():
            object.__setattr__(self, name, value)
        return self

    def get(self, name):
        """Look at a property, unrecorded."""
        return object.__getattribute__(self, name)


class Many(Com):
    """A collection: by number from 1, by name, or a list of names."""

    def __init__(self, recorder, items, kind="Item", add=None):
        super().__init__(recorder)
        self._items, self._kind, self._add = items, kind, add

    @property
    def Count(self):
        return len(self._items())

    def __iter__(self):
        self._recorder.hit(f"{self._kind}s", self)
        return iter(self._items())

    def __call__(self, *key):
        self._recorder.hit(f"{self._kind}s()", self)
        if not key:
            return self
        (key,) = key
        if isinstance(key, list | tuple):
            return Group(self._recorder, [self._one(each) for each in key])
        return self._one(key)

    def _one(self, key):
        items = self._items()
        if isinstance(key, int) and 1 <= key <= len(items):
            return items[key - 1]
        found = [each for each in items if each.get("Name").lower() == str(key).lower()]
        if not found:
            raise ComError(-2147352565)
        return found[0]

    def Item(self, key):
        return self._one(key)

    def Add(self, *arguments, **named):
        return self._add(*arguments, **named)


class Group(Com):
    """Several sheets at once."""

    def __init__(self, recorder, sheets):
        super().__init__(recorder)
        self._sheets = sheets

    def Copy(self, Before=None, After=None):
        copy_sheets(self._sheets, Before, After)


def copy_sheets(sheets, before, after):
    book = (before or after).book
    place = book.sheets.index(before) if before else book.sheets.index(after) + 1
    for offset, sheet in enumerate(sheets):
        made = sheet.copied(book)
        if not book.app.get("CopyObjectsWithCells"):
            made.charts.clear()
        book.sheets.insert(place + offset, made)
        book.set(ActiveSheet=made)


@dataclass
class Cell:
    value: object = None
    formula: str = ""
    look: str = "General"


class Plain(Com):
    """A thing with properties and nothing else."""

    def __init__(self, recorder, **values):
        super().__init__(recorder)
        self.set(**values)

    def Delete(self):
        self.get("gone")()


class Series(Plain):
    pass


class Range(Com):
    def __init__(self, sheet, areas):
        super().__init__(sheet._recorder)
        self.sheet, self.areas = sheet, areas
        sheet.ranges.add(self)
        for name in ("RowHeight", "OutlineLevel"):
            object.__setattr__(self, f"_{name}", None)
        self.set(FormatConditions=Plain(self._recorder, gone=lambda: None))
        self.set(Validation=Plain(self._recorder, gone=lambda: None))

    @property
    def area(self):
        return self.areas[0]

    @property
    def Row(self):
        return self.area[0]

    @property
    def Column(self):
        return self.area[1]

    @property
    def Rows(self):
        return SimpleNamespace(Count=self.area[2] - self.area[0] + 1)

    @property
    def Columns(self):
        return SimpleNamespace(Count=self.area[3] - self.area[1] + 1)

    @property
    def Address(self):
        return f"{a1(*self.area[:2])}:{a1(*self.area[2:])}"

    @property
    def Worksheet(self):
        return self.sheet

    @property
    def EntireColumn(self):
        return self

    def cells(self):
        top, left, bottom, right = self.area
        columns = range(left, right + 1)
        return [[(row, column) for column in columns] for row in range(top, bottom + 1)]

    def _values(self, read):
        rows = tuple(
            tuple(read(self.sheet.cells.get(at, Cell())) for at in r) for r in self.cells()
        )
        return rows if len(rows) > 1 or len(rows[0]) > 1 else rows[0][0]

    @property
    def Value2(self):
        return self._values(lambda cell: cell.value)

    @Value2.setter
    def Value2(self, rows):
        known, merged = self.sheet.cells, self.sheet.merged_inside()
        for row, cells in zip(self.cells(), rows, strict=True):
            for at, value in zip(row, cells, strict=True):
                assert at not in merged, f"{a1(*at)} is merged"
                cell = known.get(at)
                if cell is None:
                    cell = known[at] = Cell()
                cell.value, cell.formula = as_typed(value), ""

    @property
    def Formula(self):
        return self._values(lambda c: c.formula or ("" if c.value is None else c.value))

    @Formula.setter
    def Formula(self, rows):
        for row, texts in zip(self.cells(), rows, strict=True):
            for at, text in zip(row, texts, strict=True):
                cell = self.sheet.cell(at)
                is_formula = isinstance(text, str) and text.startswith("=")
                cell.formula = text if is_formula else ""
                if not is_formula:
                    cell.value = None if text == "" else text

    @property
    def Formula2(self):
        return self.Formula

    @Formula2.setter
    def Formula2(self, text):
        (((at,),),) = [self.cells()]
        cell = self.sheet.cell(at)
        cell.formula, cell.value = text, 0.0

    @property
    def HasFormula(self):
        found = {
            bool(self.sheet.cells.get(at, Cell()).formula) for row in self.cells() for at in row
        }
        return found.pop() if len(found) == 1 else None

    @property
    def MergeCells(self):
        found = [each for each in self.sheet.merged if meets(each, self.area)]
        top, left, bottom, right = self.area
        if any(m[0] <= top and m[1] <= left and bottom <= m[2] and right <= m[3] for m in found):
            return True
        return None if found else False

    @property
    def MergeArea(self):
        row, column = self.area[:2]
        found = [m for m in self.sheet.merged if m[0] <= row <= m[2] and m[1] <= column <= m[3]]
        return Range(self.sheet, found or [self.area])

    def UnMerge(self):
        self.sheet.merged[:] = [each for each in self.sheet.merged if not meets(each, self.area)]

    def Merge(self):
        met = [each for each in self.sheet.merged if meets(each, self.area)]
        assert met in ([], [self.area]), "Excel would merge all that it meets"
        inner = [at for row in self.cells() for at in row][1:]
        assert not any(self.sheet.cells.get(at, Cell()).value for at in inner), "Excel would ask"
        self.sheet.merged[:] = [*(m for m in self.sheet.merged if m not in met), self.area]

    def Insert(self, Shift, CopyOrigin):
        assert (Shift, CopyOrigin) == (-4161, 0)
        self._whole_column()
        self.sheet.shift(self.area[1], 1)

    def Delete(self):
        self._whole_column()
        self.sheet.shift(self.area[1], -1)

    def _whole_column(self):
        assert (self.area[0], self.area[2]) == (1, LAST_ROW)
        assert self.area[1] == self.area[3]

    def FillRight(self):
        """Write a cell's formula into the one on its right, its references moved along."""
        ((source, target),) = self.cells()
        cell = self.sheet.cell(target)
        text = self.sheet.cells[source].formula
        cell.formula = Translator(text, a1(*source)).translate_formula(a1(*target))
        cell.value, cell.look = 0.0, self.sheet.cells[source].look

    @property
    def ColumnWidth(self):
        return self.sheet.widths.get(self.area[1], 8.43)

    @ColumnWidth.setter
    def ColumnWidth(self, value):
        self.sheet.widths[self.area[1]] = value

    def ClearHyperlinks(self):
        self.sheet.links.clear()

    def Select(self):
        self.sheet.book.app.selected = (self.sheet, self.Address)

    def Copy(self):
        self.sheet.book.app.clipboard = self

    def PasteSpecial(self, Paste):
        source = self.sheet.book.app.clipboard
        assert source is not None
        if Paste == -4122:
            self._paste_formats(source)
        if Paste == 8:
            self.sheet.widths = dict(source.sheet.widths)

    def _paste_formats(self, source):
        cells, theirs, none = self.sheet.cells, source.sheet.cells, Cell()
        for row in source.cells():
            for at in row:
                cells.setdefault(at, Cell()).look = theirs.get(at, none).look
        for top, left, bottom, right in source.sheet.merged:
            if bottom <= source.area[2] and right <= source.area[3]:
                tables = [t.area for t in self.sheet.tables]
                assert not any(meets((top, left, bottom, right), t) for t in tables)
                self.sheet.merged.append((top, left, bottom, right))

    @property
    def RowHeight(self):
        return self._RowHeight

    @RowHeight.setter
    def RowHeight(self, value):
        for top, _, bottom, _ in self.areas:
            self.sheet.heights |= dict.fromkeys(range(top, bottom + 1), value)

    @property
    def OutlineLevel(self):
        return self._OutlineLevel

    @OutlineLevel.setter
    def OutlineLevel(self, value):
        for top, _, bottom, _ in self.areas:
            self.sheet.levels |= dict.fromkeys(range(top, bottom + 1), value)

    @property
    def Hidden(self):
        found = {column in self.sheet.hidden for column in range(self.area[1], self.area[3] + 1)}
        return found.pop() if len(found) == 1 else None

    @Hidden.setter
    def Hidden(self, value):
        columns = range(self.area[1], self.area[3] + 1)
        (self.sheet.hidden.update if value else self.sheet.hidden.difference_update)(columns)

    def AutoFilter(self):
        self.sheet.filter = self.Address
        self.sheet.set(AutoFilterMode=True)


def as_typed(value):
    """Take a value as Excel takes one that a program gives: a text is read as typing is."""
    if not isinstance(value, str):
        return value
    if value.startswith("'"):
        return value[1:]
    if value == "#N/A":
        return value  # the error itself
    assert not re.match(r"[=+\-@#]|.*\d", value, re.DOTALL), f"Excel would read {value!r}"
    return value


def moved(area, column, by):
    """Where an area is once a column came or went; None when it went."""
    top, left, bottom, right = area
    found = shifting.span(left, right, column, by)
    return found and (top, found[0], bottom, found[1])


def meets(one, other):
    rows = one[0] <= other[2] and other[0] <= one[2]
    return rows and one[1] <= other[3] and other[1] <= one[3]


class Table(Com):
    def __init__(self, sheet, name, area, filtered):
        super().__init__(sheet._recorder)
        self.sheet, self.area = sheet, area
        self.set(Name=name, ShowTotals=False, ShowAutoFilter=filtered, TableStyle="x")
        self.set(
            AutoFilter=Plain(self._recorder, FilterMode=False),
            ListColumns=Many(self._recorder, self._columns, "ListColumn", self._add_column),
        )

    @property
    def Range(self):
        return Range(self.sheet, [self.area])

    @property
    def HeaderRowRange(self):
        return Range(self.sheet, [(*self.area[:2], self.area[0], self.area[3])])

    def Resize(self, area):
        assert area.area[:2] == self.area[:2], "Excel keeps the headings in their row"
        others = [each for each in self.sheet.tables if each is not self]
        assert not any(meets(each.area, area.area) for each in others), "tables overlap"
        self.area = area.area

    def Unlist(self):
        self.sheet.tables.remove(self)
        address = f"{self.sheet.get('Name')}!{a1(*self.area[:2])}"
        self.sheet.book.rewrite(rf"\b{self.get('Name')}\[[^\]]*\]", address)

    def _columns(self):
        top, left, _, right = self.area
        return [
            Plain(
                self._recorder, Name=self.sheet.cells[top, c].value, gone=lambda c=c: self._cut(c)
            )
            for c in range(left, right + 1)
        ]

    def _cut(self, column):
        name = self.sheet.cells[self.area[0], column].value
        self.sheet.book.rewrite(rf"\b{self.get('Name')}\[{re.escape(name)}\]", "#REF!")
        self._shift(column, -1)

    def _add_column(self, position):
        self._shift(self.area[1] + position - 1, 1)
        self.sheet.cell((self.area[0], self.area[1] + position - 1)).value = "Columna"

    def _shift(self, column, by):
        top, left, bottom, right = self.area
        for row in range(top, bottom + 1):
            cells = [self.sheet.cells.get((row, c), Cell()) for c in range(column, right + 2)]
            for c, cell in enumerate(cells[1:] if by < 0 else [Cell(), *cells], start=column):
                self.sheet.cells[row, c] = cell
        self.area = (top, left, bottom, right + by)


class ChartObject(Com):
    def __init__(self, sheet, name, title, series, text=""):
        super().__init__(sheet._recorder)
        self.sheet, self.text = sheet, text
        items = [Series(self._recorder, Formula=each) for each in series]
        axis = Plain(self._recorder, MaximumScaleIsAuto=True, MaximumScale=1.0)
        self.set(Name=name, Top=1.0, Left=2.0, Width=3.0, Height=4.0)
        self.set(
            Chart=Plain(
                self._recorder,
                ChartTitle=Plain(self._recorder, Text=title),
                SeriesCollection=Many(self._recorder, lambda: items, "Series"),
                Axes=Many(self._recorder, lambda: [axis, axis], "Axe"),
            )
        )

    def formulas(self):
        return [s.get("Formula") for s in self.get("Chart").get("SeriesCollection")._items()]

    def copied(self, sheet, old="", new=""):
        series = [each.replace(old, new) if old else each for each in self.formulas()]
        title = self.get("Chart").get("ChartTitle").get("Text")
        return ChartObject(sheet, self.get("Name"), title, series, self.text)

    def Copy(self):
        self.sheet.book.app.clipboard = self

    def Delete(self):
        self.sheet.charts.remove(self)


class Shape(Com):
    def __init__(self, chart):
        super().__init__(chart._recorder)
        self._chart = chart
        self.set(Name=chart.get("Name"))

    @property
    def AlternativeText(self):
        return self._chart.text

    @AlternativeText.setter
    def AlternativeText(self, value):
        self._chart.text = value


class Sheet(Com):
    def __init__(self, book, name):
        super().__init__(book._recorder)
        self.book = book
        self.cells: dict = {}
        self.links: dict = {}
        self.tables: list = []
        self.charts: list = []
        self.breaks: list = []
        self.merged, self.heights, self.levels, self.hidden = [], {}, {}, set()
        self.widths, self.deleted, self.filter = {}, False, ""
        self.ranges: WeakSet = WeakSet()
        self.shifts: list = []
        r, empty = self._recorder, list
        self.set(
            Name=name,
            ProtectContents=False,
            Comments=Many(r, empty, "Comment"),
            CommentsThreaded=Many(r, empty, "Comment"),
            PivotTables=Many(r, empty, "PivotTable"),
            ListObjects=Many(r, lambda: self.tables, "ListObject", self._add_table),
            ChartObjects=Many(r, lambda: self.charts, "ChartObject"),
            Shapes=Many(r, lambda: [Shape(each) for each in self.charts], "Shape"),
            Hyperlinks=Many(r, empty, "Hyperlink", self._add_link),
            HPageBreaks=Many(r, empty, "HPageBreak", lambda at: self.breaks.append(at.area[0])),
            PageSetup=Page(r),
            AutoFilterMode=False,
            Names=Many(r, empty, "Name"),
        )

    def cell(self, at):
        return self.cells.setdefault(at, Cell())

    def merged_inside(self):
        return {
            (r, c)
            for top, left, bottom, right in self.merged
            for r in range(top, bottom + 1)
            for c in range(left, right + 1)
            if (r, c) != (top, left)
        }

    def shift(self, column, by):
        """Let a column come (by 1) or go (by -1), and all that points right of it move."""
        assert not self.tables
        self.shifts.append((column, by))
        name = self.get("Name")
        left = {row: c.look for (row, place), c in self.cells.items() if place == column - 1}
        gone = column if by < 0 else None
        self.cells = {
            (row, place + by * (place >= column)): cell
            for (row, place), cell in self.cells.items()
            if place != gone
        }
        if by > 0:
            self.cells |= {(row, column): Cell(look=look) for row, look in left.items()}
        spans = lambda c: shifting.span(c, c, column, by)  # noqa: E731
        self.hidden = {found[0] for c in self.hidden if (found := spans(c))}
        self.widths = {found[0]: w for c, w in self.widths.items() if (found := spans(c))}
        self.merged[:] = [each for m in self.merged if (each := moved(m, column, by))]
        for each in list(self.ranges):
            if each.areas[0][3] < 16_384:
                each.areas = [moved(a, column, by) or a for a in each.areas]
        page = self.get("PageSetup")
        self.filter = shifting.area(self.filter, column, by)
        page.set(PrintArea=shifting.area(page.get("PrintArea"), column, by))
        self.book.reword(lambda own, text: shifting.formula(text, own, name, column, by))

    @property
    def UsedRange(self):
        used = [at for at, cell in self.cells.items() if cell.value is not None] or [(1, 1)]
        rows, columns = zip(*used, strict=True)
        return Range(self, [(min(rows), min(columns), max(rows), max(columns))])

    @property
    def Cells(self):
        return Range(self, [(1, 1, LAST_ROW, 16_384)])

    def Range(self, address):
        return Range(self, [self._area(part) for part in address.split(",")])

    @staticmethod
    def _area(part):
        first, _, last = part.partition(":")
        if first.isdigit():
            return int(first), 1, int(last), 16_384
        if first.isalpha():
            return 1, from_a1(f"{first}1")[1], LAST_ROW, from_a1(f"{last}1")[1]
        return (*from_a1(first), *from_a1(last or first))

    def _add_table(self, SourceType, Source, XlListObjectHasHeaders):
        assert not any(meets(each.area, Source.area) for each in self.tables), "tables overlap"
        assert not any(meets(each, Source.area) for each in self.merged), "merged cells in a table"
        made = Table(self, "Tabla1", Source.area, filtered=True)
        self.tables.append(made)
        return made

    def _add_link(self, Anchor, Address, SubAddress, ScreenTip=None):
        assert Address == ""
        self.links[a1(*Anchor.area[:2])] = SubAddress, ScreenTip

    def ResetAllPageBreaks(self):
        self.breaks.clear()

    def Activate(self):
        self.book.set(ActiveSheet=self)
        self.book.app.set(ActiveWorkbook=self.book)

    def Copy(self, Before=None, After=None):
        copy_sheets([self], Before, After)

    def Paste(self):
        assert self.book.get("ActiveSheet") is self
        chart = self.book.app.clipboard
        assert isinstance(chart, ChartObject)
        self.charts.append(chart.copied(self))

    def Delete(self):
        assert not self.book.app.get("DisplayAlerts"), "Excel would ask"
        self.book.sheets.remove(self)
        self.deleted = True
        self.book.rewrite(rf"'?{re.escape(self.get('Name'))}'?!", "#REF!")

    def copied(self, book):
        """A copy in a workbook: its charts and tables its own, the names as Excel gives them."""
        name, number = self.get("Name"), 1
        taken = {each.get("Name") for each in book.sheets}
        while name in taken:
            number += 1
            name = f"{self.get('Name')} ({number})"
        made = Sheet(book, name)
        made.cells = {at: Cell(c.value, c.formula, c.look) for at, c in self.cells.items()}
        made.merged, made.heights, made.levels = [*self.merged], {**self.heights}, {**self.levels}
        made.hidden, made.widths, made.breaks = set(self.hidden), {**self.widths}, [*self.breaks]
        made.links = dict(self.links)
        page = self.get("PageSetup")
        for each in ("PrintArea", "PrintTitleRows", *PIECES):
            made.get("PageSetup").set(**{each: page.get(each)})
        for each in ("EvenPage", "FirstPage"):
            for piece in PIECES:
                text = page.get(each).get(piece).get("Text")
                made.get("PageSetup").get(each).get(piece).set(Text=text)
        made.filter = self.filter
        made.set(AutoFilterMode=self.get("AutoFilterMode"))
        tables = {t.get("Name") for sheet in book.sheets for t in sheet.tables}
        for table in self.tables:
            own = table.get("Name") + ("_1" if table.get("Name") in tables else "")
            made.tables.append(Table(made, own, table.area, table.get("ShowAutoFilter")))
        old, new = (quoted(each) for each in (self.get("Name"), name))
        made.charts = [each.copied(made, old, new) for each in self.charts]
        return made


def quoted(name):
    return (name if name.isidentifier() else f"'{name}'") + "!"


class Name(Com):
    def __init__(self, book, name, refers_to, *, visible):
        super().__init__(book._recorder)
        self.book = book
        self.set(Name=name, RefersTo=refers_to, Visible=visible)

    @property
    def RefersToRange(self):
        sheet = self.get("RefersTo").removeprefix("=").rpartition("!")[0].strip("'")
        found = [each for each in self.book.sheets if each.get("Name") == sheet]
        if not found:
            raise ComError(FAILED)
        return found[0].UsedRange

    def Delete(self):
        raise AssertionError("a name of the workbook is deleted")


PIECES = [f"{side}{kind}" for side in ("Left", "Center", "Right") for kind in ("Header", "Footer")]


class Page(Plain):
    """How a sheet is printed; other first and even pages have pieces of their own."""

    def __init__(self, recorder):
        super().__init__(recorder, PrintArea="", PrintTitleRows="", **dict.fromkeys(PIECES, ""))
        for name in ("EvenPage", "FirstPage"):
            pieces = {piece: Plain(recorder, Text="") for piece in PIECES}
            self.set(**{name: Plain(recorder, **pieces)})

    def piece(self, box, side):
        """The object and the property of a piece, named as in the file."""
        kind = box[-6:]
        name = {"L": "Left", "C": "Center", "R": "Right"}[side] + kind
        if box.startswith("odd"):
            return self, name
        other = self.get({"even": "EvenPage", "first": "FirstPage"}[box[: -len(kind)]])
        return other.get(name), "Text"

    def texts(self):
        others = [
            self.get(name).get(p).get("Text") for name in ("EvenPage", "FirstPage") for p in PIECES
        ]
        return [*map(self.get, PIECES), *others]


class Window(Plain):
    pass


class Book(Com):
    def __init__(self, app, path, sheets=()):
        super().__init__(app._recorder)
        self.app, self.sheets, self.links = app, list(sheets), None
        self.names: list = []
        r = self._recorder
        self.set(
            Name=Path(path).name, FullName=str(path), Path=str(Path(path).parent),
            Application=app, ReadOnly=False, MultiUserEditing=False, AutoSaveOn=False,
            ProtectStructure=False, Date1904=False, ActiveSheet=None,
            Sheets=Many(r, lambda: self.sheets, "Sheet"),
            Worksheets=Many(r, lambda: self.sheets, "Worksheet"),
            Names=Many(r, lambda: self.names, "Name", self._add_name),
            Windows=Many(r, lambda: [Window(r, Name="w", Visible=True)], "Window"),
        )  # fmt: skip

    def _add_name(self, Name, RefersTo, Visible):
        self.define(Name, RefersTo, visible=Visible)

    def define(self, name, refers_to, *, visible=True):
        """Define a name; one that is there already means the new thing."""
        self.names = [each for each in self.names if each.get("Name").lower() != name.lower()]
        self.names.append(Name(self, name, refers_to, visible=visible))

    def rewrite(self, pattern, text):
        """Change formulas as Excel does when what they name goes."""
        self.reword(lambda _, formula: re.sub(pattern, text, formula))

    def reword(self, fresh):
        """Change every formula; the function is given its sheet and its text."""
        for sheet in self.sheets:
            for cell in sheet.cells.values():
                cell.formula = fresh(sheet.get("Name"), cell.formula)
        for name in self.names:
            name.set(RefersTo=fresh("", name.get("RefersTo")))

    def sheet(self, name):
        return next(each for each in self.sheets if each.get("Name") == name)

    def LinkSources(self, Type):
        return self.links

    def SaveCopyAs(self, path):
        """Write the file that was opened, with what was typed into its cells since."""
        source = self.get("FullName")
        shutil.copyfile(source, path)
        before = _READ[known_as(source)]
        changed = [sheet for sheet in self.sheets if sheet.shifts]
        for sheet in changed:
            for column, by in sheet.shifts:
                shifting.shift_file(Path(path), sheet.get("Name"), column, by)
            areas = [f"{a1(*m[:2])}:{a1(*m[2:])}" for m in sheet.merged]
            shifting.merge_file(Path(path), sheet.get("Name"), areas)
        if changed:
            before = read(self.app, path)
        for sheet in before.sheets:
            name = sheet.get("Name")
            open_now = next((s for s in self.sheets if s.get("Name") == name), None)
            if open_now and (typed := dict(typed_since(sheet.cells, open_now.cells))):
                type_in(Path(path), name, typed)

    def Activate(self):
        self.app.set(ActiveWorkbook=self)

    def Close(self, SaveChanges):
        assert SaveChanges is False
        assert self is not self.app.main, "the user's workbook is closed"
        self.app.books.remove(self)


def typed_since(before, now):
    for at in before.keys() | now.keys():
        old, new = before.get(at, Cell()), now.get(at, Cell())
        if (old.value, old.formula) != (new.value, new.formula):
            yield a1(*at), new.formula or new.value


class Dialog(Com):
    """Excel's dialog for a folder."""

    def __init__(self, app):
        super().__init__(app._recorder)
        self.app = app
        items = Many(app._recorder, lambda: [str(app.folder)], "SelectedItem")
        self.set(Title="", InitialFileName="", SelectedItems=items)

    def Show(self):
        return -1 if self.app.folder else 0


class App(Com):
    """Excel, with one workbook of the user's read from a file."""

    def __init__(self, path):
        super().__init__(Recorder())
        self.books: list = []
        self.clipboard, self.selected = None, (None, "")
        # What the user picks and types in dialogs, and what these asked.
        self.folder, self.files, self.numbers, self.prompts = None, (), [], []
        r = self._recorder
        self.set(
            ScreenUpdating=True, EnableEvents=True, DisplayAlerts=True, StatusBar=False,
            CopyObjectsWithCells=True, Calculation=-4105, CutCopyMode=False, Interactive=True,
            Ready=True, Hwnd=1, Version="16.0", OperatingSystem="Windows", ActiveWorkbook=None,
            AutomationSecurity=1,
            AutoCorrect=Plain(r, AutoFillFormulasInLists=True),
            Workbooks=Many(r, lambda: self.books, "Workbook", self._add_book),
        )  # fmt: skip
        self.get("Workbooks").Open = self._open
        self.main = load(self, path)
        self.books.append(self.main)
        self.main.sheets[0].Activate()
        self.main.sheets[0].Range("B2:C3").Select()
        r.calls.clear()

    def _open(self, path, update_links=None, read_only=None):
        self._recorder.hit("Workbooks.Open", self)
        assert (update_links, read_only) in ((0, True), (0, None))
        # One that may be changed and saved may run macros: the user is asked about those.
        assert read_only or self.get("AutomationSecurity") == 2
        book = load(self, path)
        self.books.append(book)
        self.set(ActiveWorkbook=book)
        return book

    def _add_book(self, model):
        book = load(self, model)
        book.set(Name=f"{Path(model).stem}1", FullName=f"{Path(model).stem}1", Path="")
        self.books.append(book)
        self.set(ActiveWorkbook=book)
        return book

    def FileDialog(self, kind):
        assert kind == 4
        return Dialog(self)

    def GetOpenFilename(self, FileFilter, Title, MultiSelect):
        if not self.files:
            return False
        return tuple(map(str, self.files)) if MultiSelect else str(self.files[0])

    def InputBox(self, Prompt, Title, Default, Type):
        assert Type == 1
        assert len(Prompt) <= 255, "Excel takes no longer text"
        self.prompts.append(Prompt)
        return self.numbers.pop(0) if self.numbers else float(Default)

    @property
    def ActiveCell(self):
        return self.ActiveSheet.Range(self.selected[1].split(":")[0])

    @property
    def ActiveSheet(self):
        return self.get("ActiveWorkbook").get("ActiveSheet")

    @property
    def ActiveWindow(self):
        return Plain(
            self._recorder,
            RangeSelection=Plain(self._recorder, Address=self.selected[1]),
            FreezePanes=False, ScrollRow=1, ScrollColumn=1, SplitRow=0, SplitColumn=0,
        )  # fmt: skip

    def state(self):
        """What the user would notice, to compare before and after."""
        names = (
            "ScreenUpdating", "EnableEvents", "DisplayAlerts", "StatusBar", "CopyObjectsWithCells",
            "Calculation", "CutCopyMode", "AutomationSecurity",
        )  # fmt: skip
        fill = self.get("AutoCorrect").get("AutoFillFormulasInLists")
        active, sheet = self.get("ActiveWorkbook"), self.main.get("ActiveSheet")
        return *map(self.get, names), fill, active, sheet, self.selected, list(self.books)


# --- reading a file into the model ----------------------------------------------------------------


_READ: dict = {}


def load(app, path):
    """Open a workbook as Excel would: values, formulas, tables, charts, names.

    A file is read once; each opening gets a copy of what it holds.
    """
    key = known_as(path)
    if key not in _READ:
        _READ[key] = read(app, path)
    book = Book(app, path)
    for sheet in _READ[key].sheets:
        book.sheets.append(sheet.copied(book))
    for name in _READ[key].names:
        book.define(name.get("Name"), name.get("RefersTo"), visible=name.get("Visible"))
    return book


def known_as(path):
    """By what the content of a file is known."""
    return str(path), Path(path).stat().st_mtime_ns


def read(app, path):
    """Read a workbook's file."""
    book = Book(app, path)
    values, formulas = load_workbook(path, data_only=True), load_workbook(path)
    for ws in formulas.worksheets:
        sheet = Sheet(book, ws.title)
        book.sheets.append(sheet)
        _load_cells(sheet, ws, values[ws.title])
        _load_shape(sheet, ws)
    for name, defined in formulas.defined_names.items():
        book.define(name, f"={defined.attr_text}", visible=not defined.hidden)
    _load_charts(book, formulas, Path(path))
    _load_pages(book, Package.open(Path(path)))
    return book


def _load_pages(book, package):
    for listed in (each for each in package.sheets if each.kind == "worksheet"):
        page = book.sheet(listed.name).get("PageSetup")
        for place, text in printed_sections(package, listed).items():
            owner, name = page.piece(*place)
            owner.set(**{name: text})


def _load_cells(sheet, ws, values):
    from openpyxl.utils.datetime import to_excel

    for row in ws.iter_rows():
        for cell in row:
            value = values[cell.coordinate].value
            text = cell.value if isinstance(cell.value, str) and cell.data_type == "f" else ""
            number = isinstance(value, int | float) and not isinstance(value, bool)
            value = float(value) if number else to_excel(value) if hasattr(value, "year") else value
            if value is not None or cell.has_style:
                sheet.cells[cell.row, cell.column] = Cell(value, text, cell.number_format)
    for area in ws.merged_cells.ranges:
        sheet.merged.append((area.min_row, area.min_col, area.max_row, area.max_col))
    for table in ws.tables.values():
        first, _, last = table.ref.partition(":")
        area = (*from_a1(first), *from_a1(last))
        sheet.tables.append(Table(sheet, table.displayName, area, table.autoFilter is not None))
    for row, dimension in ws.row_dimensions.items():
        if dimension.height:
            sheet.heights[row] = dimension.height
        if dimension.outlineLevel:
            sheet.levels[row] = dimension.outlineLevel + 1
    linked = [cell.hyperlink for row in ws.iter_rows() for cell in row if cell.hyperlink]
    sheet.links = {link.ref: (link.location, link.tooltip) for link in linked}
    sheet.breaks = [each.id + 1 for each in ws.row_breaks.brk]
    sheet.get("PageSetup").set(PrintArea=(ws.print_area or "").rpartition("!")[2])


def _load_shape(sheet, ws):
    for column in ws.column_dimensions.values():
        if column.hidden:
            sheet.hidden |= {*range(int(column.min or 0), int(column.max or 0) + 1)}
    sheet.filter = ws.auto_filter.ref or ""
    sheet.set(AutoFilterMode=bool(sheet.filter))


def _load_charts(book, workbook, path):
    import zipfile

    with zipfile.ZipFile(path) as archive:
        for index, ws in enumerate(workbook.worksheets):
            sheet = book.sheets[index]
            for part, name, described in _frames(archive, workbook, ws):
                root = etree.fromstring(archive.read(part))
                title = root.find(f".//{C}title")
                text = "" if title is None else "".join(t.text or "" for t in title.iter(f"{A}t"))
                series = [_formula(s, n) for n, s in enumerate(root.iter(f"{C}ser"), start=1)]
                sheet.charts.append(ChartObject(sheet, name, text, series, described))


def _frames(archive, workbook, ws):
    """Parts, names and texts of the charts on a sheet, through the package's relationships."""
    import posixpath

    def arrows(part):
        folder, name = posixpath.split(part)
        where = f"{folder}/_rels/{name}.rels"
        if where not in archive.namelist():
            return {}
        return {
            e.get("Id"): posixpath.normpath(posixpath.join(folder, e.get("Target", ""))).lstrip("/")
            for e in etree.fromstring(archive.read(where))
        }

    book = arrows("xl/workbook.xml")
    listed = etree.fromstring(archive.read("xl/workbook.xml")).iter("{*}sheet")
    entry = next(e for e in listed if e.get("name") == ws.title)
    part = next(book[v] for v in entry.attrib.values() if v in book)
    for drawing in (t for t in arrows(part).values() if "/drawings/" in t):
        charts = arrows(drawing)
        for frame in etree.fromstring(archive.read(drawing)).iter("{*}graphicFrame"):
            named = next(frame.iter("{*}cNvPr"))
            target = next(charts[v] for v in next(frame.iter(f"{C}chart")).attrib.values())
            yield target, named.get("name"), named.get("descr") or ""


def _formula(series, order):
    def reference(name):
        return series.findtext(f"{C}{name}//{C}f") or f'"{series.findtext(f"{C}{name}//{C}v")}"'

    return f"=SERIES({reference('tx')},{reference('cat')},{reference('val')},{order})"


# --- xlwings over it ------------------------------------------------------------------------------


class Boxes:
    """The message boxes that were shown.

    A question is answered with the first of `answers`, or with `answer` once those are used up
    (6: yes, 7: no, 2: cancel); what only tells, with 1.
    """

    def __init__(self, answer=6):
        self.shown, self.answer, self.answers = [], answer, []

    def __call__(self, hwnd, text, title, style):
        self.shown.append(text)
        if style & 7 not in (3, 4):
            return 1
        return self.answers.pop(0) if self.answers else self.answer


def connect(app, monkeypatch, answer=6):
    """Make a workbook the calling one for xlwings; return the boxes it will show."""
    from xlwings import _xlwindows as windows

    boxes = Boxes(answer)
    constants = {"MB_OK": 0, "MB_OKCANCEL": 1, "MB_YESNO": 4, "MB_YESNOCANCEL": 3}
    icons = {"MB_ICONINFORMATION": 64, "MB_ICONWARNING": 48}
    for name, value in (constants | icons).items():
        monkeypatch.setattr(sys.modules["win32con"], name, value, raising=False)
    monkeypatch.setattr(sys.modules["win32api"], "MessageBox", boxes, raising=False)
    monkeypatch.setattr(
        sys.modules["win32process"], "GetWindowThreadProcessId", lambda _: (0, 1), raising=False
    )
    monkeypatch.setattr(windows, "BOOK_CALLER", windows.COMRetryObjectWrapper(app.main))
    return boxes
