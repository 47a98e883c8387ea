"""From cells to figures: numbers, numbers kept as text, and everything else with its problem.

Blank, zero, text and error are four different things: a blank is NaN, and so is everything that is
no number, but only the blank goes unsaid.
"""

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np

from poi_xl.core.plan import Floats
from poi_xl.reading.cells import CellError, Unset

_NAN = float("nan")
_BLANK = {"": _NAN}
# Accountants write a dash for nothing.
_DASHES = frozenset("-–—−")
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
# As Peru writes amounts, and nobody writes anything else so.
_USUAL = re.compile(r"(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)\.\d\d?")
_NUMBER = re.compile(r"[+-]?[0-9.,' ]*[0-9][.,]?")


class Style(Enum):
    """How a file writes decimals: ``1,234.5`` or ``1.234,5``; unknown where its texts disagree."""

    POINT = "."
    COMMA = ","
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a number's text can mean under each style; None where it cannot be one."""

    point: float | None
    comma: float | None

    @property
    def evidence(self) -> Style | None:
        """The only style under which the text makes sense, if it is only one."""
        if (self.point is None) == (self.comma is None):
            return None
        return Style.COMMA if self.point is None else Style.POINT


@dataclass(frozen=True, slots=True)
class Raw:
    """One column as it stands in the sheet, before its texts are understood.

    Attributes:
        values: the numbers, NaN elsewhere.
        texts: by row, the texts that are not blank.
        others: by row, whatever is neither number nor text: dates, booleans, errors.
    """

    values: Floats
    texts: Mapping[int, str] = field(default_factory=dict)
    others: Mapping[int, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figures:
    """One column understood.

    Attributes:
        values: the numbers, those kept as text included; NaN elsewhere.
        as_text: rows whose number is kept as text.
        unclear: by row, texts whose decimal sign is not known.
        no_number: by row, what stands where a number was expected.
        errors: by row, error values.
        unset: rows with a formula without a stored result.
    """

    values: Floats
    as_text: tuple[int, ...] = ()
    unclear: Mapping[int, str] = field(default_factory=dict)
    no_number: Mapping[int, str] = field(default_factory=dict)
    errors: Mapping[int, str] = field(default_factory=dict)
    unset: tuple[int, ...] = ()


def split(cells: Sequence[Any]) -> Raw:
    """Return a column with its numbers apart from the rest.

    Example:
        >>> raw = split([1.0, "", " 12 "])
        >>> raw.values.tolist(), raw.texts
        ([1.0, nan, nan], {2: ' 12 '})
    """
    # Nearly every column is numbers and blanks: this way is for speed alone.
    kinds = list(map(type, cells))
    floats = kinds.count(float)
    numbers = cells
    if floats < len(kinds):
        blanks = cells.count("") if kinds.count(str) + floats == len(kinds) else 0
        if floats + blanks < len(kinds):
            return _split_mixed(cells)
        numbers = list(map(_BLANK.get, cells, cells))
    values = np.array(numbers, dtype=np.float64)
    return Raw(values) if np.count_nonzero(np.isfinite(values)) == floats else _split_mixed(cells)


def _split_mixed(cells: Sequence[Any]) -> Raw:
    values = np.full(len(cells), _NAN)
    texts: dict[int, str] = {}
    others: dict[int, Any] = {}
    for row, cell in enumerate(cells):
        kind = cell.__class__
        if (kind is float or kind is int) and math.isfinite(cell):
            values[row] = cell
        elif kind is str:
            # Most texts here are numbers: the first sign tells enough.
            if cell and (cell[0].isdigit() or not _is_blank(cell)):
                texts[row] = cell
        elif cell is not None:
            others[row] = cell
    return Raw(values, texts, others)


def _is_blank(text: str) -> bool:
    rest = _SPACES.sub("", text)
    return not rest or (rest in _DASHES) or set(rest) <= {"-"}


def reading(text: str) -> Reading | None:
    """Return what a text can mean as a number, or None when it is none.

    Example:
        >>> reading("1,234,567.50"), reading("3,5"), reading("NO ENVIADO")
        (Reading(point=1234567.5, comma=None), Reading(point=None, comma=3.5), None)
    """
    if _USUAL.fullmatch(text):  # nearly all: this way is for speed alone
        return Reading(float(text.replace(",", "")), None)
    # An apostrophe before a number is how Excel is told to keep it as text.
    tidy = _SPACES.sub(" ", text).strip().lstrip("'’").strip().replace("−", "-").replace("’", "'")
    if not _NUMBER.fullmatch(tidy):
        return None
    found = Reading(_parsed(tidy, _POINT, _NO_POINT), _parsed(tidy, _COMMA, _NO_COMMA))
    return found if (found.point, found.comma) != (None, None) else None


def _number(decimal: str, thousands: str) -> re.Pattern[str]:
    """What a number looks like where its decimal sign is known; Peru also writes ``1'234,567``."""
    d, t = re.escape(decimal), re.escape(thousands)
    whole = rf"\d+|[1-9]\d{{0,2}}(?:[{t}' ]\d{{3}})+"
    return re.compile(rf"[+-]?(?:(?:{whole})(?:{d}\d*)?|{d}\d+)")


_POINT, _COMMA = _number(".", ","), _number(",", ".")
_NO_POINT, _NO_COMMA = str.maketrans("", "", ",' "), str.maketrans(",", ".", ".' ")


def _parsed(text: str, number: re.Pattern[str], signs: dict[int, int | None]) -> float | None:
    return float(text.translate(signs)) if number.fullmatch(text) else None


def decimal_style(readings: Iterable[Reading]) -> Style:
    """Return how a file writes decimals, from its own texts: Peru's way unless they say otherwise.

    Where they disagree the more frequent way counts, as the rest are slips; a draw is unknown.
    """
    votes = [found.evidence for found in readings]
    point, comma = votes.count(Style.POINT), votes.count(Style.COMMA)
    if point == comma:
        return Style.UNKNOWN if point else Style.POINT
    return Style.POINT if point > comma else Style.COMMA


def value(found: Reading, style: Style, *, disputed: bool) -> float | None:
    """Return the number that a text means in a file, or None when nobody can tell.

    Args:
        found: what it can mean.
        style: how the file writes decimals.
        disputed: whether some of the file's texts say otherwise.
    """
    if found.point == found.comma:
        return found.point
    if style is Style.UNKNOWN or (disputed and found.evidence is None):
        return None
    if found.evidence:
        # Read one way only: none, where it is a slip in a file that writes the other way.
        return found.point if style is Style.POINT else found.comma
    # «1.234» may be a thousand or one and a bit: three decimals are what nobody writes.
    point, comma = found.point or 0.0, found.comma or 0.0
    means_thousands = abs(point) > abs(comma) if style is Style.POINT else abs(comma) > abs(point)
    return (found.point if style is Style.POINT else found.comma) if means_thousands else None


def understand(columns: Sequence[Raw]) -> list[Figures]:
    """Return the columns with their texts understood, by one decimal sign for all of them."""
    texts = {text for raw in columns for text in raw.texts.values()}
    if not texts:
        return [_figures(raw, {}, {}) for raw in columns]
    readings = {text: found for text in texts if (found := reading(text))}
    all_readings = [
        readings[text] for raw in columns for text in raw.texts.values() if text in readings
    ]
    style = decimal_style(all_readings)
    disputed = len({found.evidence for found in readings.values()} - {None}) > 1
    numbers = {t: value(found, style, disputed=disputed) for t, found in readings.items()}
    return [_figures(raw, readings, numbers) for raw in columns]


def _figures(
    raw: Raw, readings: Mapping[str, Reading], numbers: Mapping[str, float | None]
) -> Figures:
    values = raw.values.copy()
    as_text = []
    unclear: dict[int, str] = {}
    no_number: dict[int, str] = {}
    for row, text in raw.texts.items():
        number = numbers.get(text)
        if number is not None:
            values[row] = number
            as_text.append(row)
        else:
            (unclear if text in readings else no_number)[row] = " ".join(text.split())
    return Figures(
        values,
        tuple(as_text),
        unclear,
        no_number | {row: shown(x) for row, x in raw.others.items() if not isinstance(x, str)},
        {row: str(x) for row, x in raw.others.items() if isinstance(x, CellError)},
        tuple(row for row, x in raw.others.items() if isinstance(x, Unset)),
    )


def shown(cell: object) -> str:
    """Return a cell that is no number as its reader sees it.

    Example:
        >>> shown(True), shown(dt.date(2021, 3, 4))
        ('VERDADERO', '04/03/2021')
    """
    if isinstance(cell, bool):
        return "VERDADERO" if cell else "FALSO"
    if isinstance(cell, dt.datetime):
        return f"{cell:%d/%m/%Y %H:%M}"
    return f"{cell:%d/%m/%Y}" if isinstance(cell, dt.date) else str(cell)
