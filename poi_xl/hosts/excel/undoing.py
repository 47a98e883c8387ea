"""Taking back what was written into an open workbook, when something fails half way.

Excel's own Ctrl+Z does not know what a program wrote.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from typing import Any, Final

from poi_xl.core.text import a1, column_letters
from poi_xl.hosts.excel.adopt import as_value2
from poi_xl.hosts.excel.state import LOG, patiently
from poi_xl.hosts.excel.values import error_of
from poi_xl.package.cell_contents import BLANK, BOOLEAN, NUMBER, Cell, Content
from poi_xl.package.plan_columns import Section

# Files spell newer functions so; Excel's cells do not.
_PREFIX: Final = re.compile(r"\b_xlfn\.(?:_xlws\.)?")
_SIDES: Final = {"L": "Left", "C": "Center", "R": "Right"}
_OTHER_PAGES: Final = {"even": "EvenPage", "first": "FirstPage"}

Rows = list[list[Any]]


class Undoing:
    """Writes into a workbook, and remembers how it was before."""

    def __init__(self) -> None:
        self._steps: list[Callable[[], None]] = []

    def remember(self, step: Callable[[], None]) -> None:
        """Keep what takes the next change back.

        Args:
            step: does so; told before the change, which may be made and yet fail.
        """
        self._steps.append(step)

    def back(self) -> bool:
        """Take everything back, the last change first; return whether all of it could be.

        It is forgotten then: nothing is taken back twice.
        """
        steps, self._steps = self._steps, []
        done = [_done(step) for step in reversed(steps)]  # each of them, whatever fails
        return all(done)

    # --- what is written --------------------------------------------------------------------------

    def set(self, owner: Any, name: str, value: Any) -> None:
        """Set a property."""
        before = getattr(owner, name)
        self.remember(partial(setattr, owner, name, before))
        setattr(owner, name, value)

    def cells(self, sheet: Any, cells: Mapping[Cell, Content]) -> None:
        """Write contents into cells, those one under the other in one call."""
        for (row, column), contents in _runs(cells):
            area = sheet.Range(f"{a1(row, column)}:{a1(row + len(contents) - 1, column)}")
            name, before = _there(area)
            self.remember(partial(setattr, area, name, before))
            if contents[0].formula:
                area.Formula = [[f"={_PREFIX.sub('', each.formula)}"] for each in contents]
            else:
                area.Value2 = [[_value(each)] for each in contents]

    def columns(self, sheet: Any, hidden: Mapping[int, bool]) -> None:
        """Hide columns, or show them."""
        for column, is_hidden in hidden.items():
            letters = column_letters(column)
            self.set(sheet.Range(f"{letters}:{letters}").EntireColumn, "Hidden", is_hidden)

    def printed(self, sheet: Any, texts: Mapping[Section, str]) -> None:
        """Let headers and footers say something else."""
        self.on_paper(
            sheet, ((*_section(sheet.PageSetup, *where), text) for where, text in texts.items())
        )

    def on_paper(self, sheet: Any, changes: Iterable[tuple[Any, str, Any]]) -> None:
        """Set properties of how a sheet is printed.

        Excel refuses this where no printer is installed; then they stay as they are.

        Args:
            sheet: the sheet.
            changes: owner, property and value; looked for one after the other.
        """
        kept = len(self._steps)
        try:
            for owner, name, value in changes:
                self.set(owner, name, value)
                kept = len(self._steps)
        except Exception as error:  # noqa: BLE001 - whatever it is, no figure depends on it
            del self._steps[kept:]  # what was refused would be refused again
            LOG.warning("no se pudo cambiar cómo se imprime «%s»: %s", sheet.Name, error)


def _done(step: Callable[[], None]) -> bool:
    try:
        patiently(step)
    except Exception:  # noqa: BLE001 - what else there is must be taken back all the same
        LOG.exception("no se pudo deshacer un cambio")
        return False
    return True


def _runs(cells: Mapping[Cell, Content]) -> Iterator[tuple[Cell, list[Content]]]:
    """Yield the first cell and the contents of cells one under the other, all formulas or none."""
    places = sorted(cells, key=lambda cell: cell[::-1])
    starts = [
        at
        for at, (one, other) in enumerate(pairwise(places), start=1)
        if (other[1], other[0] - 1) != (one[1], one[0])
        or bool(cells[one].formula) != bool(cells[other].formula)
    ]
    for start, end in pairwise([0, *starts, len(places)] if places else []):
        yield places[start], [cells[each] for each in places[start:end]]


def _there(area: Any) -> tuple[str, Rows]:
    """What cells hold, and the property that puts it back."""
    if area.HasFormula is False:
        return "Value2", [[_restored(value)] for (value,) in _rows(area.Value2)]
    return "Formula", [[text] for (text,) in _rows(area.Formula)]


def _rows(found: Any) -> Any:
    return found if isinstance(found, tuple) else ((found,),)


def _restored(value: Any) -> Any:
    error = error_of(value) if value.__class__ is int else None
    return error.text if error else as_value2(value)


def _value(content: Content) -> Any:
    """A value as Excel takes it."""
    if content.kind == BLANK:
        return None
    if content.kind == BOOLEAN:
        return content.value == "1"
    return float(content.value) if content.kind == NUMBER else as_value2(content.value)


def _section(page: Any, box: str, side: str) -> tuple[Any, str]:
    """The object and the property for one side of a header or footer, named as in the file."""
    kind = "Header" if box.endswith("Header") else "Footer"
    name = f"{_SIDES[side]}{kind}"
    other = _OTHER_PAGES.get(box.removesuffix(kind))
    return (getattr(getattr(page, other), name), "Text") if other else (page, name)
