"""Exports of CEPLAN's V.01 application with invented figures: its header, its quirks, any size.

The first row has 277 cells and every other one 278, the last of them empty; numbers are texts and
codes carry an apostrophe. Each block of months has figures of its own, so that a reader that takes
the wrong one is noticed.
"""

import html
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import xlsxwriter

PHYSICAL = ("F(A)", "F(AJ)", "F(CS)", "F(RE_P)", "F(RE)", "F(SE_P)", "F(SE)")
MONEY = tuple(block.replace("F(", "Fn(") for block in PHYSICAL)
NUMBERS = tuple(f"{month:02}" for month in range(1, 13))


def _pairs(*names: str) -> list[str]:
    return [each for name in names for each in (f"{name} ID", name)]


def _axes(level: str) -> list[str]:
    names = ("{} Prioridad", "Eje ID {}", "Eje {}", "Lineamiento ID {}", "Lineamiento {}")
    return [name.format(level) for name in names]


HEADER: tuple[str, ...] = (
    *("POI", "Etapa", "NG", "Nivel de Gobierno"),
    *_pairs("Sector", "Pliego", "UE", "CC Responsable"),
    *("Centro Costo ID", "Centro de Costo"),
    *("OE", "Objetivo Estrategico", *_axes("OE")),
    *("AE", "Acción Estratégica", *_axes("AE")),
    *("OEI", "Objetivo Estrategico Institucional", *_axes("OEI")),
    *("AEI", "Acción Estratégica Institucional", *_axes("AEI")),
    *_pairs("Categoria", "Producto", "Funcion", "Division Funcional", "Grupo Funcional"),
    *("Nota", *_pairs("Actividad Presupuestal"), "Nro Registro POI"),
    *_pairs("Actividad Operativa", "Actividad Operativa Sectorial"),
    *("Eje ID AO", "Eje AO", "Lineamiento ID AO", "Lineamiento AO", "Prioridad"),
    *("UM ID", "Unidad de Medida", "Acumulado", "Tipo", "Cons PIA", "Cons PIM"),
    *("Dep. UBIGEO", "Departamento Nombre UBIGEO"),
    *("Prov. UBIGEO", "Provincia Nombre UBIGEO"),
    *("Dis. UBIGEO", "Distrito Nombre UBIGEO"),
    *("Tipo Financiamiento(PIA)", "Tipo Financiamiento(PIM)"),
    *(f"{block} {label}" for block in (*PHYSICAL, *MONEY) for label in (*NUMBERS, "Total")),
    *(f"Motivo(SE) {number}" for number in NUMBERS),
    *("Estado(SE)", "Incorporado", "Codigo Externo", "Activo AO"),
)


@dataclass(frozen=True)
class Row:
    """An operational activity of an export."""

    code: str
    activity: str
    organ: str
    planned: tuple[float, ...]
    executed: tuple[float, ...]
    parent: str = "GERENCIA GENERAL"
    budget_activity: str = "GESTION ADMINISTRATIVA"
    unit: str = "INFORME"
    soles_planned: tuple[float, ...] = (0.0,) * 12
    soles_executed: tuple[float, ...] = (0.0,) * 12
    reasons: dict[int, str] = field(default_factory=dict)
    active: str = "SI"
    extra: dict[str, str] = field(default_factory=dict)


def cells(row: Row, year: int = 2021) -> list[str]:
    """Return the 278 cells of a row."""
    values = {
        "POI": f"POI {year}",
        "Etapa": "SEGUIMIENTO",
        "Pliego ID": "'150101",
        "Pliego": "MUNICIPALIDAD PROVINCIAL INVENTADA",
        "UE ID": "'000127",
        "UE": "SERVICIO TRIBUTARIO INVENTADO",
        "CC Responsable ID": "'01",
        "CC Responsable": row.parent,
        "Centro Costo ID": "'01.01",
        "Centro de Costo": row.organ,
        "Actividad Presupuestal ID": "'5000003",
        "Actividad Presupuestal": row.budget_activity,
        "Actividad Operativa ID": row.code,
        "Actividad Operativa": row.activity,
        "Unidad de Medida": row.unit,
        "Acumulado": "SI",
        "Activo AO": row.active,
        **_blocks(row),
        **{f"Motivo(SE) {month:02}": text for month, text in row.reasons.items()},
        **row.extra,
    }
    return [values.get(name, "") for name in HEADER] + [""]


def _blocks(row: Row) -> dict[str, str]:
    found: dict[str, str] = {}
    for place, (physical, money) in enumerate(zip(PHYSICAL, MONEY, strict=True)):
        # What no test asks for differs from what one may, by a figure of its own.
        apart = 7.0 * (place - PHYSICAL.index("F(RE)"))
        done = physical == "F(SE)"
        found |= _block(physical, row.executed if done else [x + apart for x in row.planned])
        soles = row.soles_executed if done else [x + apart for x in row.soles_planned]
        found |= _block(money, soles)
    return found


def _block(name: str, months: Sequence[float]) -> dict[str, str]:
    labels = {f"{name} {n}": f"{x:,.2f}" for n, x in zip(NUMBERS, months, strict=True)}
    return labels | {f"{name} Total": f"{sum(months):,.2f}"}


def table(rows: Sequence[Row], header: Sequence[str] = HEADER, year: int = 2021) -> list[list[str]]:
    """Return the cells of an export, header first."""
    return [list(header), *(cells(row, year) for row in rows)]


def sample_rows(count: int, seed: int = 5, months: int = 3) -> list[Row]:
    """Return invented activities, executed in the first months of the year."""
    chance = np.random.default_rng(seed)
    rows = []
    for index in range(count):
        planned = chance.integers(1, 40, 12).astype(float)
        soles = np.round(chance.uniform(500, 20_000, 12), 2)
        done = np.arange(12) < months
        executed = np.where(done, np.maximum(planned - chance.integers(0, 4, 12), 0), 0.0)
        spent = np.where(done, np.round(soles * chance.uniform(0.6, 1.0, 12), 2), 0.0)
        late = executed[0] < planned[0]
        rows.append(
            Row(
                code=f"'AOI{index:011}",
                activity=f"ATENCIÓN DE EXPEDIENTES DE LA ETAPA {index % 7 + 1} Y SU ARCHIVO",
                organ=f"SUBGERENCIA INVENTADA {index % 11 + 1}",
                parent=f"GERENCIA INVENTADA {index % 3 + 1}",
                unit=("INFORME", "EXPEDIENTE", "ACCION")[index % 3],
                planned=tuple(planned.tolist()),
                executed=tuple(executed.tolist()),
                soles_planned=tuple(soles.tolist()),
                soles_executed=tuple(spent.tolist()),
                reasons={1: "Falta de personal"} if late else {},
            )
        )
    return rows


def as_html(rows: Sequence[Sequence[str]]) -> bytes:
    """Return an export as the application sends it, with its name of an old workbook."""
    lines = ["<html><head><meta charset='utf-8'></head><body>\n<table border='1'>\n"]
    for number, row in enumerate(rows):
        tag = "td" if number else "th"
        inside = "".join(f"<{tag}>{html.escape(cell, quote=False)}</{tag}>" for cell in row)
        lines.append(f"<tr>{inside}</tr>\n")
    return "".join([*lines, "</table></body></html>"]).encode()


def as_csv(rows: Sequence[Sequence[str]], separator: str = ",", encoding: str = "utf-8") -> bytes:
    """Return an export as Excel saves it: every row as wide as the widest."""
    import csv

    width = max(map(len, rows))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerows([*row, *[""] * (width - len(row))] for row in rows)
    return text.getvalue().encode(encoding)


def write_xlsx(rows: Sequence[Sequence[str]], path: Path, sheet: str = "POI_PORACTIVIDAD") -> Path:
    """Write an export as somebody saved it from Excel, its numbers still texts."""
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell:
                    page.write_string(number, column, cell)
    return path
