"""What formulas with calls of ours answer, as far as they are of the kinds that we write ourselves.

A stored result must be right for whoever reads the file without computing it. So a formula that is
known here to the last sign is answered, and any other is left to the program that opens the file.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import copysign, floor, isfinite
from typing import Final

import numpy as np

from poi_xl.commands.dependents import resting_on
from poi_xl.core.indicators import decimal
from poi_xl.core.text import from_a1
from poi_xl.functions import BY_NAME, CellError, Context, Failure, Given, answer
from poi_xl.native.calls import Call, FormulaError, Part, parse, split_reference
from poi_xl.package.cell_contents import (
    BLANK,
    BOOLEAN,
    ERROR,
    NUMBER,
    TEXT,
    Cell,
    Content,
    Result,
    number,
)

Value = float | str | bool | CellError | None
_Rows = list[list[Value]]
_Contents = Mapping[Cell, Content]
_BEYOND: Final = 9e307  # what the plan's own formulas look for to find the last number
_ERRORS: Final = {each.text: each for each in CellError}


class UnknownError(ValueError):
    """A formula that is not understood here."""


def fresh_results(
    context: Context,
    sheets: Mapping[str, _Contents],
    changed: Mapping[str, Collection[Cell]],
) -> Iterator[tuple[str, Cell, Result]]:
    """Yield sheet, cell and result of each formula that answers otherwise than its file says.

    Args:
        context: what our functions answer from now.
        sheets: the cells of each sheet, those that were changed as they are now.
        changed: these cells; a formula among them has no result yet.
    """
    stale = {}
    for name, cells in sheets.items():
        edited = changed.get(name, ())
        stale[name] = resting_on(cells, edited) | {c for c in edited if cells[c].formula}
    answers = Answers(context, sheets, lambda name, cell: cell not in stale[name])
    for name, places in stale.items():
        for cell in sorted(places):
            result = answers.result(name, cell)
            if not _is_stored(sheets[name][cell], result):
                yield name, cell, result


def _is_stored(there: Content, result: Result) -> bool:
    if there.kind == result.kind == NUMBER:
        return float(there.value) == float(result.value)
    return (there.kind, there.value) == (result.kind, result.value)


@dataclass
class Answers:
    """The cells of a workbook and what their formulas answer.

    Attributes:
        context: what the functions answer from.
        sheets: the cells of each sheet that formulas may look at.
        trusted: whether a stored result may be used as it is, by sheet and cell.
    """

    context: Context
    sheets: Mapping[str, _Contents]
    trusted: Callable[[str, Cell], bool]
    _known: dict[tuple[str, Cell], Value | UnknownError] = field(default_factory=dict)
    _open: set[tuple[str, Cell]] = field(default_factory=set)

    def result(self, sheet: str, cell: Cell) -> Result:
        """Return the result of a cell's formula; a blank one where it is not understood."""
        try:
            return _result(self.value(sheet, cell))
        except UnknownError:
            return Result()

    def value(self, sheet: str, cell: Cell) -> Value:
        """Return what a cell holds.

        Raises:
            UnknownError: its formula is not understood.
        """
        content = self.sheets.get(sheet, {}).get(cell, Content())
        if not content.is_computed or self.trusted(sheet, cell):
            return _stored(content)
        place = sheet, cell
        if content.array or place in self._open:
            raise UnknownError
        if place not in self._known:
            self._open.add(place)
            self._known[place] = self._answered(sheet, content.formula)
            self._open.discard(place)
        found = self._known[place]
        if isinstance(found, UnknownError):
            raise found
        return found

    def _answered(self, sheet: str, formula: str) -> Value | UnknownError:
        try:
            return _Formula(self, sheet, parse(formula)).value()
        except UnknownError as error:
            return error
        except (FormulaError, RecursionError):  # no formula, or one that rests on too many others
            return UnknownError()

    def area(self, sheet: str, reference: str) -> _Rows:
        """Return what a range holds.

        Raises:
            UnknownError: it is a name, on a sheet not at hand, or holds what is not understood.
        """
        place = split_reference(reference, sheet)
        if place is None or place[0] not in self.sheets:
            raise UnknownError
        first, _, last = place[1].partition(":")
        (top, left), (bottom, right) = from_a1(first), from_a1(last or first)
        return [
            [self.value(place[0], (row, column)) for column in range(left, right + 1)]
            for row in range(top, bottom + 1)
        ]


def _stored(content: Content) -> Value:
    if content.kind == NUMBER:
        return float(content.value)
    if content.kind == BOOLEAN:
        return content.value == "1"
    if content.kind == ERROR:
        return _ERRORS.get(content.value, CellError.VALUE)
    return None if content.kind == BLANK else content.value


def _result(value: Value) -> Result:
    if isinstance(value, bool):
        return Result(BOOLEAN, str(int(value)))
    if isinstance(value, CellError):
        return Result(ERROR, value.text)
    if isinstance(value, str):
        return Result(TEXT, value)
    amount = value or 0.0
    return Result(NUMBER, number(amount).value) if isfinite(amount) else Result()


class _Formula:
    """One formula being read from left to right."""

    def __init__(self, answers: Answers, sheet: str, parts: Sequence[Part]) -> None:
        self._answers, self._sheet, self._at = answers, sheet, 0
        self._parts = [p for p in parts if isinstance(p, Call) or p.type != "WHITE-SPACE"]

    def value(self) -> Value:
        """Return the answer of the whole formula."""
        found = _single(self._compared())
        if self._at < len(self._parts):
            raise UnknownError
        return found

    def _peek(self) -> tuple[str, str]:
        if self._at >= len(self._parts):
            return "", ""
        part = self._parts[self._at]
        return ("CALL", part.name) if isinstance(part, Call) else (part.type, str(part.value))

    def _takes(self, *signs: str) -> str:
        kind, text = self._peek()
        if kind == "OPERATOR-INFIX" and text in signs:
            self._at += 1
            return text
        return ""

    # --- operators, the loosest first -------------------------------------------------------------

    def _compared(self) -> _Rows:
        left = self._joined()
        while sign := self._takes("=", ">", "<>"):
            left = _one(_compare(sign, _single(left), _single(self._joined())))
        return left

    def _joined(self) -> _Rows:
        left = self._added()
        while self._takes("&"):
            left = _one(_text(_single(left)) + _text(_single(self._added())))
        return left

    def _added(self) -> _Rows:
        left = self._divided()
        while self._takes("+"):
            both = [_number(_single(left)), _number(_single(self._divided()))]
            left = _one(_sum(both))
        return left

    def _divided(self) -> _Rows:
        left = self._operand()
        while self._takes("/"):
            top, bottom = _number(_single(left)), _number(_single(self._operand()))
            left = _one(top / bottom if bottom else CellError.DIV_0)
        return left

    # --- operands ---------------------------------------------------------------------------------

    def _operand(self) -> _Rows:
        if self._at >= len(self._parts):
            raise UnknownError
        part = self._parts[self._at]
        self._at += 1
        if isinstance(part, Call):
            return self._ours(part)
        if part.type == "FUNC" and part.subtype == "OPEN":
            return self._function(part.value.upper())
        if part.type != "OPERAND":
            raise UnknownError
        if part.subtype == "TEXT":
            return _one(part.value[1:-1].replace('""', '"'))
        if part.subtype == "NUMBER":
            return _one(float(part.value))
        if part.subtype == "RANGE":
            return self._answers.area(self._sheet, part.value)
        raise UnknownError

    def _ours(self, call: Call) -> _Rows:
        function = BY_NAME[call.name]
        if len(call.arguments) > len(function.inputs):
            raise UnknownError  # a table of its own
        given: list[Given] = [
            None
            if each.is_blank
            else _single(_Formula(self._answers, self._sheet, each.parts)._compared())  # noqa: SLF001 - another of its own
            for each in call.arguments
        ]
        found = answer(self._answers.context, function, given)
        rows = found if isinstance(found, list) else [[found]]
        return [[c.error if isinstance(c, Failure) else c for c in row] for row in rows]

    def _function(self, name: str) -> _Rows:
        if name == "IF(":
            return self._chosen()
        if name == "COLUMNS(":
            return _one(self._columns())
        if name not in _FUNCTIONS:
            raise UnknownError
        return _one(_FUNCTIONS[name](self._arguments()))

    def _arguments(self) -> list[_Rows]:
        found = [self._compared()]
        while self._separator():
            found.append(self._compared())
        self._close()
        return found

    def _chosen(self) -> _Rows:
        """Answer an IF; the branch not taken may be an error, but must be understood."""
        condition = _single(self._compared())
        branches: list[_Rows] = []
        while self._separator():
            branches.append(self._compared())
        self._close()
        if isinstance(condition, CellError):
            return _one(condition)
        if len(branches) != 2 or not isinstance(condition, bool):  # noqa: PLR2004 - then and else
            raise UnknownError
        return branches[0] if condition else branches[1]

    def _columns(self) -> float:
        """Answer COLUMNS, which looks at no cell of its range."""
        part = self._parts[self._at]
        self._at += 1
        self._close()
        if isinstance(part, Call) or part.type != "OPERAND" or part.subtype != "RANGE":
            raise UnknownError
        first, _, last = str(part.value).partition(":")
        return float(abs(from_a1(last or first)[1] - from_a1(first)[1]) + 1)

    def _separator(self) -> bool:
        if self._peek()[0] != "SEP":
            return False
        self._at += 1
        return True

    def _close(self) -> None:
        if self._peek() != ("FUNC", ")"):
            raise UnknownError
        self._at += 1


# --- values ---------------------------------------------------------------------------------------


def _one(value: Value) -> _Rows:
    return [[value]]


def _single(rows: _Rows) -> Value:
    if len(rows) != 1 or len(rows[0]) != 1:
        raise UnknownError
    return rows[0][0]


def _number(value: Value) -> float:
    if isinstance(value, str | CellError):
        raise UnknownError
    return float(value or 0.0)


def _text(value: Value) -> str:
    if not isinstance(value, str | None):
        raise UnknownError
    return value or ""


def _compare(sign: str, left: Value, right: Value) -> bool | CellError:
    for each in (left, right):
        if isinstance(each, CellError):
            return each
    if sign == ">":
        return _number(left) > _number(right)
    if left is None or right is None:  # a blank is equal to zero and to an empty text
        same = (left or right) in (None, 0.0, "")
    elif isinstance(left, str) and isinstance(right, str):
        same = left.casefold() == right.casefold()
    else:
        same = left == right
    return same == (sign == "=")


def _sum(numbers: Sequence[float]) -> float:
    return float(decimal(np.array(sum(numbers))))


def _total(arguments: Sequence[_Rows]) -> Value:
    numbers = _numbers(arguments)
    return numbers if isinstance(numbers, CellError) else _sum(numbers)


def _count(arguments: Sequence[_Rows]) -> Value:
    return float(sum(type(c) is float for rows in arguments for row in rows for c in row))


def _any(arguments: Sequence[_Rows]) -> Value:
    values = [_single(rows) for rows in arguments]
    if not all(isinstance(value, bool) for value in values):
        raise UnknownError
    return any(values)


def _index(arguments: Sequence[_Rows]) -> Value:
    rows, row, column = arguments
    return rows[int(_number(_single(row))) - 1][int(_number(_single(column))) - 1]


def _numbers(arguments: Sequence[_Rows]) -> list[float] | CellError:
    cells = [cell for rows in arguments for row in rows for cell in row]
    wrong = next((cell for cell in cells if isinstance(cell, CellError)), None)
    return wrong or [cell for cell in cells if type(cell) is float]


def _average(arguments: Sequence[_Rows]) -> Value:
    numbers = _numbers(arguments)
    if isinstance(numbers, CellError):
        return numbers
    return _sum(numbers) / len(numbers) if numbers else CellError.DIV_0


def _rounded(arguments: Sequence[_Rows]) -> Value:
    value, digits = (_single(rows) for rows in arguments)
    if isinstance(value, CellError):
        return value
    scaled = _number(value) * 10 ** _number(digits)
    return copysign(floor(abs(scaled) + 0.5), scaled) / 10 ** _number(digits)


def _last_number(arguments: Sequence[_Rows]) -> Value:
    """Answer LOOKUP of a number beyond all others: the last one in a row, errors passed over."""
    sought, *places = arguments
    if _single(sought) != _BEYOND or len(places) != 1 or len(places[0]) != 1:
        raise UnknownError
    numbers = [cell for cell in places[0][0] if type(cell) is float]
    return numbers[-1] if numbers else CellError.NA


def _unless_error(arguments: Sequence[_Rows]) -> Value:
    value, other = (_single(rows) for rows in arguments)
    return other if isinstance(value, CellError) else value


_FUNCTIONS: Final[Mapping[str, Callable[[Sequence[_Rows]], Value]]] = {
    "SUM(": _total,
    "COUNT(": _count,
    "OR(": _any,
    "INDEX(": _index,
    "AVERAGE(": _average,
    "ROUND(": _rounded,
    "LOOKUP(": _last_number,
    "IFERROR(": _unless_error,
}
