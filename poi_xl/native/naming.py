"""How native formulas name what they use: by cells of a hidden sheet, or all in one formula.

Two ways serve one generator of formulas. On a hidden sheet, keys and arguments have cells of their
own; inline, all stands in the one formula. What the second cannot say without growing out of bounds
it refuses (`NeedsKeys`), and the first is taken.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Protocol

from poi_xl.core.period import Period, quarter_period, spellings
from poi_xl.core.plan import MONTHLY
from poi_xl.core.text import fold
from poi_xl.native.folding import folded as _folded
from poi_xl.native.folding import literal, native_fold
from poi_xl.native.keysheet import Content, KeySheet, as_text, in_row
from poi_xl.native.terms import Terms

# A formula's way to say #VALUE! that every program takes.
NO_VALUE: Final = 'VALUE("?")'
_ORGAN: Final = "organ"
# Longer texts cannot stand in a formula.
_LITERAL: Final = 255


class NeedsKeys(Exception):  # noqa: N818 - no fault, but the end of what one formula can say
    """Inline cannot say it; the hidden sheet can."""


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

    def belongs(self, key: str) -> str:
        """Return the condition that an organ is a known one or depends on it."""

    def fits(self, column: str, folded: str, raw: str) -> tuple[str, str]:
        """Return the same for a name that a cell gives, and a test that it names nothing."""

    def is_activity(self) -> str:
        """Return the condition that a row is an activity at all; empty when all are."""

    def per_row(self, formula: Callable[[int], str]) -> str:
        """Return a column with a formula for each activity's row."""


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
        return literal(text) if len(text) <= _LITERAL else self._sheet.cell(as_text(text))

    def has_name(self, column: str, key: str) -> str:
        """Return the condition that a name is a known one."""
        condition = f"({self._keys(column)}={self.constant(key)})"
        # Rows between activities have no name either.
        return f"{condition}*{self._guard}" if key else f"{self.is_activity()}*{condition}"

    def fits(self, column: str, folded: str, raw: str) -> tuple[str, str]:
        """Return the condition that a name is what a cell gives, and a test that it is none."""
        del raw
        levels = [self._keys(column), *(self._above if column == _ORGAN else [])]
        every = f'OR({folded}="",{folded}="*")'
        known = "+".join(f"SUMPRODUCT(--({keys}={folded}))" for keys in levels)
        name = self.share(f'IF({every},"",IF({known}>0,{folded},{NO_VALUE}))')
        either = "+".join(f"({keys}={name})" for keys in levels)
        return f'{self.is_activity()}*({either}+({name}="")>0)', ""

    def belongs(self, key: str) -> str:
        """Return the condition that an organ is a known one or depends on it."""
        levels = self._keys(_ORGAN), *self._above
        either = "+".join(f"({keys}={self.constant(key)})" for keys in levels)
        return f"({either}>0)*{self._guard}"

    @cached_property
    def _above(self) -> list[str]:
        """Columns of what each row's organ depends on, what that depends on, and so forth.

        They are looked up from the organ's own key, so that a name written anew in a copy's plan is
        followed; the map itself is the one of the day.
        """
        hierarchy = self._terms.context.settings.hierarchy
        if not hierarchy:
            return []
        organs, above = map(self._listed, (hierarchy.parents, hierarchy.parents.values()))
        numbers = self._listed([float(n) for n in range(1, len(hierarchy.parents) + 1)])

        def parent(key: str) -> str:
            place = f"SUMPRODUCT(({organs}={key})*{numbers})"
            return f'=IF({place}=0,"",INDEX({above},{place}))'

        levels = [self._keys(_ORGAN)]
        for _ in range(max(len(hierarchy.above(organ)) for organ in hierarchy.parents)):
            cells = {row: in_row(levels[-1], row) for row in self._terms.plan.layout.rows}
            rows: dict[int, Content] = {row: parent(cell) for row, cell in cells.items()}
            levels.append(self._sheet.column(rows, *self._terms.rows))
        return levels[1:]

    def _listed(self, contents: Iterable[Content]) -> str:
        """A column from the first row on."""
        cells = [as_text(each) if isinstance(each, str) else each for each in contents]
        return self._sheet.column(dict(enumerate(cells, start=1)), 1, len(cells))

    def is_activity(self) -> str:
        """Return the condition that a row is an activity; empty when all are."""
        first, last = self._terms.rows
        ones: dict[int, Content] = dict.fromkeys(self._terms.plan.layout.rows, f"={self._guard}")
        return f"({self._sheet.column(ones, first, last)}=1)"

    @cached_property
    def _guard(self) -> str:
        """A cell that is 1 while the plan stands as it stood, and an error from then on.

        Without it a row put in just before the total would be left out of all sums in silence.
        """
        terms = self._terms
        first, last = terms.rows
        place = terms.plan.layout.columns["activity", 0]
        below = terms.area(place, place, last + 1)
        whole = f"{terms.area(place, place, first)}:{below.rpartition('!')[2]}"
        tests = [f"ROWS({whole})={last - first + 2}"]
        if self._cell_text(last + 1, place) in (None, ""):
            tests.append(f'{below}=""')
        spans = [span for kind in MONTHLY for span in terms.spans(kind)]
        tests += [
            f"COLUMNS({terms.columns_of(span, first)})={span.last - span.first + 1}"
            for span in spans
            if span.first < span.last
        ]
        return self.share(f"IF(AND({','.join(tests)}),1,{NO_VALUE})")

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
            rows[row] = as_text(fold(name))
            text = self._cell_text(row, place) if place else None
            if (
                place
                and isinstance(text, str)
                and native_fold(text, self._terms.known) == fold(name)
            ):
                cell = self._terms.area(place, place, row)
                rows[row] = f"={_folded(cell, self._terms.known)}"
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
        return self._is_any(column, {key})

    def belongs(self, key: str) -> str:
        """Return the condition that an organ is a known one or depends on it."""
        hierarchy = self._terms.context.settings.hierarchy
        organs = {fold(organ) for organ in self._terms.plan.organ}
        return self._is_any(_ORGAN, {o for o in organs if o == key or key in hierarchy.above(o)})

    def _is_any(self, column: str, keys: Collection[str]) -> str:
        # As written, case included: LibreOffice can be told that it counts. Where it does not, one
        # cell is equal to several of them.
        written = {text: literal(text) for text in self._texts(column) if fold(text) in keys}
        if (
            "" in keys
            or any(len(text) > _LITERAL for text in written)
            or self._is_between(column, keys)
        ):
            raise NeedsKeys
        cells = self._cells(column)
        either = "+".join(f"({cells}={text})" for text in written.values())
        return f"({either}>0)" if len(written) > 1 else either

    def fits(self, column: str, folded: str, raw: str) -> tuple[str, str]:
        """Return the condition that a name is what a cell gives, and a test that it is none."""
        if not self._terms.is_whole or (
            column == _ORGAN and self._terms.context.settings.hierarchy
        ):
            raise NeedsKeys
        self._texts(column)
        keys = f"({_folded(self._cells(column), self._terms.known)}={folded})"
        mask = f'({keys}+(TRIM({raw})="")+(TRIM({raw})="*")>0)'
        return mask, f"SUMPRODUCT({mask}*1)=0"

    def is_activity(self) -> str:
        """Return the condition that a row is an activity; empty when all are."""
        if not self._terms.is_whole:
            raise NeedsKeys
        return ""

    def per_row(self, formula: Callable[[int], str]) -> str:
        """Return a column with a formula for each row, which one formula cannot hold."""
        del formula
        raise NeedsKeys

    def _is_between(self, column: str, keys: Collection[str]) -> bool:
        """Whether a row that is no activity, a subtotal say, bears one of the names too."""
        first, last = self._terms.rows
        place = self._terms.plan.layout.columns[column, 0]
        others = {*range(first, last)} - {*self._terms.plan.layout.rows}
        texts = (self._cell_text(row, place) for row in others)
        return any(isinstance(text, str) and fold(text) in keys for text in texts)

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
