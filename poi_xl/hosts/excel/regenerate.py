"""Regenerating summary sheets in the workbook that is open: the use case, with Excel as its file.

The report, the renderer and what is kept beside each sheet are those of every host; only taking
the sheets in differs.
"""

import datetime as dt
import logging
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from poi_xl.commands.drawing import Drawing, draw
from poi_xl.commands.live import (
    ALERTS,
    Comparison,
    Regenerated,
    live_backup,
    notices_of,
    stopped,
)
from poi_xl.commands.load import Loaded, with_closings
from poi_xl.commands.log import log_path
from poi_xl.commands.people import People
from poi_xl.commands.ports import Host, require_consent
from poi_xl.commands.stamping import sheet_note, stamped_report
from poi_xl.core.notes import TypedNote
from poi_xl.core.problems import Problem, Refusal
from poi_xl.core.quarters import CLOSING_KEY
from poi_xl.core.settings import current_quarter
from poi_xl.core.summaries import Report
from poi_xl.hosts.excel.adopt import Adoption
from poi_xl.hosts.excel.people import people_of
from poi_xl.hosts.excel.place import (
    Place,
    current_cells,
    find_place,
    guards,
    table_guards,
    typed_notes,
)
from poi_xl.hosts.excel.session import Session
from poi_xl.reading.closings import parse_closings
from poi_xl.sheets.closing_book import CLOSING_SHEET
from poi_xl.sheets.report import KEYS

LOG: Final = logging.getLogger("poi_xl.excel")


@dataclass(frozen=True, slots=True)
class Given:
    """What a workbook is to say, known from elsewhere than its cells: plan and typed notes."""

    loaded: Loaded
    notes: list[TypedNote]


@dataclass(frozen=True, slots=True)
class Work:
    """Everything known before anything is written."""

    place: Place
    report: Report
    comparison: Comparison

    @property
    def drawing(self) -> Drawing:
        """The drawn sheets."""
        return self.comparison.drawing


def regenerate(
    app: Any, book: Any, keys: Sequence[str], now: dt.datetime, host: Host
) -> Regenerated:
    """Regenerate summary sheets of an open workbook.

    Nothing is written before every guard has let pass and a copy of the workbook, with what is not
    saved yet, stands on the disk.

    Args:
        app: Excel, its state already kept.
        book: the workbook.
        keys: the sheets to regenerate.
        now: date of the stamp and name of the backup.
        host: shows progress and puts questions.

    Raises:
        Refusal: nothing was written; or the work stopped half way (POI-E96), the backup named.
    """
    with tempfile.TemporaryDirectory(prefix="poi_xl-", ignore_cleanup_errors=True) as folder:
        work = prepare(book, keys, now, host, Path(folder))
        changed = work.comparison.changed(keys)
        if not changed:
            return Regenerated(work.report, (), 0, 0, None)
        new = [key for key in changed if key not in work.place.owned]
        _refuse(table_guards(work.place, _table_names(work.drawing, new)))
        host.progress("Guardando un respaldo")
        backup = save_backup(book, now)
        notices = _adopt(app, work, changed, backup, host.progress)
    names = tuple(work.place.names[key] for key in changed)
    cells = work.comparison.cells(changed)
    return Regenerated(work.report, names, len(new), cells, backup, notices)


def prepare(
    book: Any,
    keys: Sequence[str],
    now: dt.datetime,
    host: Host,
    folder: Path,
    given: Given | None = None,
) -> Work:
    """Read, check, compute and draw: all that writes nothing into the workbook.

    Args:
        book: the workbook.
        keys: the sheets to regenerate.
        now: date of the stamp.
        host: shows progress and puts questions.
        folder: for the drawing.
        given: what the sheets are to say, where that is not what the workbook's cells say.

    Raises:
        Refusal: something stands in the way.
    """
    host.progress("Leyendo el plan")
    place = find_place(book, KEYS)
    loaded = given.loaded if given else _with_closings(book, load_open(book))
    current = current_cells(place, {*keys, ALERTS})
    require_consent(host, tuple(guards(place, keys, current)))
    host.progress("Calculando")
    notes = given.notes if given else typed_notes(place, ALERTS, current)
    today = now.date()
    report, inputs = stamped_report(loaded, None, notes, place.names, place.stored, today)
    host.progress("Dibujando las hojas")
    # Excel opens no two workbooks of one name, wherever they are.
    path = folder / f"poi_xl-{uuid.uuid4().hex[:12]}.xlsx"
    drawing = draw(report, place.names, path, date_1904=bool(book.Date1904))
    marks = {key: sheet_note(report, inputs, drawing.sheets[key].cells) for key in place.names}
    return Work(place, report, Comparison(drawing, current, place.stored, marks))


def _with_closings(book: Any, loaded: Loaded) -> Loaded:
    place = find_place(book, {CLOSING_KEY: CLOSING_SHEET})
    cells = current_cells(place, {CLOSING_KEY}).get(CLOSING_KEY)
    kept = parse_closings(cells.rows) if cells else []
    return with_closings(loaded, place.names[CLOSING_KEY], kept)


def load_open(book: Any) -> Loaded:
    """Read and check the plan of an open workbook, as its functions do.

    Raises:
        Refusal: it holds no plan.
    """
    context = Session().known(book, None).context
    if context.plan is None:
        raise Refusal(context.problems)
    quarter = current_quarter(context.plan, context.settings)
    path = Path(str(book.FullName))
    return Loaded(path, context.plan, context.settings, tuple(context.problems), quarter)


def _table_names(drawing: Drawing, keys: Sequence[str]) -> list[str]:
    return [table.name for key in keys for table in drawing.sheets[key].tables]


def _refuse(problems: Iterator[Problem]) -> None:
    if found := tuple(problems):
        raise Refusal(found)


def _adopt(
    app: Any, work: Work, keys: Sequence[str], backup: Path, progress: Callable[[str], None]
) -> tuple[Problem, ...]:
    """Take the sheets in, and return what is no longer as people had it."""
    before = _people(work.place)
    notes = {key: str(work.comparison.notes[key]) for key in keys}
    try:
        Adoption(app, work.place, work.drawing, notes, progress).run(keys)
        progress("Comprobando")
        return notices_of(before, _people(find_place(work.place.book, KEYS)), backup)
    except Exception as error:
        LOG.exception("a mitad de la actualización")
        raise stopped(error, backup) from error


def _people(place: Place) -> People:
    return people_of(place.book, set(place.names.values()))


# --- the backup -----------------------------------------------------------------------------------


def save_backup(book: Any, now: dt.datetime) -> Path:
    """Save a copy of the workbook as it is in Excel now, what is not saved yet with it.

    Raises:
        Refusal: it could not be saved (POI-E97).
    """
    name, home = Path(str(book.Name)), backup_home(book)
    return live_backup(home, name, now, lambda path: book.SaveCopyAs(str(path)), "Excel")


def backup_home(book: Any) -> Path:
    """The workbook's folder; the user's own when that is no folder but a place on the web."""
    folder = Path(str(book.Path))
    return folder if folder.is_dir() else log_path().parent
