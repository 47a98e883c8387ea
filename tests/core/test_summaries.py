import datetime as dt
from dataclasses import replace

import numpy as np
from hypothesis import given

from poi_xl.core.indicators import GroupMethod
from poi_xl.core.notes import TypedNote
from poi_xl.core.period import quarter_period
from poi_xl.core.plan import Soles
from poi_xl.core.settings import Settings, current_quarter
from poi_xl.core.summaries import build_report
from poi_xl.core.trafficlight import PRESETS
from tests.core.plans import NAN, plan_of, plans


def report_of(plan, notes=(), settings=None, period=None):
    return build_report(
        plan,
        settings or Settings(),
        problems=(),
        today=dt.date(2021, 4, 5),
        version="0",
        notes=notes,
        period=period,
    )


def note(key, text):
    return TypedNote(key, "O", "x", ("", text, "", "", ""))


PLAN = plan_of(
    ("O", "en meta", 3, [1, 1, 1], [1, 1, 1]),
    ("O", "en riesgo", 30, [10, 10, 10], [10, 10, 5]),
    ("O", "crítica", 30, [10, 10, 10], [1, 0, 0]),
    ("O", "sin reporte", 3, [1, 1, 1], [NAN]),
    ("O", "más crítica", 90, [30, 30, 30], [1, 0, 0]),
    title_quarter=1,
)


def test_alerts_worst_first():
    report = report_of(PLAN)
    assert [PLAN.activity[alert.activity] for alert in report.alerts] == [
        "sin reporte", "más crítica", "crítica", "en riesgo",
    ]  # fmt: skip
    assert [PLAN.activity[i] for i in report.worst_gaps] == [
        "más crítica", "crítica", "en riesgo", "sin reporte",
    ]  # fmt: skip


def test_typed_notes_follow_their_activity_and_none_is_lost():
    notes = [
        note(PLAN.keys[2], "falta presupuesto"),
        note(PLAN.keys[0], "ya se resolvió"),
        note("otra|actividad", "dada de baja"),
        note("", "al pie"),
        note(PLAN.keys[2], "dos"),
    ]
    report = report_of(PLAN, notes)
    beside = {PLAN.activity[a.activity]: a.note.values[1] for a in report.alerts if a.note}
    assert beside == {"crítica": "falta presupuesto"}
    kept = [kept.values[1] for kept in report.kept_notes]
    assert sorted(kept) == ["al pie", "dada de baja", "dos", "ya se resolvió"]


def test_equal_names_have_keys_of_their_own():
    plan = plan_of(("O", "x", 1, [1], [1]), ("O", "x", 1, [1], [1]), ("O", "X ", 1, [1], [1]))
    assert len(set(plan.keys)) == 3


def test_months_to_come_are_blank_not_zero():
    monthly = report_of(PLAN).monthly
    assert monthly.executed[0, :3].tolist() == [13, 11, 6]
    assert np.isnan(monthly.executed[:, 3:]).all()
    assert np.isnan(monthly.executed_to_date[0, 3])
    assert monthly.labels == ("INSTITUCIÓN", "O")


def test_the_quarter_before_is_there_from_the_second_on():
    assert report_of(PLAN).previous is None
    second = report_of(PLAN, period=quarter_period(2))
    assert second.previous.executed == 30


def test_the_current_quarter():
    assert current_quarter(PLAN, Settings(quarter=3)) == 3
    assert current_quarter(PLAN, Settings()) == 1
    untitled = plan_of(("O", "x", 1, [1], [0, 0, 0, 0, 2]))
    assert current_quarter(untitled, Settings()) == 2
    assert current_quarter(plan_of(("O", "x", 1, [1], [])), Settings()) == 1


def test_the_digest_depends_on_figures_and_names_only():
    same = plan_of(("O", "x", 1, [1], [1]))
    assert same.digest == plan_of(("O", "x", 1, [1], [1]), title="otro").digest
    assert same.digest != plan_of(("O", "x", 1, [1], [0])).digest
    assert same.digest != plan_of(("O", "x", 1, [1], [1, 0])).digest
    assert same.digest != plan_of(("O", "y", 1, [1], [1])).digest


@given(plans)
def test_any_plan_has_a_report(plan):
    report = report_of(plan, settings=Settings(preset=PRESETS["D"]))
    assert len(report.organs.labels) == len(report.organs.period)
    assert np.array_equal(report.monthly.planned[0], report.monthly.planned[1:].sum(axis=0))
    flagged = {alert.activity for alert in report.alerts}
    for i in range(len(plan)):
        assert (i in flagged) == report.activities.flag_of(i).alert


def test_money_stands_beside_the_work_where_there_is_any():
    assert report_of(PLAN).money is None
    assert report_of(PLAN).organs.money is None
    planned, spent = np.full((5, 12), 100.5), np.full((5, 12), NAN)
    spent[:, :4] = 50.25
    plan = replace(PLAN, soles=Soles(planned, spent), title_quarter=2)
    settings = Settings(method=GroupMethod.MEAN)
    report = report_of(plan, settings=settings)
    assert report.money.period.planned.tolist() == [5 * 3 * 100.5]
    assert report.money.period.executed.tolist() == [5 * 50.25]
    assert report.money.period.progress.tolist() == [1 / 6]
    assert report.money.to_date.progress.tolist() == [1 / 3]
    assert report.organs.money.to_date.executed.tolist() == [5 * 4 * 50.25]
    # The work itself is as it was.
    assert report.total.planned.tolist() == report_of(PLAN, period=report.period).total.planned
