"""The buttons' way for a document that came from an .xlsx or .xlsm: the file host writes the file.

LibreOffice would lose parts of it. So what the user typed is found by comparing two copies that
LibreOffice writes, of the document and of the file as it reads it; it goes into the file's own
cells, the summary sheets are put in beside it, and the document is loaded anew where the user was.
"""

import datetime as dt
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from poi_xl.commands.ports import require_consent
from poi_xl.commands.update import Door, Update, update_open, with_typed
from poi_xl.core.problems import Problem, Refusal, problem
from poi_xl.core.text import file_name
from poi_xl.hosts.calc.desk import Desk, Loading, load_hidden, properties, show, sight_of
from poi_xl.hosts.calc.files import url_of
from poi_xl.hosts.calc.following import session_of
from poi_xl.hosts.calc.watch import seen
from poi_xl.package.cell_contents import Content
from poi_xl.package.cell_edits import Edits, SheetEdits
from poi_xl.package.marks import owned_sheets
from poi_xl.package.parts import Package
from poi_xl.package.saving import check_free, digest
from poi_xl.package.saving import replace as put_in_place
from poi_xl.package.unsaved import Unsaved, unsaved

_EXPORT: Final = "Calc MS Excel 2007 XML"
_MOVED: Final = "filas o columnas insertadas, eliminadas o movidas"


@dataclass(frozen=True, slots=True)
class OpenBook:
    """A document's file, and what the document has that the file has not.

    Attributes:
        package: the file.
        edits: what goes into its cells.
        typed: how many cells somebody edited.
        door: how a finished file takes its place.
    """

    package: Package
    edits: Edits
    typed: int
    door: Door

    @property
    def current(self) -> Package:
        """The workbook as its user sees it."""
        return with_typed(self.package, self.edits)


@dataclass(frozen=True, slots=True)
class Written:
    """What a button did to the file.

    Attributes:
        update: what became of the summary sheets.
        typed: how many cells that were not saved went into the file.
    """

    update: Update
    typed: int


def regenerate_file(desk: Desk, path: Path, keys: Sequence[str], now: dt.datetime) -> Written:
    """Write the user's edits and summary sheets into the document's file, and load it anew.

    Args:
        desk: the window.
        path: the document's file.
        keys: the sheets to regenerate.
        now: date of the stamp and name of the backup.

    Raises:
        Refusal: nothing was written and the document is as it was; or POI-E99, which says where
            the user's work is.
    """
    book = open_book(desk, path)
    update = update_open(
        book.package, book.edits, now=now, host=desk.host, door=book.door, keys=keys
    )
    return Written(update, book.typed)


def open_book(desk: Desk, path: Path) -> OpenBook:
    """Return the file of a document that is going to be written.

    Args:
        desk: the window.
        path: the document's file.

    Raises:
        Refusal: it may not be written, or the document has what cannot be put into it.
    """
    if desk.document.isReadonly():
        raise Refusal(problem("POI-E93", file=path.name))
    desk.host.progress("Abriendo el libro")
    check_free(path, ours=True)
    return _with_unsaved(desk, path)


def working_copy(desk: Desk, folder: Path) -> Path:
    """Return a workbook that says what the document says now, for what only reads it.

    Args:
        desk: the window.
        folder: where to write it.

    Raises:
        Refusal: the document has what cannot be put into a copy of its file.
    """
    desk.host.progress("Leyendo el libro")
    if path := desk.book:
        copy = folder / path.name
        _with_unsaved(desk, path).current.write(copy, {})
        return copy
    _compute_due(desk.document)
    return exported(desk.document, folder, (desk.path or Path(str(desk.document.Title))).stem)


# --- what is not saved ----------------------------------------------------------------------------


def _with_unsaved(desk: Desk, path: Path) -> OpenBook:
    package = Package.open(path)
    found = _unsaved(desk, package) if desk.document.isModified() else Unsaved({})
    require_consent(desk.host, found.problems)
    edits = _without_our_results(package, found.edits)
    return OpenBook(package, edits, found.typed, _Door(desk).replace)


def _unsaved(desk: Desk, package: Package) -> Unsaved:
    """Find what the user changed since the document was loaded."""
    known = seen(desk.document)
    name = package.path.name
    if known is None:
        raise Refusal(problem("POI-E98", file=name))
    if known.fingerprint != package.fingerprint:
        raise Refusal(problem("POI-E07", file=name))
    if known.is_moved():
        raise Refusal(problem("POI-E58", what=_MOVED))
    desk.host.progress("Buscando lo que aún no se guardó")
    _compute_due(desk.document)
    with tempfile.TemporaryDirectory(prefix="poi_xl-", ignore_cleanup_errors=True) as folder:
        saved = _saved_copy(desk, package, Path(folder))
        return unsaved(saved, Package.open(exported(desk.document, Path(folder), "b")))


def _compute_due(document: Any) -> None:
    """LibreOffice may not have come to computing our functions since the last edit."""
    if session_of(document).is_due():
        document.calculateAll()


def _saved_copy(desk: Desk, package: Package, folder: Path) -> Package:
    """Have LibreOffice read the file again and write what it understood."""
    data = package.path.read_bytes()
    if digest(data) != package.fingerprint:
        raise Refusal(problem("POI-E07", file=package.path.name))
    copy = folder / f"libro{package.path.suffix}"
    copy.write_bytes(data)
    document = load_hidden(desk, copy)
    try:
        return Package.open(exported(document, folder, "a"))
    finally:
        with suppress(Exception):
            document.close(True)


def exported(document: Any, folder: Path, name: str) -> Path:
    """Have LibreOffice write a document as a workbook of Excel's.

    Args:
        document: the document, which stays what it is.
        folder: where to.
        name: what it is about.
    """
    path = folder / file_name(name, ".xlsx")
    document.storeToURL(url_of(path), properties(FilterName=_EXPORT))
    return path


def _without_our_results(package: Package, edits: Mapping[str, SheetEdits]) -> Edits:
    """Leave out new results on our sheets: these are drawn anew, and nobody typed them."""
    ours = {sheet.name for sheet in owned_sheets(package).values()}
    return {
        name: {
            cell: edit
            for cell, edit in cells.items()
            if isinstance(edit, Content) or name not in ours
        }
        for name, cells in edits.items()
    }


# --- closing, replacing, loading ------------------------------------------------------------------


class _Door:
    """How the finished file takes the place of the one that is open in the window.

    Windows lets nobody replace an open file, so the document is closed first. By then everything
    the user typed stands in the finished file, which is kept if it cannot take its place.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def replace(
        self, target: Path, fresh: Path, *, seen: str | None, now: dt.datetime
    ) -> Path | None:
        """Close the document, put the file in its place, and load it where the user was."""
        return reloaded(
            self._desk,
            target,
            lambda: put_in_place(target, fresh, seen=seen, now=now),
            lambda refusal: _rescue(target, fresh, refusal, now),
        )


def reloaded(
    desk: Desk,
    path: Path,
    change: Callable[[], Path | None],
    rescue: Callable[[Refusal], tuple[Path, Problem]],
) -> Path | None:
    """Close a document, have its file changed, and load it where the user was.

    Args:
        desk: the window.
        path: the document's file.
        change: changes the file.
        rescue: says what to load instead when that was refused, and what to tell.

    Raises:
        Refusal: the change was refused; what the rescue says is loaded.
    """
    sight, loading = sight_of(desk), Loading.of(desk)
    loading.fill(desk, None)
    try:
        answer = change()
    except Refusal as refusal:
        other, told = rescue(refusal)
        loading.fill(desk, other)
        show(desk, sight)
        raise Refusal(told) from refusal
    loading.fill(desk, path)
    show(desk, sight)
    return answer


def _rescue(target: Path, fresh: Path, refusal: Refusal, now: dt.datetime) -> tuple[Path, Problem]:
    """Keep the finished file under a name of its own."""
    name = f"{target.stem} (sin guardar {now:%Y-%m-%d %H-%M-%S}){target.suffix}"
    rescue = fresh.rename(target.with_name(name))
    why = " ".join(each.message for each in refusal.problems)
    return rescue, problem("POI-E99", file=target.name, why=why, rescue=rescue.name)
