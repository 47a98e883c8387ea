"""`funciones`: the worksheet functions, from the registry."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from poi_xl import __version__
from poi_xl.core.problems import Refusal, problem
from poi_xl.functions import BY_NAME, FUNCTIONS, Function

_PREFIX = "POI_"


def chosen(name: str | None) -> tuple[Function, ...]:
    """Return all functions, or the one of a name; case and the prefix do not matter.

    Raises:
        Refusal: there is no such function (POI-E82).

    Example:
        >>> chosen("avance")[0].name
        'POI_AVANCE'
    """
    if not name:
        return FUNCTIONS
    wanted = _PREFIX + name.strip().upper().removeprefix("=").removeprefix(_PREFIX)
    if wanted not in BY_NAME:
        near = get_close_matches(wanted, BY_NAME, n=1, cutoff=0) or [FUNCTIONS[0].name]
        raise Refusal(problem("POI-E82", name=name, near=near[0]))
    return (BY_NAME[wanted],)


def functions_json(functions: Sequence[Function]) -> dict[str, Any]:
    """Return the answer of ``funciones --json``."""
    return {"version": __version__, "funciones": [each.as_json() for each in functions]}
