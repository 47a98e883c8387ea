"""The macros in Excel, run through xlwings' own code for Windows over a recording model."""

import datetime as dt
import shutil
import webbrowser
import zipfile
from contextlib import suppress

import pytest
from lxml import etree
from openpyxl import load_workbook

from poi_xl.commands.update import update
from poi_xl.core.settings import Settings
from poi_xl.package.saving import backups
from poi_xl.sheets.base import base_bytes
from poi_xl.sheets.report import KEYS
from tests.core.plans import plan_of
from tests.hand import type_in
from tests.hosts.conftest import NOW
from tests.recording_excel import BUSY, App, Cell, Sheet, connect, load
from tests.xlwings_windows import ComError

EARLIER = dt.datetime(2021, 4, 20, 9, 30)  # noqa: DTZ001
PEOPLE = "Hoja de la jefa"
PEOPLES = ("=Resumen!A5*2", "=SUM(poi_tabla_alertas[Brecha])", "='Por órgano'!F30", "=POI_AVANCE()")
# What no macro may ever do to the workbook.
FORBIDDEN = {
    *("Book.BreakLink", "Book.Save", "Book.SaveAs", "Book.Close", "Book.Unprotect"),
    *("Sheet.Unprotect", "Sheet.Name=", "Name.Delete", "Range.Delete", "Range.Insert", "Range.Cut"),
}
QUARTER = [1.0] * 3


pytestmark = pytest.mark.usefixtures("own_log")


def base(path, *rows):
    """Write a workbook with a plan and no summary sheets."""
    settings = Settings(institution="SAT", year=2021, quarter=1, plan_sheet="POI")
    path.write_bytes(base_bytes(plan_of(*rows), settings))
    return path


def small(path, *rows):
    """Write a workbook with a plan and its summary sheets."""
    update(base(path, *(rows or SMALL)), now=EARLIER)
    shutil.rmtree(path.parent / ".poi-respaldo")
    return path


SMALL = (
    ("JEFATURA", "Dirigir", 12, [1.0] * 12, QUARTER),
    ("ESCUELA", "Capacitar", 12, [1.0] * 12, [1.0, 0.0, 0.0]),
    ("ESCUELA", "Evaluar 2021", 12, [1.0] * 12, [0.0, 0.0, 0.0]),
)


def opened(path, monkeypatch, answer=6):
    """Open a workbook in Excel, with a sheet of people's that looks at ours."""
    app = App(path)
    sheet = Sheet(app.main, PEOPLE)
    for row, text in enumerate(PEOPLES, start=1):
        sheet.cells[row, 1] = Cell(1.0, text)
    app.main.sheets.insert(1, sheet)
    return app, connect(app, monkeypatch, answer)


def edit(app, sheet, cell, value):
    """Type into the open workbook."""
    row, column = app.main.sheet(sheet).Range(cell).area[:2]
    app.main.sheet(sheet).cell((row, column)).value = value


def peoples(app):
    cells = app.main.sheet(PEOPLE).cells.values()
    return tuple(cell.formula for cell in cells)


def written(sheet):
    """What a sheet shows: values and formulas; what those give is Excel's to say."""
    found = {at: cell.formula or cell.value for at, cell in sheet.cells.items()}
    return {at: value for at, value in found.items() if value is not None}


def formulas(sheet):
    return [cell.formula for cell in sheet.cells.values() if cell.formula]


def looks(sheet):
    return {at: sheet.cells[at].look for at in written(sheet)}


def assert_as_in_file(app, path):
    """Compare the summary sheets that are open with those of a file of the file host's."""
    wanted = load(App(path), path)
    for name in KEYS.values():
        there, expected = app.main.sheet(name), wanted.sheet(name)
        assert written(there) == written(expected), name
        assert looks(there) == looks(expected), name
        assert sorted(there.merged) == sorted(expected.merged), name
        assert (there.links, there.breaks) == (expected.links, expected.breaks), name
        heights = {row: height for row, height in there.heights.items() if row in expected.heights}
        assert heights == expected.heights, name
        for each in ("tables", "charts"):
            assert drawn(getattr(there, each)) == drawn(getattr(expected, each)), name
        assert notes(app.main) == notes(wanted)


def drawn(items):
    return {
        item.get("Name"): item.area if hasattr(item, "area") else (item.formulas(), item.text)
        for item in items
    }


def notes(book):
    names = [(each.get("Name").lower(), each.get("RefersTo")) for each in book.names]
    return {name: text.removeprefix("=") for name, text in names if name.startswith("_poi_xl")}


def calls(app):
    return app._recorder.names()


def file_host(path, tmp_path, typed):
    """What the file host makes of the same workbook with the same typing."""
    other = shutil.copyfile(path, tmp_path / "otro.xlsx")
    for sheet, cells in typed.items():
        type_in(other, sheet, cells)
    assert update(other, now=NOW).written
    return other


# --- the same sheets as the file host's -----------------------------------------------------------


def test_a_refill_of_the_shipped_workbook_gives_what_the_file_host_writes(
    book, tmp_path, macros, monkeypatch
):
    type_in(book, "POI", {"R7": 5})
    app, boxes = opened(book, monkeypatch)
    macros.actualizar()
    assert_as_in_file(app, file_host(book, tmp_path, {}))
    assert boxes.shown[0].startswith("8 hojas, 267 celdas, 2 errores.")
    assert peoples(app) == PEOPLES
    for name in KEYS.values():
        # Whatever points at the sheets still does: they are the ones that were there.
        assert "Sheet.Delete" not in calls(app)
        assert app.main.sheet(name).book is app.main


def test_new_sheets_come_before_the_settings_all_at_once(tmp_path, macros, monkeypatch):
    path = base(tmp_path / "plan.xlsx", *SMALL)
    app, boxes = opened(path, monkeypatch)
    app.set(CopyObjectsWithCells=False)
    macros.actualizar()
    order = [sheet.get("Name") for sheet in app.main.sheets]
    assert order == ["POI", PEOPLE, *KEYS.values(), "Configuración"]
    assert calls(app).count("Group.Copy") == 1
    assert "8 hojas (8 nuevas)" in boxes.shown[0]
    assert_as_in_file(app, file_host(path, tmp_path, {}))
    assert not [
        each for each in app.main.names if each.get("Visible") and "_poi" in each.get("Name")
    ]


def test_without_settings_new_sheets_come_last(tmp_path, macros, monkeypatch):
    app, _ = opened(base(tmp_path / "plan.xlsx", *SMALL), monkeypatch)
    app.main.sheets.remove(app.main.sheet("Configuración"))
    macros.actualizar()
    assert [sheet.get("Name") for sheet in app.main.sheets][2:] == [*KEYS.values()]


TYPED = {"M7": "Personal", "N7": "=1+1", "O7": "1-2", "P7": "Ana Ñahui", "Q7": 44317.0}


def test_what_people_typed_goes_along_as_alerts_come_and_go(tmp_path, macros, monkeypatch):
    path = small(tmp_path / "plan.xlsx")
    app, _ = opened(path, monkeypatch)
    alerts = app.main.sheet("Alertas")
    for cell, value in TYPED.items():
        at = alerts.Range(cell).area[:2]
        formula = str(value) if cell == "N7" else ""
        alerts.cells[at] = Cell(2.0 if formula else value, formula, alerts.cells[at].look)
    executed = "T8"
    edit(app, "POI", executed, 5.0)
    macros.actualizar()
    first = file_host(path, tmp_path, {"Alertas": TYPED, "POI": {executed: 5}})
    assert_as_in_file(app, first)
    assert drawn(alerts.tables).keys() == {"poi_tabla_alertas", "poi_tabla_alertas_anteriores"}
    assert "=1+1" in written(alerts).values()
    # The activity is off track again: its notes go back up, and the second table goes.
    edit(app, "POI", executed, 0.0)
    macros.actualizar()
    assert drawn(alerts.tables).keys() == {"poi_tabla_alertas"}
    assert {"=1+1", "1-2", "Ana Ñahui", 44317.0} <= set(written(alerts).values())
    assert_as_in_file(app, file_host(first, tmp_path / "estado", {"POI": {executed: 0}}))
    assert peoples(app) == PEOPLES


def test_another_layout_is_brought_over_without_deleting_the_old_sheets(
    tmp_path, macros, monkeypatch
):
    path = small(tmp_path / "plan.xlsx")
    app, boxes = opened(path, monkeypatch)
    for name in [each for each in app.main.names if ".nota." in each.get("Name")]:
        name.set(RefersTo=name.get("RefersTo").replace('="1;', '="0;'))
    before = {name: app.main.sheet(name) for name in KEYS.values()}
    old_charts = [chart for sheet in before.values() for chart in sheet.charts]
    edit(app, "POI", "T8", 2.0)
    macros.actualizar()
    assert_as_in_file(app, file_host(path, tmp_path, {"POI": {"T8": 2}}))
    assert {name: app.main.sheet(name) for name in KEYS.values()} == before
    deleted = [owner for what, owner in app._recorder.calls if what == "Sheet.Delete"]
    assert {sheet.get("Name")[-4:] for sheet in deleted} == {" (2)"}
    assert len(app.main.sheets) == len(KEYS) + 3
    assert not {id(c) for s in before.values() for c in s.charts} & {id(c) for c in old_charts}
    assert peoples(app) == PEOPLES
    assert len(boxes.shown) == 1


def test_other_limits_bring_columns_in_and_out_and_formulas_follow(tmp_path, macros, monkeypatch):
    path = small(tmp_path / "plan.xlsx")
    app, boxes = opened(path, monkeypatch)
    people = app.main.sheet(PEOPLE)
    people.cells[9, 1] = Cell(1.0, "=SUM(poi_tabla_por_organo[Avance de meta])")
    people.cells[10, 1] = Cell(1.0, "=SUM(poi_tabla_por_organo[▲ Exceso])")
    settings = app.main.sheet("Configuración")
    row = next(at[0] for at, cell in settings.cells.items() if cell.value == "Semáforo")
    settings.cell((row, 2)).value = "E"
    macros.actualizar()
    assert people.cells[9, 1].formula == "=SUM(poi_tabla_por_organo[Avance de meta])"
    type_in(path, "Configuración", {f"B{row}": "E"})
    assert_as_in_file(app, file_host(path, tmp_path, {}))
    if "#REF!" in people.cells[10, 1].formula:
        assert "los #REF! (antes 0, ahora 1)" in boxes.shown[-1]
        assert ".poi-respaldo" in boxes.shown[-1]


def test_a_second_run_writes_nothing(tmp_path, macros, monkeypatch):
    app, boxes = opened(small(tmp_path / "plan.xlsx"), monkeypatch)
    edit(app, "POI", "T8", 5.0)
    macros.actualizar()
    app._recorder.calls.clear()
    macros.actualizar()
    assert boxes.shown[-1].startswith("Los resúmenes ya estaban al día")
    assert not {"Range.Value2=", "Book.SaveCopyAs", "Workbooks.Open"} & set(calls(app))
    assert len(backups(tmp_path / "plan.xlsx")) == 1


# --- order, state, faults -------------------------------------------------------------------------


def test_the_backup_and_each_sheets_note_come_before_any_writing(tmp_path, macros, monkeypatch):
    app, boxes = opened(small(tmp_path / "plan.xlsx"), monkeypatch)
    edit(app, "POI", "T8", 5.0)
    made = []
    monkeypatch.setattr(
        type(app.main), "define", lambda book, name, text, visible: made.append((name, text))
    )
    macros.actualizar()
    order = calls(app)
    backup = order.index("Book.SaveCopyAs")
    writing = ("Range.Value2=", "Range.UnMerge", "Range.PasteSpecial", "Sheet.ResetAllPageBreaks")
    assert backup < min(order.index(each) for each in writing)
    assert backup < order.index("Many.Add")
    assert order.index("Workbooks.Open") > backup
    # Not what its note says while it is written, and again afterwards.
    assert [text == '=""' for _, text in made] == [True, False] * len(KEYS)
    kept = backups(tmp_path / "plan.xlsx")
    assert [each.path.name for each in kept] == ["plan.2021-05-03T17-00-00.xlsx"]
    assert str(kept[0].path) in boxes.shown[0]


def test_the_macro_is_silent_while_it_works(tmp_path, macros, monkeypatch):
    app, _ = opened(small(tmp_path / "plan.xlsx"), monkeypatch)
    # Choices of the user's: semiautomatic, and a sheet without its charts when copied.
    app.set(Calculation=2, CopyObjectsWithCells=False)
    edit(app, "POI", "T8", 5.0)
    before = app.state()
    seen = set()
    hit = app._recorder.hit

    def look(what, owner):
        if what == "Range.Value2=":
            seen.add(app.state()[:6])
        hit(what, owner)

    app._recorder.hit = look
    macros.actualizar()
    (during,) = {(s[0], s[1], s[2], s[4], s[5]) for s in seen}
    assert during == (False, False, False, True, -4135)
    assert {str(s[3]).startswith("POI: ") for s in seen} == {True}
    assert app.state() == before
    # People's macros that answer to a change of sheet stay asleep until the last one.
    order = calls(app)[::-1]
    assert order.index("App.EnableEvents=") < order.index("Sheet.Activate")


@pytest.fixture
def quick(macros, monkeypatch, tmp_path):
    """Draw each report once, for runs that only differ in the call that fails."""
    from poi_xl.commands import drawing
    from poi_xl.hosts.excel import regenerate

    known: dict = {}
    real = drawing.draw

    def draw(report, names, path, *, date_1904):
        key = report.stamp, tuple(names)
        if key not in known:
            known[key] = real(report, names, tmp_path / path.name, date_1904=date_1904)
        return known[key]

    monkeypatch.setattr(regenerate, "draw", draw)
    return macros


def faulty(path, monkeypatch, fail, result=None, *, old_layout=False):
    app, boxes = opened(path, monkeypatch)
    edit(app, "POI", "T8", 5.0)
    if old_layout:
        for name in [each for each in app.main.names if ".nota." in each.get("Name")]:
            name.set(RefersTo=name.get("RefersTo").replace('="1;', '="0;'))
    app._recorder.fail = fail
    if result:
        app._recorder.result = result
    return app, boxes


def check_after_fault(app, boxes, before, sheets):
    """What must hold whatever failed."""
    assert app.state() == before
    assert peoples(app) == PEOPLES
    assert not FORBIDDEN & {
        what
        for what, owner in app._recorder.calls
        if not (what == "Book.Close" and owner is not app.main)
    }
    assert {sheet.get("Name") for sheet in sheets} <= {s.get("Name") for s in app.main.sheets}
    assert not [sheet for sheet in sheets if sheet.deleted]
    assert all("Traceback" not in text for text in boxes.shown)


def all_cells(app):
    return {sheet.get("Name"): written(sheet) for sheet in app.main.sheets}


def fail_at(path, macros, monkeypatch, number, *, old_layout, mend=True):
    """Let one call fail, check what is left, and run again: all must then be as it should."""
    app, boxes = faulty(path, monkeypatch, {number: 1}, old_layout=old_layout)
    before, sheets = app.state(), [*app.main.sheets]
    cells = all_cells(app)
    try:
        macros.actualizar()
    except ComError:
        # Nothing was known yet, not even which workbook; VBA shows Excel's own words.
        assert not {"App.ScreenUpdating=", "Book.SaveCopyAs"} & set(calls(app))
    check_after_fault(app, boxes, before, sheets)
    if boxes.shown and "el libro quedó como estaba" in boxes.shown[-1]:
        assert all_cells(app) == cells
    app._recorder.fail = {}
    if not mend:
        return app
    macros.actualizar()
    check_after_fault(app, boxes, before, sheets)
    assert "POI-E" not in boxes.shown[-1], (number, boxes.shown)
    return app


def some_calls(path, macros, monkeypatch, *, old_layout):
    """The first call of each kind, and how many calls a run takes."""
    app, _ = faulty(path, monkeypatch, {}, old_layout=old_layout)
    macros.actualizar()
    names = calls(app)
    first = {what: number for number, what in reversed([*enumerate(names, start=1)])}
    return sorted(first.values()), len(names)


def test_any_call_may_fail(tmp_path, quick, monkeypatch):
    """The first call of each kind, and what a second run makes of it; every call: see below."""
    path, old_layout = small(tmp_path / "plan.xlsx"), True
    numbers, _ = some_calls(path, quick, monkeypatch, old_layout=old_layout)
    wanted = None
    for number in numbers:
        app = fail_at(path, quick, monkeypatch, number, old_layout=old_layout)
        result = {name: written(app.main.sheet(name)) for name in KEYS.values()}
        wanted = wanted or result
        assert result == wanted, number


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
@pytest.mark.parametrize("old_layout", [False, True])
def test_every_call_in_turn_may_fail(tmp_path, quick, monkeypatch, old_layout, part):
    path = small(tmp_path / "plan.xlsx")
    _, count = some_calls(path, quick, monkeypatch, old_layout=old_layout)
    for number in range(1 + part, count + 1, 4):
        fail_at(path, quick, monkeypatch, number, old_layout=old_layout, mend=number % 5 == 0)


def test_an_excel_that_stays_busy_is_given_up_and_left_as_it_was(tmp_path, quick, monkeypatch):
    path = small(tmp_path / "plan.xlsx")
    numbers, _ = some_calls(path, quick, monkeypatch, old_layout=False)
    for number in numbers[:: len(numbers) // 12]:
        # Longer than xlwings is let to ask again, shorter than what putting things back may take.
        app, boxes = faulty(path, monkeypatch, dict.fromkeys(range(number, number + 70), 1), BUSY)
        before, sheets = app.state(), [*app.main.sheets]
        with suppress(ComError):
            quick.actualizar()
        check_after_fault(app, boxes, before, sheets)


def test_a_cell_being_edited_is_waited_for_and_then_told(tmp_path, quick, monkeypatch):
    path = small(tmp_path / "plan.xlsx")
    app, boxes = opened(path, monkeypatch)
    app.set(Ready=False)
    quick.actualizar()
    assert boxes.shown[0].startswith("POI-E90: Excel está ocupado.")
    assert calls(app).count("App.Ready") == 20
    assert "App.ScreenUpdating=" not in calls(app)


def test_a_failure_half_way_names_backup_and_log_and_the_next_run_mends_it(
    tmp_path, quick, monkeypatch
):
    path = small(tmp_path / "plan.xlsx")
    app, boxes = faulty(path, monkeypatch, {})
    hit = app._recorder.hit
    writes = []

    def third_write_fails(what, owner):
        hit(what, owner)
        writes.append(what) if what == "Range.Value2=" else None
        if len(writes) == 3 and what == "Range.Value2=":
            raise ComError(-2146827284)

    app._recorder.hit = third_write_fails
    quick.actualizar()
    (text,) = boxes.shown
    assert text.startswith("POI-E96: no se pudo terminar: un paso falló")
    assert "ComError" in text
    assert ".poi-respaldo" in text
    assert "poi_xl.log" in text
    app._recorder.hit = hit
    quick.actualizar()
    assert "6 hojas" in boxes.shown[-1]
    assert_as_in_file(app, file_host(path, tmp_path, {"POI": {"T8": 5}}))


# --- guards ---------------------------------------------------------------------------------------


def guarded(path, macros, monkeypatch, spoil, answer=7):
    app, boxes = opened(path, monkeypatch, answer)
    edit(app, "POI", "T8", 5.0)
    spoil(app)
    before, cells = app.state(), {s.get("Name"): written(s) for s in app.main.sheets}
    macros.actualizar()
    assert app.state() == before
    if "Book.SaveCopyAs" not in calls(app):
        assert {s.get("Name"): written(s) for s in app.main.sheets} == cells
    return app, boxes


def protect(app, sheet):
    app.main.sheet(sheet).set(ProtectContents=True)


def comment(app, sheet):
    app.main.sheet(sheet).get("Comments")._items = lambda: [1]


def sheet_of_theirs(app):
    app.main.names = []
    for name in KEYS.values():
        app.main.sheets.remove(app.main.sheet(name))
    app.main.sheets.append(Sheet(app.main, "Resumen"))


def table_of_theirs(app):
    app.main.names = []
    for name in KEYS.values():
        app.main.sheets.remove(app.main.sheet(name))
    app.main.define("poi_tabla_mensual", "=POI!$A$1")


def no_sheets_of_ours(app):
    for name in KEYS.values():
        app.main.sheets.remove(app.main.sheet(name))
    app.main.set(ProtectStructure=True)


@pytest.mark.parametrize(
    ("code", "spoil"),
    [
        ("POI-E93 plan.xlsx", lambda app: app.main.set(ReadOnly=True)),
        ("POI-E09 plan.xlsx", lambda app: app.main.set(MultiUserEditing=True)),
        ("POI-E94 plan.xlsx", lambda app: app.main.set(Path="")),
        ("POI-E91 plan.xlsx", no_sheets_of_ours),
        ("POI-E92 Alertas", lambda app: protect(app, "Alertas")),
        ("POI-E12 Semáforo", lambda app: comment(app, "Semáforo")),
        ("POI-E11", sheet_of_theirs),
        ("POI-E14", table_of_theirs),
        ("POI-E20", lambda app: app.main.sheet("POI").cells.clear()),
        ("POI-E97", lambda app: setattr(type(app.main), "SaveCopyAs", lambda *_: None)),
    ],
)
def test_guards_refuse_before_anything_is_written(tmp_path, macros, monkeypatch, code, spoil):
    from tests import recording_excel

    monkeypatch.setattr(recording_excel.Book, "SaveCopyAs", recording_excel.Book.SaveCopyAs)
    app, boxes = guarded(small(tmp_path / "plan.xlsx"), macros, monkeypatch, spoil)
    assert boxes.shown[-1].startswith(code), boxes.shown
    assert not {"Range.Value2=", "Workbooks.Open", "Range.UnMerge"} & set(calls(app))


@pytest.mark.parametrize(("answer", "goes_on"), [(7, False), (6, True)])
@pytest.mark.parametrize("code", ["POI-E13", "POI-E95"])
def test_what_the_user_may_accept_is_asked(tmp_path, macros, monkeypatch, code, answer, goes_on):
    def spoil(app):
        if code == "POI-E13":
            app.main.sheet("Resumen").cells[60, 2] = Cell("nota del jefe")
        else:
            app.main.set(AutoSaveOn=True)

    path = small(tmp_path / "plan.xlsx")
    app, boxes = guarded(path, macros, monkeypatch, spoil, answer)
    assert boxes.shown[0].startswith(code)
    assert "¿Continuar?" in boxes.shown[0]
    assert ("Range.Value2=" in calls(app)) == goes_on
    if goes_on:
        assert_as_in_file(app, file_host(path, tmp_path, {"POI": {"T8": 5}}))


def test_a_new_link_is_told(tmp_path, macros, monkeypatch):
    app, boxes = opened(small(tmp_path / "plan.xlsx"), monkeypatch)
    edit(app, "POI", "T8", 5.0)
    close = type(app.main).Close

    def leave_a_link(book, save):
        app.main.links = ("x.xlsx",)
        close(book, save)

    monkeypatch.setattr(type(app.main), "Close", leave_a_link)
    macros.actualizar()
    assert (
        "POI-A90: después de actualizar no son iguales que antes: los vínculos x.xlsx"
        in (boxes.shown[0])
    )


def test_a_workbook_on_the_web_is_backed_up_in_the_users_folder(tmp_path, macros, monkeypatch):
    app, boxes = opened(small(tmp_path / "plan.xlsx"), monkeypatch)
    app.main.set(Path="https://d.docs.live.net/abc/POI")
    edit(app, "POI", "T8", 5.0)
    macros.actualizar()
    assert len(backups(tmp_path / "estado" / "poi_xl" / "plan.xlsx")) == 1
    assert "estado" in boxes.shown[0]


# --- the other buttons ----------------------------------------------------------------------------


def test_reviewing_writes_the_observations_and_no_other_sheet(tmp_path, macros, monkeypatch):
    path = small(tmp_path / "plan.xlsx")
    app, boxes = opened(path, monkeypatch)
    edit(app, "POI", "T8", "mucho")
    before = {s.get("Name"): written(s) for s in app.main.sheets}
    macros.revisar()
    after = {s.get("Name"): written(s) for s in app.main.sheets}
    assert [name for name in after if after[name] != before[name]] == ["Observaciones"]
    assert "POI-E22" in after["Observaciones"].values()
    assert boxes.shown[0].startswith("3 actividades revisadas: ")
    assert "Están en la hoja «Observaciones»." in boxes.shown[0]
    macros.revisar()
    assert "ya estaba al día" in boxes.shown[-1]
    # The others are still to be brought up to date, and end as in the file.
    macros.actualizar()
    assert_as_in_file(app, file_host(path, tmp_path, {"POI": {"T8": "mucho"}}))


def test_reviewing_a_workbook_without_summaries_adds_the_observations_only(
    tmp_path, macros, monkeypatch
):
    app, boxes = opened(base(tmp_path / "plan.xlsx", *SMALL), monkeypatch)
    macros.revisar()
    order = [sheet.get("Name") for sheet in app.main.sheets]
    assert order == ["POI", PEOPLE, "Observaciones", "Configuración"]
    assert "3 actividades revisadas" in boxes.shown[0]


def test_the_diagnosis_says_what_works(tmp_path, macros, monkeypatch):
    app, boxes = opened(small(tmp_path / "plan.xlsx"), monkeypatch)
    macros.diagnostico()
    assert "Excel 16.0" in boxes.shown[0]
    assert "Plan: hoja «POI», 3 actividades" in boxes.shown[0]
    assert "Range.Value2=" not in calls(app)


def noting(asked):
    """Return a browser that notes what it is asked for."""

    def browse(address):
        asked.append(address)
        return True

    return browse


@pytest.fixture
def browsed(monkeypatch, tmp_path):
    """Note the pages that the browser was asked for; there is a guide."""
    from poi_xl.hosts.excel import macros

    for page in ("observaciones.html", "funciones.html", "cinta.html", "hojas.html"):
        (tmp_path / page).touch()
    asked: list[str] = []
    monkeypatch.setattr(macros, "guide_folder", lambda: tmp_path)
    monkeypatch.setattr(webbrowser, "open", noting(asked))
    return asked


def jump(own_log):
    return own_log.with_name("ayuda.html").read_text(encoding="utf-8")


def test_help_opens_the_guide_at_what_the_user_looks_at(
    tmp_path, macros, monkeypatch, browsed, own_log
):
    app, boxes = opened(small(tmp_path / "plan.xlsx"), monkeypatch)
    before = app.state()
    macros.ayuda()
    assert "/hojas.html#poi" in jump(own_log)
    app.main.sheet(PEOPLE).Activate()
    app.main.sheet(PEOPLE).Range("F9").Select()
    macros.ayuda()
    assert browsed.pop().endswith("/cinta.html")
    app.main.sheet(PEOPLE).Range("A4").Select()  # =POI_AVANCE()
    macros.ayuda()
    assert "/funciones.html#poi_avance" in jump(own_log)
    edit(app, PEOPLE, "A7", "POI-E43")
    app.main.sheet(PEOPLE).Range("C7:D9").Select()
    macros.ayuda()
    assert "/observaciones.html#poi-e43" in jump(own_log)
    assert browsed == [own_log.with_name("ayuda.html").as_uri()] * 3
    assert boxes.shown == []
    assert app.state()[:8] == before[:8]
    assert not [each for each in calls(app) if each.endswith("=") and "Range" in each]


def test_help_says_it_in_a_box_where_there_is_no_guide(tmp_path, macros, monkeypatch, browsed):
    app, boxes = opened(small(tmp_path / "plan.xlsx"), monkeypatch)
    monkeypatch.setattr(macros, "guide_folder", lambda: None)
    app.main.sheet(PEOPLE).Activate()
    app.main.sheet(PEOPLE).Range("A4").Select()
    macros.ayuda()
    assert boxes.shown[0].startswith("=POI_AVANCE([organo]; ")
    assert "La guía no está en este equipo" in boxes.shown[0]
    assert browsed == []


def test_the_ribbon_reaches_the_macros():
    from poi_xl.hosts import excel

    assert {excel.actualizar.__name__, excel.revisar.__name__} == {"actualizar", "revisar"}
    assert callable(excel.diagnostico)


# --- the file that Excel opens --------------------------------------------------------------------


def test_the_temporary_workbook_needs_no_other(tmp_path, macros, monkeypatch):
    """Excel would repair a file that names sheets it has not, or ask for the linked one."""
    from poi_xl.commands import drawing
    from poi_xl.hosts.excel import regenerate

    kept = tmp_path / "dibujo.xlsx"
    real = drawing.draw

    def draw(*arguments, **named):
        made = real(*arguments, **named)
        shutil.copyfile(made.path, kept)
        return made

    monkeypatch.setattr(regenerate, "draw", draw)
    app, _ = opened(small(tmp_path / "plan.xlsx"), monkeypatch)
    alerts = app.main.sheet("Alertas")
    alerts.cells[7, 14] = Cell(1.0, f"='{PEOPLE}'!A1", "General")
    edit(app, "POI", "T8", 1.0)
    macros.actualizar()
    assert f"='{PEOPLE}'!A1" in formulas(alerts)
    book = load_workbook(kept)
    assert list(book.sheetnames) == [*KEYS.values()]
    assert not list(book.defined_names)
    for sheet in book.worksheets:
        assert not [c for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    with zipfile.ZipFile(kept) as archive:
        parts = archive.namelist()
        assert not [each for each in parts if "externalLink" in each or "connections" in each]
        for part in parts:
            names_only_its_own(archive, part, book)


def names_only_its_own(archive, part, book):
    """Formulas of charts, validations and conditional formats stay on their own sheet."""
    if not part.endswith(".xml") or "/_rels/" in part:
        return
    texts = [
        each.text or ""
        for each in etree.fromstring(archive.read(part)).iter()
        if etree.QName(each).localname in ("f", "formula", "formula1", "formula2", "sqref")
    ]
    sheets = {text.rpartition("!")[0].strip("'") for text in texts if "!" in text}
    assert len(sheets) <= 1, (part, sheets)
    assert sheets <= set(book.sheetnames)


def test_a_check_that_fails_afterwards_is_not_told_as_if_nothing_was_written(
    tmp_path, quick, monkeypatch
):
    app, boxes = faulty(small(tmp_path / "plan.xlsx"), monkeypatch, {})
    hit = app._recorder.hit

    def second_look_at_links_fails(what, owner):
        hit(what, owner)
        if what == "Book.LinkSources" and calls(app).count(what) == 2:
            raise ComError(-2146827284)

    app._recorder.hit = second_look_at_links_fails
    quick.actualizar()
    assert boxes.shown[-1].startswith("POI-E96")


def test_a_table_that_could_not_be_named_does_not_stand_in_the_way(tmp_path, quick, monkeypatch):
    path = small(tmp_path / "plan.xlsx")
    app, boxes = opened(path, monkeypatch)
    for cell, value in TYPED.items():
        app.main.sheet("Alertas").cell(app.main.sheet("Alertas").Range(cell).area[:2]).value = value
    edit(app, "POI", "T8", 5.0)
    hit = app._recorder.hit

    def naming_fails(what, owner):
        hit(what, owner)
        if what == "Table.Name=":
            raise ComError(-2146827284)

    app._recorder.hit = naming_fails
    quick.actualizar()
    assert boxes.shown[-1].startswith("POI-E96")
    app._recorder.hit = hit
    quick.actualizar()
    assert "POI-E" not in boxes.shown[-1], boxes.shown
    tables = drawn(app.main.sheet("Alertas").tables)
    assert tables.keys() == {"poi_tabla_alertas", "poi_tabla_alertas_anteriores"}


def test_new_sheets_that_could_not_be_finished_do_not_stand_in_the_way(
    tmp_path, quick, monkeypatch
):
    """A failure between the copy of new sheets and their marks must not leave sheets of nobody."""
    path = base(tmp_path / "plan.xlsx", *SMALL)
    app, _ = opened(path, monkeypatch)
    quick.actualizar()
    names = calls(app)
    copied = names.index("Group.Copy") + 1
    marked = len(names) - names[::-1].index("Many.Add")
    for number in range(copied, marked + 1, (marked - copied) // 6):
        app, boxes = opened(path, monkeypatch)
        app.main.sheet(PEOPLE).cells.clear()  # nothing can look yet at sheets that are not there
        app._recorder.fail = {number: 1}
        before, sheets = app.state(), [*app.main.sheets]
        quick.actualizar()
        assert (app.state(), app.main.sheets) == (before, sheets)
        quick.actualizar()
        assert boxes.shown[-1].startswith("8 hojas (8 nuevas)"), (number, boxes.shown)
        assert_as_in_file(app, file_host(path, tmp_path, {}))
