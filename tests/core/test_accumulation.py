"""How months accumulate: worked examples, and a naive reckoning activity by activity."""

from dataclasses import replace
from fractions import Fraction
from math import floor, isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poi_xl.core.accumulation import Accumulation, parse_accumulation
from poi_xl.core.checks import check
from poi_xl.core.indicators import measure
from poi_xl.core.period import Period, quarter_period
from poi_xl.core.plan import By, Layout, Stated
from poi_xl.core.settings import Settings
from poi_xl.core.trafficlight import PRESETS
from poi_xl.functions import BY_NAME, Context, answer
from tests.core.plans import NAN, plan_of, plans, plans_of_any_mode
from tests.core.test_summaries import report_of

A = PRESETS["A"]
SUM, LAST, MEAN, CONSTANT = Accumulation
periods = st.tuples(st.integers(1, 12), st.integers(1, 12)).map(lambda ends: Period(*sorted(ends)))


def figure(months, mode):
    """Return what one activity's months come to, one by one, to six decimals."""
    said = [Fraction(x) for x in months if not isnan(x)]
    if not said:
        return 0.0
    exact = {SUM: sum(said), LAST: said[-1]}.get(mode, sum(said) / len(said))
    return floor(exact * 10**6 + Fraction(1, 2)) / 1e6


def measured(plan, period):
    return measure(plan, period, A).by(By.ACTIVITY)


# --- worked examples, those of docs/acumulacion.md ------------------------------------------------

EXAMPLE = replace(
    plan_of(
        ("O", "informes", 12, [1] * 12, [1, 2]),
        ("O", "sistema", 100, [10, 20, 30, 40, NAN, 60, 70, 80, 90, 95, 95, 100], [10, 15]),
        ("O", "días de atención", 5, [5] * 12, [4, 7]),
        ("O", "satisfacción", 95, [95] * 12, [93, NAN, 96]),
    ),
    accumulation=(SUM, LAST, MEAN, CONSTANT),
)


def test_a_quarter_of_each_mode():
    figures = measured(EXAMPLE, quarter_period(1))
    assert figures.planned.tolist() == [3, 30, 5, 95]
    assert figures.executed.tolist() == [3, 15, 5.5, 94.5]
    assert figures.progress.tolist() == [1, 0.5, 1.1, 94.5 / 95]
    assert figures.target_progress.tolist() == [0.25, 0.15, 1.1, 94.5 / 95]


def test_a_blank_month_says_nothing_and_a_zero_does():
    figures = measured(EXAMPLE, Period(4, 5))
    assert figures.planned.tolist() == [2, 40, 5, 95]  # nothing is said of May
    zero = replace(EXAMPLE, executed=np.nan_to_num(EXAMPLE.executed))
    assert measured(zero, quarter_period(1)).executed.tolist() == [3, 0, 3.666667, 63]


def test_nobody_reported_and_nothing_planned():
    plan = plan_of(*[("O", mode, 5, [5, 5, 5], [5]) for mode in Accumulation])
    plan = replace(plan, accumulation=tuple(Accumulation))
    late, none = measured(plan, Period(2, 3)), measured(plan, quarter_period(2))
    assert {late.flag_of(i).word for i in range(4)} == {"Sin reporte"}
    assert late.executed.tolist() == [0] * 4
    assert {none.flag_of(i).word for i in range(4)} == {"No programado"}


def test_a_group_adds_up_what_its_activities_come_to():
    total = measure(EXAMPLE, quarter_period(1), A).by(By.TOTAL)
    assert total.planned[0] == 3 + 30 + 5 + 95
    assert total.executed[0] == 3 + 15 + 5.5 + 94.5
    assert total.progress[0] == 118 / 133


def test_the_months_of_mensual_accumulate_by_mode():
    monthly = report_of(EXAMPLE).monthly
    assert monthly.planned[0, :3].tolist() == [111, 121, 131]  # of one month nothing accumulates
    assert monthly.planned_to_date[0, :3].tolist() == [111, 122, 133]
    assert monthly.executed_to_date[0, :3].tolist() == [108, 116.5, 118]
    assert np.isnan(monthly.executed_to_date[0, 3:]).all()
    assert monthly.executed_in_year[0] == 118


# --- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "mode"),
    [("", SUM), ("SUMA", SUM), ("Ultimo valor", LAST), ("último", LAST), (" Promedio", MEAN)],
)
def test_words_of_modes(word, mode):
    assert parse_accumulation(word) is mode


@pytest.mark.parametrize("word", ["SI", "NO", "acumulado", "promedio ponderado", "0"])
def test_no_mode_is_guessed(word):
    assert parse_accumulation(word) is None


# --- observations ---------------------------------------------------------------------------------


def found(plan):
    return [f"{p.code} {p.place}" for p in check(plan, 1) if p.code != "POI-A43"]


def test_a_mode_explains_what_the_months_do_not_add_up_to():
    assert found(EXAMPLE) == ["POI-N160 POI!A6"]
    assert found(replace(EXAMPLE, accumulation=()))[:3] == [
        "POI-E40 POI!E6", "POI-E40 POI!E7", "POI-E40 POI!E8",
    ]  # fmt: skip
    note = check(EXAMPLE, 1)[-1]
    assert "(último valor: 1, promedio: 1, constante: 1)" in note.message
    assert "Las tienen: «O»." in note.message


def test_a_target_that_its_mode_does_not_explain():
    plan = plan_of(
        ("O", "x", 90, [10, 100], [1]), ("O", "y", NAN, [1, 2], [1]), ("O", "z", 90, [90, 80], [1])
    )
    plan = replace(plan, accumulation=(LAST, MEAN, CONSTANT))
    assert found(plan) == [
        "POI-A163 POI!E6", "POI-A160 POI!E5", "POI-A160 POI!E7", "POI-A161 POI!A7",
        "POI-N160 POI!A5",
    ]  # fmt: skip


def test_a_quarter_column_may_state_the_sum_or_the_figure():
    plan = replace(plan_of(*[("O", n, 95, [95] * 12, [90, 96]) for n in "abc"]),
                   accumulation=(MEAN,) * 3)  # fmt: skip
    columns = dict(plan.layout.columns) | {("quarter_planned", 1): 30, ("quarter_executed", 1): 31}
    pair = {
        ("quarter_planned", 1): np.array([95.0, 285.0, 280.0]),
        ("quarter_executed", 1): np.array([93.0, 186.0, 186.0]),
    }
    stated = replace(plan, layout=Layout("POI", plan.layout.rows, columns), stated=Stated(pair))
    assert found(stated) == [
        "POI-N161 POI!AD6", "POI-A162 POI!AD7", "POI-N161 POI!AE6", "POI-N161 POI!AE7",
        "POI-N160 POI!A5",
    ]  # fmt: skip


# --- against a naive reckoning --------------------------------------------------------------------


@given(plans_of_any_mode(), periods)
def test_each_activity_is_as_reckoned_alone(plan, period):
    figures = measured(plan, period)
    for i, mode in enumerate(plan.accumulation):
        assert figures.planned[i] == figure(plan.planned[i, period.months], mode)
        assert figures.executed[i] == figure(plan.executed[i, period.months], mode)


@given(plans_of_any_mode())
def test_accumulated_months_are_periods_from_january(plan):
    monthly = report_of(plan).monthly
    planned, executed = Context(plan, Settings(quarter=1)).months((), to_date=True)
    for month in range(12):
        total = measure(plan, Period(1, month + 1), A).by(By.TOTAL)
        assert monthly.planned_to_date[0, month] == total.planned[0] == planned[0, month]
        assert executed[0, month] == total.executed[0]
        if not np.isnan(plan.executed[:, month]).all():
            assert monthly.executed_to_date[0, month] == total.executed[0]


@given(plans_of_any_mode(), st.integers(1, 12))
def test_a_single_month_is_its_own_figure(plan, month):
    summed = replace(plan, accumulation=())
    assert np.array_equal(
        measured(plan, Period(month, month)).planned, measured(summed, Period(month, month)).planned
    )


@given(plans)
def test_writing_suma_everywhere_changes_nothing(plan):
    said = replace(plan, accumulation=(SUM,) * len(plan))
    assert said.digest == plan.digest
    assert not said.modes
    assert check(said, 2) == check(plan, 2)


def test_the_digest_knows_the_modes():
    assert EXAMPLE.digest != replace(EXAMPLE, accumulation=()).digest


def test_functions_in_cells_follow_the_mode():
    context = Context(EXAMPLE, Settings(quarter=1))
    assert answer(context, BY_NAME["POI_AVANCE"], [None, None, "sistema"]) == 0.5
    assert answer(
        context, BY_NAME["POI_SERIE"], [None, "programado acumulado", "satisfacción"]
    ) == [[95.0] * 12]
