"""Carrying into the open document what a use case changed in a copy of it.

The copy is in Excel's format, written by LibreOffice from any other document; nothing is written
into a file, and the document is the user's to save.
"""

import datetime as dt
import logging
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from poi_xl.commands.carrying import SheetChanges, changed_lists, sheet_changes
from poi_xl.commands.drawing import Drawing
from poi_xl.commands.live import Regenerated, stopped
from poi_xl.commands.load import load_package
from poi_xl.commands.ports import Host
from poi_xl.core.notes import TypedNote
from poi_xl.core.problems import Problem, Refusal, problem
from poi_xl.hosts.calc.adopt import (
    regenerate_live,
    require_adoptable,
    save_backup,
    take_list,
)
from poi_xl.hosts.calc.desk import Desk
from poi_xl.hosts.calc.paper import PAGES, PRINTED
from poi_xl.hosts.calc.places import find_place
from poi_xl.hosts.calc.undoing import OneStep, take_back
from poi_xl.package.cell_contents import BLANK, NUMBER, Cell, Content
from poi_xl.package.marks import MARK, NOTE
from poi_xl.package.parts import Package
from poi_xl.sheets.report import KEYS

LOG: Final = logging.getLogger("poi_xl.calc")
_EXCEL: Final = 3  # com.sun.star.sheet.AddressConvention.XL_OOX
_TYPED: Final = 1 | 2 | 4 | 16  # com.sun.star.sheet.CellFlags: values, dates, texts, formulas
_PARTS: Final = ("LeftText", "CenterText", "RightText")


@dataclass
class Carrier:
    """The way of a finished copy into the document.

    Attributes:
        desk: the window.
        package: the copy as LibreOffice wrote it.
        host: shows progress and puts questions.
        title: what the step is called for who undoes it.
        notes: what takes the place of the notes that people typed beside the same activities.
        printed: what to make of headers and footers of sheets that change.
        unprinted: what makes of that what it was.
        backup: the copy of the document that was made already, if it was changed since.
        done: what became of the summary sheets; None until something came through.
    """

    desk: Desk
    package: Package
    host: Host
    title: str
    notes: Sequence[TypedNote] = ()
    printed: Callable[[str], str] = str
    unprinted: Callable[[str], str] = str
    backup: Path | None = None
    done: Regenerated | None = None

    def door(self, target: Path, fresh: Path, *, seen: str | None, now: dt.datetime) -> Path | None:  # noqa: ARG002 - a door for every host
        """Bring the changes over and draw the summary sheets anew, a copy kept beforehand.

        Args:
            target: the copy.
            fresh: the same once the use case was done with it.
            seen: nothing here.
            now: date of the sheets and name of the backup.

        Returns:
            The backup.

        Raises:
            Refusal: nothing was changed, or it is again as it was; or the work stopped half way
                (POI-E96), the backup named.
        """
        with tempfile.TemporaryDirectory(prefix="poi_xl-", ignore_cleanup_errors=True) as folder:
            after, place = Package.open(fresh), Path(folder)
            carried = _Carried.between(self.package, after, place / "ida")
            back = partial(_Carried.between, after, self.package, place / "vuelta")
            if carried or self.notes:
                self._carry(carried, back, now)
        return self.backup

    def _carry(
        self, carried: "_Carried", way_back: Callable[[], "_Carried"], now: dt.datetime
    ) -> None:
        document, context, host = self.desk.document, self.desk.context, self.host
        if found := tuple(_guards(document, carried.changes)):
            raise Refusal(found)
        keys = tuple(KEYS)
        require_adoptable(document, keys, host)
        if self.backup is None:
            host.progress("Guardando un respaldo")
            self.backup = save_backup(document, now)
        host.progress("Escribiendo en el plan")
        try:
            self._bring(carried, self.printed)
            self.done = regenerate_live(
                document, keys, now, host, context, notes=self.notes, backup=self.backup
            )
        except Exception as error:
            LOG.exception("a mitad de «%s»", self.title)
            if self._is_back(carried, way_back) and isinstance(error, Refusal):
                raise
            raise stopped(error, self.backup) from error

    def _bring(self, carried: "_Carried", printed: Callable[[str], str]) -> None:
        document = self.desk.document
        carry(document, carried.changes, self.title, printed)
        for key, drawing in carried.lists:
            take_list(document, key, drawing, self.host, self.desk.context)

    def _is_back(self, carried: "_Carried", way_back: Callable[[], "_Carried"]) -> bool:
        """Let what was brought over be as it was, and return whether that could be done.

        Sheets that were taken in leave nothing to undo; what they listed is drawn once more.
        """
        document = self.desk.document
        try:
            back = way_back()
            if take_back(document, self.title):
                _reprint_all(document, back.changes, self.unprinted)
                return True
            self._bring(back, self.unprinted)
            there = {key for key, _ in back.lists}
            wanted = {key: drawing.sheets[key].name for key, drawing in carried.lists}
            for key, sheet in find_place(document, wanted).owned.items():
                if key not in there:
                    self._take_out(key, sheet)
        except Exception:
            LOG.exception("no se pudo volver a como estaba")
            return False
        return True

    def _take_out(self, key: str, sheet: Any) -> None:
        """Remove a list that was not there, and what is kept of it."""
        document = self.desk.document
        document.Sheets.removeByName(sheet.Name)
        for name in (MARK + key, NOTE + key):
            if document.NamedRanges.hasByName(name):
                document.NamedRanges.removeByName(name)


@dataclass(frozen=True, slots=True)
class _Carried:
    """What is brought over, or back.

    Attributes:
        changes: what changes in sheets that are not ours, by name.
        lists: the sheets that list something and list something else, drawn, by key.
    """

    changes: Mapping[str, SheetChanges]
    lists: Sequence[tuple[str, Drawing]]

    def __bool__(self) -> bool:
        return bool(self.changes or self.lists)

    @staticmethod
    def between(before: Package, after: Package, folder: Path) -> "_Carried":
        """Return what is different in a workbook; drawings go into the folder."""
        folder.mkdir()
        institution = load_package(after).settings.institution
        lists = changed_lists(before, after, institution, folder, date_1904=after.date1904)
        return _Carried(sheet_changes(before, after), [*lists])


def _guards(document: Any, changes: Mapping[str, SheetChanges]) -> Iterator[Problem]:
    file = str(document.Title)
    if document.isReadonly():
        yield problem("POI-E93", file, file=file)
    if document.RecordChanges:
        yield problem("POI-E47", file, file=file)
    for name in changes:
        if document.Sheets.getByName(name).isProtected():
            yield problem("POI-E138", name)


def carry(
    document: Any, changes: Mapping[str, SheetChanges], title: str, printed: Callable[[str], str]
) -> None:
    """Set cells and columns in one step that can be undone, then what is printed around them.

    Args:
        document: the document.
        changes: what changes, by sheet.
        title: what the step is called.
        printed: what to make of their headers and footers.
    """
    with OneStep(document, title):
        for name, change in changes.items():
            _Writer(document, name).write(change.cells)
            columns = document.Sheets.getByName(name).Columns
            for column, hidden in change.hidden.items():
                columns.getByIndex(column - 1).IsVisible = not hidden
    _reprint_all(document, changes, printed)


class _Writer:
    """Puts contents into cells of one sheet."""

    def __init__(self, document: Any, name: str) -> None:
        self._sheet = document.Sheets.getByName(name)
        self._parser = document.createInstance("com.sun.star.sheet.FormulaParser")
        self._parser.CompileEnglish, self._parser.FormulaConvention = True, _EXCEL

    def write(self, cells: Mapping[Cell, Content]) -> None:
        """Set cells."""
        for (row, column), content in cells.items():
            self._set(self._sheet.getCellByPosition(column - 1, row - 1), content)

    def _set(self, cell: Any, content: Content) -> None:
        if content.formula:
            # As Excel's files spell it; LibreOffice spells functions and sheets its own way.
            cell.setTokens(self._parser.parseFormula(content.formula, cell.CellAddress))
        elif content.kind == NUMBER:
            cell.Value = float(content.value)
        elif content.kind == BLANK:
            cell.clearContents(_TYPED)
        else:
            cell.String = content.value


def _reprint_all(document: Any, names: Iterable[str], printed: Callable[[str], str]) -> None:
    for name in names:
        _reprint(document, name, printed)


def _reprint(document: Any, name: str, printed: Callable[[str], str]) -> None:
    """Have a sheet's headers and footers say something else; page numbers in them stay."""
    pages = document.StyleFamilies.getByName(PAGES)
    style = pages.getByName(document.Sheets.getByName(name).PageStyle)
    for each in PRINTED:
        content = getattr(style, each, None)
        texts = [getattr(content, part) for part in _PARTS] if content is not None else []
        if sum(_reworded(text, printed) for text in texts):
            setattr(style, each, content)


def _reworded(text: Any, printed: Callable[[str], str]) -> bool:
    """Put other words into a text, touching nothing but them; return whether there were any."""
    before = str(text.String)
    after = printed(before)
    if after == before:
        return False
    start = _same_length(before, after)
    end = _same_length(before[start:][::-1], after[start:][::-1])
    cursor = text.createTextCursor()
    cursor.gotoStart(False)
    cursor.goRight(start, False)
    cursor.goRight(len(before) - start - end, True)
    if cursor.String == before[start : len(before) - end]:
        cursor.String = after[start : len(after) - end]
    return True


def _same_length(one: str, other: str) -> int:
    """How many letters two texts have in common at their beginning."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
