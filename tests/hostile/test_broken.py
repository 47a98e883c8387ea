"""Broken files: a clear problem from every command, the original untouched, nothing left behind."""

import contextlib
import errno
import json
import os
import random
import shutil
import socket
from collections.abc import Collection
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from poi_xl.commands.calculate import calculate
from poi_xl.core.plan import By
from tests.hostile import makers
from tests.hostile.commands import (
    FINE,
    OBSERVATIONS,
    WRONG_USE,
    commands,
    everything,
    is_clear,
    said,
)
from tests.package.books import zipped

REFUSED = {name: each for name, each in {**makers.KINDS, **makers.ZIPS}.items() if each[1]}
DAMAGED = {name: each for name, each in makers.PARTS.items() if each[1]}
ODD = {name: each for name, each in {**makers.ZIPS, **makers.PARTS}.items() if not each[1]}
# These read the plan; others may have their say before they meet what is damaged.
READ_THE_PLAN = {"calcular", "revisar", "actualizar", "comparar", "fichas", "distribuir"}


@pytest.fixture(autouse=True)
def quiet(own_log, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def place(tmp_path, good, good_form):
    """Return a folder with a good workbook and a form in it, and one for what commands write."""
    folder, out = tmp_path / "libros", tmp_path / "salida"
    folder.mkdir()
    out.mkdir()
    shutil.copyfile(good, folder / "bueno.xlsx")
    shutil.copyfile(good_form, folder / "ficha.xlsx")
    return folder, out


def written(place: tuple[Path, Path], data: bytes) -> Path:
    book = place[0] / "libro.xlsx"
    book.write_bytes(data)
    return book


def answers(capsys, place: tuple[Path, Path], book: Path, verbs: Collection[str] = ()):
    """Yield what each command answers, holding that it is clear and the folder as it was."""
    folder, out = place
    before = everything(folder)
    for words in commands(book, folder / "bueno.xlsx", folder / "ficha.xlsx", out):
        if words[0] in verbs or not verbs:
            answer = said(capsys, words)
            assert is_clear(answer), (words, answer)
            assert everything(folder) == before, words
            yield words, answer


def expected(words: list[str]) -> int:
    return OBSERVATIONS if words[0] == "diagnostico" else WRONG_USE


@pytest.mark.parametrize("name", REFUSED)
def test_every_command_refuses_what_is_no_workbook(capsys, place, good_parts, name) -> None:
    make, code = REFUSED[name]
    for words, answer in answers(capsys, place, written(place, make(good_parts))):
        assert code in answer.codes, (words, answer)
        assert answer.code == expected(words), (words, answer)
    assert not list(place[1].rglob("*.xls*"))


@pytest.mark.parametrize("name", DAMAGED)
def test_every_command_is_clear_about_damage_within(capsys, place, good_parts, name) -> None:
    make, code = DAMAGED[name]
    for words, answer in answers(capsys, place, written(place, make(good_parts))):
        if words[0] in READ_THE_PLAN:
            assert code in answer.codes, (words, answer)
            assert answer.code == WRONG_USE, (words, answer)


@pytest.mark.parametrize("name", ODD)
def test_what_is_only_odd_is_worked_on(capsys, place, good_parts, name) -> None:
    make, _ = ODD[name]
    verbs = {"calcular", "revisar", "diagnostico"}
    for words, answer in answers(capsys, place, written(place, make(good_parts)), verbs):
        assert answer.code in (FINE, OBSERVATIONS), (words, answer)


# --- what is no file, or none that may be read --------------------------------------------------


def a_folder(path: Path, _: Path) -> None:
    path.mkdir()


def a_pipe(path: Path, _: Path) -> None:
    os.mkfifo(path)


def a_device(path: Path, _: Path) -> None:
    path.symlink_to("/dev/zero")


def an_empty_device(path: Path, _: Path) -> None:
    path.symlink_to("/dev/null")


def a_dangling_link(path: Path, _: Path) -> None:
    path.symlink_to(path.with_name("no está.xlsx"))


def a_link_to_itself(path: Path, _: Path) -> None:
    path.symlink_to(path)


def a_socket(path: Path, _: Path) -> None:
    with socket.socket(socket.AF_UNIX) as end, contextlib.chdir(path.parent):
        end.bind(path.name)  # a socket's whole path may only be short


def nothing_at_all(path: Path, _: Path) -> None:
    del path


PLACES = {
    a_folder: "POI-E02",
    a_pipe: "POI-E02",
    a_device: "POI-E02",
    an_empty_device: "POI-E02",
    a_socket: "POI-E02",
    a_dangling_link: "POI-E01",
    a_link_to_itself: "POI-E01",
    nothing_at_all: "POI-E01",
}


# What takes a folder as well, of forms or consolidated, says what an empty one lacks.
FOLDERS = {"importar": "POI-E19", "calcular": "POI-E204"}


@pytest.mark.parametrize("make", PLACES, ids=lambda make: make.__name__)
def test_every_command_refuses_what_is_no_file(capsys, place, make) -> None:
    book = place[0] / "libro.xlsx"
    make(book, place[0] / "bueno.xlsx")
    for words, answer in answers(capsys, place, book):
        wanted = FOLDERS.get(words[0], PLACES[make]) if make is a_folder else PLACES[make]
        # In the form's place; in the plan's it is one like any other.
        if words[0] == "importar" and "bueno" not in words[1]:
            wanted = PLACES[make]
        assert wanted in answer.codes, (words, answer)
        assert answer.code == expected(words), (words, answer)


def test_a_link_to_a_workbook_is_followed(capsys, place) -> None:
    book = place[0] / "libro.xlsx"
    book.symlink_to("bueno.xlsx")
    for words, answer in answers(capsys, place, book, {"calcular", "revisar", "diagnostico"}):
        assert answer.code in (FINE, OBSERVATIONS), (words, answer)


def test_names_that_are_no_text_are_shown_somehow(capsys, place, good) -> None:
    """A disk written by an old system spells names in its own letters."""
    book = place[0] / os.fsdecode(b"plan \xf1.xlsx")
    shutil.copyfile(good, book)
    for words, answer in answers(capsys, place, book, {"calcular", "revisar", "diagnostico"}):
        assert answer.code in (FINE, OBSERVATIONS), (words, answer)
    book.write_bytes(b"")
    for words, answer in answers(capsys, place, book):
        assert "POI-E02" in answer.codes, (words, answer)


def test_a_file_that_may_not_be_read(capsys, place, monkeypatch) -> None:
    book = written(place, b"secreto")
    real = Path.read_bytes

    def read(path: Path) -> bytes:
        if path.name == book.name:
            raise PermissionError(errno.EACCES, "no")
        return real(path)

    before = place[0].joinpath("bueno.xlsx").read_bytes()
    monkeypatch.setattr(Path, "read_bytes", read)
    for words in commands(book, place[0] / "bueno.xlsx", place[0] / "ficha.xlsx", place[1]):
        answer = said(capsys, words)
        assert "POI-E05" in answer.codes, (words, answer)
    monkeypatch.undo()
    assert place[0].joinpath("bueno.xlsx").read_bytes() == before


# --- damage at random ---------------------------------------------------------------------------


@pytest.mark.parametrize("part", range(40))
def test_a_file_cut_short_is_refused(capsys, place, good, part) -> None:
    data = good.read_bytes()
    book = written(place, data[: len(data) * part // 40])
    for verb in (["calcular", f"{book}"], ["actualizar", f"{book}"]):
        answer = said(capsys, verb)
        assert answer.code == WRONG_USE, answer
        assert answer.codes & {"POI-E02", "POI-E04"}, answer
    assert book.read_bytes() == data[: len(data) * part // 40]


@pytest.mark.parametrize("missing", range(24))
def test_a_part_that_is_missing(capsys, place, good_parts, missing) -> None:
    names = list(good_parts)
    gone = names[missing * len(names) // 24]
    book = written(place, zipped({n: d for n, d in good_parts.items() if n != gone}))
    verbs = {"calcular", "revisar", "diagnostico", "incorporar", "retirar", "formula"}
    for _ in answers(capsys, place, book, verbs):
        pass  # that the answer is clear is what is held


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_flipped_bits_give_the_same_answer_or_a_problem(capsys, place, good, good_answer, data):
    whole = good.read_bytes()
    spots = data.draw(st.lists(st.integers(0, 8 * len(whole) - 1), min_size=1, max_size=4))
    broken = bytearray(whole)
    for spot in spots:
        broken[spot // 8] ^= 1 << spot % 8
    book = written(place, bytes(broken))
    answer = said(capsys, ["calcular", f"{book}", "--json"])
    assert is_clear(answer)
    assert answer.codes or figures(answer.text) == good_answer, spots
    assert book.read_bytes() == bytes(broken)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_parts_with_nonsense_in_them_get_a_clear_answer(capsys, place, good_parts, data) -> None:
    chance = random.Random(data.draw(st.integers(0, 1 << 32)))
    book = written(place, zipped(makers.with_nonsense(good_parts, chance)))
    verbs = {"calcular", "revisar", "actualizar", "diagnostico", "incorporar", "abrir-trimestre"}
    words = data.draw(
        st.sampled_from(
            [
                each
                for each in commands(book, place[0] / "bueno.xlsx", book, place[1])
                if each[0] in verbs
            ]
        )
    )
    simulated = [*words, "--simular"] if words[0] == "abrir-trimestre" else words
    answer = said(capsys, simulated)
    assert is_clear(answer), (simulated, answer)


def figures(text: str) -> object:
    """Return what `calcular --json` computed, whatever the file is called."""
    return json.loads(text[: text.rindex("}") + 1])["filas"] if "{" in text else None


@pytest.fixture(scope="session")
def good_answer(good):
    return calculate(good, By.ORGAN, None, None).as_json()["filas"]
