"""The native formula of each function: the same sums, ratios and states as the core computes.

Amounts are compared and divided as whole millionths, as in `core.indicators`: a ratio that is
exactly a limit is exactly that here too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from poi_xl.core.accumulation import Accumulation
from poi_xl.core.indicators import GroupMethod
from poi_xl.core.period import Period
from poi_xl.core.trafficlight import NO_REPORT, NOT_PLANNED, UNPLANNED_WORK, Preset
from poi_xl.native.folding import literal
from poi_xl.native.naming import Naming
from poi_xl.native.terms import CellPeriod, Masked, Months, Row, Terms

Selection = Masked | Row

_UNIT: Final = "1000000"
_TWELVE_DIGITS: Final = "1000000000000"
NOTHING: Final = "NA()"


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the formulas of one plan.

    Attributes:
        terms: its ranges.
        naming: how formulas name what they use.
    """

    terms: Terms
    naming: Naming

    @property
    def in_soles(self) -> "Writer | None":
        """Writes formulas of the same plan's money; None where it has none."""
        terms = self.terms.in_soles
        return None if terms is None else Writer(terms, self.naming)

    # --- amounts, in millionths -------------------------------------------------------------------

    def amount(self, kind: str, chosen: Selection, months: Months) -> str:
        """Return what is planned or executed."""
        return self.naming.share(self._bare(kind, chosen, months))

    def _bare(self, kind: str, chosen: Selection, months: Months) -> str:
        """An amount that no other formula needs: not worth a cell."""
        if isinstance(chosen, Row):
            return self._of_activity(kind, chosen, months)
        if not self.terms.plan.modes or _is_one_month(months):
            return self._sum(kind, chosen, months)
        # No sum over rows and months at once knows that some rows do not add up.
        figures = self.naming.per_row(
            lambda row: self._of_activity(kind, Row(self.terms, row), months)
        )
        return chosen.sum_of(figures)

    def _sum(self, kind: str, chosen: Selection, months: Months) -> str:
        spans = self.terms.in_months(kind, months)
        sums = [chosen.total(span, condition) for span, condition in spans]
        return _rounded(sums or [self._none(chosen)])

    def _of_activity(self, kind: str, row: Row, months: Months) -> str:
        """An activity's amount, by the way in which its months accumulate."""
        if row.mode is Accumulation.SUM or _is_one_month(months):
            return self._sum(kind, row, months)
        if row.mode is Accumulation.LAST:
            return self._last(kind, row, months)
        spans = self.terms.in_months(kind, months)
        count = "+".join(row.reported(span, condition) for span, condition in spans) or "0"
        return f"INT({self._sum(kind, row, months)}/MAX(1,{count})+0.5)"

    def _last(self, kind: str, row: Row, months: Months) -> str:
        spans = self.terms.in_months(kind, months)
        lasts = [row.last_month(span, condition) for span, condition in spans]
        last = f"MAX({','.join(lasts)})" if len(lasts) > 1 else "".join(lasts)
        sums = [row.total(span, f"({self.terms.numbers(span)}={last})*1") for span, _ in spans]
        return _rounded(sums or [self._none(row)])

    def target(self, chosen: Selection) -> str:
        """Return the sum of META."""
        return self.naming.share(_rounded([chosen.target()]))

    def reported(self, chosen: Selection, months: Months) -> str:
        """Return how many months were reported."""
        spans = self.terms.in_months("executed", months)
        counts = [chosen.reported(span, condition) for span, condition in spans]
        text = "+".join(counts) or self._none(chosen)
        return self.naming.share(f"({text})" if len(counts) > 1 else text)

    @staticmethod
    def _none(chosen: Selection) -> str:
        """Nothing at all, as when no month has a column; an error among the names still shows."""
        return f"0*{chosen.count()}"

    # --- answers ----------------------------------------------------------------------------------

    def plain(self, millionths: str) -> str:
        """Return an amount as people see it."""
        return f"{millionths}/{_UNIT}"

    def gap(self, chosen: Selection, months: Months) -> str:
        """Return executed less planned."""
        executed = self.amount("executed", chosen, months)
        return f"({executed}-{self.amount('planned', chosen, months)})/{_UNIT}"

    def ratio(self, chosen: Selection, months: Months, method: GroupMethod) -> str:
        """Return executed / planned by a group method; a single activity is its own ratio."""
        planned = self.amount("planned", chosen, months)
        sums = f"IF({planned}>0,{self.amount('executed', chosen, months)}/{planned},{NOTHING})"
        if method is GroupMethod.SUMS or chosen.single is True or isinstance(chosen, Row):
            return sums
        mean = self.mean(chosen, months, capped=method is GroupMethod.CAPPED_MEAN)
        return f"IF({chosen.single},{sums},{mean})" if chosen.single else mean

    def mean(self, chosen: Masked, months: Months, *, capped: bool) -> str:
        """Return the mean of the activities' ratios."""

        def own(row: int) -> str:
            planned, executed = (
                self._bare(kind, Row(self.terms, row), months) for kind in ("planned", "executed")
            )
            ratio = f"{executed}/{planned}"
            return f'IF({planned}>0,{f"MIN({ratio},1)" if capped else ratio},"")'

        ratios = self.naming.per_row(own)
        rounded = f"ROUND({chosen.mean(ratios)}*{_TWELVE_DIGITS},0)/{_TWELVE_DIGITS}"
        return f"IF({chosen.rated(ratios)}>0,{rounded},{NOTHING})"

    def target_ratio(self, chosen: Selection, months: Months) -> str:
        """Return executed from January to the period's end / META."""
        if isinstance(months, Period):
            to_date: Months = months.to_date
        else:
            to_date = CellPeriod("1", months.last)
        target, executed = self.target(chosen), self.amount("executed", chosen, to_date)
        # META knows nothing of a period that is none.
        without = f"IF(ISERROR({executed}),{executed},{NOTHING})"
        other = NOTHING if isinstance(months, Period) else without
        return f"IF({target}>0,{executed}/{target},{other})"

    def flag(self, chosen: Selection, months: Months, method: GroupMethod, preset: Preset) -> str:
        """Return the word of the traffic light."""
        ratio = self.naming.share(self.ratio(chosen, months, method))
        executed = self.amount("executed", chosen, months)
        outside = f"IF({executed}>0,{literal(UNPLANNED_WORK.word)},{literal(NOT_PLANNED.word)})"
        rated = rating(ratio, preset)
        seen = f"IF({self.reported(chosen, months)}=0,{literal(NO_REPORT.word)},{rated})"
        return f"IF(ISNA({ratio}),{outside},{seen})"

    # --- series -----------------------------------------------------------------------------------

    def months(self, chosen: Selection, measure: str) -> list[str]:
        """Return the twelve formulas of a series, by the words of `functions.arguments.Measure`."""
        kind, _, accumulated = measure.partition(" ")
        return [
            self._month(chosen, kind, month, to_date=bool(accumulated)) for month in range(1, 13)
        ]

    def _month(self, chosen: Selection, kind: str, month: int, *, to_date: bool) -> str:
        period = Period(1 if to_date else month, month)
        if kind == "programado":
            return self.plain(self.amount("planned", chosen, period))
        executed = self.amount("executed", chosen, period)
        answer = {
            "ejecutado": lambda: self.plain(executed),
            "brecha": lambda: self.gap(chosen, period),
            "avance": lambda: self.ratio(chosen, period, GroupMethod.SUMS),
        }[kind]()
        everything = Masked(self.terms, self.naming.is_activity())
        # A month that nobody reported is not a month of zero.
        return f"IF({self.reported(everything, Period(month, month))}=0,{NOTHING},{answer})"


def _is_one_month(months: Months) -> bool:
    """Whether a period is a single month, whose figure is the same in every mode."""
    return isinstance(months, Period) and months.first == months.last


def _rounded(sums: Sequence[str]) -> str:
    """A sum as whole millionths."""
    text = "+".join(sums)
    return f"ROUND({f'({text})' if len(sums) > 1 else text}*{_UNIT},0)"


def rating(ratio: str, preset: Preset) -> str:
    """Return the formula of a ratio's word, each limit on the side that the preset says.

    Example:
        >>> from poi_xl.core.trafficlight import PRESETS
        >>> rating("A1", PRESETS["D"])
        'IF(A1<0.5,"Rojo",IF(A1<0.8,"Amarillo","Verde"))'
    """
    text = literal(preset.bands[-1].flag.word)
    for band in reversed(preset.bands[:-1]):
        below = "<=" if band.included else "<"
        text = f"IF({ratio}{below}{band.limit!r},{literal(band.flag.word)},{text})"
    return text
