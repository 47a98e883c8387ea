"""From a call's arguments to what a formula needs.

Literal ones are resolved by the functions' own code; those that cells give become expressions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from poi_xl.core.period import Period, quarter_period
from poi_xl.core.problems import Refusal
from poi_xl.core.text import fold
from poi_xl.core.trafficlight import Preset
from poi_xl.functions import CellError, Context, Given, Kind, arguments
from poi_xl.native.calls import Argument, Call, FormulaError, split_reference, write
from poi_xl.native.folding import folded, literal, native_fold
from poi_xl.native.formulas import Writer, rating
from poi_xl.native.naming import NO_VALUE
from poi_xl.native.terms import CellPeriod, Masked, Months, column_of

_ALL: Final = ("", "*")
_ERRORS: Final = {CellError.NA: "NA()"}


class NoValue(Exception):  # noqa: N818 - an answer: the formula is this error
    """An argument names nothing, or is an error itself.

    Attributes:
        formula: the formula that gives the same error.
    """

    def __init__(self, formula: str = NO_VALUE) -> None:
        self.formula = formula
        super().__init__(formula)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The activities that the filters of a call leave.

    Attributes:
        selection: as a formula sees them.
        guards: tests that one of the names a cell gives names nothing.
    """

    selection: Masked
    guards: tuple[str, ...]

    def guarded(self, formula: str) -> str:
        """Return a formula that is #VALUE! where a name names nothing."""
        for guard in self.guards:
            formula = f"IF({guard},{NO_VALUE},{formula})"
        return formula


class Reader:
    """Reads the arguments of calls in one cell.

    Attributes:
        writer: writes the formulas.
    """

    def __init__(
        self,
        writer: Writer,
        sheet: str,
        nested: Callable[[Call], str],
        value_of: Callable[[str, str], Given],
    ) -> None:
        self.writer, self._sheet = writer, sheet
        self._nested, self._value_of = nested, value_of

    @property
    def in_soles(self) -> "Reader | None":
        """Reads the same for formulas of the plan's money; None where it has none."""
        writer = self.writer.in_soles
        if writer is None:
            return None
        return Reader(writer, self._sheet, self._nested, self._value_of)

    @property
    def _context(self) -> Context:
        return self.writer.terms.context

    # --- any argument -----------------------------------------------------------------------------

    def constant(self, argument: Argument) -> Given:
        """Return the value of a literal argument; None for a blank one or one that cells give."""
        value = argument.literal
        if isinstance(value, CellError):
            raise NoValue(_ERRORS.get(value, value.text))
        return value

    def expression(self, argument: Argument) -> str:
        """Return what a formula writes for an argument that cells give.

        Raises:
            FormulaError: it is a range of several cells.
        """
        reference = argument.reference
        if reference:
            place = split_reference(reference, self._sheet)
            if place is None or ":" in place[1]:
                raise FormulaError(f"{reference} no es una sola celda")
        # On the hidden sheet a bare A5 would be one of its own cells.
        return write(
            argument.parts, self._nested, self._sheet if self.writer.naming.is_elsewhere else ""
        )

    def text(self, argument: Argument) -> str:
        """Return what stands for an argument's text."""
        return self._share(f'{_bracketed(self.expression(argument), argument)}&""')

    def name(self, argument: Argument) -> str:
        """Return what stands for an argument's text, folded."""
        return self._share(folded(self.text(argument), self.writer.terms.known))

    def _share(self, expression: str) -> str:
        return self.writer.naming.share(expression)

    # --- names ------------------------------------------------------------------------------------

    def chosen(self, organ: Argument, activity: Argument, budget_activity: Argument) -> Chosen:
        """Return the activities that the three filters leave."""
        filters = (
            (Kind.ORGAN, organ), (Kind.ACTIVITY, activity), (Kind.BUDGET_ACTIVITY, budget_activity),
        )  # fmt: skip
        masks, guards, single, given = [], [], False, ""
        for kind, argument in filters:
            mask, guard, by_cell = self._filter(kind, argument)
            masks += [mask] if mask else []
            guards += [guard] if guard else []
            if kind is Kind.ACTIVITY and mask:
                single = True
                given = by_cell
        mask = "*".join(masks) or self.writer.naming.is_activity()
        if not single:
            return Chosen(Masked(self.writer.terms, mask), tuple(guards))
        one = f"SUMPRODUCT({mask}*1)=1"
        condition = f'AND(TRIM({given})<>"",TRIM({given})<>"*",{one})' if given else one
        return Chosen(Masked(self.writer.terms, mask, condition), tuple(guards))

    def _filter(self, kind: Kind, argument: Argument) -> tuple[str, str, str]:
        """The mask of one name, its guard, and the text of the cell that gives it."""
        value = self.constant(argument)
        if argument.is_blank:
            return "", "", ""
        column = column_of(kind)
        if value is not None:
            name = self._known(kind, value)
            return (self._named(kind, column, fold(name)) if name else "", "", "")
        raw = self.text(argument)
        self._check(argument)
        return *self.writer.naming.fits(column, self.name(argument), raw), raw

    def _named(self, kind: Kind, column: str, key: str) -> str:
        naming = self.writer.naming
        if kind is Kind.ORGAN and self._context.settings.hierarchy.is_head(key):
            return naming.belongs(key)
        return naming.has_name(column, key)

    def _known(self, kind: Kind, value: Given) -> str:
        """A literal name as it is looked up; empty for all of them."""
        try:
            name = arguments.text(value, kind.value)
            if name.strip() in _ALL:
                return ""
            place = [Kind.ORGAN, Kind.ACTIVITY, Kind.BUDGET_ACTIVITY].index(kind)
            self._context.choose(*(name if i == place else "" for i in range(3)))
        except Refusal:
            raise NoValue from None
        return name

    def _check(self, argument: Argument) -> None:
        """Refuse a name with letters that the native formula would not fold."""
        place = split_reference(argument.reference, self._sheet) if argument.reference else None
        value = self._value_of(*place) if place else None
        if isinstance(value, str) and native_fold(value, self.writer.terms.known) != fold(value):
            raise FormulaError(f"«{value}» tiene letras que una fórmula nativa no reconoce")

    # --- periods ----------------------------------------------------------------------------------

    def period(self, argument: Argument) -> Months:
        """Return the months that a period means."""
        value = self.constant(argument)
        if argument.is_blank or value is not None:
            try:
                return arguments.period(self._context, value)
            except Refusal:
                raise NoValue from None
        table, now = self.writer.naming.periods, quarter_period(self._context.quarter)
        return CellPeriod(
            self._looked_up(argument, table.first, str(now.first)),
            self._looked_up(argument, table.last, str(now.last)),
        )

    def period_name(self, argument: Argument) -> str:
        """Return the formula of a period's canonical text."""
        if argument.is_blank or argument.literal is not None:
            months = self.period(argument)
            if isinstance(months, Period):
                return literal(months.label)
        now = quarter_period(self._context.quarter)
        return self._looked_up(argument, self.writer.naming.periods.label, literal(now.label))

    def _looked_up(self, argument: Argument, column: str, default: str) -> str:
        """A column of the table of periods for what a cell says; the default when it is blank."""
        spellings = self.writer.naming.periods.spelling
        raw = self.text(argument)
        wanted = self._share(_spelled(folded(raw, self.writer.terms.known)))
        place = self._share(f"IFERROR(MATCH({wanted},{spellings},0),0)")
        # MATCH takes * and ? for any letters; the spelling found must be the one looked for.
        same = f"INDEX({spellings},{place})={wanted}"
        found = f"IF({same},INDEX({column},{place}),{NO_VALUE})"
        return self._share(f'IF(TRIM({raw})="",{default},IF({place}=0,{NO_VALUE},{found}))')

    # --- traffic lights and numbers ---------------------------------------------------------------

    def rated(self, ratio: Argument, preset: Argument) -> str:
        """Return the formula of the word of any ratio."""
        value = self.constant(ratio)
        if value is not None or ratio.is_blank:
            try:
                number = repr(arguments.ratio(value))
            except Refusal:
                raise NoValue from None
        else:
            text = self.expression(ratio)
            checked = f"IF(ISNUMBER({text}),{text},IF(ISERROR({text}),{text},{NO_VALUE}))"
            number = self._share(checked)
        return self._by_preset(number, preset)

    def _by_preset(self, number: str, argument: Argument) -> str:
        value = self.constant(argument)
        if argument.is_blank or value is not None:
            try:
                return rating(number, arguments.preset(self._context, value))
            except Refusal:
                raise NoValue from None
        settings = self._context.settings
        raw, wanted = self.text(argument), self.name(argument)
        text = NO_VALUE
        for each in reversed(tuple(settings.presets.values())):
            text = f"IF({_is_preset(wanted, each)},{rating(number, each)},{text})"
        return f'IF(TRIM({raw})="",{rating(number, settings.preset)},{text})'


def _is_preset(wanted: str, preset: Preset) -> str:
    words = dict.fromkeys((fold(preset.name), preset.limits_text, fold(preset.description)))
    return f"OR({','.join(f'{wanted}={literal(word)}' for word in words)})"


def _bracketed(text: str, argument: Argument) -> str:
    return text if argument.reference else f"({text})"


def _spelled(text: str) -> str:
    """The steps of `core.period.spelling` after folding, as a formula."""
    text = f'TRIM(SUBSTITUTE(SUBSTITUTE({text},"–","-"),".",""))'
    return f'SUBSTITUTE(SUBSTITUTE({text}," -","-"),"- ","-")'
