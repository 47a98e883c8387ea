"""What somebody changed in an open document, told from two copies that one program wrote.

One copy is of the document as it is now, the other of the file as the same program reads it. Both
went through the same import and the same export, so whatever differs is what the user did. Values
and formulas can be written into the file's cells; the rest is named, so that nobody loses it
unawares.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from poi_xl.core.problems import Problem, problem
from poi_xl.core.text import a1
from poi_xl.package.cell_contents import (
    ERROR,
    TEXT,
    Cell,
    Content,
    Result,
    read_contents,
)
from poi_xl.package.cell_edits import SheetEdits
from poi_xl.package.cell_formats import Formats, format_changes
from poi_xl.package.parts import Package, Sheet
from poi_xl.package.xmlpart import Element, elements, local, spelled

# Parts of a sheet's XML that only an edit of cells changes, or that tell how it is looked at.
_PASSING: Final = frozenset(
    {"sheetData", "dimension", "sheetViews", "sheetFormatPr", "drawing", "legacyDrawing"}
    | {"tableParts", "cols", "phoneticPr", "sheetCalcPr"}
)
_LOOKS: Final = {
    "sheetPr": "el color de la etiqueta o los grupos",
    "autoFilter": "los filtros",
    **dict.fromkeys(("printOptions", "pageMargins", "pageSetup", "headerFooter"), "la página"),
    **dict.fromkeys(("rowBreaks", "colBreaks"), "los saltos de página"),
}
_THINGS: Final = {
    "mergeCells": "celdas combinadas",
    "conditionalFormatting": "formatos condicionales",
    "extLst": "formatos condicionales o minigráficos",
    "dataValidations": "validaciones de datos",
    "hyperlinks": "vínculos",
    "sheetProtection": "la protección de la hoja",
}
_PARTS: Final = {
    "table": "tablas",
    "comments": "notas",
    "drawing": "gráficos, imágenes o formas",
    "chart": "gráficos, imágenes o formas",
    "pivotTable": "tablas dinámicas",
}
# Where drawings stand to the hair, and what charts remember of the cells they show, follow from
# the cells; the numbers of axes are drawn by lot each time.
_FOLLOWING: Final = frozenset({"rowOff", "colOff", "to", "ext", "off", "numCache", "strCache"})
_BY_LOT: Final = frozenset({"axId", "crossAx"})
_OTHER_BOOK: Final = re.compile(r"(?<![\w.\]])'?\[\d+\]")
# What LibreOffice writes for a function that it lacks.
_UNKNOWN: Final = frozenset({(ERROR, "#NAME?"), (TEXT, "")})
_OURS: Final = re.compile(r"\bPOI_\w+\(")
_LOOK_NAMES: Final = ("_xlnm._filterdatabase", "_xlnm.print_area", "_xlnm.print_titles")


@dataclass(frozen=True, slots=True)
class Unsaved:
    """What differs between a document and its file.

    Attributes:
        edits: the cells that differ, by sheet; formulas that only show something else as results.
        problems: what cannot be written by editing cells: POI-E58 where going on would lose more
            than a look, POI-E59 where it would not.
    """

    edits: Mapping[str, SheetEdits]
    problems: tuple[Problem, ...] = ()

    @property
    def typed(self) -> int:
        """How many cells somebody edited."""
        cells = (edit for edits in self.edits.values() for edit in edits.values())
        return sum(isinstance(edit, Content) for edit in cells)


def unsaved(saved: Package, shown: Package) -> Unsaved:
    """Return what differs between two copies of a workbook that the same program wrote.

    Args:
        saved: the copy of the file as it is on disk.
        shown: the copy of the document as it is open.

    Raises:
        Refusal: a copy is damaged.
    """
    if _tabs(saved) != _tabs(shown):
        what = "hojas agregadas, quitadas, movidas, ocultadas o con otro nombre"
        return Unsaved({}, (problem("POI-E58", what=what),))
    edits: dict[str, SheetEdits] = {}
    problems = list(_names(saved, shown))
    formats = Formats(saved), Formats(shown)
    for was, now in zip(saved.sheets, shown.sheets, strict=True):
        if was.kind == "worksheet":
            edits[now.name] = dict(_cells(saved, was, shown, now))
            problems += _others(now.name, edits[now.name])
            problems += _things(saved, was, shown, now)
            problems += _looks(saved.xml(was.part), shown.xml(now.part), formats, now.name)
    return Unsaved({name: cells for name, cells in edits.items() if cells}, tuple(problems))


def _tabs(package: Package) -> list[tuple[str, str, str]]:
    return [(sheet.name, sheet.kind, sheet.state) for sheet in package.sheets]


# --- cells ----------------------------------------------------------------------------------------


def _cells(
    saved: Package, was: Sheet, shown: Package, now: Sheet
) -> Iterator[tuple[Cell, Content | Result]]:
    before, after = read_contents(saved, was), read_contents(shown, now)
    for cell in sorted(before.keys() | after.keys()):
        old, new = before.get(cell, Content()), after.get(cell, Content())
        if old != new:
            yield cell, _edit(old, new)


def _edit(old: Content, new: Content) -> Content | Result:
    same_formula = (old.formula, old.array) == (new.formula, new.array)
    if not (new.is_computed and same_formula):
        return new
    unknown = (new.kind, new.value) in _UNKNOWN and _OURS.search(new.formula)
    return Result() if unknown else Result(new.kind, new.value)


def _others(sheet: str, edits: SheetEdits) -> Iterator[Problem]:
    """Yield a problem for each new formula over another workbook, which files number their way."""
    for cell, edit in edits.items():
        if isinstance(edit, Content) and _OTHER_BOOK.search(edit.formula):
            what = "una fórmula que mira otro libro"
            yield problem("POI-E58", sheet, a1(*cell), what=what)


# --- everything else ------------------------------------------------------------------------------


def _names(saved: Package, shown: Package) -> Iterator[Problem]:
    before, after = (
        {
            (each.name, each.sheet_index): each.text
            for each in package.defined_names
            if each.name.lower() not in _LOOK_NAMES
        }
        for package in (saved, shown)
    )
    changed = sorted({name for name, _ in before.items() ^ after.items()})
    if changed:
        names = ", ".join(f"«{name}»" for name, _ in changed[:3])
        yield problem("POI-E58", what=f"nombres definidos o a los que se les movió algo ({names})")


def _things(saved: Package, was: Sheet, shown: Package, now: Sheet) -> Iterator[Problem]:
    words = [
        *_differing(saved.xml(was.part), shown.xml(now.part), _THINGS),
        *_parts(saved, was, shown, now),
    ]
    for what in dict.fromkeys(words):
        yield problem("POI-E58", now.name, what=what)


def _looks(
    before: Element, after: Element, formats: tuple[Formats, Formats], sheet: str
) -> Iterator[Problem]:
    words = [*_differing(before, after, _LOOKS), *format_changes(before, after, *formats)]
    for what in dict.fromkeys(words):
        yield problem("POI-E59", sheet, what=what)


def _differing(before: Element, after: Element, words: Mapping[str, str]) -> Iterator[str]:
    sides = [_children(root, words.__contains__) for root in (before, after)]
    for name, word in words.items():
        if sides[0].get(name) != sides[1].get(name):
            yield word


def _children(root: Element, wanted: Callable[[str], bool]) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = {}
    for child in elements(root):
        if wanted(local(child)):
            found.setdefault(local(child), []).append(_plain(child))
    return found


def _parts(saved: Package, was: Sheet, shown: Package, now: Sheet) -> Iterator[str]:
    before, after = _reached(saved, was), _reached(shown, now)
    for kind in before.keys() | after.keys():
        if before.get(kind) != after.get(kind):
            yield _PARTS[kind]


def _reached(package: Package, sheet: Sheet) -> dict[str, list[bytes]]:
    """The content of the parts that a sheet leads to, by kind."""
    found: dict[str, list[bytes]] = {}
    for part in package.reachable([sheet.part]):
        kind = package.content_type(part).rpartition("+")[0].rpartition(".")[2]
        if kind in _PARTS:
            found.setdefault(kind, []).append(_plain(package.xml(part)))
    return found


def _plain(root: Element) -> bytes:
    """Return the XML of a thing without what follows from elsewhere."""
    for box in list(root.iter()):
        name = local(box)
        if name in _BY_LOT:
            box.attrib.clear()
        elif name in _FOLLOWING and (parent := box.getparent()) is not None:
            parent.remove(box)
    return spelled(root)
