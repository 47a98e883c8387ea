"""The sheet Configuración: what an institution decides, label by label, and its traffic lights."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from poi_xl.core.hierarchy import Dependence, hierarchy_of
from poi_xl.core.indicators import GroupMethod
from poi_xl.core.period import ROMAN, quarter_number
from poi_xl.core.problems import Problem, problem
from poi_xl.core.settings import Settings
from poi_xl.core.text import a1, fold
from poi_xl.core.trafficlight import (
    AMBER,
    BLUE,
    DEFAULT_PRESET,
    GREEN,
    GREY,
    PRESETS,
    PURPLE,
    RED,
    Band,
    Flag,
    Preset,
    find_preset,
)
from poi_xl.reading.figures import reading
from poi_xl.reading.grid import Grid
from poi_xl.reading.headings import plain
from poi_xl.reading.rows import as_text

SETTINGS_SHEET = "Configuración"

_LABELS = {
    "institucion": "institution",
    "nombre de la institucion": "institution",
    "entidad": "institution",
    "ano": "year",
    "ano del plan": "year",
    "trimestre vigente": "quarter",
    "trimestre": "quarter",
    "semaforo": "preset",
    "semaforo en uso": "preset",
    "metodo de grupo": "method",
    "hoja del plan": "plan_sheet",
}
_BAND_HEADINGS = ("semaforo", "estado", "hasta", "incluye el limite", "color", "en alerta")
_NEEDED_HEADINGS = frozenset(_BAND_HEADINGS[:3])
_ORGAN_HEADINGS = ("organo", "depende de")
_ORGANS = "jerarquia de organos"  # the line over that table, with what it is for
_COLOURS = {
    "rojo": RED,
    "ambar": AMBER,
    "amarillo": AMBER,
    "verde": GREEN,
    "morado": PURPLE,
    "gris": GREY,
    "azul": BLUE,
}
_COLOUR_WORDS = "rojo, ámbar, verde, morado, gris, azul, o #RRGGBB"
# The sign goes with the colour, as the sheet's sample shows it.
_SHAPES = {RED: "▼", AMBER: "◆", GREEN: "●", PURPLE: "▲", BLUE: "◇", GREY: "–"}
_OTHER_SHAPE = "■"
_YES_NO = {"si": True, "s": True, "no": False, "n": False, "verdadero": True, "falso": False}
# No traffic light has a limit of 500 %: a greater number is a percentage typed without its sign.
_GREATEST_RATIO = 5.0
_YEARS = range(2000, 2101)


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands beside a label, and where."""

    value: Any
    cell: str

    @property
    def text(self) -> str:
        """The value as text."""
        return as_text(self.value)


@dataclass(frozen=True, slots=True)
class BandRow:
    """One row of the table of traffic lights, still as typed."""

    name: str
    answers: Mapping[str, Answer]

    def text(self, heading: str) -> str:
        """What was typed under a heading; empty when the table has no such column."""
        return self.answers[heading].text if heading in self.answers else ""


class BandError(ValueError):
    """A row of the table cannot be used; the text says why, in Spanish."""


def parse_settings(rows: Grid, sheet: str) -> tuple[Settings, tuple[Problem, ...]]:
    """Return the settings of a sheet, and everything wrong with them at once.

    What cannot be used is as if it had not been written.

    Example:
        >>> settings, problems = parse_settings([["Año", 2021.0], ["Semáforo", "Z"]], "Config")
        >>> settings.year, settings.preset.name, [each.code for each in problems]
        (2021, 'A', ['POI-E30'])
    """
    header = _band_header(rows)
    band_rows = list(_band_rows(rows, header)) if header is not None else []
    presets, problems = parse_presets(band_rows, sheet)
    answers = _answers(rows, header)
    hierarchy, wrong_lines = hierarchy_of(_dependences(rows, sheet))
    settings = Settings(presets=presets, preset=presets[DEFAULT_PRESET], hierarchy=hierarchy)
    found = [*problems, *wrong_lines]
    for name, parse in _PARSERS.items():
        if name in answers and answers[name].text:
            changes, problem_found = parse(answers[name], presets, sheet)
            settings = replace(settings, **changes)
            found += [problem_found] if problem_found else []
    return settings, tuple(found)


def answer_cell(rows: Grid, name: str) -> str:
    """Return the address of the cell that answers a setting; empty where there is none.

    Args:
        rows: the sheet's cells from A1.
        name: of the setting, as `Settings` calls it.

    Example:
        >>> answer_cell([["Año", 2021.0], ["Trimestre vigente", 1.0]], "quarter")
        'B2'
    """
    found = _answers(rows, _band_header(rows)).get(name)
    return found.cell if found else ""


def _answers(rows: Grid, header: int | None) -> dict[str, Answer]:
    """What stands right of each label; the first one counts."""
    answers: dict[str, Answer] = {}
    organs = _organ_rows(rows)
    for row, cells in enumerate(rows):
        if row == header or row in organs:
            continue
        for column, cell in enumerate(cells[:-1]):
            name = _LABELS.get(plain(cell)) if isinstance(cell, str) else None
            if name:
                answers.setdefault(name, Answer(cells[column + 1], a1(row + 1, column + 2)))
                break
    return answers


# --- one value each -------------------------------------------------------------------------

Parsed = tuple[dict[str, Any], Problem | None]
Presets = Mapping[str, Preset]


def _institution(answer: Answer, presets: Presets, sheet: str) -> Parsed:
    del presets, sheet  # any text will do
    return {"institution": answer.text}, None


def _plan_sheet(answer: Answer, presets: Presets, sheet: str) -> Parsed:
    del presets, sheet  # whether it exists is seen when the plan is sought
    return {"plan_sheet": answer.text}, None


def _year(answer: Answer, presets: Presets, sheet: str) -> Parsed:
    del presets
    if answer.text.isdecimal() and int(answer.text) in _YEARS:
        return {"year": int(answer.text)}, None
    return {}, _unfit(answer, sheet, "Año", "el del título del plan", "un año, como 2021")


def _quarter(answer: Answer, presets: Presets, sheet: str) -> Parsed:
    del presets
    short = re.fullmatch(r"t?([1-4])|(iv|i{1,3})", fold(answer.text))
    if short:
        number = int(short[1]) if short[1] else ROMAN.index(short[2].upper()) + 1
    else:
        number = quarter_number(answer.text) or 0
    if number:
        return {"quarter": number}, None
    return {}, _unfit(
        answer,
        sheet,
        "Trimestre vigente",
        "el del título del plan",
        "1, 2, 3 o 4, o I TRIM a IV TRIM",
    )


def _preset(answer: Answer, presets: Presets, sheet: str) -> Parsed:
    found = find_preset(answer.text, presets.values())
    if found:
        return {"preset": found}, None
    known = ", ".join(preset.description for preset in presets.values())
    facts = {"value": answer.text, "used": DEFAULT_PRESET, "known": known}
    return {}, problem("POI-E30", sheet, answer.cell, **facts)


def _method(answer: Answer, presets: Presets, sheet: str) -> Parsed:
    del presets
    for method in GroupMethod:
        if fold(answer.text) == fold(method.value):
            return {"method": method}, None
    expected = "SUMAS, PROMEDIO o PROMEDIO CON TOPE"
    return {}, _unfit(answer, sheet, "Método de grupo", GroupMethod.SUMS.value, expected)


_PARSERS = {
    "institution": _institution,
    "year": _year,
    "quarter": _quarter,
    "preset": _preset,
    "method": _method,
    "plan_sheet": _plan_sheet,
}


def _unfit(answer: Answer, sheet: str, label: str, used: str, expected: str) -> Problem:
    facts = {"value": answer.text, "label": label, "used": used, "expected": expected}
    return problem("POI-E31", sheet, answer.cell, **facts)


# --- the table of traffic lights ------------------------------------------------------------


def _band_header(rows: Grid) -> int | None:
    return _header(rows, _NEEDED_HEADINGS)


def _header(rows: Grid, needed: Collection[str]) -> int | None:
    """The row that has all of some headings; None when there is none."""
    for row, cells in enumerate(rows):
        if {plain(cell) for cell in cells if isinstance(cell, str)}.issuperset(needed):
            return row
    return None


def _band_rows(rows: Grid, header: int) -> Iterator[BandRow]:
    """The rows below the heading that say anything; a name counts until the next one."""
    columns = _columns(rows[header], _BAND_HEADINGS)
    organs = _organ_rows(rows)
    name = ""
    for row, cells in enumerate(rows[header + 1 :], start=header + 2):
        answers = {key: Answer(cells[i], a1(row, i + 1)) for key, i in columns.items()}
        if not any(answer.text for answer in answers.values()):
            continue
        if row - 1 in organs or plain(answers["semaforo"].text) in (*_LABELS, _ORGANS):
            return
        name = answers["semaforo"].text or name
        yield BandRow(name, answers)


def _columns(header: Sequence[Any], headings: Sequence[str]) -> dict[str, int]:
    """The column of each heading that a header row has."""
    columns = {plain(cell): i for i, cell in enumerate(header) if isinstance(cell, str)}
    return {heading: columns[heading] for heading in headings if heading in columns}


def _organ_rows(rows: Grid) -> range:
    """The rows of the table of organs, its heading first: to the next table, or to the end."""
    first = _header(rows, _ORGAN_HEADINGS)
    if first is None:
        return range(0)
    bands = _band_header(rows)
    return range(first, bands if bands is not None and bands > first else len(rows))


def _dependences(rows: Grid, sheet: str) -> Iterator[Dependence]:
    """The lines of the table of organs that say anything."""
    table = _organ_rows(rows)
    if not table:
        return
    columns = _columns(rows[table[0]], _ORGAN_HEADINGS)
    for row in table[1:]:
        organ, parent = (as_text(rows[row][columns[heading]]) for heading in _ORGAN_HEADINGS)
        if organ or parent:
            yield Dependence(organ, parent, sheet, a1(row + 1, columns["organo"] + 1))


def parse_presets(
    rows: Sequence[BandRow], sheet: str
) -> tuple[dict[str, Preset], tuple[Problem, ...]]:
    """Return every traffic light the workbook knows: the built-in ones, changed or added to.

    Args:
        rows: the rows of the sheet's table, lowest band of each first.
        sheet: the sheet's name.

    Returns:
        The presets by name, and the problems of those that cannot be used.
    """
    presets = dict(PRESETS)
    problems = []
    for _, group in groupby(rows, key=lambda row: fold(row.name)):
        bands = list(group)
        name = next((each for each in PRESETS if fold(each) == fold(bands[0].name)), bands[0].name)
        try:
            presets[name] = _made(name, bands)
        except ValueError as error:
            cell = bands[0].answers["semaforo"].cell
            problems.append(problem("POI-E32", sheet, cell, name=name, detail=str(error)))
    return presets, tuple(problems)


def _made(name: str, rows: Sequence[BandRow]) -> Preset:
    if not name:
        raise BandError("falta su nombre")
    builtin = {fold(flag.word): flag for flag in PRESETS[name].flags} if name in PRESETS else {}
    bands: list[Band] = []
    for row in rows:
        flag = _flag(row, builtin.get(fold(row.text("estado"))))
        limit = parse_limit(row.answers["hasta"].value)
        included = _yes_no(row, "incluye el limite", "Incluye el límite", default=False)
        bands.append(Band(flag, limit, included and limit != float("inf")))
    return Preset(name, tuple(bands))


def _flag(row: BandRow, builtin: Flag | None) -> Flag:
    word = row.text("estado")
    if not word:
        raise BandError("falta el estado de una fila")
    typed = row.text("color")
    colour = _colour(typed) if typed else (builtin.colour if builtin else GREY)
    shape = _SHAPES.get(colour, _OTHER_SHAPE)
    usual = builtin.alert if builtin else colour in (RED, AMBER)
    return Flag(word, colour, shape, _yes_no(row, "en alerta", "En alerta", default=usual))


def _colour(text: str) -> str:
    if re.fullmatch(r"#[0-9A-Fa-f]{6}", text):
        return text.upper()
    colour = _COLOURS.get(fold(text))
    if colour is None:
        raise BandError(f"el color «{text}» no se conoce; use {_COLOUR_WORDS}")
    return colour


def _yes_no(row: BandRow, heading: str, label: str, *, default: bool) -> bool:
    answer = row.answers.get(heading)
    if answer is None or not answer.text:
        return default
    if isinstance(answer.value, bool):
        return answer.value
    found = _YES_NO.get(fold(answer.text))
    if found is None:
        raise BandError(f"«{label}» debe decir SÍ o NO, y dice «{answer.text}»")
    return found


def parse_limit(cell: Any) -> float:
    """Return the upper limit of a band as a ratio; infinite when the cell is blank.

    A cell formatted as a percentage holds 0.75; people also type 75 or «75 %». So numbers up to 5
    are ratios (no traffic light reaches 500 %) and greater ones are percentages.

    Raises:
        BandError: the cell is no amount above zero.

    Example:
        >>> parse_limit(0.75), parse_limit(75.0), parse_limit(" 75 % "), parse_limit("")
        (0.75, 0.75, 0.75, inf)
    """
    if isinstance(cell, bool):
        raise BandError("un límite no es un porcentaje")
    number = float(cell) if isinstance(cell, int | float) else _percentage(as_text(cell))
    if number <= 0:
        raise BandError("un límite no es mayor que cero")
    if number == float("inf") or number <= _GREATEST_RATIO:
        return number
    # Dividing keeps 57 % the number that 0.57 is; multiplying by 0.01 does not.
    return number / 100


def _percentage(text: str) -> float:
    if not text or fold(text) in ("sin limite", "-", "–", "—"):
        return float("inf")
    found = reading(text.removesuffix("%").rstrip())
    number = None if found is None else next((x for x in (found.point, found.comma) if x), None)
    if number is None:
        raise BandError(f"«{text}» no es un porcentaje")
    return number / 100 if text.endswith("%") else number
