"""Finding the plan in the cells that a host lends."""

from typing import Any

from poi_xl.commands.answering import with_month_dates

JANUARY = 44_197.0  # 2021-01-01 in Excel's calendar


def test_a_sheet_full_of_numbers_is_left_as_it_is():
    rows = [[row + 0.5, 1.0, JANUARY + 1] for row in range(10_000)]
    assert with_month_dates(rows) is rows


def test_only_the_first_day_of_a_month_heads_a_column():
    texts = ["ÓRGANO", "ACTIVIDAD OPERATIVA", "META"]
    months = [JANUARY + days for days in (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)]
    head: list[Any] = [*texts, *months, *months[:3]]
    groups: list[Any] = ["", "", "", "PROGRAMADO", *[""] * 11, "EJECUTADO", "", ""]
    body = ["A", "Uno", JANUARY, *[JANUARY] * 15]
    dated = with_month_dates([groups, head, body])
    assert [cell.month for cell in dated[1][3:15]] == list(range(1, 13))
    assert dated[2] == body
    shifted = [groups, [*texts, *(cell + 0.5 for cell in head[3:])], body]
    assert with_month_dates(shifted) is shifted
