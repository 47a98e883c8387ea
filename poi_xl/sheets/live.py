"""Cells with our functions: each formula stored with the answer that it has on the plan written.

They are ordinary formulas, not arrays: LibreOffice computes arrays anew when it opens a file, and
would show errors in the place of the stored answers. Cost: Excel 365 shows them as `=@POI_…`, which
changes nothing for one cell; for as many cells as a range has, the sign has to be taken out.
"""

from collections.abc import Sequence
from typing import NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from poi_xl.core.settings import Settings
from poi_xl.core.text import fold
from poi_xl.core.trafficlight import Flag
from poi_xl.functions import BY_NAME, Answer, Context, Failure, Given, Scalar, answer

Area = tuple[int, int, int, int]  # first row, first column, last row, last column, from zero
_LITERAL_LIMIT = 255  # of a text in a formula


class Input(NamedTuple):
    """One argument of a call: as the formula spells it, and the value it has there."""

    text: str
    value: Given


class Call(NamedTuple):
    """A call of a function: as a formula spells it, without the sign, and what it answers."""

    text: str
    answer: Answer


def call(context: Context, name: str, *inputs: Input) -> Call:
    """Return a call of a function with its answer.

    Example:
        >>> call(Context(None), "POI_CALIFICAR", Input("$B$5", 0.95))
        Call(text='POI_CALIFICAR($B$5)', answer='En meta')
    """
    found = answer(context, BY_NAME[name], [each.value for each in inputs])
    return Call(f"{name}({','.join(each.text for each in inputs)})", found)


def one(found: Call) -> Scalar:
    """Return the answer of a call that has one value."""
    if isinstance(found.answer, list):
        raise TypeError(f"{found.text} answers with a table")
    return found.answer


def shown(value: Scalar) -> float | str:
    """Return what a cell shows: an error as its text, a whole number without its point."""
    if isinstance(value, Failure):
        return value.error.text
    return int(value) if isinstance(value, float) and value.is_integer() else value


def put(
    sheet: Worksheet, place: tuple[int, int], formula: str, value: Scalar, look: Format
) -> None:
    """Write a formula with what it answers.

    Args:
        sheet: the sheet.
        place: row and column, from 0.
        formula: with its sign.
        value: its result.
        look: format of the cell.
    """
    sheet.write_formula(*place, formula, look, shown(value))


def known_flags(settings: Settings) -> list[Flag]:
    """Return every state that a live cell can show; of equal words, the traffic light in use.

    The cells stay when somebody chooses another traffic light, so they must know all of them.
    """
    presets = (settings.preset, *settings.presets.values())
    flags: dict[str, Flag] = {}
    for flag in (flag for each in presets for flag in each.flags):
        flags.setdefault(fold(flag.word), flag)
    return list(flags.values())


def mark_words(workbook: Workbook, sheet: Worksheet, area: Area, flags: Sequence[Flag]) -> None:
    """Colour the states of a range by their words, and set each one's sign before it.

    The sign is the number format's: the cell holds the word alone, as functions compare it.
    """
    for flag in flags:
        word = flag.word.replace('"', '""')
        sign = flag.shape.replace('"', "")
        look = {"bg_color": flag.colour, "font_color": "#000000", "num_format": f'"{sign} "@'}
        rule = {"type": "cell", "criteria": "==", "value": f'="{word}"'}
        if len(word) < _LITERAL_LIMIT:
            sheet.conditional_format(*area, rule | {"format": workbook.add_format(look)})
