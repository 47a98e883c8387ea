"""`importar`: what the units wrote in their forms goes into the plan, all of it or nothing."""

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from poi_xl import __version__
from poi_xl.commands.form_logging import Log
from poi_xl.commands.forms import missing_columns
from poi_xl.commands.load import Loaded, load_package, open_book
from poi_xl.commands.plan_edits import executed_edits, plan_cells
from poi_xl.commands.ports import Host, SilentHost, require_consent
from poi_xl.commands.update import Door, Update, update_prepared
from poi_xl.core.form_changes import FigureChange, Import, Prefer
from poi_xl.core.form_log import LogRow, Standing, standing
from poi_xl.core.form_review import review_forms
from poi_xl.core.forms import FilledForm
from poi_xl.core.period import quarter_period
from poi_xl.core.problems import Problem, Refusal, Severity, problem
from poi_xl.core.text import number_text
from poi_xl.package.cell_edits import with_edits
from poi_xl.package.graft import plan_graft
from poi_xl.package.parts import Package
from poi_xl.package.saving import check_free, real
from poi_xl.package.saving import replace as put_in_place
from poi_xl.reading.forms import read_form
from poi_xl.reading.owned import typed_notes
from poi_xl.sheets.log_book import LOG_KEY, LOG_SHEET
from poi_xl.sheets.report import KEYS

# Form and workbook both say something, and differ: the user decides which counts.
_CONFLICTS = frozenset({"POI-E114", "POI-E119"})
_ALERTS = "alertas"
# What Excel and LibreOffice leave beside a workbook that somebody has open, and our own copies.
_NOT_FORMS = ("~$", ".")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What forms would change.

    Attributes:
        loaded: the workbook as it was.
        brought: what the forms bring.
        problems: what there is to say about the forms; no errors.
    """

    loaded: Loaded
    brought: Import
    problems: tuple[Problem, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing about the forms needs to be looked at."""
        return all(each.severity is Severity.NOTE for each in self.problems)

    def cell(self, change: FigureChange) -> str:
        """Return the address of the plan's cell that a form changes."""
        return self.loaded.plan.layout.cell(change.activity, ("executed", change.month))


@dataclass(frozen=True, slots=True)
class Imported(Reviewed):
    """The answer of `importar`.

    Attributes:
        standing: which organs have answered, which not, which late.
        update: what was written; nothing when the forms bring nothing new.
        is_new: whether the forms bring anything that the workbook does not say yet.
    """

    standing: Standing
    update: Update
    is_new: bool

    def as_json(self) -> dict[str, Any]:
        """Return the answer of ``importar --json``."""
        plan, update = self.loaded.plan, self.update
        return {
            "version": __version__,
            "archivo": self.loaded.path.name,
            "periodo": quarter_period(self.loaded.quarter).label,
            "escrito": update.written,
            "respaldo": str(update.backup) if update.backup else None,
            "fichas": [
                {
                    "archivo": form.file,
                    "organo": form.identity.organ,
                    "periodo": form.identity.period.label,
                    "llenada_por": form.filled_by,
                    "fecha": form.filled_on.isoformat() if form.filled_on else None,
                }
                for form in self.brought.answered
            ],
            "cambios": [
                {
                    "hoja": plan.layout.sheet,
                    "celda": self.cell(change),
                    "antes": change.before,
                    "despues": change.after,
                    "ficha": change.file,
                }
                for change in self.brought.figures
            ],
            "motivos": [
                {
                    "organo": plan.organ[change.activity],
                    "actividad": plan.activity[change.activity],
                    "dato": change.heading,
                    "antes": change.before,
                    "despues": change.after,
                    "ficha": change.file,
                }
                for change in self.brought.notes
            ],
            "organos": {
                "respondieron": list(self.standing.answered),
                "faltan": list(self.standing.pending),
                "tarde": list(self.standing.late),
            },
            "observaciones": [each.as_json() for each in self.problems],
        }


def import_forms(
    path: Path,
    forms: Sequence[Path],
    *,
    now: dt.datetime,
    prefer: Prefer | None = None,
    deadline: dt.date | None = None,
    simulate: bool = False,
    host: Host | None = None,
) -> Imported:
    """Bring filled forms into a workbook: figures, motives, summaries and the log, in one write.

    Args:
        path: the workbook.
        forms: the forms, or folders with forms; in any order, under any name.
        now: date of the sheets and name of the backup.
        prefer: what counts where form and plan differ; nothing makes that a reason to refuse.
        deadline: the last day on which an answer is not late.
        simulate: compute everything, write nothing.
        host: shows progress and puts questions.

    Raises:
        Refusal: nothing was written; why, all at once.
    """
    host = host or SilentHost()
    path = real(path)
    host.progress("Abriendo el libro")
    package = open_book(path)
    if not simulate:
        check_free(path)
    work = Importing(package, forms, host)
    door = None if simulate else put_in_place
    return work.finish(work.review(prefer), now=now, deadline=deadline, door=door)


class Importing:
    """Forms on their way into a workbook: read once, looked at, and written if the user agrees.

    Args:
        package: the workbook, with what its user has not saved.
        forms: the forms, or folders with forms; in any order, under any name.
        host: shows progress and puts questions.

    Raises:
        Refusal: the workbook holds no plan, or there are no forms.
    """

    def __init__(self, package: Package, forms: Sequence[Path], host: Host) -> None:
        self._package, self._host = package, host
        self._loaded = load_package(package)
        files = _files(forms)
        if not files:
            detail = "no hay fichas en lo que se indicó"
            raise Refusal(problem("POI-E19", detail=detail, command="poi-xl importar"))
        self._forms, self._unread = _read_all(files, host)
        self._place = plan_graft(package, {**KEYS, LOG_KEY: LOG_SHEET})

    def review(self, prefer: Prefer | None) -> Reviewed:
        """Return what the forms would change; nothing is written.

        Args:
            prefer: what counts where form and plan differ; nothing makes that a reason to refuse.

        Raises:
            Refusal: everything that is wrong with the forms, all at once.
        """
        package, loaded, place = self._package, self._loaded, self._place
        notes = typed_notes(package, place.names[_ALERTS]) if _ALERTS in place.owned else []
        self._host.progress("Revisando las fichas")
        brought, found = review_forms(loaded.plan, loaded.settings, self._forms, notes, prefer)
        untaken = _untaken(package, loaded, brought, self._forms)
        problems = (*self._unread, *found, *untaken)
        if errors := [each for each in problems if each.severity is Severity.ERROR]:
            raise Refusal(errors)
        return Reviewed(loaded, brought, problems)

    def settled(self, decide: Callable[[tuple[Problem, ...]], Prefer | None]) -> Reviewed | None:
        """Return what the forms would change, once somebody has said what counts where they differ.

        Args:
            decide: asked only if they differ from the plan, about each such place; None ends it.

        Raises:
            Refusal: as `review`, for anything but such differences.
        """
        try:
            return self.review(None)
        except Refusal as refusal:
            if any(each.code not in _CONFLICTS for each in refusal.problems):
                raise
            conflicts = refusal.problems
        prefer = decide(conflicts)
        return None if prefer is None else self.review(prefer)

    def finish(
        self, review: Reviewed, *, now: dt.datetime, deadline: dt.date | None, door: Door | None
    ) -> Imported:
        """Write what was looked at.

        Args:
            review: what the forms change.
            now: date of the sheets and name of the backup.
            deadline: the last day on which an answer is not late.
            door: puts the new file in its place; None to compute everything only.

        Raises:
            Refusal: nothing was written, or what the door says.
        """
        loaded, brought, host = self._loaded, review.brought, self._host
        log = Log(self._package, self._place, loaded)
        require_consent(host, log.problems)
        fresh = log.fresh(brought, now)
        with tempfile.TemporaryDirectory(prefix="poi_xl-") as folder:
            host.progress("Escribiendo en el plan")
            changed = _changed(self._package, loaded, brought, log, fresh, Path(folder))
        update = update_prepared(changed, now=now, host=host, door=door, notes=brought.typed)
        period = quarter_period(loaded.quarter)
        stands = standing(loaded.plan, [*log.rows, *fresh], period, deadline)
        is_new = bool(fresh or brought.figures or brought.notes)
        return Imported(loaded, brought, review.problems, stands, update, is_new)


# --- the files ------------------------------------------------------------------------------------


def _files(paths: Iterable[Path]) -> list[Path]:
    """Return the forms, those of folders in their names' order, each once."""
    found: dict[Path, Path] = {}
    for path in paths:
        inside = sorted(path.glob("*.xls[xm]")) if path.is_dir() else [path]
        for each in inside:
            if each is path or not each.name.startswith(_NOT_FORMS):
                found.setdefault(real(each), each)
    return list(found.values())


def _read_all(paths: Sequence[Path], host: Host) -> tuple[list[FilledForm], list[Problem]]:
    forms: list[FilledForm] = []
    problems: list[Problem] = []
    names = Counter(path.name for path in paths)
    for number, path in enumerate(paths, start=1):
        share = number / len(paths)
        host.progress(f"Leyendo las fichas ({number} de {len(paths)})", share)
        # Every unit may have sent a «ficha.xlsx».
        name = path.name if names[path.name] == 1 else f"{path.parent.name}/{path.name}"
        try:
            forms.append(replace(read_form(path), file=name))
        except Refusal as refusal:
            problems += refusal.problems
    return forms, problems


# --- the plan -------------------------------------------------------------------------------------


def _untaken(
    package: Package, loaded: Loaded, brought: Import, forms: Iterable[FilledForm]
) -> Iterator[Problem]:
    """What the plan's sheet cannot take: months without column, cells with a formula."""
    plan = loaded.plan
    for period in dict.fromkeys(form.identity.period for form in forms):
        yield from missing_columns(plan, period)
    contents = plan_cells(package, plan) if brought.figures else {}
    for change in brought.figures:
        column = plan.layout.columns.get(("executed", change.month))
        content = contents.get((plan.layout.rows[change.activity], column or 0))
        if content and content.is_computed:
            cell = plan.layout.cell(change.activity, ("executed", change.month))
            yield problem("POI-E116", plan.layout.sheet, cell, value=number_text(change.after))


def _changed(
    package: Package,
    loaded: Loaded,
    brought: Import,
    log: Log,
    fresh: Sequence[LogRow],
    folder: Path,
) -> Package:
    """Return the workbook with the figures in the plan and the imports in the log."""
    if not fresh and not brought.figures:
        return package
    figures = {(each.activity, each.month): each.after for each in brought.figures}
    edits = executed_edits(package, loaded, figures)
    edited = with_edits(package, edits, folder / "cifras.xlsx") if edits else package
    written = log.written(edited, fresh, folder, recalculate=bool(figures))
    # It is still the user's file: what is told of it names that, and that must not have changed.
    return replace(written, path=package.path, fingerprint=package.fingerprint)
