import pytest
from hypothesis import given
from hypothesis import strategies as st

from poi_xl.core.period import (
    Period,
    month_number,
    parse_period,
    quarter_number,
    quarter_period,
    spelling,
    spellings,
)
from poi_xl.core.problems import Refusal


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("ENE", 1, 1), ("set", 9, 9), ("Sep.", 9, 9), ("Setiembre", 9, 9), ("septiembre", 9, 9),
        ("1", 1, 3), ("T1", 1, 3), ("t 4", 10, 12), (2.0, 4, 6), (3, 7, 9),
        ("I TRIM", 1, 3), ("I° TRIMESTRE", 1, 3), ("1º TRIMESTRE", 1, 3), ("1° trim.", 1, 3),
        ("iv trimestre", 10, 12), ("2do trimestre", 4, 6), ("Primer Trimestre", 1, 3),
        ("S1", 1, 6), ("s 2", 7, 12), ("I SEM", 1, 6), ("2º semestre", 7, 12),
        ("ENE-MAR", 1, 3), ("feb - may", 2, 5), ("FEB a MAY", 2, 5), ("de ene a dic", 1, 12),
        ("A MAR", 1, 3), ("al mes", None, None), ("hasta JUN", 1, 6), ("ACUM A ABR", 1, 4),
        ("ACUM", 1, 6), ("ANUAL", 1, 12), ("año", 1, 12), ("", 4, 6), (None, 4, 6),
    ],
)  # fmt: skip
def test_what_people_write(text, first, last):
    if first is None:
        with pytest.raises(Refusal, match="POI-E33"):
            parse_period(text, 2)
    else:
        assert parse_period(text, current_quarter=2) == Period(first, last)


@pytest.mark.parametrize(
    "text", ["5", "0", "T5", "S3", "V TRIM", "ENERO-", "MAR-ENE", "xyz", "1.5", "III SEM"]
)
def test_what_names_no_period(text):
    with pytest.raises(Refusal, match="POI-E33"):
        parse_period(text)


@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 4))
def test_every_label_reads_back(one, other, quarter):
    period = Period(min(one, other), max(one, other))
    assert parse_period(period.label, quarter) == period
    assert parse_period(period.title, quarter) == period


def test_a_period_before():
    assert quarter_period(2).previous == quarter_period(1)
    assert quarter_period(1).previous is None
    assert Period(3, 3).previous == Period(2, 2)
    assert Period(1, 12).previous is None


def test_titles_of_the_institution():
    for sign in ("I°", "1º", "1°", "I"):
        assert quarter_number(f"PLAN OPERATIVO INSTITUCIONAL 2021 - {sign} TRIMESTRE") == 1
    assert quarter_number("PLAN OPERATIVO INSTITUCIONAL 2021") is None
    assert quarter_number("TRIMESTRAL") is None


def test_headings_that_are_no_month():
    for text in ("PROG", "EJEC", "META", "TOTAL", "MARCA", ""):
        assert month_number(text) is None


@pytest.mark.parametrize(
    "text", ["-1", "0", "5", "1.5", "e", "t5", "s3", "dic-ene", "a", "trim", "12"]
)
def test_nonsense_is_no_period(text):
    with pytest.raises(Refusal):
        parse_period(text)


@pytest.mark.parametrize("number", [-1.0, 0.0, 0.1, 1.5, 2.5, 5.0, 12.0])
def test_only_the_numbers_of_quarters_are_periods(number):
    with pytest.raises(Refusal):
        parse_period(number)


def test_no_spelling_needs_anything_that_a_formula_cannot_do():
    assert all(spelling(text) == text for text in spellings())
