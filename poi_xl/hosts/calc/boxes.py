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

from poi_xl.commands.messages import question
from poi_xl.core.problems import Problem

TITLE: Final = "POI"
# Names a file: what is said goes there, and answers come from a second one beside it.
SAID: Final = "POI_XL_CUADROS"
ANSWERS: Final = ".respuestas"
LOG: Final = logging.getLogger("poi_xl.calc")
_YES: Final = 2
_BUTTONS_OK, _BUTTONS_YES_NO = 1, 3
_WIDTH, _LINE, _MARGIN = 220, 10, 6
_STEPS: Final = 10


class Boxes(Protocol):
    """How something is said to the user, and asked."""

    def tell(self, text: str, *, warning: bool = False) -> None:
        """Say something, and wait until it was read."""

    def asks(self, text: str) -> bool:
        """Return whether the user says yes."""

    def choose(self, text: str, options: Sequence[str]) -> int | None:
        """Return the place of the option that the user took, if he took one."""


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
        answer = self._prepared("elige")
        self._write(elige=text, opciones=list(options), respuesta=answer)
        return answer

    def _prepared(self, key: str) -> int | None:
        path = Path(f"{self._path}{ANSWERS}")
        answers: dict[str, int] = json.loads(path.read_text("utf-8")) if path.exists() else {}
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
            if not dialog.execute():
                return None
            place = int(dialog.getControl("lista").getSelectedItemPos())
            return place if place >= 0 else None
        finally:
            dialog.dispose()

    def _list_model(self, text: str, options: Sequence[str]) -> Any:
        """Describe a dialog: a sentence, the list under it, two buttons."""
        model = self._service("com.sun.star.awt.UnoControlDialogModel")
        rows = min(len(options), 10)
        bottom = 4 * _MARGIN + 2 * _LINE + rows * _LINE
        _place(model, 0, 0, _WIDTH, bottom + 2 * _LINE)
        model.Title = TITLE
        inside = _WIDTH - 2 * _MARGIN
        _add(model, "FixedText", "texto", (_MARGIN, _MARGIN, inside, 2 * _LINE), Label=text)
        place = (_MARGIN, 2 * _MARGIN + 2 * _LINE, inside, rows * _LINE + _MARGIN)
        items = {"StringItemList": tuple(options), "SelectedItems": (0,)}
        _add(model, "ListBox", "lista", place, **items)
        for number, (label, kind) in enumerate((("Aceptar", 1), ("Cancelar", 2))):
            left = _WIDTH - (2 - number) * (50 + _MARGIN)
            _add(model, "Button", label, (left, bottom, 50, 14), Label=label, PushButtonType=kind)
        return model

    def _box(self, kind: str, buttons: int, text: str) -> int:
        import uno

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

    def progress(self, text: str) -> None:
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
