"""Regenerating a workbook that a host has open: its edits go in, and the host decides how."""

import datetime as dt

import pytest

from poi_xl.commands.ports import SilentHost
from poi_xl.commands.update import update, update_open
from poi_xl.core.problems import Refusal, problem
from poi_xl.package.cell_contents import Content, number, read_contents
from poi_xl.package.parts import Package
from poi_xl.package.saving import replace
from poi_xl.reading.owned import sheet_cells
from poi_xl.sheets.report import KEYS

NOW = dt.datetime(2021, 5, 3, 17, 0)  # noqa: DTZ001
EDITS = {"POI": {(10, 9): number(8), (11, 9): Content("str", "nueve")}}


def run(book, edits=EDITS, door=replace, **more):
    package = Package.open(book)
    return update_open(package, edits, now=NOW, host=SilentHost(), door=door, **more)


def test_edits_and_sheets_go_into_the_file_in_one_step(book):
    done = run(book)
    assert done.written
    assert done.backup is not None
    package = Package.open(book)
    plan = read_contents(package, package.sheets[0])
    assert (plan[10, 9], plan[11, 9]) == (number(8), Content("str", "nueve"))
    assert not update(book, now=NOW).written
    assert not run(book, {}).written


def test_some_sheets_alone_leave_the_others_as_they_are(book):
    before = Package.open(book)
    assert run(book, keys=["observaciones"]).written
    others = [name for name in KEYS.values() if name != KEYS["observaciones"]]
    assert sheet_cells(Package.open(book), others) == sheet_cells(before, others)
    assert not run(book, {}, keys=["observaciones"]).written


def test_edits_are_written_also_when_the_sheets_stay(book):
    far = {"Tablero": {(60, 3): Content("str", "nota")}}
    assert run(book, far, keys=["observaciones"]).written
    package = Package.open(book)
    tablero = next(sheet for sheet in package.sheets if sheet.name == "Tablero")
    assert read_contents(package, tablero)[60, 3].value == "nota"


def test_a_door_that_stays_shut_leaves_everything_as_it_was(book):
    def shut(target, fresh, *, seen, now):
        assert (target, seen) == (book, Package.open(book).fingerprint)
        assert Package.open(fresh).names()
        raise Refusal(problem("POI-E06", file=target.name))

    data = book.read_bytes()
    with pytest.raises(Refusal, match="POI-E06"):
        run(book, door=shut)
    assert book.read_bytes() == data
    assert [each.name for each in book.parent.iterdir()] == [book.name]
