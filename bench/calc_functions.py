"""10,000 cells `=POI_AVANCE(organ; period)` in a live LibreOffice, against native SUMIFS.

Native is as an analyst writes it: executed and planned of the quarter by SUMIFS over the three
months' columns, and their quotient. Both stand in one document of one office, and are computed
anew by the same call. Opening is measured with and without the extension.
"""

import os
import sys
import tempfile
from itertools import cycle, islice, product
from pathlib import Path

from common import ROOT, best, line, random_plan, write_workbook

sys.path.insert(0, str(ROOT))

from poi_xl.functions import FUNCTIONS
from poi_xl.package.oxt import extension
from tests.calc import office as offices
from tests.conftest import WORKSHOP

CELLS = 10_000
FIRST = 5  # row of the first activity in the plan's sheet
TO_BOTTOM = offices.uno().Enum("com.sun.star.sheet.FillDirection", "TO_BOTTOM")
PLANNED, EXECUTED = "FGH", "RST"  # columns of January to March


def native(last):
    sums = (
        "+".join(
            f"SUMIFS($POI.${c}${FIRST}:${c}${last};$POI.$A${FIRST}:$A${last};$A1)" for c in group
        )
        for group in (EXECUTED, PLANNED)
    )
    executed, planned = sums
    return f"=({executed})/({planned})"


def fill(sheet, formula):
    area = sheet.getCellRangeByName(f"C1:C{CELLS}")
    area.clearContents(1023)
    area.getCellByPosition(0, 0).Formula = formula
    area.fillAuto(TO_BOTTOM, 1)
    return [row[0] for row in area.getDataArray()]


def compare(office, folder, rows):
    plan = random_plan(rows)
    path = folder / f"plan{rows}.xlsx"
    write_workbook(plan, path)
    document = office.open(path)
    document.Sheets.insertNewByName("Celdas", 1)
    sheet = document.Sheets.getByName("Celdas")
    organs = list(dict.fromkeys(plan.organ))[:24]
    pairs = islice(cycle(product(organs, (1.0, "I TRIM"))), CELLS)
    sheet.getCellRangeByName(f"A1:B{CELLS}").setDataArray(tuple(pairs))
    figure = document.Sheets.getByName("POI").getCellRangeByName(f"R{FIRST}")

    def edit():
        figure.Value += 1
        office.settle()

    shown, times = [], []
    for formula in ("=POI_AVANCE(A1;B1)", native(FIRST + rows - 1)):
        figure.Value = 3.0
        office.settle()
        shown.append(fill(sheet, formula))
        office.settle()
        times.append((best(document.calculateAll), best(edit)))
    assert all(abs(a - b) < 1e-12 for a, b in zip(*shown, strict=True)), "they differ"
    (ours, after), (theirs, theirs_after) = times
    goal = "goal: at least 1" if rows < 1_000 else "goal: at least 4"
    line(f"{CELLS:,} cells POI_AVANCE, {rows:,} rows", ours, theirs, "SUMIFS", goal)
    line("  shown after an edit of the plan", after, theirs_after, "SUMIFS")
    document.close(True)


def opening(extensions, folder):
    """Seconds to open the shipped workbook: the first in an office, and any later one."""
    with offices.running(extensions=extensions, environment=offices.finding_us(folder)) as office:
        office.new().close(True)

        def once():
            office.open(ROOT / "workbook" / "POI_2021.xlsm", ReadOnly=True).close(True)

        return best(once, 1), best(once, 5)


def editing(office):
    """What an edit of the shipped plan costs, from typing until every cell shows its answer."""
    document = office.open(ROOT / "workbook" / "POI_2021.xlsm", ReadOnly=True)
    sheet = document.Sheets.getByName("POI")
    places = sheet.queryContentCells(1).RangeAddresses  # numbers
    place = max(places, key=lambda each: each.EndRow - each.StartRow)
    figure = sheet.getCellByPosition(place.StartColumn, place.StartRow)
    office.settle()

    def edit():
        figure.Value += 1
        office.settle()

    edit()
    seconds = best(edit, 9)
    document.close(True)
    return seconds


def main():
    with tempfile.TemporaryDirectory(prefix="poi_xl-") as name:
        folder = Path(name)
        os.environ[WORKSHOP] = name
        oxt = folder / "poi_xl.oxt"
        oxt.write_bytes(extension(FUNCTIONS))
        with offices.running(extensions=[oxt], environment=offices.finding_us(folder)) as office:
            for rows in (78, 1_000):
                compare(office, folder, rows)
            ours = editing(office)
        with offices.running() as office:
            line("an edit of the shipped plan", ours, editing(office), "without add-in")
        with_it, without = (opening(each, folder) for each in ([oxt], []))
        for what, ours, theirs in zip(("first", "later"), with_it, without, strict=True):
            line(f"opening the shipped workbook, {what}", ours, theirs, "without", "at least 0.77")


main()
