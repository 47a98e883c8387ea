"""Reading back our own sheets: what people typed beside the alerts, and whether elsewhere."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from poi_xl.core.notes import TYPED_HEADINGS, Formula, TypedNote, Value
from poi_xl.core.plan import activity_key
from poi_xl.package.parts import Package, Sheet
from poi_xl.reading.cells import Cells, read_cells, read_formulas, read_sheets
from poi_xl.reading.figures import shown
from poi_xl.reading.grid import Grid
from poi_xl.reading.headings import plain
from poi_xl.reading.rows import as_text

Formulas = Mapping[tuple[int, int], str]

_TYPED = tuple(map(plain, TYPED_HEADINGS))
_ORGAN, _ACTIVITY, _KEY = "organo", "actividad", "clave"


@dataclass(frozen=True, slots=True)
class Block:
    """One table with typed columns.

    Attributes:
        header: row of its headings, from 0.
        end: row after its last one.
        columns: column of each heading, by its plain words.
    """

    header: int
    end: int
    columns: Mapping[str, int]

    @property
    def typed(self) -> frozenset[int]:
        """The columns that people fill in."""
        return frozenset(self.columns[heading] for heading in _TYPED if heading in self.columns)


def find_sheet(package: Package, name: str) -> Sheet | None:
    """Return the worksheet of that name, if there is one; case does not count in Excel."""
    found = (s for s in package.sheets if s.kind == "worksheet" and s.name.lower() == name.lower())
    return next(found, None)


def sheet_cells(package: Package, names: Iterable[str]) -> dict[str, Cells]:
    """Return the cells of some sheets by name; a name without sheet is left out.

    Raises:
        Refusal: a sheet's content is damaged.
    """
    found = {name: sheet for name in names if (sheet := find_sheet(package, name))}
    cells = read_sheets(package, found.values())
    return {name: cells[sheet] for name, sheet in found.items()}


def typed_notes(package: Package, name: str) -> list[TypedNote]:
    """Return what people typed on the sheet of alerts, formulas as formulas.

    Args:
        package: the workbook.
        name: the sheet's current name.

    Raises:
        Refusal: the sheet's content is damaged.
    """
    sheet = find_sheet(package, name)
    if sheet is None:
        return []
    return parse_notes(read_cells(package, sheet).rows, read_formulas(package, sheet))


def parse_notes(rows: Grid, formulas: Formulas) -> list[TypedNote]:
    """Return the typed notes of a grid: one for each row with anything typed.

    Args:
        rows: the sheet's cells from A1.
        formulas: text of each formula, by row and column from 0.

    Example:
        >>> rows = [["Órgano", "Actividad", "Motivo"], ["A", "X", "Falta de personal"]]
        >>> parse_notes(rows, {})[0].key, parse_notes(rows, {})[0].values[1]
        ('a|x', 'Falta de personal')
    """
    return [
        note
        for block in typed_blocks(rows)
        for row in range(block.header + 1, block.end)
        if (note := _note(rows, row, block, formulas))
    ]


def typed_blocks(rows: Grid) -> list[Block]:
    """Return the tables that have typed columns; each ends where the next one starts."""
    headers = [(row, columns) for row, cells in enumerate(rows) if (columns := _columns(cells))]
    if not headers:
        return []
    ends = [row for row, _ in headers[1:]] + [len(rows)]
    return [Block(row, end, columns) for (row, columns), end in zip(headers, ends, strict=True)]


def _columns(cells: Sequence[Any]) -> dict[str, int]:
    """The columns of a heading row, or nothing when the row is none."""
    columns: dict[str, int] = {}
    for column, cell in enumerate(cells):
        if isinstance(cell, str) and cell:
            columns.setdefault(plain(cell), column)
    known = sum(heading in columns for heading in _TYPED)
    return columns if known >= 1 and (_ACTIVITY in columns or known > 1) else {}


def _note(rows: Grid, row: int, block: Block, formulas: Formulas) -> TypedNote | None:
    values = tuple(_value(rows, row, block.columns.get(each), formulas) for each in _TYPED)
    if all(value == "" for value in values):
        return None
    organ, activity, key = (
        _text(rows, row, block.columns.get(each)) for each in (_ORGAN, _ACTIVITY, _KEY)
    )
    if not key and activity:
        key = activity_key(organ, activity)
    return TypedNote(key, organ, activity, values)


def _text(rows: Grid, row: int, column: int | None) -> str:
    return as_text(rows[row][column]) if column is not None else ""


def _value(rows: Grid, row: int, column: int | None, formulas: Formulas) -> Value:
    if column is None:
        return ""
    if (row, column) in formulas:
        return Formula(f"={formulas[row, column]}")
    cell = rows[row][column]
    if isinstance(cell, str):
        return "" if cell.isspace() else str(cell)
    if isinstance(cell, bool):
        return shown(cell)
    return float(cell) if isinstance(cell, int | float) else _dated(cell)


def _dated(cell: Any) -> Value:
    return cell if isinstance(cell, dt.date) else str(cell)


def fingerprint(rows: Grid, blocks: Sequence[Block] = (), far: bytes = b"") -> str:
    """Return twelve hexadecimal digits that change when somebody types on a sheet of ours.

    They stay the same when the rows are sorted or filtered, when another program saves the file
    (numbers may differ in the last digits), and when people fill in the typed columns.

    Args:
        rows: the sheet's cells from A1.
        blocks: its tables with typed columns, from `typed_blocks`.
        far: cells left out of `rows`.

    Example:
        >>> fingerprint([["a", 1.0], ["b", 2.0]]) == fingerprint([["b", 2.0, ""], [], ["a", 1.0]])
        True
        >>> fingerprint([["a", 1.0]]) == fingerprint([["a", 1.5]])
        False
    """
    typed = {row: block.typed for block in blocks for row in range(block.header + 1, block.end)}
    lines = sorted(
        filter(None, (_line(cells, typed.get(row, ())) for row, cells in enumerate(rows)))
    )
    return hashlib.blake2b("\n".join(lines).encode() + far, digest_size=6).hexdigest()


def cells_fingerprint(cells: Cells) -> str:
    """Return the fingerprint of a sheet of ours, what people type in their columns left out."""
    return fingerprint(cells.rows, typed_blocks(cells.rows), cells.far)


def _line(cells: Sequence[Any], left_out: Sequence[int] | frozenset[int]) -> str:
    texts = [
        f"{column}={canonical(cell)}"
        for column, cell in enumerate(cells)
        if column not in left_out and cell not in ("", None)
    ]
    return repr(texts) if texts else ""


def canonical(cell: Any) -> str:
    """Return a cell's value to the digits that every program keeps.

    Example:
        >>> canonical(0.919753086419753) == canonical(0.9197530864197531)
        True
    """
    if isinstance(cell, bool | str):
        return str(cell)
    return f"{cell:.12g}" if isinstance(cell, int | float) else str(cell)
