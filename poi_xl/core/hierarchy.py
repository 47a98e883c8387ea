"""Which organ depends on which: an optional map that the institution keeps, empty by default.

A plan lists its organs without saying which is above which, and their names do not tell either. So
nothing is inferred. A name above others may be an organ of the plan itself or not; what it stands
for is its own activities and all below it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from poi_xl.core.plan import By, Grouping, Plan
from poi_xl.core.problems import Problem, problem
from poi_xl.core.text import fold


@dataclass(frozen=True, slots=True)
class Dependence:
    """One line of the map.

    Attributes:
        organ: the organ.
        parent: what it depends on.
        sheet, cell: where it is written.
    """

    organ: str
    parent: str
    sheet: str = ""
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """The map, without circles; names are folded.

    Attributes:
        parents: what each organ depends on.
        labels: how each name is written.
        lines: the lines it was made of.
    """

    parents: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[Dependence, ...] = field(default=(), compare=False)

    def __bool__(self) -> bool:
        return bool(self.parents)

    def is_head(self, name: str) -> bool:
        """Whether anything depends on a name."""
        return fold(name) in self.parents.values()

    def above(self, organ: str) -> tuple[str, ...]:
        """Return the names above an organ, the nearest first.

        Example:
            >>> found, _ = hierarchy_of([Dependence("C", "B"), Dependence("B", "Á")])
            >>> found.above("c")
            ('b', 'a')
        """
        found: list[str] = []
        name = fold(organ)
        while name in self.parents:
            name = self.parents[name]
            found.append(name)
        return tuple(found)


def hierarchy_of(lines: Iterable[Dependence]) -> tuple[Hierarchy, tuple[Problem, ...]]:
    """Return the map that some lines make, and what is wrong with them.

    Lines that cannot be used are as if they had not been written.
    """
    parents: dict[str, str] = {}
    labels: dict[str, str] = {}
    used: dict[str, Dependence] = {}
    problems: list[Problem] = []
    for line in lines:
        organ, parent = fold(line.organ), fold(line.parent)
        if not (organ and parent):
            problems.append(problem("POI-E162", line.sheet, line.cell))
        elif organ in used:
            if parents[organ] != parent:
                facts = {"organ": line.organ, "used": labels[parents[organ]]}
                problems.append(problem("POI-E163", line.sheet, line.cell, **facts))
        else:
            parents[organ], used[organ] = parent, line
            labels.setdefault(organ, line.organ)
            labels.setdefault(parent, line.parent)
    for circle in list(_circles(parents)):
        problems.append(_circle_problem([used[organ] for organ in circle]))
        for organ in circle:
            del parents[organ], used[organ]
    return Hierarchy(parents, labels, tuple(used.values())), tuple(problems)


def _circles(parents: Mapping[str, str]) -> Iterator[list[str]]:
    """Yield each ring of names that depend on one another; one depends on itself, in the least."""
    settled: set[str] = set()
    for start in parents:
        path: dict[str, None] = {}
        name = start
        while name in parents and name not in settled and name not in path:
            path[name] = None
            name = parents[name]
        if name in path:
            ring = list(path)
            yield ring[ring.index(name) :]
        settled |= path.keys()


def _circle_problem(lines: Sequence[Dependence]) -> Problem:
    chain = [*(line.organ for line in lines), lines[0].organ]
    facts = {
        "chain": " → ".join(f"«{organ}»" for organ in chain),
        "cells": ", ".join(filter(None, (line.cell for line in lines))),
    }
    return problem("POI-E161", lines[0].sheet, lines[0].cell, **facts)


def check_hierarchy(plan: Plan, hierarchy: Hierarchy) -> tuple[Problem, ...]:
    """Return a warning for each line whose organ neither is in the plan nor is above another."""
    known = {fold(organ) for organ in plan.organ} | set(hierarchy.parents.values())
    return tuple(
        problem("POI-A164", line.sheet, line.cell, organ=line.organ)
        for line in hierarchy.lines
        if fold(line.organ) not in known
    )


def organs_and_above(plan: Plan, hierarchy: Hierarchy) -> Grouping:
    """Return the plan's activities by organ, each also in the groups above its own.

    The plan's organs come first, as they are grouped without a map; a group that others depend on
    has their activities too.
    """
    organs = plan.grouping(By.ORGAN)
    if not hierarchy:
        return organs
    labels, codes = list(organs.labels), {fold(x): i for i, x in enumerate(organs.labels)}
    chains = []
    for own, label in enumerate(organs.labels):
        above = hierarchy.above(label)
        for name in above:
            if codes.setdefault(name, len(labels)) == len(labels):
                labels.append(hierarchy.labels[name])
        chains.append([own, *(codes[name] for name in above)])
    return _overlapping(tuple(labels), [chains[own] for own in organs.codes.tolist()])


def _overlapping(labels: tuple[str, ...], groups: Sequence[Sequence[int]]) -> Grouping:
    """The grouping in which each activity is in several groups."""
    members = np.repeat(np.arange(len(groups)), [len(each) for each in groups])
    codes = [code for each in groups for code in each]
    return Grouping(labels, np.array(codes, dtype=np.int64), members.astype(np.int64))


@dataclass(frozen=True, slots=True)
class Tree:
    """The organs under what they depend on, ready to be laid out line by line.

    Attributes:
        grouping: a group a line; those of the heads hold the activities of all lines under them.
        levels: how deep each line stands.
        heads: whether each line is a head.
    """

    grouping: Grouping
    levels: tuple[int, ...]
    heads: tuple[bool, ...]


def organ_tree(plan: Plan, hierarchy: Hierarchy) -> Tree:
    """Return the organs under what they depend on, in the plan's own order; a head goes first.

    The activities that a head has of its own are a line under it, as those of any other organ.
    """
    organs = plan.grouping(By.ORGAN)
    own = {fold(label): number for number, label in enumerate(organs.labels)}
    below: dict[str, dict[str, None]] = {}
    for label in organs.labels:
        chain = ["", *reversed(hierarchy.above(label)), fold(label)]
        for parent, child in pairwise(chain):
            below.setdefault(parent, {})[child] = None
    lines = list(_lines(below, own, "", 0))
    holders: list[list[int]] = [[] for _ in organs.labels]
    open_heads: list[int] = []
    for number, (name, level, is_head) in enumerate(lines):
        del open_heads[level:]
        if is_head:
            open_heads.append(number)
        else:
            holders[own[name]] = [number, *open_heads]
    labels = (
        organs.labels[own[name]] if name in own else hierarchy.labels[name] for name, *_ in lines
    )
    return Tree(
        _overlapping(tuple(labels), [holders[code] for code in organs.codes.tolist()]),
        tuple(level for _, level, _ in lines),
        tuple(is_head for *_, is_head in lines),
    )


def _lines(
    below: Mapping[str, Iterable[str]], own: Mapping[str, int], parent: str, level: int
) -> Iterator[tuple[str, int, bool]]:
    """Yield name, level and whether it is a head, of all that is below a name."""
    for name in below[parent]:
        if name in below:
            yield name, level, True
            if name in own:
                yield name, level + 1, False
            yield from _lines(below, own, name, level + 1)
        else:
            yield name, level, False
