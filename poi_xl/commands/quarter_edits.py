"""What changes in a workbook's cells and columns when another quarter is opened.

Nothing is written here: hosts get the columns to show and hide and the cells to set, whatever
program then carries it out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from poi_xl.commands.dependents import areas_of
from poi_xl.core.period import ROMAN, quarter_period
from poi_xl.core.plan import Plan
from poi_xl.core.problems import Problem, problem
from poi_xl.core.quarters import Closing, months_text, renamed_quarter
from poi_xl.core.text import a1, column_letters, fold, from_a1
from poi_xl.package.cell_contents import NUMBER, TEXT, Cell, Content, number

Contents = Mapping[Cell, Content]
_Columns = Mapping[int, int]

_KINDS: Final = ("planned", "executed")
_TEXT: Final = re.compile(r'("(?:[^"]|"")*")')
_REF: Final = re.compile(
    r"(?<![\w!.'$])(\$?)([A-Z]{1,3})(\$?)([1-9]\d{0,6})(?![\w(!])", re.IGNORECASE
)
# A row that shares its names with others is rated from its own cells.
_OWN_RATING: Final = re.compile(r"\bPOI_CALIFICAR\(", re.IGNORECASE)
_CALL: Final = re.compile(r"\bPOI_[A-Z_]+\(", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class QuarterEdits:
    """The edits that open a quarter.

    Attributes:
        sheet: the plan's sheet.
        old: the quarter that was open.
        new: the one that will be.
        show: columns of that sheet to show, from 1.
        hide: columns to hide.
        cells: its cells to set; formulas without their results.
        problems: why it cannot be done; then nothing else counts.
    """

    sheet: str
    old: int
    new: int
    show: tuple[int, ...] = ()
    hide: tuple[int, ...] = ()
    cells: Mapping[Cell, Content] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def printed(self, text: str) -> str:
        """Return a header or footer of that sheet as it shall read."""
        return renamed_quarter(text, self.old, self.new)


def quarter_edits(
    plan: Plan,
    contents: Contents,
    hidden: Iterable[int],
    kept: Iterable[Closing],
    old: int,
    new: int,
) -> QuarterEdits:
    """Return what opening a quarter changes in the plan's sheet.

    Args:
        plan: the plan, with its layout.
        contents: every cell of its sheet.
        hidden: its hidden columns, from 1.
        kept: the closings stored so far: they say which columns were shown.
        old: the quarter that is open.
        new: the one to open.
    """
    pair = _Pair.of(plan, new)
    problems = [*_missing(plan, new), *([] if pair else [_no_pair(plan, old)])]
    if pair is None or problems:
        return QuarterEdits(plan.layout.sheet, old, new, problems=tuple(problems))
    formulas, problems = pair.formulas(contents)
    cells = {**_texts(plan, contents, pair, old), **formulas}
    columns = plan.layout.columns
    show = [columns["executed", month] for month in _months(new)]
    hide = [
        columns["executed", month]
        for closing in kept
        if closing.quarter >= new
        for month in closing.shown
        if ("executed", month) in columns
    ]
    dark = frozenset(hidden)
    return QuarterEdits(
        plan.layout.sheet,
        old,
        new,
        tuple(column for column in show if column in dark),
        tuple(sorted({*hide} - dark - {*show})) if new < old else (),
        {cell: each for cell, each in cells.items() if contents.get(cell) != each},
        tuple(problems),
    )


def setting_edit(content: Content, old: int, new: int) -> Content | None:
    """Return what the cell of the current quarter shall hold; None when it says nothing itself.

    Args:
        content: what it holds.
        old: the quarter that is open.
        new: the one to open.

    Example:
        >>> setting_edit(number(1.0), 1, 2).value, setting_edit(Content(TEXT, "T1"), 1, 2).value
        ('2', 'T2')
    """
    if content.is_computed or content.kind not in (NUMBER, TEXT):
        return None
    if content.kind == NUMBER:
        return number(float(new))
    text = renamed_quarter(content.value, old, new)
    short = re.fullmatch(r"(\s*[Tt]?)(?:([1-4])|(?:IV|I{1,3}))(\s*)", text, re.IGNORECASE)
    if text == content.value and short:
        text = f"{short[1]}{new if short[2] else ROMAN[new - 1]}{short[3]}"
    return Content(TEXT, text)


def _months(quarter: int) -> range:
    period = quarter_period(quarter)
    return range(period.first, period.last + 1)


def _missing(plan: Plan, quarter: int) -> Iterator[Problem]:
    missing = [m for m in _months(quarter) if ("executed", m) not in plan.layout.columns]
    if missing:
        executed = [p for (kind, _), p in plan.layout.columns.items() if kind == "executed"]
        last = a1(min(plan.layout.rows), max(executed))
        yield problem("POI-E122", plan.layout.sheet, last, months=months_text(missing))


def _no_pair(plan: Plan, quarter: int) -> Problem:
    last = a1(min(plan.layout.rows), max(plan.layout.columns.values()))
    return problem("POI-E123", plan.layout.sheet, last, period=_label(quarter))


def _label(quarter: int) -> str:
    return f"{ROMAN[quarter - 1]} TRIM"


# --- texts ----------------------------------------------------------------------------------------


def _texts(plan: Plan, contents: Contents, pair: "_Pair", old: int) -> dict[Cell, Content]:
    """The titles and headings that name the quarter, those of every printed page included."""
    first = min(plan.layout.rows)
    typed = {c: e for c, e in contents.items() if e.kind == TEXT and not e.is_computed}
    edits: dict[Cell, Content] = {}
    for cell, each in typed.items():
        if cell[0] < first and pair.is_named(cell):
            text = pair.renamed(each.value, old)
            if text != each.value:
                edits[cell] = Content(TEXT, text)
    renamed = {fold(contents[cell].value) for cell in edits}
    activities = frozenset(plan.layout.rows)
    for cell, each in typed.items():
        if cell[0] > first and cell[0] not in activities and fold(each.value) in renamed:
            # Spelled as it is there: a page's title may have another ordinal sign.
            edits[cell] = Content(TEXT, pair.renamed(each.value, old))
    return edits


# --- the pair of columns --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Pair:
    """The two columns of the quarter, on their way from one quarter to another.

    Attributes:
        plan: the plan.
        old: the quarter that they are of; the new one where each quarter has its own pair.
        new: the quarter that they shall be of.
        several: whether there are more pairs.
    """

    plan: Plan
    old: int
    new: int
    several: bool

    @staticmethod
    def of(plan: Plan, new: int) -> "_Pair | None":
        """Return the pair of a plan; None when it has no such columns."""
        there = [q for q in range(1, 5) if all((f"quarter_{k}", q) in plan.layout.columns
                                               for k in _KINDS)]  # fmt: skip
        if new in there:
            return _Pair(plan, new, new, len(there) > 1)
        if len(there) == 1:
            return _Pair(plan, there[0], new, several=False)
        return None

    def is_named(self, cell: Cell) -> bool:
        """Whether a heading or title is of the whole sheet, or of this pair alone."""
        columns = self.plan.layout.columns
        return not self.several or cell[1] < min(
            columns["planned", month] for month in range(1, 13)
        )

    def renamed(self, text: str, current: int) -> str:
        """Return a title or heading of the open quarter, or of the pair's, for the new one."""
        found = renamed_quarter(text, current, self.new)
        return renamed_quarter(text, self.old, self.new) if found == text else found

    def _place(self, kind: str) -> int:
        return self.plan.layout.columns[f"quarter_{kind}", self.old]

    def _moves(self, kind: str) -> dict[int, int]:
        """The column of each month of the old quarter, and the one that takes its place."""
        columns = self.plan.layout.columns
        both = zip(_months(self.old), _months(self.new), strict=True)
        return {columns[kind, a]: columns[kind, b] for a, b in both if (kind, a) in columns}

    def formulas(self, contents: Contents) -> tuple[dict[Cell, Content], list[Problem]]:
        """Return the formulas of the pair and beside it, and those that cannot be moved."""
        if self.old == self.new:
            return {}, []
        edits: dict[Cell, Content] = {}
        problems: list[Problem] = []
        for kind in _KINDS:
            wrong: list[Cell] = []
            for cell, content in self._cells(contents, kind):
                text = self._moved(cell, content, kind)
                if text is None:
                    wrong.append(cell)
                else:
                    edits[cell] = Content(formula=text)
            problems += self._problem(kind, wrong)
        return {**edits, **dict(self._ratings(contents))}, problems

    def _cells(self, contents: Contents, kind: str) -> Iterator[tuple[Cell, Content]]:
        """The cells of one column that must hold a formula, and all others that do."""
        place = self._place(kind)
        rows = {row for row, column in contents if column == place and contents[row, place].formula}
        stated = self.plan.stated.totals.get((f"quarter_{kind}", self.old))
        needed = {*self.plan.layout.rows, *([stated[0]] if stated else [])}
        for row in sorted(rows | needed):
            yield (row, place), contents.get((row, place), Content())

    def _moved(self, cell: Cell, content: Content, kind: str) -> str | None:
        """Return a formula over the new months; None when it is not one that can be moved."""
        if not content.formula or content.array:
            return None
        moves, own = self._moves(kind), {self._place(each) for each in _KINDS}
        seen = set(_cells_of(content.formula))
        columns = {column for _, column in seen}
        if not columns & moves.keys():
            is_total = cell[0] not in self.plan.layout.rows and columns <= own
            return content.formula if is_total or _CALL.search(content.formula) else None
        wanted = {(row, moves[column]) for row, column in seen if column in moves}
        text = _with_columns(content.formula, moves)
        whole = columns == moves.keys() and set(_cells_of(text)) == wanted
        return text if whole else None

    def _problem(self, kind: str, wrong: Sequence[Cell]) -> Iterator[Problem]:
        if wrong:
            row, column = wrong[0]
            first, *_, last = sorted(self._moves(kind))
            example = f"SUM({a1(row, first)}:{a1(row, last)})"
            yield problem(
                "POI-E124", self.plan.layout.sheet, a1(row, column), period=_label(self.old),
                column=column_letters(column), count=len(wrong), example=example,
            )  # fmt: skip

    def _ratings(self, contents: Contents) -> Iterator[tuple[Cell, Content]]:
        """The formulas of SEMÁFORO that look at the months of their own row."""
        moves, last = self._moves("executed"), max(self._place(kind) for kind in _KINDS)
        for (row, column), content in contents.items():
            if column > last and not content.array and _OWN_RATING.search(content.formula):
                text = _with_columns(content.formula, moves)
                if text != content.formula:
                    yield (row, column), Content(formula=text)


def _cells_of(formula: str) -> Iterator[Cell]:
    for top, left, bottom, right in areas_of(formula):
        yield from ((r, c) for r in range(top, bottom + 1) for c in range(left, right + 1))


def _with_columns(formula: str, moves: _Columns) -> str:
    """Return a formula that looks at other columns of its own sheet.

    Example:
        >>> _with_columns('SUM($R6:T6)&"R6"', {18: 21, 20: 23})
        'SUM($U6:W6)&"R6"'
    """

    def moved(match: re.Match[str]) -> str:
        column = from_a1(f"{match[2]}1")[1]
        letters = column_letters(moves[column]) if column in moves else match[2]
        return f"{match[1]}{letters}{match[3]}{match[4]}"

    pieces = _TEXT.split(formula)
    return "".join(p if p.startswith('"') else _REF.sub(moved, p) for p in pieces)
