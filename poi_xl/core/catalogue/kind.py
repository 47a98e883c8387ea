"""What is declared of a problem."""

import re
from dataclasses import dataclass
from typing import Final

_FACT: Final = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class Kind:
    """The declaration of a problem: its two texts are `str.format` templates over the facts.

    Attributes:
        message: what is wrong, in Spanish.
        remedy: what to do, in Spanish.
    """

    message: str
    remedy: str


def without_facts(template: str) -> str:
    """Return a text of the catalogue as it is for every case, beginning like a sentence.

    Example:
        >>> without_facts("falta {what} en la hoja.")
        'Falta … en la hoja.'
    """
    text = _FACT.sub("…", template)
    return text[:1].upper() + text[1:]
