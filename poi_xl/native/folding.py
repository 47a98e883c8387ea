"""Comparing names as our functions do, in a native formula: accents, case and spaces do not count.

A formula cannot take Unicode apart, so it replaces letter by letter. The letters are those of a
Spanish keyboard and whatever else occurs in the plan's own names; `native_fold` says in Python what
the formula gives, so that a text outside them can be told instead of going unrecognised.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from poi_xl.core.text import fold

Replacement = tuple[str, str]

# Letters and signs of Spanish, and of names from the neighbouring languages; Spanish capitals too,
# for some programs' LOWER knows plain letters only.
_LETTERS: Final = "áéíóúüñÁÉÍÓÚÜÑàèìòùâêîôûçãõäëïöº°ª"
# What decomposed letters leave behind (as files from a Mac do), and what stands for a space.
_MARKS: Final = "\u0301\u0303\u0308"
_SPACES: Final = "\u00a0\t\n\r"
# What people type without a second thought; LOWER of both programs knows these capitals.
_COMMON: Final = "áéíóúüñº°\u00a0\n"
# Excel nests 64 functions at most; a formula of ours needs some around.
_MOST: Final = 52


def replacements(names: Iterable[str]) -> tuple[Replacement, ...] | None:
    """Return what to replace so that all names fold as `core.text.fold` folds them.

    Args:
        names: the plan's names.

    Returns:
        Letters and their replacements; None where there are more than a formula can nest.

    Example:
        >>> ("ő", "o") in replacements(["Győr"]), ("ő", "o") in replacements(["Lima"])
        (True, False)
    """
    known = dict.fromkeys(_LETTERS + _MARKS + _SPACES)
    met = {
        letter
        for name in names
        for letter in (*name, *name.lower())
        if _folded(letter) != letter and not letter.isascii()
    }
    letters = [*known, *sorted(met - known.keys())]
    return tuple((each, _folded(each)) for each in letters) if len(letters) <= _MOST else None


def fewer(known: Sequence[Replacement], names: Iterable[str]) -> tuple[Replacement, ...]:
    """Return the replacements without which everyday Spanish or the plan's names would not fold.

    A formula that folds inline would be beyond reading with all of them.
    """
    needed = {letter for name in names for letter in name.lower()} | {*_COMMON}
    return tuple(each for each in known if each[0] in needed)


def _folded(letter: str) -> str:
    # Between two others, so that a space or a mark is seen for what it is.
    return fold(f"x{letter}x")[1:-1]


def native_fold(text: str, known: Sequence[Replacement]) -> str:
    r"""Return what the formula of `folded` gives for a text.

    Example:
        >>> native_fold("  Órgano de\nControl ", replacements([]))
        'organo de control'
    """
    text = text.lower()
    for letter, plain in known:
        text = text.replace(letter, plain)
    return " ".join(filter(None, text.split(" ")))


def folded(expression: str, known: Sequence[Replacement]) -> str:
    r"""Return the formula that folds what an expression gives.

    Example:
        >>> folded("A5", [("á", "a"), ("\n", " ")])
        'TRIM(SUBSTITUTE(SUBSTITUTE(LOWER(A5),"á","a"),CHAR(10)," "))'
    """
    text = f"LOWER({expression})"
    for letter, plain in known:
        text = f'SUBSTITUTE({text},{_literal(letter)},"{plain}")'
    return f"TRIM({text})"


def _literal(letter: str) -> str:
    """A letter in a formula; a control character would not survive in a file."""
    return f"CHAR({ord(letter)})" if letter < " " else f'"{letter}"'


def literal(text: str) -> str:
    r"""Return a text as a formula writes it: ``a "b"`` becomes ``"a ""b\"\""``."""
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
