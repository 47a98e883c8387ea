"""Whether LibreOffice can run poi_xl: its version, its Python, the extension; for `diagnostico`."""

import json
from collections.abc import Iterator
from typing import Final

from poi_xl import __version__
from poi_xl.commands.finding import Finding
from poi_xl.commands.libreoffice import FOLDERS, RECORD
from poi_xl.commands.office_extension import Installed, listed
from poi_xl.commands.office_fitness import is_old, python_problem
from poi_xl.commands.soffice import (
    Office,
    OfficePython,
    find_office,
    office_python,
    path_on,
    reach,
    sealed,
)
from poi_xl.commands.system import System
from poi_xl.core.problems import Problem, Refusal, problem
from poi_xl.package.oxt import LEAST_OFFICE

GROUP: Final = "LibreOffice"


def libreoffice_findings(system: System, *, inside: bool = False) -> tuple[Finding, ...]:
    """Return how LibreOffice stands; without it, or without the extension, nothing is wrong.

    Args:
        system: the computer.
        inside: whether it is LibreOffice that asks: it has the extension, and could not answer for
            itself while it waits.
    """
    office = find_office(system)
    if office is None:
        return (Finding(GROUP, "Programa", _absent(system), fact=True),)
    program = Finding(GROUP, "Programa", f"{office.name}, {office.program}", fact=True)
    if inside:
        return (program, Finding(GROUP, "Extensión", f"{__version__}, en uso"))
    return (program, *_asked(system, office))


def _absent(system: System) -> str:
    shop = sealed(system)
    return f"solo el de {shop}, aislado" if shop else "no se encontró (no hace falta)"


def _asked(system: System, office: Office) -> Iterator[Finding]:
    try:
        found = listed(system, office)
    except Refusal as refusal:
        # What it has cannot be known now; that is no fault of the installation.
        yield Finding(GROUP, "Extensión", f"no se sabe: {refusal.problems[0].message}", fact=True)
        return
    yield _extension(office, found)
    yield _python(system, office, wanted=bool(found.version))


def _extension(office: Office, found: Installed) -> Finding:
    if not found.version:
        return Finding(GROUP, "Extensión", "no está", _offer(office), fact=True)
    whose = "" if found.own else ", de todos los usuarios"
    return Finding(GROUP, "Extensión", f"{found.version}{whose}", _version_problem(office, found))


def _offer(office: Office) -> Problem | None:
    """The suggestion to install, where LibreOffice would take it."""
    return None if is_old(office) else problem("POI-N78")


def _version_problem(office: Office, found: Installed) -> Problem | None:
    if is_old(office):
        return problem("POI-E88", version=office.name, least=LEAST_OFFICE)
    if found.version != __version__:
        return problem("POI-A77", inside=found.version, ours=__version__)
    return None


def _python(system: System, office: Office, *, wanted: bool) -> Finding:
    """LibreOffice's Python; only with the extension there does it matter what it can do."""
    python = office_python(system, office)
    value = f"{python.version} de {python.bits} bits, {python.executable}" if python else "ninguno"
    if not wanted:
        return Finding(GROUP, "Su Python", value, fact=True)
    return Finding(GROUP, "Su Python", value, python_problem(python) or _unreached(system, python))


def _unreached(system: System, python: OfficePython | None) -> Problem | None:
    if python is None:
        return None
    _, wrong = reach(system, python, noted_folders(system))
    return problem("POI-A78", detail=wrong) if wrong else None


def noted_folders(system: System) -> tuple[str, ...]:
    """Return the folders in which the extension looks for poi_xl, as installing noted them down.

    Args:
        system: the computer.
    """
    try:
        noted = json.loads(system.read(path_on(system, system.own_folder, RECORD)) or b"{}")
        return tuple(map(str, noted.get(FOLDERS, ())))
    except (ValueError, AttributeError, TypeError):
        return ()
