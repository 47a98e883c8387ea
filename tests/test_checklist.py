"""The check list for the first person with Excel: what it says to expect is what we answer."""

import re
from pathlib import Path

import pytest

from poi_xl.core.catalogue import CATALOGUE
from poi_xl.functions import FUNCTIONS
from poi_xl.hosts.cli.parser import VERBS
from poi_xl.package.ribbon import GROUPS
from tests.functions.shipped import codes, compute, shipped

DOCS = Path(__file__).resolve().parents[1] / "docs"
CHECKLIST = (DOCS / "comprobacion-en-excel.md").read_text(encoding="utf-8")
INSTALLING = (DOCS / "instalacion-windows.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| [^|]+ \| `(=POI_[^`]+)`[^|]* \| ([^|]+) \|$", CHECKLIST, re.MULTILINE)
SPANISH = {"#VALUE!": "#¡VALOR!", "#N/A": "#N/D"}


def shown(found):
    """An answer in the words of the check list."""
    if isinstance(found, list):
        return f"{len(found)} filas y {len(found[0])} columnas"
    if isinstance(found, tuple):
        return SPANISH[found[0]]
    return found if isinstance(found, str) else f"{found:.15g}"


def test_the_check_list_says_that_it_was_not_done():
    assert "**Esta comprobación no se ha hecho.**" in CHECKLIST


@pytest.mark.parametrize(("formula", "expected"), [row for row in ROWS if "A1:A3" not in row[0]])
def test_each_formula_answers_what_the_check_list_says(formula, expected):
    found = shown(codes(compute(shipped(), formula)))
    assert expected.strip("`").startswith(found)


def test_it_has_every_kind_of_answer():
    assert len(ROWS) >= 8
    answers = [shown(codes(compute(shipped(), each))) for each, _ in ROWS if "A1:A3" not in each]
    assert {"#¡VALOR!", "#N/D"} < set(answers)
    assert any("filas" in each for each in answers)


@pytest.mark.parametrize("text", [CHECKLIST, INSTALLING])
def test_what_the_documents_name_exists(text):
    assert set(re.findall(r"POI-[EAN]\d\d", text)) <= set(CATALOGUE)
    assert set(re.findall(r"POI_[A-Z_]{3,}", text)) <= {each.name for each in FUNCTIONS}
    verbs = {each.word for each in VERBS}
    assert set(re.findall(r"`poi-xl ([a-z]+)", text)) <= verbs
    controls = {control.label for group in GROUPS for control in group.controls}
    assert {"Actualizar resúmenes", "Periodo", "Semáforo", "Diagnóstico"} <= controls
