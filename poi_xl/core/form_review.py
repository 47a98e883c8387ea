"""What filled forms bring into a plan, and everything that speaks against it, all at once.

A blank cell is no answer: what the plan says stays. Rows are known by their hidden key, so forms
whose rows were sorted are as good as others.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from poi_xl.core.form_changes import FigureChange, Import, NoteChange, Prefer
from poi_xl.core.forms import (
    FILLED_BY,
    FORM_VERSION,
    NOTE_HEADINGS,
    Entry,
    FilledForm,
    FormRow,
    executed_digest,
    plan_digest,
    takes_decimals,
)
from poi_xl.core.indicators import decimal
from poi_xl.core.notes import TYPED_HEADINGS, TypedNote, Value, merge_notes
from poi_xl.core.period import MONTH_NAMES, Period, quarter_period
from poi_xl.core.plan import By, Plan
from poi_xl.core.problems import Problem, problem
from poi_xl.core.settings import Settings, current_quarter, plan_year
from poi_xl.core.text import fold, number_text

_NAMES: Final = ("el nombre de la actividad", "la actividad presupuestal", "la unidad de medida")
# No plan counts so much; and figures are compared at six decimals, which more would not bear.
_TOO_MUCH: Final = 1e9


def review_forms(
    plan: Plan,
    settings: Settings,
    forms: Sequence[FilledForm],
    notes: Iterable[TypedNote] = (),
    prefer: Prefer | None = None,
) -> tuple[Import, tuple[Problem, ...]]:
    """Return what forms bring into a plan, and everything wrong with them.

    Args:
        plan: the plan as it is now.
        settings: they may say year and quarter.
        forms: the forms, in any order.
        notes: what people typed beside the alerts.
        prefer: what counts where a figure or text is there already and differs; nothing makes
            every such case a problem.

    Returns:
        The import is only good while no problem is an error.
    """
    review = _Review(plan, settings, merge_notes(notes), prefer)
    answered = [form for form in forms if review.form(form)]
    review.problems += _doubles(forms)
    brought = Import(
        tuple(answered), tuple(review.figures), tuple(review.notes), tuple(review.typed)
    )
    return brought, tuple(review.problems)


def _doubles(forms: Sequence[FilledForm]) -> Iterator[Problem]:
    first: dict[str, FilledForm] = {}
    for form in forms:
        organ = form.identity.organ
        other = first.setdefault(fold(organ), form)
        if other is not form:
            yield problem("POI-E105", form.file, organ=organ, other=f"«{other.file}»")


@dataclass
class _Review:
    """Forms being checked one by one against a plan."""

    plan: Plan
    settings: Settings
    known: Mapping[str, list[TypedNote]]
    prefer: Prefer | None
    problems: list[Problem] = field(default_factory=list)
    figures: list[FigureChange] = field(default_factory=list)
    notes: list[NoteChange] = field(default_factory=list)
    typed: list[TypedNote] = field(default_factory=list)

    def __post_init__(self) -> None:
        groups = self.plan.grouping(By.ORGAN)
        self.organs = {
            fold(label): np.flatnonzero(groups.codes == number).tolist()
            for number, label in enumerate(groups.labels)
        }
        self.places = {key: index for index, key in enumerate(self.plan.keys)}
        self.year = plan_year(self.plan, self.settings)
        self.quarter = quarter_period(current_quarter(self.plan, self.settings))

    def form(self, form: FilledForm) -> bool:
        """Check a form and take what it brings; return whether it is an answer at all."""
        wrong = list(self._identity(form))
        self.problems += wrong
        if wrong:
            return False
        self._rows(form)
        if not any(row.is_answered for row in form.rows):
            self._add("POI-A100", form, organ=form.identity.organ)
            return False
        if not form.filled_by:
            self._add("POI-A102", form, label=FILLED_BY)
        for row in form.rows:
            if row.key in self.places:
                self._row(form, row, self.places[row.key])
        self._gaps(form)
        return True

    def _add(self, code: str, form: FilledForm, cell: str = "", **facts: object) -> None:
        self.problems.append(problem(code, form.file, cell, **facts))

    # --- whose it is ------------------------------------------------------------------------------

    def _identity(self, form: FilledForm) -> Iterator[Problem]:
        mine, file = form.identity, form.file
        if mine.layout != FORM_VERSION:
            yield problem("POI-E101", file, version=mine.version)
        elif mine.year and self.year and mine.year != self.year:
            yield problem("POI-E102", file, what=f"del año {mine.year}")
        elif fold(mine.organ) not in self.organs:
            yield problem("POI-E102", file, what=f"el plan no tiene el órgano «{mine.organ}»")
        elif not _is_within(mine.period, self.quarter):
            yield problem("POI-E103", file, period=mine.period.label, quarter=self.quarter.label)
        elif mine.plan != plan_digest(self.plan, self.organs[fold(mine.organ)]):
            yield problem("POI-E104", file, organ=mine.organ)

    # --- its rows ---------------------------------------------------------------------------------

    def _rows(self, form: FilledForm) -> None:
        """Rows added, removed, copied, moved."""
        wanted = [self.plan.keys[i] for i in self.organs[fold(form.identity.organ)]]
        found = [row.key for row in form.rows]
        for cell in form.strays:
            self._add("POI-E107", form, cell)
        seen: set[str] = set()
        for row in form.rows:
            cell = row.names[0].cell
            if row.key not in wanted:
                self._add("POI-E107", form, cell)
            elif row.key in seen:
                self._add("POI-E109", form, cell, activity=self._name(row.key))
            seen.add(row.key)
        for key in wanted:
            if key not in seen:
                self._add("POI-E108", form, activity=self._name(key))
        if found != wanted and sorted(found) == sorted(wanted):
            self._add("POI-N101", form)
        now = executed_digest(
            self.plan, self.organs[fold(form.identity.organ)], form.identity.period
        )
        if now != form.identity.executed:
            self._add("POI-N100", form, organ=form.identity.organ)

    def _name(self, key: str) -> str:
        return self.plan.activity[self.places[key]]

    def _row(self, form: FilledForm, row: FormRow, activity: int) -> None:
        self.problems += _altered(self.plan, form, row, activity)
        months = range(form.identity.period.first, form.identity.period.last + 1)
        for month, entry in zip(months, row.executed, strict=True):
            if (value := self._number(form, entry, activity)) is not None:
                self._figure(form, entry, activity, month, value)
        self._notes(form, row, activity)

    def _number(self, form: FilledForm, entry: Entry, activity: int) -> float | None:
        """The number that a unit wrote; None when none, or none that can be taken."""
        value = entry.value
        if entry.is_formula:
            self._add("POI-E111", form, entry.cell)
        elif isinstance(value, str) or (value is not None and not abs(value) < _TOO_MUCH):
            self._add("POI-E110", form, entry.cell, value=entry.text)
        elif value is not None and value < 0:
            self._add("POI-E112", form, entry.cell, value=number_text(value))
        elif value is not None and value != int(value) and not takes_decimals(self.plan, activity):
            self._add("POI-E113", form, entry.cell, value=number_text(value))
        else:
            return value
        return None

    def _figure(
        self, form: FilledForm, entry: Entry, activity: int, month: int, value: float
    ) -> None:
        current = float(self.plan.executed[activity, month - 1])
        blank = math.isnan(current)
        if not blank and _same(current, value):
            return
        if not blank and self.prefer is None:
            cell = self.plan.layout.cell(activity, ("executed", month))
            self._add(
                "POI-E114", form, entry.cell,
                value=number_text(value), current=number_text(current),
                place=f"{self.plan.layout.sheet}!{cell}",
            )  # fmt: skip
        elif blank or self.prefer is Prefer.FORM:
            before = None if blank else current
            self.figures.append(FigureChange(form.file, activity, month, before, value))

    def _gaps(self, form: FilledForm) -> None:
        """Months with something planned that neither the form nor the plan reports."""
        period = form.identity.period
        count = sum(
            entry.value is None
            and self.plan.planned[activity, month] > 0
            and math.isnan(self.plan.executed[activity, month])
            for row in form.rows
            if (activity := self.places.get(row.key, -1)) >= 0
            for month, entry in enumerate(row.executed, start=period.first - 1)
        )
        if count:
            self._add("POI-A101", form, count=count)

    # --- what it explains -------------------------------------------------------------------------

    def _notes(self, form: FilledForm, row: FormRow, activity: int) -> None:
        written = {
            heading: entry
            for heading, entry in zip(NOTE_HEADINGS, row.notes, strict=True)
            if entry.text
        }
        for entry in written.values():
            if entry.is_formula:
                self._add("POI-E111", form, entry.cell)
        if not written:
            return
        there = next(iter(self.known.get(row.key, [])), None)
        values: list[Value] = [*there.values] if there else [""] * len(TYPED_HEADINGS)
        changed = [self._note(form, activity, values, *item) for item in written.items()]
        if any(changed):
            names = self.plan.organ[activity], self.plan.activity[activity]
            self.typed.append(TypedNote(row.key, *names, tuple(values)))

    def _note(
        self, form: FilledForm, activity: int, values: list[Value], heading: str, entry: Entry
    ) -> bool:
        """Take one text into the values of a note; return whether it changes them."""
        place = TYPED_HEADINGS.index(heading)
        before = said(values[place])
        if before == entry.text:
            return False
        if before and self.prefer is None:
            facts = {"value": entry.text, "current": before, "heading": heading}
            self._add("POI-E119", form, entry.cell, **facts)
        if before and self.prefer is not Prefer.FORM:
            return False
        values[place] = entry.text
        self.notes.append(NoteChange(form.file, activity, heading, before, entry.text))
        return True


def said(value: Value) -> str:
    """Return what a typed value says, as text.

    Example:
        >>> said("Falta de personal"), said(3.0)
        ('Falta de personal', '3')
    """
    if isinstance(value, str):
        return value
    return f"{value:.15g}" if isinstance(value, float) else str(getattr(value, "text", value))


def _altered(plan: Plan, form: FilledForm, row: FormRow, activity: int) -> Iterator[Problem]:
    """What the unit changed of what it was given."""
    given = (plan.activity, plan.budget_activity, plan.measure_unit)
    for entry, what, column in zip(row.names, _NAMES, given, strict=True):
        if entry.is_formula or fold(entry.text) != fold(column[activity]):
            yield _altered_cell(form, entry, what, column[activity])
    figures = [("la META", row.target, float(plan.target[activity]))]
    months = form.identity.period.months
    for index, entry in enumerate(row.planned):
        month = months.start + index
        what = f"lo programado en {MONTH_NAMES[month]}"
        figures.append((what, entry, float(plan.planned[activity, month])))
    for what, entry, figure in figures:
        if entry.is_formula or not _says(entry, figure):
            shown = "" if math.isnan(figure) else number_text(figure)
            yield _altered_cell(form, entry, what, shown)


def _altered_cell(form: FilledForm, entry: Entry, what: str, planned: str) -> Problem:
    return problem("POI-E106", form.file, entry.cell, what=what, found=entry.text, planned=planned)


def _says(entry: Entry, figure: float) -> bool:
    if math.isnan(figure):
        return entry.value is None
    return isinstance(entry.value, float) and _same(entry.value, figure)


def _same(one: float, other: float) -> bool:
    return bool(decimal(np.array(one)) == decimal(np.array(other)))


def _is_within(part: Period, whole: Period) -> bool:
    return whole.first <= part.first and part.last <= whole.last
