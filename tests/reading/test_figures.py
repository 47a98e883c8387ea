"""Numbers kept as text."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poi_xl.reading.figures import Style, decimal_style, reading, split, understand


def read(text):
    return reading(text)


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("12", 12, 12),
        ("-3", -3, -3),
        ("1 234", 1234, 1234),
        ("1'234,567.50", 1234567.5, None),
        ("1,234", 1234, 1.234),
        ("0,500", None, 0.5),
        ("12,34", None, 12.34),
        ("1,234,567", 1234567, None),
        (".5", 0.5, None),
        ("'7", 7, 7),
    ],
)
def test_what_a_text_can_mean(text, point, comma):
    found = read(text)
    assert (found.point, found.comma) == (point, comma)


@pytest.mark.parametrize(
    "text", ["", "abc", "12 34", "1,2,3", "1.2.3", "50 %", "S/ 5", "nan", "1e5", "(5)", "٣"]
)
def test_what_is_no_number(text):
    assert reading(text) is None


@given(st.floats(0, 1e9).map(lambda x: round(x, 2)))
def test_both_ways_of_writing_give_the_number_back(amount):
    point = f"{amount:,.2f}"
    comma = point.translate(str.maketrans(",.", ".,"))
    assert read(point).point == amount
    assert read(comma).comma == amount


def test_perus_way_unless_the_texts_say_otherwise():
    assert decimal_style([]) is Style.POINT
    assert decimal_style([read("1,234")]) is Style.POINT
    assert decimal_style([read("3,5")]) is Style.COMMA
    assert decimal_style([read("3,5"), read("3.5")]) is Style.UNKNOWN


@given(st.lists(st.one_of(st.floats(), st.just(""), st.booleans(), st.text())))
def test_the_quick_ways_give_what_the_careful_one_gives(cells):
    """A boolean is no number, although Python takes it for one; nor is any text by itself."""
    values = split(cells).values
    expected = [x if type(x) is float and math.isfinite(x) else math.nan for x in cells]
    np.testing.assert_array_equal(values, np.array(expected, dtype=float))


@given(st.lists(st.one_of(st.sampled_from([1.0, "", math.inf, math.nan, True, "x"]))))
def test_only_a_blank_goes_unsaid(cells):
    (figures,) = understand([split(cells)])
    said = set(figures.no_number) | set(figures.errors)
    expected = {i for i, x in enumerate(cells) if x != "" and not (type(x) is float and x == 1.0)}
    assert said == expected


def test_one_decimal_sign_for_all_columns():
    first, second = understand([split(["3,5"]), split(["1.234"])])
    assert (first.values.tolist(), second.values.tolist()) == ([3.5], [1234])
