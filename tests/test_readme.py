"""The README: its picture is of the workbook, its code runs, its figures are those of the plan."""

import re
from pathlib import Path

import pytest
from PIL import Image, ImageChops

import poi_xl
from poi_xl.core.summaries import flag_shares
from poi_xl.core.text import percent_text
from poi_xl.functions import FUNCTIONS
from tests.oracles import NOTES, program
from tests.test_shipped import SHIPPED
from tools.pictures import README, draw, office_version

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
SEEN = 48  # of 255: what an eye sees; few colours and smooth letters make less
PART = 0.0001  # of a picture: half a figure


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """Draw the sheets as the README's picture was drawn."""
    program("soffice")
    program("pdftoppm")
    with Image.open(README) as picture:
        by = picture.info["Software"]
    if by != office_version():
        pytest.skip(f"the picture is by {by}; here is {office_version()}, which draws otherwise")
    if (NOTES / "fonts").exists():
        pytest.skip("the fonts of the picture are not here")
    return {path.name: path for path in draw(SHIPPED, tmp_path_factory.mktemp("imagen"))}


def differing(one: Path, other: Path) -> float:
    """Return which part of two pictures an eye sees to differ."""
    with Image.open(one) as first, Image.open(other) as second:
        if first.size != second.size:
            return 1.0
        apart = ImageChops.difference(first.convert("RGB"), second.convert("RGB")).convert("L")
    return sum(apart.histogram()[SEEN:]) / (apart.width * apart.height)


@pytest.mark.office
def test_the_picture_is_what_the_workbook_shows(drawn):
    assert differing(README, drawn["resumen.png"]) < PART


@pytest.mark.office
def test_another_picture_is_seen_to_differ(drawn, tmp_path):
    assert differing(README, drawn["tablero.png"]) > PART
    # Even if a single figure is missing.
    with Image.open(README) as picture:
        other = picture.convert("RGB")
    other.paste((255, 255, 255), (40, 100, 158, 124))
    other.save(tmp_path / "otra.png")
    assert differing(README, tmp_path / "otra.png") > PART


def test_the_picture_is_shown():
    assert f"]({README.relative_to(ROOT).as_posix()})" in TEXT


def test_its_code_runs(monkeypatch):
    monkeypatch.chdir(ROOT)
    (code,) = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    found: dict[str, object] = {}
    exec(code, found)  # noqa: S102 - our own README
    assert len(found["plan"].to_frame()) == 78  # type: ignore[attr-defined]
    (said,) = re.findall(r"progress\[0\]  # (\d\.\d+)…", code)
    assert str(found["answer"].total.progress[0]).startswith(said)  # type: ignore[attr-defined]


def test_its_figures_are_the_plan_s():
    total = poi_xl.calculate(SHIPPED).total
    words = " ".join(TEXT.split())
    assert f"planned {total.planned[0]:,.0f}, executed {total.executed[0]:,.0f}:" in words
    for figure in (total.progress, total.mean, total.capped_mean, total.target_progress):
        assert percent_text(figure[0]) in words
    counts = ", ".join(f"{n} *{flag.word}*" for flag, n, _ in flag_shares(total) if n)
    assert counts in words.replace(" activities", "")
    assert (len(FUNCTIONS), "seventeen functions" in words) == (17, True)
