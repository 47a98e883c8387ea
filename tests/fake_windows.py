"""A Windows computer in memory: files, registry and programs as `instalar` asks for them."""

import struct
from dataclasses import dataclass, field, replace

from poi_xl.commands.system import NO_PROGRAM, WINDOWS, Python, Ran
from tests.fake_office import FakeOffice, entries

HOME = r"C:\Users\Ana Muñoz"
VENV = HOME + r"\poi"
PYTHON = VENV + r"\Scripts\python.exe"
LIBRARY = VENV + r"\xlwings64-0.37.8.dll"
EXCEL = r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE"
CONF = HOME + r"\.xlwings\xlwings.conf"
BOOK = HOME + r"\Documents\POI_2021.xlsm"

APP_PATH = r"HKLM\Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
CURRENT = r"HKLM\Software\Classes\Excel.Application\CurVer"
CLICK_TO_RUN = r"HKLM\Software\Microsoft\Office\ClickToRun\Configuration"
SECURITY = r"HKCU\Software\Microsoft\Office\16.0\Excel\Security"
POLICY = r"HKCU\Software\Policies\Microsoft\Office\16.0\Excel\Security"
TRUSTED = SECURITY + r"\Trusted Locations"
COMMAND_PROMPT = r"HKCU\Software\Policies\Microsoft\Windows\System"

X86, X64 = 0x014C, 0x8664


def image(machine):
    """The first bytes of a Windows program for a processor."""
    head = bytearray(b"MZ" + bytes(62))
    struct.pack_into("<I", head, 60, 128)
    return bytes(head) + bytes(64) + b"PE\0\0" + struct.pack("<H", machine) + bytes(18)


@dataclass
class FakeWindows:
    """The computer; the words of its registry and the letters of its files have no case."""

    files: dict[str, bytes] = field(default_factory=dict)
    keys: dict[tuple[str, str], str | int] = field(default_factory=dict)
    python: Python = field(default_factory=lambda: Python(PYTHON, "3.12.4", 64, r"C:\Python312"))
    packages: dict[str, str] = field(
        default_factory=lambda: {"xlwings": "0.37.8", "pywin32": "308", "pandas": "2.2.3"}
    )
    variables: dict[str, str] = field(
        default_factory=lambda: {
            "USERPROFILE": HOME,
            "LOCALAPPDATA": HOME + r"\AppData\Local",
            "APPDATA": HOME + r"\AppData\Roaming",
            "ProgramFiles": r"C:\Program Files",
        }
    )
    platform: str = WINDOWS
    encoding: str = "cp1252"
    description: str = "Windows-11"
    written: list[str] = field(default_factory=list)
    full: bool = False
    office: FakeOffice | None = None
    own_folder: str = HOME + r"\AppData\Local\poi_xl"
    is_root: bool = False
    requirements: tuple[str, ...] = ("pandas>=2.2",)

    def variable(self, name):
        return self.variables.get(name, "")

    def absolute(self, path):
        return path if path[1:2] == ":" else rf"{HOME}\Documents\{path}"

    def read(self, path, limit=-1):
        found = {name.lower(): data for name, data in self.files.items()}.get(path.lower())
        return None if found is None else found[: None if limit < 0 else limit]

    def write(self, path, data):
        if self.full:
            raise OSError(28, "No space left on device")
        self.files[path] = data
        self.written.append(path)

    def entries(self, folder):
        return entries(self.files, folder, "\\")

    def holds(self, folder):
        return bool(self.entries(folder))

    def copy(self, source, target):
        inside = [each for each in self.files if each.startswith(source + "\\")]
        self.files |= {target + each.removeprefix(source): self.files[each] for each in inside}

    def remove(self, path):
        self.files.pop(path, None)

    def registry(self, key, name=""):
        return self.keys.get((key, name))

    def subkeys(self, key):
        start = key + "\\"
        inside = [each[len(start) :] for each, _ in self.keys if each.startswith(start)]
        return tuple(dict.fromkeys(name.partition("\\")[0] for name in inside))

    def package(self, name):
        return self.packages.get(name, "")

    def program(self, *names):
        return ""

    def real(self, path):
        return path

    def run(self, command, patience):
        if self.office is None:
            return Ran(NO_PROGRAM, "No such file or directory")
        return self.office.run(self, command)


def windows(**changes):
    """A computer where nothing is amiss but that Excel has not been told of Python."""
    computer = FakeWindows(
        files={PYTHON: b"MZ", LIBRARY: image(X64), EXCEL: image(X64)},
        keys={(APP_PATH, ""): EXCEL, (CURRENT, ""): "Excel.Application.16"},
    )
    return replace(computer, **changes)


def trust(computer, folder, *, subfolders=0, name="Location3"):
    """Make a folder one that Excel trusts."""
    computer.keys[TRUSTED + "\\" + name, "Path"] = folder
    computer.keys[TRUSTED + "\\" + name, "AllowSubfolders"] = subfolders
