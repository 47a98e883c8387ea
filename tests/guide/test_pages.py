"""The guide names everything there is, and what its examples answer is what they say."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown.extensions.toc import slugify

from poi_xl.commands.guide import SHEETS, START, topics
from poi_xl.core.catalogue import CATALOGUE
from poi_xl.core.indicators import GroupMethod
from poi_xl.core.settings import Settings
from poi_xl.core.trafficlight import PRESETS, STATES
from poi_xl.functions import FUNCTIONS
from poi_xl.hosts.cli.parser import VERBS
from poi_xl.package import oxt, ribbon
from poi_xl.sheets.settings_sheet import settings_lines

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def text(page):
    return (DOCS / page).read_text(encoding="utf-8")


# --- nothing is missing ---------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.word)
def test_every_verb_and_option_has_its_place(verb):
    _, found, rest = text("ordenes.md").partition(f"\n## {verb.word}\n")
    assert found
    section = rest.partition("\n## ")[0]
    for argument in verb.arguments:
        for name in argument.names:
            assert f"`{name}" in section or not name.startswith("-"), name


def test_every_function_sheet_traffic_light_and_button_is_named():
    headings = set(re.findall(r"^## (\w+)$", text("funciones.md"), re.MULTILINE))
    assert headings == {each.name for each in FUNCTIONS}
    sheets = text("hojas.md")
    assert [name for name in SHEETS if f"\n### {name}\n" not in sheets] == []
    rows = [line.label for line in settings_lines(Settings())]
    assert [label for label in rows if f"| *{label}* |" not in sheets] == []
    assert [method for method in GroupMethod if f"`{method.value}`" not in sheets] == []
    problems = re.findall(r"^### (POI-\w+)$", text("observaciones.md"), re.MULTILINE)
    assert problems == list(CATALOGUE)
    lights = text("semaforo.md")
    assert [p.description for p in PRESETS.values() if f"## {p.description}" not in lights] == []
    assert [flag.word for flag in STATES if flag.word not in lights] == []
    labels = [each.label for group in ribbon.GROUPS for each in group.controls]
    labels += [label for _, label in oxt.COMMANDS]
    assert [label for label in labels if label not in text("cinta.md")] == []


def test_every_topic_leads_to_a_heading():
    known = topics({verb.word: verb.summary for verb in VERBS})
    for topic in (START, *known.values()):
        page = text(topic.page.replace(".html", ".md"))
        headings = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
        assert not topic.anchor or topic.anchor in {slugify(each, "-") for each in headings}, topic


def test_every_page_is_in_the_contents():
    contents = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert [page.name for page in PAGES if f": {page.name}" not in contents] == []


# --- the examples answer what they say ------------------------------------------------------------


def sessions() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for block in BLOCK.findall(page.read_text(encoding="utf-8")):
            yield page.name, block


def commands(block: str) -> Iterator[tuple[str, str]]:
    """Yield the commands of a block and what each is said to answer."""
    for piece in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, answer = piece.partition("\n")
        yield command, answer


def matches(said: str, answered: str) -> bool:
    """Whether an answer is as said: «…» stands for anything, blanks at ends of lines are nothing.

    Example:
        >>> matches("uno\\n…\\ntres", "uno\\ndos\\ntres\\n"), matches("uno", "dos")
        (True, False)
    """
    said, answered = (
        re.sub(r"[ \t]+$", "", each, flags=re.MULTILINE).strip() for each in (said, answered)
    )
    pattern = ".*".join(re.escape(piece) for piece in said.split("…"))
    return re.fullmatch(pattern, answered, re.DOTALL) is not None


def test_an_answer_that_differs_is_seen():
    assert matches("a\n…\nd", "a \nb\nc\nd")
    assert not matches("a\n…\nd", "a\nb\ne")


@pytest.mark.parametrize(("page", "block"), list(sessions()))
def test_examples_answer_what_the_guide_says(page, block, tmp_path):
    shutil.copy(ROOT / "workbook" / "POI_2021.xlsm", tmp_path)
    assert block.startswith("$ ")
    for command, said in commands(block):
        word, *arguments = command.split()
        assert word == "poi-xl"
        done = subprocess.run(
            [sys.executable, "-m", "poi_xl.hosts.cli", *arguments],
            check=False,
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "COLUMNS": "80"},
            capture_output=True,
            text=True,
            timeout=120,
        )
        answered = done.stdout + done.stderr
        assert "Traceback" not in answered
        assert matches(said, answered), f"{page}: {command}\n{answered}"
