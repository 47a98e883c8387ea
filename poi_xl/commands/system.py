"""The computer as `instalar` and `diagnostico` see it: files, registry, programs. One port.

Paths are texts, in the spelling of the computer they are of: a test on Linux talks about Windows.
"""

import os
import platform
import shutil
import struct
import sys
import tempfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Final, Protocol

WINDOWS: Final = "win32"
MAC: Final = "darwin"


@dataclass(frozen=True, slots=True)
class Python:
    """The Python that runs poi_xl.

    Attributes:
        executable: its program.
        version: its version, as 3.11.2.
        bits: 32 or 64.
        home: folder of the installation, that of the original in a virtual environment.
        source: folder to look poi_xl up in, when it is used without being installed; else empty.
    """

    executable: str
    version: str
    bits: int
    home: str
    source: str = ""


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

    def variable(self, name: str) -> str:
        """Return an environment variable; empty when there is none."""

    def absolute(self, path: str) -> str:
        """Return a path with its folder."""

    def read(self, path: str, limit: int = -1) -> bytes | None:
        """Return the first bytes of a file, all by default; None when there is no such file."""

    def write(self, path: str, data: bytes) -> None:
        """Write a file whole or not at all, with the folder it is in."""

    def registry(self, key: str, name: str = "") -> str | int | None:
        """Return a value of the registry, the key's own without a name; None without one."""

    def subkeys(self, key: str) -> tuple[str, ...]:
        """Return the names of the keys inside a key of the registry."""

    def package(self, name: str) -> str:
        """Return the version of an installed Python package; empty when it is not installed."""

    def program(self, *names: str) -> str:
        """Return where the first of some programs is; empty when none can be found."""


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
        return Python(
            executable=sys.executable,
            version=platform.python_version(),
            bits=struct.calcsize("P") * 8,
            home=sys.base_prefix,
            source="" if folder.name in ("site-packages", "dist-packages") else str(folder),
        )

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
