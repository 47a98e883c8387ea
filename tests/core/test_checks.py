from dataclasses import replace

import numpy as np

from poi_xl.core.checks import check
from poi_xl.core.plan import Layout, Stated
from tests.core.plans import NAN, plan_of


def found(plan, quarter=1):
    return [f"{p.code} {p.place}" for p in check(plan, quarter)]


def test_a_plan_that_adds_up_has_no_observation():
    assert found(plan_of(("O", "x", 3, [1, 1, 1], [1, 1, 0]))) == []


def test_target_against_the_months():
    plan = plan_of(("O", "x", 4, [1, 1, 1], [1]), ("O", "y", NAN, [1, 1, 1], [1]))
    assert found(plan) == ["POI-E44 POI!E6", "POI-E40 POI!E5"]
    assert "META es 4 y los doce meses programados suman 3" in str(check(plan, 1)[1])


def test_decimal_months_add_up():
    assert (
        found(plan_of(("O", "x", 0.3, [0.1, 0.1, 0.1], [0.1]), measure_unit=("PORCENTAJE",))) == []
    )


def test_quarter_columns_and_the_total_row():
    plan = plan_of(("O", "x", 3, [1, 1, 1], [1, 0, 0]), ("O", "y", 3, [1, 1, 1], [NAN]))
    pair = {
        ("quarter_planned", 1): np.array([3.0, 2.0]),
        ("quarter_executed", 1): np.array([1.0, NAN]),
    }
    columns = dict(plan.layout.columns) | {("quarter_planned", 1): 30, ("quarter_executed", 1): 31}
    totals = {("target", 0): (7, 6.0), ("quarter_planned", 1): (7, 6.0), ("planned", 2): (7, 3.0)}
    plan = replace(
        plan,
        layout=Layout("POI", plan.layout.rows, columns),
        stated=Stated(pair, totals),
    )
    assert found(plan) == ["POI-E41 POI!AD6", "POI-E43 POI!AD7", "POI-E43 POI!G7", "POI-A43 POI!T6"]


def test_negative_and_fractional_amounts():
    plan = plan_of(("O", "x", 1.5, [2.5, -1, NAN], [1, 0.5]))
    assert found(plan) == ["POI-A21 POI!E5", "POI-A21 POI!F5", "POI-E23 POI!G5", "POI-A21 POI!S5"]
    percent = replace(plan, measure_unit=("PORCENTAJE",))
    assert found(percent) == ["POI-E23 POI!G5"]


def test_duplicates_are_told_once_each():
    row = ("Órgano", "x", 1, [1], [1])
    plan = plan_of(row, ("ORGANO ", "X", 1, [1], [1]), row)
    assert found(plan) == ["POI-A40 POI!B6", "POI-A40 POI!B7"]


def test_reporting():
    plan = plan_of(
        ("O", "sin reporte", 3, [1, 1, 1], [NAN]),
        ("O", "sin programar", 0, [0, 0, 0], [0, 0, 2]),
        ("O", "adelantado", 4, [1, 1, 1, 1], [1, 1, 1, 5]),
    )
    assert found(plan) == ["POI-A41 POI!U7", "POI-A42 POI!T6", "POI-A43 POI!T5"]
    assert "POI-A41 POI!U7" not in found(plan, quarter=2)
