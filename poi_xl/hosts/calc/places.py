"""Where the summary sheets are, or would go, in an open document, and what stands in the way."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from poi_xl.commands.live import final_names
from poi_xl.commands.people import People
from poi_xl.commands.stamping import SheetNote
from poi_xl.core.notes import TypedNote
from poi_xl.core.problems import Problem, problem
from poi_xl.core.text import a1
from poi_xl.hosts.calc.document import read_sheet
from poi_xl.hosts.calc.values import grid
from poi_xl.package.marks import MARK, NOTE, noted
from poi_xl.package.rendering import DRAWING_PREFIX
from poi_xl.reading.cells import Cells
from poi_xl.reading.owned import cells_fingerprint, parse_notes, typed_blocks

_FORMULA: Final = 16  # com.sun.star.sheet.CellFlags.FORMULA
_CAPTION: Final = "com.sun.star.drawing.CaptionShape"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the summary sheets are, or would go.

    Attributes:
        document: the document.
        names: name of each of them, by key.
        owned: those that are there already, by key.
        stored: the note kept with each of these, where it is one of this release.
        problems: why nothing can be done, all of it.
    """

    document: Any
    names: Mapping[str, str]
    owned: Mapping[str, Any]
    stored: Mapping[str, SheetNote]
    problems: tuple[Problem, ...]

    @property
    def others(self) -> dict[str, Any]:
        """All other sheets of the document, by name."""
        ours = {str(sheet.Name) for sheet in self.owned.values()}
        return {name: s for s in self.document.Sheets if (name := str(s.Name)) not in ours}


def find_place(document: Any, wanted: Mapping[str, str]) -> Place:
    """Look for the summary sheets in a document, under whatever names they have now.

    Args:
        document: the document.
        wanted: name that each should have, by key.
    """
    known = {name.lower(): name for name in document.NamedRanges.ElementNames}
    owned = dict(_owned(document, known, wanted))
    there = {key: str(sheet.Name) for key, sheet in owned.items()}
    others = set(document.Sheets.ElementNames) - set(there.values())
    names, problems = final_names(wanted, there, others)
    stored = {key: note for key in owned if (note := _stored(document, known, key))}
    return Place(document, names, owned, stored, tuple(problems))


def _owned(
    document: Any, known: Mapping[str, str], wanted: Mapping[str, str]
) -> Iterator[tuple[str, Any]]:
    seen = set()
    for key in wanted:
        name = known.get(f"{MARK}{key}".lower())
        cells = document.NamedRanges.getByName(name).getReferredCells() if name else None
        if cells is None:  # the sheet was deleted
            continue
        sheet = cells.getSpreadsheet()
        if sheet.Name not in seen:  # two marks on one sheet are damage
            seen.add(sheet.Name)
            yield key, sheet


def _stored(document: Any, known: Mapping[str, str], key: str) -> SheetNote | None:
    name = known.get(f"{NOTE}{key}".lower())
    text = document.NamedRanges.getByName(name).Content if name else ""
    return SheetNote.parse(noted(text) or "")


# --- what stands in the way -----------------------------------------------------------------------


def guards(place: Place, keys: Collection[str], current: Mapping[str, Cells]) -> Iterator[Problem]:
    """Say all that forbids the work, or that the user must accept.

    Args:
        place: where the sheets are.
        keys: the sheets that would be written.
        current: the cells of those that are there.
    """
    document = place.document
    file = str(document.Title)
    yield from place.problems
    if document.isReadonly():
        yield problem("POI-E93", file, file=file)
    if document.RecordChanges:
        yield problem("POI-E47", file, file=file)
    if document.isProtected():
        # To bring a sheet in, even for a moment, the structure must be free.
        yield problem("POI-E45", file, file=file)
    for key in keys:
        if key in place.owned:
            yield from _sheet_guards(place, key, current[key])


def _sheet_guards(place: Place, key: str, cells: Cells) -> Iterator[Problem]:
    sheet, name = place.owned[key], place.names[key]
    if sheet.isProtected():
        yield problem("POI-E46", name)
    if what := list(_put_there(sheet)):
        yield problem("POI-E12", name, what=" y ".join(what))
    note = place.stored.get(key)
    if note and cells_fingerprint(cells) != note.content:
        yield problem("POI-E13", name, what="su contenido no es el que se generó")


def _put_there(sheet: Any) -> Iterator[str]:
    shapes = [each for each in sheet.DrawPage if each.ShapeType != _CAPTION]
    if any(not str(each.Name).startswith(DRAWING_PREFIX) for each in shapes):
        yield "gráficos o dibujos"
    if sheet.Annotations.Count:
        yield "comentarios"
    if sheet.DataPilotTables.Count:
        yield "una tabla dinámica"


def table_guards(place: Place, tables: Collection[str]) -> Iterator[Problem]:
    """Say which of our tables cannot have their names.

    Args:
        place: where the sheets are.
        tables: the names of the tables on new sheets.
    """
    document = place.document
    ours = {sheet.RangeAddress.Sheet for sheet in place.owned.values()}
    ranges = document.DatabaseRanges
    taken = {str(name).lower() for name in document.NamedRanges.ElementNames} | {
        str(each.Name).lower()
        for each in map(ranges.getByName, ranges.ElementNames)
        if each.DataArea.Sheet not in ours
    }
    return (problem("POI-E14", name=name) for name in tables if name.lower() in taken)


# --- what is there --------------------------------------------------------------------------------


def current_cells(place: Place, keys: Collection[str]) -> dict[str, Cells]:
    """Return the cells of the sheets that are there, by key."""
    return {key: _cells(place.owned[key]) for key in keys if key in place.owned}


def _cells(sheet: Any) -> Cells:
    found = read_sheet(sheet, merged=False)
    return Cells(grid(found.rows, found.errors))


def typed_notes(place: Place, key: str, current: Mapping[str, Cells]) -> list[TypedNote]:
    """Return what people typed on the sheet of alerts, formulas as formulas."""
    if key not in current:
        return []
    rows = current[key].rows
    return parse_notes(rows, dict(_typed_formulas(place.owned[key], current[key])))


def _typed_formulas(sheet: Any, cells: Cells) -> Iterator[tuple[tuple[int, int], str]]:
    """The formulas in the typed columns, by row and column from 0."""
    typed = [
        (row, column)
        for block in typed_blocks(cells.rows)
        for row in range(block.header + 1, block.end)
        for column in block.typed
    ]
    with_formula = _formula_cells(sheet)
    for place in with_formula.intersection(typed):
        text = str(sheet.getCellByPosition(place[1], place[0]).Formula)
        yield place, text.strip("{}").removeprefix("=")


def _formula_cells(sheet: Any) -> set[tuple[int, int]]:
    return {
        (row, column)
        for area in sheet.queryContentCells(_FORMULA).RangeAddresses
        for row in range(area.StartRow, area.EndRow + 1)
        for column in range(area.StartColumn, area.EndColumn + 1)
    }


# --- what belongs to people -----------------------------------------------------------------------


def people_of(place: Place) -> People:
    """Return what people made in a document.

    Args:
        place: where our sheets are.
    """
    document = place.document
    ours = set(place.names.values())
    theirs = [sheet for sheet in document.Sheets if str(sheet.Name) not in ours]
    links = {*document.SheetLinks.ElementNames, *document.ExternalDocLinks.ElementNames}
    return People(
        dict(each for sheet in theirs for each in _formulas(sheet)),
        dict(_names(document)),
        frozenset(map(str, links)),
    )


def _formulas(sheet: Any) -> Iterator[tuple[str, str]]:
    name = str(sheet.Name)
    for area in sheet.queryContentCells(_FORMULA).RangeAddresses:
        found = sheet.getCellRangeByPosition(
            area.StartColumn, area.StartRow, area.EndColumn, area.EndRow
        ).getFormulaArray()
        for row, texts in enumerate(found, start=area.StartRow + 1):
            for column, text in enumerate(texts, start=area.StartColumn + 1):
                yield f"{name}.{a1(row, column)}", str(text)


def _names(document: Any) -> Iterator[tuple[str, str]]:
    for name in document.NamedRanges.ElementNames:
        if not name.lower().startswith((MARK, NOTE)):
            yield str(name), str(document.NamedRanges.getByName(name).Content)
