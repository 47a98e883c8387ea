"""Faults at every system call by which a command changes files, and what must be true afterwards.

`strace` takes hold of the command's process and, at the n-th call that touches the user's folder,
ends the process or makes the call fail. `make faults` runs every point and prints the figures.
"""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.hostile.commands import Said, is_clear

CALLS: Final = (
    "openat,write,pwrite64,ftruncate,fsync,rename,renameat,unlink,unlinkat,mkdir,rmdir,chmod,"
    "fchmod,fchmodat,chown,link,linkat,sendfile,copy_file_range"
)
KILL: Final = "signal=KILL"
ERRORS: Final = tuple(f"error={name}" for name in ("ENOSPC", "EACCES", "EIO"))
# The disk stays full: clearing up fails too.
FULL: Final = "error=ENOSPC, and ever after"
FAULTS: Final = (KILL, *ERRORS, FULL)
_TAKING_ROOM: Final = ("write", "pwrite64", "sendfile", "copy_file_range", "mkdir")
BACKUPS: Final = ".poi-respaldo"
# What a command that was ended may leave; the next one clears it away, and tells.
_UNFINISHED: Final = re.compile(r"(?:.+/)?(?:\.poi_xl\.\d+\.[^/]+|[^/]+\.tmp)")
# What a consolidation has read so far: the next run uses it, and has nothing to tell.
_UNDER_WAY: Final = re.compile(r"[^/]+/\.trabajo/[^/]+")
_MANIFEST: Final = "sector/archivos.parquet"
_CALL: Final = re.compile(r"\d+\s+(\w+)\(")
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')

Files = dict[str, bytes]


# --- what must be true -------------------------------------------------------------------------


def unfinished(files: Files) -> list[str]:
    """Return what only a command that was ended leaves."""
    return [name for name in files if _UNFINISHED.fullmatch(name)]


def losses(before: Mapping[str, bytes], files: Files, wanted: Files) -> Iterator[str]:
    """Say what is neither as before nor as wanted, or replaced without a copy of it."""
    copies = [data for name, data in files.items() if name.startswith(BACKUPS)]
    for name, data in before.items():
        now = files.get(name)
        if now not in (data, wanted.get(name)) and not name.startswith(BACKUPS):
            yield f"{name} is neither old nor new"
        elif now != data and data not in copies:
            yield f"{name} was replaced without a backup"
    for name, data in files.items():
        if name in before or _UNFINISHED.fullmatch(name):
            continue
        if name.startswith(f"{BACKUPS}/"):
            if data and data not in before.values() and data not in wanted.values():
                yield f"{name} is half a backup"
        elif data != wanted.get(name):
            yield f"{name} is not whole"


def torn(before: Mapping[str, bytes], files: Files, wanted: Files) -> Iterator[str]:
    """Say where a consolidation is neither the one before nor the new one, whole."""
    sources = {name: data for name, data in before.items() if not name.startswith("sector/")}
    if not sources.items() <= files.items():
        yield "a source was changed"
    made = {name: data for name, data in files.items() if name.startswith("sector/")}
    known = wanted if made.get(_MANIFEST) == wanted[_MANIFEST] else before
    # What people ask is answered from the table of files: whatever that names must be there.
    for name, data in known.items():
        if made.get(name, data if name in sources else None) != data:
            yield f"{name} is not that of its table of files"
    for name, data in made.items():
        if _UNFINISHED.fullmatch(name) or _UNDER_WAY.fullmatch(name):
            continue
        if data not in (before.get(name), wanted.get(name)):
            yield f"{name} is not whole"


# --- commands -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scenario:
    """A command that writes.

    Attributes:
        name: what it is called.
        words: the command; paths are relative to the folder.
        files: what is in the folder before.
        within: the folder in which calls fail; a source that cannot be read is no fault of writing.
        judge: says what is wrong with the files now, given those before and those wanted.
    """

    name: str
    words: tuple[str, ...]
    files: Mapping[str, bytes] = field(repr=False)
    within: str = ""
    judge: Callable[[Mapping[str, bytes], Files, Files], Iterator[str]] = field(
        default=losses, repr=False
    )


@dataclass(frozen=True)
class Outcome:
    """How a command ended: its code, negative for a signal, what it said, and the folder then."""

    said: Said
    files: Files


class Victims:
    """Runs commands in a folder, under strace where a fault is wanted."""

    def __init__(self, folder: Path, server: "subprocess.Popen[str]") -> None:
        self.folder, self._server = folder, server
        self._said = folder.parent / "dicho.txt"

    def run(self, words: Sequence[str], trace: Sequence[str] = ()) -> Outcome:
        """Run a command; with words for strace, held by it from its first instruction."""
        number = int(self._ask({"words": self._placed(words), "said": str(self._said)}))
        tracer = self._hold(number, trace) if trace else None
        os.kill(number, signal.SIGCONT)
        code = int(self._line())
        if tracer:
            tracer.communicate()
        text = self._said.read_text(encoding="utf-8", errors="replace")
        return Outcome(Said(code, text), contents(self.folder))

    def _placed(self, words: Sequence[str]) -> list[str]:
        return [word.replace("./", f"{self.folder}/") for word in words]

    def _ask(self, asked: Mapping[str, object]) -> str:
        assert self._server.stdin
        self._server.stdin.write(json.dumps(asked) + "\n")
        self._server.stdin.flush()
        return self._line()

    def _line(self) -> str:
        assert self._server.stdout
        return self._server.stdout.readline()

    def _hold(self, number: int, trace: Sequence[str]) -> "subprocess.Popen[str]":
        command = ["strace", "-f", "-p", str(number), *trace]
        tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert tracer.stderr
        line = tracer.stderr.readline()
        assert "attached" in line, line
        return tracer


def contents(folder: Path) -> Files:
    """Return every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def refill(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder hold some files and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


@contextmanager
def victims(folder: Path) -> Iterator[Victims]:
    """Lend the means to run commands in a folder.

    Args:
        folder: emptied for every run; what the commands say is kept beside it.
    """
    refill(folder, {})
    env = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "NO_COLOR": "1", "COLUMNS": "200"}
    env["XDG_STATE_HOME"] = str(folder.parent / "estado")
    with subprocess.Popen(
        [sys.executable, "-m", "tests.hostile.victim"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=env,
        cwd=Path(__file__).parents[2],
    ) as server:
        yield Victims(folder, server)
        assert server.stdin
        server.stdin.close()


# --- one command --------------------------------------------------------------------------------


class Trial:
    """A scenario, what it does undisturbed, and its faults.

    Attributes:
        points: the calls that touch the folder, each with its number among those of its name.
        leftovers: how many faults so far left something for the next run to clear away.
    """

    def __init__(self, scenario: Scenario, runner: Victims) -> None:
        self._scenario, self._runner = scenario, runner
        self._log = runner.folder.parent / "llamadas.txt"
        self._known: dict[frozenset[tuple[str, bytes]], Outcome] = {}
        self.leftovers = 0
        self.reference = self._traced(f"--trace={CALLS}", "-y", "-s", "4096")
        assert self.reference.said.code in (0, 1), self.reference.said
        paths = {path for line in self.lines() for path in _paths(line)}
        inside = sorted(
            path for path in paths if path.startswith(f"{runner.folder / scenario.within}")
        )
        self._watch = [f"--trace={CALLS}", *(word for path in inside for word in ("-P", path))]
        self._traced(*self._watch, "-y", "-s", "4096")
        calls = [match[1] for line in self.lines() if (match := _CALL.match(line))]
        self.points = [(name, calls[: at + 1].count(name)) for at, name in enumerate(calls)]

    def _traced(self, *trace: str) -> Outcome:
        refill(self._runner.folder, self._scenario.files)
        return self._runner.run(self._scenario.words, [*trace, "-o", str(self._log)])

    def lines(self) -> list[str]:
        """Return what strace wrote of the last run."""
        return self._log.read_text(encoding="utf-8").splitlines()

    def fault(self, point: tuple[str, int], fault: str) -> list[str]:
        """Return what is wrong after a fault at a call, and after the next run."""
        call, number = point
        kind, _, after = fault.partition(", ")
        when = f"{number}{'+' if after else ''}"
        outcome = self._traced(*self._watch, f"--inject={call}:{kind}:when={when}")
        wrong = list(self._losses(outcome.files))
        if kind != KILL:
            wrong += self._failure(outcome, call)
        elif outcome.said.code not in (-signal.SIGKILL, self.reference.said.code):
            wrong.append(f"ended with {outcome.said}")
        after_that = self._next(outcome.files)
        return wrong + list(self._losses(after_that.files)) + self._remains(after_that, outcome)

    def _next(self, files: Files) -> Outcome:
        """Run the command once more; from the same files it does the same."""
        state = frozenset(files.items())
        if state not in self._known:
            self._known[state] = self._runner.run(self._scenario.words)
        return self._known[state]

    def _losses(self, files: Files) -> Iterator[str]:
        yield from self._scenario.judge(self._scenario.files, files, self.reference.files)

    def _failure(self, outcome: Outcome, call: str) -> Iterator[str]:
        """What a command that met an error must not do: leave things, or hide the failure."""
        if not is_clear(outcome.said):
            yield f"unclear: {outcome.said}"
        if outcome.said.code in (2, 3) and call not in ("unlink", "rmdir"):
            left = unfinished(outcome.files)
            if left:
                yield f"left {left}"

    def _remains(self, after: Outcome, interrupted: Outcome) -> list[str]:
        """What the next run must have cleared away, and told."""
        left, still = unfinished(interrupted.files), unfinished(after.files)
        wrong = [f"still there: {still}"] if still else []
        if left:
            self.leftovers += 1
            if "POI-N170" not in after.said.codes:
                wrong.append(f"cleared without a word: {left}")
        return wrong


def _paths(line: str) -> Iterator[str]:
    """The paths that a traced call names: its texts, and what its file numbers stand for."""
    yield from (match[1] for match in _QUOTED.finditer(line) if match[1].startswith("/"))
    yield from re.findall(r"\d<(/[^>]*)>", line)


# --- all of them --------------------------------------------------------------------------------


def scenarios(workshop: Path) -> list[Scenario]:
    """Return every command that writes, with the files it starts from."""
    import datetime as dt
    from dataclasses import replace

    from poi_xl.commands.embed import embed
    from poi_xl.commands.forms import make_forms
    from poi_xl.commands.update import update
    from poi_xl.core.settings import Settings
    from poi_xl.sheets.base import base_bytes
    from tests.hand import type_in
    from tests.native import small
    from tests.reading.exports import as_html, sample_rows, table

    now = dt.datetime(2021, 4, 20, 9, 30)  # noqa: DTZ001 - the analyst's own clock
    book, forms, own = (workshop / name for name in ("libro.xlsx", "fichas", "propio.xlsm"))
    plan = replace(small.plan(), budget_activity=("MEF A", "MEF B", "MEF A"))
    settings = Settings(institution="SAT de Lima", year=2021, quarter=1, plan_sheet="POI")
    book.write_bytes(base_bytes(plan, settings))
    old = book.read_bytes()
    update(book, now=now)
    embed(book, now=now, out=own)
    make_forms(book, forms, now=now)
    form = min(forms.glob("*.xlsx"))
    _answer(form, type_in)
    files = {"libro.xlsx": book.read_bytes()}
    kept = files | {f"{BACKUPS}/libro.2021-04-01T08-00-00.xlsx": old}
    export = as_html(table(sample_rows(6)))
    return [
        Scenario("actualizar", ("actualizar", "./libro.xlsx", "--periodo", "ENE"), files),
        Scenario("actualizar by default", ("actualizar", "./libro.xlsx"), {"libro.xlsx": old}),
        Scenario(
            "actualizar elsewhere",
            ("actualizar", "./libro.xlsx", "-o", "./otro.xlsx"),
            {"libro.xlsx": old},
        ),
        Scenario("restaurar", ("restaurar", "./libro.xlsx", "1"), kept),
        Scenario("abrir-trimestre", _OPEN, files),
        Scenario(
            "importar",
            ("importar", "./libro.xlsx", "./ficha.xlsx", "--preferir", "ficha"),
            files | {"ficha.xlsx": form.read_bytes()},
        ),
        Scenario("incorporar", ("incorporar", "./libro.xlsx", "-o", "./propio.xlsm"), files),
        Scenario("retirar", ("retirar", "./propio.xlsm"), {"propio.xlsm": own.read_bytes()}),
        Scenario("fichas", ("fichas", "./libro.xlsx", "-o", "./fichas"), files),
        Scenario("distribuir", ("distribuir", "./libro.xlsx", "-o", "./copias"), files),
        Scenario(
            "comparar",
            ("comparar", "./viejo.xlsx", "./libro.xlsx", "-o", "./cambios.xlsx"),
            files | {"viejo.xlsx": old},
        ),
        Scenario("construir", ("construir", "--desde", "./poi.xls"), {"poi.xls": export}),
        Scenario(
            "construir over another",
            ("construir", "--desde", "./poi.xls", "-o", "./libro.xlsx", "--aceptar", "POI-E50"),
            files | {"poi.xls": export},
        ),
        *_consolidations(workshop, old, files | {"poi.xls": export}),
        Scenario(
            "shipped, actualizar",
            ("actualizar", "./POI_2021.xlsm", "--periodo", "ENE"),
            {"POI_2021.xlsm": _SHIPPED.read_bytes()},
        ),
    ]


_SHIPPED: Final = Path(__file__).parents[2] / "workbook" / "POI_2021.xlsm"


def _consolidations(workshop: Path, old: bytes, files: Mapping[str, bytes]) -> Iterator[Scenario]:
    """The first one of a folder, and another over it, of which a file has changed."""
    from poi_xl.consolidating.consolidate import consolidate
    from poi_xl.consolidating.executors import Here

    words = ("consolidar", "./entregas", "-o", "./sector", "--procesos", "1")
    delivered = {f"entregas/{name}": data for name, data in files.items()}
    yield Scenario("consolidar", words, delivered, "sector", torn)
    before = workshop / "antes"
    refill(before, delivered | {"entregas/libro.xlsx": old})
    consolidate([str(before / "entregas")], before / "sector", executor=Here(1))
    made = {name: data for name, data in contents(before).items() if name not in delivered}
    yield Scenario("consolidar again", words, delivered | made, "sector", torn)


_OPEN: Final = ("abrir-trimestre", "./libro.xlsx", "2", "--aceptar", "POI-E120")


def _answer(form: Path, type_in: Callable[[Path, str, dict[str, object]], None]) -> None:
    from poi_xl.reading.forms import read_form

    row = read_form(form).rows[0]
    from poi_xl.package.parts import Package

    sheet = next(s.name for s in Package.open(form).sheets if s.state == "visible")
    type_in(form, sheet, {row.executed[0].cell: 7})


@contextmanager
def workshop() -> Iterator[Path]:
    """Lend a folder, in memory where there is such a place: thousands of flushes take no time."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(
        prefix="poi_xl-", dir=memory if os.access(memory, os.W_OK) else None
    ) as name:
        yield Path(name)


def main() -> int:
    """Run faults at every call, or at every n-th, and print how many and what was lost."""
    options = argparse.ArgumentParser(description=main.__doc__)
    options.add_argument("--step", type=int, default=1, help="only every n-th call")
    options.add_argument("--only", default="", help="only commands whose name begins so")
    chosen = options.parse_args()
    if not shutil.which("strace"):
        sys.stderr.write("strace is missing: no fault was tried\n")
        return 2
    injected: Counter[str] = Counter()
    lost = leftovers = 0
    started = time.monotonic()
    with workshop() as folder, victims(folder / "x") as runner:
        for scenario in scenarios(folder):
            if not scenario.name.startswith(chosen.only):
                continue
            trial = Trial(scenario, runner)
            points = trial.points[:: chosen.step]
            tried = [(p, f) for f in FAULTS for p in points if f != FULL or p[0] in _TAKING_ROOM]
            found = {(point, fault): trial.fault(point, fault) for point, fault in tried}
            injected.update(fault for _, fault in found)
            lost += sum(map(bool, found.values()))
            leftovers += trial.leftovers
            sys.stdout.write(f"{scenario.name}: {len(points)} calls, {len(found)} faults\n")
            for (point, fault), wrong in found.items():
                sys.stdout.writelines(f"  {fault} at {point}: {each}\n" for each in wrong)
            sys.stdout.flush()
    for fault, count in injected.items():
        sys.stdout.write(f"  {fault}: {count}\n")
    sys.stdout.write(
        f"faults injected: {injected.total()}, losses: {lost}; leftovers cleared away and told by "
        f"the next run: {leftovers}; {time.monotonic() - started:.0f} s\n"
    )
    return int(lost > 0)


if __name__ == "__main__":
    sys.exit(main())
