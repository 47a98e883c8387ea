"""The log: where the reasons of unexpected failures go, so that no user ever sees a traceback."""

import logging
import os
import sys
from functools import cache
from logging.handlers import RotatingFileHandler
from pathlib import Path

LOG_BYTES, LOG_COPIES = 1_000_000, 3


def log_path() -> Path:
    """Return this user's log file: in the profile on Windows, in the state folder elsewhere."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    else:
        base = Path(os.environ.get("XDG_STATE_HOME", Path.home() / ".local" / "state"))
    return base / "poi_xl" / "poi_xl.log"


@cache
def logger() -> logging.Logger:
    """Return the product's logger, writing to `log_path`, or nowhere when that cannot be."""
    made = logging.getLogger("poi_xl")
    made.setLevel(logging.INFO)
    made.propagate = False
    path = log_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            path, maxBytes=LOG_BYTES, backupCount=LOG_COPIES, encoding="utf-8", delay=True
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    made.addHandler(handler)
    return made
