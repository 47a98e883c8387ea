"""The buttons that leave the workbook as it is, over the recording model of Excel."""

import shutil

import pytest

from poi_xl.commands.compare import compare_books
from poi_xl.commands.distribute import distribute
from poi_xl.commands.forms import make_forms
from poi_xl.commands.update import update
from poi_xl.package.saving import backups
from poi_xl.reading.forms import read_form
from tests.hand import type_in
from tests.hosts.conftest import NOW
from tests.hosts.test_excel_macros import EARLIER, calls, edit, opened, peoples, small, written
from tests.package.books import unzipped
from tests.recording_excel import load
from tests.xlwings_windows import ComError

pytestmark = pytest.mark.usefixtures("own_log")
# What would write into the workbook, or close it.
TYPED = "B7"  # no figure rests on it: Excel would compute those
WRITES = {"Range.Value2=", "Range.Formula=", "Book.Save", "Book.SaveAs", "Book.Close", "Many.Add"}


def contents(path):
    return unzipped(path.read_bytes())


def snapshot(app):
    return {sheet.get("Name"): written(sheet) for sheet in app.main.sheets}


def untouched(app, before, cells):
    """What must hold whatever was pressed."""
    assert app.state()[:-1] == before[:-1]
    assert snapshot(app) == cells
    assert peoples(app)
    return True


@pytest.fixture
def path(tmp_path):
    return small(tmp_path / "plan.xlsx")


@pytest.fixture
def twin(path, tmp_path):
    """The same workbook as a file, with what is typed in Excel and not saved."""
    other = tmp_path / "gemelo" / path.name
    other.parent.mkdir()
    shutil.copyfile(path, other)
    type_in(other, "POI", {TYPED: "Dirigir mejor"})
    return other


def press(path, monkeypatch, macro, *, folder=None, files=(), numbers=(), answer=6):
    """Type into the open workbook and press a button."""
    app, boxes = opened(path, monkeypatch, answer)
    edit(app, "POI", TYPED, "Dirigir mejor")
    app.folder, app.files, app.numbers = folder, files, [*numbers]
    before, cells, file = app.state(), snapshot(app), path.read_bytes()
    macro()
    untouched(app, before, cells)
    assert path.read_bytes() == file
    return app, boxes


# --- fichas ---------------------------------------------------------------------------------------


def test_forms_are_those_of_the_file_host_with_what_is_not_saved(
    path, twin, tmp_path, macros, monkeypatch
):
    folder, wanted = tmp_path / "fichas", tmp_path / "esperadas"
    make_forms(twin, wanted, now=NOW)
    app, boxes = press(path, monkeypatch, macros.fichas, folder=folder)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == {
        p.name: p.read_bytes() for p in wanted.iterdir()
    }
    assert boxes.shown == [f"2 fichas de I TRIM en {folder}."]
    rows = [row for form in folder.iterdir() for row in read_form(form).rows]
    assert "Dirigir mejor" in [row.names[0].text for row in rows]
    assert not WRITES & set(calls(app))


def test_a_second_time_the_forms_are_the_same(path, tmp_path, macros, monkeypatch):
    press(path, monkeypatch, macros.fichas, folder=tmp_path / "f")
    _, boxes = press(path, monkeypatch, macros.fichas, folder=tmp_path / "f")
    assert boxes.shown[-1].endswith("Ya estaban iguales: 2.")


@pytest.mark.parametrize(("answer", "replaced"), [(6, True), (7, False)])
def test_filled_forms_are_replaced_only_if_the_user_agrees_once_for_all(
    path, tmp_path, macros, monkeypatch, answer, replaced
):
    folder = tmp_path / "f"
    press(path, monkeypatch, macros.fichas, folder=folder)
    for form in folder.iterdir():
        form.write_bytes(b"filled in")
    _, boxes = press(path, monkeypatch, macros.fichas, folder=folder, answer=answer)
    questions = [text for text in boxes.shown if "¿Continuar?" in text]
    assert len(questions) == (1 if replaced else 2)
    assert "Vale para todos" in questions[0]
    filled = [p for p in folder.glob("*.xlsx") if p.read_bytes() == b"filled in"]
    assert len(filled) == (0 if replaced else 2)
    if replaced:
        assert "Se reemplazaron: 2; los anteriores, en" in boxes.shown[-1]
        assert len([*(folder / ".poi-respaldo").iterdir()]) == 2


@pytest.mark.parametrize("button", ["fichas", "distribuir", "comparar", "restaurar"])
def test_who_closes_a_dialog_sees_nothing_more(path, macros, monkeypatch, button):
    update(path, now=NOW, preset="B")
    app, boxes = press(path, monkeypatch, getattr(macros, button), numbers=[False])
    assert boxes.shown == []
    assert "Book.SaveCopyAs" not in calls(app)


# --- distribuir -----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 4])
def test_copies_are_those_of_the_file_host(path, twin, tmp_path, macros, monkeypatch, number):
    from poi_xl.commands.round_messages import MODES

    folder, wanted = tmp_path / "copias", tmp_path / "esperadas"
    mode, by_organ = [*MODES][number - 1]
    answer = distribute(twin, wanted, now=NOW, mode=mode, by_organ=by_organ)
    app, boxes = press(path, monkeypatch, macros.distribuir, folder=folder, numbers=[number])
    assert sorted(p.name for p in folder.iterdir()) == sorted(p.name for p in wanted.iterdir())
    for made in folder.iterdir():
        assert contents(made) == contents(wanted / made.name)
    assert f"{len(answer.copies)} copi" in boxes.shown[0]
    assert "todas dan lo mismo." in boxes.shown[0]
    assert not WRITES & set(calls(app))
    assert app.prompts[0].startswith("¿Qué desea distribuir?\n1 = el libro, con fórmulas")


# --- comparar -------------------------------------------------------------------------------------


def test_a_comparison_opens_as_a_new_workbook(path, twin, tmp_path, macros, monkeypatch):
    older = shutil.copyfile(path, tmp_path / "anterior.xlsx")
    app, boxes = press(path, monkeypatch, macros.comparar, files=[older])
    assert boxes.shown[0].startswith("1 cambio desde «anterior.xlsx». Renombrada: 1.")
    assert boxes.shown[0].endswith("sin guardar: «plan - comparación1».")
    out = tmp_path / "esperada.xlsx"
    compare_books(older, twin, now=NOW, out=out)
    made = app.books[-1]
    assert made.get("Path") == ""
    assert snapshot_of(made) == snapshot_of(load(app, out))


def snapshot_of(book):
    return [(sheet.get("Name"), written(sheet)) for sheet in book.sheets]


def test_no_difference_opens_nothing(path, twin, macros, monkeypatch):
    app, boxes = press(path, monkeypatch, macros.comparar, files=[twin])
    assert boxes.shown == ["No cambió nada desde «plan.xlsx»."]
    assert len(app.books) == 1


# --- restaurar ------------------------------------------------------------------------------------


def kept(path, *presets):
    """Have the file host keep a copy for each change, a minute apart."""
    for minute, preset in enumerate(presets):
        update(path, now=EARLIER.replace(minute=minute), preset=preset)


def test_a_backup_is_opened_beside_and_the_open_workbook_stays(path, macros, monkeypatch):
    kept(path, "B", "C")
    chosen = backups(path)[1]
    content = chosen.path.read_bytes()
    app, boxes = press(path, monkeypatch, macros.restaurar, numbers=[2])
    assert app.prompts == ["¿Qué versión desea abrir?\n1 = 2021-04-20 09:01\n2 = 2021-04-20 09:00"]
    beside = path.with_name("plan (2021-04-20 09-00-00).xlsx")
    assert beside.read_bytes() == content
    assert app.books[-1].get("FullName") == str(beside)
    assert boxes.shown[0].startswith(f"«{beside.name}» es la versión del 2021-04-20 09:00:00")
    # What is open, unsaved edits included, is kept as well.
    newest = backups(path)[0]
    assert newest.when == NOW
    assert str(newest.path) in boxes.shown[0]
    assert not (WRITES - {"Many.Add"}) & set(calls(app))


def test_the_oldest_of_ten_can_still_be_opened(path, macros, monkeypatch):
    kept(path, *"BCBCBCBCBC")
    assert len(backups(path)) == 10
    content = backups(path)[-1].path.read_bytes()
    app, _ = press(path, monkeypatch, macros.restaurar, numbers=[10])
    assert len(app.prompts[0].splitlines()) == 11
    (beside,) = path.parent.glob("plan (*).xlsx")
    assert beside.read_bytes() == content
    again, _ = press(path, monkeypatch, macros.restaurar, numbers=[99, 1])
    assert len(again.prompts) == 2


def test_without_backups_that_is_said(path, macros, monkeypatch):
    _, boxes = press(path, monkeypatch, macros.restaurar)
    assert boxes.shown[0].startswith("POI-E17: no hay copias de respaldo de «plan.xlsx».")


def test_the_same_version_twice_gets_two_names(path, macros, monkeypatch):
    kept(path, "B")
    for _ in range(2):
        press(path, monkeypatch, macros.restaurar, numbers=[len(backups(path))])
    assert len([*path.parent.glob("plan (2021-04-20*.xlsx")]) == 2


# --- guards and faults ----------------------------------------------------------------------------


@pytest.mark.parametrize("button", ["fichas", "distribuir", "comparar"])
@pytest.mark.parametrize(
    ("code", "spoil"),
    [
        ("POI-E94 plan.xlsx", lambda book, _: book.set(Path="")),
        ("POI-E135 plan.xlsx", lambda book, patch: patch.setattr(type(book), "SaveCopyAs", fails)),
        ("POI-E135 plan.xlsx", lambda b, patch: patch.setattr(type(b), "SaveCopyAs", nothing)),
    ],
)
def test_without_a_copy_nothing_is_made(path, tmp_path, macros, monkeypatch, button, code, spoil):
    app, boxes = opened(path, monkeypatch)
    app.folder, app.files = tmp_path / "salida", [path]
    spoil(app.main, monkeypatch)
    getattr(macros, button)()
    assert boxes.shown[0].startswith(code)
    assert not (tmp_path / "salida").exists()


def fails(book, path):
    raise ComError(-2146827284)


def nothing(book, path):
    pass


@pytest.mark.parametrize("button", ["fichas", "comparar", "restaurar"])
def test_any_call_may_fail(path, tmp_path, macros, monkeypatch, button):
    kept(path, "B")
    files = [shutil.copyfile(path, tmp_path / "anterior.xlsx")]

    def run(fail):
        app, boxes = opened(path, monkeypatch)
        edit(app, "POI", TYPED, "Dirigir mejor")
        app.folder, app.files, app.numbers = tmp_path / "fichas", files, [1]
        app._recorder.fail = fail
        before, cells = app.state(), snapshot(app)
        try:
            getattr(macros, button)()
        except ComError:
            assert "App.ScreenUpdating=" not in calls(app)
        untouched(app, before, cells)
        assert all("Traceback" not in text for text in boxes.shown)
        return app, boxes

    names = calls(run({})[0])
    for number in sorted({names.index(what) + 1 for what in names})[::2]:
        there = beside(path)
        _, boxes = run({number: 1})
        refused = not boxes.shown or boxes.shown[-1].startswith("POI-E")
        assert not refused or beside(path) == there


def beside(path):
    return sorted(path.parent.glob("plan (*.xlsx"))
