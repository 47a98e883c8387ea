"""What the guide explains, and how a page of it is shown."""

import json
import re
import webbrowser
from urllib.parse import unquote, urlsplit

import pytest
from markdown.extensions.toc import slugify

from poi_xl.commands import guide
from poi_xl.commands.guide import (
    MISSING,
    SHEETS,
    boxed,
    find,
    guide_folder,
    headings,
    show,
    slug,
    topic_at,
    topics,
)
from poi_xl.core.catalogue import CATALOGUE
from poi_xl.core.problems import Refusal, problem
from poi_xl.core.trafficlight import PRESETS
from poi_xl.functions import FUNCTIONS
from poi_xl.hosts.cli.parser import VERBS
from poi_xl.package import oxt, ribbon

VERB_WORDS = {verb.word: verb.summary for verb in VERBS}


@pytest.fixture
def site(tmp_path):
    """A guide of three pages, with the index that the search of the real one has."""
    folder = tmp_path / "guía & más"
    (folder / "search").mkdir(parents=True)
    for page in ("index.html", "observaciones.html", "si-algo-falla.html"):
        (folder / page).write_text("<html></html>")
    titles = {
        "antivirus": "El antivirus detiene algo",
        "roja": "Barra roja: <code>las macros</code> &amp; m&aacute;s",
        "pregunta": "No pregunta por las macros",
    }
    entries = [
        {"location": f"si-algo-falla.html#{anchor}", "title": title, "text": ""}
        for anchor, title in titles.items()
    ]
    (folder / "search" / "search_index.json").write_text(json.dumps({"docs": entries}))
    return folder


# --- topics ---------------------------------------------------------------------------------------


def test_everything_declared_is_a_topic():
    known = topics(VERB_WORDS)
    names = [
        *(each.name for each in FUNCTIONS), *CATALOGUE, *VERB_WORDS, *SHEETS, *PRESETS,
        *(each.label for group in ribbon.GROUPS for each in group.controls),
    ]  # fmt: skip
    assert [name for name in names if find(name, VERB_WORDS, None) not in known.values()] == []


def test_every_code_leads_where_its_problem_says():
    for code in CATALOGUE:
        assert find(code, {}, None).section == guide.code_topic(code).section
    told = problem("POI-E23", "POI", "F27", value=-3)
    assert find("POI-E23", {}, None).section == told.guide == told.as_json()["guia"]


@pytest.mark.parametrize("heading", [*SHEETS, *(p.description for p in PRESETS.values()), "a  -b"])
def test_anchors_are_those_of_the_site(heading):
    assert slug(heading) == slugify(heading, "-")


@pytest.mark.parametrize(
    ("written", "section"),
    [
        ("POI_AVANCE", "funciones.html#poi_avance"),
        ("=poi_avance()", "funciones.html#poi_avance"),
        ("Avance meta", None),
        ("avance_meta", "funciones.html#poi_avance_meta"),
        ("poi-e43", "observaciones.html#poi-e43"),
        ("E43", "observaciones.html#poi-e43"),
        ("distribuir", "ordenes.html#distribuir"),
        ("SEMAFORO B", "semaforo.html#b-8590120"),
        ("b (85/90/120)", "semaforo.html#b-8590120"),
        ("por  organo", "hojas.html#por-organo"),
        ("Actualizar resúmenes", "cinta.html#actualizar"),
    ],
)
def test_spelling_does_not_matter(written, section):
    if section:
        assert find(written, VERB_WORDS, None).section == section
    else:
        with pytest.raises(Refusal):
            find(written, VERB_WORDS, None)


def test_functions_are_near_without_what_all_their_names_begin_with():
    with pytest.raises(Refusal, match=r"POI-E84.*«avnce».*«POI_AVANCE»"):
        find("avnce", {}, None)


def test_an_unknown_name_is_told_with_near_ones():
    with pytest.raises(Refusal, match=r"POI-E84.*«actualisar».*«actualizar»"):
        find("actualisar", VERB_WORDS, None)


def test_titles_of_the_guide_are_found_by_their_words(site):
    assert find("el ANTIVIRUS", {}, site).section == "si-algo-falla.html#antivirus"
    with pytest.raises(Refusal, match="Barra roja: las macros & más», «No pregunta"):
        find("macros", {}, site)
    assert [each.name for each in headings(site)][1] == "Barra roja: las macros & más"


@pytest.mark.parametrize("index", ["", "{", "[]x", "\xff"])
def test_an_index_that_is_none_is_no_failure(site, index):
    (site / "search" / "search_index.json").write_text(index, encoding="latin-1")
    assert headings(site) == []


# --- what the user looks at -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "first", "sheet", "section"),
    [
        ('=SI(POI_META("x")>0;1;0)', "", "Hoja1", "funciones.html#poi_meta"),
        ("=NADA()+poi_brecha(A1)", "", "Resumen", "funciones.html#poi_brecha"),
        ("", "POI-A40", "Observaciones", "observaciones.html#poi-a40"),
        ("POI-A40", "", "Hoja1", "observaciones.html#poi-a40"),
        ("", "POI-E999", "Observaciones", "hojas.html#observaciones"),
        ("12", "x", "Por órgano", "hojas.html#por-organo"),
        ("12", "x", "Hoja1", "cinta.html"),
    ],
)
def test_the_cell_comes_before_its_sheet(formula, first, sheet, section):
    assert topic_at(formula, first, sheet).section == section


@pytest.mark.parametrize(
    "text",
    [
        "=POI_X/../../etc(1)", "POI-E43/../..", '=POI_" onload="x(', "file:///etc/passwd",
        "https://mal.example/POI_META(", "POI-E43#javascript:alert(1)",
    ],
)  # fmt: skip
def test_no_text_of_a_cell_becomes_part_of_an_address(text):
    known = {topic.section for topic in topics({}).values()} | {"cinta.html"}
    for topic in (topic_at(text, "", "Hoja1"), topic_at("", text, text)):
        assert topic.section in known


def noting(asked):
    """Return a browser that notes what it is asked for."""

    def browse(address):
        asked.append(address)
        return True

    return browse


# --- showing it -----------------------------------------------------------------------------------


def test_a_section_is_reached_through_a_file_that_leads_there(site, own_log):
    asked: list[str] = []
    topic = guide.code_topic("POI-E43")
    assert show(topic, site, noting(asked))
    (address,) = asked
    assert "#" not in address  # Windows would drop it
    text = own_log.with_name("ayuda.html").read_text(encoding="utf-8")
    assert unquote(urlsplit(address).path) == str(own_log.with_name("ayuda.html"))
    (target,) = re.findall(r'content="0; url=([^"]+)"', text)
    parts = urlsplit(target.replace("&amp;", "&"))
    assert (unquote(parts.path), parts.fragment) == (str(site / topic.page), "poi-e43")


def test_without_a_folder_to_write_in_the_page_itself_is_shown(site, own_log):
    own_log.parent.write_text("in the way")
    asked: list[str] = []
    show(guide.code_topic("POI-E43"), site, noting(asked))
    assert asked == [(site / "observaciones.html").as_uri()]


def test_without_guide_nothing_is_opened(site, own_log):
    def never(address):
        raise AssertionError(address)

    assert not show(guide.START, None, never)
    assert not show(find("POI_META", {}, None), site, never)  # that page is not in this guide
    assert MISSING in boxed(guide.START, None)
    assert str(site / "index.html") in boxed(guide.START, site)


def test_a_browser_that_cannot_be_started_is_none(monkeypatch):
    def broken(_):
        raise webbrowser.Error("could not locate runnable browser")

    monkeypatch.setattr(webbrowser, "open", broken)
    assert not guide.open_in_browser("file:///x")


def test_the_guide_is_where_the_project_builds_it_or_inside_the_package(tmp_path, monkeypatch):
    package = tmp_path / "poi_xl"
    monkeypatch.setattr(guide, "_PACKAGE", package)
    built, inside = tmp_path / "build" / "guia", package / "guia"
    for folder in (built, inside):
        folder.mkdir(parents=True)
    assert guide_folder() is None
    (built / "index.html").touch()
    assert guide_folder() is None  # any folder may have a neighbour called build
    (tmp_path / "mkdocs.yml").touch()
    assert guide_folder() == built
    (inside / "index.html").touch()
    assert guide_folder() == inside


def test_the_menu_and_the_tab_have_it():
    assert "ayuda" in ribbon.MACROS
    assert ("ayuda", "Ayuda") in oxt.COMMANDS
