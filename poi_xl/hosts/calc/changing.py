"""The buttons that change the workbook: *Importar fichas*, *Abrir trimestre*."""

import datetime as dt

from poi_xl.commands.import_forms import CONFLICTS, Importing, Reviewed
from poi_xl.commands.load import load_package
from poi_xl.commands.open_quarter import open_quarter_in
from poi_xl.commands.round_messages import (
    PREFERENCES,
    conflicts_question,
    import_question,
    imported,
    quarter_opened,
    quarter_options,
    quarter_question,
)
from poi_xl.core.problems import Refusal, problem
from poi_xl.hosts.calc.desk import Desk
from poi_xl.hosts.calc.messages import NOTHING, Message, closing
from poi_xl.hosts.calc.opened import OpenBook, open_book


def importar(desk: Desk, now: dt.datetime) -> Message:
    """Bring forms that the user picks into the workbook, once he has seen what would change.

    Args:
        desk: the window.
        now: date of the sheets, and name of the backup.
    """
    picked = desk.boxes.files("Fichas llenadas por las unidades", desk.home, several=True)
    if not picked:
        return NOTHING
    book = _book(desk)
    work = Importing(book.current, picked, desk.host)
    review = _decided(desk, work)
    if review is None or not desk.boxes.asks(import_question(review)):
        return NOTHING
    answer = work.finish(review, now=now, deadline=None, door=book.door)
    text, warning = closing(answer.update, book.typed, imported(answer))
    return text, warning or not answer.is_clean


def _decided(desk: Desk, work: Importing) -> Reviewed | None:
    """Return what the forms change, after the user has said what counts where they differ."""
    try:
        return work.review(None)
    except Refusal as refusal:
        if any(each.code not in CONFLICTS for each in refusal.problems):
            raise
        text = conflicts_question(refusal.problems)
    chosen = desk.boxes.choose(text, [*PREFERENCES.values()])
    return None if chosen is None else work.review([*PREFERENCES][chosen])


def abrir_trimestre(desk: Desk, now: dt.datetime) -> Message:
    """Open the quarter that the user picks: the next one, or an earlier one to go back to.

    Args:
        desk: the window.
        now: date of the closing and of the sheets, and name of the backup.
    """
    book = _book(desk)
    package = book.current
    current = load_package(package).quarter
    options = quarter_options(current)
    chosen = desk.boxes.choose(quarter_question(current), [*options.values()])
    if chosen is None:
        return NOTHING
    quarter = [*options][chosen]
    answer = open_quarter_in(package, quarter, now=now, host=desk.host, door=book.door)
    return closing(answer.update, book.typed, quarter_opened(answer))


def _book(desk: Desk) -> OpenBook:
    if path := desk.book:
        return open_book(desk, path)
    raise Refusal(problem("POI-E139", file=desk.document.Title))
