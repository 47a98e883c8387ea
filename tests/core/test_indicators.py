from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poi_xl.core.indicators import GroupMethod, measure, ratio
from poi_xl.core.period import Period, quarter_period
from poi_xl.core.plan import By
from poi_xl.core.trafficlight import PRESETS
from tests.core.plans import NAN, plan_of, plans

A = PRESETS["A"]
Q1 = quarter_period(1)


def flags(plan, period=Q1, by=By.ACTIVITY):
    figures = measure(plan, period, A).by(by)
    return [figures.flag_of(i).word for i in range(len(figures))]


def test_the_states_outside_the_ratio():
    plan = plan_of(
        ("O", "nada programado", 5, [NAN, NAN, 0], [NAN, NAN, NAN]),
        ("O", "hecho sin programar", 5, [0, 0, 0], [1, 0, 0]),
        ("O", "sin reporte", 5, [1, 1, 1], [NAN, NAN, NAN]),
        ("O", "cero reportado", 5, [1, 1, 1], [0, NAN, NAN]),
        ("O", "en meta", 5, [1, 1, 1], [1, 1, 1]),
    )
    assert flags(plan) == [
        "No programado", "Ejecutado sin programación", "Sin reporte", "Crítico", "En meta",
    ]  # fmt: skip


def test_the_three_group_methods():
    plan = plan_of(
        ("O", "grande", 100, [100, 0, 0], [50, 0, 0]),
        ("O", "pequeña", 1, [1, 0, 0], [3, 0, 0]),
        ("O", "fuera", 9, [0, 0, 0], [0, 0, 0]),
    )
    total = measure(plan, Q1, A).by(By.TOTAL)
    assert total.progress[0] == 53 / 101
    assert total.mean[0] == 1.75  # (0.5 + 3) / 2: the third has nothing planned
    assert total.capped_mean[0] == 0.75
    assert total.rated[0] == 2
    assert total.activities[0] == 3
    for method, word in ((GroupMethod.MEAN, "Exceso"), (GroupMethod.CAPPED_MEAN, "En riesgo")):
        assert measure(plan, Q1, A).by(By.TOTAL, method).flag_of(0).word == word


def test_decimals_are_decimals():
    plan = plan_of(("O", "x", 0.3, [0.1, 0.1, 0.1], [0.1, 0.2, NAN]))
    assert flags(plan) == ["En meta"]  # in binary 0.1 + 0.2 is above 0.1 + 0.1 + 0.1
    assert ratio(np.array([0.285]), np.array([0.3]))[0] == 0.95


def test_a_mean_of_equal_ratios_is_that_ratio():
    rows = [("O", str(i), 20, [20, 0, 0], [19, 0, 0]) for i in range(3)]
    total = measure(plan_of(*rows), Q1, A).by(By.TOTAL, GroupMethod.MEAN)
    assert total.progress[0] == 0.95
    assert total.flag_of(0).word == "En meta"


def test_target_progress_runs_from_january():
    plan = plan_of(("O", "x", 10, [1] * 12, [1, 1, 1, 2, 2, 2]))
    assert measure(plan, quarter_period(2), A).by(By.TOTAL).target_progress[0] == 0.9


def test_spellings_of_an_organ_are_one_group():
    plan = plan_of(
        ("ORGANO DE CONTROL", "x", 1, [1, 0, 0], [1]),
        ("Órgano  de\ncontrol ", "y", 1, [1, 0, 0], [1]),
    )
    assert plan.grouping(By.ORGAN).labels == ("ORGANO DE CONTROL",)


@given(plans)
def test_quarters_sum_to_the_year(plan):
    def planned(period):
        return measure(plan, period, A).by(By.ORGAN).planned

    year = planned(Period(1, 12))
    assert np.array_equal(sum(planned(quarter_period(q)) for q in range(1, 5)), year)


@given(plans, st.integers(1, 12), st.integers(1, 12))
def test_the_ratio_of_a_group_is_the_ratio_of_its_sums(plan, one, other):
    period = Period(min(one, other), max(one, other))
    figures = measure(plan, period, A).by(By.ORGAN)
    organs = plan.grouping(By.ORGAN)
    for group in range(len(figures)):
        rows = organs.codes == group
        planned, executed = (
            sum(
                (Fraction(v) for v in amounts[rows, period.months].ravel() if not np.isnan(v)),
                Fraction(),
            )
            for amounts in (plan.planned, plan.executed)
        )
        assert figures.planned[group] == planned
        assert figures.executed[group] == executed
        if planned:
            assert figures.progress[group] == pytest.approx(float(executed / planned), rel=1e-15)
        else:
            assert np.isnan(figures.progress[group])


@given(plans, st.sampled_from(list(By)))
def test_groups_hold_every_activity_once(plan, by):
    measured = measure(plan, Q1, A)
    groups, total = measured.by(by), measured.by(By.TOTAL)
    assert groups.activities.sum() == len(plan)
    assert np.array_equal(groups.counts.sum(axis=0), total.counts[0])
    assert groups.counts.sum(axis=1).tolist() == groups.activities.tolist()
    assert groups.planned.sum() == total.planned[0]
    assert (groups.gap == groups.executed - groups.planned).all()
