"""Plans laid out as institutions print them: every habit seen, drawn at random.

`lay_out` is a pure function that writes a sample into a grid of cells and remembers where it all
went; the plain `Layout()` is the simplest habit of each kind.
"""

import datetime as dt
import math
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from poi_xl.core.period import MONTH_NAMES, MONTHS, ROMAN
from poi_xl.core.plan import Column
from tests.reading.samples import Activity, Figure, Sample, written


@dataclass(frozen=True)
class Layout:
    """How a sample is laid out; every field is one habit."""

    top: int = 0
    left: int = 0
    titles: tuple[str, ...] = ()
    header: str = "two"  # one, two, three rows
    groups: str = "merged"  # first: the word over the first column only; each: over every one
    texts_at: str = "upper"  # row of the words over text columns, where there is a choice
    spelling: int = 0
    synonym: int = 0
    months: str = "short"  # long, dotted, dated, year, cell
    september: str = "SEP"
    order: str = "usual"  # executed first, target last, activity first, interleaved
    organ: str = "each"  # merged, blank, line, sums, section, absent
    budget: bool = True
    unit: bool = True
    code: bool = False
    number: bool = False
    notes: bool = False
    extra: bool = False
    annual: bool = False
    carried: bool = False  # VAN and VIENEN at the page's end and beginning
    told_total: bool = False  # TOTAL written with thousands commas, as texts
    quarters_inside: bool = False  # the sums of a quarter after its months
    gap: bool = False
    twice: bool = False
    page: int = 0  # activities a printed page; 0: one page
    page_line: bool = False
    subtotals: str = ""  # label; {} is the organ
    total: str = "TOTAL"  # label; empty: no such row
    total_at: str = "organ"  # activity, number
    tasks: str = "column"  # name
    mark: str = "ELIMINAR"
    numbering: bool = False
    blank_lines: bool = False
    summary: str = ""  # alone, total: what each organ sums, below the plan; with a TOTAL of its own
    summary_at: str = "organ"  # activity: the column of its labels
    footnotes: bool = False
    missing: str = ""  # target, planned, executed: a column that the plan cannot do without


@dataclass
class Drawn:
    """The grid, and where everything of the sample went; rows and columns count from 0.

    Attributes:
        rows: the cells.
        merged: first and last cell of each merged range.
        places: by activity and column, its cell.
        counted: by row, the activity that must be read there.
        left_out: by row with figures that must not count, why: mark, task, nameless, sums,
            summary.
        total_row: the row of the general TOTAL.
        totals: what it says, by column.
        twice: the cell of the heading that stands there for the second time.
    """

    rows: list[list[Any]] = field(default_factory=list)
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    places: dict[tuple[int, Column], tuple[int, int]] = field(default_factory=dict)
    counted: dict[int, int] = field(default_factory=dict)
    left_out: dict[int, str] = field(default_factory=dict)
    total_row: int | None = None
    totals: dict[Column, float] = field(default_factory=dict)
    twice: tuple[int, int] | None = None


# --- drawing --------------------------------------------------------------------------------------

TITLES = (
    (),
    ("PLAN OPERATIVO INSTITUCIONAL 2021 - {}° TRIMESTRE",),
    ("SAT DE LIMA", "PLAN OPERATIVO INSTITUCIONAL 2021 - {}º TRIMESTRE"),
    ("POI 2021 Modificado v6", "RESOLUCIÓN 001-2020", "SEGUIMIENTO AL TRIMESTRE {}"),
)
SUBTOTALS = ("", "", "SUB TOTAL {}", "Subtotal", "Total {}", "TOTAL")
TOTALS = ("TOTAL", "TOTAL", "SUMA", "", "TOTAL GENERAL", " Total ", "Total general:", "TOTALES")
MARKED = ("ELIMINAR", "Eliminar", " ELIMINADO ", "ELIMINADA", "(ELIMINAR)")


def draw_layout(random: Random, quarter: int, *, wild: bool) -> Layout:
    """Draw how a plan is laid out.

    Args:
        random: where chance comes from.
        quarter: the quarter that its title names.
        wild: whether it may lack columns, or have them twice.
    """

    def some(chance: float) -> bool:
        return random.random() < chance

    order = random.choice(("usual",) * 3 + ORDERS)
    titles = tuple(line.format(ROMAN[quarter - 1]) for line in random.choice(TITLES))
    return Layout(
        top=random.choice((0, 0, 1, 4)),
        left=random.choice((0, 0, 1, 3)),
        titles=titles,
        header=random.choice(("one", "two", "two", "three")),
        groups=random.choice(("merged", "merged", "first", "each")),
        texts_at="upper" if order == "target last" else random.choice(("upper", "lower")),
        spelling=random.randrange(SPELLINGS),
        synonym=random.randrange(5),
        months=random.choice(("short", "short", "long", "dotted", "dated", "year", "cell")),
        september=random.choice(("SEP", "SET", "SETIEMBRE", "Sept.")),
        order=order,
        organ=random.choice(("each", "each", "merged", "blank", "line", *ORGAN_HABITS)),
        budget=some(0.6),
        unit=some(0.8),
        code=some(0.3),
        number=some(0.3),
        notes=some(0.4),
        extra=some(0.4),
        annual=some(0.3),
        carried=some(0.1),
        told_total=some(0.2),
        quarters_inside=some(0.15),
        gap=some(0.2),
        twice=wild and some(0.05),
        page=random.choice((0, 0, 1, 2, 3)),
        page_line=some(0.3),
        subtotals=random.choice(SUBTOTALS),
        total=random.choice(TOTALS),
        total_at=random.choice(("organ", "activity", "number")),
        tasks=random.choice(("column", "name")),
        mark=random.choice(MARKED),
        numbering=some(0.2),
        blank_lines=some(0.3),
        summary=random.choice(("alone", "total")) if some(0.1) else "",
        summary_at=random.choice(("organ", "activity")),
        footnotes=some(0.4),
        missing=random.choice(("target", "planned", "executed")) if wild and some(0.03) else "",
    )


ORDERS = ("executed first", "target last", "activity first", "interleaved")
ORGAN_HABITS = ("sums", "section", "absent")

# --- headings -------------------------------------------------------------------------------------

# The words over each column that holds no figures of the plan, and the ways to say them.
WORDS = {
    "number": ("N°", "ÍTEM", "Nº", "No."),
    "code": ("CÓDIGO", "CÓDIGO AOI", "COD. ACTIVIDAD"),
    "organ": ("ÓRGANO/UNIDAD ORGÁNICA", "ÓRGANO", "UNIDAD ORGÁNICA", "DEPENDENCIA", "GERENCIA"),
    "activity": ("ACTIVIDAD OPERATIVA", "ACTIVIDADES OPERATIVAS", "ACTIVIDAD", "ACTIVIDADES"),
    "task": ("TAREA", "TAREAS"),
    "budget_activity": ("ACTIVIDAD PRESUPUESTAL-MEF", "ACTIVIDAD PRESUPUESTAL", "ACTIVIDAD MEF"),
    "measure_unit": ("UNIDAD DE MEDIDA", "U.M.", "UNIDAD"),
    "target": ("META", "META ANUAL", "META FÍSICA", "META 2021"),
    "note": ("OBSERVACIONES", "COMENTARIO"),
}  # fmt: skip
SPELLINGS = 5


def spelled(text: str, how: int) -> str:
    """Return the same heading in other hands."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    forms = (text, plain, text.capitalize(), f" {text} ", "\n".join(text.split(" ")))
    return forms[how]


@dataclass(frozen=True)
class Heading:
    """One column: what it holds, and its words from the group down."""

    column: Column
    group: str
    own: str


def headings(sample: Sample, layout: Layout) -> list[Heading]:
    """Return the columns from left to right."""
    texts = [*_texts(sample, layout)]
    figures = [*_interleaved(sample, layout)]
    if layout.order != "interleaved":
        blocks = [_block("planned", range(1, 13), sample, layout)]
        blocks.append(_block("executed", sample.executed_months, sample, layout))
        if layout.order == "executed first":
            blocks.reverse()
        gap = [Heading(("gap", 0), "", "")] if layout.gap else []
        figures = [*blocks[0], *gap, *blocks[1]]
    quarters = [
        Heading((f"quarter_{kind}", q), f"{ROMAN[q - 1]}{'°' * (layout.spelling % 2)} TRIM", word)
        for q in sample.quarters
        for kind, word in (("planned", "PROG"), ("executed", "EJEC"))
    ]
    target = [_word("target", layout)]
    if layout.order == "target last":
        columns = [*texts, *figures, *quarters, *target]
    else:
        columns = [*texts, *target, *figures, *quarters]
    columns += [*_money(sample, layout), *_beside(layout)]
    return [each for each in columns if not _is_missing(each.column, sample, layout)]


def _is_missing(column: Column, sample: Sample, layout: Layout) -> bool:
    if layout.missing == "executed":
        return column[0] == "executed"
    return bool(layout.missing) and column == (layout.missing, 5 * (layout.missing == "planned"))


def _texts(sample: Sample, layout: Layout) -> Iterator[Heading]:
    present = {
        "number": layout.number,
        "code": layout.code,
        "organ": layout.organ not in ("absent", "section"),
        "activity": True,
        "task": layout.tasks == "column" and any(each.tasks for each in sample.activities),
        "budget_activity": layout.budget,
        "measure_unit": layout.unit,
    }
    kinds = list(present)
    if layout.order == "activity first":
        kinds.insert(kinds.index("organ"), kinds.pop(kinds.index("activity")))
    for kind in kinds:
        if present[kind]:
            yield _word(kind, layout)


def _word(kind: str, layout: Layout) -> Heading:
    words = WORDS[kind]
    return Heading((kind, 0), "", words[layout.synonym % len(words)])


def _block(kind: str, months: Any, sample: Sample, layout: Layout) -> list[Heading]:
    group = {"planned": "PROGRAMADO", "executed": "EJECUTADO"}[kind]
    block = []
    for month in months:
        block.append(Heading((kind, month), group, month_word(month, layout)))
        if layout.quarters_inside and month % 3 == 0:
            quarter = month // 3
            if quarter not in sample.quarters:
                block.append(
                    Heading((f"inside_{kind}", quarter), group, f"{ROMAN[quarter - 1]} TRIM")
                )
    return block


def _interleaved(sample: Sample, layout: Layout) -> Iterator[Heading]:
    """Each month with its own pair below it."""
    for month in range(1, 13):
        yield Heading(("planned", month), month_word(month, layout), "PROG")
        if month in sample.executed_months:
            yield Heading(("executed", month), month_word(month, layout), "EJEC")


def _money(sample: Sample, layout: Layout) -> Iterator[Heading]:
    """Soles, month by month; the words are not of the same family in every sheet."""
    for kind, words in (
        ("soles_planned", ("PROGRAMACIÓN FINANCIERA", "PROGRAMADO FINANCIERO (S/)")),
        ("soles_executed", ("EJECUCIÓN FINANCIERA", "EJECUTADO FINANCIERO (S/)")),
    ):
        for column in sample.columns:
            if column[0] == kind:
                yield Heading(column, words[layout.synonym % 2], month_word(column[1], layout))


def _beside(layout: Layout) -> list[Heading]:
    """Columns that are none of the plan's."""
    columns = []
    if layout.annual:
        columns += [Heading(("other", i), "ANUAL", word) for i, word in enumerate(("PROG", "EJEC"))]
    if layout.extra:
        columns += [Heading(("other", i), "", w) for i, w in ((2, "AVANCE"), (3, "SEMÁFORO"))]
    if layout.twice:
        columns += [Heading(("twice", 1), "PROGRAMADO", month_word(1, layout))]
    if layout.notes:
        columns += [_word("note", layout)]
    return columns


def month_word(month: int, layout: Layout) -> str:
    """Return how the header names a month."""
    short = layout.september if month == 9 else MONTHS[month - 1]
    return {
        "long": MONTH_NAMES[month - 1].upper(),
        "dotted": f"{short.rstrip('.').title()}.",
        "dated": f"{short.rstrip('.').lower()}-21",
        "year": f"{short} 2021",
    }.get(layout.months, short)


def header_rows(columns: list[Heading], layout: Layout) -> list[list[Any]]:
    """Return the rows of the header."""

    def word(text: str) -> Any:
        return spelled(text, layout.spelling) if text else ""

    if layout.header == "one":
        short = {"PROGRAMADO": "PROG", "EJECUTADO": "EJEC"} if layout.spelling % 2 else {}
        return [[word(f"{short.get(c.group, c.group)} {c.own}".strip()) for c in columns]]
    groups = [c.group for c in columns]
    upper = [
        word(group) if layout.groups == "each" or i == 0 or groups[i - 1] != group else ""
        for i, group in enumerate(groups)
    ]
    lower = [_own(c, layout) or word(c.own) for c in columns]
    if layout.texts_at == "upper" or layout.groups == "merged":
        upper = [u if c.group else word(c.own) for u, c in zip(upper, columns, strict=True)]
        lower = [own if c.group else "" for own, c in zip(lower, columns, strict=True)]
    if layout.header == "two":
        return [upper, lower]
    banner = ["" for _ in columns]
    first = next(i for i, c in enumerate(columns) if c.group)
    banner[first], banner[0] = "FORMULACIÓN Y SEGUIMIENTO", "DATOS"
    return [banner, upper, lower]


def _own(heading: Heading, layout: Layout) -> Any:
    """A month that Excel took for a date."""
    kind, month = heading.column
    if (
        layout.months == "cell"
        and kind in ("planned", "executed")
        and layout.order != "interleaved"
    ):
        return dt.date(2021, month, 1)
    return ""


# --- laying out -----------------------------------------------------------------------------------


def lay_out(sample: Sample, layout: Layout) -> Drawn:
    """Write a sample into a grid."""
    return _Writer(sample, layout).written()


class _Writer:
    """A grid while it is written, one line after the other."""

    def __init__(self, sample: Sample, layout: Layout) -> None:
        self.sample, self.layout = sample, layout
        self.columns = headings(sample, layout)
        self.drawn = Drawn()
        self.organ_from = 0

    def written(self) -> Drawn:
        layout, drawn = self.layout, self.drawn
        drawn.rows += [[] for _ in range(layout.top)]
        self.page_head()
        if layout.numbering:
            self.add([float(i + 1) for i in range(len(self.columns))])
        for index in range(len(self.sample.activities)):
            self.before(index)
            self.activity(index)
        self.subtotal(self.sample.activities[-1].organ)
        self.total()
        if self.has_summary():
            self.summary()
        if layout.footnotes:
            drawn.rows.append([])
            self.line("Fuente: Gerencia de Planificación")
            self.line("Elaborado por", "Revisado por")
        width = max(map(len, drawn.rows))
        drawn.rows = [row + [""] * (width - len(row)) for row in drawn.rows]
        return drawn

    @property
    def row(self) -> int:
        """The row that is written next."""
        return len(self.drawn.rows)

    def add(self, cells: list[Any]) -> None:
        self.drawn.rows.append([""] * self.layout.left + cells)

    def line(self, *texts: str) -> None:
        self.add(list(texts))

    def at(self, kind: str) -> int | None:
        """The column of a kind, in the grid."""
        found = (i for i, c in enumerate(self.columns) if c.column[0] == kind)
        return next((self.layout.left + i for i in found), None)

    def page_head(self) -> None:
        for title in self.layout.titles:
            self.line(title)
        if self.layout.titles:
            self.drawn.rows.append([])
        top = self.row
        for row in header_rows(self.columns, self.layout):
            self.add(row)
        place = self.at("twice")
        if place is not None and self.drawn.twice is None:
            self.drawn.twice = (self.row - 1, place)
        if self.layout.groups == "merged" and self.layout.header != "one":
            self.merge_header(top + (self.layout.header == "three"))

    def merge_header(self, row: int) -> None:
        start, columns = 0, self.columns
        for i in range(1, len(columns) + 1):
            if (
                i == len(columns)
                or columns[i].group != columns[start].group
                or not columns[i].group
            ):
                first, last = self.layout.left + start, self.layout.left + i - 1
                if columns[start].group and last > first:
                    self.drawn.merged.append(((row, first), (row, last)))
                elif not columns[start].group:
                    self.drawn.merged.append(((row, first), (row + 1, first)))
                start = i

    def before(self, index: int) -> None:
        """Everything that stands between an activity and the one above it."""
        layout, activities = self.layout, self.sample.activities
        organ = activities[index].organ
        new_page = bool(layout.page and index and index % layout.page == 0)
        new_organ = index == 0 or activities[index - 1].organ != organ
        if index and new_organ:
            self.subtotal(activities[index - 1].organ)
        if new_page:
            if layout.carried:
                self.total_line("VAN", self.sums())
            if layout.page_line:
                self.line(f"Página {index // layout.page} de 9")
            self.page_head()
            if layout.carried:
                self.total_line("VIENEN", self.sums())
        if new_organ:
            self.organ_line(organ)
        if new_organ or (new_page and layout.organ == "merged"):
            self.organ_from = self.row
        if layout.blank_lines and new_organ and index:
            self.drawn.rows.append([])
            self.organ_from = self.row

    def organ_line(self, organ: str) -> None:
        place = self.at("organ")
        if self.layout.organ == "section":
            place = self.layout.left
        if self.layout.organ not in ("line", "sums", "section") or place is None:
            return
        sums = self.sums(organ) if self.layout.organ == "sums" else {}
        cells = [sums.get(c.column, "") for c in self.columns]
        cells[place - self.layout.left] = organ
        if sums:
            self.drawn.left_out[self.row] = "sums"
        if self.layout.organ == "section":
            last = self.layout.left + len(self.columns) - 1
            self.drawn.merged.append(((self.row, place), (self.row, last)))
        self.add(cells)

    def sums(self, organ: str | None = None) -> dict[Column, float]:
        """What a total says, of one organ or of all."""
        activities = [a for a in self.sample.activities if organ is None or a.organ == organ]
        return {
            column: float(sum(x for a in activities if not math.isnan(x := _amount(a, column))))
            for column in self.sample.columns
        }

    def subtotal(self, organ: str) -> None:
        if self.layout.subtotals:
            self.total_line(self.layout.subtotals.format(organ), self.sums(organ))

    def total(self) -> None:
        if not self.layout.total:
            return
        self.drawn.total_row, self.drawn.totals = self.row, self.sums()
        shown: dict[Column, Any] = dict(self.drawn.totals)
        if self.layout.told_total:
            comma = self.sample.comma
            shown = {c: written(x, comma=comma)[1] for c, x in self.drawn.totals.items()}
        self.total_line(self.layout.total, shown)

    def has_summary(self) -> bool:
        """Whether there is a summary that can be told from activities, and sums what counts."""
        layout = self.layout
        says_more = layout.budget or layout.unit
        names_organs = layout.organ not in ("absent", "section") or bool(layout.total)
        counts = all(each.name and not each.mark for each in self.sample.activities)
        return bool(layout.summary) and says_more and names_organs and counts

    def summary(self) -> None:
        """A table below the plan that repeats what its groups sum."""
        self.drawn.rows.append([])
        for organ in dict.fromkeys(a.organ for a in self.sample.activities):
            self.drawn.left_out[self.row] = "summary"
            self.total_line(organ, self.sums(organ), self.layout.summary_at)
        if self.layout.summary == "total":
            self.total_line("TOTAL", self.sums(), self.layout.summary_at)

    def total_line(self, label: str, sums: Mapping[Column, Any], at: str = "") -> None:
        place = self.at(at or self.layout.total_at)
        place = place if place is not None else self.at("activity")
        assert place is not None
        cells: list[Any] = [sums.get(c.column, "") for c in self.columns]
        cells[place - self.layout.left] = label
        self.add(cells)

    def activity(self, index: int) -> None:
        activity = self.sample.activities[index]
        if self.layout.organ == "merged" and self.row > self.organ_from:
            self.merge_organ()
        cells = [self.cell(index, activity, c.column) for c in self.columns]
        marked = self.mark(activity, cells)
        if marked or not activity.name:
            self.drawn.left_out[self.row] = "mark" if marked else "nameless"
        else:
            self.drawn.counted[self.row] = index
            for i, heading in enumerate(self.columns):
                self.drawn.places[index, heading.column] = (self.row, self.layout.left + i)
        self.add(cells)
        for number in range(1, activity.tasks + 1):
            self.task(activity, number)

    def merge_organ(self) -> None:
        place = self.at("organ")
        assert place is not None
        first = (self.organ_from, place)
        self.drawn.merged = [m for m in self.drawn.merged if m[0] != first]
        self.drawn.merged.append((first, (self.row, place)))

    def cell(self, index: int, activity: Activity, column: Column) -> Any:
        shown = self.layout.organ == "each" or (
            self.layout.organ in ("merged", "blank") and self.organ_from == self.row
        )
        others = {
            "number": float(index + 1),
            "code": activity.code,
            "organ": activity.organ if shown else "",
            "activity": activity.name,
            "task": "",
            "budget_activity": activity.budget,
            "measure_unit": activity.unit,
            "note": activity.note,
            "other": {0: 7.0, 1: 3.0, 2: 0.5, 3: "En meta"}.get(column[1], 0.0),
            "twice": 99.0,
            "inside_planned": 3.0,
            "inside_executed": 3.0,
            "gap": "",
        }
        return others[column[0]] if column[0] in others else activity.figures[column].cell

    def mark(self, activity: Activity, cells: list[Any]) -> bool:
        """Write that a row is to be deleted; whether there was a place for it."""
        kind = {"name": "activity", "unit": "measure_unit"}.get(activity.mark, activity.mark)
        place = self.at(kind) if kind else None
        if place is None:
            return False
        name = f"{self.layout.mark.strip().upper()} - {activity.name}"
        cells[place - self.layout.left] = name if kind == "activity" else self.layout.mark
        return True

    def task(self, activity: Activity, number: int) -> None:
        """A row that breaks an activity down: its figures are in the activity's already."""
        by_name = self.layout.tasks == "name"
        texts = {
            "activity": f"Tarea {number}: preparar" if by_name else "",
            "task": f"{number}. Preparar",
            "measure_unit": activity.unit,
        }
        figures = dict.fromkeys(self.sample.columns, 1.0)
        if self.layout.organ == "merged":
            self.merge_organ()
        self.drawn.left_out[self.row] = "task"
        self.add([texts.get(c.column[0], figures.get(c.column, "")) for c in self.columns])


def _amount(activity: Activity, column: Column) -> float:
    figure: Figure = activity.figures[column]
    return figure.says if isinstance(figure.says, float) else math.nan
