"""`actualizar`: regenerate the summary sheets of a workbook and lose nothing."""

import datetime as dt
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from poi_xl import __version__
from poi_xl.commands.load import Loaded, load_package, open_book
from poi_xl.commands.ports import Host, SilentHost, require_consent
from poi_xl.commands.stamping import (
    CellChange,
    SheetNote,
    cell_changes,
    sheet_note,
    stamped_report,
)
from poi_xl.core.notes import TypedNote, replace_notes
from poi_xl.core.problems import Problem, problem
from poi_xl.core.summaries import Report
from poi_xl.package.cell_edits import Edits, with_edits
from poi_xl.package.graft import GraftPlan, graft, plan_graft
from poi_xl.package.mentions import are_mentioned
from poi_xl.package.parts import Package
from poi_xl.package.saving import check_free, fingerprint, real, temporary_beside
from poi_xl.package.saving import replace as put_in_place
from poi_xl.reading.cells import Cells
from poi_xl.reading.owned import cells_fingerprint, sheet_cells, typed_notes
from poi_xl.reading.workbook import read_workbook, settings_sheet
from poi_xl.sheets.report import KEYS, render


class Door(Protocol):
    """How a finished file takes the place of a workbook; `saving.replace` is one."""

    def __call__(
        self, target: Path, fresh: Path, *, seen: str | None, now: dt.datetime
    ) -> Path | None:
        """Put a file in the target's place and return the backup."""


_ALERTS = "alertas"
_DRAWN = "resumenes.xlsx"


@dataclass(frozen=True, slots=True)
class SheetChange:
    """What happened, or would happen, to one summary sheet.

    Attributes:
        key: which summary sheet.
        name: its name in the workbook.
        new: whether the workbook did not have it.
        cells: the cells whose value differs; of a new sheet, all that have one.
    """

    key: str
    name: str
    new: bool
    cells: tuple[CellChange, ...]


@dataclass(frozen=True, slots=True)
class Update:
    """The answer of `actualizar`.

    Attributes:
        loaded: the workbook as read.
        report: what its sheets say now.
        sheets: what changed, sheet by sheet.
        target: the file written, or that would be written.
        written: whether it was; False when nothing changed or it was only simulated.
        backup: the copy of what was there before, if any.
        notices: what the user should know about the file, beside the plan's observations.
    """

    loaded: Loaded
    report: Report
    sheets: tuple[SheetChange, ...]
    target: Path
    written: bool
    backup: Path | None
    notices: tuple[Problem, ...] = ()

    @property
    def cells_changed(self) -> int:
        """Number of cells that differ, over all sheets."""
        return sum(len(sheet.cells) for sheet in self.sheets)

    def as_json(self) -> dict[str, Any]:
        """Return the answer of ``actualizar --json``."""
        return {
            "version": __version__,
            "archivo": self.target.name,
            "digesto": self.report.stamp.digest,
            "periodo": self.report.period.label,
            "preset": self.report.preset.name,
            "escrito": self.written,
            "respaldo": str(self.backup) if self.backup else None,
            "hojas": [
                {
                    "hoja": sheet.name,
                    "nueva": sheet.new,
                    "celdas": [
                        {"celda": cell.cell, "antes": cell.before, "despues": cell.after}
                        for cell in sheet.cells
                    ],
                }
                for sheet in self.sheets
            ],
        }


def update(
    path: str | Path,
    *,
    now: dt.datetime,
    out: str | Path | None = None,
    period: str | None = None,
    preset: str | None = None,
    simulate: bool = False,
    host: Host | None = None,
) -> Update:
    """Regenerate the summary sheets of a workbook.

    Every part of the workbook that is not ours stays byte for byte. What people typed in Alertas is
    kept. A backup is made first; a second run on unchanged data changes nothing, not even the date.

    Args:
        path: the workbook.
        now: date of the stamp and name of the backup.
        out: write there and leave `path` as it is.
        period: months to report on; the workbook's current quarter when None.
        preset: traffic light to use instead of the workbook's own.
        simulate: compute and compare everything, write nothing.
        host: shows progress and puts questions.

    Raises:
        Refusal: nothing was written; why, all at once.
    """
    host = host or SilentHost()
    path = real(Path(path))
    target = real(Path(out)) if out else path
    host.progress("Abriendo el libro")
    package = open_book(path)
    if not simulate and target.exists():
        check_free(target)
    door = None if simulate else put_in_place
    return _update(package, _Wish(target, now, period, preset), door, host)


def with_typed(package: Package, edits: Edits) -> Package:
    """Return a workbook with what its user typed and did not save, still as the user's file.

    Args:
        package: the file as it was when the edits were found.
        edits: what the user typed.

    Raises:
        Refusal: the file cannot take an edit.
    """
    with tempfile.TemporaryDirectory(prefix="poi_xl-") as folder:
        return with_edits(package, edits, Path(folder) / package.path.name)


def update_open(
    package: Package,
    edits: Edits,
    *,
    now: dt.datetime,
    host: Host,
    door: Door,
    keys: Sequence[str] = tuple(KEYS),
) -> Update:
    """Regenerate summary sheets of a workbook that the host has open, its user's edits with them.

    Args:
        package: the file as it was when the edits were found.
        edits: what the user typed and did not save.
        now: date of the stamp and name of the backup.
        host: shows progress and puts questions.
        door: lets go of the file and puts the new one in its place.
        keys: the sheets to regenerate.

    Raises:
        Refusal: nothing was written, or what the door says.
    """
    edited = with_typed(package, edits)
    wish = _Wish(real(package.path), now, keys=tuple(keys), edited=any(edits.values()))
    return _update(edited, wish, door, host)


def update_prepared(
    package: Package,
    *,
    now: dt.datetime,
    host: Host,
    door: Door | None,
    notes: Sequence[TypedNote] = (),
) -> Update:
    """Regenerate the summary sheets of a workbook that a use case has already changed in memory.

    Args:
        package: the changed workbook, under the path and fingerprint of the user's file.
        now: date of the stamp and name of the backup.
        host: shows progress and puts questions.
        door: puts the new file in its place; None to compute and compare everything only.
        notes: what takes the place of the notes that people typed beside the same activities.

    Raises:
        Refusal: nothing was written, or what the door says.
    """
    return _update(package, _Wish(real(package.path), now, notes=tuple(notes)), door, host)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is wanted: which file, when, which sheets about which months, and further notes.

    Attributes:
        edited: whether the workbook itself is to be written, whatever its summary sheets say.
    """

    target: Path
    now: dt.datetime
    period: str | None = None
    preset: str | None = None
    keys: tuple[str, ...] = tuple(KEYS)
    notes: tuple[TypedNote, ...] = ()
    edited: bool = False


def _update(package: Package, wish: _Wish, door: Door | None, host: Host) -> Update:
    """Regenerate sheets; without a door only as far as to see what would change."""
    place = plan_graft(package, KEYS)
    stored = {
        key: note for key in place.owned if (note := SheetNote.parse(place.notes.get(key, "")))
    }
    host.progress("Leyendo el plan")
    loaded = load_package(package, wish.preset)
    current = sheet_cells(package, (place.names[key] for key in place.owned))
    require_consent(host, tuple(_guards(package, place, wish.keys, current, stored)))
    host.progress("Calculando")
    typed = typed_notes(package, place.names[_ALERTS]) if _ALERTS in place.owned else []
    notes = replace_notes(typed, wish.notes)
    today = wish.now.date()
    report, inputs = stamped_report(loaded, wish.period, notes, place.names, stored, today)
    names = {key: place.names[key] for key in wish.keys}
    with tempfile.TemporaryDirectory(prefix="poi_xl-") as folder:
        host.progress("Dibujando las hojas")
        render(report, place.names, Path(folder) / _DRAWN, date_1904=place.date1904)
        drawn = Package.open(Path(folder) / _DRAWN)
        fresh = sheet_cells(drawn, names.values())
        marks = {key: str(sheet_note(report, inputs, fresh[name])) for key, name in names.items()}
        adopt = _Adoption(package, loaded, place, drawn, marks)
        host.progress("Escribiendo")
        if door is None:
            adopt.write(Path(folder) / package.path.name)
            written, backup = False, None
        else:
            written, backup = _save(adopt, wish, door)
    sheets = tuple(
        SheetChange(
            key, name, name not in current, cell_changes(name, current.get(name), fresh[name])
        )
        for key, name in names.items()
    )
    notices = tuple(_notices(package, place))
    return Update(loaded, report, sheets, wish.target, written, backup, notices)


def _guards(
    package: Package,
    place: GraftPlan,
    keys: Sequence[str],
    current: Mapping[str, Cells],
    stored: Mapping[str, SheetNote],
) -> Iterator[Problem]:
    """What stands in the way of some sheets, and what the user must accept of it."""
    yield from plan_graft(package, {key: KEYS[key] for key in keys}).problems
    if place.locked and not place.owned.issuperset(keys):
        yield problem("POI-E10", package.path.name, file=package.path.name)
    for key, note in stored.items():
        name = place.names[key]
        if key in keys and cells_fingerprint(current[name]) != note.content:
            yield problem("POI-E13", name, what="su contenido no es el que se generó")


def _notices(package: Package, place: GraftPlan) -> Iterator[Problem]:
    """What may happen to the file later, that the user cannot see from here."""
    is_signed = any("vbaprojectsignature" in name.lower() for name in package.names())
    if is_signed and len(place.owned) < len(place.names):
        yield problem("POI-N10", package.path.name, file=package.path.name)


@dataclass(frozen=True, slots=True)
class _Adoption:
    """Drawn sheets on their way into a workbook."""

    package: Package
    loaded: Loaded
    place: GraftPlan
    drawn: Package
    marks: Mapping[str, str]

    def write(self, fresh: Path) -> None:
        """Write the workbook with the drawn sheets to a new file.

        New sheets come last, or just before Configuración: anywhere else, people's sums over a
        span of sheets could take them in.
        """
        settings = settings_sheet(self.package)
        owned = {self.place.names[key] for key in self._replaced()}
        graft(
            self.package,
            self.drawn.path,
            {key: self.place.names[key] for key in self.marks},
            fresh,
            notes=self.marks,
            first=settings.index if settings else None,
            recalculate=self._changes_figures() and are_mentioned(self.package, owned),
        )
        _check_plan_kept(fresh, self.loaded)

    def _changes_figures(self) -> bool:
        """Whether any sheet that was there already gets other content."""
        notes = self.place.notes
        return any(notes.get(key) != self.marks[key] for key in self._replaced())

    def is_current(self) -> bool:
        """Whether all sheets are there as they would be drawn."""
        there = sheet_cells(self.package, (self.place.names[key] for key in self._replaced()))
        return all(
            (cells := there.get(self.place.names[key]))
            and self.place.notes.get(key) == mark
            and (note := SheetNote.parse(mark))
            and cells_fingerprint(cells) == note.content
            for key, mark in self.marks.items()
        )

    def _replaced(self) -> frozenset[str]:
        return self.place.owned & self.marks.keys()


def _save(adopt: _Adoption, wish: _Wish, door: Door) -> tuple[bool, Path | None]:
    """Put the new workbook in the target's place, unless that would change no byte of it."""
    target = wish.target
    in_place = target == real(adopt.package.path)
    seen = adopt.package.fingerprint if in_place else _seen(target)
    # Some sheets alone would get other part names than when all are drawn, and other bytes.
    is_done = len(wish.keys) < len(KEYS) and adopt.is_current()
    if is_done and not wish.edited:
        return False, None
    with temporary_beside(target) as fresh:
        if is_done:
            adopt.package.write(fresh, {})
        else:
            adopt.write(fresh)
        if fingerprint(fresh) == seen:
            return False, None
        return True, door(target, fresh, seen=seen, now=wish.now)


def _seen(target: Path) -> str | None:
    return fingerprint(target) if target.exists() else None


def _check_plan_kept(fresh: Path, loaded: Loaded) -> None:
    """Read the written workbook again before it takes the original's place."""
    plan = read_workbook(fresh).plan
    if plan is None or plan.digest != loaded.plan.digest:
        raise RuntimeError("the new workbook does not read back as the plan it was made from")
