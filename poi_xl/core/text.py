"""How texts of a workbook are compared and how cells are named."""

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

# The marks of Latin letters; among them stands one that is no mark.
_ACCENTS = re.compile("[\u0300-\u034e\u0350-\u036f]+")


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    r"""Return the form under which two spellings of a name are the same.

    Accents, case, ordinal signs, line breaks and repeated or outer spaces do not count:
    institutions write «ORGANO», «ÓRGANO » and «Órgano» for one thing.

    Example:
        >>> fold("  Órgano de\nControl ") == fold("ORGANO DE CONTROL")
        True
    """
    if text.isascii():
        return " ".join(text.casefold().split())
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.replace("°", "º")))
    if not plain.isascii():
        plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(plain.casefold().split())


# Controls but for tab and line ends, halves of letters, and what is no letter at all.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def legible(text: str) -> str:
    r"""Return a text without what nobody can see and a terminal, or a file of XML, stumbles over.

    Example:
        >>> legible("Emitir\a \x1b[31minformes\n")
        'Emitir [31minformes\n'
    """
    return text if text.isprintable() else _UNSEEN.sub("", text)


@lru_cache(maxsize=16_384)
def column_letters(column: int) -> str:
    """Return the letters of a 1-based column.

    Example:
        >>> column_letters(1), column_letters(28)
        ('A', 'AB')
    """
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def a1(row: int, column: int) -> str:
    """Return the A1 address of a 1-based row and column.

    Example:
        >>> a1(27, 6)
        'F27'
    """
    return f"{column_letters(column)}{row}"


def from_a1(address: str) -> tuple[int, int]:
    """Return the 1-based row and column of an A1 address; the inverse of `a1`.

    Raises:
        ValueError: the text is not the address of one cell.

    Example:
        >>> from_a1("$F$27")
        (27, 6)
    """
    match = re.fullmatch(r"\$?([A-Za-z]{1,3})\$?(\d+)", address)
    if match is None:
        raise ValueError(f"not a cell address: {address!r}")
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def number_text(value: float) -> str:
    """Return a figure as Peru writes it: comma for thousands, point for decimals, none when whole.

    Example:
        >>> number_text(1543.0), number_text(0.5)
        ('1,543', '0.5')
    """
    return f"{value:,.0f}" if value == int(value) else f"{value:,.6f}".rstrip("0")


def percent_text(ratio: float) -> str:
    """Return a ratio for people, one decimal; a dash where there is none.

    Example:
        >>> percent_text(1494 / 1543), percent_text(float("nan"))
        ('96.8 %', '—')
    """
    return "—" if ratio != ratio else f"{ratio * 100:,.1f} %"  # noqa: PLR0124 - NaN test without numpy


# What Windows keeps for devices, whatever the extension.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}
)
_FORBIDDEN = frozenset('<>:"/\\|?*')
_LONGEST_NAME = 100


def counted(count: int, one: str, many: str) -> str:
    """Return a count with its noun.

    Example:
        >>> counted(1, "actividad", "actividades"), counted(1200, "actividad", "actividades")
        ('1 actividad', '1,200 actividades')
    """
    return f"{count:,} {one if count == 1 else many}"


def file_name(text: str, extension: str, taken: Collection[str] = ()) -> str:
    """Return a file name that any system takes, Windows included, whatever the text says.

    Args:
        text: what the file is about.
        extension: with its point.
        taken: names that other files have; case does not count.

    Example:
        >>> file_name("Ficha: COMPRAS/ALMACÉN. ", ".xlsx")
        'Ficha COMPRAS ALMACÉN.xlsx'
        >>> file_name("con", ".xlsx"), file_name("A", ".xlsx", {"a.XLSX"})
        ('_con.xlsx', 'A (2).xlsx')
    """
    # Composed letters: some systems count and compare the others differently.
    plain = unicodedata.normalize("NFC", text)
    plain = "".join(c if c.isprintable() and c not in _FORBIDDEN else " " for c in plain)
    stem = " ".join(plain.split())[:_LONGEST_NAME].strip(" .") or "sin nombre"
    if stem.split(".")[0].strip().lower() in _DEVICES:
        stem = f"_{stem}"
    used = {name.lower() for name in taken}
    name, number = f"{stem}{extension}", 1
    while name.lower() in used:
        number += 1
        name = f"{stem} ({number}){extension}"
    return name
