"""The guide's pictures of windows: LibreOffice with the menu POI, and a terminal.

Everything is really there: the extension is installed in an office with a profile of its own, its
buttons are pressed, and commands are typed into a terminal that runs them.
"""

import datetime as dt
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import openpyxl
from PIL import Image

from poi_xl.commands.forms import make_forms
from poi_xl.functions import FUNCTIONS
from poi_xl.package.names import PROTOCOL
from poi_xl.package.oxt import extension
from tests.calc.office import Office, finding_us, running
from tools.screen import Screen, saved, screen

_WIDTH, _HEIGHT = 1120, 700
BOX: Final = "^POI$"
PICKER: Final = "^POI: "
_NEVER: Final = 0  # com.sun.star.document.MacroExecMode.NEVER_EXECUTE: as LibreOffice comes
_WIZARD: Final = "^Asistente para funciones$|^Function Wizard$"
_MENU: Final = 9  # places to the right of the first menu
_TODAY: Final = dt.datetime(2021, 4, 5, 9, 30)  # noqa: DTZ001 - an analyst's clock has no zone
_REPORTED: Final = (3, 2, 4)


@dataclass(frozen=True, slots=True)
class Stage:
    """LibreOffice on a display, with one workbook open.

    Attributes:
        screen: the display.
        office: the office.
        frame: the window's frame.
        path: the workbook.
    """

    screen: Screen
    office: Office
    frame: Any
    path: Path

    def cell(self, sheet: str, place: str) -> Any:
        """Show a sheet, put the cursor somewhere on it, and return the cell.

        Args:
            sheet: the sheet's name.
            place: the cell's.
        """
        controller = self.frame.Controller
        controller.setActiveSheet(controller.Model.Sheets.getByName(sheet))
        cell = controller.ActiveSheet.getCellRangeByName(place)
        controller.select(cell)
        return cell

    def press(self, command: str, window: str = BOX) -> str:
        """Press a button of ours, and wait for a window.

        Args:
            command: the button's.
            window: what the window's title matches.
        """
        url = self.office.url(PROTOCOL + command)
        self.frame.queryDispatch(url, "_self", 0).dispatch(url, ())
        return self.screen.wait(window)

    def answer(self, key: str, window: str = BOX) -> None:
        """Answer what is asked, and wait until the window is gone.

        Args:
            key: the key.
            window: what the window's title matches.
        """
        self.screen.press(key)
        self.screen.wait_gone(window)


# --- LibreOffice ----------------------------------------------------------------------------------


def _menu(stage: Stage) -> Image.Image:
    stage.cell("Tablero", "B4")
    stage.screen.press("F10", *["Right"] * _MENU)
    return stage.screen.picture()


def _wizard(stage: Stage) -> Image.Image:
    stage.cell("Tablero", "I9")
    stage.screen.write('=POI_AVANCE("Organo de control institucional";"FEB"')
    stage.screen.press("ctrl+F2")
    stage.screen.wait(_WIZARD)
    return stage.screen.picture()


def _update(stage: Stage) -> Image.Image:
    stage.cell("POI", "R6").setValue(7)
    stage.press("actualizar")
    return stage.screen.picture()


def _check(stage: Stage) -> Image.Image:
    stage.cell("POI", "R7").setValue(-2)
    stage.cell("POI", "S9").setString("pendiente")
    stage.press("revisar")
    stage.answer("Return")
    stage.cell("Observaciones", "A1")
    return stage.screen.picture()


def _quarter(stage: Stage) -> Image.Image:
    stage.press("abrir-trimestre")
    return stage.screen.picture()


def _import(stage: Stage) -> Image.Image:
    filled = _filled(stage.path)
    for place in ("R6", "S6", "T6"):
        stage.cell("POI", place).setString("")
    stage.press("importar", PICKER)
    # A slash has GTK's window ask for a path, which is then typed.
    stage.screen.write(str(filled))
    stage.answer("Return", PICKER)
    stage.screen.wait(BOX)
    return stage.screen.picture()


def _filled(path: Path) -> Path:
    """Fill in the form of the organ that comes first; return it."""
    form = make_forms(path, path.parent / "fichas", now=_TODAY).files[0].placed.path
    book = openpyxl.load_workbook(form)
    for column, value in zip("LMN", _REPORTED, strict=True):
        book["Ficha"][f"{column}10"] = value
    book["Ficha"]["C5"] = "Ana Pérez"
    book.save(form)
    return form


OFFICE: Final[Mapping[str, Callable[[Stage], Image.Image]]] = {
    "calc-menu.png": _menu,
    "calc-asistente.png": _wizard,
    "calc-actualizar.png": _update,
    "calc-revisar.png": _check,
    "calc-trimestre.png": _quarter,
    "calc-importar.png": _import,
}


@contextmanager
def stage_of(display: Screen, path: Path) -> Iterator[Stage]:
    """Run an office that has the extension, and open a workbook in it.

    Args:
        display: where it shows its windows.
        path: the workbook; what the office writes about its user goes beside it.
    """
    package = path.with_name("poi_xl.oxt")
    package.write_bytes(extension(FUNCTIONS))
    found = finding_us(path.parent / "estado")
    with running(extensions=[package], environment=found, display=display.name) as office:
        # By the main loop, as a user does: from another thread, GTK may wait for itself.
        document = office.open(path, Hidden=False, OnMainThread=True, MacroExecutionMode=_NEVER)
        display.wait(path.name)
        yield Stage(display, office, document.CurrentController.Frame, path)


# --- the terminal ---------------------------------------------------------------------------------

# File of each picture, command, and how many lines the terminal shows.
TERMINAL: Final[Mapping[str, tuple[str, int]]] = {
    "terminal-calcular.png": ("poi-xl calcular POI_2021.xlsm --por mef", 17),
}
_COLUMNS: Final = 108


def typed(display: Screen, command: str, lines: int, folder: Path) -> Image.Image:
    """Type a command into a terminal, wait until it has answered, return the picture.

    Args:
        display: where.
        command: the command.
        lines: how many the terminal has.
        folder: where it is run.
    """
    # The title tells which prompt is shown: the second one comes when the command has ended.
    shell = [
        "env",
        "COLORTERM=truecolor",
        r"PS1=\[\e]0;orden \#\a\]$ ",
        "bash",
        "--norc",
        "--noprofile",
    ]
    look = [
        "-fa",
        "DejaVu Sans Mono",
        "-fs",
        "11",
        "-bg",
        "white",
        "-fg",
        "#202020",
        "+sb",
        "-u8",
        "-bw",
        "0",
    ]
    found = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    with display.program(
        ["xterm", *look, "-geometry", f"{_COLUMNS}x{lines}", "-e", *shell],
        {
            "PATH": found,
            "LC_ALL": "C.UTF-8",
            "COLORTERM": "truecolor",
            "XDG_STATE_HOME": str(folder),
        },
        folder,
    ):
        window = display.wait("^orden 1$")
        display.write(f"{command}\n")
        display.wait("^orden 2$")
        return display.picture().crop(display.place(window))


# --- all of them ----------------------------------------------------------------------------------

NAMES: Final = (*OFFICE, *TERMINAL)


def draw(workbook: Path, folder: Path) -> Iterator[Path]:
    """Draw every picture of a window; yield their paths, one after the other.

    Args:
        workbook: the workbook that is opened, of which each picture gets a copy.
        folder: where they go.

    Raises:
        TimeoutError: a window did not come, or stayed.
    """
    with tempfile.TemporaryDirectory(prefix="planeamiento-", ignore_cleanup_errors=True) as inside:
        home = Path(inside)
        with screen(_WIDTH, _HEIGHT) as display:
            for name, scene in OFFICE.items():
                with stage_of(display, _copy(workbook, home / Path(name).stem)) as stage:
                    yield saved(scene(stage), folder / name)
        with screen(_WIDTH, _HEIGHT, framed=False) as display:
            for name, (command, lines) in TERMINAL.items():
                path = _copy(workbook, home / Path(name).stem)
                yield saved(typed(display, command, lines, path.parent), folder / name)


def _copy(workbook: Path, folder: Path) -> Path:
    folder.mkdir()
    return Path(shutil.copy(workbook, folder))
