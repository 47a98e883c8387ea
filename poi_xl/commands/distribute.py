"""`distribuir`: copies that anyone can open, with neither Python nor macros.

A copy is only released once another program has computed it from nothing and found in every cell
what the copy says. The workbook itself is not touched.
"""

import datetime as dt
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from poi_xl import __version__
from poi_xl.commands.load import Loaded, load_package, open_book
from poi_xl.commands.nativize import KEYS_SHEET, nativize
from poi_xl.commands.placing import Placed, made_folder, place
from poi_xl.commands.ports import Host, SilentHost
from poi_xl.commands.system import LocalSystem, System
from poi_xl.commands.update import update
from poi_xl.commands.verifying import Verified, converted, verify
from poi_xl.core.hierarchy import Hierarchy
from poi_xl.core.plan import By, Layout, Plan, Soles, Stated
from poi_xl.core.problems import Problem, Refusal, problem
from poi_xl.core.text import file_name
from poi_xl.package.formulas import Change, Frozen, Place, Role, replaced
from poi_xl.package.graft import graft, plan_graft
from poi_xl.package.marks import owned_sheets
from poi_xl.package.parts import Package
from poi_xl.package.plain import from_first_tab, plain_parts, without_links
from poi_xl.package.saving import temporary_beside
from poi_xl.reading.workbook import settings_sheet
from poi_xl.sheets.about_copy import SHEET, render_about
from poi_xl.sheets.base import render_base
from poi_xl.sheets.hidden_sheets import CONF_SHEET, HELP_SHEET

KEY: Final = "acerca"
_EVERY: Final = re.compile(rb"")
_SHOWN: Final = 20


class Mode(StrEnum):
    """What a copy's cells hold; the value is the user's word."""

    FORMULAS = "formulas"
    VALUES = "valores"


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy.

    Attributes:
        organ: the organ it is of; empty for the whole workbook.
        file: where it is.
        pdf: the same for printing, if it was asked for.
        verified: how another program sees it.
        frozen: cells that keep their value alone, and why.
    """

    organ: str
    file: Placed
    pdf: Placed | None
    verified: Verified
    frozen: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Distributed:
    """The answer of `distribuir`.

    Attributes:
        loaded: the workbook.
        mode: what the cells of the copies hold.
        copies: one, or one for each organ.
        notices: what the copies do not have.
    """

    loaded: Loaded
    mode: Mode
    copies: tuple[Copy, ...]
    notices: tuple[Problem, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the answer of ``distribuir --json``."""
        return {
            "version": __version__,
            "archivo": self.loaded.path.name,
            "digesto": self.loaded.plan.digest,
            "modo": self.mode.value,
            "copias": [
                {
                    "organo": copy.organ or None,
                    "archivo": str(copy.file.path),
                    "pdf": str(copy.pdf.path) if copy.pdf else None,
                    "verificado_con": copy.verified.engine,
                    "celdas_verificadas": copy.verified.cells,
                    "congeladas": [
                        {"hoja": p.sheet, "celda": p.cell, "mensaje": p.message}
                        for p in copy.frozen
                    ],
                }
                for copy in self.copies
            ],
            "observaciones": [each.as_json() for each in self.notices],
        }


def distribute(
    path: Path,
    folder: Path,
    *,
    now: dt.datetime,
    mode: Mode = Mode.FORMULAS,
    by_organ: bool = False,
    pdf: bool = False,
    host: Host | None = None,
) -> Distributed:
    """Write copies of a workbook for others.

    Args:
        path: the workbook; it stays as it is.
        folder: where the copies go.
        now: date of the copies, and name of the backup of a file that one replaces.
        mode: whether formulas go on computing, or only their values stay.
        by_organ: one copy for each organ, with nothing of the others in it.
        pdf: a file for printing beside each.
        host: shows progress and puts questions.

    Raises:
        Refusal: the workbook cannot be read, a copy does not compute to what it says (POI-E132), or
            a file that is there may not be replaced. Then no copy is left behind.
    """
    work = _Work(now, mode, host or SilentHost(), LocalSystem())
    package = open_book(path)
    loaded = load_package(package)
    notices = tuple(_left_out(package, loaded)) if by_organ else ()
    items = list(_items(loaded, by_organ=by_organ))
    with tempfile.TemporaryDirectory(prefix="poi_xl-", ignore_cleanup_errors=True) as scratch:
        drafts = [work.draft(item, loaded, Path(scratch)) for item in items]
        work.host.progress("Verificando con otro programa")
        verified = verify([draft.path for draft in drafts], work.system)
        _refuse_different(drafts, verified)
        covered = [work.covered(*pair) for pair in zip(drafts, verified, strict=True)]
        printed: list[Path] = []
        if pdf:
            work.host.progress("Haciendo los PDF")
            printed = converted(covered, "pdf", Path(scratch) / "pdf", work.system)
        folder = made_folder(folder)
        files = [work.placed(each, folder / each.name) for each in covered]
        pdfs = [work.placed(each, folder / each.name) for each in printed]
    copies = tuple(
        Copy(draft.item.organ, file, page, seen, draft.frozen)
        for draft, file, page, seen in zip_longest(drafts, files, pdfs, verified)
    )
    return Distributed(loaded, mode, copies, notices)


def _left_out(package: Package, loaded: Loaded) -> Iterator[Problem]:
    """The sheets of the institution that no copy for an organ has: they may tell of the others."""
    settings = settings_sheet(package)
    ours = {loaded.plan.layout.sheet, settings.name if settings else "", CONF_SHEET, HELP_SHEET}
    ours |= {sheet.name for sheet in owned_sheets(package).values()}
    if sheets := [sheet.name for sheet in package.sheets if sheet.name not in ours]:
        yield problem("POI-N141", package.path.name, sheets=", ".join(sheets))


@dataclass(frozen=True, slots=True)
class _Item:
    """What a copy is of.

    Attributes:
        organ: the organ; empty for the whole workbook.
        name: its file's name.
        plan: the organ's activities; None for the whole workbook.
    """

    organ: str
    name: str
    plan: Plan | None


@dataclass(frozen=True, slots=True)
class _Draft:
    """A copy with formulas, before it is verified."""

    item: _Item
    path: Path
    frozen: tuple[Problem, ...]


def _items(loaded: Loaded, *, by_organ: bool) -> Iterator[_Item]:
    stem = loaded.path.stem
    if not by_organ:
        yield _Item("", file_name(f"{stem} - copia", ".xlsx"), None)
        return
    names: list[str] = []
    groups = loaded.plan.grouping(By.ORGAN)
    for number, organ in enumerate(groups.labels):
        names.append(file_name(f"{stem} - {organ}", ".xlsx", names))
        yield _Item(organ, names[-1], part_of(loaded.plan, groups.codes == number))


def part_of(plan: Plan, chosen: "npt.NDArray[np.bool_]") -> Plan:
    """Return a plan of some of the activities, with no trace of the others.

    Args:
        plan: the plan.
        chosen: for each activity, whether it stays.
    """
    places = np.flatnonzero(chosen).tolist()

    def some(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(texts[place] for place in places) if texts else ()

    return replace(
        plan,
        organ=some(plan.organ),
        activity=some(plan.activity),
        budget_activity=some(plan.budget_activity),
        measure_unit=some(plan.measure_unit),
        code=some(plan.code),
        accumulation=tuple(plan.accumulation[place] for place in places if plan.accumulation),
        target=plan.target[places],
        planned=plan.planned[places],
        executed=plan.executed[places],
        soles=plan.soles and Soles(plan.soles.planned[places], plan.soles.executed[places]),
        layout=Layout(),
        stated=Stated(),
    )


@dataclass(frozen=True, slots=True)
class _Work:
    """Copies under way."""

    now: dt.datetime
    mode: Mode
    host: Host
    system: System

    def draft(self, item: _Item, loaded: Loaded, scratch: Path) -> _Draft:
        """Make a copy whose formulas are native."""
        self.host.progress(f"Preparando la copia de {item.organ}" if item.organ else "Preparando")
        folder = scratch / f"de {item.name}"
        folder.mkdir()
        if item.plan is None:
            return _Draft(item, *self._whole(loaded.path, folder / item.name))
        return _Draft(item, self._part(item.plan, loaded, folder / item.name), ())

    def covered(self, draft: _Draft, verified: Verified) -> Path:
        """Give a verified copy its first sheet; only values stay, if that is wanted."""
        folder, path = draft.path.parent, draft.path
        if self.mode is Mode.VALUES:
            path = folder / "valores.xlsx"
            _write_values(Package.open(draft.path), path)
        final = folder / "final" / draft.item.name
        final.parent.mkdir()
        _add_cover(Package.open(path), final, self._facts(draft, verified))
        return final

    def _whole(self, path: Path, out: Path) -> tuple[Path, tuple[Problem, ...]]:
        """The workbook with its summaries up to date, without what only works here."""
        fresh, unlinked, native = (
            out.with_name(f"{name}.xlsx") for name in ("al dia", "sin vinculos", "nativo")
        )
        fresh = fresh.with_suffix(path.suffix)
        update(path, out=fresh, now=self.now, host=self.host)
        package = Package.open(fresh)
        parts, places = without_links(package)
        package.write(unlinked, parts)
        done = nativize(Package.open(unlinked), native)
        package = Package.open(native)
        parts, gone = plain_parts(package, (CONF_SHEET, HELP_SHEET))
        package.write(out, parts, without=gone)
        links = (
            problem("POI-N130", each.sheet, each.ref) for each in places if each.role is Role.CELL
        )
        return out, (*done.frozen, *links)

    def _part(self, plan: Plan, loaded: Loaded, out: Path) -> Path:
        """A workbook made anew of one organ's activities: nothing of the others was ever in it."""
        base = out.with_name("base.xlsx")
        # An organ's copy says nothing of the others.
        settings = replace(
            loaded.settings, plan_sheet="POI", quarter=loaded.quarter, hierarchy=Hierarchy()
        )
        render_base(plan, settings, base)
        update(base, out=out, now=self.now)
        return out

    def _facts(self, draft: _Draft, verified: Verified) -> list[tuple[str, str]]:
        item, frozen = draft.item, draft.frozen
        text = (
            "Las fórmulas siguen calculando: si cambia un dato del plan, cambian los resultados."
            if self.mode is Mode.FORMULAS
            else "Solo valores: nada se recalcula."
        )
        cells = f"{verified.cells:,} celdas con fórmula, calculadas de nuevo con {verified.engine}"
        stays = [f"{p.place}: {p.message}" for p in frozen[:_SHOWN]]
        if len(frozen) > _SHOWN:
            stays.append(f"… y {len(frozen) - _SHOWN} más.")
        return [
            *([("Órgano", item.organ)] if item.organ else []),
            ("Fecha de la copia", f"{self.now:%d/%m/%Y %H:%M}"),
            ("Contenido", text),
            ("Verificación", f"{cells}: todas dan lo que dice la copia."),
            ("Celdas congeladas", "\n".join(stays) or "Ninguna."),
            ("Hecha con", f"poi_xl {__version__}"),
        ]

    def placed(self, source: Path, out: Path) -> Placed:
        """Put a copy in its place."""
        with temporary_beside(out) as fresh:
            fresh.write_bytes(source.read_bytes())
            return place(fresh, out, now=self.now, host=self.host)


def _refuse_different(drafts: Sequence[_Draft], verified: Sequence[Verified]) -> None:
    found = [
        problem(
            "POI-E132", each.sheet, each.cell, engine=copy.engine, computed=each.computed,
            book=f"la copia de «{draft.item.organ}»" if draft.item.organ else "el libro",
            stored=each.stored,
        )
        for draft, copy in zip(drafts, verified, strict=True)
        for each in copy.different[:_SHOWN]
    ]  # fmt: skip
    if not found:
        return
    if more := sum(len(copy.different) for copy in verified) - len(found):
        found.append(problem("POI-E140", count=more))
    raise Refusal(found)


def _write_values(package: Package, out: Path) -> None:
    """Write a copy whose cells hold values alone; rules lean on the hidden sheet still."""

    def freeze(formula: Place) -> Change:
        hidden = formula.sheet == KEYS_SHEET
        return None if hidden or formula.role not in (Role.CELL, Role.ARRAY) else Frozen.VALUE

    package.write(out, replaced(package, _EVERY, freeze))


def _add_cover(package: Package, out: Path, facts: list[tuple[str, str]]) -> None:
    loaded = load_package(package)
    stamp = [
        ("Institución", loaded.settings.institution or "—"),
        ("Periodo", loaded.period(None).title),
        ("Semáforo", loaded.settings.preset.description),
        ("Huella de los datos", loaded.plan.digest),
    ]
    names = plan_graft(package, {KEY: SHEET}).names
    with tempfile.TemporaryDirectory(prefix="poi_xl-") as folder:
        drawn = Path(folder) / "acerca.xlsx"
        render_about(names[KEY], SHEET, [*stamp, *facts], drawn, date_1904=package.date1904)
        covered = Path(folder) / "con caratula.xlsx"
        graft(package, drawn, dict(names), covered, notes={}, first=0)
        final = Package.open(covered)
        final.write(out, from_first_tab(final))
