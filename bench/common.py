"""What the measurements share: plans of any size, workbooks around them, and a stopwatch."""

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import xlsxwriter

from poi_xl.core.period import MONTHS
from poi_xl.core.plan import Plan

ROOT = Path(__file__).resolve().parent.parent


def best(
    action: Callable[[], object],
    repeat: int = 5,
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    """Return the shortest of several runs, in seconds: the one least disturbed by others."""
    times = []
    for _ in range(repeat):
        start = clock()
        action()
        times.append(clock() - start)
    return min(times)


def best_command(*words: str, repeat: int = 7) -> float:
    """Return the shortest of several runs of a program, in seconds."""
    return best(lambda: subprocess.run(words, check=True, capture_output=True), repeat)  # noqa: S603


def command_seconds(*words: str) -> float:
    """Return the processor time of a program and of those that it starts, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, check=True, capture_output=True)  # noqa: S603
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def peak_memory(*words: str) -> float:
    """Return the largest resident memory of a program, in MiB."""
    script = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], check=True, capture_output=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script, *words], check=True, capture_output=True, text=True
    )
    return int(done.stdout) / 1024


def line(what: str, ours: float, peer: float, peer_name: str, goal: str = "") -> None:
    """Print one comparison: times in milliseconds and their ratio."""
    print(
        f"{what:<44} {ours * 1e3:10.1f} ms   {peer_name} {peer * 1e3:10.1f} ms   "
        f"peer/ours {peer / ours:7.2f}   {goal}"
    )


def random_plan(rows: int, seed: int = 7) -> Plan:
    """Return a plan of whole numbers with an organ for every forty activities."""
    chance = np.random.default_rng(seed)
    planned = chance.integers(0, 30, (rows, 12)).astype(float)
    executed = np.full((rows, 12), np.nan)
    executed[:, :3] = np.maximum(planned[:, :3] - chance.integers(0, 3, (rows, 3)), 0)
    organs = max(1, rows // 40)
    return Plan(
        organ=tuple(f"GERENCIA NÚMERO {i % organs}" for i in range(rows)),
        activity=tuple(f"ACTIVIDAD OPERATIVA DE GESTIÓN NÚMERO {i}" for i in range(rows)),
        budget_activity=tuple(f"ACTIVIDAD PRESUPUESTAL {i % 3}" for i in range(rows)),
        measure_unit=tuple(("ACCIONES", "INFORMES", "REPORTE")[i % 3] for i in range(rows)),
        target=planned.sum(axis=1),
        planned=planned,
        executed=executed,
        executed_months=frozenset({1, 2, 3}),
        year=2021,
        title_quarter=1,
    )


def write_workbook(plan: Plan, path: Path, other_cells: int = 0) -> None:
    """Write a plan in the institution's layout, and a sheet of somebody else's cells."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("POI")
        sheet.write(0, 0, "PLAN OPERATIVO INSTITUCIONAL 2021 - I° TRIMESTRE")
        names = ("ÓRGANO", "ACTIVIDAD OPERATIVA", "ACTIVIDAD PRESUPUESTAL-MEF")
        sheet.write_row(2, 0, (*names, "UNIDAD DE MEDIDA", "META"))
        sheet.write(2, 5, "PROGRAMADO")
        sheet.write(2, 17, "EJECUTADO")
        sheet.write_row(3, 5, (*MONTHS, *MONTHS[:3]))
        for i in range(len(plan)):
            texts = (plan.organ[i], plan.activity[i], plan.budget_activity[i], plan.measure_unit[i])
            figures = (plan.target[i], *plan.planned[i], *plan.executed[i, :3])
            sheet.write_row(4 + i, 0, (*texts, *map(float, figures)))
        if other_cells:
            other = book.add_worksheet("Otros datos")
            for row in range(other_cells // 10):
                other.write_row(row, 0, [row * 10.5 + column for column in range(9)])
                other.write_string(row, 9, f"dato {row % 5000}")
