"""The hidden sheet that native formulas lean on: cells are given out, and equal ones shared.

Whatever a formula needs more than once (a name folded, a sum of a period) gets a cell of its own
here. So the formulas that people see stay short, and nothing is computed twice.
"""

from collections.abc import Sequence
from typing import Final

from poi_xl.core.text import a1, column_letters
from poi_xl.native.calls import quoted
from poi_xl.native.folding import literal

Content = str | float  # a text that starts with = is a formula; any other is itself

# Cells are stacked so high, then the next column is begun.
_HEIGHT: Final = 10_000


def as_text(text: str) -> Content:
    """Return what a cell holds so that it says a text, whatever that begins with.

    Example:
        >>> as_text("jefatura"), as_text("=1+1")
        ('jefatura', '="=1+1"')
    """
    return f"={literal(text)}" if text.startswith("=") else text


def in_row(column: str, row: int) -> str:
    """Return the reference of a column's cell in a row.

    Example:
        >>> in_row("POI_claves!$C$5:$C$82", 7)
        'POI_claves!$C$7'
    """
    sheet, _, area = column.rpartition("!")
    return f"{sheet}!${area.split('$')[1]}${row}"


class KeySheet:
    """The hidden sheet being made.

    Attributes:
        name: its name.
        cells: what stands in it, by row and column from 1.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.cells: dict[tuple[int, int], Content] = {}
        self._known: dict[str, str] = {}
        self._next_column = 1
        self._stack = 0  # column in which single cells are stacked
        self._stacked = 0

    def cell(self, content: Content) -> str:
        """Return the reference of a cell that holds something; equal contents share one."""
        key = f"{content!r}"
        if key not in self._known:
            if not self._stack or self._stacked >= _HEIGHT:
                self._stack, self._stacked = self._columns(1), 0
            self._stacked += 1
            place = self._stacked, self._stack
            self.cells[place] = content
            self._known[key] = self._absolute(place, place)
        return self._known[key]

    def column(self, rows: dict[int, Content], first: int, last: int) -> str:
        """Return the reference of a column of cells, each in a row of its own choosing.

        Args:
            rows: what stands in each row.
            first: first row of the reference.
            last: its last row.
        """
        key = repr((sorted(rows.items()), first, last))
        if key not in self._known:
            column = self._columns(1)
            self.cells.update({(row, column): content for row, content in rows.items()})
            self._known[key] = self._absolute((first, column), (last, column))
        return self._known[key]

    def block(self, rows: Sequence[Sequence[Content]]) -> str:
        """Return the reference of a rectangle of cells."""
        key = repr(rows)
        if key not in self._known:
            left = self._columns(len(rows[0]))
            for row, contents in enumerate(rows, start=1):
                for column, content in enumerate(contents, start=left):
                    self.cells[row, column] = content
            last = len(rows), left + len(rows[0]) - 1
            self._known[key] = self._absolute((1, left), last)
        return self._known[key]

    def _columns(self, count: int) -> int:
        first = self._next_column
        self._next_column += count
        return first

    def _absolute(self, first: tuple[int, int], last: tuple[int, int]) -> str:
        start, end = (f"${column_letters(column)}${row}" for row, column in (first, last))
        area = start if start == end else f"{start}:{end}"
        return f"{quoted(self.name)}!{area}"

    def shown(self) -> dict[str, Content]:
        """Return the cells by address, row by row."""
        return {a1(*place): self.cells[place] for place in sorted(self.cells)}
