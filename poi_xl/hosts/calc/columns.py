"""Inserting the columns of executed months into the plan's sheet, as the user would by hand.

LibreOffice moves formulas, names, charts and rules along, and gives a new column the formats of its
neighbour. Left to do are its width, headings and sums, and whatever ends just at that neighbour.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from com.sun.star.table import CellRangeAddress

from poi_xl.commands.month_columns import MonthColumn
from poi_xl.core.period import month_number
from poi_xl.core.plan import Plan
from poi_xl.core.quarters import renamed_month
from poi_xl.hosts.calc.document import read_sheet
from poi_xl.hosts.calc.undoing import OneStep

_TEXT, _FORMULA = "TEXT", "FORMULA"  # com.sun.star.table.CellContentType
_RANGES: Final = "com.sun.star.sheet.SheetCellRanges"
Span = tuple[int, int, int, int]  # first row and column, last row and column, from 0


def insert_months(document: Any, plan: Plan, columns: Sequence[MonthColumn], title: str) -> None:
    """Insert columns in one step that can be undone.

    Args:
        document: the document.
        plan: its plan, before they are in.
        columns: the columns.
        title: what the step is called.
    """
    with OneStep(document, title):
        for each in columns:
            _Insertion(document, plan, each).run()


class _Insertion:
    """One column on its way into the plan's sheet."""

    def __init__(self, document: Any, plan: Plan, column: MonthColumn) -> None:
        self._document, self._month = document, column
        self._sheet = document.Sheets.getByName(plan.layout.sheet)
        self._place, self._model = column.column - 1, column.column - 2
        self._activities = {row - 1 for row in plan.layout.rows}

    def run(self) -> None:
        """Insert it."""
        found = read_sheet(self._sheet)
        merged = [(*first, *last) for first, last in found.merged]
        rules = [(rule, spans) for rule, spans in self._rules() if any(map(self._ends, spans))]
        areas = self._sheet.getPrintAreas()
        columns = self._sheet.Columns
        columns.insertByIndex(self._place, 1)
        columns.getByIndex(self._place).Width = columns.getByIndex(self._model).Width
        for row in range(len(found.rows)):
            self._fill(row)
        self._merge(merged)
        for rule, spans in rules:
            rule.Range = self._ranges(map(self._wider, spans))
        self._print(areas)

    # --- cells ------------------------------------------------------------------------------------

    def _fill(self, row: int) -> None:
        """Give a row of the new column what its neighbour says of the month; figures stay blank."""
        model = self._sheet.getCellByPosition(self._model, row)
        cell = self._sheet.getCellByPosition(self._place, row)
        kind = model.Type.value
        if kind == _FORMULA and row not in self._activities:
            cell.setTokens(model.getTokens())
        elif kind == _TEXT and month_number(model.String) == self._month.model:
            cell.String = renamed_month(model.String, self._month.month)

    def _merge(self, spans: Iterable[Span]) -> None:
        """Let headings over several months reach over the new one, and its own be as high."""
        for top, left, bottom, right in spans:
            if right == self._model > left:
                self._range((top, left, bottom, right)).merge(False)
                self._range((top, left, bottom, self._place)).merge(True)
            elif right == self._model:
                self._range((top, self._place, bottom, self._place)).merge(True)

    # --- what ends at the neighbour ---------------------------------------------------------------

    def _rules(self) -> Iterator[tuple[Any, list[Span]]]:
        """The conditional formats of the sheet and where they hold."""
        for rule in self._sheet.ConditionalFormats.ConditionalFormats:
            yield rule, [_span(each) for each in rule.Range.RangeAddresses]

    def _print(self, areas: Sequence[Any]) -> None:
        """Let an area that is printed as far as the neighbour reach over the new column."""
        if any(area.EndColumn == self._model for area in areas):
            spans = [self._wider(_span(area)) for area in areas]
            self._sheet.setPrintAreas(tuple(map(self._address, spans)))

    def _ends(self, span: Span) -> bool:
        return span[3] == self._model

    def _wider(self, span: Span) -> Span:
        """Where something stands after the insertion, the new column taken in."""
        top, left, bottom, right = span
        return top, left + (left > self._model), bottom, right + (right >= self._model)

    # --- ranges -----------------------------------------------------------------------------------

    def _range(self, span: Span) -> Any:
        top, left, bottom, right = span
        return self._sheet.getCellRangeByPosition(left, top, right, bottom)

    def _ranges(self, spans: Iterable[Span]) -> Any:
        ranges = self._document.createInstance(_RANGES)
        ranges.addRangeAddresses(tuple(map(self._address, spans)), False)
        return ranges

    def _address(self, span: Span) -> CellRangeAddress:
        top, left, bottom, right = span
        return CellRangeAddress(self._sheet.RangeAddress.Sheet, left, top, right, bottom)


def _span(area: Any) -> Span:
    return area.StartRow, area.StartColumn, area.EndRow, area.EndColumn
