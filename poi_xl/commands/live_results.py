"""New results for cells with our functions, as the workbooks that we build spell them.

A formula of any other shape gets none: its cell stays without a result until a program computes it.
"""

import re
from collections.abc import Callable
from math import isfinite
from typing import Final

from poi_xl.core.text import from_a1
from poi_xl.functions import BY_NAME, Answer, Context, Failure, Given, Scalar, answer
from poi_xl.native.calls import Argument, Call, FormulaError, parse
from poi_xl.package.cell_contents import ERROR, NUMBER, TEXT, Cell, Result, number

Value = Callable[[Cell], Given]

_REF: Final = r"\$?[A-Z]{1,3}\$?\d{1,7}"
_CALL: Final = r"(?P<call>POI_[A-Z_]+\(.*\))"
_PLAIN: Final = re.compile(_CALL)
_GUARDED: Final = re.compile(rf'IF\((?P<ref>{_REF})>0,{_CALL},"(?P<other>[^"]*)"\)')
_INDEXED: Final = re.compile(rf"INDEX\({_CALL},1,COLUMNS\((?P<first>{_REF}):(?P<last>{_REF})\)\)")


class UnknownError(Exception):
    """Only another program can tell."""


def result(context: Context, formula: str, value: Value) -> Result:
    """Return the result of a formula with a call of ours; a blank one when its shape is another.

    Args:
        context: what the functions compute from.
        formula: in file spelling, without the leading ``=``.
        value: what a cell of the same sheet holds; raises `UnknownError` when nobody knows.
    """
    try:
        return _result(_scalar(context, formula, value))
    except UnknownError:
        return Result()


def _scalar(context: Context, formula: str, value: Value) -> Scalar:
    if match := _GUARDED.fullmatch(formula):
        amount = value(from_a1(match["ref"]))
        if not isinstance(amount, int | float) or amount <= 0:
            return match["other"]
        return _one(_answer(context, match["call"], value))
    if match := _INDEXED.fullmatch(formula):
        place = from_a1(match["last"])[1] - from_a1(match["first"])[1]
        found = _answer(context, match["call"], value)
        if not isinstance(found, list) or not 0 <= place < len(found[0]):
            raise UnknownError
        return found[0][place]
    if match := _PLAIN.fullmatch(formula):
        return _one(_answer(context, match["call"], value))
    raise UnknownError


def _one(found: Answer) -> Scalar:
    if isinstance(found, list):
        raise UnknownError
    return found


def _answer(context: Context, text: str, value: Value) -> Answer:
    try:
        parts = parse(text)
    except FormulaError:
        raise UnknownError from None
    call = parts[0]
    if len(parts) != 1 or not isinstance(call, Call) or call.name not in BY_NAME:
        raise UnknownError
    function = BY_NAME[call.name]
    if len(call.arguments) > len(function.inputs):
        raise UnknownError  # it gives the plan's range: another plan than the workbook's, maybe
    return answer(context, function, [_given(each, value) for each in call.arguments])


def _given(argument: Argument, value: Value) -> Given:
    if argument.is_blank:
        return None
    if argument.reference:
        if not re.fullmatch(_REF, argument.reference):
            raise UnknownError
        return value(from_a1(argument.reference))
    if argument.literal is None:
        raise UnknownError
    return argument.literal


def _result(found: Scalar) -> Result:
    if isinstance(found, Failure):
        return Result(ERROR, found.error.text)
    if isinstance(found, str):
        return Result(TEXT, found)
    return Result(NUMBER, number(found).value) if isfinite(found) else Result()
