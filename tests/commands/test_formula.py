"""`poi-xl formula` on the shipped workbook: what it says, and that what it says is right."""

import json

import pytest
import xlsxwriter

from poi_xl.commands.formula import native_formula
from poi_xl.core.problems import Refusal
from poi_xl.hosts.cli import main
from poi_xl.package.parts import Package
from poi_xl.reading.cells import read_cells
from tests.oracles import formualizer_values


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")


def run(capsys, *words):
    try:
        code = main(["formula", *map(str, words)])
    except SystemExit as stop:
        code = int(str(stop.code))
    done = capsys.readouterr()
    return code, done.out, done.err


def test_both_spellings_and_the_value_of_today(capsys, built):
    code, out, err = run(capsys, "=POI_META()", "--libro", built)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "Español  =REDONDEAR(SUMA(POI!$E$6:$E$83)*1000000;0)/1000000",
        "Inglés   =ROUND(SUM(POI!$E$6:$E$83)*1000000,0)/1000000",
        "Hoy      6350",
    ]


def test_a_long_formula_stays_on_one_line_to_be_copied(capsys, built):
    _, out, _ = run(capsys, 'SI(POI_AVANCE("escuela sat";1)>=1;"sí";"no")', "--libro", built)
    spanish, english, *rest = out.splitlines()
    assert spanish.startswith('Español  =SI((SI(REDONDEAR(SUMAPRODUCTO((POI!$A$6:$A$83="ESCUELA')
    assert english.endswith('>=1,"sí","no")')
    assert rest == []  # its value is for the spreadsheet program to say


def test_references_are_of_the_sheet_where_it_will_stand(built):
    there = native_formula(built, 'POI_META("escuela sat")', "tablero")
    assert there.sheet == "Tablero"
    assert native_formula(built, "POI_AVANCE(A6;1)").value == pytest.approx(1.0, abs=1)
    here, other = (native_formula(built, "POI_META(A40)", sheet) for sheet in (None, "Tablero"))
    assert here.value != other.value


def test_what_one_formula_cannot_say_has_cells_of_its_own(capsys, built):
    code, out, _ = run(capsys, "POI_AVANCE(A6;B1)", "--libro", built)
    assert code == 0
    assert "Necesita además estas celdas en una hoja «POI_claves»:" in out
    assert "más; todas, con --json." in out
    _, text, _ = run(capsys, "POI_AVANCE(A6;B1)", "--libro", built, "--json")
    answer = json.loads(text)
    assert answer["hoja_auxiliar"] == "POI_claves"
    assert {"celda", "ingles", "espanol"} == set(answer["celdas_auxiliares"][0])


def test_without_a_workbook_it_says_what_is_missing(capsys):
    code, out, err = run(capsys, "POI_META()")
    assert (code, out) == (2, "")
    assert "falta --libro" in err
    assert "poi-xl formula -h" in err


@pytest.mark.parametrize(
    ("text", "code"),
    [("SUMA(1;2)", "POI-E68"), ("POI_AVANCE(", "POI-E67"), ("POI_META(A5:A9)", "POI-E67")],
)
def test_what_cannot_be_translated_is_told(built, text, code):
    with pytest.raises(Refusal) as found:
        native_formula(built, text)
    assert [each.code for each in found.value.problems] == [code]


def test_a_sheet_that_is_none(capsys, built):
    code, _, err = run(capsys, "POI_META()", "--libro", built, "--hoja", "Nada")
    assert code == 2
    assert "POI-E69 el libro no tiene una hoja «Nada»" in err


CALLS = (
    "POI_META()",
    'POI_PROGRAMADO("escuela sat";"ENE-MAR")',
    'POI_EJECUTADO("*";1;;"")',
    'POI_BRECHA("gerencia de finanzas";"acum")',
    'POI_AVANCE("jefatura sat";2)',
    'POI_AVANCE_META("jefatura sat")',
    'POI_SEMAFORO("gerencia de finanzas";1)',
    'POI_CALIFICAR(POI_AVANCE("gerencia de finanzas";1);"B")',
    'POI_PERIODO("i° trim")',
    "POI_INFO()",
)


def test_what_it_says_is_what_it_answers(built, tmp_path):
    """Pasted beside a copy of the plan, a second engine computes the value that was told."""
    package = Package.open(built)
    rows = read_cells(package, next(s for s in package.sheets if s.name == "POI")).rows
    said = [native_formula(built, text) for text in CALLS]
    path = tmp_path / "pegado.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, paste = book.add_worksheet("POI"), book.add_worksheet("Aquí")
        for row, line in enumerate(rows):
            sheet.write_row(
                row, 0, [cell if isinstance(cell, float) else str(cell) for cell in line]
            )
        for row, each in enumerate(said):
            assert not each.native.cells
            paste.write_formula(row, 0, f"={each.native.english}")
    found = formualizer_values(path)["Aquí"]
    told = [each.as_json()["valor"] for each in said]
    assert [found[f"A{row}"] for row in range(1, len(said) + 1)] == told
