"""The buttons that read the document and write elsewhere, in a live LibreOffice."""

import datetime as dt

import pytest

from poi_xl.commands.compare import compare_books
from poi_xl.commands.distribute import Mode
from poi_xl.commands.forms import make_forms
from poi_xl.commands.load import load
from poi_xl.commands.round_messages import MODES
from poi_xl.package.cell_contents import number
from poi_xl.package.cell_edits import with_edits
from poi_xl.package.parts import Package
from poi_xl.reading.forms import read_form
from poi_xl.reading.owned import sheet_cells
from tests.calc.menu import cell, contents, last

pytestmark = [pytest.mark.office, pytest.mark.slow]

NOW = dt.datetime(2021, 4, 20, 9, 30)  # noqa: DTZ001


def option(mode, *, by_organ):
    return [*MODES].index((mode, by_organ))


@pytest.fixture
def edited(book, tmp_path):
    """The workbook with a figure that the document has and the file has not."""
    (tmp_path / "editado").mkdir()
    path = tmp_path / "editado" / book.name
    with_edits(Package.open(book), {"POI": {(10, 18): number(3)}}, path)
    return path


def type_it(frame):
    cell(frame, "R10").Value = 3


def test_forms_say_what_is_not_saved_yet_and_the_document_stays(desk, book, edited, tmp_path):
    before = book.read_bytes()
    with desk.opened(book) as frame:
        type_it(frame)
        desk.answer(carpeta=str(tmp_path / "fichas"))
        asked, said = desk.press(frame, "fichas")
        assert asked["desde"] == str(book.parent)
        assert f"24 fichas de I TRIM en {tmp_path / 'fichas'}" in said["dice"]
        assert frame.Controller.Model.isModified()
        assert "Ya estaban iguales: 24" in last(desk.press(frame, "fichas"))
    assert book.read_bytes() == before
    made = make_forms(edited, tmp_path / "otras", now=NOW)
    for each in made.files:
        ours, theirs = (read_form(p) for p in (tmp_path / "fichas" / each.placed.path.name,
                                               each.placed.path))  # fmt: skip
        assert (ours.identity, ours.rows) == (theirs.identity, theirs.rows)


def test_who_picks_no_folder_gets_nothing(desk, book, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    with desk.opened(book) as frame:

        def asked(command):
            return [next(iter(each)) for each in desk.press(frame, command)]

        assert asked("fichas") == ["carpeta"]
        assert asked("distribuir") == ["elige"]
        assert asked("comparar") == ["archivos"]
        desk.answer(elige=0)
        assert asked("distribuir") == ["elige", "carpeta"]
    assert sorted(tmp_path.rglob("*")) == before


def test_a_copy_is_verified_by_another_office_and_says_what_is_not_saved_yet(desk, book, tmp_path):
    out = tmp_path / "copias"
    with desk.opened(book) as frame:
        type_it(frame)
        desk.answer(elige=option(Mode.FORMULAS, by_organ=False), carpeta=str(out))
        said = desk.press(frame, "distribuir")
        assert said[0]["opciones"] == [*MODES.values()]
        assert "calculadas de nuevo con LibreOffice" in last(said)
    (copy,) = out.iterdir()
    assert contents(copy)[10, 18].value == "3"
    assert Package.open(copy).sheets[0].name == "Acerca de esta copia"
    assert not any("vba" in part.lower() for part in Package.open(copy).names())


def test_what_changed_since_an_older_workbook_opens_beside(desk, book, edited, tmp_path):
    older = tmp_path / "anterior.xlsm"
    older.write_bytes(book.read_bytes())
    with desk.opened(book) as frame:
        desk.answer(archivos=[str(older)])
        assert "No cambió nada desde «anterior.xlsm»" in last(desk.press(frame, "comparar"))
        type_it(frame)
        asked, said = desk.press(frame, "comparar")
        assert not asked["varios"]
        assert "1 cambio desde «anterior.xlsm»" in said["dice"]
        made = next(
            each
            for each in desk.office.documents()
            if each.RuntimeUID != frame.Controller.Model.RuntimeUID
        )
        area = made.Sheets.getByIndex(0).getCellRangeByName("A1:K30").getDataArray()
        assert (made.URL, made.isReadonly()) == ("", False)
        made.close(True)
    compare_books(older, edited, now=NOW, out=tmp_path / "tabla.xlsx")
    package = Package.open(tmp_path / "tabla.xlsx")
    (cells,) = sheet_cells(package, [package.sheets[0].name]).values()
    (row,) = [list(filter(None, row)) for row in cells.rows if "POI!R10" in row]
    assert row in [list(filter(None, line)) for line in area]


def test_a_document_that_is_no_file_of_excels_is_read_as_it_is(desk, book, tmp_path):
    copy = tmp_path / "plan.ods"
    with desk.opened(book) as frame:
        type_it(frame)
        desk.office.save_as(frame.Controller.Model, copy, "calc8")
    with desk.opened(copy) as frame:
        desk.answer(carpeta=str(tmp_path / "fichas"), archivos=[str(book)])
        assert "24 fichas" in last(desk.press(frame, "fichas"))
        assert "1 cambio desde «POI_2021.xlsm»" in last(desk.press(frame, "comparar"))
        for each in desk.office.documents():
            if not each.URL:
                each.close(True)
    organ = load(book).plan.organ[0]
    assert any(read_form(each).identity.organ == organ for each in (tmp_path / "fichas").iterdir())
