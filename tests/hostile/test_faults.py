"""A command ended or failing at any call leaves the workbook old or new, whole, and backed up."""

import functools
import re
import resource
import subprocess
import sys

import pytest

from tests import oracles
from tests.hostile.faults import BACKUPS, ERRORS, KILL, Trial, contents, refill, scenarios, victims
from tests.hostile.powercut import NEW, OLD, TORN, Call, after_a_cut, calls

pytestmark = pytest.mark.slow
_NAMES = (
    *("actualizar", "actualizar by default", "restaurar", "abrir-trimestre", "importar"),
    *("retirar", "comparar", "construir over another", "consolidar", "consolidar again"),
)


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    oracles.program("strace")
    with victims(tmp_path_factory.mktemp("faults") / "libros") as lent:
        yield lent


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    return {each.name: each for each in scenarios(tmp_path_factory.mktemp("taller"))}


@pytest.mark.parametrize("name", _NAMES)
def test_faults_at_some_calls(runner, known, name) -> None:
    """`make faults` runs them all."""
    trial = Trial(known[name], runner)
    assert len(trial.points) > 12
    for at, fault in enumerate((KILL, KILL, *ERRORS)):
        point = trial.points[len(trial.points) * (at + 1) // 7]
        assert trial.fault(point, fault) == [], (point, fault)
    # Around the moment that counts: the backup gets its name, the workbook is replaced.
    for point in [p for p in trial.points if p[0].startswith("rename")]:
        assert trial.fault(point, KILL) == [], point


def test_losses_are_seen(runner, known) -> None:
    trial = Trial(known["actualizar"], runner)
    old, new = known["actualizar"].files["libro.xlsx"], trial.reference.files["libro.xlsx"]
    assert old != new
    copy = next(name for name in trial.reference.files if name.startswith(BACKUPS))
    for files, words in (
        ({"libro.xlsx": old[:-9]}, "neither old nor new"),
        ({}, "neither old nor new"),
        ({"libro.xlsx": new}, "without a backup"),
        ({"libro.xlsx": old, copy: old[:99]}, "half a backup"),
        ({"libro.xlsx": old, "otro.xlsx": b""}, "not whole"),
    ):
        assert any(words in each for each in trial._losses(files)), words
    assert not list(trial._losses({"libro.xlsx": old}))
    assert not list(trial._losses({"libro.xlsx": new, copy: old}))


def losses_of_a_cut(done: list[Call], folder: str, before: list[str]) -> tuple[int, list[str]]:
    """How many states a cut of the power may leave, and what is wrong in them."""
    book, backups = f"{folder}/libro.xlsx", f"{folder}/{BACKUPS}/libro."
    wrong, count = set(), 0
    for at, state in after_a_cut(done, [f"{folder}/{name}" for name in before]):
        count += 1
        kept = [held for name, held in state.items() if name.startswith(backups)]
        if state.get(book) not in (OLD, NEW):
            wrong.add(f"{at}: the workbook is {state.get(book, 'gone')}")
        if state.get(book) == NEW and NEW not in kept:
            wrong.add(f"{at}: the workbook is new and its backup {kept or 'gone'}")
        if TORN in kept:
            wrong.add(f"{at}: half a backup has a backup's name")
    return count, sorted(wrong)


@pytest.mark.parametrize("name", ["actualizar", "restaurar", "abrir-trimestre", "importar"])
def test_a_power_cut_loses_nothing(runner, known, name) -> None:
    """In every state that a cut may leave, whatever was not flushed."""
    trial = Trial(known[name], runner)
    folder, before = str(runner.folder), list(known[name].files)
    done = calls(trial.lines(), folder)
    # What the contents are, the run without faults shows; here only where they got to.
    assert [x for x in done if x.kind == "rename"][-1].other == f"{folder}/libro.xlsx"
    count, wrong = losses_of_a_cut(done, folder, before)
    assert wrong == []
    assert count > 2 * len(done)
    # Without any one of its flushes something would be lost; but for the last, which only hastens.
    flushes = [at for at, call in enumerate(done) if call.kind == "flush"]
    without = ([*done[:at], *done[at + 1 :]] for at in flushes)
    missed = [bool(losses_of_a_cut(each, folder, before)[1]) for each in without]
    # Where the folder of backups was there before, nothing need be flushed for its name.
    assert missed == [True] * (len(flushes) - 1) + [False]
    assert len(flushes) == (4 if name == "restaurar" else 5)


def test_a_torn_consolidation_is_seen(runner, known) -> None:
    trial = Trial(known["consolidar again"], runner)
    before, wanted = dict(known["consolidar again"].files), trial.reference.files
    assert before["sector/archivos.parquet"] != wanted["sector/archivos.parquet"]
    assert not list(trial._losses(before))
    assert not list(trial._losses(before | wanted))
    records = next(name for name in wanted if name not in before and "actividades" in name)
    for files, words in (
        (before | {"sector/archivos.parquet": wanted["sector/archivos.parquet"]}, "not that of"),
        ({**wanted, records: wanted[records][:-9]}, "not whole"),
        ({**before, "entregas/libro.xlsx": b""}, "a source was changed"),
        ({**before, "sector/otro.parquet": b""}, "not whole"),
    ):
        assert any(words in each for each in trial._losses(files)), words


def test_two_commands_at_once(tmp_path, runner, known) -> None:
    """One of them wins, or both one after the other; the workbook is whole, the backups too."""
    folder = tmp_path / "libros"
    files = known["actualizar by default"].files
    for _ in range(3):
        refill(folder, files)
        both = [
            subprocess.Popen(
                [sys.executable, "-m", "poi_xl.hosts.cli", "actualizar", folder / "libro.xlsx"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        said = [each.communicate()[1] for each in both]
        assert {each.returncode for each in both} <= {0, 1, 3}, said
        after = contents(folder)
        assert after.pop("libro.xlsx") != files["libro.xlsx"]
        assert not [name for name in after if ".poi_xl." in name]
        assert files["libro.xlsx"] in after.values()


def test_a_disk_that_is_full(tmp_path, known) -> None:
    """The system itself lets no file grow beyond a few kilobytes; Python's own (-B) neither."""
    folder = tmp_path / "libros"
    refill(folder, known["actualizar by default"].files)
    before = contents(folder)
    for limit in (0, 1, 4096, 20_000):
        done = subprocess.run(
            [sys.executable, "-B", "-m", "poi_xl.hosts.cli", "actualizar", folder / "libro.xlsx"],
            capture_output=True,
            text=True,
            env={"XDG_STATE_HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "TMPDIR": "/tmp"},
            check=False,
            preexec_fn=functools.partial(resource.setrlimit, resource.RLIMIT_FSIZE, (limit, limit)),
        )
        assert done.returncode == 2, done
        assert re.search("POI-E(16|171)", done.stderr), done.stderr
        assert contents(folder) == before
