"""Invented entities: plans with known totals, written in every layout that `calcular` reads.

Whole numbers by hundredths, so that every sum is exact in binary too.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import xlsxwriter

from poi_xl.core.period import MONTHS, ROMAN
from poi_xl.package.archive import Archive, made, write_zip
from tests.reading.exports import Row, as_csv, as_html, table, write_xlsx

LAYOUTS = ("sheet", "text", "pages", "html", "csv", "saved")


@dataclass(frozen=True)
class Made:
    """A file and what it says: amounts of January to the end of its quarter, and of the year."""

    path: Path
    entity: str
    year: int
    quarter: int
    layout: str
    activities: int
    planned: np.ndarray  # twelve months
    executed: np.ndarray  # twelve months, zeros after the quarter


def make(folder: Path, count: int, *, seed: int = 1, largest: int = 60) -> Iterator[Made]:
    """Write that many files, each of an entity of its own, layouts and sizes mixed.

    Args:
        folder: where they go; one folder a layout.
        count: how many.
        seed: for the figures.
        largest: activities of the largest one.
    """
    for number in range(count):
        chance = np.random.default_rng((seed, number))
        layout = LAYOUTS[number % len(LAYOUTS)]
        size = int(20 + (largest - 20) * chance.beta(0.6, 2.5))
        yield write(folder, number, layout, size, quarter=1 + number % 4, chance=chance)


def make_many(
    folder: Path, count: int, *, patterns: int = 240, largest: int = 60
) -> Iterator[Made]:
    """Write that many files quickly: some as `make` does, the others like them but for the entity.

    Args:
        folder: where they go.
        count: how many.
        patterns: how many are written cell by cell.
        largest: activities of the largest one.
    """
    patterns = min(patterns, count)
    originals = list(make(folder, patterns, largest=largest))
    yield from originals
    for number in range(patterns, count):
        yield _renamed(originals[number % patterns], number // patterns)


def _renamed(original: Made, turn: int) -> Made:
    """Write an entity's file again as that of another one, whose name is as long or longer."""
    path = original.path.with_name(f"{turn:03}_{original.path.name}")
    name = original.entity.replace("ENTIDAD INVENTADA", f"ENTIDAD {turn:03} INVENTADA")
    old, new = b"ENTIDAD INVENTADA", f"ENTIDAD {turn:03} INVENTADA".encode()
    data = original.path.read_bytes()
    if data.startswith(b"PK"):
        archive, target = Archive.read(data), io.BytesIO()
        contents = ((member, member.content()) for member in archive.members)
        members = [
            made(member.name, content.replace(old, new)) if old in content else member
            for member, content in contents
        ]
        write_zip(target, members)
        data = target.getvalue()
    else:
        data = data.replace(old, new)
    path.write_bytes(data)
    return replace(original, path=path, entity=name)


def write(  # noqa: PLR0913 - each is a trait of the file
    folder, number, layout, size, *, quarter, chance, year=2021, entity=None
) -> Made:
    """Write one file."""
    planned = chance.integers(0, 40, (size, 12)).astype(float)
    planned[chance.random((size, 12)) < 0.2] = 0
    done = np.arange(12) < 3 * quarter
    executed = np.where(done, np.maximum(planned - chance.integers(-1, 4, (size, 12)), 0), 0.0)
    executed[0, 3 * quarter - 1] += 1  # somebody did something in the last month
    name = entity or f"ENTIDAD INVENTADA N.º {number}"
    place = folder / layout
    place.mkdir(parents=True, exist_ok=True)
    if layout in ("sheet", "text", "pages"):
        path = place / f"poi_{number:05}_{quarter}.xlsx"
        _write_plan(path, name, year, quarter, planned, executed, layout)
    else:
        target = place / f"POI_PORACTIVIDADOPERATIVA_ANUAL_{number:06}_{quarter}.xls"
        path = _write_export(target, f"{number:06}", name, year, planned, executed, layout)
        name = f"{number:06} {name}"
    return Made(path, name, year, quarter, layout, size, planned.sum(axis=0), executed.sum(axis=0))


def _organ(row: int) -> str:
    return f"OFICINA {row // 10 + 1}"


def _write_plan(path, entity, year, quarter, planned, executed, layout):
    """Write the institution's layout; `text`: numbers as text; `pages`: headings again, TOTAL."""
    with xlsxwriter.Workbook(path, {"in_memory": True}) as book:
        sheet = book.add_worksheet("POI")
        top = _write_head(sheet, 0, year, quarter)
        put = sheet.write_string if layout == "text" else sheet.write_number
        for row, (plan, done) in enumerate(zip(planned, executed, strict=True)):
            if layout == "pages" and row and row % 25 == 0:
                top = _write_head(sheet, top + 1, year, quarter)
            texts = (
                _organ(row),
                f"ACTIVIDAD {row} DE {entity}",
                "GESTIÓN",
                ("ACCIONES", "INFORMES")[row % 2],
            )
            sheet.write_row(top, 0, texts)
            amounts = (plan.sum(), *plan, *done[: 3 * quarter])
            for column, amount in enumerate(amounts, start=4):
                put(top, column, f"{amount:,.2f}" if layout == "text" else amount)
            top += 1
        if layout == "pages":
            sheet.write(top, 0, "TOTAL")
            sheet.write_row(top, 4, (planned.sum(), *planned.sum(axis=0)))
        settings = book.add_worksheet("Configuración")
        settings.write_row(0, 0, ("Institución", entity))


def _write_head(sheet, top, year, quarter):
    title = f"PLAN OPERATIVO INSTITUCIONAL {year} - {ROMAN[quarter - 1]} TRIMESTRE"
    sheet.write(top, 0, title)
    names = ("ÓRGANO", "ACTIVIDAD OPERATIVA", "ACTIVIDAD PRESUPUESTAL-MEF", "UNIDAD DE MEDIDA")
    sheet.write_row(top + 1, 0, (*names, "META", "PROGRAMADO"))
    sheet.write(top + 1, 17, "EJECUTADO")
    sheet.write_row(top + 2, 5, (*MONTHS, *MONTHS[: 3 * quarter]))
    return top + 3


def _write_export(path, unit, entity, year, planned, executed, layout):
    rows = [
        Row(
            code=f"'AOI{unit}{row:05}",
            activity=f"ACTIVIDAD {row} DE {entity}",
            organ=_organ(row),
            planned=tuple(plan.tolist()),
            executed=tuple(done.tolist()),
            extra={"UE ID": f"'{unit}", "UE": entity},
        )
        for row, (plan, done) in enumerate(zip(planned, executed, strict=True))
    ]
    cells = table(rows, year=year)
    if layout == "html":
        path.write_bytes(as_html(cells))
    elif layout == "csv":
        path = path.with_suffix(".csv")
        path.write_bytes(as_csv(cells, separator=";"))
    else:
        path = write_xlsx(cells, path.with_suffix(".xlsx"))
    return path
