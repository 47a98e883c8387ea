"""Every command that takes a file, given a broken one; and what must hold whatever it says."""

import os
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from poi_xl.hosts.cli import main

FINE, OBSERVATIONS, WRONG_USE, BUSY = 0, 1, 2, 3
_CODE = re.compile(r"POI-[EAN]\d+")


class Said(NamedTuple):
    """What a command answered."""

    code: int
    text: str

    @property
    def codes(self) -> set[str]:
        """The problems it named."""
        return set(_CODE.findall(self.text))


def commands(book: Path, good: Path, form: Path, out: Path) -> Iterator[list[str]]:
    """Yield each command that reads `book`, with its words; what it writes goes to `out`."""
    yield ["calcular", f"{book}"]
    yield ["calcular", f"{book}", "--json"]
    yield ["revisar", f"{book}"]
    yield ["actualizar", f"{book}", "--simular"]
    yield ["actualizar", f"{book}", "-o", f"{out / 'actualizado.xlsx'}"]
    yield ["distribuir", f"{book}", "-o", f"{out / 'copias'}"]
    yield ["comparar", f"{book}", f"{good}"]
    yield ["comparar", f"{good}", f"{book}"]
    yield ["fichas", f"{book}", "-o", f"{out / 'fichas'}"]
    yield ["importar", f"{book}", f"{form}"]
    yield ["importar", f"{good}", f"{book}"]
    yield ["abrir-trimestre", f"{book}", "2"]
    yield ["incorporar", f"{book}", "-o", f"{out / 'incorporado.xlsm'}"]
    yield ["retirar", f"{book}", "-o", f"{out / 'retirado.xlsx'}"]
    yield ["formula", "POI_AVANCE()", "--libro", f"{book}"]
    yield ["diagnostico", f"{book}"]


def said(capsys, words: Sequence[str]) -> Said:
    """Run a command in this process."""
    try:
        code = main(list(words))
    except SystemExit as stop:
        code = int(str(stop.code))
    done = capsys.readouterr()
    return Said(code, done.out + done.err)


def is_clear(answer: Said) -> bool:
    """Whether an answer is one that a user can do something with."""
    unforeseen = "Traceback" in answer.text or "POI-E51" in answer.codes
    silent = answer.code != FINE and not (answer.codes or "Hay observaciones" in answer.text)
    return answer.code in (FINE, OBSERVATIONS, WRONG_USE, BUSY) and not unforeseen and not silent


def everything(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return what is in a folder: content, and when it was last written."""
    return {
        str(path.relative_to(folder)): (_content(path), path.lstat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if not path.is_dir() or path.is_symlink()
    }


def _content(path: Path) -> bytes:
    if path.is_symlink():
        return os.fsencode(path.readlink())
    return path.read_bytes() if stat.S_ISREG(path.stat().st_mode) else b""
