"""The built guide in a real browser: what a reader with any screen, at any hour, runs into."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.oracles import NOTES, TOOLS, absent

DRIVER = Path(__file__).with_name("driver.mjs")
PACKAGES = TOOLS / "guia" / "node_modules"
PATIENCE = 900  # seconds; all pages, four times each, take two minutes where nothing else runs

BAD_PAGE = """<!doctype html><html lang="es"><title>Mala</title><main><h1>Mala</h1>
<style>
p { color: black; background: white }
@media (prefers-color-scheme: dark) { p { color: #ddd } }
</style>
<p>casi blanco sobre blanco, de noche</p>
<button></button>
<table style="width: 900px"><tr><td>ancha</table>
<img alt="lejos" src="https://lejos.invalid/a.png">
<script>console.error("ay"); falta()</script></main></html>
"""


@pytest.fixture
def browse(tmp_path):
    """Ask the browser what is wrong in a folder, and what its search offers for words."""
    node, chromium = shutil.which("node"), shutil.which("chromium")
    packages = all((PACKAGES / name).is_dir() for name in ("playwright-core", "axe-core"))
    if not node or not chromium or not packages or (NOTES / "browser").exists():
        absent("browser")

    def ask(folder, *words):
        done = subprocess.run(
            [node, DRIVER, folder, PACKAGES.parent, chromium, *words],
            check=False,
            env={**os.environ, "HOME": str(tmp_path)},  # Chromium leaves things there
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return ask


@pytest.mark.office
@pytest.mark.timeout(PATIENCE + 300)
def test_whoever_opens_the_guide_can_read_it_and_finds_things(site, browse):
    seen = browse(site, "POI_AVANCE", "ejecución", "ejecucion")
    assert seen["pages"] == sorted(page.name for page in site.glob("*.html"))
    assert seen["faults"] == []
    assert "funciones.html#poi_avance" in seen["found"]["POI_AVANCE"][:3]
    assert len(seen["found"]["ejecución"]) > 3
    assert set(seen["found"]["ejecución"]) <= set(seen["found"]["ejecucion"])


@pytest.mark.slow
def test_the_browser_tells_what_is_wrong_with_a_page(tmp_path, browse):
    folder = tmp_path / "mala"
    folder.mkdir()
    (folder / "index.html").write_text(BAD_PAGE, encoding="utf-8")
    faults = browse(folder)["faults"]

    def told(kind):
        return {(f["scheme"], f["screen"], f["what"]) for f in faults if f["kind"] == kind}

    views = [(scheme, screen) for scheme in ("light", "dark") for screen in ("wide", "phone")]
    assert told("request") == {(*view, "https://lejos.invalid/a.png") for view in views}
    assert told("console") >= {(*view, "ay") for view in views}
    assert told("error") == {(*view, "falta is not defined") for view in views}
    assert {fault[:2] for fault in told("width")} == {("light", "phone"), ("dark", "phone")}
    assert told("axe") == {
        ("light", "wide", "button-name: button"),
        ("light", "phone", "button-name: button"),
        ("dark", "wide", "color-contrast: p"),
        ("dark", "phone", "color-contrast: p"),
    }
