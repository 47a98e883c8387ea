"""Whatever the layout, every figure comes back, or a problem tells of that very cell.

`make fuzz` goes on where these stop: many more cases of the same kind (tools/fuzz.py).
"""

from dataclasses import replace
from random import Random

import pytest

from poi_xl.reading import body, figures, plan, rows
from poi_xl.reading.text import read_text
from poi_xl.reading.workbook import read_workbook
from tests.reading.files import write_file
from tests.reading.judging import SHEET, draw_case, judge, shrunk
from tests.reading.layouts import Layout, lay_out

CASES = 300


@pytest.mark.parametrize("first", range(0, CASES, 50))
def test_every_figure_comes_back_or_its_cell_is_told(first):
    for seed in range(first, first + 50):
        assert judge(draw_case(seed)).wrong == [], f"python -m tools.fuzz --seed {seed} --cases 1"


def test_tidy_sheets_come_back_whole_without_any_problem():
    for seed in range(0, CASES, 3):
        case = draw_case(seed)
        told = judge(case).told
        # Only what their layout lacks, writes as text, or has in rows without an activity.
        assert set(told) <= {"POI-A20", "POI-A22", "POI-A191", "POI-E26", "POI-N191"}, seed
        assert not told["POI-A20"] or case.layout.told_total
        assert not told["POI-E26"] or case.layout.organ == "sums"
        assert not told["POI-N191"] or case.layout.summary


def test_the_same_plans_come_back_from_files(tmp_path):
    def read(drawn):
        write_file(drawn, tmp_path / "plan.xlsx", SHEET, random)
        content = read_workbook(tmp_path / "plan.xlsx")
        return content.plan, content.problems

    for seed in range(1000, 1040):
        random = Random(seed)
        assert judge(draw_case(seed), read).wrong == [], seed


def test_the_same_plans_come_back_from_text(tmp_path):
    """In a text there are no merged cells, no dates, and every number is a text."""

    def shown(cell):
        return f"{cell:.15g}" if isinstance(cell, float | int) else str(cell)

    def read(drawn):
        lines = ("\t".join(map(shown, row)) for row in drawn.rows)
        (tmp_path / SHEET).write_text("\n".join(lines), encoding="utf-8")
        return read_text(tmp_path / SHEET)

    for seed in range(0, CASES, 6):
        case = draw_case(seed)
        # Line breaks in a heading would end the line.
        layout = replace(
            case.layout,
            organ="blank",
            months="long",
            told_total=False,
            spelling=case.layout.spelling % 4,
        )
        assert judge(replace(case, layout=layout), read).wrong == [], seed


def test_the_judge_knows_what_was_drawn_without_asking_the_reader():
    case = draw_case(0)
    assert judge(case, lambda drawn: (None, ())).wrong == ["no plan was read"]
    drawn = lay_out(case.sample, case.layout)
    read, told = plan.read_plan(drawn.rows, drawn.merged, SHEET)
    assert read is not None
    read.target[0] += 1
    (wrong,) = judge(case, lambda drawn: (read, told)).wrong
    assert "was read as" in wrong


# --- the harness bites: break one rule of the reader, and a case shows it -------------------------


def found_within(cases):
    return next((seed for seed in range(cases) if judge(draw_case(seed)).wrong), None)


BREAKS = {
    "totals count": (rows, "_is_total", lambda texts, row: False),
    "numbers as text are blanks": (figures, "reading", lambda text: None),
    "points divide thousands": (figures, "value", lambda found, style, *, disputed: found.comma),
    "nobody tells of cells": (plan, "column_problems", lambda *facts: iter(())),
    "marks do not matter": (body, "marks", lambda columns: {}),
    "tasks count": (rows, "task_rows", lambda *facts: iter(())),
    "columns' numbers are figures": (body, "_numbering", lambda *facts: iter(())),
    "headings count": (rows, "_is_said", lambda *facts, bare: True),
}  # fmt: skip


@pytest.mark.parametrize("broken", BREAKS)
def test_a_broken_rule_is_found(broken, monkeypatch):
    monkeypatch.setattr(*BREAKS[broken])
    assert found_within(CASES) is not None


def test_a_failing_case_is_made_small(monkeypatch):
    monkeypatch.setattr(rows, "_is_total", lambda texts, row: False)
    seed = found_within(CASES)
    assert seed is not None
    small = shrunk(draw_case(seed))
    assert len(small.sample.activities) == 1
    assert small.layout == Layout()
