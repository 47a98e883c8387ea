"""The guide on this computer: which page explains what, where it is, and how it is shown.

Topics are what is declared once: functions, problems, verbs, traffic lights, sheets, buttons. What
a cell or a user says is only looked up among them and among the guide's own headings: no part of
an address is ever made of it.
"""

import html
import json
import re
import unicodedata
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Final

from poi_xl.commands.log import log_path
from poi_xl.core.catalogue import CATALOGUE
from poi_xl.core.catalogue.kind import without_facts
from poi_xl.core.problems import GUIDE_PAGE, Refusal, Severity, problem
from poi_xl.core.text import fold
from poi_xl.core.trafficlight import PRESETS, Preset
from poi_xl.functions import FUNCTIONS, Function
from poi_xl.package import ribbon
from poi_xl.sheets.about_copy import SHEET as ABOUT_SHEET
from poi_xl.sheets.closing_book import CLOSING_SHEET
from poi_xl.sheets.dashboard import DASHBOARD_SHEET
from poi_xl.sheets.log_book import LOG_SHEET
from poi_xl.sheets.plan_sheet import PLAN_SHEET
from poi_xl.sheets.report import KEYS
from poi_xl.sheets.settings_sheet import SETTINGS_SHEET

FOLDER: Final = "guia"
_PACKAGE: Final = Path(__file__).resolve().parents[1]
SHEETS: Final = (
    *(PLAN_SHEET, DASHBOARD_SHEET, SETTINGS_SHEET, *KEYS.values()),
    *(LOG_SHEET, CLOSING_SHEET, ABOUT_SHEET),
)
MISSING: Final = (
    "La guía no está en este equipo. La hace «make docs», en la carpeta del proyecto, y va dentro "
    "del paquete que se haga después."
)
_INDEX: Final = "search/search_index.json"
_JUMP: Final = "ayuda.html"
_NEAR: Final = 4
_FUNCTION: Final = re.compile(r"POI_[A-Z_]+(?=\()", re.IGNORECASE)
_CODE: Final = re.compile(r"POI-[EAN]\d{2,3}")


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that the guide explains.

    Attributes:
        name: as the user knows it.
        page: the page.
        anchor: the section of the page; empty for the page itself.
        text: what can be said of it without the guide; may be empty.
    """

    name: str
    page: str
    anchor: str = ""
    text: str = ""

    @property
    def section(self) -> str:
        """Page and anchor, as ``observaciones.html#poi-e40``."""
        return f"{self.page}#{self.anchor}" if self.anchor else self.page

    def as_json(self, folder: Path | None) -> dict[str, str | None]:
        """Return the answer of ``ayuda --json``.

        Args:
            folder: the guide; None without it.
        """
        return {
            "tema": self.name,
            "guia": self.section,
            "archivo": str(folder / self.page) if folder else None,
            "texto": self.text,
        }


START: Final = Topic("Inicio", "index.html", text="\n\n".join(ribbon.HELP))
BUTTONS: Final = Topic("La cinta y el menú", "cinta.html", text="\n\n".join(ribbon.HELP))


def slug(heading: str) -> str:
    """Return the anchor of a heading, as mkdocs makes it.

    Example:
        >>> slug("Por órgano"), slug("A (75/95/100)"), slug("POI-E40")
        ('por-organo', 'a-7595100', 'poi-e40')
    """
    plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())


# --- topics ---------------------------------------------------------------------------------------


def topics(verbs: Mapping[str, str]) -> dict[str, Topic]:
    """Return every topic by its folded name; of two with one name the first counts.

    Args:
        verbs: the commands and what each does, which the command line declares.
    """
    found: dict[str, Topic] = {}
    for topic in (*(_verb(*each) for each in verbs.items()), *_declared()):
        found.setdefault(fold(topic.name), topic)
    return found


@cache
def _declared() -> tuple[Topic, ...]:
    return (
        *map(_function, FUNCTIONS),
        *map(code_topic, CATALOGUE),
        *(topic for preset in PRESETS.values() for topic in _light(preset)),
        *map(_sheet, SHEETS),
        *(_button(group, each) for group in ribbon.GROUPS for each in group.controls),
    )


def _function(function: Function) -> Topic:
    text = f"={function.signature}\n{function.help}\nEjemplo: {function.example.formula}"
    return Topic(function.name, "funciones.html", slug(function.name), text)


def code_topic(code: str) -> Topic:
    """Return the topic of a problem, its text without the facts of any case."""
    kind = CATALOGUE[code]
    what, remedy = without_facts(kind.message), without_facts(kind.remedy)
    text = f"{code} ({Severity.of(code)}): {what}\nQué hacer: {remedy}"
    return Topic(code, GUIDE_PAGE, slug(code), text)


def _verb(word: str, summary: str) -> Topic:
    text = f"poi-xl {word}: {summary}.\nEjemplos y opciones: poi-xl {word} -h"
    return Topic(word, "ordenes.html", slug(word), text)


def _light(preset: Preset) -> Iterator[Topic]:
    bands = (
        f"{band.flag.shape} {band.flag.word}: {preset.band_text(index)}"
        for index, band in enumerate(preset.bands)
    )
    text = "\n".join([f"Semáforo {preset.description}", *bands])
    for name in (f"Semáforo {preset.name}", preset.name, preset.description):
        yield Topic(name, "semaforo.html", slug(preset.description), text)


def _sheet(name: str) -> Topic:
    return Topic(name, "hojas.html", slug(name))


def _button(group: ribbon.Group, control: ribbon.Control) -> Topic:
    return Topic(control.label, "cinta.html", slug(group.label), f"{control.tip}. {control.more}")


def find(name: str, verbs: Mapping[str, str], folder: Path | None) -> Topic:
    """Return what a user means: a topic, whatever its spelling, or a heading of the guide.

    Args:
        name: what the user wrote.
        verbs: the commands and what each does.
        folder: the guide; None without it.

    Raises:
        Refusal: there is no such thing, or several (POI-E84); near names are told.

    Example:
        >>> find("=poi_avance()", {}, None).section, find("e43", {}, None).section
        ('funciones.html#poi_avance', 'observaciones.html#poi-e43')
    """
    known = topics(verbs)
    wanted = fold(name).removeprefix("=").removesuffix("()")
    spellings = (wanted, f"poi_{wanted}", f"poi-{wanted}")
    for spelling in spellings:
        if spelling in known:
            return known[spelling]
    titled = [each for each in headings(folder) if _holds(fold(each.name), wanted)]
    if len(titled) == 1:
        return titled[0]
    # Without the beginning that all functions share, their names are too short to be near.
    alike = get_close_matches(wanted, known, _NEAR, cutoff=0.7) or get_close_matches(
        spellings[1], known, _NEAR, cutoff=0.7
    )
    near = [each.name for each in titled] or [known[each].name for each in alike]
    said = [f"«{each}»" for each in near[:_NEAR]] or [f"«{FUNCTIONS[0].name}»"]
    raise Refusal(problem("POI-E84", name=name, near=", ".join(said)))


def _holds(title: str, wanted: str) -> bool:
    """Whether a title has every word of what is wanted."""
    words = wanted.split()
    return bool(words) and all(word in title for word in words)


def headings(folder: Path | None) -> list[Topic]:
    """Return the pages and sections of the guide, as its own search knows them."""
    try:
        index = json.loads((folder / _INDEX).read_bytes()) if folder else {}
    except (OSError, ValueError):
        return []
    found = []
    for entry in index.get("docs", ()):
        page, _, anchor = entry["location"].partition("#")
        title = html.unescape(re.sub(r"<[^>]*>", "", entry["title"]))
        found.append(Topic(title, page, anchor))
    return found


def topic_at(formula: str, first: str, sheet: str) -> Topic:
    """Return what the user is looking at: the function or the code of a cell, or its sheet.

    Args:
        formula: what the cell holds.
        first: what the first cell of its row shows, where the observations have their code.
        sheet: the name of the sheet.

    Example:
        >>> topic_at("=SUMA(POI_META();1)", "", "Hoja1").name, topic_at("", "POI-E43", "").name
        ('POI_META', 'POI-E43')
        >>> topic_at("=NADA()", "", "Hoja1").name
        'La cinta y el menú'
    """
    known = topics({})
    for name in _FUNCTION.findall(formula):
        if fold(name) in known:
            return known[fold(name)]
    for text in (formula, first):
        if (code := _CODE.match(text)) and code[0] in CATALOGUE:
            return code_topic(code[0])
    return _sheet(sheet) if sheet in SHEETS else BUTTONS


# --- the guide ------------------------------------------------------------------------------------


def guide_folder() -> Path | None:
    """Return the guide's folder: inside the package, or where the project builds it."""
    project = _PACKAGE.parent
    built = [project / "build" / FOLDER] if (project / "mkdocs.yml").is_file() else []
    places = [_PACKAGE / FOLDER, *built]
    return next((place for place in places if (place / START.page).is_file()), None)


def show(topic: Topic, folder: Path | None, browse: Callable[[str], bool]) -> bool:
    """Show a topic's page in the browser; return whether it could be.

    Args:
        topic: the topic.
        folder: the guide; None without it.
        browse: opens an address.
    """
    if folder is None or not (folder / topic.page).is_file():
        return False
    return browse(_way(folder / topic.page, topic.anchor).as_uri())


def _way(page: Path, anchor: str) -> Path:
    """The file to open: the page, or for a section one that leads there.

    Windows, and `xdg-open` too, cut the section off the address of a file.
    """
    if not anchor:
        return page
    target = html.escape(f"{page.as_uri()}#{anchor}")
    jump = log_path().with_name(_JUMP)
    try:
        jump.parent.mkdir(parents=True, exist_ok=True)
        jump.write_text(
            '<!DOCTYPE html>\n<html lang="es"><meta charset="utf-8"><title>Ayuda de POI</title>\n'
            f'<meta http-equiv="refresh" content="0; url={target}">\n'
            f'<p><a href="{target}">Ir a la guía</a></p></html>\n',
            encoding="utf-8",
        )
    except OSError:
        return page
    return jump


def open_in_browser(address: str) -> bool:
    """Open an address in the user's browser; return whether there is one."""
    try:
        return webbrowser.open(address)
    except (OSError, webbrowser.Error):
        return False


def boxed(topic: Topic, folder: Path | None) -> str:
    """Return what a message box says of a topic whose page could not be shown."""
    where = f"Página de la guía: {folder / topic.page}" if folder else MISSING
    return f"{topic.text or BUTTONS.text}\n\n{where}"
