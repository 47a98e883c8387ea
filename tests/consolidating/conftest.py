"""A sector for the tests to share: files made once, and what they come to."""

import pytest

from poi_xl.consolidating.consolidate import consolidate
from poi_xl.consolidating.executors import Here
from tests.consolidating.entities import make

COUNT = 72


@pytest.fixture(scope="session")
def sector(tmp_path_factory):
    """Return a folder of files, and what each of them says."""
    folder = tmp_path_factory.mktemp("sector") / "entregas"
    return folder, list(make(folder, COUNT))


@pytest.fixture(scope="session")
def whole(sector, tmp_path_factory):
    """The sector consolidated by this process alone."""
    root = tmp_path_factory.mktemp("consolidado") / "sector"
    return consolidate([str(sector[0])], root, executor=Here(1))
