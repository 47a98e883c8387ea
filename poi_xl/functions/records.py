"""What a worksheet function is: its name, its arguments, its words and what computes it.

Everything that knows our functions (VBA wrappers, the function wizard, LibreOffice, the command
line, the manual) is derived from these records.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any

from poi_xl.core.problems import Problem

# Excel cuts longer texts in the function wizard.
HELP_LETTERS = 255


class CellError(Enum):
    """The error values of a cell: Excel's number of each (as in VBA's ``CVErr``) and its text."""

    NULL = (2000, "#NULL!")
    DIV_0 = (2007, "#DIV/0!")
    VALUE = (2015, "#VALUE!")
    REF = (2023, "#REF!")
    NAME = (2029, "#NAME?")
    NUM = (2036, "#NUM!")
    NA = (2042, "#N/A")

    def __init__(self, code: int, text: str) -> None:
        self.code = code
        self.text = text


@dataclass(frozen=True, slots=True)
class Failure:
    """An answer that is an error of the cell.

    Attributes:
        error: what the cell shows.
        reason: why, for the log and for POI_OBSERVACIONES; None where the error only passes
            through from an argument.
    """

    error: CellError
    reason: Problem | None = None


# One cell given to a function: None is blank or omitted. Hosts turn integers into floats, and
# whatever is none of these (a date, say) into its text.
Given = float | str | bool | CellError | None
# A range given to a function.
Range = tuple[tuple[Given, ...], ...]
Scalar = float | str | Failure
Rows = list[list[Scalar]]
Answer = Scalar | Rows


class Kind(StrEnum):
    """What an argument stands for."""

    ORGAN = "organo"
    ACTIVITY = "actividad"
    BUDGET_ACTIVITY = "mef"
    PERIOD = "periodo"
    TABLE = "tabla"
    RATIO = "avance"
    PRESET = "preset"
    GROUPING = "por"
    MEASURE = "medida"
    COUNT = "n"
    TEXT = "texto"


class Result(StrEnum):
    """The shape of an answer: one cell, or a table that spills."""

    SCALAR = "valor"
    MATRIX = "tabla"


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a function.

    Attributes:
        name: its name, in Spanish without accents: an identifier in VBA too.
        kind: what it stands for.
        help: what to write in it, for the user.
        default: what is taken when it is omitted, for the user; empty when it is required.
    """

    name: str
    kind: Kind
    help: str
    default: str = ""

    @property
    def required(self) -> bool:
        """Whether a formula must give it."""
        return not self.default


@dataclass(frozen=True, slots=True)
class Example:
    """A formula as Excel in Peru spells it (``;``, ``.``), and its answer on the shipped plan."""

    formula: str
    answer: float | str | Sequence[Sequence[float | str]]


@dataclass(frozen=True, slots=True)
class Function:
    """One worksheet function.

    Attributes:
        name: its name in every host.
        help: what it answers, for the user.
        arguments: its arguments, in order.
        result: the shape of its answer.
        example: a formula with its answer.
        compute: pure function of the context and of one value for each argument but the table,
            which hosts turn into the context. Raises `Refusal` where an argument names nothing.
        category: group in the function wizard.
        remembered: whether its answer depends on nothing but its arguments and the data, so that a
            host may keep it until the data change.
        absent: codes of the reasons for which it answers #N/A, or cells of its table are that.
    """

    name: str
    help: str
    arguments: tuple[Argument, ...]
    result: Result
    example: Example
    compute: Callable[..., Answer]
    category: str = "POI"
    remembered: bool = True
    absent: tuple[str, ...] = ()
    inputs: tuple[Argument, ...] = field(init=False)

    def __post_init__(self) -> None:
        inputs = tuple(each for each in self.arguments if each.kind is not Kind.TABLE)
        object.__setattr__(self, "inputs", inputs)

    @property
    def takes_table(self) -> bool:
        """Whether a plan's range can be given; without one a cell must be volatile in Excel."""
        return len(self.inputs) < len(self.arguments)

    @property
    def signature(self) -> str:
        """How a call is written in Spanish: optional arguments in brackets."""
        names = (each.name if each.required else f"[{each.name}]" for each in self.arguments)
        return f"{self.name}({'; '.join(names)})"

    def as_json(self) -> dict[str, Any]:
        """Return the function's description in plain values, for other programs."""
        return {
            "nombre": self.name,
            "firma": self.signature,
            "ayuda": self.help,
            "categoria": self.category,
            "resultado": self.result.value,
            "argumentos": [
                {
                    "nombre": each.name,
                    "tipo": each.kind.value,
                    "ayuda": each.help,
                    "obligatorio": each.required,
                    "omitido": each.default,
                }
                for each in self.arguments
            ],
            "ejemplo": self.example.formula,
            "respuesta": self.example.answer,
        }
