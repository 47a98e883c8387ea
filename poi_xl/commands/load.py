"""Reading a source for a use case: the plan, the settings to use, and every problem found.

A source is a workbook or an export of CEPLAN's application. What only reads takes either; what
writes into its source needs a workbook.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from poi_xl.core.checks import check
from poi_xl.core.hierarchy import check_hierarchy
from poi_xl.core.period import Period, parse_period
from poi_xl.core.plan import Plan
from poi_xl.core.problems import Problem, Refusal, Severity, problem
from poi_xl.core.quarters import Closing, corrections
from poi_xl.core.settings import Settings, current_quarter
from poi_xl.core.trafficlight import find_preset
from poi_xl.functions import FUNCTIONS
from poi_xl.package.parts import Package, read_whole
from poi_xl.reading.ceplan import Export
from poi_xl.reading.closings import kept_closings
from poi_xl.reading.exports import export_at, export_in, export_of, export_sheet, is_export
from poi_xl.reading.workbook import WorkbookContent, read_package


@dataclass(frozen=True, slots=True)
class Loaded:
    """A workbook, or an export, that was read and checked.

    Attributes:
        path: the file.
        plan: its plan.
        settings: its settings, with what the user asked for put over them.
        problems: what reading and checking found.
        quarter: the workbook's current quarter.
        block: the months taken as planned, where it is an export.
        closings: the figures kept of each closed quarter.
        unit_id: identifier of the executing unit, where it is an export of one.
    """

    path: Path
    plan: Plan
    settings: Settings
    problems: tuple[Problem, ...]
    quarter: int
    block: str = ""
    closings: tuple[Closing, ...] = ()
    unit_id: str = ""

    @property
    def has_errors(self) -> bool:
        """Whether any problem is an error."""
        return any(item.severity is Severity.ERROR for item in self.problems)

    def period(self, text: str | None) -> Period:
        """Return the period the user named; the current quarter when None.

        Raises:
            Refusal: the text names no period.
        """
        return parse_period(text, self.quarter)


def load(path: Path, preset: str | None = None, block: str | None = None) -> Loaded:
    """Read and check a workbook or an export.

    Args:
        path: the file.
        preset: name or limits of the traffic light to use instead of the workbook's own.
        block: the months of an export to take as planned; F(RE) when None.

    Raises:
        Refusal: the file cannot be opened, holds no plan, or there is no such traffic light or
            block.
    """
    return load_bytes(path, read_whole(path), preset, block)


def load_bytes(
    path: Path, data: bytes, preset: str | None = None, block: str | None = None
) -> Loaded:
    """Read and check a file whose bytes are at hand; for what is refused see `load`.

    Args:
        path: where they come from; its name is told and a year may stand in it.
        data: the bytes.
        preset: as for `load`.
        block: as for `load`.
    """
    export = export_of(path.name, data, block)
    if export is None:
        package = Package.of(path, data)
        content = read_package(package)
        export = export_in(package, block) if content.plan is None else None
        if export is None:
            return _from_workbook(content, preset)
    return _from_export(path, export, preset)


def load_export(path: Path, block: str | None = None) -> tuple[Export, Loaded]:
    """Read and check an export.

    Args:
        path: the file.
        block: the months to take as planned; F(RE) when None.

    Raises:
        Refusal: the file cannot be opened, is no export (POI-E159), or lacks the block.
    """
    export = export_at(path, block) or export_in(Package.open(path), block)
    if export is None:
        raise Refusal(problem("POI-E159", file=path.name))
    return export, _from_export(path, export, None)


def check_block(block: str | None, *sources: Loaded) -> None:
    """Refuse a choice of planned months where no source is an export that has any.

    Raises:
        Refusal: there is none (POI-E156).
    """
    if block is not None and not any(each.block for each in sources):
        files = ", ".join(each.path.name for each in sources)
        raise Refusal(problem("POI-E156", file=files))


def open_book(path: Path) -> Package:
    """Open a workbook to work in.

    Raises:
        Refusal: it cannot be opened, or is an export (POI-E150).
    """
    if is_export(path):
        raise Refusal(problem("POI-E150", file=path.name))
    return Package.open(path)


def load_package(package: Package, preset: str | None = None) -> Loaded:
    """Read and check an opened workbook.

    Args:
        package: the workbook.
        preset: name or limits of the traffic light to use instead of the workbook's own.

    Raises:
        Refusal: it holds no plan, or there is no such traffic light.
    """
    content = read_package(package)
    if content.plan is None and export_sheet(package):
        raise Refusal(problem("POI-E150", file=package.path.name))
    return _from_workbook(content, preset)


def _from_export(path: Path, export: Export, preset: str | None) -> Loaded:
    settings = with_preset(Settings(export.institution, export.plan.year), preset)
    checked = _checked(path, export.plan, settings, export.problems)
    return replace(checked, block=export.block, unit_id=export.unit_id)


def _from_workbook(content: WorkbookContent, preset: str | None) -> Loaded:
    if content.plan is None:
        raise Refusal(content.problems)
    settings = with_preset(content.settings, preset)
    problems = *content.problems, *_hiding(content.package)
    loaded = _checked(content.package.path, content.plan, settings, problems)
    return with_closings(loaded, *kept_closings(content.package))


def hidden_functions(package: Package) -> list[str]:
    """Return the workbook's own names that Excel takes for our functions of the same name."""
    ours = {function.name.lower() for function in FUNCTIONS}
    return [each.name for each in package.defined_names if each.name.lower() in ours]


def _hiding(package: Package) -> Iterator[Problem]:
    for name in hidden_functions(package):
        yield problem("POI-A193", package.path.name, name=name)


def with_closings(loaded: Loaded, sheet: str, kept: Sequence[Closing]) -> Loaded:
    """Return what was read with the closed quarters, and a problem for each corrected since.

    Args:
        loaded: what was read.
        sheet: name of the sheet that lists them.
        kept: every closing.
    """
    plan, method = loaded.plan, loaded.settings.method
    corrected = corrections(plan, kept, loaded.quarter, sheet, method)
    return replace(loaded, problems=(*loaded.problems, *corrected), closings=tuple(kept))


def _checked(path: Path, plan: Plan, settings: Settings, problems: tuple[Problem, ...]) -> Loaded:
    quarter = current_quarter(plan, settings)
    found = *problems, *check(plan, quarter), *check_hierarchy(plan, settings.hierarchy)
    return Loaded(path, plan, settings, found, quarter)


def with_preset(settings: Settings, name: str | None) -> Settings:
    """Return the settings with another of their traffic lights in use.

    Raises:
        Refusal: no traffic light has that name (POI-E34).
    """
    if name is None:
        return settings
    preset = find_preset(name, settings.presets.values())
    if preset is None:
        known = ", ".join(each.description for each in settings.presets.values())
        raise Refusal(problem("POI-E34", value=name, known=known))
    return replace(settings, preset=preset)
