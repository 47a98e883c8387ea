"""`restaurar`: the dated copies of a workbook, and putting one back."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from poi_xl.core.problems import Refusal, problem
from poi_xl.package.saving import Backup, backups, check_free
from poi_xl.package.saving import restore as put_back


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, and where what it replaced is kept."""

    path: Path
    chosen: Backup
    backup: Path | None


def list_backups(path: Path) -> list[Backup]:
    """Return the copies kept of a workbook, newest first.

    Raises:
        Refusal: there is none (POI-E17).
    """
    kept = backups(path)
    if not kept:
        raise Refusal(problem("POI-E17", file=path.name, detail=""))
    return kept


def restore(path: Path, number: int, now: dt.datetime) -> Restored:
    """Put one copy back; what it replaces is itself kept as a copy.

    Args:
        path: the workbook.
        number: the copy's place in `list_backups`, 1 for the newest.
        now: date and time of the new copy.

    Raises:
        Refusal: no such copy, or the workbook is open or read-only.
    """
    kept = list_backups(path)
    if not 1 <= number <= len(kept):
        detail = f" con el número {number}; hay {len(kept)}"
        raise Refusal(problem("POI-E17", file=path.name, detail=detail))
    if path.exists():
        check_free(path)
    chosen = kept[number - 1]
    return Restored(path, chosen, put_back(path, chosen, now))
