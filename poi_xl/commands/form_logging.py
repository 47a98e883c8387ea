"""The sheet Bitácora of a workbook: read, with further imports, and put back in the same write."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from poi_xl.commands.load import Loaded
from poi_xl.core.form_changes import Import
from poi_xl.core.form_log import LogRow
from poi_xl.core.plan import By
from poi_xl.core.problems import problem
from poi_xl.core.text import fold, number_text
from poi_xl.package.graft import GraftPlan, graft, plan_graft
from poi_xl.package.parts import Package
from poi_xl.reading.form_log import parse_log
from poi_xl.reading.owned import cells_fingerprint, sheet_cells
from poi_xl.reading.workbook import settings_sheet
from poi_xl.sheets.log_book import LOG_KEY, LOG_SHEET, render_log


class Log:
    """The sheet Bitácora of a workbook.

    Attributes:
        rows: the imports that it lists.
        problems: what stands in the way of writing it anew.
    """

    def __init__(self, package: Package, place: GraftPlan, loaded: Loaded) -> None:
        self._name, self._plan = place.names[LOG_KEY], loaded.plan
        self._institution = loaded.settings.institution
        self.rows: list[LogRow] = []
        self.problems = plan_graft(package, {LOG_KEY: LOG_SHEET}).problems
        if LOG_KEY in place.owned:
            cells = sheet_cells(package, [self._name])[self._name]
            self.rows = parse_log(cells.rows)
            if cells_fingerprint(cells) != place.notes.get(LOG_KEY):
                what = "su contenido no es el que se generó"
                self.problems += (problem("POI-E13", self._name, what=what),)
        elif package.locked:
            self.problems += (problem("POI-E10", package.path.name, file=package.path.name),)

    def fresh(self, brought: Import, now: dt.datetime) -> list[LogRow]:
        """Return a row for each form that is not listed yet, or that changes something."""
        known = {row.digest for row in self.rows}
        changes = self._changes(brought)
        return [
            LogRow(
                f"{now:%Y-%m-%d %H:%M}",
                form.identity.organ,
                form.identity.period.label,
                form.filled_by,
                form.filled_on.isoformat() if form.filled_on else "",
                form.file,
                len(changes.get(fold(form.identity.organ), ())),
                "; ".join(changes.get(fold(form.identity.organ), ())),
                form.digest,
            )
            for form in brought.answered
            if form.digest not in known or fold(form.identity.organ) in changes
        ]

    def _changes(self, brought: Import) -> dict[str, list[str]]:
        """The changes of each organ in words; it has one form only."""
        words: dict[str, list[str]] = {}
        layout = self._plan.layout
        for each in brought.figures:
            cell = layout.cell(each.activity, ("executed", each.month))
            before = "(vacío)" if each.before is None else number_text(each.before)
            text = f"{layout.sheet}!{cell}: {before} → {number_text(each.after)}"
            words.setdefault(self._organ(each.activity), []).append(text)
        for note in brought.notes:
            text = f"{note.heading}: {note.after}"
            words.setdefault(self._organ(note.activity), []).append(text)
        return words

    def _organ(self, activity: int) -> str:
        groups = self._plan.grouping(By.ORGAN)
        return fold(groups.labels[groups.codes[activity]])

    def written(
        self, package: Package, fresh: Sequence[LogRow], folder: Path, *, recalculate: bool
    ) -> Package:
        """Return a workbook with the sheet in it, further imports listed.

        Args:
            package: the workbook.
            fresh: the further imports.
            folder: for files on the way.
            recalculate: have Excel compute all formulas when it opens the workbook.
        """
        drawn, out = folder / "bitacora.xlsx", folder / "con_bitacora.xlsx"
        render_log([*self.rows, *fresh], self._name, self._institution, drawn)
        cells = sheet_cells(Package.open(drawn), [self._name])[self._name]
        settings = settings_sheet(package)
        graft(
            package,
            drawn,
            {LOG_KEY: self._name},
            out,
            notes={LOG_KEY: cells_fingerprint(cells)},
            first=settings.index if settings else None,
            recalculate=recalculate,
        )
        return Package.open(out)
