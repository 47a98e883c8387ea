"""Forms: what they ask, how they are known again, and every fault that is found in them."""

import datetime as dt
import operator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poi_xl.core.form_changes import Prefer
from poi_xl.core.form_log import LogRow, standing
from poi_xl.core.form_review import review_forms
from poi_xl.core.forms import (
    FORM_VERSION,
    Entry,
    FilledForm,
    FormColumns,
    FormIdentity,
    FormRow,
    forms_of,
    takes_decimals,
)
from poi_xl.core.notes import TypedNote
from poi_xl.core.period import Period, quarter_period
from poi_xl.core.settings import Settings
from poi_xl.core.text import a1, file_name
from tests.core.plans import NAN, plan_of, plans

SETTINGS = Settings(year=2021, quarter=1)
QUARTER = quarter_period(1)
PLAN = plan_of(
    ("JEFATURA", "Dirigir", 6, [1, 2, 3], []),
    ("JEFATURA", "Informar", 3, [1, 1, 1], [1]),
    ("ESCUELA", "Enseñar", 4.5, [1.5, 1.5, 1.5], []),
)


def number(value):
    return None if np.isnan(value) else float(value)


def filled(plan, form, answers=None, notes=None, *, file="ficha.xlsx", by="Ana", **other):
    """Return a form as it comes back: executed months by activity, notes by activity."""
    columns = FormColumns(form.identity.period)
    months = form.identity.period.months
    rows = []
    for row, i in enumerate(form.activities, start=10):
        given = (answers or {}).get(i, ())
        texts = (notes or {}).get(i, ())
        given = [*given, *[None] * (len(columns.months) - len(given))]
        texts = [*texts, *[None] * (3 - len(texts))]

        def entries(first, values, row=row):
            return tuple(Entry(a1(row, first + 1 + n), v) for n, v in enumerate(values))

        rows.append(
            FormRow(
                plan.keys[i],
                entries(1, (plan.activity[i], plan.budget_activity[i], plan.measure_unit[i])),
                Entry(a1(row, columns.target + 1), number(plan.target[i])),
                entries(columns.planned[0], map(number, plan.planned[i, months])),
                entries(columns.executed[0], given),
                entries(columns.notes[0], texts),
            )
        )
    return replace(
        FilledForm(file, file, form.identity, by, dt.date(2021, 4, 5), tuple(rows)), **other
    )


def form_of(organ, plan=PLAN, period=QUARTER):
    return next(f for f in forms_of(plan, SETTINGS, period, "1.0") if f.identity.organ == organ)


def reviewed(*forms, plan=PLAN, notes=(), prefer=None):
    """Return the import and the problems as code → cells."""
    brought, problems = review_forms(plan, SETTINGS, forms, notes, prefer)
    found: dict[Any, Any] = {}
    for each in problems:
        found.setdefault(each.code, []).append(each.cell)
    return brought, found


def with_entry(form, row, field, place, **change):
    """Return a form with one cell of one row changed."""
    rows = list(form.rows)
    entries = list(getattr(rows[row], field))
    entries[place] = replace(entries[place], **change)
    rows[row] = replace(rows[row], **{field: tuple(entries)})
    return replace(form, rows=tuple(rows))


def test_there_is_a_form_for_each_organ_with_its_activities_only():
    forms = forms_of(PLAN, SETTINGS, QUARTER, "1.0")
    assert [(f.identity.organ, f.activities) for f in forms] == [
        ("JEFATURA", (0, 1)),
        ("ESCUELA", (2,)),
    ]


def test_an_identity_reads_back_from_its_lines():
    identity = form_of("ESCUELA").identity
    assert FormIdentity.parse(identity.lines()) == identity
    assert FormIdentity.parse({"poi_xl.ficha": "1"}) is None
    assert FormIdentity.parse({**identity.lines(), "meses": "9-1"}) is None


def test_headings_and_columns_are_of_one_length():
    for period in (QUARTER, Period(2, 2), Period(4, 5)):
        columns = FormColumns(period)
        assert len(columns.headings) == columns.key + 1


def test_decimals_are_taken_where_the_plan_has_them():
    assert [takes_decimals(PLAN, i) for i in range(3)] == [False, False, True]


def test_what_a_unit_wrote_changes_the_plan_and_blanks_do_not():
    form = filled(PLAN, form_of("JEFATURA"), {0: [1.0, 0.0], 1: [None, 4.0]}, {0: ["", "Lluvia"]})
    brought, found = reviewed(form)
    changes = [(c.activity, c.month, c.before, c.after) for c in brought.figures]
    assert changes == [(0, 1, None, 1.0), (0, 2, None, 0.0), (1, 2, None, 4.0)]
    assert [(n.heading, n.after) for n in brought.notes] == [("Motivo", "Lluvia")]
    assert brought.typed[0].key == PLAN.keys[0]
    assert found == {"POI-A101": [""]}


def test_a_figure_that_the_plan_has_already_is_no_change():
    brought, found = reviewed(filled(PLAN, form_of("JEFATURA"), {1: [1.0, 1.0, 1.0]}))
    assert [c.month for c in brought.figures] == [2, 3]
    assert "POI-E114" not in found


@pytest.mark.parametrize(
    ("prefer", "code", "changes"),
    [(None, True, []), (Prefer.PLAN, False, []), (Prefer.FORM, False, [(1, 1.0, 2.0)])],
)
def test_a_figure_that_differs_is_the_users_to_decide(prefer, code, changes):
    form = filled(PLAN, form_of("JEFATURA"), {1: [2.0]})
    brought, found = reviewed(form, prefer=prefer)
    assert ("POI-E114" in found) is code
    assert [(c.month, c.before, c.after) for c in brought.figures] == changes


@pytest.mark.parametrize(
    ("prefer", "code", "after"),
    [(None, True, []), (Prefer.PLAN, False, []), (Prefer.FORM, False, ["Lluvia"])],
)
def test_a_text_that_differs_is_the_users_to_decide_and_the_rest_stays(prefer, code, after):
    there = TypedNote(PLAN.keys[0], "JEFATURA", "Dirigir", ("", "Huelga", "", "Luis", ""))
    form = filled(PLAN, form_of("JEFATURA"), notes={0: [None, "Lluvia"]})
    brought, found = reviewed(form, notes=[there], prefer=prefer)
    assert ("POI-E119" in found) is code
    assert [n.after for n in brought.notes] == after
    assert [note.values for note in brought.typed] == [("", text, "", "Luis", "") for text in after]


def test_two_forms_of_one_organ():
    one, two = (filled(PLAN, form_of("JEFATURA"), {0: [1.0]}, file=name) for name in "ab")
    _, problems = review_forms(PLAN, SETTINGS, [one, two])
    (double,) = [each for each in problems if each.code == "POI-E105"]
    assert double.sheet == "b"
    assert "«a»" in double.message


def test_a_form_of_another_year_organ_period_or_version():
    form = filled(PLAN, form_of("ESCUELA"), {2: [1.0]})
    wrong = {
        "POI-E102": ({"year": 2020}, {"organ": "GERENCIA"}),
        "POI-E103": ({"period": quarter_period(2)},),
        "POI-E101": ({"layout": FORM_VERSION + 1},),
        "POI-E104": ({"plan": "0" * 16},),
    }
    for code, changes in wrong.items():
        for change in changes:
            other = replace(form, identity=replace(form.identity, **change))
            brought, found = reviewed(other)
            assert list(found) == [code]
            assert not brought.answered
            assert not brought.figures


def test_a_form_made_before_the_plan_was_changed():
    form = filled(PLAN, form_of("ESCUELA"), {2: [1.0]})
    target = PLAN.target.copy()
    target[0] = 7
    other_organ = replace(PLAN, target=target)
    assert "POI-E104" not in reviewed(form, plan=other_organ)[1]
    target = PLAN.target.copy()
    target[2] = 7
    assert "POI-E104" in reviewed(form, plan=replace(PLAN, target=target))[1]


def test_rows_moved_in_the_plan_do_not_make_a_form_old():
    form = filled(PLAN, form_of("JEFATURA"), {0: [5.0]})
    back = plan_of(
        ("JEFATURA", "Informar", 3, [1, 1, 1], [1]),
        ("JEFATURA", "Dirigir", 6, [1, 2, 3], []),
        ("ESCUELA", "Enseñar", 4.5, [1.5, 1.5, 1.5], []),
    )
    brought, _ = reviewed(form, plan=back)
    assert [(c.activity, c.after) for c in brought.figures] == [(1, 5.0)]


def test_what_the_unit_was_given_and_changed():
    form = filled(PLAN, form_of("JEFATURA"), {0: [1.0]})
    changed = with_entry(form, 0, "planned", 1, value=9.0)
    changed = with_entry(changed, 1, "names", 0, value="Otra cosa")
    changed = with_entry(changed, 1, "planned", 0, is_formula=True)
    changed = with_entry(changed, 0, "planned", 2, value="3")
    assert sorted(reviewed(changed)[1]["POI-E106"]) == ["B11", "F11", "G10", "H10"]


def test_rows_added_removed_copied_and_sorted():
    form = filled(PLAN, form_of("JEFATURA"), {0: [1.0]})
    first, second = form.rows
    assert reviewed(replace(form, strays=("L15",)))[1]["POI-E107"] == ["L15"]
    alien = replace(second, key="otra|cosa")
    assert "POI-E107" in reviewed(replace(form, rows=(first, second, alien)))[1]
    assert "POI-E108" in reviewed(replace(form, rows=(first,)))[1]
    assert "POI-E109" in reviewed(replace(form, rows=(first, second, first)))[1]
    brought, found = reviewed(replace(form, rows=(second, first)))
    assert "POI-N101" in found
    assert [(c.activity, c.after) for c in brought.figures] == [(0, 1.0)]


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"value": "doce"}, "POI-E110"),
        ({"value": "12"}, "POI-E110"),
        ({"value": float("inf")}, "POI-E110"),
        ({"value": 1e300}, "POI-E110"),
        ({"value": 3.0, "is_formula": True}, "POI-E111"),
        ({"value": -1.0}, "POI-E112"),
        ({"value": 1.5}, "POI-E113"),
    ],
)
def test_cells_that_hold_no_amount(entry, code):
    form = with_entry(filled(PLAN, form_of("JEFATURA"), {0: [1.0]}), 0, "executed", 2, **entry)
    brought, found = reviewed(form)
    assert found[code] == ["N10"]
    assert [c.month for c in brought.figures] == [1]


def test_decimals_where_the_plan_has_them_and_formulas_in_texts():
    form = filled(PLAN, form_of("ESCUELA"), {2: [1.25]}, {2: [None, "3"]})
    form = with_entry(form, 0, "notes", 1, is_formula=True)
    brought, found = reviewed(form)
    assert [c.after for c in brought.figures] == [1.25]
    assert found["POI-E111"] == ["P10"]


def test_an_empty_form_is_no_answer_and_says_so():
    brought, found = reviewed(filled(PLAN, form_of("JEFATURA"), by=""))
    assert not brought.answered
    assert found == {"POI-A100": [""]}


def test_a_form_that_does_not_say_who_filled_it_in():
    _, found = reviewed(filled(PLAN, form_of("ESCUELA"), {2: [1.0, 1.0, 1.0]}, by=""))
    assert found == {"POI-A102": [""]}


def test_a_plan_executed_further_since_the_form_was_made():
    form = filled(PLAN, form_of("ESCUELA"), {2: [1.0, 1.0, 1.0]})
    executed = PLAN.executed.copy()
    executed[2, 0] = 1.0
    assert "POI-N100" in reviewed(form, plan=replace(PLAN, executed=executed))[1]


def test_all_faults_of_all_forms_are_told_at_once():
    jefatura = with_entry(
        filled(PLAN, form_of("JEFATURA"), {0: [-1.0]}), 1, "executed", 1, value="x"
    )
    escuela = filled(PLAN, form_of("ESCUELA"), {2: [NAN]}, file="otra.xlsx")
    assert {"POI-E110", "POI-E112"} <= set(reviewed(jefatura, escuela)[1])


@given(plans, st.data())
def test_answers_to_a_random_plan_are_imported_as_they_are(plan, data):
    plan = replace(plan, executed=np.full_like(plan.executed, NAN))
    wanted = plan.executed.copy()
    forms = []
    for number_, form in enumerate(forms_of(plan, SETTINGS, QUARTER, "1.0")):
        answers = {}
        for i in form.activities:
            scale = 8 if takes_decimals(plan, i) else 1
            whole = st.integers(0, 999 * scale)
            drawn = st.one_of(st.none(), whole.map(partial(operator.mul, 1 / scale)))
            answers[i] = data.draw(st.lists(drawn, min_size=3, max_size=3))
            wanted[i, :3] = [NAN if a is None else a for a in answers[i]]
        forms.append(filled(plan, form, answers, file=f"{number_}.xlsx"))
    brought, problems = review_forms(plan, SETTINGS, data.draw(st.permutations(forms)))
    assert not [each for each in problems if each.code.startswith("POI-E")]
    got = plan.executed.copy()
    for change in brought.figures:
        got[change.activity, change.month - 1] = change.after
    np.testing.assert_array_equal(got, wanted)


def log_row(organ, day, period="I TRIM", imported="2021-04-20 09:30"):
    return LogRow(imported, organ, period, "Ana", day, "a.xlsx", 1, "", organ + day)


def test_organs_that_have_answered_that_have_not_and_that_were_late():
    rows = [
        log_row("jefatura", "2021-04-03"),
        log_row("JEFATURA", "2021-04-19"),
        log_row("ESCUELA", ""),
        log_row("ESCUELA", "2021-01-02", "IV TRIM"),
    ]
    stands = standing(PLAN, rows, QUARTER, dt.date(2021, 4, 10))
    assert stands.answered == ("JEFATURA", "ESCUELA")
    assert stands.late == ("ESCUELA",)
    assert standing(PLAN, rows, quarter_period(2), None).pending == ("JEFATURA", "ESCUELA")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("AUX", "_AUX.xlsx"),
        ("com1.datos", "_com1.datos.xlsx"),
        ('A/B\\C:D*E?F"G<H>I|J', "A B C D E F G H I J.xlsx"),
        ("  punto final. . ", "punto final.xlsx"),
        ("", "sin nombre.xlsx"),
        ("\x00\n\t", "sin nombre.xlsx"),
        ("Ñandú 100 %", "Ñandú 100 %.xlsx"),
        ("x" * 300, "x" * 100 + ".xlsx"),
    ],
)
def test_names_that_windows_takes(text, name):
    assert file_name(text, ".xlsx") == name


@given(st.lists(st.text(max_size=130), max_size=6))
def test_names_are_always_good_and_never_the_same(texts):
    names: list[str] = []
    for text in texts:
        names.append(file_name(text, ".xlsx", names))
    assert len({name.lower() for name in names}) == len(texts)
    for name in names:
        assert not set(name) & set('<>:"/\\|?*')
        assert name.isprintable()
        assert len(name) < 120
        assert name.removesuffix(".xlsx").strip(" .") == name.removesuffix(".xlsx")
