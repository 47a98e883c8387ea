"""What is kept beside each summary sheet: when, from what and how it was drawn last.

Every host keeps it in the workbook and asks it the same questions, so that the file host and an
open Excel take turns on one workbook without noticing.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest

from poi_xl import __version__
from poi_xl.commands.load import Loaded
from poi_xl.core.notes import TypedNote
from poi_xl.core.quarters import closed_before
from poi_xl.core.summaries import Report, build_report
from poi_xl.core.text import a1
from poi_xl.reading.cells import Cells
from poi_xl.reading.owned import canonical, cells_fingerprint
from poi_xl.sheets.report import LAYOUT_VERSION


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell of a summary sheet that differs; values as the sheet holds them, None when blank."""

    sheet: str
    cell: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class SheetNote:
    """The text kept in the workbook beside each summary sheet's ownership mark.

    Attributes:
        layout: layout version it was drawn with.
        date: date of its stamp.
        inputs: hash of all that its figures were computed from.
        content: fingerprint of its cells as drawn, to notice what people type there.
    """

    layout: int
    date: dt.date
    inputs: str
    content: str

    def __str__(self) -> str:
        return f"{self.layout};{self.date.isoformat()};{self.inputs};{self.content}"

    @staticmethod
    def parse(text: str) -> "SheetNote | None":
        """Return the note of a text; None when it is not one, as after an older release."""
        try:
            layout, date, inputs, content = text.split(";")
            return SheetNote(int(layout), dt.date.fromisoformat(date), inputs, content)
        except ValueError:
            return None


def stamped_report(
    loaded: Loaded,
    period: str | None,
    notes: list[TypedNote],
    names: Mapping[str, str],
    stored: Mapping[str, SheetNote],
    today: dt.date,
) -> tuple[Report, str]:
    """Build the report; with the date of the last one when nothing it rests on has changed.

    Args:
        loaded: the workbook as read.
        period: the months to report on; the current quarter when None.
        notes: what people typed in Alertas.
        names: name of each summary sheet in the workbook, by key.
        stored: the note of each sheet that is there already.
        today: date of the stamp otherwise.

    Returns:
        The report, and the hash of its inputs.

    Raises:
        Refusal: the text names no period.
    """
    months = loaded.period(period)
    report = build_report(
        loaded.plan,
        loaded.settings,
        problems=loaded.problems,
        today=today,
        version=__version__,
        period=months,
        notes=notes,
    )
    if closed := closed_before(loaded.closings, months, loaded.settings.preset):
        report = replace(report, previous=closed)
    inputs = _inputs(report, loaded, names)
    # One sheet alone may have been drawn since; its date is not the others'.
    dates = {note.date if note.inputs == inputs else None for note in stored.values()}
    if len(stored) == len(names) and len(dates) == 1 and (date := dates.pop()):
        report = replace(report, stamp=replace(report.stamp, date=date))
    return report, inputs


def _inputs(report: Report, loaded: Loaded, names: Mapping[str, str]) -> str:
    """Return a hash of all that the figures rest on, the date left out."""
    undated = replace(report.stamp, date=dt.date.min)
    layout = sorted(loaded.plan.layout.columns.items()), loaded.plan.layout.rows
    organs = sorted(loaded.settings.hierarchy.parents.items())
    # As it is today, it rests on the plan, which the stamp knows.
    closed = (report.previous,) if report.previous and report.previous.closed else ()
    parts = (
        LAYOUT_VERSION, undated, loaded.settings.preset.bands, loaded.problems,
        sorted(names.items()), loaded.plan.layout.sheet, layout, *([organs] if organs else []),
        *closed,
    )  # fmt: skip
    return hashlib.blake2b(repr(parts).encode(), digest_size=6).hexdigest()


def sheet_note(report: Report, inputs: str, drawn: Cells) -> SheetNote:
    """Return the note of a sheet just drawn."""
    return SheetNote(LAYOUT_VERSION, report.stamp.date, inputs, cells_fingerprint(drawn))


def cell_changes(sheet: str, before: Cells | None, after: Cells) -> tuple[CellChange, ...]:
    """Return the cells whose value differs, row by row.

    Numbers are compared as in the note's fingerprint: programs write them to more or fewer digits.
    """
    rows = zip_longest(before.rows if before else (), after.rows, fillvalue=())
    return tuple(
        CellChange(sheet, a1(row, column), _shown(was), _shown(will))
        for row, (old, new) in enumerate(rows, start=1)
        if old != new
        for column, (was, will) in enumerate(zip_longest(old, new, fillvalue=""), start=1)
        if was != will and (type(was), canonical(was)) != (type(will), canonical(will))
    )


def _shown(value: object) -> object:
    return None if value == "" else value
