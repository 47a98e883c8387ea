"""Exports of CEPLAN's application."""

from dataclasses import replace
from pathlib import Path

from tests.problems.telling import Desk, Told, case
from tests.reading.exports import HEADER, Row, as_html, table

NAME = "POI_PORACTIVIDADOPERATIVA_ANUAL_000127_20210415.xls"
ROW = Row("'AOI01", "Fiscalizar", "SUBGERENCIA DE FISCALIZACIÓN", (1.0,) * 12, (1.0,) * 12)
OTHER = replace(ROW, code="'AOI02", activity="Notificar")


def export(desk: Desk, *rows: Row, header: tuple[str, ...] = HEADER, name: str = NAME) -> Path:
    return desk.file(name, as_html(table(rows or (ROW,), header)))


def reviews(desk: Desk, *rows: Row, header: tuple[str, ...] = HEADER) -> Told:
    return desk.types("revisar", export(desk, *rows, header=header))


@case("POI-E150")
def not_a_workbook(desk: Desk) -> Told:
    return desk.types("actualizar", export(desk))


@case("POI-E151")
def missing_columns(desk: Desk) -> Told:
    return reviews(desk, header=tuple(name.replace("F(SE) 02", "x") for name in HEADER))


@case("POI-E152")
def no_such_block(desk: Desk) -> Told:
    return desk.types("calcular", export(desk), "--programado", "F(X)")


@case("POI-E153")
def cut_short(desk: Desk) -> Told:
    data = as_html(table([ROW, OTHER]))
    return desk.types("revisar", desk.file(NAME, data[: len(data) - 400]))


@case("POI-E154")
def another_width(desk: Desk) -> Told:
    rows = table([ROW, OTHER])
    del rows[1][40:42]
    return desk.types("revisar", desk.file(NAME, as_html(rows)))


@case("POI-E155")
def code_twice(desk: Desk) -> Told:
    return reviews(desk, ROW, replace(OTHER, code=ROW.code))


@case("POI-E156")
def block_of_a_workbook(desk: Desk) -> Told:
    return desk.types("calcular", desk.plan(), "--programado", "F(CS)")


@case("POI-E157")
def nothing_active(desk: Desk) -> Told:
    return reviews(desk, replace(ROW, active="NO"))


@case("POI-E158")
def names_that_would_be_lost(desk: Desk) -> Told:
    source = export(desk, replace(ROW, activity="TOTAL GENERAL"), OTHER)
    return desk.types("construir", "--desde", source, "-o", "POI.xlsm")


@case("POI-E159")
def no_export(desk: Desk) -> Told:
    return desk.types("construir", "--desde", desk.plan(), "-o", "POI.xlsm")


@case("POI-A150")
def inactive_with_figures(desk: Desk) -> Told:
    return reviews(desk, ROW, replace(OTHER, active="NO"))


@case("POI-A151")
def neither_yes_nor_no(desk: Desk) -> Told:
    return reviews(desk, ROW, replace(OTHER, active="TAL VEZ"))


@case("POI-A152")
def no_code(desk: Desk) -> Told:
    return reviews(desk, ROW, replace(OTHER, code=""))


@case("POI-N150")
def inactive(desk: Desk) -> Told:
    blank = (0.0,) * 12
    return reviews(desk, ROW, replace(OTHER, active="NO", planned=blank, executed=blank))


@case("POI-N151")
def year_of_the_name(desk: Desk) -> Told:
    return reviews(desk, replace(ROW, extra={"POI": "POI INSTITUCIONAL"}))


@case("POI-N153")
def months_that_do_not_add_up(desk: Desk) -> Told:
    return reviews(desk, ROW, replace(OTHER, extra={"Acumulado": "NO"}))
