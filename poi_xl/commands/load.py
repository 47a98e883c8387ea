"""Reading a workbook for a use case: the plan, the settings to use, and every problem found."""

from dataclasses import dataclass, replace
from pathlib import Path

from poi_xl.commands.closing import correction_problems
from poi_xl.core.checks import check
from poi_xl.core.period import Period, parse_period
from poi_xl.core.plan import Plan
from poi_xl.core.problems import Problem, Refusal, Severity, problem
from poi_xl.core.settings import Settings, current_quarter
from poi_xl.core.trafficlight import find_preset
from poi_xl.package.parts import Package
from poi_xl.reading.workbook import read_package


@dataclass(frozen=True, slots=True)
class Loaded:
    """A workbook that was read and checked.

    Attributes:
        path: the file.
        plan: its plan.
        settings: its settings, with what the user asked for put over them.
        problems: what reading and checking found.
        quarter: the workbook's current quarter.
    """

    path: Path
    plan: Plan
    settings: Settings
    problems: tuple[Problem, ...]
    quarter: int

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


def load(path: Path, preset: str | None = None) -> Loaded:
    """Read and check a workbook; see `load_package`.

    Raises:
        Refusal: the file cannot be opened, holds no plan, or there is no such traffic light.
    """
    return load_package(Package.open(path), preset)


def load_package(package: Package, preset: str | None = None) -> Loaded:
    """Read and check an opened workbook.

    Args:
        package: the workbook.
        preset: name or limits of the traffic light to use instead of the workbook's own.

    Raises:
        Refusal: it holds no plan, or there is no such traffic light.
    """
    content = read_package(package)
    if content.plan is None:
        raise Refusal(content.problems)
    settings = with_preset(content.settings, preset)
    quarter = current_quarter(content.plan, settings)
    problems = (
        *content.problems,
        *check(content.plan, quarter),
        *correction_problems(package, content.plan, settings, quarter),
    )
    return Loaded(package.path, content.plan, settings, problems, quarter)


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
