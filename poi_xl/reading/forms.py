"""Reading a form that a unit filled in and saved, in whatever program and under whatever name.

Formulas are seen in the file's own XML: what a cell shows does not tell that it is computed.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from poi_xl.core.forms import (
    FILLED_BY,
    FILLED_ON,
    IDENTITY_MARK,
    KEY_MARK,
    Entered,
    Entry,
    FilledForm,
    FormColumns,
    FormIdentity,
    FormRow,
)
from poi_xl.core.problems import Refusal, problem
from poi_xl.core.text import a1, fold, legible
from poi_xl.package.cell_contents import BLANK, NUMBER, TEXT, Cell, Content, read_contents
from poi_xl.package.parts import Package

_Grid = Mapping[Cell, Content]

# How a file spells characters that XML does not bear.
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DATE: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_BLANK: Final = Content()


def read_form(path: Path) -> FilledForm:
    """Return a filled form.

    Args:
        path: the file.

    Raises:
        Refusal: it cannot be opened, is no form, or its columns are not a form's.
    """
    package = Package.open(path)
    try:
        return _form(package)
    except (ValueError, IndexError):
        package.damaged("no se pueden leer sus celdas")


def _form(package: Package) -> FilledForm:
    path = package.path
    identity, grid = _parts(package)
    sheet = _Sheet(path.name, FormColumns(identity.period), grid, *_key_heading(path.name, grid))
    sheet.check()
    rows, strays = [], []
    for row in sorted({row for row, _ in grid if row > sheet.labels}):
        key = sheet.text(row, sheet.columns.key)
        if key:
            rows.append(sheet.row(row, key))
        elif stray := sheet.stray(row):
            strays.append(stray)
    return FilledForm(
        path.name,
        package.fingerprint[:16],
        identity,
        sheet.said(FILLED_BY).text,
        _day(sheet.said(FILLED_ON).value, date1904=package.date1904),
        tuple(rows),
        tuple(strays),
    )


def _parts(package: Package) -> tuple[FormIdentity, _Grid]:
    """The form's identity, and the cells of the sheet that was filled in."""
    identity, grids = None, []
    for sheet in package.sheets:
        if sheet.kind != "worksheet":
            continue
        grid = read_contents(package, sheet)
        if grid.get((1, 1), _BLANK).value == IDENTITY_MARK:
            lines = {
                c.value: grid.get((row, 2), _BLANK).value
                for (row, col), c in grid.items()
                if col == 1
            }
            identity = FormIdentity.parse(lines)
        else:
            grids.append(grid)
    found = [grid for grid in grids if _marks(grid)]
    if identity is None or len(found) != 1:
        _refuse("POI-E100", package.path.name)
    return identity, found[0]


def _marks(grid: _Grid) -> list[Cell]:
    return [cell for cell, content in grid.items() if content.value == KEY_MARK]


def _key_heading(file: str, grid: _Grid) -> Cell:
    marks = _marks(grid)
    if len(marks) != 1:
        _refuse("POI-E115", file)
    return marks[0]


def _refuse(code: str, file: str) -> NoReturn:
    raise Refusal(problem(code, file, file=file))


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The sheet that a unit filled in; rows count from 1 as in the file, columns as in a form."""

    file: str
    columns: FormColumns
    grid: _Grid
    labels: int
    key: int

    def check(self) -> None:
        """Refuse columns that are not the form's."""
        for place, (group, label) in enumerate(self.columns.headings):
            row = self.labels if group or place == self.columns.key else self.labels - 1
            if fold(self.text(row, place)) != fold(label):
                _refuse("POI-E115", self.file)
        if self.key != self.columns.key + 1:
            _refuse("POI-E115", self.file)

    def entry(self, row: int, place: int) -> Entry:
        """Return what stands in a cell."""
        content = self.grid.get((row, place + 1), _BLANK)
        return Entry(a1(row, place + 1), _entered(content), content.is_computed)

    def text(self, row: int, place: int) -> str:
        """Return what a cell says, as text."""
        return self.entry(row, place).text

    def row(self, row: int, key: str) -> FormRow:
        """Return an activity."""
        columns = self.columns
        return FormRow(
            key,
            tuple(self.entry(row, place) for place in columns.names[1:]),
            self.entry(row, columns.target),
            tuple(self.entry(row, place) for place in columns.planned),
            tuple(self.entry(row, place) for place in columns.executed),
            tuple(self.entry(row, place) for place in columns.notes),
        )

    def stray(self, row: int) -> str:
        """Return the first cell with content of a row that is no activity; empty when none."""
        places = range(1, self.columns.key)
        entries = (self.entry(row, place) for place in places)
        return next((e.cell for e in entries if e.value is not None or e.is_formula), "")

    def said(self, label: str) -> Entry:
        """Return what was written beside a label over the table."""
        for row in range(1, self.labels):
            if fold(self.text(row, 1)) == fold(label):
                return self.entry(row, 2)
        return Entry("")


def _entered(content: Content) -> Entered:
    """What a cell holds; of texts, without what nobody sees."""
    if content.kind == BLANK:
        return None
    if content.kind == NUMBER:
        return float(content.value)
    if content.kind != TEXT:
        return {"1": "VERDADERO", "0": "FALSO"}.get(content.value, content.value)
    text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), content.value)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = legible(text).strip()
    # Blanks of no width alone are no answer.
    return text if any(letter.isprintable() and letter != " " for letter in text) else None


def _day(value: Entered, *, date1904: bool) -> dt.date | None:
    """The day that a unit wrote, as a date or as text; None when it is no day."""
    try:
        if isinstance(value, float):
            first = dt.date(1904, 1, 1) if date1904 else dt.date(1899, 12, 30)
            return first + dt.timedelta(days=int(value))
        if isinstance(value, str) and (match := _DATE.fullmatch(value)):
            day, month, year = map(int, match.groups())
            return dt.date(year, month, day)
        return dt.date.fromisoformat(value) if value else None
    except (ValueError, OverflowError):
        return None
