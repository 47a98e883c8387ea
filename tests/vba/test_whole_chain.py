"""From the cell to the figure and back: our VBA, xlwings' own CallUDF, our Python, a real plan."""

import importlib
import io
import re

import pytest
from pyopenvba.interpreter import VBAErrorValue

from poi_xl.functions import FUNCTIONS, CellError
from poi_xl.package import macros
from poi_xl.package.parts import Package
from poi_xl.package.vba import WORKBOOK_BASE, document, standard
from tests.fake_excel import Book, Sheet
from tests.functions.shipped import shipped_rows, spanish
from tests.vba.books import Excel, write_book
from tests.vba.gate import vba_faults
from tests.xlwings_windows import install


@pytest.fixture(scope="module")
def windows():
    return install()


@pytest.fixture
def host(windows, own_log):
    import poi_xl.hosts.excel

    return importlib.reload(poi_xl.hosts.excel)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chain")
    base = write_book(folder / "plan.xlsx")
    macros.add_macros(Package.open(base), folder / "plan.xlsm")
    return folder / "plan.xlsm"


@pytest.fixture
def excel(path, host, windows):
    plan = Sheet("POI", shipped_rows())
    book = Book(plan, points_at=plan)
    server = windows[1].XLPython()

    def python(name, *values):
        return server.CallUDF(macros.PYTHON_MODULE, name, values, book, book.Application.Caller)

    return Excel(path, python=python)


def close(found, expected):
    if isinstance(expected, list | tuple):
        rows = found if len(expected) > 1 or not isinstance(expected[0], list | tuple) else [found]
        return len(rows) == len(expected) and all(map(close, rows, expected))
    return found == (pytest.approx(expected) if isinstance(expected, float) else expected)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda each: each.name)
def test_a_cell_with_the_example_shows_its_answer(excel, function):
    name, arguments = spanish(function.example.formula)
    found = excel.call(name, *("" if each is None else each for each in arguments))
    expected = function.example.answer
    if expected == CellError.NA.text:
        expected = VBAErrorValue(CellError.NA.code)  # the shipped plan has no money
    assert close(found, expected), found


def test_the_first_formula_anybody_writes(excel):
    assert excel.call("POI_AVANCE") == pytest.approx(0.968, abs=0.0005)


def test_what_names_nothing_is_a_real_error_and_so_is_a_missing_denominator(excel):
    assert excel.call("POI_AVANCE", "no existe") == VBAErrorValue(2015)
    assert excel.call("POI_AVANCE", "", "no existe") == VBAErrorValue(2015)
    assert excel.call("POI_CALIFICAR", VBAErrorValue(2042)) == VBAErrorValue(2042)


def test_a_range_of_organs_answers_with_as_many_cells(excel):
    sheet = excel.app.sheet("Tablero")
    sheet.set_value("A1", "Escuela SAT")
    sheet.set_value("A2", "no existe")
    found = excel.call("POI_META", excel.range("Tablero", "A1:A2"))
    assert found == [[45.0], [VBAErrorValue(2015)]]


# --- both sides say the same ----------------------------------------------------------------------


def test_mark_module_and_version_are_those_of_the_python_side(host):
    assert host.ERROR_MARK == macros.ERROR_MARK
    assert (host.VERSION, host.VERSION_CALL) == (macros.VERSION_ARGUMENT, macros.VERSION_CALL)
    assert host.__name__ == macros.PYTHON_MODULE
    calls = macros.hand_written("poi_calls.bas")
    assert f'PYTHON_MODULE As String = "{macros.PYTHON_MODULE}"' in calls
    assert f'mark = Chr$(1) & "{macros.ERROR_MARK[1:]}"' in calls


@pytest.fixture
def imported(host, windows):
    """The module that Import Functions would write."""
    text = io.StringIO()
    windows[0].generate_vba_wrapper(macros.PYTHON_MODULE, host, text, Book(Sheet("POI", [])))
    return text.getvalue()


def test_import_functions_would_write_the_same_signatures(imported):
    ours = macros.wrappers()
    heads = re.findall(r"(?m)^Function .*$", ours)
    assert sorted(heads) == sorted(re.findall(r"(?m)^Function .*$", imported))
    assert len(heads) == len(FUNCTIONS)
    for function in FUNCTIONS:
        names = [each.name for each in function.arguments]
        sent = ", ".join([*names, macros.VERSION_CALL])
        assert f'"{function.name}", Array({sent}), ThisWorkbook, Application.Caller' in imported


def test_and_its_module_would_compile_in_the_place_of_ours(imported):
    head = '#Const App = "Microsoft Excel"\n'
    module = standard("xlwings_udfs", f'Attribute VB_Name = "xlwings_udfs"\n{head}{imported}')
    kept = [each for each in macros.own_modules() if each.name != "poi_udfs"]
    book = document("ThisWorkbook", macros.hand_written("ThisWorkbook.cls"), WORKBOOK_BASE)
    found = vba_faults((book, *kept, module), only=["xlwings_udfs"])
    assert [each for each in found if "option-explicit" not in each] == []
