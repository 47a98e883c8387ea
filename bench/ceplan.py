"""Parsing a CEPLAN export of about 1 MB, and reading its plan, against pandas and lxml."""

import sys
import tempfile
import time
import warnings
from pathlib import Path

import pandas as pd

from common import ROOT, best, line
from poi_xl.reading.exports import export_at
from poi_xl.reading.htmltable import table_rows

sys.path.insert(0, str(ROOT))

from tests.reading.exports import as_html, sample_rows, table

warnings.simplefilter("ignore")
PEER = "pandas.read_html"


def cpu(action):
    return best(action, 5, time.process_time)


with tempfile.TemporaryDirectory() as folder:
    for rows in (260, 2_600):
        path = Path(folder) / "POI_PORACTIVIDADOPERATIVA_ANUAL_000127_20210415.xls"
        path.write_bytes(as_html(table(sample_rows(rows))))
        export = export_at(path)
        assert export is not None
        assert len(export.plan) == rows
        page = path.read_text(encoding="utf-8")
        size = path.stat().st_size / 1e6
        # Processor time, which other programs disturb less; all do their work in one thread.
        peer = cpu(lambda path=path: pd.read_html(path, flavor="lxml"))
        table_only = cpu(lambda page=page: list(table_rows(page)))
        line(f"parse a CEPLAN export of {size:.1f} MB", table_only, peer, PEER, "goal: at least 5")
        whole = cpu(lambda path=path: export_at(path))
        line("the same, as far as the plan and its problems", whole, peer, PEER)
