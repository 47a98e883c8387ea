"""The registry: what it declares is what Excel takes, and its examples are true."""

import json
import keyword
import re

import pytest

from poi_xl.core.settings import Settings
from poi_xl.functions import (
    BY_NAME,
    FUNCTIONS,
    HELP_LETTERS,
    Context,
    Failure,
    Kind,
    Result,
    answer,
)
from poi_xl.functions.manual import page, section
from tests.core.plans import plan_of
from tests.functions.shipped import codes, compute, shipped, spanish

NAMES = {
    "POI_META", "POI_PROGRAMADO", "POI_EJECUTADO", "POI_BRECHA", "POI_AVANCE", "POI_AVANCE_META",
    "POI_SEMAFORO", "POI_CALIFICAR", "POI_RESUMEN", "POI_SERIE", "POI_ALERTAS",
    "POI_OBSERVACIONES", "POI_PERIODO", "POI_INFO",
    "POI_FIN_PROGRAMADO", "POI_FIN_EJECUTADO", "POI_FIN_AVANCE",
}  # fmt: skip


def test_the_functions_are_these():
    assert set(BY_NAME) == NAMES
    assert len(FUNCTIONS) == len(NAMES)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda each: each.name)
def test_excel_takes_what_is_declared(function):
    texts = [function.help, *(each.help for each in function.arguments)]
    assert all(texts)
    assert max(map(len, texts)) <= HELP_LETTERS
    names = [each.name for each in function.arguments]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[a-z]+", name) and not keyword.iskeyword(name) for name in names)
    required = [each.required for each in function.arguments]
    assert required == sorted(required, reverse=True)  # VBA takes no required one after optional
    # A name that is also a cell's address (POI1) could not be called.
    assert not re.fullmatch(r"[A-Z]{1,3}\d+", function.name)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda each: each.name)
def test_the_example_is_true(function):
    answer = function.example.answer
    expected = [list(row) for row in answer] if isinstance(answer, tuple) else answer
    assert spanish(function.example.formula)[0] == function.name
    found = compute(shipped(), function.example.formula)
    assert (found.error.text if isinstance(found, Failure) else found) == expected
    assert isinstance(expected, list) is (function.result is Result.MATRIX)


def test_tables_stand_last_and_once():
    for function in FUNCTIONS:
        kinds = [each.kind for each in function.arguments]
        assert kinds.count(Kind.TABLE) == int(function.takes_table)
        assert not function.takes_table or kinds[-1] is Kind.TABLE
        assert function.inputs == tuple(a for a in function.arguments if a.kind != Kind.TABLE)


def test_a_signature_shows_what_may_be_left_out():
    assert BY_NAME["POI_CALIFICAR"].signature == "POI_CALIFICAR(avance; [preset])"
    assert BY_NAME["POI_INFO"].signature == "POI_INFO()"


def test_only_observations_change_without_the_data():
    assert [each.name for each in FUNCTIONS if not each.remembered] == ["POI_OBSERVACIONES"]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda each: each.name)
def test_the_manual_tells_everything_declared(function):
    part = section(function)
    texts = [function.help, function.signature, function.example.formula]
    texts += [text for each in function.arguments for text in (each.name, each.help, each.default)]
    assert all(text in part for text in texts)
    assert f"\n## {function.name}\n" in page(FUNCTIONS)


# Of money, which the shipped plan has none of; else like those of amounts.
OF_MONEY = {each.name for each in FUNCTIONS if "POI-N152" in each.absent}
OTHERS = [each for each in FUNCTIONS if each.name not in OF_MONEY]


@pytest.mark.parametrize("function", OTHERS, ids=lambda each: each.name)
def test_the_manual_tells_which_errors_an_argument_gives(function):
    told = section(function).partition("Errores: ")[2].partition(";")[0]
    given = spanish(function.example.formula)[1]
    for place, argument in enumerate(function.inputs):
        wrong = [*given[:place], *[None] * (place - len(given)), "¿qué es esto?"]
        error, code = codes(answer(shipped(), function, wrong))
        assert error == "#VALUE!"
        causes = [cause for cause in told.split("si ") if f"({code})" in cause]
        assert f"`{argument.name}`" in "".join(causes), argument.name
    assert ("POI-E64" in told) == function.takes_table


def test_functions_of_money_fail_as_those_of_amounts_do():
    assert {each for each in NAMES if each.startswith("POI_FIN_")} == OF_MONEY
    amounts = BY_NAME["POI_PROGRAMADO"].arguments
    assert all(BY_NAME[name].arguments == amounts for name in OF_MONEY)


def reasons(found):
    """Return the codes of what is not there in an answer."""
    if isinstance(found, list):
        return {code for row in found for each in row for code in reasons(each)}
    return {found.reason.code} if isinstance(found, Failure) and found.reason else set()


def test_the_manual_tells_why_there_may_be_no_number():
    nobody = '"ESCUELA SAT"; 1; "RECEPCIÓN, REGISTRO Y DERIVACIÓN DE LA DOCUMENTACIÓN"'
    filtered = [
        each.name for each in FUNCTIONS if [a.name for a in each.inputs][1:2] == ["periodo"]
    ]
    asked = [
        *(f"={name}({nobody})" for name in filtered if name != "POI_RESUMEN"),
        '=POI_RESUMEN("actividad"; "ENE")', '=POI_SERIE("*"; "ejecutado")', "=POI_ALERTAS()",
        "=POI_META()", "=POI_CALIFICAR(0.5)", "=POI_PERIODO()", "=POI_INFO()",
        "=POI_OBSERVACIONES()",
    ]  # fmt: skip
    found: dict[str, set[str]] = {}
    for formula in asked:
        name = spanish(formula)[0]
        found[name] = found.get(name, set()) | reasons(compute(shipped(), formula))
    whole = plan_of(("JEFATURA", "Dirigir", 11, [0.0, *[1.0] * 11], [1.0] * 12))
    found["POI_SERIE"] |= reasons(compute(Context(whole, Settings()), '=POI_SERIE("*"; "avance")'))
    declared = {each.name: set(each.absent) for each in FUNCTIONS}
    declared["POI_FIN_AVANCE"].remove("POI-N60")  # of a plan with money, which this one is not
    assert found == declared
    for each in FUNCTIONS:
        assert all(code in section(each) for code in each.absent)


def test_a_description_for_other_programs():
    found = BY_NAME["POI_CALIFICAR"].as_json()
    assert found["firma"] == "POI_CALIFICAR(avance; [preset])"
    assert [each["obligatorio"] for each in found["argumentos"]] == [True, False]
    assert json.loads(json.dumps([each.as_json() for each in FUNCTIONS]))[0]["nombre"] == "POI_META"
