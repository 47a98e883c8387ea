import string

import pytest

from poi_xl.core.catalogue import CATALOGUE, PARTS
from poi_xl.core.problems import Severity, problem


def test_no_code_is_declared_in_two_parts():
    assert sum(map(len, PARTS.values())) == len(CATALOGUE) > 0


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
