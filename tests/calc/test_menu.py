"""The menu POI in a live LibreOffice, on copies of the shipped workbook."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from poi_xl.commands.guide import MISSING, guide_folder
from poi_xl.commands.update import update
from poi_xl.core.text import from_a1
from poi_xl.package.cell_contents import Content, number
from poi_xl.package.cell_edits import with_edits
from poi_xl.package.oxt import TOOLBAR
from poi_xl.package.parts import Package
from poi_xl.package.saving import backups
from poi_xl.reading.owned import sheet_cells
from poi_xl.sheets.report import KEYS
from tests.calc.menu import cell, contents, last, sheet

pytestmark = [pytest.mark.office, pytest.mark.slow]

LOCK = "\x08POI User".ljust(55, " ").encode() + b"\x08\0" + "POI User".encode("utf-16-le")


def notes_place(path):
    """Return the address of the first alert's motivo."""
    rows = sheet_cells(Package.open(path), ["Alertas"])["Alertas"].rows
    row = next(i for i, cells in enumerate(rows) if "Motivo" in cells)
    return row + 2, rows[row].index("Motivo") + 1


def test_what_is_typed_reaches_the_file_and_the_sheets_follow(desk, book, tmp_path):
    before = Package.open(book)
    row, column = notes_place(book)
    with desk.opened(book) as frame:
        cell(frame, "I10").Value = 0.5
        cell(frame, "C11").String = "Otra actividad ñ"
        cell(frame, "L12").Formula = "=SUM(I9:I10)*2"
        sheet(frame, "Alertas").getCellByPosition(column - 1, row - 1).String = "Falta personal"
        said = desk.press(frame, "actualizar")
        assert "8 hojas" in last(said)
        assert "no estaban en el archivo: 4" in last(said)
        model = frame.Controller.Model
        assert (model.isModified(), model.URL) == (False, book.as_uri())
        assert cell(frame, "L12").Formula == "=SUM(I9:I10)*2"
        stamp = fingerprint_of(book)
        assert "ya estaban al día" in last(desk.press(frame, "actualizar"))
        assert fingerprint_of(book) == stamp
    typed = contents(book)
    assert typed[10, 9].value == "0.5"
    assert typed[11, 3] == Content("str", "Otra actividad ñ")
    assert typed[12, 12].formula == "SUM(I9:I10)*2"
    alerts = sheet_cells(Package.open(book), ["Alertas"])["Alertas"].rows
    assert "Falta personal" in {cells[column - 1] for cells in alerts}
    after = Package.open(book)
    for part in before.names():
        kept = part.startswith(("xl/vba", "customUI", "docProps", "xl/theme"))
        if kept or part.endswith("vbaProject.bin"):
            assert before.read(part) == after.read(part), part


def fingerprint_of(path):
    return Package.open(path).fingerprint


def test_figures_are_those_of_the_command_line(desk, book, tmp_path):
    edits = {"I10": 3.0, "L20": 0.0, "O33": 41.0}
    cells = {from_a1(address): number(value) for address, value in edits.items()}
    other = tmp_path / "otro" / book.name
    other.parent.mkdir()
    source = with_edits(Package.open(book), {"POI": cells}, other)
    assert source.path == book
    with desk.opened(book) as frame:
        for address, value in edits.items():
            cell(frame, address).Value = value
        desk.press(frame, "actualizar")
    # The plan's own formulas (I TRIM, totals) are computed by LibreOffice only.
    update(other, now=dt.datetime(2021, 5, 3))  # noqa: DTZ001
    ours, theirs = (sheet_cells(Package.open(p), ["Por órgano", "Mensual"]) for p in (book, other))
    for name in ("Por órgano", "Mensual"):
        skipped = 5  # the stamp's lines
        assert ours[name].rows[skipped:] == theirs[name].rows[skipped:]


def test_results_of_functions_in_cells_are_stored_too(desk, book):
    before = contents(book)
    with desk.opened(book) as frame:
        cell(frame, "F10").Value = 500  # January's plan; nobody waits for the cells to follow
        desk.press(frame, "actualizar")
        desk.office.settle()
        row = [sheet(frame).getCellByPosition(column, 9) for column in range(29, 33)]
        shown = [each.String if each.FormulaResultType2 == 2 else each.Value for each in row]
    stored = contents(book)
    values = [stored[10, column] for column in range(30, 34)]
    assert all(each.formula and each.kind for each in values)
    assert [each.value if each.kind == "str" else float(each.value) for each in values] == (
        pytest.approx(shown)
    )
    assert [each.value for each in values] != [before[10, c].value for c in range(30, 34)]


def test_the_user_stays_where_he_was(desk, book):
    with desk.opened(book) as frame:
        controller = frame.Controller
        controller.setActiveSheet(sheet(frame, "Semáforo"))
        controller.select(cell(frame, "C7:D9", "Semáforo"))
        cell(frame, "I10").Value = 1
        desk.press(frame, "actualizar")
        assert frame.Controller.ActiveSheet.Name == "Semáforo"
        assert frame.Controller.Selection.AbsoluteName == "$Semáforo.$C$7:$D$9"


def test_revisar_writes_observaciones_only(desk, book):
    before = Package.open(book)
    with desk.opened(book) as frame:
        cell(frame, "I10").String = "cinco"
        said = desk.press(frame, "revisar")
        assert "78 actividades revisadas" in last(said)
        assert "«Observaciones»" in last(said)
        assert "ya estaba al día" in last(desk.press(frame, "revisar"))
    after = Package.open(book)
    others = [name for name in KEYS.values() if name != "Observaciones"]
    assert sheet_cells(before, others) == sheet_cells(after, others)
    assert contents(book)[10, 9] == Content("str", "cinco")


def insert_row(frame):
    sheet(frame).Rows.insertByIndex(20, 1)


def delete_column(frame):
    sheet(frame).Columns.removeByIndex(20, 1)


def add_sheet(frame):
    frame.Controller.Model.Sheets.insertNewByName("Nueva", 1)


def rename_sheet(frame):
    sheet(frame, "Tablero").Name = "Tablita"


def merge(frame):
    cell(frame, "AI2:AK3").merge(True)


def annotate(frame):
    sheet(frame).Annotations.insertNew(cell(frame, "I10").CellAddress, "ojo")


def define(frame):
    model = frame.Controller.Model
    model.NamedRanges.addNewByName("mio", "$POI.$A$1", cell(frame, "A1").CellAddress, 0)


@pytest.mark.parametrize(
    "change", [insert_row, delete_column, add_sheet, rename_sheet, merge, annotate, define]
)
def test_what_cells_cannot_say_is_refused_and_nothing_is_touched(desk, book, change):
    stamp = fingerprint_of(book)
    with desk.opened(book) as frame:
        cell(frame, "I9").Value = 77
        change(frame)
        said = desk.press(frame, "actualizar")
        assert "POI-E58" in last(said)
        assert cell(frame, "I9").Value == 77
        assert frame.Controller.Model.isModified()
    assert fingerprint_of(book) == stamp
    assert backups(book) == []


def test_a_format_is_lost_only_with_consent(desk, book):
    stamp = fingerprint_of(book)
    with desk.opened(book) as frame:
        cell(frame, "I10").Value = 8
        cell(frame, "I10").CellBackColor = 0xFF0000
        said = desk.press(frame, "actualizar")
        assert "POI-E59 POI: " in said[0]["pregunta"]
        assert "el formato de 1 celda" in said[0]["pregunta"]
        assert fingerprint_of(book) == stamp
        desk.answer(pregunta=1)
        assert "8 hojas" in last(desk.press(frame, "actualizar"))
    assert contents(book)[10, 9].value == "8"


def test_a_file_that_somebody_changed_is_left_alone(desk, book):
    with desk.opened(book) as frame:
        cell(frame, "I10").Value = 8
        other = with_edits(Package.open(book), {"POI": {(9, 9): number(1)}}, Path(f"{book}.x"))
        shutil.copyfile(f"{book}.x", book)
        assert "POI-E07" in last(desk.press(frame, "actualizar"))
        assert cell(frame, "I10").Value == 8
    assert other.names()
    assert contents(book)[9, 9].value == "1"


def test_a_file_open_in_excel_is_left_alone(desk, book):
    lock = book.with_name(f"~${book.name}")
    lock.write_bytes(LOCK)
    with desk.opened(book) as frame:
        cell(frame, "I10").Value = 8
        assert "POI-E05" in last(desk.press(frame, "actualizar"))
        assert cell(frame, "I10").Value == 8


def test_when_the_file_cannot_be_replaced_the_work_is_kept_beside_it(desk, book):
    stamp = fingerprint_of(book)
    with desk.opened(book) as frame:
        cell(frame, "I10").Value = 8
        (book.parent / ".poi-respaldo").write_text("a file where the folder should be")
        assert "POI-E99" in last(desk.press(frame, "actualizar"))
        assert "sin guardar" in frame.Controller.Model.Title
        assert cell(frame, "I10").Value == 8
    assert fingerprint_of(book) == stamp
    rescue = next(book.parent.glob("*sin guardar*"))
    assert contents(rescue)[10, 9].value == "8"


def test_saving_with_libreoffice_is_preceded_by_a_copy_and_followed_by_the_truth(desk, book):
    stamp = fingerprint_of(book)
    with desk.opened(book) as frame:
        cell(frame, "I10").Value = 8
        frame.Controller.Model.store()
        desk.office.settle()
        (asked,) = desk.awaited("POI-A91")
        assert "POI-A91" in asked["pregunta"]
        assert "el proyecto de macros" in asked["pregunta"]
        assert [fingerprint_of(each.path) for each in backups(book)] == [stamp]
        frame.Controller.Model.store()
        desk.office.settle()
        assert desk.heard() == []
    assert fingerprint_of(book) != stamp


def test_what_was_saved_with_libreoffice_can_be_taken_back_at_once(desk, book):
    stamp = fingerprint_of(book)
    with desk.opened(book) as frame:
        desk.answer(pregunta=1)
        cell(frame, "I10").Value = 8
        frame.Controller.Model.store()
        assert "es otra vez el del" in last(desk.awaited("otra vez"))
        assert cell(frame, "I10").Value != 8
    assert fingerprint_of(book) == stamp
    assert len(backups(book)) == 2


def test_restaurar_lists_the_copies_and_puts_one_back(desk, book):
    stamp = fingerprint_of(book)
    with desk.opened(book) as frame:
        assert "POI-E17" in last(desk.press(frame, "restaurar"))
        cell(frame, "I10").Value = 8
        desk.press(frame, "actualizar")
        assert [list(each) for each in desk.press(frame, "restaurar")] == [
            ["elige", "opciones", "respuesta"]
        ]
        desk.answer(elige=0)
        said = desk.press(frame, "restaurar")
        assert "es otra vez el del" in last(said)
        assert cell(frame, "I10").Value != 8
    assert fingerprint_of(book) == stamp


def test_diagnostico_says_versions_and_plan(desk, book):
    with desk.opened(book) as frame:
        text = last(desk.press(frame, "diagnostico"))
    assert "LibreOffice en uso: " in text
    assert "Plan: hoja «POI», 78 actividades" in text


def test_help_opens_the_guide_at_what_the_user_looks_at(desk, book, tmp_path):
    with desk.opened(book) as frame:
        cell(frame, "AH40").Formula = "=POI_AVANCE()+1"
        for address, section in (("A3", "hojas.html#poi"), ("AH40", "funciones.html#poi_avance")):
            frame.Controller.select(cell(frame, address))
            desk.answer(navegador=True)
            said = desk.press(frame, "ayuda")
            if guide_folder():
                assert [each["abre"] for each in said] == [(desk.state / "ayuda.html").as_uri()]
                assert section in (desk.state / "ayuda.html").read_text("utf-8")
            else:
                assert MISSING in last(said)
        desk.answer(navegador=False)
        assert "=POI_AVANCE([organo]; " in last(desk.press(frame, "ayuda"))


def test_a_command_that_is_none_of_ours_is_not_taken(desk, book):
    with desk.opened(book) as frame:
        for command, is_ours in {"actualizar": True, "borrar": False}.items():
            found = frame.queryDispatch(desk.url(command), "_self", 0)
            assert (found is not None) == is_ours


def test_who_runs_a_command_as_macros_do_has_its_answer_at_once(desk, book):
    with desk.opened(book) as frame:
        desk.office.dispatch(frame.Controller.Model, "pe.poi_xl:diagnostico")
        assert "LibreOffice en uso: " in last(desk.heard())


def test_an_ods_gets_the_sheets_into_the_document_itself(desk, book, tmp_path):
    copy = tmp_path / "POI_2021.ods"
    with desk.opened(book) as frame:
        desk.office.save_as(frame.Controller.Model, copy, "calc8")
    with desk.opened(copy) as frame:
        cell(frame, "R10").Value = 9
        said = last(desk.press(frame, "actualizar"))
        assert "Guarde el documento para conservar los cambios" in said
        assert "ya estaban al día" in last(desk.press(frame, "actualizar"))


def test_what_is_typed_beside_the_plan_is_saved_though_no_summary_changes(desk, book):
    with desk.opened(book) as frame:
        cell(frame, "C2").Formula = "=POI_AVANCE()"
        said = last(desk.press(frame, "actualizar"))
    assert said.startswith("Los resúmenes ya estaban al día: ninguna observación.")
    assert "no estaban en el archivo: 1" in said
    assert "Respaldo:" in said


def test_the_toolbar_has_its_name_and_its_row(desk, book):
    with desk.opened(book) as frame:
        place = f"private:resource/toolbar/addon_{TOOLBAR}"
        bars = frame.LayoutManager
        assert bars.isElementVisible(place)
        assert bars.isElementDocked(place)
        theirs = bars.getElementPos("private:resource/toolbar/formatobjectbar")
        assert bars.getElementPos(place).Y > theirs.Y
        states = desk.office.service("com.sun.star.ui.WindowStateConfiguration")
        state = states.getByName("com.sun.star.sheet.SpreadsheetDocument").getByName(place)
        assert "POI" in {each.Value for each in state if each.Name == "UIName"}
