"""Which columns a plan's sheet lacks for a quarter's executed months, and where they belong."""

from dataclasses import replace

import pytest

from poi_xl.commands.month_columns import MonthColumn, insertable, month_columns
from poi_xl.core.plan import Layout
from poi_xl.core.problems import Refusal, problem
from poi_xl.core.quarters import renamed_month
from tests.core.plans import plan_of


def plan(**executed):
    months = {("executed", int(name[1:])): place for name, place in executed.items()}
    columns = {("target", 0): 5, **months}
    base = plan_of(("A", "B", 1.0, [1.0] * 12, [1.0] * 12))
    return replace(base, layout=Layout("POI", (6,), columns))


def test_missing_months_come_right_of_the_month_before():
    assert month_columns(plan(m1=18, m2=19, m3=20), 2) == (
        MonthColumn(4, 21, 3),
        MonthColumn(5, 22, 4),
        MonthColumn(6, 23, 5),
    )


def test_months_that_are_there_move_along():
    assert month_columns(plan(m3=20, m5=21), 2) == (MonthColumn(4, 21, 3), MonthColumn(6, 23, 5))
    assert month_columns(plan(m4=18, m5=19, m6=20), 2) == ()


def test_without_a_month_on_the_left_nothing_is_inserted():
    assert month_columns(plan(m7=18), 2) == ()


LACKING = problem("POI-E122", months="ABR")


@pytest.mark.parametrize("others", [[], [problem("POI-E120", count=1, period="I TRIM")]])
def test_columns_that_alone_are_lacking_are_inserted(others):
    wide = plan(m1=18, m2=19, m3=20)
    assert insertable(wide, 2, Refusal([LACKING, *others])) == month_columns(wide, 2)


@pytest.mark.parametrize(
    ("columns", "problems"),
    [
        ({"m3": 20}, [LACKING, problem("POI-E123", period="II TRIM")]),
        ({"m3": 20}, [problem("POI-E120", count=1, period="I TRIM")]),
        ({"m7": 20}, [LACKING]),
    ],
)
def test_what_they_would_not_mend_is_refused_as_it_was(columns, problems):
    refusal = Refusal(problems)
    with pytest.raises(Refusal) as refused:
        insertable(plan(**columns), 2, refusal)
    assert refused.value is refusal


@pytest.mark.parametrize(
    ("text", "month", "after"),
    [("MAR", 4, "ABR"), ("Marzo", 4, "Abril"), (" ago.", 9, " sep."), ("SEPT", 10, "OCT"),
     ("mayo", 6, "junio"), ("MAY", 6, "JUN")],
)  # fmt: skip
def test_a_month_is_named_as_its_neighbour(text, month, after):
    assert renamed_month(text, month) == after
