"""What every test shares: order, randomness and a scratch folder for the outside programs."""

import datetime as dt
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from tests.oracles import TOOLS, WORKSHOP, absent, alone, program

# On a shared machine the time of one example says nothing, and CI must repeat itself exactly.
settings.register_profile("project", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "project")

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data" / "poi_2021.tsv"

LATER = ("validator", "office", "slow")


def is_worker(config: pytest.Config) -> bool:
    """Tell a process that runs tests for another from the one in charge."""
    return hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    """Make the scratch folder that all workers share."""
    if not is_worker(config):
        os.environ[WORKSHOP] = tempfile.mkdtemp(prefix="poi_xl-")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the scratch folder with everything that LibreOffice left in it."""
    if not is_worker(config):
        shutil.rmtree(os.environ.pop(WORKSHOP), ignore_errors=True)


def weight(item: pytest.Item) -> int:
    """Return how late a test should run: the quick answers come first."""
    return max(
        (LATER.index(mark.name) + 1 for mark in item.iter_markers() if mark.name in LATER),
        default=0,
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the quick tests first, in their own order."""
    items.sort(key=weight)


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """Make the shipped workbook, once for each worker."""
    from poi_xl.commands.build import build

    path = tmp_path_factory.mktemp("built") / "POI_2021.xlsm"
    now = dt.datetime(2021, 4, 20, 9, 30)  # noqa: DTZ001 - the analyst's own clock
    build(DATA, path, institution="SAT de Lima", now=now)
    return path


@pytest.fixture
def book(built, tmp_path):
    """Lend a copy of the shipped workbook to work on."""
    return Path(shutil.copyfile(built, tmp_path / "POI_2021.xlsm"))


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The guide, built with every warning an error: pages, links and anchors that lead nowhere."""
    from tools.pictures import FOLDER, PICTURES, WORKBOOK, draw

    program("soffice")
    if not (TOOLS / "guia" / "node_modules" / "iframe-worker").is_dir():
        absent("guide")
    with alone("guide"):
        missing = [name for name in PICTURES if not (FOLDER / name).is_file()]
        if missing:
            draw(WORKBOOK, FOLDER)
    folder = tmp_path_factory.mktemp("guia")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "-d", folder]
    done = subprocess.run(
        command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture
def own_log(tmp_path, monkeypatch):
    """Give the test a log of its own, and the others theirs back."""
    state = tmp_path / "estado"
    state.mkdir()
    monkeypatch.setenv("XDG_STATE_HOME", str(state))
    monkeypatch.setenv("LOCALAPPDATA", str(state))
    logger = logging.getLogger("poi_xl")
    before = logger.handlers[:], logger.propagate, logger.level
    logger.handlers[:] = []
    yield state / "poi_xl" / "poi_xl.log"
    for handler in logger.handlers:
        handler.close()
    logger.handlers[:], logger.propagate, logger.level = before


def shipped_plan():
    """Return the plan that ships, as the data have it."""
    from poi_xl.reading.text import read_text

    plan, problems = read_text(DATA)
    assert plan is not None, problems
    return plan
