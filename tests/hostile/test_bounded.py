"""Files made to fill the memory or never to end, met by a process that may have little of both.

The limits are the system's own (address space, processor seconds): who needs more is ended by it.
"""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
import xlsxwriter

from tests.hostile import makers
from tests.hostile.commands import FINE, OBSERVATIONS, WRONG_USE, Said, is_clear
from tests.package.books import BOOK

MEMORY = 1536 << 20
SECONDS = 10


def limited(*words: str | Path) -> Said:
    """Run a command in a process of its own with little memory and time."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))

    done = subprocess.run(
        [sys.executable, "-m", "poi_xl.hosts.cli", *map(str, words)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        # Every thread that a library starts would ask for address space of its own.
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "NO_COLOR": "1", "COLUMNS": "200"},
        encoding="utf-8",
        check=False,
        preexec_fn=limit,
    )
    return Said(done.returncode, done.stdout + done.stderr)


def ended(book: Path, verb: str = "calcular", *words: str | Path) -> Said:
    """Run a command on a file; hold that it ended by itself, clearly, and left the file alone."""
    before = book.read_bytes(), book.stat().st_mtime_ns
    answer = limited(verb, book, *words)
    assert is_clear(answer), answer
    assert (book.read_bytes(), book.stat().st_mtime_ns) == before
    return answer


def cells(count: int, columns: int = 100) -> bytes:
    """Rows of numbers."""
    row = b"".join(b"<c><v>1</v></c>" for _ in range(columns))
    return b"".join(b'<row r="%d">%b</row>' % (n, row) for n in range(1, count // columns + 1))


def far_apart(columns: bytes, rows: int) -> bytes:
    return makers.corners(columns + b"%d" % rows).replace(b"19999", b"%d" % rows)


# What each is made of, and whether a command can still work on the workbook.
HEAVY = {
    "texts that deflate a thousandfold": (makers.bomb(makers.TEXTS, 1000), ""),
    "a sheet that deflates a thousandfold": (makers.bomb(makers.SHEET, 1000), ""),
    "a workbook that deflates a thousandfold": (makers.bomb(BOOK, 1000), ""),
    "a bomb just below the limit": (makers.bomb(makers.TEXTS, 60), ""),
    "twenty bombs below the limit": (makers.many_bombs(20, 60), "POI-E170"),
    "texts by the hundred megabytes": (makers.huge_texts(3_000_000), None),
    "a single text of a hundred megabytes": (makers.huge_texts(1, 100 << 20), "POI-E04"),
    "three million cells": (makers.sheet_of(cells(3_000_000)), "POI-E20"),
    "corners far apart": (makers.sheet_of(far_apart(b"ZZ", 9_999)), "POI-E20"),
    "corners farther apart": (makers.sheet_of(far_apart(b"ZZ", 19_999)), "POI-E170"),
    "corners without any range": (makers.sheet_of(far_apart(b"XFD", 19_999), b""), "POI-E20"),
    "corners in apostrophes": (
        makers.sheet_of(far_apart(b"XFD", 19_999).replace(b'"', b"'")),
        "POI-E170",
    ),
    "cells that do not end": (makers.sheet_of(b'<c r="AAA1">' * 300_000), "POI-E04"),
    "tags that do not end": (makers.sheet_of(b"<c " * 1_000_000, b"A1:XFD9"), "POI-E04"),
    "formulas that do not end": (makers.sheet_of(b"<f " * 1_000_000 + b"</f>"), "POI-E20"),
    "formulas of nothing but spaces": (
        makers.sheet_of(b'<row r="1"><c r="A1"><f>1</f>%b<v>2</v></c></row>' % (b" " * 1_000_000)),
        "POI-E20",
    ),
    "errors inside formulas": (
        makers.sheet_of(b'<row r="1"><c r="A1"><f>%b</f></c></row>' % (b't="e"' * 1_000_000)),
        "POI-E20",
    ),
    "errors without address": (
        makers.sheet_of(b"<row>%b</row>" % (b'<c t="e"><v>#N/A</v></c>' * 16_000) * 20),
        "POI-E20",
    ),
    "errors that say nothing": (
        makers.sheet_of(b'<row r="1">%b</row>' % (b'<c r="A1" t="e"/>' * 500_000)),
        "POI-E20",
    ),
    "an entity bomb": (makers.dtd(makers.SHEET, makers.LAUGHS, b"&a11;"), "POI-E15"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HEAVY)
def test_little_memory_and_time_are_enough(tmp_path, good_parts, name) -> None:
    make, code = HEAVY[name]
    book = tmp_path / "libro.xlsx"
    book.write_bytes(make(good_parts))
    answer = ended(book)
    if code:
        assert code in answer.codes, answer
        assert answer.code == WRONG_USE
    elif code is None:
        assert answer.code in (FINE, OBSERVATIONS), answer


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["actualizar", "incorporar", "diagnostico"])
def test_other_commands_need_no_more(tmp_path, good_parts, verb) -> None:
    book = tmp_path / "libro.xlsx"
    book.write_bytes(makers.huge_texts(500_000)(good_parts))
    ended(book, verb, *([] if verb == "diagnostico" else ["-o", tmp_path / "salida.xlsm"]))


@pytest.mark.slow
def test_a_workbook_of_a_thousand_sheets(tmp_path) -> None:
    path = tmp_path / "libro.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for number in range(1000):
            sheet = book.add_worksheet(f"Hoja {number}")
            sheet.write_row("A1", ["ÓRGANO", "ACTIVIDAD", number])
    assert "POI-E20" in ended(path).codes
    ended(path, "actualizar", "-o", tmp_path / "salida.xlsx")


def test_an_honest_workbook_needs_less(good) -> None:
    assert ended(good).code in (FINE, OBSERVATIONS)
