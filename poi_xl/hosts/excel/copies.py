"""The buttons that leave the workbook as it is: *Fichas*, *Distribuir*, *Comparar*, *Restaurar*.

The use cases of the command line read a copy that Excel itself saves, with what is not saved yet;
nothing is ever written behind Excel's back into the file that it has open.
"""

import datetime as dt
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from poi_xl.commands.compare import compare_books
from poi_xl.commands.distribute import distribute
from poi_xl.commands.forms import make_forms
from poi_xl.commands.restore import beside, list_backups
from poi_xl.commands.round_messages import MODES, compared, copies_made, forms_made
from poi_xl.core.problems import Refusal, problem
from poi_xl.hosts.excel.asking import ExcelHost
from poi_xl.hosts.excel.regenerate import backup_home, save_backup
from poi_xl.hosts.excel.state import patiently
from poi_xl.package.saving import Backup

Message = tuple[str, str]  # what is said, and how: info or critical
_BY_USER: Final = 2  # msoAutomationSecurityByUI


@contextmanager
def working_copy(book: Any) -> Iterator[Path]:
    """Lend a copy of the workbook as it is in Excel now, under its own name.

    Raises:
        Refusal: it was never saved (POI-E94), or Excel cannot save a copy (POI-E135).
    """
    name = str(book.Name)
    if not str(book.Path):
        raise Refusal(problem("POI-E94", name, file=name))
    with tempfile.TemporaryDirectory(prefix="poi_xl-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / name
        _save_copy(book, path)
        yield path


def _save_copy(book: Any, path: Path) -> None:
    try:
        book.SaveCopyAs(str(path))
    except Exception as error:
        detail = f"{type(error).__name__}: {error}"
        raise Refusal(problem("POI-E135", path.name, file=path.name, detail=detail)) from error
    if not path.is_file():
        detail = "Excel no la escribió"
        raise Refusal(problem("POI-E135", path.name, file=path.name, detail=detail))


def fichas(app: Any, book: Any, now: dt.datetime) -> Message | None:
    """Write the form of each organ into a folder that the user picks."""
    host = ExcelHost(app)
    folder = host.folder("Carpeta para las fichas", Path(str(book.Path)))
    if folder is None:
        return None
    with working_copy(book) as copy:
        return forms_made(make_forms(copy, folder, now=now, host=host)), "info"


def distribuir(app: Any, book: Any, now: dt.datetime) -> Message | None:
    """Write copies for others into a folder that the user picks."""
    host = ExcelHost(app)
    chosen = host.choose("¿Qué desea distribuir?", [*MODES.values()])
    folder = host.folder("Carpeta para las copias", Path(str(book.Path))) if chosen else None
    if not chosen or folder is None:
        return None
    mode, by_organ = [*MODES][chosen - 1]
    with working_copy(book) as copy:
        answer = distribute(copy, folder, now=now, mode=mode, by_organ=by_organ, host=host)
    return copies_made(answer), "info"


def comparar(app: Any, book: Any, now: dt.datetime) -> Message | None:
    """Show in a new workbook what changed since an older one that the user picks."""
    host = ExcelHost(app)
    picked = host.files("El libro anterior, con el que desea comparar este", several=False)
    if not picked:
        return None
    with working_copy(book) as copy:
        out = copy.with_name(f"{copy.stem} - comparación.xlsx")
        answer = compare_books(picked[0], copy, now=now, out=out, host=host)
        text = compared(answer)
        if not answer.found.changes:
            return text, "info"
        # As a model for a new workbook: the user saves it where he wants, or not at all.
        made = app.api.Workbooks.Add(str(out))
    return f"{text}\nLa comparación está en un libro nuevo, sin guardar: «{made.Name}».", "info"


# --- restaurar ------------------------------------------------------------------------------------


def restaurar(app: Any, book: Any, now: dt.datetime) -> Message | None:
    """Open one of the workbook's copies beside it; the workbook itself stays open as it is.

    Closing it would end the very macro that is running, and what is not saved would be lost.
    """
    workbook = backup_home(book) / str(book.Name)
    kept = list_backups(workbook)
    options = [f"{each.when:%Y-%m-%d %H:%M}" for each in kept]
    number = ExcelHost(app).choose("¿Qué versión desea abrir?", options)
    if number is None:
        return None
    chosen = kept[number - 1]
    opened, backup = _beside(app, book, workbook, chosen, now)
    lines = [
        f"«{opened.name}» es la versión del {chosen.when:%Y-%m-%d %H:%M:%S}; quedó abierta.",
        f"«{workbook.name}» no se tocó.",
        "Si es la que quiere: cierre la actual y guarde la otra con su nombre (Guardar como).",
        f"La actual, con lo que aún no guardó, está también en {backup}",
    ]
    return "\n".join(lines), "info"


def _beside(
    app: Any, book: Any, workbook: Path, chosen: Backup, now: dt.datetime
) -> tuple[Path, Path]:
    """Keep a copy of what is open, and open another one of the chosen version."""
    # Read first: keeping one more copy may do away with the oldest.
    with beside(workbook, chosen) as path:
        backup = save_backup(book, now)
        _open(app.api, path)
    return path, backup


def _open(app: Any, path: Path) -> None:
    """Open a workbook as the user would: its macros run only once he allows them."""
    before = app.AutomationSecurity
    app.AutomationSecurity = _BY_USER
    try:
        app.Workbooks.Open(str(path), 0)  # links are not updated: nobody can be asked
    finally:
        patiently(lambda: setattr(app, "AutomationSecurity", before))
