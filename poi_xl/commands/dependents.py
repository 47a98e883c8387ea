"""Which formulas of a sheet rest on which of its cells, directly or not."""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from poi_xl.core.text import from_a1
from poi_xl.package.cell_contents import Cell, Content

_Area = tuple[int, int, int, int]

_REF: Final = r"\$?[A-Z]{1,3}\$?\d{1,7}"
# References inside one sheet; those to other sheets are for Excel to follow.
_INSIDE: Final = re.compile(rf"(?<![\w!.'$])({_REF}(?::{_REF})?)(?![\w(!])", re.IGNORECASE)
_OURS: Final = re.compile(r"\bPOI_[A-Z_]+\(", re.IGNORECASE)
_TEXT: Final = re.compile(r'"[^"]*"')


def resting_on(contents: Mapping[Cell, Content], cells: Collection[Cell]) -> set[Cell]:
    """Return the formula cells of a sheet that rest on some cells, or on the plan by our functions.

    Args:
        contents: what the sheet holds.
        cells: the cells that get another content.
    """
    formulas = {cell: each.formula for cell, each in contents.items() if each.formula}
    areas = {cell: tuple(areas_of(text)) for cell, text in formulas.items()}
    stale = {cell for cell, text in formulas.items() if _OURS.search(text)}
    fresh = {*cells, *stale}
    while fresh:
        places = _by_column(fresh)
        fresh = {
            cell
            for cell, looked_at in areas.items()
            if cell not in stale and any(_holds_any(area, places) for area in looked_at)
        }
        stale |= fresh
    return stale


def areas_of(formula: str) -> Iterator[_Area]:
    """Yield the ranges of its own sheet that a formula looks at.

    Args:
        formula: in file spelling, without the leading ``=``.

    Example:
        >>> list(areas_of("SUM(A1:C1)+POI!D4+$B$7"))
        [(1, 1, 1, 3), (7, 2, 7, 2)]
    """
    for match in _INSIDE.finditer(_TEXT.sub('""', formula)):
        first, _, last = match[1].partition(":")
        (top, left), (bottom, right) = from_a1(first), from_a1(last or first)
        yield min(top, bottom), min(left, right), max(top, bottom), max(left, right)


def _by_column(cells: Iterable[Cell]) -> dict[int, list[int]]:
    """Return the rows of some cells by column, in order."""
    places: dict[int, list[int]] = {}
    for row, column in sorted(cells):
        places.setdefault(column, []).append(row)
    return places


def _holds_any(area: _Area, places: Mapping[int, list[int]]) -> bool:
    top, left, bottom, right = area
    for column in range(left, right + 1):
        rows = places.get(column, [])
        place = bisect_left(rows, top)
        if place < len(rows) and rows[place] <= bottom:
            return True
    return False
