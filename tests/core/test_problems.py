import string

import pytest

from poi_xl.core import catalogue
from poi_xl.core.catalogue import CATALOGUE
from poi_xl.core.problems import Severity, problem


def test_no_code_is_declared_in_two_parts():
    parts = [p for name, p in vars(catalogue).items() if name.isupper() and isinstance(p, dict)]
    parts = [part for part in parts if part is not CATALOGUE]
    assert sum(map(len, parts)) == len(CATALOGUE) > 0


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_problem_says_what_is_wrong_and_what_to_do(code):
    kind = CATALOGUE[code]
    texts = string.Formatter().parse(kind.message + kind.remedy)
    facts = {name.split(".")[0]: "algo" for _, name, _, _ in texts if name}
    try:
        found = problem(code, "POI", "A1", **facts)
    except ValueError:  # a fact that is written as a number
        found = problem(code, "POI", "A1", **dict.fromkeys(facts, 2))
    assert found.severity in Severity
    assert found.message
    assert found.remedy.endswith((".", "algo"))
