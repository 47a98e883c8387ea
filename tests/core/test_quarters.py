"""How a quarter is named in titles, what stands in the way of opening one, what is kept."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poi_xl.core.indicators import GroupMethod
from poi_xl.core.period import Period, quarter_number, quarter_period
from poi_xl.core.quarters import (
    closed_before,
    closing_of,
    closings,
    corrections,
    opening_problems,
    renamed_quarter,
    unreported,
)
from poi_xl.core.settings import Settings
from poi_xl.core.summaries import build_report
from poi_xl.core.trafficlight import PRESETS
from tests.core.plans import NAN, plan_of, plans

DAY = dt.date(2021, 4, 20)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("PLAN OPERATIVO INSTITUCIONAL 2021 - I° TRIMESTRE", "II° TRIMESTRE"),
        ("PLAN OPERATIVO INSTITUCIONAL 2021 - 1º TRIMESTRE", "2º TRIMESTRE"),
        ("POI 2021 · I TRIM.", "II TRIM."),
        ("Avance al 1er. trimestre", "2do. trimestre"),
        ("Avance al 1er trimestre", "2do trimestre"),
        ("PRIMER TRIMESTRE", "SEGUNDO TRIMESTRE"),
        ("Primer trimestre de 2021", "Segundo trimestre de 2021"),
        ("&L&8POI 2021 · I TRIMESTRE · SAT", " II TRIMESTRE · SAT"),
        ("I-TRIM", "II-TRIM"),
    ],
)
def test_titles_name_the_next_quarter_in_their_own_spelling(before, after):
    assert renamed_quarter(before, 1, 2).endswith(after)


@pytest.mark.parametrize(
    "text", ["III TRIM", "2021", "I SEMESTRE", "META", "XI TRIM", "ÁREA I", "11 TRIM"]
)
def test_other_texts_stay(text):
    assert renamed_quarter(text, 1, 2) == text


@given(
    st.integers(1, 4),
    st.integers(1, 4),
    st.sampled_from(["{}° TRIMESTRE", "POI - {} TRIM", "{}º trimestre", "{}-Trim."]),
)
def test_there_and_back_is_the_same_text(old, new, shape):
    text = shape.format(("I", "II", "III", "IV")[old - 1])
    there = renamed_quarter(text, old, new)
    assert quarter_number(there) == new
    assert renamed_quarter(there, new, old) == text


def test_no_quarter_is_skipped_but_one_may_go_back():
    plan = plan_of(("A", "X", 3, [1, 1, 1], [1]))
    codes = {
        (now, wanted): [each.code for each in opening_problems(plan, Settings(), now, wanted)]
        for now in (1, 2, 4)
        for wanted in (1, 2, 3)
    }
    assert codes[1, 3] == ["POI-E121"]
    assert codes[1, 2] == codes[2, 1] == codes[4, 1] == []


def test_activities_never_reported_are_counted():
    plan = plan_of(
        ("A", "X", 3, [1, 1, 1], [NAN, 1]),
        ("A", "Y", 3, [1, 1, 1], []),
        ("A", "Z", 3, [0, 0, 0, 1], []),
    )
    assert unreported(plan, Settings(), 1) == 1
    (found,) = opening_problems(plan, Settings(), 1, 2)
    assert (found.code, "sin reporte: 1." in found.message) == ("POI-E120", True)


@given(plans, st.integers(1, 3))
def test_a_closing_reads_back_from_its_row_and_agrees_with_the_plan(plan, quarter):
    kept = closings(plan, Settings(), quarter, DAY, [4, 5])
    found = [closing_of([str(value) for value in each.cells]) for each in kept]
    read = [each for each in found if each is not None]
    assert len(read) == len(kept)
    assert repr(read) == repr(kept)  # NaN is not equal to itself
    assert corrections(plan, read, quarter + 1, "Cierres", GroupMethod.SUMS) == []


def test_the_quarter_before_is_shown_as_it_was_closed_whatever_became_of_it_since():
    plan = plan_of(("A", "X", 3, [1, 1, 1], [1, 1, 0]), ("B", "Y", 3, [1, 1, 1], [1, 1, 1]))
    kept = closings(plan, Settings(), 1, DAY, ())
    found = closed_before(kept, quarter_period(2), PRESETS["A"])
    assert found is not None
    today = report_of(plan).previous
    assert today is not None
    assert replace(found, closed=False) == today
    corrected = replace(plan, executed=np.ones((2, 12)))
    assert report_of(corrected).previous.executed == 6
    assert found.executed == 5
    assert closed_before(kept, quarter_period(3), PRESETS["A"]) is None
    assert closed_before(kept, Period(4, 4), PRESETS["A"]) is None
    assert closed_before(kept, quarter_period(1), PRESETS["A"]) is None


def test_a_flag_of_another_traffic_light_keeps_its_word():
    plan = plan_of(("A", "X", 3, [1, 1, 1], [1, 1, 0]))
    kept = closings(plan, Settings(preset=PRESETS["D"]), 1, DAY, ())
    found = closed_before(kept, quarter_period(2), PRESETS["A"])
    assert found is not None
    assert (found.flag.word, found.flag.shape) == ("Amarillo", "")


def report_of(plan):
    return build_report(
        plan, Settings(), problems=(), today=DAY, version="1", period=quarter_period(2)
    )


def test_a_correction_after_closing_is_told_with_its_organ():
    plan = plan_of(("A", "X", 3, [1, 1, 1], [1, 1, 1]), ("B", "Y", 3, [1, 1, 1], [1, 1, 1]))
    kept = closings(plan, Settings(), 1, DAY, ())
    executed = plan.executed.copy()
    executed[1, 0] = 5
    changed = replace(plan, executed=executed)
    (found,) = corrections(changed, kept, 2, "Cierres", GroupMethod.SUMS)
    assert found.message == (
        "al cerrar I TRIM (2021-04-20) lo ejecutado era 6 de 6, y ahora es 10 de 6. Cambió en: B."
    )
    assert corrections(changed, kept, 1, "Cierres", GroupMethod.SUMS) == []  # it is open again
