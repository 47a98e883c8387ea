"""The functions that answer with one value."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from poi_xl.core.indicators import Figures
from poi_xl.core.period import Period
from poi_xl.core.problems import problem
from poi_xl.core.trafficlight import NOT_PLANNED
from poi_xl.functions import arguments
from poi_xl.functions.context import Choice, Context
from poi_xl.functions.records import CellError, Failure, Given, Scalar
from poi_xl.functions.spoiled import columns_of

_YEAR = Period(1, 12)


def target(
    context: Context, organ: Given = None, activity: Given = None, budget_activity: Given = None
) -> Scalar:
    """Return META: the year's target."""
    chosen = arguments.choice(context, organ, activity, budget_activity)
    return _Measured(context, context.figures(_YEAR, chosen), chosen).amount("target")


def planned(
    context: Context,
    organ: Given = None,
    period: Given = None,
    activity: Given = None,
    budget_activity: Given = None,
) -> Scalar:
    """Return the amount planned in the period."""
    return _measured(context, organ, period, activity, budget_activity).amount("planned")


def executed(
    context: Context,
    organ: Given = None,
    period: Given = None,
    activity: Given = None,
    budget_activity: Given = None,
) -> Scalar:
    """Return the amount executed in the period."""
    return _measured(context, organ, period, activity, budget_activity).amount("executed")


def gap(
    context: Context,
    organ: Given = None,
    period: Given = None,
    activity: Given = None,
    budget_activity: Given = None,
) -> Scalar:
    """Return executed - planned in the period."""
    return _measured(context, organ, period, activity, budget_activity).amount("gap")


def progress(
    context: Context,
    organ: Given = None,
    period: Given = None,
    activity: Given = None,
    budget_activity: Given = None,
) -> Scalar:
    """Return the ratio of the period, #N/A without anything planned."""
    measured = _measured(context, organ, period, activity, budget_activity)
    return measured.ratio("progress", planned_in(measured.figures.period))


def target_progress(
    context: Context,
    organ: Given = None,
    period: Given = None,
    activity: Given = None,
    budget_activity: Given = None,
) -> Scalar:
    """Return executed from January to the period's end / META, #N/A without META."""
    measured = _measured(context, organ, period, activity, budget_activity)
    return measured.ratio("target_progress", "META")


def flag(
    context: Context,
    organ: Given = None,
    period: Given = None,
    activity: Given = None,
    budget_activity: Given = None,
) -> Scalar:
    """Return the word of the traffic light."""
    measured = _measured(context, organ, period, activity, budget_activity)
    group = measured.chosen.group
    if group is None:
        return NOT_PLANNED.word
    return measured.error("flag") or measured.figures.flag_of(group).word


def in_soles(answer: Callable[..., Scalar]) -> Callable[..., Scalar]:
    """Return the function that answers the same of the plan's money, #N/A where it has none."""

    def of_money(context: Context, *given: Given) -> Scalar:
        money = context.in_soles
        if money is None:
            return Failure(CellError.NA, problem("POI-N152"))
        return answer(money, *given)

    return of_money


def rate(context: Context, value: Given = None, preset: Given = None) -> Scalar:
    """Return the word of a traffic light for any ratio."""
    light = arguments.preset(context, preset)
    return light.bands[int(light.rate(np.array(arguments.ratio(value))))].flag.word


def period_name(context: Context, value: Given = None) -> Scalar:
    """Return the canonical text of a period."""
    return arguments.period(context, value).label


def about(context: Context) -> Scalar:
    """Return the product's version, the digest of the data and the traffic light in use."""
    data = "sin plan" if context.plan is None else f"Datos {context.plan.digest}"
    light = context.settings.preset.description
    return f"poi_xl {context.version} · {data} · Semáforo {light}"


def ratio(value: float, what: str, missing: str) -> Scalar:
    """Return a ratio, or #N/A where there is none."""
    if not math.isnan(value):
        return value
    return Failure(CellError.NA, problem("POI-N60", what=what, missing=missing))


def planned_in(period: Period) -> str:
    """Return in words what a ratio of a period cannot do without."""
    return f"nada programado en {period.label}"


@dataclass(frozen=True, slots=True)
class _Measured:
    """The figures of the activities that a formula asks about."""

    context: Context
    figures: Figures
    chosen: Choice

    def amount(self, name: str) -> Scalar:
        """A sum; of no activities, when all the names exist but never together, it is zero."""
        group = self.chosen.group
        if group is None:
            return 0.0
        return self.error(name) or float(getattr(self.figures, name)[group])

    def ratio(self, name: str, missing: str) -> Scalar:
        """A ratio, which without its denominator is #N/A."""
        group = self.chosen.group
        value = math.nan if group is None else float(getattr(self.figures, name)[group])
        return self.error(name) or ratio(value, self.chosen.words, missing)

    def error(self, name: str) -> Failure | None:
        """The error that a figure is, when a cell it rests on is one."""
        if self.chosen.group is None:
            return None
        columns = columns_of(name, self.figures.period)
        return self.context.error(self.context.grouping(self.chosen), self.chosen.group, columns)


def _measured(
    context: Context, organ: Given, period: Given, activity: Given, budget_activity: Given
) -> _Measured:
    chosen = arguments.choice(context, organ, activity, budget_activity)
    figures = context.figures(arguments.period(context, period), chosen)
    return _Measured(context, figures, chosen)
