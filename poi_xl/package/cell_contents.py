"""What stands in the cells of a sheet, as the file spells it: values, formulas and results."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from poi_xl.core.text import from_a1
from poi_xl.package.formulas import area, moved
from poi_xl.package.parts import Package, Sheet
from poi_xl.package.xmlpart import Element, elements

Cell = tuple[int, int]  # row and column, from one

# The kinds of values, as the file's own attribute names them; a text has one whatever its form.
NUMBER: Final = "n"
TEXT: Final = "str"
BOOLEAN: Final = "b"
ERROR: Final = "e"
BLANK: Final = ""
_TEXTS: Final = frozenset({"s", "str", "inlineStr"})
_RANGES: Final = frozenset({"array", "dataTable"})


@dataclass(frozen=True, slots=True)
class Content:
    """The content of one cell.

    Attributes:
        kind: the kind of its value, of a formula's result.
        value: the value as the file spells it.
        formula: the formula in file spelling, without the leading ``=``.
        array: the range of the array formula that the cell is part of; only its first cell has the
            formula itself.
    """

    kind: str = BLANK
    value: str = ""
    formula: str = ""
    array: str = ""

    @property
    def is_computed(self) -> bool:
        """Whether the value is a result."""
        return bool(self.formula or self.array)


@dataclass(frozen=True, slots=True)
class Result:
    """Another result of the formula that a cell has already.

    Attributes:
        kind: its kind; blank when nobody knows it, and Excel must compute it.
        value: as the file spells it.
    """

    kind: str = BLANK
    value: str = ""


def number(value: float) -> Content:
    """Return a number's content.

    Example:
        >>> number(0.5).value, number(3.0).value
        ('0.5', '3')
    """
    return Content(NUMBER, repr(int(value)) if value == int(value) else repr(value))


def read_contents(package: Package, sheet: Sheet) -> dict[Cell, Content]:
    """Return every cell of a sheet that has a content.

    Args:
        package: the workbook.
        sheet: one of its sheets.

    Raises:
        Refusal: a part is damaged.
    """
    root, texts = package.xml(sheet.part), shared_texts(package)
    try:
        return contents(root, texts)
    except (ValueError, IndexError):
        package.damaged(f"no se pueden leer las celdas de la hoja «{sheet.name}»")


def shared_texts(package: Package) -> list[str]:
    """Return the texts that a workbook's cells share."""
    part = package.related(package.workbook_part, "sharedStrings")
    return [_text(box) for box in elements(package.xml(part), "si")] if part else []


def contents(root: Element, texts: list[str]) -> dict[Cell, Content]:
    """Return every cell of a sheet's XML that has a content.

    Args:
        root: the sheet.
        texts: `shared_texts` of its workbook.

    Raises:
        ValueError: an address or a number is none.
        IndexError: a shared text is not there.
    """
    found: dict[Cell, Content] = {}
    groups: dict[str, tuple[str, Cell]] = {}
    arrays: list[str] = []
    for place, cell in placed_cells(root):
        kind, value = _value(cell, texts)
        box = next(elements(cell, "f"), None)
        formula = _formula(box, place, groups)
        array = box.get("ref", "") if box is not None and box.get("t") in _RANGES else ""
        if array:
            arrays.append(array)
        if formula or array or kind:
            found[place] = Content(kind, value, formula, array)
    for array in arrays:
        _mark(found, array)
    return found


def placed_cells(root: Element) -> Iterator[tuple[Cell, Element]]:
    """Yield every cell of a sheet with its place; few writers leave it out, and then it counts."""
    row = 0
    for line in elements(next(elements(root, "sheetData"), None), "row"):
        row = int(line.get("r") or row + 1)
        column = 0
        for cell in elements(line, "c"):
            column = from_a1(cell.get("r", ""))[1] if cell.get("r") else column + 1
            yield (row, column), cell


def _value(cell: Element, texts: list[str]) -> tuple[str, str]:
    kind = cell.get("t", NUMBER)
    if kind == "inlineStr":
        return TEXT, "".join(_text(box) for box in elements(cell, "is"))
    box = next(elements(cell, "v"), None)
    if box is None:
        return BLANK, ""
    value = box.text or ""
    if kind == "s":
        index = int(value)
        value = texts[index if index >= 0 else len(texts)]
    return (TEXT, value) if kind in _TEXTS else (kind, value) if value else (BLANK, "")


def _text(box: Element) -> str:
    """The text of a plain or rich text, without the readings of Japanese ones."""
    texts = (elements(run, "t") for run in elements(box, "r"))
    return "".join(each.text or "" for run in (elements(box, "t"), *texts) for each in run)


def _formula(box: Element | None, place: Cell, groups: dict[str, tuple[str, Cell]]) -> str:
    if box is None:
        return ""
    text = box.text or ""
    if box.get("t") != "shared":
        return text
    if text:
        groups[box.get("si", "")] = text, place
    master, origin = groups.get(box.get("si", ""), ("", place))
    return moved(master, origin, place) if master and origin != place else master


def _mark(found: dict[Cell, Content], array: str) -> None:
    """Let the cells of an array formula know that what they show is its result."""
    for place in cells_of(array):
        if place in found:
            found[place] = replace(found[place], array=array)


def cells_of(ref: str) -> Iterator[Cell]:
    """Yield the cells of a range.

    Example:
        >>> list(cells_of("B2:B3"))
        [(2, 2), (3, 2)]
    """
    top, left, bottom, right = area(ref)
    yield from ((row, col) for row in range(top, bottom + 1) for col in range(left, right + 1))
