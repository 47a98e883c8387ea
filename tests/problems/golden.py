"""The very words of each problem, and who says them: one line a code in `golden.tsv`."""

from pathlib import Path
from typing import NamedTuple

_FILE = Path(__file__).with_name("golden.tsv")


class Golden(NamedTuple):
    """What a case of a problem must end in.

    Attributes:
        by: who says it: a command, or the program and its button.
        text: what the user reads.
    """

    by: str
    text: str


def read_golden() -> dict[str, Golden]:
    """Return the expected words by code."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines)
    return {code: Golden(by, text) for code, by, text in rows}


GOLDEN = read_golden()
