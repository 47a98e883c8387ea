"""Consolidating: against a loop of pandas with openpyxl, with one worker and two, and again.

`python bench/consolidating.py [FILES]`: 300 files when nothing is said; the goals are for 1,000,
5,000 and 20,000. Times of one core are its own seconds (user and system), so that what else runs
on the machine does not count; those of two workers are by the clock.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from common import ROOT

sys.path.insert(0, str(ROOT))

from poi_xl.consolidating.asking import ask
from poi_xl.consolidating.consolidate import consolidate
from poi_xl.consolidating.executors import Here
from poi_xl.core.plan import By
from tests.consolidating.entities import make

PEER_FILES = 60  # the loop is slow; its files are a sample of the others


def peer(path):
    """What the loop computes of a file: planned and executed of each month and organ."""
    cells = pd.read_excel(path, engine="openpyxl", header=None, sheet_name=0)
    rows = cells[pd.to_numeric(cells[4], errors="coerce").notna() & cells[1].notna()]
    amounts = rows.iloc[:, 4:].apply(pd.to_numeric, errors="coerce")
    return amounts.groupby(rows[0]).sum()


def memory():
    """The largest resident memory of this process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(origins, root, workers):
    """Consolidate; return the seconds by the clock and those of this process."""
    clock, own = time.perf_counter(), time.process_time()
    answer = consolidate([str(each) for each in origins], root, executor=Here(workers))
    return answer, time.perf_counter() - clock, time.process_time() - own


def main(count):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = list(make(folder / "e", count, largest=2_000))
        activities = sum(each.activities for each in made)
        print(f"{count:,} files, {activities:,} activities; start {memory():.0f} MiB")

        # The loop reads only the plain layout; both read the same files.
        plain = [each.path for each in made if each.layout == "sheet"][:PEER_FILES]
        start = time.process_time()
        for path in plain:
            peer(path)
        loop = (time.process_time() - start) / len(plain)
        _, _, own = run(plain, folder / "plain", 1)
        ours = own / len(plain)
        print(
            f"one core, plain layout: loop {1 / loop:.1f} files/s, ours {1 / ours:.1f}, "
            f"{loop / ours:.1f} times (goal 10)"
        )

        part, _, own = run([folder / "e" / "sheet"], folder / "part", 1)
        print(f"{part.read:,} files: {part.read / own:.1f} files/s, {memory():.0f} MiB")
        whole, one_clock, own = run([folder / "e"], folder / "one", 1)
        print(f"{whole.read:,} files: {whole.read / own:.1f} files/s, {memory():.0f} MiB")
        _, two_clock, _ = run([folder / "e"], folder / "two", 2)
        print(f"two workers: {one_clock / two_clock:.2f} times as fast as one (goal 1.7)")
        again, again_clock, _ = run([folder / "e"], folder / "one", 2)
        assert again.read == 0
        print(f"again, unchanged: {one_clock / again_clock:.0f} times as fast (goal 20)")

        start = time.process_time()
        total = ask(folder / "one", By.TOTAL, "ANUAL").total
        print(f"calcular over it: {time.process_time() - start:.2f} s")
        assert total.planned[0] == sum(each.planned.sum() for each in made)
        assert total.executed[0] == sum(each.executed.sum() for each in made)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
