"""Workbooks open in Excel, over a recording model of it, and documents open in LibreOffice."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

from poi_xl.hosts.calc.places import guards
from tests import recording_excel
from tests.hosts import test_excel_macros as excel
from tests.hosts.test_excel_copies import fails
from tests.problems.telling import Desk, Told, case
from tests.xlwings_windows import ComError

Spoil = Callable[[Any], object]


@lru_cache
def small() -> bytes:
    """A workbook with its summary sheets."""
    with TemporaryDirectory() as folder:
        return bytes(excel.small(Path(folder) / "POI.xlsx").read_bytes())


def pressed(desk: Desk, button: str, spoil: Spoil, answer: int = 7) -> Told:
    """Return what the boxes say after a button of the tab POI is pressed."""
    desk.lend("own_log")
    path = desk.file("POI.xlsx", small())
    app, boxes = excel.opened(path, desk.patch, answer)
    excel.edit(app, "POI", "T8", 5.0)
    spoil(app)
    getattr(desk.lend("macros"), button)()
    return "\n".join(boxes.shown)


def updating(desk: Desk, spoil: Spoil, answer: int = 7) -> Told:
    return pressed(desk, "actualizar", spoil, answer)


@case("POI-E90")
def busy(desk: Desk) -> Told:
    return updating(desk, lambda app: app.set(Ready=False))


@case("POI-E91")
def protected(desk: Desk) -> Told:
    return updating(desk, excel.no_sheets_of_ours)


@case("POI-E92")
def protected_sheet(desk: Desk) -> Told:
    return updating(desk, lambda app: excel.protect(app, "Alertas"))


@case("POI-E93")
def read_only(desk: Desk) -> Told:
    return updating(desk, lambda app: app.main.set(ReadOnly=True))


@case("POI-E94")
def never_saved(desk: Desk) -> Told:
    return updating(desk, lambda app: app.main.set(Path=""))


@case("POI-E95")
def saved_by_itself(desk: Desk) -> Told:
    return updating(desk, lambda app: app.main.set(AutoSaveOn=True))


def third_write_fails(app: Any) -> None:
    hit, writes = app._recorder.hit, []

    def failing(what: str, owner: object) -> None:
        hit(what, owner)
        writes.append(what) if what == "Range.Value2=" else None
        if len(writes) == 3 and what == "Range.Value2=":
            raise ComError(-2146827284)

    app._recorder.hit = failing


@case("POI-E96")
def failed_half_way(desk: Desk) -> Told:
    return updating(desk, third_write_fails)


def opening(desk: Desk, spoil: Spoil) -> Told:
    def chosen(app: Any) -> None:
        app.numbers = [1]
        spoil(app)

    return pressed(desk, "abrir_trimestre", chosen, answer=6)


@case("POI-E133")
def protected_plan(desk: Desk) -> Told:
    return opening(desk, lambda app: excel.protect(app, "POI"))


@case("POI-E134")
def failed_while_carrying(desk: Desk) -> Told:
    return opening(desk, third_write_fails)


@case("POI-E97")
def no_backup(desk: Desk) -> Told:
    desk.patch.setattr(recording_excel.Book, "SaveCopyAs", lambda *_: None)
    return updating(desk, lambda app: None)


@case("POI-E135")
def no_working_copy(desk: Desk) -> Told:
    desk.patch.setattr(recording_excel.Book, "SaveCopyAs", fails)
    return pressed(desk, "fichas", lambda app: setattr(app, "folder", desk.folder))


@case("POI-A90")
def a_new_link(desk: Desk) -> Told:
    def spoil(app: Any) -> None:
        close = type(app.main).Close

        def leave_a_link(book: Any, save: object) -> None:
            app.main.links = ("x.xlsx",)
            close(book, save)

        desk.patch.setattr(type(app.main), "Close", leave_a_link)

    return updating(desk, spoil, answer=6)


# --- LibreOffice ----------------------------------------------------------------------------------


def document(**state: bool) -> Any:
    return SimpleNamespace(
        Title="POI.ods",
        RecordChanges=state.get("records", False),
        isReadonly=lambda: False,
        isProtected=lambda: state.get("is_protected", False),
    )


def guarded(found: Any, **owned: Any) -> Told:
    """Return what speaks against taking summary sheets into an open document."""
    names = {key: key.title() for key in owned}
    place: Any = SimpleNamespace(document=found, problems=(), owned=owned, names=names, stored={})
    cells: Any = dict.fromkeys(owned)
    return list(guards(place, tuple(owned), cells))


@case("POI-E45")
def protected_document(desk: Desk) -> Told:
    return guarded(document(is_protected=True))


@case("POI-E46")
def protected_page(desk: Desk) -> Told:
    desk.patch.setattr("poi_xl.hosts.calc.places._put_there", lambda _: ())
    return guarded(document(), alertas=SimpleNamespace(isProtected=lambda: True))


@case("POI-E47")
def changes_recorded(desk: Desk) -> Told:
    return guarded(document(records=True))
