"""Whether a plan was read as it was drawn: every figure equal, or a problem that tells of its cell.

The judge knows what was drawn and where; of the reader it knows only the words of its answer.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from poi_xl.core.plan import Column, Plan
from poi_xl.core.problems import Problem
from poi_xl.core.text import a1, from_a1
from poi_xl.reading.cells import Unset
from poi_xl.reading.plan import read_plan
from tests.reading.layouts import Drawn, Layout, draw_layout, lay_out
from tests.reading.samples import BAD, NAN, Figure, Sample, draw_sample

SHEET = "POI"
# What tells of rows that were left out, by why the generator meant them to be.
ROW_CODES = {
    "mark": {"POI-A190"},
    "task": {"POI-N190", "POI-E26"},
    "nameless": {"POI-E26"},
    "sums": {"POI-E26"},
    "summary": {"POI-A194", "POI-E26"},
}
CELL_CODES = {"POI-E22", "POI-E24", "POI-E27"}
# The problems' own place and text are tested elsewhere; here they are only expected or not.
COUNT = re.compile(r": (\d+);")

Read = Callable[[Drawn], tuple[Plan | None, Sequence[Problem]]]


@dataclass(frozen=True)
class Case:
    """A plan and how it is laid out."""

    sample: Sample
    layout: Layout


@dataclass
class Verdict:
    """What came of a case.

    Attributes:
        wrong: what differs from the drawing and nobody told, or was told without cause.
        told: by code, how often something was told with cause.
    """

    wrong: list[str] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)

    @property
    def kinds(self) -> set[str]:
        """What is wrong, whatever the cell."""
        return {re.sub(r"\W*\d.*", "", each) for each in self.wrong}


def draw_case(seed: int) -> Case:
    """Draw the case of a seed; a third of them are tidy."""
    random = Random(seed)
    wild = seed % 3 != 0
    sample = draw_sample(random, wild=wild)
    quarter = (sample.executed_months[-1] + 2) // 3
    return Case(sample, draw_layout(random, quarter, wild=wild))


def read_grid(drawn: Drawn) -> tuple[Plan | None, Sequence[Problem]]:
    """Read the drawn cells as they are."""
    return read_plan(drawn.rows, drawn.merged, SHEET)


def judge(case: Case, read: Read = read_grid) -> Verdict:
    """Read a case and compare."""
    drawn = lay_out(case.sample, case.layout)
    plan, problems = read(drawn)
    return _Judge(case, drawn, problems).judged(plan)


class _Judge:
    """One comparison; every problem that has a cause is crossed out."""

    def __init__(self, case: Case, drawn: Drawn, problems: Sequence[Problem]) -> None:
        self.sample, self.layout, self.drawn = case.sample, case.layout, drawn
        self.problems, self.left = problems, list(problems)
        self.read: set[int] = set()
        self.verdict = Verdict()

    def judged(self, plan: Plan | None) -> Verdict:
        if self.layout.missing:
            self.missing(plan)
        elif plan is None and self.told({"POI-E28"}):
            self.empty()
        elif plan is None:
            self.wrong("no plan was read")
        else:
            index_of = {row - 1: i for i, row in enumerate(plan.layout.rows)}
            self.read = set(index_of)
            self.rows(self.read)
            for row, index in self.drawn.counted.items():
                if row in index_of:
                    self.texts(plan, index_of[row], index)
                    self.figures(plan, index_of[row], index)
            self.unset()
            self.as_text()
            self.whole(plan)
            self.totals(plan)
        # A subtotal adds up what is not counted, too.
        less = self.verdict.told["POI-E27"] or len(self.read) < len(self.sample.activities)
        while less and self.told({"POI-A191"}):
            pass
        height, width = len(self.drawn.rows), len(self.drawn.rows[0])
        for each in self.problems:
            row, column = from_a1(each.cell)
            if each.sheet != SHEET or row > height or column > width:
                self.wrong(f"told of a place that is none: {each}")
        for each in self.left:
            self.wrong(f"told without cause: {each}")
        return self.verdict

    def wrong(self, text: str) -> None:
        self.verdict.wrong.append(text)

    def told(
        self, codes: set[str], cell: str | None = None, row: int | None = None
    ) -> Problem | None:
        """Cross out the problem with one of some codes, at a cell or in a row."""
        for each in self.left:
            here = from_a1(each.cell)[0] - 1
            if each.code in codes and cell in (None, each.cell) and row in (None, here):
                self.left.remove(each)
                self.verdict.told[each.code] += 1
                return each
        return None

    def missing(self, plan: Plan | None) -> None:
        found = self.told({"POI-E21"})
        word = {"target": "META", "planned": "MAY", "executed": "EJECUTADO"}[self.layout.missing]
        if plan is not None or found is None or word not in found.message:
            self.wrong(f"nobody said that {word} is missing")

    def empty(self) -> None:
        """Nothing was left to count; what else is told of such a sheet does not matter."""
        self.rows(self.read)
        self.left = []

    def rows(self, read: set[int]) -> None:
        for row in read - set(self.drawn.counted):
            self.wrong(
                f"row {row + 1} was counted ({self.drawn.left_out.get(row, 'none of ours')})"
            )
        for row in set(self.drawn.counted) - read:
            # «Total de informes» may be an activity, in a table without units of measure.
            name = self.sample.activities[self.drawn.counted[row]].name
            if not (name.strip().startswith("Total") and self.told({"POI-A191"}, row=row)):
                self.wrong(f"row {row + 1} was not read")
        tasks = sum(why == "task" for why in self.drawn.left_out.values())
        note = self.told({"POI-N190"})
        if note and COUNT.findall(note.message) != [str(tasks)]:
            self.wrong(f"{tasks} tasks, and told {note}")
        summed = self.told({"POI-N191"})
        for row, why in self.drawn.left_out.items():
            if why == "task" and note:
                continue
            told = self.told(ROW_CODES[why], row=row) or (why == "summary" and summed)
            if not told and self.has_figures(row):
                self.wrong(f"row {row + 1} ({why}) was left out in silence")

    def has_figures(self, row: int) -> bool:
        columns = {place[1] for _, place in self.drawn.places.items()}
        cells = [self.drawn.rows[row][c] for c in columns]
        return any(isinstance(x, float | int) and not isinstance(x, bool) for x in cells)

    def texts(self, plan: Plan, at: int, index: int) -> None:
        drawn, has = self.sample.activities[index], self.layout
        organ = has.organ not in ("absent", "section")
        expected = (
            ("organ", plan.organ, drawn.organ if organ else ""),
            ("activity", plan.activity, drawn.name),
            ("budget activity", plan.budget_activity, drawn.budget if has.budget else ""),
            ("unit", plan.measure_unit, drawn.unit if has.unit else ""),
            ("code", plan.code or [""] * len(plan), _code(drawn.code) if has.code else ""),
        )
        for what, read, says in expected:
            if read[at] != " ".join(says.split()):
                self.wrong(f"{what} of {drawn.name!r}: {read[at]!r} instead of {says!r}")

    def figures(self, plan: Plan, at: int, index: int) -> None:
        for column, figure in self.sample.activities[index].figures.items():
            row, place = self.drawn.places[index, column]
            cell, value = a1(row + 1, place + 1), _value(plan, at, column)
            if figure.says == BAD:
                if not math.isnan(value):
                    self.wrong(f"{cell} says {figure.cell!r} and was read as {value}")
                if not isinstance(figure.cell, Unset) and not self.told(CELL_CODES, cell):
                    self.wrong(f"nobody told of {figure.cell!r} in {cell}")
            elif not (
                _same(value, figure.says)
                or (self.may_be_two(figure) and self.told({"POI-E27"}, cell))
            ):
                self.wrong(f"{cell} says {figure.cell!r} and was read as {value}")

    def may_be_two(self, figure: Figure) -> bool:
        """Whether nothing in a cell says that its point divides thousands."""
        text = figure.cell if isinstance(figure.cell, str) else ""
        return self.sample.comma and bool(re.fullmatch(r"\d{1,3}\.\d{3}", text.strip()))

    def unset(self) -> None:
        """Formulas without a stored result are told once, with their number."""
        count = sum(isinstance(f.cell, Unset) for f in self.read_figures())
        if count:
            found = self.told({"POI-E25"})
            if found is None or COUNT.findall(found.message) != [str(count)]:
                self.wrong(f"{count} formulas without result, and told {found}")

    def as_text(self) -> None:
        """Numbers kept as text are told once a column, with their number."""
        count = sum(isinstance(f.cell, str) and isinstance(f.says, float) and f.says == f.says
                    for f in self.read_figures())  # fmt: skip
        if self.layout.told_total:
            count += len(self.drawn.totals)
        said = self.verdict.told["POI-E27"]
        while found := self.told({"POI-A20"}):
            said += int(COUNT.findall(found.message)[0])
        if said != count:
            self.wrong(f"{count} numbers kept as text, and {said} told")

    def read_figures(self) -> list[Figure]:
        activities = [
            self.sample.activities[i] for r, i in self.drawn.counted.items() if r in self.read
        ]
        return [figure for each in activities for figure in each.figures.values()]

    def whole(self, plan: Plan) -> None:
        """What is said once for the whole plan."""
        if self.layout.organ in ("absent", "section"):
            self.expect("POI-A22")
        if self.drawn.twice:
            self.expect("POI-A23", a1(self.drawn.twice[0] + 1, self.drawn.twice[1] + 1))
        titled = bool(self.layout.titles)
        quarter = (self.sample.executed_months[-1] + 2) // 3
        facts = (
            ("year", plan.year, 2021 if titled else None),
            ("quarter", plan.title_quarter, quarter if titled else None),
            ("months", plan.executed_months, frozenset(self.sample.executed_months)),
            ("quarters", {q for _, q in plan.stated.quarters}, self.stated_quarters()),
        )
        for what, read, says in facts:
            if read != says:
                self.wrong(f"{what}: {read} instead of {says}")

    def stated_quarters(self) -> set[int]:
        """Quarters that have a column of their own; those inside the months are read, too."""
        inside = {
            month // 3
            for month in range(3, 13, 3)
            if self.layout.quarters_inside and self.layout.order != "interleaved"
        }
        return {*self.sample.quarters, *inside}

    def expect(self, code: str, cell: str | None = None) -> None:
        if not self.told({code}, cell):
            self.wrong(f"{code} was not told {cell or ''}")

    def totals(self, plan: Plan) -> None:
        one_block = not self.drawn.totals and self.layout.subtotals == "TOTAL"
        if one_block and len({a.organ for a in self.sample.activities}) == 1:
            return
        read = {column: says for column, (_, says) in plan.stated.totals.items()}
        rows = {row - 1 for row, _ in plan.stated.totals.values()}
        if read and (rows != {self.drawn.total_row} or read != self.drawn.totals):
            self.wrong(f"TOTAL of row {self.drawn.total_row}: read from {rows}: {read}")
        if self.drawn.total_row is not None and not read and self.layout.subtotals != "TOTAL":
            self.wrong(f"the TOTAL of row {self.drawn.total_row + 1} was not read")


def _value(plan: Plan, at: int, column: Column) -> float:
    kind, number = column
    if kind == "target":
        return float(plan.target[at])
    if kind in ("planned", "executed"):
        return float(getattr(plan, kind)[at, number - 1])
    if kind.startswith("soles_"):
        return float(getattr(plan.soles, kind.removeprefix("soles_"))[at, number - 1])
    found = plan.stated.quarters.get(column)
    return NAN if found is None else float(found[at])


def _code(code: str | float) -> str:
    return code if isinstance(code, str) else f"{code:.0f}"


def _same(value: float, says: float | str) -> bool:
    return value == says or (math.isnan(value) and isinstance(says, float) and math.isnan(says))


# --- making a failing case small -----------------------------------------------------------------


def shrunk(case: Case, read: Read = read_grid) -> Case:
    """Return the smallest case that fails alike: fewer rows, plainer habits and figures."""
    kinds = judge(case, read).kinds

    def fails(candidate: Case) -> bool:
        return not kinds.isdisjoint(judge(candidate, read).kinds)

    smaller = True
    while smaller:
        smaller = False
        for candidate in _simpler(case):
            if fails(candidate):
                case, smaller = candidate, True
                break
    return case


def _simpler(case: Case) -> Iterator[Case]:
    sample, layout, plain = case.sample, case.layout, Layout()
    for i in range(len(sample.activities)):
        fewer = sample.activities[:i] + sample.activities[i + 1 :]
        if fewer:
            yield Case(replace(sample, activities=fewer), layout)
    for name in Layout.__dataclass_fields__:
        usual: Any = getattr(plain, name)
        if getattr(layout, name) != usual:
            yield Case(sample, replace(layout, **{name: usual}))
    one = Figure(1.0, 1.0)
    for i, activity in enumerate(sample.activities):
        plainer = [replace(activity, note="", mark="")] if activity.note or activity.mark else []
        plainer += [replace(activity, tasks=0)] if activity.tasks else []
        odd = [c for c, f in activity.figures.items() if f != one]
        if len(odd) > 1:
            plainer.append(replace(activity, figures=dict.fromkeys(activity.figures, one)))
        plainer += [replace(activity, figures={**activity.figures, column: one}) for column in odd]
        for each in plainer:
            rows = (*sample.activities[:i], each, *sample.activities[i + 1 :])
            yield Case(replace(sample, activities=rows), layout)
