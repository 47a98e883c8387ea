"""A command ended or failing at any call leaves the workbook old or new, whole, and backed up."""

import functools
import re
import resource
import subprocess
import sys

import pytest

from tests import oracles
from tests.hostile.faults import BACKUPS, ERRORS, KILL, Trial, contents, refill, scenarios, victims

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
    assert len(trial.points) > 20
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


def test_a_power_cut_loses_nothing(runner, known) -> None:
    """Nothing counts on what was not flushed: content before its name, backup before workbook."""
    lines = "\n".join(Trial(known["actualizar"], runner).lines())
    folder = re.escape(str(runner.folder))
    steps = {
        "the new content is written": rf"write\(\d+<{folder}/\.poi_xl\.1\.libro\.xlsx>",
        "and flushed": rf"fsync\(\d+<{folder}/\.poi_xl\.1\.libro\.xlsx>",
        "there is a folder for backups": rf'mkdir\("{folder}/{BACKUPS}"',
        "which is flushed": rf"fsync\(\d+<{folder}>\)",
        "the backup is written": rf"write\(\d+<{folder}/{BACKUPS}/\.poi_xl\.1\.libro\.xlsx>",
        "and flushed too": rf"fsync\(\d+<{folder}/{BACKUPS}/\.poi_xl\.1\.libro\.xlsx>",
        "gets its name": rf'rename\("{folder}/{BACKUPS}/\.poi_xl\.1\.libro\.xlsx"',
        "which is flushed as well": rf"fsync\(\d+<{folder}/{BACKUPS}>\)",
        "the workbook is replaced": rf'rename\("{folder}/\.poi_xl\.1\.libro',
        "and that is flushed": rf"fsync\(\d+<{folder}>\)",
    }
    at = 0
    for what, pattern in steps.items():
        found = re.compile(pattern).search(lines, at)
        assert found, (what, lines[at:])
        at = found.end()
    fresh = rf"write\(\d+<{folder}/\.poi_xl\.1\.libro\.xlsx>"
    flushed = re.search(steps["and flushed"], lines)
    assert flushed
    assert not re.search(fresh, lines[flushed.end() :])


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
