"""`fichas` and `importar` as somebody types them."""

import json

from tests.commands.test_forms import ORGAN, fill
from tests.hosts.test_cli import run, wide_terminal

__all__ = ["wide_terminal"]


def made(capsys, book):
    """Make the forms; return the answer and the file of one organ."""
    _, out, _ = run(capsys, "fichas", book, "-o", book.parent / "fichas", "--json")
    answer = json.loads(out)
    (path,) = [each["archivo"] for each in answer["fichas"] if each["organo"] == ORGAN]
    return answer, path


def test_forms_are_listed_by_organ(capsys, book):
    folder = book.parent / "fichas"
    code, out, err = run(capsys, "fichas", book, "-o", folder)
    assert code == 0
    assert f"Ficha I TRIM 2021 {ORGAN}.xlsx" in out
    assert "24 fichas de I TRIM" in out
    assert "poi-xl importar" in err
    answer, _ = made(capsys, book)
    assert len(answer["fichas"]) == 24
    assert not any(each["escrito"] for each in answer["fichas"])


def test_the_folder_must_be_said(capsys, book):
    code, _, err = run(capsys, "fichas", book)
    assert code == 2
    assert "falta -o" in err


def test_differences_stop_the_import_and_name_both_cells(capsys, book):
    _, path = made(capsys, book)
    fill(path, [[7]])
    before = book.read_bytes()
    code, _, err = run(capsys, "importar", book, path)
    assert code == 2
    assert "POI-E114" in err
    assert "!L10" in err
    assert "POI!R15" in err
    assert "--preferir" in err
    assert book.read_bytes() == before


def test_what_would_change_is_shown_and_then_written(capsys, book):
    _, path = made(capsys, book)
    fill(path, [[7]], [["Personal", "[rojo]Faltó gente", "-"]])
    before = book.read_bytes()
    words = ("importar", book, path, "--preferir", "ficha", "--fecha-limite", "2021-04-01")
    code, out, _ = run(capsys, *words, "--simular")
    assert code == 0
    assert "POI!R15" in out
    assert "[rojo]Faltó gente" in out
    assert "Simulación" in out
    assert "Respondieron 1 de 24 órganos." in out
    assert f"Tarde: {ORGAN}." in out
    assert book.read_bytes() == before
    code, out, _ = run(capsys, *words, "--json")
    answer = json.loads(out)
    assert code == 0
    assert answer["escrito"]
    assert answer["cambios"] == [
        {
            "hoja": "POI",
            "celda": "R15",
            "antes": 1.0,
            "despues": 7.0,
            "ficha": f"Ficha I TRIM 2021 {ORGAN}.xlsx",
        },
    ]
    assert [each["dato"] for each in answer["motivos"]] == [
        "Categoría del motivo", "Motivo", "Medida correctiva",
    ]  # fmt: skip
    assert answer["organos"]["tarde"] == [ORGAN]
    assert len(answer["organos"]["faltan"]) == 23


def test_an_empty_form_is_an_observation(capsys, book):
    _, path = made(capsys, book)
    code, _, err = run(capsys, "importar", book, path, "--simular")
    assert code == 1
    assert "POI-A100" in err
