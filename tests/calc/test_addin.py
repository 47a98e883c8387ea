"""Our functions in the cells of a live LibreOffice answer as `functions.answer` does."""

import re
import shutil
import zipfile

import pytest

from poi_xl.functions import BY_NAME, FUNCTIONS, CellError, Kind, Result, answer
from tests.calc import office as offices
from tests.calc.addin import (
    DIV_0,
    VALUE,
    array_area,
    ask,
    ask_array,
    built_extension,
    shown_in,
    shows,
    wanted,
)
from tests.conftest import DATA
from tests.functions.shipped import shipped

pytestmark = [pytest.mark.office, pytest.mark.slow]

SHIPPED = DATA.parents[1] / "workbook" / "POI_2021.xlsm"
VBA, EXCEL, ODS = "Calc MS Excel 2007 VBA XML", "Calc MS Excel 2007 XML", "calc8"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("addin")


@pytest.fixture(scope="module")
def office(folder):
    extension = built_extension(folder)
    with offices.running(extensions=[extension], environment=offices.finding_us(folder)) as running:
        yield running


@pytest.fixture(scope="module")
def source(office, folder):
    """The shipped plan and settings alone, with a sheet for formulas: small, so soon open."""
    document = office.open(SHIPPED, ReadOnly=True)
    for name in document.Sheets.ElementNames:
        if name not in ("POI", "Configuración"):
            document.Sheets.removeByName(name)
    document.Sheets.insertNewByName("Prueba", 0)
    path = folder / "plan.ods"
    office.save_as(document, path, "calc8")
    document.close(True)
    return path


@pytest.fixture(scope="module")
def quiet(office, source, folder):
    """A document for tests that change nothing in the plan."""
    yield (document := office.open(shutil.copyfile(source, folder / "quieto.ods")))
    document.close(True)


@pytest.fixture
def document(office, source, tmp_path):
    """A document of the test's own."""
    yield (document := office.open(shutil.copyfile(source, tmp_path / "plan.ods")))
    document.close(True)


@pytest.fixture
def sheet(document):
    return document.Sheets.getByName("Prueba")


@pytest.fixture(scope="module")
def paper(quiet):
    """A sheet with cells of every sort to refer to."""
    sheet = quiet.Sheets.getByName("Prueba")
    for address, formula in SORTS.items():
        sheet.getCellRangeByName(address).Formula = formula
    return sheet


# In column A; A1 stays blank. Names in B: spelled as people do, one that nobody has.
SORTS = {
    "A2": "escuela  sat",
    "A3": "=1",
    "A4": "=TRUE()",
    "A5": "=NA()",
    "A6": "=1/0",
    "A7": "no existe",
    "A8": "*",
    "B1": "ESCUELA SAT",
    "B2": "no existe",
    "B3": "Órgano de Control Institucional",
}
GOOD = {
    Kind.ORGAN: "Escuela SAT",
    Kind.ACTIVITY: "RECEPCIÓN, REGISTRO Y DERIVACIÓN DE LA DOCUMENTACIÓN",
    Kind.BUDGET_ACTIVITY: "GESTIÓN ADMINISTRATIVA",
    Kind.PERIOD: "ENE-MAR",
    Kind.RATIO: 0.8,
    Kind.PRESET: "95/100",
    Kind.GROUPING: "mef",
    Kind.MEASURE: "avance acumulado",
    Kind.COUNT: 2.0,
    Kind.TEXT: "2° trimestre",
}
# Formula text of an argument, and what our function is given for it.
SHAPES = {
    "omitted": ("", None),
    "blank": ("$A$1", None),
    "empty text": ('""', ""),
    "cell text": ("$A$2", "escuela  sat"),
    "number": ("$A$3", 1.0),
    "typed number": ("1", 1.0),
    "boolean": ("$A$4", 1.0),
    "unknown": ("$A$7", "no existe"),
    "star": ("$A$8", "*"),
    "not available": ("$A$5", CellError.NA),
    "division": ("$A$6", CellError.DIV_0),
}


def literal(value):
    return f'"{value}"' if isinstance(value, str) else f"{value:g}"


def calls():
    """Every function, with each argument in turn in every shape."""
    for function in FUNCTIONS:
        yield function, [], []
        for place, argument in enumerate(function.inputs):
            good = GOOD[argument.kind]
            for text, given in [(literal(good), good), *SHAPES.values()]:
                # A blank cell is 0 for LibreOffice, which as a ratio is one.
                zero = argument.kind is Kind.RATIO and text == "$A$1"
                before = [GOOD[each.kind] for each in function.inputs[:place]]
                texts = [*map(literal, before), text]
                yield function, texts, [*before, 0.0 if zero else given]


def shape(found):
    return (len(found), len(found[0])) if isinstance(found, list) else (1, 1)


def asked():
    """All calls as formulas with the answers that our own code gives, as rows."""
    context = shipped()
    for function, texts, values in calls():
        # What POI_OBSERVACIONES tells are the errors of all others: it has a test of its own.
        if function.name != "POI_OBSERVACIONES":
            rows = wanted(answer(context, function, values))
            formula = f"={function.name}({';'.join(texts)})"
            yield function.result, formula, rows if isinstance(rows, list) else [[rows]]


def test_every_value_with_every_sort_of_argument(paper):
    cases = [(text, rows) for kind, text, rows in asked() if kind is Result.SCALAR]
    area = paper.getCellRangeByPosition(40, 0, 40, len(cases) - 1)
    area.setFormulaArray(tuple((formula,) for formula, _ in cases))
    found = shown_in(area)
    wrong = [(case, row) for case, row in zip(cases, found, strict=True) if case[1] != [row]]
    assert wrong == []
    assert len(cases) > 300


def test_every_table_with_every_sort_of_argument(paper):
    cases = [(text, rows) for kind, text, rows in asked() if kind is Result.MATRIX]
    places, row = [], 100
    for formula, rows in cases:
        places.append(array_area(paper, formula, shape(rows), row))
        row += len(rows)
    found = [shown_in(area) for area in places]
    wrong = [(case, rows) for case, rows in zip(cases, found, strict=True) if case[1] != rows]
    assert wrong == []
    assert len(cases) > 60
    for area in places:
        area.setArrayFormula("")


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda each: each.name)
def test_every_example_of_the_manual(quiet, paper, function):
    expected = function.example.answer
    if function.name == "POI_OBSERVACIONES":
        return
    if isinstance(expected, str | float):
        # The shipped plan has no money.
        expected = next((each for each in CellError if each.text == expected), expected)
        assert ask(paper.getCellRangeByName("K20"), function.example.formula) == expected
        return
    rows = [list(row) for row in expected]
    assert ask_array(paper, function.example.formula, shape(rows)) == rows


def test_ranges_and_lists_answer_cell_by_cell(paper):
    organs = ("ESCUELA SAT", "no existe", "Órgano de Control Institucional")
    context = shipped()
    for text in ("B1:B3", f'{{"{organs[0]}"|"{organs[1]}"|"{organs[2]}"}}'):
        expected = answer(context, BY_NAME["POI_AVANCE"], [tuple((each,) for each in organs), 1.0])
        found = ask_array(paper, f"=POI_AVANCE({text};1)", (3, 1))
        assert found == wanted(expected)
    words = answer(context, BY_NAME["POI_CALIFICAR"], [((0.5, 0.8, 1.2),)])
    assert ask_array(paper, "=POI_CALIFICAR({0.5;0.8;1.2})", (1, 3)) == wanted(words)
    both = answer(context, BY_NAME["POI_EJECUTADO"], [(("ESCUELA SAT",), ("*",)), ((1.0, "ENE"),)])
    found = ask_array(paper, '=POI_EJECUTADO({"ESCUELA SAT"|"*"};{1;"ENE"})', (2, 2))
    assert found == wanted(both)
    series = answer(context, BY_NAME["POI_SERIE"], [(("ESCUELA SAT",), ("*",)), "ejecutado"])
    found = ask_array(paper, '=POI_SERIE({"ESCUELA SAT"|"*"};"ejecutado")', (2, 12))
    assert found == wanted(series)


def test_a_table_is_a_plan_of_its_own_and_its_cells_are_followed(sheet):
    """The range holds another year's plan."""
    head = ("ÓRGANO", "ACTIVIDAD OPERATIVA", "ACTIVIDAD PRESUPUESTAL-MEF", "UNIDAD DE MEDIDA",
            "META", *(f"PROG {m}" for m in MONTHS), *(f"EJEC {m}" for m in MONTHS[:3]))  # fmt: skip
    rows = [("A", "Uno", "M", "INFORME", 12.0, *[1.0] * 12, 1.0, 1.0, 0.0)]
    area = sheet.getCellRangeByPosition(0, 0, len(head) - 1, 1)
    area.setDataArray((head, rows[0]))
    cell = sheet.getCellRangeByName("A5")
    place = "$A$1:$T$2"
    assert ask(cell, f'=POI_AVANCE("A";1;;;{place})') == 2 / 3
    sheet.getCellRangeByName("T2").Value = 1.0
    assert shows(cell) == 1.0
    assert ask(cell, f'=POI_AVANCE("B";1;;;{place})') is VALUE
    assert ask(cell, "=POI_AVANCE(;1;;;$A$8:$B$9)") is VALUE


MONTHS = ("ENE", "FEB", "MAR", "ABR", "MAY", "JUN", "JUL", "AGO", "SET", "OCT", "NOV", "DIC")


def test_errors_are_errors_for_other_functions(paper):
    cell = paper.getCellRangeByName("K20")
    paper.getCellRangeByName("L20").Formula = '=POI_AVANCE("no existe")'
    assert ask(cell, "=SUM(L20:L20;1)") is VALUE
    assert ask(cell, "=ISERROR(L20)") == 1.0
    assert ask(cell, "=IFERROR(POI_AVANCE(A7);-1)") == -1.0
    paper.getCellRangeByName("L20").Formula = "=POI_AVANCE(A5)"
    assert ask(cell, "=ISNA(L20)") == 1.0
    assert ask(cell, "=ISNA(POI_CALIFICAR(A6))") == 0.0
    assert ask(cell, "=POI_CALIFICAR(A6)") is DIV_0


def test_words_can_be_compared_with_words(paper):
    cell = paper.getCellRangeByName("K20")
    assert ask(cell, '=IF(POI_SEMAFORO()="En meta";1;2)') == 1.0
    assert ask(cell, '=POI_PERIODO("enero")&"!"') == "ENE!"


def test_reasons_of_errors_are_told_and_logged(sheet, office, folder):
    ask(sheet.getCellRangeByName("A1"), '=POI_AVANCE("Escuela Sats")')
    ask(sheet.getCellRangeByName("B1"), "=INDEX(POI_OBSERVACIONES();2;5)")
    assert "Escuela Sats" in sheet.getCellRangeByName("B1").String
    log = folder / "poi_xl" / "poi_xl.log"
    assert "POI_AVANCE: POI-E60" in log.read_text(encoding="utf-8")
    assert "Traceback" not in log.read_text(encoding="utf-8")


# --- changes --------------------------------------------------------------------------------------


def plan(document):
    return document.Sheets.getByName("POI")


def place(document, column="executed", month=1):
    """The cell of the first activity's figure of a month."""
    layout = shipped_layout(document)
    return plan(document).getCellByPosition(layout[column, month], layout["row"])


def shipped_layout(document):
    """Where the workbook has its first activity and its months."""
    rows = plan(document).getCellRangeByName("A1:AZ12").getDataArray()
    head = next(i for i, row in enumerate(rows) if "ENE" in row)
    first = [i for i, cell in enumerate(rows[head]) if cell == "ENE"]
    row = next(i for i, r in enumerate(rows) if i > head and isinstance(r[first[0]], float))
    kinds = zip(("planned", "executed"), first, strict=False)
    found = {(kind, m): at + m - 1 for kind, at in kinds for m in range(1, 13)}
    return found | {"row": row}


def live(sheet, *formulas):
    cells = [sheet.getCellByPosition(0, row) for row in range(len(formulas))]
    for cell, formula in zip(cells, formulas, strict=True):
        cell.Formula = formula
    return cells


def test_typing_in_the_plan_shows_at_once(office, document, sheet):
    (cell,) = live(sheet, "=POI_EJECUTADO()")
    assert shows(cell) == 1494.0
    target = place(document)
    before = target.Value
    target.Value = before + 6
    office.settle()
    assert shows(cell) == 1500.0
    office.dispatch(document, ".uno:Undo")
    office.settle()
    assert shows(cell) == 1494.0
    target.Formula = "=1/0"
    office.settle()
    assert shows(cell) is DIV_0
    target.clearContents(1 | 2 | 4 | 16)
    office.settle()
    assert shows(cell) == 1494.0 - before
    target.setPropertyValue("CellBackColor", 0xFFFF00)
    office.settle()
    assert shows(cell) == 1494.0 - before


def test_a_plan_that_rests_on_other_cells(office, document, sheet):
    """The answer that is asked for during the change must not hide the change from the rest."""
    first, second = live(sheet, "=POI_EJECUTADO()", "=POI_EJECUTADO(;IF(C1>=0;1;1))")
    target = place(document)
    sheet.getCellRangeByName("C1").Value = target.Value
    target.Formula = "=$Prueba.C1"
    office.settle()
    assert (shows(first), shows(second)) == (1494.0, 1494.0)
    sheet.getCellRangeByName("C1").Value += 6
    office.settle()
    assert (shows(first), shows(second)) == (1500.0, 1500.0)


def test_pasting_over_the_plan(office, document, sheet):
    (cell,) = live(sheet, "=POI_EJECUTADO()")
    target = place(document)
    sheet.getCellRangeByName("D1").Value = target.Value + 10
    sheet.copyRange(target.CellAddress, sheet.getCellRangeByName("D1:D1").RangeAddress)
    office.settle()
    assert shows(cell) == 1504.0


def test_rows_and_sheets_that_move(office, document, sheet):
    cell, words = live(sheet, "=POI_EJECUTADO()", "=POI_INFO()")
    before = shows(words)
    plan(document).Rows.insertByIndex(place(document).CellAddress.Row, 1)
    office.settle()
    assert shows(cell) == 1494.0
    place(document).Value += 6
    office.settle()
    assert shows(cell) == 1500.0
    plan(document).Name = "Plan 2021"
    office.settle()
    assert shows(cell) == 1500.0
    assert shows(words) != before
    renamed = document.Sheets.getByName("Plan 2021")
    row = next(i for i, r in enumerate(renamed.getCellRangeByName("A1:A20").getDataArray())
               if i > 3 and r[0])  # fmt: skip
    assert row
    renamed.Rows.removeByIndex(shipped_row(renamed), 1)
    office.settle()
    assert shows(cell) < 1500.0


def shipped_row(sheet):
    rows = sheet.getCellRangeByName("A1:AZ12").getDataArray()
    head = next(i for i, row in enumerate(rows) if "ENE" in row)
    column = rows[head].index("ENE")
    return next(i for i, r in enumerate(rows) if i > head and isinstance(r[column], float))


def test_settings_count_as_data(office, document, sheet):
    period, word = live(sheet, "=POI_PERIODO()", "=POI_CALIFICAR(0.8)")
    assert (shows(period), shows(word)) == ("I TRIM", "En riesgo")
    settings = document.Sheets.getByName("Configuración")
    for row in range(30):
        if "rimestre" in settings.getCellByPosition(0, row).String:
            settings.getCellByPosition(1, row).Value = 2
            break
    office.settle()
    assert shows(period) == "II TRIM"


def test_the_shipped_workbook_comes_to_life_and_keeps_its_formulas(office, tmp_path):
    document = office.open(shutil.copyfile(SHIPPED, tmp_path / SHIPPED.name))
    try:
        areas = [document.Sheets.getByName(name) for name in ("Tablero", "POI")]
        areas = [each.getCellRangeByName("A1:AZ120") for each in areas]
        stored = [shown_in(area) for area in areas]
        document.calculateAll()
        office.settle()
        assert [shown_in(area) for area in areas] == stored
        place(document).Value += 6
        office.settle()
        assert any(1500.0 in row for row in shown_in(areas[0]))
        copy = tmp_path / "copia.xlsm"
        office.save_as(document, copy, VBA)
        assert ours_in(copy) == ours_in(SHIPPED)
        assert "poixl" not in formulas_of(copy).lower()
    finally:
        document.close(True)


def formulas_of(path):
    """The sheets of a workbook of Excel's, as text."""
    with zipfile.ZipFile(path) as package:
        parts = [name for name in package.namelist() if "worksheets/sheet" in name]
        return "".join(package.read(name).decode() for name in sorted(parts))


def ours_in(path):
    """How often each function of ours is called in a workbook's cells."""
    found = re.findall(r"POI_[A-Z_]+(?=\()", formulas_of(path))
    return {name: found.count(name) for name in found}


def test_two_documents_answer_each_for_itself(office, document, sheet, source, tmp_path):
    other = office.open(shutil.copyfile(source, tmp_path / "otro.ods"))
    try:
        (mine,), (theirs,) = (
            live(each.Sheets.getByName("Prueba"), "=POI_EJECUTADO()") for each in (document, other)
        )
        place(document).Value += 6
        office.settle()
        assert (shows(mine), shows(theirs)) == (1500.0, 1494.0)
        place(other).Value += 1
        office.settle()
        assert (shows(mine), shows(theirs)) == (1500.0, 1495.0)
    finally:
        other.close(True)
    place(document).Value += 1
    office.settle()
    assert shows(mine) == 1501.0


def test_a_document_without_plan_is_told_so(office):
    document = office.new()
    try:
        cell = document.Sheets.getByIndex(0).getCellByPosition(0, 0)
        assert ask(cell, "=POI_AVANCE()") is VALUE
        assert ask(cell, "=POI_CALIFICAR(0.5)") == "Crítico"
    finally:
        document.close(True)


@pytest.mark.parametrize(("suffix", "kind"), [(".xlsx", EXCEL), (".ods", ODS)])
def test_saved_copies_keep_names_and_live_cells(office, document, sheet, tmp_path, suffix, kind):
    live(sheet, "=POI_EJECUTADO()", '=POI_AVANCE("no existe")', "=POI_SEMAFORO()")
    office.settle()
    path = tmp_path / f"copia{suffix}"
    office.save_as(document, path, kind)
    if suffix == ".xlsx":
        assert ">POI_EJECUTADO()</f>" in formulas_of(path)
        assert "poixl" not in formulas_of(path).lower()
    again = office.open(path)
    try:
        cells = [again.Sheets.getByName("Prueba").getCellByPosition(0, row) for row in range(3)]
        assert [shows(cell) for cell in cells] == [1494.0, VALUE, "En meta"]
        place(again).Value += 6
        office.settle()
        assert shows(cells[0]) == 1500.0
    finally:
        again.close(True)


# --- the wizard -----------------------------------------------------------------------------------


def test_the_wizard_knows_every_function(office):
    known = {}
    functions = office.service("com.sun.star.sheet.FunctionDescriptions")
    for index in range(functions.Count):
        found = {each.Name: each.Value for each in functions.getByIndex(index)}
        known[found["Name"]] = found
    for function in FUNCTIONS:
        found = known[function.name]
        assert found["Description"] == function.help
        assert found["Category"] == 11  # Add-In
        shown = [(each.Name, each.Description) for each in found["Arguments"] or ()]
        assert shown == [(each.name, each.help) for each in function.arguments]
