"""`incorporar` and `retirar`: poi_xl in a workbook that somebody else made, and out of it again."""

import datetime as dt
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from poi_xl import __version__
from poi_xl.commands.load import Loaded, hidden_functions, load_package, open_book
from poi_xl.commands.ports import Host, SilentHost, require_consent
from poi_xl.core.problems import Problem, Refusal, problem
from poi_xl.core.settings import Settings
from poi_xl.core.text import a1, fold
from poi_xl.package.embedding import (
    DATA_NAME,
    SETTINGS_KEY,
    Mark,
    Wanted,
    embedded_parts,
    mark_of,
)
from poi_xl.package.foreign import is_built
from poi_xl.package.graft import graft, plan_graft
from poi_xl.package.leaving import typed
from poi_xl.package.marks import marked_sheet
from poi_xl.package.mentions import are_mentioned
from poi_xl.package.parts import Package, Sheet
from poi_xl.package.removing import removal, settings_sheet_of
from poi_xl.package.saving import check_free, fingerprint, real, temporary_beside
from poi_xl.package.saving import replace as put_in_place
from poi_xl.reading.cells import read_cells
from poi_xl.reading.grid import locate
from poi_xl.reading.owned import cells_fingerprint, sheet_cells
from poi_xl.reading.settings import SETTINGS_SHEET
from poi_xl.reading.workbook import read_workbook, settings_sheet
from poi_xl.sheets.settings_book import render_settings

MACROS: Final = ".xlsm"
_BUILT: Final = "anterior"  # our own workbooks do not say which release their macros are of
_LABELS: Final = frozenset({"trimestre vigente", "semaforo"})
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f\b[^>]*>([^<]*)<")
_CALL: Final = re.compile(rb"\bPOI_[A-Z_]+\(")
_NAME: Final = re.compile(rb"\b" + DATA_NAME.encode() + rb"\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Embedded:
    """The answer of `incorporar` and of `retirar`.

    Attributes:
        path: the workbook written, or that would have been.
        written: False when nothing had to change.
        backup: the copy of what was there before, if any.
        before: release that was in it; empty for none.
        whole: of a removal, whether all parts are again as they were.
        notices: what the user should know.
    """

    path: Path
    written: bool
    backup: Path | None
    before: str = ""
    whole: bool = False
    notices: tuple[Problem, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it in plain values."""
        return {
            "version": __version__,
            "archivo": str(self.path),
            "escrito": self.written,
            "respaldo": str(self.backup) if self.backup else None,
            "version_anterior": self.before,
            "como_antes": self.whole,
            "observaciones": [each.as_json() for each in self.notices],
        }


# --- putting in -----------------------------------------------------------------------------------


def embed(
    path: Path, *, now: dt.datetime, out: Path | None = None, host: Host | None = None
) -> Embedded:
    """Put functions, tab, settings sheet and the plan's name into a workbook that has none.

    An .xlsx stays, and an .xlsm is written beside it. A workbook with an older release is brought
    up to date; with this one, nothing changes.

    Args:
        path: the workbook.
        now: names the backup.
        out: write there and leave `path` as it is.
        host: shows progress and puts questions.

    Raises:
        Refusal: nothing was written; why.
    """
    host = host or SilentHost()
    path = real(path)
    target = real(out) if out else path.with_suffix(MACROS)
    _check_ending(target)
    host.progress("Abriendo el libro")
    package = open_book(path)
    if target.exists():
        check_free(target)
    host.progress("Leyendo el plan")
    loaded = load_package(package)
    old = mark_of(package)
    host.progress("Escribiendo")
    with tempfile.TemporaryDirectory(prefix="poi_xl-") as folder, temporary_beside(target) as fresh:
        complete, wanted = _prepared(package, loaded, Path(folder), host)
        parts = embedded_parts(package, complete, wanted)
        if not parts and target == path:
            return Embedded(target, written=False, backup=None, before=__version__)
        before = old.version if old else _BUILT if is_built(package) else ""
        complete.write(fresh, parts)
        _check_plan_kept(fresh, loaded)
        written, backup = _put(fresh, target, package, now, host)
    return Embedded(target, written, backup, before)


def _check_ending(target: Path) -> None:
    """Excel opens no workbook with macros under another ending."""
    if target.suffix.lower() != MACROS:
        suffix = target.suffix or "archivo sin extensión"
        name = target.name
        raise Refusal(problem("POI-E56", name, file=name, suffix=suffix, wanted=MACROS))


def _prepared(package: Package, loaded: Loaded, folder: Path, host: Host) -> tuple[Package, Wanted]:
    """Return the workbook with its settings sheet, and what else it is to have."""
    if is_built(package) and mark_of(package) is None:
        return package, Wanted(Mark(""))
    mark = replace(mark_of(package) or Mark(""), version=__version__)
    if hidden := hidden_functions(package):
        file = package.path.name
        raise Refusal(problem("POI-E14", file, name=name) for name in dict.fromkeys(hidden))
    plan = "" if _data_named(package, loaded) else _plan_cells(package, loaded)
    mark = replace(mark, named=mark.named or bool(plan))
    if _has_settings(package):
        return package, Wanted(mark, plan)
    complete, name = _with_settings(package, loaded, folder, host)
    print_ = cells_fingerprint(sheet_cells(complete, [name])[name])
    return complete, Wanted(replace(mark, settings=print_), plan, name)


def _has_settings(package: Package) -> bool:
    """Whether there is a settings sheet; one of that name that says other things is in the way."""
    sheet = settings_sheet(package)
    if sheet is None:
        return False
    said = {fold(str(row[0])) for row in read_cells(package, sheet).rows if row}
    if not _folded_labels() <= said:
        raise Refusal(problem("POI-E11", sheet.name, name=sheet.name))
    return True


def _folded_labels() -> set[str]:
    return {fold(label) for label in _LABELS}


def _with_settings(
    package: Package, loaded: Loaded, folder: Path, host: Host
) -> tuple[Package, str]:
    """Return the workbook with a settings sheet, and that sheet's name."""
    place = plan_graft(package, {SETTINGS_KEY: SETTINGS_SHEET})
    name = package.path.name
    locked = (problem("POI-E10", name, file=name),) if place.locked else ()
    require_consent(host, (*place.problems, *locked))
    drawn, grafted = folder / "configuracion.xlsx", folder / package.path.name
    settings = Settings(
        institution=loaded.settings.institution,
        year=loaded.plan.year,
        quarter=loaded.plan.title_quarter,
    )
    render_settings(settings, drawn, date_1904=place.date1904)
    graft(package, drawn, place.names, grafted, notes={})
    return Package.open(grafted), place.names[SETTINGS_KEY]


def _data_named(package: Package, loaded: Loaded) -> bool:
    """Whether the plan has its name already; one that means something else is in the way."""
    texts = [
        each.text
        for each in package.defined_names
        if each.sheet_index is None and each.name.lower() == DATA_NAME.lower()
    ]
    if not texts:
        return False
    if fold(marked_sheet(texts[0])) != fold(loaded.plan.layout.sheet):
        raise Refusal(problem("POI-E14", package.path.name, name=DATA_NAME))
    return True


def _plan_cells(package: Package, loaded: Loaded) -> str:
    """Return the plan's cells as a name has them: from its headings to the gap below."""
    sheet = _sheet(package, loaded.plan.layout.sheet)
    cells = read_cells(package, sheet)
    table = locate(cells.rows, cells.merged)
    columns = loaded.plan.layout.columns.values()
    last = max(loaded.plan.layout.rows)
    is_gap = last >= len(cells.rows) or not any(map(str, cells.rows[last]))
    top = table.top + 1 if table else min(loaded.plan.layout.rows)
    first = _absolute(a1(top, min(columns)))
    end = _absolute(a1(last + is_gap, max(columns)))
    quoted = sheet.name.replace("'", "''")
    return f"'{quoted}'!{first}:{end}"


def _absolute(cell: str) -> str:
    letters = cell.rstrip("0123456789")
    return f"${letters}${cell[len(letters) :]}"


def _sheet(package: Package, name: str) -> Sheet:
    return next(each for each in package.sheets if each.name == name)


def _check_plan_kept(fresh: Path, loaded: Loaded) -> None:
    """Read the written workbook again before it takes the original's place."""
    plan = read_workbook(fresh).plan
    if plan is None or plan.digest != loaded.plan.digest:
        raise RuntimeError("the new workbook does not read back as the plan it was made from")


def _put(
    fresh: Path, target: Path, package: Package, now: dt.datetime, host: Host
) -> tuple[bool, Path | None]:
    """Put the new workbook in its place; another one that is there is the user's to give up."""
    if target == package.path:
        return True, put_in_place(target, fresh, seen=package.fingerprint, now=now)
    seen = fingerprint(target) if target.exists() else None
    if seen == fingerprint(fresh):
        return False, None
    if seen is not None:
        require_consent(host, (problem("POI-E50", target.name, file=target.name),))
    return True, put_in_place(target, fresh, seen=seen, now=now)


# --- taking out -----------------------------------------------------------------------------------


def unembed(
    path: Path, *, now: dt.datetime, out: Path | None = None, host: Host | None = None
) -> Embedded:
    """Take out of a workbook what `embed` put in.

    Parts that nobody has changed since are again what they were, byte for byte. Settings that
    people typed, and what formulas of theirs use, stay.

    Args:
        path: the workbook.
        now: names the backup.
        out: write there and leave `path` as it is.
        host: shows progress and puts questions.

    Raises:
        Refusal: nothing was written; why.
    """
    host = host or SilentHost()
    path = real(path)
    target = real(out) if out else path
    host.progress("Abriendo el libro")
    package = open_book(path)
    if target.exists():
        check_free(target)
    mark = mark_of(package)
    if mark is None:
        raise Refusal(problem("POI-E57", path.name, file=path.name))
    notices = tuple(_kept_notices(package, mark))
    codes = {each.code for each in notices}
    change = removal(
        package,
        mark,
        drop_settings="POI-N12" not in codes,
        drop_name=mark.named and "POI-N13" not in codes,
    )
    if change.macros:
        _check_ending(target)
    parts = dict(change.parts)
    parts |= typed(parts, package, macros=target.suffix.lower() == MACROS)
    host.progress("Escribiendo")
    with temporary_beside(target) as fresh:
        package.write(fresh, parts, without=change.without)
        read_workbook(fresh)
        written, backup = _put(fresh, target, package, now, host)
    left = tuple(_left_formulas(package))
    return Embedded(target, written, backup, mark.version, change.whole, (*notices, *left))


def _kept_notices(package: Package, mark: Mark) -> Iterator[Problem]:
    """What stays although it came with poi_xl, and why."""
    sheet = settings_sheet_of(package) if mark.settings else None
    if sheet and (why := _why_kept(package, mark, sheet)):
        yield problem("POI-N12", sheet.name, why=why)
    if mark.named and any(_formulas(package, _NAME).values()):
        yield problem("POI-N13", package.path.name, name=DATA_NAME)


def _why_kept(package: Package, mark: Mark, sheet: Sheet) -> str:
    if cells_fingerprint(sheet_cells(package, [sheet.name])[sheet.name]) != mark.settings:
        return "alguien escribió en ella"
    if are_mentioned(package, {sheet.name}):
        return "hay fórmulas que la usan"
    others = (each for each in package.sheets if each != sheet and each.state == "visible")
    return "" if next(others, None) else "es la única visible"


def _left_formulas(package: Package) -> Iterator[Problem]:
    """Formulas that will find no function any more."""
    for sheet, count in _formulas(package, _CALL).items():
        if count:
            yield problem("POI-N11", sheet, count=count)


def _formulas(package: Package, pattern: re.Pattern[bytes]) -> dict[str, int]:
    """Return how many formulas of each sheet have a pattern in them."""
    return {
        sheet.name: sum(1 for f in _FORMULA.findall(package.read(sheet.part)) if pattern.search(f))
        for sheet in package.sheets
        if sheet.kind == "worksheet"
    }
