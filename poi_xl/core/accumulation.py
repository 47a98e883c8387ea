"""How the months of an activity make up the figure of a longer period.

Most activities are counted, and their months add up. A percentage or a level does not: twelve
months of 95 % are no 1,140 %. So an activity may say how its months accumulate; nothing is guessed
from its unit of measure or its figures.

| mode | figure of a period, planned or executed | META |
|---|---|---|
| suma | sum of its months | sum of the twelve |
| último valor | its last month that says anything | last month |
| promedio | mean of its months that say anything | mean of the year |
| constante | the same mean; the planned months must be equal, or it is told | that value |

Planned and executed are taken each from their own months: what was reported last is compared with
what was planned last. Means are taken to six decimals. A blank month says nothing, a 0 does. A
period without any says 0, and its state tells why. A single month is its own figure in every mode.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from poi_xl.core.text import fold

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Accumulation(StrEnum):
    """How the months of an activity accumulate; the value is the user's word."""

    SUM = "suma"
    LAST = "último valor"
    MEAN = "promedio"
    CONSTANT = "constante"


# As amounts everywhere, a mean has six decimals.
_UNIT = 1e6

# Which activities have each mode; those that are summed stand under none.
Modes = Mapping[Accumulation, Ints]

_WORDS = {
    **{fold(mode): mode for mode in Accumulation},
    "": Accumulation.SUM,
    "ultimo": Accumulation.LAST,
}


def parse_accumulation(text: str) -> Accumulation | None:
    """Return the mode that a word names, the sum for a blank; None when it names none.

    Example:
        >>> parse_accumulation(" ULTIMO  Valor ").value, parse_accumulation("SI")
        ('último valor', None)
    """
    return _WORDS.get(fold(text))


def modes_of(words: Sequence[Accumulation]) -> Modes:
    """Return which activities have each mode.

    Args:
        words: the mode of each activity; empty when all are summed.
    """
    places: dict[Accumulation, list[int]] = {}
    for activity, mode in enumerate(words):
        if mode is not Accumulation.SUM:
            places.setdefault(mode, []).append(activity)
    return {mode: np.array(rows, dtype=np.int64) for mode, rows in places.items()}


def accumulated(months: Floats, modes: Modes) -> Floats:
    """Return the figure of a run of months for each activity.

    Args:
        months: shape (activities, months); NaN where blank.
        modes: of the plan.

    Example:
        >>> months = np.array([[1.0, 3.0, np.nan]] * 3)
        >>> modes = modes_of([Accumulation.SUM, Accumulation.LAST, Accumulation.MEAN])
        >>> accumulated(months, modes).tolist()
        [4.0, 3.0, 2.0]
    """
    figures: Floats = np.nansum(months, axis=1)
    for mode, rows in modes.items():
        figures[rows] = _RUNNING[mode](months[rows])[:, -1]
    return figures


def running(months: Floats, modes: Modes) -> Floats:
    """Return the figure of each run of months that starts with the first one.

    Args:
        months: shape (activities, months); NaN where blank.
        modes: of the plan.

    Example:
        >>> running(np.array([[1.0, np.nan, 3.0]]), modes_of([Accumulation.LAST])).tolist()
        [[1.0, 1.0, 3.0]]
    """
    figures: Floats = np.nancumsum(months, axis=1)
    for mode, rows in modes.items():
        figures[rows] = _RUNNING[mode](months[rows])
    return figures


def _last(months: Floats) -> Floats:
    places = np.where(np.isnan(months), -1, np.arange(months.shape[1]))
    latest = np.maximum.accumulate(places, axis=1)
    found = np.take_along_axis(months, np.maximum(latest, 0), axis=1)
    return np.where(latest < 0, 0.0, found)


def _mean(months: Floats) -> Floats:
    counts = np.maximum(np.cumsum(~np.isnan(months), axis=1), 1)
    sums = np.rint(np.nancumsum(months, axis=1) * _UNIT)
    # Halves go up, reckoned in whole millionths: a sheet's formula can do just the same.
    means: Floats = np.floor(sums / counts + 0.5) / _UNIT
    return means


_RUNNING: Mapping[Accumulation, Callable[[Floats], Floats]] = {
    Accumulation.LAST: _last,
    Accumulation.MEAN: _mean,
    Accumulation.CONSTANT: _mean,
}
