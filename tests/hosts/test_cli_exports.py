"""Exports of CEPLAN's application at the command line: read like a workbook, never written into."""

import json

import pytest

from poi_xl.hosts.cli import main
from tests.reading.exports import as_html, sample_rows, table, write_xlsx

ROWS = table(sample_rows(30))


@pytest.fixture
def export(tmp_path):
    path = tmp_path / "POI_PORACTIVIDADOPERATIVA_ANUAL_000127_20210415.xls"
    path.write_bytes(as_html(ROWS))
    return path


def answer(capsys, *words):
    code = main([str(word) for word in words])
    found = capsys.readouterr()
    return code, found.out, found.err


def test_its_indicators(capsys, export):
    code, out, _ = answer(capsys, "calcular", export, "--por", "actividad", "--json")
    found = json.loads(out)
    assert (code, found["anio"], found["periodo"]) == (0, 2021, "I TRIM")
    first = sample_rows(30)[0]
    assert found["filas"][0]["clave"]["codigo"] == first.code.lstrip("'")
    assert found["filas"][0]["programado"] == sum(first.planned[:3])
    assert found["filas"][0]["ejecutado"] == sum(first.executed[:3])


@pytest.mark.parametrize("by", ["organo", "mef", "unidad", "actividad", "total"])
def test_its_money(capsys, export, by):
    rows = sample_rows(30)
    _, out, _ = answer(capsys, "calcular", export, "--por", by, "--periodo", "FEB", "--json")
    found = [each["soles"] for each in json.loads(out)["filas"]]
    for word, months in (
        ("programado", [row.soles_planned for row in rows]),
        ("ejecutado", [row.soles_executed for row in rows]),
    ):
        assert sum(each[word] for each in found) == pytest.approx(sum(m[1] for m in months))
    for each in found:
        assert each["brecha"] == pytest.approx(each["ejecutado"] - each["programado"])
        assert each["avance"] == pytest.approx(each["ejecutado"] / each["programado"])
    first = found[0]["programado"]
    same = {"organo": rows[0].organ, "mef": rows[0].budget_activity, "unidad": rows[0].unit}
    attribute = {"organo": "organ", "mef": "budget_activity", "unidad": "unit"}.get(by)
    alike = [r for r in rows if attribute is None or getattr(r, attribute) == same[by]]
    alike = alike[:1] if by == "actividad" else alike
    assert first == pytest.approx(sum(row.soles_planned[1] for row in alike))


def test_its_money_on_the_screen(capsys, export, book):
    _, out, _ = answer(capsys, "calcular", export)
    assert "Soles: programado " in out
    _, out, _ = answer(capsys, "calcular", book)
    assert "Soles" not in out
    _, out, _ = answer(capsys, "calcular", book, "--json")
    assert all("soles" not in row for row in json.loads(out)["filas"])


def test_another_block_of_planned_months(capsys, export):
    words = ("calcular", export, "--por", "total", "--json", "--programado")
    planned = {
        block: json.loads(answer(capsys, *words, block)[1])["filas"][0]["programado"]
        for block in ("F(RE)", "F(CS)")
    }
    # The sample's blocks differ by 7 a month and by their distance.
    assert planned["F(RE)"] - planned["F(CS)"] == 30 * 3 * 14


def test_a_block_is_refused_where_there_is_none(capsys, export, book):
    code, _, err = answer(capsys, "calcular", export, "--programado", "F(X)")
    assert (code, "POI-E152" in err) == (2, True)
    for words in (("calcular", book), ("revisar", book), ("comparar", book, book)):
        code, _, err = answer(capsys, *words, "--programado", "cs")
        assert (code, "POI-E156" in err) == (2, True)


def test_its_observations(capsys, export):
    code, out, _ = answer(capsys, "revisar", export, "--json")
    assert (code, json.loads(out)["observaciones"]) == (0, [])


def test_what_changed_since_another_export(capsys, export, tmp_path):
    later = write_xlsx(table(sample_rows(30, months=4)), tmp_path / "mayo.xlsx")
    code, out, _ = answer(capsys, "comparar", export, later, "--json")
    found = json.loads(out)
    assert code == 0
    assert {each["tipo"] for each in found["cambios"]} == {"reportado"}
    assert {each["hoja"] for each in found["cambios"]} == {"POI_PORACTIVIDAD"}


@pytest.mark.parametrize(
    "verb",
    [
        ("actualizar",),
        ("distribuir", "-o", "copias"),
        ("fichas", "-o", "fichas"),
        ("importar", "fichas"),
        ("abrir-trimestre", "2"),
        ("incorporar",),
        ("formula", "POI_META()", "--libro"),
    ],
    ids=lambda verb: verb[0],
)
@pytest.mark.parametrize("saved", [False, True], ids=["page", "workbook"])
def test_what_writes_refuses_it_with_the_remedy(capsys, export, tmp_path, verb, saved):
    path = write_xlsx(ROWS, tmp_path / "poi.xlsx") if saved else export
    before = path.read_bytes()
    words = (*verb, path) if verb[-1] == "--libro" else (verb[0], path, *verb[1:])
    code, _, err = answer(capsys, *words)
    plain = " ".join(err.split())
    assert code == 2
    assert f"«{path.name}» es una exportación del aplicativo CEPLAN" in plain
    assert f"poi-xl construir --desde {path.name}" in plain
    assert path.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted({path.name, export.name})
