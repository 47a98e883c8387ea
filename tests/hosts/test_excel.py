"""Functions in Excel, called as VBA does, through xlwings' own code for Windows."""

import importlib
import io
from itertools import chain
from unittest import mock

import hypothesis
import openpyxl
import pytest
from hypothesis import strategies as st

from poi_xl.core.text import from_a1
from poi_xl.functions import BY_NAME, FUNCTIONS, HELP_LETTERS, CellError
from poi_xl.hosts.excel.session import Session
from poi_xl.hosts.excel.values import ERROR_MARK, MISSING, content, given, grid, sent
from poi_xl.package import macros
from poi_xl.reading.workbook import read_workbook
from tests.fake_excel import Book, Name, Sheet
from tests.functions.shipped import shipped_rows, spanish
from tests.xlwings_windows import ComError, Wrapped, install

NA, DIV_0 = -2146826246, -2146826281
MONTHS = ("ENE", "FEB", "MAR", "ABR", "MAY", "JUN", "JUL", "AGO", "SEP", "OCT", "NOV", "DIC")
HEADER = [
    "ÓRGANO", "ACTIVIDAD OPERATIVA", "META",
    *[f"PROG {month}" for month in MONTHS], *[f"EJEC {month}" for month in MONTHS[:3]],
]  # fmt: skip


@pytest.fixture(scope="session")
def xlwings_windows():
    return install()


@pytest.fixture
def excel(xlwings_windows, own_log):
    """The host as Excel's Python loads it: new, with a log of its own."""
    import poi_xl.hosts.excel as host

    return importlib.reload(host)


@pytest.fixture
def call(excel, xlwings_windows):
    """Call a function as a wrapper does: CallUDF with the arguments and the data version."""
    server = xlwings_windows[1].XLPython()

    def ask(book, name, *arguments, version=1.0):
        missing = [MISSING] * (len(BY_NAME[name].arguments) - len(arguments))
        values = tuple(map(as_com, (*arguments, *missing)))
        return server.CallUDF(
            "poi_xl.hosts.excel", name, (*values, version), book, book.Application.Caller
        )

    return ask


def as_com(value):
    return tuple(map(tuple, value)) if isinstance(value, list) else value


def error(text):
    return f"{ERROR_MARK}{next(each.code for each in CellError if each.text == text)}"


def log(tmp_path):
    return (tmp_path / "estado" / "poi_xl" / "poi_xl.log").read_text(encoding="utf-8")


def plan_rows(*rows):
    """Rows of organ, activity, target, and the first months planned and executed."""
    body = [
        [organ, name, target, *planned, *[None] * (12 - len(planned)), *executed]
        for organ, name, target, planned, executed in rows
    ]
    return [["PLAN OPERATIVO INSTITUCIONAL 2021 - I TRIMESTRE"], [], HEADER, *body]


SMALL = plan_rows(
    ("JEFATURA", "Dirigir", 12.0, [4.0, 4.0, 4.0], [4.0, 3.0, 2.0]),
    ("ESCUELA", "Capacitar", 4.0, [1.0, 1.0, 2.0], [1.0, 1.0, 2.0]),
)


def small(*settings, rows=SMALL, **options):
    plan = Sheet("POI", rows)
    sheets = [Sheet("Portada", [["Plan"]]), plan, Sheet("Configuración", settings)]
    return Book(*sheets, points_at=plan, **options)


@pytest.fixture
def shipped():
    plan = Sheet("POI", shipped_rows())
    return Book(plan, points_at=plan)


# --- every function, every shape of argument ------------------------------------------------------


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda each: each.name)
def test_the_example_through_call_udf(call, shipped, function):
    name, arguments = spanish(function.example.formula)
    answer = function.example.answer
    expected = [list(row) for row in answer] if isinstance(answer, tuple) else answer
    if isinstance(expected, list) and len(expected) == 1:
        expected = expected[0]  # CallUDF hands a single row over as such
    if isinstance(expected, str) and expected.startswith("#"):
        expected = error(expected)  # the shipped plan has no money
    assert call(shipped, name, *[MISSING if a is None else a for a in arguments]) == expected


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda each: each.name)
def test_answers_are_lists_and_never_tuples(excel, xlwings_windows, shipped, function):
    """Through COM, a tuple of rows would lose all but its first."""
    values = [0.9 if each.name == "avance" else MISSING for each in function.arguments]
    found = xlwings_windows[0].call_udf(
        "poi_xl.hosts.excel", function.name, (*values, 1.0), shipped, None
    )
    assert type(found) is list
    assert {type(row) for row in found} == {list}
    assert {type(cell) for row in found for cell in row} <= {str, float}


@pytest.mark.parametrize("value", [MISSING, None, "", "*", (("*",),)])
def test_the_ways_of_asking_for_all(call, value):
    book = small()
    assert call(book, "POI_AVANCE", value) == 13 / 16
    assert call(book, "POI_META", value, value, value) == 16


def test_values_of_every_kind_as_arguments(call):
    book = small()
    for period in ("1", 1.0, 1, "I TRIM", MISSING, None):
        assert call(book, "POI_PROGRAMADO", MISSING, period) == 16
    assert call(book, "POI_AVANCE", NA) == error("#N/A")
    assert call(book, "POI_AVANCE", DIV_0) == error("#DIV/0!")
    assert call(book, "POI_AVANCE", -2146826243) == error("#VALUE!")  # #SPILL!
    for odd in (True, False, 44197.0):
        assert call(book, "POI_AVANCE", odd) == error("#VALUE!")
        assert call(book, "POI_AVANCE", MISSING, odd) == error("#VALUE!")


def test_a_truth_value_after_its_number_is_not_taken_for_it(call):
    book = small()
    assert call(book, "POI_PERIODO", 1.0) == "I TRIM"
    assert call(book, "POI_PERIODO", True) == error("#VALUE!")


def test_ranges_of_every_shape(call):
    book = small()
    assert call(book, "POI_EJECUTADO", [["JEFATURA"], ["ESCUELA"]]) == [[9], [4]]
    assert call(book, "POI_EJECUTADO", [["JEFATURA", "ESCUELA"]]) == [9, 4]  # one row
    assert call(book, "POI_EJECUTADO", ("JEFATURA", "ESCUELA")) == [9, 4]  # {"A"\"B"} in a formula
    assert call(book, "POI_EJECUTADO", [["JEFATURA"], [None], [NA], ["x"]]) == [
        [9], [13], [error("#N/A")], [error("#VALUE!")],
    ]  # fmt: skip
    assert call(book, "POI_META", MISSING, [["Dirigir"], ["Capacitar"]]) == [[12], [4]]
    assert call(book, "POI_META", [["JEFATURA"]] * 3, [["Dirigir"]] * 2) == error("#VALUE!")


def test_a_table_given_by_the_formula(call):
    book = small()
    other = plan_rows(("TALLER", "Reparar", 2.0, [2.0], [1.0]))[2:]
    assert call(book, "POI_AVANCE", MISSING, 1.0, MISSING, MISSING, other) == 0.5
    assert call(book, "POI_META", "taller", MISSING, MISSING, other) == 2
    assert call(book, "POI_META", "taller") == error("#VALUE!")
    assert call(book, "POI_META", MISSING, MISSING, MISSING, NA) == error("#N/A")
    for no_plan in ([["a", 1.0], ["b", 2.0]], "POI", 3.0):
        assert call(book, "POI_META", MISSING, MISSING, MISSING, no_plan) == error("#VALUE!")
        rows = call(book, "POI_OBSERVACIONES", no_plan)
        assert [row[0] for row in rows] == ["Código", "POI-E64"]


def test_a_table_takes_the_settings_of_the_workbook(call):
    book = small(["Trimestre vigente", 2.0])
    other = plan_rows(("TALLER", "Reparar", 2.0, [0, 0, 0, 2.0], [1.0]))[2:]
    assert call(book, "POI_PROGRAMADO", MISSING, MISSING, MISSING, MISSING, other) == 2
    assert call(book, "POI_PROGRAMADO", MISSING, "ENE", MISSING, MISSING, other) == 0
    book._sheets[2]["B1"] = 1.0
    again = call(book, "POI_PROGRAMADO", MISSING, MISSING, MISSING, MISSING, other, version=2.0)
    assert again == 0


# --- what goes wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("POI_AVANCE", ["NADIE"], "POI-E60"),
        ("POI_AVANCE", [MISSING, "quincena"], "POI-E33"),
        ("POI_CALIFICAR", [0.9, "Z"], "POI-E34"),
        ("POI_RESUMEN", ["región"], "POI-E61"),
        ("POI_META", [[["JEFATURA"]] * 3, [["Dirigir"]] * 2], "POI-E62"),
    ],
)
def test_a_wrong_argument_is_an_error_with_its_reason(call, tmp_path, name, arguments, code):
    book = small()
    book.Application.Caller = Sheet("Tablero").Range("C7:D9")
    assert call(book, name, *arguments) == error("#VALUE!")
    assert f"{name} en Tablero!C7: {code}" in log(tmp_path)
    rows = call(book, "POI_OBSERVACIONES")
    assert [row[0] for row in rows] == ["Código", code]
    assert rows[1][1:4] == ["error", "Tablero", "C7"]


def test_a_reason_is_logged_once_for_thousands_of_cells(call, tmp_path):
    book = small()
    for _ in range(50):
        call(book, "POI_AVANCE", "NADIE")
    assert log(tmp_path).count("POI-E60") == 1


def test_a_reason_is_forgotten_once_the_data_version_moves(call):
    book = small()
    call(book, "POI_AVANCE", "NADIE")
    assert call(book, "POI_OBSERVACIONES")[1][0] == "POI-E60"
    assert call(book, "POI_OBSERVACIONES", version=2.0)[1][0] == ""
    call(book, "POI_AVANCE", "NADIE", version=2.0)
    assert call(book, "POI_OBSERVACIONES", version=2.0)[1][0] == "POI-E60"


def test_a_ratio_without_denominator_is_not_available(call, tmp_path):
    rows = plan_rows(("JEFATURA", "Dirigir", 1.0, [0.0, 0.0, 0.0, 1.0], [0.0]))
    book = small(rows=rows)
    assert call(book, "POI_AVANCE") == error("#N/A")
    assert "POI-N60" in log(tmp_path)
    assert call(book, "POI_OBSERVACIONES")[1][:2] == ["POI-N60", "nota"]


def test_the_preset_of_the_settings_that_does_not_exist(call):
    book = small(["Semáforo", "Z"])
    assert call(book, "POI_OBSERVACIONES")[1][:4] == ["POI-E30", "error", "Configuración", "B1"]
    assert call(book, "POI_SEMAFORO", "JEFATURA") == "En riesgo"  # by preset A, as it says


FAULTY = plan_rows(
    ("JEFATURA", "Dirigir", 99.0, [4.0, 4.0, 4.0], [4.0, DIV_0, "muchos"]),
    ("ESCUELA", "Capacitar", 4.0, [1.0, 1.0, 2.0], [1.0, 1.0, 2.0]),
)


def test_a_plan_with_problems_says_them(call, tmp_path):
    found = call(small(rows=FAULTY), "POI_OBSERVACIONES")
    problems = {tuple(row[:4]) for row in found[1:]}
    assert problems == {
        ("POI-E22", "error", "POI", "R4"),
        ("POI-E24", "error", "POI", "Q4"),
        ("POI-E40", "error", "POI", "C4"),
    }
    assert all(f"{code} {sheet}!{cell}" in log(tmp_path) for code, _, sheet, cell in problems)


@pytest.mark.parametrize(
    ("name", "arguments", "answer"),
    [
        ("POI_EJECUTADO", [], "#DIV/0!"),
        ("POI_EJECUTADO", ["JEFATURA"], "#DIV/0!"),
        ("POI_EJECUTADO", ["JEFATURA", "FEB"], "#DIV/0!"),
        ("POI_BRECHA", [], "#DIV/0!"),
        ("POI_AVANCE", [], "#DIV/0!"),
        ("POI_AVANCE_META", [MISSING, "MAR"], "#DIV/0!"),  # January to March
        ("POI_SEMAFORO", ["JEFATURA"], "#DIV/0!"),
        ("POI_EJECUTADO", ["JEFATURA", "ENE"], 4),
        ("POI_EJECUTADO", ["JEFATURA", "MAR"], 0),  # a text, as SUM would
        ("POI_EJECUTADO", ["ESCUELA"], 4),
        ("POI_PROGRAMADO", [], 16),
        ("POI_META", [], 103),
        ("POI_AVANCE_META", [MISSING, "ENE"], 5 / 103),
        ("POI_SEMAFORO", ["ESCUELA"], "En meta"),
    ],
)
def test_what_rests_on_an_error_cell_is_that_error(call, name, arguments, answer):
    expected = error(answer) if answer in {each.text for each in CellError} else answer
    assert call(small(rows=FAULTY), name, *arguments) == expected


def test_tables_show_the_error_where_it_matters_and_nowhere_else(call):
    book = small(rows=FAULTY)
    wrong = error("#DIV/0!")
    rows = call(book, "POI_RESUMEN")
    assert rows[1] == ["JEFATURA", 1, 99, 12, *[wrong] * 7]
    assert wrong not in rows[2]
    assert call(book, "POI_SERIE", "*", "ejecutado")[:3] == [5, wrong, 2]
    assert call(book, "POI_SERIE", "*", "avance acumulado")[:3] == [1, wrong, wrong]
    assert call(book, "POI_SERIE", "*", "programado acumulado")[:3] == [5, 10, 16]
    assert call(book, "POI_ALERTAS")[1][4:] == [99, 12, wrong, wrong, wrong, wrong]


def test_no_plan_at_all(call, tmp_path):
    book = Book(Sheet("Hoja1", [["Hola"]]), Sheet("Configuración", [["Año", 2021.0]]))
    assert call(book, "POI_AVANCE") == error("#VALUE!")
    found = call(book, "POI_OBSERVACIONES")[1]
    assert found[0] == "POI-E20"
    assert "(«Hoja1»)" in found[4]
    assert "POI-E20" in log(tmp_path)
    assert "sin plan" in call(book, "POI_INFO")
    assert call(book, "POI_CALIFICAR", 0.5) == "Crítico"


def test_a_plan_without_a_column(call):
    rows = [row[:15] for row in SMALL]
    assert call(small(rows=rows), "POI_AVANCE") == error("#VALUE!")
    assert call(small(rows=rows), "POI_OBSERVACIONES")[1][0] == "POI-E21"


def test_our_own_mistakes_are_errors_too(call, excel, tmp_path, monkeypatch):
    monkeypatch.setattr(excel._SESSION, "respond", lambda *_: 1 / 0)
    assert call(small(), "POI_AVANCE") == error("#VALUE!")
    assert "ZeroDivisionError" in log(tmp_path)


@pytest.mark.parametrize(
    "error", [ComError(-2147418111), ComError(-2147352567, -2146777998), AttributeError("Names")]
)
def test_excel_being_busy_is_no_answer(call, error):
    """VBA must not remember it: the next calculation asks again."""
    book = small()

    class Busy:
        def Item(self, name):  # noqa: N802
            raise error

    names, book.Names = book.Names, Busy()
    with pytest.raises(type(error)):
        call(book, "POI_AVANCE")
    book.Names = names
    assert call(book, "POI_AVANCE") == 13 / 16


def test_a_log_that_cannot_be_written_changes_no_answer(call, monkeypatch, tmp_path):
    blocked = tmp_path / "archivo"
    blocked.write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(blocked))
    assert call(small(), "POI_AVANCE", "NADIE") == error("#VALUE!")


# --- the plan is read once for each version of the data -------------------------------------------


def test_the_plan_is_read_once_for_each_data_version(call):
    book = small()
    for organ in ("JEFATURA", "ESCUELA", MISSING) * 10:
        call(book, "POI_AVANCE", organ)
    assert book.calls["Value2"] == 2  # the plan and the settings, in one call each
    book._sheets[1]["P5"] = 0.0
    assert call(book, "POI_EJECUTADO") == 13
    assert call(book, "POI_EJECUTADO", version=2.0) == 12
    assert book.calls["Value2"] == 4


def test_the_same_question_is_computed_once(xlwings_windows, call):
    book = small()

    def ask(*arguments):
        values = (*arguments, MISSING, MISSING, 1.0)
        return xlwings_windows[0].call_udf("poi_xl.hosts.excel", "POI_RESUMEN", values, book, None)

    assert ask("mef") is ask("mef")
    assert ask("mef") is not ask("total")


def test_without_a_version_nothing_old_is_answered(call):
    book = small()
    assert call(book, "POI_EJECUTADO", version=None) == 13
    book._sheets[1]["P5"] = 0.0
    assert call(book, "POI_EJECUTADO", version=None) == 12


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["POI", "Configuración"]),
        st.sampled_from(["A4", "C4", "D4", "P4", "Q5", "B1", "B2"]),
        st.sampled_from([0.0, 7.0, None, "JEFATURA", "II", "POI", NA]),
    ),
    max_size=6,
)


@hypothesis.given(EDITS)
@hypothesis.settings(max_examples=20)
def test_what_is_remembered_is_what_would_be_read(edits):
    """After any edits and their undoing, who knew the workbook says what a newcomer would."""
    book = small(["Trimestre vigente", 1.0], ["Hoja del plan", None])
    sheets = {each.Name: each for each in book._sheets}
    session, questions = Session(), (("POI_EJECUTADO", 5), ("POI_RESUMEN", 3), ("POI_INFO", 0))
    changes = [(sheets[name], from_a1(address), value) for name, address, value in edits]
    undone: list[tuple[Sheet, tuple[int, int], object]] = []
    for version, (sheet, place, value) in enumerate(chain(changes, undone)):
        if version < len(changes):
            undone.insert(0, (sheet, place, sheet.cells.get(place)))
        sheet.cells[place] = value
        for function, count in questions:
            asked = (BY_NAME[function], book, (MISSING,) * count + (float(version),))
            with mock.patch("poi_xl.hosts.excel.session.start_log"):
                assert session.respond(*asked) == Session().respond(*asked)


def test_two_workbooks_of_the_same_version_are_not_confused(call):
    first = small()
    second = small(rows=plan_rows(("X", "x", 1.0, [1.0], [1.0])), path=r"C:\POI\otro.xlsm")
    assert [call(each, "POI_META") for each in (first, second, first)] == [16, 1, 16]


def test_a_change_of_the_settings_counts(call):
    book = small(["Trimestre vigente", 1.0])
    assert call(book, "POI_PERIODO") == "I TRIM"
    book._sheets[2]["B1"] = "III"
    assert call(book, "POI_PERIODO", version=2.0) == "III TRIM"


def test_the_sheet_that_the_settings_name_comes_first(call):
    other = Sheet("Reprogramado", plan_rows(("X", "x", 1.0, [1.0], [1.0])))
    plan = Sheet("POI", SMALL)
    book = Book(plan, other, Sheet("CONFIGURACION", [["Hoja del plan", "reprogramado"]]))
    assert call(book, "POI_META") == 1
    book = Book(plan, Sheet("Configuración", [["Hoja del plan", "Otra"]]), points_at=plan)
    assert call(book, "POI_META", version=2.0) == 16
    assert call(book, "POI_OBSERVACIONES", version=2.0)[1][0] == "POI-N21"


def test_a_plan_found_elsewhere_than_it_is_sought_is_read_anew(call):
    book = Book(
        Sheet("Portada", [["Plan"]]),
        Sheet("POI", SMALL),
        Sheet("Configuración", [["Hoja del plan", "Portada"]]),
    )
    assert call(book, "POI_EJECUTADO") == 13
    book._sheets[1]["P5"] = 0.0
    assert call(book, "POI_EJECUTADO", version=2.0) == 12


def test_copies_of_a_workbook_do_not_share_their_observations(call):
    first, second = small(), small(path=r"C:\POI\copia.xlsm")
    call(first, "POI_AVANCE", "NADIE")
    call(second, "POI_AVANCE", "OTRO")
    assert "NADIE" in call(first, "POI_OBSERVACIONES")[1][4]
    assert "OTRO" in call(second, "POI_OBSERVACIONES")[1][4]
    assert len(call(second, "POI_OBSERVACIONES")) == 2


def test_a_plan_that_nothing_points_at_is_found_if_it_is_the_only_one(call):
    plan = Sheet("Trimestre 1", SMALL)
    ours = Sheet("Semáforo", SMALL)
    book = Book(Sheet("Portada"), plan, ours)
    book.Names.append(Name("_poi_xl.hoja.semaforo", ours, "=Semáforo!$1:$1048576"))
    assert call(book, "POI_META") == 16
    book.Names.clear()
    assert call(book, "POI_META", version=2.0) == error("#VALUE!")
    assert call(book, "POI_OBSERVACIONES", version=2.0)[1][0] == "POI-E65"


def test_a_name_whose_range_was_deleted_points_at_nothing(call):
    book = Book(Sheet("POI", SMALL))
    book.Names.append(Name("POI_DATOS", None))
    assert call(book, "POI_META") == 16


def test_merged_cells_are_filled(call):
    rows = [
        *SMALL[:3],
        ["JEFATURA", "Dirigir", *SMALL[3][2:]],
        [None, "Capacitar", *SMALL[4][2:]],
    ]
    book = small(rows=rows)
    book._sheets[1].merged = [(1, 1, 1, 9), (4, 1, 5, 1)]
    assert call(book, "POI_META", "JEFATURA") == 16
    # Found by halving, not by asking each of a hundred cells.
    assert book.calls["MergeCells"] < 40


def test_merged_units_and_budget_activities_are_filled(call):
    header = ["ORGANO", "ACTIVIDAD", "ACTIVIDAD PRESUPUESTAL-MEF", *HEADER[2:]]
    rows = [header, ["A", "x", "GESTIÓN", *SMALL[3][2:]], ["B", "y", None, *SMALL[4][2:]]]
    book = small(rows=rows)
    assert call(book, "POI_META", MISSING, MISSING, "gestión") == 12
    book._sheets[1].merged = [(2, 3, 3, 3)]
    assert call(book, "POI_META", MISSING, MISSING, "gestión", version=2.0) == 16


def test_months_that_excel_keeps_as_dates(call):
    serials = [44197.0, 44228.0, 44256.0, 44287.0, 44317.0, 44348.0, 44378.0, 44409.0, 44440.0]
    serials += [44470.0, 44501.0, 44531.0]
    groups = [None, None, None, "PROGRAMADO", *[None] * 11, "EJECUTADO"]
    header = ["ORGANO", "ACTIVIDAD", "META", *serials, *serials[:3]]
    figures = ["A", "x", 44197.0, 44197.0, *[0.0] * 11, 1.0, 0.0, 0.0]
    assert call(small(rows=[groups, header, figures]), "POI_PROGRAMADO", "*", "ENE") == 44197


def test_a_sheet_that_excel_takes_for_used_to_its_end(call):
    plan = Sheet("POI", SMALL, used=(1, 1, 1_048_576, 24))
    book = Book(plan, points_at=plan)
    assert call(book, "POI_META") == 16
    assert book.calls["Value2"] == 2  # a block of rows, and one more that turns out blank


def test_excel_and_the_command_line_read_the_same(excel, built):
    """The same workbook through COM and from its file: plan, settings and observations."""
    read = read_workbook(built)
    assert read.plan is not None
    opened = openpyxl.load_workbook(built, data_only=True)
    sheets = [
        Sheet(
            sheet.title,
            list(sheet.iter_rows(values_only=True)),
            [(m.min_row, m.min_col, m.max_row, m.max_col) for m in sheet.merged_cells.ranges],
        )
        for sheet in opened.worksheets
    ]
    for sheet in sheets:
        sheet.cells = {
            place: float(value) if type(value) is int else value
            for place, value in sheet.cells.items()
        }
    book = Book(*sheets, points_at=next(each for each in sheets if each.Name == "POI"))
    context = excel._SESSION.known(book, 1.0).context
    assert context.plan.digest == read.plan.digest
    assert context.plan.layout == read.plan.layout
    assert context.plan.stated.totals == read.plan.stated.totals
    assert context.settings == read.settings
    assert context.problems == read.problems == ()
    assert book.calls["MergeCells"] < 200


# --- what xlwings makes of the functions ----------------------------------------------------------


def test_the_wizard_shows_our_texts_under_our_category(excel, xlwings_windows):
    udfs, _ = xlwings_windows
    book = small()
    book.VBProject = Project()
    udfs.import_udfs("poi_xl.hosts.excel", book)
    assert set(book.Application.described) == set(BY_NAME)
    for name, options in book.Application.described.items():
        function = BY_NAME[name]
        assert options["Category"] == "POI"
        assert options["Description"] == function.help
        assert (options["ArgumentDescriptions"] or []) == [each.help for each in function.arguments]
        assert all(len(text) <= HELP_LETTERS for text in options["ArgumentDescriptions"] or [])


class Project:
    """The VBA project as import_udfs uses it."""

    def __init__(self):
        self.VBComponents = self

    def __call__(self, name):
        return name

    def Remove(self, component):  # noqa: N802
        pass

    def Import(self, path):  # noqa: N802
        pass


def test_import_functions_writes_wrappers_that_ask_the_same(excel, xlwings_windows):
    text = io.StringIO()
    xlwings_windows[0].generate_vba_wrapper("poi_xl.hosts.excel", excel, text, small())
    wrappers = text.getvalue()
    assert wrappers.count("End Function") == len(FUNCTIONS)
    assert "Function POI_CALIFICAR(avance, Optional preset)" in wrappers
    assert "Function POI_INFO()" in wrappers
    assert (
        'CallUDF("poi_xl.hosts.excel", "POI_META", '
        "Array(organo, actividad, mef, tabla, DataVersion()), ThisWorkbook" in wrappers
    )
    # Excel knows no dependency on the plan, and must not call while the wizard is open.
    assert wrappers.count("Application.Volatile") == len(FUNCTIONS)
    assert wrappers.count(".Controls(1).Enabled) Then Exit Function") == len(FUNCTIONS)


def test_both_sides_agree(excel):
    assert macros.ERROR_MARK == ERROR_MARK
    assert macros.VERSION_CALL == excel.VERSION_CALL
    assert macros.VERSION_ARGUMENT == excel.VERSION
    assert excel.__name__ == macros.PYTHON_MODULE


def test_a_required_argument_left_out_in_vba(call):
    assert call(small(), "POI_CALIFICAR", MISSING) == error("#VALUE!")


def test_python_objects_among_the_arguments_are_unwrapped(call):
    assert call(small(), "POI_META", Wrapped(type("Text", (), {"obj": "ESCUELA"}))) == 4


def test_without_xlwings_windows_half_the_functions_are_there(excel):
    entries = excel.entry_points()
    assert set(entries) == set(BY_NAME)
    assert not any(hasattr(each, "__xlfunc__") for each in entries.values())


# --- values ---------------------------------------------------------------------------------------


def test_dates_and_currency_from_xlwings_own_wrappers():
    import datetime as dt
    from decimal import Decimal

    assert given(Decimal("1.5")) == 1.5
    assert given(dt.datetime(2021, 3, 1)) == "2021-03-01 00:00:00"  # noqa: DTZ001
    assert content((dt.date(2021, 1, 1), 1.0)) != content((dt.date(2021, 1, 2), 1.0))


def test_content_tells_types_apart():
    keys = {content(((value,),)) for value in (1.0, 1, True, "1", None, "", -2146826246)}
    assert len(keys) == 7


def test_a_text_of_the_plan_is_never_taken_for_an_error():
    assert sent([["\x01POI:2042", "a\nb"]]) == [["POI:2042", "a\nb"]]


def test_what_value2_gives_as_cells():
    assert grid(((None, 1.0, "a", NA, True),)) == [["", 1.0, "a", "#N/A", True]]
    assert grid(3.0) == [[3.0]]
    spill = -2146826243  # newer than the errors that we can answer
    assert [type(grid(cell)[0][0]).__name__ for cell in (DIV_0, spill, 7)] == [
        "CellError", "CellError", "float",
    ]  # fmt: skip
    assert given(spill) is CellError.VALUE
