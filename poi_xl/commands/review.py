"""`revisar`: every observation on a workbook, in one pass."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from poi_xl.commands.load import Loaded, check_block, load
from poi_xl.core.problems import Problem, Severity


@dataclass(frozen=True, slots=True)
class Review:
    """The answer of `revisar`."""

    loaded: Loaded

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The observations: errors first, then warnings, then notes; each as the sheet has them."""
        order = list(Severity)
        return tuple(sorted(self.loaded.problems, key=lambda item: order.index(item.severity)))

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to correct; notes do not count."""
        return all(item.severity is Severity.NOTE for item in self.problems)

    def as_json(self) -> dict[str, Any]:
        """Return the public interface of ``revisar --json``."""
        return {"observaciones": [each.as_json() for each in self.problems]}


def review(path: str | Path, block: str | None = None) -> Review:
    """Read and check a workbook, or an export.

    Args:
        path: the file.
        block: months of an export to take as planned; F(RE) when None.

    Raises:
        Refusal: the file cannot be read or holds no plan.
    """
    loaded = load(Path(path), block=block)
    check_block(block, loaded)
    return Review(loaded)
