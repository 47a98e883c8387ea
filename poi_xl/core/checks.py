"""Checks: what in a plan's figures does not add up. Each check looks at the whole plan, once."""

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from poi_xl.core.accumulation import Accumulation, accumulated
from poi_xl.core.indicators import decimal
from poi_xl.core.period import MONTH_NAMES, quarter_period
from poi_xl.core.plan import SOLES, By, Column, Floats, Plan
from poi_xl.core.problems import Problem, problem
from poi_xl.core.text import a1, fold, number_text

Check = Callable[[Plan, int], Iterator[Problem]]
_LISTED = 5  # names in one sentence
# The columns of META and the months, side by side.
_AMOUNTS: tuple[Column, ...] = (
    ("target", 0),
    *((kind, month) for kind in ("planned", "executed") for month in range(1, 13)),
)


def check(plan: Plan, quarter: int) -> tuple[Problem, ...]:
    """Return everything that does not add up in a plan, check by check.

    Args:
        plan: the plan as read.
        quarter: the workbook's current quarter, 1 to 4.
    """
    return tuple(item for each in CHECKS for item in each(plan, quarter))


def target_against_months(plan: Plan, quarter: int) -> Iterator[Problem]:
    """META is what the twelve planned months come to (POI-E40, A160); it is there (E44, A163)."""
    del quarter  # the year's figures do not depend on it
    totals = decimal(accumulated(plan.planned, plan.modes))
    for i in _where(np.isnan(plan.target) & (totals > 0)):
        yield _at(
            plan, "POI-A163" if _mode(plan, i) else "POI-E44", i, ("target", 0),
            total=number_text(totals[i]), mode=_mode(plan, i),
        )  # fmt: skip
    for i in _where(~np.isnan(plan.target) & (decimal(plan.target) != totals)):
        yield _at(
            plan, "POI-A160" if _mode(plan, i) else "POI-E40", i, ("target", 0),
            target=number_text(plan.target[i]), total=number_text(totals[i]), mode=_mode(plan, i),
        )  # fmt: skip


def quarters_against_months(plan: Plan, quarter: int) -> Iterator[Problem]:
    """The quarter's PROG and EJEC columns are what its months come to (POI-E41, E42, A162, N161).

    Where months do not add up, institutions still print their sum: that is worth a note.
    """
    del quarter  # whatever quarters the sheet states
    for column, stated in plan.stated.quarters.items():
        kind, number = column
        planned = kind == "quarter_planned"
        months = (plan.planned if planned else plan.executed)[:, quarter_period(number).months]
        totals = decimal(accumulated(months, plan.modes))
        sums = decimal(np.nansum(months, axis=1))
        # A blank beside months that add up to nothing is how the institution writes zero.
        cells = decimal(np.nan_to_num(stated))
        for i in _where(cells != totals):
            code = "POI-E41" if planned else "POI-E42"
            if _mode(plan, i):
                code = "POI-N161" if cells[i] == sums[i] else "POI-A162"
            yield _at(
                plan, code, i, column, stated=number_text(cells[i]), total=number_text(totals[i]),
                quarter=quarter_period(number).label, mode=_mode(plan, i),
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
    units = {unit: _is_counted(unit) for unit in set(plan.measure_unit)}
    counted = np.array([units[unit] for unit in plan.measure_unit], dtype=bool)
    figures = np.column_stack((plan.target, plan.planned, plan.executed))
    negative = figures < 0
    fractional = counted[:, None] & (figures != np.rint(figures)) & ~np.isnan(figures)
    for place in _where((negative | fractional).any(axis=0)):
        column, amounts = _AMOUNTS[place], figures[:, place]
        for code, wrong in (("POI-E23", negative), ("POI-A21", fractional)):
            for i in _where(wrong[:, place]):
                yield _at(plan, code, i, column, value=number_text(amounts[i]))


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
    keys = list(zip(*(map(fold, texts) for texts in columns), strict=True))
    if len(set(keys)) == len(keys):
        return
    for i, key in enumerate(keys):
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
    planned = decimal(accumulated(plan.planned[:, period.months], plan.modes))
    months = plan.executed[:, period.months]
    executed = decimal(accumulated(months, plan.modes))
    column = ("executed", period.last)
    for i in _where((planned <= 0) & (executed > 0)):
        yield _at(plan, "POI-A42", i, column, value=number_text(executed[i]), quarter=period.label)
    for i in _where((planned > 0) & np.isnan(months).all(axis=1)):
        yield _at(plan, "POI-A43", i, column, value=number_text(planned[i]), quarter=period.label)


def accumulation(plan: Plan, quarter: int) -> Iterator[Problem]:
    """Constant months are equal (POI-A161); groups with other modes than the sum (POI-N160)."""
    del quarter
    for i in plan.modes.get(Accumulation.CONSTANT, np.empty(0, dtype=np.int64)).tolist():
        months = plan.planned[i][~np.isnan(plan.planned[i])]
        if months.size and months.min() != months.max():
            low, high = number_text(months.min()), number_text(months.max())
            yield _at(plan, "POI-A161", i, ("accumulation", 0), low=low, high=high)
    if plan.modes:
        others = np.sort(np.concatenate(list(plan.modes.values())))
        organs = plan.grouping(By.ORGAN)
        names = [
            f"«{organs.labels[code]}»" for code in dict.fromkeys(organs.codes[others].tolist())
        ]
        yield _at(
            plan, "POI-N160", int(others[0]), ("accumulation", 0),
            modes=", ".join(f"{mode}: {len(rows)}" for mode, rows in plan.modes.items()),
            organs=", ".join([*names[:_LISTED], *(["…"] if len(names) > _LISTED else [])]),
        )  # fmt: skip


CHECKS: tuple[Check, ...] = (
    target_against_months,
    quarters_against_months,
    totals_against_columns,
    amounts,
    duplicates,
    executed_beyond_quarter,
    reporting,
    accumulation,
)


def _where(mask: npt.NDArray[np.bool_]) -> list[int]:
    return np.flatnonzero(mask).tolist()


def _at(plan: Plan, code: str, activity: int, column: Column, **facts: object) -> Problem:
    return problem(code, plan.layout.sheet, plan.layout.cell(activity, column), **facts)


def _mode(plan: Plan, activity: int) -> str:
    """How an activity's months accumulate; empty when they are summed."""
    mode = plan.mode(activity)
    return "" if mode is Accumulation.SUM else mode.value


def _is_counted(unit: str) -> bool:
    """Whether a unit of measure is counted in whole things; percentages and ratios are not."""
    word = fold(unit)
    return not any(part in word for part in ("porcentaje", "%", "indice", "ratio", "tasa", "soles"))


def _column(plan: Plan, column: Column) -> Floats:
    kind, number = column
    if kind == "target":
        return plan.target
    money = plan.in_soles
    if kind.startswith(SOLES) and money:
        return _column(money, (kind.removeprefix(SOLES), number))
    if kind in ("planned", "executed"):
        return (plan.planned if kind == "planned" else plan.executed)[:, number - 1]
    return plan.stated.quarters.get(column, np.empty(0))
