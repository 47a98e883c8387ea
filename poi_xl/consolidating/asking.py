"""`calcular` over a consolidation: the same figures as the files give, for all of them at once."""

import difflib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby
from pathlib import Path
from typing import Any, Final

import numpy as np

from poi_xl import __version__
from poi_xl.commands.calculate import activity_key, row_json
from poi_xl.consolidating import require_libraries
from poi_xl.consolidating.deliveries import Delivery, for_period
from poi_xl.consolidating.store import MANIFEST, is_consolidation, records_path
from poi_xl.consolidating.tables import ACTIVITIES, read_deliveries, read_plan
from poi_xl.core.accumulation import Accumulation
from poi_xl.core.indicators import Figures, GroupMethod, measure
from poi_xl.core.period import Period, parse_period
from poi_xl.core.plan import By, Grouping, Plan
from poi_xl.core.problems import Problem, Refusal, problem
from poi_xl.core.text import fold
from poi_xl.core.trafficlight import DEFAULT_PRESET, PRESETS, Preset, find_preset

BY_ENTITY: Final = "entidad"


@dataclass(frozen=True, slots=True)
class Sector:
    """The plans of a year that count for a period, one an entity, as one plan.

    Attributes:
        root: the folder of the consolidation.
        year: the plans' year; 0 for those that do not say it.
        period: the months asked about.
        preset: the traffic light that all are rated with.
        method: how the ratio of a group is taken.
        deliveries: the delivery of each entity that counts.
        plan: their activities, entity after entity.
        entities: the activities grouped by entity.
        problems: what there is to tell.
    """

    root: Path
    year: int
    period: Period
    preset: Preset
    method: GroupMethod
    deliveries: tuple[Delivery, ...]
    plan: Plan
    entities: Grouping
    problems: tuple[Problem, ...]

    @property
    def digest(self) -> str:
        """Changes with any of the plans."""
        plans = repr([(each.entity, each.plan) for each in self.deliveries])
        return hashlib.blake2b(plans.encode(), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True)
class SectorAnswer:
    """The answer of `calcular` over a consolidation.

    Attributes:
        sector: what it was computed from.
        by: what a row is: ``entidad``, or as over a workbook.
        keys: what tells each row from the others.
        labels: name of each row.
        figures: indicators of each row.
        total: indicators of them all.
    """

    sector: Sector
    by: str
    keys: tuple[dict[str, str], ...]
    labels: tuple[str, ...]
    figures: Figures
    total: Figures

    def as_json(self) -> dict[str, Any]:
        """Return the same form as ``calcular --json`` over a workbook."""
        sector = self.sector
        return {
            "version": __version__,
            "archivo": sector.root.name,
            "digesto": sector.digest,
            "anio": sector.year or None,
            "periodo": sector.period.label,
            "preset": sector.preset.name,
            "filas": [row_json(key, self.figures, row) for row, key in enumerate(self.keys)],
        }


def ask(
    root: Path,
    by: str = BY_ENTITY,
    period: str | None = None,
    preset: str | None = None,
    entities: Sequence[str] = (),
    year: int | None = None,
) -> SectorAnswer:
    """Compute the indicators of a consolidation.

    Args:
        root: its folder.
        by: what to have one row of: ``entidad``, or a value of `By`. Organs and activities of
            several entities are told apart.
        period: any text `parse_period` takes; the latest quarter delivered when None.
        preset: traffic light for all; the one that all files use when None, or else A.
        entities: names of entities; all when empty.
        year: year of the plans; the latest when None.

    Raises:
        Refusal: it is no consolidation (POI-E204), or there is no such entity, year, period or
            traffic light.
    """
    sector = open_sector(root, period, preset, entities, year)
    measured = measure(sector.plan, sector.period, sector.preset)
    groups, keys = _grouped(sector, by)
    method = GroupMethod.SUMS if by == By.ACTIVITY else sector.method
    return SectorAnswer(
        sector=sector,
        by=by,
        keys=keys,
        labels=groups.labels,
        figures=measured.over(groups, method),
        total=measured.by(By.TOTAL, sector.method),
    )


def open_sector(
    root: Path,
    period: str | None = None,
    preset: str | None = None,
    entities: Sequence[str] = (),
    year: int | None = None,
) -> Sector:
    """Return the plans of a consolidation that count; for the arguments see `ask`.

    Raises:
        Refusal: as `ask`.
    """
    require_libraries()
    if not is_consolidation(root):
        raise Refusal(problem("POI-E204", root.name, folder=root))
    kept = [
        each for each in read_deliveries(root / MANIFEST) if each.is_readable and each.state.is_kept
    ]
    kept = _of_entities(kept, entities)
    kept, chosen_year = _of_year(kept, year)
    months = parse_period(period, max(each.quarter for each in kept))
    kept.sort(key=lambda each: (fold(each.entity), each.entity))
    by_entity = [list(same) for _, same in groupby(kept, key=lambda each: each.entity)]
    chosen = tuple(for_period(same, months) for same in by_entity)
    rating, method, notes = _rating(chosen, preset)
    uncovered = (
        problem("POI-A203", each.entity, year=chosen_year, period=months.label)
        for each in chosen
        if not each.covers(months)
    )
    plans = [read_plan(records_path(root, ACTIVITIES, each)) for each in chosen]
    names = tuple(each.entity for each in chosen)
    codes = np.repeat(np.arange(len(plans), dtype=np.int64), [len(plan) for plan in plans])
    return Sector(
        root=root,
        year=chosen_year,
        period=months,
        preset=rating,
        method=method,
        deliveries=chosen,
        plan=joined(plans),
        entities=Grouping(names, codes),
        problems=(*notes, *uncovered),
    )


def _of_entities(deliveries: list[Delivery], wanted: Sequence[str]) -> list[Delivery]:
    if not wanted:
        return deliveries
    names = {fold(each.entity): each.entity for each in deliveries}
    problems = []
    for name in wanted:
        if fold(name) not in names:
            close = difflib.get_close_matches(fold(name), names, n=3, cutoff=0.0)
            known = ", ".join(f"«{names[each]}»" for each in close) or "ninguna"
            problems.append(problem("POI-E207", value=name, known=known))
    if problems:
        raise Refusal(problems)
    chosen = set(map(fold, wanted))
    return [each for each in deliveries if fold(each.entity) in chosen]


def _of_year(deliveries: list[Delivery], year: int | None) -> tuple[list[Delivery], int]:
    years = sorted({each.year for each in deliveries})
    if not years or (year is not None and year not in years):
        known = ", ".join(map(str, years)) or "ninguno"
        raise Refusal(problem("POI-E208", year=year or "pedido", known=known))
    wanted = years[-1] if year is None else year
    return [each for each in deliveries if each.year == wanted], wanted


def _rating(
    deliveries: Sequence[Delivery], asked: str | None
) -> tuple[Preset, GroupMethod, tuple[Problem, ...]]:
    """One traffic light and one method for all: theirs where all agree."""
    presets = {each.preset for each in deliveries}
    methods = {each.method for each in deliveries}
    agreed = find_preset(next(iter(presets)), PRESETS.values()) if len(presets) == 1 else None
    preset = agreed or PRESETS[DEFAULT_PRESET]
    if asked is not None:
        found = find_preset(asked, PRESETS.values())
        if found is None:
            known = ", ".join(each.description for each in PRESETS.values())
            raise Refusal(problem("POI-E34", value=asked, known=known))
        preset = found
    method = GroupMethod(next(iter(methods))) if len(methods) == 1 else GroupMethod.SUMS
    same = (agreed is not None or asked is not None) and len(methods) == 1
    described = f"{preset.description}, {method.value.lower()}"
    return preset, method, () if same else (problem("POI-N201", preset=described),)


def joined(plans: Sequence[Plan]) -> Plan:
    """Return the activities of several plans as one plan."""

    def texts(name: str) -> tuple[str, ...]:
        return tuple(text for plan in plans for text in getattr(plan, name))

    def padded(name: str, blank: object) -> tuple[Any, ...]:
        """The same for what a plan may lack; empty where all lack it."""
        columns = [getattr(plan, name) or (blank,) * len(plan) for plan in plans]
        has_any = any(getattr(plan, name) for plan in plans)
        return tuple(chain.from_iterable(columns)) if has_any else ()

    return Plan(
        organ=texts("organ"),
        activity=texts("activity"),
        budget_activity=texts("budget_activity"),
        measure_unit=texts("measure_unit"),
        target=np.concatenate([plan.target for plan in plans]),
        planned=np.concatenate([plan.planned for plan in plans]),
        executed=np.concatenate([plan.executed for plan in plans]),
        code=padded("code", ""),
        accumulation=padded("accumulation", Accumulation.SUM),
    )


def _grouped(sector: Sector, by: str) -> tuple[Grouping, tuple[dict[str, str], ...]]:
    """The activities grouped, and what tells each group from the others."""
    plan, entities = sector.plan, sector.entities
    if by == BY_ENTITY:
        return entities, tuple({"entidad": name} for name in entities.labels)
    kind = By(by)
    if kind is By.TOTAL:
        return plan.grouping(kind), ({},)
    if kind in (By.BUDGET_ACTIVITY, By.MEASURE_UNIT):
        groups = plan.grouping(kind)
        return groups, tuple({by: name} for name in groups.labels)
    owners = [entities.labels[code] for code in entities.codes.tolist()]
    if kind is By.ACTIVITY:
        return plan.grouping(kind), tuple(
            {"entidad": owner} | activity_key(plan, row) for row, owner in enumerate(owners)
        )
    apart = replace(plan, organ=tuple(map(" · ".join, zip(owners, plan.organ, strict=True))))
    groups = apart.grouping(kind)
    firsts = np.unique(groups.codes, return_index=True)[1].tolist()
    alone = plan.grouping(kind)
    keys = tuple(
        {"entidad": owners[row], "organo": alone.labels[alone.codes[row]]} for row in firsts
    )
    labels = groups.labels if len(entities.labels) > 1 else tuple(key["organo"] for key in keys)
    return replace(groups, labels=labels), keys
