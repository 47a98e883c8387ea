"""What regenerating sheets in an open workbook is in every spreadsheet program.

Which sheets are not yet as they would be drawn, what they are called, the copy kept beforehand, and
the answer at the end; only taking the sheets in differs.
"""

import datetime as dt
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from poi_xl.commands.drawing import Drawing, Drawn
from poi_xl.commands.log import log_path
from poi_xl.commands.people import People, differences
from poi_xl.commands.stamping import SheetNote, cell_changes
from poi_xl.core.problems import Problem, Refusal, problem
from poi_xl.core.summaries import Report
from poi_xl.package.graft import free_name
from poi_xl.package.saving import BACKUP_FOLDER, backups
from poi_xl.reading.cells import Cells
from poi_xl.reading.owned import cells_fingerprint

LOG: Final = logging.getLogger("poi_xl.live")
ALERTS: Final = "alertas"
_KEPT_BACKUPS: Final = 10


@dataclass(frozen=True, slots=True)
class Regenerated:
    """What was done to the workbook.

    Attributes:
        report: what its sheets say now.
        sheets: names of the sheets that were written.
        new: how many of these the workbook did not have.
        cells: how many cells differ from before.
        backup: the copy of what was there before; None when nothing changed.
        notices: what the user should know.
    """

    report: Report
    sheets: tuple[str, ...]
    new: int
    cells: int
    backup: Path | None
    notices: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """The sheets as they are and as they would be drawn.

    Attributes:
        drawing: the drawn sheets.
        current: the cells of those that are there, by key.
        stored: the note kept with each of these, where it is one of this release.
        notes: the note that each drawn sheet would get.
    """

    drawing: Drawing
    current: Mapping[str, Cells]
    stored: Mapping[str, SheetNote]
    notes: Mapping[str, SheetNote]

    def changed(self, keys: Sequence[str]) -> list[str]:
        """The sheets that are not yet as they would be drawn."""
        return [key for key in keys if not self._is_current(key)]

    def _is_current(self, key: str) -> bool:
        note = self.notes[key]
        there = self.current.get(key)
        if there is None or self.stored.get(key) != note:
            return False
        return cells_fingerprint(there) == note.content

    def cells(self, keys: Sequence[str]) -> int:
        """Count the cells that differ; a formula that people typed is none."""
        return sum(self._cells(self.drawing.sheets[key]) for key in keys)

    def _cells(self, drawn: Drawn) -> int:
        typed = {formula.cell for formula in drawn.formulas}
        changes = cell_changes(drawn.name, self.current.get(drawn.key), drawn.cells)
        return sum(change.cell not in typed for change in changes)


def final_names(
    wanted: Mapping[str, str], owned: Mapping[str, str], others: Collection[str]
) -> tuple[dict[str, str], list[Problem]]:
    """Return the name of each summary sheet, and a problem for each that somebody else's has.

    Args:
        wanted: name that each should have, by key.
        owned: name of those that are there, by key.
        others: names of all other sheets.

    Example:
        >>> final_names({"a": "Uno", "b": "Dos"}, {"a": "Mi uno"}, ["Hoja1"])
        ({'a': 'Mi uno', 'b': 'Dos'}, [])
    """
    theirs = {name.lower() for name in others}
    used = theirs | {name.lower() for name in owned.values()}
    names, problems = {}, []
    for key, name in wanted.items():
        names[key] = owned[key] if key in owned else free_name(name, used)
        used.add(names[key].lower())
        if key not in owned and name.lower() in theirs:
            problems.append(problem("POI-E11", name=name))
    return names, problems


def stopped(error: Exception, backup: Path) -> Refusal:
    """Return what the user is told of work that failed half way (POI-E96)."""
    detail = f"{type(error).__name__}: {error}"
    return Refusal(problem("POI-E96", detail=detail, backup=backup, log=log_path()))


def notices_of(before: People, after: People, backup: Path) -> tuple[Problem, ...]:
    """Return what to tell when something of people's is not as it was (POI-A90)."""
    found = "; ".join(differences(before, after))
    if not found:
        return ()
    LOG.warning("después de actualizar cambió: %s", found)
    return (problem("POI-A90", what=found, backup=backup),)


def live_backup(
    home: Path, name: Path, now: dt.datetime, save: Callable[[Path], object], program: str
) -> Path:
    """Have a spreadsheet program save a copy of a workbook as it is, what is not saved with it.

    Args:
        home: the workbook's folder.
        name: its file name.
        now: date in the name of the copy.
        save: writes the copy.
        program: who does, as the user calls it.

    Raises:
        Refusal: it could not be saved (POI-E97).
    """
    stamp = f"{now:%Y-%m-%dT%H-%M-%S}"
    path = home / BACKUP_FOLDER / f"{name.stem}.{stamp}{name.suffix}"
    number = 1
    while path.exists():
        number += 1
        path = path.with_name(f"{name.stem}.{stamp}_{number}{name.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save(path)
        is_there = path.is_file() and path.stat().st_size > 0
    except Exception as error:
        raise Refusal(problem("POI-E97", file=path, detail=error)) from error
    if not is_there:
        raise Refusal(problem("POI-E97", file=path, detail=f"{program} no lo escribió"))
    _prune(home / name, path)
    return path


def _prune(workbook: Path, newest: Path) -> None:
    others = [each.path for each in backups(workbook) if each.path != newest.resolve()]
    for path in others[_KEPT_BACKUPS - 1 :]:
        with suppress(OSError):
            path.unlink()
