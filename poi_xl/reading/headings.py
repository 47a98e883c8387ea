"""The words of a plan's heading, and what the column under such words holds.

Institutions share the words, not the layout: so a column is recognised by everything that stands
above it, from its own cell upwards. To teach a new word, add it to one of the tables below.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from poi_xl.core.period import MONTHS, ROMAN, month_number, quarter_number
from poi_xl.core.plan import SOLES, Column
from poi_xl.core.text import fold

# Longer texts are titles or data: no institution heads a column with a sentence.
LONGEST_HEADING = 90

_NAME_OF = r"((nombre|denominacion|descripcion)( de)?( las?)? )?"
# What a heading names, by rank (0 is sure, higher ones give way to lower) and by its whole text.
# Order matters: «ACTIVIDAD PRESUPUESTAL» must be met before «ACTIVIDAD».
_ROLES: tuple[tuple[str, int, str], ...] = (
    ("code", 0, r"(codigo|cod)( de)?( la)? (aoi|ao|actividad( operativa)?|poi)"),
    ("code", 0, r"aoi|(aoi|ao|actividad operativa) (id|codigo|cod)"),
    ("code", 1, r"codigo|cod"),
    ("budget_activity", 0, r".*\bactividad(es)? presupuest\w*\b.*"),
    ("budget_activity", 1, r".*\bmef\b.*"),
    ("activity", 0, rf"{_NAME_OF}actividad(es)? operativas?\b.*"),
    ("activity", 1, rf"{_NAME_OF}actividad(es)?"),
    ("task", 0, r"(sub ?)?tareas?( operativas?)?"),
    ("measure_unit", 0, r"(unidad(es)?|unid|und|u) (de )?medidas?.*|u ?m"),
    ("measure_unit", 1, r"unidad|unid|und"),
    ("organ", 0, r"organos?|organos? (y )?(o )?unidad(es)? organicas?.*|organos? responsables?"),
    ("organ", 0, r"unidad(es)? organicas?( responsables?)?|dependencias?|centros? de costos?"),
    ("organ", 0, r"unidad(es)? (ejecutora|responsable|operativa)s?( responsables?)?"),
    ("organ", 1, r"areas?( usuarias?| responsables?)?|gerencias?|oficinas?|responsables?"),
    ("accumulation", 0, r"((modo|tipo|forma) de )?(acumulacion|agregacion)"),
    ("target", 0, r"metas?( (anual|fisica|programada|prog|total|poi|del?|ano|operativa|20\d\d))*"),
)  # fmt: skip
_ROLE_PATTERNS = tuple((role, rank, re.compile(words)) for role, rank, words in _ROLES)

_PLANNED = frozenset(
    ("prog", "progr", "programado", "programada", "programados", "programadas", "programacion")
)
_EXECUTED = frozenset(
    ("ejec", "ejecutado", "ejecutada", "ejecutados", "ejecutadas", "ejecucion", "devengado")
)
# One letter says so only beside a month: «P ENE», «E ENE».
_LETTERS = {"p": "planned", "e": "executed"}
# Stretches longer than a quarter: the pair ANUAL PROG/EJEC is neither a month nor a quarter.
_WHOLE = frozenset(("anual", "total", "totales", "suma", "ano", "semestre", "sem"))
# «A MAR», «ACUM MAR»: several months under the name of one.
_TO_DATE = re.compile(r"acum\w*|hasta|al?")
# Columns computed from the others, or beside them.
_DERIVED = re.compile(
    r"avance|semaforo|%|porcentaje|brecha|saldo|diferencia|variacion|reprog\w*"
    r"|cumplimiento|ratio|estado|motivo|observacion\w*"
)
_MONEY = re.compile(r"financier\w*|presupuest\w*|devengad\w*|certificad\w*|pia|pim|soles|monto")
_QUARTER_AFTER = re.compile(r"\b(?:t|trim|trimestre) ?(iv|i{1,3}|[1-4])\b|\b([1-4]) ?t\b")


@dataclass(frozen=True, slots=True)
class Label:
    """What the words of one heading cell say.

    Attributes:
        text: the heading as written, spaces tidied.
        words: the same folded, without punctuation.
        month: month it names (1-12), or 0.
        quarter: quarter it names (1-4), or 0.
        kind: ``planned``, ``executed`` or empty.
        whole: it names a longer stretch: the year, a semester, a total.
        to_date: it names an amount accumulated from January.
        derived: it names something computed from other columns.
        money: it names money, which is apart from the physical plan.
    """

    text: str
    words: str
    month: int = 0
    quarter: int = 0
    kind: str = ""
    whole: bool = False
    to_date: bool = False
    derived: bool = False
    money: bool = False

    @property
    def known(self) -> bool:
        """Whether it is a word of plans at all."""
        return bool(self.month or self.quarter or self.kind or role(self.words))


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column holds, and how sure its words are (0 is sure)."""

    column: Column
    rank: int = 0


def label(cell: object) -> Label | None:
    """Return what a cell says as a heading, or None when it cannot be one.

    Example:
        >>> found = label("Prog.  Enero ")
        >>> found.kind, found.month
        ('planned', 1)
    """
    if isinstance(cell, str):
        return _label(cell) if cell and len(cell) <= LONGEST_HEADING else None
    # A month typed as «ene-21» becomes a date in Excel.
    if isinstance(cell, dt.date) and cell.day == 1:
        return _label(MONTHS[cell.month - 1])
    return None


@lru_cache(maxsize=16_384)
def _label(text: str) -> Label | None:
    words = plain(text)
    if not words:
        return None
    tokens = words.split()
    months = {month for token in tokens if (month := month_number(token))}
    month = months.pop() if len(months) == 1 else 0
    return Label(
        text=" ".join(text.split()),
        words=words,
        month=month,
        quarter=named_quarter(text) or 0,
        kind=_kind(tokens, named_month=bool(month)),
        whole=not _WHOLE.isdisjoint(tokens) or bool(months),
        to_date=any(map(_TO_DATE.fullmatch, tokens)),
        derived=any(map(_DERIVED.fullmatch, tokens)),
        money=any(map(_MONEY.fullmatch, tokens)) and not re.search(r"\bfisic|\bactividad", words),
    )


def plain(text: str) -> str:
    """Return the folded words of a text, without punctuation.

    Example:
        >>> plain("ORGANÓ/UNIDAD  ORGÁNICA.")
        'organo unidad organica'
    """
    return " ".join(re.sub(r"[^\w%]|_", " ", fold(text)).split())


def _kind(tokens: Sequence[str], *, named_month: bool) -> str:
    planned, executed = not _PLANNED.isdisjoint(tokens), not _EXECUTED.isdisjoint(tokens)
    if planned != executed:
        return "planned" if planned else "executed"
    if named_month and not planned:
        return next((_LETTERS[token] for token in tokens if token in _LETTERS), "")
    return ""


def named_quarter(text: str) -> int | None:
    """Return the quarter that a heading or title names, its number before or after the word.

    Example:
        >>> named_quarter("I° TRIM"), named_quarter("AL TRIMESTRE II"), named_quarter("META")
        (1, 2, None)
    """
    found = quarter_number(text)
    after = None if found else _QUARTER_AFTER.search(plain(text))
    if not after:
        return found
    ordinal = (after[1] or after[2]).upper()
    return int(ordinal) if ordinal.isdigit() else ROMAN.index(ordinal) + 1


@lru_cache(maxsize=16_384)
def role(words: str) -> Meaning | None:
    """Return the column that a heading's whole text names on its own, months and sums aside.

    Example:
        >>> role("actividad presupuestal mef").column, role("unidad de medida").column
        (('budget_activity', 0), ('measure_unit', 0))
    """
    for name, rank, pattern in _ROLE_PATTERNS:
        if pattern.fullmatch(words):
            return Meaning((name, 0), rank)
    return None


def meaning(labels: Sequence[Label]) -> Meaning | None:
    """Return what a column holds, from the labels above it, its own (the lowest) first.

    Example:
        >>> meaning([label("ENE"), label("EJECUTADO")]).column
        ('executed', 1)
        >>> meaning([label("EJEC"), label("I° TRIM")]).column
        ('quarter_executed', 1)
        >>> meaning([label("EJEC"), label("ANUAL")]) is None
        True
        >>> meaning([label("ENE"), label("PROGRAMADO FINANCIERO (S/)")]).column
        ('soles_planned', 1)
    """
    if any(item.money for item in labels):
        return _money(labels)
    return _figure(labels) or _text_or_target(labels)


def _figure(labels: Sequence[Label]) -> Meaning | None:
    """A month or a quarter of one kind: the nearest word of each sort decides."""
    month = quarter = 0
    kind = ""
    whole = False
    for item in labels:
        # «AVANCE I TRIM» may stand above PROG and EJEC; under or beside them it is a ratio.
        if item.to_date or (item.derived and not kind):
            return None
        month = month or (0 if quarter else item.month)
        quarter = quarter or (0 if whole else item.quarter)
        whole = whole or item.whole
        kind = kind or item.kind
        if kind and month:
            return Meaning((kind, month))
        if kind and quarter:
            return Meaning((f"quarter_{kind}", quarter))
    return None


def _money(labels: Sequence[Label]) -> Meaning | None:
    """A month of money planned or spent; its quarters and totals are not looked at."""
    found = _figure(labels)
    if found is None or found.column[0].startswith("quarter"):
        return None
    kind, month = found.column
    return Meaning((f"{SOLES}{kind}", month))


def _text_or_target(labels: Sequence[Label]) -> Meaning | None:
    timed = any(item.month or item.quarter for item in labels)
    words = ""
    for item in labels:
        words = f"{item.words} {words}".strip()
        found = role(words)
        if found and not (timed and found.column[0] == "target"):
            return found
    return None
