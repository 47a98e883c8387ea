"""What a use case changed in a copy of a workbook, for a host that has the workbook open.

Programs that must not have a file changed behind their back are told what to change themselves:
cells, columns, headers and footers, and the sheets that list something, drawn anew. The summary
sheets are theirs to regenerate, from what the finished copy says.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from poi_xl.commands.drawing import Drawing, drawn_file
from poi_xl.core.quarters import CLOSING_KEY
from poi_xl.package.cell_contents import Cell, Content, read_contents
from poi_xl.package.graft import plan_graft
from poi_xl.package.marks import owned_sheets
from poi_xl.package.parts import Package, Sheet
from poi_xl.package.plan_columns import Section, hidden_columns, printed_sections
from poi_xl.reading.cells import read_cells
from poi_xl.reading.closings import parse_closings
from poi_xl.reading.form_log import parse_log
from poi_xl.reading.grid import Grid
from poi_xl.sheets.closing_book import CLOSING_SHEET, render_closings
from poi_xl.sheets.log_book import LOG_KEY, LOG_SHEET, render_log


@dataclass(frozen=True, slots=True)
class _Kind:
    """A sheet that lists something: its name, how it is read, how it is drawn."""

    name: str
    parse: Callable[[Grid], list[Any]]
    render: Callable[[list[Any], str, str, Path], None]


_LISTS: Final[Mapping[str, _Kind]] = {
    LOG_KEY: _Kind(LOG_SHEET, parse_log, render_log),
    CLOSING_KEY: _Kind(CLOSING_SHEET, parse_closings, render_closings),
}
LISTS: Final = {key: kind.name for key, kind in _LISTS.items()}


@dataclass(frozen=True, slots=True)
class SheetChanges:
    """What changed in a sheet that is not ours.

    Attributes:
        cells: the cells that hold something else now; results of formulas are no such thing.
        hidden: columns from 1 that are hidden now, or no longer.
        printed: the pieces of headers and footers that say something else.
    """

    cells: Mapping[Cell, Content]
    hidden: Mapping[int, bool]
    printed: Mapping[Section, str]

    def __bool__(self) -> bool:
        return bool(self.cells or self.hidden or self.printed)


def sheet_changes(before: Package, after: Package) -> dict[str, SheetChanges]:
    """Return what changed in each sheet that is not ours, by its name.

    Args:
        before: the copy as the program wrote it.
        after: the same once a use case was done with it.

    Raises:
        Refusal: a part is damaged.
    """
    ours = {sheet.name for sheet in owned_sheets(after).values()}
    old = {sheet.name: sheet for sheet in before.sheets}
    pairs = [(old[new.name], new) for new in after.sheets if new.name in old]
    found = {
        new.name: _changes(before, sheet, after, new)
        for sheet, new in pairs
        if new.name not in ours
        and new.kind == "worksheet"
        and before.read(sheet.part) != after.read(new.part)
    }
    return {name: changes for name, changes in found.items() if changes}


def _changes(before: Package, old: Sheet, after: Package, new: Sheet) -> SheetChanges:
    there, here = read_contents(before, old), read_contents(after, new)
    cells = {
        cell: content
        for cell in sorted(there.keys() | here.keys())
        if _typed(content := here.get(cell, Content())) != _typed(there.get(cell, Content()))
    }
    dark, now = hidden_columns(before, old), hidden_columns(after, new)
    texts = printed_sections(before, old)
    return SheetChanges(
        cells,
        {column: column in now for column in sorted(dark ^ now)},
        {
            place: text
            for place, text in printed_sections(after, new).items()
            if text != texts.get(place, "")
        },
    )


def _typed(content: Content) -> tuple[str, ...]:
    """What somebody put into a cell: not what a program computes of it."""
    if content.is_computed:
        return content.formula, content.array
    return content.kind, content.value, ""


def changed_lists(
    before: Package, after: Package, institution: str, folder: Path, *, date_1904: bool
) -> Iterator[tuple[str, Drawing]]:
    """Draw each sheet that lists something and lists more, or less, than before.

    Args:
        before: the copy as the program wrote it.
        after: the same once a use case was done with it.
        institution: for the headings.
        folder: for the files.
        date_1904: whether the workbook's dates count from 1904.

    Yields:
        Its key, and the drawing, whose sheet has that key.
    """
    was, now = plan_graft(before, LISTS), plan_graft(after, LISTS)
    sheets = owned_sheets(after)
    for key, kind in _LISTS.items():
        if key in now.owned and was.notes.get(key) != now.notes.get(key):
            rows = kind.parse(read_cells(after, sheets[key]).rows)
            path = folder / f"{key}.xlsx"
            kind.render(rows, now.names[key], institution, path)
            yield key, drawn_file(path, {key: now.names[key]}, date_1904=date_1904)
