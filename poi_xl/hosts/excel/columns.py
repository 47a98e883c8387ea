"""Inserting the columns of executed months into the plan's sheet, as the user would by hand.

Excel moves formulas, names, charts and rules along, and gives a new column the formats of its left
neighbour. Left to do are its width, headings and sums, and whatever ends just at that neighbour.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from poi_xl.commands.month_columns import MonthColumn
from poi_xl.core.period import month_number
from poi_xl.core.plan import Plan
from poi_xl.core.quarters import renamed_month
from poi_xl.core.text import a1, column_letters
from poi_xl.hosts.excel.adopt import as_value2
from poi_xl.hosts.excel.book import Block, read_block
from poi_xl.hosts.excel.undoing import Undoing

_TO_RIGHT, _AS_ON_THE_LEFT = -4161, 0  # xlToRight, xlFormatFromLeftOrAbove
_PRINTED: Final = re.compile(r"(\$[A-Z]+\$\d+:\$)([A-Z]+)(\$\d+)")


def insert_months(sheet: Any, plan: Plan, columns: Sequence[MonthColumn], undo: Undoing) -> None:
    """Insert columns.

    Args:
        sheet: the plan's sheet, open in Excel.
        plan: the plan, before they are in.
        columns: the columns.
        undo: takes them out again.
    """
    for each in columns:
        _Insertion(sheet, plan, each, undo).run()


class _Insertion:
    """One column on its way into the plan's sheet."""

    def __init__(self, sheet: Any, plan: Plan, column: MonthColumn, undo: Undoing) -> None:
        self._sheet, self._month, self._undo = sheet, column, undo
        self._place, self._model = column.column, column.column - 1
        self._activities = frozenset(plan.layout.rows)

    def run(self) -> None:
        """Insert it."""
        found = read_block(self._sheet)
        self._insert()
        self._fill(found)
        self._merge(found)
        self._undo.on_paper(self._sheet, self._printed())

    def _insert(self) -> None:
        # Excel's ranges move with their cells: this one tells whether the column is in.
        moving = self._sheet.Range(a1(1, self._place))

        def take_out() -> None:
            if int(moving.Column) > self._place:
                self._column(self._place).Delete()

        self._undo.remember(take_out)
        self._column(self._place).Insert(_TO_RIGHT, _AS_ON_THE_LEFT)
        model = self._column(self._model)
        if not model.Hidden:
            self._column(self._place).ColumnWidth = model.ColumnWidth

    def _column(self, place: int) -> Any:
        letters = column_letters(place)
        return self._sheet.Range(f"{letters}:{letters}").EntireColumn

    # --- cells ------------------------------------------------------------------------------------

    def _fill(self, found: Block) -> None:
        """Give the new column what its neighbour says of the month; figures stay blank."""
        for row, formula in enumerate(self._formulas(len(found.values)), start=1):
            text = found.values[row - 1][self._model - 1]
            if str(formula).startswith("="):
                if row not in self._activities:
                    self._range(row, self._model, row, self._place).FillRight()
            elif isinstance(text, str) and month_number(text) == self._month.model:
                fresh = renamed_month(text, self._month.month)
                self._range(row, self._place, row, self._place).Value2 = [[as_value2(fresh)]]

    def _formulas(self, rows: int) -> Iterable[Any]:
        found = self._range(1, self._model, rows, self._model).Formula
        return (cell for (cell,) in found) if isinstance(found, tuple) else [found]

    def _merge(self, found: Block) -> None:
        """Let headings over several months reach over the new one, and its own be as high."""
        for (top, left), (bottom, right) in found.merged:
            if right + 1 != self._model:
                continue
            if left == right:
                self._range(top + 1, self._place, bottom + 1, self._place).Merge()
            else:
                old = self._range(top + 1, left + 1, bottom + 1, self._model)
                self._widen(old, self._range(top + 1, left + 1, bottom + 1, self._place))

    def _widen(self, old: Any, wide: Any) -> None:
        def narrow() -> None:
            wide.UnMerge()
            old.Merge()

        self._undo.remember(narrow)
        old.UnMerge()
        wide.Merge()

    def _range(self, top: int, left: int, bottom: int, right: int) -> Any:
        return self._sheet.Range(f"{a1(top, left)}:{a1(bottom, right)}")

    # --- what is printed --------------------------------------------------------------------------

    def _printed(self) -> Iterator[tuple[Any, str, str]]:
        """Let an area that is printed as far as the neighbour reach over the new column."""
        page = self._sheet.PageSetup
        area = _PRINTED.fullmatch(str(page.PrintArea or ""))
        if area and area[2] == column_letters(self._model):
            yield page, "PrintArea", f"{area[1]}{column_letters(self._place)}{area[3]}"
