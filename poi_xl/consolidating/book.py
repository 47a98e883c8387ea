"""`consolidar --libro`: a workbook about a consolidation, of its latest year and quarter."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from poi_xl import __version__
from poi_xl.commands.placing import Placed, place
from poi_xl.commands.ports import Host
from poi_xl.consolidating.asking import Sector, open_sector
from poi_xl.consolidating.deliveries import Delivery
from poi_xl.consolidating.entities import NOBODY
from poi_xl.consolidating.store import MANIFEST, own_problems_path, records_path
from poi_xl.consolidating.tables import OBSERVATIONS, read_deliveries, read_problems
from poi_xl.core.indicators import Figures, measure
from poi_xl.core.period import Period
from poi_xl.core.plan import By, Grouping
from poi_xl.core.settings import Settings
from poi_xl.core.summaries import GroupTable, build_report
from poi_xl.package.saving import temporary_beside
from poi_xl.sheets.sector_book import ObservedRow, SectorContent, sector_bytes


def write_book(root: Path, out: Path, *, now: dt.datetime, host: Host) -> Placed:
    """Write the workbook of a consolidation.

    Args:
        root: its folder.
        out: the workbook.
        now: date of the sheets, and name of the backup of what is replaced.
        host: puts the question when another file would be replaced.

    Raises:
        Refusal: no entity has a plan in it, or what is there may not be replaced.
    """
    data = sector_bytes(_content(root, now.date()))
    with temporary_beside(out) as fresh:
        fresh.write_bytes(data)
        return place(fresh, out, now=now, host=host)


def _content(root: Path, today: dt.date) -> SectorContent:
    sector = open_sector(root)
    ranked = _ranked(sector)
    settings = Settings(
        institution=root.name,
        year=sector.year or None,
        preset=sector.preset,
        method=sector.method,
    )
    report = build_report(
        sector.plan,
        settings,
        problems=sector.problems,
        today=today,
        version=__version__,
        period=sector.period,
    )
    quarters = [open_sector(root, str(number), year=sector.year) for number in (1, 2, 3, 4)]
    return SectorContent(
        report=report,
        entities=GroupTable(
            By.ORGAN,
            ranked.labels,
            _figures(sector, ranked, sector.period),
            _figures(sector, ranked, sector.period.to_date),
        ),
        quarters=tuple(_figures(each, _like(each, ranked), each.period) for each in quarters),
        delivered=_delivered(root, sector, ranked),
        observed=tuple(_observed(root, sector)),
    )


def _ranked(sector: Sector) -> Grouping:
    """The entities, the one with the highest ratio first; those without one last."""
    figures = _figures(sector, sector.entities, sector.period)
    order = np.argsort(-figures.progress, kind="stable")  # NaN goes last
    return _in_order(sector.entities, [sector.entities.labels[i] for i in order.tolist()])


def _like(sector: Sector, ranked: Grouping) -> Grouping:
    return _in_order(sector.entities, ranked.labels)


def _in_order(entities: Grouping, labels: Iterable[str]) -> Grouping:
    ordered = tuple(labels)
    places = {label: place for place, label in enumerate(ordered)}
    new = np.array([places[label] for label in entities.labels], dtype=np.int64)
    return replace(entities, labels=ordered, codes=new[entities.codes])


def _figures(sector: Sector, groups: Grouping, period: Period) -> Figures:
    return measure(sector.plan, period, sector.preset).over(groups, sector.method)


def _delivered(root: Path, sector: Sector, ranked: Grouping) -> tuple[int, ...]:
    latest: Counter[str] = Counter()
    for each in read_deliveries(root / MANIFEST):
        if each.year == sector.year and each.state.is_kept:
            latest[each.entity] = max(latest[each.entity], each.quarter)
    return tuple(latest[label] for label in ranked.labels)


def _observed(root: Path, sector: Sector) -> Iterator[ObservedRow]:
    """What was observed in the files that count, and in those that could not be read."""
    unread = [each for each in read_deliveries(root / MANIFEST) if not each.is_readable]
    for entity, paths in _by_entity(root, (*sector.deliveries, *unread)):
        rows = [row for path in paths for row in read_problems(path)]
        times = Counter(row["codigo"] for row in rows)
        firsts = {row["codigo"]: row for row in reversed(rows)}
        for code in sorted(times):
            row = firsts[code]
            where = " ".join(filter(None, (row["archivo"], row["hoja"], row["celda"])))
            yield ObservedRow(entity, code, row["severidad"], times[code], where, row["mensaje"])


def _by_entity(root: Path, deliveries: Iterable[Delivery]) -> Iterator[tuple[str, list[Path]]]:
    paths: dict[str, list[Path]] = {NOBODY: [own_problems_path(root)]}
    for each in deliveries:
        paths.setdefault(each.entity, []).append(records_path(root, OBSERVATIONS, each))
    yield from paths.items()
