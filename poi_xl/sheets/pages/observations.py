"""`Observaciones`: what was found wrong, where, and what to do about it."""

import re
from collections.abc import Sequence

from poi_xl.core.problems import Problem, Severity
from poi_xl.core.summaries import Report
from poi_xl.core.text import counted
from poi_xl.sheets.pages.page import LINK_COLOUR, Page, heading_period
from poi_xl.sheets.pages.table import Column, Look, draw_table, set_widths

_PLACE = 3
_TOP = 3
# No link: where the guide is, and whether it is there at all, differs from computer to computer.
_MORE = 2
_MORE_TEXT = (
    "Más sobre un código: elija su fila y pulse Ayuda, en la ficha o el menú POI; o escriba "
    "poi-xl ayuda y el código."
)
_CELL = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")


def draw(page: Page) -> None:
    """Draw the sheet."""
    problems = page.report.problems
    columns = _columns(problems) if problems else _all_well(page.report)
    set_widths(page, columns)
    page.head(f"Observaciones — {heading_period(page.report)}: {observations_text(page.report)}")
    page.put(_MORE, 0, _MORE_TEXT, page.styles.stamp())
    last = draw_table(page, _TOP, "poi_tabla_observaciones", columns, autofilter=True)
    _link_places(page, problems)
    page.sheet.freeze_panes(_TOP + 1, 0)
    page.sheet.repeat_rows(_TOP)
    page.sheet.print_area(0, 0, last, len(columns) - 1)


def observations_text(report: Report) -> str:
    """Return how many observations there are of each severity, in words."""
    if not report.problems:
        return "ninguna"
    words = {
        Severity.ERROR: ("error", "errores"),
        Severity.WARNING: ("advertencia", "advertencias"),
        Severity.NOTE: ("nota", "notas"),
    }
    counts = [(report.problem_count(severity), *words[severity]) for severity in Severity]
    return ", ".join(counted(*item) for item in counts if item[0])


def _columns(problems: Sequence[Problem]) -> Sequence[Column]:
    return (
        Column("Código", 11, Look.LINE, [item.code for item in problems]),
        Column("Severidad", 15, Look.LINE, [item.severity.value for item in problems]),
        Column("Hoja", 22, Look.TEXT, [item.sheet for item in problems]),
        Column("Celda", 10, Look.LINE, [item.cell for item in problems]),
        Column("Qué pasa", 62, Look.TEXT, [_sentence(item.message) for item in problems]),
        Column("Qué hacer", 62, Look.TEXT, [item.remedy for item in problems]),
    )


def _all_well(report: Report) -> Sequence[Column]:
    checked = counted(len(report.plan), "actividad", "actividades")
    text = f"Todas las comprobaciones pasaron: se revisaron {checked}."
    headings = (("Código", 11), ("Severidad", 15), ("Hoja", 22), ("Celda", 10))
    return (
        *(Column(name, width, Look.LINE, [""]) for name, width in headings),
        Column("Qué pasa", 62, Look.TEXT, [text]),
        Column("Qué hacer", 62, Look.TEXT, ["Nada."]),
    )


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:]


def _link_places(page: Page, problems: Sequence[Problem]) -> None:
    look = page.styles.cell(font_color=LINK_COLOUR, underline=1, indent=1)
    for row, item in enumerate(problems, start=_TOP + 1):
        if item.sheet and _CELL.fullmatch(item.cell):
            page.link(row, _PLACE, (item.sheet, item.cell), tip="Ir a la celda")
            page.put(row, _PLACE, item.cell, look)
