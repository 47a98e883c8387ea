"""The buttons that leave the document as it is: *Fichas*, *Distribuir*, *Comparar*.

The use cases of the command line read a copy of the document, with what is not saved yet.
"""

import datetime as dt
import tempfile
from pathlib import Path

from poi_xl.commands.compare import compare_books
from poi_xl.commands.distribute import distribute
from poi_xl.commands.forms import make_forms
from poi_xl.commands.round_messages import MODES, compared, copies_made, forms_made
from poi_xl.hosts.calc.desk import Desk, properties
from poi_xl.hosts.calc.files import url_of
from poi_xl.hosts.calc.messages import NOTHING, Message
from poi_xl.hosts.calc.opened import working_copy


def fichas(desk: Desk, now: dt.datetime) -> Message:
    """Write the form of each organ into a folder that the user picks.

    Args:
        desk: the window.
        now: names the backup of a form that is replaced.
    """
    folder = desk.boxes.folder("Carpeta para las fichas", desk.home)
    if folder is None:
        return NOTHING
    with _folder() as inside:
        copy = working_copy(desk, Path(inside))
        made = forms_made(make_forms(copy, folder, now=now, host=desk.host))
    return f"{made}\nCuando vuelvan llenas: POI > Importar fichas.", False


def distribuir(desk: Desk, now: dt.datetime) -> Message:
    """Write copies for others into a folder that the user picks.

    Args:
        desk: the window.
        now: date of the copies.
    """
    chosen = desk.boxes.choose("¿Qué desea distribuir?", [*MODES.values()])
    folder = None if chosen is None else desk.boxes.folder("Carpeta para las copias", desk.home)
    if chosen is None or folder is None:
        return NOTHING
    mode, by_organ = [*MODES][chosen]
    with _folder() as inside:
        copy = working_copy(desk, Path(inside))
        answer = distribute(copy, folder, now=now, mode=mode, by_organ=by_organ, host=desk.host)
    return copies_made(answer), False


def comparar(desk: Desk, now: dt.datetime) -> Message:
    """Show in a new document what changed since an older workbook that the user picks.

    Args:
        desk: the window.
        now: date of the table.
    """
    text = "El libro anterior, con el que desea comparar este"
    picked = desk.boxes.files(text, desk.home, several=False)
    if not picked:
        return NOTHING
    with _folder() as inside:
        copy = working_copy(desk, Path(inside))
        out = copy.with_name(f"{copy.stem} - comparación.xlsx")
        answer = compare_books(picked[0], copy, now=now, out=out, host=desk.host)
        said = compared(answer)
        if not answer.found.changes:
            return said, False
        _open_new(desk, out)
    return f"{said}\nLa comparación está en un documento nuevo, sin guardar.", False


def _folder() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="poi_xl-", ignore_cleanup_errors=True)


def _open_new(desk: Desk, path: Path) -> None:
    """Open a document without a file of its own, made after one."""
    desktop = desk.service("com.sun.star.frame.Desktop")
    desktop.loadComponentFromURL(url_of(path), "_blank", 0, properties(AsTemplate=True))
