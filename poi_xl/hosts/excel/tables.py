"""Our tables in an open workbook: they grow and shrink where they are.

People's formulas name their columns, as ``poi_tabla_alertas[Brecha]``, and break when a table is
deleted.
"""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Any, Final

from poi_xl.commands.drawing import Area, Table
from poi_xl.core.text import a1
from poi_xl.hosts.excel.state import patiently

# Names of our tables begin so.
PREFIX: Final = "poi_"
_RANGE, _WITH_HEADINGS = 1, 1  # xlSrcRange, xlYes


def fit_tables(sheet: Any, wanted: Sequence[Table]) -> list[Table]:
    """Give the tables of a sheet their new places; no cell moves.

    A table whose headings must move is dissolved: Excel keeps headings in their row. Formulas that
    name it then point at its old cells, which `people.differences` tells.

    Returns:
        The tables to make anew, once their cells are written.
    """
    there = {str(table.Name).lower(): table for table in sheet.ListObjects}
    names = {table.name.lower() for table in wanted}
    kept = [t for t in wanted if (old := there.get(t.name.lower())) and _stays(old, t.area)]
    staying = {table.name.lower() for table in kept}
    for name, table in there.items():
        if name not in staying and (name in names or name.startswith(PREFIX)):
            table.Unlist()
    # What shrinks goes first, so that no table grows into another.
    for table in sorted(kept, key=lambda each: each.area[2] - _bottom(there[each.name.lower()])):
        _fit(sheet, there[table.name.lower()], table)
    return [table for table in wanted if table.name.lower() not in staying]


def _stays(table: Any, area: Area) -> bool:
    return (int(table.Range.Row), int(table.Range.Column)) == area[:2]


def _bottom(table: Any) -> int:
    return int(table.Range.Row) + int(table.Range.Rows.Count) - 1


def _fit(sheet: Any, table: Any, wanted: Table) -> None:
    if table.ShowTotals:
        table.ShowTotals = False
    if wanted.filtered and table.ShowAutoFilter and table.AutoFilter.FilterMode:
        # Rows out of sight would keep old heights, and hide what is new.
        table.AutoFilter.ShowAllData()
    _fit_columns(table, wanted.headings)
    if (_bottom(table), _right(table)) != wanted.area[2:]:
        table.Resize(sheet.Range(address(wanted.area)))


def _right(table: Any) -> int:
    return int(table.Range.Column) + int(table.Range.Columns.Count) - 1


def _fit_columns(table: Any, wanted: Sequence[str]) -> None:
    """Bring columns in and take them out, so that formulas follow the column that they name."""
    found = table.HeaderRowRange.Value2
    current = [str(each) for each in (found[0] if isinstance(found, tuple) else (found,))]
    if current == list(wanted):
        return
    steps = SequenceMatcher(None, current, wanted, autojunk=False).get_opcodes()
    for what, start, end, new_start, new_end in reversed(steps):
        if what == "equal":
            continue
        if end - start == new_end - new_start:
            # Renamed; the names come with the cells, and must not meet the old ones meanwhile.
            _rename(table, range(start, end))
            continue
        for column in reversed(range(start, end)):
            table.ListColumns(column + 1).Delete()
        for _ in range(new_start, new_end):
            table.ListColumns.Add(start + 1)


def _rename(table: Any, columns: Iterable[int]) -> None:
    for column in columns:
        table.ListColumns(column + 1).Name = f"{PREFIX}{column + 1}"


def add_table(sheet: Any, table: Table) -> None:
    """Make a table of cells that are written already."""
    made = sheet.ListObjects.Add(
        SourceType=_RANGE,
        Source=sheet.Range(address(table.area)),
        XlListObjectHasHeaders=_WITH_HEADINGS,
    )
    try:
        made.Name = table.name
    except Exception:
        # Under another name it would not be known as ours, and stand in the way of the next run.
        patiently(made.Unlist)
        raise
    made.TableStyle = ""
    made.ShowAutoFilter = table.filtered


def address(area: Area) -> str:
    """Return the address of an area.

    Example:
        >>> address((6, 1, 30, 22))
        'A6:V30'
    """
    return f"{a1(*area[:2])}:{a1(*area[2:])}"
