"""What is known of each open document since it was loaded, and what happens when it is saved.

LibreOffice tells of every document that it loads. Ranges that are held from then on move with rows
and columns that somebody inserts or deletes, so that this can be told from typing; and the file's
fingerprint tells whether somebody else changed it meanwhile.
"""

import datetime as dt
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import unohelper
from com.sun.star.document import XDocumentEventListener
from com.sun.star.lang import XServiceInfo
from com.sun.star.table import CellRangeAddress
from com.sun.star.task import XJob

from poi_xl.commands.log import start_log
from poi_xl.hosts.calc.files import BOOKS, path_of
from poi_xl.hosts.calc.loaded import Waiting
from poi_xl.package.names import WATCHER
from poi_xl.package.saving import fingerprint

SERVICES: Final = ("com.sun.star.task.Job",)
LOG: Final = logging.getLogger("poi_xl.calc")
_SHEETS: Final = "com.sun.star.sheet.SpreadsheetDocument"
# Out of the way of what people add beside and below.
_APART: Final = 30
_FAR: Final = 20_000


@dataclass(slots=True)
class Seen:
    """What was seen of a document's file when it was loaded or saved last.

    Attributes:
        document: the document.
        fingerprint: of its file.
        ranges: for each sheet, single rows and columns held fast, and their addresses then.
        backup: the copy of the file that was made before LibreOffice wrote it.
        told: whether the user was told what such a saving loses.
    """

    document: Any
    fingerprint: str
    ranges: list[tuple[Any, str]] = field(default_factory=list)
    backup: Path | None = None
    told: bool = False

    def is_moved(self) -> bool:
        """Whether rows or columns were inserted, deleted or moved since."""
        return any(held.RangeAddressesAsString != then for held, then in self.ranges)


_SEEN: Final[dict[str, Seen]] = {}


def seen(document: Any) -> Seen | None:
    """Return what was seen of a document; None if nobody told of its loading."""
    return _SEEN.get(str(document.RuntimeUID))


def look(document: Any) -> Seen | None:
    """Take note of a document as its file has it; None when it has none of Excel's files."""
    path = path_of(document)
    if path is None or path.suffix.lower() not in BOOKS or not path.is_file():
        return None
    known = Seen(document, fingerprint(path), [_held(document, each) for each in document.Sheets])
    _SEEN[str(document.RuntimeUID)] = known
    return known


def _held(document: Any, sheet: Any) -> tuple[Any, str]:
    """Hold every other cell of a column right of all used cells, and of a row below them.

    Whole rows and columns take these along; cells that people cut and paste do not. Neighbours
    would be taken for one range, whose inside may change unseen.
    """
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    used, whole = cursor.RangeAddress, sheet.RangeAddress
    right = min(used.EndColumn + _APART, whole.EndColumn)
    below = min(used.EndRow + _APART, whole.EndRow)
    rows = [(right, row) for row in range(0, min(used.EndRow, _FAR) + 2, 2)]
    columns = [(column, below) for column in range(0, min(used.EndColumn, _FAR) + 2, 2)]
    held = document.createInstance("com.sun.star.sheet.SheetCellRanges")
    cells = [CellRangeAddress(whole.Sheet, c, r, c, r) for c, r in (*rows, *columns)]
    held.addRangeAddresses(tuple(cells), False)
    return held, held.RangeAddressesAsString


class Watcher(unohelper.Base, XJob, XServiceInfo):  # type: ignore[misc] # UNO's own classes carry no types
    """The job that LibreOffice runs for each document it has loaded.

    Args:
        context: LibreOffice's component context.
    """

    def __init__(self, context: Any) -> None:
        self._context = context

    def execute(self, arguments: Any) -> None:
        """Take note of a document; see XJob. Nothing that fails here may keep it from opening."""
        start_log()
        try:
            document = _model(arguments)
            if document is None or not document.supportsService(_SHEETS):
                return
            Waiting(document)
            if look(document):
                document.addDocumentEventListener(_Listener(self._context))
        except Exception:
            LOG.exception("al abrirse un documento")

    def getImplementationName(self) -> str:  # noqa: N802 - UNO's
        """Return the name it is registered with; see XServiceInfo."""
        return WATCHER

    def supportsService(self, name: str) -> bool:  # noqa: N802 - UNO's
        """Whether it is a service; see XServiceInfo."""
        return name in SERVICES

    def getSupportedServiceNames(self) -> tuple[str, ...]:  # noqa: N802 - UNO's
        """Return the services it is; see XServiceInfo."""
        return SERVICES


def _model(arguments: Any) -> Any:
    groups = {group.Name: {each.Name: each.Value for each in group.Value} for group in arguments}
    return groups.get("Environment", {}).get("Model")


class _Listener(unohelper.Base, XDocumentEventListener):  # type: ignore[misc] # UNO's own classes carry no types
    """What happens to a document while it is open."""

    def __init__(self, context: Any) -> None:
        self._context = context

    def documentEventOccured(self, event: Any) -> None:  # noqa: N802 - UNO's, misspelled there
        """Hear of saving and closing; see XDocumentEventListener."""
        try:
            self._heard(event.EventName, event.Source)
        except Exception:
            LOG.exception("«%s» de un documento", event.EventName)

    def disposing(self, source: Any) -> None:
        """Forget the document; see XEventListener."""

    def _heard(self, name: str, document: Any) -> None:
        from poi_xl.hosts.calc import overwriting

        if name == "OnUnload":
            _SEEN.pop(str(document.RuntimeUID), None)
        elif name == "OnSave" and (known := seen(document)):
            overwriting.before(known, _now())
        elif name in ("OnSaveDone", "OnSaveAsDone"):
            known = seen(document)
            after = look(document)
            if known and after:
                after.backup, after.told = known.backup, known.told
            if after and name == "OnSaveDone":
                overwriting.after(after, self._context)


def _now() -> dt.datetime:
    return dt.datetime.now().replace(microsecond=0)  # noqa: DTZ005 - the analyst's own clock
