"""`comparar`: what changed between two workbooks' plans."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from poi_xl import __version__
from poi_xl.commands.load import Loaded, check_block, load
from poi_xl.commands.placing import Placed, place
from poi_xl.commands.ports import Host, SilentHost
from poi_xl.core.comparison import Change, Comparison, compare
from poi_xl.core.summaries import build_report
from poi_xl.package.saving import real, temporary_beside
from poi_xl.sheets.comparison_book import comparison_bytes


@dataclass(frozen=True, slots=True)
class Compared:
    """The answer of `comparar`.

    Attributes:
        before: the first workbook.
        after: the second workbook.
        found: what changed.
        sheet: the workbook with the table, if one was asked for.
    """

    before: Loaded
    after: Loaded
    found: Comparison
    sheet: Placed | None

    def as_json(self) -> dict[str, Any]:
        """Return the answer of ``comparar --json``."""
        return {
            "version": __version__,
            "antes": _source(self.before),
            "despues": _source(self.after),
            "conteo": {kind.value: count for kind, count in self.found.counts.items()},
            "cambios": [self._change(change) for change in self.found.changes],
            "hoja": str(self.sheet.path) if self.sheet else None,
        }

    def _change(self, change: Change) -> dict[str, Any]:
        organ, activity = self.found.names(change)
        sheet, cell = self.found.cell(change)
        return {
            "tipo": change.kind.value,
            "organo": organ,
            "actividad": activity,
            "dato": change.what,
            "antes": change.old,
            "despues": change.new,
            "hoja": sheet,
            "celda": cell,
        }


def _source(loaded: Loaded) -> dict[str, Any]:
    return {"archivo": loaded.path.name, "digesto": loaded.plan.digest}


def compare_books(
    before: Path,
    after: Path,
    *,
    now: dt.datetime,
    out: Path | None = None,
    block: str | None = None,
    host: Host | None = None,
) -> Compared:
    """Compare the plans of two workbooks or exports.

    Args:
        before: the older workbook.
        after: the newer one.
        now: date of the sheet, and name of the backup of what it replaces.
        out: an .xlsx to write with the table; none when None.
        block: months to take as planned of what is an export; F(RE) when None.
        host: shows progress and puts questions.

    Raises:
        Refusal: one of them cannot be read, or what is at `out` may not be replaced.
    """
    host = host or SilentHost()
    host.progress("Leyendo los dos libros")
    old, new = (load(path, block=block) for path in (before, after))
    check_block(block, old, new)
    found = compare(old.plan, new.plan)
    sheet = _written(found, (old, new), real(out), now, host) if out else None
    return Compared(old, new, found, sheet)


def _written(
    found: Comparison, books: tuple[Loaded, Loaded], out: Path, now: dt.datetime, host: Host
) -> Placed:
    host.progress("Escribiendo la comparación")
    new = books[1]
    report = build_report(
        new.plan,
        new.settings,
        problems=new.problems,
        today=now.date(),
        version=__version__,
        period=new.period(None),
    )
    with temporary_beside(out) as fresh:
        names = (books[0].path.name, new.path.name)
        fresh.write_bytes(comparison_bytes(found, report, names))
        return place(fresh, out, now=now, host=host)
