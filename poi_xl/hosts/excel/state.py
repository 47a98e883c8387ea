"""Excel is left as it was found: what a macro switches off comes back, whatever happens.

Everything named here is Excel's object model; `Any` because COM objects have no types.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from poi_xl.core.problems import Refusal, problem
from poi_xl.hosts.excel.book import is_busy, is_passing

LOG: Final = logging.getLogger("poi_xl.excel")
_MANUAL: Final = -4135
# xlwings asks a busy Excel again without end unless told otherwise.
_RETRIES: Final = 50
_WAITS: Final = 20
_PAUSE: Final = 0.25  # seconds
_ATTEMPTS: Final = 3

# What a macro needs, in the order it is set. Calculation comes last, so that it comes back first
# of all: bringing it back computes, and that must not run people's own events.
_WANTED: Final[tuple[tuple[str, Any], ...]] = (
    ("ScreenUpdating", False),
    ("EnableEvents", False),
    ("DisplayAlerts", False),
    # Where a user has it off, sheets are copied without their charts.
    ("CopyObjectsWithCells", True),
    ("Calculation", _MANUAL),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One switch of Excel: whose it is, its name and how it was."""

    owner: Any
    name: str
    value: Any

    def restore(self) -> None:
        """Set it back."""
        setattr(self.owner, self.name, self.value)


@contextmanager
def limited_retries() -> Iterator[None]:
    """Let xlwings give up on an Excel that stays busy."""
    from xlwings import _xlwindows as windows

    before = windows.N_COM_ATTEMPTS
    windows.N_COM_ATTEMPTS = _RETRIES
    try:
        yield
    finally:
        windows.N_COM_ATTEMPTS = before


def wait_until_ready(app: Any) -> None:
    """Wait a few seconds for a user who is typing in a cell.

    Raises:
        Refusal: Excel stays busy (POI-E90).
    """
    for _ in range(_WAITS):
        if _is_ready(app):
            return
        time.sleep(_PAUSE)
    raise Refusal(problem("POI-E90"))


def _is_ready(app: Any) -> bool:
    try:
        return bool(app.Ready) and bool(app.Interactive)
    except Exception as error:
        if is_busy(error):
            return False
        raise


def patiently(action: Callable[[], Any]) -> Any:
    """Do something that Excel refuses now and then for no reason of ours: the clipboard is shared.

    Raises:
        Exception: it refuses still.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return action()
        except Exception as error:
            if attempt == _ATTEMPTS or not is_passing(error):
                raise
            time.sleep(_PAUSE)
    raise AssertionError  # pragma: no cover - the last attempt returns or raises


@contextmanager
def as_found(app: Any, book: Any) -> Iterator[None]:
    """Switch off what slows a macro down or asks questions, and bring all of it back at the end.

    The status bar, the workbook and sheet in sight and the selected cells come back too. What
    cannot be brought back is noted in the log; the rest is, all the same.
    """
    found: list[Callable[[], None]] = []
    try:
        go_back = _place(app, book)
        _switch(app, found)
        # Before events are back, for people's own macros may answer to a change of sheet.
        found.append(go_back)
        yield
    finally:
        for restore in reversed(found):
            _surely(restore)


def _switch(app: Any, found: list[Callable[[], None]]) -> None:
    _set(app, "StatusBar", app.StatusBar, found)
    for name, value in _WANTED:
        _set(app, name, value, found)
    # One formula typed in a column of a table would fill its blank cells.
    _set(app.AutoCorrect, "AutoFillFormulasInLists", False, found)
    found.append(lambda: setattr(app, "CutCopyMode", False))


def _set(owner: Any, name: str, value: Any, found: list[Callable[[], None]]) -> None:
    # Remembered before it is changed: the change may be made and yet fail.
    found.append(Setting(owner, name, getattr(owner, name)).restore)
    setattr(owner, name, value)


def _place(app: Any, book: Any) -> Callable[[], None]:
    """Remember what the user sees; return what goes back to it."""
    active = app.ActiveWorkbook
    sheet = book.ActiveSheet
    is_seen = active is not None and str(active.FullName) == str(book.FullName)
    address = _selected(app) if is_seen else ""

    def go_back() -> None:
        book.Activate()
        sheet.Activate()
        if address:
            sheet.Range(address).Select()
        if active is not None:
            active.Activate()

    return go_back


def _selected(app: Any) -> str:
    """The address of the selected cells; none when a chart or a shape is selected."""
    try:
        return str(app.ActiveWindow.RangeSelection.Address)
    except Exception as error:
        if is_busy(error):
            raise
        return ""


def _surely(restore: Callable[[], None]) -> None:
    try:
        patiently(restore)
    except Exception:
        LOG.exception("no se pudo reponer el estado de Excel")
