"""The good workbook that others are broken from."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

from poi_xl.commands.update import update
from poi_xl.core.settings import Settings
from poi_xl.sheets.base import base_bytes
from tests.native import small

NOW = dt.datetime(2021, 4, 20, 9, 30)  # noqa: DTZ001 - the analyst's own clock


def write_good(path: Path) -> None:
    """Write a small workbook with its summary sheets."""
    plan = replace(small.plan(), budget_activity=("MEF A", "MEF B", "MEF A"))
    settings = Settings(institution="SAT de Lima", year=2021, quarter=1, plan_sheet="POI")
    path.write_bytes(base_bytes(plan, settings))
    update(path, now=NOW)
