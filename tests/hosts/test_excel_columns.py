"""Columns of executed months that the plan's sheet lacks, inserted over the model of Excel.

The plan is drawn with all its months, and columns are taken out of it by hand; what the macro makes
of that must be what the file host makes of the plan as it was drawn.
"""

import shutil
from contextlib import suppress

import pytest

from poi_xl.commands.load import load as read_book
from poi_xl.commands.month_columns import month_columns
from poi_xl.commands.open_quarter import open_quarter
from poi_xl.core.text import column_letters
from poi_xl.hosts.excel.columns import insert_months
from poi_xl.hosts.excel.undoing import Undoing
from poi_xl.package.saving import backups
from poi_xl.sheets.closing_book import CLOSING_SHEET
from tests.hand import type_in
from tests.hosts.conftest import NOW
from tests.hosts.test_excel_changing import assert_as_in_file, changed, snapshot
from tests.hosts.test_excel_macros import FORBIDDEN, PEOPLES, calls, opened, peoples, small
from tests.recording_excel import BUSY, FAILED, App, Range, load
from tests.shifting import shift_file, show_file
from tests.xlwings_windows import ComError

pytestmark = pytest.mark.usefixtures("own_log")

# Executed months: the second quarter's, the first one's last, the third and the fourth's.
APRIL, JUNE, MARCH, JULY, DECEMBER = 21, 23, 20, 24, 29
DONE = "Está abierto el II TRIM"


@pytest.fixture
def wide(tmp_path, request):
    """A plan with its months until June, or all, and formulas of people's that look at it."""
    path = small(tmp_path / "plan.xlsx")
    type_in(path, "Configuración", {"Z1": "=POI!$AE$6*2", "Z2": "=SUM(POI!R6:T8)"})
    show_file(path, "POI", APRIL, JUNE)
    if not getattr(request, "param", ""):
        take_out(path, JULY, DECEMBER)
    return path


@pytest.fixture
def narrow(wide):
    """The same without the months of the second quarter."""
    path = wide.parent / "angosto" / wide.name
    path.parent.mkdir()
    shutil.copyfile(wide, path)
    take_out(path, APRIL, JUNE)
    return path


def take_out(path, first, last):
    for column in range(last, first - 1, -1):
        shift_file(path, "POI", column, -1)


def shape(app):
    """What insertion changes in the plan's sheet beside its cells, names of the workbook too."""
    sheet, names = app.main.sheet("POI"), app.main.names
    return (
        sorted(sheet.merged),
        sheet.get("PageSetup").get("PrintArea"),
        {name.get("Name"): name.get("RefersTo") for name in names},
    )


def test_the_model_s_columns_come_and_go(wide, narrow, monkeypatch):
    """Taken out of a file and put back by the model, formulas, names and titles are as drawn."""
    app, _ = opened(narrow, monkeypatch)
    sheet = app.main.sheet("POI")
    before = snapshot(app), shape(app)
    for column in range(APRIL, JUNE + 1):
        letters = column_letters(column)
        sheet.Range(f"{letters}:{letters}").EntireColumn.Insert(-4161, 0)
    drawn = load(App(wide), wide).sheet("POI")
    right = {at: c for at, c in drawn.cells.items() if at[1] > JUNE and c.value is not None}
    assert {at: (sheet.cells[at].formula, sheet.cells[at].value) for at in right} == {
        at: (cell.formula, cell.value) for at, cell in right.items()
    }
    assert sheet.hidden == drawn.hidden
    for _ in range(3):
        sheet.Range("U:U").EntireColumn.Delete()
    assert (snapshot(app), shape(app)) == before


@pytest.mark.parametrize("wide", ["", "hasta diciembre"], indirect=True)
def test_the_quarter_opens_as_in_the_plan_drawn_with_its_months(wide, narrow, macros, monkeypatch):
    app, boxes = opened(narrow, monkeypatch)
    file, state = narrow.read_bytes(), app.state()
    macros.abrir_trimestre()
    question, preview, text = boxes.shown
    assert question.startswith("La hoja «POI» no tiene columnas de ejecutado para ABR, MAY, JUN.")
    assert preview.startswith("Se abrirá el II TRIM: ")
    assert text.startswith(DONE)
    (kept,) = backups(narrow)
    assert f"Respaldo: {kept.path}" in text
    assert kept.path.read_bytes() == file
    open_quarter(wide, 2, now=NOW)
    assert_as_in_file(app, wide)
    drawn = App(wide)
    drawn.main = load(drawn, wide)
    assert shape(app) == shape(drawn)
    assert app.state() == state
    assert narrow.read_bytes() == file
    sheet = app.main.sheet("POI")
    assert {sheet.cells[6, c].look for c in range(APRIL, JUNE + 1)} == {sheet.cells[6, MARCH].look}


def test_an_area_that_is_printed_as_far_as_march_grows(narrow, macros, monkeypatch):
    app, _ = opened(narrow, monkeypatch)
    page = app.main.sheet("POI").get("PageSetup")
    page.set(PrintArea="$A$1:$T$9")
    macros.abrir_trimestre()
    assert page.get("PrintArea") == "$A$1:$W$9"


@pytest.mark.parametrize("answers", [[7], [6, 7]])
def test_who_does_not_want_them_keeps_the_sheet(narrow, macros, monkeypatch, answers):
    app, boxes = opened(narrow, monkeypatch)
    boxes.answers = [*answers]
    before = snapshot(app), shape(app), app.state()
    macros.abrir_trimestre()
    assert (snapshot(app), shape(app), app.state()) == before
    assert len(boxes.shown) == len(answers)


def test_a_protected_sheet_is_left_alone(narrow, macros, monkeypatch):
    app, boxes = opened(narrow, monkeypatch)
    app.main.sheet("POI").set(ProtectContents=True)
    before = snapshot(app), shape(app)
    macros.abrir_trimestre()
    assert boxes.shown[-1].startswith("POI-E133 POI")
    assert (snapshot(app), shape(app)) == before
    assert not backups(narrow)


def test_what_opening_finds_wrong_takes_the_columns_back(narrow, macros, monkeypatch):
    """The quarter's own columns are sums that cannot be moved: nothing of it stays."""
    type_in(narrow, "POI", {"V6": "=R6+T6*2"})
    app, boxes = opened(narrow, monkeypatch)
    before = snapshot(app), shape(app)
    macros.abrir_trimestre()
    assert "POI-E124" in boxes.shown[-1]
    assert (snapshot(app), shape(app)) == before


# --- faults ---------------------------------------------------------------------------------------


def inserting(path, plan, fail=()):
    """Insert the columns and nothing else while some calls fail, and take them out again."""
    app = App(path)
    sheet, undo = app.main.sheet("POI"), Undoing()
    before = snapshot(app), shape(app)
    app._recorder.calls.clear()
    app._recorder.fail = dict.fromkeys(fail, 1)
    with suppress(ComError):
        insert_months(sheet, plan, month_columns(plan, 2), undo)
    count = len(app._recorder.calls)
    app._recorder.fail = {}
    is_back = undo.back()
    return count, is_back, before, (snapshot(app), shape(app))


@pytest.mark.parametrize("step", [11, pytest.param(1, marks=pytest.mark.slow)])
def test_whichever_call_fails_the_columns_go_again(narrow, step):
    plan = read_book(narrow).plan
    count, *_ = inserting(narrow, plan)
    assert count > 100
    for number in range(1, count + 1, step):
        _, is_back, before, after = inserting(narrow, plan, [number])
        assert is_back, number
        assert after == before, number


@pytest.mark.parametrize("what", ["Insert", "Delete"])
def test_what_was_done_and_yet_failed_is_not_done_twice(narrow, monkeypatch, what):
    """Excel may have moved the columns when it says that it could not."""
    real, failed = getattr(Range, what), list[str]()

    def done_and_failed(self, *arguments):
        real(self, *arguments)
        if not failed:
            failed.append(what)
            raise ComError(BUSY)

    monkeypatch.setattr(Range, what, done_and_failed)
    _, is_back, before, after = inserting(narrow, read_book(narrow).plan)
    assert failed
    assert is_back
    assert after == before


def failing(app, what, number):
    """Let a call fail: that one of its name after the first insertion; 0: each of them."""
    hit, seen = app._recorder.hit, []

    def fail(name, owner):
        hit(name, owner)
        if name == what and ("Range.Insert" in calls(app)):
            seen.append(name)
            if number in (0, len(seen)):
                raise ComError(FAILED)

    app._recorder.hit = fail


@pytest.mark.parametrize(
    ("what", "number"),
    [
        ("Range.Insert", 2),
        pytest.param("Range.FillRight", 1, marks=pytest.mark.slow),
        pytest.param("Range.Merge", 3, marks=pytest.mark.slow),
        pytest.param("Book.SaveCopyAs", 1, marks=pytest.mark.slow),
        ("Range.Formula=", 1),
        pytest.param("Range.PasteSpecial", 0, marks=pytest.mark.slow),
    ],
)
def test_the_plan_is_as_it_was_and_that_is_said(narrow, macros, monkeypatch, what, number):
    app, boxes = opened(narrow, monkeypatch)
    cells, around, state = snapshot(app), shape(app)[:2], app.state()
    failing(app, what, number)
    macros.abrir_trimestre()
    assert "POI-E" in boxes.shown[-1]
    assert "a medias" not in boxes.shown[-1]
    assert changed(cells, snapshot(app)) == []
    assert CLOSING_SHEET not in snapshot(app)
    assert (shape(app)[:2], app.state()) == (around, state)
    assert peoples(app) == PEOPLES
    assert not (FORBIDDEN - {"Book.Close", "Range.Insert", "Range.Delete"}) & set(calls(app))


def refuse(_):
    raise ComError(FAILED)


def test_where_they_cannot_be_taken_out_again_that_is_said(narrow, macros, monkeypatch):
    app, boxes = opened(narrow, monkeypatch)
    cells = snapshot(app)
    failing(app, "Range.FillRight", 1)
    monkeypatch.setattr(Range, "Delete", refuse)
    macros.abrir_trimestre()
    assert changed(cells, snapshot(app))
    assert "El plan puede haber quedado a medias" in boxes.shown[-1]
    assert ".poi-respaldo" in boxes.shown[-1]
