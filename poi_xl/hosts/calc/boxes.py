"""What LibreOffice says to its user and asks him: status bar, message boxes, a list to choose from.

Without windows nobody could answer a box; tests have what is said written to a file instead.
"""

import json
import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Protocol

import uno
from com.sun.star.lang import IllegalArgumentException
from com.sun.star.system import SystemShellExecuteException

from poi_xl.commands.messages import question
from poi_xl.core.problems import Problem
from poi_xl.hosts.calc.files import path_at, url_of

TITLE: Final = "POI"
# Names a file: what is said goes there, and answers come from a second one beside it.
SAID: Final = "POI_XL_CUADROS"
ANSWERS: Final = ".respuestas"
LOG: Final = logging.getLogger("poi_xl.calc")
_YES: Final = 2
_BUTTONS_OK, _BUTTONS_YES_NO = 1, 3
_WIDTH, _LINE, _MARGIN = 260, 10, 6
_LETTERS: Final = 60  # that surely fit in one line of a dialog
_STEPS: Final = 10
_URIS_ONLY: Final = 1  # com.sun.star.system.SystemShellExecuteFlags
_POS: Final = 3  # com.sun.star.awt.PosSize.POS
_PICKED: Final = 1  # com.sun.star.ui.dialogs.ExecutableDialogResults.OK
FOLDER_PICKER: Final = "com.sun.star.ui.dialogs.FolderPicker"
FILE_PICKER: Final = "com.sun.star.ui.dialogs.FilePicker"
BOOKS_FILTER: Final = ("Libros de Excel", "*.xlsx;*.xlsm")


class Boxes(Protocol):
    """How something is said to the user, and asked."""

    def tell(self, text: str, *, warning: bool = False) -> None:
        """Say something, and wait until it was read."""

    def asks(self, text: str) -> bool:
        """Return whether the user says yes."""

    def choose(self, text: str, options: Sequence[str]) -> int | None:
        """Return the place of the option that the user took, if he took one."""

    def folder(self, text: str, start: Path | None) -> Path | None:
        """Return the folder that the user picked, if he picked one."""

    def files(self, text: str, start: Path | None, *, several: bool) -> list[Path]:
        """Return the workbooks that the user picked, if any."""

    def browse(self, address: str) -> bool:
        """Open an address in the browser; return whether there is one."""


def boxes_for(context: Any, frame: Any) -> Boxes:
    """Return the boxes of a window; the file of tests where the environment names one."""
    path = os.environ.get(SAID)
    return FileBoxes(Path(path)) if path else WindowBoxes(context, frame)


class FileBoxes:
    """Boxes for tests: one JSON object a line for each thing said or asked.

    Args:
        path: where to write.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def tell(self, text: str, *, warning: bool = False) -> None:
        """Write it down."""
        self._write(dice=text, aviso=warning)

    def asks(self, text: str) -> bool:
        """Write it down and return the answer prepared for all questions."""
        answer = bool(self._prepared("pregunta"))
        self._write(pregunta=text, respuesta=answer)
        return answer

    def choose(self, text: str, options: Sequence[str]) -> int | None:
        """Write it down and return the prepared choice."""
        answer: int | None = self._prepared("elige")
        self._write(elige=text, opciones=list(options), respuesta=answer)
        return answer

    def folder(self, text: str, start: Path | None) -> Path | None:
        """Write it down and return the prepared folder."""
        answer = self._prepared("carpeta")
        self._write(carpeta=text, desde=str(start), respuesta=answer)
        return Path(answer) if answer else None

    def files(self, text: str, start: Path | None, *, several: bool) -> list[Path]:
        """Write it down and return the prepared files."""
        answer = self._prepared("archivos") or []
        self._write(archivos=text, desde=str(start), varios=several, respuesta=answer)
        return [Path(each) for each in answer]

    def browse(self, address: str) -> bool:
        """Write it down and return whether a browser was prepared."""
        answer = bool(self._prepared("navegador"))
        self._write(abre=address, respuesta=answer)
        return answer

    def _prepared(self, key: str) -> Any:
        path = Path(f"{self._path}{ANSWERS}")
        answers: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
        return answers.get(key)

    def _write(self, **said: object) -> None:
        with self._path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(said, ensure_ascii=False) + "\n")


class WindowBoxes:
    """The boxes of a window.

    Args:
        context: LibreOffice's.
        frame: the window's.
    """

    def __init__(self, context: Any, frame: Any) -> None:
        self._context, self._frame = context, frame

    def tell(self, text: str, *, warning: bool = False) -> None:
        """Show a box with one button."""
        self._box("WARNINGBOX" if warning else "INFOBOX", _BUTTONS_OK, text)

    def asks(self, text: str) -> bool:
        """Show a box with yes and no."""
        return bool(self._box("QUERYBOX", _BUTTONS_YES_NO, text) == _YES)

    def choose(self, text: str, options: Sequence[str]) -> int | None:
        """Show a list; the first one is taken beforehand."""
        dialog = self._service("com.sun.star.awt.UnoControlDialog")
        dialog.setModel(self._list_model(text, options))
        try:
            dialog.createPeer(self._service("com.sun.star.awt.Toolkit"), self._window)
            _centre(dialog, self._window)
            if not dialog.execute():
                return None
            place = int(dialog.getControl("lista").getSelectedItemPos())
            return place if place >= 0 else None
        finally:
            dialog.dispose()

    def folder(self, text: str, start: Path | None) -> Path | None:
        """Have the user pick a folder, or make one."""
        picker = self._service(FOLDER_PICKER)
        picker.setTitle(f"{TITLE}: {text}")
        picker.setDescription(text)
        _begin(picker, start)
        return path_at(picker.getDirectory()) if picker.execute() == _PICKED else None

    def files(self, text: str, start: Path | None, *, several: bool) -> list[Path]:
        """Have the user pick workbooks."""
        picker = self._service(FILE_PICKER)
        picker.setTitle(f"{TITLE}: {text}")
        picker.appendFilter(*BOOKS_FILTER)
        picker.setMultiSelectionMode(several)
        _begin(picker, start)
        if picker.execute() != _PICKED:
            return []
        return [path_at(each) for each in picker.getSelectedFiles()]

    def browse(self, address: str) -> bool:
        """Have LibreOffice ask the system: a program it starts itself gets its libraries."""
        try:
            self._service("com.sun.star.system.SystemShellExecute").execute(address, "", _URIS_ONLY)
        except (SystemShellExecuteException, IllegalArgumentException):
            LOG.exception("la guía no se abrió")
            return False
        return True

    def _list_model(self, text: str, options: Sequence[str]) -> Any:
        """Describe a dialog: some sentences, the list under them, two buttons."""
        model = self._service("com.sun.star.awt.UnoControlDialogModel")
        rows, inside = min(len(options), 10), _WIDTH - 2 * _MARGIN
        words = _lines(text) * _LINE
        bottom = 4 * _MARGIN + words + rows * _LINE
        _place(model, 0, 0, _WIDTH, bottom + 2 * _LINE)
        model.Title = TITLE
        place = (_MARGIN, _MARGIN, inside, words)
        _add(model, "FixedText", "texto", place, Label=text, MultiLine=True, NoLabel=True)
        place = (_MARGIN, 2 * _MARGIN + words, inside, rows * _LINE + _MARGIN)
        items = {"StringItemList": tuple(options), "SelectedItems": (0,)}
        _add(model, "ListBox", "lista", place, **items)
        for number, (label, kind) in enumerate((("Aceptar", 1), ("Cancelar", 2))):
            left = _WIDTH - (2 - number) * (50 + _MARGIN)
            _add(
                model, "Button", label, (left, bottom, 50, 14),
                Label=label, PushButtonType=kind, DefaultButton=not number,
            )  # fmt: skip
        return model

    def _box(self, kind: str, buttons: int, text: str) -> int:
        toolkit = self._service("com.sun.star.awt.Toolkit")
        kinds = uno.Enum("com.sun.star.awt.MessageBoxType", kind)
        box = toolkit.createMessageBox(self._window, kinds, buttons, TITLE, text)
        return int(box.execute())

    @property
    def _window(self) -> Any:
        return self._frame.ContainerWindow

    def _service(self, name: str) -> Any:
        return self._context.ServiceManager.createInstanceWithContext(name, self._context)


def _place(model: Any, x: int, y: int, width: int, height: int) -> None:
    model.PositionX, model.PositionY, model.Width, model.Height = x, y, width, height


def _centre(dialog: Any, window: Any) -> None:
    """Put a dialog into the middle of a window; it would cover the corner of its menus."""
    inner, outer = dialog.getPosSize(), window.getPosSize()
    left, top = (outer.Width - inner.Width) // 2, (outer.Height - inner.Height) // 2
    dialog.setPosSize(left, top, 0, 0, _POS)


def _lines(text: str) -> int:
    """How many lines a text may take in a dialog."""
    return sum(1 + len(line) // _LETTERS for line in text.splitlines())


def _begin(picker: Any, folder: Path | None) -> None:
    if folder and folder.is_dir():
        picker.setDisplayDirectory(url_of(folder))


def _add(
    dialog: Any, kind: str, name: str, place: tuple[int, int, int, int], **properties: Any
) -> None:
    control = dialog.createInstance(f"com.sun.star.awt.UnoControl{kind}Model")
    _place(control, *place)
    for key, value in properties.items():
        setattr(control, key, value)
    dialog.insertByName(name, control)


class CalcHost:
    """LibreOffice as the side of a host that a use case sees.

    Args:
        frame: the window's.
        boxes: its boxes.
    """

    def __init__(self, frame: Any, boxes: Boxes) -> None:
        self._boxes, self._indicator, self._done = boxes, frame.createStatusIndicator(), 0

    def progress(self, text: str, share: float | None = None) -> None:  # noqa: ARG002 - the text says it
        """Show in the status bar what is being done now."""
        with suppress(Exception):  # the bar of a window that is just being filled may be gone
            if not self._done:
                self._indicator.start(f"POI: {text}…", _STEPS)
            self._done += 1
            self._indicator.setText(f"POI: {text}…")
            self._indicator.setValue(min(self._done, _STEPS))

    def accepts(self, problem: Problem) -> bool:
        """Ask whether to go on despite a problem."""
        return self._boxes.asks(question(problem))

    def close(self) -> None:
        """Leave the status bar as it was."""
        with suppress(Exception):
            self._indicator.end()
