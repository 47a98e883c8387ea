"""Reading a CEPLAN export of about 1 MB, as far as the plan, against pandas.read_html with lxml."""

import sys
import tempfile
import warnings
from pathlib import Path

import pandas as pd

from common import ROOT, best, line
from poi_xl.reading.exports import export_at

sys.path.insert(0, str(ROOT))

from tests.reading.exports import as_html, sample_rows, table

warnings.simplefilter("ignore")
with tempfile.TemporaryDirectory() as folder:
    for rows in (260, 2_600):
        path = Path(folder) / "POI_PORACTIVIDADOPERATIVA_ANUAL_000127_20210415.xls"
        path.write_bytes(as_html(table(sample_rows(rows))))
        export = export_at(path)
        assert export is not None
        assert len(export.plan) == rows
        ours = best(lambda path=path: export_at(path))
        peer = best(lambda path=path: pd.read_html(path, flavor="lxml"), 2)
        size = path.stat().st_size / 1e6
        line(f"read a CEPLAN export of {size:.1f} MB", ours, peer, "pandas.read_html", "goal: 5")
