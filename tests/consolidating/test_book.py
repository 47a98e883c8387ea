"""The workbook about a consolidation: entities ranked, quarter by quarter, what was observed."""

import datetime as dt
from itertools import pairwise

import numpy as np
import openpyxl
import pytest

from poi_xl.commands.ports import SilentHost
from poi_xl.consolidating.asking import ask
from poi_xl.consolidating.book import write_book
from poi_xl.consolidating.consolidate import consolidate
from poi_xl.consolidating.executors import Here
from poi_xl.core.problems import Refusal
from tests.consolidating.entities import write
from tests.oracles import audit

NOW = dt.datetime(2021, 8, 2, 9, 0)  # noqa: DTZ001


@pytest.fixture
def made(tmp_path):
    chance = np.random.default_rng(5)
    for number, (layout, quarter) in enumerate(
        (("sheet", 1), ("html", 2), ("text", 2), ("saved", 1))
    ):
        write(tmp_path / "e", number, layout, 6, quarter=quarter, chance=chance)
    (tmp_path / "e" / "malo.xlsx").write_bytes(b"nada")
    root = tmp_path / "sector"
    consolidate([str(tmp_path / "e")], root, executor=Here(1))
    write_book(root, tmp_path / "sector.xlsx", now=NOW, host=SilentHost())
    return root, tmp_path / "sector.xlsx"


def table(path, sheet, heading):
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(path)[sheet].iter_rows()]
    top = next(place for place, row in enumerate(rows) if heading in row)
    return [dict(zip(rows[top], row, strict=True)) for row in rows[top + 1 :]]


def test_entities_are_ranked_with_the_figures_of_calcular(made):
    root, path = made
    answer = ask(root)
    figures = {
        name: (answer.figures.planned[row], answer.figures.progress[row])
        for row, name in enumerate(answer.labels)
    }
    rows = [row for row in table(path, "Entidades", "Puesto") if row["Entidad"] in figures]
    assert {row["Entidad"]: (row["Programado"], row["Avance"]) for row in rows} == figures
    assert [row["Puesto"] for row in rows] == [1, 2, 3, 3]  # two have nothing done yet
    assert all(a["Avance"] >= b["Avance"] for a, b in pairwise(rows))


def test_a_quarter_that_was_not_delivered_says_so(made):
    root, path = made
    rows = {row["Entidad"]: row for row in table(path, "Por trimestre", "I TRIM")}
    assert rows["ENTIDAD INVENTADA N.º 0"]["II TRIM"] == "sin entrega"
    second = ask(root, period="2")
    for name in ("000001 ENTIDAD INVENTADA N.º 1", "ENTIDAD INVENTADA N.º 2"):
        expected = second.figures.progress[second.labels.index(name)]
        assert rows[name]["II TRIM"] == pytest.approx(expected)
    assert {row["IV TRIM"] for row in rows.values()} == {"sin entrega"}


def test_the_cells_of_the_map_have_their_flag_s_colour_and_shape(made):
    root, path = made
    sheet = openpyxl.load_workbook(path)["Por trimestre"]
    first = ask(root, period="1")
    cells = {row[0].value: row[1] for row in sheet.iter_rows()}
    for row, name in enumerate(first.labels):
        flag = first.figures.flag_of(row)
        assert cells[name].fill.start_color.rgb == f"FF{flag.colour.lstrip('#')}"
        assert flag.shape in cells[name].number_format


def test_observations_are_counted_by_entity(made):
    _, path = made
    rows = table(path, "Observaciones", "Código")
    texts = [row for row in rows if row["Código"] == "POI-A20"]
    assert [(row["Entidad"], row["Veces"]) for row in texts] == [("ENTIDAD INVENTADA N.º 2", 19)]
    assert any(row["Entidad"] == "SIN ENTIDAD" and row["Severidad"] == "error" for row in rows)


def test_it_is_a_sound_workbook_and_the_same_every_time(made, tmp_path):
    root, path = made
    assert audit(path) == []
    again = write_book(root, tmp_path / "otra.xlsx", now=NOW, host=SilentHost())
    assert again.path.read_bytes() == path.read_bytes()
    assert not write_book(root, path, now=NOW, host=SilentHost()).written
    path.write_bytes(b"de otro")
    with pytest.raises(Refusal, match="POI-E50"):
        write_book(root, path, now=NOW, host=SilentHost())
