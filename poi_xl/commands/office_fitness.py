"""Whether a LibreOffice can take poi_xl: its version, and what its Python is."""

from typing import Final

from poi_xl.commands.soffice import (
    Office,
    OfficePython,
    find_office,
    minor,
    office_python,
    sealed,
)
from poi_xl.commands.system import System
from poi_xl.core.problems import Problem, Refusal, problem
from poi_xl.package.oxt import LEAST_OFFICE

_LEAST_PYTHON: Final = (3, 11)


def usable_office(system: System) -> Office:
    """Return the LibreOffice to install in.

    Args:
        system: the computer.

    Raises:
        Refusal: there is none that can be used (POI-E85, POI-E88).
    """
    office = find_office(system)
    if office is None:
        shop = sealed(system)
        why = f": el de {shop} está aislado y no puede usar otros programas" if shop else ""
        raise Refusal(problem("POI-E85", detail=why))
    if is_old(office):
        raise Refusal(problem("POI-E88", version=office.name, least=LEAST_OFFICE))
    return office


def is_old(office: Office) -> bool:
    """Whether a LibreOffice would lose our functions' names in Excel's files.

    Args:
        office: the LibreOffice; one of unknown version is left to judge for itself.
    """
    return bool(office.version) and office.version < minor(LEAST_OFFICE)


def usable_python(system: System, office: Office) -> OfficePython:
    """Return LibreOffice's Python.

    Args:
        system: the computer.
        office: the LibreOffice.

    Raises:
        Refusal: it has none, or one that cannot run poi_xl (POI-E86).
    """
    python = office_python(system, office)
    wrong = python_problem(python)
    if python is None or wrong:
        raise Refusal(wrong or ())
    return python


def python_problem(python: OfficePython | None) -> Problem | None:
    """Return what is wrong with LibreOffice's Python; None when nothing is.

    Args:
        python: that Python, if there is any.
    """
    if python is None or python.wrong:
        return problem(
            "POI-E86",
            detail="no se encontró su Python" if python is None else python.wrong,
            remedy="Instale el paquete python3-uno (o libreoffice-pyuno) de su sistema, o "
            "LibreOffice de libreoffice.org, que trae el suyo.",
        )
    if python.minor < _LEAST_PYTHON:
        return problem(
            "POI-E86",
            detail=f"trae Python {python.version}, y hace falta 3.11 o posterior",
            remedy="Instale una versión más reciente de LibreOffice.",
        )
    return None
