"""The log: why a cell shows an error, and what failed unexpectedly; nobody sees a traceback."""

import logging
import os
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from poi_xl.core.text import legible

LOG_FILE: Final = "poi_xl.log"
_BYTES: Final = 512_000
_KEPT: Final = 3
_FORM: Final = "%(asctime)s %(levelname)s %(message)s"


def log_path() -> Path:
    """Return where the log is: the user's own folder, for the workbook's may be read by others."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    else:
        base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "poi_xl" / LOG_FILE


def start_log() -> None:
    """Send everything of `poi_xl` to the log; without a folder to write in, to nowhere.

    No answer may depend on a log that cannot be written.
    """
    logger = logging.getLogger("poi_xl")
    if any(getattr(each, "poi_xl", False) for each in logger.handlers):
        return
    handler = _handler(log_path())
    handler.poi_xl = True  # type: ignore[attr-defined]
    handler.setFormatter(_OneLine(_FORM))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    # xlwings prints what reaches the root logger, and its server has no console.
    logger.propagate = False


def _handler(path: Path) -> logging.Handler:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _QuietHandler(
            path, maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8", errors="backslashreplace"
        )
    except OSError:
        return logging.NullHandler()


class _OneLine(logging.Formatter):
    """A line for each message: no text of a file's can pass for another one."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Write the message in one line; a traceback below it stays as it is."""
        record.message = legible(" ".join(record.message.splitlines()))
        return super().formatMessage(record)


class _QuietHandler(RotatingFileHandler):
    """A log that two instances of Excel share: Windows lets neither rename it under the other."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Lose the line rather than the answer."""
