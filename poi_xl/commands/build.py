"""`construir`: a complete POI workbook from the data of a plan, the same bytes every time."""

import datetime as dt
import tempfile
from dataclasses import dataclass
from pathlib import Path

from poi_xl import __date__
from poi_xl.commands.placing import place
from poi_xl.commands.ports import Host, SilentHost
from poi_xl.commands.update import update
from poi_xl.core.problems import Refusal
from poi_xl.core.settings import Settings
from poi_xl.functions import FUNCTIONS
from poi_xl.package.macros import add_macros
from poi_xl.package.parts import Package
from poi_xl.package.saving import temporary_beside
from poi_xl.reading.text import read_text
from poi_xl.sheets.base import render_base


@dataclass(frozen=True, slots=True)
class Built:
    """The answer of `construir`.

    Attributes:
        path: the workbook.
        activities: number of activities of the plan.
        sheets: number of sheets.
        written: False when the workbook was there already, byte for byte.
        backup: the copy of what was there before, if anything else was.
    """

    path: Path
    activities: int
    sheets: int
    written: bool
    backup: Path | None


def build(
    data: Path,
    out: Path,
    *,
    institution: str,
    now: dt.datetime,
    date: dt.date | None = None,
    host: Host | None = None,
) -> Built:
    """Make a workbook with the plan, its settings and its summary sheets.

    Args:
        data: the plan as tab-separated text, in the institution's layout.
        out: an .xlsx or .xlsm file to write.
        institution: name for the sheets.
        now: names the backup when another workbook is replaced.
        date: date of the sheets; that of this version when None.
        host: puts the question when another workbook would be replaced.

    Raises:
        Refusal: the data are no plan, or what is at `out` may not be replaced.
    """
    plan, problems = read_text(data)
    if plan is None:
        raise Refusal(problems)
    settings = Settings(
        institution=institution, year=plan.year, quarter=plan.title_quarter, plan_sheet="POI"
    )
    stamp = dt.datetime.combine(date or dt.date.fromisoformat(__date__), dt.time())
    out = out.resolve()
    with tempfile.TemporaryDirectory(prefix="poi_xl-") as folder, temporary_beside(out) as fresh:
        base = Path(folder) / "base.xlsx"
        live = out.suffix.lower() == ".xlsm"
        render_base(plan, settings, base, live=live)
        if live:
            base = _with_macros(base)
        complete = base.with_stem("completo")
        update(base, out=complete, now=stamp)
        fresh.write_bytes(complete.read_bytes())
        sheets = len(Package.open(fresh).sheets)
        placed = place(fresh, out, now=now, host=host or SilentHost())
    return Built(out, len(plan), sheets, placed.written, placed.backup)


def _with_macros(base: Path) -> Path:
    """Add the functions in cells and the tab POI: Excel opens no .xlsm without macros."""
    whole = base.with_suffix(".xlsm")
    add_macros(Package.open(base), whole, FUNCTIONS)
    return whole
