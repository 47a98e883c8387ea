"""Forms: what each organ is asked for a quarter, how a form is laid out, and what comes back.

A form is made from the plan and knows what it was made from, so that on its return nobody has to
guess whose it is, of which plan, and which row is which activity.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from poi_xl.core.period import MONTHS, Period
from poi_xl.core.plan import By, Floats, Plan
from poi_xl.core.settings import Settings, plan_year

# Raise it whenever the form's columns or its hidden sheet change: older forms are then refused.
FORM_VERSION = 1
# A form of more months would not be legible on one page.
MOST_MONTHS = 3
NOTE_HEADINGS = ("Categoría del motivo", "Motivo", "Medida correctiva")
FILLED_BY, FILLED_ON = "Llenado por (nombre y cargo)", "Fecha de llenado"
# In the hidden column's heading and in the hidden sheet's first cell: how a form is known again.
KEY_MARK, IDENTITY_MARK = "poi_xl.clave", "poi_xl.ficha"

Entered = float | str | None


@dataclass(frozen=True, slots=True)
class FormIdentity:
    """What a form says about itself.

    Attributes:
        layout: `FORM_VERSION` it was made with.
        version: version of the product.
        year: year of the plan, when known.
        period: the months it asks for.
        organ: whose form it is.
        plan: digest of what the plan said of that organ: names, target, planned.
        executed: digest of what had been executed in those months.
    """

    layout: int
    version: str
    year: int | None
    period: Period
    organ: str
    plan: str
    executed: str

    def lines(self) -> dict[str, str]:
        """Return it as names and texts, for the hidden sheet."""
        return {
            IDENTITY_MARK: str(self.layout),
            "version": self.version,
            "anio": str(self.year or ""),
            "meses": f"{self.period.first}-{self.period.last}",
            "organo": self.organ,
            "plan": self.plan,
            "ejecutado": self.executed,
        }

    @staticmethod
    def parse(lines: Mapping[str, str]) -> "FormIdentity | None":
        """Return the identity of such lines; None when they are not one.

        Example:
            >>> mine = FormIdentity(1, "1.0", 2021, Period(1, 3), "JEFATURA", "ab", "cd")
            >>> FormIdentity.parse(mine.lines()) == mine
            True
        """
        try:
            first, last = map(int, lines["meses"].split("-"))
            return FormIdentity(
                int(lines[IDENTITY_MARK]),
                lines["version"],
                int(lines["anio"]) if lines["anio"] else None,
                Period(first, last),
                lines["organo"],
                lines["plan"],
                lines["ejecutado"],
            )
        except (KeyError, ValueError):
            return None


@dataclass(frozen=True, slots=True)
class Form:
    """A form to be filled in.

    Attributes:
        identity: what it says about itself.
        activities: the organ's activities, as indices into the plan.
    """

    identity: FormIdentity
    activities: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FormColumns:
    """Where everything stands in a form, from column 0: one place for who draws and who reads."""

    period: Period

    @property
    def months(self) -> tuple[int, ...]:
        """The months asked for, 1 to 12."""
        return tuple(range(self.period.first, self.period.last + 1))

    @property
    def names(self) -> range:
        """Number, activity, budget activity and unit of measure."""
        return range(4)

    @property
    def target(self) -> int:
        """The year's target."""
        return 4

    @property
    def planned(self) -> range:
        """What was planned, month by month."""
        return self._months_from(5)

    @property
    def reported(self) -> range:
        """What had been reported already."""
        return self._months_from(self.planned.stop)

    @property
    def executed(self) -> range:
        """Where the unit writes what it executed."""
        return self._months_from(self.reported.stop)

    @property
    def notes(self) -> range:
        """Where it explains itself; one column for each of `NOTE_HEADINGS`."""
        return range(self.executed.stop, self.executed.stop + len(NOTE_HEADINGS))

    @property
    def key(self) -> int:
        """The hidden column that tells which activity a row is."""
        return self.notes.stop

    @property
    def headings(self) -> tuple[tuple[str, str], ...]:
        """Of each column, the heading it shares with its neighbours (or none) and its own."""
        labels = [MONTHS[month - 1] for month in self.months]
        return (
            *(
                ("", text)
                for text in ("N.º", "Actividad operativa", "Actividad presupuestal (MEF)")
            ),
            ("", "Unidad de medida"),
            ("", "META"),
            *(("Programado", label) for label in labels),
            *(("Ya reportado", label) for label in labels),
            *(("Ejecutado (llene aquí)", label) for label in labels),
            *(("", text) for text in NOTE_HEADINGS),
            ("", KEY_MARK),
        )

    def _months_from(self, start: int) -> range:
        return range(start, start + len(self.months))


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in one cell of a form.

    Attributes:
        cell: its A1 address.
        value: a number, a text, or nothing.
        is_formula: whether it is computed.
    """

    cell: str
    value: Entered = None
    is_formula: bool = False

    @property
    def text(self) -> str:
        """What it says, as text."""
        if self.value is None:
            return ""
        return self.value if isinstance(self.value, str) else f"{self.value:.15g}"


@dataclass(frozen=True, slots=True)
class FormRow:
    """One activity of a form that came back.

    Attributes:
        key: the activity's key in the plan.
        names: activity, budget activity and unit of measure, as the form shows them.
        target: the target it shows.
        planned: what it shows as planned, month by month.
        executed: what the unit wrote, month by month.
        notes: what it wrote beside, one for each of `NOTE_HEADINGS`.
    """

    key: str
    names: tuple[Entry, ...]
    target: Entry
    planned: tuple[Entry, ...]
    executed: tuple[Entry, ...]
    notes: tuple[Entry, ...]

    @property
    def is_answered(self) -> bool:
        """Whether the unit wrote anything in the row."""
        return any(entry.value is not None for entry in (*self.executed, *self.notes))


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form that came back.

    Attributes:
        file: its name, whatever the unit called it.
        digest: of the file's bytes, to know it again.
        identity: what it says about itself.
        filled_by: who filled it in.
        filled_on: when, if it says so.
        rows: its activities, in the order they have now.
        strays: cells of rows that are no activity of the form.
    """

    file: str
    digest: str
    identity: FormIdentity
    filled_by: str
    filled_on: dt.date | None
    rows: tuple[FormRow, ...]
    strays: tuple[str, ...] = ()


def forms_of(plan: Plan, settings: Settings, period: Period, version: str) -> tuple[Form, ...]:
    """Return the form of each organ of a plan, in the plan's order.

    Args:
        plan: the plan.
        settings: they may say the year.
        period: the months to ask for.
        version: of the product.
    """
    groups = plan.grouping(By.ORGAN)
    year = plan_year(plan, settings)
    forms = []
    for number, organ in enumerate(groups.labels):
        rows = tuple(np.flatnonzero(groups.codes == number).tolist())
        identity = FormIdentity(
            FORM_VERSION, version, year, period, organ,
            plan_digest(plan, rows), executed_digest(plan, rows, period),
        )  # fmt: skip
        forms.append(Form(identity, rows))
    return tuple(forms)


def plan_digest(plan: Plan, activities: Sequence[int]) -> str:
    """Return a digest of what a plan says of some activities, wherever they stand in it."""
    names = (plan.organ, plan.activity, plan.budget_activity, plan.measure_unit)
    return _digest(
        (
            plan.keys[i],
            *(column[i] for column in names),
            *_plain(plan.target[[i]]),
            *_plain(plan.planned[i]),
        )
        for i in activities
    )


def executed_digest(plan: Plan, activities: Sequence[int], period: Period) -> str:
    """Return a digest of what some activities executed in a period."""
    return _digest((plan.keys[i], *_plain(plan.executed[i, period.months])) for i in activities)


def _digest(rows: Iterable[tuple[str, ...]]) -> str:
    said = repr(sorted(rows))
    return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()


def _plain(figures: Floats) -> tuple[str, ...]:
    return tuple(f"{value:.12g}" for value in figures.tolist())


def takes_decimals(plan: Plan, activity: int) -> bool:
    """Whether the plan's own figures of an activity are not all whole."""
    figures = np.concatenate(
        (plan.target[[activity]], plan.planned[activity], plan.executed[activity])
    )
    shown = figures[~np.isnan(figures)]
    return bool((shown != np.rint(shown)).any())
