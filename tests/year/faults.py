"""What units do to their forms, and the problem that each must be told as."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

_FIRST = 10  # a form's first activity


@dataclass(frozen=True)
class Fault:
    """One fault.

    Attributes:
        code: how it is told.
        change: what is done to the form, opened with openpyxl.
        rows: how many activities the form needs to have.
        twice: whether it is sent a second time under another name.
        other_quarter: whether it is a form of another quarter.
    """

    code: str
    change: Callable[[Any], object] = lambda _: None
    rows: int = 1
    twice: bool = False
    other_quarter: bool = False

    def spoil(self, path: Path) -> None:
        """Spoil a form."""
        book = load_workbook(path)
        self.change(book)
        book.save(path)
        if self.twice:
            shutil.copyfile(path, path.with_stem(f"{path.stem} bis"))  # comes before it


def _typed(cell: str, value: object) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        book["Ficha"][cell] = value

    return change


def _identity(name: str, other: Callable[[str], str]) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        for row in book["poi_xl"].iter_rows():
            if row[0].value == name:
                row[1].value = other(row[1].value)

    return change


def _copied_row(book: Any) -> None:
    sheet = book["Ficha"]
    last = max(c.row for c in sheet["R"] if c.value)
    for cell in sheet[_FIRST]:
        sheet.cell(last + 1, cell.column).value = cell.value


FAULTS = (
    Fault("POI-E101", _identity("poi_xl.ficha", lambda _: "99")),
    Fault("POI-E102", _identity("anio", lambda _: "2019")),
    Fault("POI-E103", other_quarter=True),
    Fault("POI-E104", _identity("plan", lambda _: "otro")),
    Fault("POI-E105", twice=True),
    Fault("POI-E106", _typed("F10", 99)),
    Fault("POI-E107", _typed("B60", "ACTIVIDAD NUEVA")),
    Fault("POI-E108", lambda book: book["Ficha"].delete_rows(_FIRST), rows=2),
    Fault("POI-E109", _copied_row),
    Fault("POI-E110", _typed("L10", "doce")),
    Fault("POI-E111", _typed("L10", "=1+1")),
    Fault("POI-E112", _typed("L10", -1)),
    Fault("POI-E113", _typed("L10", 1.5)),
    Fault("POI-E115", lambda book: book["Ficha"].insert_cols(3)),
)
