"""Periods of a plan's year: months, quarters, semesters, ranges; how people write them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from poi_xl.core.problems import Refusal, problem
from poi_xl.core.text import fold

MONTHS = ("ENE", "FEB", "MAR", "ABR", "MAY", "JUN", "JUL", "AGO", "SEP", "OCT", "NOV", "DIC")
MONTH_NAMES = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "setiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip
ROMAN = ("I", "II", "III", "IV")

_ORDINALS = {
    "i": 1, "ii": 2, "iii": 3, "iv": 4,
    "1": 1, "2": 2, "3": 3, "4": 4,
    "primer": 1, "primero": 1, "segundo": 2, "tercer": 3, "tercero": 3, "cuarto": 4,
}  # fmt: skip
# `fold` turns the ordinal signs of «I°», «1º» and «1°» into the letter o.
_SUFFIXES = ("", "o", "er", "ro", "do", "to")
_ORDINAL = (
    rf"(?P<ordinal>{'|'.join(sorted(_ORDINALS, key=len, reverse=True))})"
    rf"(?:{'|'.join(filter(None, _SUFFIXES))})?"
)
_QUARTER = re.compile(rf"(?<![a-z0-9]){_ORDINAL}[\s.-]*trim(?:\.|estre)?(?![a-z])")

# What a bare ``ACUM`` means: January to the end of the current quarter.
TO_DATE = "a la fecha"
_SEPTEMBER = 9
# Peru writes it either way.
_SEPTEMBERS = ("set", "sept", "septiembre")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A run of whole months of one year, both ends included.

    Attributes:
        first: first month, 1 to 12.
        last: last month, `first` to 12.
    """

    first: int
    last: int

    def __post_init__(self) -> None:
        if not 1 <= self.first <= self.last <= len(MONTHS):
            raise ValueError(f"not a period of a year: {self.first} to {self.last}")

    @property
    def months(self) -> slice:
        """The columns of this period in an array of twelve months."""
        return slice(self.first - 1, self.last)

    @property
    def to_date(self) -> "Period":
        """January to the end of this period."""
        return Period(1, self.last)

    @property
    def quarter(self) -> int | None:
        """The quarter this period is exactly, or None."""
        return self.last // 3 if self.last % 3 == 0 and self.first == self.last - 2 else None

    @property
    def previous(self) -> "Period | None":
        """The period of the same length just before, or None at the start of the year."""
        length = self.last - self.first + 1
        return Period(self.first - length, self.first - 1) if self.first > length else None

    @property
    def label(self) -> str:
        """The canonical text: ``ENE``, ``I TRIM``, ``II SEM``, ``ANUAL`` or ``ENE-MAY``."""
        if self.first == self.last:
            return MONTHS[self.first - 1]
        if self.quarter:
            return f"{ROMAN[self.quarter - 1]} TRIM"
        return {(1, 6): "I SEM", (7, 12): "II SEM", (1, 12): "ANUAL"}.get(
            (self.first, self.last), f"{MONTHS[self.first - 1]}-{MONTHS[self.last - 1]}"
        )

    @property
    def title(self) -> str:
        """The text for a heading: ``I TRIMESTRE``, ``ENERO A MAYO``, ``AÑO``."""
        if self.first == self.last:
            return MONTH_NAMES[self.first - 1].upper()
        if (self.first, self.last) == (1, 12):
            return "AÑO"
        if self.label.endswith((" TRIM", " SEM")):
            return f"{self.label}ESTRE"
        return f"{MONTH_NAMES[self.first - 1]} a {MONTH_NAMES[self.last - 1]}".upper()


def quarter_period(quarter: int) -> Period:
    """Return the period of a quarter, 1 to 4."""
    return Period(3 * quarter - 2, 3 * quarter)


def month_number(text: str) -> int | None:
    """Return the month (1 to 12) that a heading names, or None.

    ``SET`` and ``SEP`` are both September, as Peru writes it either way.

    Example:
        >>> month_number(" Set. "), month_number("PROG")
        (9, None)
    """
    word = fold(text).rstrip(".")
    return next((number for number in range(1, 13) if word in _month_names(number)), None)


def quarter_number(text: str) -> int | None:
    """Return the quarter that a heading or title names anywhere in it, or None.

    Example:
        >>> quarter_number("PLAN OPERATIVO INSTITUCIONAL 2021 - 1º TRIMESTRE")
        1
        >>> quarter_number("IV TRIM"), quarter_number("META")
        (4, None)
    """
    match = _QUARTER.search(fold(text))
    return _ORDINALS[match["ordinal"]] if match else None


def parse_period(text: str | float | None, current_quarter: int = 1) -> Period:
    """Return the period that a user named.

    Args:
        text: ``ENE``…``DIC``; ``1``-``4``, ``T1``, ``I TRIM``, ``I° TRIMESTRE``; ``S1``, ``I SEM``;
            ``ENE-MAR``; ``ACUM``, ``A MAR``; ``ANUAL``. A number is a quarter. Empty or None: the
            current quarter. Case, accents, ordinal signs and spaces do not matter.
        current_quarter: 1 to 4; where a bare ``ACUM`` ends, and the answer when text is empty.

    Raises:
        Refusal: the text names no period (POI-E33).

    Example:
        >>> parse_period("i° trimestre").label, parse_period("acum", 2).label
        ('I TRIM', 'I SEM')
        >>> parse_period("A MAY").label, parse_period(3.0).label
        ('ENE-MAY', 'III TRIM')
    """
    if text is None or text == "":
        return quarter_period(current_quarter)
    if isinstance(text, float):
        text = f"{text:g}"
    found = spellings().get(spelling(str(text)))
    if found is None:
        raise Refusal(problem("POI-E33", value=text))
    return found if isinstance(found, Period) else quarter_period(current_quarter).to_date


def spelling(text: str) -> str:
    """Return the form under which a period is looked up among `spellings`.

    Native formulas do the same, step by step, so these steps are simple ones on purpose.

    Example:
        >>> spelling(" Ene. – Mar. "), spelling("1er. Trim")
        ('ene-mar', '1er trim')
    """
    plain = fold(text).replace("–", "-").replace(".", "")
    return " ".join(plain.split()).replace(" -", "-").replace("- ", "-")


@cache
def spellings() -> Mapping[str, Period | str]:
    """Return every way to write a period, and what it means; `TO_DATE` for a bare ``ACUM``.

    Example:
        >>> spellings()["de enero a marzo"].label, spellings()["1er trimestre"].label
        ('I TRIM', 'I TRIM')
    """
    months = {name: number for number in range(1, 13) for name in _month_names(number)}
    return {
        **{name: Period(number, number) for name, number in months.items()},
        **dict.fromkeys(("anual", "ano", "todo el ano"), Period(1, 12)),
        **dict.fromkeys(("acum", "acumulado", "a la fecha"), TO_DATE),
        **dict(_numbered(("trim", "trimestre"), ("t", ""), length=3)),
        **dict(_numbered(("sem", "semestre"), ("s",), length=6)),
        **{
            f"{start}{word} {name}": Period(1, number)
            for start in ("", "acum ", "acumulado ")
            for word in ("a", "al", "hasta")
            for name, number in months.items()
        },
        **{
            f"{start}{first}{between}{last}": Period(months[first], months[last])
            for first, last in product(months, repeat=2)
            if months[first] <= months[last]
            for start in ("", "de ")
            for between in ("-", " a ")
        },
    }


def _month_names(number: int) -> Iterator[str]:
    yield MONTHS[number - 1].lower()
    yield MONTH_NAMES[number - 1]
    if number == _SEPTEMBER:
        yield from _SEPTEMBERS


def _numbered(
    words: Sequence[str], letters: Sequence[str], *, length: int
) -> Iterator[tuple[str, Period]]:
    """Yield the spellings of quarters or semesters: ``i trim``, ``1er-trim``, ``t1``."""
    for number in range(1, len(MONTHS) // length + 1):
        period = Period((number - 1) * length + 1, number * length)
        ordinals = (text for text, value in _ORDINALS.items() if value == number)
        for parts in product(ordinals, _SUFFIXES, ("", " ", "-"), words):
            yield "".join(parts), period
        for letter in letters:
            yield f"{letter}{number}", period
            yield f"{letter} {number}".strip(), period
