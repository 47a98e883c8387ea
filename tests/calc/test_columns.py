"""Columns of executed months that the plan's sheet lacks, inserted in a live LibreOffice."""

import datetime as dt

import pytest

from poi_xl.commands.load import load
from poi_xl.commands.month_columns import month_columns
from poi_xl.commands.open_quarter import open_quarter
from poi_xl.package.saving import backups
from tests.calc.menu import cell, last, rows, sheet

pytestmark = [pytest.mark.office, pytest.mark.slow]

NOW = dt.datetime(2021, 4, 20, 9, 30)  # noqa: DTZ001
KINDS = {
    ".ods": "calc8",
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xlsm": "Calc MS Excel 2007 VBA XML",
}
STAMP = 5


def narrow(desk, book, suffix):
    """Return the plan with the three executed months of the first quarter alone."""
    path = book.with_name(f"angosto{suffix}")
    document = desk.office.open(book)
    plan = document.Sheets.getByName("POI")
    plan.Columns.removeByIndex(20, 9)
    # A rule that ends at the last month, and a formula of people's over the quarter's sum.
    ranges = document.createInstance("com.sun.star.sheet.SheetCellRanges")
    ranges.addRangeAddress(plan.getCellRangeByName("R6:T84").RangeAddress, False)
    plan.ConditionalFormats.createByRange(ranges)
    document.Sheets.insertNewByName("De la jefa", 1)
    document.Sheets.getByName("De la jefa").getCellRangeByName("A1").Formula = "=$POI.V10*2"
    desk.office.save_as(document, path, KINDS[suffix])
    document.close(True)
    return path


def headings(frame):
    return sheet(frame).getCellRangeByName("R4:AA5").getDataArray()


def merged(frame, address):
    found = sheet(frame)
    cursor = found.createCursorByRange(found.getCellRangeByName(address))
    cursor.collapseToMergedArea()
    return cursor.AbsoluteName


def assert_inserted(frame):
    """Assert that the months are there as if somebody had put them in with care."""
    plan = sheet(frame)
    assert headings(frame)[0][:8] == ("EJECUTADO", *[""] * 5, "II TRIM", "")
    assert headings(frame)[1][:8] == ("ENE", "FEB", "MAR", "ABR", "MAY", "JUN", "PROG", "EJEC")
    assert merged(frame, "R4") == "$POI.$R$4:$W$4"
    assert len({plan.Columns.getByName(each).Width for each in "RTUVW"}) == 1
    assert {cell(frame, f"{each}10").NumberFormat for each in "TUW"} == {
        cell(frame, "R10").NumberFormat
    }
    assert not any(map(any, plan.getCellRangeByName("U6:W84").getDataArray()))
    assert cell(frame, "W85").Formula == "=SUM(W6:W84)"
    assert (cell(frame, "X6").Formula, cell(frame, "Y6").Formula) == (
        "=SUM(I6:K6)",
        "=SUM(U6:W6)",
    )
    assert cell(frame, "A1", "De la jefa").Formula == "=$POI.Y10*2"


def test_columns_are_inserted_in_one_step_that_can_be_undone(desk, book):
    from poi_xl.hosts.calc.columns import insert_months

    path = narrow(desk, book, ".ods")
    with desk.opened(path) as frame:
        model, before = frame.Controller.Model, headings(frame)
        desk.office.save_as(model, copy := path.with_suffix(".xlsx"), KINDS[".xlsx"])
        plan = load(copy).plan
        insert_months(model, plan, month_columns(plan, 2), "POI: insertar columnas")
        assert headings(frame)[1][3:6] == ("ABR", "MAY", "JUN")
        assert model.UndoManager.AllUndoActionTitles == ("POI: insertar columnas",)
        model.UndoManager.undo()
        assert headings(frame) == before
        assert merged(frame, "R4") == "$POI.$R$4:$T$4"


def test_a_document_gets_the_columns_and_then_the_quarter(desk, book):
    path = narrow(desk, book, ".ods")
    with desk.opened(path) as frame:
        before = headings(frame)
        desk.answer(elige=0)
        _, question = desk.press(frame, "abrir-trimestre")
        assert "no tiene columnas de ejecutado para ABR, MAY, JUN" in question["pregunta"]
        assert headings(frame) == before
        desk.answer(elige=0, pregunta=1)
        assert "Está abierto el II TRIM" in last(desk.press(frame, "abrir-trimestre"))
        assert_inserted(frame)
        rules = sheet(frame).ConditionalFormats.ConditionalFormats
        assert "POI.R6:W84" in {each.Range.RangeAddressesAsString for each in rules}
        desk.office.save_as(frame.Controller.Model, out := path.with_suffix(".xlsx"),
                            KINDS[".xlsx"])  # fmt: skip
    open_quarter(book, 2, now=NOW)
    for name in ("Por órgano", "Mensual", "Cierres"):
        ours, theirs = (rows(path, name)[STAMP:] for path in (out, book))
        assert [row[2:8] for row in ours] == [row[2:8] for row in theirs], name


def test_a_workbook_without_macros_is_saved_by_libreoffice_if_its_user_agrees(desk, book):
    path = narrow(desk, book, ".xlsx")
    before = path.read_bytes()
    with desk.opened(path) as frame:
        desk.answer(elige=0)
        desk.press(frame, "abrir-trimestre")
        assert path.read_bytes() == before
        desk.answer(elige=0, pregunta=1)
        said = desk.press(frame, "abrir-trimestre")
        assert "POI-E137" in said[2]["pregunta"]
        assert "El archivo de antes de insertar columnas" in last(said)
        assert_inserted(frame)
        assert not frame.Controller.Model.isModified()
    loaded = load(path)
    assert loaded.quarter == 2
    assert {month for kind, month in loaded.plan.layout.columns if kind == "executed"} == set(
        range(1, 7)
    )
    assert before in [each.path.read_bytes() for each in backups(path)]


def test_a_workbook_with_macros_is_not(desk, book):
    path = narrow(desk, book, ".xlsm")
    before = path.read_bytes()
    with desk.opened(path) as frame:
        desk.answer(elige=0, pregunta=1)
        assert "POI-E136" in last(desk.press(frame, "abrir-trimestre"))
        assert headings(frame)[1][3] == "PROG"
        assert not frame.Controller.Model.isModified()
    assert path.read_bytes() == before
