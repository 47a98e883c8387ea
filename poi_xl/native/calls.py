"""Formulas taken apart: calls of our functions, their arguments, and the references in between.

openpyxl's tokenizer reads the formula; this only follows its brackets.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError

from poi_xl.functions import BY_NAME, CellError, Given

# Excel writes these before functions that older versions do not know, and before single cells.
_NAME: Final = re.compile(r"@?(?:_xlfn\.|_xlws\.|_xludf\.)*(POI_[A-Z_]+)\(", re.IGNORECASE)
_CELL: Final = re.compile(r"\$?[A-Z]{1,3}\$?[1-9]\d{0,6}", re.IGNORECASE)
_AREA: Final = re.compile(rf"{_CELL.pattern}:{_CELL.pattern}", re.IGNORECASE)
_PLAIN_NAME: Final = re.compile(r"[^\W\d]\w*")
_LIKE_A_VALUE: Final = re.compile(
    r"[A-Z]{1,3}\d+|R\d*(C\d*)?|C\d*|TRUE|FALSE|VERDADERO|FALSO", re.IGNORECASE
)
_LINES: Final = re.compile(r"\$?[A-Z]{1,3}:\$?[A-Z]{1,3}|\$?\d{1,7}:\$?\d{1,7}", re.IGNORECASE)


UNREADABLE: Final = "no se entiende; puede que sobre o falte un paréntesis o una comilla"


class FormulaError(ValueError):
    """A formula that cannot be read; the text is Spanish, for the user."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a call.

    Attributes:
        parts: what it is written with, without spaces around.
    """

    parts: tuple["Part", ...]

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written."""
        return not self.parts

    @property
    def literal(self) -> Given:
        """The value it is, where it is a plain text, number, truth value or error; else None."""
        tokens = [part for part in self.parts if isinstance(part, Token)]
        if len(tokens) < len(self.parts) or not tokens:
            return None
        return _literal(tokens)

    @property
    def reference(self) -> str:
        """The range or name it is, where it is nothing else; else empty."""
        only = self.parts[0] if len(self.parts) == 1 else None
        is_range = isinstance(only, Token) and only.subtype == Token.RANGE
        return str(only.value) if is_range and isinstance(only, Token) else ""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of one of our functions.

    Attributes:
        name: the function's.
        arguments: in order; what was left out between separators is a blank one.
    """

    name: str
    arguments: tuple[Argument, ...]


Part = Token | Call


def parse(formula: str) -> tuple[Part, ...]:
    """Return a formula as tokens and calls of ours.

    Args:
        formula: in file spelling; a leading ``=`` does not matter.

    Raises:
        FormulaError: it is no formula, or calls a function of ours that does not exist.

    Example:
        >>> [p.name if isinstance(p, Call) else p.value for p in parse("1+POI_META(A1)")]
        ['1', '+', 'POI_META']
    """
    try:
        tokens = Tokenizer(f"={formula.removeprefix('=')}").items
    except (TokenizerError, IndexError) as error:
        raise FormulaError(UNREADABLE) from error
    source = _Source(tokens)
    parts = tuple(source.until_closed())
    if source.peek() is not None:
        raise FormulaError("sobra un paréntesis de cierre")
    return parts


def has_calls(formula: str) -> bool:
    """Whether a formula calls one of our functions; a text that only says its name does not count.

    Example:
        >>> [has_calls(text) for text in ("1+poi_meta()", '"POI_META("&A1', "MI_POI_META()")]
        [True, False, False]
    """
    if "POI_" not in formula.upper():
        return False
    return any(isinstance(part, Call) for part in parse(formula))


class _Source:
    """Tokens being followed."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens, self._at = tokens, 0

    def peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def take(self) -> Token:
        token = self.peek()
        if token is None:
            raise FormulaError("falta un paréntesis de cierre")
        self._at += 1
        return token

    def until_closed(self) -> Iterator[Part]:
        """Yield parts up to a bracket that closes one opened before, or to the end."""
        depth = 0
        while (token := self.peek()) is not None:
            if token.subtype == Token.CLOSE and depth == 0:
                return
            self.take()
            name = _our_name(token)
            if name:
                yield self._call(name)
                continue
            depth += (token.subtype == Token.OPEN) - (token.subtype == Token.CLOSE)
            yield token
        if depth:
            raise FormulaError("falta un paréntesis de cierre")

    def _call(self, name: str) -> Call:
        if name not in BY_NAME:
            raise FormulaError(f"no hay una función {name}")
        arguments: list[list[Part]] = [[]]
        for part in self.until_closed():
            if isinstance(part, Token) and part.type == Token.SEP and _is_outer(arguments[-1]):
                arguments.append([])
            else:
                arguments[-1].append(part)
        self.take()
        found = tuple(Argument(_trimmed(each)) for each in arguments)
        most = len(BY_NAME[name].arguments)
        if len(found) > most and not (len(found) == 1 and found[0].is_blank):
            raise FormulaError(f"{name} recibe {most} argumentos, no {len(found)}")
        return Call(name, () if len(found) == 1 and found[0].is_blank else found)


def _our_name(token: Token) -> str:
    if token.type != Token.FUNC or token.subtype != Token.OPEN:
        return ""
    match = _NAME.fullmatch(token.value)
    return match[1].upper() if match else ""


def _is_outer(parts: Sequence[Part]) -> bool:
    """Whether no bracket opened in these parts is still open."""
    tokens = [part for part in parts if isinstance(part, Token)]
    opened = sum(token.subtype == Token.OPEN for token in tokens)
    return opened == sum(token.subtype == Token.CLOSE for token in tokens)


def _trimmed(parts: Sequence[Part]) -> tuple[Part, ...]:
    first, last = 0, len(parts)
    while first < last and _is_space(parts[first]):
        first += 1
    while last > first and _is_space(parts[last - 1]):
        last -= 1
    return tuple(parts[first:last])


def _is_space(part: Part) -> bool:
    return isinstance(part, Token) and part.type == Token.WSPACE


def _literal(tokens: Sequence[Token]) -> Given:
    *signs, token = tokens
    if any(each.type != Token.OP_PRE for each in signs) or token.type != Token.OPERAND:
        return None
    if token.subtype == Token.NUMBER:
        negative = sum(each.value == "-" for each in signs) % 2
        return -float(token.value) if negative else float(token.value)
    return None if signs else _constant(token)


def _constant(token: Token) -> Given:
    text = str(token.value)
    if token.subtype == Token.TEXT:
        return text[1:-1].replace('""', '"')
    if token.subtype == Token.LOGICAL:
        return text.upper() == "TRUE"
    if token.subtype == Token.ERROR:
        return next((each for each in CellError if each.text == text.upper()), CellError.VALUE)
    return None


# --- references -----------------------------------------------------------------------------------


def write(parts: Sequence[Part], call: Callable[[Call], str], sheet: str = "") -> str:
    """Return a formula from its parts.

    Args:
        parts: of `parse`.
        call: what stands in the place of a call.
        sheet: when given, references without a sheet get this one, so that the formula means the
            same on any other.

    Raises:
        FormulaError: a reference that only means something where it stands.
    """
    return "".join(call(part) if isinstance(part, Call) else _text(part, sheet) for part in parts)


def _text(token: Token, sheet: str) -> str:
    text = str(token.value)
    if not sheet or token.type != Token.OPERAND or token.subtype != Token.RANGE:
        return text
    if "[#This Row]" in text or "[@" in text:
        raise FormulaError(f"{text} solo tiene sentido en la fila de su tabla")
    plain = _CELL.fullmatch(text) or _AREA.fullmatch(text) or _LINES.fullmatch(text)
    return f"{quoted(sheet)}!{text}" if plain else text


def quoted(sheet: str) -> str:
    """Return a sheet's name as formulas write it.

    Example:
        >>> quoted("POI"), quoted("Por órgano"), quoted("L'Oréal")
        ('POI', "'Por órgano'", "'L''Oréal'")
    """
    if _PLAIN_NAME.fullmatch(sheet) and not _LIKE_A_VALUE.fullmatch(sheet):
        return sheet
    doubled = sheet.replace("'", "''")
    return f"'{doubled}'"


def split_reference(text: str, sheet: str) -> tuple[str, str] | None:
    """Return sheet and address of a reference to cells; None for names and tables.

    Args:
        text: the reference.
        sheet: the sheet it is written on.

    Example:
        >>> split_reference("'Por órgano'!$A$5", "POI"), split_reference("A1:B2", "POI")
        (('Por órgano', '$A$5'), ('POI', 'A1:B2'))
    """
    place, mark, address = text.rpartition("!")
    if not (_CELL.fullmatch(address) or _AREA.fullmatch(address)):
        return None
    if not mark:
        return sheet, address
    if "[" in place or ":" in place:
        return None  # another workbook, or a span of sheets
    name = place[1:-1].replace("''", "'") if place.startswith("'") else place
    return name, address
