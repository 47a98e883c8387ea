"""Consolidations: what is told of sources, entities, deliveries, clusters, and when asking."""

from pathlib import Path
from types import SimpleNamespace

import pyarrow.parquet as pq

from poi_xl import consolidating
from poi_xl.consolidating import executors, sources, task
from poi_xl.consolidating.store import opened
from poi_xl.core.problems import Problem, Severity
from tests.problems.telling import HEADER, ROW, Desk, Told, case, with_
from tests.reading.files import write_rows

OTHER = with_(B="Planear")


def deliver(desk: Desk, name: str, *rows: object, entity: str = "SAT", **settings: object) -> Path:
    """Write a delivery of an entity; `title` is the line over its plan."""
    import xlsxwriter

    path = desk.folder / "entregas" / name
    path.parent.mkdir(exist_ok=True)
    said = {"Institución": entity, "Año": 2021, "Trimestre vigente": 1} | settings
    with xlsxwriter.Workbook(path) as book:
        write_rows(book, book.add_worksheet("POI"), [HEADER, *(rows or [ROW])])
        table = [[name, value] for name, value in said.items() if value]
        if table:
            write_rows(book, book.add_worksheet("Configuración"), table)
    return path


def consolidated(desk: Desk, *words: str) -> str:
    return desk.types("consolidar", "entregas", "-o", "sector", "--procesos", "1", *words)


def observed(desk: Desk) -> Told:
    """What the table of observations holds after a consolidation."""
    consolidated(desk)
    rows = pq.read_table(desk.folder / "sector" / "observaciones").to_pylist()
    return [
        Problem(
            row["codigo"],
            Severity(row["severidad"]),
            *(row[name] for name in ("hoja", "celda", "mensaje", "remedio")),
        )
        for row in rows
    ]


@case("POI-E200")
def broken_zip(desk: Desk) -> Told:
    deliver(desk, "sat.xlsx")
    (desk.folder / "entregas" / "otros.zip").write_bytes(b"nada")
    return consolidated(desk)


@case("POI-E201")
def no_source(desk: Desk) -> Told:
    return consolidated(desk)


@case("POI-E202")
def too_large(desk: Desk) -> Told:
    deliver(desk, "sat.xlsx")
    desk.patch.setattr(sources, "_LARGEST", 1000)
    return observed(desk)


@case("POI-E203")
def too_much_memory(desk: Desk) -> Told:
    def exhausted(path: Path, data: bytes) -> None:
        raise MemoryError

    deliver(desk, "sat.xlsx")
    desk.patch.setattr(task, "load_bytes", exhausted)
    return observed(desk)


@case("POI-E204")
def no_consolidation(desk: Desk) -> Told:
    deliver(desk, "sat.xlsx")
    return desk.types("calcular", "entregas")


@case("POI-E205")
def other_things(desk: Desk) -> Told:
    deliver(desk, "sat.xlsx")
    return desk.types("consolidar", "entregas", "-o", "entregas")


@case("POI-E215")
def two_at_once(desk: Desk) -> Told:
    deliver(desk, "sat.xlsx")
    with opened(desk.folder / "sector"):
        return consolidated(desk)


@case("POI-E206")
def no_libraries(desk: Desk) -> Told:
    deliver(desk, "sat.xlsx")
    desk.patch.setattr(consolidating, "find_spec", lambda name: None)
    return consolidated(desk)


@case("POI-E207")
def no_such_entity(desk: Desk) -> Told:
    deliver(desk, "sat.xlsx")
    consolidated(desk)
    return desk.types("calcular", "sector", "--entidad", "SATT")


@case("POI-E208")
def no_such_year(desk: Desk) -> Told:
    deliver(desk, "sat.xlsx")
    consolidated(desk)
    return desk.types("calcular", "sector", "--anio", "2019")


@case("POI-E209")
def no_cluster(desk: Desk) -> Told:
    deliver(desk, "sat.xlsx")
    desk.patch.setattr(executors, "_PATIENCE", 0.2)
    return consolidated(desk, "--cluster", "tcp://127.0.0.1:1")


@case("POI-E210")
def other_version(desk: Desk) -> Told:
    client = SimpleNamespace(
        wait_for_workers=lambda *_, **__: None,
        run=lambda *_, **__: {"tcp://10.0.0.7:40001": "0.0.9/1"},
        close=lambda **_: None,
    )
    dask = SimpleNamespace(Client=lambda *_, **__: client)
    desk.patch.setattr(executors, "_dask", lambda: dask)
    deliver(desk, "sat.xlsx")
    return consolidated(desk, "--cluster", "tcp://10.0.0.5:8786")


@case("POI-E212")
def wrong_line(desk: Desk) -> Told:
    deliver(desk, "sat.xlsx")
    desk.file("nombres.csv", b"archivo o nombre;entidad\nsat.xlsx\n")
    return consolidated(desk, "--entidades", "nombres.csv")


@case("POI-E213")
def only_for_a_folder(desk: Desk) -> Told:
    return desk.types("calcular", desk.plan(), "--anio", "2021")


@case("POI-E214")
def nothing_to_consolidate(desk: Desk) -> Told:
    (desk.folder / "entregas").mkdir()
    (desk.folder / "entregas" / "oficio.pdf").write_bytes(b"")
    return consolidated(desk)


@case("POI-A200")
def newer_version(desk: Desk) -> Told:
    deliver(desk, "POI v1.xlsx")
    deliver(desk, "POI v2.xlsx", OTHER)
    return consolidated(desk)


@case("POI-A201")
def without_a_name(desk: Desk) -> Told:
    deliver(desk, "POI.xlsx", entity="")
    return consolidated(desk)


@case("POI-A202")
def without_a_year(desk: Desk) -> Told:
    deliver(desk, "POI.xlsx", Año=None)
    return consolidated(desk)


@case("POI-A203")
def months_nobody_has(desk: Desk) -> Told:
    deliver(desk, "POI.xlsx")
    consolidated(desk)
    return desk.types("calcular", "sector", "--periodo", "ANUAL")


@case("POI-A204")
def nothing_says_which(desk: Desk) -> Told:
    deliver(desk, "POI.xlsx")
    deliver(desk, "POI final.xlsx", OTHER)
    return consolidated(desk)


@case("POI-N200")
def a_copy(desk: Desk) -> Told:
    deliver(desk, "POI.xlsx")
    deliver(desk, "copia de POI.xlsx")
    return consolidated(desk)


@case("POI-N201")
def traffic_lights_that_differ(desk: Desk) -> Told:
    deliver(desk, "sat.xlsx", Semáforo="B")
    deliver(desk, "mtc.xlsx", entity="MTC")
    consolidated(desk)
    return desk.types("calcular", "sector")
