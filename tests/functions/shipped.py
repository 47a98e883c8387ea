"""The shipped plan for tests, and formulas as the manual spells them."""

import re
from functools import cache

from poi_xl.core.settings import Settings
from poi_xl.functions import BY_NAME, Context, Failure, answer
from poi_xl.reading.text import read_text
from tests.conftest import DATA


@cache
def shipped_plan():
    plan, problems = read_text(DATA)
    assert not problems
    return plan


def shipped(**settings):
    return Context(shipped_plan(), Settings(**settings))


def shipped_rows():
    """The sheet's cells: what looks like a number is one."""
    lines = DATA.read_text(encoding="utf-8").splitlines()
    return [[_cell(text) for text in line.split("\t")] for line in lines]


def _cell(text):
    return float(text.replace(",", "")) if re.fullmatch(r"\d{1,3}(,?\d{3})*", text) else text


def spanish(formula):
    """Take a formula of Excel in Spanish apart: name and arguments."""
    name, _, rest = formula.removeprefix("=").partition("(")
    inside = rest.removesuffix(")")
    texts = [each.strip() for each in inside.split(";")] if inside else []
    return name, [_argument(text) for text in texts]


def _argument(text):
    if not text:
        return None
    return text[1:-1] if text.startswith('"') else float(text)


def compute(context, formula):
    name, arguments = spanish(formula)
    return answer(context, BY_NAME[name], arguments)


def codes(found):
    """What a cell shows, with each error's reason: ("#N/A", "POI-N60")."""
    if isinstance(found, list):
        return [[codes(each) for each in row] for row in found]
    if isinstance(found, Failure):
        return found.error.text, found.reason.code if found.reason else ""
    return found
