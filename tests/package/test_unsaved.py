"""What differs between two copies of a workbook, and what that means for the user."""

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from poi_xl.package.cell_contents import Content, Result, number
from poi_xl.package.cell_edits import with_edits
from poi_xl.package.parts import Package
from poi_xl.package.unsaved import unsaved


def book(path, *changes):
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    sheet.title = "Plan"
    for row in (["Órgano", "Meta"], ["A", 3], ["B", 4], ["Total", "=SUM(B2:B3)"]):
        sheet.append(row)
    made.create_sheet("Otra")["A1"] = "=Plan!B4"
    for change in changes:
        change(made)
    made.save(path)
    return Package.open(path)


def compared(tmp_path, *changes):
    return unsaved(book(tmp_path / "a.xlsx"), book(tmp_path / "b.xlsx", *changes))


def said(found):
    return [str(each).partition(".")[0] for each in found.problems]


def test_equal_copies_differ_in_nothing(tmp_path):
    found = compared(tmp_path)
    assert (found.edits, found.problems, found.typed) == ({}, (), 0)


def test_typed_cells_are_found_blanked_ones_too(tmp_path):
    def change(made):
        sheet = made["Plan"]
        sheet["B2"], sheet["A3"], sheet["C9"], sheet["B4"] = 5, None, "=B2*2", 12

    assert compared(tmp_path, change).edits == {
        "Plan": {
            (2, 2): number(5),
            (3, 1): Content(),
            (4, 2): number(12),
            (9, 3): Content(formula="B2*2"),
        }
    }


def test_another_result_of_the_same_formula_is_nobodys_typing(tmp_path):
    before = book(tmp_path / "a.xlsx")
    after = with_edits(before, {"Plan": {(4, 2): Result("n", "7")}}, tmp_path / "b.xlsx")
    found = unsaved(before, after)
    assert found.edits == {"Plan": {(4, 2): Result("n", "7")}}
    assert found.typed == 0


@pytest.mark.parametrize("shown", [Result("e", "#NAME?"), Result("str", "")])
def test_what_an_office_without_our_functions_shows_is_no_result(tmp_path, shown):
    def ours(made):
        made["Plan"]["D1"] = "=POI_AVANCE()"

    before = book(tmp_path / "a.xlsx", ours)
    after = with_edits(before, {"Plan": {(1, 4): shown}}, tmp_path / "b.xlsx")
    assert unsaved(before, after).edits == {"Plan": {(1, 4): Result()}}


def add_sheet(made):
    made.create_sheet("Nueva")


def rename(made):
    made["Otra"].title = "Esta"


def hide(made):
    made["Otra"].sheet_state = "hidden"


@pytest.mark.parametrize("change", [add_sheet, rename, hide])
def test_other_sheets_are_no_cells(tmp_path, change):
    assert said(compared(tmp_path, change))[0].startswith("POI-E58: no se puede llevar")


def define(made):
    made.defined_names["mio"] = DefinedName("mio", attr_text="Plan!$A$1")


def validate(made):
    rule = DataValidation(type="whole", operator="greaterThan", formula1="0")
    rule.add("B2")
    made["Plan"].add_data_validation(rule)


def rate(made):
    made["Plan"].conditional_formatting.add("B2:B3", CellIsRule("lessThan", ["1"]))


THINGS = {
    "nombres definidos": define,
    "celdas combinadas": lambda made: made["Plan"].merge_cells("D1:E1"),
    "validaciones": validate,
    "formatos condicionales": rate,
    "notas": lambda made: setattr(made["Plan"]["B2"], "comment", Comment("ojo", "yo")),
}


@pytest.mark.parametrize("words", THINGS)
def test_what_is_no_cell_is_named(tmp_path, words):
    (told,) = compared(tmp_path, THINGS[words]).problems
    assert told.code == "POI-E58"
    assert words in told.message


def widen(made):
    made["Plan"].column_dimensions["B"].width = 40


def hide_row(made):
    made["Plan"].row_dimensions[3].hidden = True


LOOKS = {
    "el formato de 1 celda": lambda made: setattr(made["Plan"]["B2"], "font", Font(bold=True)),
    "anchos de columna": widen,
    "filas ocultas": hide_row,
    "los filtros": lambda made: setattr(made["Plan"].auto_filter, "ref", "A1:B3"),
    "la página": lambda made: setattr(made["Plan"].page_setup, "orientation", "landscape"),
}


@pytest.mark.parametrize("words", LOOKS)
def test_a_look_is_named_and_may_be_given_up(tmp_path, words):
    found = compared(tmp_path, LOOKS[words])
    assert [each.code for each in found.problems] == ["POI-E59"]
    assert words in found.problems[0].message


def test_a_formula_over_another_book_is_refused(tmp_path):
    def change(made):
        made["Plan"]["D1"] = "=[1]Hoja!A1"

    assert said(compared(tmp_path, change))[0].startswith("POI-E58 Plan!D1: ")


PLACES = st.tuples(st.integers(1, 8), st.integers(1, 8))
FIGURES = st.integers(0, 1000).map(number)


@given(cells=st.dictionaries(PLACES, FIGURES, max_size=8))
def test_edits_that_are_found_make_one_copy_the_other(tmp_path_factory, cells):
    folder = tmp_path_factory.mktemp("unsaved")
    before = book(folder / "a.xlsx")
    after = with_edits(before, {"Plan": cells}, folder / "b.xlsx")
    found = unsaved(before, after)
    assert found.problems == ()
    again = with_edits(before, found.edits, folder / "c.xlsx")
    assert unsaved(again, after).edits == {}
