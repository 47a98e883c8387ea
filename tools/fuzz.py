"""Many plans, each laid out by chance, read and compared with what was drawn: `make fuzz`.

A case is its seed: `python -m tools.fuzz --seed 1234 --cases 1` draws the same one again, and a
failing one is shown as small as it can be made.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, fields
from pathlib import Path
from random import Random

from poi_xl.core.plan import Plan
from poi_xl.core.problems import Problem
from poi_xl.reading.workbook import read_workbook
from tests.reading.files import write_file
from tests.reading.judging import SHEET, Read, draw_case, judge, read_grid, shrunk
from tests.reading.layouts import Drawn, Layout, lay_out

CASES = 20_000
# Every so many cases one goes through a real file.
FILES = 50
_CHUNK = 250
_SHOWN_FAILURES = 5


@dataclass
class Tally:
    """What came of some cases.

    Attributes:
        cases: how many.
        files: how many of them went through a file.
        figures: how many figures were drawn in them.
        equal: cases read without any problem.
        told: by code, how often a problem told with cause of what was not read as it stands.
        failed: seeds of the cases where something is wrong and nobody says so.
    """

    cases: int = 0
    files: int = 0
    figures: int = 0
    equal: int = 0
    told: Counter[str] = field(default_factory=Counter)
    failed: list[int] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Take in what came of other cases."""
        self.cases += other.cases
        self.files += other.files
        self.figures += other.figures
        self.equal += other.equal
        self.told += other.told
        self.failed += other.failed


def run(seeds: Sequence[int]) -> Tally:
    """Read the cases of some seeds."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            case, read = draw_case(seed), reader(seed, Path(folder))
            verdict = judge(case, read)
            tally.cases += 1
            tally.files += read is not read_grid
            tally.figures += sum(len(each.figures) for each in case.sample.activities)
            tally.equal += not (verdict.told or verdict.wrong)
            tally.told += verdict.told
            if verdict.wrong:
                tally.failed.append(seed)
    return tally


def reader(seed: int, folder: Path) -> Read:
    """Return how the case of a seed is read: from the cells, now and then from a file."""
    if seed % FILES:
        return read_grid

    def read(drawn: Drawn) -> tuple[Plan | None, Sequence[Problem]]:
        path = folder / "plan.xlsx"
        write_file(drawn, path, SHEET, Random(seed))
        content = read_workbook(path)
        return content.plan, content.problems

    return read


def report(seed: int) -> Iterator[str]:
    """Yield the lines that show a failing case, made small."""
    with tempfile.TemporaryDirectory() as folder:
        read = reader(seed, Path(folder))
        case = shrunk(draw_case(seed), read)
        wrong = judge(case, read).wrong
    plain = Layout()
    habits = {
        each.name: getattr(case.layout, each.name)
        for each in fields(Layout)
        if getattr(case.layout, each.name) != getattr(plain, each.name)
    }
    yield f"seed {seed}: {habits or 'the plainest layout'}"
    yield from (f"  {each}" for each in wrong)
    for number, row in enumerate(lay_out(case.sample, case.layout).rows, start=1):
        yield f"  {number}: {row}"


def main(argv: list[str]) -> int:
    """Run the command line; return 1 if anything was read wrong in silence.

    Args:
        argv: the arguments.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--seed", type=int, default=0, help="seed of the first case")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    options = parser.parse_args(argv)
    seeds = range(options.seed, options.seed + options.cases)
    chunks = [seeds[start : start + _CHUNK] for start in range(0, len(seeds), _CHUNK)]
    started, total = time.monotonic(), Tally()
    with ProcessPoolExecutor(options.processes) as pool:
        for tally in pool.map(run, chunks):
            total.add(tally)
    print(f"seeds {seeds[0]} to {seeds[-1]}, {time.monotonic() - started:.0f} s")
    print(f"{total.cases} cases, {total.files} of them files; {total.figures} figures drawn")
    told = total.cases - total.equal - len(total.failed)
    print(f"{total.equal} read equal; {told} told with cause:")
    print("  " + ", ".join(f"{code} {count}" for code, count in sorted(total.told.items())))
    print(f"{len(total.failed)} with something wrong that nobody told")
    for seed in total.failed[:_SHOWN_FAILURES]:
        print("\n".join(report(seed)))
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
