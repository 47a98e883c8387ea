"""Bringing what a use case made of a copy over to the workbook that is open: all of it or nothing.

The file host's use case works on a copy that Excel saved; the workbook gets the same changes
through Excel's own cells, so its file is never written behind Excel's back.
"""

import datetime as dt
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from poi_xl.commands.carrying import LISTS, SheetChanges, changed_lists, sheet_changes
from poi_xl.commands.drawing import Drawing
from poi_xl.commands.live import ALERTS, notices_of
from poi_xl.commands.load import load_package
from poi_xl.commands.log import log_path
from poi_xl.commands.people import People
from poi_xl.core.problems import Problem, Refusal, problem
from poi_xl.core.text import a1
from poi_xl.hosts.excel.adopt import Adoption, take_out, write_values
from poi_xl.hosts.excel.asking import ExcelHost
from poi_xl.hosts.excel.book import named, read_block, worksheets
from poi_xl.hosts.excel.people import people_of
from poi_xl.hosts.excel.place import Place, find_place, new_sheet_guards, table_guards
from poi_xl.hosts.excel.regenerate import Given, Work, prepare, save_backup
from poi_xl.hosts.excel.state import LOG
from poi_xl.hosts.excel.undoing import Undoing
from poi_xl.hosts.excel.values import grid
from poi_xl.package.graft import plan_graft
from poi_xl.package.marks import NOTE, note_text
from poi_xl.package.parts import Package
from poi_xl.reading.grid import Grid
from poi_xl.reading.owned import cells_fingerprint, typed_notes
from poi_xl.sheets.report import KEYS


@dataclass(frozen=True, slots=True)
class Carried:
    """What was done to the open workbook.

    Attributes:
        sheets: how many summary sheets were written.
        new: how many of these it did not have.
        cells: how many of their cells differ from before.
        backup: the copy of what was there before.
        notices: what the user should know.
    """

    sheets: int
    new: int
    cells: int
    backup: Path
    notices: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _List:
    """A sheet that lists something, on its way into the workbook."""

    key: str
    place: Place
    drawing: Drawing

    @property
    def note(self) -> str:
        """What is kept beside it."""
        return cells_fingerprint(self.drawing.sheets[self.key].cells)


@dataclass(frozen=True, slots=True)
class _Load:
    """All that is to be brought over.

    Attributes:
        changes: what changes in people's sheets, by name.
        lists: the sheets that list something and change.
        summaries: the summary sheets.
        keys: those of them that change.
    """

    changes: Mapping[str, SheetChanges]
    lists: Sequence[_List]
    summaries: Work
    keys: Sequence[str]

    @property
    def new(self) -> list[str]:
        """The summary sheets that the workbook does not have."""
        return [key for key in self.keys if key not in self.summaries.place.owned]

    @property
    def written(self) -> set[str]:
        """The cells of people's sheets that are written."""
        return {f"{n}!{a1(*cell)}" for n, each in self.changes.items() for cell in each.cells}


class Carrier:
    """The door of a use case: what comes through it goes into the open workbook.

    Args:
        app: Excel, its state already kept.
        book: the workbook.
        before: the copy that the use case works on.
        host: shows progress and puts questions.

    Attributes:
        book: the workbook.
        host: shows progress and puts questions.
        before: the copy that the use case works on.
        backup: the workbook as it was, if something was changed in it already.
        undo: what takes that back, and all that comes through the door.
        done: what was done; None while nothing was.
    """

    def __init__(self, app: Any, book: Any, before: Package, host: ExcelHost) -> None:
        self._app, self.book, self.host = app, book, host
        self.before, self.undo = before, Undoing()
        self.backup: Path | None = None
        self.done: Carried | None = None

    def keep(self, now: dt.datetime) -> Path:
        """Save the workbook as it is beside itself, unless that was done before it changed.

        Raises:
            Refusal: it could not be saved (POI-E97).
        """
        if self.backup is None:
            self.host.progress("Guardando un respaldo")
            self.backup = save_backup(self.book, now)
        return self.backup

    def door(self, target: Path, fresh: Path, *, seen: str | None, now: dt.datetime) -> Path:  # noqa: ARG002
        """Bring the finished copy over, and return the backup of the workbook.

        Args:
            target: the copy; it stays as it is.
            fresh: the finished copy.
            seen: fingerprint of the copy.
            now: date of the sheets, and name of the backup.

        Raises:
            Refusal: nothing was written, or it was taken back (POI-E134).
        """
        with tempfile.TemporaryDirectory(prefix="poi_xl-", ignore_cleanup_errors=True) as folder:
            load = self._load(Package.open(fresh), now, Path(folder))
            self._check(load)
            backup = self.keep(now)
            notices = self._write(load, backup)
        cells = load.summaries.comparison.cells(load.keys)
        self.done = Carried(len(load.keys), len(load.new), cells, backup, notices)
        return backup

    # --- before anything is written ---------------------------------------------------------------

    def _load(self, after: Package, now: dt.datetime, folder: Path) -> _Load:
        place = plan_graft(after, KEYS)
        notes = typed_notes(after, place.names[ALERTS]) if ALERTS in place.owned else []
        given = Given(load_package(after), notes)
        summaries = prepare(self.book, tuple(KEYS), now, self.host, folder, given)
        institution, is_1904 = summaries.report.stamp.institution, bool(self.book.Date1904)
        drawn = changed_lists(self.before, after, institution, folder, date_1904=is_1904)
        return _Load(
            sheet_changes(self.before, after),
            [_List(k, find_place(self.book, {k: LISTS[k]}), drawing) for k, drawing in drawn],
            summaries,
            summaries.comparison.changed(tuple(KEYS)),
        )

    def _check(self, load: _Load) -> None:
        """Refuse what Excel would refuse half way."""
        sheets, summaries = worksheets(self.book), load.summaries
        tables = [t.name for key in load.new for t in summaries.drawing.sheets[key].tables]
        lists = [each.place.owned[each.key] for each in load.lists if each.place.owned]
        touched = [*(sheets[name] for name in load.changes), *lists]
        found = [
            *table_guards(summaries.place, tables),
            *(each for item in load.lists for each in new_sheet_guards(item.place, (item.key,))),
            *(problem("POI-E133", str(s.Name)) for s in touched if s.ProtectContents),
        ]
        if found:
            raise Refusal(found)

    # --- writing ----------------------------------------------------------------------------------

    def _write(self, load: _Load, backup: Path) -> tuple[Problem, ...]:
        """Write all of it and return what else is no longer as people had it; or take it back."""
        people, undo = self._people(load.written), self.undo
        try:
            self.host.progress("Escribiendo en el plan")
            for name, each in load.changes.items():
                sheet = named(worksheets(self.book), name)
                undo.cells(sheet, each.cells)
                undo.columns(sheet, each.hidden)
                undo.printed(sheet, each.printed)
            for item in load.lists:
                self._write_list(item, undo)
            # Last, for they need no taking back: written half, they are written anew next time.
            self._write_summaries(load)
            self.host.progress("Comprobando")
            return notices_of(people, self._people(load.written), backup)
        except Exception as error:
            LOG.exception("a mitad de la escritura")
            raise stopped(error, backup, is_back=undo.back()) from error

    def _write_summaries(self, load: _Load) -> None:
        work = load.summaries
        notes = {key: str(work.comparison.notes[key]) for key in load.keys}
        adoption = Adoption(self._app, work.place, work.drawing, notes, self.host.progress)
        adoption.run(load.keys)

    def _write_list(self, item: _List, undo: Undoing) -> None:
        name = item.drawing.sheets[item.key].name
        if sheet := item.place.owned.get(item.key):
            undo.remember(self._as_it_was(sheet, item))
        else:
            undo.remember(lambda: take_out(self.book, name))
        notes = {item.key: item.note}
        Adoption(self._app, item.place, item.drawing, notes, self.host.progress).run([item.key])

    def _as_it_was(self, sheet: Any, item: _List) -> Callable[[], None]:
        """Return what writes a list's old rows back, and what is kept beside it."""
        note = plan_graft(self.before, LISTS).notes.get(item.key, "")
        rows = _rows(sheet)

        def back() -> None:
            used = _rows(sheet)
            width = max(map(len, (*rows, *used)))
            write_values(sheet, rows, max(len(rows), len(used)), width)
            self.book.Names.Add(Name=NOTE + item.key, RefersTo=f"={note_text(note)}", Visible=False)

        return back

    def _people(self, written: set[str]) -> People:
        """What people made, but for the cells that we write."""
        ours = {*find_place(self.book, {**KEYS, **LISTS}).names.values()}
        people = people_of(self.book, ours)
        formulas = {place: text for place, text in people.formulas.items() if place not in written}
        return replace(people, formulas=formulas)


def _rows(sheet: Any) -> Grid:
    return grid(read_block(sheet, merged=False).values)


def stopped(error: Exception, backup: Path, *, is_back: bool) -> Refusal:
    """Return what to tell of work that stopped half way (POI-E134).

    Args:
        error: why.
        backup: the workbook as it was.
        is_back: whether all that was written could be taken back.
    """
    state = (
        "El plan quedó como estaba; las hojas de resumen pueden estar incompletas"
        if is_back
        else "El plan puede haber quedado a medias: no todo pudo volver a como estaba"
    )
    detail = f"{type(error).__name__}: {error}"
    return Refusal(problem("POI-E134", detail=detail, state=state, backup=backup, log=log_path()))
