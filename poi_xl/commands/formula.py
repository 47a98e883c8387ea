"""`formula`: one formula with our functions as one without, to paste anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from poi_xl import __version__
from poi_xl.commands.book_values import BookValues
from poi_xl.commands.load import load_package, open_book
from poi_xl.commands.nativize import KEY, KEYS_SHEET
from poi_xl.core.problems import Refusal, problem
from poi_xl.core.text import a1
from poi_xl.functions import (
    BY_NAME,
    Answer,
    Context,
    Failure,
    Given,
    Kind,
    Range,
    Scalar,
    answer,
)
from poi_xl.native import FormulaError, Native, english, has_calls, inline, spanish
from poi_xl.native.calls import Argument, Call, parse, split_reference
from poi_xl.package.formulas import area
from poi_xl.package.graft import plan_graft
from poi_xl.package.parts import Package


@dataclass(frozen=True, slots=True)
class Formula:
    """The answer of `formula`.

    Attributes:
        asked: the formula in file spelling.
        sheet: the sheet that references without one mean.
        native: its native equivalent.
        value: what it answers today; None where only a spreadsheet program can tell.
    """

    asked: str
    sheet: str
    native: Native
    value: Answer | None

    def as_json(self) -> dict[str, Any]:
        """Return the answer of ``formula --json``; formulas with their sign, ready to paste."""
        cells = self.native.cells.items()
        return {
            "version": __version__,
            "formula": f"={self.asked}",
            "hoja": self.sheet,
            "ingles": f"={self.native.english}",
            "espanol": f"={self.native.spanish}",
            "hoja_auxiliar": self.native.keys_sheet or None,
            "celdas_auxiliares": [
                {"celda": cell, "ingles": content, "espanol": pasted(content)}
                for cell, content in cells
            ],
            "valor": _plain(self.value),
        }


def pasted(content: str | float) -> str | float:
    """Return what a cell holds as Excel in Spanish spells it."""
    is_formula = isinstance(content, str) and content.startswith("=")
    return spanish(str(content)) if is_formula else content


def native_formula(path: Path, text: str, sheet: str | None = None) -> Formula:
    """Return the native equivalent of a formula for a workbook.

    Args:
        path: the workbook with the plan.
        text: the formula, in English or Spanish spelling.
        sheet: the sheet it will stand on; the plan's when None.

    Raises:
        Refusal: the workbook cannot be read, there is no such sheet, or the formula has no native
            equivalent.
    """
    asked = _asked(text)
    package = open_book(path)
    loaded = load_package(package)
    place = _sheet(package, sheet) if sheet else loaded.plan.layout.sheet
    context = Context(loaded.plan, loaded.settings, loaded.problems)
    book = BookValues(package)
    native = inline(
        context,
        asked,
        place,
        keys_sheet=plan_graft(package, {KEY: KEYS_SHEET}).names[KEY],
        cell_text=lambda row, column: book.value(loaded.plan.layout.sheet, a1(row, column)),
        value_of=book.value,
        table_context=lambda where, ref: book.table(where, ref, context),
    )
    return Formula(asked, place, native, _value(asked, place, context, book))


def _asked(text: str) -> str:
    """The formula in file spelling, without its sign."""
    try:
        asked = english(text.strip()).removeprefix("=")
        if not has_calls(asked):
            raise Refusal(problem("POI-E68", formula=text))
    except FormulaError as error:
        raise Refusal(problem("POI-E67", detail=error)) from error
    return asked


def _sheet(package: Package, name: str) -> str:
    names = [each.name for each in package.sheets]
    found = next((each for each in names if each.lower() == name.lower()), None)
    if found is None:
        raise Refusal(problem("POI-E69", name=name, sheets=", ".join(names)))
    return found


# --- the value of today ---------------------------------------------------------------------------


class _OnlyInSheetError(Exception):
    """Only a spreadsheet program computes the formula."""


def _value(asked: str, sheet: str, context: Context, book: BookValues) -> Answer | None:
    """What a formula answers that is nothing but calls of ours, within each other."""
    parts = parse(asked)
    only = parts[0] if len(parts) == 1 else None
    if not isinstance(only, Call):
        return None
    try:
        return _answer(only, sheet, context, book)
    except _OnlyInSheetError:
        return None


def _answer(call: Call, sheet: str, context: Context, book: BookValues) -> Answer:
    function = BY_NAME[call.name]
    given: list[Given | Range] = []
    for argument, known in zip(call.arguments, function.arguments, strict=False):
        if known.kind is not Kind.TABLE:
            given.append(_given(argument, sheet, context, book))
        elif not argument.is_blank:
            raise _OnlyInSheetError
    return answer(context, function, given)


def _given(argument: Argument, sheet: str, context: Context, book: BookValues) -> Given | Range:
    if argument.is_blank or argument.literal is not None:
        return argument.literal
    place = split_reference(argument.reference, sheet) if argument.reference else None
    if place:
        return _cells(*place, book)
    only = argument.parts[0] if len(argument.parts) == 1 else None
    inner = _answer(only, sheet, context, book) if isinstance(only, Call) else None
    if inner is None or isinstance(inner, list):
        raise _OnlyInSheetError
    return inner.error if isinstance(inner, Failure) else inner


def _cells(sheet: str, ref: str, book: BookValues) -> Given | Range:
    if ":" not in ref:
        return book.value(sheet, ref)
    top, left, bottom, right = area(ref)
    return tuple(
        tuple(book.value(sheet, a1(row, column)) for column in range(left, right + 1))
        for row in range(top, bottom + 1)
    )


def shown(value: Scalar) -> float | str:
    """Return one value as a cell has it: an error by its text."""
    return value.error.text if isinstance(value, Failure) else value


def _plain(value: Answer | None) -> Any:
    if isinstance(value, list):
        return [_row(row) for row in value]
    return None if value is None else shown(value)


def _row(row: Sequence[Scalar]) -> list[float | str]:
    return [shown(each) for each in row]
