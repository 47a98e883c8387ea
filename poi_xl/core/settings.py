"""What an institution decides: year, current quarter, traffic light, group method."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from poi_xl.core.hierarchy import Hierarchy
from poi_xl.core.indicators import GroupMethod
from poi_xl.core.plan import Plan
from poi_xl.core.trafficlight import DEFAULT_PRESET, PRESETS, Preset


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one workbook; the sheet Configuración where it has one, else the defaults.

    Attributes:
        institution: name printed on every output; may be empty.
        year: year of the plan, when the settings say it.
        quarter: current quarter, when the settings say it.
        preset: the traffic light in use.
        presets: every traffic light the workbook knows, by name, its own included.
        method: how a group's ratio is taken.
        plan_sheet: sheet that holds the plan, when the settings say it.
        hierarchy: which organ depends on which; empty when the settings say nothing.
    """

    institution: str = ""
    year: int | None = None
    quarter: int | None = None
    preset: Preset = PRESETS[DEFAULT_PRESET]
    presets: Mapping[str, Preset] = field(default_factory=lambda: PRESETS)
    method: GroupMethod = GroupMethod.SUMS
    plan_sheet: str = ""
    hierarchy: Hierarchy = field(default_factory=Hierarchy)


def current_quarter(plan: Plan, settings: Settings) -> int:
    """Return a workbook's quarter: by its settings, its title, or its last executed month."""
    if settings.quarter:
        return settings.quarter
    if plan.title_quarter:
        return plan.title_quarter
    return max(1, -(-plan.last_executed_month // 3))


def plan_year(plan: Plan, settings: Settings) -> int | None:
    """Return the plan's year: its settings, else its title."""
    return settings.year or plan.year
