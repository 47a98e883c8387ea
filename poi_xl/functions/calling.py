"""Calling a function: ranges spread over cells, errors passed on, refusals turned into errors."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

from poi_xl.core.problems import Refusal, problem
from poi_xl.functions.context import Context
from poi_xl.functions.records import (
    Answer,
    CellError,
    Failure,
    Function,
    Given,
    Range,
    Result,
    Scalar,
)

# Longer than any plan; whole columns (1,048,576 cells) would keep Excel waiting.
MOST_CELLS: Final = 100_000
_MOST_FAILURES: Final = 1_000


def answer(context: Context, function: Function, given: Sequence[Given | Range]) -> Answer:
    """Return a function's answer, and note in the context why any error is in it.

    Args:
        context: what to compute from.
        function: the function.
        given: its arguments but the table, in order; omitted ones None or left out at the end.
    """
    missing = len(function.inputs) - len(given)
    values = [*map(_unwrapped, given), *[None] * missing]
    try:
        found = _wrong(function, values) or _spread(context, function, values)
    except Refusal as refusal:
        found = Failure(CellError.VALUE, refusal.problems[0])
    _note(context, found)
    return found


def _note(context: Context, found: Answer) -> None:
    for reason in {each.reason: None for each in failures(found) if each.reason}:
        if reason not in context.problems and len(context.failures) < _MOST_FAILURES:
            context.failures.setdefault(reason, ("", ""))


def failures(found: Answer) -> Iterable[Failure]:
    """Return the errors in an answer."""
    cells = chain.from_iterable(found) if isinstance(found, list) else (found,)
    return [each for each in cells if isinstance(each, Failure)]


def _wrong(function: Function, values: Sequence[Given | Range]) -> Failure | None:
    """The error that an argument is, or that a required one left out is."""
    for value, argument in zip(values, function.inputs, strict=True):
        if isinstance(value, CellError):
            return Failure(value)
        if argument.required and (value is None or value == ""):
            facts = {"value": "(vacío)", "argument": argument.name}
            reason = problem("POI-E61", **facts, expected="un valor: es obligatorio")
            return Failure(CellError.VALUE, reason)
    return None


def _spread(context: Context, function: Function, values: Sequence[Given | Range]) -> Answer:
    """The answer for one value each, or for every cell of the ranges given."""
    ranges = [value for value in values if isinstance(value, tuple)]
    if not ranges or function.result is Result.MATRIX:
        return function.compute(context, *values)
    rows, columns = _shape(ranges)
    return [
        [
            _cell(context, function, [_at(value, row, column) for value in values])
            for column in range(columns)
        ]
        for row in range(rows)
    ]


def _unwrapped(value: Given | Range) -> Given | Range:
    """A range of one cell is that cell."""
    if isinstance(value, tuple) and len(value) == 1 and len(value[0]) == 1:
        return value[0][0]
    return value


def _shape(ranges: Sequence[Range]) -> tuple[int, int]:
    """The shape of the answer: ranges of one row or column are repeated, as Excel does.

    Raises:
        Refusal: the ranges do not go together (POI-E62), or are too large (POI-E63).
    """
    shapes = [(len(each), len(each[0])) for each in ranges]
    rows, columns = (max(sizes) for sizes in zip(*shapes, strict=True))
    if any(r not in (1, rows) or c not in (1, columns) for r, c in shapes):
        texts = " y ".join(f"{r} x {c}" for r, c in shapes)
        raise Refusal(problem("POI-E62", shapes=texts))
    if rows * columns > MOST_CELLS:
        facts = {"count": f"{rows * columns:,}", "limit": f"{MOST_CELLS:,}"}
        raise Refusal(problem("POI-E63", **facts))
    return rows, columns


def _cell(context: Context, function: Function, values: Sequence[Given]) -> Scalar:
    found = answer(context, function, values)
    return found if not isinstance(found, list) else found[0][0]


def _at(value: Given | Range, row: int, column: int) -> Given:
    if not isinstance(value, tuple):
        return value
    cells = value[row if len(value) > 1 else 0]
    return cells[column if len(cells) > 1 else 0]
