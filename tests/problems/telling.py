"""How a problem is reproduced: a case for each code, at a desk with small workbooks.

A case returns what the user is told, as problems or as text on the screen; `golden` has the
very words it must hold.
"""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from poi_xl import __version__
from poi_xl.core.period import MONTHS
from poi_xl.core.problems import Problem, Refusal
from poi_xl.hosts.cli import main
from tests.reading.files import write_rows

NOW = dt.datetime(2021, 4, 20, 9, 30)  # noqa: DTZ001 - the analyst's own clock
LATER = dt.datetime(2021, 5, 3, 17, 0)  # noqa: DTZ001

HEADER: list[Any] = [
    *("ÓRGANO", "ACTIVIDAD OPERATIVA", "UNIDAD DE MEDIDA", "META"),
    *(f"PROG {month}" for month in MONTHS),
    *("EJEC ENE", "EJEC FEB", "EJEC MAR"),
]
# One planned each month, and all of the first quarter executed.
ROW: list[Any] = ["JEFATURA", "Dirigir", "ACCIONES", 12.0, *[1.0] * 12, 1.0, 1.0, 1.0]
SETTINGS: list[list[Any]] = [["Año", 2021], ["Trimestre vigente", 1], ["Hoja del plan", "POI"]]

# Cases by code, as the modules beside this one declare them.
Told = Iterable[Problem] | str
Case = Callable[["Desk"], Told]
CASES: dict[str, Case] = {}


def case(code: str) -> Callable[[Case], Case]:
    """Register the case of a code."""

    def register(made: Case) -> Case:
        assert code not in CASES, code
        CASES[code] = made
        return made

    return register


class Desk:
    """A folder, workbooks in it, and the command line."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self.request = request
        self.verbs: list[str] = []
        self.folder: Path = request.getfixturevalue("tmp_path")
        self.patch: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
        self.patch.setenv("COLUMNS", "4000")
        self.patch.setenv("NO_COLOR", "1")
        self.patch.chdir(self.folder)

    def lend(self, fixture: str) -> Any:
        """Return what a fixture of the tests lends."""
        return self.request.getfixturevalue(fixture)

    def plan(
        self, *rows: Sequence[Any], header: Sequence[Any] = HEADER, name: str = "POI.xlsx"
    ) -> Path:
        """Write a workbook whose sheet POI has a plan: the header in its first row."""
        sheets = {"POI": [header, *(rows or [ROW])], "Configuración": SETTINGS}
        return self.book(sheets, name)

    def book(self, sheets: Mapping[str, Any], name: str = "POI.xlsx") -> Path:
        """Write a workbook of some sheets."""
        path = self.folder / name
        with xlsxwriter.Workbook(path) as book:
            for sheet, rows in sheets.items():
                write_rows(book, book.add_worksheet(sheet), rows)
        return path

    def file(self, name: str, content: bytes) -> Path:
        """Write a file of any content."""
        path = self.folder / name
        path.write_bytes(content)
        return path

    def types(self, *words: object) -> str:
        """Return what the terminal shows after a command."""
        self.verbs.append(str(words[0]))
        capsys = self.lend("capsys")
        capsys.readouterr()
        with contextlib.suppress(SystemExit):
            main([str(word) for word in words])
        done = capsys.readouterr()
        return str(done.out + done.err)

    def reviews(self, *rows: Sequence[Any], header: Sequence[Any] = HEADER) -> str:
        """Return what `revisar` shows of a plan."""
        return self.types("revisar", self.plan(*rows, header=header))


def with_(row: Sequence[Any] = ROW, **cells: Any) -> list[Any]:
    """Return a row with other cells, by the letter of their column."""
    copy = list(row)
    for letter, value in cells.items():
        copy[ord(letter) - ord("A")] = value
    return copy


def refused(action: Callable[..., object], *arguments: Any, **options: Any) -> tuple[Problem, ...]:
    """Return why an action was refused."""
    with pytest.raises(Refusal) as refusal:
        action(*arguments, **options)
    return refusal.value.problems


def words(told: Told, code: str, folder: Path) -> list[str]:
    """Return what is said of a code, as it is printed, without what differs from run to run."""
    lines = told.splitlines() if isinstance(told, str) else map(str, told)
    hidden = {str(folder): "CARPETA", __version__: "VERSIÓN"}
    said = [line.strip() for line in lines if line.startswith((f"{code} ", f"{code}: "))]
    for text, shown in hidden.items():
        said = [line.replace(text, shown) for line in said]
    return said
