"""What the terminal shows while a command works, what it may accept, and how it ends."""

import io
import re
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from poi_xl import calculate
from poi_xl.commands import distribute
from poi_xl.commands.verifying import Difference, Verified
from poi_xl.core.catalogue import CATALOGUE
from poi_xl.core.consent import CONSENT, acceptable
from poi_xl.core.trafficlight import PRESETS, STATES
from poi_xl.hosts.cli.parser import VERBS
from poi_xl.hosts.cli.screens import flag_text, institution
from poi_xl.hosts.cli.verbs import Terminal
from tests.commands.test_forms import fill
from tests.hosts.test_cli import run, wide_terminal
from tests.hosts.test_cli_forms import made
from tests.test_shipped import SHIPPED

__all__ = ["wide_terminal"]

FLAGS = dict.fromkeys([*STATES, *(band.flag for p in PRESETS.values() for band in p.bands)])
PACKAGE = Path(distribute.__file__).parents[1]


# --- what may be accepted -------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.word)
def test_the_help_of_a_verb_lists_what_it_may_accept_and_nothing_else(capsys, verb):
    _, out, _ = run(capsys, verb.word, "-h")
    option = re.search(r"--aceptar CÓDIGO\s+(.*?)\n\s+-", out, re.DOTALL)
    listed = re.findall(r"POI-E\d+", option[1]) if option else []
    assert listed == acceptable(verb.word)


def test_every_code_that_may_be_accepted_exists_and_every_verb():
    assert CONSENT.keys() <= CATALOGUE.keys()
    assert {verb for verbs in CONSENT.values() for verb in verbs} <= {v.word for v in VERBS}


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.word)
def test_what_a_verb_may_accept_is_asked_somewhere_on_its_way(verb):
    verbs = (PACKAGE / "hosts" / "cli" / "verbs.py").read_text(encoding="utf-8")
    function = re.search(rf'"{verb.word}": (\w+),', verbs)
    assert function
    body = re.search(rf"^def {function[1]}\(.*?(?=^def |\Z)", verbs, re.DOTALL | re.MULTILINE)
    assert body
    sources = reachable(body[0])
    for code in acceptable(verb.word):
        assert any(f'"{code}"' in source for source in sources), code


ROOMS = "commands|consolidating|core"


def reachable(source: str) -> set[str]:
    """Return the sources of all commands that one leads to."""
    seen: set[str] = set()
    fresh = [source]
    while fresh:
        each = fresh.pop()
        if each not in seen:
            seen.add(each)
            names = re.findall(rf"from poi_xl\.((?:{ROOMS})\.\w+) import", each)
            paths = {PACKAGE / f"{name.replace('.', '/')}.py" for name in names}
            paths = {path for path in paths if path.exists() and path.name != "consent.py"}
            fresh += [path.read_text(encoding="utf-8") for path in paths]
    return seen


# --- progress -------------------------------------------------------------------------------------


def shown(share: float | None) -> str:
    console = Console(file=io.StringIO(), force_terminal=True, color_system=None, width=80)
    status = console.status("Leyendo el libro…")
    Terminal([], status).progress("Leyendo las fichas (1 de 4)", share)
    with console.capture() as capture:
        console.print(status.renderable)
    return capture.get()


def test_a_bar_grows_with_what_is_done():
    assert "━" not in shown(None)
    bars = [shown(share).count("━") for share in (0.25, 0.5, 1.0)]
    assert 0 < bars[0] < bars[1] < bars[2]
    assert "Leyendo las fichas (1 de 4)…" in shown(0.25)


def test_importing_says_how_many_forms_it_has_read(capsys, book, monkeypatch):
    _, path = made(capsys, book)
    fill(path, [[7]])
    told = []
    monkeypatch.setattr(Terminal, "progress", lambda _, *words: told.append(words))
    run(capsys, "importar", book, path, "--simular")
    assert ("Leyendo las fichas (1 de 1)", 1.0) in told


def test_nothing_is_shown_where_nobody_sits_at_a_terminal(capsys, book):
    _, path = made(capsys, book)
    _, out, err = run(capsys, "importar", book, path, "--simular")
    assert "Leyendo" not in out + err


# --- the end --------------------------------------------------------------------------------------


def test_a_copy_that_computes_to_something_else_ends_with_observations(
    capsys, book, monkeypatch, tmp_path
):
    cells = tuple(Difference("Tablero", f"D{row}", 1494, 7) for row in range(9, 39))
    wrong = Verified("Otro programa", 30, 0, cells)
    monkeypatch.setattr(distribute, "verify", lambda *_: [wrong])
    code, _, err = run(capsys, "distribuir", book, "-o", tmp_path / "copias")
    assert code == 1
    assert "POI-E132 Tablero!D9" in err
    assert "Otro programa calcula 7 donde el libro dice 1494" in err
    assert "POI-E140" in err
    assert "hay más celdas que tampoco dan lo mismo: 10." in err
    assert not (tmp_path / "copias").exists()


# --- colours --------------------------------------------------------------------------------------


@pytest.mark.parametrize("flag", FLAGS, ids=lambda flag: flag.word)
def test_a_flag_is_never_bold_for_that_turns_its_black_into_grey(flag):
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, color_system="standard", no_color=False)
    table = Table()
    table.add_row("TOTAL", flag_text(flag), style="bold")
    console.print(table)
    (codes,) = re.findall(rf"\x1b\[([\d;]*)m {flag.shape} ", out.getvalue())
    assert "30" in codes.split(";")
    assert "1" not in codes.split(";")


@pytest.mark.parametrize("width", range(60, 130, 5))
def test_a_flag_s_shape_stays_with_its_word_and_its_figures(width):
    out = io.StringIO()
    institution(Console(file=out, width=width), calculate(SHIPPED).total)
    lines = out.getvalue().partition("Actividades:")[2].splitlines()
    pieces = [piece for line in lines for piece in re.findall(r"\S (\D+?)  (\d+ \(.*?\))", line)]
    assert [word for word, _ in pieces] == [
        "Crítico", "En riesgo", "En meta", "Exceso", "Sin reporte", "No programado",
    ]  # fmt: skip
