"""What a workbook has of poi_xl: plan, summary sheets, macros; for `diagnostico`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from poi_xl import __version__
from poi_xl.commands.finding import Finding
from poi_xl.commands.load import open_book
from poi_xl.commands.xlwings_settings import CONF
from poi_xl.core.problems import Problem, Refusal, Severity, problem
from poi_xl.package.marks import owned_sheets, stored_notes
from poi_xl.package.parts import Package
from poi_xl.reading.owned import sheet_cells
from poi_xl.reading.workbook import read_package
from poi_xl.sheets.report import KEYS, LAYOUT_VERSION

if TYPE_CHECKING:
    from poi_xl.package.vba import Module

GROUP: Final = "Libro"
_XLWINGS: Final = "xlwings"
_EMBEDDED: Final = "poi_xlwings"  # in a workbook that may have an xlwings of its own
_VERSION: Final = re.compile(r'XLWINGS_VERSION As String = "([^"]*)"')
_OURS: Final = "poi_udfs"


@dataclass(frozen=True, slots=True)
class BookFacts:
    """A workbook as `diagnostico` sees it.

    Attributes:
        findings: what it has, and what is wrong with that.
        settings: the settings of xlwings that it carries, by key in capitals.
    """

    findings: tuple[Finding, ...]
    settings: Mapping[str, str]


def book_facts(path: Path, xlwings: str) -> BookFacts:
    """Return what a workbook has; a workbook that cannot be read is a finding too.

    Args:
        path: the workbook.
        xlwings: version of the installed xlwings.
    """
    if is_remote(str(path)):
        return BookFacts((Finding(GROUP, "Archivo", str(path), problem("POI-N75")),), {})
    try:
        package = open_book(path)
        findings = (
            Finding(GROUP, "Archivo", str(path), fact=True),
            _plan(package),
            _summaries(package),
            *_macros(package, xlwings),
        )
        return BookFacts(findings, _settings(package))
    except Refusal as refusal:
        return BookFacts(tuple(_refused(path, refusal)), {})


def is_remote(path: str) -> bool:
    """Whether a workbook's name is an address of the web; `Path` makes one slash of two."""
    return path.lower().startswith(("http:", "https:"))


def _refused(path: Path, refusal: Refusal) -> Iterator[Finding]:
    for each in refusal.problems:
        yield Finding(GROUP, "Archivo", str(path), each)


def _plan(package: Package) -> Finding:
    content = read_package(package)
    if content.plan is None:
        worst = next(each for each in content.problems if each.severity is Severity.ERROR)
        return Finding(GROUP, "Plan", "no se encontró", worst)
    value = f"hoja «{content.plan_sheet}», {len(content.plan)} actividades"
    return Finding(GROUP, "Plan", value)


def _summaries(package: Package) -> Finding:
    owned = owned_sheets(package)
    if not owned:
        return Finding(GROUP, "Hojas de resumen", "aún no tiene", fact=True)
    notes = stored_notes(package)
    layouts = {notes.get(key, "").partition(";")[0] or "?" for key in owned}
    value = f"{len(owned)} de {len(KEYS)}, diseño {', '.join(sorted(layouts))}"
    current = layouts == {str(LAYOUT_VERSION)} and len(owned) == len(KEYS)
    wrong = None if current else problem("POI-N72", current=LAYOUT_VERSION)
    return Finding(GROUP, "Hojas de resumen", value, wrong)


def _macros(package: Package, xlwings: str) -> Iterator[Finding]:
    from poi_xl.package.vba import ProjectError, read_project  # slow to load, and used here only

    part = package.related(package.workbook_part, "vbaProject")
    if not part:
        yield Finding(GROUP, "Macros", "no tiene", problem("POI-N73"))
        return
    try:
        modules = read_project(package.read(part))
    except ProjectError as error:
        yield Finding(GROUP, "Macros", "no se pudieron leer", problem("POI-A73", detail=error))
        return
    texts = {each.name: each.text for each in modules}
    if _OURS not in texts:
        yield Finding(GROUP, "Macros", "propias del libro, sin poi_xl", problem("POI-N73"))
        return
    match = _VERSION.search(texts.get(_EMBEDDED, texts.get(_XLWINGS, "")))
    inside = match[1] if match else "ninguno"
    yield Finding(GROUP, "Macros", f"poi_xl, con xlwings {inside}", _step(inside, xlwings))
    yield _compared(modules)


def _compared(modules: "Sequence[Module]") -> Finding:
    """Whether the macros are those of this version, as who signs the project wants to know."""
    from poi_xl.package.genuine import Origin, origins

    found = origins(modules)
    names = {word: [name for name, each in found.items() if each is word] for word in Origin}
    value = "; ".join(
        f"{word.value}: {', '.join(listed) if word is not Origin.SAME else len(listed)}"
        for word, listed in names.items()
        if listed
    )
    changed = ", ".join(names[Origin.CHANGED])
    wrong = problem("POI-A170", names=changed, version=__version__) if changed else None
    return Finding(GROUP, "Módulos de macros", value, wrong)


def _step(inside: str, installed: str) -> Problem | None:
    """The library's name carries the version, so that VBA and Python must be of the same."""
    if inside == installed:
        return None
    return problem("POI-E81", inside=inside, installed=installed or "ninguno")


def _settings(package: Package) -> dict[str, str]:
    """The pairs of the sheet that xlwings' VBA reads first: down from A1 to the first blank."""
    cells = sheet_cells(package, [CONF]).get(CONF)
    pairs: dict[str, str] = {}
    for row in cells.rows if cells else ():
        if not row or not row[0]:
            break
        pairs.setdefault(str(row[0]).upper(), str(row[1]) if len(row) > 1 else "")
    return pairs
