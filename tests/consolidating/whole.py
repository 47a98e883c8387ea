"""A whole sector, one file in a hundred damaged, against what is known of it: `make sector`."""

import argparse
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import cycle, islice
from pathlib import Path

import pyarrow.parquet as pq

from poi_xl.consolidating.asking import ask
from poi_xl.consolidating.consolidate import Consolidated, consolidate
from poi_xl.consolidating.deliveries import State
from poi_xl.consolidating.executors import Here
from tests.consolidating.entities import Made, make_many
from tests.hostile import makers
from tests.hostile.good import write_good
from tests.package.books import unzipped

# What is refused with a code, and is a file's own fault; read alone or among thousands.
DAMAGES = {
    name: each for name, each in {**makers.KINDS, **makers.ZIPS, **makers.PARTS}.items() if each[1]
}
FOLDER = "dañados"


def damage(folder: Path, count: int) -> dict[str, str]:
    """Write that many damaged files, of every kind in turn; return the code of each by its name."""
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as aside:
        good = Path(aside) / "bueno.xlsx"
        write_good(good)
        parts = unzipped(good.read_bytes())
    codes = {}
    for number, (make, code) in enumerate(islice(cycle(DAMAGES.values()), count)):
        path = place / f"{number:04}.xlsx"
        path.write_bytes(make(parts))
        codes[path.name] = code
    return codes


def check_figures(root: Path, made: Iterable[Made]) -> None:
    """Hold that a consolidation says of every entity and quarter what the generator wrote."""
    made = list(made)
    for quarter in (1, 2, 3, 4):
        answer = ask(root, period=str(quarter), year=2021)
        months = slice(3 * quarter - 3, 3 * quarter)
        expected = {
            each.entity: (
                each.activities,
                each.planned[months].sum(),
                each.executed[months].sum(),
                each.planned.sum(),
            )
            for each in made
        }
        figures = answer.figures
        found = zip(
            answer.labels,
            figures.activities.tolist(),
            figures.planned.tolist(),
            figures.executed.tolist(),
            figures.target.tolist(),
            strict=True,
        )
        assert {name: tuple(rest) for name, *rest in found} == expected
        assert answer.total.executed[0] == sum(each[2] for each in expected.values())


def check_damaged(answer: Consolidated, codes: dict[str, str]) -> None:
    """Hold that every damaged file is told, with its code, and no other file is."""
    unread = {each.name for each in answer.deliveries if each.state is State.UNREADABLE}
    assert unread == set(codes)
    told: dict[str, set[str]] = {}
    for row in pq.read_table(answer.root / "observaciones").to_pylist():
        if row["severidad"] == "error":
            told.setdefault(row["archivo"], set()).add(row["codigo"])
    for name, code in codes.items():
        assert code in told[name], (name, code, told[name])


def check_sector(folder: Path, count: int, *, damaged: int, processes: int) -> Iterator[str]:
    """Make a sector, consolidate it, and hold that all is there; yield what was measured."""
    start = time.monotonic()
    made = list(make_many(folder / "entregas", count))
    codes = damage(folder / "entregas", damaged)
    activities = sum(each.activities for each in made)
    yield (
        f"{count:,} files made, {activities:,} activities, and {damaged:,} damaged ones of "
        f"{min(damaged, len(DAMAGES))} kinds; {time.monotonic() - start:,.0f} s"
    )
    start = time.monotonic()
    answer = consolidate([str(folder / "entregas")], folder / "sector", executor=Here(processes))
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    seconds = [each.ru_utime + each.ru_stime for each in spent]
    yield (
        f"{answer.read:,} read with {processes} processes in {time.monotonic() - start:,.0f} s; "
        f"processor so far {seconds[0]:,.0f} s here, {seconds[1]:,.0f} s in the others; "
        f"at most {spent[0].ru_maxrss >> 10:,} and {spent[1].ru_maxrss >> 10:,} MiB"
    )
    check_damaged(answer, codes)
    yield f"damaged: all told, {dict(sorted(Counter(codes.values()).items()))}"
    check_figures(answer.root, made)
    yield "figures: those of the generator, entity by entity and quarter by quarter"
    again = consolidate([str(folder / "entregas")], folder / "sector", executor=Here(processes))
    assert again.read == 0
    assert again.deliveries == answer.deliveries
    yield "again: nothing read, the same files"


def main() -> None:
    """Check a sector of the size asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=5_000)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sizes = {"damaged": max(given.files // 100, 1), "processes": given.processes}
        for line in check_sector(Path(folder), given.files, **sizes):
            print(line, flush=True)  # noqa: T201 - a program for the terminal


if __name__ == "__main__":
    main()
