"""The functions that answer with a table; all but the series start with a row of headings."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from poi_xl.core.indicators import Figures, decimal
from poi_xl.core.indicators import ratio as quotient
from poi_xl.core.period import MONTHS, Period
from poi_xl.core.plan import By, Floats, Grouping
from poi_xl.core.problems import Problem, Refusal, Severity, problem
from poi_xl.core.summaries import Report
from poi_xl.functions import arguments
from poi_xl.functions.arguments import Measure
from poi_xl.functions.context import Choice, Context
from poi_xl.functions.records import CellError, Failure, Given, Range, Rows, Scalar
from poi_xl.functions.spoiled import columns_of
from poi_xl.functions.values import planned_in, ratio

_FIGURES = (
    "Actividades", "Meta", "Programado", "Ejecutado", "Brecha", "Avance", "Semáforo",
    "Avance de meta", "Promedio", "Promedio con tope",
)  # fmt: skip
_NAMES = {
    By.ORGAN: ("Órgano",),
    By.BUDGET_ACTIVITY: ("Actividad presupuestal (MEF)",),
    By.MEASURE_UNIT: ("Unidad de medida",),
    By.ACTIVITY: ("Órgano", "Actividad"),
    By.TOTAL: ("Total",),
}
_ALERTS = (
    "N.º", "Órgano", "Actividad", "Unidad de medida", "Meta", "Programado", "Ejecutado", "Brecha",
    "Avance", "Semáforo",
)  # fmt: skip
_OBSERVATIONS = ("Código", "Severidad", "Hoja", "Celda", "Qué pasa", "Qué hacer")


def summary(context: Context, by: Given | Range = None, period: Given | Range = None) -> Rows:
    """Return one row for each group, in the plan's own order."""
    grouping = arguments.grouping(by)
    plan, report = context.known_plan, context.report(arguments.period(context, period))
    figures = _grouped(report, grouping)
    names: list[list[Scalar]] = [[label] for label in plan.grouping(grouping).labels]
    if grouping is By.ACTIVITY:
        names = [[organ, name] for organ, name in zip(plan.organ, plan.activity, strict=True)]
    groups = plan.grouping(grouping)
    rows = [
        [*name, *_row(context, figures, groups, i, str(name[-1]))] for i, name in enumerate(names)
    ]
    return [[*_NAMES[grouping], *_FIGURES], *rows]


def series(
    context: Context,
    organ: Given | Range = None,
    measure: Given | Range = None,
    activity: Given | Range = None,
    budget_activity: Given | Range = None,
) -> Rows:
    """Return a row of twelve months; a row for each organ or activity of a column of names."""
    what = arguments.measure_of(measure)
    pairs = _paired(_column(organ, "organo"), _column(activity, "actividad"))
    return [
        _months(context, what, arguments.choice(context, *pair, budget_activity)) for pair in pairs
    ]


def alerts(context: Context, period: Given | Range = None, count: Given | Range = None) -> Rows:
    """Return the activities off track, worst first, as the sheet Alertas has them."""
    wanted = arguments.count(count)
    report = context.report(arguments.period(context, period))
    found = [alert.activity for alert in report.alerts][:wanted]
    rows = [_alert(context, report, activity) for activity in found]
    nothing: list[Scalar] = ["", "", "Ninguna actividad está en alerta.", *[""] * 7]
    return [[*_ALERTS], *(rows or [nothing])]


def observations(context: Context) -> Rows:
    """Return everything found wrong: errors first; formulas that answered with errors included."""
    order = list(Severity)
    failed = [
        replace(reason, sheet=sheet, cell=cell)
        for reason, (sheet, cell) in context.failures.items()
    ]
    found = sorted((*context.problems, *failed), key=lambda item: order.index(item.severity))
    if not found:
        return [[*_OBSERVATIONS], ["", "", "", "", "Todas las comprobaciones pasaron.", "Nada."]]
    return [[*_OBSERVATIONS], *map(_observation, found)]


def _grouped(report: Report, by: By) -> Figures:
    return {
        By.ORGAN: report.organs.period,
        By.BUDGET_ACTIVITY: report.budget_activities.period,
        By.MEASURE_UNIT: report.measure_units.period,
        By.ACTIVITY: report.activities,
        By.TOTAL: report.total,
    }[by]


def _row(
    context: Context, figures: Figures, groups: Grouping, group: int, name: str
) -> list[Scalar]:
    missing = planned_in(figures.period)

    def amount(figure: str) -> Scalar:
        return _error(context, figures, groups, group, figure) or _value(figures, figure, group)

    def share(figure: str, without: str) -> Scalar:
        value = _value(figures, figure, group)
        return _error(context, figures, groups, group, figure) or ratio(value, f"«{name}»", without)

    return [
        float(figures.activities[group]),
        *map(amount, ("target", "planned", "executed", "gap")),
        share("progress", missing),
        _error(context, figures, groups, group, "flag") or figures.flag_of(group).word,
        share("target_progress", "META"),
        share("mean", missing),
        share("capped_mean", missing),
    ]


def _value(figures: Figures, figure: str, group: int) -> float:
    return float(getattr(figures, figure)[group])


def _error(
    context: Context, figures: Figures, groups: Grouping, group: int, figure: str
) -> Failure | None:
    return context.error(groups, group, columns_of(figure, figures.period))


def _column(given: Given | Range, argument: str) -> list[Given]:
    if not isinstance(given, tuple):
        return [given]
    if len(given[0]) > 1:
        arguments.unfit(given, argument, "un nombre, o un rango de una sola columna")
    return [row[0] for row in given]


def _paired(organs: list[Given], activities: list[Given]) -> list[tuple[Given, Given]]:
    count = max(len(organs), len(activities))
    if {len(organs), len(activities)} - {1, count}:
        shapes = f"{len(organs)} x 1 y {len(activities)} x 1"
        raise Refusal(problem("POI-E62", shapes=shapes))
    return list(zip(_repeated(organs, count), _repeated(activities, count), strict=True))


def _repeated(names: list[Given], count: int) -> list[Given]:
    return names * count if len(names) == 1 else names


def _months(context: Context, what: Measure, chosen: Choice) -> list[Scalar]:
    figures = _series(context, what, chosen)
    lost = [month for month, x in zip(MONTHS, figures, strict=True) if np.isnan(x)]
    failure = Failure(CellError.NA, _why(context, chosen, lost)) if lost else None
    return [
        _spoiled_month(context, what, chosen, month)
        or (failure if failure and np.isnan(x) else float(x))
        for month, x in enumerate(figures, start=1)
    ]


def _spoiled_month(context: Context, what: Measure, chosen: Choice, month: int) -> Failure | None:
    if chosen.group is None:
        return None
    first = 1 if what.value.endswith("acumulado") else month
    kind = {"programado": "planned", "ejecutado": "executed"}.get(what.value.split()[0], "gap")
    columns = columns_of(kind, Period(first, month))
    return context.error(context.grouping(chosen), chosen.group, columns)


def _series(context: Context, what: Measure, chosen: Choice) -> Floats:
    planned, executed = (
        np.zeros(12) if chosen.group is None else each[chosen.group]
        for each in context.months(chosen.kinds, to_date=what.value.endswith("acumulado"))
    )
    # A month that nobody reported is not a month of zero.
    executed = np.where(context.open_months, executed, np.nan)
    if what in (Measure.PLANNED, Measure.PLANNED_TO_DATE):
        return planned
    if what in (Measure.EXECUTED, Measure.EXECUTED_TO_DATE):
        return executed
    return decimal(executed - planned) if what is Measure.GAP else quotient(executed, planned)


def _why(context: Context, chosen: Choice, lost: Sequence[str]) -> Problem:
    """Why months have no number: nobody reported them, else nothing is planned in them."""
    seen = dict(zip(MONTHS, context.open_months, strict=True))
    unreported = [month for month in lost if not seen[month]]
    if unreported:
        return problem("POI-N61", months=", ".join(unreported))
    return problem("POI-N60", what=chosen.words, missing=f"nada programado en {', '.join(lost)}")


def _alert(context: Context, report: Report, activity: int) -> list[Scalar]:
    plan, name = report.plan, report.plan.activity[activity]
    groups = plan.grouping(By.ACTIVITY)
    _, *figures = _row(context, report.activities, groups, activity, name)
    names = (plan.organ[activity], name, plan.measure_unit[activity])
    return [float(activity + 1), *names, *figures[: len(_ALERTS) - 4]]


def _observation(item: Problem) -> list[Scalar]:
    message = item.message[:1].upper() + item.message[1:]
    return [item.code, item.severity.value, item.sheet, item.cell, message, item.remedy]
