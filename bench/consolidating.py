"""Consolidating: against a loop of pandas with openpyxl, with one worker and two, and again.

`python bench/consolidating.py`: 300 files of 20 to 2,000 activities. With `--growth`, how time and
memory of one process grow: 1,000, 5,000 and 20,000 files of 20 to 60 activities, or `--files N`.
Times are seconds of processor, of the processes that did the work, so that what else runs on the
machine counts little; by the clock only where it says so, with the machine's load.
"""

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from common import ROOT

sys.path.insert(0, str(ROOT))

from poi_xl.consolidating.asking import ask
from poi_xl.consolidating.consolidate import consolidate
from poi_xl.consolidating.executors import Here
from poi_xl.core.plan import By
from tests.consolidating.entities import make_many

PEER_FILES = 40  # the loop is slow; its files are a sample of the others
ROUNDS = 5
SIZES = (1_000, 5_000, 20_000)
BATCH = 8  # files a task reads
PERIODS = ((1, 3), (4, 6), (7, 9), (10, 12), (1, 6), (1, 9), (1, 12))


def peer(path):
    """What somebody at ease with pandas writes for one file: the figures of `indicadores`.

    The plain layout and preset A are taken as known; nothing is checked, found or explained.
    """
    sheets = pd.read_excel(path, engine="openpyxl", header=None, sheet_name=None)
    cells, entity = sheets["POI"], sheets["Configuración"].iloc[0, 1]
    rows = cells[pd.to_numeric(cells[4], errors="coerce").notna() & cells[1].notna()]
    amounts = rows.iloc[:, 4:].apply(pd.to_numeric, errors="coerce")
    return pd.concat([_period(rows[0], amounts, *months) for months in PERIODS]).assign(
        entidad=entity
    )


def _period(organ, amounts, first, last):
    """The indicators of the entity and of each organ in some months."""
    executed = amounts.loc[:, 16 + first : 16 + last]
    each = pd.DataFrame(
        {
            "organo": organ,
            "actividades": 1,
            "meta": amounts[4],
            "programado": amounts.loc[:, 4 + first : 4 + last].sum(axis=1),
            "ejecutado": executed.sum(axis=1),
            "a_la_fecha": amounts.loc[:, 17 : 16 + last].sum(axis=1),
        }
    )
    reported = executed.notna().any(axis=1)
    each["promedio"] = (each["ejecutado"] / each["programado"]).where(each["programado"] > 0)
    each["promedio_tope"] = each["promedio"].clip(upper=1)
    ratio = each["promedio"]
    flag = np.select(
        [
            ratio.isna() & (each["ejecutado"] > 0),
            ratio.isna(),
            ~reported,
            ratio < 0.75,
            ratio < 0.95,
            ratio <= 1,
        ],
        ["Ejecutado sin programación", "No programado", "Sin reporte", "Crítico", "En riesgo",
         "En meta"],
        "Exceso",
    )  # fmt: skip
    both = pd.concat([each.assign(organo=""), each])
    groups = both.groupby("organo", sort=False)
    sums = groups[["actividades", "meta", "programado", "ejecutado", "a_la_fecha"]].sum()
    counts = pd.crosstab(both["organo"], np.concatenate([flag, flag]))
    return sums.assign(
        brecha=sums["ejecutado"] - sums["programado"],
        avance=(sums["ejecutado"] / sums["programado"]).where(sums["programado"] > 0),
        avance_meta=(sums["a_la_fecha"] / sums["meta"]).where(sums["meta"] > 0),
        desde=first,
        hasta=last,
    ).join([groups[["promedio", "promedio_tope"]].mean(), counts])


def light(path):
    """The least that a loop may do: read the plan, and add up the months of each organ."""
    cells = pd.read_excel(path, engine="openpyxl", header=None, sheet_name=0)
    rows = cells[pd.to_numeric(cells[4], errors="coerce").notna() & cells[1].notna()]
    return rows.iloc[:, 4:].apply(pd.to_numeric, errors="coerce").groupby(rows[0]).sum()


def same(theirs, root):
    """Hold that the loop's figures are ours."""
    ours = pq.read_table(root / "indicadores").to_pandas().astype({"organo": object})
    ours["organo"] = ours["organo"].fillna("")
    ours["entidad"] = ours["entidad"].astype(object)
    keys = ["entidad", "organo", "desde", "hasta"]
    both = theirs.reset_index().merge(ours, on=keys, suffixes=("", "_ours"))
    assert len(both) == len(ours) == len(theirs)
    for name in ("programado", "ejecutado", "meta", "avance", "avance_meta", "promedio"):
        assert np.allclose(both[name], both[f"{name}_ours"], equal_nan=True), name
    counted = pd.DataFrame([dict(each) for each in both["conteo"]]).fillna(0)
    for flag in set(counted) & set(both):
        assert (both[flag].fillna(0) == counted[flag]).all(), flag


def loop(paths):
    """Run the peer over some files."""
    return pd.concat([peer(path) for path in paths])


def spent(action):
    """Return what an action gives, its seconds of processor, its processes', and by the clock."""
    clock, own = time.perf_counter(), time.process_time()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    answer = action()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    others = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return answer, time.process_time() - own, others, time.perf_counter() - clock


def memory(whose=resource.RUSAGE_SELF):
    """The largest resident memory so far, in MiB."""
    return resource.getrusage(whose).ru_maxrss / 1024


def run(origins, root, workers):
    return spent(lambda: consolidate([str(each) for each in origins], root, executor=Here(workers)))


def against_the_loop(made, folder):
    """The loop reads only the plain layout; both read the same files, turn about."""
    plain = [each.path for each in made if each.layout == "sheet"][:PEER_FILES]
    ratios = []
    for number in range(ROUNDS):
        theirs, loop_time, _, _ = spent(lambda: loop(plain))
        _, our_time, _, _ = run(plain, folder / f"plain {number}", 1)
        _, least, _, _ = spent(lambda: [light(path) for path in plain])
        speeds = len(plain) / loop_time, len(plain) / our_time
        ratios.append((loop_time / our_time, least / our_time, *speeds))
    same(theirs, folder / "plain 0")
    times, over_least, slow, fast = (statistics.median(each) for each in zip(*ratios, strict=True))
    print(
        f"one core, {len(plain)} files of the plain layout, median of {ROUNDS}: "
        f"loop {slow:.1f} files/s, ours {fast:.1f}, {times:.1f} times (goal 10); a loop "
        f"that only adds up the months: {over_least:.1f} times"
    )


def main(count, largest):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = list(make_many(folder / "e", count, largest=largest))
        activities = sum(each.activities for each in made)
        print(f"{count:,} files, {activities:,} activities; start {memory():.0f} MiB", flush=True)
        against_the_loop(made, folder)

        whole, one, _, one_clock = run([folder / "e"], folder / "one", 1)
        told(whole, one, one_clock)
        load = os.getloadavg()[0]
        _, here, others, two_clock = run([folder / "e"], folder / "two", 2)
        # Two processors that do nothing else share all there is to do.
        best = one / max((here + others) / 2, here)
        print(
            f"two workers: {here + others:.1f} s of processor instead of {one:.1f}, {here:.1f} of "
            f"them where the work is handed out: {best:.2f} times as fast as one on two free "
            f"processors; by the clock {one_clock / two_clock:.2f} times, at a load of {load:.1f} "
            f"on {os.cpu_count()} (goal 1.7); {memory(resource.RUSAGE_CHILDREN):.0f} MiB each",
            flush=True,
        )
        again, own, _, _ = run([folder / "e"], folder / "one", 1)
        assert again.read == 0
        print(f"again, unchanged: {own:.2f} s, {one / own:.0f} times as fast (goal 20)")

        total, seconds, _, _ = spent(lambda: ask(folder / "one", By.TOTAL, "ANUAL").total)
        print(f"calcular over it: {seconds:.2f} s")
        assert total.planned[0] == sum(each.planned.sum() for each in made)
        assert total.executed[0] == sum(each.executed.sum() for each in made)


def growth(sizes):
    """Consolidate more and more files in one process, and each time again with nothing changed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = list(make_many(folder / "e", max(sizes)))
        paths = [each.path for each in made]
        for size in sizes:
            marks = []

            def tick(done, whole, marks=marks):
                if done % 1_000 < BATCH or done == whole:
                    marks.append((done, time.process_time(), memory()))

            origins, start = [str(path) for path in paths[:size]], time.process_time()
            root, executor = folder / str(size), Here(1)
            answer, own, _, clock = spent(
                lambda o=origins, r=root, e=executor, t=tick: consolidate(o, r, executor=e, tick=t)
            )
            told(answer, own, clock)
            done, seconds, _ = marks[-1]
            rest = start + own - seconds
            used = ", ".join(f"{n:,}: {mib:.0f}" for n, _, mib in marks[:: len(marks) // 4 or 1])
            print(
                f"  reading: {(seconds - start) / done * 1e3:.1f} ms a file; settling them and "
                f"putting them in place: {rest:.1f} s; MiB after files {used}"
            )
            again, unchanged, _, _ = run(paths[:size], root, 1)
            assert again.read == 0
            print(f"  again, unchanged: {unchanged:.1f} s, {own / unchanged:.0f} times as fast")
            total, seconds, _, _ = spent(lambda r=root: ask(r, By.TOTAL, "ANUAL").total)
            assert total.planned[0] == sum(each.planned.sum() for each in made[:size])
            assert total.executed[0] == sum(each.executed.sum() for each in made[:size])
            print(f"  calcular over it: {seconds:.1f} s; {memory():.0f} MiB", flush=True)


def told(answer, own, clock):
    print(
        f"{answer.read:,} files: {own:.1f} s of processor, {answer.read / own:.1f} files/s "
        f"({clock:.0f} s by the clock), {memory():.0f} MiB",
        flush=True,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int)
    parser.add_argument("--largest", type=int, default=2_000)
    parser.add_argument("--growth", action="store_true")
    given = parser.parse_args()
    if given.growth:
        growth([given.files] if given.files else SIZES)
    else:
        main(given.files or 300, given.largest)
