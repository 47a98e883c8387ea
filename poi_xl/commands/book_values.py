"""The values of a workbook's cells, for formulas that are given references."""

from dataclasses import replace
from typing import Any

from poi_xl.commands.answering import table_context
from poi_xl.core.plan import Layout
from poi_xl.core.text import from_a1
from poi_xl.functions import CellError, Context, Given
from poi_xl.package.formulas import area
from poi_xl.package.parts import Package
from poi_xl.reading import cells as reading


class BookValues:
    """The values of a workbook's cells, each sheet read when first asked for."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._sheets = {sheet.name: sheet for sheet in package.sheets}
        self._cells: dict[str, reading.Cells] = {}

    def rows(self, sheet: str) -> list[list[Any]]:
        """Return the rows of a sheet; none of one that does not exist."""
        if sheet not in self._sheets:
            return []
        if sheet not in self._cells:
            self._cells[sheet] = reading.read_cells(self._package, self._sheets[sheet])
        return self._cells[sheet].rows

    def value(self, sheet: str, cell: str) -> Given:
        """Return the value of a cell, as our functions take it."""
        row, column = from_a1(cell)
        rows = self.rows(sheet)
        line = rows[row - 1] if row <= len(rows) else []
        found = line[column - 1] if column <= len(line) else ""
        if isinstance(found, reading.CellError):
            return next((e for e in CellError if e.text == found), CellError.VALUE)
        if found == "":
            return None
        return found if isinstance(found, str | float | bool) else str(found)

    def table(self, sheet: str, ref: str, context: Context) -> Context | None:
        """Return the plan in a range, where it really stands."""
        top, left, bottom, right = area(ref)
        rows = [line[left - 1 : right] for line in self.rows(sheet)[top - 1 : bottom]]
        found = table_context(rows, context.settings)
        if found.plan is None:
            return None
        layout = Layout(
            sheet,
            tuple(row + top - 1 for row in found.plan.layout.rows),
            {column: place + left - 1 for column, place in found.plan.layout.columns.items()},
        )
        return Context(replace(found.plan, layout=layout), found.settings, found.problems)
