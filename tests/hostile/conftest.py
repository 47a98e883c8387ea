"""The good workbook that everything here is broken from, and the commands that meet the pieces."""

import datetime as dt
from dataclasses import replace

import pytest

from poi_xl.commands.forms import make_forms
from poi_xl.commands.update import update
from poi_xl.core.settings import Settings
from poi_xl.sheets.base import base_bytes
from tests.native import small
from tests.package.books import unzipped

NOW = dt.datetime(2021, 4, 20, 9, 30)  # noqa: DTZ001 - the analyst's own clock


@pytest.fixture(scope="session")
def good(tmp_path_factory):
    """Make a small workbook with its summary sheets."""
    path = tmp_path_factory.mktemp("good") / "bueno.xlsx"
    plan = replace(small.plan(), budget_activity=("MEF A", "MEF B", "MEF A"))
    settings = Settings(institution="SAT de Lima", year=2021, quarter=1, plan_sheet="POI")
    path.write_bytes(base_bytes(plan, settings))
    update(path, now=NOW)
    return path


@pytest.fixture(scope="session")
def good_parts(good):
    """Take the good workbook apart."""
    return unzipped(good.read_bytes())


@pytest.fixture(scope="session")
def good_form(good, tmp_path_factory):
    """Make the form of one of its organs."""
    folder = tmp_path_factory.mktemp("forms")
    make_forms(good, folder, now=NOW)
    return min(folder.glob("*.xlsx"))
