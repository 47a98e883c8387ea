"""The guide as a site: it builds without a warning, and asks nobody for anything."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.oracles import absent, alone, program
from tools.pictures import FOLDER, PICTURES, WORKBOOK, draw

ROOT = Path(__file__).parent.parent.parent
TOOLS = ROOT / ".herramientas" / "guia"

pytestmark = pytest.mark.office


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The guide, built with every warning an error: pages, links and anchors that lead nowhere."""
    program("soffice")
    if not (TOOLS / "node_modules").is_dir():
        absent("guide")
    with alone("guide"):
        missing = [name for name in PICTURES if not (FOLDER / name).is_file()]
        if missing:
            draw(WORKBOOK, FOLDER)
    folder = tmp_path_factory.mktemp("guia")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "-d", folder]
    done = subprocess.run(
        command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


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
