"""The header of a CEPLAN export: which of its hundreds of columns a plan is made of."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from poi_xl.core.plan import MONTHLY, SOLES, Column
from poi_xl.core.problems import Problem, Refusal, problem
from poi_xl.core.text import a1, column_letters, fold

Row = Sequence[Any]

DEFAULT_BLOCK: Final = "F(RE)"
FIGURES: Final = ("target", *MONTHLY)
_EXECUTED: Final = "F(SE)"
_NAMES: Final[Mapping[str, str]] = {
    "code": "Actividad Operativa ID",
    "activity": "Actividad Operativa",
    "organ": "Centro de Costo",
    "parent": "CC Responsable",
    "budget_activity": "Actividad Presupuestal",
    "measure_unit": "Unidad de Medida",
    "adds_up": "Acumulado",
    "active": "Activo AO",
    "poi": "POI",
    "pliego": "Pliego",
    "unit": "UE",
    "unit_id": "UE ID",
}
_NEEDED: Final = (
    "code", "activity", "organ", "measure_unit", "target", "planned", "executed",
)  # fmt: skip
_KEY: Final = fold(_NAMES["code"])
_WITHIN: Final = 20  # rows from the top in which a header is sought
_BLOCK: Final = re.compile(r"(fn?)\((\w+)\) (\d\d|total)")
_CHOICE: Final = re.compile(r"(?:fn?\()?(\w+)\)?")


@dataclass(frozen=True, slots=True)
class Header:
    """The header of an export.

    Attributes:
        row: the sheet's row, from 1.
        names: the cells, folded.
    """

    row: int
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.names)

    @property
    def blocks(self) -> tuple[str, ...]:
        """The letters of the physical blocks of months, in the header's order."""
        found = (_BLOCK.fullmatch(name) for name in self.names)
        return tuple(dict.fromkeys(each[2].upper() for each in found if each and each[1] == "f"))

    def letters(self, block: str) -> str | None:
        """Return the letters of a block that somebody names, in this header's spelling.

        Example:
            >>> header = Header(1, ("f(re1) 01", "f(cs) 01"))
            >>> header.letters("F(RE)"), header.letters("cs"), header.letters("A")
            ('RE1', 'CS', None)
        """
        match = _CHOICE.fullmatch(fold(block))
        wanted = match[1].upper() if match else ""
        # Older exports number the reprogramming: RE1.
        return next((each for each in (wanted, f"{wanted}1") if each in self.blocks), None)


def find_header(rows: Iterator[Row]) -> Header | None:
    """Return the header among the first rows and stop after it; None when there is none.

    Example:
        >>> rows = iter([["Actividad Operativa ID", "Actividad Operativa", "F(RE) 01"], ["'AOI1"]])
        >>> find_header(rows).blocks, next(rows)
        (('RE',), ["'AOI1"])
    """
    for number, row in enumerate(islice(rows, _WITHIN), start=1):
        names = [fold(cell) if isinstance(cell, str) else "" for cell in row]
        if _KEY in names and any(map(_BLOCK.fullmatch, names)):
            while not names[-1]:
                names.pop()
            return Header(number, tuple(names))
    return None


def find_columns(header: Header, sheet: str, block: str | None) -> tuple[str, dict[Column, int]]:
    """Return the letters of the block taken as planned, and where everything is, from 0.

    Args:
        header: the header.
        sheet: where it is, for the problems.
        block: the block that the user wants; F(RE) when None.

    Raises:
        Refusal: there is no such block (POI-E152), or columns are missing (POI-E151).
    """
    planned, executed = (_letters(header, sheet, each) for each in (block, _EXECUTED))
    wanted = _wanted(planned, executed)
    places: dict[str, int] = {}
    for place, name in enumerate(header.names):
        places.setdefault(name, place)
    found = {column: places.get(fold(name)) for column, name in wanted.items()}
    missing = [wanted[c] for c, place in found.items() if place is None and c[0] in _NEEDED]
    if missing:
        raise Refusal(problem("POI-E151", sheet, a1(header.row, 1), names=", ".join(missing)))
    columns = {column: place for column, place in found.items() if place is not None}
    money = [column for column in wanted if column[0].startswith(SOLES)]
    if not columns.keys() >= set(money):
        columns = {column: place for column, place in columns.items() if column not in money}
    return planned, columns


def _letters(header: Header, sheet: str, block: str | None) -> str:
    wanted = block or DEFAULT_BLOCK
    found = header.letters(wanted)
    if found is None:
        known = ", ".join(f"F({each})" for each in header.blocks)
        raise Refusal(problem("POI-E152", sheet, value=wanted, known=known))
    return found


def _wanted(planned: str, executed: str) -> dict[Column, str]:
    wanted: dict[Column, str] = {(kind, 0): name for kind, name in _NAMES.items()}
    wanted["target", 0] = f"F({planned}) Total"
    for month in range(1, 13):
        wanted["planned", month] = f"F({planned}) {month:02}"
        wanted["executed", month] = f"F({executed}) {month:02}"
        wanted["soles_planned", month] = f"Fn({planned}) {month:02}"
        wanted["soles_executed", month] = f"Fn({executed}) {month:02}"
        wanted["reason", month] = f"Motivo({executed}) {month:02}"
    return wanted


def repeated(header: Header, columns: Mapping[Column, int], sheet: str) -> Iterator[Problem]:
    """Yield a warning for every column in use whose name stands a second time."""
    for used in sorted(columns.values()):
        name = header.names[used]
        for place in range(used + 1, len(header)):
            if header.names[place] == name:
                yield problem(
                    "POI-A23", sheet, a1(header.row, place + 1),
                    label=name, used=column_letters(used + 1),
                )  # fmt: skip
