"""Reading a plan of 10,000 rows, against pandas.read_excel with openpyxl; and how it grows."""

import tempfile
from pathlib import Path

import pandas as pd

from common import best, line, random_plan, write_workbook
from poi_xl.reading.workbook import read_workbook

with tempfile.TemporaryDirectory() as folder:
    for rows in (100, 1_000, 10_000, 50_000):
        path = Path(folder) / f"plan_{rows}.xlsx"
        plan = random_plan(rows)
        write_workbook(plan, path)
        content = read_workbook(path)
        assert content.plan is not None
        assert content.plan.planned.sum() == plan.planned.sum()
        ours = best(lambda path=path: read_workbook(path), 3)
        peer = best(
            lambda path=path: pd.read_excel(path, engine="openpyxl", sheet_name="POI", header=None),
            1,
        )
        goal = "goal: at least 8" if rows == 10_000 else f"{ours / rows * 1e6:6.1f} µs a row"
        line(f"read {rows:,} rows", ours, peer, "pandas+openpyxl", goal)
