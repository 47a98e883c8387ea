"""The computer as `instalar` and `diagnostico` see it: files, registry, programs. One port.

Paths are texts, in the spelling of the computer they are of: a test on Linux talks about Windows.
"""

import os
import platform
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Any, Final, Protocol

from poi_xl.commands.log import log_path

WINDOWS: Final = "win32"
MAC: Final = "darwin"
# Exit codes of a program that is not there, and of one that did not come to an end: the shell's.
NO_PROGRAM, TOO_LATE = 127, 124
# What tells a Python where its modules are; ours would mislead the Python of somebody else.
_PYTHON_S_OWN: Final = (
    *("PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP"),
    *("VIRTUAL_ENV", "__PYVENV_LAUNCHER__"),
)
_DISTRIBUTION: Final = "poi_xl"


@dataclass(frozen=True, slots=True)
class Python:
    """The Python that runs poi_xl.

    Attributes:
        executable: its program.
        version: its version, as 3.11.2.
        bits: 32 or 64.
        home: folder of the installation, that of the original in a virtual environment.
        source: folder to look poi_xl up in, when it is used without being installed; else empty.
        libraries: folders that its packages are in, first that of poi_xl itself if it is installed.
    """

    executable: str
    version: str
    bits: int
    home: str
    source: str = ""
    libraries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of a program that was run to its end.

    Attributes:
        code: its exit code; 0 when it did what it was asked.
        text: what it printed, its errors last.
    """

    code: int
    text: str

    @property
    def last(self) -> str:
        """The last line it printed, which says why when it failed."""
        return next((line.strip() for line in self.text.splitlines()[::-1] if line.strip()), "")


class System(Protocol):
    """What is asked of a computer."""

    @property
    def platform(self) -> str:
        """Kind of system, as `sys.platform` names it."""

    @property
    def description(self) -> str:
        """Name and version of the system, for people."""

    @property
    def python(self) -> Python:
        """The Python that is running."""

    @property
    def encoding(self) -> str:
        """Encoding of the texts that VBA reads and writes: Windows' own, never UTF-8."""

    @property
    def own_folder(self) -> str:
        """Folder of poi_xl's own files for this user; it may not exist yet."""

    @property
    def is_root(self) -> bool:
        """Whether it is the administrator of a Unix system who runs this."""

    @property
    def requirements(self) -> tuple[str, ...]:
        """What poi_xl needs, as pip takes it; nothing when poi_xl is not installed."""

    def variable(self, name: str) -> str:
        """Return an environment variable; empty when there is none."""

    def absolute(self, path: str) -> str:
        """Return a path with its folder."""

    def read(self, path: str, limit: int = -1) -> bytes | None:
        """Return the first bytes of a file, all by default; None when there is no such file."""

    def write(self, path: str, data: bytes) -> None:
        """Write a file whole or not at all, with the folder it is in."""

    def entries(self, folder: str) -> tuple[str, ...]:
        """Return the names of what a folder holds, in order; none when there is no such folder."""

    def copy(self, source: str, target: str) -> None:
        """Copy a folder with everything in it but compiled files, in place of an older copy."""

    def remove(self, path: str) -> None:
        """Delete a file or a folder with all it holds; one that is not there is no fault."""

    def registry(self, key: str, name: str = "") -> str | int | None:
        """Return a value of the registry, the key's own without a name; None without one."""

    def subkeys(self, key: str) -> tuple[str, ...]:
        """Return the names of the keys inside a key of the registry."""

    def package(self, name: str) -> str:
        """Return the version of an installed Python package; empty when it is not installed."""

    def program(self, *names: str) -> str:
        """Return where the first of some programs is; empty when none can be found."""

    def real(self, path: str) -> str:
        """Return the file that a path stands for, links followed."""

    def run(self, command: Sequence[str], patience: int) -> Ran:
        """Run a program to its end, for so many seconds at most."""


class LocalSystem:
    """This computer."""

    platform: str = sys.platform
    encoding: str = "mbcs" if sys.platform == WINDOWS else "utf-8"

    @property
    def description(self) -> str:
        """Name and version of the system."""
        return platform.platform(aliased=True, terse=True)

    @property
    def python(self) -> Python:
        """The Python that is running."""
        folder = Path(__file__).resolve().parents[2]
        installed = folder.name in ("site-packages", "dist-packages")
        return Python(
            executable=sys.executable,
            version=platform.python_version(),
            bits=struct.calcsize("P") * 8,
            home=sys.base_prefix,
            source="" if installed else str(folder),
            libraries=_libraries(*(["poi_xl"] if installed else [])),
        )

    @property
    def own_folder(self) -> str:
        """Folder of poi_xl's own files for this user."""
        return str(log_path().parent)

    @property
    def is_root(self) -> bool:
        """Whether it is the administrator of a Unix system who runs this."""
        return hasattr(os, "geteuid") and os.geteuid() == 0

    @property
    def requirements(self) -> tuple[str, ...]:
        """What poi_xl needs, without what only its development does."""
        try:
            found = metadata.requires(_DISTRIBUTION) or []
        except metadata.PackageNotFoundError:
            return ()
        return tuple(each for each in found if "extra ==" not in each)

    def variable(self, name: str) -> str:
        """Return an environment variable."""
        return os.environ.get(name, "")

    def absolute(self, path: str) -> str:
        """Return a path with its folder."""
        return str(Path(path).absolute())

    def read(self, path: str, limit: int = -1) -> bytes | None:
        """Return the first bytes of a file, which may be a stream of one: ``file:stream``."""
        try:
            with Path(path).open("rb") as source:
                return source.read(limit)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None

    def write(self, path: str, data: bytes) -> None:
        """Write a file whole or not at all."""
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as fresh:
            fresh.write(data)
        try:
            Path(fresh.name).replace(target)
        except OSError:
            Path(fresh.name).unlink(missing_ok=True)
            raise

    def entries(self, folder: str) -> tuple[str, ...]:
        """Return the names of what a folder holds, in order."""
        try:
            return tuple(sorted(each.name for each in Path(folder).iterdir()))
        except OSError:
            return ()

    def copy(self, source: str, target: str) -> None:
        """Copy a folder with everything in it but compiled files."""
        self.remove(target)
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))

    def remove(self, path: str) -> None:
        """Delete a file or a folder with all it holds."""
        if Path(path).is_dir():
            shutil.rmtree(path)
        else:
            Path(path).unlink(missing_ok=True)

    def registry(self, key: str, name: str = "") -> str | int | None:
        """Return a value of the registry; texts and numbers only."""
        try:
            with _opened(key) as handle:
                value = _winreg().QueryValueEx(handle, name)[0]
        except OSError:
            return None
        return value if isinstance(value, str | int) else None

    def subkeys(self, key: str) -> tuple[str, ...]:
        """Return the names of the keys inside a key of the registry."""
        try:
            with _opened(key) as handle:
                count = _winreg().QueryInfoKey(handle)[0]
                return tuple(_winreg().EnumKey(handle, index) for index in range(count))
        except OSError:
            return ()

    def package(self, name: str) -> str:
        """Return the version of an installed Python package."""
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            return ""

    def program(self, *names: str) -> str:
        """Return where the first of some programs is."""
        return next(filter(None, map(shutil.which, names)), "")

    def real(self, path: str) -> str:
        """Return the file that a path stands for."""
        return str(Path(path).resolve())

    def run(self, command: Sequence[str], patience: int) -> Ran:
        """Run a program to its end; one that is not there, or takes too long, has failed."""
        try:
            done = subprocess.run(  # noqa: S603 - programs of LibreOffice and Python, no shell
                list(command),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env=_of_nobody_s_python(),
                encoding="utf-8",
                errors="replace",
                timeout=patience,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Ran(TOO_LATE, "no respondió a tiempo")
        except OSError as error:
            return Ran(NO_PROGRAM, error.strerror or str(error))
        return Ran(done.returncode, f"{done.stdout}{done.stderr}")


def _of_nobody_s_python() -> dict[str, str]:
    """The variables without what an activated environment adds.

    LibreOffice's Python takes the first `python3` of the PATH for itself; if that is an
    environment's it does not find LibreOffice's own modules, and no extension can be installed.
    """
    variables = {key: value for key, value in os.environ.items() if key not in _PYTHON_S_OWN}
    if "PATH" in variables:
        folders = variables["PATH"].split(os.pathsep)
        others = (each for each in folders if not (Path(each).parent / "pyvenv.cfg").is_file())
        variables["PATH"] = os.pathsep.join(others)
    return variables


def _libraries(*first: str) -> tuple[str, ...]:
    """The folders that what poi_xl needs is in: the user's, the environment's, the system's."""
    specs = map(util.find_spec, (*first, "pandas", "numpy", "lxml", "openpyxl"))
    places = (Path(each.origin).parents[1] for each in specs if each and each.origin)
    return tuple(dict.fromkeys(map(str, places)))


def _winreg() -> Any:
    """The standard library's module for the registry.

    Raises:
        OSError: this system has none.
    """
    try:
        import winreg
    except ImportError:
        raise OSError("no registry") from None
    return winreg


def _opened(key: str) -> Any:
    """Open a key, the one that 64-bit programs see also when this Python has 32."""
    registry = _winreg()
    hive, _, path = key.partition("\\")
    hives = {"HKCU": registry.HKEY_CURRENT_USER, "HKLM": registry.HKEY_LOCAL_MACHINE}
    return registry.OpenKey(hives[hive], path, 0, registry.KEY_READ | registry.KEY_WOW64_64KEY)
