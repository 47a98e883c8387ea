"""The button *Abrir trimestre*, and the columns of months that a plan's sheet lacks for it.

A workbook of Excel's is written by the file host and loaded anew; in any other document the same
changes are made by LibreOffice. Columns can only be inserted by a spreadsheet program: LibreOffice
then has to save the workbook itself, which it does if that loses no macros and the user agrees.
"""

import datetime as dt
import tempfile
from functools import partial
from pathlib import Path
from typing import Any, Final

from poi_xl.commands.load import load_package
from poi_xl.commands.month_columns import columns_question, insertable, month_columns
from poi_xl.commands.open_quarter import Opened, open_quarter_in
from poi_xl.commands.ports import AskedOnce, Host, require_consent
from poi_xl.commands.round_messages import quarter_opened, quarter_options, quarter_question
from poi_xl.core.problems import Refusal, problem
from poi_xl.core.quarters import renamed_quarter
from poi_xl.hosts.calc.adopt import save_backup
from poi_xl.hosts.calc.carrying import Carrier
from poi_xl.hosts.calc.columns import insert_months
from poi_xl.hosts.calc.desk import Desk
from poi_xl.hosts.calc.messages import NOTHING, Message, closing, live_closing
from poi_xl.hosts.calc.opened import exported, open_book, working_copy
from poi_xl.hosts.calc.undoing import take_back
from poi_xl.hosts.calc.watch import look, seen
from poi_xl.package.losses import losses
from poi_xl.package.parts import Package
from poi_xl.package.saving import back_up

_OPEN: Final = "POI: abrir trimestre"
_INSERT: Final = "POI: insertar columnas"


def abrir_trimestre(desk: Desk, now: dt.datetime) -> Message:
    """Open the quarter that the user picks: the next one, or an earlier one to go back to.

    Args:
        desk: the window.
        now: date of the closing and of the sheets, and name of the backup.
    """
    host = AskedOnce(desk.host)
    with tempfile.TemporaryDirectory(prefix="poi_xl-", ignore_cleanup_errors=True) as inside:
        if path := desk.book:
            return _open(desk, path, now, host, Path(inside))
        return _open_live(desk, now, host, Path(inside))


def _quarter(desk: Desk, package: Package) -> int | None:
    current = load_package(package).quarter
    options = quarter_options(current)
    chosen = desk.boxes.choose(quarter_question(current), [*options.values()])
    return None if chosen is None else [*options][chosen]


# --- a workbook of Excel's ------------------------------------------------------------------------


def _open(desk: Desk, path: Path, now: dt.datetime, host: Host, folder: Path) -> Message:
    book = open_book(desk, path)
    package = book.current
    quarter = _quarter(desk, package)
    if quarter is None:
        return NOTHING
    try:
        answer = open_quarter_in(package, quarter, now=now, host=host, door=book.door)
    except Refusal as refusal:
        insertable(load_package(package).plan, quarter, refusal)
        return _open_wider(desk, package, quarter, now, host, folder)
    return closing(answer.update, book.typed, quarter_opened(answer))


def _open_wider(
    desk: Desk, package: Package, quarter: int, now: dt.datetime, host: Host, folder: Path
) -> Message:
    """Have LibreOffice insert the columns and save the workbook; then open the quarter in it."""
    path, document = package.path, desk.document
    if package.related(package.workbook_part, "vbaProject"):
        raise Refusal(problem("POI-E136", path.name, file=path.name))
    if not _is_wanted(desk, package, quarter):
        return NOTHING
    lost = losses(package, Package.open(exported(document, folder, "antes")))
    what = f", y se perdería: {'; '.join(lost)}" if lost else ""
    require_consent(host, (problem("POI-E137", path.name, file=path.name, lost=what),))
    _insert(desk, package, quarter)
    try:
        tried = Package.open(exported(document, folder, "despues"))
        open_quarter_in(tried, quarter, now=now, host=host, door=None)
    except Refusal:
        take_back(document, _INSERT)
        raise
    before = back_up(path, now)
    _save(document)
    book = open_book(desk, path)
    answer = open_quarter_in(book.package, quarter, now=now, host=host, door=book.door)
    text, warning = closing(answer.update, book.typed, quarter_opened(answer))
    return f"{text}\nEl archivo de antes de insertar columnas: {before}", warning


def _save(document: Any) -> None:
    """Have LibreOffice save a workbook whose user knows already what that loses."""
    if known := seen(document):
        known.told = True
    document.store()
    if known := look(document):
        known.told = True


# --- any other document ---------------------------------------------------------------------------


def _open_live(desk: Desk, now: dt.datetime, host: Host, folder: Path) -> Message:
    desk.require_live()
    package = Package.open(working_copy(desk, folder))
    quarter = _quarter(desk, package)
    if quarter is None:
        return NOTHING
    current = load_package(package).quarter
    printed = partial(renamed_quarter, old=current, new=quarter)
    unprinted = partial(renamed_quarter, old=quarter, new=current)
    carrier = Carrier(desk, package, host, _OPEN, printed=printed, unprinted=unprinted)
    try:
        answer = open_quarter_in(package, quarter, now=now, host=host, door=carrier.door)
    except Refusal as refusal:
        insertable(load_package(package).plan, quarter, refusal)
        if not _is_wanted(desk, package, quarter):
            return NOTHING
        carrier.backup = save_backup(desk.document, now)
        _insert(desk, package, quarter)
        answer = _open_inserted(desk, carrier, quarter, now, folder)
    return live_closing(carrier.done, quarter_opened(answer))


def _open_inserted(
    desk: Desk, carrier: Carrier, quarter: int, now: dt.datetime, folder: Path
) -> Opened:
    """Open the quarter in the document, its columns inserted; they go again if it cannot be."""
    (folder / "otra").mkdir()
    try:
        carrier.package = package = Package.open(working_copy(desk, folder / "otra"))
        return open_quarter_in(package, quarter, now=now, host=carrier.host, door=carrier.door)
    except Refusal:
        take_back(desk.document, _INSERT)
        raise


# --- the columns ----------------------------------------------------------------------------------


def _is_wanted(desk: Desk, package: Package, quarter: int) -> bool:
    """Ask whether to insert the columns."""
    plan = load_package(package).plan
    sheet = plan.layout.sheet
    if desk.document.Sheets.getByName(sheet).isProtected():
        raise Refusal(problem("POI-E138", sheet))
    return desk.boxes.asks(columns_question(month_columns(plan, quarter), plan))


def _insert(desk: Desk, package: Package, quarter: int) -> None:
    plan = load_package(package).plan
    desk.host.progress("Insertando columnas")
    insert_months(desk.document, plan, month_columns(plan, quarter), _INSERT)
