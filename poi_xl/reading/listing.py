"""Reading a sheet of ours that lists something: lines under headings known by their words."""

from collections.abc import Iterator, Sequence
from typing import Any

from poi_xl.reading.grid import Grid
from poi_xl.reading.headings import plain


def lines_under(rows: Grid, headings: Sequence[str]) -> Iterator[list[Any]]:
    """Yield the cells of each line below the row of headings, in the headings' order.

    Args:
        rows: the sheet's cells from A1.
        headings: what the columns are called; a sheet that lacks one has no lines.

    Example:
        >>> list(lines_under([["x"], ["B", "A"], [1, 2]], ["A", "B"]))
        [[2, 1]]
    """
    wanted = [plain(heading) for heading in headings]
    for row, cells in enumerate(rows):
        columns = {plain(cell): i for i, cell in enumerate(cells) if isinstance(cell, str) and cell}
        if set(wanted) <= columns.keys():
            places = [columns[heading] for heading in wanted]
            yield from ([line[place] for place in places] for line in rows[row + 1 :])
            return
