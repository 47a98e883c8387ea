"""What is translated to what, what is refused, and what becomes of a plan that changes."""

import contextlib
import re
from dataclasses import replace

import pytest

from poi_xl.core.hierarchy import Dependence, hierarchy_of
from poi_xl.core.problems import Refusal, problem
from poi_xl.core.settings import Settings
from poi_xl.functions import FUNCTIONS, CellError, Context, Result
from poi_xl.native.builders import BUILDERS
from poi_xl.native.naming import NeedsKeys
from poi_xl.native.translate import LONGEST
from tests.native.small import context, plan, translator

VOLATILE = re.compile(r"\b(OFFSET|INDIRECT|NOW|TODAY|RAND|LET|LAMBDA|FILTER|XLOOKUP|TEXTJOIN)\(")


def refused(text, *, cell="A1", sheet="Hoja", **how):
    with pytest.raises(Refusal) as found:
        translator(**how).formula(text, sheet, cell)
    return str(found.value)


def test_every_function_with_one_value_has_a_builder():
    assert set(BUILDERS) == {each.name for each in FUNCTIONS if each.result is Result.SCALAR}


def test_one_formula_to_read():
    native = translator(in_place=True).formula('POI_META("escuela sat")', "Hoja", "A1")
    assert native == (
        'ROUND(SUMPRODUCT(((POI!$A$5:$A$7="ESCUELA SAT")+(POI!$A$5:$A$7="Escuela Sat")>0)*1,'
        "POI!$C$5:$C$7)*1000000,0)/1000000"
    )


def test_an_organ_above_others_is_all_of_their_names():
    hierarchy, _ = hierarchy_of([Dependence("Escuela Sat", "Alta dirección")])
    made = translator(context(hierarchy=hierarchy), in_place=True)
    escuela = made.formula('POI_META("escuela sat")', "Hoja", "A1")
    assert made.formula('POI_META("ALTA DIRECCION")', "Hoja", "A1") == escuela
    with pytest.raises(NeedsKeys):
        made.formula("POI_META(B5)", "Hoja", "A1")


def test_a_name_in_the_plan_or_above_it_is_never_a_formula_of_the_hidden_sheet():
    hierarchy, _ = hierarchy_of([Dependence("Escuela Sat", "=1+1")])
    made = translator(context(hierarchy=hierarchy), texts={(6, 1): ""})
    made.formula("POI_META(B5)", "Hoja", "A1")
    assert '="=1+1"' in made.keys.shown().values()
    renamed = replace(plan(), organ=("A", "=2+2", "C"))
    other = translator(Context(renamed, Settings(quarter=1)), texts={(6, 1): ""})
    other.formula("POI_META(B5)", "Hoja", "A1")
    assert '="=2+2"' in other.keys.shown().values()


def test_without_filters_it_is_a_sum():
    native = translator(in_place=True).formula('=POI_EJECUTADO(,"FEB")', "Hoja", "A1")
    assert native == "=ROUND(SUM(POI!$Q$5:$Q$7)*1000000,0)/1000000"


def test_what_stands_around_a_call_stays():
    made = translator(in_place=True)
    assert made.formula("IF(A1>1,POI_META(),2)", "Hoja", "A1").startswith("IF(A1>1,(ROUND(")
    assert made.formula('"POI_META()"', "Hoja", "A1") == '"POI_META()"'


def test_calls_within_calls():
    native = translator().formula("POI_CALIFICAR(POI_AVANCE(A5))", "Hoja", "A1")
    assert "POI_C" not in native.replace("POI_claves", "")


@pytest.mark.parametrize("name", BUILDERS)
def test_old_programs_understand_every_formula(name):
    arguments = {
        "POI_INFO": "", "POI_PERIODO": "A5", "POI_CALIFICAR": "A5,B5", "POI_META": "A5,B5,C5",
    }.get(name, "A5,B5,C5,D5")  # fmt: skip
    made = translator()
    native = made.formula(f"{name}({arguments})", "Hoja", "A1")
    for text in (native, *(str(each) for each in made.keys.cells.values())):
        assert not VOLATILE.search(text)
        assert not re.search(r"POI_(?!claves)[A-Z]", text)
        assert len(text) <= LONGEST


@pytest.mark.parametrize(
    "call", ['POI_META("nadie")', 'POI_AVANCE(,"T9")', "POI_META(TRUE)", 'POI_CALIFICAR(1,"Z")']
)
def test_literals_that_name_nothing_are_errors(call):
    assert translator().formula(call, "Hoja", "A1") == 'VALUE("?")'


def test_error_literals_pass_on():
    assert translator().formula("POI_META(#N/A)", "Hoja", "A1") == "NA()"
    assert translator().formula("POI_META(#REF!)", "Hoja", "A1") == "#REF!"


def test_equal_arguments_share_their_cells():
    made = translator()
    made.formula("POI_META(A5)", "Hoja", "A1")
    count = len(made.keys.cells)
    made.formula("POI_META(A5)", "Hoja", "A2")
    assert len(made.keys.cells) == count


def test_a_block_has_the_rows_of_the_answer():
    rows = translator().block('POI_RESUMEN("organo",1)', "Hoja", "A1")
    assert [row[0] for row in rows] == ["Órgano", "ESCUELA SAT", "JEFATURA"]
    assert all(str(cell).startswith("=") for row in rows[1:] for cell in row[1:])
    assert len(translator().block('POI_SERIE("jefatura")', "Hoja", "A1")[0]) == 12


def test_ranges_become_a_formula_for_each_cell():
    rows = translator().block("POI_META(A5:A7)", "Hoja", "A1")
    assert [len(row) for row in rows] == [1, 1, 1]


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        ("POI_META(A5:A9)", "no es una sola celda"),
        ("POI_META(A5,,,nombre)", "«tabla» no es un rango"),
        ("POI_META(", "cierre"),
        ("SUM(POI_OBSERVACIONES())", "cuenta lo que encontró"),
        ("POI_META(t[[#This Row],[a]])", "no es una sola celda"),
    ],
)
def test_what_has_no_native_formula_is_told_with_its_place(formula, why):
    text = refused(formula, cell="C9")
    assert text.startswith("POI-E67 Hoja!C9: ")
    assert why in text


def test_letters_that_a_formula_would_not_fold_are_told():
    assert "letras que una fórmula nativa no reconoce" in refused(
        "POI_META(A5)", values={"A5": "ESCUELA ŞAT"}
    )


def test_a_formula_among_the_figures_would_sum_itself():
    assert "se sumaría a sí misma" in refused('POI_META("jefatura")', sheet="POI", cell="D6")
    assert translator().formula('POI_META("jefatura")', "POI", "D8")
    assert translator().formula('POI_META("jefatura")', "POI", "AF6")


@pytest.mark.parametrize(
    ("problems", "texts"),
    [
        ([problem("POI-E24", "POI", "D5", value="#REF!")], {}),
        ([problem("POI-A20", "POI", "D5", count=1, column="D")], {}),
        ([], {(6, 4): CellError.REF}),
    ],
)
def test_cells_that_are_not_the_plan_s_figures_are_told(problems, texts):
    found = context(tuple(problems), rows=(5, 7, 8) if texts else (5, 6, 7))
    assert refused("POI_META()", found=found, texts=texts).startswith("POI-E66 POI!D")


def test_a_subtotal_with_the_same_name_is_not_summed_twice():
    texts = {(6, 1): "ESCUELA SAT", (7, 1): "JEFATURA", (8, 1): "Escuela Sat"}
    made = translator(context(rows=(5, 7, 8)), texts=texts, in_place=True)
    with pytest.raises(NeedsKeys):
        made.formula('POI_META("escuela sat")', "Hoja", "A1")


def test_a_table_is_a_plan_of_its_own():
    made = translator(tables=lambda sheet, ref: context() if ref == "A4:AA7" else None)
    native = made.formula("POI_META(,,,POI!A4:AA7)", "Hoja", "A1")
    cell = native.removeprefix("POI_claves!").removesuffix("/1000000").replace("$", "")
    assert "POI!$C$5:$C$7" in str(made.keys.shown()[cell])
    with pytest.raises(Refusal, match="no hay un plan"):
        made.formula("POI_META(,,,POI!A9:B9)", "Hoja", "A1")


def deepest(formula):
    """How many brackets are open at once, those of texts left out."""
    depth = most = 0
    for sign in re.sub(r'"[^"]*"', "", formula):
        depth += (sign == "(") - (sign == ")")
        most = max(most, depth)
    return most


@pytest.mark.parametrize("in_place", [False, True])
def test_no_formula_nests_deeper_than_excel_takes(in_place):
    made = translator(texts={(5, 2): "Capacitar"}, in_place=in_place)
    for name in ("POI_AVANCE", "POI_SEMAFORO", "POI_AVANCE_META"):
        with contextlib.suppress(NeedsKeys):
            native = made.formula(f"{name}(A5,1,B5,C5)", "Hoja", "A1")
            texts = [native, *(str(each) for each in made.keys.cells.values())]
            assert max(map(deepest, texts)) <= 64
