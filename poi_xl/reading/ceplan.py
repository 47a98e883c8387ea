"""The export of CEPLAN's V.01 application: a row an operational activity, a column every month.

Which of its blocks of months is «planned» the user chooses, for amounts and soles alike; executed
is always the follow-up's. The application fills months that nobody has reported yet with 0.00:
those after the last one in which anything was done, spent or explained are taken as blank.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from poi_xl.core.plan import Column, Floats, Layout, Plan, Soles
from poi_xl.core.problems import Problem, Refusal, problem
from poi_xl.core.text import a1, fold
from poi_xl.reading.ceplan_header import FIGURES, Header, Row, find_columns, repeated
from poi_xl.reading.figures import Figures, split, understand
from poi_xl.reading.plan import column_problems
from poi_xl.reading.rows import as_text

_YEAR: Final = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_DATE: Final = re.compile(r"(?<!\d)(20\d\d)(?:[01]\d[0-3]\d)?(?!\d)")


@dataclass(frozen=True, slots=True)
class Export:
    """What an export says.

    Attributes:
        plan: its active activities.
        problems: what is wrong with its cells, and what was left out.
        institution: whose it is; empty where it holds several.
        unit_id: identifier of the executing unit; empty where it holds several.
        block: the block of months taken as planned.
        parents: the responsible centre over each organ, where it is another.
        reasons: for each activity, what explains a month, by month.
    """

    plan: Plan
    problems: tuple[Problem, ...]
    institution: str
    unit_id: str
    block: str
    parents: Mapping[str, str] = field(default_factory=dict)
    reasons: tuple[Mapping[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Body:
    """The rows below the header, the columns in use.

    Attributes:
        sheet: where they are.
        first: the sheet's row of the first one, from 1.
        columns: the sheet's column of each, from 0.
        cells: what stands in each column.
        figures: the columns of figures, understood.
        misfits: by row, how many cells it has where they are not the header's.
    """

    sheet: str
    first: int
    columns: Mapping[Column, int]
    cells: Mapping[Column, Sequence[Any]]
    figures: Mapping[Column, Figures]
    misfits: Mapping[int, int]

    def texts(self, kind: str) -> list[str]:
        """The names in a column; empty ones where the export has no such column."""
        cells = self.cells.get((kind, 0)) or ("",) * len(self.cells["activity", 0])
        known = {cell: as_text(cell) for cell in set(cells)}
        return [known[cell] for cell in cells]

    def codes(self, kind: str) -> list[str]:
        """The same for identifiers, without the apostrophe that keeps their zeros in Excel."""
        return [text.lstrip("'’") for text in self.texts(kind)]

    def place(self, row: int, column: Column) -> str:
        """The address of a cell."""
        return a1(self.first + row, self.columns.get(column, 0) + 1)


@dataclass(frozen=True, slots=True)
class _Rows:
    """What each row is: an activity, one that is not active, or amounts without a name."""

    active: list[int]
    inactive: list[int]
    orphans: list[int]


def read_export(
    rows: Iterable[Row], header: Header, sheet: str, file: str, block: str | None = None
) -> Export:
    """Return what an export says.

    Args:
        rows: what follows the header.
        header: as `find_header` gives it.
        sheet: name of the sheet, or of the file where it has none, for the problems.
        file: name of the file, whose date may tell the year.
        block: the months to take as planned, such as ``F(CS)`` or ``cs``; F(RE) when None.

    Raises:
        Refusal: there is no such block (POI-E152), columns are missing (POI-E151), the last row
            ends too early (POI-E153), or no row is an active activity (POI-E157).
    """
    letters, columns = find_columns(header, sheet, block)
    body = _body(rows, header, columns, sheet)
    _check_end(body, file)
    kept = _sorted(body)
    reasons = _reasons(body, kept)
    year, year_problems = _year(body, kept, file)
    problems = (
        *repeated(header, columns, sheet),
        *year_problems,
        *_problems(body, kept, len(header)),
    )
    if not kept.active:
        raise Refusal([problem("POI-E157", sheet, a1(header.row, 1)), *problems])
    return Export(
        plan=_plan(body, kept, reasons, year),
        problems=problems,
        institution=_only(body, kept, "unit") or _only(body, kept, "pliego"),
        unit_id=_only(body, kept, "unit_id").lstrip("'’"),
        block=f"F({letters})",
        parents=_parents(body, kept),
        reasons=reasons,
    )


def _body(rows: Iterable[Row], header: Header, columns: Mapping[Column, int], sheet: str) -> _Body:
    pick = itemgetter(*columns.values())
    blank = ("",) * len(columns)
    misfits: dict[int, int] = {}
    picked = []
    for number, row in enumerate(rows):
        fits = len(row) >= len(header) and not any(map(_is_said, row[len(header) :]))
        if not fits and any(map(_is_said, row)):
            misfits[number] = len(row)
        picked.append(pick(row) if fits else blank)
    by_column = list(zip(*picked, strict=True)) or [()] * len(columns)
    cells = dict(zip(columns, by_column, strict=True))
    kinds = [column for column in columns if column[0] in FIGURES]
    figures = understand([split(cells[column]) for column in kinds])
    by_kind = dict(zip(kinds, figures, strict=True))
    return _Body(sheet, header.row + 1, columns, cells, by_kind, misfits)


def _is_said(cell: object) -> bool:
    return cell is not None and not (isinstance(cell, str) and not cell.strip())


def _check_end(body: _Body, file: str) -> None:
    """A last row that ends too early is the end of a file that was cut short."""
    last = len(body.cells["activity", 0]) - 1
    if last in body.misfits:
        detail = f"la última fila, {body.first + last}, termina antes que el encabezado"
        raise Refusal(problem("POI-E153", body.sheet, file=file, detail=detail))


def _sorted(body: _Body) -> _Rows:
    found = _Rows([], [], [])
    amounts = _amounts(body)
    texts = zip(body.texts("activity"), body.texts("active"), strict=True)
    for row, (name, active) in enumerate(texts):
        if fold(active) == "no":
            found.inactive.append(row)
        elif name:
            found.active.append(row)
        elif amounts[row]:
            found.orphans.append(row)
    return found


def _amounts(body: _Body) -> npt.NDArray[np.bool_]:
    """For each row, whether any of its figures is something else than zero."""
    values = [np.nan_to_num(each.values) for each in body.figures.values()]
    return np.asarray(np.any(np.array(values) != 0, axis=0))


def _plan(body: _Body, kept: _Rows, reasons: Iterable[Mapping[int, str]], year: int | None) -> Plan:
    index = np.array(kept.active, dtype=np.int64)

    def named(texts: Sequence[str]) -> tuple[str, ...]:
        return tuple(map(texts.__getitem__, kept.active))

    def twelve(kind: str) -> Floats:
        columns = [body.figures[kind, month].values[index] for month in range(1, 13)]
        return np.column_stack(columns)

    executed = twelve("executed")
    soles = None
    if ("soles_planned", 1) in body.figures:
        soles = Soles(twelve("soles_planned"), twelve("soles_executed"))
    done = [executed, soles.executed] if soles else [executed]
    last = _last_month(done, reasons)
    for months in done:
        months[:, last:] = np.nan
    return Plan(
        organ=named(_organs(body)),
        activity=named(body.texts("activity")),
        budget_activity=named(body.texts("budget_activity")),
        measure_unit=named(body.texts("measure_unit")),
        target=body.figures["target", 0].values[index],
        planned=twelve("planned"),
        executed=executed,
        code=named(body.codes("code")),
        soles=soles,
        year=year,
        layout=Layout(
            body.sheet,
            tuple((index + body.first).tolist()),
            {column: place + 1 for column, place in body.columns.items()},
        ),
    )


def _organs(body: _Body) -> list[str]:
    """The cost centre that does the work; the responsible one over it where there is none."""
    pairs = zip(body.texts("organ"), body.texts("parent"), strict=True)
    return [own or parent for own, parent in pairs]


def _parents(body: _Body, kept: _Rows) -> dict[str, str]:
    organs, parents = _organs(body), body.texts("parent")
    pairs = {organs[row]: parents[row] for row in kept.active if parents[row]}
    return {organ: parent for organ, parent in pairs.items() if fold(organ) != fold(parent)}


def _reasons(body: _Body, kept: _Rows) -> tuple[dict[int, str], ...]:
    found: dict[int, dict[int, str]] = {row: {} for row in kept.active}
    for kind, month in body.columns:
        for row, cell in enumerate(body.cells[kind, month] if kind == "reason" else ()):
            if cell and _is_said(cell) and row in found:
                found[row][month] = as_text(cell)
    return tuple(found.values())


def _last_month(executed: Iterable[Floats], reasons: Iterable[Mapping[int, str]]) -> int:
    """The last month in which anything was done, spent or explained; 0 when there is none."""
    done = (np.flatnonzero((np.nan_to_num(each) != 0).any(axis=0)) for each in executed)
    explained = (month for each in reasons for month in each)
    return max(0, 0, *(int(each[-1]) + 1 for each in done if each.size), *explained)


def _only(body: _Body, kept: _Rows, kind: str) -> str:
    """What all activities say in a column; empty where they differ."""
    texts = body.texts(kind)
    said = {texts[row] for row in kept.active}
    return said.pop() if len(said) == 1 else ""


def _year(body: _Body, kept: _Rows, file: str) -> tuple[int | None, list[Problem]]:
    """The year that the first column says, else that of the file's date, which is told."""
    said = _YEAR.search(_only(body, kept, "poi"))
    if said:
        return int(said[1]), []
    dated = _DATE.search(file)
    if not dated:
        return None, []
    return int(dated[1]), [problem("POI-N151", body.sheet, file=file, year=dated[1])]


def _problems(body: _Body, kept: _Rows, width: int) -> Iterator[Problem]:
    sheet = body.sheet
    for row, cells in body.misfits.items():
        cell = a1(body.first + row, 1)
        yield problem("POI-E154", sheet, cell, found=cells, expected=width)
    for row in kept.orphans:
        yield problem("POI-E26", sheet, body.place(row, ("activity", 0)))
    yield from _code_problems(body, kept)
    yield from _activity_problems(body, kept)
    yield from _accumulation_problems(body, kept)
    wanted = {*kept.active}
    for column, figures in body.figures.items():
        place = body.columns[column] + 1
        found = column_problems(figures, place, body.first, wanted, None, sheet)
        # All figures of a text are texts: that is no fault.
        yield from (item for item in found if item.code != "POI-A20")


def _code_problems(body: _Body, kept: _Rows) -> Iterator[Problem]:
    codes, first = body.codes("code"), dict[str, int]()
    for row in kept.active:
        code, cell = codes[row], body.place(row, ("code", 0))
        if not code:
            yield problem("POI-A152", body.sheet, cell)
        elif first.setdefault(fold(code), row) != row:
            before = body.first + first[fold(code)]
            yield problem("POI-E155", body.sheet, cell, key=code, first=before)


def _activity_problems(body: _Body, kept: _Rows) -> Iterator[Problem]:
    """Rows that are left out, counted, and those that do not say whether they are active."""
    if ("active", 0) not in body.columns:
        return
    said = body.texts("active")
    for row in kept.active:
        if fold(said[row]) != "si":
            yield problem("POI-A151", body.sheet, body.place(row, ("active", 0)), value=said[row])
    if kept.inactive:
        cell = body.place(kept.inactive[0], ("active", 0))
        yield problem("POI-N150", body.sheet, cell, count=len(kept.inactive))
    amounts = _amounts(body)
    with_amounts = [row for row in kept.inactive if amounts[row]]
    if with_amounts:
        cell = body.place(with_amounts[0], ("active", 0))
        yield problem("POI-A150", body.sheet, cell, count=len(with_amounts))


def _accumulation_problems(body: _Body, kept: _Rows) -> Iterator[Problem]:
    """Activities whose months do not add up: the export does not say what they do instead."""
    said = body.texts("adds_up")
    apart = [row for row in kept.active if fold(said[row]) == "no"]
    if apart:
        cell = body.place(apart[0], ("adds_up", 0))
        yield problem("POI-N153", body.sheet, cell, count=len(apart))
