"""Whether a plan's figures and names can be used by native formulas as they stand in its cells."""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from poi_xl.core.indicators import decimal
from poi_xl.core.plan import MONTHLY, Plan
from poi_xl.core.problems import Problem, Refusal, problem
from poi_xl.core.text import a1, from_a1
from poi_xl.functions import CellError, Context
from poi_xl.native.folding import Replacement, replacements

CellText = Callable[[int, int], object]

FIGURES: Final = ("target", *MONTHLY)
# Problems of reading after which the sheet's cells are not the figures that the plan has.
_NOT_AS_READ: Final = ("POI-E24", "POI-E25", "POI-E27", "POI-A20")
_NO_NUMBER: Final = "POI-E22"


def usable(context: Context, cell_text: CellText) -> tuple[Replacement, ...]:
    """Return how a plan's names are folded, once nothing keeps formulas from using its figures.

    Args:
        context: the plan.
        cell_text: what stands in a cell of its sheet, by row and column from 1.

    Raises:
        Refusal: something does (POI-E66); all of it at once.
    """
    if not context.known_plan.layout.rows:
        detail = "el plan no tiene actividades."
        raise Refusal(problem("POI-E66", context.known_plan.layout.sheet, detail=detail))
    above = context.settings.hierarchy.labels.values()
    known = replacements((*all_names(context.known_plan), *above))
    found = [
        *_not_as_read(context, cell_text),
        *_too_fine(context.known_plan),
        *_errors_between(context.known_plan, cell_text),
    ]
    if known is None:
        detail = "los nombres del plan usan demasiadas letras poco comunes."
        found.append(problem("POI-E66", context.known_plan.layout.sheet, detail=detail))
    if found:
        raise Refusal(found)
    return known or ()


def _not_as_read(context: Context, cell_text: CellText) -> Iterator[Problem]:
    for item in context.problems:
        # SUMPRODUCT leaves texts out, as the core does; a date would count as its number of days.
        is_odd = item.code == _NO_NUMBER and not isinstance(cell_text(*from_a1(item.cell)), str)
        if is_odd or item.code in _NOT_AS_READ:
            yield problem("POI-E66", item.sheet, item.cell, detail=item.message)


def _too_fine(plan: Plan) -> Iterator[Problem]:
    monthly = {"planned": plan.planned, "executed": plan.executed}
    if plan.soles:
        monthly |= {"soles_planned": plan.soles.planned, "soles_executed": plan.soles.executed}
    for kind, figures in monthly.items():
        plain = np.nan_to_num(figures)
        for row, month in np.argwhere(plain != decimal(plain))[:1].tolist():
            cell = plan.layout.cell(row, (kind, month + 1))
            detail = "tiene más de seis decimales."
            yield problem("POI-E66", plan.layout.sheet, cell, detail=detail)


def _errors_between(plan: Plan, cell_text: CellText) -> Iterator[Problem]:
    """Errors in rows that are no activity: a sum that passes over them would be an error too."""
    rows = plan.layout.rows
    between = sorted({*range(min(rows), max(rows))} - {*rows})
    columns = [place for (kind, _), place in plan.layout.columns.items() if kind in FIGURES]
    for row in between:
        for column in columns:
            if isinstance(cell_text(row, column), CellError):
                detail = "tiene un error, aunque no es de una actividad."
                yield problem("POI-E66", plan.layout.sheet, a1(row, column), detail=detail)


def all_names(plan: Plan) -> Iterator[str]:
    """Yield every name of a plan that formulas compare."""
    for names in (plan.organ, plan.activity, plan.budget_activity, plan.measure_unit):
        yield from names
