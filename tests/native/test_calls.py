import pytest
from hypothesis import given
from hypothesis import strategies as st

from poi_xl.native.calls import Call, FormulaError, has_calls, parse, split_reference, write


def calls(formula):
    return [part for part in parse(formula) if isinstance(part, Call)]


def written(formula):
    """The formula with every call shown in brackets."""

    def shown(call):
        return f"[{call.name}|{'|'.join(write(each.parts, shown) for each in call.arguments)}]"

    return write(parse(formula), shown)


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        ("POI_META()", "[POI_META|]"),
        ("=1+poi_meta(A1)*2", "1+[POI_META|A1]*2"),
        ("POI_AVANCE(A5,1)", "[POI_AVANCE|A5|1]"),
        ('POI_AVANCE( A5 , ,"x" )', '[POI_AVANCE|A5||"x"]'),
        ('POI_CALIFICAR(POI_AVANCE(A5),"A")', '[POI_CALIFICAR|[POI_AVANCE|A5]|"A"]'),
        ("POI_META(IF(A1,B1,C1),MAX(1,2))", "[POI_META|IF(A1,B1,C1)|MAX(1,2)]"),
        ("SUM(POI_META(A1),POI_META(A2))", "SUM([POI_META|A1],[POI_META|A2])"),
        ("POI_META('Por órgano, 2'!A1)", "[POI_META|'Por órgano, 2'!A1]"),
        ('POI_META("a ""b"", c")', '[POI_META|"a ""b"", c"]'),
        ("POI_META((A1,B1))", "[POI_META|(A1,B1)]"),
        ("POI_META({1,2})", "[POI_META|{1,2}]"),
        ("POI_CALIFICAR(-50%)", "[POI_CALIFICAR|-50%]"),
        ("_xlfn.POI_META(1)", "[POI_META|1]"),
        ("@POI_META(1)", "[POI_META|1]"),
        ("IF(@POI_META(1)>0,1)", "IF([POI_META|1]>0,1)"),
        ('"POI_META("&A1&")"', '"POI_META("&A1&")"'),
        ("MI_POI_META(1)", "MI_POI_META(1)"),
        ("POI_DATOS", "POI_DATOS"),
    ],
)
def test_calls_and_what_stands_around_them(formula, found):
    assert written(formula) == found


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        ("POI_META(1", "cierre"),
        ("POI_META(1))", "paréntesis"),
        ("POI_NADA(1)", "no hay una función POI_NADA"),
        ("POI_PERIODO(1,2)", "recibe 1 argumentos, no 2"),
    ],
)
def test_what_is_no_formula_of_ours(formula, why):
    with pytest.raises(FormulaError, match=why):
        parse(formula)


@pytest.mark.parametrize(
    ("argument", "value"),
    [("1", 1.0), ("-2.5", -2.5), ('"a""b"', 'a"b'), ("TRUE", True), ("", None), ("A1", None)],
)
def test_literals(argument, value):
    call = calls(f"POI_META({argument},1)")[0]
    assert call.arguments[0].literal == value


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20))
def test_any_text_between_quotes_is_one_literal(text):
    doubled = text.replace('"', '""')
    found = calls(f'1+POI_META("{doubled}",B1)')[0]
    assert found.arguments[0].literal == text
    assert found.arguments[1].reference == "B1"


def test_references_get_their_sheet_where_they_lack_it():
    def native(call):
        return write(call.arguments[0].parts, native, "Por órgano")

    text = "POI_META(IF(A1>0,$B$2:C3,Otra!D4)&A:A&nombre)"
    wanted = "IF('Por órgano'!A1>0,'Por órgano'!$B$2:C3,Otra!D4)&'Por órgano'!A:A&nombre"
    assert native(calls(text)[0]) == wanted


def test_references_elsewhere_are_none_of_ours():
    assert split_reference("[1]POI!A1", "X") is None
    assert split_reference("Enero:Marzo!A1", "X") is None
    assert split_reference("nombre", "X") is None


def test_has_calls_reads_formulas_not_texts():
    assert has_calls("=IF(A1,POI_AVANCE(),0)")
    assert not has_calls('="POI_AVANCE()"')
