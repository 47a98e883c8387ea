import pytest
from hypothesis import given
from hypothesis import strategies as st

from poi_xl.native import FormulaError, english, spanish
from tests.native.small import translator


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("SUM(1.5,2)", "SUMA(1.5;2)"),
        ("=IFERROR(A1,#N/A)", "=SI.ERROR(A1;#N/D)"),
        ("IF(TRUE,#VALUE!,FALSE)", "SI(VERDADERO;#¡VALOR!;FALSO)"),
        ('"SUM(1,2)"&A1', '"SUM(1,2)"&A1'),
        ("SUM({1,2;3,4},5)", "SUMA({1\\2;3\\4};5)"),
        ("'a, b; c'!A1", "'a, b; c'!A1"),
        ("SUM((A1,B1))", "SUMA((A1;B1))"),
        ("MIA(1,2)", "MIA(1;2)"),
        ("tabla[[#All],[a]]", "tabla[[#All],[a]]"),
        ('"dice ""sí; no"""', '"dice ""sí; no"""'),
    ],
)
def test_both_ways(formula, shown):
    assert spanish(formula) == shown
    assert english(shown) == formula


@given(
    st.lists(
        st.sampled_from(["1.5", "A1", '"a;b"', "TRUE", "#N/A", "SUM(A1,B2)", "NA()", "'x;y'!A1"]),
        min_size=1,
        max_size=4,
    )
)
def test_any_formula_comes_back(parts):
    formula = f"IF({','.join(parts)})"
    assert english(spanish(formula)) == formula


def test_either_spelling_is_understood():
    wanted = 'IF(POI_AVANCE(A5,"ENE")>1,"x",1)'
    for text in (wanted, 'SI(POI_AVANCE(A5;"ENE")>1;"x";1)', 'IF(POI_AVANCE(A5;"ENE")>1;"x";1)'):
        assert english(text) == wanted


def test_what_is_no_formula_is_told():
    with pytest.raises(FormulaError):
        english('SI("a')


def test_formulas_to_paste_have_no_array_constants():
    for call in ('POI_AVANCE("escuela sat",2)', "POI_META(A1)", 'POI_BRECHA(,"ENE-ABR")'):
        assert "{" not in translator(in_place=True).formula(call, "Hoja", "A1")
