"""The generated wrappers and what is behind them, run in a VBA interpreter against Python."""

import datetime as dt

import pytest
from pyopenvba.interpreter import EMPTY, VBAErrorValue

from poi_xl.functions import FUNCTIONS, Kind
from poi_xl.package.macros import ERROR_MARK, PYTHON_MODULE, add_macros
from poi_xl.package.parts import Package
from tests.vba.books import Excel, write_book

OMITTED = -2147352572
NOON = dt.datetime(2021, 4, 20, 12)  # noqa: DTZ001 - the analyst's own clock
NA, VALUE, NAME = VBAErrorValue(2042), VBAErrorValue(2015), VBAErrorValue(2029)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("macros")
    add_macros(Package.open(write_book(folder / "plan.xlsx")), folder / "plan.xlsm")
    return folder / "plan.xlsm"


@pytest.fixture
def excel(path):
    return Excel(path)


def given(excel):
    """What the last call that reached Python was given, without the version."""
    return excel.calls[-1][2][:-1]


def version(excel):
    return excel.calls[-1][2][-1]


# --- arguments ------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda each: each.name)
def test_every_function_reaches_its_namesake_with_every_argument(excel, function):
    excel.python = lambda name, *arguments: f"{name} {len(arguments)}"
    required = [0.5 for each in function.arguments if each.required]
    answer = excel.call(function.name, *required)
    assert answer == f"{function.name} {len(function.arguments) + 1}"
    assert excel.calls[-1][:2] == (PYTHON_MODULE, function.name)
    omitted = [OMITTED] * (len(function.arguments) - len(required))
    assert given(excel) == required + omitted


def test_arguments_keep_their_places_and_kinds(excel):
    excel.call("POI_AVANCE", "Finanzas", 2.0, "", True)
    assert given(excel) == ["Finanzas", 2.0, "", True, OMITTED]


def test_a_range_arrives_as_its_values_and_a_single_cell_as_its_own(excel):
    excel.call("POI_AVANCE", excel.range("POI", "A2:A3"), excel.range("POI", "C2"))
    organs = (("Gerencia de Informática",), ("Gerencia de Finanzas",))
    assert given(excel)[:2] == [organs, 10.0]


def test_a_blank_cell_and_an_error_cell_are_told_apart_from_text(excel):
    excel.app.sheet("Tablero").sheet.vba_get("Range", ["B1"]).vba_set("Value", NA)
    excel.call("POI_AVANCE", excel.range("Tablero", "A1:B1"))
    assert given(excel)[0] == ((None, -2146826246),)


def test_a_whole_column_is_cut_to_what_is_in_use(excel):
    excel.call("POI_AVANCE", excel.range("POI", "A:A"))
    assert len(given(excel)[0]) == 3
    excel.call("POI_AVANCE", excel.range("Tablero", "B:B"))
    assert given(excel)[0] is None


def test_a_range_of_several_areas_is_an_error_and_not_its_first_area(excel):
    excel.call("POI_AVANCE", excel.range("POI", "A2,A3"))
    assert given(excel)[0] == -2146826265


# --- answers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (0.25, 0.25),
        ("Crítico", "Crítico"),
        ("", ""),
        (None, ""),
        (f"{ERROR_MARK}2042", NA),
        (f"{ERROR_MARK}2015", VALUE),
        ("POI:2042", "POI:2042"),
    ],
)
def test_a_value_or_a_real_error(excel, sent, shown):
    excel.python = lambda *_: sent
    assert excel.call("POI_AVANCE") == shown


def test_errors_inside_a_matrix_and_inside_a_row_are_real_too(excel):
    excel.python = lambda *_: [["a", f"{ERROR_MARK}2042"], [None, 2.0]]
    assert excel.call("POI_RESUMEN") == [["a", NA], ["", 2.0]]
    excel.python = lambda *_: ["b", f"{ERROR_MARK}2015"]
    assert excel.call("POI_SERIE") == ["b", VALUE]


def test_a_fault_in_python_is_an_error_and_never_text(excel):
    def fault(*_):
        from pyopenvba.interpreter._values import error

        raise error(1000, "ZeroDivisionError: division by zero")

    excel.python = fault
    assert excel.call("POI_AVANCE") == VALUE
    excel.python = lambda *_: 0.5
    assert excel.call("POI_AVANCE") == 0.5  # and it was not remembered


# --- the dictionary -------------------------------------------------------------------------------


def test_the_second_time_the_dictionary_answers(excel):
    for _ in range(3):
        assert excel.call("POI_AVANCE", "Finanzas") == 1.0
    assert len(excel.calls) == 1
    assert excel.servers == 1


@pytest.mark.slow
def test_ten_thousand_cells_with_24_organs_cross_to_python_24_times(excel):
    def fill(cells):
        before = len(excel.calls)
        for cell in range(cells):
            excel.call("POI_AVANCE", f"GERENCIA {cell % 24}", "I TRIM")
        return len(excel.calls) - before

    assert fill(10_000) == 24
    assert fill(1_000) == 0
    excel.app.sheet("POI").set_value("C2", 99)
    assert fill(1_000) == 24


def test_other_arguments_are_another_question(excel):
    questions = [(), ("1",), (1.0,), (True,), ("",), ("a", "b"), ("ab",), ("", "ab"), ("a,b",)]
    questions += [("a8:b", "c"), ("a", "b8:c"), ("a8:1:b", "c"), ("a", "b8:1:c")]
    for question in questions * 2:
        excel.call("POI_AVANCE", *question)
    assert len(excel.calls) == len(questions)


def test_ranges_with_the_same_values_are_one_question_and_shape_counts(excel):
    sheet = excel.app.sheet("Tablero")
    for address in ("A1", "B1", "A2", "D4", "D5"):
        sheet.set_value(address, "x")
    for address in ("A1:B1", "A1:A2", "A1:B1", "D4:D5"):
        excel.call("POI_AVANCE", excel.range("Tablero", address))
    assert len(excel.calls) == 2


def test_a_table_given_in_the_formula_counts_by_its_content(excel):
    table = excel.range("POI", "A1:D3")
    excel.python = lambda name, *arguments: arguments[4][1][2]
    assert excel.call("POI_AVANCE", "", "", "", "", table) == 10.0
    assert excel.call("POI_AVANCE", "", "", "", "", table) == 10.0
    assert len(excel.calls) == 1
    excel.app.application.enable_events = False
    excel.app.sheet("POI").set_value("C2", 11)
    assert excel.call("POI_AVANCE", "", "", "", "", table) == 11.0


def test_long_ranges_that_differ_in_one_cell_are_two_questions(excel):
    excel.app.application.enable_events = False
    sheet, excel.python = excel.app.sheet("Tablero"), lambda name, *arguments: arguments[0][7][0]
    for row in range(1, 9):
        sheet.set_value(f"A{row}", f"{row}" * 90)
    for last in ("x" * 90, "y" * 90, "x" * 90):
        sheet.set_value("A8", last)
        assert excel.call("POI_AVANCE", excel.range("Tablero", "A1:A8")) == last
    assert len(excel.calls) == 2


def test_what_depends_on_more_than_the_data_is_asked_each_time(excel):
    forgotten = [each for each in FUNCTIONS if not each.remembered]
    assert forgotten
    for function in forgotten:
        excel.call(function.name)
        excel.call(function.name)
    assert len(excel.calls) == 2 * len(forgotten)


# --- the data version -----------------------------------------------------------------------------


def asked(excel):
    """Ask; return whether the question reached Python, under a version never seen before."""
    seen = {call[2][-1] for call in excel.calls}
    before = len(excel.calls)
    excel.call("POI_AVANCE")
    return len(excel.calls) > before and version(excel) not in seen


CHANGES = {
    "typing in the plan": lambda e: e.app.sheet("POI").set_value("C2", 99),
    "clearing": lambda e: e.app.sheet("POI").sheet.vba_get("Range", ["C3:D3"]).ClearContents(),
    "pasting": lambda e: e.range("POI", "C3:D3").Copy(e.range("POI", "C2:D2")),
    "a new row": lambda e: e.range("POI", "A4:D4").vba_set("Value", "x"),
    "the settings": lambda e: e.app.sheet("Configuración").set_value("B2", 2),
    "a number by its text": lambda e: e.app.sheet("POI").set_value("C2", "'10"),
    "a value by nothing": lambda e: e.app.sheet("POI").set_value("A1", EMPTY),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_version_moves_with(excel, change):
    assert asked(excel)
    CHANGES[change](excel)
    assert asked(excel)
    assert not asked(excel)


@pytest.mark.parametrize("address", ["POI!C2", "Tablero!A1"])
def test_the_version_stays_when_nothing_else_is_written(excel, address):
    asked(excel)
    sheet, cell = address.split("!")
    excel.app.sheet(sheet).set_value(cell, 10)  # in the plan, what was there already
    assert not asked(excel)
    assert excel.calculations == 0


def test_undoing_gives_a_new_version_and_not_the_old_one(excel):
    asked(excel)
    excel.app.sheet("POI").set_value("C2", 99)
    asked(excel)
    excel.app.sheet("POI").set_value("C2", 10)
    assert asked(excel)


def test_a_formula_in_the_plan_that_changes_moves_it(excel):
    excel.app.sheet("POI").set_value("C2", "=Tablero!A9")
    excel.app.sheet("Tablero").set_value("A9", 5)
    asked(excel)
    excel.app.sheet("Tablero").set_value("A9", 6)
    assert asked(excel)


def test_what_was_written_with_events_off_is_seen_at_the_next_event(excel):
    asked(excel)
    excel.app.application.enable_events = False
    excel.app.sheet("POI").set_value("C2", 99)
    excel.app.application.enable_events = True
    excel.app.sheet("POI").set_value("D3", 40.5)  # what was there already
    assert asked(excel)


def test_opening_describes_the_functions_and_takes_the_data_as_they_are(excel):
    excel.app.run("ThisWorkbook.Workbook_Open")
    assert asked(excel)
    told = {name: (category, *texts) for name, category, *texts in excel.described}
    assert told == {
        f"'plan.xlsm'!{each.name}": (
            each.category,
            each.help,
            *(one.help for one in each.arguments),
        )
        for each in FUNCTIONS
    }


def test_a_project_that_lost_its_state_uses_no_old_version(path):
    first = Excel(path)
    first.app.freeze_clock(NOON)
    asked(first)
    second = Excel(path)
    second.app.freeze_clock(NOON + dt.timedelta(seconds=1))
    asked(second)
    assert version(second) > version(first)


def test_cells_are_calculated_again_after_a_change_once(excel):
    asked(excel)
    excel.app.sheet("POI").set_value("C2", 99)
    assert excel.calculations == 1
    excel.app.sheet("Tablero").set_value("A1", 1)
    assert excel.calculations == 1


def test_the_first_change_calculates_every_cell_as_stored_answers_were_never_asked_for(excel):
    asked(excel)
    for amount in (99, 98, 97):
        excel.app.sheet("POI").set_value("C2", amount)
    assert excel.calculations == 3
    assert excel.full_calculations == 1


def test_a_plan_of_random_formulas_does_not_calculate_for_ever(excel):
    asked(excel)
    sheet = excel.app.sheet("POI")
    excel.on_calculation = lambda: sheet.set_value("D2", excel.calculations * 100)
    sheet.set_value("C2", 99)
    assert excel.calculations == 1


def test_calculation_by_hand_stays_by_hand(excel):
    asked(excel)
    excel.app.application.calculation = -4135
    excel.app.sheet("POI").set_value("C2", 99)
    assert excel.calculations == 0
    assert asked(excel)


def test_without_the_name_every_change_moves_the_version(tmp_path):
    base = write_book(tmp_path / "plan.xlsx", name=False)
    add_macros(Package.open(base), tmp_path / "plan.xlsm")
    excel = Excel(tmp_path / "plan.xlsm")
    assert asked(excel)
    excel.app.sheet("Tablero").set_value("A1", 1)
    assert asked(excel)
    assert excel.calculations == 0


def test_the_sheet_that_the_settings_name_is_watched(excel):
    settings = excel.app.sheet("Configuración")
    settings.set_value("A3", "Hoja del plan")
    settings.set_value("B3", "Tablero")
    asked(excel)
    excel.app.sheet("Tablero").set_value("A1", 1)
    assert asked(excel)


# --- Python comes and goes ------------------------------------------------------------------------


def test_a_dead_server_is_replaced_once_and_the_cell_never_knows(excel):
    excel.call("POI_AVANCE", "a")
    excel.deaths = 1
    assert excel.call("POI_AVANCE", "b") == 1.0
    assert excel.servers == 2
    excel.call("POI_AVANCE", "c")
    assert excel.servers == 2


def test_a_server_that_dies_again_is_not_tried_by_every_cell(excel):
    excel.deaths = 99
    assert [excel.call("POI_AVANCE", f"{n}") for n in range(5)] == [NAME] * 5
    assert excel.servers == 2


def test_without_python_cells_say_so_and_do_not_wait_each(excel):
    excel.broken = "Could not load xlwings64-0.37.8.dll"
    starts = []
    excel.on_start = lambda: starts.append(1)
    assert [excel.call("POI_AVANCE", f"{n}") for n in range(5)] == [NAME] * 5
    assert len(starts) == 1
    assert "Diagnóstico" in excel.app.application.status_bar
    excel.broken = ""
    assert excel.call("POI_AVANCE") == NAME
    excel.app.run("TryPythonAgain")
    assert excel.call("POI_AVANCE") == 1.0
    assert excel.app.application.status_bar is False


def test_a_python_without_poi_xl_is_not_tried_by_every_cell(excel):
    def missing(*_):
        from pyopenvba.interpreter._values import error

        raise error(1000, "ModuleNotFoundError: No module named 'poi_xl'")

    excel.python = missing
    assert [excel.call("POI_AVANCE", f"{n}") for n in range(3)] == [NAME] * 3
    assert len(excel.calls) == 1


# --- volatile, wizard -----------------------------------------------------------------------------


def test_nothing_is_asked_while_the_function_wizard_is_open(excel):
    excel.closed = False
    assert excel.call("POI_AVANCE", "x") is None
    assert excel.calls == []


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda each: each.name)
def test_volatile_only_when_no_table_is_given(excel, function):
    table = excel.range("POI", "A1:D3")
    excel.call(function.name, *(1.0 for each in function.arguments if each.required))
    assert excel.volatile == [True]
    if any(each.kind is Kind.TABLE for each in function.arguments):
        values = [table if each.kind is Kind.TABLE else 1.0 for each in function.arguments]
        excel.call(function.name, *values)
        assert excel.volatile == [True, False]
