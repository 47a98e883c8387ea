"""LibreOffice on this computer: where it is, of which version, and the Python that it runs."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath, PurePosixPath, PureWindowsPath
from typing import Final

from poi_xl.commands.system import MAC, WINDOWS, System

# LibreOffice's own Python starts slowly the first time; no answer in this time is no answer.
_PATIENCE: Final = 60
_INSTALLED: Final = r"HKLM\Software\LibreOffice\UNO\InstallPath"
_PRODUCT: Final = re.compile(rb"ProductKey=LibreOffice\w*\s+([\d.]+)")
_BUILD: Final = re.compile(rb"^buildid=([^\r\n]+)", re.MULTILINE)
# Shops of programs that shut each one in: nothing outside reaches its Python.
_SEALED: Final = {
    "snap": ("/snap/bin/libreoffice", "/var/lib/snapd/snap/bin/libreoffice"),
    "flatpak": (
        "/var/lib/flatpak/exports/bin/org.libreoffice.LibreOffice",
        "~/.local/share/flatpak/exports/bin/org.libreoffice.LibreOffice",
    ),
}
_LINUX: Final = ("/usr/lib/libreoffice", "/usr/lib64/libreoffice", "/usr/local/lib/libreoffice")
# Under Linux some distributions leave Python out: LibreOffice then uses the system's.
_SYSTEM_S: Final = "/usr/bin/python3"

_ASK: Final = """
import json, platform, struct
try:
    import uno
    wrong = ""
except ImportError as error:
    wrong = str(error)
print(json.dumps([platform.python_version(), struct.calcsize("P") * 8, wrong]))
"""
# The way in which the extension looks for poi_xl, and the libraries that have compiled parts.
_REACH: Final = """
import json, site, sys
for folder in json.loads(sys.argv[1]):
    site.addsitedir(folder)
import numpy, pandas, lxml.etree, python_calamine, poi_xl
print(poi_xl.__version__)
"""


@dataclass(frozen=True, slots=True)
class Office:
    """An installed LibreOffice.

    Attributes:
        program: what starts it.
        version: its numbers, as far as its files tell; none when they do not.
        folder: where its other programs are.
        pythons: programs that may be its Python, the likeliest first.
        build: the mark that it leaves in profiles which it has set up; none when unknown.
    """

    program: str
    version: tuple[int, ...]
    folder: str
    pythons: tuple[str, ...]
    build: str = ""

    @property
    def name(self) -> str:
        """Its version for people."""
        return ".".join(map(str, self.version)) or "de versión desconocida"


@dataclass(frozen=True, slots=True)
class OfficePython:
    """The Python that LibreOffice runs.

    Attributes:
        executable: its program.
        version: its version, as 3.11.2.
        bits: 32 or 64.
        wrong: why it cannot speak with LibreOffice; empty when it can.
    """

    executable: str
    version: str
    bits: int
    wrong: str = ""

    @property
    def minor(self) -> tuple[int, int]:
        """The two numbers that compiled libraries are made for."""
        return minor(self.version)


def minor(version: str) -> tuple[int, int]:
    """Return the first two numbers of a version.

    Example:
        >>> minor("3.11.2")
        (3, 11)
    """
    first, second = version.split(".")[:2]
    return int(first), int(second)


def path_on(system: System, *parts: str) -> str:
    """Return a path in the spelling of a computer.

    Args:
        system: the computer.
        *parts: the path's parts.
    """
    return str(_path(system, *parts))


def _path(system: System, *parts: str) -> PurePath:
    return (PureWindowsPath if system.platform == WINDOWS else PurePosixPath)(*parts)


# --- the program ----------------------------------------------------------------------------------


def find_office(system: System) -> Office | None:
    """Return the newest LibreOffice that an extension can be installed in; None without one.

    Args:
        system: the computer.
    """
    folders = dict.fromkeys(filter(None, _folders(system)))
    found = [each for each in (_office(system, folder) for folder in folders) if each]
    return max(found, key=lambda each: each.version, default=None)


def sealed(system: System) -> str:
    """Return which shop of programs LibreOffice comes from, when it is shut in by it; else empty.

    Args:
        system: the computer.
    """
    home = system.variable("HOME")
    return next(
        (
            shop
            for shop, places in _SEALED.items()
            for place in places
            if system.read(place.replace("~", home), 1) is not None
        ),
        "",
    )


def _folders(system: System) -> Iterator[str]:
    """The folders in which LibreOffice's programs usually are."""
    if system.platform == WINDOWS:
        installed = system.registry(_INSTALLED)
        yield str(installed or "")
        bases = (system.variable(f"ProgramFiles{each}") for each in ("", "(x86)"))
        own = path_on(system, system.variable("LOCALAPPDATA"), "Programs")
        yield from _inside(system, (*bases, own), "program")
    elif system.platform == MAC:
        own = path_on(system, system.variable("HOME"), "Applications")
        yield from _inside(system, ("/Applications", own), "Contents", "MacOS")
    else:
        started = system.program("soffice", "libreoffice")
        yield str(_path(system, system.real(started)).parent) if started else ""
        yield from (path_on(system, base, "program") for base in _LINUX)
        yield from _inside(system, ("/opt",), "program")


def _inside(system: System, bases: tuple[str, ...], *rest: str) -> Iterator[str]:
    for base in filter(None, bases):
        for name in system.entries(base):
            if name.lower().startswith("libreoffice"):
                yield path_on(system, base, name, *rest)


def _office(system: System, folder: str) -> Office | None:
    name = "soffice.exe" if system.platform == WINDOWS else "soffice"
    program = path_on(system, folder, name)
    if system.read(program, 1) is None:
        return None
    version, build = _version(system, folder), _build(system, folder)
    return Office(program, version, folder, _pythons(system, folder), build)


def _version(system: System, folder: str) -> tuple[int, ...]:
    """The version as the program's own settings say it: starting the program takes too long."""
    match = _PRODUCT.search(_settings(system, folder, "bootstrap"))
    return tuple(int(each) for each in match[1].decode().split(".") if each) if match else ()


def _build(system: System, folder: str) -> str:
    match = _BUILD.search(_settings(system, folder, "version"))
    return match[1].decode(errors="replace") if match else ""


def _settings(system: System, folder: str, name: str) -> bytes:
    """What one of the files with its settings says."""
    names = {
        WINDOWS: path_on(system, folder, f"{name}.ini"),
        MAC: path_on(system, _resources(system, folder), f"{name}rc"),
    }
    return system.read(names.get(system.platform, path_on(system, folder, f"{name}rc"))) or b""


def _resources(system: System, folder: str) -> str:
    return path_on(system, str(_path(system, folder).parent), "Resources")


def _pythons(system: System, folder: str) -> tuple[str, ...]:
    usual = {
        WINDOWS: (path_on(system, folder, "python.exe"),),
        MAC: (path_on(system, _resources(system, folder), "python"),),
    }
    # Never the first `python3` of the PATH: inside an environment that one is ours.
    places = usual.get(system.platform, (path_on(system, folder, "python"), _SYSTEM_S))
    return tuple(each for each in places if system.read(each, 1) is not None)


# --- its Python -----------------------------------------------------------------------------------


def office_python(system: System, office: Office) -> OfficePython | None:
    """Return the Python of a LibreOffice, asked what it is; None when there is none that answers.

    Args:
        system: the computer.
        office: the LibreOffice.
    """
    asked = [_asked(system, each) for each in office.pythons]
    found = [each for each in asked if each]
    return next((each for each in found if not each.wrong), found[0] if found else None)


def _asked(system: System, executable: str) -> OfficePython | None:
    ran = system.run((executable, "-c", _ASK), _PATIENCE)
    if ran.code:
        return None
    try:
        version, bits, wrong = json.loads(ran.last)
    except ValueError:
        return None
    return OfficePython(executable, version, bits, wrong)


def reach(system: System, python: OfficePython, folders: tuple[str, ...]) -> tuple[str, str]:
    """Return the version of poi_xl that LibreOffice's Python can use, and why none if it cannot.

    Args:
        system: the computer.
        python: LibreOffice's Python.
        folders: where it would look.
    """
    ran = system.run((python.executable, "-c", _REACH, json.dumps(folders)), _PATIENCE)
    return ("", ran.last) if ran.code else (ran.last, "")
