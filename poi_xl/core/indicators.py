"""Indicators: sums, ratios and flags of a plan in a period, for any grouping of its activities.

The figures of a plan are decimal numbers that people typed, so sums are taken as decimals: binary
noise such as 0.1 + 0.2 = 0.30000000000000004 never reaches a comparison with a limit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from poi_xl.core.accumulation import accumulated
from poi_xl.core.period import Period
from poi_xl.core.plan import By, Floats, Grouping, Ints, Plan
from poi_xl.core.trafficlight import Flag, Preset

# Plans hold at most six decimals; amounts are compared and divided as multiples of a millionth.
_UNIT = 1e6


class GroupMethod(StrEnum):
    """How the ratio of a group comes from its activities; the value is the word in the settings."""

    SUMS = "SUMAS"
    MEAN = "PROMEDIO"
    CAPPED_MEAN = "PROMEDIO CON TOPE"


@dataclass(frozen=True, slots=True)
class Figures:
    """The indicators of some groups in one period: arrays with one entry a group.

    Attributes:
        period: the months they are about.
        preset: the traffic light they are rated with.
        activities: number of activities.
        rated: activities with a planned amount, the ones both means are taken over.
        target: the year's physical target.
        planned: amount planned in the period.
        executed: amount executed in the period.
        gap: executed - planned.
        progress: the group's ratio by its method, executed / planned; NaN without denominator.
        target_progress: executed from January to the end of the period / target; NaN without one.
        mean: mean of the activities' ratios.
        capped_mean: the same, each ratio capped at 1.
        flag: index into ``preset.flags``.
        counts: shape (groups, flags); how many activities have each flag.
    """

    period: Period
    preset: Preset
    activities: Ints
    rated: Ints
    target: Floats
    planned: Floats
    executed: Floats
    gap: Floats
    progress: Floats
    target_progress: Floats
    mean: Floats
    capped_mean: Floats
    flag: Ints
    counts: Ints

    def __len__(self) -> int:
        return len(self.activities)

    def flag_of(self, group: int) -> Flag:
        """Return the flag of one group."""
        return self.preset.flags[int(self.flag[group])]


def decimal(amounts: Floats) -> Floats:
    """Return sums cleared of binary noise: the nearest numbers with at most six decimals."""
    rounded: Floats = np.rint(amounts * _UNIT) / _UNIT
    return rounded


def ratio(part: Floats, whole: Floats) -> Floats:
    """Return part / whole, NaN where whole is not above zero.

    Both are taken as multiples of a millionth, so the result is the correctly rounded quotient of
    the decimal numbers: 0.285 / 0.3 is exactly the 0.95 of a limit.

    Example:
        >>> ratio(np.array([19.0, 0.285, 1.0]), np.array([20.0, 0.3, 0.0])).tolist()
        [0.95, 0.95, nan]
    """
    top, bottom = np.rint(part * _UNIT), np.rint(whole * _UNIT)
    result = np.full(np.broadcast(top, bottom).shape, np.nan)
    np.divide(top, bottom, out=result, where=bottom > 0)
    return result


@dataclass(frozen=True)
class Measured:
    """A plan measured activity by activity in one period; groups are sums over it.

    However the months of an activity accumulate, its figure of the period is one number, and a
    group adds them up: as it adds up units of measure that are not alike.
    """

    plan: Plan
    period: Period
    preset: Preset
    target: Floats
    planned: Floats
    executed: Floats
    to_date: Floats
    reported: npt.NDArray[np.bool_]
    ratio: Floats
    flag: Ints

    def by(self, by: By, method: GroupMethod = GroupMethod.SUMS) -> Figures:
        """Return the indicators of each group; a single activity is always its own ratio.

        Args:
            by: what to group by.
            method: how a group's ratio is taken.
        """
        return self.over(self.plan.grouping(by), GroupMethod.SUMS if by is By.ACTIVITY else method)

    def over(self, groups: Grouping, method: GroupMethod = GroupMethod.SUMS) -> Figures:
        """Return the indicators of any grouping of the plan's activities."""
        codes, count, flags = groups.codes, len(groups.labels), len(self.preset.flags)

        def total(amounts: npt.NDArray[np.generic]) -> Floats:
            weights = groups.each(amounts)
            sums: Floats = np.bincount(codes, weights=weights, minlength=count).astype(np.float64)
            return sums

        has_ratio = ~np.isnan(self.ratio)
        own = np.where(has_ratio, self.ratio, 0.0)
        rated = total(has_ratio)
        planned, executed = decimal(total(self.planned)), decimal(total(self.executed))
        target = decimal(total(self.target))
        means = _mean(total(own), rated), _mean(total(np.minimum(own, 1.0)), rated)
        progress = {
            GroupMethod.SUMS: ratio(executed, planned),
            GroupMethod.MEAN: means[0],
            GroupMethod.CAPPED_MEAN: means[1],
        }[method]
        counts = np.bincount(codes * flags + groups.each(self.flag), minlength=count * flags)
        return Figures(
            period=self.period,
            preset=self.preset,
            activities=np.bincount(codes, minlength=count),
            rated=rated.astype(np.int64),
            target=target,
            planned=planned,
            executed=executed,
            gap=decimal(executed - planned),
            progress=progress,
            target_progress=ratio(decimal(total(self.to_date)), target),
            mean=means[0],
            capped_mean=means[1],
            flag=self.preset.classify(executed, progress, total(self.reported) > 0),
            counts=counts.reshape(count, flags),
        )


def measure(plan: Plan, period: Period, preset: Preset) -> Measured:
    """Measure every activity of a plan in a period.

    Args:
        plan: the plan.
        period: the months to look at.
        preset: the traffic light.

    Returns:
        The activities' figures, ready to be grouped with `Measured.by`.

    Example:
        >>> from poi_xl.core.trafficlight import PRESETS
        >>> plan = Plan(("A", "A"), ("X", "Y"), ("", ""), ("", ""), np.array([6.0, 6.0]),
        ...             np.full((2, 12), 1.0), np.array([[1.0] * 12, [0.5] * 12]))
        >>> total = measure(plan, Period(1, 3), PRESETS["A"]).by(By.TOTAL)
        >>> total.progress.tolist(), total.counts[0].tolist()
        ([0.75], [1, 0, 1, 0, 0, 0, 0])
    """
    planned = decimal(accumulated(plan.planned[:, period.months], plan.modes))
    months = plan.executed[:, period.months]
    executed = decimal(accumulated(months, plan.modes))
    reported = np.asarray((~np.isnan(months)).any(axis=1), dtype=np.bool_)
    own = ratio(executed, planned)
    return Measured(
        plan=plan,
        period=period,
        preset=preset,
        target=np.nan_to_num(plan.target),
        planned=planned,
        executed=executed,
        to_date=decimal(accumulated(plan.executed[:, period.to_date.months], plan.modes)),
        reported=reported,
        ratio=own,
        flag=preset.classify(executed, own, reported),
    )


def stacked(periods: Sequence[Measured]) -> Measured:
    """Return a plan measured in several periods as one: all activities of the first, then the next.

    For groupings that keep the periods apart, see `Grouping.repeated`: they cost then as much as
    one. What it says of its own period is the first's.
    """

    def one(name: str) -> Any:
        return np.concatenate([getattr(each, name) for each in periods])

    figures = ("target", "planned", "executed", "to_date", "reported", "ratio", "flag")
    return replace(periods[0], **{name: one(name) for name in figures})


def _mean(sums: Floats, counts: Floats) -> Floats:
    result = np.full(sums.shape, np.nan)
    np.divide(sums, counts, out=result, where=counts > 0)
    # Twelve digits: a mean of equal ratios is that ratio, not its neighbour in binary.
    return np.round(result, 12)
