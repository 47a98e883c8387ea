"""Regenerating summary sheets in the workbook that is open: the use case, with Excel as its file.

The report, the renderer and what is kept beside each sheet are those of every host; only taking
the sheets in differs.
"""

import datetime as dt
import logging
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from poi_xl.commands.load import Loaded
from poi_xl.commands.log import log_path
from poi_xl.commands.ports import Host, require_consent
from poi_xl.commands.stamping import SheetNote, cell_changes, sheet_note, stamped_report
from poi_xl.core.problems import Problem, Refusal, problem
from poi_xl.core.settings import current_quarter
from poi_xl.core.summaries import Report
from poi_xl.hosts.excel.adopt import Adoption
from poi_xl.hosts.excel.drawing import Drawing, Drawn, draw
from poi_xl.hosts.excel.people import People, differences, people_of
from poi_xl.hosts.excel.place import (
    Place,
    current_cells,
    find_place,
    guards,
    table_guards,
    typed_notes,
)
from poi_xl.hosts.excel.session import Session
from poi_xl.package.saving import BACKUP_FOLDER, backups
from poi_xl.reading.cells import Cells
from poi_xl.reading.owned import cells_fingerprint
from poi_xl.sheets.report import KEYS

LOG: Final = logging.getLogger("poi_xl.excel")
ALERTS: Final = "alertas"
_KEPT_BACKUPS: Final = 10


@dataclass(frozen=True, slots=True)
class Regenerated:
    """What was done to the workbook.

    Attributes:
        report: what its sheets say now.
        sheets: names of the sheets that were written.
        new: how many of these the workbook did not have.
        cells: how many cells differ from before.
        backup: the copy of what was there before; None when nothing changed.
        notices: what the user should know.
    """

    report: Report
    sheets: tuple[str, ...]
    new: int
    cells: int
    backup: Path | None
    notices: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Work:
    """Everything known before anything is written."""

    place: Place
    report: Report
    drawing: Drawing
    current: Mapping[str, Cells]
    notes: Mapping[str, SheetNote]

    def changed(self, keys: Sequence[str]) -> list[str]:
        """The sheets that are not yet as they would be drawn."""
        return [key for key in keys if not self._is_current(key)]

    def _is_current(self, key: str) -> bool:
        note = self.notes[key]
        there = self.current.get(key)
        if there is None or self.place.stored.get(key) != note:
            return False
        return cells_fingerprint(there) == note.content

    def cells(self, keys: Sequence[str]) -> int:
        """Count the cells that differ; a formula that people typed is none."""
        return sum(self._cells(self.drawing.sheets[key]) for key in keys)

    def _cells(self, drawn: Drawn) -> int:
        typed = {formula.cell for formula in drawn.formulas}
        changes = cell_changes(drawn.name, self.current.get(drawn.key), drawn.cells)
        return sum(change.cell not in typed for change in changes)


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
        work = _prepare(book, keys, now, host, Path(folder))
        changed = work.changed(keys)
        if not changed:
            return Regenerated(work.report, (), 0, 0, None)
        new = [key for key in changed if key not in work.place.owned]
        _refuse(table_guards(work.place, _table_names(work.drawing, new)))
        host.progress("Guardando un respaldo")
        backup = save_backup(book, now)
        before = _people(work.place)
        _adopt(app, work, changed, backup, host.progress)
        host.progress("Comprobando")
        notices = tuple(_notices(before, _people(find_place(book, KEYS)), backup))
    names = tuple(work.place.names[key] for key in changed)
    return Regenerated(work.report, names, len(new), work.cells(changed), backup, notices)


def _prepare(book: Any, keys: Sequence[str], now: dt.datetime, host: Host, folder: Path) -> _Work:
    """Read, check, compute and draw: all that writes nothing into the workbook."""
    host.progress("Leyendo el plan")
    place = find_place(book, KEYS)
    loaded = load_open(book)
    current = current_cells(place, {*keys, ALERTS})
    require_consent(host, tuple(guards(place, keys, current)))
    host.progress("Calculando")
    notes = typed_notes(place, ALERTS, current)
    today = now.date()
    report, inputs = stamped_report(loaded, None, notes, place.names, place.stored, today)
    host.progress("Dibujando las hojas")
    # Excel opens no two workbooks of one name, wherever they are.
    path = folder / f"poi_xl-{uuid.uuid4().hex[:12]}.xlsx"
    drawing = draw(report, place.names, path, date_1904=bool(book.Date1904))
    marks = {key: sheet_note(report, inputs, drawing.sheets[key].cells) for key in place.names}
    return _Work(place, report, drawing, current, marks)


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
    app: Any, work: _Work, keys: Sequence[str], backup: Path, progress: Callable[[str], None]
) -> None:
    notes = {key: str(work.notes[key]) for key in keys}
    try:
        Adoption(app, work.place, work.drawing, notes, progress).run(keys)
    except Exception as error:
        LOG.exception("a mitad de la actualización")
        detail = f"{type(error).__name__}: {error}"
        stopped = problem("POI-E96", detail=detail, backup=backup, log=log_path())
        raise Refusal(stopped) from error


def _people(place: Place) -> People:
    return people_of(place.book, set(place.names.values()))


def _notices(before: People, after: People, backup: Path) -> Iterator[Problem]:
    if found := differences(before, after):
        LOG.warning("después de actualizar cambió: %s", "; ".join(found))
        yield problem("POI-A90", what="; ".join(found), backup=backup)


# --- the backup -----------------------------------------------------------------------------------


def save_backup(book: Any, now: dt.datetime) -> Path:
    """Save a copy of the workbook as it is in Excel now, what is not saved yet with it.

    Raises:
        Refusal: it could not be saved (POI-E97).
    """
    name = Path(str(book.Name))
    stamp = f"{now:%Y-%m-%dT%H-%M-%S}"
    path = _backup_home(book) / BACKUP_FOLDER / f"{name.stem}.{stamp}{name.suffix}"
    number = 1
    while path.exists():
        number += 1
        path = path.with_name(f"{name.stem}.{stamp}_{number}{name.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        book.SaveCopyAs(str(path))
        is_there = path.is_file() and path.stat().st_size > 0
    except Exception as error:
        raise Refusal(problem("POI-E97", file=path, detail=error)) from error
    if not is_there:
        raise Refusal(problem("POI-E97", file=path, detail="Excel no lo escribió"))
    _prune(path.parent.parent / name, path)
    return path


def _backup_home(book: Any) -> Path:
    """The workbook's folder; the user's own when that is no folder but a place on the web."""
    folder = Path(str(book.Path))
    return folder if folder.is_dir() else log_path().parent


def _prune(workbook: Path, newest: Path) -> None:
    others = [each.path for each in backups(workbook) if each.path != newest.resolve()]
    for path in others[_KEPT_BACKUPS - 1 :]:
        with suppress(OSError):
            path.unlink()
