"""Opening a quarter: how titles name it, and what is kept of the one that closes."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import Final

from poi_xl.core.indicators import Figures, GroupMethod, measure
from poi_xl.core.period import (
    MONTH_NAMES,
    MONTHS,
    ROMAN,
    Period,
    month_number,
    quarter_number,
    quarter_period,
)
from poi_xl.core.plan import By, Plan
from poi_xl.core.problems import Problem, problem
from poi_xl.core.settings import Settings
from poi_xl.core.summaries import Earlier, flag_shares
from poi_xl.core.text import fold, number_text
from poi_xl.core.trafficlight import NO_REPORT, Flag, Preset

QUARTERS: Final = 4
INSTITUTION: Final = "INSTITUCIÓN"
# The sheet that lists the closings, among those that are ours.
CLOSING_KEY: Final = "cierres"
CLOSING_HEADINGS: Final = (
    "Trimestre",
    "Cerrado",
    "Alcance",
    "Actividades",
    "Programado",
    "Ejecutado",
    "Avance",
    "Semáforo",
    "Avance de meta",
    "Promedio",
    "Promedio con tope",
    "Actividades por estado",
    "Meses mostrados",
    "Datos",
)

_WORDS: Final = (
    ("i", "1", "primer", "primero"),
    ("ii", "2", "segundo", "segundo"),
    ("iii", "3", "tercer", "tercero"),
    ("iv", "4", "cuarto", "cuarto"),
)
# «1er», «2do», «3er», «4to»: the ending belongs to the number.
_ENDINGS: Final = ("er", "do", "er", "to")
_QUARTER: Final = re.compile(
    r"(?<![^\W_])(primero|primer|segundo|tercero|tercer|cuarto|iv|i{1,3}|[1-4])"
    r"(er|ro|do|to)?([°º]|\.?o(?=[\s.-]*trim))?(?=[\s.-]*trim(?:\.|estre)?(?![^\W_]))",
    re.IGNORECASE,
)


def renamed_quarter(text: str, old: int, new: int) -> str:
    """Return a text that names another quarter, written in the same way; any other as it is.

    Args:
        text: a title, heading or footer.
        old: the quarter that it may name.
        new: the one that it shall name instead.

    Example:
        >>> renamed_quarter("POI 2021 - I° TRIMESTRE", 1, 2), renamed_quarter("1er Trim.", 1, 2)
        ('POI 2021 - II° TRIMESTRE', '2do Trim.')
        >>> renamed_quarter("III TRIM", 1, 2)
        'III TRIM'
    """

    def written(match: re.Match[str]) -> str:
        if quarter_number(f"{match[1]} trim") != old:
            return match[0]
        place = _WORDS[old - 1].index(match[1].lower())
        ending = _like(match[2], _ENDINGS[new - 1]) if match[2] else ""
        return _like(match[1], _WORDS[new - 1][place]) + ending + (match[3] or "")

    return _QUARTER.sub(written, text)


def renamed_month(text: str, month: int) -> str:
    """Return a heading that names a month, naming another one in the same way.

    Args:
        text: the heading.
        month: 1 to 12.

    Example:
        >>> renamed_month(" Mar. ", 4), renamed_month("MARZO", 5)
        (' Abr. ', 'MAYO')
    """
    word = text.strip().rstrip(".")
    short = len(fold(word)) == len(MONTHS[0]) or fold(word) == "sept"
    name = MONTHS[month - 1].lower() if short else MONTH_NAMES[month - 1]
    return text.replace(word, _like(word, name))


def _like(model: str, word: str) -> str:
    """Return a word in the case that another one has."""
    if model.isupper():
        return word.upper()
    return word.capitalize() if model[0].isupper() else word


# --- may it be opened -----------------------------------------------------------------------------


def opening_problems(plan: Plan, settings: Settings, current: int, wanted: int) -> list[Problem]:
    """Return what speaks against opening a quarter: one would be skipped, or reports are missing.

    Args:
        plan: the plan.
        settings: they give the traffic light.
        current: the quarter that is open.
        wanted: the one to open.
    """
    if wanted > current + 1:
        now, then = _label(current), _label(wanted)
        return [problem("POI-E121", current=now, wanted=then, next=current + 1)]
    missing = unreported(plan, settings, current) if wanted > current else 0
    if not missing:
        return []
    return [problem("POI-E120", plan.layout.sheet, count=missing, period=_label(current))]


def unreported(plan: Plan, settings: Settings, quarter: int) -> int:
    """Return how many activities of a quarter were planned and never reported."""
    measured = measure(plan, quarter_period(quarter), settings.preset)
    flags = settings.preset.flags
    return sum(flags[int(flag)] is NO_REPORT for flag in measured.flag)


def reported_months(plan: Plan, months: Iterable[int]) -> list[int]:
    """Return the months in which any activity has an executed figure."""
    return [month for month in months if any(not isnan(x) for x in plan.executed[:, month - 1])]


def months_text(months: Iterable[int]) -> str:
    """Return months as people list them.

    Example:
        >>> months_text([4, 5])
        'ABR, MAY'
    """
    return ", ".join(MONTHS[month - 1] for month in months)


def _label(quarter: int) -> str:
    return f"{ROMAN[quarter - 1]} TRIM"


# --- what is kept ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Closing:
    """The figures of the institution or of an organ when a quarter was closed.

    Attributes:
        quarter: 1 to 4.
        closed: the day, as ``2021-04-20``.
        scope: `INSTITUTION`, or the organ's name.
        activities: how many it has.
        planned: amount of the quarter.
        executed: amount of the quarter.
        progress: their ratio; NaN where nothing was planned.
        flag: the traffic light's word.
        target_progress: executed from January to its end / target; NaN without one.
        mean: mean of the activities' ratios; NaN where none was planned.
        capped_mean: the same, each ratio capped at 1.
        counts: activities for each state that had any, as text.
        shown: the months whose columns were shown when the next quarter was opened.
        digest: of the plan.
    """

    quarter: int
    closed: str
    scope: str
    activities: int
    planned: float
    executed: float
    progress: float
    flag: str
    target_progress: float
    mean: float
    capped_mean: float
    counts: str
    shown: tuple[int, ...]
    digest: str

    @property
    def cells(self) -> tuple[str | float, ...]:
        """What its row of the sheet says, in the order of `CLOSING_HEADINGS`."""
        return (
            _label(self.quarter), self.closed, self.scope, self.activities, self.planned,
            self.executed, _ratio_cell(self.progress), self.flag,
            *map(_ratio_cell, (self.target_progress, self.mean, self.capped_mean)),
            self.counts, months_text(self.shown), self.digest,
        )  # fmt: skip

    def earlier(self, preset: Preset) -> Earlier:
        """Return it as the period before another one.

        Args:
            preset: the traffic light in use; it knows the flag of the word, unless it was another.
        """
        unknown = Flag(self.flag, colour="#FFFFFF", shape="")
        flag = next((each for each in preset.flags if each.word == self.flag), unknown)
        gap = round(self.executed - self.planned, 6)
        return Earlier(
            self.planned, self.executed, gap, self.progress, self.target_progress,
            self.mean, self.capped_mean, flag, closed=True,
        )  # fmt: skip


def _ratio_cell(ratio: float) -> str | float:
    return "" if isnan(ratio) else ratio


def closing_of(cells: Sequence[str]) -> Closing | None:
    """Return the closing that a row of the sheet says; None when it says none.

    Example:
        >>> row = ["I TRIM", "2021-04-20", "JEFATURA", "1", "3", "2", "", "Crítico"]
        >>> closing_of([*row, "", "", "", "", "ABR", ""]).shown
        (4,)
    """
    quarter = quarter_number(cells[0])
    try:
        activities, planned, executed = int(float(cells[3])), float(cells[4]), float(cells[5])
    except ValueError:
        return None
    if not quarter:
        return None
    months = (month_number(each) for each in cells[12].split(",") if each.strip())
    shown = tuple(month for month in months if month)
    ratios = [float(each) if each else nan for each in (cells[6], *cells[8:11])]
    return Closing(
        quarter, cells[1], cells[2], activities, planned, executed, ratios[0], cells[7],
        ratios[1], ratios[2], ratios[3], cells[11], shown, cells[13],
    )  # fmt: skip


def closed_before(kept: Iterable[Closing], period: Period, preset: Preset) -> Earlier | None:
    """Return the period before another one as it was closed; None when it was not.

    Args:
        kept: every closing.
        period: the one that follows.
        preset: the traffic light in use.
    """
    if period.previous is None:
        return None
    whole = (each for each in kept if each.scope == INSTITUTION)
    found = (each for each in whole if quarter_period(each.quarter) == period.previous)
    return next((each.earlier(preset) for each in found), None)


def closings(
    plan: Plan, settings: Settings, quarter: int, today: dt.date, shown: Iterable[int]
) -> list[Closing]:
    """Return what is kept of a quarter when it closes: the institution first, then each organ.

    Args:
        plan: the plan.
        settings: traffic light and group method.
        quarter: the quarter that closes.
        today: the day.
        shown: the months whose columns are shown with the next quarter.
    """
    months = tuple(shown)

    def row(scope: str, figures: Figures, group: int) -> Closing:
        counts = [f"{flag.word} {n}" for flag, n, _ in flag_shares(figures, group) if n]
        return Closing(
            quarter, today.isoformat(), scope, int(figures.activities[group]),
            float(figures.planned[group]), float(figures.executed[group]),
            float(figures.progress[group]), figures.flag_of(group).word,
            float(figures.target_progress[group]), float(figures.mean[group]),
            float(figures.capped_mean[group]), "; ".join(counts), months, plan.digest,
        )  # fmt: skip

    return [row(*each) for each in _scopes(plan, settings, quarter)]


def _scopes(plan: Plan, settings: Settings, quarter: int) -> Iterator[tuple[str, Figures, int]]:
    measured = measure(plan, quarter_period(quarter), settings.preset)
    yield INSTITUTION, measured.by(By.TOTAL, settings.method), 0
    organs = measured.by(By.ORGAN, settings.method)
    for group, name in enumerate(plan.grouping(By.ORGAN).labels):
        yield name, organs, group


def corrections(
    plan: Plan, kept: Sequence[Closing], current: int, sheet: str, method: GroupMethod
) -> list[Problem]:
    """Return a problem for each closed quarter whose figures are no longer those of its closing.

    Args:
        plan: the plan as it is.
        kept: every closing.
        current: the open quarter; it and later ones are nobody's concern.
        sheet: where the closings are.
        method: how a group's ratio is taken; of no weight for amounts.
    """
    found = []
    settings = Settings(method=method)
    for quarter in sorted({each.quarter for each in kept if each.quarter < current}):
        rows = [each for each in kept if each.quarter == quarter]
        now = {
            fold(scope): (float(figures.planned[group]), float(figures.executed[group]))
            for scope, figures, group in _scopes(plan, settings, quarter)
        }
        changed = [e for e in rows if now.get(fold(e.scope)) != (e.planned, e.executed)]
        if changed:
            whole = rows[0]
            planned, executed = now[fold(INSTITUTION)]
            found.append(
                problem(
                    "POI-A120", sheet, period=_label(quarter), date=whole.closed,
                    before=_of(whole.executed, whole.planned), after=_of(executed, planned),
                    where="; ".join(e.scope for e in changed if e.scope != INSTITUTION) or "—",
                )
            )  # fmt: skip
    return found


def _of(executed: float, planned: float) -> str:
    return f"{number_text(executed)} de {number_text(planned)}"
