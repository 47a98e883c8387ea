"""Plans laid out as institutions print them: made-up figures, every habit seen, drawn at random.

`samples()` and `layouts()` are Hypothesis strategies; `lay_out` is a pure function that writes a
sample into a grid of cells and remembers where each figure went.
"""

import datetime as dt
import math
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from poi_xl.core.period import MONTH_NAMES, MONTHS, ROMAN
from poi_xl.reading.cells import UNSET, CellError

BAD = "bad"
NAN = float("nan")


@dataclass(frozen=True)
class Figure:
    """A cell of the plan and the number it says: NaN for a blank, `BAD` for no number at all."""

    cell: Any
    says: float | str


@dataclass(frozen=True)
class Activity:
    organ: str
    name: str
    budget: str
    unit: str
    code: str
    target: Figure
    planned: tuple[Figure, ...]
    executed: tuple[Figure, ...]
    quarters: tuple[Figure, ...]


@dataclass(frozen=True)
class Sample:
    """Activities, sorted by organ; the months and quarters that have columns of their own."""

    activities: tuple[Activity, ...]
    executed_months: tuple[int, ...]
    quarters: tuple[int, ...]


@dataclass(frozen=True)
class Layout:
    """How a sample is laid out; every field is one habit."""

    top: int = 0
    left: int = 0
    titles: tuple[str, ...] = ()
    header: str = "two"  # one, two, three
    merge_header: bool = True
    spelling: int = 0
    organ: str = "each"  # each, merged, blank, absent
    budget: bool = True
    unit: bool = True
    code: bool = False
    extra: bool = False
    annual: bool = False
    page: int = 0  # activities a printed page; 0: one page
    subtotals: bool = False
    total: str = "TOTAL"  # empty: no such row
    september: str = "SEP"
    numbering: bool = False
    footnote: bool = False


@dataclass
class Drawn:
    """The grid, and where everything of the sample went."""

    rows: list[list[Any]]
    merged: list[tuple[tuple[int, int], tuple[int, int]]]
    places: dict[tuple[int, tuple[str, int]], tuple[int, int]] = field(default_factory=dict)
    total_row: int | None = None


# --- strategies -----------------------------------------------------------------------------------

AMOUNTS = st.one_of(st.integers(0, 60), st.integers(0, 60_000), st.sampled_from([0.5, 12.25]))


@st.composite
def figures(draw, *, comma: bool, wild: bool):
    odd = ["text", "text", "bad"] if wild else []
    kind = draw(st.sampled_from([*["number"] * 8, *["blank"] * 2, *odd]))
    amount = float(draw(AMOUNTS))
    if kind == "number":
        return Figure(amount, amount)
    if kind == "blank":
        return Figure(draw(st.sampled_from(["", "", " ", "-", "–"] if wild else [""])), NAN)
    if kind == "bad":
        bad = [
            "NO ENVIADO",
            "50 %",
            CellError("#DIV/0!"),
            True,
            dt.date(2021, 3, 4),
            UNSET,
            "1.2.3",
        ]
        return Figure(draw(st.sampled_from(bad)), BAD)
    return Figure(draw(st.sampled_from(written(amount, comma=comma))), amount)


def written(amount: float, *, comma: bool) -> list[str]:
    """The ways people write a number as text."""
    forms = [f"{amount:.2f}", f"{amount:,.2f}", f" {amount:,.2f}\u00a0", f"'{amount:.2f}"]
    if amount == int(amount):
        forms += [f"{amount:.0f}", f"{amount:,.0f}", f" {amount:.0f} "]
    swapped = str.maketrans(",.", ".,")
    return [form.translate(swapped) for form in forms] if comma else forms


NAMES = st.text("ABCDEÑÓÚ abc1-/", min_size=1, max_size=12).filter(
    lambda text: any(c.isalpha() for c in text)
)


@st.composite
def samples(draw, *, wild: bool = True):
    comma = draw(st.booleans()) and wild
    figure = figures(comma=comma, wild=wild)
    organs = draw(st.lists(NAMES, min_size=1, max_size=3, unique_by=lambda x: " ".join(x.split())))
    quarter = draw(st.integers(1, 4))
    first = 1 if draw(st.booleans()) else 3 * quarter - 2
    months = tuple(range(first, 3 * quarter + 1))
    quarters = draw(st.sampled_from([(quarter,), (), tuple(range(1, quarter + 1))]))

    def activity(organ: str, number: int) -> Activity:
        return Activity(
            organ,
            f"{draw(NAMES)} {number}",
            draw(NAMES),
            draw(st.sampled_from(["ACCIONES", "INFORMES", "DOCUMENTOS"])),
            f"AOI{number:05}",
            draw(figure),
            tuple(draw(figure) for _ in range(12)),
            tuple(draw(figure) for _ in months),
            tuple(draw(figure) for _ in range(2 * len(quarters))),
        )

    counts = [draw(st.integers(1, 4)) for _ in organs]
    made = [activity(o, 10 * i + j) for i, o in enumerate(organs) for j in range(counts[i])]
    return Sample(tuple(made), months, quarters)


TITLES = st.sampled_from(
    [
        (),
        ("PLAN OPERATIVO INSTITUCIONAL 2021 - I° TRIMESTRE",),
        ("SAT DE LIMA", "PLAN OPERATIVO INSTITUCIONAL 2021 - 1º TRIMESTRE"),
        ("POI 2021 Modificado v6", "RESOLUCIÓN 001-2020", "SEGUIMIENTO AL PRIMER TRIMESTRE"),
    ]
)


def layouts() -> st.SearchStrategy[Layout]:
    return st.builds(
        Layout,
        top=st.integers(0, 4),
        left=st.integers(0, 3),
        titles=TITLES,
        header=st.sampled_from(["one", "two", "three"]),
        merge_header=st.booleans(),
        spelling=st.integers(0, 4),
        organ=st.sampled_from(["each", "merged", "blank", "absent"]),
        budget=st.booleans(),
        unit=st.booleans(),
        code=st.booleans(),
        extra=st.booleans(),
        annual=st.booleans(),
        page=st.integers(0, 3),
        subtotals=st.booleans(),
        total=st.sampled_from(["", "TOTAL", "TOTAL GENERAL", " Total "]),
        september=st.sampled_from(["SEP", "SET", "SETIEMBRE", "Sept."]),
        numbering=st.booleans(),
        footnote=st.booleans(),
    )


# --- laying out -----------------------------------------------------------------------------------

# The heading of each text column, spelled as `spelling` says.
TEXTS = {
    "code": "CÓDIGO",
    "organ": "ÓRGANO/UNIDAD ORGÁNICA",
    "activity": "ACTIVIDAD OPERATIVA",
    "budget_activity": "ACTIVIDAD PRESUPUESTAL-MEF",
    "measure_unit": "UNIDAD DE MEDIDA",
    "target": "META",
}


def spelled(text: str, how: int) -> str:
    """The same heading in other hands."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    forms = (text, plain, text.capitalize(), f" {text} ", "\n".join(text.split(" ")))
    return forms[how]


def month_word(month: int, layout: Layout, how: int) -> str:
    if month == 9:
        return layout.september
    return MONTH_NAMES[month - 1].upper() if how % 2 else MONTHS[month - 1]


@dataclass(frozen=True)
class Heading:
    """One column: what it holds, and its words from the group down."""

    column: tuple[str, int]
    group: str
    own: str


def headings(sample: Sample, layout: Layout) -> list[Heading]:
    present = {"code": layout.code, "organ": layout.organ != "absent"}
    present |= {"budget_activity": layout.budget, "measure_unit": layout.unit}
    columns = [Heading((k, 0), "", word) for k, word in TEXTS.items() if present.get(k, True)]
    for kind, group, months in (
        ("planned", "PROGRAMADO", range(1, 13)),
        ("executed", "EJECUTADO", sample.executed_months),
    ):
        columns += [
            Heading((kind, m), group, month_word(m, layout, layout.spelling)) for m in months
        ]
    for quarter in sample.quarters:
        group = f"{ROMAN[quarter - 1]}{'°' if layout.spelling % 2 else ''} TRIM"
        columns += [
            Heading((f"quarter_{kind}", quarter), group, word)
            for kind, word in (("planned", "PROG"), ("executed", "EJEC"))
        ]
    if layout.annual:
        columns += [Heading(("other", i), "ANUAL", word) for i, word in enumerate(("PROG", "EJEC"))]
    if layout.extra:
        columns += [Heading(("other", i), "", w) for i, w in ((2, "AVANCE"), (3, "SEMÁFORO"))]
    return columns


def header_rows(columns: list[Heading], layout: Layout) -> list[list[str]]:
    def word(text: str) -> str:
        return spelled(text, layout.spelling) if text else ""

    if layout.header == "one":
        short = {"PROGRAMADO": "PROG", "EJECUTADO": "EJEC"} if layout.spelling % 2 else {}
        return [[word(f"{short.get(c.group, c.group)} {c.own}".strip()) for c in columns]]
    groups = [c.group or c.own for c in columns]
    upper = [
        "" if i and c.group and groups[i - 1] == c.group else word(groups[i])
        for i, c in enumerate(columns)
    ]
    lower = [word(c.own) if c.group else "" for c in columns]
    if layout.header == "two":
        return [upper, lower]
    banner = ["" for _ in columns]
    first = next(i for i, c in enumerate(columns) if c.group)
    banner[first], banner[0] = "FORMULACIÓN Y SEGUIMIENTO", "DATOS"
    return [banner, upper, lower]


def lay_out(sample: Sample, layout: Layout) -> Drawn:
    """Write a sample into a grid."""
    columns = headings(sample, layout)
    drawn = Drawn([], [])
    drawn.rows += [[] for _ in range(layout.top)]
    _add_page_head(drawn, columns, layout)
    if layout.numbering:
        _add(drawn, layout, [float(i + 1) for i in range(len(columns))])
    _add_activities(drawn, sample, columns, layout)
    if layout.total:
        label = "organ" if layout.organ != "absent" else "activity"
        sums = [_sum(sample, each.column) for each in columns]
        drawn.total_row = len(drawn.rows)
        _add(
            drawn,
            layout,
            [
                layout.total if c.column[0] == label else x
                for c, x in zip(columns, sums, strict=True)
            ],
        )
    if layout.footnote and layout.total:
        _add(drawn, layout, [""] * 1 + ["Fuente: Gerencia de Planificación"])
    width = max(map(len, drawn.rows))
    drawn.rows = [row + [""] * (width - len(row)) for row in drawn.rows]
    return drawn


def _add(drawn: Drawn, layout: Layout, cells: list[Any]) -> None:
    drawn.rows.append([""] * layout.left + cells)


def _add_page_head(drawn: Drawn, columns: list[Heading], layout: Layout) -> None:
    for title in layout.titles:
        _add(drawn, layout, [title])
    if layout.titles:
        drawn.rows.append([])
    top = len(drawn.rows)
    for row in header_rows(columns, layout):
        _add(drawn, layout, list(row))
    if layout.merge_header and layout.header != "one":
        _merge_groups(drawn, columns, layout, top + (layout.header == "three"))


def _merge_groups(drawn: Drawn, columns: list[Heading], layout: Layout, row: int) -> None:
    start = 0
    for i in range(1, len(columns) + 1):
        if i == len(columns) or columns[i].group != columns[start].group or not columns[i].group:
            first, last = layout.left + start, layout.left + i - 1
            if columns[start].group and last > first:
                drawn.merged.append(((row, first), (row, last)))
            elif not columns[start].group:
                drawn.merged.append(((row, first), (row + 1, first)))
            start = i


def _add_activities(drawn: Drawn, sample: Sample, columns: list[Heading], layout: Layout) -> None:
    organ_at = next((layout.left + i for i, c in enumerate(columns) if c.column[0] == "organ"), 0)
    started = 0
    for index, activity in enumerate(sample.activities):
        new_page = layout.page and index and index % layout.page == 0
        previous = sample.activities[index - 1] if index else None
        new_organ = previous is None or previous.organ != activity.organ
        if previous and new_organ and layout.subtotals and layout.organ != "absent":
            subtotal = [float(i) if c.column[0] == "planned" else "" for i, c in enumerate(columns)]
            subtotal[organ_at - layout.left] = f"SUB TOTAL {previous.organ}"
            _add(drawn, layout, subtotal)
        if new_page:
            _add_page_head(drawn, columns, layout)
        if new_organ or (new_page and layout.organ == "merged"):
            started = len(drawn.rows)
        elif layout.organ == "merged":
            drawn.merged = [m for m in drawn.merged if m[0] != (started, organ_at)]
            drawn.merged.append(((started, organ_at), (len(drawn.rows), organ_at)))
        shown = layout.organ == "each" or started == len(drawn.rows)
        _add_activity(drawn, index, activity, columns, layout, sample, shown=shown)


def _add_activity(drawn, index, activity, columns, layout, sample, *, shown):
    row = len(drawn.rows)
    cells = []
    for i, heading in enumerate(columns):
        drawn.places[index, heading.column] = (row, layout.left + i)
        cells.append(_cell(activity, heading.column, sample, shown=shown))
    _add(drawn, layout, cells)


def _cell(activity: Activity, column: tuple[str, int], sample: Sample, *, shown: bool) -> Any:
    texts = {
        "organ": activity.organ if shown else "",
        "activity": activity.name,
        "budget_activity": activity.budget,
        "measure_unit": activity.unit,
        "code": activity.code,
        "other": "En meta" if column[1] == 3 else 0.5,
    }
    if column[0] in texts:
        return texts[column[0]]
    return figure(activity, column, sample).cell


def figure(activity: Activity, column: tuple[str, int], sample: Sample) -> Figure:
    """The figure of an activity in a column."""
    kind, number = column
    if kind == "target":
        return activity.target
    if kind == "planned":
        return activity.planned[number - 1]
    if kind == "executed":
        return activity.executed[sample.executed_months.index(number)]
    at = 2 * sample.quarters.index(number) + (kind == "quarter_executed")
    return activity.quarters[at]


def _sum(sample: Sample, column: tuple[str, int]) -> Any:
    if column[0] in TEXTS and column[0] != "target":
        return ""
    if column[0] == "other":
        return ""
    says = [figure(each, column, sample).says for each in sample.activities]
    return float(sum(x for x in says if isinstance(x, float) and not math.isnan(x)))
