"""Functions in cells: one registry, what they compute from, and how they are called.

- `FUNCTIONS`, `BY_NAME`: the registry of records.
- `Context`: a plan under its settings; a host makes one each time that the data change.
- `answer(context, function, arguments)`: a function's answer for a cell.
"""

from poi_xl.functions.calling import answer, failures
from poi_xl.functions.context import Context
from poi_xl.functions.records import (
    HELP_LETTERS,
    Answer,
    Argument,
    CellError,
    Example,
    Failure,
    Function,
    Given,
    Kind,
    Range,
    Result,
    Rows,
    Scalar,
)
from poi_xl.functions.registry import BY_NAME, FUNCTIONS

__all__ = [
    "BY_NAME",
    "FUNCTIONS",
    "HELP_LETTERS",
    "Answer",
    "Argument",
    "CellError",
    "Context",
    "Example",
    "Failure",
    "Function",
    "Given",
    "Kind",
    "Range",
    "Result",
    "Rows",
    "Scalar",
    "answer",
    "failures",
]
