"""A page: one rendered worksheet, what it says about itself, and the links it must declare."""

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from poi_xl.core.notes import Formula
from poi_xl.core.plan import Column
from poi_xl.core.summaries import Report
from poi_xl.core.text import a1, percent_text
from poi_xl.core.trafficlight import Flag
from poi_xl.sheets import style
from poi_xl.sheets.style import Styles, print_setup

Cell = str | float | dt.date | Formula | None
Area = tuple[int, int, int, int]  # first row, first column, last row, last column, from zero

NO_RATIO = "—"
LINK_COLOUR = "#1F5FA8"
ACTIVITY: Column = ("activity", 0)
# Excel's limits: characters of a cell, of a footer, of a text in a formula; links of a sheet.
_CELL_LIMIT, _FOOTER_LIMIT, _LITERAL_LIMIT = 32_767, 255, 255
_LINK_LIMIT = 65_000


@dataclass(frozen=True, slots=True)
class Link:
    """A hyperlink from a cell of a rendered sheet to a cell of the workbook.

    Attributes:
        sheet, cell: where it stands.
        target_sheet, target_cell: where it leads.
    """

    sheet: str
    cell: str
    target_sheet: str
    target_cell: str


@dataclass(frozen=True, slots=True)
class CellFormula:
    """A formula that somebody typed in a cell which a rendered sheet keeps.

    Attributes:
        sheet, cell: where it stands.
        text: the formula, with its leading ``=``.
    """

    sheet: str
    cell: str
    text: str


@dataclass
class Page:
    """One worksheet being drawn; rows and columns count from zero, as in XlsxWriter.

    Attributes:
        report: what is shown.
        book: the workbook it is drawn in.
        sheet: the worksheet.
        styles: the cell formats of the workbook.
        names: final name of every sheet of the rendering, by key.
        amount, gap: number formats of amounts and of gaps.
        links: the hyperlinks written so far.
        formulas: the typed formulas written so far.
    """

    report: Report
    book: Workbook
    sheet: Worksheet
    styles: Styles
    names: Mapping[str, str]
    amount: str
    gap: str
    links: list[Link] = field(default_factory=list)
    formulas: list[CellFormula] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The sheet's name."""
        return str(self.sheet.get_name())

    def head(self, title: str) -> None:
        """Write the title and the stamp, and set the page up for paper."""
        stamp = self.report.stamp.text
        self.sheet.hide_gridlines(2)
        self.sheet.set_row(0, 24)
        self.put(0, 0, title, self.styles.title())
        self.put(1, 0, stamp, self.styles.stamp())
        print_setup(self.sheet, footer=footer_text(stamp))

    def put(self, row: int, column: int, value: Cell, look: Format) -> None:
        """Write a value as what it is; a text stays a text, whatever it begins with."""
        if value is None or value == "":
            self.sheet.write_blank(row, column, None, look)
        elif isinstance(value, str):
            # Half a letter, as in the name of a file from an old disk, cannot be written.
            whole = value.encode("utf-8", "replace").decode()
            self.sheet.write_string(row, column, whole[:_CELL_LIMIT], look)
        elif isinstance(value, Formula):
            self._formula(row, column, value, look)
        elif isinstance(value, dt.date):
            self._date(row, column, value, look)
        elif math.isfinite(value):
            self.sheet.write_number(row, column, value, look)
        else:
            self.sheet.write_blank(row, column, None, look)

    def merge(self, area: Area, value: Cell, look: Format) -> None:
        """Write a value over several cells made one."""
        first_row, first, last_row, last = area
        if (first_row, first) != (last_row, last):
            # The merge only lays the cells; XlsxWriter would read a text with = as a formula.
            self.sheet.merge_range(first_row, first, last_row, last, "", look)
        self.put(first_row, first, value, look)

    def link(self, row: int, column: int, target: tuple[str, str], *, tip: str = "") -> None:
        """Make a cell lead to a cell of the workbook; write its value afterwards."""
        if len(self.links) >= _LINK_LIMIT:
            return
        sheet, cell = target
        url = f"internal:'{sheet.replace(chr(39), chr(39) * 2)}'!{cell}"
        self.sheet.write_url(row, column, url, string="-", tip=tip or None)
        self.links.append(Link(self.name, a1(row + 1, column + 1), sheet, cell))

    def link_activity(self, row: int, column: int, activity: int) -> bool:
        """Make a cell lead to an activity's row in the plan; False when its place is not known."""
        layout = self.report.plan.layout
        if not (layout.sheet and layout.rows):
            return False
        self.link(row, column, (layout.sheet, layout.cell(activity, ACTIVITY)), tip="Ir al plan")
        return True

    def mark_flags(self, area: Area) -> None:
        """Colour the flags of a range by what their cells say, so that it survives sorting."""
        for flag in self.report.preset.flags:
            literal = flag_text(flag).replace('"', '""')
            look = self.book.add_format({"bg_color": flag.colour, "font_color": "#000000"})
            rule = {"type": "cell", "criteria": "==", "value": f'="{literal}"', "format": look}
            if len(literal) < _LITERAL_LIMIT:
                self.sheet.conditional_format(*area, rule)

    def _date(self, row: int, column: int, value: dt.date, look: Format) -> None:
        moment = dt.datetime(*value.timetuple()[:6])  # noqa: DTZ001 - Excel knows no zones
        first = dt.date(1904, 1, 1) if self.sheet.date_1904 else dt.date(1900, 1, 1)
        if moment.date() < first:
            # Excel cannot hold an earlier date as a number; as a text it is at least kept.
            self.sheet.write_string(row, column, f"{value:%d/%m/%Y}", look)
        else:
            self.sheet.write_datetime(row, column, moment, look)

    def _formula(self, row: int, column: int, value: Formula, look: Format) -> None:
        # XlsxWriter rewrites functions and braces that it knows; what people typed goes as it is.
        self.sheet.write_formula(row, column, "=0", look, "")
        cells = self.sheet.table[row]
        cells[column] = cells[column]._replace(formula=value.text.removeprefix("="))
        self.formulas.append(CellFormula(self.name, a1(row + 1, column + 1), value.text))


def flag_text(flag: Flag) -> str:
    """Return a flag for a cell: shape and word, so that colour is never alone."""
    return " ".join(f"{flag.shape} {flag.word}".split())[:200]


def number_formats(report: Report) -> tuple[str, str]:
    """Return the number formats of amounts and of gaps; decimals only where the plan has them.

    Means of whole figures have decimals too.
    """
    plan, monthly = report.plan, report.monthly
    return style.number_formats(
        plan.target, plan.planned, plan.executed, report.activities.planned,
        report.activities.executed, monthly.planned_to_date, monthly.executed_to_date,
    )  # fmt: skip


def ratio_cell(ratio: float) -> float | str:
    """Return a ratio for a cell; a dash where there is no denominator."""
    return float(ratio) if np.isfinite(ratio) else NO_RATIO


def footer_text(stamp: str) -> str:
    """Return the stamp as it fits a page footer, whose codes share Excel's 255 characters."""
    room = _FOOTER_LIMIT - 40 - 2 * stamp.count("&")
    text = stamp if len(stamp) <= room else f"{stamp[: room - 1]}…"
    # A digit right after the code of the font size would be read as part of the size.
    return f" {text}" if text[:1].isdigit() else text


def heading_period(report: Report) -> str:
    """Return the period for titles: ``I TRIMESTRE 2021``."""
    year = f" {report.stamp.year}" if report.stamp.year else ""
    return f"{report.period.title}{year}"


def done_text(planned: float, executed: float) -> str:
    """Return the message of most titles: how much of what was planned is done."""
    if not planned > 0:
        return "no hay nada programado"
    return f"se ejecutó {percent_text(executed / planned)} de lo programado"
