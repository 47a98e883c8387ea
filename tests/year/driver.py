"""The planning office's year: forms out, spoiled, filled in, imported, copies, the next quarter.

The figures are kept here in plain lists, and every total is summed here: nothing of poi_xl's.
"""

import datetime as dt
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from poi_xl.commands.distribute import distribute
from poi_xl.commands.forms import make_forms
from poi_xl.commands.import_forms import Imported, import_forms
from poi_xl.commands.open_quarter import open_quarter
from poi_xl.core.problems import Refusal
from tests.commands.test_forms import fill
from tests.year.faults import Fault

FIRST, EXECUTED, PAIR = 6, 18, 30  # where a plan's rows, its executed months and its quarter begin
Filler = Callable[[Path, list[list[int]]], object]


@dataclass(frozen=True)
class Row:
    """An activity as the seed has it."""

    organ: str
    activity: str
    planned: Sequence[int]


@dataclass
class Year:
    """A workbook on its way through the year, and the figures that it should have.

    Attributes:
        book: the workbook.
        rows: its activities, in the plan's order.
        quarter: the open one.
        executed: what the units reported, by activity and month.
        closed: planned and executed of each closed quarter.
    """

    book: Path
    rows: list[Row]
    quarter: int = 1
    executed: list[list[int]] = field(default_factory=list)
    closed: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.executed = [[0] * 12 for _ in self.rows]

    # --- what the office does ---------------------------------------------------------------------

    @property
    def now(self) -> dt.datetime:
        """The day: after the quarter's end."""
        return dt.datetime(2021, 3 * self.quarter, 28, 9, 30)  # noqa: DTZ001

    @property
    def organs(self) -> list[str]:
        """The organs, in the plan's order."""
        return list(dict.fromkeys(row.organ for row in self.rows))

    def forms_out(self, folder: Path) -> dict[str, Path]:
        """Make the quarter's forms; return them by organ."""
        made = make_forms(self.book, folder / f"fichas {self.quarter}", now=self.now)
        assert [each.organ for each in made.files] == self.organs
        return {each.organ: each.placed.path for each in made.files}

    def spoil(self, forms: dict[str, Path], faults: Sequence[Fault], folder: Path) -> None:
        """Import forms with faults: each is told with its file, and nothing is written."""
        folder.mkdir()
        wanted = set()
        free = list(self.organs)
        for number, fault in enumerate(faults):
            organ = next(each for each in free if self._activities(each) >= fault.rows)
            free.remove(organ)
            form = self._of_another_quarter(organ, folder) if fault.other_quarter else forms[organ]
            path = Path(shutil.copyfile(form, folder / f"{number}.xlsx"))
            fill(path, [[1, 1, 1]] * self._activities(organ))
            fault.spoil(path)
            wanted.add((fault.code, path.name))
        before = self.book.read_bytes()
        with pytest.raises(Refusal) as refused:
            import_forms(self.book, [folder], now=self.now)
        told = {(each.code, each.sheet) for each in refused.value.problems}
        assert wanted <= told
        assert {code for code, _ in told} == {fault.code for fault in faults}
        assert all(each.message and each.remedy for each in refused.value.problems)
        assert self.book.read_bytes() == before

    def _of_another_quarter(self, organ: str, folder: Path) -> Path:
        other = str(self.quarter % 4 + 1)
        made = make_forms(self.book, folder / "otras", now=self.now, period=other)
        return next(each.placed.path for each in made.files if each.organ == organ)

    def report(self, forms: dict[str, Path], fillers: Mapping[str, Filler]) -> None:
        """Fill the forms in and import them; the last organ's comes empty first, and then late."""
        late = self.organs[-1]
        for organ, path in forms.items():
            amounts = self.amounts(organ)
            if organ != late:
                fillers.get(organ, fill)(path, amounts)
        answer = self._imported(list(forms.values())[::-1])
        assert [each.code for each in answer.problems if each.code == "POI-A100"] == ["POI-A100"]
        assert answer.standing.pending == (late,)
        fillers.get(late, fill)(forms[late], self.amounts(late))
        assert self._imported([forms[late]]).standing.pending == ()
        assert not self._imported(list(forms.values())).update.written

    def copy(self, folder: Path) -> Path:
        """Distribute a copy, which another program has verified; return it."""
        (copy,) = distribute(self.book, folder / f"copias {self.quarter}", now=self.now).copies
        assert copy.verified.different == ()
        assert copy.verified.cells > 0
        return copy.file.path

    def next_quarter(self) -> None:
        """Open the next quarter."""
        self.close()
        open_quarter(self.book, self.quarter + 1, now=self.now)
        self.quarter += 1

    def close(self) -> None:
        """Note down what the open quarter comes to."""
        self.closed.append(self._sums(self._months))

    def _imported(self, forms: list[Path]) -> Imported:
        return import_forms(self.book, forms, now=self.now)

    def _activities(self, organ: str) -> int:
        return sum(row.organ == organ for row in self.rows)

    def amounts(self, organ: str) -> list[list[int]]:
        """Think of amounts for an organ's quarter, and note them down."""
        found = []
        for place, row in enumerate(self.rows):
            if row.organ == organ:
                for month in self._months:
                    self.executed[place][month] = (7 * place + 5 * month + self.quarter) % 13
                found.append([self.executed[place][month] for month in self._months])
        return found

    # --- what it should say -----------------------------------------------------------------------

    @property
    def _months(self) -> range:
        return range(3 * self.quarter - 3, 3 * self.quarter)

    def _sums(self, months: range, organ: str = "") -> tuple[int, int]:
        """Planned and executed of some months, of an organ or of all."""
        places = [i for i, row in enumerate(self.rows) if organ in ("", row.organ)]
        planned = sum(self.rows[i].planned[month] for i in places for month in months)
        return planned, sum(self.executed[i][month] for i in places for month in months)

    def check_plan(self, path: Path) -> None:
        """The plan's sheet of the workbook, or of a copy, has these figures and sums."""
        sheet: Any = load_workbook(path, data_only=True)["POI"]
        for place, row in enumerate(self.rows):
            line = FIRST + place
            assert sheet.cell(line, 1).value == row.organ
            shown = [sheet.cell(line, EXECUTED + month).value or 0 for month in range(12)]
            assert shown == self.executed[place]
            pair = (sum(row.planned[m] for m in self._months),
                    sum(self.executed[place][m] for m in self._months))  # fmt: skip
            assert tuple(sheet.cell(line, PAIR + n).value for n in (0, 1)) == pair
        total = FIRST + len(self.rows) + 1
        assert sheet.cell(total, 1).value == "TOTAL"
        assert tuple(sheet.cell(total, PAIR + n).value for n in (0, 1)) == self._sums(self._months)
        for month in range(12):
            wanted = self._sums(range(month, month + 1))[1]
            assert (sheet.cell(total, EXECUTED + month).value or 0) == wanted

    def check_summaries(self) -> None:
        """The regenerated sheets have these sums, and the quarter before as it was closed."""
        book = load_workbook(self.book, data_only=True)
        to_date = range(3 * self.quarter)
        for organ in (*self.organs, ""):
            line = next(r for r in book["Por órgano"].values if (organ or "TOTAL") in r)
            assert {*self._sums(self._months, organ), *self._sums(to_date, organ)} <= set(line)
        band = [
            cell
            for cell in next(book["Resumen"].iter_rows(5, 5, values_only=True))
            if cell is not None
        ]
        planned, done = self._sums(self._months)
        assert band[:3] == [planned, done, done - planned]
        assert band[3] == pytest.approx(done / planned) if planned else isinstance(band[3], str)
        if self.closed:
            before = [
                c for c in next(book["Resumen"].iter_rows(6, 6, values_only=True)) if c is not None
            ]
            planned, done = self.closed[-1]
            assert before[:3] == [planned, done, done - planned]
            rows = [row for row in book["Cierres"].values if "INSTITUCIÓN" in row]
            assert [(row[4], row[5]) for row in rows] == self.closed
