"""What a plan's native formulas are made of: its ranges, its keys, and selections of its rows.

Two ways of naming things serve one generator of formulas. On a hidden sheet, keys and arguments
have cells of their own; inline, all stands in the one formula. What the second cannot say without
growing out of bounds it refuses (`NeedsKeys`), and the first is taken.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Protocol

from poi_xl.core.period import Period, quarter_period, spellings
from poi_xl.core.plan import Column, Plan
from poi_xl.core.text import column_letters, fold
from poi_xl.functions import Context, Kind
from poi_xl.native.calls import quoted
from poi_xl.native.folding import Replacement, folded, literal, native_fold, replacements
from poi_xl.native.keysheet import Content, KeySheet

# A formula's way to say #VALUE! that every program takes.
NO_VALUE: Final = 'VALUE("?")'
# Longer texts cannot stand in a formula.
_LITERAL: Final = 255
_COLUMN: Final = {
    Kind.ORGAN: "organ",
    Kind.ACTIVITY: "activity",
    Kind.BUDGET_ACTIVITY: "budget_activity",
}
UNIT: Final = "measure_unit"


class NeedsKeys(Exception):  # noqa: N818 - no fault, but the end of what one formula can say
    """Inline cannot say it; the hidden sheet can."""


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


@dataclass(frozen=True, slots=True)
class PeriodTable:
    """Columns with all spellings of periods and what each means; they are of one height."""

    spelling: str
    first: str
    last: str
    label: str


class Naming(Protocol):
    """How a formula names what it uses.

    Attributes:
        is_elsewhere: whether parts of a formula stand on another sheet than itself.
    """

    is_elsewhere: bool

    @property
    def periods(self) -> PeriodTable:
        """The table of all spellings of periods."""

    def share(self, expression: str) -> str:
        """Return what stands for an expression that is used more than once."""

    def has_name(self, column: str, key: str) -> str:
        """Return the condition, an array over the plan's rows, that a name is a known one."""

    def fits(self, column: str, folded: str, raw: str) -> tuple[str, str]:
        """Return the same for a name that a cell gives, and a test that it names nothing."""

    def is_activity(self) -> str:
        """Return the condition that a row is an activity at all; empty when all are."""


class Terms:
    """One plan's ranges and selections.

    Attributes:
        context: the plan under its settings.
        plan: the plan.
        known: how names are folded.
    """

    def __init__(self, context: Context, known: tuple[Replacement, ...]) -> None:
        self.context, self.plan, self.known = context, context.known_plan, known

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
        numbers = f"{{{','.join(map(str, range(span.first, span.last + 1)))}}}"
        return f"({numbers}>={months.first})*({numbers}<={months.last})"

    def columns_of(self, span: Span, row: int | None = None) -> str:
        """Return the reference of a run of months."""
        return self.area(span.column, span.column + span.last - span.first, row)

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

    def mean(self, ratios: str) -> str:
        """Return the formula of the mean of a column of ratios, blank where there is none."""
        total = f"SUMPRODUCT({self.mask}*1,{ratios})" if self.mask else f"SUM({ratios})"
        return f"{total}/{self.rated(ratios)}"

    def rated(self, ratios: str) -> str:
        """Return the formula of how many activities have a ratio."""
        if not self.mask:
            return f"COUNT({ratios})"
        return f'SUMPRODUCT({self.mask}*({ratios}<>""))'

    def _over(self, span: Span, condition: str) -> str:
        # Ones spread the rows' mask over all columns of the run.
        over = condition or f"{{{','.join('1' * (span.last - span.first + 1))}}}"
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

    def target(self) -> str:
        """Return the formula of the sum of META."""
        column = self.terms.target
        return "0" if column is None else f"SUM({self.terms.area(column, column, self.row)})"

    def count(self) -> str:
        """Return the formula of how many activities there are."""
        return "1"


# --- the two ways of naming -----------------------------------------------------------------------


class OnSheet:
    """Naming by cells of the hidden sheet."""

    is_elsewhere = True

    def __init__(
        self, terms: Terms, sheet: KeySheet, cell_text: Callable[[int, int], object]
    ) -> None:
        self._terms, self._sheet, self._cell_text = terms, sheet, cell_text
        self._key_columns: dict[str, str] = {}

    @cached_property
    def periods(self) -> PeriodTable:
        """The table of all spellings of periods."""
        now = quarter_period(self._terms.context.quarter)
        meanings = {
            text: found if isinstance(found, Period) else now.to_date
            for text, found in spellings().items()
        }
        columns: tuple[list[Content], ...] = (
            list(meanings),
            [float(each.first) for each in meanings.values()],
            [float(each.last) for each in meanings.values()],
            [each.label for each in meanings.values()],
        )
        return PeriodTable(
            *(
                self._sheet.column(dict(enumerate(column, start=1)), 1, len(meanings))
                for column in columns
            )
        )

    def share(self, expression: str) -> str:
        """Return a cell for an expression that is used more than once."""
        return self._sheet.cell(f"={expression}")

    def constant(self, text: str) -> str:
        """Return what stands for a text, which may be too long for a formula."""
        return literal(text) if len(text) <= _LITERAL else self._sheet.cell(text)

    def has_name(self, column: str, key: str) -> str:
        """Return the condition that a name is a known one."""
        condition = f"({self._keys(column)}={self.constant(key)})"
        return condition if key else f"{self.is_activity()}*{condition}"

    def fits(self, column: str, folded: str, raw: str) -> tuple[str, str]:
        """Return the condition that a name is what a cell gives, and a test that it is none."""
        del raw
        keys = self._keys(column)
        every = f'OR({folded}="",{folded}="*")'
        known = f"SUMPRODUCT(--({keys}={folded}))>0"
        name = self.share(f'IF({every},"",IF({known},{folded},{NO_VALUE}))')
        return f'{self.is_activity()}*(({keys}={name})+({name}="")>0)', ""

    def is_activity(self) -> str:
        """Return the condition that a row is an activity; empty when all are."""
        first, last = self._terms.rows
        rows = dict.fromkeys(self._terms.plan.layout.rows, 1.0)
        return f"({self._sheet.column(dict(rows), first, last)}=1)"

    def per_row(self, formula: Callable[[int], str]) -> str:
        """Return a column of the sheet with a formula for each activity's row."""
        first, last = self._terms.rows
        rows: dict[int, Content] = {row: f"={formula(row)}" for row in self._terms.plan.layout.rows}
        return self._sheet.column(rows, first, last)

    def _keys(self, column: str) -> str:
        """The folded names of a column: alive where they stand in the cell of their own row."""
        if column not in self._key_columns:
            self._key_columns[column] = self._new_keys(column)
        return self._key_columns[column]

    def _new_keys(self, column: str) -> str:
        names: Sequence[str] = getattr(self._terms.plan, column)
        place = self._terms.plan.layout.columns.get((column, 0))
        rows: dict[int, Content] = {}
        for row, name in zip(self._terms.plan.layout.rows, names, strict=True):
            rows[row] = fold(name)
            text = self._cell_text(row, place) if place else None
            if (
                place
                and isinstance(text, str)
                and native_fold(text, self._terms.known) == fold(name)
            ):
                cell = self._terms.area(place, place, row)
                rows[row] = f"={folded(cell, self._terms.known)}"
        return self._sheet.column(rows, *self._terms.rows)


class Inline:
    """Naming in place: everything stands in one formula."""

    is_elsewhere = False

    def __init__(self, terms: Terms, cell_text: Callable[[int, int], object]) -> None:
        self._terms, self._cell_text = terms, cell_text

    @property
    def periods(self) -> PeriodTable:
        """The table of all spellings of periods, for which one formula has no room."""
        raise NeedsKeys

    def share(self, expression: str) -> str:
        """Return itself for an expression that is used more than once."""
        return expression

    def has_name(self, column: str, key: str) -> str:
        """Return the condition that a name is a known one."""
        spellings = {text.lower(): text for text in self._texts(column) if fold(text) == key}
        if not key or any(len(text) > _LITERAL for text in spellings):
            raise NeedsKeys
        cells = self._cells(column)
        either = "+".join(f"({cells}={literal(text)})" for text in spellings.values())
        return f"({either})" if len(spellings) > 1 else either

    def fits(self, column: str, folded: str, raw: str) -> tuple[str, str]:
        """Return the condition that a name is what a cell gives, and a test that it is none."""
        if not self._terms.is_whole:
            raise NeedsKeys
        self._texts(column)
        keys = f"({self._folded_cells(column)}={folded})"
        mask = f'({keys}+(TRIM({raw})="")+(TRIM({raw})="*")>0)'
        return mask, f"SUMPRODUCT({mask}*1)=0"

    def is_activity(self) -> str:
        """Return the condition that a row is an activity; empty when all are."""
        if not self._terms.is_whole:
            raise NeedsKeys
        return ""

    def _folded_cells(self, column: str) -> str:
        # Only what occurs in the column: it is folded anew in every formula.
        letters = {letter for text in self._texts(column) for letter in text.lower()}
        return folded(self._cells(column), [r for r in self._terms.known if r[0] in letters])

    def _cells(self, column: str) -> str:
        place = self._terms.plan.layout.columns[column, 0]
        return self._terms.area(place, place)

    def _texts(self, column: str) -> list[str]:
        """The column's cells, which must say the plan's own names."""
        place = self._terms.plan.layout.columns.get((column, 0))
        names: Sequence[str] = getattr(self._terms.plan, column)
        if place is None:
            raise NeedsKeys
        rows = self._terms.plan.layout.rows
        texts = [self._cell_text(row, place) for row in rows]
        for text, name in zip(texts, names, strict=True):
            if not isinstance(text, str) or fold(text) != fold(name):
                raise NeedsKeys
        return [text for text in texts if isinstance(text, str)]


def _numbers(cells: str) -> str:
    """The condition that cells hold numbers: every text is greater than every number."""
    return f'({cells}<>"")*({cells}<9E+307)'


def column_of(kind: Kind) -> str:
    """Return the plan's column that an argument's names are of."""
    return _COLUMN[kind]


def foldings(plan: Plan) -> tuple[Replacement, ...] | None:
    """Return how a plan's names are folded natively; None when they have too many odd letters."""
    columns = (plan.organ, plan.activity, plan.budget_activity, plan.measure_unit)
    return replacements(name for names in columns for name in names)


def figure_columns(plan: Plan) -> Iterable[Column]:
    """Return the plan's columns that hold figures which formulas use."""
    kinds = ("target", "planned", "executed")
    return (column for column in plan.layout.columns if column[0] in kinds)
