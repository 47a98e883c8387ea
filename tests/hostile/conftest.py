"""The good workbook that everything here is broken from, and the commands that meet the pieces."""

import pytest

from poi_xl.commands.forms import make_forms
from tests.hostile.good import NOW, write_good
from tests.package.books import unzipped


@pytest.fixture(scope="session")
def good(tmp_path_factory):
    """Make a small workbook with its summary sheets."""
    path = tmp_path_factory.mktemp("good") / "bueno.xlsx"
    write_good(path)
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
