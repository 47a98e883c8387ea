"""What a cut of the power may leave of a command, from the calls by which it changed a folder.

A disk keeps what was flushed. Of all else any part may be there or not: the content of a file that
was not flushed may be missing or torn, and of the names that were given, changed or removed in a
folder since it was flushed, any may be kept and any lost, whatever their order. Every such state is
built, at every call, and looked at.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations, product
from pathlib import PurePosixPath
from typing import Final, NamedTuple

OLD, NEW, TORN, EMPTY = "old", "new", "torn", "empty"
_LINE: Final = re.compile(r"(?:\d+\s+)?(\w+)\((.*)\)\s+= (?!-1)\S+")
_FILE: Final = re.compile(r"\d+<([^>]*)>")
_TEXT: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
_WRITING: Final = frozenset(("write", "pwrite64", "ftruncate", "sendfile", "copy_file_range"))
_MOVING: Final = frozenset(("rename", "renameat", "renameat2"))
_REMOVING: Final = frozenset(("unlink", "unlinkat", "rmdir"))


class Call(NamedTuple):
    """A call that changes a disk: what it does, where, and to where."""

    kind: str  # create, write, flush, rename, remove, mkdir
    path: str
    other: str = ""


class Change(NamedTuple):
    """A change of the names in a folder: a name given to a file, or taken away."""

    gone: str
    given: str
    file: int


def calls(lines: Iterable[str], folder: str) -> list[Call]:
    """Return the calls of a trace that change what is in a folder."""
    found = (call for line in lines if (call := _call(line)) is not None)
    return [call for call in found if call.path == folder or call.path.startswith(f"{folder}/")]


def _call(line: str) -> Call | None:
    match = _LINE.match(line)
    if match is None:
        return None
    name, said = match[1], match[2]
    quoted, open_file = _TEXT.findall(said), _FILE.match(said)
    if open_file and name in (*_WRITING, "fsync"):
        return Call("flush" if name == "fsync" else "write", open_file[1])
    if name in _MOVING:
        return Call("rename", quoted[0], quoted[1])
    kind = "remove" if name in _REMOVING else "mkdir" if name == "mkdir" else ""
    if name == "openat" and "O_CREAT" in said:
        kind = "create"
    return Call(kind, quoted[0]) if kind else None


@dataclass
class Disk:
    """What is on the disk for certain, and what may be.

    Attributes:
        names: the names as programs see them, each with its file's number.
        kept: those that are flushed.
        pending: by folder, the changes since it was flushed.
        contents: by file, what it holds if it is flushed or nothing happens.
        loose: files with content that is not flushed.
    """

    names: dict[str, int]
    kept: dict[str, int]
    contents: dict[int, str]
    pending: dict[str, list[Change]] = field(default_factory=dict)
    loose: set[int] = field(default_factory=set)

    def do(self, call: Call, *, is_last: bool) -> None:
        """Carry out a call.

        Args:
            call: the call.
            is_last: whether the file is not written to again.
        """
        if call.kind == "write":
            file = self.names[call.path]
            self.contents[file] = NEW if is_last else TORN
            self.loose.add(file)
        elif call.kind == "flush":
            if call.path in self.names and self.names[call.path] in self.contents:
                self.loose.discard(self.names[call.path])
            else:
                for change in self.pending.pop(call.path, []):
                    _apply(self.kept, change)
        elif call.kind != "create" or call.path not in self.names:
            self._rename(call)

    def _rename(self, call: Call) -> None:
        if call.kind in ("create", "mkdir"):
            file = len(self.contents) + len(self.names) + 1000
            change = Change("", call.path, file)
            if call.kind == "create":
                self.contents[file] = EMPTY
        else:
            change = Change(call.path, call.other, self.names[call.path])
        _apply(self.names, change)
        self.pending.setdefault(str(PurePosixPath(call.path).parent), []).append(change)

    def states(self) -> Iterator[dict[str, str]]:
        """Yield every state in which a cut may leave the disk, as names and contents."""
        parts = [_subsets(changes) for changes in self.pending.values()]
        for chosen in product(*parts):
            names = dict(self.kept)
            for change in chain.from_iterable(chosen):
                _apply(names, change)
            there = {
                name: file
                for name, file in names.items()
                if file in self.contents and _is_reachable(name, names)
            }
            files = sorted(set(there.values()))
            for held in product(*(self._may_hold(file) for file in files)):
                content = dict(zip(files, held, strict=True))
                yield {name: content[file] for name, file in there.items()}

    def _may_hold(self, file: int) -> tuple[str, ...]:
        whole = self.contents[file]
        return (whole, TORN, EMPTY) if file in self.loose else (whole,)


def _apply(names: dict[str, int], change: Change) -> None:
    names.pop(change.gone, None)
    if change.given:
        names[change.given] = change.file


def _subsets(changes: Sequence[Change]) -> list[tuple[Change, ...]]:
    sizes = range(len(changes) + 1)
    return list(chain.from_iterable(combinations(changes, size) for size in sizes))


def _is_reachable(name: str, names: dict[str, int]) -> bool:
    """Whether the folder of a file is there; only hidden ones are made by a command."""
    parent = PurePosixPath(name).parent
    return not parent.name.startswith(".") or str(parent) in names


def after_a_cut(
    done: Sequence[Call], before: Iterable[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the states of a folder after a cut before each call and after the last one.

    Args:
        done: what the command did.
        before: the files that were there.
    """
    files = {name: number for number, name in enumerate(before, start=1)}
    names = {str(PurePosixPath(name).parent): 0 for name in files} | files
    disk = Disk(dict(names), dict(names), dict.fromkeys(files.values(), OLD))
    for at, call in enumerate(done):
        for state in disk.states():
            yield at, state
        later = done[at + 1 :]
        disk.do(call, is_last=not any(x.kind == "write" and x.path == call.path for x in later))
    for state in disk.states():
        yield len(done), state
