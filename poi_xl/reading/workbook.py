"""Reading a workbook: its settings, the sheet that holds the plan, and the plan."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from re import fullmatch

from poi_xl.core.plan import Layout, Plan
from poi_xl.core.problems import Problem, problem
from poi_xl.core.settings import Settings
from poi_xl.core.text import a1, fold
from poi_xl.package.formulas import area
from poi_xl.package.marks import marked_sheet, owned_sheets
from poi_xl.package.parts import Package, Sheet
from poi_xl.reading.cells import is_long, read_cells, read_heads
from poi_xl.reading.grid import Table, locate
from poi_xl.reading.plan import Heading, read_heading, read_plan
from poi_xl.reading.settings import SETTINGS_SHEET, parse_settings

# The workbook's name for its plan.
PLAN_NAME = "POI_DATOS"
_LISTED_SHEETS = 8
_AREA = r"\$?[A-Z]+\$?\d+:\$?[A-Z]+\$?\d+"


@dataclass(frozen=True, slots=True)
class WorkbookContent:
    """What a workbook says.

    Attributes:
        plan: its plan; None when there is none, or when columns are missing.
        settings: its settings; the defaults where it has none.
        problems: everything wrong with its settings and with the plan's cells.
        plan_sheet: name of the sheet the plan was sought on; empty when none looks like one.
        package: the file as it was when read.
    """

    plan: Plan | None
    settings: Settings
    problems: tuple[Problem, ...]
    plan_sheet: str
    package: Package


@dataclass(frozen=True, slots=True)
class _Found:
    """A sheet whose plan is read, and what there is to say about the choice."""

    sheet: Sheet
    plan: Plan | None
    problems: tuple[Problem, ...]


def read_workbook(path: str | Path) -> WorkbookContent:
    """Return what a workbook says; what is wrong in its cells comes as problems.

    Raises:
        Refusal: the file is none that can be opened.
    """
    return read_package(Package.open(Path(path)))


def read_package(package: Package) -> WorkbookContent:
    """Return what an opened workbook says.

    Raises:
        Refusal: a part of the file is damaged.
    """
    settings, problems = read_settings(package)
    named = _named(package, settings)
    found = _first(package, named) or _probed(package, settings, read=named)
    if found is None:
        sheets = ", ".join(f"«{name}»" for name in _some(_candidates(package)))
        missing = problem("POI-E20", package.path.name, sheets=sheets or "no hay hojas de cálculo")
        return WorkbookContent(None, settings, (*problems, missing), "", package)
    outside = _modes_outside(package, found)
    problems = (*problems, *_wrong_name(settings, found), *found.problems, *outside)
    return WorkbookContent(found.plan, settings, problems, found.sheet.name, package)


def read_settings(package: Package) -> tuple[Settings, tuple[Problem, ...]]:
    """Return a workbook's settings; the defaults when it has no sheet Configuración.

    Raises:
        Refusal: the sheet's content is damaged.
    """
    sheet = settings_sheet(package)
    if sheet is None:
        return Settings(), ()
    return parse_settings(read_cells(package, sheet).rows, sheet.name)


def settings_sheet(package: Package) -> Sheet | None:
    """Return the sheet of settings, known by its name whatever the spelling."""
    return _by_name(package, SETTINGS_SHEET)


def _by_name(package: Package, name: str) -> Sheet | None:
    found = [s for s in package.sheets if s.kind == "worksheet" and fold(s.name) == fold(name)]
    # «Año» and «Ano» may both be there.
    return next((s for s in found if s.name == name), next(iter(found), None))


def _named(package: Package, settings: Settings) -> list[Sheet]:
    """The sheets that the settings and POI_DATOS point at: if one has a plan, no other counts."""
    names = [settings.plan_sheet, _pointed(package)]
    sheets = [sheet for name in names if name and (sheet := _by_name(package, name))]
    return list(dict.fromkeys(sheets))


def _first(package: Package, sheets: Iterable[Sheet]) -> _Found | None:
    """The first plan that is found; later sheets are not read."""
    return next(filter(None, (_read(package, sheet) for sheet in sheets)), None)


def _pointed(package: Package) -> str:
    return marked_sheet(_plan_range(package))


def _plan_range(package: Package) -> str:
    texts = (
        each.text
        for each in package.defined_names
        if each.sheet_index is None and each.name.lower() == PLAN_NAME.lower()
    )
    return next(texts, "")


def _modes_outside(package: Package, found: _Found) -> Iterator[Problem]:
    """A column of modes beyond the plan's name: a program that watches that name misses it."""
    text, layout = _plan_range(package), found.plan.layout if found.plan else Layout()
    cells = text.rpartition("!")[2]
    place = layout.columns.get(("accumulation", 0))
    if (
        not (place and layout.rows and fullmatch(_AREA, cells))
        or marked_sheet(text) != layout.sheet
    ):
        return
    _, left, _, right = area(cells)
    if not left <= place <= right:
        yield problem(
            "POI-A165", layout.sheet, a1(layout.rows[0], place), range=cells.replace("$", "")
        )


def _read(package: Package, sheet: Sheet) -> _Found | None:
    cells = read_cells(package, sheet)
    plan, problems = read_plan(cells.rows, cells.merged, sheet.name)
    if plan is None and not problems:
        return None
    if far := cells.far_figures:
        problems = (*problems, problem("POI-A192", sheet.name, far[0], count=len(far)))
    return _Found(sheet, plan, problems)


def _wrong_name(settings: Settings, found: _Found) -> tuple[Problem, ...]:
    wanted = settings.plan_sheet
    if not wanted or fold(wanted) == fold(found.sheet.name):
        return ()
    return (problem("POI-N21", found.sheet.name, wanted=wanted, used=found.sheet.name),)


def _candidates(package: Package) -> list[Sheet]:
    """Sheets that may hold the plan: not ours, and with cells."""
    ours = {sheet.part for sheet in owned_sheets(package).values()}
    settings = settings_sheet(package)
    return [
        sheet
        for sheet in package.sheets
        if sheet.kind == "worksheet" and sheet.part not in ours and sheet != settings
    ]


def _probed(package: Package, settings: Settings, *, read: Sequence[Sheet]) -> _Found | None:
    """The plan among all sheets but those read already, the best one if there are several."""
    sheets = [sheet for sheet in _candidates(package) if sheet not in read]
    if len(sheets) == 1:
        return _read(package, sheets[0])
    plans = _plans(package, sheets, settings)
    if not plans:
        # Only now is it worth reading huge sheets to their end.
        return _first(package, (sheet for sheet in sheets if is_long(package, sheet)))
    best, *others = plans
    found_best = _read(package, best)
    if not found_best or not others:
        return found_best
    names = ", ".join(f"«{name}»" for name in _some(others))
    note = problem("POI-N20", best.name, used=best.name, others=names)
    return _Found(best, found_best.plan, (note, *found_best.problems))


def _plans(package: Package, sheets: Sequence[Sheet], settings: Settings) -> list[Sheet]:
    """The sheets with a complete plan, the best first; without any, the one closest to it."""
    heads = read_heads(package, sheets)
    tables = {sheet: table for sheet, cells in heads.items() if (table := locate(cells.rows))}
    ranks = {
        sheet: _rank(sheet, table, read_heading(heads[sheet].rows[: table.top]), settings)
        for sheet, table in tables.items()
    }
    complete = [sheet for sheet, table in tables.items() if table.complete]
    if complete:
        return sorted(complete, key=lambda sheet: ranks[sheet], reverse=True)
    return [_widest(tables)] if tables else []


def _widest(tables: Mapping[Sheet, Table]) -> Sheet:
    return max(tables, key=lambda sheet: len(tables[sheet].columns))


def _rank(sheet: Sheet, table: Table, heading: Heading, settings: Settings) -> tuple[int, ...]:
    """What makes a plan the current one: the settings' year and quarter, else the latest."""
    return (
        int(settings.year is not None and heading.year == settings.year),
        heading.year or 0,
        int(settings.quarter is not None and heading.quarter == settings.quarter),
        heading.quarter or max(table.executed_months, default=0) // 3,
        int(sheet.state == "visible"),
        -sheet.index,
    )


def _some(sheets: Sequence[Sheet]) -> list[str]:
    names = [sheet.name for sheet in sheets[:_LISTED_SHEETS]]
    return names if len(sheets) <= _LISTED_SHEETS else [*names, "…"]
