"""What people type in the sheet Alertas, which every regeneration keeps."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# The typed columns, in their order on the sheet.
TYPED_HEADINGS = (
    "Categoría del motivo",
    "Motivo",
    "Medida correctiva",
    "Responsable",
    "Fecha de compromiso",
)
# Offered by the drop-down of the first typed column; other words are accepted.
REASON_CATEGORIES = (
    "Presupuestal",
    "Logística o contratación",
    "Personal",
    "Normativa",
    "Coordinación con terceros",
    "Demanda de los administrados",
    "Tecnología",
    "Programación",
    "Fuerza mayor",
    "Otro",
)


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula somebody typed, with its leading ``=``."""

    text: str


Value = str | float | dt.date | Formula


@dataclass(frozen=True, slots=True)
class TypedNote:
    """What was typed beside one activity.

    Attributes:
        key: the activity's key in the plan (see `Plan.keys`); empty when the row named none.
        organ: organ as the row showed it.
        activity: activity as the row showed it.
        values: one entry for each of `TYPED_HEADINGS`; an empty text where nothing was typed.
    """

    key: str
    organ: str
    activity: str
    values: tuple[Value, ...]


def merge_notes(notes: Iterable[TypedNote]) -> Mapping[str, list[TypedNote]]:
    """Return the notes by key; several under one key stay several, so that none is lost."""
    by_key: dict[str, list[TypedNote]] = {}
    for note in notes:
        by_key.setdefault(note.key, []).append(note)
    return by_key


def replace_notes(notes: Iterable[TypedNote], newer: Iterable[TypedNote]) -> list[TypedNote]:
    """Return the notes with newer ones in the place of the first under the same key, or at the end.

    Example:
        >>> old, new = (TypedNote("a|x", "A", "X", (text,)) for text in ("antes", "después"))
        >>> [note.values for note in replace_notes([old], [new])]
        [('después',)]
    """
    fresh = {note.key: note for note in newer}
    kept = [fresh.pop(note.key, note) for note in notes]
    return [*kept, *fresh.values()]
