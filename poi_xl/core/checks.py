"""Checks: what in a plan's figures does not add up. Each check looks at the whole plan, once."""

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from poi_xl.core.indicators import decimal
from poi_xl.core.period import MONTH_NAMES, quarter_period
from poi_xl.core.plan import Column, Floats, Plan
from poi_xl.core.problems import Problem, problem
from poi_xl.core.text import a1, fold, number_text

Check = Callable[[Plan, int], Iterator[Problem]]


def check(plan: Plan, quarter: int) -> tuple[Problem, ...]:
    """Return everything that does not add up in a plan, check by check.

    Args:
        plan: the plan as read.
        quarter: the workbook's current quarter, 1 to 4.
    """
    return tuple(item for each in CHECKS for item in each(plan, quarter))


def target_against_months(plan: Plan, quarter: int) -> Iterator[Problem]:
    """META is the sum of the twelve planned months (POI-E40), or is missing (POI-E44)."""
    del quarter  # the year's figures do not depend on it
    sums = decimal(np.nansum(plan.planned, axis=1))
    for i in _where(np.isnan(plan.target) & (sums > 0)):
        yield _at(plan, "POI-E44", i, ("target", 0), total=number_text(sums[i]))
    for i in _where(~np.isnan(plan.target) & (decimal(plan.target) != sums)):
        yield _at(
            plan, "POI-E40", i, ("target", 0),
            target=number_text(plan.target[i]), total=number_text(sums[i]),
        )  # fmt: skip


def quarters_against_months(plan: Plan, quarter: int) -> Iterator[Problem]:
    """The quarter's PROG and EJEC columns are the sums of its months (POI-E41, POI-E42)."""
    del quarter  # whatever quarters the sheet states
    for column, stated in plan.stated.quarters.items():
        kind, number = column
        planned = kind == "quarter_planned"
        months = (plan.planned if planned else plan.executed)[:, quarter_period(number).months]
        sums = decimal(np.nansum(months, axis=1))
        # A blank beside months that add up to nothing is how the institution writes zero.
        for i in _where(decimal(np.nan_to_num(stated)) != sums):
            yield _at(
                plan, "POI-E41" if planned else "POI-E42", i, column,
                stated=number_text(np.nan_to_num(stated[i])), total=number_text(sums[i]),
                quarter=quarter_period(number).label,
            )  # fmt: skip


def totals_against_columns(plan: Plan, quarter: int) -> Iterator[Problem]:
    """Every cell of the TOTAL row is the sum of its column (POI-E43)."""
    del quarter
    for column, (row, stated) in plan.stated.totals.items():
        amounts = _column(plan, column)
        total = float(decimal(np.array(np.nansum(amounts))))
        if amounts.size and float(decimal(np.array(stated))) != total:
            cell = a1(row, plan.layout.columns[column])
            yield problem(
                "POI-E43", plan.layout.sheet, cell,
                stated=number_text(stated), total=number_text(total),
            )  # fmt: skip


def amounts(plan: Plan, quarter: int) -> Iterator[Problem]:
    """Amounts are not negative (POI-E23) nor fractional where things are counted (POI-A21)."""
    del quarter
    counted = np.array([_is_counted(unit) for unit in plan.measure_unit], dtype=bool)
    for column, figures in _amount_columns(plan):
        for i in _where(figures < 0):
            yield _at(plan, "POI-E23", i, column, value=number_text(figures[i]))
        with np.errstate(invalid="ignore"):
            fractional = counted & (figures != np.rint(figures)) & ~np.isnan(figures)
        for i in _where(fractional):
            yield _at(plan, "POI-A21", i, column, value=number_text(figures[i]))


def duplicates(plan: Plan, quarter: int) -> Iterator[Problem]:
    """No two rows are the same activity of the same organ, budget activity and unit (POI-A40)."""
    del quarter
    first: dict[tuple[str, ...], int] = {}
    columns = (
        plan.code or ("",) * len(plan),
        plan.organ,
        plan.activity,
        plan.budget_activity,
        plan.measure_unit,
    )
    for i, texts in enumerate(zip(*columns, strict=True)):
        key = tuple(map(fold, texts))
        if first.setdefault(key, i) != i:
            row = plan.layout.rows[first[key]] if plan.layout.rows else first[key] + 1
            yield _at(plan, "POI-A40", i, ("activity", 0), first=row)


def executed_beyond_quarter(plan: Plan, quarter: int) -> Iterator[Problem]:
    """Nothing is executed in months after the current quarter (POI-A41)."""
    label = quarter_period(quarter).label
    for month in range(3 * quarter, 12):
        for i in _where(plan.executed[:, month] > 0):
            yield _at(
                plan, "POI-A41", i, ("executed", month + 1),
                value=number_text(plan.executed[i, month]), month=MONTH_NAMES[month], quarter=label,
            )  # fmt: skip


def reporting(plan: Plan, quarter: int) -> Iterator[Problem]:
    """What was executed was planned (POI-A42), and what was planned was reported (POI-A43)."""
    period = quarter_period(quarter)
    planned = decimal(np.nansum(plan.planned[:, period.months], axis=1))
    months = plan.executed[:, period.months]
    executed = decimal(np.nansum(months, axis=1))
    column = ("executed", period.last)
    for i in _where((planned <= 0) & (executed > 0)):
        yield _at(plan, "POI-A42", i, column, value=number_text(executed[i]), quarter=period.label)
    for i in _where((planned > 0) & np.isnan(months).all(axis=1)):
        yield _at(plan, "POI-A43", i, column, value=number_text(planned[i]), quarter=period.label)


CHECKS: tuple[Check, ...] = (
    target_against_months,
    quarters_against_months,
    totals_against_columns,
    amounts,
    duplicates,
    executed_beyond_quarter,
    reporting,
)


def _where(mask: npt.NDArray[np.bool_]) -> list[int]:
    return np.flatnonzero(mask).tolist()


def _at(plan: Plan, code: str, activity: int, column: Column, **facts: object) -> Problem:
    return problem(code, plan.layout.sheet, plan.layout.cell(activity, column), **facts)


def _is_counted(unit: str) -> bool:
    """Whether a unit of measure is counted in whole things; percentages and ratios are not."""
    word = fold(unit)
    return not any(part in word for part in ("porcentaje", "%", "indice", "ratio", "tasa", "soles"))


def _amount_columns(plan: Plan) -> Iterator[tuple[Column, Floats]]:
    yield ("target", 0), plan.target
    for month in range(12):
        yield ("planned", month + 1), plan.planned[:, month]
    for month in range(12):
        yield ("executed", month + 1), plan.executed[:, month]


def _column(plan: Plan, column: Column) -> Floats:
    kind, number = column
    if kind == "target":
        return plan.target
    if kind in ("planned", "executed"):
        return (plan.planned if kind == "planned" else plan.executed)[:, number - 1]
    return plan.stated.quarters.get(column, np.empty(0))
