"""The report: everything the summary sheets show, computed once; renderers only lay it out."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from poi_xl.core.accumulation import running
from poi_xl.core.hierarchy import Tree, organ_tree
from poi_xl.core.indicators import Figures, Measured, decimal, measure, ratio
from poi_xl.core.notes import TypedNote, merge_notes
from poi_xl.core.period import Period, quarter_period
from poi_xl.core.plan import By, Floats, Grouping, Plan
from poi_xl.core.problems import Problem, Severity
from poi_xl.core.settings import Settings, current_quarter, plan_year
from poi_xl.core.trafficlight import NO_REPORT, Flag, Preset

WORST_GAPS = 5


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every output says about itself.

    Attributes:
        institution: whose plan it is; may be empty.
        year: year of the plan, when known.
        period: the period's canonical label.
        preset: the traffic light with its limits.
        method: the word of the group method.
        date: the day it was computed.
        version: version of the product.
        digest: digest of the plan it was computed from.
    """

    institution: str
    year: int | None
    period: str
    preset: str
    method: str
    date: dt.date
    version: str
    digest: str

    @property
    def text(self) -> str:
        """The stamp in one line, for sheets and pages."""
        year = f" {self.year}" if self.year else ""
        return (
            f"{self.institution + ' · ' if self.institution else ''}POI{year} · {self.period}"
            f" · Semáforo {self.preset} · Avance de grupos: {self.method.lower()}"
            f" · {self.date:%d/%m/%Y} · poi_xl {self.version} · Datos {self.digest}"
        )


@dataclass(frozen=True, slots=True)
class Money:
    """The money of some groups, measured as amounts are, its ratios always those of sums.

    Attributes:
        period: soles of the period.
        to_date: soles from January to the end of the period.
    """

    period: Figures
    to_date: Figures


@dataclass(frozen=True, slots=True)
class GroupTable:
    """One row a group, in the plan's own order.

    Attributes:
        by: what a row is.
        labels: name of each group.
        period: indicators of the period.
        to_date: indicators from January to the end of the period.
        money: the same in soles, where the plan has any.
    """

    by: By
    labels: tuple[str, ...]
    period: Figures
    to_date: Figures
    money: Money | None = None


@dataclass(frozen=True, slots=True)
class OrganTable:
    """A row an organ, and one before those that depend on the same: its figures are theirs.

    Attributes:
        lines: how deep each row stands, and whether it is such a head.
        table: the figures.
    """

    lines: Tree
    table: GroupTable


@dataclass(frozen=True, slots=True)
class Alert:
    """An activity off track and what people wrote about it.

    Attributes:
        activity: index into the plan.
        note: what was typed beside it before, if anything.
    """

    activity: int
    note: TypedNote | None


@dataclass(frozen=True, slots=True)
class Monthly:
    """Planned and executed month by month: the institution first, then each organ.

    Attributes:
        labels: the institution and the organs.
        planned: shape (rows, 12).
        executed: shape (rows, 12); NaN in months nobody reported or that are still to come.
        planned_to_date: shape (rows, 12); accumulated from January, by the mode of each activity.
        executed_to_date: shape (rows, 12); the same, NaN where the month has none.
        executed_in_year: shape (rows,); what the year has executed so far.
    """

    labels: tuple[str, ...]
    planned: Floats
    executed: Floats
    planned_to_date: Floats
    executed_to_date: Floats
    executed_in_year: Floats

    @property
    def planned_in_year(self) -> Floats:
        """What the year has planned."""
        return self.planned_to_date[:, -1]

    @property
    def progress(self) -> Floats:
        """Executed / planned of each month."""
        return ratio(self.executed, self.planned)


@dataclass(frozen=True, slots=True)
class Earlier:
    """The institution in the period before.

    Attributes:
        planned, executed, gap, progress, target_progress, mean, capped_mean: as in `Figures`.
        flag: the traffic light's.
        closed: whether the figures are those kept when it was closed; else today's of that period.
    """

    planned: float
    executed: float
    gap: float
    progress: float
    target_progress: float
    mean: float
    capped_mean: float
    flag: Flag
    closed: bool = False

    @staticmethod
    def of(figures: Figures) -> "Earlier":
        """Return what figures of one group say."""
        return Earlier(
            planned=float(figures.planned[0]),
            executed=float(figures.executed[0]),
            gap=float(figures.gap[0]),
            progress=float(figures.progress[0]),
            target_progress=float(figures.target_progress[0]),
            mean=float(figures.mean[0]),
            capped_mean=float(figures.capped_mean[0]),
            flag=figures.flag_of(0),
        )


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the summary sheets show.

    Attributes:
        plan: the plan it is about.
        period: the period of the figures; `to_date` figures run from January to its end.
        preset: the traffic light.
        stamp: what every sheet says about itself.
        total: the institution in the period (one group).
        total_to_date: the same, to date.
        money: the institution's money, where the plan has any.
        previous: the institution in the period before, as it was closed if it was; None where
            the year has no such period.
        organs, budget_activities, measure_units: the group tables.
        tree: the organs under what they depend on; None where no organ depends on another.
        activities: every activity in the period, in the plan's order.
        activities_to_date: the same, to date.
        alerts: activities off track, worst first.
        kept_notes: typed notes of activities that are not in `alerts` now.
        worst_gaps: indexes of the activities with the largest shortfall, worst first.
        monthly: month by month.
        problems: the observations, all of them.
    """

    plan: Plan
    period: Period
    preset: Preset
    stamp: Stamp
    total: Figures
    total_to_date: Figures
    money: Money | None
    previous: Earlier | None
    organs: GroupTable
    budget_activities: GroupTable
    measure_units: GroupTable
    tree: OrganTable | None
    activities: Figures
    activities_to_date: Figures
    alerts: tuple[Alert, ...]
    kept_notes: tuple[TypedNote, ...]
    worst_gaps: tuple[int, ...]
    monthly: Monthly
    problems: tuple[Problem, ...]

    def problem_count(self, severity: Severity) -> int:
        """Return how many observations have a severity."""
        return sum(1 for item in self.problems if item.severity is severity)


def build_report(
    plan: Plan,
    settings: Settings,
    *,
    problems: Sequence[Problem],
    today: dt.date,
    version: str,
    period: Period | None = None,
    notes: Iterable[TypedNote] = (),
) -> Report:
    """Compute the whole report of a plan.

    Args:
        plan: the plan.
        settings: the workbook's settings.
        problems: what reading and checking found.
        today: date of the stamp.
        version: product version of the stamp.
        period: the months to report on; the current quarter when None.
        notes: what people had typed in Alertas.
    """
    quarter = current_quarter(plan, settings)
    period = period or quarter_period(quarter)
    now = measure(plan, period, settings.preset)
    to_date = measure(plan, period.to_date, settings.preset)

    soles = plan.in_soles and tuple(
        measure(plan.in_soles, months, settings.preset) for months in (period, period.to_date)
    )

    def table(by: By, groups: Grouping | None = None) -> GroupTable:
        grouping = groups or plan.grouping(by)
        period, dated = (each.over(grouping, settings.method) for each in (now, to_date))
        return GroupTable(by, grouping.labels, period, dated, money(grouping))

    def money(grouping: Grouping) -> Money | None:
        return Money(*(each.over(grouping) for each in soles)) if soles else None

    lines = organ_tree(plan, settings.hierarchy) if settings.hierarchy else None
    off_track = _off_track(now)
    alerts, kept = _with_notes(plan, off_track, notes)
    return Report(
        plan=plan,
        period=period,
        preset=settings.preset,
        stamp=Stamp(
            institution=settings.institution,
            year=plan_year(plan, settings),
            period=period.label,
            preset=settings.preset.description,
            method=settings.method.value,
            date=today,
            version=version,
            digest=plan.digest,
        ),
        total=now.by(By.TOTAL, settings.method),
        total_to_date=to_date.by(By.TOTAL, settings.method),
        money=money(plan.grouping(By.TOTAL)),
        previous=_earlier(plan, period, settings),
        organs=table(By.ORGAN),
        budget_activities=table(By.BUDGET_ACTIVITY),
        measure_units=table(By.MEASURE_UNIT),
        tree=OrganTable(lines, table(By.ORGAN, lines.grouping)) if lines else None,
        activities=now.by(By.ACTIVITY),
        activities_to_date=to_date.by(By.ACTIVITY),
        alerts=alerts,
        kept_notes=kept,
        worst_gaps=_worst_gaps(now),
        monthly=_monthly(plan),
        problems=tuple(problems),
    )


def _earlier(plan: Plan, period: Period, settings: Settings) -> Earlier | None:
    if period.previous is None:
        return None
    measured = measure(plan, period.previous, settings.preset)
    return Earlier.of(measured.by(By.TOTAL, settings.method))


def _off_track(measured: Measured) -> tuple[int, ...]:
    """Activities whose flag is an alert: not reported first, then by preset, then by gap."""
    flags = measured.preset.flags

    def severity(activity: int) -> tuple[int, float]:
        index = int(measured.flag[activity])
        rank = -1 if flags[index] is NO_REPORT else index
        return rank, float(measured.executed[activity] - measured.planned[activity])

    off = [i for i in range(len(measured.plan)) if flags[int(measured.flag[i])].alert]
    return tuple(sorted(off, key=severity))


def _with_notes(
    plan: Plan, off_track: Sequence[int], notes: Iterable[TypedNote]
) -> tuple[tuple[Alert, ...], tuple[TypedNote, ...]]:
    """Put each note beside its activity; keep the rest, in their order, for when it comes back."""
    by_key = merge_notes(notes)
    alerts = []
    for activity in off_track:
        waiting = by_key.get(plan.keys[activity], [])
        alerts.append(Alert(activity, waiting.pop(0) if waiting else None))
    return tuple(alerts), tuple(note for group in by_key.values() for note in group)


def _worst_gaps(measured: Measured) -> tuple[int, ...]:
    gap = decimal(measured.executed - measured.planned)
    order = np.argsort(gap, kind="stable")
    return tuple(int(i) for i in order[:WORST_GAPS] if gap[i] < 0)


def _monthly(plan: Plan) -> Monthly:
    organs = plan.grouping(By.ORGAN)
    # Blank everywhere: the month is not reported yet. Blank in one organ only: that is its zero.
    open_months = (~np.isnan(plan.executed)).any(axis=0)

    def rows(figures: Floats) -> Floats:
        total = np.nansum(figures, axis=0, keepdims=True)
        return decimal(np.concatenate((total, organs.sums(figures))))

    executed_to_date = rows(decimal(running(plan.executed, plan.modes)))
    return Monthly(
        labels=("INSTITUCIÓN", *organs.labels),
        planned=rows(plan.planned),
        executed=np.where(open_months, rows(plan.executed), np.nan),
        planned_to_date=rows(decimal(running(plan.planned, plan.modes))),
        executed_to_date=np.where(open_months, executed_to_date, np.nan),
        executed_in_year=executed_to_date[:, -1],
    )


def flag_shares(figures: Figures, group: int = 0) -> list[tuple[Flag, int, float]]:
    """Return each flag with its number of activities and its share, for one group.

    Example:
        >>> from poi_xl.core.trafficlight import PRESETS
        >>> plan = Plan(("A",), ("X",), ("",), ("",), np.array([12.0]),
        ...             np.full((1, 12), 1.0), np.full((1, 12), 1.0))
        >>> total = measure(plan, Period(1, 3), PRESETS["D"]).by(By.TOTAL)
        >>> [(flag.word, count, share) for flag, count, share in flag_shares(total) if count]
        [('Verde', 1, 1.0)]
    """
    counts = figures.counts[group]
    whole = max(1, int(counts.sum()))
    return [
        (flag, int(count), int(count) / whole)
        for flag, count in zip(figures.preset.flags, counts, strict=True)
    ]
