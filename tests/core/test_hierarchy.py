"""Which organ depends on which, against a naive reckoning activity by activity."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from poi_xl.core.accumulation import Accumulation
from poi_xl.core.hierarchy import (
    Dependence,
    Hierarchy,
    check_hierarchy,
    hierarchy_of,
    organ_tree,
    organs_and_above,
)
from poi_xl.core.indicators import GroupMethod, measure
from poi_xl.core.period import quarter_period
from poi_xl.core.plan import By
from poi_xl.core.settings import Settings
from poi_xl.core.text import fold
from poi_xl.core.trafficlight import PRESETS
from poi_xl.functions import BY_NAME, Context, Failure, answer
from tests.core.plans import plan_of, plans_of_any_mode
from tests.core.test_summaries import report_of

A = PRESETS["A"]
Q1 = quarter_period(1)


def lines(*pairs):
    return [
        Dependence(organ, parent, "Configuración", f"A{row}")
        for row, (organ, parent) in enumerate(pairs, start=50)
    ]


def made(*pairs) -> Hierarchy:
    found, problems = hierarchy_of(lines(*pairs))
    assert problems == ()
    return found


def told(*pairs):
    return [(p.code, p.cell) for p in hierarchy_of(lines(*pairs))[1]]


PLAN = plan_of(
    ("JEFATURA", "dirigir", 12, [1] * 12, [1, 1, 1]),
    ("FINANZAS", "pagar", 12, [2, 2, 2], [1, 1, 1]),
    ("OPERACIONES", "conducir", 12, [3, 3, 3], [3, 3, 3]),
    ("FISCALIZACIÓN", "fiscalizar", 12, [4, 4, 4], [3, 4, 4]),
    ("CALIDAD", "medir", 12, [5, 5, 5], [5, 5, 5]),
)
MAP = made(
    ("Fiscalizacion", "Operaciones"), ("calidad", "OPERACIONES"),
    ("FINANZAS", "Gerencia Central de Administración"), ("operaciones", "Alta dirección"),
)  # fmt: skip


# --- the map --------------------------------------------------------------------------------------


def test_names_match_whatever_their_spelling_and_go_several_levels_up():
    assert MAP.above(" FISCALIZACIÓN") == ("operaciones", "alta direccion")
    assert MAP.above("Jefatura") == ()
    assert MAP.is_head("ALTA DIRECCION")
    assert not MAP.is_head("calidad")


def test_circles_are_told_with_their_cells_and_not_used():
    pairs = ("A", "B"), ("B", "C"), ("C", "a"), ("D", "A"), ("E", "E")
    assert told(*pairs) == [("POI-E161", "A50"), ("POI-E161", "A54")]
    found, (three, one) = hierarchy_of(lines(*pairs))
    assert found.parents == {"d": "a"}
    assert "«A» → «B» → «C» → «A» (celdas A50, A51, A52)" in three.message
    assert "«E» → «E» (celdas A54)" in one.message


def test_half_lines_and_second_parents_are_told():
    assert told(("A", ""), ("", "B"), ("C", "B"), ("c", "b"), ("C", "D")) == [
        ("POI-E162", "A50"), ("POI-E162", "A51"), ("POI-E163", "A54"),
    ]  # fmt: skip


def test_an_organ_that_is_nowhere_is_a_warning():
    unknown = made(("Fiscalizacion", "X"), ("X", "Y"), ("OPERACION", "X"))
    assert [(p.code, p.cell) for p in check_hierarchy(PLAN, unknown)] == [("POI-A164", "A52")]
    assert check_hierarchy(PLAN, MAP) == ()


# --- the sheet's rows -----------------------------------------------------------------------------


def test_heads_go_before_what_depends_on_them():
    tree = organ_tree(PLAN, MAP)
    rows = list(zip(tree.levels, tree.heads, tree.grouping.labels, strict=True))
    assert rows == [
        (0, False, "JEFATURA"),
        (0, True, "Gerencia Central de Administración"),
        (1, False, "FINANZAS"),
        (0, True, "Alta dirección"),
        (1, True, "OPERACIONES"),
        (2, False, "OPERACIONES"),
        (2, False, "FISCALIZACIÓN"),
        (2, False, "CALIDAD"),
    ]
    report = report_of(PLAN, settings=Settings(hierarchy=MAP), period=Q1)
    assert report.tree is not None
    assert report.tree.table.period.planned.tolist() == [3, 6, 6, 36, 36, 9, 12, 15]
    assert report.total.planned[0] == 45  # nothing twice
    assert report.organs.labels == PLAN.grouping(By.ORGAN).labels


def test_without_a_map_there_is_no_tree():
    assert report_of(PLAN).tree is None
    assert organs_and_above(PLAN, Hierarchy()) is PLAN.grouping(By.ORGAN)


# --- functions ------------------------------------------------------------------------------------


def ask(name, *given, settings=None):
    context = Context(PLAN, settings or Settings(quarter=1, hierarchy=MAP))
    found = answer(context, BY_NAME[name], given)
    return found.error.text if isinstance(found, Failure) else found


def test_an_organ_above_others_stands_for_all_of_them():
    assert ask("POI_PROGRAMADO", "operaciones") == 36
    assert ask("POI_PROGRAMADO", "ALTA DIRECCIÓN") == 36
    assert ask("POI_PROGRAMADO", "Gerencia central de administracion") == 6
    assert ask("POI_EJECUTADO", "Alta dirección", "ENE", "medir") == 5
    assert ask("POI_AVANCE", "ALTA DIRECCION") == 35 / 36
    assert ask("POI_META", "fiscalización") == 12
    assert ask("POI_SERIE", "alta dirección", "ejecutado acumulado")[0][:3] == [11, 23, 35]


def test_without_the_map_such_a_name_is_nobodys():
    assert ask("POI_PROGRAMADO", "Alta dirección", settings=Settings(quarter=1)) == "#VALUE!"


def test_tables_by_organ_say_each_organs_own():
    rows = ask("POI_RESUMEN", "organo")
    assert [(row[0], row[3]) for row in rows[1:]] == [
        ("JEFATURA", 3), ("FINANZAS", 6), ("OPERACIONES", 9), ("FISCALIZACIÓN", 12),
        ("CALIDAD", 15),
    ]  # fmt: skip


# --- against a naive reckoning --------------------------------------------------------------------

NAMES = ["JEFATURA", "Órgano de control", "ESCUELA", "CENTRAL UNO", "CENTRAL DOS"]


@st.composite
def hierarchies(draw) -> Hierarchy:
    names = draw(st.permutations(NAMES))
    pairs = [
        (name, draw(st.sampled_from(names[place + 1 :])))
        for place, name in enumerate(names[:-1])
        if draw(st.booleans())
    ]
    return made(*pairs)


@given(plans_of_any_mode(), hierarchies(), st.sampled_from(list(GroupMethod)))
def test_every_name_stands_for_the_plan_of_its_own_activities(plan, hierarchy, method):
    groups = organs_and_above(plan, hierarchy)
    figures = measure(plan, Q1, A).over(groups, method)
    for group, label in enumerate(groups.labels):
        rows = [
            i
            for i, organ in enumerate(plan.organ)
            if fold(label) in (fold(organ), *hierarchy.above(organ))
        ]
        alone = measure(some(plan, rows), Q1, A).by(By.TOTAL, method)
        for name in ("activities", "target", "planned", "executed", "progress", "mean", "flag"):
            assert np.array_equal(
                getattr(figures, name)[[group]], getattr(alone, name), equal_nan=True
            ), name
        assert (figures.counts[group] == alone.counts[0]).all()


@given(plans_of_any_mode(), hierarchies())
def test_rows_that_are_no_heads_are_the_organs_themselves(plan, hierarchy):
    tree = organ_tree(plan, hierarchy)
    figures = measure(plan, Q1, A).over(tree.grouping)
    own = measure(plan, Q1, A).by(By.ORGAN)
    rows = [i for i, head in enumerate(tree.heads) if not head]
    by_label = dict(zip(plan.grouping(By.ORGAN).labels, own.planned, strict=True))
    assert sorted(tree.grouping.labels[i] for i in rows) == sorted(by_label)
    assert all(figures.planned[i] == by_label[tree.grouping.labels[i]] for i in rows)


def some(plan, rows):
    return replace(
        plan,
        **{
            name: tuple(getattr(plan, name)[i] for i in rows)
            for name in ("organ", "activity", "budget_activity", "measure_unit", "accumulation")
        },
        **{name: getattr(plan, name)[rows] for name in ("target", "planned", "executed")},
        layout=type(plan.layout)(),
    )


def test_modes_and_heads_go_together():
    plan = replace(PLAN, accumulation=(Accumulation.MEAN,) * 5)
    context = Context(plan, Settings(quarter=1, hierarchy=MAP))
    assert answer(context, BY_NAME["POI_PROGRAMADO"], ["alta direccion"]) == 12
