"""`calcular`: the indicators of a workbook, grouped as asked."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from poi_xl import __version__
from poi_xl.commands.load import Loaded, check_block, load
from poi_xl.core.indicators import Figures, measure
from poi_xl.core.period import Period
from poi_xl.core.plan import By, Plan
from poi_xl.core.settings import plan_year


@dataclass(frozen=True, slots=True)
class Calculation:
    """The answer of `calcular`.

    Attributes:
        loaded: the workbook it was computed from.
        period: the months it is about.
        by: what a row is.
        labels: name of each row.
        figures: indicators of each row.
        total: indicators of the whole plan.
        money: the rows in soles, where the source has any.
        total_money: the whole plan in soles.
    """

    loaded: Loaded
    period: Period
    by: By
    labels: tuple[str, ...]
    figures: Figures
    total: Figures
    money: Figures | None = None
    total_money: Figures | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the public form of ``calcular --json``: ratios unrounded, None where undefined."""
        plan, settings = self.loaded.plan, self.loaded.settings
        return {
            "version": __version__,
            "archivo": self.loaded.path.name,
            "digesto": plan.digest,
            "anio": plan_year(plan, settings),
            "periodo": self.period.label,
            "preset": settings.preset.name,
            "filas": [
                row_json(_key(plan, self.by, self.labels, index), self.figures, index)
                | ({"soles": _soles_json(self.money, index)} if self.money else {})
                for index in range(len(self.labels))
            ],
        }


def calculate(
    path: str | Path,
    by: By = By.ORGAN,
    period: str | None = None,
    preset: str | None = None,
    block: str | None = None,
) -> Calculation:
    """Compute the indicators of a workbook or an export.

    Args:
        path: an .xlsx or .xlsm file, or an export of CEPLAN's application.
        by: what to have one row of.
        period: any text `parse_period` takes; the current quarter when None.
        preset: traffic light to use instead of the workbook's own.
        block: months of an export to take as planned; F(RE) when None.

    Raises:
        Refusal: the file cannot be read, or period, preset or block do not exist.
    """
    loaded = load(Path(path), preset, block)
    check_block(block, loaded)
    months = loaded.period(period)
    measured = measure(loaded.plan, months, loaded.settings.preset)
    method = loaded.settings.method
    soles = loaded.plan.in_soles
    money = measure(soles, months, loaded.settings.preset) if soles else None
    return Calculation(
        loaded=loaded,
        period=months,
        by=by,
        labels=loaded.plan.grouping(by).labels,
        figures=measured.by(by, method),
        total=measured.by(By.TOTAL, method),
        # Soles add up whatever the activities are counted in: a group's ratio is that of its sums.
        money=money.by(by) if money else None,
        total_money=money.by(By.TOTAL) if money else None,
    )


def row_json(key: dict[str, str], figures: Figures, index: int) -> dict[str, Any]:
    """Return a row of ``calcular --json``.

    Args:
        key: what tells the row from the others.
        figures: indicators of every row.
        index: which of them.
    """
    return {
        "clave": key,
        "actividades": int(figures.activities[index]),
        "meta": _number(figures.target[index]),
        "programado": _number(figures.planned[index]),
        "ejecutado": _number(figures.executed[index]),
        "brecha": _number(figures.gap[index]),
        "avance": _ratio(figures.progress[index]),
        "avance_meta": _ratio(figures.target_progress[index]),
        "promedio": _ratio(figures.mean[index]),
        "promedio_tope": _ratio(figures.capped_mean[index]),
        "semaforo": figures.flag_of(index).word,
        "conteo": {
            flag.word: int(count)
            for flag, count in zip(figures.preset.flags, figures.counts[index], strict=True)
        },
    }


def _soles_json(money: Figures, index: int) -> dict[str, Any]:
    return {
        "programado": _number(money.planned[index]),
        "ejecutado": _number(money.executed[index]),
        "brecha": _number(money.gap[index]),
        "avance": _ratio(money.progress[index]),
    }


def _key(plan: Plan, by: By, labels: Sequence[str], index: int) -> dict[str, str]:
    if by is By.TOTAL:
        return {}
    if by is not By.ACTIVITY:
        return {by.value: labels[index]}
    return activity_key(plan, index)


def activity_key(plan: Plan, index: int) -> dict[str, str]:
    """Return what tells an activity from the others."""
    key = {
        "organo": plan.organ[index],
        "actividad": plan.activity[index],
        "mef": plan.budget_activity[index],
        "unidad": plan.measure_unit[index],
    }
    return key | ({"codigo": plan.code[index]} if plan.code else {})


def _number(value: float) -> int | float:
    return int(value) if value == int(value) else float(value)


def _ratio(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
