r"""The settings by which xlwings' VBA finds Python: `xlwings.conf`, a text of quoted pairs.

VBA reads it with ``Input #``, two values at a time: one blank line shifts all that follow. It reads
in Windows' own encoding, and expands variables such as ``%USERPROFILE%`` in every value.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PureWindowsPath
from typing import Final

from poi_xl.commands.system import System

INTERPRETER: Final = "INTERPRETER_WIN"
PATH: Final = "PYTHONPATH"
SERVER: Final = "USE UDF SERVER"
CONSOLE: Final = "SHOW CONSOLE"
DEBUG: Final = "DEBUG UDFS"
CONF: Final = "xlwings.conf"

# VBA turns a text into a boolean by the words of its own language only; a number always works.
_TRUE: Final = frozenset({"1", "-1", "true", "verdadero"})
_FALSE: Final = frozenset({"0", "", "false", "falso"})
_PAIR: Final = re.compile(rb'\s*"?([^",]*)"?\s*,\s*"?([^"]*?)"?\s*')
_BOM: Final = b"\xef\xbb\xbf"
# The folders that a user's programs are in, the innermost first.
_VARIABLES: Final = ("LOCALAPPDATA", "APPDATA", "USERPROFILE")


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that is written; `before` is None when the file did not have it."""

    key: str
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class Layer:
    """One place with settings; xlwings takes each entry from the first place that has it.

    Attributes:
        where: what users call the place.
        entries: value by key in capitals.
    """

    where: str
    entries: Mapping[str, str]


def effective(layers: Iterable[Layer], key: str) -> tuple[str, str]:
    """Return a setting's value and the place it comes from; empty texts when no place has it."""
    found = ((each.entries[key], each.where) for each in layers if key in each.entries)
    return next(found, ("", ""))


def user_file(system: System) -> str:
    r"""Return the analyst's own file: ``%USERPROFILE%\.xlwings\xlwings.conf``."""
    return str(PureWindowsPath(system.variable("USERPROFILE"), ".xlwings", CONF))


# --- the text -------------------------------------------------------------------------------------


def parse(data: bytes, encoding: str) -> dict[str, str]:
    """Return the settings of a file by key in capitals; of two with the same key, the first counts.

    Example:
        >>> parse(b'"Interpreter_Win","C:/p.exe"', "cp1252")
        {'INTERPRETER_WIN': 'C:/p.exe'}
    """
    entries: dict[str, str] = {}
    for _, key, value in _pairs(data):
        entries.setdefault(key, value.decode(encoding, errors="replace"))
    return entries


def merged(data: bytes, wanted: Mapping[str, str], encoding: str) -> bytes:
    """Return a file with some settings put in; all others stay as they are, letter by letter.

    Blank lines, lines that are no pair, and repeated keys go: VBA would misread what follows them.

    Raises:
        UnicodeEncodeError: a value cannot be written in the encoding that VBA reads.
    """
    lines: dict[str, bytes] = {}
    for line, key, _ in _pairs(data):
        lines.setdefault(key, line)
    for key, value in wanted.items():
        lines[key] = f'"{key}","{value}"'.encode(encoding)
    return b"".join(line + b"\r\n" for line in lines.values())


def unreadable(data: bytes) -> int:
    """Return how many lines of a file are neither blank nor a pair."""
    filled = [line for line in data.removeprefix(_BOM).splitlines() if line.strip()]
    return len(filled) - len(_pairs(data))


def _pairs(data: bytes) -> list[tuple[bytes, str, bytes]]:
    """Each pair's line, key in capitals, and value."""
    found = []
    for line in data.removeprefix(_BOM).splitlines():
        match = _PAIR.fullmatch(line)
        if match and match[1].strip():
            found.append((line, match[1].strip().decode("latin-1").upper(), match[2]))
    return found


# --- what poi_xl wants ----------------------------------------------------------------------------


def wanted(system: System, entries: Mapping[str, str]) -> dict[str, str]:
    """Return the entries that have to be written so that Excel finds this Python."""
    python = system.python
    fresh = {
        INTERPRETER: portable(system, python.executable),
        PATH: _with_folder(system, entries.get(PATH, ""), python.source),
        SERVER: "1",
        # A console that somebody wants to see is left on.
        CONSOLE: entries[CONSOLE] if truth(entries.get(CONSOLE)) else "0",
    }
    if same_path(system, entries.get(INTERPRETER, ""), python.executable):
        del fresh[INTERPRETER]
    return {key: value for key, value in fresh.items() if value != entries.get(key, "")}


def changes(entries: Mapping[str, str], fresh: Mapping[str, str]) -> tuple[Change, ...]:
    """Return what writing these entries changes."""
    return tuple(Change(key, entries.get(key), value) for key, value in fresh.items())


def overrides(change: Change) -> bool:
    """Whether a change takes away what somebody chose; adding and respelling do not."""
    if not change.before or change.key == PATH:
        return False
    if change.key in (SERVER, CONSOLE):
        return truth(change.before) is not truth(change.after)
    return True


def truth(text: str | None) -> bool | None:
    """Return what a boolean's word says in English or Spanish; None for any other word.

    Example:
        >>> truth("Falso"), truth("True"), truth("quizá")
        (False, True, None)
    """
    word = (text or "").strip().lower()
    return True if word in _TRUE else False if word in _FALSE else None


# --- paths ----------------------------------------------------------------------------------------


def portable(system: System, path: str) -> str:
    """Return a path that starts with a variable where it is in the user's own folders.

    The user's name, which may have letters that VBA misreads, is then not in the file.
    """
    inside = PureWindowsPath(path)
    for name in _VARIABLES:
        folder = system.variable(name)
        if folder and inside.is_relative_to(PureWindowsPath(folder)):
            return str(PureWindowsPath(f"%{name}%") / inside.relative_to(PureWindowsPath(folder)))
    return path


def expanded(system: System, text: str) -> str:
    """Return a text with its variables replaced, as xlwings reads it; unknown ones stay."""
    return re.sub(r"%([^%]+)%", lambda match: system.variable(match[1]) or match[0], text)


def same_path(system: System, one: str, other: str) -> bool:
    """Whether two texts name the same file for Windows."""
    paths = [PureWindowsPath(expanded(system, text)) for text in (one, other)]
    return bool(one) and paths[0] == paths[1]


def folders(text: str) -> list[str]:
    """Return the folders of a PYTHONPATH."""
    return [each.strip() for each in text.split(";") if each.strip()]


def _with_folder(system: System, text: str, folder: str) -> str:
    if not folder or any(same_path(system, each, folder) for each in folders(text)):
        return text
    return ";".join([portable(system, folder), *folders(text)])
