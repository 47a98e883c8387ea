"""The guide as a site: it builds without a warning, and asks nobody for anything."""

import html
import re

import pytest

from poi_xl.commands.guide import find, topics
from poi_xl.hosts.cli.parser import VERBS

PICTURE = re.compile(r'(?:<a href="([^"]+)">)?<img [^>]*src="(img/[^"]+)"')

pytestmark = pytest.mark.office


def test_no_page_asks_anybody_on_the_network_for_anything(site):
    pages = sorted(site.glob("*.html"))
    assert len(pages) > 10
    loaded = re.compile(r"<(?:script|img|iframe|link)\b[^>]*?(?:src|href)=\"(https?:[^\"]+)\"")
    found = {(page.name, url) for page in pages for url in loaded.findall(page.read_text("utf-8"))}
    assert found == set()
    styles = "".join(path.read_text("utf-8") for path in site.rglob("*.css"))
    assert re.findall(r"(?:url\(|@import )[\"']?https?:", styles) == []


def test_what_people_look_for_can_be_found_in_a_folder(site):
    index = (site / "search" / "search_index.js").read_text("utf-8")
    assert "funciones.html#poi_avance" in index
    assert (site / "assets" / "iframe-worker.js").is_file()


def test_help_finds_every_topic_in_it(site):
    known = topics({verb.word: verb.summary for verb in VERBS}).values()
    pages = {page: (site / page).read_text("utf-8") for page in {each.page for each in known}}
    missing = [t.section for t in known if t.anchor and f'id="{t.anchor}"' not in pages[t.page]]
    assert missing == []
    found = find("vista protegida", {}, site)
    assert f'id="{found.anchor}"' in (site / found.page).read_text("utf-8")


def test_steps_and_commands_look_like_what_they_are(site):
    # In a list, what belongs to a step is a step's part only when it is indented by four.
    step = re.compile(r"\n\d+\. ")
    command = re.compile(r"(?:python3?|py|pip|apt|poi-xl) |~/|\"?%")
    for page in sorted(site.glob("*.html")):
        for text in re.findall(r"<p>(.*?)</p>", page.read_text("utf-8"), re.DOTALL):
            assert not step.search(text), (page.name, text)
            assert not command.match(html.unescape(text)), (page.name, text)


def test_a_picture_opens_in_its_own_size(site):
    pages = {page.name: page.read_text("utf-8") for page in site.glob("*.html")}
    shown = [(name, each) for name, text in pages.items() for each in PICTURE.findall(text)]
    assert len(shown) > 3
    for name, (link, picture) in shown:
        assert link == picture, name
