"""Regenerating summary sheets in an open LibreOffice document that is none of Excel's files.

The report, the renderer and what is kept beside each sheet are those of every host; only taking the
sheets in differs.
"""

import datetime as dt
import logging
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import uno

from poi_xl.commands.answering import context_of, settings_of
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
from poi_xl.commands.ports import Host, require_consent
from poi_xl.commands.stamping import sheet_note, stamped_report
from poi_xl.core.notes import TypedNote, replace_notes
from poi_xl.core.problems import Problem, Refusal
from poi_xl.core.quarters import CLOSING_KEY
from poi_xl.core.settings import current_quarter
from poi_xl.core.summaries import Report
from poi_xl.hosts.calc.desk import properties
from poi_xl.hosts.calc.document import OpenDocument
from poi_xl.hosts.calc.files import path_of, url_of
from poi_xl.hosts.calc.places import (
    Place,
    current_cells,
    find_place,
    guards,
    people_of,
    table_guards,
    typed_notes,
)
from poi_xl.hosts.calc.taking import Adoption, freeze
from poi_xl.reading.closings import parse_closings
from poi_xl.reading.owned import cells_fingerprint
from poi_xl.sheets.closing_book import CLOSING_SHEET
from poi_xl.sheets.report import KEYS

LOG: Final = logging.getLogger("poi_xl.calc")
_DRAWN: Final = "resumenes.xlsx"
_NEVER: Final = 0
_SUFFIX: Final = ".ods"
_FILTER: Final = "calc8"
_CELLS_OWN: Final = ("VertJustify", "CharFontName", "CharHeight", "CharWeight", "IsTextWrapped")
_SECRETS: Final = ("EncryptionData", "Password")


@dataclass(frozen=True, slots=True)
class _Work:
    """Everything known before anything is written."""

    place: Place
    report: Report
    comparison: Comparison

    @property
    def drawing(self) -> Drawing:
        """The drawn sheets."""
        return self.comparison.drawing


def regenerate_live(
    document: Any,
    keys: Sequence[str],
    now: dt.datetime,
    host: Host,
    context: Any = None,
    *,
    notes: Sequence[TypedNote] = (),
    backup: Path | None = None,
) -> Regenerated:
    """Regenerate summary sheets of an open document.

    Nothing is written before every guard has let pass and a copy of the document, with what is not
    saved yet, stands on the disk.

    Args:
        document: the document.
        keys: the sheets to regenerate.
        now: date of the stamp and name of the backup.
        host: shows progress and puts questions.
        context: LibreOffice's component context; that of this Python when None.
        notes: what takes the place of the notes that people typed beside the same activities.
        backup: the copy that was made already, if the document was changed since.

    Raises:
        Refusal: nothing was written; or the work stopped half way (POI-E96), the backup named.
    """
    with tempfile.TemporaryDirectory(prefix="poi_xl-", ignore_cleanup_errors=True) as folder:
        work = _prepare(document, keys, now, host, Path(folder), notes)
        changed = work.comparison.changed(keys)
        if not changed:
            return Regenerated(work.report, (), 0, 0, backup)
        new = [key for key in changed if key not in work.place.owned]
        _refuse(table_guards(work.place, _table_names(work.drawing, new)))
        if backup is None:
            host.progress("Guardando un respaldo")
            backup = save_backup(document, now)
        before = people_of(work.place)
        _adopt(work, changed, backup, host.progress, context or uno.getComponentContext())
        host.progress("Comprobando")
        notices = notices_of(before, people_of(find_place(document, KEYS)), backup)
    names = tuple(work.place.names[key] for key in changed)
    cells = work.comparison.cells(changed)
    return Regenerated(work.report, names, len(new), cells, backup, notices)


def require_adoptable(document: Any, keys: Sequence[str], host: Host) -> None:
    """Ask about, and refuse, all that is known to forbid regenerating sheets.

    Args:
        document: the document.
        keys: the sheets.
        host: puts the questions.

    Raises:
        Refusal: why.
    """
    place = find_place(document, KEYS)
    require_consent(host, tuple(guards(place, keys, current_cells(place, keys))))


def _prepare(
    document: Any,
    keys: Sequence[str],
    now: dt.datetime,
    host: Host,
    folder: Path,
    fresh: Sequence[TypedNote],
) -> _Work:
    """Read, check, compute and draw: all that writes nothing into the document."""
    host.progress("Leyendo el plan")
    place = find_place(document, KEYS)
    loaded = _with_closings(document, load_live(document))
    current = current_cells(place, {*keys, ALERTS})
    require_consent(host, tuple(guards(place, keys, current)))
    host.progress("Calculando")
    notes = replace_notes(typed_notes(place, ALERTS, current), fresh)
    today = now.date()
    report, inputs = stamped_report(loaded, None, notes, place.names, place.stored, today)
    host.progress("Dibujando las hojas")
    date_1904 = document.NullDate.Year == 1904  # noqa: PLR2004 - the other calendar's first year
    drawing = draw(report, place.names, folder / _DRAWN, date_1904=date_1904)
    marks = {key: sheet_note(report, inputs, drawing.sheets[key].cells) for key in place.names}
    return _Work(place, report, Comparison(drawing, current, place.stored, marks))


def _with_closings(document: Any, loaded: Loaded) -> Loaded:
    place = find_place(document, {CLOSING_KEY: CLOSING_SHEET})
    cells = current_cells(place, {CLOSING_KEY}).get(CLOSING_KEY)
    kept = parse_closings(cells.rows) if cells else []
    return with_closings(loaded, place.names[CLOSING_KEY], kept)


def take_list(document: Any, key: str, drawing: Drawing, host: Host, context: Any) -> None:
    """Take a sheet that lists what happened into an open document.

    Args:
        document: the document.
        key: which sheet.
        drawing: the drawn sheet.
        host: shows progress.
        context: LibreOffice's component context.
    """
    drawn = drawing.sheets[key]
    place = find_place(document, {key: drawn.name})
    notes = {key: cells_fingerprint(drawn.cells)}
    with LoadedDrawing(context, drawing.path) as source, Quiet(document):
        Adoption(place, drawing, source, notes, host.progress).run([key])


def load_live(document: Any) -> Loaded:
    """Read and check the plan of an open document, as its functions do.

    Raises:
        Refusal: it holds no plan.
    """
    sheets = OpenDocument(document)
    held = sheets.settings()
    settings, problems = settings_of(held.cells if held else None)
    pointed = sheets.pointed(settings)
    known = {sheet.name for sheet in pointed}
    context = context_of(
        (sheet.cells for sheet in pointed),
        lambda: (sheet.cells for sheet in sheets.others(known)),
        settings,
        problems,
    )
    if context.plan is None:
        raise Refusal(context.problems)
    quarter = current_quarter(context.plan, context.settings)
    path = path_of(document) or Path(str(document.Title))
    return Loaded(path, context.plan, context.settings, tuple(context.problems), quarter)


def _table_names(drawing: Drawing, keys: Sequence[str]) -> list[str]:
    return [table.name for key in keys for table in drawing.sheets[key].tables]


def _refuse(problems: Iterator[Problem]) -> None:
    if found := tuple(problems):
        raise Refusal(found)


# --- taking the sheets in -------------------------------------------------------------------------


def _adopt(
    work: _Work,
    keys: Sequence[str],
    backup: Path,
    progress: Callable[[str], None],
    context: Any,
) -> None:
    notes = {key: str(work.comparison.notes[key]) for key in keys}
    document = work.place.document
    try:
        with LoadedDrawing(context, work.drawing.path) as source, Quiet(document):
            name_colours(source)
            Adoption(work.place, work.drawing, source, notes, progress).run(keys)
        _freeze(document, work, keys)
    except Exception as error:
        LOG.exception("a mitad de la actualización")
        raise stopped(error, backup) from error


class LoadedDrawing:
    """The drawn file, loaded out of sight and closed whatever happens.

    Python's `contextmanager` cannot hand on the exceptions of UNO, so this is a class.

    Args:
        context: LibreOffice's component context.
        path: the file.
    """

    def __init__(self, context: Any, path: Path) -> None:
        self._context, self._path = context, path
        self._source: Any = None

    def __enter__(self) -> Any:
        """Load it."""
        name = "com.sun.star.frame.Desktop"
        desktop = self._context.ServiceManager.createInstanceWithContext(name, self._context)
        wanted = properties(Hidden=True, MacroExecutionMode=_NEVER, UpdateDocMode=_NEVER)
        url = url_of(self._path)
        self._source = desktop.loadComponentFromURL(url, "_blank", 0, wanted)
        if self._source is None:
            raise OSError(f"LibreOffice no abrió «{self._path}»")
        return self._source

    def __exit__(self, *failure: object) -> None:
        """Close it."""
        with suppress(Exception):
            self._source.close(True)


def name_colours(source: Any) -> None:
    """Name the styles of conditional formats after what they look like.

    LibreOffice numbers them, and a style that the document has by the same name, of people's own
    formats or of an earlier run, would be taken for it.
    """
    styles = source.StyleFamilies.getByName("CellStyles")
    for sheet in source.Sheets:
        for form in sheet.ConditionalFormats.ConditionalFormats:
            place = form.Range.RangeAddresses[0]
            cell = sheet.getCellByPosition(place.StartColumn, place.StartRow)
            for index in range(form.Count):
                entry = form.getByIndex(index)
                if hasattr(entry, "StyleName"):
                    entry.StyleName = _named_look(source, styles, entry.StyleName, cell)


def _named_look(source: Any, styles: Any, name: str, cell: Any) -> str:
    old = styles.getByName(name)
    back, letters = old.CellBackColor, old.CharColor
    wanted = f"poi_xl {back & 0xFFFFFF:06X} {letters & 0xFFFFFF:06X} {cell.CharHeight:g}"
    if not styles.hasByName(wanted):
        styles.insertByName(wanted, source.createInstance("com.sun.star.style.CellStyle"))
        made = styles.getByName(wanted)
        made.CellBackColor, made.CharColor = back, letters
        # What the document's default style says would be put over the cell's own format.
        for each in _CELLS_OWN:
            setattr(made, each, getattr(cell, each))
    return wanted


class Quiet:
    """Nobody sees single steps in a document, or can undo them; afterwards nothing can be undone.

    The document cannot be undone to what it was only in part, and sheets that came from another
    document could not be undone at all.

    Args:
        document: the document.
    """

    def __init__(self, document: Any) -> None:
        self._document = document
        self._fits, self._calculates = True, True

    def __enter__(self) -> None:
        """Lock it."""
        document = self._document
        self._fits = document.IsAdjustHeightEnabled
        self._calculates = document.isAutomaticCalculationEnabled()
        document.lockControllers()
        document.addActionLock()
        document.UndoManager.lock()
        # Rows get the heights that they are drawn with, and figures are computed once, at the end.
        document.IsAdjustHeightEnabled = False
        document.enableAutomaticCalculation(False)

    def __exit__(self, *failure: object) -> None:
        """Unlock it, each lock even if another one failed."""
        document, undo = self._document, self._document.UndoManager
        for release in (
            lambda: document.enableAutomaticCalculation(self._calculates),
            lambda: setattr(document, "IsAdjustHeightEnabled", self._fits),
            undo.unlock,
            undo.clear,
            document.removeActionLock,
            document.unlockControllers,
        ):
            with suppress(Exception):
                release()


def _freeze(document: Any, work: _Work, keys: Sequence[str]) -> None:
    controller = document.CurrentController
    # A preview shows pages, and no sheet.
    shown = getattr(controller, "ActiveSheet", None)
    if shown is None:
        return
    try:
        for key in keys:
            drawn = work.drawing.sheets[key]
            freeze(controller, document.Sheets.getByName(drawn.name), drawn)
    finally:
        controller.setActiveSheet(shown)


# --- the backup -----------------------------------------------------------------------------------


def save_backup(document: Any, now: dt.datetime) -> Path:
    """Save a copy of the document as it is now, what is not saved yet with it.

    It stands beside the document's file, or in the user's own folder when there is none.

    Raises:
        Refusal: it could not be saved (POI-E97).
    """
    path = path_of(document)
    home = path.parent if path else log_path().parent
    name = Path((path or Path(str(document.Title))).stem + _SUFFIX)
    # A document with a password gets no copy without it. LibreOffice takes its keys only as it gave
    # them: Python would make another type of them, and storing would end LibreOffice.
    keys = [each for each in document.getArgs() if each.Name in _SECRETS]

    def save(copy: Path) -> None:
        document.storeToURL(url_of(copy), (*properties(FilterName=_FILTER), *keys))

    return live_backup(home, name, now, save, "LibreOffice")
