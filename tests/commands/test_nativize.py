"""A workbook without calls of ours shows what it showed, in two engines that know nothing of us."""

import re
import shutil
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from poi_xl.commands.nativize import KEYS_SHEET, nativize
from poi_xl.core.period import MONTHS
from poi_xl.core.problems import Refusal
from poi_xl.core.text import a1, from_a1
from poi_xl.functions import BY_NAME, Context, answer
from poi_xl.package.parts import Package
from poi_xl.reading.workbook import read_workbook
from tests.hand import type_in
from tests.oracles import audit, formualizer_values, recalculate, validate_dotnet

SHIPPED = Path(__file__).resolve().parents[2] / "workbook" / "POI_2021.xlsm"
CALL = re.compile(rb"POI_(?!DATOS|claves|tabla)[A-Z_]+\(")


@pytest.fixture(scope="module")
def native(tmp_path_factory):
    path = tmp_path_factory.mktemp("nativo") / "POI_2021.xlsm"
    done = nativize(Package.open(SHIPPED), path)
    assert done.frozen == ()
    assert done.formulas == 2 * 78 + 2 + 8 + 5 * 12
    return path


def values(path):
    book = openpyxl.load_workbook(path, data_only=True)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def close(one, other):
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return (one or "") == (other or "") or (numbers and one == pytest.approx(other, rel=1e-14))


def differences(stored, computed):
    """Every cell that people see and whose value is another now."""
    return {
        place: (value, computed.get(place))
        for place, value in stored.items()
        if place[0] != KEYS_SHEET and not close(value, computed.get(place))
    }


def test_no_formula_calls_us_any_more_and_only_formulas_changed(native):
    before, after = Package.open(SHIPPED), Package.open(native)
    assert [s.state for s in after.sheets if s.name == KEYS_SHEET] == ["veryHidden"]
    sheets = {sheet.part for sheet in after.sheets}
    help_sheet = next(s.part for s in after.sheets if s.name == "_IntelliSense_")
    for part in sheets - {help_sheet}:
        formulas = b" ".join(re.findall(rb"<f[ >].*?</f>", after.read(part)))
        assert CALL.search(formulas) is None
    changed = {n for n in before.names() if not after.has(n) or after.read(n) != before.read(n)}
    assert changed == {
        "[Content_Types].xml",
        "xl/_rels/workbook.xml.rels",
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
    }


@pytest.mark.office
def test_libreoffice_computes_every_cell_to_what_it_was(native):
    stored = values(SHIPPED)
    assert len(stored) > 5_000
    assert differences(stored, values(recalculate(native))) == {}


def test_a_second_engine_computes_every_cell_to_what_it_was(native):
    stored = values(SHIPPED)
    computed = {
        (sheet, cell): value
        for sheet, cells in formualizer_values(native).items()
        for cell, value in cells.items()
        if sheet != KEYS_SHEET
    }
    assert len(computed) > 400
    assert {
        place: (stored.get(place), value)
        for place, value in computed.items()
        if not close(stored.get(place, ""), value)
    } == {}


def test_the_audit_finds_nothing(native):
    assert audit(native) == []


@pytest.mark.validator
def test_the_dot_net_validator_finds_nothing(native):
    assert validate_dotnet(native) == []


@pytest.mark.office
def test_figures_typed_afterwards_go_on_counting(native, tmp_path):
    book = Path(shutil.copyfile(native, tmp_path / "copia.xlsm"))
    type_in(book, "POI", {"R6": 0, "S7": 9})
    content = read_workbook(book)
    context = Context(content.plan, content.settings, content.problems)
    computed = values(recalculate(book))
    for cell, name in (("D9", "POI_EJECUTADO"), ("F9", "POI_AVANCE"), ("A9", "POI_SEMAFORO")):
        assert close(computed["Tablero", cell], answer(context, BY_NAME[name], [])), cell


@pytest.mark.office
def test_a_row_inserted_in_the_plan_is_never_left_out_in_silence(native, tmp_path):
    from tests.calc import office

    with office.running() as calc:
        document = calc.open(native)
        document.calculateAll()
        cell = document.Sheets.getByName("Tablero").getCellRangeByName("D9")
        assert (cell.Value, cell.getError()) == (1494, 0)
        document.Sheets.getByName("POI").Rows.insertByIndex(20, 1)
        document.calculateAll()
        assert cell.getError() == 519  # VALUE, for all to see
        document.close(True)


@pytest.fixture
def everywhere(tmp_path):
    """Calls in every kind of place of a workbook with a plan."""
    path = tmp_path / "libro.xlsx"
    with xlsxwriter.Workbook(path) as book:
        plan = book.add_worksheet("POI")
        plan.write_row(0, 0, ["ÓRGANO", "ACTIVIDAD", "META", "PROGRAMADO"])
        plan.write(0, 15, "EJECUTADO")
        plan.write_row(1, 3, [*MONTHS, *MONTHS[:2]])
        plan.write_row(2, 0, ["Jefatura", "Dirigir", 10, 4, 6])
        plan.write_row(2, 15, [4, 3])
        plan.write_row(3, 0, ["Escuela", "Enseñar", 20, 8, 12])
        plan.write_row(3, 15, [2, 12])
        sheet = book.add_worksheet("Mi hoja")
        sheet.write_column("A1", ["JEFATURA", "escuela"])
        sheet.write_formula("B1", '=POI_AVANCE(A1,"ENE")', None, 1)
        sheet.write_formula("B2", '=POI_AVANCE(A2,"ENE")', None, 0.25)
        sheet.write_array_formula("C1:C2", "{=POI_META(A1:A2)}", None, 10)
        sheet.write_formula("C2", "=20", None, 20)
        sheet.write_array_formula("D1:O1", '{=POI_SERIE("*","programado")}', None, 12)
        rule = {"type": "formula", "format": book.add_format({"bold": True})}
        sheet.conditional_format("A1:A2", rule | {"criteria": '=POI_AVANCE($A1,"ENE")<0.5'})
        sheet.conditional_format("F5", rule | {"criteria": "=POI_META()>5"})
        sheet.data_validation("F6", {"validate": "custom", "value": "=F6<=POI_META(A1)"})
        sheet.write_formula("A9", "=POI_OBSERVACIONES()", None, "Código")
        book.define_name("Meta_total", "=POI_META()")
        sheet.write_formula("A8", "=Meta_total", None, 30)
    return path


def test_calls_in_rules_names_and_arrays_become_native_too(everywhere, tmp_path):
    out = tmp_path / "nativo.xlsx"
    done = nativize(Package.open(everywhere), out)
    assert [(each.code, each.place) for each in done.frozen] == [("POI-E67", "Mi hoja!A9")]
    package = Package.open(out)
    assert all(CALL.search(package.read(part)) is None for part in package.names())
    sheet = openpyxl.load_workbook(out)["Mi hoja"]
    assert sheet["A9"].value == "Código"
    assert sheet["C1"].data_type == sheet["C2"].data_type == "f"
    rules = {str(r.sqref): [x.formula for x in r.rules] for r in sheet.conditional_formatting}
    assert re.fullmatch(r"POI_claves![A-Z]+\d+", rules["A1:A2"][0][0])  # moves with the cell
    computed = formualizer_values(out)
    assert computed["Mi hoja"]["B2"] == 0.25
    assert [computed["Mi hoja"][c] for c in ("C1", "C2", "D1", "E1", "F1", "A8")] == [
        10,
        20,
        12,
        18,
        0,
        30,
    ]
    block = rules["A1:A2"][0][0].partition("!")[2]
    row, column = from_a1(block)
    keys = computed["POI_claves"]
    assert [keys[block], keys[a1(row + 1, column)]] == [False, True]


@pytest.mark.office
def test_libreoffice_agrees_on_them(everywhere, tmp_path):
    out = tmp_path / "nativo.xlsx"
    nativize(Package.open(everywhere), out)
    computed = values(recalculate(out))
    assert [computed["Mi hoja", c] for c in ("B1", "B2", "C1", "C2", "D1", "E1", "A8")] == [
        1,
        0.25,
        10,
        20,
        12,
        18,
        30,
    ]


def test_what_formulas_cannot_use_is_refused_with_its_cell_and_nothing_is_written(
    everywhere, tmp_path
):
    type_in(everywhere, "POI", {"D3": "4", "E4": 0.1234567})
    out = tmp_path / "nativo.xlsx"
    with pytest.raises(Refusal) as refused:
        nativize(Package.open(everywhere), out)
    assert [(p.code, p.place) for p in refused.value.problems] == [
        ("POI-E66", "POI!D3"),
        ("POI-E66", "POI!E4"),
    ]
    assert not out.exists()
