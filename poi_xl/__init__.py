"""poi_xl: Python inside the Excel workbook of a public institution's Plan Operativo Institucional.

The public API, loaded when first used, so that importing the package costs nothing:

- `read_workbook(path)`: the plan, the settings and every problem of a workbook.
- `calculate(path, by, period, preset)`: indicators, as ``poi-xl calcular``.
- `review(path)`: observations, as ``poi-xl revisar``.
- `update(path, now=...)`: regenerate the summary sheets, as ``poi-xl actualizar``.
- `Plan`, `Period`, `By`, `Settings`, `Problem`, `Refusal`, `measure`, `PRESETS`.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"
# The day of this version: the date of what is built from the shipped data, so that it is always
# the same, byte for byte.
__date__ = "2026-11-22"

_HOMES = {
    "By": "core.plan",
    "PRESETS": "core.trafficlight",
    "Period": "core.period",
    "Plan": "core.plan",
    "Problem": "core.problems",
    "Refusal": "core.problems",
    "Settings": "core.settings",
    "calculate": "commands.calculate",
    "measure": "core.indicators",
    "read_workbook": "reading.workbook",
    "review": "commands.review",
    "update": "commands.update",
}
__all__ = [*sorted(_HOMES)]  # noqa: PLE0604 - the names are texts, gathered above


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
