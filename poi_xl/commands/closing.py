"""The sheet Cierres of a workbook: read, with another closing, and put back in the same write."""

from collections.abc import Sequence
from pathlib import Path

from poi_xl.core.problems import problem
from poi_xl.core.quarters import CLOSING_KEY, Closing
from poi_xl.package.graft import GraftPlan, graft, plan_graft
from poi_xl.package.parts import Package
from poi_xl.reading.closings import parse_closings
from poi_xl.reading.owned import cells_fingerprint, sheet_cells
from poi_xl.reading.workbook import settings_sheet
from poi_xl.sheets.closing_book import CLOSING_SHEET, render_closings


class Closings:
    """The sheet Cierres of a workbook.

    Attributes:
        rows: the closings that it lists.
        problems: what stands in the way of writing it anew.
    """

    def __init__(self, package: Package, institution: str) -> None:
        self._place: GraftPlan = plan_graft(package, {CLOSING_KEY: CLOSING_SHEET})
        self._name, self._institution = self._place.names[CLOSING_KEY], institution
        self.rows: list[Closing] = []
        self.problems = self._place.problems
        if CLOSING_KEY in self._place.owned:
            cells = sheet_cells(package, [self._name])[self._name]
            self.rows = parse_closings(cells.rows)
            if cells_fingerprint(cells) != self._place.notes.get(CLOSING_KEY):
                what = "su contenido no es el que se generó"
                self.problems += (problem("POI-E13", self._name, what=what),)
        elif package.locked:
            self.problems += (problem("POI-E10", package.path.name, file=package.path.name),)

    def after(self, current: int, fresh: Sequence[Closing]) -> list[Closing]:
        """Return the closings once a quarter is open: those of earlier ones, and a fresh one.

        Args:
            current: the quarter that is open then.
            fresh: the closing that is added.
        """
        again = {each.quarter for each in fresh}
        rows = [e for e in self.rows if e.quarter < current and e.quarter not in again]
        return sorted([*rows, *fresh], key=lambda each: each.quarter)

    def written(
        self, package: Package, rows: Sequence[Closing], folder: Path, *, recalculate: bool
    ) -> Package:
        """Return a workbook with the sheet in it.

        Args:
            package: the workbook.
            rows: what it lists.
            folder: for files on the way.
            recalculate: have Excel compute all formulas when it opens the workbook.
        """
        drawn, out = folder / "cierres.xlsx", folder / "con_cierres.xlsx"
        render_closings(rows, self._name, self._institution, drawn)
        cells = sheet_cells(Package.open(drawn), [self._name])[self._name]
        settings = settings_sheet(package)
        graft(
            package,
            drawn,
            {CLOSING_KEY: self._name},
            out,
            notes={CLOSING_KEY: cells_fingerprint(cells)},
            first=settings.index if settings else None,
            recalculate=recalculate,
        )
        return Package.open(out)
