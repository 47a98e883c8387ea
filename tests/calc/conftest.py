"""An office with the extension for the tests of each module."""

import sys

import pytest

from poi_xl.functions import FUNCTIONS
from poi_xl.package.oxt import extension
from tests.calc.menu import Desk
from tests.calc.office import running
from tests.conftest import DATA

SOURCE = str(DATA.parents[1])
LIBRARIES = [folder for folder in sys.path if folder.endswith("site-packages")]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    home = tmp_path_factory.mktemp("menu")
    (home / "poi_xl.oxt").write_bytes(extension(FUNCTIONS))
    environment = {
        "POI_XL_PYTHONPATH": ":".join([*LIBRARIES, SOURCE]),
        "POI_XL_CUADROS": str(home / "dicho"),
        "XDG_STATE_HOME": str(home / "estado"),
    }
    with running(extensions=[home / "poi_xl.oxt"], environment=environment) as office:
        yield Desk(office, home / "dicho")
