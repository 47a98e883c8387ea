"""What filled forms change in a plan: figures, texts, and what counts where both say something."""

from dataclasses import dataclass
from enum import StrEnum

from poi_xl.core.forms import FilledForm
from poi_xl.core.notes import TypedNote


class Prefer(StrEnum):
    """What counts where a form and the plan differ; the value is the user's word."""

    FORM = "ficha"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One executed month that a form changes.

    Attributes:
        file: the form.
        activity: index into the plan.
        month: 1 to 12.
        before: what the plan says; None when blank.
        after: what it will say.
    """

    file: str
    activity: int
    month: int
    before: float | None
    after: float


@dataclass(frozen=True, slots=True)
class NoteChange:
    """One text beside an activity that a form changes.

    Attributes:
        file: the form.
        activity: index into the plan.
        heading: one of `NOTE_HEADINGS`.
        before: what stands there; empty when nothing.
        after: what will.
    """

    file: str
    activity: int
    heading: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Import:
    """What some forms bring.

    Attributes:
        answered: the forms that are not empty.
        figures: the executed months that change.
        notes: the texts that change.
        typed: the notes of every activity with such a text, whole.
    """

    answered: tuple[FilledForm, ...]
    figures: tuple[FigureChange, ...]
    notes: tuple[NoteChange, ...]
    typed: tuple[TypedNote, ...]
