"""Who does the work: processes of this machine, or a Dask cluster; the tasks are the very same.

Either gives outcomes as they are ready, in no order, and keeps few tasks waiting, so that memory
does not grow with the number of files. A process that dies takes its task with it: the files of
that task are then read one by one, and the one that kills again is told.
"""

import logging
import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Future,
    ProcessPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Any, Final, Protocol

from poi_xl import __version__
from poi_xl.consolidating import require_libraries
from poi_xl.consolidating.sources import file_name
from poi_xl.consolidating.tables import FORMAT
from poi_xl.consolidating.task import Job, Outcome, examine, failed
from poi_xl.core.problems import Refusal, problem

# Files that one task reads.
Batch = tuple[Job, ...]
_AHEAD: Final = 3  # tasks that wait for each worker
_FEW: Final = 16  # files that are not worth starting processes for
_MEMORY: Final = 3 << 30
_PATIENCE: Final = 60  # seconds


class Executor(Protocol):
    """Does tasks somewhere."""

    near: bool
    """Whether this machine reads the files itself."""

    def run(self, batches: Iterable[Batch]) -> Iterator[list[Outcome]]:
        """Yield the outcomes of each batch, as they are ready."""


class Here:
    """The processes of this machine; with one, or with few files, this very process."""

    near = True

    def __init__(self, processes: int | None = None) -> None:
        self.processes = processes or os.cpu_count() or 1

    def run(self, batches: Iterable[Batch]) -> Iterator[list[Outcome]]:
        """Yield the outcomes of each batch, as they are ready."""
        every = deque(batches)
        if self.processes == 1 or sum(map(len, every)) <= _FEW:
            yield from map(examine, every)
            return
        alone: deque[Batch] = deque()
        while every or alone:
            # Files that were being read when a process died are read one at a time.
            ahead = 1 if alone else self.processes * _AHEAD
            lost: list[Batch] = []
            yield from self._until_broken(alone or every, ahead, lost)
            for batch in lost:
                if len(batch) == 1 and ahead == 1:
                    yield [_killed(batch[0])]
                else:
                    alone.extend((job,) for job in batch)

    def _until_broken(
        self, waiting: deque[Batch], ahead: int, lost: list[Batch]
    ) -> Iterator[list[Outcome]]:
        """Work until nothing waits or a process dies; what was lost by that is added to `lost`."""
        running: dict[Future[list[Outcome]], Batch] = {}
        # Started anew, not forked: a fork of a program with threads may never end.
        fresh = multiprocessing.get_context("spawn")
        with (
            ProcessPoolExecutor(
                min(self.processes, ahead), mp_context=fresh, initializer=_bound_memory
            ) as pool,
            suppress(BrokenProcessPool),
        ):
            while waiting or running:
                while waiting and len(running) < ahead:
                    running[pool.submit(examine, waiting[0])] = waiting[0]
                    waiting.popleft()  # only now: a broken pool takes nothing
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
                    del running[future]
            return
        lost.extend(running.values())


def executor(cluster: str | None, processes: int | None) -> Executor:
    """Return the executor that a user asked for.

    Args:
        cluster: address of a Dask scheduler; this machine when None.
        processes: of this machine; one for each processor when None.

    Raises:
        Refusal: Dask is not installed (POI-E206).
    """
    if not cluster:
        return Here(processes)
    require_libraries("distributed")
    return Cluster(cluster)


def _bound_memory() -> None:
    """Let a file that needs more memory than a worker may have fail by itself."""
    with suppress(ImportError, OSError, ValueError):  # Windows has no such limit
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, resource.RLIM_INFINITY))


def _killed(job: Job) -> Outcome:
    return failed(job.place, problem("POI-E203", file_name(job.place)))


class Cluster:
    """A Dask cluster that is running: its scheduler, its workers, its dashboard."""

    near = False

    def __init__(self, address: str) -> None:
        self.address = address

    def run(self, batches: Iterable[Batch]) -> Iterator[list[Outcome]]:
        """Yield the outcomes of each batch, as they are ready.

        Raises:
            Refusal: the cluster cannot be reached, or be reached again (POI-E209), or its workers
                have another poi_xl (POI-E210).
        """
        waiting = deque(batches)
        while waiting:
            client = self._connect()
            try:
                yield from _until_lost(client, waiting)
            finally:
                client.close(timeout=5)

    def _connect(self) -> Any:
        # The user is told by us, once.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        try:
            client = _dask().Client(self.address, timeout=_PATIENCE)
        except (OSError, ValueError):
            raise Refusal(problem("POI-E209", self.address, detail="no responde")) from None
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
            versions = client.run(_version, on_error="return")
        except (OSError, ValueError):
            client.close(timeout=5)
            told = problem("POI-E209", self.address, detail="no tiene trabajadores")
            raise Refusal(told) from None
        other = {str(each) for each in versions.values() if each != _version()}
        if other:
            client.close(timeout=5)
            found = ", ".join(sorted(other))
            raise Refusal(problem("POI-E210", self.address, found=found, ours=_version()))
        return client


def _dask() -> Any:
    """Return the library, which takes a second to load and has no types to speak of."""
    import distributed

    return distributed


def _version() -> str:
    return f"{__version__}/{FORMAT}"


def _until_lost(client: Any, waiting: deque[Batch]) -> Iterator[list[Outcome]]:
    """Work until nothing waits or the scheduler is lost; what was running then waits again."""
    running: dict[Any, Batch] = {}
    ahead = _AHEAD * max(1, sum(client.nthreads().values()))
    while waiting or running:
        while waiting and len(running) < ahead:
            batch = waiting.popleft()
            running[client.submit(examine, batch, pure=False)] = batch
        # Cancelled: the scheduler forgot it. Timed out: only to see whether it is still there.
        with suppress(CancelledError, TimeoutError):
            _dask().wait(list(running), timeout=1, return_when="FIRST_COMPLETED")
        if client.status != "running" or any(each.cancelled() for each in running):
            waiting.extendleft(running.values())
            return
        for future in [each for each in running if each.done()]:
            yield from _answered(future, running.pop(future), waiting)


def _answered(future: Any, batch: Batch, waiting: deque[Batch]) -> Iterator[list[Outcome]]:
    error = future.exception() if future.status == "error" else None
    if error is None:
        yield future.result()
    elif not isinstance(error, _dask().KilledWorker):
        detail = f"{type(error).__name__}: {error}"
        raise Refusal(problem("POI-E209", detail=detail))
    elif len(batch) == 1:
        yield [_killed(batch[0])]
    else:
        waiting.extend((job,) for job in batch)
