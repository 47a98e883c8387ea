"""Opening a quarter of the shipped workbook."""

from pathlib import Path

from poi_xl.commands.open_quarter import open_quarter
from poi_xl.package.parts import Package
from tests.commands.test_update import Accepting
from tests.hand import type_in
from tests.problems.telling import LATER, NOW, Desk, Told, case


def shipped(desk: Desk) -> Path:
    path: Path = desk.lend("book")
    return path


def opening(desk: Desk, quarter: int, cells: dict[str, object] | None = None) -> Told:
    path = shipped(desk)
    type_in(path, "POI", cells or {})
    return desk.types("abrir-trimestre", path, quarter)


@case("POI-E120")
def without_report(desk: Desk) -> Told:
    open_quarter(shipped(desk), 2, now=NOW)
    return desk.types("abrir-trimestre", shipped(desk), 3)


@case("POI-E121")
def quarter_skipped(desk: Desk) -> Told:
    return opening(desk, 3)


@case("POI-E122")
def no_column_of_a_month(desk: Desk) -> Told:
    return opening(desk, 2, {"V5": "OTRA", "W5": "OTRA"})


@case("POI-E123")
def no_pair(desk: Desk) -> Told:
    return opening(desk, 2, {"AD4": "SALDO"})


@case("POI-E124")
def typed_pair(desk: Desk) -> Told:
    return opening(desk, 2, {"AE7": 5.0, "AE9": 5.0})


@case("POI-E125")
def quarter_of_a_formula(desk: Desk) -> Told:
    path = shipped(desk)
    type_in(path, "Configuración", {"B6": "=0+1"})
    package = Package.open(path)
    part = next(s.part for s in package.sheets if s.name == "Configuración")
    data = package.read(part).replace(b"<f>0+1</f><v>0</v>", b"<f>0+1</f><v>1</v>")
    package.write(path.with_suffix(".x"), {part: data})
    path.with_suffix(".x").replace(path)
    return desk.types("abrir-trimestre", path, 2)


@case("POI-A120")
def corrected_after_closing(desk: Desk) -> Told:
    open_quarter(shipped(desk), 2, now=NOW)
    type_in(shipped(desk), "POI", {"R6": 11.0})
    return desk.types("revisar", shipped(desk))


@case("POI-N120")
def figures_out_of_sight(desk: Desk) -> Told:
    path = shipped(desk)
    open_quarter(path, 2, now=NOW)
    type_in(path, "POI", {"U6": 3.0})
    return open_quarter(path, 1, now=LATER, host=Accepting("POI-E120")).problems
