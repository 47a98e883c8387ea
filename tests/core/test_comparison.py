"""Whatever was changed in a plan is told, once, and nothing else."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from poi_xl.core.accumulation import Accumulation
from poi_xl.core.comparison import Kind, compare
from poi_xl.core.plan import Plan
from tests.core.plans import NAN, plan_of, plans

BEFORE = plan_of(
    ("JEFATURA", "Dirigir", 12, [1] * 12, [1, 1]),
    ("ESCUELA", "Capacitar al personal", 24, [2] * 12, [2, 2]),
)


def said(before: Plan, after: Plan):
    return [(c.kind.value, c.column, c.old, c.new) for c in compare(before, after).changes]


def test_the_same_plan_has_no_changes_whatever_its_spelling():
    after = plan_of(
        ("Jefatura ", "DIRIGIR", 12, [1] * 12, [1, 1]),
        ("Escuela", "Capacitar  al personal", 24, [2] * 12, [2, 2]),
    )
    assert said(BEFORE, after) == []


def test_another_accumulation_is_told():
    after = replace(BEFORE, accumulation=(Accumulation.SUM, Accumulation.MEAN))
    assert said(BEFORE, after) == [("acumulación", ("accumulation", 0), "suma", "promedio")]
    assert [change.what for change in compare(BEFORE, after).changes] == ["ACUMULACIÓN"]


def test_rows_in_another_order_are_the_same_plan():
    turned = plan_of(
        ("ESCUELA", "Capacitar al personal", 24, [2] * 12, [2, 2]),
        ("JEFATURA", "Dirigir", 12, [1] * 12, [1, 1]),
    )
    assert said(BEFORE, turned) == []


def test_reprogramming_reports_and_corrections_are_told_apart():
    after = plan_of(
        ("JEFATURA", "Dirigir", 13, [1] * 11 + [2], [1, 1, 0]),
        ("ESCUELA", "Capacitar al personal", 24, [2] * 12, [2, 3]),
    )
    assert said(BEFORE, after) == [
        ("meta", ("target", 0), 12.0, 13.0),
        ("programado", ("planned", 12), 1.0, 2.0),
        ("reportado", ("executed", 3), None, 0.0),
        ("corregido", ("executed", 2), 2.0, 3.0),
    ]
    found = compare(BEFORE, after)
    assert found.counts == {
        Kind.TARGET: 1,
        Kind.PLANNED: 1,
        Kind.REPORTED: 1,
        Kind.CORRECTED: 1,
    }
    assert found.cell(found.changes[1]) == ("POI", "Q5")
    assert found.names(found.changes[3]) == ("ESCUELA", "Capacitar al personal")


def test_a_report_taken_back_is_a_correction():
    after = plan_of(
        ("JEFATURA", "Dirigir", 12, [1] * 12, [1]),
        ("ESCUELA", "Capacitar al personal", 24, [2] * 12, [2, 2]),
    )
    assert said(BEFORE, after) == [("corregido", ("executed", 2), 1.0, None)]


def test_blank_and_zero_planned_are_the_same():
    before = plan_of(("A", "X", 1, [1, NAN], []))
    assert said(before, plan_of(("A", "X", 1, [1, 0], []))) == []


def test_added_and_dropped():
    after = plan_of(
        ("JEFATURA", "Dirigir", 12, [1] * 12, [1, 1]),
        ("FINANZAS", "Pagar", 3, [1] * 3, []),
    )
    assert said(BEFORE, after) == [
        ("agregada", ("activity", 0), None, "Pagar"),
        ("retirada", ("activity", 0), "Capacitar al personal", None),
    ]
    dropped = compare(BEFORE, after).changes[-1]
    assert compare(BEFORE, after).cell(dropped) == ("POI", "B6")


def test_a_new_name_over_the_same_figures_is_a_renaming():
    after = plan_of(
        ("JEFATURA", "Dirigir", 12, [1] * 12, [1, 1]),
        ("ESCUELA", "Formación", 24, [2] * 12, [2, 2]),
    )
    assert said(BEFORE, after) == [
        ("renombrada", ("activity", 0), "Capacitar al personal", "Formación")
    ]


def test_a_retouched_name_is_a_renaming_though_figures_changed_too():
    after = plan_of(
        ("JEFATURA", "Dirigir", 12, [1] * 12, [1, 1]),
        ("ESCUELA", "Capacitar a todo el personal", 25, [2] * 12, [2, 2]),
    )
    assert [kind for kind, *_ in said(BEFORE, after)] == ["renombrada", "meta"]


def test_an_activity_that_moved_to_another_organ():
    after = plan_of(
        ("JEFATURA", "Dirigir", 12, [1] * 12, [1, 1]),
        ("PERSONAL", "Capacitar al personal", 24, [2] * 12, [2, 2]),
    )
    assert said(BEFORE, after) == [("renombrada", ("organ", 0), "ESCUELA", "PERSONAL")]


@given(plans)
def test_a_plan_equals_itself(plan):
    assert compare(plan, plan).changes == ()


@given(plans, plans)
def test_every_activity_is_paired_added_or_dropped(before, after):
    found = compare(before, after)
    olds, news = zip(*found.pairs, strict=True) if found.pairs else ((), ())
    added = [c.after for c in found.changes if c.kind is Kind.ADDED]
    dropped = [c.before for c in found.changes if c.kind is Kind.DROPPED]
    assert sorted([*olds, *dropped]) == list(range(len(before)))
    assert sorted([*news, *added]) == list(range(len(after)))


@given(plans, st.data())
def test_one_changed_figure_is_one_change_in_its_cell(plan, data):
    row = data.draw(st.integers(0, len(plan) - 1))
    month = data.draw(st.integers(0, 11))
    planned = plan.planned.copy()
    planned[row, month] = np.nan_to_num(planned[row, month]) + 1
    (change,) = compare(plan, replace(plan, planned=planned)).changes
    assert (change.kind, change.after, change.column) == (Kind.PLANNED, row, ("planned", month + 1))
