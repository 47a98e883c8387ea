"""`actualizar` with 500,000 cells on other sheets, against openpyxl load and save."""

import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

import openpyxl

from common import ROOT, best, best_command, line, peak_memory, random_plan, write_workbook
from poi_xl.package.parts import Package

COMMAND = str(Path(sys.executable).with_name("poi-xl"))
OTHER_CELLS = 500_000


def update_command(path: Path, out: Path) -> tuple[str, ...]:
    return (COMMAND, "actualizar", str(path), "-o", str(out))


def fresh_update(path: Path, out: Path) -> float:
    """Shortest time of the command writing a file that is not there yet."""

    def run() -> None:
        out.unlink(missing_ok=True)
        best_command(*update_command(path, out), repeat=1)

    return best(run, 5)


def measure_big(folder: Path) -> None:
    small, big, out = folder / "small.xlsx", folder / "big.xlsx", folder / "out.xlsx"
    plan = random_plan(78)
    write_workbook(plan, small)
    write_workbook(plan, big, OTHER_CELLS)
    copy = best(lambda: shutil.copyfile(big, folder / "copy.xlsx"))
    package = Package.open(big)
    raw = best(lambda: package.write(folder / "raw.xlsx", {}))
    base, whole = fresh_update(small, out), fresh_update(big, out)
    peer = best(lambda: openpyxl.load_workbook(big).save(folder / "peer.xlsx"), 1)
    print(f"the big workbook: {big.stat().st_size / 2**20:.1f} MiB, {OTHER_CELLS:,} other cells")
    print(f"bare copy of the file {copy * 1e3:.1f} ms; raw copy of its members {raw * 1e3:.1f} ms")
    print(f"actualizar: small {base * 1e3:.0f} ms, big {whole * 1e3:.0f} ms")
    print(
        f"big / (bare copy + small) = {whole / (copy + base):.2f}   goal: at most 2;   "
        f"(big - small) / bare copy = {(whole - base) / copy:.1f}"
    )
    line("actualizar, big", whole, peer, "openpyxl load+save")
    with zipfile.ZipFile(big) as archive:
        largest = max(info.file_size for info in archive.infolist()) / 2**20
    peaks = []
    for path in (small, big):
        out.unlink(missing_ok=True)
        memory = peak_memory(*update_command(path, out))
        peaks.append(memory)
        print(
            f"peak memory, {path.stem}: {memory:.0f} MiB; largest part {largest:.0f} MiB; "
            f"ratio {memory / largest:.1f}" + ("   goal: at most 3" if path is big else "")
        )
    grown = peaks[1] - peaks[0]
    print(
        f"of it for the 500,000 cells: {grown:.0f} MiB, {grown / largest:.1f} of the largest part"
    )


def measure_growth(folder: Path) -> None:
    for rows in (100, 1_000, 10_000, 50_000):
        path, out = folder / f"plan_{rows}.xlsx", folder / "grown.xlsx"
        write_workbook(random_plan(rows), path)
        out.unlink(missing_ok=True)
        seconds = best_command(*update_command(path, out), repeat=1)
        print(
            f"actualizar, {rows:>6,} rows: {seconds:7.2f} s, {seconds / rows * 1e3:7.2f} ms a row"
        )


with tempfile.TemporaryDirectory() as name:
    measure_big(Path(name))
    measure_growth(Path(name))
    shipped = Path(name) / "POI_2021.xlsm"
    shutil.copyfile(ROOT / "workbook" / "POI_2021.xlsm", shipped)
    seconds = best_command(COMMAND, "actualizar", str(shipped), repeat=3)
    print(f"actualizar, the shipped workbook: {seconds * 1e3:.0f} ms")
