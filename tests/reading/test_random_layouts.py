"""Whatever the layout, every figure comes back, or a problem tells of that very cell."""

import math

import numpy as np
from hypothesis import given, settings

from poi_xl.core.checks import totals_against_columns
from poi_xl.core.text import a1
from poi_xl.reading.plan import read_plan
from tests.reading.layouts import BAD, Layout, Sample, figure, lay_out, layouts, samples

FIGURE_PROBLEMS = {"POI-E22", "POI-E24", "POI-E27"}


def read(sample, layout):
    drawn = lay_out(sample, layout)
    plan, problems = read_plan(drawn.rows, drawn.merged, "POI")
    assert plan is not None, problems
    return drawn, plan, problems


def got(plan, index, column):
    kind, number = column
    if kind == "target":
        return plan.target[index]
    if kind in ("planned", "executed"):
        return getattr(plan, kind)[index, number - 1]
    return plan.stated.quarters[column][index]


def tidy(text):
    return " ".join(text.split())


@settings(max_examples=120)
@given(samples(), layouts())
def test_every_figure_comes_back_or_its_cell_is_told(sample: Sample, layout: Layout):
    drawn, plan, problems = read(sample, layout)
    told = {p.cell for p in problems if p.code in FIGURE_PROBLEMS}
    unset = sum(p.code == "POI-E25" for p in problems)
    assert len(plan) == len(sample.activities)
    for (index, column), (row, place) in drawn.places.items():
        if column[0] in ("planned", "executed", "target") or column[0].startswith("quarter"):
            expected = figure(sample.activities[index], column, sample)
            value, cell = got(plan, index, column), a1(row + 1, place + 1)
            if expected.says == BAD:
                assert math.isnan(value)
                assert cell in told or unset
            elif cell not in told:
                np.testing.assert_equal(value, expected.says)
            else:
                assert isinstance(expected.cell, str), "only a text can be unclear"


@settings(max_examples=80)
@given(samples(wild=False), layouts())
def test_clean_sheets_come_back_whole_without_any_problem(sample: Sample, layout: Layout):
    _, plan, problems = read(sample, layout)
    given_ = sample.activities
    organless = layout.organ == "absent"
    assert plan.organ == tuple("" if organless else tidy(a.organ) for a in given_)
    assert plan.activity == tuple(tidy(a.name) for a in given_)
    assert plan.budget_activity == tuple(tidy(a.budget) if layout.budget else "" for a in given_)
    assert plan.measure_unit == tuple(a.unit if layout.unit else "" for a in given_)
    assert plan.code == (tuple(a.code for a in given_) if layout.code else ())
    assert plan.executed_months == frozenset(sample.executed_months)
    assert {q for _, q in plan.stated.quarters} == set(sample.quarters)
    assert [p.code for p in problems] == (["POI-A22"] if organless else [])


@settings(max_examples=40)
@given(samples(wild=False), layouts())
def test_the_total_row_is_read_and_agrees(sample: Sample, layout: Layout):
    drawn, plan, _ = read(sample, layout)
    rows = {row for row, _ in plan.stated.totals.values()}
    assert rows == ({drawn.total_row + 1} if drawn.total_row is not None else set())
    assert list(totals_against_columns(plan, 1)) == []


@given(samples(wild=False), layouts())
def test_year_and_quarter_come_from_the_title(sample: Sample, layout: Layout):
    _, plan, _ = read(sample, layout)
    assert (plan.year, plan.title_quarter) == ((2021, 1) if layout.titles else (None, None))


@settings(max_examples=40)
@given(samples(), layouts())
def test_problems_name_cells_that_exist(sample: Sample, layout: Layout):
    drawn, _, problems = read(sample, layout)
    cells = {a1(r + 1, c + 1) for r, row in enumerate(drawn.rows) for c in range(len(row))}
    assert all(p.sheet == "POI" and p.cell in cells for p in problems)
