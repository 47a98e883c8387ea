"""Which rows below a plan's header are activities, and which totals, titles or headings again.

A row is an activity when it names one and says something about it. The other rows of a printed plan
(its title and heading again on every page, subtotals, section titles, footnotes) are left out;
only figures that nobody would account for are worth a problem.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from poi_xl.core.plan import Floats
from poi_xl.core.text import fold, legible
from poi_xl.reading.aside import rows_that_add_up, summary_rows, task_rows
from poi_xl.reading.cells import CellError
from poi_xl.reading.grid import Merged
from poi_xl.reading.headings import plain

Bools = npt.NDArray[np.bool_]

_CARRIED_OVER = re.compile(r"van|vienen")
_TOTAL = re.compile(
    r"(gran |sub ?)?(total|totales)( general(es)?| institucional| anual)?"
    r"|sumas?( total(es)?)?|van|vienen"
)
_GENERAL = re.compile(r"gran total( general)?|(total|totales) (general(es)?|institucional)")
_BARE = frozenset(("total", "totales", "suma", "sumas", "suma total", "sumas totales"))
_TOTAL_OF = re.compile(r"(gran |sub ?)?(total|totales)\b.*")
_TITLE = re.compile(
    r"(plan operativo|poi|pagina|pag|fuente|elaborad[oa]|notas?)\b.*|.*\btrimestre\b.*"
)
_SIGNATURE = re.compile(r"(elaborad|revisad|aprobad|visad)[oa]s? por\b.*")


@dataclass(frozen=True, slots=True)
class Texts:
    """The text columns of a table's body, row by row, merged cells filled.

    Attributes:
        organ: empty texts where the table has no such column; so for all but `activity`.
        activity: name of the activity.
        budget_activity: budget activity.
        measure_unit: unit of measure.
        code: code of the activity.
        task: name of a task of the activity.
        labels: all texts left of the first figure, where TOTAL may stand, joined by row; only for
            rows that may be sums.
        marks: rows that say they are to be deleted, with the column and the text that say so.
        detailed: whether the table has any column beside organ and activity that names things.
    """

    organ: list[str]
    activity: list[str]
    budget_activity: list[str]
    measure_unit: list[str]
    code: list[str]
    task: list[str]
    labels: Mapping[int, tuple[str, ...]]
    marks: Mapping[int, tuple[int, str]]
    detailed: bool = True


@dataclass(frozen=True, slots=True)
class Rows:
    """The body's rows, sorted out.

    Attributes:
        activities: rows that are activities.
        orphans: rows with figures but no activity.
        marked: rows to be deleted that have figures or name an activity.
        tasks: rows that break down an activity with figures of its own.
        totals: rows that sum others, but for what is carried from page to page.
        total: the row of the general TOTAL, or None.
        organs: organ of each activity, carried down where the sheet writes it once.
        summaries: rows below the plan that repeat what its groups add up to, and whether they do.
    """

    activities: list[int]
    orphans: list[int]
    marked: list[int]
    tasks: list[int]
    totals: list[int]
    total: int | None
    organs: list[str]
    summaries: Mapping[int, bool] = field(default_factory=dict)


def as_text(cell: Any) -> str:
    """Return a name as text: a code or name typed as a number is still one.

    Example:
        >>> as_text(" JEFATURA  SAT "), as_text(101.0)
        ('JEFATURA SAT', '101')
    """
    if isinstance(cell, CellError):
        return str(cell)
    if isinstance(cell, float):
        return f"{cell:.15g}"
    text = cell if isinstance(cell, str) else str(cell)
    # Names as people wrote them, but for what nobody sees: line breaks, outer and double spaces.
    return legible(" ".join(text.split()))


def fill_merged(
    column: list[Any], index: int, first_row: int, merged: Sequence[Merged], rows: Sequence[Any]
) -> list[Any]:
    """Return a column of the body with merged cells filled down.

    Args:
        column: its cells.
        index: its place in the sheet, from 0.
        first_row: the sheet's row of the first one, from 0.
        merged: the sheet's merged ranges.
        rows: the whole grid.
    """
    for (top, left), (bottom, right) in merged:
        # Ranges wider than the cell are titles and section lines.
        if left == right == index and bottom > top and bottom >= first_row:
            value = rows[top][index]
            for row in range(max(top, first_row), min(bottom, first_row + len(column) - 1) + 1):
                column[row - first_row] = value
    return column


def sort_rows(
    texts: Texts, figures: Bools, numbers: Bools, headings: Collection[str], titles: Collection[str]
) -> Rows:
    """Return which of the body's rows are what.

    Args:
        texts: its text columns.
        figures: whether each row has anything but blanks in the figure columns.
        numbers: whether each row has a number there.
        headings: words of the header over the text columns.
        titles: words of the lines above the header.
    """
    totals = [row for row in texts.labels if row not in texts.marks and _is_total(texts, row)]
    printed = {*headings, *titles}
    named = list(_named(texts, figures, numbers, set(totals), printed))
    doubtful = {row for row in totals if is_total_of(texts, row)}
    with_numbers = set(np.flatnonzero(numbers).tolist())
    used = sorted({*named, *with_numbers} - set(totals))
    marked = [row for row in used if row in texts.marks]
    kept = [row for row in used if row not in texts.marks]
    tasks = list(task_rows(texts.activity, texts.task, sorted({*kept, *doubtful}), with_numbers))
    aside = {*marked, *tasks}
    activities = [row for row in named if row not in aside]
    lines = _organ_lines(texts, set(totals), printed)
    return Rows(
        activities,
        orphans=sorted({*kept} - {*named} - aside),
        marked=marked,
        tasks=tasks,
        totals=[row for row in totals if not _is_carried_over(texts, row)],
        total=_general(texts, totals),
        organs=_carried(texts, activities, {*named, *doubtful, *lines}),
    )


def without_summaries(rows: Rows, texts: Texts, figures: Floats) -> Rows:
    """Return the rows with those of summary tables below the plan set apart.

    Args:
        rows: the rows, sorted out.
        texts: the text columns.
        figures: all figures, NaN where blank.
    """
    names: dict[int, str] = {}
    plan = dict(zip(rows.activities, rows.organs, strict=True))
    for row in sorted({*rows.activities, *rows.orphans}, reverse=True):
        organ, activity = texts.organ[row], texts.activity[row]
        alone = not activity or not organ or fold(organ) == fold(activity)
        if not alone or _has_details(texts, row):
            break
        names[row] = activity or organ
    if not names:
        return rows
    groups = {
        row: {*map(fold, (organ, texts.budget_activity[row], texts.measure_unit[row]))} - {""}
        for row, organ in plan.items()
        if row not in names
    }
    found = summary_rows(names, groups, figures, rows.totals) if groups else {}
    if groups and all(groups.values()) and not any(map(plan.get, groups)):
        # Only what they count or are paid by tells activities from the names of groups.
        found |= dict.fromkeys(rows_that_add_up(names, groups, figures, rows.totals), True)
    # A row without activity that is no sum of anything stays what it is: figures of nobody.
    found = {row: good for row, good in found.items() if good or row in plan}
    if not found:
        return rows
    above = [row for row in rows.totals if row < min(found)]
    kept = {row: organ for row, organ in plan.items() if row not in found}
    return replace(
        rows,
        activities=list(kept),
        orphans=[row for row in rows.orphans if row not in found],
        total=_general(texts, above),
        organs=list(kept.values()),
        summaries=dict(sorted(found.items())),
    )


def _named(
    texts: Texts, figures: Bools, numbers: Bools, totals: Collection[int], printed: Collection[str]
) -> Iterator[int]:
    """Rows that name an activity: with a number, or in the table and no heading, title or note."""
    end = _end(texts, figures, numbers, totals)
    for row, name in enumerate(texts.activity):
        if name and row not in totals:
            bare = not figures[row]
            if numbers[row] or (
                _is_inside(texts, row, end, totals) and _is_said(texts, row, printed, bare=bare)
            ):
                yield row


def _is_inside(texts: Texts, row: int, end: int, totals: Collection[int]) -> bool:
    """Whether a row stands in the table: a unit of measure says so even below a blank row."""
    return row <= end or (end not in totals and _has_details(texts, row))


def _end(texts: Texts, figures: Bools, numbers: Bools, totals: Collection[int]) -> int:
    """The last row of the table: signatures and footnotes stand below its TOTAL, or a blank row."""
    used = np.flatnonzero(numbers)
    last = int(used[-1]) if used.size else -1
    if last in totals:
        return last
    blank = (
        row
        for row in range(last + 1, len(figures))
        if not (figures[row] or texts.activity[row] or texts.organ[row] or _has_details(texts, row))
    )
    return next(blank, len(figures))


def _is_total(texts: Texts, row: int) -> bool:
    """Whether a row sums others: TOTAL stands alone, or leads a label in a row without unit."""
    activity = plain(texts.activity[row])
    if _TOTAL.fullmatch(activity):
        return True
    details = texts.measure_unit[row] or texts.budget_activity[row]
    words = [plain(text) for text in texts.labels[row]]
    if activity:
        return not _is_detail(details) and bool(_TOTAL_OF.fullmatch(activity))
    return any(_TOTAL.fullmatch(each) or _TOTAL_OF.fullmatch(each) for each in words)


def _is_carried_over(texts: Texts, row: int) -> bool:
    return any(_CARRIED_OVER.fullmatch(plain(text)) for text in texts.labels[row])


def is_total_of(texts: Texts, row: int) -> bool:
    """Whether a total's row names what it sums where activities stand, so may be one itself."""
    name = plain(texts.activity[row])
    return name.startswith("total") and not _TOTAL.fullmatch(name)


def _is_detail(text: str) -> bool:
    """Whether a unit or budget activity is one, and not TOTAL written in its column."""
    return bool(text) and not _TOTAL_OF.fullmatch(plain(text))


def _general(texts: Texts, totals: Sequence[int]) -> int | None:
    """The row of the whole plan's TOTAL: it says so, or is the only one, or follows another."""
    words = {row: [plain(text) for text in texts.labels[row]] for row in totals}
    explicit = [row for row in totals if any(map(_GENERAL.fullmatch, words[row]))]
    if explicit:
        return explicit[-1]
    bare = [row for row in totals if any(each in _BARE for each in words[row])]
    if len(bare) == 1:
        return bare[0]
    # Every block ends with a TOTAL: the general one follows the last block's without activities.
    return bare[-1] if bare and bare[-2:] == [bare[-1] - 1, bare[-1]] else None


def _is_said(texts: Texts, row: int, printed: Collection[str], *, bare: bool) -> bool:
    """Whether a row without numbers is an activity, not a heading, title, section or footnote.

    Args:
        texts: the text columns.
        row: the row.
        printed: words of the headings and titles that each page repeats.
        bare: whether its figure columns are all blank.
    """
    words = plain(texts.activity[row])
    said = (words, plain(texts.organ[row]), plain(texts.code[row]))
    signed = any(map(_SIGNATURE.fullmatch, said))
    if words in printed or (bare and signed):
        return False
    if not bare or _has_details(texts, row):
        return True
    return bool(texts.organ[row]) or (not texts.detailed and not _TITLE.fullmatch(words))


def _has_details(texts: Texts, row: int) -> bool:
    return bool(texts.measure_unit[row] or texts.budget_activity[row] or texts.code[row])


def _carried(texts: Texts, activities: Sequence[int], naming: Collection[int]) -> list[str]:
    """The organ of each activity: its own, else the last one written above.

    Args:
        texts: the text columns.
        activities: rows that count.
        naming: rows whose organ goes on to those below, some of which do not count themselves.
    """
    wanted = set(activities)
    organs = []
    current = ""
    for row, organ in enumerate(texts.organ):
        is_mark = row in texts.marks and texts.marks[row][1] == organ
        if organ and row in naming and not is_mark:
            current = organ
        if row in wanted:
            organs.append(current)
    return organs


def _organ_lines(texts: Texts, totals: Collection[int], printed: Collection[str]) -> Iterator[int]:
    """Rows with an organ alone, above its activities; titles on each page do not count."""
    for row, organ in enumerate(texts.organ):
        if organ and not texts.activity[row] and row not in totals:
            words = plain(organ)
            if words not in printed and not _TITLE.fullmatch(words):
                yield row
