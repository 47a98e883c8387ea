"""A sector for the tests to share: files made once, and what they come to."""

import pytest

from tests.consolidating.entities import make

COUNT = 96


@pytest.fixture(scope="session")
def sector(tmp_path_factory):
    """Return a folder of files, and what each of them says."""
    folder = tmp_path_factory.mktemp("sector") / "entregas"
    return folder, list(make(folder, COUNT))
