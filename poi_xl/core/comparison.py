"""What changed between two versions of a plan: its activities, their names, every figure.

Activities are recognised by their code, else by their names. What is left on both sides is then
paired: the same figures under another name is a renaming; so is a name that was only retouched.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from math import isnan

import numpy as np

from poi_xl.core.indicators import decimal
from poi_xl.core.period import MONTHS
from poi_xl.core.plan import Column, Floats, Plan
from poi_xl.core.text import fold

# Below this two names of one organ are two activities; names differ by more than a typing error
# when one is replaced by another.
_ALIKE = 0.75
# Beyond so many candidates a pairing by likeness costs too long and means nothing.
_MOST_CANDIDATES = 400
_NAME: Column = ("activity", 0)
_WHAT = {
    "organ": "ÓRGANO",
    "activity": "ACTIVIDAD",
    "accumulation": "ACUMULACIÓN",
    "target": "META",
    "planned": "PROGRAMADO",
    "executed": "EJECUTADO",
    "soles_planned": "PROGRAMADO FINANCIERO",
    "soles_executed": "EJECUTADO FINANCIERO",
}


class Kind(StrEnum):
    """What happened; the value is the user's word."""

    ADDED = "agregada"
    DROPPED = "retirada"
    RENAMED = "renombrada"
    ACCUMULATION = "acumulación"
    TARGET = "meta"
    PLANNED = "programado"
    REPORTED = "reportado"
    CORRECTED = "corregido"


Value = str | float | None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is another in the second plan.

    Attributes:
        kind: what happened.
        before: index of the activity in the first plan; None when it is new.
        after: index in the second plan; None when it was dropped.
        column: the plan's column that differs; of an activity added or dropped, its name's.
        old: what stood there; None for nothing.
        new: what stands there now.
    """

    kind: Kind
    before: int | None
    after: int | None
    column: Column
    old: Value
    new: Value

    @property
    def what(self) -> str:
        """The datum that differs, in the user's words: ``META``, ``PROGRAMADO FEB``.

        Example:
            >>> Change(Kind.CORRECTED, 0, 0, ("executed", 2), 1.0, 2.0).what
            'EJECUTADO FEB'
        """
        kind, month = self.column
        return f"{_WHAT[kind]} {MONTHS[month - 1]}" if month else _WHAT[kind]


@dataclass(frozen=True)
class Comparison:
    """Two plans side by side.

    Attributes:
        before: the first plan.
        after: the second plan.
        pairs: each activity that both have, as indexes into the two.
        changes: everything that differs, in the order of the second plan; what it dropped, last.
    """

    before: Plan
    after: Plan
    pairs: tuple[tuple[int, int], ...]
    changes: tuple[Change, ...]

    @property
    def counts(self) -> dict[Kind, int]:
        """How many changes of each kind there are; kinds without any are left out."""
        found = Counter(change.kind for change in self.changes)
        return {kind: found[kind] for kind in Kind if found[kind]}

    def names(self, change: Change) -> tuple[str, str]:
        """Return organ and activity of a change, as the second plan names them if it has them."""
        plan, index = self._where(change)
        return plan.organ[index], plan.activity[index]

    def cell(self, change: Change) -> tuple[str, str]:
        """Return sheet and cell of a change in the second plan; in the first, if it was dropped."""
        plan, index = self._where(change)
        return plan.layout.sheet, plan.layout.cell(index, change.column)

    def _where(self, change: Change) -> tuple[Plan, int]:
        if change.after is not None:
            return self.after, change.after
        if change.before is not None:
            return self.before, change.before
        raise ValueError("a change is of one plan at least")


def compare(before: Plan, after: Plan) -> Comparison:
    """Return everything that differs between two plans.

    Blank and 0 are the same in what is planned and in META; in what is executed they are not, for
    a blank was not reported. Names that differ in accents, case or spaces are the same.

    Args:
        before: the plan as it was.
        after: the plan as it is.

    Example:
        >>> def plan(target, *executed):
        ...     months = np.array([[*executed, *[np.nan] * (12 - len(executed))]])
        ...     return Plan(("A",), ("X",), ("",), ("",), np.array([target]), months, months)
        >>> found = compare(plan(6.0, 1.0), plan(8.0, 2.0, 1.0))
        >>> [(c.kind.value, c.old, c.new) for c in found.changes if c.kind is not Kind.PLANNED]
        [('meta', 6.0, 8.0), ('corregido', 1.0, 2.0), ('reportado', None, 1.0)]
    """
    known = _by_key(before, after)
    found = {**known, **_renamed(before, after, known)}
    pairs = tuple(sorted(((old, new) for new, old in found.items()), key=lambda pair: pair[1]))
    changes = [
        *(
            change
            for new in range(len(after))
            for change in _of(before, after, found.get(new), new)
        ),
        *_dropped(before, set(found.values())),
    ]
    return Comparison(before, after, pairs, tuple(changes))


# --- who is who -----------------------------------------------------------------------------------


def _by_key(before: Plan, after: Plan) -> dict[int, int]:
    places = {key: index for index, key in enumerate(before.keys)}
    return {new: places[key] for new, key in enumerate(after.keys) if key in places}


def _renamed(before: Plan, after: Plan, known: dict[int, int]) -> dict[int, int]:
    """Pair what is left on both sides, the likeliest first."""
    olds = [index for index in range(len(before)) if index not in set(known.values())]
    news = [index for index in range(len(after)) if index not in known]
    if not olds or not news:
        return {}
    few = max(len(olds), len(news)) <= _MOST_CANDIDATES
    scores = sorted(
        (
            (-score, new, old)
            for new in news
            for old in olds
            if (score := _likeness(before, old, after, new, names=few))
        ),
    )
    pairs: dict[int, int] = {}
    for _, new, old in scores:
        if new not in pairs and old not in pairs.values():
            pairs[new] = old
    return pairs


def _likeness(before: Plan, old: int, after: Plan, new: int, *, names: bool) -> float:
    """How sure it is that two activities are one under two names: 0 for not at all."""
    organ = fold(before.organ[old]) == fold(after.organ[new])
    name = fold(before.activity[old]) == fold(after.activity[new])
    figures = _same_figures(before, old, after, new)
    if figures and (organ or name):
        return 2.0 + name
    if name and not organ:
        return 1.0  # the activity moved to another organ
    if not (organ and names):
        return 0.0
    alike = SequenceMatcher(None, fold(before.activity[old]), fold(after.activity[new]))
    quick = alike.real_quick_ratio() >= _ALIKE and alike.quick_ratio() >= _ALIKE
    ratio = alike.ratio() if quick else 0.0
    return ratio if ratio >= _ALIKE else 0.0


def _same_figures(before: Plan, old: int, after: Plan, new: int) -> bool:
    """Whether META and the planned months are the same, and not all nothing."""
    there, here = before.planned[old], after.planned[new]
    same = np.array_equal(_plain(there), _plain(here))
    target = _plain(before.target[old : old + 1]), _plain(after.target[new : new + 1])
    return bool(same and np.array_equal(*target) and _plain(here).any())


def _plain(figures: Floats) -> Floats:
    return decimal(np.nan_to_num(figures))


# --- what differs ---------------------------------------------------------------------------------


def _of(before: Plan, after: Plan, old: int | None, new: int) -> Iterator[Change]:
    if old is None:
        yield Change(Kind.ADDED, None, new, _NAME, None, after.activity[new])
        return
    for column in ("organ", "activity"):
        was, now = getattr(before, column)[old], getattr(after, column)[new]
        if fold(was) != fold(now):
            yield Change(Kind.RENAMED, old, new, (column, 0), was, now)
    modes = before.mode(old), after.mode(new)
    if modes[0] is not modes[1]:
        yield Change(Kind.ACCUMULATION, old, new, ("accumulation", 0), *map(str, modes))
    # META is one figure, the others are twelve.
    yield from _figures(
        Kind.TARGET, ("target", 0), before.target[[old]], after.target[[new]], old, new
    )
    yield from _figures(
        Kind.PLANNED, ("planned", 1), before.planned[old], after.planned[new], old, new
    )
    yield from _figures(
        Kind.CORRECTED, ("executed", 1), before.executed[old], after.executed[new], old, new
    )
    was, now = before.soles, after.soles
    if was and now:
        yield from _figures(
            Kind.PLANNED, ("soles_planned", 1), was.planned[old], now.planned[new], old, new
        )
        yield from _figures(
            Kind.CORRECTED, ("soles_executed", 1), was.executed[old], now.executed[new], old, new
        )


def _figures(
    kind: Kind, first: Column, was: Floats, now: Floats, old: int, new: int
) -> Iterator[Change]:
    differs = _plain(was) != _plain(now)
    if kind is Kind.CORRECTED:
        differs |= np.isnan(was) != np.isnan(now)
    for place in np.flatnonzero(differs).tolist():
        figures = _value(was[place]), _value(now[place])
        reported = kind is Kind.CORRECTED and figures[0] is None
        column = first[0], first[1] + place
        yield Change(Kind.REPORTED if reported else kind, old, new, column, *figures)


def _value(figure: float) -> float | None:
    return None if isnan(figure) else float(figure)


def _dropped(before: Plan, kept: set[int]) -> Iterator[Change]:
    for index in range(len(before)):
        if index not in kept:
            yield Change(Kind.DROPPED, index, None, _NAME, before.activity[index], None)
