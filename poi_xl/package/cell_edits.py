"""Writing values and formulas into the cells of a workbook; everything else stays byte for byte.

A cell keeps its format. What Excel would have to repair is refused instead: a part of an array
formula, and the headings of a table, which stand in the table's own part too.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from lxml import etree

from poi_xl.core.problems import Problem, Refusal, problem
from poi_xl.core.text import a1, from_a1
from poi_xl.package.cell_contents import (
    BLANK,
    NUMBER,
    TEXT,
    Cell,
    Content,
    Result,
    cells_of,
    contents,
    placed_cells,
    shared_texts,
)
from poi_xl.package.edits import Book
from poi_xl.package.formulas import area, moved, without_calculation_chain
from poi_xl.package.parts import Package, Sheet
from poi_xl.package.rendering import TABLE_TYPE
from poi_xl.package.xmlpart import (
    Dialect,
    Element,
    drop,
    dump,
    elements,
    local,
    truth,
    whole_number,
)

SheetEdits = Mapping[Cell, Content | Result]
Edits = Mapping[str, SheetEdits]

_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"


def with_edits(package: Package, edits: Edits, path: Path) -> Package:
    """Return a workbook with other contents in some cells, as if it had been read like that.

    A formula whose result nobody knows has none stored, and Excel computes it on opening.

    Args:
        package: the workbook.
        edits: the new contents by sheet and cell.
        path: a file to write it to.

    Raises:
        Refusal: an edit that the file cannot take, all of them at once (POI-E58); or the file is
            damaged.
        OSError: `path` could not be written.
    """
    editor = _Editor(package, edits)
    editor.run()
    package.write(path, editor.parts, without=editor.without)
    # It is still the user's file: what is told of it names that, and that must not have changed.
    return replace(Package.open(path), path=package.path, fingerprint=package.fingerprint)


class _Editor:
    """The parts of a workbook while cells are edited."""

    def __init__(self, package: Package, edits: Edits) -> None:
        self._package, self._edits = package, edits
        self.parts: dict[str, bytes] = {}
        self.without: set[str] = set()

    def run(self) -> None:
        """Make all edits, or none."""
        texts = shared_texts(self._package)
        grids = [self._grid(name, edits, texts) for name, edits in self._edits.items() if edits]
        if problems := [each for grid in grids for each in grid.problems()]:
            raise Refusal(problems)
        for grid in grids:
            grid.write()
            self.parts[grid.sheet.part] = dump(grid.root)
        if any(grid.lost_formula for grid in grids):
            parts, self.without = without_calculation_chain(self._package)
            self.parts |= parts
        if any(grid.lacks_result for grid in grids):
            book = Book(self._package.xml(self._package.workbook_part), self._package.dialect)
            book.recalculate()
            self.parts[self._package.workbook_part] = dump(book.root)

    def _grid(self, name: str, edits: SheetEdits, texts: list[str]) -> "_Grid":
        sheet = next(each for each in self._package.sheets if each.name == name)
        return _Grid(self._package, sheet, edits, texts)


class _Grid:
    """The cells of one sheet while they are edited."""

    def __init__(self, package: Package, sheet: Sheet, edits: SheetEdits, texts: list[str]) -> None:
        self.sheet, self.root = sheet, package.xml(sheet.part)
        self._package, self._dialect, self._edits = package, package.dialect, edits
        self._before = contents(self.root, texts)
        self._rows = _Rows(self.root, package.dialect)
        self.lost_formula = False
        self.lacks_result = False

    def _typed(self) -> set[Cell]:
        """The cells that get more than a new result."""
        return {cell for cell, edit in self._edits.items() if isinstance(edit, Content)}

    # --- what cannot be done ----------------------------------------------------------------------

    def problems(self) -> Iterator[Problem]:
        """Yield a problem for each edit that the file cannot take."""
        typed = self._typed()
        for array in {c.array for c in self._before.values() if c.array}:
            inside = set(cells_of(array))
            if inside & typed and not inside <= typed:
                yield self._problem(min(inside & typed), f"es parte de una fórmula de {array}")
        for cell in sorted(self._headings() & typed):
            yield self._problem(cell, "es el encabezado de una tabla")

    def _problem(self, cell: Cell, what: str) -> Problem:
        return problem("POI-E58", self.sheet.name, a1(*cell), what=what)

    def _headings(self) -> set[Cell]:
        """The cells whose text a table has in its own part too."""
        found: set[Cell] = set()
        for part in self._package.reachable([self.sheet.part]):
            if self._package.content_type(part).endswith(TABLE_TYPE):
                table = self._package.xml(part)
                if whole_number(table, "headerRowCount", 1):
                    top, left, _, right = area(table.get("ref", "A1"))
                    found |= {(top, column) for column in range(left, right + 1)}
        return found

    # --- writing ----------------------------------------------------------------------------------

    def write(self) -> None:
        """Make the edits."""
        formulas = dict(self._rows.formulas())
        typed = formulas.keys() & self._typed()
        _hand_on(formulas, typed)
        for cell, edit in self._edits.items():
            if isinstance(edit, Result):
                self._put_result(cell, edit)
            else:
                self._put(cell, edit)
        self.lost_formula = any(not self._formula_of(cell) for cell in typed)
        self._widen()

    def _formula_of(self, cell: Cell) -> str:
        edit = self._edits[cell]
        return edit.formula if isinstance(edit, Content) else ""

    def _put(self, cell: Cell, content: Content) -> None:
        element = self._rows.get(cell)
        if element is None:
            if content == Content():
                return
            element = self._rows.made(cell)
        parts = [
            *self._formula(content),
            *self._value(element, content, is_result=content.is_computed),
        ]
        _replace(element, ("f", "v", "is"), parts)
        # What tells Excel that a formula spills does not hold for another one.
        element.attrib.pop("cm", None)
        self.lacks_result |= bool(content.formula) and content.kind == BLANK

    def _put_result(self, cell: Cell, result: Result) -> None:
        element = self._rows.get(cell)
        if element is None:  # a blank inside the range of an array formula
            element = self._rows.made(cell)
        value = list(self._value(element, result, is_result=True))
        _replace(element, ("v", "is"), value)
        self.lacks_result |= result.kind == BLANK

    def _formula(self, content: Content) -> Iterator[Element]:
        if content.formula:
            box = self._made("f", content.formula)
            if content.array:
                box.set("t", "array")
                box.set("ref", content.array)
            yield box

    def _value(
        self, cell: Element, value: Content | Result, *, is_result: bool
    ) -> Iterator[Element]:
        """Yield the element of a value, and say its kind on the cell."""
        for attribute in ("t", "vm"):
            cell.attrib.pop(attribute, None)
        if value.kind == TEXT and not is_result:
            cell.set("t", "inlineStr")
            box = etree.Element(self._dialect.tag("is"))
            box.append(self._made("t", value.value))
            yield box
        elif value.kind != BLANK:
            if value.kind != NUMBER:
                cell.set("t", value.kind)
            yield self._made("v", value.value)

    def _made(self, name: str, text: str) -> Element:
        box = etree.Element(self._dialect.tag(name))
        box.text = text
        if text != text.strip():
            box.set(_SPACE, "preserve")
        return box

    def _widen(self) -> None:
        """Let the sheet's stated extent take in new cells."""
        box = next(elements(self.root, "dimension"), None)
        if box is None:
            return
        top, left, bottom, right = area(box.get("ref", "A1"))
        places = [(top, left), (bottom, right), *self._rows.new]
        rows, columns = [row for row, _ in places], [column for _, column in places]
        corners = (min(rows), min(columns)), (max(rows), max(columns))
        box.set("ref", ":".join(dict.fromkeys(a1(*corner) for corner in corners)))


class _Rows:
    """The rows and cells of a sheet's XML by their place, and new ones in their order.

    Attributes:
        new: the cells that were made.
    """

    def __init__(self, root: Element, dialect: Dialect) -> None:
        self._dialect, self.new = dialect, list[Cell]()
        self._data = next(elements(root, "sheetData"))
        self._cells = dict(placed_cells(root))
        self._rows: dict[int, Element] = {}
        for line in elements(self._data, "row"):
            number = int(line.get("r") or max(self._rows, default=0) + 1)
            # Some writers leave the numbers out and let them count; a new row would move them.
            line.set("r", str(number))
            self._rows[number] = line
        for cell, element in self._cells.items():
            element.set("r", a1(*cell))

    def get(self, cell: Cell) -> Element | None:
        """Return the element of a cell, if there is one."""
        return self._cells.get(cell)

    def formulas(self) -> Iterator[tuple[Cell, Element]]:
        """Yield the cells with a formula, and it."""
        for cell, element in self._cells.items():
            for box in elements(element, "f"):
                yield cell, box

    def made(self, cell: Cell) -> Element:
        """Make the element of a cell in its place, and its row when there is none."""
        row, column = cell
        element = etree.Element(self._dialect.tag("c"))
        element.set("r", a1(row, column))
        line = self._row(row)
        # The columns that a row spans are a hint, which would no longer be right.
        line.attrib.pop("spans", None)
        if line.get("s") and truth(line.get("customFormat")):
            element.set("s", line.get("s", "0"))
        later = (each for each in elements(line, "c") if from_a1(each.get("r", ""))[1] > column)
        _insert(line, element, next(later, None))
        self._cells[cell] = element
        self.new.append(cell)
        return element

    def _row(self, number: int) -> Element:
        if number not in self._rows:
            line = etree.Element(self._dialect.tag("row"))
            line.set("r", str(number))
            later = min((each for each in self._rows if each > number), default=None)
            _insert(self._data, line, self._rows[later] if later else None)
            self._rows[number] = line
        return self._rows[number]


def _replace(cell: Element, names: Collection[str], parts: Sequence[Element]) -> None:
    """Put other parts in the place of some of a cell's; the formula comes before the value."""
    for child in list(elements(cell)):
        if local(child) in names:
            drop(child)
    place = sum(local(child) == "f" for child in cell)
    cell[place:place] = parts


def _insert(parent: Element, child: Element, before: Element | None) -> None:
    if before is None:
        parent.append(child)
    else:
        before.addprevious(child)


def _hand_on(formulas: Mapping[Cell, Element], leaving: Collection[Cell]) -> None:
    """Let another cell hold the text of a shared formula whose holder gets other content.

    Args:
        formulas: the formulas of a sheet.
        leaving: the cells that share one, and no longer will.
    """
    groups: dict[str, list[Cell]] = {}
    for cell, box in formulas.items():
        if box.get("t") == "shared":
            groups.setdefault(box.get("si", ""), []).append(cell)
    for cells in groups.values():
        holder = next((cell for cell in cells if formulas[cell].text), None)
        staying = [cell for cell in cells if cell not in leaving]
        if holder in leaving and holder is not None and staying:
            heir = formulas[staying[0]]
            heir.text = moved(formulas[holder].text or "", holder, staying[0])
            heir.set("ref", _extent(staying))


def _extent(cells: Sequence[Cell]) -> str:
    rows, columns = [row for row, _ in cells], [column for _, column in cells]
    return f"{a1(min(rows), min(columns))}:{a1(max(rows), max(columns))}"
