"""Every problem of the catalogue, met the way a user meets it, in its very words."""

import re
from pathlib import Path

import pytest

import poi_xl
from poi_xl.core.catalogue import CATALOGUE, PARTS
from poi_xl.core.consent import acceptable
from poi_xl.core.problems import Severity
from poi_xl.hosts.cli.parser import VERBS
from tests.problems import (
    cases_computer,
    cases_copies,
    cases_exports,
    cases_files,
    cases_forms,
    cases_functions,
    cases_open_books,
    cases_plan,
    cases_quarters,
    cases_sector,
)
from tests.problems.golden import GOLDEN
from tests.problems.telling import CASES, Desk, words

MODULES = (
    *(cases_computer, cases_copies, cases_exports, cases_files, cases_forms),
    *(cases_functions, cases_open_books, cases_plan, cases_quarters, cases_sector),
)
# Only a live LibreOffice can bring these about; what tests/calc sees of them is named.
ELSEWHERE = {
    "POI-E98": "a document that was open before the extension started to listen",
    "POI-E99": "the door that closes and loads the document: tests/calc/test_menu.py",
    "POI-E136": "columns inserted into a workbook with macros: tests/calc/test_columns.py",
    "POI-E137": "columns inserted into an .xlsx: tests/calc/test_columns.py",
    "POI-E138": "a protected sheet in an open .ods: tests/calc/test_changing.py",
    "POI-A91": "the listener to LibreOffice's own saving: tests/calc/test_menu.py",
    "POI-A92": "a LibreOffice older than 25.2, of which there is none to test in",
}
OPTIONS = {
    verb.word: {n for a in verb.arguments for n in a.names}
    | ({"--aceptar"} if acceptable(verb.word) else set())
    for verb in VERBS
}
# A command that a text tells the user to run, with what follows its verb.
COMMAND = re.compile(r"«poi-xl ([a-z-]+)([^»]*)»")
OPTION = re.compile(r"(?<![\w-])(--?[a-z][a-z-]*)")


@pytest.mark.parametrize("code", CASES)
def test_it_is_told_in_these_words(code, request):
    desk = Desk(request)
    told = CASES[code](desk)
    assert GOLDEN[code].text in words(told, code, desk.folder)
    by = GOLDEN[code].by.split()[0]
    assert not desk.verbs or desk.verbs[-1] == by


def test_every_code_has_its_case():
    assert sorted(CATALOGUE.keys() - CASES.keys()) == sorted(ELSEWHERE)
    assert list(GOLDEN) == [code for code in CATALOGUE if code in CASES]
    assert all(CASES[code].__module__ in [m.__name__ for m in MODULES] for code in CASES)


def test_every_code_has_its_texts_and_is_declared_once():
    assert sum(map(len, PARTS.values())) == len(CATALOGUE)
    for code, kind in CATALOGUE.items():
        assert re.fullmatch(r"POI-[EAN]\d{2,3}", code)
        assert Severity.of(code)
        assert kind.message.endswith((".", "{detail}", "{state}")), code
        assert kind.remedy


def test_who_says_it_exists():
    programs = {"Excel:", "LibreOffice:", "POI_OBSERVACIONES()"}
    for code, golden in GOLDEN.items():
        assert golden.by.split()[0] in programs | OPTIONS.keys(), code


def test_commands_and_options_that_a_text_names_exist():
    for code, kind in CATALOGUE.items():
        for text in (kind.message, kind.remedy):
            for verb, rest in COMMAND.findall(text):
                assert verb in OPTIONS, code
                assert set(OPTION.findall(rest)) <= OPTIONS[verb] | {"-h"}, code


def test_options_to_repeat_with_belong_to_the_command_that_was_refused():
    for code, golden in GOLDEN.items():
        verb = golden.by.split()[0]
        if verb in OPTIONS:
            remedy = COMMAND.sub("", CATALOGUE[code].remedy)
            named = set(OPTION.findall(remedy)) - {"-h", "-m"}
            assert named <= OPTIONS[verb], code
            assert "--aceptar" not in named or code in acceptable(verb)


def test_every_code_is_raised_somewhere():
    root = Path(poi_xl.__file__).parent
    sources = [p for p in root.rglob("*.py") if "catalogue" not in p.parts]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    assert [code for code in CATALOGUE if f'"{code}"' not in text] == []
