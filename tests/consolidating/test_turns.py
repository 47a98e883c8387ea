"""One run at a time in a folder: the second is told, and what a killed one leaves stops nobody."""

import os
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from poi_xl.consolidating.consolidate import consolidate
from poi_xl.consolidating.executors import Here
from tests.consolidating.entities import write
from tests.consolidating.test_consolidate import figures

GENEROUS = 60  # seconds
# A run that stops after its first files, with all that it has begun, until it is killed.
WAITING = """
    import sys, threading
    from pathlib import Path
    from poi_xl.consolidating.consolidate import consolidate
    from poi_xl.consolidating.executors import Here

    class Waiting(Here):
        def run(self, batches):
            for done in super().run(batches):
                yield done
                print("waiting", flush=True)
                threading.Event().wait()

    consolidate([sys.argv[1]], Path(sys.argv[2]), executor=Waiting(1))
"""


@pytest.fixture
def folder(tmp_path):
    chance = np.random.default_rng(3)
    for number in range(10):
        write(tmp_path / "entregas", number, "sheet", 3, quarter=1, chance=chance)
    return tmp_path / "entregas"


@pytest.fixture
def other(folder, tmp_path):
    """Another run, in the middle of its work."""
    words = [sys.executable, "-c", textwrap.dedent(WAITING), str(folder), str(tmp_path / "s")]
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(words, stdout=subprocess.PIPE, env=os.environ | path) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"waiting\n"
            yield process
        finally:
            process.kill()


def test_the_second_run_is_told_and_changes_nothing(folder, other, tmp_path):
    root = tmp_path / "s"
    before = sorted(root.rglob("*"))
    words = ("consolidar", str(folder), "-o", str(root), "--procesos", "1")
    second = subprocess.run(
        [sys.executable, "-m", "poi_xl.hosts.cli", *words],
        capture_output=True,
        text=True,
        timeout=GENEROUS,
        check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert second.returncode == 3
    assert "POI-E215" in second.stderr
    assert sorted(root.rglob("*")) == before


def test_what_a_killed_run_leaves_stops_nobody(folder, other, tmp_path):
    root = tmp_path / "s"
    other.send_signal(signal.SIGKILL)
    other.wait(GENEROUS)
    answer = consolidate([str(folder)], root, executor=Here(1))
    assert answer.read == 2  # the others were at hand
    fresh = consolidate([str(folder)], tmp_path / "nueva", executor=Here(1))
    assert figures(root) == figures(fresh.root)
