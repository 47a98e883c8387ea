"""The drawn sheets as Excel must be told of them: cells, tables, heights, charts, links.

Everything is read from the file that the renderer wrote, so that Excel is asked for nothing that is
known already: each question crosses to another process.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from poi_xl.core.notes import Formula, TypedNote
from poi_xl.core.summaries import Report
from poi_xl.core.text import column_letters, from_a1
from poi_xl.package.parts import Package, Sheet
from poi_xl.package.rendering import DRAWING_PREFIX, TABLE_TYPE
from poi_xl.package.xmlpart import Element, elements, local, truth
from poi_xl.reading.cells import Cells
from poi_xl.reading.owned import sheet_cells
from poi_xl.sheets.report import CellFormula, render

_EPOCHS: Final = {False: dt.datetime(1899, 12, 30), True: dt.datetime(1904, 1, 1)}  # noqa: DTZ001
_DAY: Final = dt.timedelta(days=1)
_CHART: Final = "chart"

Area = tuple[int, int, int, int]  # first row, first column, last row, last column, from 1
Rows = tuple[int, int]  # first and last, from 1
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a drawn sheet: its name, its place with the headings, and those."""

    name: str
    area: Area
    headings: tuple[str, ...]
    filtered: bool


@dataclass(frozen=True, slots=True)
class Series:
    """A series of a chart, each part as it stands in Excel's SERIES formula."""

    name: str
    categories: str
    values: str

    @property
    def arguments(self) -> str:
        """The first three arguments of the SERIES formula."""
        return f"{self.name},{self.categories},{self.values}"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of a drawn sheet: its name, what it says, and the cells that it shows."""

    name: str
    title: str
    description: str
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class CellLink:
    """A hyperlink: its cell, where in the workbook it leads, and its tip."""

    cell: str
    location: str
    tip: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """One drawn sheet.

    Attributes:
        key: which summary sheet.
        name: its name.
        cells: its values, dates as Excel's numbers.
        size: number of its rows and columns, those that only have a look counted too.
        tables: its tables.
        charts: its charts.
        heights: the rows of each height, in points.
        levels: the rows of each outline level above the ground.
        breaks: the rows above which a page ends.
        hidden: its hidden columns, as ``R:R``.
        panes: how many rows and columns stay in sight.
        links: its hyperlinks.
        formulas: the formulas that people had typed in its typed columns.
        filter: the range of the filter that belongs to no table; empty for none.
    """

    key: str
    name: str
    cells: Cells
    size: tuple[int, int]
    tables: tuple[Table, ...]
    charts: tuple[Chart, ...]
    heights: Mapping[float, Sequence[Rows]]
    levels: Mapping[int, Sequence[Rows]]
    breaks: tuple[int, ...]
    hidden: tuple[str, ...]
    panes: tuple[int, int]
    links: tuple[CellLink, ...]
    formulas: tuple[CellFormula, ...] = ()
    filter: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """The file that Excel opens, and what it holds."""

    path: Path
    sheets: Mapping[str, Drawn] = field(default_factory=dict)


def draw(report: Report, names: Mapping[str, str], path: Path, *, date_1904: bool) -> Drawing:
    """Draw the summary sheets into a file that Excel can open by itself.

    What people typed as formulas is left out of it, for they may name sheets that the file does
    not have, and Excel would repair it; those are told separately.

    Args:
        report: what to show.
        names: name of each sheet, by key.
        path: the file to write.
        date_1904: whether dates count from 1904.
    """
    whole = render(report, names, path, date_1904=date_1904)
    if whole.formulas:
        render(_without_formulas(report), names, path, date_1904=date_1904)
    return drawn_file(path, names, date_1904=date_1904, formulas=whole.formulas)


def drawn_file(
    path: Path,
    names: Mapping[str, str],
    *,
    date_1904: bool,
    formulas: Sequence[CellFormula] = (),
) -> Drawing:
    """Return what is on the sheets of a file that was drawn.

    Args:
        path: the file.
        names: name of each sheet, by key.
        date_1904: whether dates count from 1904.
        formulas: those that people had typed, which the file does not have.
    """
    package = Package.open(path)
    cells = sheet_cells(package, names.values())
    sheets = {sheet.name: sheet for sheet in package.sheets}
    drawn = {
        key: _drawn(package, sheets[name], key, _numbered(cells[name], date_1904), formulas)
        for key, name in names.items()
    }
    return Drawing(path, drawn)


def _without_formulas(report: Report) -> Report:
    return replace(
        report,
        alerts=tuple(
            replace(alert, note=_plain(alert.note) if alert.note else None)
            for alert in report.alerts
        ),
        kept_notes=tuple(map(_plain, report.kept_notes)),
    )


def _plain(note: TypedNote) -> TypedNote:
    values = tuple("" if isinstance(value, Formula) else value for value in note.values)
    return replace(note, values=values)


def _numbered(cells: Cells, date_1904: bool) -> Cells:  # noqa: FBT001 - the workbook's own flag
    return Cells([[_number(cell, date_1904) for cell in row] for row in cells.rows])


def _number(cell: Any, date_1904: bool) -> Any:  # noqa: FBT001
    """A date as the number that Excel's Value2 gives."""
    if not isinstance(cell, dt.date):
        return cell
    moment = cell if isinstance(cell, dt.datetime) else dt.datetime(*cell.timetuple()[:3])  # noqa: DTZ001
    return (moment - _EPOCHS[date_1904]) / _DAY


# --- the parts of a sheet -------------------------------------------------------------------------


def _drawn(
    package: Package, sheet: Sheet, key: str, cells: Cells, formulas: Sequence[CellFormula]
) -> Drawn:
    root = package.xml(sheet.part)
    rows = [each for each in root.iter() if local(each) == "row"]
    return Drawn(
        key=key,
        name=sheet.name,
        cells=cells,
        size=_size(root),
        tables=tuple(_tables(package, sheet)),
        charts=tuple(_charts(package, sheet)),
        heights=_runs((int(row.get("r", "")), float(ht)) for row in rows if (ht := row.get("ht"))),
        levels=_runs(
            (int(row.get("r", "")), int(level))
            for row in rows
            if (level := row.get("outlineLevel"))
        ),
        breaks=tuple(int(each.get("id", "0")) + 1 for each in root.iter() if _is_break(each)),
        hidden=tuple(_hidden(root)),
        panes=_panes(root),
        links=tuple(_links(root)),
        formulas=tuple(each for each in formulas if each.sheet == sheet.name),
        filter=_filter(root),
    )


def _hidden(root: Element) -> Iterator[str]:
    for column in (e for e in root.iter() if local(e) == "col" and truth(e.get("hidden"))):
        first, last = (column_letters(int(column.get(each, ""))) for each in ("min", "max"))
        yield f"{first}:{last}"


def _filter(root: Element) -> str:
    return next((each.get("ref", "") for each in elements(root, "autoFilter")), "")


def _panes(root: Element) -> tuple[int, int]:
    pane = next((each for each in root.iter() if local(each) == "pane"), None)
    if pane is None:
        return 0, 0
    return int(pane.get("ySplit", "0")), int(pane.get("xSplit", "0"))


def _links(root: Element) -> Iterator[CellLink]:
    for each in (element for element in root.iter() if local(element) == "hyperlink"):
        yield CellLink(each.get("ref", ""), each.get("location", ""), each.get("tooltip", ""))


def _size(root: Element) -> tuple[int, int]:
    dimension = next(each for each in root.iter() if local(each) == "dimension")
    return from_a1(dimension.get("ref", "").rpartition(":")[2])


def _is_break(element: Element) -> bool:
    parent = element.getparent()
    return local(element) == "brk" and parent is not None and local(parent) == "rowBreaks"


def _runs(pairs: Iterator[tuple[int, T]]) -> dict[T, list[Rows]]:
    """The rows of each value, those that follow each other taken together."""
    found: dict[T, list[Rows]] = {}
    for row, value in pairs:
        runs = found.setdefault(value, [])
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return found


def _tables(package: Package, sheet: Sheet) -> Iterator[Table]:
    for part in package.reachable([sheet.part]):
        if not package.content_type(part).endswith(TABLE_TYPE):
            continue
        root = package.xml(part)
        first, _, last = root.get("ref", "").partition(":")
        headings = tuple(e.get("name", "") for e in root.iter() if local(e) == "tableColumn")
        filtered = any(local(each) == "autoFilter" for each in root.iter())
        area = (*from_a1(first), *from_a1(last))
        yield Table(root.get("displayName", ""), area, headings, filtered)


def _charts(package: Package, sheet: Sheet) -> Iterator[Chart]:
    for arrow in package.relationships(sheet.part):
        if arrow.kind == "drawing":
            yield from _charts_of(package, arrow.target)


def _charts_of(package: Package, drawing: str) -> Iterator[Chart]:
    parts = {a.id: a.target for a in package.relationships(drawing) if a.kind == _CHART}
    for frame in (e for e in package.xml(drawing).iter() if local(e) == "graphicFrame"):
        named = next(e for e in frame.iter() if local(e) == "cNvPr")
        shown = next(e for e in frame.iter() if local(e) == _CHART)
        part = next(target for name, target in parts.items() if name in shown.attrib.values())
        root = package.xml(part)
        name = named.get("name", "")
        if not name.startswith(DRAWING_PREFIX):
            name = DRAWING_PREFIX + name
        yield Chart(name, _title(root), named.get("descr", ""), tuple(_series(root)))


def _title(root: Element) -> str:
    title = next((e for e in root.iter() if local(e) == "title"), None)
    return "" if title is None else "".join(e.text or "" for e in title.iter() if local(e) == "t")


def _series(root: Element) -> Iterator[Series]:
    for series in (e for e in root.iter() if local(e) == "ser"):
        parts = {local(e): e for e in elements(series)}
        name = _reference(parts["tx"]) or '"' + _text(parts["tx"]).replace('"', '""') + '"'
        yield Series(name, _reference(parts["cat"]), _reference(parts["val"]))


def _reference(element: Element) -> str:
    return next((each.text or "" for each in element.iter() if local(each) == "f"), "")


def _text(element: Element) -> str:
    return next((each.text or "" for each in element.iter() if local(each) == "v"), "")
