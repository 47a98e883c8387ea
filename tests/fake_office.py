"""A LibreOffice in memory: its Python, unopkg and pip, as far as `instalar --libreoffice` asks."""

import json
import zipfile
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import PurePosixPath

from poi_xl import __version__
from poi_xl.commands.system import NO_PROGRAM, Python, Ran

HOME = "/home/ana"
OWN = f"{HOME}/.local/state/poi_xl"
OFFICE = "/usr/lib/libreoffice/program"
SYSTEM_PYTHON = "/usr/bin/python3"
VENV = f"{HOME}/poi/bin/python"
SITE = f"{HOME}/poi/lib/python3.11/site-packages"
SOURCE = f"{HOME}/poi_xl"
LOCKED = (
    "ERROR: No se puede iniciar unopkg. El archivo de bloqueo indica que ya se está ejecutando. "
    "Elimine el archivo de bloqueo en:\n/home/ana/.config/libreoffice/4/.lock\n"
)


@dataclass
class FakeOffice:
    """What its programs answer; `own` and `shared` are the versions of the extension it has."""

    python: tuple[str, int, str] = ("3.11.2", 64, "")
    own: str = ""
    shared: str = ""
    locked: bool = False
    offline: bool = False
    broken: str = ""  # what is said when poi_xl is imported, if it cannot be
    commands: list[tuple[str, ...]] = field(default_factory=list)

    def run(self, computer, command):
        self.commands.append(tuple(command))
        if "pip" in command:
            return self._pip(computer, command)
        if "unopkg" in command[0]:
            return self._unopkg(computer, command[1:])
        if "-c" in command:
            return self._python(computer, command)
        return Ran(NO_PROGRAM, "No such file or directory")

    def acted(self):
        """The programs that changed something."""
        return [each for each in self.commands if "-c" not in each and "list" not in each]

    def _python(self, computer, command):
        if "import uno" in command[2]:
            return Ran(0, json.dumps(self.python) + "\n")
        folders = json.loads(command[3])
        if self.broken or not folders or not all(map(computer.holds, folders)):
            return Ran(1, "Traceback\n" + (self.broken or "ModuleNotFoundError: numpy") + "\n")
        return Ran(0, f"{__version__}\n")

    def _pip(self, computer, command):
        if self.offline:
            return Ran(1, "WARNING: Retrying\nERROR: No matching distribution found for pandas\n")
        target = command[command.index("--target") + 1]
        computer.files[f"{target}/pandas/__init__.py"] = b""
        return Ran(0, "")

    def _unopkg(self, computer, words):
        shared = "--shared" in words
        if self.locked:
            return Ran(1, LOCKED)
        if computer.is_root and not shared:
            return Ran(
                1, "ERROR: Cannot run unopkg as root without --shared or --bundled option.\n"
            )
        if words[0] == "list":
            return Ran(0, listing(self.shared if shared else self.own))
        version = described(computer.files[words[-1]]) if words[0] == "add" else ""
        setattr(self, "shared" if shared else "own", version)
        return Ran(0, "")


def described(oxt):
    """The version that an extension says it is of."""
    with zipfile.ZipFile(BytesIO(oxt)) as parts:
        text = parts.read("description.xml").decode()
    return text.partition('<version value="')[2].partition('"')[0]


def listing(version):
    """What `unopkg list` prints, in the language of the user."""
    if not version:
        return "Todas las extensiones:\n\n<ninguna>\n"
    return (
        "Todas las extensiones:\n\nIdentifier: org.otra\n  Version: 9.9\n\n"
        f"Identifier: pe.poi_xl\n  Version: {version}\n  is registered: yes\n"
    )


@dataclass
class FakeLinux:
    """A Debian with a LibreOffice, and poi_xl in a virtual environment."""

    office: FakeOffice = field(default_factory=FakeOffice)
    files: dict[str, bytes] = field(default_factory=dict)
    python: Python = field(
        default_factory=lambda: Python(VENV, "3.11.9", 64, "/usr", libraries=(SITE,))
    )
    variables: dict[str, str] = field(default_factory=lambda: {"HOME": HOME})
    platform: str = "linux"
    encoding: str = "utf-8"
    description: str = "Linux"
    own_folder: str = OWN
    is_root: bool = False
    requirements: tuple[str, ...] = ("pandas>=2.2", "pywin32>=306; sys_platform == 'win32'")
    full: bool = False

    def variable(self, name):
        return self.variables.get(name, "")

    def absolute(self, path):
        return path

    def read(self, path, limit=-1):
        found = self.files.get(path)
        return None if found is None else found[: None if limit < 0 else limit]

    def write(self, path, data):
        if self.full:
            raise OSError(28, "No space left on device")
        self.files[path] = data

    def entries(self, folder):
        return entries(self.files, folder, "/")

    def holds(self, folder):
        return any(each.startswith(folder + "/") for each in self.files)

    def copy(self, source, target):
        inside = [each for each in self.files if each.startswith(source + "/")]
        self.files |= {target + each.removeprefix(source): self.files[each] for each in inside}

    def remove(self, path):
        gone = [each for each in self.files if each == path or each.startswith(path + "/")]
        for each in gone:
            del self.files[each]

    def registry(self, key, name=""):
        return None

    def subkeys(self, key):
        return ()

    def package(self, name):
        return ""

    def program(self, *names):
        places = (f"/usr/bin/{each}" for each in names)
        return next((each for each in places if each in self.files), "")

    def real(self, path):
        return f"{OFFICE}/soffice" if PurePosixPath(path).name == "soffice" else path

    def run(self, command, patience):
        return self.office.run(self, command)


def entries(files, folder, separator):
    """The names inside a folder of a computer that keeps only files."""
    start = folder.rstrip(separator) + separator
    inside = (each[len(start) :] for each in files if each.startswith(start))
    return tuple(sorted({each.partition(separator)[0] for each in inside}))


def office_files(folder=OFFICE, version="25.2"):
    """The files of a LibreOffice by which it is known."""
    settings = f"[Bootstrap]\nProductKey=LibreOffice {version}\n".encode()
    return {f"{folder}/soffice": b"#!", f"{folder}/bootstraprc": settings}


def linux(**changes):
    """A computer where nothing is amiss but that LibreOffice has no extension."""
    files = {
        **office_files(),
        "/usr/bin/soffice": b"#!",
        SYSTEM_PYTHON: b"\x7fELF",
        f"{SITE}/poi_xl/__init__.py": b"",
        f"{SITE}/pandas/__init__.py": b"",
    }
    return replace(FakeLinux(files=files), **changes)
