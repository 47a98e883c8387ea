"""The columns that a plan's sheet lacks for a quarter's executed months, and where they belong.

Only a spreadsheet program inserts columns soundly, for formulas, names and charts everywhere follow
them; it is told here which, and the use case goes on once they are there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from poi_xl.core.consent import CONSENT
from poi_xl.core.period import quarter_period
from poi_xl.core.plan import Plan
from poi_xl.core.problems import Refusal
from poi_xl.core.quarters import months_text

LACKING = "POI-E122"


@dataclass(frozen=True, slots=True)
class MonthColumn:
    """A column to insert.

    Attributes:
        month: the month that is executed in it.
        column: its place, from 1, once those before it are in.
        model: the month on its left, whose column it looks like.
    """

    month: int
    column: int
    model: int


def month_columns(plan: Plan, quarter: int) -> tuple[MonthColumn, ...]:
    """Return the columns to insert for a quarter, in their order; none if nothing is on their left.

    Args:
        plan: the plan.
        quarter: 1 to 4.
    """
    places = {m: place for (kind, m), place in plan.layout.columns.items() if kind == "executed"}
    period = quarter_period(quarter)
    found = []
    for month in range(period.first, period.last + 1):
        if month in places:
            continue
        earlier = [m for m in places if m < month]
        if not earlier:
            return ()
        model = max(earlier)
        column = places[model] + 1
        places = {m: place + (place >= column) for m, place in places.items()}
        places[month] = column
        found.append(MonthColumn(month, column, model))
    return tuple(found)


def insertable(plan: Plan, quarter: int, refusal: Refusal) -> tuple[MonthColumn, ...]:
    """Return the columns whose lack alone keeps a quarter from being opened.

    Args:
        plan: the plan.
        quarter: 1 to 4.
        refusal: why the quarter cannot be opened.

    Raises:
        Refusal: that very one, for there are other reasons, or nothing says where they belong.
    """
    hard = {each.code for each in refusal.problems} - CONSENT.keys()
    columns = month_columns(plan, quarter) if hard == {LACKING} else ()
    if not columns:
        raise refusal
    return columns


def columns_question(columns: Sequence[MonthColumn], plan: Plan) -> str:
    """Return the question whether to insert columns."""
    sheet, months = plan.layout.sheet, months_text(each.month for each in columns)
    left = months_text([columns[0].model])
    return (
        f"La hoja «{sheet}» no tiene columnas de ejecutado para {months}.\n\n"
        f"¿Insertarlas a la derecha de {left}, con el mismo aspecto? Las fórmulas, nombres y "
        "gráficos se ajustan. Antes se guarda un respaldo."
    )
