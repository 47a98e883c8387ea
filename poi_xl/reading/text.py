"""Reading a plan kept as tab-separated text, in the institution's printed layout."""

from pathlib import Path

from poi_xl.core.plan import Plan
from poi_xl.core.problems import Problem, Refusal, problem
from poi_xl.reading.plan import read_plan


def read_text(path: Path) -> tuple[Plan | None, tuple[Problem, ...]]:
    """Return the plan that a tab-separated file holds, and what is wrong with it.

    Args:
        path: UTF-8 text; titles, header and pages as printed, one cell between tabs.

    Raises:
        Refusal: the file is not there (POI-E01) or is no UTF-8 text (POI-E04).
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, IsADirectoryError):
        raise Refusal(problem("POI-E01", file=path.name)) from None
    except UnicodeDecodeError:
        raise Refusal(problem("POI-E04", file=path.name, detail="no es texto UTF-8")) from None
    grid = [line.split("\t") for line in text.splitlines()]
    plan, problems = read_plan(grid, sheet=path.name)
    if plan is None and not problems:
        problems = (problem("POI-E20", path.name, sheets="texto"),)
    # In a text file every number is text: that is no fault.
    return plan, tuple(item for item in problems if item.code != "POI-A20")
