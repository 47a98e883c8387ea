"""Importing forms and opening quarters from the menu, in a live LibreOffice."""

import datetime as dt
import math
import shutil
from typing import Any

import pytest

from poi_xl.commands.forms import make_forms
from poi_xl.commands.import_forms import Importing, import_forms
from poi_xl.commands.load import load
from poi_xl.commands.open_quarter import open_quarter
from poi_xl.commands.plan_edits import executed_edits
from poi_xl.commands.ports import SilentHost
from poi_xl.core.form_changes import Prefer
from poi_xl.core.problems import Refusal, problem
from poi_xl.package.cell_contents import Content
from poi_xl.package.cell_edits import with_edits
from poi_xl.package.parts import Package
from poi_xl.package.saving import backups
from poi_xl.reading.owned import sheet_cells
from poi_xl.sheets.report import KEYS
from tests.calc.menu import cell, contents, last, rows, sheet
from tests.commands.test_forms import fill

pytestmark = [pytest.mark.office, pytest.mark.slow]

NOW = dt.datetime(2021, 4, 20, 9, 30)  # noqa: DTZ001
ORGAN = "ESCUELA SAT"
STAMP = 5  # lines of a summary sheet that say when it was made
# Parts that hold nothing of the plan, its summaries or their list.
FOREIGN = ("xl/vba", "customUI", "docProps", "xl/theme", "xl/printerSettings")


@pytest.fixture
def twin(book, tmp_path):
    """The same workbook for the command line, with what the document has and the file has not."""
    (tmp_path / "orden").mkdir()
    path = tmp_path / "orden" / book.name
    package, loaded = Package.open(book), load(book)
    figures = {(loaded.plan.layout.rows.index(11), 1): 2.0}
    with_edits(package, executed_edits(package, loaded, figures), path)
    return path


def type_it(frame):
    """Type what is not saved yet."""
    cell(frame, "R11").Value = 2


@pytest.fixture
def filled(twin, tmp_path):
    """A form of the first organ with a new figure, another one than the plan's, and a reason."""
    made = make_forms(twin, tmp_path / "fichas", now=NOW)
    path = next(each.placed.path for each in made.files if each.organ == ORGAN)
    places = [index for index, organ in enumerate(load(twin).plan.organ) if organ == ORGAN]
    there = load(twin).plan.executed[places, :3].tolist()
    answers = [[None if math.isnan(value) else value for value in row] for row in there]
    answers[0][0] = 9
    answers[-1][2] = (answers[-1][2] or 0) + 1
    return fill(path, answers, [["Externo", "=una razón", "Una medida"]])


def same_as(book, twin):
    """Assert that two workbooks say the same, but for when their sheets were made."""
    ours, theirs = Package.open(book), Package.open(twin)
    assert [each.name for each in ours.sheets] == [each.name for each in theirs.sheets]
    for name in ("POI", "Configuración"):
        assert contents(book, name) == contents(twin, name), name
    left, right = contents(book, "Tablero"), contents(twin, "Tablero")
    for place in left.keys() | right.keys():
        one, other = left[place], right[place]
        assert one.formula == other.formula
        # The command line leaves to Excel what only a spreadsheet program can compute.
        if other.kind == "n":
            assert float(one.value) == pytest.approx(float(other.value), rel=1e-14)
        elif other.kind:
            assert one == other
    names = [*KEYS.values()]
    left, right = sheet_cells(ours, names), sheet_cells(theirs, names)
    for name in names:
        assert left[name].rows[STAMP:] == right[name].rows[STAMP:], name


def foreign(path):
    package = Package.open(path)
    return {
        part: package.read(part)
        for part in package.names()
        if part.startswith(FOREIGN) or part.endswith("vbaProject.bin")
    }


# --- importar -------------------------------------------------------------------------------------


def test_forms_are_seen_decided_about_and_imported(desk, book, twin, filled):
    before = foreign(book)
    with desk.opened(book) as frame:
        type_it(frame)
        frame.Controller.select(cell(frame, "C20"))
        desk.answer(archivos=[str(filled)], elige=0, pregunta=1)
        picked, conflict, asked, said = desk.press(frame, "importar")
        assert picked["varios"]
        assert "no coinciden en" in conflict["elige"]
        assert conflict["opciones"][0] == "Vale lo que dice la ficha"
        assert "1 ficha" in asked["pregunta"]
        assert "POI!R8: 1 → 9" in asked["pregunta"]
        assert "Se importaron 1 ficha" in said["dice"]
        assert "Respondieron 1 de 24 órganos" in said["dice"]
        assert "aún no estaban en el archivo: 1" in said["dice"]
        assert cell(frame, "R8").Value == 9
        assert frame.Controller.Selection.AbsoluteName == "$POI.$C$20"
        assert "no traen nada nuevo" in last(desk.press(frame, "importar"))
    import_forms(twin, [filled], now=NOW, prefer=Prefer.FORM)
    same_as(book, twin)
    assert foreign(book) == before
    assert len(backups(book)) == 1


def test_where_form_and_plan_differ_the_plan_may_count(desk, book, twin, filled):
    with desk.opened(book) as frame:
        type_it(frame)
        desk.answer(archivos=[str(filled)], elige=1, pregunta=1)
        assert "Se importaron 1 ficha" in last(desk.press(frame, "importar"))
    import_forms(twin, [filled], now=NOW, prefer=Prefer.PLAN)
    same_as(book, twin)


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({}, ["archivos", "elige"]),
        ({"elige": 0}, ["archivos", "elige", "pregunta"]),
    ],
)
def test_who_thinks_better_of_it_changes_nothing(desk, book, filled, answers, asked):
    before = book.read_bytes()
    with desk.opened(book) as frame:
        type_it(frame)
        desk.answer(archivos=[str(filled)], **answers)
        assert [next(iter(each)) for each in desk.press(frame, "importar")] == asked
        assert frame.Controller.Model.isModified()
    assert book.read_bytes() == before
    assert backups(book) == []


def test_forms_with_errors_are_explained_and_nothing_is_asked(desk, book, filled, tmp_path):
    fill(filled, [["doce"]])
    stray = shutil.copyfile(book, tmp_path / "otro.xlsx")
    before = book.read_bytes()
    with desk.opened(book) as frame:
        desk.answer(archivos=[str(filled), str(stray)], pregunta=1)
        said = desk.press(frame, "importar")
        assert [next(iter(each)) for each in said] == ["archivos", "dice"]
        assert {"POI-E100", "POI-E110"} <= set(last(said).split())
    assert book.read_bytes() == before


# --- abrir trimestre ------------------------------------------------------------------------------


def test_the_next_quarter_is_opened_and_one_may_go_back(desk, book, twin):
    before, plan = foreign(book), contents(book)
    with desk.opened(book) as frame:
        desk.answer(elige=0)
        said = desk.press(frame, "abrir-trimestre")
        assert "El trimestre vigente es el I TRIM" in said[0]["elige"]
        assert said[0]["opciones"] == ["II TRIM (cierra el I TRIM)"]
        assert "Está abierto el II TRIM" in last(said)
        assert "Columnas que se muestran: U, V, W" in last(said)
        assert sheet(frame).Columns.getByName("U").IsVisible
        opened = contents(book)
        desk.answer(elige=1, pregunta=1)
        said = desk.press(frame, "abrir-trimestre")
        assert said[0]["opciones"] == ["III TRIM (cierra el II TRIM)", "I TRIM (volver)"]
        assert "Columnas que se ocultaron: U, V, W" in last(said)
        assert not sheet(frame).Columns.getByName("U").IsVisible
    assert contents(book) == plan
    shutil.copyfile(backups(book)[1].path, twin)
    open_quarter(twin, 2, now=NOW)
    assert contents(twin) == opened
    assert foreign(book) == before


def test_a_quarter_is_opened_with_what_is_not_saved_yet(desk, book, twin):
    with desk.opened(book) as frame:
        type_it(frame)
        cell(frame, "B90").String = "una nota"
        desk.answer(elige=0)
        assert "aún no estaban en el archivo: 2" in last(desk.press(frame, "abrir-trimestre"))
        assert not frame.Controller.Model.isModified()
    open_quarter(twin, 2, now=NOW)
    ours = contents(book)
    assert ours.pop((90, 2)) == Content("str", "una nota")
    assert ours == contents(twin)


def test_what_is_not_accepted_is_not_opened(desk, book):
    before = book.read_bytes()
    with desk.opened(book) as frame:
        cell(frame, "R11:T11").clearContents(1)
        desk.answer(elige=0)
        asked, question, said = desk.press(frame, "abrir-trimestre")
        assert "elige" in asked
        assert "POI-E120" in question["pregunta"]
        assert "POI-E120" in said["dice"]
        assert frame.Controller.Model.isModified()
        desk.answer()
        assert [next(iter(e)) for e in desk.press(frame, "abrir-trimestre")] == ["elige"]
    assert book.read_bytes() == before


# --- documents that are no files of Excel's -------------------------------------------------------


@pytest.fixture
def ods(desk, book, tmp_path):
    """The workbook as LibreOffice makes an .ods of it."""
    path = tmp_path / "plan.ods"
    document = desk.office.open(book)
    desk.office.save_as(document, path, "calc8")
    document.close(True)
    return path


def exported(desk, frame, path):
    desk.office.save_as(frame.Controller.Model, path, "Calc MS Excel 2007 XML")
    return path


def same_figures(ours, theirs):
    for name in KEYS.values():
        assert rows(ours, name)[STAMP:] == rows(theirs, name)[STAMP:], name
    left, right = load(ours), load(theirs)
    assert (left.plan.digest, left.quarter) == (right.plan.digest, right.quarter)
    assert left.plan.stated.totals == right.plan.stated.totals


def test_forms_are_imported_into_the_document_itself(desk, ods, twin, filled, tmp_path):
    with desk.opened(ods) as frame:
        type_it(frame)
        desk.answer(archivos=[str(filled)], elige=0, pregunta=1)
        said = last(desk.press(frame, "importar"))
        assert "Se importaron 1 ficha" in said
        assert "Guarde el documento para conservar los cambios" in said
        assert cell(frame, "R8").Value == 9
        ours = exported(desk, frame, tmp_path / "nuestro.xlsx")
        assert "no traen nada nuevo" in last(desk.press(frame, "importar"))
    import_forms(twin, [filled], now=NOW, prefer=Prefer.FORM)
    same_figures(ours, twin)
    left, right = ([row[1:] for row in rows(path, "Bitácora")] for path in (ours, twin))
    assert left == right
    assert [each.path.suffix for each in backups(ods)] == [".ods"]


def everything(frame, name):
    """Every cell of a sheet as it was typed."""
    found = sheet(frame, name)
    cursor = found.createCursor()
    cursor.gotoEndOfUsedArea(False)
    area = found.getCellRangeByPosition(0, 0, cursor.RangeAddress.EndColumn,
                                        cursor.RangeAddress.EndRow)  # fmt: skip
    return area.getFormulaArray()


def test_what_forbids_the_sheets_is_told_before_a_form_is_imported(desk, ods, filled):
    with desk.opened(ods) as frame:
        document = frame.Controller.Model
        type_it(frame)
        sheet(frame, "Mensual").protect("")
        before, steps = everything(frame, "POI"), document.UndoManager.getAllUndoActionTitles()
        desk.answer(archivos=[str(filled)], elige=0, pregunta=1)
        assert "POI-E46" in last(desk.press(frame, "importar"))
        assert everything(frame, "POI") == before
        assert not document.Sheets.hasByName("Bitácora")
        assert document.UndoManager.getAllUndoActionTitles() == steps
        assert backups(ods) == []


class Home:
    """The window as the use case sees it, from this side of the bridge."""

    def __init__(self, desk, frame):
        self.document, self.context = frame.Controller.Model, desk.office.context
        self.host = SilentHost()


def carried(desk, frame, filled, tmp_path):
    """Import a form from here into the open document."""
    from poi_xl.hosts.calc.carrying import Carrier

    tmp_path.mkdir()
    package = Package.open(exported(desk, frame, tmp_path / "plan.xlsx"))
    home: Any = Home(desk, frame)
    work = Importing(package, [filled], home.host)
    review = work.settled(lambda _: Prefer.FORM)
    assert review
    notes = review.brought.typed
    carrier = Carrier(home, package, home.host, "POI: importar fichas", notes)
    work.finish(review, now=NOW, deadline=None, door=carrier.door)


@pytest.mark.parametrize(
    ("failure", "code"),
    [(Refusal(problem("POI-E46", "Mensual")), "POI-E46"), (RuntimeError("cayó"), "POI-E96")],
)
def test_what_fails_after_the_plan_was_written_leaves_it_as_it_was(
    desk, ods, filled, tmp_path, monkeypatch, failure, code
):
    from poi_xl.hosts.calc import carrying

    def fail(*_, **__):
        raise failure

    with desk.opened(ods) as frame:
        document, plan = frame.Controller.Model, everything(frame, "POI")
        with monkeypatch.context() as patch:
            patch.setattr(carrying, "regenerate_live", fail)
            with pytest.raises(Refusal) as refused:
                carried(desk, frame, filled, tmp_path / "una")
        assert [each.code for each in refused.value.problems] == [code]
        assert everything(frame, "POI") == plan
        assert not document.Sheets.hasByName("Bitácora")
        # A log that was there lists again what it listed.
        desk.answer(archivos=[str(filled)], elige=0, pregunta=1)
        assert "Se importaron 1 ficha" in last(desk.press(frame, "importar"))
        plan, log = everything(frame, "POI"), everything(frame, "Bitácora")
        assert cell(frame, "R8").Value == 9
        fill(filled, [[8]])
        with monkeypatch.context() as patch:
            patch.setattr(carrying, "regenerate_live", fail)
            with pytest.raises(Refusal):
                carried(desk, frame, filled, tmp_path / "otra")
        assert everything(frame, "POI") == plan
        assert everything(frame, "Bitácora") == log


def test_what_fails_before_a_sheet_came_in_can_still_be_undone(
    desk, ods, filled, tmp_path, monkeypatch
):
    from poi_xl.hosts.calc import carrying

    def fail(*_):
        raise RuntimeError("cayó")

    monkeypatch.setattr(carrying, "take_list", fail)
    with desk.opened(ods) as frame:
        undo, plan = frame.Controller.Model.UndoManager, everything(frame, "POI")
        desk.office.dispatch(frame.Controller.Model, ".uno:GoToCell", ToPoint="$B$90")
        desk.office.dispatch(frame.Controller.Model, ".uno:EnterString", StringName="una nota")
        steps = undo.getAllUndoActionTitles()
        with pytest.raises(Refusal):
            carried(desk, frame, filled, tmp_path / "una")
        assert undo.getAllUndoActionTitles() == steps
        assert steps
        undo.undo()
        assert everything(frame, "POI") == plan


def footer(frame):
    pages = frame.Controller.Model.StyleFamilies.getByName("PageStyles")
    content = pages.getByName(sheet(frame).PageStyle).RightPageFooterContent
    return content.LeftText.String, content.RightText.String


def test_a_quarter_is_opened_in_the_document_itself(desk, ods, twin, tmp_path):
    with desk.opened(ods) as frame:
        before = footer(frame)
        type_it(frame)
        desk.answer(elige=0)
        assert "Está abierto el II TRIM" in last(desk.press(frame, "abrir-trimestre"))
        assert sheet(frame).Columns.getByName("U").IsVisible
        assert cell(frame, "AD6").Formula == "=SUM(I6:K6)"
        assert footer(frame) == (before[0].replace("I TRIM", "II TRIM"), before[1])
        ours = exported(desk, frame, tmp_path / "nuestro.xlsx")
        desk.answer(elige=1, pregunta=1)
        assert "Está abierto el I TRIM" in last(desk.press(frame, "abrir-trimestre"))
        assert not sheet(frame).Columns.getByName("U").IsVisible
        assert footer(frame) == before
        again = exported(desk, frame, tmp_path / "otra vez.xlsx")
    open_quarter(twin, 2, now=NOW)
    same_figures(ours, twin)
    left, right = ([row[:1] + row[2:] for row in rows(path, "Cierres")] for path in (ours, twin))
    assert left == right
    open_quarter(twin, 1, now=NOW)
    same_figures(again, twin)


def test_a_protected_sheet_stays_as_it_is(desk, ods):
    with desk.opened(ods) as frame:
        sheet(frame).protect("")
        desk.answer(elige=0)
        assert "POI-E138 POI" in last(desk.press(frame, "abrir-trimestre"))
        assert cell(frame, "AD4").String == "I TRIM"
    assert backups(ods) == []
