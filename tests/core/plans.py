"""Small plans for tests: written by hand, or drawn by hypothesis."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from poi_xl.core.accumulation import Accumulation
from poi_xl.core.plan import Layout, Plan

NAN = float("nan")


def plan_of(*rows, **other) -> Plan:
    """Make a plan from rows (organ, activity, target, planned months, executed months).

    Months left out at the end are blank; the sheet is POI, activities from row 5, columns as the
    institution prints them.
    """

    def months(amounts):
        return [*amounts, *[NAN] * (12 - len(amounts))]

    count = len(rows)
    plan = Plan(
        organ=tuple(row[0] for row in rows),
        activity=tuple(row[1] for row in rows),
        budget_activity=("GESTIÓN",) * count,
        measure_unit=("ACCIONES",) * count,
        target=np.array([row[2] for row in rows], dtype=float),
        planned=np.array([months(row[3]) for row in rows], dtype=float).reshape(count, 12),
        executed=np.array([months(row[4]) for row in rows], dtype=float).reshape(count, 12),
        layout=Layout(
            "POI",
            tuple(range(5, 5 + count)),
            {("organ", 0): 1, ("activity", 0): 2, ("target", 0): 5}
            | {("planned", m): 5 + m for m in range(1, 13)}
            | {("executed", m): 17 + m for m in range(1, 13)},
        ),
    )
    return replace(plan, **other)


cells = st.one_of(
    st.just(NAN), st.integers(0, 400).map(float), st.integers(0, 4000).map(lambda n: n / 8)
)
months = st.lists(cells, min_size=12, max_size=12)
rows = st.tuples(
    st.sampled_from(
        ["JEFATURA", "Jefatura ", "ÓRGANO DE CONTROL", "organo de  control", "ESCUELA"]
    ),
    st.text("ABCDEÑ ", min_size=1, max_size=8),
    cells,
    months,
    months,
)
plans = st.lists(rows, min_size=1, max_size=12).map(lambda some: plan_of(*some))
modes = st.sampled_from(list(Accumulation))


@st.composite
def plans_of_any_mode(draw) -> Plan:
    """A plan whose activities accumulate in any way, all of them in the same one included."""
    plan: Plan = draw(plans)
    return replace(plan, accumulation=tuple(draw(modes) for _ in range(len(plan))))
