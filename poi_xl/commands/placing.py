"""Putting a file that was just made where the user wants it, over another one only if he agrees."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from poi_xl.commands.ports import Host, require_consent
from poi_xl.core.problems import Refusal, problem
from poi_xl.package.saving import fingerprint
from poi_xl.package.saving import replace as put_in_place


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of a file.

    Attributes:
        path: where it is.
        written: False when it was there already, byte for byte.
        backup: the copy of what was there before, if anything else was.
    """

    path: Path
    written: bool
    backup: Path | None


def made_folder(folder: Path) -> Path:
    """Return a folder that is there, made when it was not.

    Raises:
        Refusal: it cannot be made (POI-E16).
    """
    folder = folder.resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        detail = "no se puede crear esa carpeta"
        raise Refusal(problem("POI-E16", file=folder.name, detail=detail)) from error
    return folder


def place(fresh: Path, out: Path, *, now: dt.datetime, host: Host) -> Placed:
    """Put a new file in its place.

    Args:
        fresh: the file, beside its place (`saving.temporary_beside`).
        out: its place.
        now: names the backup when another file is replaced.
        host: puts the question when another file would be replaced.

    Raises:
        Refusal: what is there may not be replaced, or cannot be.
    """
    seen = fingerprint(out) if out.exists() else None
    if seen == fingerprint(fresh):
        return Placed(out, written=False, backup=None)
    if seen is not None:
        require_consent(host, (problem("POI-E50", out.name, file=out.name),))
    return Placed(out, written=True, backup=put_in_place(out, fresh, seen=seen, now=now))
