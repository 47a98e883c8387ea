"""What Windows' registry and files say about Excel: its size, and whether it lets macros run."""

import struct
from dataclasses import dataclass
from pathlib import PureWindowsPath
from typing import Final

from poi_xl.commands.system import System
from poi_xl.commands.xlwings_settings import expanded

_APP: Final = r"\Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
_CURRENT: Final = r"HKLM\Software\Classes\Excel.Application\CurVer"
_CLICK_TO_RUN: Final = r"HKLM\Software\Microsoft\Office\ClickToRun\Configuration"
_OWN: Final = r"HKCU\Software\Microsoft\Office"
_POLICY: Final = r"HKCU\Software\Policies\Microsoft\Office"
_COMMAND_PROMPT: Final = r"HKCU\Software\Policies\Microsoft\Windows\System"
_TRUSTED: Final = "Trusted Locations"

# Enough of a program to reach the header that tells its kind.
_HEAD: Final = 4096
_BITS: Final = {0x014C: 32, 0x8664: 64, 0xAA64: 64}
_PLATFORMS: Final = {"x86": 32, "x64": 64}

# What Excel does with macros (VBAWarnings): it asks unless somebody chose otherwise.
ASKS: Final = 2
SIGNED_ONLY: Final = 3
NEVER: Final = 4
# Zones of Windows from which files are not trusted: internet, and restricted sites.
_FAR_ZONES: Final = (b"ZoneId=3", b"ZoneId=4")


@dataclass(frozen=True, slots=True)
class Location:
    """A folder whose workbooks Excel trusts."""

    path: PureWindowsPath
    with_subfolders: bool

    def holds(self, folder: PureWindowsPath) -> bool:
        """Whether workbooks of a folder are trusted because of this location."""
        return folder == self.path or (self.with_subfolders and self.path in folder.parents)


# --- Excel ----------------------------------------------------------------------------------------


def excel_path(system: System) -> str:
    """Return Excel's program; empty when Windows knows of none."""
    found = (system.registry(f"{hive}{_APP}") for hive in ("HKLM", "HKCU"))
    return str(next(filter(None, found), "")).strip('"')


def excel_bits(system: System) -> int | None:
    """Return whether Excel has 32 or 64 bits, as its own file says; None when nothing tells."""
    path = excel_path(system)
    bits = file_bits(system, path) if path else None
    return bits or _PLATFORMS.get(str(system.registry(_CLICK_TO_RUN, "Platform")).lower())


def file_bits(system: System, path: str) -> int | None:
    """Return whether a program or library has 32 or 64 bits; None when it cannot be read."""
    try:
        return image_bits(system.read(path, _HEAD) or b"")
    except OSError:
        return None


def image_bits(head: bytes) -> int | None:
    """Return whether a program has 32 or 64 bits, from its first bytes.

    Windows programs say at offset 60 where their header starts, and there for which processor
    they are.
    """
    if head[:2] != b"MZ" or len(head) < 64:  # noqa: PLR2004 - the old header's length
        return None
    (start,) = struct.unpack_from("<I", head, 60)
    if head[start : start + 4] != b"PE\0\0" or len(head) < start + 6:
        return None
    (machine,) = struct.unpack_from("<H", head, start + 4)
    return _BITS.get(machine)


def office_version(system: System) -> str:
    """Return the version that Office's keys in the registry are under."""
    number = str(system.registry(_CURRENT) or "").rpartition(".")[2]
    return f"{number}.0" if number.isdigit() else "16.0"


# --- trust ----------------------------------------------------------------------------------------


def macro_level(system: System) -> tuple[int, bool]:
    """Return what Excel does with macros, and whether it is the institution that decided it."""
    for base, decided in ((_POLICY, True), (_OWN, False)):
        level = system.registry(_security(system, base), "VBAWarnings")
        if isinstance(level, int):
            return level, decided
    return ASKS, False


def trusted_locations(system: System) -> tuple[Location, ...]:
    """Return the folders that Excel trusts: the user's own and the institution's."""
    own, policy = (f"{_security(system, base)}\\{_TRUSTED}" for base in (_OWN, _POLICY))
    if any(system.registry(key, "AllLocationsDisabled") == 1 for key in (own, policy)):
        return ()
    network = any(system.registry(key, "AllowNetworkLocations") == 1 for key in (own, policy))
    common = rf"{_POLICY}\{office_version(system)}\Common\Security\{_TRUSTED}"
    found = (
        _location(system, f"{key}\\{name}")
        for key in (own, policy, common)
        for name in system.subkeys(key)
    )
    return tuple(each for each in found if each and (network or not _is_network(each.path)))


def is_trusted(system: System, folder: str) -> bool:
    """Whether Excel runs the macros of a folder's workbooks without asking."""
    place = PureWindowsPath(folder)
    return any(each.holds(place) for each in trusted_locations(system))


def comes_from_far(system: System, book: str) -> bool:
    """Whether Windows marked a file as received from the internet or by mail."""
    try:
        mark = system.read(f"{book}:Zone.Identifier", _HEAD) or b""
    except OSError:
        return False  # disks without such marks say so in many ways
    return any(zone in mark for zone in _FAR_ZONES)


def command_prompt_is_barred(system: System) -> bool:
    """Whether the institution does not let cmd.exe run, through which xlwings starts Python."""
    return bool(system.registry(_COMMAND_PROMPT, "DisableCMD"))


def _security(system: System, base: str) -> str:
    return rf"{base}\{office_version(system)}\Excel\Security"


def _location(system: System, key: str) -> Location | None:
    path = system.registry(key, "Path")
    if not isinstance(path, str) or not path.strip():
        return None
    subfolders = system.registry(key, "AllowSubfolders") == 1
    return Location(PureWindowsPath(expanded(system, path)), subfolders)


def _is_network(path: PureWindowsPath) -> bool:
    return path.drive.startswith("\\\\")
