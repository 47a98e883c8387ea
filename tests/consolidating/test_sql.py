"""The questions in docs/consolidar.md, asked to DuckDB as they stand there."""

import re
from pathlib import Path

import duckdb
import numpy as np
import pytest

from poi_xl.consolidating.consolidate import consolidate
from poi_xl.consolidating.executors import Here
from tests.consolidating.entities import write

PAGE = Path(__file__).parents[2] / "docs" / "consolidar.md"
QUESTIONS = re.findall(r"```sql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


@pytest.fixture
def made(tmp_path, monkeypatch):
    chance = np.random.default_rng(3)
    files = [
        write(tmp_path / "e", number, layout, 6, quarter=1, chance=chance)
        for number, layout in enumerate(("sheet", "html", "text", "saved"))
    ]
    # An earlier quarter's delivery must not be counted twice.
    files.append(write(tmp_path / "e", 9, "sheet", 6, quarter=2, chance=chance, entity="X 1/2"))
    write(tmp_path / "e", 8, "sheet", 6, quarter=1, chance=chance, entity="x 1/2")
    consolidate([str(tmp_path / "e")], tmp_path / "sector", executor=Here(1))
    monkeypatch.chdir(tmp_path)
    return files


def test_the_page_has_three_questions():
    assert len(QUESTIONS) == 3


def test_the_entities_in_order(made):
    found = duckdb.execute(QUESTIONS[0]).fetchall()
    expected = {each.entity: (each.planned[:3].sum(), each.executed[:3].sum()) for each in made}
    assert {name.upper(): (planned, done) for name, planned, done, *_ in found} == expected
    ratios = [row[3] for row in found]
    assert ratios == sorted(ratios)


def test_the_months(made):
    found = duckdb.execute(QUESTIONS[1]).fetchall()
    assert [row[0] for row in found] == [*range(1, 13)]
    assert [row[1] for row in found] == sum(each.planned for each in made).tolist()
    # Months nobody reported are null, not zero.
    done = sum(each.executed for each in made).tolist()
    assert [row[2] or 0.0 for row in found] == done
    assert found[-1][2] in (None, 0.0)


def test_the_observations(made):
    found = duckdb.execute(QUESTIONS[2]).fetchall()
    assert ("POI-A20", "advertencia", 16, 1) in found
