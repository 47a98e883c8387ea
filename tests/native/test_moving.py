"""What becomes of native formulas when the plan's sheet changes under them, in LibreOffice."""

import pytest
import xlsxwriter

from tests.calc.office import running
from tests.native.cases import write_cell
from tests.native.small import TEXTS, plan, translator

pytestmark = [pytest.mark.office, pytest.mark.slow]

CALLS = (
    "POI_META()",
    'POI_PROGRAMADO("escuela sat",1)',
    'POI_AVANCE("*","ANUAL")',
    "POI_SEMAFORO(A5,1)",
    "POI_META(A5)",
)
ERROR = "error"
NOW = ["48", "6", "0.625", "Crítico", "48"]


@pytest.fixture(scope="module")
def office():
    with running(recalculate=0) as live:
        yield live


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """The small plan, the calls as native formulas, and the hidden sheet."""
    path = tmp_path_factory.mktemp("movido") / "libro.xlsx"
    made, shown = translator(), plan()
    natives = [made.formula(text, "Hoja", "B1") for text in CALLS]
    with xlsxwriter.Workbook(path) as book:
        sheet, cells, keys = map(book.add_worksheet, ("POI", "Hoja", "POI_claves"))
        for (row, column), text in TEXTS.items():
            write_cell(sheet, row, column, text)
        for index, row in enumerate(shown.layout.rows):
            for (kind, month), column in shown.layout.columns.items():
                if kind in ("planned", "executed"):
                    write_cell(sheet, row, column, getattr(shown, kind)[index, month - 1])
            write_cell(sheet, row, 3, shown.target[index])
        for index, text in enumerate(natives):
            cells.write_formula(index, 1, f"={text}")
        for (row, column), content in made.keys.cells.items():
            write_cell(keys, row, column, content, formulas=True)
    return path


@pytest.fixture
def document(office, source):
    yield (found := office.open(source))
    found.close(True)


def shown(document):
    """The cells as people see them; of an error, that it is one: they have many names here."""
    sheet = document.Sheets.getByName("Hoja")
    cells = [sheet.getCellByPosition(1, row) for row in range(len(CALLS))]
    return [ERROR if cell.getError() else cell.String for cell in cells]


def plan_sheet(document):
    return document.Sheets.getByName("POI")


def test_figures_that_change_are_followed(document):
    assert shown(document) == NOW
    plan_sheet(document).getCellRangeByName("C6").Value = 30
    assert shown(document)[0] == "54"


def test_names_that_change_are_followed(document):
    plan_sheet(document).getCellRangeByName("A6").String = " ESCUELÁ  sat"
    assert shown(document)[1] == "12"


@pytest.mark.parametrize("row", [6, 8])
def test_a_new_row_is_an_error_aloud_even_just_before_the_total(document, row):
    plan_sheet(document).Rows.insertByIndex(row - 1, 1)
    assert shown(document) == [ERROR] * len(CALLS)


def test_a_row_above_the_plan_is_followed(document):
    plan_sheet(document).Rows.insertByIndex(1, 1)
    assert shown(document) == NOW


def test_a_row_that_goes_is_an_error_aloud(document):
    plan_sheet(document).Rows.removeByIndex(5, 1)
    assert shown(document) == [ERROR] * len(CALLS)


def test_a_column_between_months_is_an_error_aloud(document):
    plan_sheet(document).Columns.insertByIndex(4, 1)
    assert shown(document) == [ERROR] * len(CALLS)


def test_the_plan_s_sheet_may_be_renamed(document):
    plan_sheet(document).Name = "Plan del año"
    assert shown(document) == NOW


def test_a_name_that_none_has_is_an_error(document):
    document.Sheets.getByName("Hoja").getCellRangeByName("A5").String = "nadie"
    assert shown(document)[3:] == [ERROR] * 2
    document.Sheets.getByName("Hoja").getCellRangeByName("A5").String = " Jefatura"
    assert shown(document)[3:] == ["Crítico", "24"]
