"""Where the summary sheets are, or would go, in an open workbook, and what stands in the way."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from poi_xl.commands.live import final_names
from poi_xl.commands.stamping import SheetNote
from poi_xl.core.notes import TypedNote
from poi_xl.core.problems import Problem, problem
from poi_xl.core.text import a1
from poi_xl.hosts.excel.book import is_busy, read_block, worksheets
from poi_xl.hosts.excel.values import grid
from poi_xl.package.marks import MARK, NOTE, marked_sheet, noted
from poi_xl.reading.cells import Cells
from poi_xl.reading.owned import cells_fingerprint, parse_notes, typed_blocks


@dataclass(frozen=True, slots=True)
class Place:
    """Where the summary sheets are, or would go.

    Attributes:
        book: the workbook.
        names: name of each of them, by key.
        owned: those that are there already, by key.
        stored: the note kept with each of these, where it is one of this release.
        others: all other sheets of the workbook.
        taken: names of the workbook that are not ours, in lower case.
        problems: why nothing can be done, all of it.
    """

    book: Any
    names: Mapping[str, str]
    owned: Mapping[str, Any]
    stored: Mapping[str, SheetNote]
    others: Mapping[str, Any]
    taken: frozenset[str]
    problems: tuple[Problem, ...]

    @property
    def all_there(self) -> bool:
        """Whether no sheet is missing."""
        return len(self.owned) == len(self.names)


def find_place(book: Any, wanted: Mapping[str, str]) -> Place:
    """Look for the summary sheets in a workbook, under whatever names they have now.

    Args:
        book: the workbook.
        wanted: name that each should have, by key.
    """
    sheets = worksheets(book)
    texts = {str(each.Name).lower(): str(each.RefersTo) for each in book.Names}
    owned = dict(_owned(sheets, texts, wanted))
    ours = {str(sheet.Name) for sheet in owned.values()}
    theirs = [name for each in book.Sheets if (name := str(each.Name)) not in ours]
    names, problems = final_names(
        wanted, {key: str(sheet.Name) for key, sheet in owned.items()}, theirs
    )
    return Place(
        book=book,
        names=names,
        owned=owned,
        stored={key: note for key in owned if (note := _stored(texts, key))},
        others={name: sheet for name, sheet in sheets.items() if name not in ours},
        taken=frozenset(name for name in texts if "!" not in name),
        problems=tuple(problems),
    )


def _owned(
    sheets: Mapping[str, Any], texts: Mapping[str, str], wanted: Mapping[str, str]
) -> Iterator[tuple[str, Any]]:
    by_name = {name.lower(): sheet for name, sheet in sheets.items()}
    for key in wanted:
        name = marked_sheet(texts.get(f"{MARK}{key}".lower(), "")).lower()
        if sheet := by_name.pop(name, None):  # two marks on one sheet are damage
            yield key, sheet


def _stored(texts: Mapping[str, str], key: str) -> SheetNote | None:
    return SheetNote.parse(noted(texts.get(f"{NOTE}{key}".lower(), "")) or "")


# --- what stands in the way -----------------------------------------------------------------------


def guards(place: Place, keys: Collection[str], current: Mapping[str, Cells]) -> Iterator[Problem]:
    """Say all that forbids the work, or that the user must accept.

    Args:
        place: where the sheets are.
        keys: the sheets that would be written.
        current: the cells of those that are there.
    """
    yield from (each for each in place.problems)
    yield from book_guards(place.book)
    yield from new_sheet_guards(place, keys)
    for key in keys:
        if key in place.owned:
            yield from _sheet_guards(place, key, current[key])


def book_guards(book: Any) -> Iterator[Problem]:
    """Say what forbids any writing into a workbook, or must be accepted.

    Args:
        book: the workbook.
    """
    file = str(book.Name)
    if not str(book.Path):
        yield problem("POI-E94", file, file=file)
    if book.ReadOnly:
        yield problem("POI-E93", file, file=file)
    if book.MultiUserEditing:
        yield problem("POI-E09", file, file=file)
    if _says(lambda: book.AutoSaveOn):
        yield problem("POI-E95", file, file=file)


def new_sheet_guards(place: Place, keys: Collection[str]) -> Iterator[Problem]:
    """Say what forbids adding those of some sheets that are not there.

    Args:
        place: where the sheets are, or go.
        keys: the sheets.
    """
    if place.book.ProtectStructure and any(key not in place.owned for key in keys):
        file = str(place.book.Name)
        yield problem("POI-E91", file, file=file)


def _sheet_guards(place: Place, key: str, cells: Cells) -> Iterator[Problem]:
    sheet, name = place.owned[key], place.names[key]
    if sheet.ProtectContents:
        yield problem("POI-E92", name)
    if what := list(_put_there(sheet)):
        yield problem("POI-E12", name, what=" y ".join(what))
    note = place.stored.get(key)
    if note and cells_fingerprint(cells) != note.content:
        yield problem("POI-E13", name, what="su contenido no es el que se generó")


def _put_there(sheet: Any) -> Iterator[str]:
    """What belongs to cells that will say something else; charts and pictures just stay."""
    if sheet.Comments.Count:
        yield "notas"
    if _says(lambda: sheet.CommentsThreaded.Count):
        yield "comentarios"
    if sheet.PivotTables().Count:
        yield "una tabla dinámica"


def _says(ask: Callable[[], Any]) -> bool:
    """Ask what older releases of Excel do not know; they say no."""
    try:
        return bool(ask())
    except Exception as error:
        if is_busy(error):
            raise
        return False


def table_guards(place: Place, tables: Collection[str]) -> Iterator[Problem]:
    """Say which of our tables cannot have their names.

    Args:
        place: where the sheets are.
        tables: the names of the tables on new sheets.
    """
    taken = place.taken | {
        str(table.Name).lower() for sheet in place.others.values() for table in sheet.ListObjects
    }
    return (problem("POI-E14", name=name) for name in tables if name.lower() in taken)


# --- what is there --------------------------------------------------------------------------------


def current_cells(place: Place, keys: Collection[str]) -> dict[str, Cells]:
    """Return the cells of the sheets that are there, by key."""
    return {key: _cells(place.owned[key]) for key in keys if key in place.owned}


def _cells(sheet: Any) -> Cells:
    return Cells([list(row) for row in grid(read_block(sheet, merged=False).values)])


def typed_notes(place: Place, key: str, current: Mapping[str, Cells]) -> list[TypedNote]:
    """Return what people typed on the sheet of alerts, formulas as formulas."""
    if key not in current:
        return []
    rows = current[key].rows
    return parse_notes(rows, _typed_formulas(place.owned[key], current[key]))


def _typed_formulas(sheet: Any, cells: Cells) -> dict[tuple[int, int], str]:
    """The formulas in the typed columns, by row and column from 0."""
    found = {}
    for block in typed_blocks(cells.rows):
        if block.end <= block.header + 1 or not block.typed:
            continue
        first, last = min(block.typed), max(block.typed)
        area = sheet.Range(f"{a1(block.header + 2, first + 1)}:{a1(block.end, last + 1)}")
        for row, column, text in _texts(formulas_of(area)):
            cell = sheet.Range(a1(block.header + 2 + row, first + 1 + column))
            # A text may begin with = as well, after an apostrophe.
            if text.startswith("=") and cell.HasFormula:
                found[block.header + 1 + row, first + column] = text.removeprefix("=")
    return found


def formulas_of(area: Any) -> Any:
    """Return the formulas of a range as people typed them, spilling ones too."""
    try:
        return area.Formula2
    except Exception as error:
        if is_busy(error):
            raise
        return area.Formula  # Excel before dynamic arrays


def _texts(values: Any) -> Iterator[tuple[int, int, str]]:
    rows = values if isinstance(values, tuple) else ((values,),)
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            if isinstance(text, str):
                yield row, column, text
