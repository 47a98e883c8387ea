"""*Importar fichas* and *Abrir trimestre* over the recording model of Excel."""

import shutil

import pytest

from poi_xl.commands.forms import make_forms
from poi_xl.commands.import_forms import import_forms
from poi_xl.commands.open_quarter import open_quarter
from poi_xl.core.form_changes import Prefer
from poi_xl.package.cell_contents import Content
from poi_xl.package.saving import backups
from poi_xl.sheets.closing_book import CLOSING_SHEET
from poi_xl.sheets.log_book import LOG_SHEET
from poi_xl.sheets.report import KEYS
from tests.commands.test_forms import fill
from tests.commands.test_update import Accepting
from tests.hosts.conftest import NOW
from tests.hosts.test_excel_macros import (
    EARLIER,
    FORBIDDEN,
    PEOPLE,
    PEOPLES,
    base,
    calls,
    drawn,
    edit,
    looks,
    notes,
    opened,
    peoples,
    small,
    written,
)
from tests.recording_excel import BUSY, App, Cell, load
from tests.xlwings_windows import ComError

pytestmark = pytest.mark.usefixtures("own_log")
YES = Accepting("POI-E120")


def assert_as_in_file(app, path, *, pages=True):
    """Compare the workbook that is open with the file that the file host made of the same.

    Args:
        app: Excel.
        path: the file.
        pages: whether headers and footers must be the same too; Excel may refuse those.
    """
    wanted = load(App(path), path)
    names = [s.get("Name") for s in app.main.sheets if s.get("Name") != PEOPLE]
    assert names == [s.get("Name") for s in wanted.sheets]
    for name in names:
        there, expected = app.main.sheet(name), wanted.sheet(name)
        assert content(there) == content(expected), name
        assert (there.hidden, there.filter) == (expected.hidden, expected.filter), name
        if pages:
            assert there.get("PageSetup").texts() == expected.get("PageSetup").texts(), name
        if name in {*KEYS.values(), LOG_SHEET, CLOSING_SHEET}:
            assert looks(there) == looks(expected), name
            assert sorted(there.merged) == sorted(expected.merged), name
            assert drawn(there.charts) == drawn(expected.charts), name
    assert notes(app.main) == notes(wanted)
    assert peoples(app) == PEOPLES


def content(sheet):
    """What was typed into a sheet; what formulas give is Excel's to say."""
    return {at: value for at, value in written(sheet).items() if value != ""}


@pytest.fixture
def path(tmp_path):
    return small(tmp_path / "plan.xlsx")


def filled(path):
    """Make the forms of a workbook and fill in the one of ESCUELA."""
    answer = make_forms(path, path.parent / "fichas", now=EARLIER)
    form = next(each.placed.path for each in answer.files if each.organ == "ESCUELA")
    notes = [["Personal", "Faltó gente", "Contratar"]]
    return fill(form, [[None, 2, 3], [4, 5, 6]], notes)


BLANK = (
    ("JEFATURA", "Dirigir", 12, [1.0] * 12, [1.0] * 3),
    ("ESCUELA", "Capacitar", 12, [1.0] * 12, [1.0, float("nan"), float("nan")]),
    ("ESCUELA", "Evaluar 2021", 12, [1.0] * 12, [float("nan")] * 3),
)


@pytest.fixture
def asked(tmp_path):
    """A workbook whose units have not all reported, and a form that one of them filled in."""
    path = small(tmp_path / "plan.xlsx", *BLANK)
    return path, filled(path)


def twin(path):
    other = path.parent / "gemelo" / path.name
    other.parent.mkdir(exist_ok=True)
    return shutil.copyfile(path, other)


# --- importar -------------------------------------------------------------------------------------


def test_what_units_reported_arrives_as_the_file_host_writes_it(asked, macros, monkeypatch):
    path, form = asked
    app, boxes = opened(path, monkeypatch)
    app.files, file, before = [form], path.read_bytes(), app.state()
    macros.importar()
    other = twin(path)
    import_forms(other, [form], now=NOW)
    assert_as_in_file(app, other)
    assert app.state() == before
    assert path.read_bytes() == file
    question, text = boxes.shown
    assert question.startswith("1 ficha, 5 celdas del plan, 3 textos de alertas.")
    assert "POI!S7: (vacío) → 2  (Capacitar)" in question
    assert text.startswith("Se importaron 1 ficha, 5 celdas del plan, 3 textos de alertas.")
    assert "Respondieron 1 de 2 órganos.\nFaltan: JEFATURA." in text
    (kept,) = backups(path)
    assert f"Respaldo: {kept.path}" in text
    assert "Guarde el libro" in text
    assert calls(app).index("Book.SaveCopyAs") < calls(app).index("Range.Value2=")


def test_what_is_not_saved_counts(asked, macros, monkeypatch):
    """What somebody typed in Excel after the forms went out differs from the form: he decides."""
    path, form = asked
    for answer, prefer in ((6, Prefer.FORM), (7, Prefer.PLAN)):
        app, boxes = opened(path, monkeypatch)
        app.files, boxes.answers = [form], [answer]
        edit(app, "POI", "S7", 9.0)
        macros.importar()
        assert boxes.shown[0].startswith("Las fichas y el libro no coinciden en 1 dato:")
        assert "Sí: Vale lo que dice la ficha." in boxes.shown[0]
        kept = {6: 2.0, 7: 9.0}[answer]
        assert app.main.sheet("POI").cells[7, 19].value == kept, prefer
        assert app.main.sheet("POI").cells[8, 18].value == 4.0


@pytest.mark.parametrize("answers", [[2], [6, 7]])
def test_who_thinks_better_of_it_finds_everything_as_it_was(asked, macros, monkeypatch, answers):
    path, form = asked
    app, boxes = opened(path, monkeypatch)
    app.files, boxes.answers = [form], [*answers]
    edit(app, "POI", "S7", 9.0)
    before, state = snapshot(app), app.state()
    macros.importar()
    assert snapshot(app) == before
    assert app.state() == state
    assert len(boxes.shown) == len(answers)
    assert not backups(path)


def snapshot(app):
    """All that the user would find changed."""
    return {
        sheet.get("Name"): (
            written(sheet), set(sheet.hidden), sheet.get("PageSetup").texts(),
        )
        for sheet in app.main.sheets
    }  # fmt: skip


def test_wrong_forms_are_told_all_at_once_and_nothing_is_asked(asked, macros, monkeypatch):
    path, form = asked
    fill(form, [["mucho", -1]])
    app, boxes = opened(path, monkeypatch)
    app.files = [form]
    before = snapshot(app)
    macros.importar()
    (text,) = boxes.shown
    assert "POI-E110" in text
    assert "POI-E112" in text
    assert snapshot(app) == before


@pytest.fixture
def logged(asked):
    """A workbook into which one form was imported, and a second form that is not."""
    path, form = asked
    import_forms(path, [form], now=EARLIER)
    answer = make_forms(path, path.parent / "otras", now=EARLIER)
    second = next(each.placed.path for each in answer.files if each.organ == "JEFATURA")
    return path, fill(second, [[7, 1, 1]])


def test_a_second_form_goes_into_the_same_log(logged, macros, monkeypatch):
    path, second = logged
    app, _ = opened(path, monkeypatch)
    log = app.main.sheet(LOG_SHEET)
    app.files = [second]
    macros.importar()
    other = twin(path)
    import_forms(other, [second], now=NOW, prefer=Prefer.FORM)
    assert_as_in_file(app, other)
    assert app.main.sheet(LOG_SHEET) is log


def test_a_workbook_without_summaries_gets_them_in_the_file_hosts_order(
    tmp_path, macros, monkeypatch
):
    path = base(tmp_path / "plan.xlsx", *BLANK)
    form = filled(path)
    app, _ = opened(path, monkeypatch)
    app.files = [form]
    macros.importar()
    other = twin(path)
    import_forms(other, [form], now=NOW)
    assert_as_in_file(app, other)


# --- abrir trimestre ------------------------------------------------------------------------------


def test_a_quarter_opens_and_closes_again_as_in_the_file(book, macros, monkeypatch):
    app, boxes = opened(book, monkeypatch)
    before, file = app.state(), book.read_bytes()
    macros.abrir_trimestre()
    (prompt,) = app.prompts
    assert prompt.startswith("El trimestre vigente es el I TRIM. ¿Cuál desea abrir?")
    assert prompt.splitlines()[1:] == ["1 = II TRIM (cierra el I TRIM)"]
    question, text = boxes.shown
    assert question.startswith("Se abrirá el II TRIM: ")
    assert "Columnas que se muestran: U, V, W." in question
    assert text.startswith("Está abierto el II TRIM")
    other = twin(book)
    open_quarter(other, 2, now=NOW)
    assert_as_in_file(app, other)
    assert app.state() == before
    assert book.read_bytes() == file
    # And back, from the file as Excel would have saved it.
    again, boxes = opened(other, monkeypatch)
    again.numbers = [2]
    macros.abrir_trimestre()
    assert again.prompts[0].endswith("1 = III TRIM (cierra el II TRIM)\n2 = I TRIM (volver)")
    assert "Columnas que se ocultan: U, V, W." in boxes.shown[0]
    back = twin(other)
    open_quarter(back, 1, now=NOW)
    assert_as_in_file(again, back)


@pytest.mark.parametrize(("numbers", "answer"), [([False], 6), ([1], 7)])
def test_a_quarter_is_not_opened_unasked(path, macros, monkeypatch, numbers, answer):
    app, boxes = opened(path, monkeypatch, answer)
    app.numbers = numbers
    before, state = snapshot(app), app.state()
    macros.abrir_trimestre()
    assert (snapshot(app), app.state()) == (before, state)
    assert len(boxes.shown) == (answer == 7)
    assert not backups(path)


def test_activities_without_report_are_asked_about_once(tmp_path, macros, monkeypatch):
    path = small(tmp_path / "plan.xlsx", *BLANK)
    app, boxes = opened(path, monkeypatch)
    macros.abrir_trimestre()
    asked = [text for text in boxes.shown if text.startswith("POI-E120")]
    assert len(asked) == 1
    other = twin(path)
    open_quarter(other, 2, now=NOW, host=YES)
    assert_as_in_file(app, other)


# --- guards ---------------------------------------------------------------------------------------


def protect(app, sheet):
    app.main.sheet(sheet).set(ProtectContents=True)


@pytest.mark.parametrize("button", ["importar", "abrir_trimestre"])
@pytest.mark.parametrize(
    ("code", "spoil"),
    [
        ("POI-E93 plan.xlsx", lambda app: app.main.set(ReadOnly=True)),
        ("POI-E94 plan.xlsx", lambda app: app.main.set(Path="")),
        ("POI-E09 plan.xlsx", lambda app: app.main.set(MultiUserEditing=True)),
        ("POI-E91 plan.xlsx", lambda app: app.main.set(ProtectStructure=True)),
        ("POI-E92 Alertas", lambda app: protect(app, "Alertas")),
        ("POI-E133 POI", lambda app: protect(app, "POI")),
    ],
)
def test_guards_refuse_before_anything_is_written(asked, macros, monkeypatch, button, code, spoil):
    path, form = asked
    app, boxes = opened(path, monkeypatch)
    app.files = [form]
    spoil(app)
    before, state = snapshot(app), app.state()
    getattr(macros, button)()
    assert boxes.shown[-1].startswith(code)
    assert (snapshot(app), app.state()) == (before, state)
    assert not {"Range.Value2=", "Range.Formula=", "Many.Add"} & set(calls(app))
    assert not backups(path)


def test_autosave_is_asked_about_once(asked, macros, monkeypatch):
    path, form = asked
    app, boxes = opened(path, monkeypatch)
    app.files = [form]
    app.main.set(AutoSaveOn=True)
    macros.importar()
    assert len([text for text in boxes.shown if text.startswith("POI-E95")]) == 1
    assert boxes.shown[-1].startswith("Se importaron")


# --- taking back ----------------------------------------------------------------------------------


def test_whatever_stood_in_cells_comes_back(path, monkeypatch):
    from poi_xl.hosts.excel.undoing import Undoing

    app, _ = opened(path, monkeypatch)
    sheet = app.main.sheet(PEOPLE)
    sheet.cells.clear()
    # A number, what looks like one, an error, nothing; a formula; and one beside a text.
    values = (5.0, "1-2", -2146826246, None, True)
    sheet.cells.update({(row, 1): Cell(value) for row, value in enumerate(values, start=1)})
    sheet.cells[6, 1] = Cell(2.0, "=SUM(A1:A2)")
    sheet.cells[1, 2], sheet.cells[2, 2] = Cell(1.0, "=A1"), Cell("texto")
    before = {at: (cell.value, cell.formula) for at, cell in sheet.cells.items()}
    fresh = {(row, 1): Content("n", str(row)) for row in range(1, 6)}
    fresh |= {(6, 1): Content(formula="_xlfn.IFS(A1>0,1)"), (2, 2): Content("str", "=no")}
    fresh |= {(1, 2): Content("b", "1"), (3, 2): Content()}
    undo = Undoing()
    undo.cells(sheet, fresh)
    undo.columns(sheet, {1: True, 2: False})
    now = {at: cell.formula or cell.value for at, cell in sheet.cells.items()}
    assert [now[row, 1] for row in range(1, 7)] == [1, 2, 3, 4, 5, "=IFS(A1>0,1)"]
    assert (now[1, 2], now[2, 2], now.get((3, 2))) == (True, "=no", None)
    assert sheet.hidden == {1}
    assert undo.back()
    assert not sheet.hidden
    back = {at: (cell.value, cell.formula) for at, cell in sheet.cells.items() if at in before}
    # Excel reads the text of an error as the error.
    before[3, 1] = ("#N/A", "")
    assert back == before


def test_without_a_printer_nothing_of_the_page_needs_to_come_back(path, monkeypatch):
    from poi_xl.hosts.excel.undoing import Undoing

    app, _ = opened(path, monkeypatch)
    sheet, hit = app.main.sheet("POI"), app._recorder.hit
    before = sheet.get("PageSetup").texts()

    def no_printer(what, owner):
        hit(what, owner)
        if what == "Page.CenterFooter=":
            raise ComError(-2146827284)

    app._recorder.hit = no_printer
    undo = Undoing()
    undo.printed(sheet, {("oddFooter", "L"): "II TRIM", ("oddFooter", "C"): "II TRIM"})
    assert sheet.get("PageSetup").get("LeftFooter") == "II TRIM"
    assert undo.back()
    assert sheet.get("PageSetup").texts() == before


# --- faults ---------------------------------------------------------------------------------------


@pytest.fixture
def rehearsed(monkeypatch, tmp_path):
    """Compute each import and each opening once, for runs that differ in the call that fails."""
    from poi_xl.commands import drawing
    from poi_xl.commands import import_forms as import_forms_module
    from poi_xl.commands import open_quarter as open_quarter_module
    from poi_xl.hosts.excel import changing, regenerate

    kept: dict = {}

    def once(key, make):
        if key not in kept:
            kept[key] = make()
        return kept[key]

    def through(key, action):
        """Do something that ends at a door; the next time only go to the door."""

        def door(target, fresh, *, seen, now):
            kept[key, "file"] = fresh.read_bytes()

        answer = once(key, lambda: action(door))

        def again(real):
            fresh = tmp_path / "terminado.xlsx"
            fresh.write_bytes(kept[key, "file"])
            real(tmp_path, fresh, seen=None, now=NOW)
            return answer

        return again

    class Importing:
        def __init__(self, package, forms, host):
            self.real = once("read", lambda: importing(package, forms, host))
            self.review, self.settled = self.real.review, self.real.settled

        def finish(self, review, *, now, deadline, door):
            finish = self.real.finish
            again = through("import", lambda d: finish(review, now=now, deadline=None, door=d))
            return again(door)

    importing, opening = import_forms_module.Importing, open_quarter_module.open_quarter_in

    def open_quarter_in(package, quarter, *, now, host, door):
        again = through("quarter", lambda d: opening(package, quarter, now=now, host=YES, door=d))
        return again(door or (lambda *_, **__: None))

    def draw(report, names, path, *, date_1904):
        make = lambda: real_draw(report, names, tmp_path / path.name, date_1904=date_1904)  # noqa: E731
        return once((report.stamp, tuple(names)), make)

    real_draw = drawing.draw
    monkeypatch.setattr(changing, "Importing", Importing)
    monkeypatch.setattr(changing, "open_quarter_in", open_quarter_in)
    monkeypatch.setattr(regenerate, "draw", draw)


def run(path, form, macros, monkeypatch, button, fail, result=None):
    """Press a button while some calls fail; return what there was before and what is there now."""
    app, boxes = opened(path, monkeypatch)
    app.files = [form]
    app._recorder.fail = fail
    if result:
        app._recorder.result = result
    before = snapshot(app), app.state(), [*app.main.sheets]
    try:
        getattr(macros, button)()
    except ComError:
        # Nothing was known yet, not even which workbook; VBA shows Excel's own words.
        assert not {"App.ScreenUpdating=", "Book.SaveCopyAs"} & set(calls(app))
    app._recorder.fail = {}
    return app, boxes, before


def check_after_fault(app, boxes, before):
    """What must hold whatever failed: people's sheets are as they were, or all is done."""
    cells, state, sheets = before
    assert app.state() == state
    assert peoples(app) == PEOPLES
    assert not [sheet for sheet in sheets if sheet.deleted]
    closed = [owner for what, owner in app._recorder.calls if what == "Book.Close"]
    assert app.main not in closed
    assert not (FORBIDDEN - {"Book.Close"}) & set(calls(app))
    assert all("Traceback" not in text for text in boxes.shown)
    said = boxes.shown[-1] if boxes.shown else ""
    if not said.startswith(("Se importaron", "Está abierto")):
        now = snapshot(app)
        assert [
            name for name in cells if name not in KEYS.values() and now[name] != cells[name]
        ] == []
        assert {LOG_SHEET, CLOSING_SHEET} & now.keys() == {LOG_SHEET, CLOSING_SHEET} & cells.keys()


def changed(before, now):
    """The sheets that we do not regenerate and that are not as they were."""
    return [n for n in before if n not in KEYS.values() and now[n] != before[n]]


def check_every(path, form, macros, monkeypatch, button, numbers):
    wanted = twin(path)
    if button == "importar":
        import_forms(wanted, [form], now=NOW)
    else:
        open_quarter(wanted, 2, now=NOW, host=YES)
    for number in numbers:
        app, boxes, before = run(path, form, macros, monkeypatch, button, {number: 1})
        check_after_fault(app, boxes, before)
        if not boxes.shown or "POI-E" in boxes.shown[-1]:
            getattr(macros, button)()
            assert "POI-E" not in boxes.shown[-1], (number, boxes.shown)
        what, _ = app._recorder.calls[number - 1]
        assert_as_in_file(app, wanted, pages="Page" not in what)


def firsts(path, form, macros, monkeypatch, button):
    """The first call of each kind, and how many calls a run takes once it was rehearsed."""
    run(path, form, macros, monkeypatch, button, {})
    names = calls(run(path, form, macros, monkeypatch, button, {})[0])
    return sorted({names.index(what) + 1 for what in names}), len(names)


@pytest.mark.parametrize("sheet", [LOG_SHEET, "Resumen"])
def test_a_log_that_was_there_gets_its_rows_back(logged, macros, monkeypatch, sheet):
    """Whether the log itself fails half way, or what comes after it."""
    path, second = logged
    app, boxes = opened(path, monkeypatch)
    app.files = [second]
    before, marks = snapshot(app), notes(app.main)
    hit = app._recorder.hit

    def formats_fail(what, owner):
        hit(what, owner)
        if what == "Range.PasteSpecial" and owner.sheet.get("Name") == sheet:
            raise ComError(-2146827284)

    app._recorder.hit = formats_fail
    macros.importar()
    assert boxes.shown[-1].startswith("POI-E134")
    assert "El plan quedó como estaba" in boxes.shown[-1]
    now = snapshot(app)
    assert changed(before, now) == []
    assert notes(app.main)["_poi_xl.nota.bitacora"] == marks["_poi_xl.nota.bitacora"]
    app._recorder.hit = hit
    macros.importar()
    other = twin(path)
    import_forms(other, [second], now=NOW, prefer=Prefer.FORM)
    assert_as_in_file(app, other)


BUTTONS = pytest.mark.parametrize("button", ["importar", "abrir_trimestre"])


@BUTTONS
@pytest.mark.usefixtures("rehearsed")
def test_some_calls_may_fail(asked, macros, monkeypatch, button):
    path, form = asked
    numbers, _ = firsts(path, form, macros, monkeypatch, button)
    check_every(path, form, macros, monkeypatch, button, numbers[::6])


@pytest.mark.slow
@BUTTONS
@pytest.mark.parametrize("part", range(2))
@pytest.mark.usefixtures("rehearsed")
def test_more_calls_may_fail(asked, macros, monkeypatch, button, part):
    path, form = asked
    numbers, count = firsts(path, form, macros, monkeypatch, button)
    several = sorted({*numbers, *range(7, count, 40)})
    # One in eight: each takes a second or two.
    check_every(path, form, macros, monkeypatch, button, several[part::8])


@BUTTONS
@pytest.mark.usefixtures("rehearsed")
def test_an_excel_that_stays_busy_is_told_truly(asked, macros, monkeypatch, button):
    """Where not even taking back is possible, the message says so and names the backup."""
    path, form = asked
    _, count = firsts(path, form, macros, monkeypatch, button)
    for number in range(count // 3, count, count // 4):
        fail = dict.fromkeys(range(number, number + 2000), 1)
        app, boxes, (cells, _, _) = run(path, form, macros, monkeypatch, button, fail, BUSY)
        now = snapshot(app)
        said = boxes.shown[-1] if boxes.shown else ""
        if changed(cells, now) or {LOG_SHEET, CLOSING_SHEET} & now.keys():
            assert "El plan puede haber quedado a medias" in said
            assert ".poi-respaldo" in said
