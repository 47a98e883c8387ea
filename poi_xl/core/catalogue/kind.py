"""What is declared of a problem."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """The declaration of a problem: its two texts are `str.format` templates over the facts.

    Attributes:
        message: what is wrong, in Spanish.
        remedy: what to do, in Spanish.
    """

    message: str
    remedy: str
