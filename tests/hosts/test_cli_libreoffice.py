"""`poi-xl instalar --libreoffice` at the terminal: words, JSON and exit codes."""

import json

import pytest

from poi_xl import __version__
from poi_xl.commands import libreoffice
from poi_xl.hosts.cli import main
from tests.fake_office import linux


@pytest.fixture
def computer(monkeypatch):
    made = linux()
    monkeypatch.setattr(libreoffice, "LocalSystem", lambda: made)
    return made


def test_what_was_done_is_told_and_then_that_there_is_nothing_to_do(computer, capsys):
    assert main(["instalar", "--libreoffice"]) == 0
    said = capsys.readouterr().out
    assert "LibreOffice 25.2: /usr/lib/libreoffice/program/soffice" in said
    assert f"  Extensión (hecho): {__version__}" in said
    assert "ciérrelo y vuelva a abrirlo" in said
    assert main(["instalar", "--libreoffice"]) == 0
    assert "No hay nada que hacer." in capsys.readouterr().out


def test_simulating_is_said(computer, capsys):
    assert main(["instalar", "--libreoffice", "--simular"]) == 0
    assert "Simulación: no se cambió nada." in capsys.readouterr().out


def test_the_answer_as_json(computer, capsys):
    computer.is_root = True
    assert main(["instalar", "--libreoffice", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == ["version", "libreoffice", "pasos", "observaciones"]
    assert answer["pasos"][-1] == {
        "paso": "Extensión para todos los usuarios", "estado": "hecho", "detalle": __version__,
    }  # fmt: skip
    assert [each["codigo"] for each in answer["observaciones"]] == ["POI-N79"]


def test_an_open_libreoffice_is_a_busy_file(computer, capsys):
    computer.office.locked = True
    assert main(["instalar", "--libreoffice"]) == 3
    assert "POI-E87" in capsys.readouterr().err


def test_without_libreoffice_the_command_cannot_be_used(computer, capsys):
    computer.files.clear()
    assert main(["instalar", "--libreoffice"]) == 2
    assert "POI-E85" in capsys.readouterr().err
    assert main(["instalar", "--libreoffice", "--quitar"]) == 0


def test_removing_needs_to_be_told_from_what(capsys):
    assert main(["instalar", "--quitar"]) == 2
    assert "«--quitar» va junto con «--libreoffice»" in capsys.readouterr().err
