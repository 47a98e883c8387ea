"""The registry: what it declares is what Excel takes, and its examples are true."""

import json
import keyword
import re

import pytest

from poi_xl.functions import BY_NAME, FUNCTIONS, HELP_LETTERS, Failure, Kind, Result
from poi_xl.functions.manual import page, section
from tests.functions.shipped import compute, shipped, spanish

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


def test_a_description_for_other_programs():
    found = BY_NAME["POI_CALIFICAR"].as_json()
    assert found["firma"] == "POI_CALIFICAR(avance; [preset])"
    assert [each["obligatorio"] for each in found["argumentos"]] == [True, False]
    assert json.loads(json.dumps([each.as_json() for each in FUNCTIONS]))[0]["nombre"] == "POI_META"
