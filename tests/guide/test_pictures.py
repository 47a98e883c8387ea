"""The guide's pictures: each is made, shown and described; what was not made is left out."""

import re
from types import SimpleNamespace
from typing import Any

import pytest

from tests.guide.test_pages import PAGES
from tools.docs_hook import on_page_markdown
from tools.pictures import NAMES

ASKED = re.compile(r"!\[([^\]]*)\]\(img/([^)]+\.png)\)")


@pytest.fixture
def asked():
    """Return description and file of every picture that a page asks for."""
    return [found for page in PAGES for found in ASKED.findall(page.read_text(encoding="utf-8"))]


def left(markdown: str, *made: str) -> str:
    """Return what the site makes of a page when only some pictures could be made."""
    files: Any = SimpleNamespace(get_file_from_path=lambda uri: uri if uri in made else None)
    page: Any = SimpleNamespace(file=SimpleNamespace(src_uri="a.md"))
    config: Any = None
    return on_page_markdown(markdown, page, config, files)


def test_every_picture_that_is_made_is_shown_and_no_other(asked):
    assert {name for _, name in asked} == set(NAMES)


def test_every_picture_is_described(asked):
    assert [name for words, name in asked if len(words.split()) < 5] == []


def test_a_picture_that_could_not_be_made_is_left_out_and_told(capsys):
    text = "antes ![a](img/calc-menu.png) ![b](img/resumen.png) después"
    assert left(text, "img/resumen.png") == "antes  ![b](img/resumen.png) después"
    assert "a.md: sin img/calc-menu.png" in capsys.readouterr().err


def test_a_picture_that_nobody_makes_stays_and_fails_the_build():
    assert left("![a](img/otra.png)") == "![a](img/otra.png)"
