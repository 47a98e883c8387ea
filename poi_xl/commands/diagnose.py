"""`diagnostico`: whether poi_xl can work here and what to do if not, on any system.

The button *Diagnóstico* of the ribbon shows the same: ``diagnose(path).as_text()``.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from poi_xl import __date__, __version__
from poi_xl.commands.book_facts import book_facts, is_remote
from poi_xl.commands.excel_checks import GROUP as EXCEL
from poi_xl.commands.excel_checks import excel_findings, layers_of, trust_findings, user_layer
from poi_xl.commands.finding import Finding, as_text, has_errors
from poi_xl.commands.libreoffice_checks import libreoffice_findings
from poi_xl.commands.log import log_path
from poi_xl.commands.system import LocalSystem, System
from poi_xl.commands.xlwings_settings import Layer

_VERSIONS: Final = "Versiones"
# The libraries whose versions explain most failures.
_PACKAGES: Final = ("xlwings", "openpyxl", "XlsxWriter", "python-calamine", "pandas", "lxml")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The answer of `diagnostico`."""

    findings: tuple[Finding, ...]

    @property
    def has_errors(self) -> bool:
        """Whether something will not work."""
        return has_errors(self.findings)

    def as_text(self) -> str:
        """Return it as plain text to copy into a message."""
        return f"Diagnóstico de poi_xl\n\n{as_text(self.findings)}"

    def as_json(self) -> dict[str, Any]:
        """Return the answer of ``diagnostico --json``."""
        return {
            "version": __version__,
            "comprobaciones": [each.as_json() for each in self.findings],
        }


def diagnose(
    book: Path | None = None, system: System | None = None, *, inside_office: bool = False
) -> Diagnosis:
    """Look at this computer, and at a workbook; nothing is written.

    Args:
        book: the workbook; open or closed.
        system: the computer; this one when None.
        inside_office: whether it is LibreOffice that asks.
    """
    system = system or LocalSystem()
    found = look(system, book, user_layer(system))
    office = libreoffice_findings(system, inside=inside_office)
    if inside_office:  # who is there needs nothing of Excel
        found = tuple(each for each in found if each.group != EXCEL)
    return Diagnosis((*_versions(system, inside_office=inside_office), *office, *found))


def look(system: System, book: Path | None, user: Layer) -> tuple[Finding, ...]:
    """Return what is found of Excel, and of a workbook.

    Args:
        system: the computer.
        book: the workbook, or none.
        user: the analyst's settings of xlwings.
    """
    if book is None:
        return excel_findings(system, (user,))
    facts = book_facts(book, system.package("xlwings"))
    # Excel gives the address of a workbook in the cloud; there are no files beside that.
    path = "" if is_remote(str(book)) else system.absolute(str(book))
    layers = layers_of(system, user, path, facts.settings)
    trust = trust_findings(system, path)
    return (*excel_findings(system, layers, path), *facts.findings, *trust)


def _versions(system: System, *, inside_office: bool) -> tuple[Finding, ...]:
    python = system.python
    # Inside LibreOffice Python is no program: what it takes for its own is whatever PATH has.
    place = python.home if inside_office else python.executable
    rows = {
        "poi_xl": f"{__version__} ({__date__})",
        "Python": f"{python.version}, {python.bits} bits, {place}",
        "Sistema": system.description,
        **{name: system.package(name) or "no está instalado" for name in _PACKAGES},
        "Registro de errores": str(log_path()),
    }
    return tuple(Finding(_VERSIONS, topic, value, fact=True) for topic, value in rows.items())
