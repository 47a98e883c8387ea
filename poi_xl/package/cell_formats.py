"""How the cells, rows and columns of a sheet look, compared between two workbooks."""

from collections.abc import Iterator
from typing import Final

from poi_xl.package.cell_contents import Cell, placed_cells
from poi_xl.package.parts import Package
from poi_xl.package.xmlpart import Element, elements, spelled, truth

_SHARED: Final = {"fontId": "fonts", "fillId": "fills", "borderId": "borders"}
_PLAIN: Final = "0"


class Formats:
    """The formats of a workbook, by number, so spelled that two workbooks' can be compared.

    Args:
        package: the workbook.
    """

    def __init__(self, package: Package) -> None:
        part = package.related(package.workbook_part, "styles")
        root = package.xml(part) if part else None
        boxes = {
            name: [spelled(each) for each in elements(_box(root, name))]
            for name in _SHARED.values()
        }
        codes = {
            each.get("numFmtId", ""): each.get("formatCode", "")
            for each in elements(_box(root, "numFmts"))
        }
        self._known = [self._spelled(xf, boxes, codes) for xf in elements(_box(root, "cellXfs"))]

    def __getitem__(self, number: str) -> bytes:
        index = int(number)
        return self._known[index] if index < len(self._known) else b""

    @staticmethod
    def _spelled(xf: Element, boxes: dict[str, list[bytes]], codes: dict[str, str]) -> bytes:
        shared = [boxes[name][int(xf.get(key, "0"))] for key, name in _SHARED.items()]
        number = xf.get("numFmtId", "")
        own = [spelled(child) for child in elements(xf)]
        return b"".join([*shared, codes.get(number, number).encode(), *own])


def _box(root: Element | None, name: str) -> Element | None:
    return next(elements(root, name), None)


def format_changes(before: Element, after: Element, old: Formats, new: Formats) -> Iterator[str]:
    """Yield in words what looks different on a sheet.

    Args:
        before: the sheet as it was.
        after: the sheet as it is.
        old: formats of the workbook as it was.
        new: formats of the workbook as it is.
    """
    was, now = _cells(before, old), _cells(after, new)
    plain = old[_PLAIN]
    changed = sum(
        was.get(cell, plain) != look
        for cell, look in now.items()
        # A cell that was not listed looked as its row or column does.
        if cell in was or look != _line_look(before, cell, old)
    )
    if changed:
        yield f"el formato de {changed} {'celda' if changed == 1 else 'celdas'}"
    if _columns(before) != _columns(after):
        yield "anchos de columna, o columnas ocultas"
    if _rows(before) != _rows(after):
        yield "altos de fila, o filas ocultas o filtradas"


def _cells(root: Element, formats: Formats) -> dict[Cell, bytes]:
    return {cell: formats[box.get("s", _PLAIN)] for cell, box in placed_cells(root)}


def _line_look(root: Element, cell: Cell, formats: Formats) -> bytes:
    for box in elements(_box(root, "cols"), "col"):
        if int(box.get("min", "0")) <= cell[1] <= int(box.get("max", "0")):
            return formats[box.get("style", _PLAIN)]
    return formats[_PLAIN]


def _columns(root: Element) -> list[tuple[str | None, ...]]:
    wanted = ("min", "max", "width", "hidden", "outlineLevel")
    return [tuple(box.get(name) for name in wanted) for box in elements(_box(root, "cols"), "col")]


def _rows(root: Element) -> dict[str, tuple[str, bool, str]]:
    """The rows whose height somebody chose, or that are not seen; other heights follow the text."""
    found = {}
    for line in elements(_box(root, "sheetData"), "row"):
        height = line.get("ht", "") if truth(line.get("customHeight")) else ""
        hidden = truth(line.get("hidden"))
        level = line.get("outlineLevel", "0")
        if height or hidden or level != "0":
            found[line.get("r", "")] = height, hidden, level
    return found
