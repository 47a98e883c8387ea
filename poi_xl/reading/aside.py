"""Rows with figures that a plan does not count: marked for deletion, tasks, totals of a part.

Each of them is told, for figures that nobody counts must not vanish in silence.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from poi_xl.core.indicators import decimal
from poi_xl.core.plan import Floats
from poi_xl.core.text import fold
from poi_xl.reading.headings import plain

# Alone in a cell it is a mark; before or after a name only in capitals and set off by a sign, for
# «Eliminar documentos del archivo» is work that institutions do.
_MARK = re.compile(r"elimin(ar|ad[oa])s?")
_MARKED_NAME = re.compile(
    r"\W*ELIMIN(AR|AD[OA])S?\s*[-–—:.)\]/].*|.*[-–—:.(\[/]\s*ELIMIN(AR|AD[OA])S?\W*", re.DOTALL
)
_MARK_WORD = "elimin"
_TASK_NAME = re.compile(r"(sub ?)?tareas? (no? ?)?\d+\b.*")


def marks(columns: Sequence[Sequence[Any]]) -> dict[int, tuple[int, str]]:
    """Return the rows that say they are to be deleted: the column and the text that say so.

    Example:
        >>> marks([["ELIMINAR - Dirigir", "Eliminar archivos"], ["", "Eliminado"]])
        {0: (0, 'ELIMINAR - Dirigir'), 1: (1, 'Eliminado')}
    """
    found: dict[int, tuple[int, str]] = {}
    for place, column in enumerate(columns):
        texts = {cell for cell in set(column) if type(cell) is str}
        said = set(filter(_is_mark, texts)) if may_say("\n".join(texts), _MARK_WORD) else ()
        for row, cell in enumerate(column) if said else ():
            if cell in said:
                found.setdefault(row, (place, " ".join(cell.split())))
    return found


def _is_mark(text: str) -> bool:
    if not may_say(text, _MARK_WORD):
        return False
    return bool(_MARK.fullmatch(plain(text)) or _MARKED_NAME.fullmatch(text))


def may_say(text: str, *words: str) -> bool:
    """Whether a text has any of some words in it: quick, for a whole column joined to one text.

    Example:
        >>> may_say("Dirigir - TOTAL GENERAL", "total", "suma")
        True
    """
    lower = text.lower()
    return any(word in lower for word in words)


def task_rows(
    activity: Sequence[str], task: Sequence[str], used: Sequence[int], numbers: Collection[int]
) -> Iterator[int]:
    """Yield the rows that break down the activity above them, whose own row has the figures.

    Args:
        activity: name of the activity, row by row.
        task: name of the task; empty texts where the table has no such column.
        used: rows with figures or names, in order.
        numbers: rows with a number.
    """
    if not any(task) and not may_say("\n".join(activity), "tarea"):
        return
    name = ""
    for row in used:
        own = fold(activity[row])
        is_task = bool(task[row]) and own in ("", name)
        if is_task or _TASK_NAME.fullmatch(plain(activity[row])):
            if name:
                yield row
        elif own:
            # An activity without figures of its own counts by its tasks.
            name = own if row in numbers and not task[row] else ""


def summary_rows(
    names: Mapping[int, str],
    groups: Mapping[int, Collection[str]],
    figures: Floats,
    totals: Collection[int],
) -> dict[int, bool]:
    """Return the rows of summary tables below a plan, and whether each is the sum that it names.

    People repeat what each organ, budget activity or unit adds up to below the plan, in its own
    columns. Such a row says nothing but the name of a group of the plan's. It is one if its
    figures are that group's sums, whatever stands above; below a TOTAL, whatever they are.

    Args:
        names: the name of each row that says nothing else, below every other activity.
        groups: for each activity, the folded names of the groups that it is in.
        figures: all figures, NaN where blank.
        totals: rows of the totals.
    """
    found: dict[int, bool] = {}
    for row, name in names.items():
        said, members = fold(name), [each for each in groups if each < row]
        members = [each for each in members if said in groups[each]]
        says = ~np.isnan(figures[row])
        if not (members and says.any()):
            continue
        sums = np.nan_to_num(figures[members][:, says]).sum(axis=0)
        is_sum_of_them = np.array_equal(decimal(sums), decimal(figures[row, says]))
        below_total = any(max(members) < total < row for total in totals)
        if below_total or (is_sum_of_them and sums.any()):
            found[row] = is_sum_of_them
    return found


def rows_that_add_up(
    names: Collection[int], activities: Collection[int], figures: Floats, totals: Collection[int]
) -> list[int]:
    """Return the rows of a summary by groups that no column of the plan names, if there is one.

    They stand below a TOTAL and together say what it says.

    Args:
        names: rows that say nothing but a name, below every other activity.
        activities: rows of the activities.
        figures: all figures, NaN where blank.
        totals: rows of the totals.
    """
    for total in sorted(totals):
        below, says = sorted(row for row in names if row > total), ~np.isnan(figures[total])
        if below and min(activities) < total and figures[total, says].any():
            sums = np.nan_to_num(figures[below][:, says]).sum(axis=0)
            if np.array_equal(decimal(sums), decimal(figures[total, says])):
                return below
    return []


def is_sum(row: int, figures: Floats, activities: Sequence[int], totals: Sequence[int]) -> bool:
    """Whether a row is the sum of its block, of everything above it, or of the block below.

    Args:
        row: the row that may be a total.
        figures: all figures, NaN where blank.
        activities: rows of the activities.
        totals: rows of the totals.
    """
    says = ~np.isnan(figures[row])
    if not says.any():
        return False
    # Nobody sums every column: a quarter's inside the months is often left blank.
    amounts = np.nan_to_num(figures[:, says])
    before = max((each for each in totals if each < row), default=-1)
    after = min((each for each in totals if each > row), default=len(figures))
    for first, last in ((before, row), (-1, row), (row, after)):
        block = [each for each in activities if first < each < last]
        if block and np.array_equal(decimal(amounts[block].sum(axis=0)), decimal(amounts[row])):
            return True
    return False
