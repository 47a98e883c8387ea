"""Whether a workbook's macros are those of this version, module by module."""

from collections.abc import Sequence
from enum import StrEnum

from poi_xl.package.macros import (
    EMBEDDED_XLWINGS,
    WORKBOOK_MODULE,
    embedded_modules,
    hand_written,
    own_modules,
)
from poi_xl.package.vba import WORKBOOK_BASE, Kind, Module, document


class Origin(StrEnum):
    """What a module is; the value is the user's word."""

    SAME = "igual"
    CHANGED = "distinto"
    FOREIGN = "ajeno"


def origins(modules: Sequence[Module]) -> dict[str, Origin]:
    """Return what each module is that has any code.

    Args:
        modules: all those of a workbook's project.
    """
    is_embedded = any(each.name == EMBEDDED_XLWINGS for each in modules)
    ours = embedded_modules() if is_embedded else _built()
    known = {each.name.lower(): _as_compiled(each.text) for each in ours}
    return {
        each.name: _origin(known.get(each.name.lower()), _as_compiled(each.text))
        for each in modules
        if each.kind is not Kind.DOCUMENT or _code(each.text)
    }


def _built() -> tuple[Module, ...]:
    book = document(WORKBOOK_MODULE, hand_written("ThisWorkbook.cls"), WORKBOOK_BASE)
    return (book, *own_modules())


def _origin(known: str | None, found: str) -> Origin:
    if known is None:
        return Origin.FOREIGN
    return Origin.SAME if known == found else Origin.CHANGED


def _code(text: str) -> list[str]:
    """The lines that say more than what Excel writes into every module."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith(("Attribute ", "Option "))]


def _as_compiled(text: str) -> str:
    """The text as the compiler sees it: Excel respells names in other letters when it saves."""
    return "\n".join(line for line in map(_respelled, text.splitlines()) if line)


def _respelled(line: str) -> str:
    # Between quotation marks every letter counts.
    pieces = line.rstrip().split('"')
    return '"'.join(piece if at % 2 else piece.lower() for at, piece in enumerate(pieces))
