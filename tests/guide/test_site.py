"""The guide as a site: it builds without a warning, and asks nobody for anything."""

import re

import pytest

from poi_xl.commands.guide import find, topics
from poi_xl.hosts.cli.parser import VERBS

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
