"""The builders: for each function that answers with one value, its native formula from a call."""

from collections.abc import Callable
from typing import Final

from poi_xl.core.indicators import GroupMethod
from poi_xl.functions import BY_NAME, Kind
from poi_xl.functions.values import about
from poi_xl.native.calls import Argument, Call
from poi_xl.native.folding import literal
from poi_xl.native.formulas import NOTHING, Writer
from poi_xl.native.given import Chosen, NoValue, Reader
from poi_xl.native.terms import Masked, Months

BLANK: Final = Argument(())


def scalar(call: Call, reader: Reader) -> str:
    """Return the native formula of a call that answers with one value.

    Args:
        call: the call.
        reader: reads its arguments.

    Raises:
        FormulaError: it has none.
    """
    try:
        return BUILDERS[call.name](reader, by_kind(call))
    except NoValue as error:
        return error.formula


ByKind = dict[Kind, Argument]
Builder = Callable[[Reader, ByKind], str]


def by_kind(call: Call) -> ByKind:
    """Return a call's arguments by what they stand for; those left out are missing."""
    kinds = (each.kind for each in BY_NAME[call.name].arguments)
    return dict(zip(kinds, call.arguments, strict=False))


def chosen_of(reader: Reader, given: ByKind) -> Chosen:
    """Return the activities that a call's filters leave."""
    kinds = (Kind.ORGAN, Kind.ACTIVITY, Kind.BUDGET_ACTIVITY)
    organ, activity, budget_activity = (given.get(kind, BLANK) for kind in kinds)
    return reader.chosen(organ, activity, budget_activity)


def _measured(write_one: Callable[[Writer, Masked, Months], str]) -> Builder:
    """Make the builder of a function with filters and a period."""

    def build(reader: Reader, given: ByKind) -> str:
        chosen = chosen_of(reader, given)
        months = reader.period(given.get(Kind.PERIOD, BLANK))
        return chosen.guarded(write_one(reader.writer, chosen.selection, months))

    return build


def _target(reader: Reader, given: ByKind) -> str:
    chosen = chosen_of(reader, given)
    writer = reader.writer
    return chosen.guarded(writer.plain(writer.target(chosen.selection)))


def _amount_of(kind: str) -> Builder:
    return _measured(lambda writer, rows, months: writer.plain(writer.amount(kind, rows, months)))


def method_of(writer: Writer) -> GroupMethod:
    """Return how the settings take the ratio of a group."""
    return writer.terms.context.settings.method


_PROGRESS: Final = _measured(lambda w, rows, months: w.ratio(rows, months, method_of(w)))


def _in_soles(build: Builder) -> Builder:
    """Make the builder that does the same with the plan's money."""

    def of_money(reader: Reader, given: ByKind) -> str:
        money = reader.in_soles
        return build(money, given) if money else _no_money(reader, given)

    return of_money


def _no_money(reader: Reader, given: ByKind) -> str:
    """#N/A, or the error that one of the arguments is."""
    formula = NOTHING
    for kind, argument in reversed(given.items()):
        if kind is Kind.TABLE or argument.is_blank or reader.constant(argument) is not None:
            continue
        text = reader.expression(argument)
        formula = f"IF(ISERROR({text}),{text},{formula})"
    return formula


BUILDERS: dict[str, Builder] = {
    "POI_META": _target,
    "POI_PROGRAMADO": _amount_of("planned"),
    "POI_EJECUTADO": _amount_of("executed"),
    "POI_BRECHA": _measured(lambda w, rows, months: w.gap(rows, months)),
    "POI_AVANCE": _PROGRESS,
    "POI_AVANCE_META": _measured(lambda w, rows, months: w.target_ratio(rows, months)),
    "POI_SEMAFORO": _measured(
        lambda w, rows, months: w.flag(rows, months, method_of(w), w.terms.context.settings.preset)
    ),
    "POI_FIN_PROGRAMADO": _in_soles(_amount_of("planned")),
    "POI_FIN_EJECUTADO": _in_soles(_amount_of("executed")),
    "POI_FIN_AVANCE": _in_soles(_PROGRESS),
    "POI_CALIFICAR": lambda reader, given: reader.rated(
        given.get(Kind.RATIO, BLANK), given.get(Kind.PRESET, BLANK)
    ),
    "POI_PERIODO": lambda reader, given: reader.period_name(given.get(Kind.TEXT, BLANK)),
    # What the copy was made from: it says so for ever.
    "POI_INFO": lambda reader, _: literal(str(about(reader.writer.terms.context))),
}
