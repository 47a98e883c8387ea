"""The traffic light: presets of bands, and the states that lie outside the ratio.

No threshold here is a norm: each preset is one seen in use by a public body (see docs). Which side
a limit belongs to differs from preset to preset, so it is part of the band.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from poi_xl.core.text import fold

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

GREEN, AMBER, RED, PURPLE, GREY, BLUE = (
    "#7CC0AF", "#F9E294", "#F2420D", "#B9A5D6", "#D9D9D9", "#A9C7E8",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Flag:
    """A class an activity or a group can fall in.

    Attributes:
        word: what the user reads, such as ``En meta``.
        colour: fill as ``#RRGGBB``; black text stays readable on it.
        shape: one character that tells it apart without colour.
        alert: whether it counts as off track, and so goes to the sheet Alertas.
    """

    word: str
    colour: str
    shape: str
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of the ratio.

    Attributes:
        flag: the class of the ratios in it.
        limit: upper end of the band as a ratio (0.75 is 75 %); infinite in the last band.
        included: whether the limit itself belongs to this band rather than to the next.
    """

    flag: Flag
    limit: float = float("inf")
    included: bool = False


NO_REPORT = Flag("Sin reporte", "#FFFFFF", "○", alert=True)
UNPLANNED_WORK = Flag("Ejecutado sin programación", BLUE, "◇")
NOT_PLANNED = Flag("No programado", GREY, "–")
STATES = (NO_REPORT, UNPLANNED_WORK, NOT_PLANNED)


@dataclass(frozen=True)
class Preset:
    """A named set of bands, lowest first; the last one has no upper limit.

    Raises:
        ValueError: limits that do not rise, or a last band with a limit; the text is Spanish and
            is shown to the user.
    """

    name: str
    bands: tuple[Band, ...]

    def __post_init__(self) -> None:
        limits = [band.limit for band in self.bands]
        if not limits or limits[-1] != float("inf"):
            raise ValueError("el último estado no debe tener límite")
        if any(low >= high for low, high in pairwise(limits)):
            raise ValueError("los límites no van de menor a mayor")
        words = [fold(flag.word) for flag in self.flags]
        if len(set(words)) < len(words):
            raise ValueError("hay dos estados con el mismo nombre")

    @cached_property
    def flags(self) -> tuple[Flag, ...]:
        """Every class an answer can have: the bands from worst to best, then the states."""
        return (*(band.flag for band in self.bands), *STATES)

    @property
    def limits_text(self) -> str:
        """The limits in percent, as ``75/95/100``."""
        return "/".join(f"{band.limit * 100:.10g}" for band in self.bands[:-1])

    @property
    def description(self) -> str:
        """Name and limits, as ``A (75/95/100)``."""
        return f"{self.name} ({self.limits_text})"

    def band_text(self, index: int) -> str:
        """Return one band's limits in words for a legend, as ``75 % a menos de 95 %``."""
        band = self.bands[index]
        low = self.bands[index - 1] if index else None
        high_text = f"{band.limit * 100:.10g} %"
        low_text = "" if low is None else f"{low.limit * 100:.10g} %"
        if low is None:
            return f"{'hasta' if band.included else 'menos de'} {high_text}"
        starts = f"más de {low_text}" if low.included else f"desde {low_text}"
        if index == len(self.bands) - 1:
            return starts
        return f"{starts} {'hasta' if band.included else 'a menos de'} {high_text}"

    def rate(self, ratios: Floats) -> Ints:
        """Return the band of each ratio, by unrounded comparison.

        Args:
            ratios: any shape, no NaN.

        Returns:
            Same shape; indexes into `bands`.

        Example:
            >>> PRESETS["A"].rate(np.array([0.7499999, 0.75, 0.95, 1.0, 1.0000001])).tolist()
            [0, 1, 2, 2, 3]
        """
        index = np.zeros(np.shape(ratios), dtype=np.int64)
        for band in self.bands[:-1]:
            index += ratios > band.limit if band.included else ratios >= band.limit
        return index

    def classify(self, executed: Floats, ratios: Floats, reported: npt.NDArray[np.bool_]) -> Ints:
        """Return the class of each activity or group.

        Args:
            executed: amount executed in the period.
            ratios: the ratio to rate; NaN where there is none.
            reported: whether any month of the period was reported, a reported 0 included.

        Returns:
            Same shape; indexes into `flags`. Total: every input has one.
        """
        bands = len(self.bands)
        has_ratio = ~np.isnan(ratios)
        index = self.rate(np.where(has_ratio, ratios, 0.0))
        index = np.where(has_ratio & ~reported, bands, index)
        outside = np.where(executed > 0, bands + 1, bands + 2)
        return np.where(has_ratio, index, outside).astype(np.int64)


def _preset(name: str, *bands: tuple[Flag, float, bool], last: Flag) -> Preset:
    return Preset(
        name, (*(Band(flag, limit, included) for flag, limit, included in bands), Band(last))
    )


_CRITICAL = Flag("Crítico", RED, "▼", alert=True)
_AT_RISK = Flag("En riesgo", AMBER, "◆", alert=True)
_ON_TARGET = Flag("En meta", GREEN, "●")
_EXCESS = Flag("Exceso", PURPLE, "▲")
_POOR = Flag("Deficiente", RED, "▼", alert=True)
_FAIR = Flag("Regular", AMBER, "◆", alert=True)
_GOOD = Flag("Bueno", GREEN, "●")
_RED = Flag("Rojo", RED, "▼", alert=True)
_YELLOW = Flag("Amarillo", AMBER, "◆", alert=True)
_GREEN = Flag("Verde", GREEN, "●")

DEFAULT_PRESET = "A"
PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        _preset(
            "A",
            (_CRITICAL, 0.75, False),
            (_AT_RISK, 0.95, False),
            (_ON_TARGET, 1.0, True),
            last=_EXCESS,
        ),
        _preset("B", (_POOR, 0.85, True), (_FAIR, 0.90, True), (_GOOD, 1.20, True), last=_EXCESS),
        _preset("C", (_POOR, 0.85, False), (_FAIR, 0.90, False), (_GOOD, 1.0, True), last=_EXCESS),
        _preset("D", (_RED, 0.50, False), (_YELLOW, 0.80, False), last=_GREEN),
        _preset("E", (_RED, 0.70, False), (_YELLOW, 0.90, False), last=_GREEN),
    )
}


def find_preset(name: str, presets: Iterable[Preset]) -> Preset | None:
    """Return the preset of that name or limits (``A`` or ``75/95/100``), whatever the spelling."""
    wanted = fold(name)
    for preset in presets:
        if wanted in (fold(preset.name), preset.limits_text, fold(preset.description)):
            return preset
    return None
