"""From what a formula gives to what an argument means, or a refusal that says what to write."""

from enum import StrEnum
from typing import NoReturn

from poi_xl.core.period import Period, parse_period
from poi_xl.core.plan import By
from poi_xl.core.problems import Refusal, problem
from poi_xl.core.text import fold
from poi_xl.core.trafficlight import Preset, find_preset
from poi_xl.functions.context import Choice, Context
from poi_xl.functions.records import CellError, Given, Range


class Measure(StrEnum):
    """What a series shows; the value is the user's word."""

    PLANNED = "programado"
    EXECUTED = "ejecutado"
    GAP = "brecha"
    PROGRESS = "avance"
    PLANNED_TO_DATE = "programado acumulado"
    EXECUTED_TO_DATE = "ejecutado acumulado"
    PROGRESS_TO_DATE = "avance acumulado"


_GROUPINGS = {
    "": By.ORGAN,
    **{each.value: By(each.value) for each in By},
    "organos": By.ORGAN,
    "actividad presupuestal": By.BUDGET_ACTIVITY,
    "unidad de medida": By.MEASURE_UNIT,
    "actividades": By.ACTIVITY,
}
_MEASURES = {"": Measure.PLANNED, **{each.value: each for each in Measure}}


def unfit(value: Given | Range, argument: str, expected: str) -> NoReturn:
    """Refuse an argument.

    Raises:
        Refusal: always (POI-E61).
    """
    raise Refusal(problem("POI-E61", value=shown(value), argument=argument, expected=expected))


def shown(value: Given | Range) -> str:
    """Return a given value as its cell shows it, for messages.

    Example:
        >>> shown(3.0), shown(True), shown(CellError.NA), shown(None), shown(((1.0, 2.0),))
        ('3', 'VERDADERO', '#N/A', '(vacío)', 'rango de 1 x 2')
    """
    if isinstance(value, tuple):
        return f"rango de {len(value)} x {len(value[0])}"
    if isinstance(value, bool):
        return "VERDADERO" if value else "FALSO"
    if isinstance(value, CellError):
        return value.text
    if isinstance(value, float):
        return f"{value:.15g}"
    return value or "(vacío)"


def text(value: Given | Range, argument: str, expected: str = "un texto") -> str:
    """Return an argument as text; a number is a code typed as a number.

    Raises:
        Refusal: it is a boolean or a range (POI-E61).
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return f"{value:.15g}"
    unfit(value, argument, expected)


def choice(
    context: Context,
    organ: Given | Range = None,
    activity: Given | Range = None,
    budget_activity: Given | Range = None,
) -> Choice:
    """Return the activities that the three filters leave.

    Raises:
        Refusal: one of them names nothing.
    """
    given = (("organo", organ), ("actividad", activity), ("mef", budget_activity))
    return context.choose(*(text(value, name, "un nombre del plan") for name, value in given))


def period(context: Context, value: Given | Range) -> Period:
    """Return the period given; the current quarter when none is.

    Raises:
        Refusal: it names no period (POI-E33).
    """
    word = text(value, "periodo", "un periodo, como 1, ENE, ENE-MAR, ACUM o ANUAL")
    return parse_period(word.strip(), context.quarter)


def preset(context: Context, value: Given | Range) -> Preset:
    """Return the traffic light given by name or limits; the workbook's when none is.

    Raises:
        Refusal: the workbook knows none of that name (POI-E34).
    """
    name = text(value, "preset", "el nombre de un semáforo")
    if not name.strip():
        return context.settings.preset
    found = find_preset(name, context.settings.presets.values())
    if found is None:
        known = ", ".join(each.description for each in context.settings.presets.values())
        raise Refusal(problem("POI-E34", value=name, known=known))
    return found


def ratio(value: Given | Range) -> float:
    """Return the ratio given.

    Raises:
        Refusal: it is no number (POI-E61).
    """
    if isinstance(value, float):
        return value
    unfit(value, "avance", "un número, como 0.95 o la celda de un avance")


def count(value: Given | Range) -> int | None:
    """Return the number of rows given; None for all.

    Raises:
        Refusal: it is no number of one or more (POI-E61).
    """
    if value is None or value == "":
        return None
    if isinstance(value, float) and value >= 1:
        return int(value)
    unfit(value, "n", "un número de 1 en adelante")


def grouping(value: Given | Range) -> By:
    """Return what a table has a row of; the organs when not given.

    Raises:
        Refusal: it is none of the words (POI-E61).
    """
    expected = '"organo", "mef", "unidad", "actividad" o "total"'
    found = _GROUPINGS.get(fold(text(value, "por", expected)))
    return found or unfit(value, "por", expected)


def measure_of(value: Given | Range) -> Measure:
    """Return what a series shows; the planned amounts when not given.

    Raises:
        Refusal: it is none of the words (POI-E61).
    """
    expected = ", ".join(f'"{each.value}"' for each in Measure)
    found = _MEASURES.get(fold(text(value, "medida", f"una de estas: {expected}")))
    return found or unfit(value, "medida", f"una de estas: {expected}")
