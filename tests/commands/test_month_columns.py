"""Which columns a plan's sheet lacks for a quarter's executed months, and where they belong."""

from dataclasses import replace

import pytest

from poi_xl.commands.month_columns import MonthColumn, is_only_lacking, month_columns
from poi_xl.core.plan import Layout
from poi_xl.core.problems import problem
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


@pytest.mark.parametrize(
    ("codes", "is_it"),
    [(["POI-E122"], True), (["POI-E122", "POI-E120"], True), (["POI-E120"], False), ([], False)],
)
def test_only_lacking_columns_are_mended(codes, is_it):
    found = [problem(code, months="ABR", count=1, period="I TRIM") for code in codes]
    assert is_only_lacking(found) == is_it


def test_another_hindrance_is_not_mended():
    found = [problem("POI-E122", months="ABR"), problem("POI-E123", period="II TRIM")]
    assert not is_only_lacking(found)


@pytest.mark.parametrize(
    ("text", "month", "after"),
    [("MAR", 4, "ABR"), ("Marzo", 4, "Abril"), (" ago.", 9, " sep."), ("SEPT", 10, "OCT"),
     ("mayo", 6, "junio"), ("MAY", 6, "JUN")],
)  # fmt: skip
def test_a_month_is_named_as_its_neighbour(text, month, after):
    assert renamed_month(text, month) == after
