"""A real Dask cluster on loopback: scheduler and workers are processes, and are ended at will."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from typing import Any

import pytest

from poi_xl.consolidating.consolidate import consolidate
from poi_xl.consolidating.deliveries import State
from poi_xl.consolidating.executors import Cluster
from tests.consolidating.test_consolidate import figures

GENEROUS = 120  # seconds until a process that never says it is ready fails the test


class Processes:
    """The processes of a cluster; each is known to be ready by what it says."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.running = []

    def start(self, *words, says):
        log = self.folder / f"{len(self.running)}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]],
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            )
        self.running.append(process)
        until(lambda: re.search(says, log.read_text("utf-8", "replace")), process)
        return process

    def scheduler(self):
        words = ("--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard", "--no-show")
        return self.start("dask_scheduler", *words, says=r"Scheduler at:")

    def worker(self):
        words = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--memory-limit", "2GiB")
        return self.start("dask_worker", self.address, *words, says=r"Registered to:")

    def end(self):
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.wait(GENEROUS)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, process=None):
    """Wait for something that other processes bring about."""
    limit = time.monotonic() + GENEROUS
    while not condition():
        assert process is None or process.poll() is None, "it ended"
        assert time.monotonic() < limit, "it never happened"
        threading.Event().wait(0.05)


@pytest.fixture
def cluster(tmp_path):
    processes = Processes(tmp_path)
    yield processes
    processes.end()


class Watched(Cluster):
    """A cluster to which something happens after a number of tasks."""

    def __init__(self, address, events):
        super().__init__(address)
        self.events = events

    def run(self, batches):
        for number, done in enumerate(super().run(batches)):
            yield done
            self.events.pop(number, lambda: None)()


def same(root, whole):
    return figures(root) == figures(whole.root) and (
        (root / "archivos.parquet").read_bytes() == (whole.root / "archivos.parquet").read_bytes()
    )


@pytest.mark.slow
def test_workers_and_scheduler_may_come_and_go(sector, whole, cluster, tmp_path):
    scheduler = cluster.scheduler()
    first = cluster.worker()

    def restart():
        scheduler.kill()
        scheduler.wait(GENEROUS)
        cluster.scheduler()
        cluster.worker()

    events = {
        1: cluster.worker,  # one more
        2: first.kill,  # one less, with what it was doing
        4: restart,
    }
    executor = Watched(cluster.address, events)
    answer = consolidate([str(sector[0])], tmp_path / "s", executor=executor)
    assert events == {}
    assert answer.count(State.CURRENT) == len(sector[1])
    assert same(answer.root, whole)
    # Everything is known: the workers find every digest as it was.
    again = consolidate([str(sector[0])], answer.root, executor=Cluster(cluster.address))
    assert again.read == 0
    assert same(answer.root, whole)


@pytest.mark.slow
def test_a_client_that_is_killed_and_run_again(sector, whole, cluster, tmp_path):
    cluster.scheduler()
    cluster.worker()
    root = tmp_path / "s"
    words = ("consolidar", str(sector[0]), "-o", str(root), "--cluster", cluster.address)
    client = subprocess.Popen(
        [sys.executable, "-m", "poi_xl.hosts.cli", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        until(lambda: len(list(root.glob(".trabajo/*.json"))) >= 8)
    finally:
        client.send_signal(signal.SIGKILL)
        client.wait(GENEROUS)
    answer = consolidate([str(sector[0])], root, executor=Cluster(cluster.address))
    assert answer.read <= len(sector[1]) - 8
    assert same(root, whole)


def test_a_file_that_ends_its_workers_is_told():
    # Dask gives up on a task that ended several workers; here the message of that is enough.
    from distributed import KilledWorker

    from poi_xl.consolidating.executors import _answered
    from poi_xl.consolidating.task import Job

    class Ended:
        status = "error"

        def exception(self):
            lost: Any = None
            return KilledWorker("examine", lost, 3)

    waiting: deque[tuple[Job, ...]] = deque()
    both = (Job("a/x.xlsx"), Job("a/y.xlsx"))
    assert list(_answered(Ended(), both, waiting)) == []
    assert list(waiting) == [(both[0],), (both[1],)]
    ((outcome,),) = _answered(Ended(), (both[0],), waiting)
    assert outcome.delivery is not None
    assert outcome.delivery.state is State.UNREADABLE
