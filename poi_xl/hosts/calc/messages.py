"""How every button ends: one message."""

from typing import Final

from poi_xl.commands.live import Regenerated
from poi_xl.commands.update import Update

Message = tuple[str, bool]  # what is said, and whether it is a warning
NOTHING: Final[Message] = ("", False)


def closing(update: Update, typed: int, text: str) -> Message:
    """Return how the writing of a document's file is told.

    Args:
        update: what was written.
        typed: how many cells that were not saved went into the file.
        text: what became of the workbook.
    """
    if not update.written:
        return text, False
    lines = [text, *_typed_line(typed), f"Respaldo: {update.backup}", _file_line(update)]
    notices = tuple(update.notices)
    return "\n".join([*lines, *(f"\n{each}" for each in notices)]), bool(notices)


def live_closing(done: Regenerated | None, text: str) -> Message:
    """Return how a change of the document itself is told.

    Args:
        done: what became of the summary sheets; None when nothing was changed.
        text: what became of the document.
    """
    if done is None:
        return text, False
    lines = [text, f"Respaldo: {done.backup}", "Guarde el documento para conservar los cambios."]
    notices = tuple(done.notices)
    return "\n".join([*lines, *(f"\n{each}" for each in notices)]), bool(notices)


def _typed_line(typed: int) -> list[str]:
    if not typed:
        return []
    return [f"Celdas que usted había escrito y aún no estaban en el archivo: {typed:,}."]


def _file_line(update: Update) -> str:
    macros = ", con sus macros intactas" if update.target.suffix.lower() == ".xlsm" else ""
    return f"«{update.target.name}» ya está guardado{macros}."
