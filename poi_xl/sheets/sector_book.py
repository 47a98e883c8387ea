"""A workbook about many entities: ranked, quarter by quarter, and what was observed in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import numpy as np
from xlsxwriter import Workbook

from poi_xl.core.indicators import Figures
from poi_xl.core.period import ROMAN
from poi_xl.core.summaries import GroupTable, Report
from poi_xl.core.text import counted
from poi_xl.sheets.pages import groups
from poi_xl.sheets.pages.legend import draw_legend
from poi_xl.sheets.pages.page import Page, number_formats
from poi_xl.sheets.pages.table import Column, Look, draw_table, label_width, ratios, set_widths
from poi_xl.sheets.report import WORKBOOK_OPTIONS, WORKBOOK_PROPERTIES
from poi_xl.sheets.style import Styles

ENTITIES: Final = "Entidades"
QUARTERS: Final = "Por trimestre"
OBSERVATIONS: Final = "Observaciones"
_WORDS: Final = ("Entidad", "entidad", "entidades", "ninguna", "poi_tabla_entidades")
_TOP: Final = 3
# Whoever has thousands of entities finds every observation in the tables.
_MOST_ROWS: Final = 20_000


@dataclass(frozen=True, slots=True)
class ObservedRow:
    """How often something was observed in the files of an entity, and one of the times."""

    entity: str
    code: str
    severity: str
    times: int
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class SectorContent:
    """What the workbook shows.

    Attributes:
        report: of all the activities together; its stamp stands on every sheet.
        entities: a row an entity, in the order to show.
        quarters: the same rows in each quarter.
        delivered: for each row, the latest quarter it has delivered.
        observed: what was observed, entity by entity.
    """

    report: Report
    entities: GroupTable
    quarters: tuple[Figures, ...]
    delivered: tuple[int, ...]
    observed: Sequence[ObservedRow]


def sector_bytes(content: SectorContent) -> bytes:
    """Draw the workbook, and return its bytes."""
    report, written = content.report, BytesIO()
    with Workbook(written, WORKBOOK_OPTIONS) as book:
        book.set_properties(WORKBOOK_PROPERTIES)
        styles, formats = Styles(book), number_formats(report)
        entities, quarters, observed = (
            Page(report, book, book.add_worksheet(name), styles, {}, *formats)
            for name in (ENTITIES, QUARTERS, OBSERVATIONS)
        )
        groups.draw(entities, content.entities, words=_WORDS)
        _draw_quarters(quarters, content)
        _draw_observed(observed, content.observed)
    return written.getvalue()


def _draw_quarters(page: Page, content: SectorContent) -> None:
    """Draw the ratio of each quarter on its flag's colour, its shape beside the number."""
    labels = content.entities.labels
    columns = [Column("Entidad", label_width(labels, 28, 60), Look.LINE, labels)]
    for number, figures in enumerate(content.quarters, start=1):
        shown = np.where(np.array(content.delivered) >= number, figures.progress, np.nan)
        given = [quarter >= number for quarter in content.delivered]
        column = ratios(f"{ROMAN[number - 1]} TRIM", 14, shown)
        values = [
            value if has else "sin entrega" for value, has in zip(column.values, given, strict=True)
        ]
        looks = [_flagged(figures, row) if has else {} for row, has in enumerate(given)]
        columns.append(Column(column.heading, 14, Look.RATIO, values, looks=looks))
    set_widths(page, columns)
    page.head(f"Avance de cada entidad por trimestre — {counted(len(labels), *_WORDS[1:3])}")
    row = draw_legend(page, _TOP, [column.width for column in columns]) + 1
    last = draw_table(page, row, "poi_tabla_trimestres", columns, autofilter=True)
    _finish(page, row, last, len(columns))


def _flagged(figures: Figures, row: int) -> Mapping[str, object]:
    flag = figures.flag_of(row)
    shape = flag.shape.replace('"', "")
    return {
        "bg_color": flag.colour,
        "font_color": "#000000",
        "num_format": f'"{shape}" 0.0%;"{shape}" -0.0%;"{shape}" 0.0%;"{shape}" @',
    }


def _draw_observed(page: Page, observed: Sequence[ObservedRow]) -> None:
    shown = observed[:_MOST_ROWS] or [ObservedRow("", "", "", 0, "", "No hay observaciones.")]
    columns = [
        Column("Entidad", label_width([x.entity for x in shown], 28, 60), Look.LINE,
               [x.entity for x in shown]),
        Column("Código", 11, Look.LINE, [x.code for x in shown]),
        Column("Severidad", 13, Look.LINE, [x.severity for x in shown]),
        Column("Veces", 9, Look.COUNT, [x.times for x in shown]),
        Column("Una de ellas", 40, Look.TEXT, [x.where for x in shown]),
        Column("Qué pasa", 80, Look.TEXT, [x.message for x in shown]),
    ]  # fmt: skip
    set_widths(page, columns)
    more = len(observed) - len(shown)
    rest = f", y {more:,} más en las tablas" if more > 0 else ""
    page.head(f"Observaciones por entidad: {counted(len(observed), 'clase', 'clases')}{rest}")
    last = draw_table(page, _TOP, "poi_tabla_observadas", columns, autofilter=True)
    _finish(page, _TOP, last, len(columns))


def _finish(page: Page, top: int, last: int, width: int) -> None:
    page.sheet.freeze_panes(top + 1, 1)
    page.sheet.repeat_rows(top)
    page.sheet.print_area(0, 0, last, width - 1)
