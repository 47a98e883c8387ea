"""Problems: what is wrong, where, and what to do about it.

Their texts are in the catalogue; the code that finds a problem only names its code and the facts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from poi_xl.core.catalogue import CATALOGUE

# The page of the guide that explains every code, each in a section of its own.
GUIDE_PAGE: Final = "observaciones.html"


class Severity(StrEnum):
    """How much a problem weighs; the value is the word the user reads."""

    ERROR = "error"
    WARNING = "advertencia"
    NOTE = "nota"

    @classmethod
    def of(cls, code: str) -> "Severity":
        """Return the severity that a code's letter stands for.

        Example:
            >>> str(Severity.of("POI-A30"))
            'advertencia'
        """
        return {"E": cls.ERROR, "A": cls.WARNING, "N": cls.NOTE}[code[4]]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing found wrong.

    Attributes:
        code: stable code, such as ``POI-E40``.
        severity: its weight.
        sheet: name of the sheet, or of the file when the whole file is meant; may be empty.
        cell: A1 address inside the sheet; may be empty.
        message: what is wrong, in Spanish.
        remedy: what to do, in Spanish.
    """

    code: str
    severity: Severity
    sheet: str
    cell: str
    message: str
    remedy: str

    @property
    def place(self) -> str:
        """Where it is, as ``POI!F27``; only the sheet or nothing when that is all there is."""
        return f"{self.sheet}!{self.cell}" if self.sheet and self.cell else self.sheet

    @property
    def guide(self) -> str:
        """The section of the guide that explains it, as ``observaciones.html#poi-e40``."""
        return f"{GUIDE_PAGE}#{self.code.lower()}"

    def as_json(self) -> dict[str, str]:
        """Return it for other programs, in the public form of ``revisar --json``."""
        return {
            "codigo": self.code,
            "severidad": self.severity.value,
            "hoja": self.sheet,
            "celda": self.cell,
            "mensaje": self.message,
            "remedio": self.remedy,
            "guia": self.guide,
        }

    def __str__(self) -> str:
        head = f"{self.code} {self.place}" if self.place else self.code
        return f"{head}: {self.message} {self.remedy}"


class Refusal(Exception):  # noqa: N818 - it is an answer to the user, not a programming error
    """A command cannot go on; nothing was written.

    Attributes:
        problems: why, at least one.
    """

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


# Codes that mean "the file is in use or was changed by somebody": waiting and repeating helps.
BUSY = frozenset({"POI-E05", "POI-E06", "POI-E07", "POI-E87", "POI-E215"})
# Codes about what a workbook says: the command was understood, and this is its answer.
FOUND = frozenset({"POI-E132", "POI-E140"})


def problem(code: str, sheet: str = "", cell: str = "", **facts: object) -> Problem:
    """Make the problem of a catalogue code.

    Args:
        code: a key of the catalogue.
        sheet: sheet (or file) it is in.
        cell: A1 address.
        **facts: what the texts of the code ask for.

    Raises:
        KeyError: unknown code, or a fact that the texts need is missing.

    Example:
        >>> print(problem("POI-E23", "POI", "F27", value=-3))
        POI-E23 POI!F27: la cantidad -3 es negativa. Escriba una cantidad de cero o más.
    """
    kind = CATALOGUE[code]
    return Problem(
        code,
        Severity.of(code),
        sheet,
        cell,
        kind.message.format_map(facts),
        kind.remedy.format_map(facts),
    )
