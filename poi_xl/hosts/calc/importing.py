"""The button *Importar fichas*.

A workbook of Excel's is written by the file host and loaded anew; in any other document the same
changes are made by LibreOffice, told by the same use case from a copy in Excel's format.
"""

import datetime as dt
import tempfile
from collections.abc import Sequence
from pathlib import Path

from poi_xl.commands.import_forms import Importing, Reviewed
from poi_xl.commands.ports import AskedOnce
from poi_xl.commands.round_messages import (
    PREFERENCES,
    conflicts_question,
    import_question,
    imported,
)
from poi_xl.core.form_changes import Prefer
from poi_xl.core.problems import Problem
from poi_xl.hosts.calc.carrying import Carrier
from poi_xl.hosts.calc.desk import Desk
from poi_xl.hosts.calc.messages import NOTHING, Message, closing, live_closing
from poi_xl.hosts.calc.opened import open_book, working_copy
from poi_xl.package.parts import Package


def importar(desk: Desk, now: dt.datetime) -> Message:
    """Bring forms that the user picks into the workbook, once he has seen what would change.

    Args:
        desk: the window.
        now: date of the sheets, and name of the backup.
    """
    picked = desk.boxes.files("Fichas llenadas por las unidades", desk.home, several=True)
    if not picked:
        return NOTHING
    return _import(desk, desk.book, picked, now) if desk.book else _import_live(desk, picked, now)


def _import(desk: Desk, path: Path, picked: Sequence[Path], now: dt.datetime) -> Message:
    book = open_book(desk, path)
    work = Importing(book.current, picked, desk.host)
    review = _agreed(desk, work)
    if review is None:
        return NOTHING
    answer = work.finish(review, now=now, deadline=None, door=book.door)
    text, warning = closing(answer.update, book.typed, imported(answer))
    return text, warning or not answer.is_clean


def _import_live(desk: Desk, picked: Sequence[Path], now: dt.datetime) -> Message:
    desk.require_live()
    host = AskedOnce(desk.host)
    with _folder() as inside:
        package = Package.open(working_copy(desk, Path(inside)))
        work = Importing(package, picked, host)
        review = _agreed(desk, work)
        if review is None:
            return NOTHING
        title, notes = "POI: importar fichas", review.brought.typed
        carrier = Carrier(desk, package, host, title, notes)
        answer = work.finish(review, now=now, deadline=None, door=carrier.door)
    text, warning = live_closing(carrier.done, imported(answer))
    return text, warning or not answer.is_clean


def _agreed(desk: Desk, work: Importing) -> Reviewed | None:
    """Return what the forms change, once the user has seen it and wants it."""

    def decided(conflicts: Sequence[Problem]) -> Prefer | None:
        chosen = desk.boxes.choose(conflicts_question(conflicts), [*PREFERENCES.values()])
        return None if chosen is None else [*PREFERENCES][chosen]

    review = work.settled(decided)
    return review if review and desk.boxes.asks(import_question(review)) else None


def _folder() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="poi_xl-", ignore_cleanup_errors=True)
