"""The window that a button was pressed in: its document, the user's place in it, loading anew."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from com.sun.star.beans import PropertyValue

from poi_xl.commands.guide import Topic, topic_at
from poi_xl.core.problems import Refusal, problem
from poi_xl.hosts.calc.boxes import Boxes, CalcHost
from poi_xl.hosts.calc.files import BOOKS, path_of, url_of

_LIVE_SINCE: Final = (25, 2)
_PRODUCT: Final = "/org.openoffice.Setup/Product"
_ALLOWED, _NEVER = 4, 0
_EMPTY: Final = "private:factory/scalc"
_CELLS: Final = "com.sun.star.sheet.SheetCellRange"


@dataclass(frozen=True, slots=True)
class Desk:
    """A window, and how to speak to its user.

    Attributes:
        context: LibreOffice's component context.
        frame: the window's frame.
        boxes: message boxes over it.
        host: its status bar and questions.
    """

    context: Any
    frame: Any
    boxes: Boxes
    host: CalcHost

    @property
    def document(self) -> Any:
        """The document in the window."""
        return self.frame.Controller.Model

    @property
    def path(self) -> Path | None:
        """The document's file; None when it was never saved, or is no file."""
        return path_of(self.document)

    @property
    def home(self) -> Path | None:
        """The folder of the document's file."""
        return self.path.parent if self.path else None

    @property
    def book(self) -> Path | None:
        """The document's file if it is one of Excel's."""
        path = self.path
        return path if path and path.suffix.lower() in BOOKS else None

    @property
    def version(self) -> str:
        """The version of this LibreOffice."""
        provider = self.service("com.sun.star.configuration.ConfigurationProvider")
        name = "com.sun.star.configuration.ConfigurationAccess"
        access = provider.createInstanceWithArguments(name, properties(nodepath=_PRODUCT))
        return str(access.getByName("ooSetupVersion"))

    @property
    def topic(self) -> Topic:
        """What the guide explains of what the user looks at."""
        controller = self.frame.Controller
        sheet, selection = controller.ActiveSheet, controller.Selection
        if not (hasattr(selection, "supportsService") and selection.supportsService(_CELLS)):
            return topic_at("", "", sheet.Name)
        place = selection.RangeAddress
        cell, first = (
            sheet.getCellByPosition(column, place.StartRow) for column in (place.StartColumn, 0)
        )
        return topic_at(cell.FormulaLocal, first.String, sheet.Name)

    def require_live(self) -> None:
        """Refuse to change the document itself where LibreOffice cannot take our sheets in.

        Raises:
            Refusal: it is too old (POI-A92).
        """
        version = self.version
        if tuple(int(part) for part in version.split(".")[:2]) < _LIVE_SINCE:
            raise Refusal(problem("POI-A92", version=version))

    def service(self, name: str) -> Any:
        """Return a service of LibreOffice.

        Args:
            name: its full name.
        """
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)


def properties(**values: Any) -> tuple[Any, ...]:
    """Return named values as UNO takes them.

    Args:
        **values: names and values.
    """
    return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())


def load_hidden(desk: Desk, path: Path) -> Any:
    """Load a file where nobody sees it, and where none of its macros runs.

    Args:
        desk: the window.
        path: the file.
    """
    wanted = properties(Hidden=True, ReadOnly=True, MacroExecutionMode=_NEVER, UpdateDocMode=_NEVER)
    desktop = desk.service("com.sun.star.frame.Desktop")
    return desktop.loadComponentFromURL(url_of(path), "_blank", 0, wanted)


@dataclass(frozen=True, slots=True)
class Sight:
    """Where the user was in a document.

    Attributes:
        settings: how its windows looked: zoom, what is in sight and selected on each sheet.
        sheet: name of the sheet that was shown.
        selected: the range that was selected on it; empty for anything else.
    """

    settings: Any
    sheet: str
    selected: str


def sight_of(desk: Desk) -> Sight:
    """Return where the user is."""
    controller = desk.frame.Controller
    selection = controller.Selection
    is_range = hasattr(selection, "supportsService") and selection.supportsService(_CELLS)
    selected = str(selection.AbsoluteName).rpartition(".")[2] if is_range else ""
    return Sight(controller.getViewData(), controller.ActiveSheet.Name, selected)


def show(desk: Desk, sight: Sight) -> None:
    """Take the user back to where he was; a sheet that is gone leaves him where he is."""
    controller = desk.frame.Controller
    with suppress(Exception):  # a file that looks other than before is no reason to fail
        controller.restoreViewData(sight.settings)
        sheets = desk.document.Sheets
        if sheets.hasByName(sight.sheet):
            sheet = sheets.getByName(sight.sheet)
            controller.setActiveSheet(sheet)
            if sight.selected:
                controller.select(sheet.getCellRangeByName(sight.selected))


@dataclass(frozen=True, slots=True)
class Loading:
    """How a document was loaded, to load it the same way again."""

    hidden: bool
    macros: bool

    @staticmethod
    def of(desk: Desk) -> "Loading":
        """Return how the document of a window was loaded."""
        allowed = bool(getattr(desk.document, "AllowMacroExecution", False))
        given = {each.Name: each.Value for each in desk.document.getArgs()}
        return Loading(bool(given.get("Hidden", False)), allowed)

    def fill(self, desk: Desk, path: Path | None) -> None:
        """Put a file into the window, or an empty document.

        Args:
            desk: the window; what it held is closed, changed or not.
            path: the file.

        Raises:
            OSError: LibreOffice did not load it.
        """
        # A changed document would ask whether to be saved, which is what must not happen.
        desk.document.setModified(False)
        mode = _ALLOWED if self.macros else _NEVER
        wanted = properties(Hidden=self.hidden, MacroExecutionMode=mode)
        url = url_of(path) if path else _EMPTY
        if desk.frame.loadComponentFromURL(url, "_self", 0, wanted) is None:
            raise OSError(f"LibreOffice no abrió «{path}»")
