"""A consolidation at the command line: made, brought up to date, asked."""

import json
import subprocess
import sys

import numpy as np
import pytest

from poi_xl import consolidating
from poi_xl.hosts.cli import main
from tests.consolidating.entities import write


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("DASK_SCHEDULER_ADDRESS", raising=False)


@pytest.fixture
def folder(tmp_path):
    chance = np.random.default_rng(3)
    for number, layout in enumerate(("sheet", "html")):
        write(tmp_path / "entregas", number, layout, 5, quarter=1, chance=chance)
    return tmp_path / "entregas"


def answer(capsys, *words):
    code = main([str(word) for word in words])
    found = capsys.readouterr()
    return code, found.out, found.err


def test_a_sector_is_made_and_asked(capsys, folder, tmp_path):
    root = tmp_path / "sector"
    code, out, err = answer(capsys, "consolidar", folder, "-o", root)
    assert code == 0
    assert "2 entidades, años 2021; 2 archivos, 2 leídos esta vez" in out
    assert "poi-xl calcular" in err
    code, out, _ = answer(capsys, "consolidar", folder, "-o", root, "--json")
    assert json.loads(out)["leidos"] == 0
    code, out, err = answer(capsys, "calcular", root)
    assert (code, err) == (0, "")
    assert "sector · 2021 · I TRIM · 2 entidades · semáforo A (75/95/100)" in out
    assert "000001 ENTIDAD INVENTADA N.º 1" in out
    words = ("calcular", root, "--por", "organo", "--entidad", "entidad inventada n.º 0", "--json")
    code, out, _ = answer(capsys, *words)
    assert [row["clave"] for row in json.loads(out)["filas"]] == [
        {"entidad": "ENTIDAD INVENTADA N.º 0", "organo": "OFICINA 1"}
    ]


def test_errors_inside_the_files_are_the_exit_code(capsys, folder, tmp_path):
    (folder / "malo.xlsx").write_bytes(b"nada")
    code, out, _ = answer(capsys, "consolidar", folder, "-o", tmp_path / "s")
    assert (code, "ilegible 1" in out) == (1, True)


def test_the_first_files_that_cannot_be_read_are_named(capsys, folder, tmp_path):
    for number in range(7):
        (folder / f"malo {number}.xlsx").write_bytes(b"nada" if number else b"")
    _, _, err = answer(capsys, "consolidar", folder, "-o", tmp_path / "s")
    told = [" ".join(line.split()) for line in err.replace(f"{tmp_path}/", "").splitlines()]
    start = told.index("No se pudieron leer 7 archivos:")
    assert told[start + 1 : start + 7] == [
        "entregas/malo 0.xlsx: POI-E02 «malo 0.xlsx» no es un libro .xlsx ni .xlsm (está vacío).",
        *(
            f"entregas/malo {number}.xlsx: POI-E02 «malo {number}.xlsx» no es un libro .xlsx ni "
            ".xlsm (no es un archivo zip o está cortado)."
            for number in range(1, 5)
        ),
        "… y 2 más en la tabla «observaciones».",
    ]


def test_wrong_use_is_explained(capsys, folder, tmp_path, book):
    code, _, err = answer(capsys, "consolidar", tmp_path / "no", "-o", tmp_path / "s")
    assert (code, "POI-E201" in err) == (2, True)
    code, _, err = answer(capsys, "calcular", folder)
    assert (code, "POI-E204" in err) == (2, True)
    words = ("calcular", book, "--por", "entidad", "--entidad", "x", "--anio", "2021")
    code, _, err = answer(capsys, *words)
    assert (code, err.count("POI-E213 ")) == (2, 3)
    answer(capsys, "consolidar", folder, "-o", tmp_path / "s")
    code, _, err = answer(capsys, "calcular", tmp_path / "s", "--entidad", "inventada")
    assert (code, "POI-E207" in err, "INVENTADA N.º 0" in err) == (2, True, True)


def test_without_its_libraries_the_remedy_is_told(capsys, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(consolidating, "find_spec", lambda _: None)
    code, _, err = answer(capsys, "consolidar", folder, "-o", tmp_path / "s")
    assert (code, "POI-E206" in err, "poi-xl[consolidar]" in err) == (2, True, True)


def test_its_libraries_are_loaded_only_when_asked_for():
    script = (
        "import sys; from poi_xl.hosts.cli import main; main(['calcular', sys.argv[1]]);"
        "print([n for n in ('pyarrow', 'fsspec', 'dask', 'distributed') if n in sys.modules])"
    )
    book = "workbook/POI_2021.xlsm"
    done = subprocess.run(
        [sys.executable, "-c", script, book], check=True, capture_output=True, text=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
