"""What Excel says to its user and asks: status bar, message boxes, its own dialogs.

Everything named here is Excel's object model; `Any` because COM objects have no types.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from poi_xl.commands.messages import question
from poi_xl.core.problems import Problem

TITLE: Final = "POI"
_FOLDERS, _CHOSEN = 4, -1  # msoFileDialogFolderPicker
_NUMBER: Final = 1  # what InputBox is to take
_BOOKS: Final = "Libros de Excel (*.xlsx; *.xlsm),*.xlsx;*.xlsm"
# Excel takes no longer text in the box that asks for a number.
_PROMPT: Final = 255
# A folder may hold a file for each organ: who agrees to replace one agrees for all.
_FOR_ALL: Final = {"POI-E50": "Vale para todos los archivos que ya estén en esa carpeta."}


class ExcelHost:
    """Excel as the side of a host that a use case sees, during one operation.

    Args:
        app: Excel, as xlwings has it.
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self._accepted: set[object] = set()

    def progress(self, text: str, share: float | None = None) -> None:  # noqa: ARG002 - the text says it
        """Show what is being done now."""
        self._app.api.StatusBar = f"POI: {text}…"

    def accepts(self, problem: Problem) -> bool:
        """Ask whether to go on despite a problem; what was accepted is not asked again."""
        key = problem.code if problem.code in _FOR_ALL else problem
        text = "\n\n".join(filter(None, (question(problem), _FOR_ALL.get(problem.code))))
        if key not in self._accepted and not self.asks(text, warning=True):
            return False
        self._accepted.add(key)
        return True

    def asks(self, text: str, *, warning: bool = False) -> bool:
        """Return whether the user says yes."""
        mode = "critical" if warning else "info"
        return bool(self._app.alert(text, TITLE, buttons="yes_no", mode=mode) == "yes")

    def decides(self, text: str) -> bool | None:
        """Return whether the user says yes or no; None when neither."""
        answer = self._app.alert(text, TITLE, buttons="yes_no_cancel", mode="info")
        return {"yes": True, "no": False}.get(answer)

    def folder(self, title: str, start: Path) -> Path | None:
        """Return the folder that the user picks, if any.

        Args:
            title: what the dialog says.
            start: the folder that it shows first, where there is one.
        """
        dialog = self._app.api.FileDialog(_FOLDERS)
        dialog.Title = title
        if start.is_dir():
            dialog.InitialFileName = f"{start}{os.sep}"  # without it, the one above would be shown
        if dialog.Show() != _CHOSEN:
            return None
        return Path(str(dialog.SelectedItems.Item(1)))

    def files(self, title: str, *, several: bool) -> list[Path]:
        """Return the workbooks that the user picks; none when none.

        Args:
            title: what the dialog says.
            several: whether more than one may be picked.
        """
        found = self._app.api.GetOpenFilename(FileFilter=_BOOKS, Title=title, MultiSelect=several)
        if found is False:
            return []
        return [Path(str(each)) for each in (found if several else (found,))]

    def choose(self, text: str, options: Sequence[str], default: int = 1) -> int | None:
        """Return the number of the option that the user takes, from 1, if any.

        Args:
            text: what is asked.
            options: what there is to choose from; the last ones are left out where Excel's box
                has no room for them.
            default: the number proposed.
        """
        lines = [text]
        for number, option in enumerate(options, start=1):
            line = f"{number} = {option}"
            if len("\n".join([*lines, line])) > _PROMPT:
                break
            lines.append(line)
        while (answer := self.number("\n".join(lines), default)) is not None:
            if 1 <= answer < len(lines):
                return answer
        return None

    def number(self, text: str, default: int) -> int | None:
        """Return the number that the user types, if any."""
        answer = self._app.api.InputBox(Prompt=text, Title=TITLE, Default=default, Type=_NUMBER)
        return None if answer is False else round(answer)
