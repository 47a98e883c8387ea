"""Every formula of a workbook, wherever it stands, and replacing some without touching the rest.

Formulas stand in cells (alone, shared by several cells, or one for a whole range), in conditional
formats and validations (old and new form), in names and in calculated columns of tables. A part
that holds none to replace is not even parsed, and stays byte for byte.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final

from lxml import etree

from poi_xl.core.text import a1, from_a1
from poi_xl.package.leaving import lists_without
from poi_xl.package.parts import Package, Sheet
from poi_xl.package.rendering import TABLE_TYPE
from poi_xl.package.xmlpart import Dialect, Element, drop, dump, elements, local

Area = tuple[int, int, int, int]  # first row, first column, last row, last column, from one

_FORMULA: Final = "{http://schemas.microsoft.com/office/excel/2006/main}f"
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_SQREF: Final = "{http://schemas.microsoft.com/office/excel/2006/main}sqref"
# What a cell of a formula that spills carries beside it; nothing of it holds for a plain formula.
_SPILLED: Final = ("cm",)


class Role(StrEnum):
    """Where a formula stands; the value is the user's word."""

    CELL = "celda"
    ARRAY = "fórmula matricial"
    FORMAT = "formato condicional"
    VALIDATION = "validación"
    NAME = "nombre"
    COLUMN = "columna calculada"


@dataclass(frozen=True, slots=True)
class Place:
    """One formula of a workbook.

    Attributes:
        role: what it is for.
        sheet: the sheet it belongs to; empty for a name of the whole workbook.
        ref: its cell; the cells it is for, several ranges with spaces between; or its name.
        text: the formula in file spelling, without the leading ``=``.
    """

    role: Role
    sheet: str
    ref: str
    text: str

    @property
    def areas(self) -> tuple[Area, ...]:
        """The cells it is for; none for a name.

        Example:
            >>> Place(Role.FORMAT, "POI", "A5:B7 D1", "TRUE").areas
            ((5, 1, 7, 2), (1, 4, 1, 4))
        """
        return () if self.role in (Role.NAME, Role.COLUMN) else tuple(map(area, self.ref.split()))


class Frozen(Enum):
    """What a cell becomes whose formula goes: the value that it has."""

    VALUE = "valor"


# A formula to put in the place of another; for a range, rows of formulas or constants, of which
# a text that starts with ``=`` is a formula; a frozen value; None leaves the place alone, and ""
# only takes away a calculated column's rule for new rows.
Cells = list[list[str | float]]
Change = str | Cells | Frozen | None


def area(text: str) -> Area:
    """Return the rows and columns of a range's address.

    Example:
        >>> area("$B$2"), area("A1:C3")
        ((2, 2, 2, 2), (1, 1, 3, 3))
    """
    first, _, last = text.partition(":")
    return (*from_a1(first), *from_a1(last or first))


def moved(text: str, origin: tuple[int, int], place: tuple[int, int]) -> str:
    """Return a formula as it reads in another cell: relative references move along.

    Args:
        text: the formula, without the leading ``=``.
        origin: row and column it was written for, from 1.
        place: row and column it is wanted for.

    Example:
        >>> moved("A1+$B$1", (1, 3), (2, 3))
        'A2+$B$1'
    """
    from openpyxl.formula.translate import Translator  # a tenth of a second, and seldom needed

    translated = Translator(f"={text}", a1(*origin)).translate_formula(a1(*place))
    return str(translated).removeprefix("=")


def replaced(
    package: Package, pattern: re.Pattern[bytes], change: Callable[[Place], Change]
) -> dict[str, bytes]:
    """Return the parts that hold other formulas once some were replaced.

    Results stored with the formulas stay as they are.

    Args:
        package: the workbook.
        pattern: occurs in every formula that may change, as its bytes stand in the part.
        change: says what to put in a formula's place.

    Raises:
        Refusal: a part is damaged.
    """
    editor = _Editor(package, pattern, change)
    editor.run()
    return editor.parts


class _Editor:
    """The parts of a workbook while their formulas are replaced."""

    def __init__(
        self, package: Package, pattern: re.Pattern[bytes], change: Callable[[Place], Change]
    ) -> None:
        self._package, self._pattern, self._change = package, pattern, change
        self.parts: dict[str, bytes] = {}

    def run(self) -> None:
        """Go through all parts that have formulas."""
        for sheet in self._package.sheets:
            if sheet.kind == "worksheet":
                self._part(sheet.part, lambda root, s=sheet: self._sheet(root, s))  # type: ignore[misc]
                for part in self._tables(sheet):
                    self._part(part, lambda root, s=sheet: self._table(root, s))  # type: ignore[misc]
        self._part(self._package.workbook_part, self._names)

    def _tables(self, sheet: Sheet) -> list[str]:
        reached = self._package.reachable([sheet.part])
        return [p for p in reached if self._package.content_type(p).endswith(TABLE_TYPE)]

    def _part(self, part: str, edit: Callable[[Element], bool]) -> None:
        if self._pattern.search(self._package.read(part)):
            root = self._package.xml(part)
            if edit(root):
                self.parts[part] = dump(root)

    def _asked(self, role: Role, sheet: str, ref: str, text: str) -> Change:
        return self._change(Place(role, sheet, ref, text)) if self._concerns(text) else None

    def _concerns(self, text: str) -> bool:
        return self._pattern.search(text.encode()) is not None

    # --- sheets -----------------------------------------------------------------------------------

    def _sheet(self, root: Element, sheet: Sheet) -> bool:
        dialect = self._package.dialect
        done = self._cells(_Grid(root, dialect), sheet.name)
        for box, role, ref, formula in list(_rules(root)):
            fresh = self._asked(role, sheet.name, ref, _text(box, formula))
            if isinstance(fresh, str):
                _put(box, formula, fresh)
                done = True
        return done

    def _cells(self, grid: "_Grid", sheet: str) -> bool:
        self._unshare(grid)
        done = False
        for cell, formula in list(grid.formulas()):
            kind = formula.get("t", "normal")
            role = Role.ARRAY if kind == "array" else Role.CELL
            ref = formula.get("ref", "") if kind == "array" else cell.get("r", "")
            fresh = self._asked(role, sheet, ref, formula.text or "")
            if isinstance(fresh, str):
                formula.text = fresh
                _forget_spill(cell)
                done = True
            elif isinstance(fresh, Frozen):
                grid.freeze(cell)
                done = True
            elif fresh is not None:
                grid.fill(area(ref), fresh)
                done = True
        return done

    def _unshare(self, grid: "_Grid") -> None:
        """Give every cell of a shared formula that may change a formula of its own."""
        groups: dict[str, tuple[str, tuple[int, int]]] = {}
        for cell, formula in list(grid.formulas()):
            if formula.get("t") != "shared":
                continue
            place, group = from_a1(cell.get("r", "")), formula.get("si", "")
            if formula.text:
                groups[group] = formula.text, place
            text, origin = groups.get(group, ("", place))
            if self._concerns(text):
                formula.text = moved(text, origin, place)
                for attribute in ("t", "si", "ref"):
                    formula.attrib.pop(attribute, None)

    # --- tables and names -------------------------------------------------------------------------

    def _table(self, root: Element, sheet: Sheet) -> bool:
        done = False
        columns = next(elements(root, "tableColumns"), None)
        for column in elements(columns, "tableColumn"):
            for box in list(elements(column)):
                if local(box) not in ("calculatedColumnFormula", "totalsRowFormula"):
                    continue
                fresh = self._asked(Role.COLUMN, sheet.name, root.get("ref", ""), box.text or "")
                if fresh == "":
                    drop(box)
                    done = True
                elif isinstance(fresh, str):
                    box.text = fresh
                    done = True
        return done

    def _names(self, root: Element) -> bool:
        done = False
        names = [sheet.name for sheet in self._package.sheets]
        for box in elements(next(elements(root, "definedNames"), None), "definedName"):
            index = box.get("localSheetId")
            sheet = names[int(index)] if index and index.isdecimal() else ""
            fresh = self._asked(Role.NAME, sheet, box.get("name", ""), box.text or "")
            if isinstance(fresh, str):
                box.text = fresh
                done = True
        return done


class _Grid:
    """The cells of a sheet's XML."""

    def __init__(self, root: Element, dialect: Dialect) -> None:
        self._dialect = dialect
        self._data = next(elements(root, "sheetData"), None)

    def formulas(self) -> Iterator[tuple[Element, Element]]:
        """Yield every cell with a formula, and its formula."""
        for row in elements(self._data, "row"):
            for cell in elements(row, "c"):
                for formula in elements(cell, "f"):
                    yield cell, formula

    def fill(self, place: Area, rows: Cells) -> None:
        """Put a formula or a constant into each cell of a range; a formula's result stays."""
        top, left, bottom, right = place
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                self._put(self._cell(row, column), rows[row - top][column - left])

    def _put(self, cell: Element, content: str | float) -> None:
        _forget_spill(cell)
        for formula in list(elements(cell, "f")):
            drop(formula)
        if isinstance(content, str) and content.startswith("="):
            box = etree.Element(self._dialect.tag("f"))
            box.text = content[1:]
            cell.insert(0, box)
            return
        for old in list(elements(cell)):
            drop(old)
        cell.attrib.pop("t", None)
        if isinstance(content, str):
            self._write_text(cell, content)
        else:
            etree.SubElement(cell, self._dialect.tag("v")).text = repr(content)

    def freeze(self, cell: Element) -> None:
        """Take a cell's formula away; its value stays, a text as one that was typed."""
        _forget_spill(cell)
        for formula in list(elements(cell, "f")):
            drop(formula)
        value = next(elements(cell, "v"), None)
        if cell.get("t") == "str":
            text = "" if value is None else value.text or ""
            for old in list(elements(cell)):
                drop(old)
            self._write_text(cell, text)

    def _write_text(self, cell: Element, content: str) -> None:
        cell.set("t", "inlineStr")
        box = etree.SubElement(cell, self._dialect.tag("is"))
        text = etree.SubElement(box, self._dialect.tag("t"))
        text.set(_SPACE, "preserve")
        text.text = content

    def _cell(self, row: int, column: int) -> Element:
        return _child(self._row(row), "c", a1(row, column), column, self._dialect)

    def _row(self, row: int) -> Element:
        if self._data is None:  # pragma: no cover - a formula was found in it
            raise ValueError("a sheet without cells")
        return _child(self._data, "row", str(row), row, self._dialect)


def _child(parent: Element, name: str, ref: str, place: int, dialect: Dialect) -> Element:
    """Return the row or cell of a place, made in its order when it is missing."""
    after = None
    for child in elements(parent, name):
        there = child.get("r", "")
        number = int(there) if name == "row" else from_a1(there)[1]
        if number == place:
            return child
        if number > place:
            after = child
            break
    made = etree.Element(dialect.tag(name))
    made.set("r", ref)
    if after is None:
        parent.append(made)
    else:
        after.addprevious(made)
    return made


def _forget_spill(cell: Element) -> None:
    for formula in elements(cell, "f"):
        for attribute in ("t", "ref", "aca", "ca"):
            formula.attrib.pop(attribute, None)
    for attribute in _SPILLED:
        cell.attrib.pop(attribute, None)


def _rules(root: Element) -> Iterator[tuple[Element, Role, str, str]]:
    """Yield the formulas of formats and validations: element, role, cells, attribute or empty."""
    for box in root.iter():
        role = {"conditionalFormatting": Role.FORMAT, "dataValidation": Role.VALIDATION}.get(
            local(box)
        )
        if role is None:
            continue
        ref = box.get("sqref") or next((e.text or "" for e in box.iter(_SQREF)), "")
        for inner in box.iter():
            plain = local(inner) in ("formula", "formula1", "formula2") and not len(inner)
            if plain or inner.tag == _FORMULA:
                yield inner, role, ref, ""
            elif local(inner) == "cfvo" and inner.get("val"):
                yield inner, role, ref, "val"


def _text(box: Element, attribute: str) -> str:
    return box.get(attribute, "") if attribute else box.text or ""


def _put(box: Element, attribute: str, text: str) -> None:
    if attribute:
        box.set(attribute, text)
    else:
        box.text = text


def without_calculation_chain(package: Package) -> tuple[dict[str, bytes], set[str]]:
    """Return the changed parts, and the parts to leave out, of a package without its cell list.

    Excel repairs a workbook whose list names a cell without formula, and makes a missing one anew.
    """
    part = package.related(package.workbook_part, "calcChain")
    return (lists_without(package, [part]), {part}) if part else ({}, set())
