"""Which forms were imported, and so which organs have answered, which not, and which late."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from poi_xl.core.period import Period, parse_period
from poi_xl.core.plan import By, Plan
from poi_xl.core.problems import Refusal
from poi_xl.core.text import fold

# The columns of the sheet, in the order of `LogRow`; its last one is hidden.
LOG_HEADINGS: Final = (
    "Importada",
    "Órgano",
    "Periodo",
    "Llenada por",
    "Fecha de llenado",
    "Archivo",
    "Celdas",
    "Cambios",
    "Huella",
)


@dataclass(frozen=True, slots=True)
class LogRow:
    """One imported form, every entry as the sheet shows it.

    Attributes:
        imported: day and minute of the import, as ``2021-04-20 09:30``.
        organ: whose form.
        period: label of its months.
        filled_by: who filled it in.
        filled_on: when, as ``2021-04-19``; empty when the form does not say.
        file: its name.
        cells: how many cells it changed.
        changes: which, with the values before and after.
        digest: of the file, to know it again.
    """

    imported: str
    organ: str
    period: str
    filled_by: str
    filled_on: str
    file: str
    cells: int
    changes: str
    digest: str

    @property
    def day(self) -> dt.date | None:
        """When the organ answered: the day on the form, else that of the import."""
        for text in (self.filled_on, self.imported[:10]):
            try:
                return dt.date.fromisoformat(text)
            except ValueError:
                continue
        return None


@dataclass(frozen=True, slots=True)
class Standing:
    """How the organs stand in a quarter, each in the plan's order.

    Attributes:
        answered: those with a form, late or not.
        pending: those without.
        late: those whose first form is of after the date given.
    """

    answered: tuple[str, ...]
    pending: tuple[str, ...]
    late: tuple[str, ...]


def standing(
    plan: Plan, rows: Iterable[LogRow], quarter: Period, deadline: dt.date | None
) -> Standing:
    """Return how a plan's organs stand.

    Args:
        plan: the plan.
        rows: every import so far.
        quarter: the months that count.
        deadline: the last day on which a form is not late; none is, when None.
    """
    first: dict[str, dt.date] = {}
    for row in rows:
        if _is_of(row, quarter):
            organ, day = fold(row.organ), row.day or dt.date.min
            first[organ] = min(day, first.get(organ, day))
    organs = plan.grouping(By.ORGAN).labels
    answered = tuple(organ for organ in organs if fold(organ) in first)
    late = (organ for organ in answered if deadline and first[fold(organ)] > deadline)
    return Standing(answered, tuple(o for o in organs if fold(o) not in first), tuple(late))


def _is_of(row: LogRow, quarter: Period) -> bool:
    try:
        period = parse_period(row.period)
    except Refusal:
        return False
    return quarter.first <= period.first and period.last <= quarter.last
