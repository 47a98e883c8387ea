"""What a plan's native formulas are made of: its ranges, and selections of its rows and months."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Protocol

from poi_xl.core.accumulation import Accumulation
from poi_xl.core.period import Period
from poi_xl.core.text import column_letters
from poi_xl.functions import Context, Kind
from poi_xl.native.calls import quoted
from poi_xl.native.folding import Replacement

_COLUMN: Final = {
    Kind.ORGAN: "organ",
    Kind.ACTIVITY: "activity",
    Kind.BUDGET_ACTIVITY: "budget_activity",
}
UNIT: Final = "measure_unit"


@dataclass(frozen=True, slots=True)
class Span:
    """Months whose columns stand side by side in the plan's sheet.

    Attributes:
        first: first month.
        last: last month.
        column: sheet column of the first month, from 1.
    """

    first: int
    last: int
    column: int

    def within(self, period: Period) -> "Span | None":
        """Return the months of it that are in a period."""
        first, last = max(self.first, period.first), min(self.last, period.last)
        if first > last:
            return None
        return Span(first, last, self.column + first - self.first)


@dataclass(frozen=True, slots=True)
class CellPeriod:
    """A period that a cell says: references or expressions of its first and last month."""

    first: str
    last: str


Months = Period | CellPeriod


class Terms:
    """One plan's ranges and selections.

    Attributes:
        context: the plan under its settings.
        plan: the plan.
        known: how names are folded.
    """

    def __init__(
        self, context: Context, known: tuple[Replacement, ...], *, follows: bool = False
    ) -> None:
        """Take a plan.

        Args:
            context: the plan under its settings.
            known: how names are folded.
            follows: whether formulas follow when columns are put in between months; else they
                become errors, as the keys of new rows and columns exist nowhere.
        """
        self.context, self.plan, self.known = context, context.known_plan, known
        self._follows = follows

    @cached_property
    def in_soles(self) -> "Terms | None":
        """The same for the plan's money; None where it has none."""
        money = self.context.in_soles
        return None if money is None else Terms(money, self.known, follows=self._follows)

    @cached_property
    def rows(self) -> tuple[int, int]:
        """First and last sheet row of the plan's activities."""
        return min(self.plan.layout.rows), max(self.plan.layout.rows)

    @property
    def is_whole(self) -> bool:
        """Whether the plan's rows follow each other without others in between."""
        first, last = self.rows
        return len(self.plan) == last - first + 1

    def area(self, first: int, last: int, row: int | None = None) -> str:
        """Return the reference of some columns, over all of the plan's rows or in one."""
        top, bottom = self.rows if row is None else (row, row)
        start = f"${column_letters(first)}${top}"
        end = f"${column_letters(last)}${bottom}"
        sheet = quoted(self.plan.layout.sheet)
        return f"{sheet}!{start}" if start == end else f"{sheet}!{start}:{end}"

    def spans(self, kind: str) -> tuple[Span, ...]:
        """Return the months that the sheet has columns for, in runs side by side."""
        columns = self.plan.layout.columns
        spans: list[Span] = []
        for month in range(1, 13):
            column = columns.get((kind, month))
            if column is None:
                continue
            last = spans[-1] if spans else None
            follows = last and last.last == month - 1 and column == last.column + month - last.first
            if last and follows:
                spans[-1] = Span(last.first, month, last.column)
            else:
                spans.append(Span(month, month, column))
        return tuple(spans)

    def in_months(self, kind: str, months: Months) -> tuple[tuple[Span, str], ...]:
        """Return the runs of columns that a period needs, each with the condition on its months.

        The condition is empty where the whole run belongs to the period.
        """
        spans = self.spans(kind)
        if isinstance(months, Period):
            return tuple((part, "") for span in spans if (part := span.within(months)))
        return tuple((span, self._condition(span, months)) for span in spans)

    def _condition(self, span: Span, months: CellPeriod) -> str:
        numbers = self.numbers(span)
        return f"({numbers}>={months.first})*({numbers}<={months.last})"

    def ones(self, span: Span) -> str:
        """Return ones that spread a mask of rows over all columns of a run."""
        if span.first == span.last:
            return "1"
        if self._follows:
            # How programs spell array constants depends on the computer; this is the same in all.
            return f"(COLUMN({self.columns_of(span)})>0)"
        return f"{{{','.join('1' * (span.last - span.first + 1))}}}"

    def columns_of(self, span: Span, row: int | None = None) -> str:
        """Return the reference of a run of months."""
        return self.area(span.column, span.column + span.last - span.first, row)

    def numbers(self, span: Span) -> str:
        """Return the numbers of a run's months, side by side as its columns."""
        return f"{{{','.join(map(str, range(span.first, span.last + 1)))}}}"

    def mode(self, row: int) -> Accumulation:
        """Return how the months of the activity in a sheet row accumulate."""
        return self._modes.get(row, Accumulation.SUM)

    @cached_property
    def _modes(self) -> dict[int, Accumulation]:
        return dict(zip(self.plan.layout.rows, self.plan.accumulation, strict=False))

    @property
    def target(self) -> int | None:
        """Sheet column of META."""
        return self.plan.layout.columns.get(("target", 0))


# --- selections -----------------------------------------------------------------------------------


class Selection(Protocol):
    """Some of the plan's activities, as a formula sees them."""

    @property
    def single(self) -> bool | str:
        """Whether it is one activity; a condition where only the cells know."""

    def total(self, span: Span, condition: str) -> str:
        """Return the formula of a sum over a run of months."""

    def reported(self, span: Span, condition: str) -> str:
        """Return the formula of how many cells of a run hold a number."""

    def target(self) -> str:
        """Return the formula of the sum of META."""

    def count(self) -> str:
        """Return the formula of how many activities there are."""


@dataclass(frozen=True, slots=True)
class Masked:
    """The rows for which a condition holds.

    Attributes:
        terms: the plan.
        mask: an array of numbers over its rows; empty for all of them.
        single: whether it is one activity.
    """

    terms: Terms
    mask: str
    single: bool | str = False

    def total(self, span: Span, condition: str) -> str:
        """Return the formula of a sum over a run of months."""
        cells = self.terms.columns_of(span)
        if not self.mask and not condition:
            return f"SUM({cells})"
        return f"SUMPRODUCT({self._over(span, condition)},{cells})"

    def reported(self, span: Span, condition: str) -> str:
        """Return the formula of how many cells of a run hold a number."""
        cells = self.terms.columns_of(span)
        if not self.mask and not condition:
            return f"COUNT({cells})"
        return f"SUMPRODUCT({self._over(span, condition)}*{_numbers(cells)})"

    def target(self) -> str:
        """Return the formula of the sum of META."""
        column = self.terms.target
        if column is None:
            return "0"
        return self.total(Span(1, 1, column), "")

    def count(self) -> str:
        """Return the formula of how many activities there are."""
        if not self.mask:
            return str(len(self.terms.plan))
        return f"SUMPRODUCT({self.mask}*1)"

    def sum_of(self, column: str) -> str:
        """Return the formula of the sum of a column with a number for each activity."""
        return f"SUMPRODUCT({self.mask}*1,{column})" if self.mask else f"SUM({column})"

    def mean(self, ratios: str) -> str:
        """Return the formula of the mean of a column of ratios, blank where there is none."""
        return f"{self.sum_of(ratios)}/{self.rated(ratios)}"

    def rated(self, ratios: str) -> str:
        """Return the formula of how many activities have a ratio."""
        if not self.mask:
            return f"COUNT({ratios})"
        return f'SUMPRODUCT({self.mask}*({ratios}<>""))'

    def _over(self, span: Span, condition: str) -> str:
        over = condition or self.terms.ones(span)
        return f"{self.mask}*{over}" if self.mask else over


@dataclass(frozen=True, slots=True)
class Row:
    """One activity, by its own row."""

    terms: Terms
    row: int
    single: bool | str = True

    def total(self, span: Span, condition: str) -> str:
        """Return the formula of a sum over a run of months."""
        cells = self.terms.columns_of(span, self.row)
        return f"SUMPRODUCT({condition},{cells})" if condition else f"SUM({cells})"

    def reported(self, span: Span, condition: str) -> str:
        """Return the formula of how many cells of a run hold a number."""
        cells = self.terms.columns_of(span, self.row)
        return f"SUMPRODUCT({condition}*{_numbers(cells)})" if condition else f"COUNT({cells})"

    def last_month(self, span: Span, condition: str) -> str:
        """Return the formula of the last month of a run that holds a number; 0 without any."""
        months = f"{_numbers(self.terms.columns_of(span, self.row))}*{self.terms.numbers(span)}"
        return f"SUMPRODUCT(MAX({f'{condition}*{months}' if condition else months}))"

    @property
    def mode(self) -> Accumulation:
        """How its months accumulate."""
        return self.terms.mode(self.row)

    def target(self) -> str:
        """Return the formula of the sum of META."""
        column = self.terms.target
        return "0" if column is None else f"SUM({self.terms.area(column, column, self.row)})"

    def count(self) -> str:
        """Return the formula of how many activities there are."""
        return "1"


def _numbers(cells: str) -> str:
    """The condition that cells hold numbers: every text is greater than every number."""
    return f'({cells}<>"")*({cells}<9E+307)'


def column_of(kind: Kind) -> str:
    """Return the plan's column that an argument's names are of."""
    return _COLUMN[kind]
