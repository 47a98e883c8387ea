"""Random plans, and calls of every function on them with the answers that our own code gives.

Made apart from any engine: whoever can show a formula's value can be held against them.
"""

import contextlib
import random
from dataclasses import dataclass, field, replace
from pathlib import Path

import xlsxwriter

from poi_xl.core.accumulation import Accumulation
from poi_xl.core.hierarchy import Dependence, Hierarchy, hierarchy_of
from poi_xl.core.indicators import GroupMethod
from poi_xl.core.period import MONTHS
from poi_xl.core.settings import Settings
from poi_xl.core.text import a1
from poi_xl.core.trafficlight import AMBER, GREEN, PRESETS, RED, Band, Flag, Preset
from poi_xl.functions import (
    BY_NAME,
    FUNCTIONS,
    CellError,
    Context,
    Failure,
    Given,
    Kind,
    Result,
    answer,
)
from poi_xl.native.naming import NeedsKeys
from poi_xl.native.translate import Translator
from poi_xl.reading.workbook import read_workbook
from poi_xl.sheets.settings_sheet import add_settings_sheet
from poi_xl.sheets.style import Styles

ORGANS = ("JEFATURA SAT", "Órgano de  Control", "ESCUELA SAT", "Gerencia «Año» Ñandú", "Ger* (x?)")
HEADS = ("=2+2 Gerencia Central", "Alta Dirección*")  # organs of no plan
NAMES = ("Dirigir la entidad", "CAPACITACIÓN AL PERSONAL", "Emitir informes ~2", "=1+1", "Pagar")
BUDGETS = ("GESTIÓN ADMINISTRATIVA", "Recaudación", "")
UNITS = ("INFORME", "Acción")
PERIODS = (
    *("", "1", "T2", "III Trim.", "4° trimestre", "ENE", "set", "Dic.", "S1", "II SEM"),
    *("feb – abr", "A MAY", "acum", "ANUAL", "de enero a marzo"),
)
WRONG = ("no existe", "ene*", "5", "t9", "?")
OWN = Preset(
    "Propio",
    (
        Band(Flag("Rojo «1»", RED, "▼", alert=True), 0.333, included=True),
        Band(Flag("Ámbar", AMBER, "◆", alert=True), 1.05, included=False),
        Band(Flag("Verde", GREEN, "●")),
    ),
)
MODE = 31  # column of the modes of accumulation
MONEY = 33  # first column of the money
FIRST = 5  # row of the first activity
MEANS = (GroupMethod.MEAN, GroupMethod.CAPPED_MEAN)


@dataclass
class Case:
    """One cell with a call of ours.

    Attributes:
        formula: in file spelling, without its sign.
        expected: what our own code answers; an error as its text.
    """

    formula: str
    expected: object


@dataclass
class Cases:
    """A plan, the cells that arguments are taken from, and the calls.

    Attributes:
        path: a workbook with the plan alone.
        context: the plan under its settings.
        cells: of the sheet Args, by address.
        cases: one a row of the sheet Casos.
        texts: what stands in the plan's sheet, by row and column.
    """

    path: Path
    context: Context
    cells: dict[str, Given] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    texts: dict[tuple[int, int], str | float] = field(default_factory=dict)

    def value(self, sheet: str, cell: str) -> Given:
        """Return the value of a cell."""
        assert sheet == "Args"
        return self.cells.get(cell.replace("$", ""))

    def translated(self, path: Path, break_: str = "") -> Path:
        """Write a workbook with the native formula of every call.

        Args:
            path: the workbook.
            break_: a function whose formulas are made wrong, to see whether anybody notices.
        """
        translator = self._translator(in_place=False)
        natives = []
        for row, case in enumerate(self.cases, start=1):
            text = translator.formula(case.formula, "Casos", f"A{row}")
            natives.append(f"({text})+1" if break_ and case.formula.startswith(break_) else text)
        with xlsxwriter.Workbook(path) as book:
            self.write(book, natives)
            keys = book.add_worksheet("POI claves")
            for (row, column), content in translator.keys.cells.items():
                write_cell(keys, row, column, content, formulas=True)
        return path

    def pasted(self, path: Path, without: str = "") -> "Cases":
        """Write a workbook with the calls that one formula can say; return these cases.

        Args:
            path: the workbook.
            without: formulas with this text are left out.
        """
        translator = self._translator(in_place=True)
        natives, kept = [], []
        for row, case in enumerate(self.cases, start=1):
            with contextlib.suppress(NeedsKeys):
                native = translator.formula(case.formula, "Casos", f"A{row}")
                if not without or without not in native:
                    natives.append(native)
                    kept.append(case)
        with xlsxwriter.Workbook(path) as book:
            self.write(book, natives)
        return replace(self, cases=kept)

    def _translator(self, *, in_place: bool) -> Translator:
        return Translator(
            self.context,
            keys_sheet="POI claves",
            cell_text=lambda row, column: self.texts.get((row, column)),
            value_of=self.value,
            in_place=in_place,
        )

    def called(self, path: Path) -> Path:
        """Write a workbook with the calls themselves, and the settings they rest on."""
        with xlsxwriter.Workbook(path) as book:
            self.write(book, [case.formula for case in self.cases])
            add_settings_sheet(book, Styles(book), self.context.settings)
        return path

    def write(self, book: xlsxwriter.Workbook, formulas: list[str]) -> None:
        """Write the plan, the arguments and the formulas."""
        plan = book.add_worksheet("POI")
        for (row, column), content in self.texts.items():
            write_cell(plan, row, column, content)
        cells = book.add_worksheet("Args")
        for address, value in self.cells.items():
            if isinstance(value, CellError):
                cells.write_formula(address, "=NA()", None, value.text)
            elif isinstance(value, str):
                cells.write_string(address, value)
            elif value is not None:
                cells.write(address, value)
        sheet = book.add_worksheet("Casos")
        for row, text in enumerate(formulas):
            sheet.write_formula(row, 0, f"={text}", None, "")


def write_cell(
    sheet, row: int, column: int, content: str | float, *, formulas: bool = False
) -> None:
    """Write a cell; a text with = is a formula only on the hidden sheet."""
    if formulas and isinstance(content, str) and content.startswith("="):
        sheet.write_formula(row - 1, column - 1, content, None, "")
    elif isinstance(content, str):
        sheet.write_string(row - 1, column - 1, content)
    else:
        sheet.write_number(row - 1, column - 1, content)


def make(seed: int, folder: Path, calls: int = 60) -> Cases:
    """Return a random plan with calls on it.

    Args:
        seed: the same one gives the same cases.
        folder: where the plan's workbook is written.
        calls: how many.
    """
    chance = random.Random(seed)
    texts = _plan(chance)
    path = folder / f"plan {seed}.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("POI")
        for (row, column), content in texts.items():
            sheet.write(row - 1, column - 1, content)
    read = read_workbook(path)
    assert read.plan is not None, read.problems
    preset = chance.choice([*PRESETS.values(), OWN])
    settings = Settings(
        quarter=chance.randint(1, 4),
        hierarchy=_hierarchy(chance),
        preset=preset,
        presets=PRESETS | {OWN.name: OWN},
        method=chance.choice(list(GroupMethod)),
    )
    made = Cases(path, Context(read.plan, settings, read.problems), texts=texts)
    functions = [f for f in FUNCTIONS if f.result is Result.SCALAR]
    for number in range(calls):
        _add(chance, made, functions[number % len(functions)].name)
    return made


def _plan(chance: random.Random) -> dict[tuple[int, int], str | float]:
    texts: dict[tuple[int, int], str | float] = {(1, 1): "PLAN OPERATIVO 2021 - I° TRIMESTRE"}
    heads = (
        "ÓRGANO",
        "ACTIVIDAD OPERATIVA",
        "ACTIVIDAD PRESUPUESTAL-MEF",
        "UNIDAD DE MEDIDA",
        "META",
    )
    texts |= {(3, column): head for column, head in enumerate(heads, start=1)}
    texts |= {(3, 5): "META", (3, 6): "PROGRAMADO", (3, 18): "EJECUTADO"}
    moded = chance.random() < 0.5
    texts |= {(3, MODE): "ACUMULACIÓN"} if moded else {}
    reported = chance.randint(0, 12)
    spent = chance.choice((0, reported, 12))
    with_money = chance.random() < 0.6
    texts |= _money_heads(max(1, spent)) if with_money else {}
    texts |= {(4, 5 + m): name for m, name in enumerate(MONTHS, start=1)}
    texts |= {(4, 17 + m): name for m, name in enumerate(MONTHS[: max(3, reported)], start=1)}
    step = chance.choice((1, 1, 0.5, 0.000001, 0.1))
    rows = chance.randint(1, 9)
    for row in range(FIRST, FIRST + rows):
        names = (ORGANS, NAMES, BUDGETS, UNITS)
        texts |= {
            (row, c): _mangled(chance, chance.choice(n)) for c, n in enumerate(names, start=1)
        }
        nothing = chance.random() < 0.15
        texts[row, 5] = chance.randint(1, 40)
        if moded:
            texts[row, MODE] = chance.choice(("", "suma", *Accumulation))
        for month in range(1, 13):
            if not nothing and chance.random() < 0.8:
                texts[row, 5 + month] = round(chance.randint(0, 20) * step, 6)
            if month <= reported and chance.random() < 0.8:
                texts[row, 17 + month] = round(chance.randint(0, 24) * step, 6)
            if with_money and chance.random() < 0.8:
                texts[row, MONEY + month - 1] = round(chance.random() * 1e5, 2)
            if with_money and month <= spent and chance.random() < 0.8:
                texts[row, MONEY + month + 12] = round(chance.random() * 1e5, 2)
    return {place: text for place, text in texts.items() if text != ""}


def _hierarchy(chance: random.Random) -> Hierarchy:
    """Organs under others, some of them in no plan; half of the time none."""
    names = [*ORGANS, *HEADS]
    chance.shuffle(names)
    # Each depends on a later one only, so there is no circle.
    lines = [
        Dependence(_mangled(chance, name), _mangled(chance, chance.choice(names[place + 1 :])))
        for place, name in enumerate(names[:-1])
        if chance.random() < 0.5
    ]
    found, problems = hierarchy_of(lines if chance.random() < 0.5 else ())
    assert problems == ()
    return found


def _money_heads(spent: int) -> dict[tuple[int, int], str]:
    """The headings of twelve months planned in soles and of those spent, a column apart."""
    return {
        (3, MONEY): "PROGRAMADO FINANCIERO (S/)",
        (3, MONEY + 13): "EJECUTADO FINANCIERO (S/)",
        **{(4, MONEY + m): name for m, name in enumerate(MONTHS)},
        **{(4, MONEY + 13 + m): name for m, name in enumerate(MONTHS[:spent])},
    }


def _mangled(chance: random.Random, name: str) -> str:
    """The same name as somebody else writes it."""
    swaps = str.maketrans("ÓÁÍÉÚÑóáíéúñ", "OAIEUNoaieun")
    name = chance.choice((str, str.upper, str.lower, lambda text: text.translate(swaps)))(name)
    return chance.choice((name, name, f" {name}", name.replace(" ", "  ")))


def _add(chance: random.Random, made: Cases, name: str) -> None:
    plan = made.context.known_plan
    values: dict[Kind, list[Given]] = {
        Kind.ORGAN: [None, "*", *plan.organ, *plan.organ, *_above(made)],
        Kind.ACTIVITY: [None, None, "*", *plan.activity],
        Kind.BUDGET_ACTIVITY: [None, None, None, "*", *filter(None, plan.budget_activity)],
        Kind.PERIOD: [None, 1.0, 2.0, *PERIODS],
        Kind.TEXT: [None, 3.0, *PERIODS],
        Kind.RATIO: [0.0, 0.75, 0.95, 1.0, 1.2, 0.7499999, chance.random() * 2],
        Kind.PRESET: [None, "", "A", "b", "85/90/100", "propio", "D (50/80)"],
    }
    texts, given = [], []
    # One wrong argument a call: of two, either may show its error.
    wrong = chance.randrange(10)
    for place, argument in enumerate(BY_NAME[name].inputs):
        value = chance.choice(values[argument.kind])
        if isinstance(value, str) and argument.kind not in (Kind.PERIOD, Kind.TEXT, Kind.PRESET):
            value = _mangled(chance, value)
        if place == wrong:
            value = chance.choice((*WRONG, 7.0, CellError.NA))
        texts.append(_written(chance, made, value))
        given.append(value)
    while texts and not texts[-1]:
        texts.pop()
    found = answer(made.context, BY_NAME[name], given)
    expected = found.error.text if isinstance(found, Failure) else found
    made.cases.append(Case(f"{name}({','.join(texts)})", expected))


def _above(made: Cases) -> list[str]:
    """The heads that activities of the plan depend on, more than once."""
    hierarchy = made.context.settings.hierarchy
    names = (name for organ in made.context.known_plan.organ for name in hierarchy.above(organ))
    return [hierarchy.labels[name] for name in names]


def _written(chance: random.Random, made: Cases, value: Given) -> str:
    """A value as a formula gives it: itself, or a cell with it, or a formula of that cell."""
    literal = chance.random() < 0.4
    if literal and (value is None or value == ""):
        return chance.choice(("", '""')) if value == "" else ""
    if literal and isinstance(value, str) and "\n" not in value:
        doubled = value.replace('"', '""')
        return f'"{doubled}"'
    if literal and isinstance(value, float):
        return repr(value)
    cell = a1(len(made.cells) + 1, 2)
    made.cells[cell] = value
    forms = [f"Args!{cell}", f"Args!$B${cell[1:]}"]
    if isinstance(value, str) and value:
        forms.append(f'IF(1,Args!{cell},"x")')
    return chance.choice(forms)
