"""How a sheet of ours is known again: hidden names of the workbook, never the sheet's own name.

A workbook-scoped name over all rows follows the sheet when people rename or move it, stays with
the original when they copy it (the copy's is local to the copy), survives other programs, and
becomes ``#REF!`` when they delete the sheet.
"""

import re
from collections.abc import Iterable
from typing import Final

from poi_xl.package.parts import Package, Sheet

MARK: Final = "_poi_xl.hoja."
NOTE: Final = "_poi_xl.nota."
# Excel takes no longer text constant in a formula.
NOTE_LIMIT: Final = 255
_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def check_keys(keys: Iterable[str]) -> None:
    """Refuse keys that could not be part of a defined name.

    Raises:
        ValueError: one is no ASCII identifier, or two differ only by case.
    """
    known: set[str] = set()
    for key in keys:
        if not _KEY.fullmatch(key) or key.lower() in known:
            raise ValueError(f"not a key for a sheet: {key!r}")
        known.add(key.lower())


def mark_text(sheet: str) -> str:
    """Return what marks a sheet as ours: all its rows, so that deleting rows cannot break it.

    Example:
        >>> mark_text("Órgano d'A")
        "'Órgano d''A'!$1:$1048576"
    """
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!$1:$1048576"


def marked_sheet(text: str) -> str:
    """Return the sheet that a mark names; empty when it was deleted.

    Example:
        >>> marked_sheet("'Órgano d''A'!$1:$1048576"), marked_sheet("#REF!$1:$1048576")
        ("Órgano d'A", '')
    """
    name, found, _ = text.strip().removeprefix("=").rpartition("!")
    if not found or name.startswith("#REF"):
        return ""
    # LibreOffice writes a dollar before the sheet in some of its formats.
    name = name.removeprefix("$")
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


def note_text(note: str) -> str:
    """Return a note as the text constant that a name holds.

    Raises:
        ValueError: too long, or with characters that do not survive in a formula.

    Example:
        >>> note_text('v3 "a" b')
        '"v3 ""a"" b"'
    """
    if len(note) > NOTE_LIMIT or not note.isprintable():
        raise ValueError(f"not a note for a sheet: {note!r}")
    quoted = note.replace('"', '""')
    return f'"{quoted}"'


def noted(text: str) -> str | None:
    """Return the note that a name holds, or nothing if it holds something else.

    Example:
        >>> noted('"v3 ""a"" b"'), noted("Hoja1!$A$1")
        ('v3 "a" b', None)
    """
    match = re.fullmatch(r'\s*=?"((?:[^"]|"")*)"\s*', text)
    return match[1].replace('""', '"') if match else None


def is_ours(name: str, keys: Iterable[str]) -> bool:
    """Whether a global name is the mark or the note of one of these keys."""
    ours = {f"{kind}{key}".lower() for kind in (MARK, NOTE) for key in keys}
    return name.lower() in ours


def owned_sheets(package: Package) -> dict[str, Sheet]:
    """Return our sheets by key in lower case, under whatever name they have now."""
    sheets = {s.name.lower(): s for s in package.sheets if s.kind == "worksheet"}
    owned: dict[str, Sheet] = {}
    for key, text in _texts(package, MARK):
        sheet = sheets.get(marked_sheet(text).lower())
        # Two marks on one sheet are damage; the first one counts.
        if sheet is not None and sheet not in owned.values():
            owned.setdefault(key, sheet)
    return owned


def stored_notes(package: Package) -> dict[str, str]:
    """Return the notes of our sheets by key in lower case; a deleted sheet has none."""
    owned = owned_sheets(package)
    notes = ((key, noted(text)) for key, text in _texts(package, NOTE))
    return {key: note for key, note in notes if key in owned and note is not None}


def _texts(package: Package, prefix: str) -> list[tuple[str, str]]:
    return [
        (d.name[len(prefix) :].lower(), d.text)
        for d in package.defined_names
        if d.sheet_index is None and d.name.lower().startswith(prefix)
    ]
