"""Taking the drawn sheets into an open workbook, and nothing else of it changes.

A sheet that is there is written anew where it is, so that whatever points at it still does: its
table is resized, its values come in blocks, its formats from the drawn sheet. A new one is copied
whole. No sheet of the workbook is ever deleted, only what we bring ourselves: the helpers, and new
sheets that could not be finished.
"""

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

from poi_xl.commands.drawing import Drawing, Drawn, Rows
from poi_xl.core.text import a1
from poi_xl.hosts.excel.book import is_busy, named, settings_sheet, worksheets
from poi_xl.hosts.excel.charts import refresh_charts, replace_charts, same_charts
from poi_xl.hosts.excel.place import Place
from poi_xl.hosts.excel.state import patiently
from poi_xl.hosts.excel.tables import add_table, fit_tables
from poi_xl.package.marks import MARK, NOTE, mark_text, note_text
from poi_xl.reading.grid import Grid
from poi_xl.sheets.report import LAYOUT_VERSION

LOG: Final = logging.getLogger("poi_xl.excel")
_FORMATS, _WIDTHS, _VALIDATION = -4122, 8, 6
_BLOCK_ROWS: Final = 5_000
# Excel takes no longer address at once.
_ADDRESS_LIMIT: Final = 250
# Excel reads such texts as it would read typing: as numbers, dates, formulas or errors.
_READ_AS_TYPED: Final = re.compile(
    r"[=+\-@'#]|.*\d|(?:true|false|verdadero|falso)$", re.IGNORECASE | re.DOTALL
)
_PAGE: Final = ("PrintArea", "PrintTitleRows", "LeftFooter")


@dataclass(frozen=True, slots=True)
class Adoption:
    """Drawn sheets on their way into an open workbook.

    Attributes:
        app: Excel.
        place: where the sheets are, or go.
        drawing: the drawn sheets.
        notes: the text to keep beside each, by key.
        progress: shows what is being done.
    """

    app: Any
    place: Place
    drawing: Drawing
    notes: Mapping[str, str]
    progress: Callable[[str], None]

    def run(self, keys: Sequence[str]) -> None:
        """Take some of the sheets into the workbook."""
        with opened(self.app, self.drawing, self.place.book) as source:
            for number, key in enumerate((k for k in keys if k in self.place.owned), start=1):
                self.progress(f"Escribiendo la hoja {number}: {self.place.names[key]}")
                self._rewrite(source, key)
            if new := [key for key in keys if key not in self.place.owned]:
                self.progress("Agregando las hojas nuevas")
                self._add(source, new)

    def _rewrite(self, source: Any, key: str) -> None:
        drawn, sheet = self.drawing.sheets[key], self.place.owned[key]
        stored = self.place.stored.get(key)
        # While it is being written it is not what its note says: should the work stop here, the
        # next run writes it again instead of taking it for something that people typed.
        self._note(key, "")
        model = source.Worksheets(drawn.name)
        same = stored is not None and stored.layout == LAYOUT_VERSION and same_charts(sheet, drawn)
        if same:
            write_sheet(self.app, sheet, model, drawn)
        else:
            with helper(self.place.book, model) as made:
                write_sheet(self.app, sheet, made, drawn, replace=True)
        self._note(key, self.notes[key])

    def _add(self, source: Any, keys: Sequence[str]) -> None:
        """Copy new sheets all at once: charts and links among them then stay among them."""
        names = [self.drawing.sheets[key].name for key in keys]
        there = set(worksheets(self.place.book))
        try:
            self._copy(source, names)
            for key in keys:
                self._finish(key)
        except Exception:
            # Without their marks they would be nobody's, and stand in the way of the next run.
            for name in {*names} - there:
                self._take_out(name)
            raise

    def _copy(self, source: Any, names: Sequence[str]) -> None:
        book = self.place.book
        settings = settings_sheet(dict(self.place.others))
        group = source.Worksheets(names if len(names) > 1 else names[0])
        if settings is None:
            group.Copy(Before=None, After=book.Sheets(int(book.Sheets.Count)))
        else:
            # Behind everything of people's: sums over a span of sheets do not take them in.
            group.Copy(Before=settings, After=None)

    def _finish(self, key: str) -> None:
        drawn = self.drawing.sheets[key]
        write_formulas(self.app, self.place.book.Worksheets(drawn.name), drawn)
        self._name(MARK + key, f"={mark_text(drawn.name)}")
        self._note(key, self.notes[key])

    def _take_out(self, name: str) -> None:
        try:
            patiently(lambda: take_out(self.place.book, name))
        except Exception:  # the failure that led here is the one to tell
            LOG.exception("no se pudo retirar la hoja «%s»", name)

    def _note(self, key: str, note: str) -> None:
        self._name(NOTE + key, f"={note_text(note)}")

    def _name(self, name: str, refers_to: str) -> None:
        self.place.book.Names.Add(Name=name, RefersTo=refers_to, Visible=False)


def take_out(book: Any, name: str) -> None:
    """Delete a sheet that was just brought in, if it was."""
    if sheet := named(worksheets(book), name):
        sheet.Delete()


@contextmanager
def opened(app: Any, drawing: Drawing, book: Any) -> Iterator[Any]:
    """Open the drawn file in the same Excel, out of sight, and close it whatever happens."""
    source = app.Workbooks.Open(str(drawing.path), 0, True)
    try:
        source.Windows(1).Visible = False
        book.Activate()
        yield source
    finally:
        patiently(lambda: source.Close(False))


@contextmanager
def helper(book: Any, model: Any) -> Iterator[Any]:
    """Copy a drawn sheet into the workbook for a while; its names leave with it."""
    count = int(book.Sheets.Count)
    model.Copy(Before=None, After=book.Sheets(count))
    made = book.Sheets(count + 1)
    try:
        yield made
    finally:
        for name in list(made.Names):
            with suppress(Exception):  # Excel keeps some of its own
                name.Delete()
        patiently(made.Delete)


# --- one sheet ------------------------------------------------------------------------------------


def write_sheet(app: Any, sheet: Any, model: Any, drawn: Drawn, *, replace: bool = False) -> None:
    """Write a drawn sheet over the one that is there.

    Args:
        app: Excel.
        sheet: the sheet that is there.
        model: the drawn one, open in Excel.
        drawn: what is on it.
        replace: whether its charts and panes are other than before.
    """
    rows, columns = _common_size(sheet, drawn)
    if drawn.filter and sheet.AutoFilterMode:
        sheet.AutoFilterMode = (
            False  # else rows that it hides would stay hidden, and keep their height
        )
    _clear(sheet)
    tables = fit_tables(sheet, drawn.tables)
    write_values(sheet, drawn.cells.rows, rows, columns)
    for table in tables:
        add_table(sheet, table)
    _write_links(sheet, drawn)
    write_formulas(app, sheet, drawn)
    _bring_formats(app, sheet, model, f"A1:{a1(rows, columns)}")
    _shape_rows(sheet, drawn, rows)
    if replace:
        replace_charts(sheet, model, drawn.charts)
    refresh_charts(sheet, model, drawn)
    if drawn.filter:
        sheet.Range(drawn.filter).AutoFilter()
    if replace or tables:
        _freeze(app, sheet, drawn.panes)
    _set_page(sheet, model, drawn)


def _common_size(sheet: Any, drawn: Drawn) -> tuple[int, int]:
    """The rows and columns that either sheet uses."""
    used = sheet.UsedRange
    bottom = int(used.Row) + int(used.Rows.Count) - 1
    right = int(used.Column) + int(used.Columns.Count) - 1
    rows, columns = drawn.size
    return max(bottom, rows), max(right, columns)


def _clear(sheet: Any) -> None:
    """Take off what would get in the way of other cells; formats come later."""
    cells = sheet.Cells
    cells.UnMerge()
    cells.FormatConditions.Delete()
    cells.Validation.Delete()
    cells.ClearHyperlinks()
    sheet.ResetAllPageBreaks()


def write_values(sheet: Any, cells: Grid, rows: int, columns: int) -> None:
    """Write values in few calls, blanks where the drawn sheet has none."""
    for top in range(1, rows + 1, _BLOCK_ROWS):
        bottom = min(rows, top + _BLOCK_ROWS - 1)
        block = [
            _padded(cells[row - 1] if row <= len(cells) else (), columns)
            for row in range(top, bottom + 1)
        ]
        sheet.Range(f"A{top}:{a1(bottom, columns)}").Value2 = block


def _padded(cells: Sequence[Any], columns: int) -> list[Any]:
    return [*map(as_value2, cells), *[None] * (columns - len(cells))]


def as_value2(cell: Any) -> Any:
    """Return a value so that Excel takes it for what it is.

    Example:
        >>> as_value2(""), as_value2(3), as_value2("Meta"), as_value2("1-2"), as_value2("=A1")
        (None, 3.0, 'Meta', "'1-2", "'=A1")
    """
    if cell is None or cell == "":
        return None
    if isinstance(cell, str):
        return f"'{cell}" if _READ_AS_TYPED.match(cell) else str(cell)
    return cell if isinstance(cell, bool) else float(cell)


def write_formulas(app: Any, sheet: Any, drawn: Drawn) -> None:
    """Write back the formulas that people typed in the columns that are theirs."""
    spills = bool(drawn.formulas) and _knows_spilling(app)
    for formula in drawn.formulas:
        setattr(sheet.Range(formula.cell), "Formula2" if spills else "Formula", formula.text)


def _knows_spilling(app: Any) -> bool:
    """Whether this Excel has dynamic arrays, where Formula would put an @ before some calls."""
    try:
        return app.ActiveCell is not None and app.ActiveCell.Formula2 is not None
    except Exception as error:
        if is_busy(error):
            raise
        return False


def _write_links(sheet: Any, drawn: Drawn) -> None:
    for link in drawn.links:
        tip = {"ScreenTip": link.tip} if link.tip else {}
        sheet.Hyperlinks.Add(
            Anchor=sheet.Range(link.cell), Address="", SubAddress=link.location, **tip
        )


def _bring_formats(app: Any, sheet: Any, model: Any, address: str) -> None:
    def bring() -> None:
        model.Range(address).Copy()
        target = sheet.Range("A1")
        for what in (_FORMATS, _VALIDATION, _WIDTHS):
            target.PasteSpecial(what)

    patiently(bring)
    app.CutCopyMode = False


# --- rows, panes, paper ---------------------------------------------------------------------------


def _shape_rows(sheet: Any, drawn: Drawn, rows: int) -> None:
    if drawn.levels:
        sheet.Range(f"1:{rows}").OutlineLevel = 1
    for height, runs in drawn.heights.items():
        for address in addresses(runs):
            sheet.Range(address).RowHeight = height
    for level, runs in drawn.levels.items():
        for first, last in runs:
            sheet.Range(f"{first}:{last}").OutlineLevel = level + 1
    for columns in drawn.hidden:
        sheet.Range(columns).EntireColumn.Hidden = True
    for row in drawn.breaks:
        sheet.HPageBreaks.Add(sheet.Range(f"A{row}"))


def addresses(runs: Iterable[Rows]) -> Iterator[str]:
    """Yield addresses of many rows at once, each short enough for Excel.

    Example:
        >>> list(addresses([(1, 1), (5, 8)]))
        ['1:1,5:8']
    """
    found = ""
    for first, last in runs:
        text = f"{first}:{last}"
        if len(found) + len(text) >= _ADDRESS_LIMIT:
            yield found
            found = ""
        found = f"{found},{text}" if found else text
    if found:
        yield found


def _freeze(app: Any, sheet: Any, panes: tuple[int, int]) -> None:
    """Keep the headings in sight; Excel does so for windows, so the sheet must be the one shown."""
    sheet.Activate()
    window = app.ActiveWindow
    window.FreezePanes = False
    window.ScrollRow = window.ScrollColumn = 1
    window.SplitRow, window.SplitColumn = panes
    window.FreezePanes = any(panes)


def _set_page(sheet: Any, model: Any, drawn: Drawn) -> None:
    """Set the paper up; Excel refuses this where no printer is installed, and nothing is lost."""
    try:
        for each in _PAGE:
            setattr(sheet.PageSetup, each, getattr(model.PageSetup, each))
    except Exception as error:
        if is_busy(error):
            raise
        LOG.warning("no se pudo ajustar la página de «%s»: %s", drawn.name, error)
