"""Finding the plan in a grid of cells by its words: where the table starts and what each column is.

A grid is what python-calamine gives: rows of values, blanks as empty texts. Rows and columns count
from 0 here; sheets count from 1, and `plan` turns one into the other.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from poi_xl.core.plan import SOLES, Column
from poi_xl.reading.headings import Label, label, meaning, role

Grid = Sequence[Sequence[Any]]
# First and last cell, as (row, column), both included.
Merged = tuple[tuple[int, int], tuple[int, int]]

# A plan that starts lower than this is not one that anybody prints.
SEARCHED_ROWS = 1_000
TALLEST_HEADER = 3

_TEXT_COLUMNS: tuple[Column, ...] = (("activity", 0), ("target", 0))
_PLANNED: tuple[Column, ...] = tuple(("planned", month) for month in range(1, 13))


@dataclass(frozen=True, slots=True)
class Double:
    """A heading met more than once.

    Attributes:
        label: the heading as written.
        cell: row and column of the one that was left aside.
        used: column of the one that was used.
    """

    label: str
    cell: tuple[int, int]
    used: int


@dataclass(frozen=True, slots=True)
class Table:
    """A plan's table as its header describes it.

    Attributes:
        top: first row of the header.
        bottom: last row of the header.
        columns: where each kind of column is.
        labels: words of the header above each of those columns, lowest first.
        doubles: columns left aside because their heading is repeated.
    """

    top: int
    bottom: int
    columns: Mapping[Column, int]
    labels: Mapping[Column, tuple[Label, ...]] = field(default_factory=dict)
    doubles: tuple[Double, ...] = ()

    @property
    def executed_months(self) -> frozenset[int]:
        """Months that have an executed column."""
        return frozenset(number for kind, number in self.columns if kind == "executed")

    @property
    def complete(self) -> bool:
        """Whether it has every column that a plan cannot do without."""
        needed = (*_TEXT_COLUMNS, *_PLANNED)
        return bool(self.executed_months) and all(column in self.columns for column in needed)

    @property
    def clarity(self) -> tuple[int, int]:
        """How much these rows of the header say: columns known, and few of them twice."""
        return len(self.columns), -len(self.doubles)

    @property
    def plausible(self) -> bool:
        """Whether it is meant as a plan, even if columns are missing."""
        months = sum(kind in ("planned", "executed") for kind, _ in self.columns)
        return months >= 3 and any(column in self.columns for column in _TEXT_COLUMNS)  # noqa: PLR2004 - a quarter of months


def locate(rows: Grid, merged: Sequence[Merged] = ()) -> Table | None:
    """Return the plan's table, or None when the grid holds none.

    The first table with every needed column is the plan (later ones are its next printed pages);
    where no table is complete, the one with most columns.

    Args:
        rows: the sheet's cells from A1.
        merged: its merged ranges.
    """
    best: Table | None = None
    for top in range(min(len(rows), SEARCHED_ROWS)):
        if not _may_head(rows[top]):
            continue
        table = _band(rows, merged, top)
        if table.complete:
            return table
        if table.plausible and (best is None or len(table.columns) > len(best.columns)):
            best = table
    return best


def _may_head(row: Sequence[Any]) -> bool:
    return any(item.known for item in map(label, row) if item)


def _band(rows: Grid, merged: Sequence[Merged], top: int) -> Table:
    """The header that starts at a row: the fewest rows that say the most."""
    heights = range(1, min(TALLEST_HEADER, len(rows) - top) + 1)
    tables = [_table(rows, merged, top, top + height - 1) for height in heights]
    best = max(tables, key=lambda table: table.clarity)
    # A title line above adds nothing to the header, and must stay free to be read as title.
    for start in range(top + 1, best.bottom + 1):
        lower = _table(rows, merged, start, best.bottom)
        if lower.clarity < best.clarity:
            break
        best = lower
    return best


def _table(rows: Grid, merged: Sequence[Merged], top: int, bottom: int) -> Table:
    labels = _labels(rows[top : bottom + 1], [_shifted(each, -top) for each in merged])
    found: dict[Column, list[tuple[int, int]]] = {}
    above: dict[int, tuple[Label, ...]] = {}
    for index in range(max(map(len, labels), default=0)):
        own = tuple(row[index] for row in reversed(labels) if index in row)
        holds = meaning(own) if own else None
        if holds:
            above[index] = own
            found.setdefault(holds.column, []).append((holds.rank, index))
    found = {column: places for column, places in found.items() if _is_paired(column, found)}
    columns = {column: min(places)[1] for column, places in found.items()}
    return Table(
        top,
        bottom,
        columns,
        {column: above[index] for column, index in columns.items()},
        tuple(_doubles(found, above, bottom)),
    )


def _is_paired(column: Column, found: Collection[Column]) -> bool:
    """Money counts where the table tells both what was planned and what was spent."""
    if not column[0].startswith(SOLES):
        return True
    return {f"{SOLES}planned", f"{SOLES}executed"} <= {kind for kind, _ in found}


def _doubles(
    found: Mapping[Column, list[tuple[int, int]]], above: Mapping[int, tuple[Label, ...]], row: int
) -> Iterator[Double]:
    for places in found.values():
        rank, used = min(places)
        for other_rank, index in places:
            # A vaguer heading («ACTIVIDAD» beside «ACTIVIDAD OPERATIVA») is another column.
            if index != used and other_rank == rank:
                text = " ".join(item.text for item in reversed(above[index]))
                yield Double(text, (row, index), used)


def _shifted(merged: Merged, rows: int) -> Merged:
    (top, left), (bottom, right) = merged
    return (top + rows, left), (bottom + rows, right)


def _labels(band: Grid, merged: Sequence[Merged]) -> list["_Row"]:
    """What each header row says over each column, group headings spread over their columns."""
    extents = {first: last[1] for first, last in merged}
    raw = [_Row({i: found for i, cell in enumerate(row) if (found := label(cell))}) for row in band]
    spread = []
    for index, row in enumerate(raw):
        full = _Row()
        for column, item in row.items():
            for covered in _extent(raw, index, column, extents):
                full.setdefault(covered, item)
        spread.append(full)
    return spread


class _Row(dict[int, Label]):
    """The labels of one header row by column."""

    def __len__(self) -> int:
        return max(self, default=-1) + 1


def _extent(
    raw: Sequence[_Row], index: int, column: int, extents: Mapping[tuple[int, int], int]
) -> Sequence[int]:
    """The columns that a heading covers: merged ones, else those below it with no other above."""
    if (index, column) in extents:
        return range(column, extents[index, column] + 1)
    row, below = raw[index], raw[index + 1 :]
    if not below or role(row[column].words):
        return (column,)
    centred = _centred(row, below, column)
    if centred:
        return centred
    last = column
    while last + 1 not in row and any(last + 1 in lower for lower in below):
        last += 1
    return range(column, last + 1)


def _centred(row: _Row, below: Sequence[_Row], column: int) -> Sequence[int]:
    """The run of months under a heading typed over its middle, without merging cells."""
    for lower in below:
        first = last = column
        while _follows(lower, first - 1):
            first -= 1
        while _follows(lower, last):
            last += 1
        others = [each for each in range(first, last + 1) if each in row and each != column]
        if first < column and not others:
            return range(first, last + 1)
    return ()


def _follows(row: _Row, column: int) -> bool:
    """Whether a column and the next one are two months in a row."""
    here, after = row.get(column), row.get(column + 1)
    return bool(here and after and here.month and after.month == here.month + 1)
