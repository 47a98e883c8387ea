"""Taking the drawn sheets into an open document, and nothing else of it changes.

A new sheet is imported whole. One that is there stays the same sheet, so that whatever points at it
still does: a drawn helper is imported for a moment, its cells are copied over, its charts move, and
it leaves again. Neither way links the document to the drawn file.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from com.sun.star.table import CellAddress, CellRangeAddress
from com.sun.star.table.TableOrientation import ROWS

from poi_xl.commands.drawing import Drawing, Drawn, Table
from poi_xl.core.text import fold
from poi_xl.hosts.calc.charts import anchor_charts, point_charts, replace_charts
from poi_xl.hosts.calc.paper import set_page
from poi_xl.hosts.calc.places import Place
from poi_xl.package.marks import MARK, NOTE, mark_text, note_text
from poi_xl.reading.settings import SETTINGS_SHEET

_HIDDEN: Final = 16  # com.sun.star.sheet.NamedRangeFlag.HIDDEN
# Everything that CellFlags names but drawn objects.
_CONTENTS: Final = 1023 - 128
_PREFIX: Final = "poi_"
_POINT: Final = 2540 / 72  # in hundredths of a millimetre
# The height of rows for which the drawn file names none, in points.
_PLAIN_ROW: Final = 15
_NEW_NAME: Final = "poi_xl_nombre_nuevo"
_HELPER: Final = "poi_xl auxiliar"


@dataclass(frozen=True, slots=True)
class Adoption:
    """Drawn sheets on their way into an open document.

    Attributes:
        place: where the sheets are, or go.
        drawing: the drawn sheets.
        source: the drawn file, open in the same office.
        notes: the text to keep beside each, by key.
        progress: shows what is being done.
    """

    place: Place
    drawing: Drawing
    source: Any
    notes: Mapping[str, str]
    progress: Callable[[str], None]

    def run(self, keys: Sequence[str]) -> None:
        """Take some of the sheets into the document."""
        for number, key in enumerate((k for k in keys if k in self.place.owned), start=1):
            self.progress(f"Escribiendo la hoja {number}: {self.place.names[key]}")
            self._rewrite(key)
        if new := [key for key in keys if key not in self.place.owned]:
            self.progress("Agregando las hojas nuevas")
            for key in new:
                self._add(key)

    def _rewrite(self, key: str) -> None:
        drawn, sheet = self.drawing.sheets[key], self.place.owned[key]
        # While it is being written it is not what its note says: should the work stop here, the
        # next run writes it again instead of taking it for something that people typed.
        self._note(key, "")
        document = self.place.document
        model = self._import(drawn)
        try:
            model.setName(_free(_HELPER, document.Sheets.ElementNames))
            write_sheet(document, sheet, model, drawn)
            replace_charts(sheet, model)
            # While the helper is there: charts whose cells are gone would fall apart.
            point_charts(sheet, self._drawn(drawn))
        finally:
            document.Sheets.removeByName(model.Name)
        self._finish(key, sheet, drawn)

    def _add(self, key: str) -> None:
        """Import a new sheet, behind everything of people's: their sums do not take it in."""
        drawn, sheets = self.drawing.sheets[key], self.place.document.Sheets
        sheet = self._import(drawn)
        # Imported before the sheet that is shown, its charts would end LibreOffice.
        if (end := self._end()) < sheets.Count - 1:
            sheets.moveByName(sheet.Name, end)
        _fit_tables(self.place.document, sheet, drawn.tables)
        _set_heights(sheet, drawn)
        anchor_charts(sheet)
        point_charts(sheet, self._drawn(drawn))
        name_hidden(self.place.document, MARK + key, _whole(drawn.name))
        self._finish(key, sheet, drawn)

    def _finish(self, key: str, sheet: Any, drawn: Drawn) -> None:
        for formula in drawn.formulas:
            sheet.getCellRangeByName(formula.cell).setFormula(formula.text)
        set_page(self.place.document, sheet, self._drawn(drawn), self.source)
        self._note(key, self.notes[key])

    def _drawn(self, drawn: Drawn) -> Any:
        return self.source.Sheets.getByName(drawn.name)

    def _note(self, key: str, note: str) -> None:
        name_hidden(self.place.document, NOTE + key, note_text(note))

    def _end(self) -> int:
        """The place before Configuración, or the last one."""
        others = self.place.others
        found = [sheet for name, sheet in others.items() if fold(name) == fold(SETTINGS_SHEET)]
        return int(found[0].RangeAddress.Sheet if found else self.place.document.Sheets.Count)

    def _import(self, drawn: Drawn) -> Any:
        """Import a drawn sheet as the last one."""
        sheets = self.place.document.Sheets
        return sheets.getByIndex(sheets.importSheet(self.source, drawn.name, sheets.Count))


def _free(wanted: str, taken: Sequence[str]) -> str:
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted} {number}"
    return name


def _whole(sheet: str) -> str:
    """A mark as LibreOffice spells it."""
    name, _, rows = mark_text(sheet).rpartition("!")
    return f"${name}.{rows}"


def name_hidden(document: Any, name: str, content: str) -> None:
    """Give a document a name that people do not see, or a new meaning to it."""
    names = document.NamedRanges
    if not names.hasByName(name):
        # LibreOffice adds no name with a full stop, as ours have, but renames to one.
        names.addNewByName(_NEW_NAME, content, CellAddress(), _HIDDEN)
        names.getByName(_NEW_NAME).setName(name)
    elif names.getByName(name).Content != content:
        names.getByName(name).setContent(content)


# --- one sheet ------------------------------------------------------------------------------------


def write_sheet(document: Any, sheet: Any, model: Any, drawn: Drawn) -> None:
    """Write a drawn sheet over the one that is there; no cell moves.

    Args:
        document: the document.
        sheet: the sheet that is there.
        model: the drawn one, in the same document.
        drawn: what is on it.
    """
    _show_all(document, sheet)
    _clear(sheet)
    rows, columns = drawn.size
    area = model.getCellRangeByPosition(0, 0, columns - 1, rows - 1)
    sheet.copyRange(sheet.getCellByPosition(0, 0).CellAddress, area.RangeAddress)
    _fit_tables(document, sheet, drawn.tables)
    _shape_columns(sheet, model, columns)
    _shape_rows(sheet, drawn)


def _clear(sheet: Any) -> None:
    sheet.clearOutline()
    sheet.removeAllManualPageBreaks()
    sheet.clearContents(_CONTENTS)
    for each in list(sheet.ConditionalFormats.ConditionalFormats):
        sheet.ConditionalFormats.removeByID(each.ID)


def _show_all(document: Any, sheet: Any) -> None:
    """Take filters off: rows out of sight would keep old heights, and hide what is new."""
    for each in _tables_on(document, sheet):
        each.getFilterDescriptor().setFilterFields(())
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    rows = sheet.getCellRangeByPosition(0, 0, 0, cursor.RangeAddress.EndRow).Rows
    rows.IsFiltered, rows.IsVisible = False, True
    # Those that will be left over shall not stay as high as an alert was.
    rows.OptimalHeight = True


def _tables_on(document: Any, sheet: Any) -> list[Any]:
    ranges, number = document.DatabaseRanges, sheet.RangeAddress.Sheet
    found = map(ranges.getByName, ranges.ElementNames)
    return [each for each in found if each.DataArea.Sheet == number]


def _fit_tables(document: Any, sheet: Any, wanted: Sequence[Table]) -> None:
    """Give our tables their places; one that stays is the same table for people's formulas."""
    ranges = document.DatabaseRanges
    names = {table.name for table in wanted}
    for name in [str(each.Name) for each in _tables_on(document, sheet)]:
        if name.startswith(_PREFIX) and name not in names:
            ranges.removeByName(name)
    number = sheet.RangeAddress.Sheet
    for table in wanted:
        top, left, bottom, right = (each - 1 for each in table.area)
        area = CellRangeAddress(number, left, top, right, bottom)
        if ranges.hasByName(table.name):
            ranges.getByName(table.name).setDataArea(area)
        else:
            ranges.addNewByName(table.name, area)
        made = ranges.getByName(table.name)
        made.ContainsHeader, made.AutoFilter = True, table.filtered


def _shape_columns(sheet: Any, model: Any, columns: int) -> None:
    for index in range(columns):
        target, wanted = sheet.Columns.getByIndex(index), model.Columns.getByIndex(index)
        look, there = ((each.Width, each.IsVisible) for each in (wanted, target))
        if look != there:
            # A column out of sight takes no width.
            target.IsVisible = True
            target.Width, target.IsVisible = look


def _set_heights(sheet: Any, drawn: Drawn) -> None:
    """Fix all heights: LibreOffice would fit the others again whenever the document is opened."""
    plain = sheet.getCellRangeByPosition(0, 0, 0, drawn.size[0] - 1).Rows
    plain.Height = round(_PLAIN_ROW * _POINT)
    for height, runs in drawn.heights.items():
        for first, last in runs:
            rows = sheet.getCellRangeByPosition(0, first - 1, 0, last - 1).Rows
            rows.Height = round(height * _POINT)


def _shape_rows(sheet: Any, drawn: Drawn) -> None:
    _set_heights(sheet, drawn)
    for level in sorted(drawn.levels):
        for first, last in drawn.levels[level]:
            area = sheet.getCellRangeByPosition(0, first - 1, 0, last - 1).RangeAddress
            sheet.group(area, ROWS)
    for row in drawn.breaks:
        sheet.Rows.getByIndex(row - 1).IsStartOfNewPage = True


# --- the windows ----------------------------------------------------------------------------------


def freeze(controller: Any, sheet: Any, drawn: Drawn) -> None:
    """Keep a sheet's headings in sight, if the window has not done so yet.

    LibreOffice does so for the sheet that is shown, in windows that can be seen.
    """
    rows, columns = drawn.panes
    with suppress(Exception):  # a window that cannot is no reason to fail
        controller.setActiveSheet(sheet)
        if (controller.SplitRow, controller.SplitColumn) != (rows, columns) and (rows or columns):
            controller.freezeAtPosition(columns, rows)
