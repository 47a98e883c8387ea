"""Distributing copies."""

from pathlib import Path

from poi_xl.commands import verifying
from poi_xl.commands.distribute import distribute
from poi_xl.commands.system import Ran
from poi_xl.commands.verifying import verify
from tests.fake_office import linux
from tests.hand import type_in
from tests.problems.telling import HEADER, NOW, ROW, Desk, Told, case, refused


def with_formula(desk: Desk, formula: str) -> Path:
    """Return a workbook with a formula whose stored result is 0."""
    path = desk.book({"POI": [HEADER, ROW], "Notas": [["Nota", 0]]})
    type_in(path, "Notas", {"B1": formula})
    return path


def without_office(desk: Desk) -> None:
    desk.patch.setattr(verifying, "find_office", lambda _: None)


@case("POI-N130")
def another_workbook(desk: Desk) -> Told:
    without_office(desk)
    book = with_formula(desk, "=[1]Hoja1!A1")
    (copy,) = distribute(book, desk.folder / "copias", now=NOW).copies
    return copy.frozen


@case("POI-N141")
def sheets_of_the_institution(desk: Desk) -> Told:
    without_office(desk)
    return distribute(
        desk.book({"POI": [HEADER, ROW], "Notas": [["Nota"]]}),
        desk.folder / "copias",
        now=NOW,
        by_organ=True,
    ).notices


@case("POI-E130")
def a_copy_that_does_not_compute(desk: Desk) -> Told:
    computer = linux()
    desk.patch.setattr(computer.office, "run", lambda *_: Ran(1, "source file could not be loaded"))
    return refused(verify, [desk.plan()], computer)


@case("POI-E131")
def no_libreoffice_for_a_pdf(desk: Desk) -> Told:
    without_office(desk)
    return desk.types("distribuir", desk.plan(), "-o", "copias", "--pdf")


@case("POI-E132")
def another_result(desk: Desk) -> Told:
    without_office(desk)
    return desk.types("distribuir", with_formula(desk, "=1+1"), "-o", "copias")


@case("POI-E140")
def other_results(desk: Desk) -> Told:
    without_office(desk)
    path = with_formula(desk, "=1+1")
    type_in(path, "Notas", {f"B{row}": "=1+1" for row in range(2, 24)})
    return desk.types("distribuir", path, "-o", "copias")
