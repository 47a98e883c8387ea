"""`construir`: a complete POI workbook, from the data of a plan or from an export of CEPLAN's.

The same plan gives the same bytes every time.
"""

import datetime as dt
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from poi_xl import __date__
from poi_xl.commands.load import load_export
from poi_xl.commands.placing import place
from poi_xl.commands.ports import Host, SilentHost
from poi_xl.commands.update import update_prepared
from poi_xl.core.hierarchy import Dependence, hierarchy_of
from poi_xl.core.notes import TYPED_HEADINGS, TypedNote
from poi_xl.core.period import MONTHS, quarter_period
from poi_xl.core.plan import Plan
from poi_xl.core.problems import Problem, Refusal, problem
from poi_xl.core.settings import Settings
from poi_xl.functions import FUNCTIONS
from poi_xl.package.macros import add_macros
from poi_xl.package.parts import Package
from poi_xl.package.saving import real, temporary_beside
from poi_xl.package.saving import replace as put_in_place
from poi_xl.reading.ceplan import Export
from poi_xl.reading.text import read_text
from poi_xl.reading.workbook import read_workbook
from poi_xl.sheets.base import render_base
from poi_xl.sheets.plan_sheet import PLAN_SHEET


@dataclass(frozen=True, slots=True)
class Built:
    """The answer of `construir`.

    Attributes:
        path: the workbook.
        activities: number of activities of the plan.
        sheets: number of sheets.
        written: False when the workbook was there already, byte for byte.
        backup: the copy of what was there before, if anything else was.
        problems: what was found in the export it was made from.
    """

    path: Path
    activities: int
    sheets: int
    written: bool
    backup: Path | None
    problems: tuple[Problem, ...] = ()


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
        institution=institution,
        year=plan.year,
        quarter=plan.title_quarter,
        plan_sheet=PLAN_SHEET,
    )
    date = date or dt.date.fromisoformat(__date__)
    return _Book(plan, settings).make(out, date, now, host or SilentHost())


def build_from_export(
    source: Path,
    out: Path,
    *,
    now: dt.datetime,
    block: str | None = None,
    institution: str | None = None,
    date: dt.date | None = None,
    host: Host | None = None,
) -> Built:
    """Make an institution's workbook from an export of CEPLAN's application.

    Args:
        source: the export.
        out: an .xlsx or .xlsm file to write.
        now: date of the sheets, and name of the backup when another workbook is replaced.
        block: the months to take as planned; F(RE) when None.
        institution: name for the sheets; the one the export says when None.
        date: date of the sheets, when another.
        host: puts the question when another workbook would be replaced.

    Raises:
        Refusal: the file is no export, or is damaged, or what is at `out` may not be replaced.
    """
    export, loaded = load_export(source, block)
    # The export itself says what each organ depends on.
    hierarchy, _ = hierarchy_of(Dependence(*pair) for pair in export.parents.items())
    settings = replace(
        loaded.settings,
        institution=institution or export.institution,
        quarter=loaded.quarter,
        plan_sheet=PLAN_SHEET,
        hierarchy=hierarchy,
    )
    book = _Book(export.plan, settings, tuple(_notes(export, loaded.quarter)))
    made = book.make(out, date or now.date(), now, host or SilentHost())
    return replace(made, problems=loaded.problems)


@dataclass(frozen=True, slots=True)
class _Book:
    """What a workbook is made from: the plan, its settings, and what goes beside its alerts."""

    plan: Plan
    settings: Settings
    notes: Sequence[TypedNote] = ()

    def make(self, out: Path, date: dt.date, now: dt.datetime, host: Host) -> Built:
        """Make the workbook and put it in its place."""
        out = real(out)
        stamp = dt.datetime.combine(date, dt.time())
        with tempfile.TemporaryDirectory(prefix="poi_xl-") as folder:
            base = Path(folder) / f"libro{out.suffix.lower()}"
            self._render(base)
            _check_kept(base, self.plan)
            package = Package.open(base)
            update_prepared(package, now=stamp, host=host, door=put_in_place, notes=self.notes)
            sheets = len(Package.open(base).sheets)
            with temporary_beside(out) as fresh:
                fresh.write_bytes(base.read_bytes())
                placed = place(fresh, out, now=now, host=host)
        return Built(out, len(self.plan), sheets, placed.written, placed.backup)

    def _render(self, base: Path) -> None:
        live = base.suffix == ".xlsm"
        if not live:
            render_base(self.plan, self.settings, base)
            return
        # Excel opens no .xlsm without macros: the functions in cells and the tab POI.
        plain = base.with_suffix(".xlsx")
        render_base(self.plan, self.settings, plain, live=True)
        add_macros(Package.open(plain), base, FUNCTIONS)


def _check_kept(base: Path, plan: Plan) -> None:
    """Read the plan back: a name that looks like a title or a total would be passed over."""
    content = read_workbook(base)
    found = content.plan
    if found is not None and found.digest == plan.digest:
        return
    kept = set(found.keys) if found else set()
    lost = [name for key, name in zip(plan.keys, plan.activity, strict=True) if key not in kept]
    names = ", ".join(f"«{name}»" for name in lost[:5])
    raise Refusal([problem("POI-E158", names=names or "las cifras"), *content.problems])


def _notes(export: Export, quarter: int) -> Iterator[TypedNote]:
    """What the export says of the quarter's months, as somebody would type it in Alertas."""
    plan, period = export.plan, quarter_period(quarter)
    for index, reasons in enumerate(export.reasons):
        said = {m: text for m, text in reasons.items() if period.first <= m <= period.last}
        if said:
            texts = (_in_months(said) if h == _REASON else "" for h in TYPED_HEADINGS)
            yield TypedNote(plan.keys[index], plan.organ[index], plan.activity[index], (*texts,))


_REASON = "Motivo"


def _in_months(reasons: dict[int, str]) -> str:
    """Reasons with their months; those that say the same once.

    Example:
        >>> _in_months({1: "Huelga", 2: "Lluvias", 3: "Huelga"})
        'ENE, MAR: Huelga. FEB: Lluvias.'
    """
    months: dict[str, list[str]] = {}
    for month, text in sorted(reasons.items()):
        months.setdefault(text.rstrip(" ."), []).append(MONTHS[month - 1])
    return " ".join(f"{', '.join(names)}: {text}." for text, names in months.items())
