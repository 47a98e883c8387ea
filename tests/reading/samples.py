"""Made-up plans: what a plan says, cell by cell, before anybody decides how to lay it out.

Nothing here knows how plans are read. A figure is drawn together with the number it says, so what
must be read is known without asking the reader.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from poi_xl.core.plan import Column
from poi_xl.reading.cells import UNSET, CellError

BAD = "bad"
NAN = float("nan")

ORGANS = (
    "ÓRGANO DE CONTROL INSTITUCIONAL", "Gerencia de Finanzas", "OFICINA GENERAL DE PLANIFICACIÓN",
    "GERENCIA CENTRAL DE NORMATIVA", "Área de Logística", "ESCUELA SAT", "JEFATURA DEL SAT",
    "Unidad de Trámite Documentario", "Gerencia de Informática", "Oficina de Metas y Presupuesto",
    "Gerencia de Calidad Total", "Los que van",
)  # fmt: skip
# Some begin like headings, totals, titles, tasks or marks, and are none.
ACTIVITIES = (
    "Elaborar informes", "Atender expedientes de reclamación", "Fiscalización tributaria",
    "Total de informes emitidos", "Metas de recaudación: seguimiento", "Notas de prensa",
    "Eliminar documentos del archivo", "Plan Operativo Institucional: formulación",
    "Ejecución de talleres en enero", "Programación de auditorías", "Informe del I trimestre",
    "Fuentes de financiamiento: gestión", "Tareas de mantenimiento preventivo", "Página web",
    "Subtotalizar padrones", "Órganos de línea: asistencia técnica", "Control de meta física",
)  # fmt: skip
BUDGETS = ("GESTIÓN ADMINISTRATIVA", "RECAUDACIÓN", "ACCIONES DE CONTROL Y AUDITORÍA")
UNITS = ("ACCIONES", "INFORMES", "DOCUMENTOS", "PORCENTAJE", "EXPEDIENTES")
NOTES = ("", "", "", "ver acta 12", "Se reprogramó en 2021", 3.0, "meta superada: 120 %")
# Where people write that a row is to be deleted.
MARKS = ("name", "unit", "note", "target")

BLANKS = ("", "", "", " ", "-", "–", "\u00a0", None)
NO_NUMBERS = (
    "NO ENVIADO", "50 %", "S/D", "1.2.3", "12 informes", "pendiente", "(5)", "S/ 1,200", "1e5", "½",
    CellError("#DIV/0!"), CellError("#REF!"), True, dt.date(2021, 3, 4), UNSET,
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A cell of the plan and the number it says: NaN for a blank, `BAD` for no number at all."""

    cell: Any
    says: float | str


@dataclass(frozen=True)
class Activity:
    """A row of the plan.

    Attributes:
        organ: who is responsible.
        name: empty where somebody forgot it.
        budget: its budget activity.
        unit: unit of measure.
        code: its code; a number where somebody typed one.
        figures: by column of the plan.
        note: what stands in a column that is none of the plan's.
        mark: where it says that the row is to be deleted: one of `MARKS`, or empty.
        tasks: how many rows below it break it down.
    """

    organ: str
    name: str
    budget: str
    unit: str
    code: str | float
    figures: Mapping[Column, Figure]
    note: Any = ""
    mark: str = ""
    tasks: int = 0


@dataclass(frozen=True)
class Sample:
    """Activities, sorted by organ; the months and quarters that have columns of their own.

    Attributes:
        comma: whether numbers kept as text have a decimal comma.
        money: whether soles stand beside the physical figures.
    """

    activities: tuple[Activity, ...]
    executed_months: tuple[int, ...]
    quarters: tuple[int, ...]
    comma: bool = False
    money: bool = False

    @property
    def columns(self) -> list[Column]:
        """Every column with figures."""
        return figure_columns(self.executed_months, self.quarters, money=self.money)


def figure_columns(
    months: tuple[int, ...], quarters: tuple[int, ...], *, money: bool
) -> list[Column]:
    """Return the columns with figures, as a plain layout has them."""
    soles = [
        *[("soles_planned", month) for month in range(1, 13)],
        *[("soles_executed", month) for month in months],
    ]
    return [
        ("target", 0),
        *[("planned", month) for month in range(1, 13)],
        *[("executed", month) for month in months],
        *[(f"quarter_{kind}", q) for q in quarters for kind in ("planned", "executed")],
        *(soles if money else []),
    ]


def draw_sample(random: Random, *, wild: bool) -> Sample:
    """Draw a plan.

    Args:
        random: where chance comes from.
        wild: whether it has cells that are no numbers, and rows that do not count.
    """
    quarter = random.randint(1, 4)
    first = random.choice((1, 3 * quarter - 2))
    months = tuple(range(first, 3 * quarter + 1))
    quarters = random.choice(((quarter,), (), tuple(range(1, quarter + 1))))
    money = random.random() < 0.2
    columns = figure_columns(months, quarters, money=money)
    organs = random.sample(ORGANS, random.choice((1, 1, 2, 3)))
    # Most files have few odd cells or none; some are full of them.
    odd = random.choice((0.0, 0.02, 0.3)) if wild else 0.0
    comma = wild and random.random() < 0.3
    activities: list[Activity] = []
    for organ in organs:
        for _ in range(random.choice((1, 1, 2, 3))):
            number = len(activities) + 1
            figures = {
                column: draw_figure(random, odd=odd, comma=comma, wild=wild) for column in columns
            }
            activities.append(_draw_activity(random, organ, number, figures, wild=wild))
    return Sample(tuple(activities), months, quarters, comma, money)


def _draw_activity(
    random: Random, organ: str, number: int, figures: dict[Column, Figure], *, wild: bool
) -> Activity:
    odd = random.random() if wild else 1.0
    name = f"{random.choice(ACTIVITIES)} {number}"
    return Activity(
        organ,
        "" if odd < 0.01 else spaced(random, name) if wild else name,
        random.choice(BUDGETS),
        random.choice(UNITS),
        random.choice((f"AOI{number:05}", f"{number:05}", 5000.0 + number)),
        figures,
        random.choice(NOTES) if wild else "",
        random.choice(MARKS) if 0.01 <= odd < 0.04 else "",
        random.randint(1, 3) if 0.04 <= odd < 0.08 else 0,
    )


def spaced(random: Random, text: str) -> str:
    """Return a text with the spaces and line breaks that nobody sees."""
    forms = (text, text, text, f" {text}", f"{text}\u00a0", text.replace(" ", "  ", 1))
    return random.choice((*forms, text.replace(" ", "\n", 1)))


def draw_figure(random: Random, *, odd: float, comma: bool, wild: bool) -> Figure:
    amounts = (random.randint(0, 60), random.randint(0, 60_000), random.choice((0.5, 12.25)))
    amount = float(random.choices(amounts, (8, 3, 1))[0])
    if wild and random.random() < 0.01:
        amount = -amount
    chance = random.random()
    if chance < odd:
        return Figure(random.choice(NO_NUMBERS), BAD)
    if chance < 3 * odd:
        return Figure(random.choice(written(amount, comma=comma)), amount)
    if chance > 0.8:
        return Figure(random.choice(BLANKS) if wild else "", NAN)
    return Figure(int(amount) if amount == int(amount) and chance > 0.7 else amount, amount)


def written(amount: float, *, comma: bool) -> list[str]:
    """Return the ways in which people write a number as text."""
    forms = [f"{amount:.2f}", f"{amount:,.2f}", f" {amount:,.2f}\u00a0", f"'{amount:.2f}"]
    if amount == int(amount):
        forms += [f"{amount:.0f}", f"{amount:,.0f}", f" {amount:.0f} "]
    swapped = str.maketrans(",.", ".,")
    return [form.translate(swapped) for form in forms] if comma else forms
