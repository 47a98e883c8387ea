"""`actualizar`: regenerate the summary sheets of a workbook and lose nothing."""

import datetime as dt
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from poi_xl import __version__
from poi_xl.commands.load import Loaded, load_package
from poi_xl.commands.ports import Host, SilentHost, require_consent
from poi_xl.commands.stamping import (
    CellChange,
    SheetNote,
    cell_changes,
    sheet_note,
    stamped_report,
)
from poi_xl.core.problems import Problem, problem
from poi_xl.core.summaries import Report
from poi_xl.package.graft import GraftPlan, graft, plan_graft
from poi_xl.package.mentions import are_mentioned
from poi_xl.package.parts import Package
from poi_xl.package.saving import check_free, fingerprint, temporary_beside
from poi_xl.package.saving import replace as put_in_place
from poi_xl.reading.cells import Cells
from poi_xl.reading.owned import cells_fingerprint, sheet_cells, typed_notes
from poi_xl.reading.workbook import read_workbook, settings_sheet
from poi_xl.sheets.report import KEYS, render

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
    path: Path,
    *,
    now: dt.datetime,
    out: Path | None = None,
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
    path = path.resolve()
    target = out.resolve() if out else path
    host.progress("Abriendo el libro")
    package = Package.open(path)
    if not simulate and target.exists():
        check_free(target)
    place = plan_graft(package, KEYS)
    stored = {
        key: note for key in place.owned if (note := SheetNote.parse(place.notes.get(key, "")))
    }
    host.progress("Leyendo el plan")
    loaded = load_package(package, preset)
    current = sheet_cells(package, (place.names[key] for key in place.owned))
    require_consent(host, (*place.problems, *_guards(package, place, current, stored)))
    host.progress("Calculando")
    notes = typed_notes(package, place.names[_ALERTS]) if _ALERTS in place.owned else []
    report, inputs = stamped_report(loaded, period, notes, place.names, stored, now.date())
    with tempfile.TemporaryDirectory(prefix="poi_xl-") as folder:
        host.progress("Dibujando las hojas")
        render(report, place.names, Path(folder) / _DRAWN, date_1904=place.date1904)
        drawn = Package.open(Path(folder) / _DRAWN)
        fresh = sheet_cells(drawn, place.names.values())
        adopt = _Adoption(package, loaded, place, drawn, _marks(fresh, place, report, inputs))
        host.progress("Escribiendo")
        if simulate:
            adopt.write(Path(folder) / path.name)
            written, backup = False, None
        else:
            written, backup = _save(adopt, target, now)
    sheets = tuple(
        SheetChange(
            key, name, name not in current, cell_changes(name, current.get(name), fresh[name])
        )
        for key, name in place.names.items()
    )
    notices = tuple(_notices(package, place))
    return Update(loaded, report, sheets, target, written, backup, notices)


def _guards(
    package: Package,
    place: GraftPlan,
    current: Mapping[str, Cells],
    stored: Mapping[str, SheetNote],
) -> Iterator[Problem]:
    """What the user must accept: a protected structure, and cells typed on our sheets."""
    if place.locked and len(place.owned) < len(place.names):
        yield problem("POI-E10", package.path.name, file=package.path.name)
    for key, note in stored.items():
        name = place.names[key]
        if cells_fingerprint(current[name]) != note.content:
            yield problem("POI-E13", name, what="su contenido no es el que se generó")


def _notices(package: Package, place: GraftPlan) -> Iterator[Problem]:
    """What may happen to the file later, that the user cannot see from here."""
    is_signed = any("vbaprojectsignature" in name.lower() for name in package.names())
    if is_signed and len(place.owned) < len(place.names):
        yield problem("POI-N10", package.path.name, file=package.path.name)


def _marks(
    fresh: Mapping[str, Cells], place: GraftPlan, report: Report, inputs: str
) -> dict[str, str]:
    """Return the note to keep beside each sheet's ownership mark."""
    return {key: str(sheet_note(report, inputs, fresh[name])) for key, name in place.names.items()}


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
        owned = {self.place.names[key] for key in self.place.owned}
        graft(
            self.package,
            self.drawn.path,
            self.place.names,
            fresh,
            notes=self.marks,
            first=settings.index if settings else None,
            recalculate=self._changes_figures() and are_mentioned(self.package, owned),
        )
        _check_plan_kept(fresh, self.loaded)

    def _changes_figures(self) -> bool:
        """Whether any sheet that was there already gets other content."""
        notes = self.place.notes
        return any(notes.get(key) != self.marks[key] for key in self.place.owned)


def _save(adopt: _Adoption, target: Path, now: dt.datetime) -> tuple[bool, Path | None]:
    """Put the new workbook in the target's place, unless that would change no byte of it."""
    in_place = target == adopt.package.path
    seen = adopt.package.fingerprint if in_place else _seen(target)
    with temporary_beside(target) as fresh:
        adopt.write(fresh)
        if fingerprint(fresh) == seen:
            return False, None
        return True, put_in_place(target, fresh, seen=seen, now=now)


def _seen(target: Path) -> str | None:
    return fingerprint(target) if target.exists() else None


def _check_plan_kept(fresh: Path, loaded: Loaded) -> None:
    """Read the written workbook again before it takes the original's place."""
    plan = read_workbook(fresh).plan
    if plan is None or plan.digest != loaded.plan.digest:
        raise RuntimeError("the new workbook does not read back as the plan it was made from")
