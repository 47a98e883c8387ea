"""`abrir-trimestre`: the next quarter in the place of the one that closes, all of it or nothing."""

import datetime as dt
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from poi_xl import __version__
from poi_xl.commands.cell_answers import fresh_results
from poi_xl.commands.closing import Closings
from poi_xl.commands.load import Loaded, load_package, open_book
from poi_xl.commands.plan_edits import plan_cells
from poi_xl.commands.ports import Host, SilentHost, require_consent
from poi_xl.commands.quarter_edits import Contents, QuarterEdits, quarter_edits, setting_edit
from poi_xl.commands.stamping import CellChange
from poi_xl.commands.update import Door, Update, update_prepared
from poi_xl.core.period import ROMAN, quarter_period
from poi_xl.core.problems import Problem, Refusal, problem
from poi_xl.core.quarters import (
    QUARTERS,
    closings,
    months_text,
    opening_problems,
    reported_months,
)
from poi_xl.core.text import a1, column_letters, from_a1
from poi_xl.functions import Context
from poi_xl.package.cell_contents import (
    BLANK,
    NUMBER,
    TEXT,
    Cell,
    Content,
    Result,
    read_contents,
    shared_texts,
)
from poi_xl.package.cell_edits import with_edits
from poi_xl.package.marks import owned_sheets
from poi_xl.package.mentions import are_mentioned
from poi_xl.package.parts import Package, Sheet
from poi_xl.package.plan_columns import hidden_columns, printed_texts, reshaped
from poi_xl.package.saving import check_free, real
from poi_xl.package.saving import replace as put_in_place
from poi_xl.reading.cells import read_cells
from poi_xl.reading.settings import answer_cell
from poi_xl.reading.workbook import settings_sheet

_SheetEdits = dict[Cell, Content | Result]
_FOOTER: Final = "encabezado o pie de página"


@dataclass(frozen=True, slots=True)
class Opened:
    """The answer of `abrir-trimestre`.

    Attributes:
        loaded: the workbook as it was.
        edits: what changes in the plan's sheet.
        cells: every cell that changes outside the summary sheets, the printed texts included.
        problems: what the user should know; no errors.
        update: what was written.
    """

    loaded: Loaded
    edits: QuarterEdits
    cells: tuple[CellChange, ...]
    problems: tuple[Problem, ...]
    update: Update

    @property
    def shown(self) -> str:
        """The letters of the columns that are shown."""
        return ", ".join(map(column_letters, self.edits.show))

    @property
    def hidden(self) -> str:
        """The letters of the columns that are hidden."""
        return ", ".join(map(column_letters, self.edits.hide))

    def as_json(self) -> dict[str, Any]:
        """Return the answer of ``abrir-trimestre --json``."""
        sheets = self.update.as_json()["hojas"]
        return {
            "version": __version__,
            "archivo": self.update.target.name,
            "antes": quarter_period(self.edits.old).label,
            "periodo": quarter_period(self.edits.new).label,
            "escrito": self.update.written,
            "respaldo": str(self.update.backup) if self.update.backup else None,
            "columnas_mostradas": [column_letters(c) for c in self.edits.show],
            "columnas_ocultadas": [column_letters(c) for c in self.edits.hide],
            "celdas": [
                {"hoja": e.sheet, "celda": e.cell, "antes": e.before, "despues": e.after}
                for e in self.cells
            ],
            "hojas": sheets,
            "observaciones": [each.as_json() for each in self.problems],
        }


def open_quarter(
    path: Path,
    quarter: int,
    *,
    now: dt.datetime,
    simulate: bool = False,
    host: Host | None = None,
) -> Opened:
    """Open a quarter in a workbook: columns, pair, titles, setting, closing and summary sheets.

    Args:
        path: the workbook.
        quarter: 1 to 4: the next one, or an earlier one to go back to.
        now: date of the closing and of the sheets, and name of the backup.
        simulate: compute everything, write nothing.
        host: shows progress and puts questions.

    Raises:
        Refusal: nothing was written; why, all at once.
        ValueError: no quarter.
    """
    host = host or SilentHost()
    path = real(path)
    host.progress("Abriendo el libro")
    package = open_book(path)
    if not simulate:
        check_free(path)
    door = None if simulate else put_in_place
    return open_quarter_in(package, quarter, now=now, host=host, door=door)


def open_quarter_in(
    package: Package, quarter: int, *, now: dt.datetime, host: Host, door: Door | None
) -> Opened:
    """Open a quarter in a workbook that a host has at hand; see `open_quarter`.

    Args:
        package: the workbook, with what its user has not saved.
        quarter: 1 to 4: the next one, or an earlier one to go back to.
        now: date of the closing and of the sheets, and name of the backup.
        host: shows progress and puts questions.
        door: puts the new file in its place; None to compute everything only.

    Raises:
        Refusal: nothing was written, or what the door says.
        ValueError: no quarter.
    """
    if not 1 <= quarter <= QUARTERS:
        raise ValueError(f"not a quarter: {quarter}")
    loaded = load_package(package)
    kept = Closings(package, loaded.settings.institution)
    sheet = _plan_sheet(package, loaded)
    contents = plan_cells(package, loaded.plan)
    edits = quarter_edits(
        loaded.plan, contents, hidden_columns(package, sheet), kept.rows, loaded.quarter, quarter
    )
    require_consent(host, (*_against(loaded, quarter), *edits.problems, *kept.problems))
    host.progress("Abriendo el trimestre")
    work = _Work(package, loaded, edits, contents)
    with tempfile.TemporaryDirectory(prefix="poi_xl-") as folder:
        changed = work.written(kept, now.date(), Path(folder))
    _check(changed, quarter)
    update = update_prepared(changed, now=now, host=host, door=door)
    return Opened(loaded, edits, tuple(work.changes()), tuple(_notes(loaded, edits)), update)


def _against(loaded: Loaded, quarter: int) -> list[Problem]:
    return opening_problems(loaded.plan, loaded.settings, loaded.quarter, quarter)


def _plan_sheet(package: Package, loaded: Loaded) -> Sheet:
    return next(s for s in package.sheets if s.name == loaded.plan.layout.sheet)


def _check(changed: Package, quarter: int) -> None:
    """Read the changed workbook again: it must be in the new quarter, whoever says which it is."""
    found = load_package(changed).quarter
    if found != quarter:
        texts = {"found": _label(found), "wanted": _label(quarter)}
        raise Refusal(problem("POI-E125", changed.path.name, **texts))


def _label(quarter: int) -> str:
    return f"{ROMAN[quarter - 1]} TRIM"


def _notes(loaded: Loaded, edits: QuarterEdits) -> Iterator[Problem]:
    columns = loaded.plan.layout.columns
    dark = [m for m in range(1, 13) if columns.get(("executed", m)) in edits.hide]
    if months := reported_months(loaded.plan, dark):
        yield problem("POI-N120", edits.sheet, months=months_text(months))


class _Work:
    """The workbook while its quarter changes."""

    def __init__(
        self, package: Package, loaded: Loaded, edits: QuarterEdits, contents: Contents
    ) -> None:
        self._package, self._loaded, self._edits = package, loaded, edits
        self._before: dict[str, Contents] = {edits.sheet: contents}
        self._cells: dict[str, _SheetEdits] = {edits.sheet: dict(edits.cells)}
        self._add_setting()
        self._add_answers()

    # --- cells ------------------------------------------------------------------------------------

    def _add_setting(self) -> None:
        sheet = settings_sheet(self._package)
        cell = answer_cell(read_cells(self._package, sheet).rows, "quarter") if sheet else ""
        if sheet is None or not cell:
            return
        contents = read_contents(self._package, sheet)
        there = contents.get(from_a1(cell), Content())
        edit = setting_edit(there, self._edits.old, self._edits.new)
        if edit is not None and edit != there:
            self._before[sheet.name] = contents
            self._cells[sheet.name] = {from_a1(cell): edit}

    def _add_answers(self) -> None:
        """Give every formula that answers otherwise now its new result."""
        for sheet in self._with_calls():
            self._before.setdefault(sheet.name, read_contents(self._package, sheet))
        after = {name: self._after(name) for name in self._before}
        for name, cell, result in fresh_results(self._context(), after, self._cells):
            self._put(name, cell, result)

    def _with_calls(self) -> Iterator[Sheet]:
        ours = {sheet.part for sheet in owned_sheets(self._package).values()}
        others = (s for s in self._package.sheets if s.kind == "worksheet" and s.part not in ours)
        return (sheet for sheet in others if b"POI_" in self._package.read(sheet.part))

    def _after(self, name: str) -> Contents:
        edits = self._cells.get(name, {})
        typed = {cell: each for cell, each in edits.items() if isinstance(each, Content)}
        return {**self._before[name], **typed}

    def _context(self) -> Context:
        """What functions answer from once the quarter is open: the same figures."""
        plan, settings, new = self._loaded.plan, self._loaded.settings, self._edits.new
        return Context(
            replace(plan, title_quarter=new),
            replace(settings, quarter=new),
            self._loaded.problems,
        )

    def _put(self, name: str, cell: Cell, result: Result) -> None:
        edits = self._cells.setdefault(name, {})
        formula = edits.get(cell)
        if isinstance(formula, Content):
            edits[cell] = replace(formula, kind=result.kind, value=result.value)
        else:
            edits[cell] = result

    # --- the file ---------------------------------------------------------------------------------

    def written(self, kept: Closings, today: dt.date, folder: Path) -> Package:
        """Return the changed workbook, as if the user's file had been read like that."""
        if not self._has_edits():
            return self._package
        package = with_edits(self._package, self._cells, folder / "celdas.xlsx")
        package = self._reshaped(package, folder / "columnas.xlsx")
        old, new = self._edits.old, self._edits.new
        fresh = []
        if new > old:
            months = [m for (kind, m), c in self._columns() if c in self._edits.show]
            plan, settings = self._loaded.plan, self._loaded.settings
            fresh = closings(plan, settings, old, today, sorted(months))
        rows = kept.after(new, fresh)
        if rows != kept.rows:
            looked_at = are_mentioned(self._package, {self._edits.sheet})
            package = kept.written(package, rows, folder, recalculate=looked_at)
        # It is still the user's file: what is told of it names that, and it must not have changed.
        return replace(package, path=self._package.path, fingerprint=self._package.fingerprint)

    def _columns(self) -> Iterator[tuple[tuple[str, int], int]]:
        return (e for e in self._loaded.plan.layout.columns.items() if e[0][0] == "executed")

    def _has_edits(self) -> bool:
        shape = self._edits.show or self._edits.hide
        return bool(shape or any(self._cells.values()) or any(self._printed()))

    def _reshaped(self, package: Package, path: Path) -> Package:
        sheet = _plan_sheet(package, self._loaded)
        hidden = dict.fromkeys(self._edits.show, False) | dict.fromkeys(self._edits.hide, True)
        part = reshaped(
            self._package.read(sheet.part), package.xml(sheet.part), hidden, self._edits.printed,
            self._shared(),
        )  # fmt: skip
        package.write(path, {sheet.part: part})
        return Package.open(path)

    def _shared(self) -> dict[Cell, int]:
        """The edited texts of the plan's sheet that the workbook already has among its own."""
        texts: dict[str, int] = {}
        for place, text in enumerate(shared_texts(self._package)):
            texts.setdefault(text, place)
        edits = self._cells[self._edits.sheet]
        return {
            cell: texts[each.value]
            for cell, each in edits.items()
            if each.kind == TEXT and isinstance(each, Content) and each.value in texts
            if not each.formula
        }

    def _printed(self) -> Iterator[tuple[str, str]]:
        sheet = _plan_sheet(self._package, self._loaded)
        for text in printed_texts(self._package, sheet):
            if (fresh := self._edits.printed(text)) != text:
                yield text, fresh

    # --- what the user is shown -------------------------------------------------------------------

    def changes(self) -> Iterator[CellChange]:
        """Yield every cell that changes, and the printed texts."""
        for text, fresh in self._printed():
            yield CellChange(self._edits.sheet, _FOOTER, text, fresh)
        for name, edits in self._cells.items():
            for cell, each in sorted(edits.items()):
                before = self._before[name].get(cell, Content())
                same = isinstance(each, Result) or each.formula == before.formula
                both = (_shown(content, with_formula=not same) for content in (before, each))
                yield CellChange(name, a1(*cell), *both)


def _shown(content: Content | Result, *, with_formula: bool) -> object:
    """What a cell holds, for people: its value, and its formula where that changes."""
    kind, text = content.kind, content.value
    value: object = None if kind == BLANK else float(text) if kind == NUMBER else text
    formula = content.formula if with_formula and isinstance(content, Content) else ""
    if not formula:
        return value
    return f"={formula} → {text}" if text else f"={formula}"
