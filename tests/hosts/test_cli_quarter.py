"""`abrir-trimestre` at the terminal."""

import json

import pytest

from poi_xl.commands.load import load
from poi_xl.hosts.cli import main


def run(capsys, *words):
    code = main([str(word) for word in words])
    seen = capsys.readouterr()
    return code, seen.out, seen.err


def test_it_shows_what_it_does(book, capsys, own_log):
    code, out, err = run(capsys, "abrir-trimestre", book, 2)
    assert code == 0
    assert "Columnas mostradas: U, V, W" in out
    assert "Se escribió" in out
    assert "II TRIM" in out
    assert "con --simular o --json salen todas" in out
    assert "poi-xl revisar" in err
    assert load(book).quarter == 2


def test_simulated_it_shows_every_cell(book, capsys, own_log):
    before = book.read_bytes()
    code, out, _ = run(capsys, "abrir-trimestre", book, 2, "--simular")
    assert code == 0
    assert book.read_bytes() == before
    assert "Simulación: no se escribió nada" in out
    assert all(place in out for place in ("POI!AE6", "POI!AG85", "Configuración!B6", "Resumen!A1"))


def test_as_json_it_says_the_same(book, capsys, own_log):
    code, out, _ = run(capsys, "abrir-trimestre", book, 2, "--simular", "--json")
    answer = json.loads(out)
    assert code == 0
    assert (answer["antes"], answer["periodo"], answer["escrito"]) == ("I TRIM", "II TRIM", False)
    assert answer["columnas_mostradas"] == ["U", "V", "W"]
    cells = {(each["hoja"], each["celda"]): each["despues"] for each in answer["celdas"]}
    assert cells["POI", "A1"].endswith("II° TRIMESTRE")


def test_going_back_is_told(book, capsys, own_log):
    run(capsys, "abrir-trimestre", book, 2)
    code, out, _ = run(capsys, "abrir-trimestre", book, 1)
    assert code == 0
    assert "Columnas ocultadas: U, V, W" in out


def test_skipping_a_quarter_is_refused(book, capsys, own_log):
    code, _, err = run(capsys, "abrir-trimestre", book, 4)
    assert code == 2
    assert "POI-E121" in err


@pytest.mark.parametrize("quarter", ["5", "dos"])
def test_there_are_four_quarters(book, capsys, quarter):
    with pytest.raises(SystemExit) as left:
        main(["abrir-trimestre", str(book), quarter])
    assert left.value.code == 2
