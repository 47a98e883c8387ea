"""Translating formulas: every call of ours in them becomes native, the rest stays as it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from poi_xl.core.problems import Refusal, problem
from poi_xl.core.text import a1, from_a1
from poi_xl.functions import BY_NAME, Context, Given, Kind, Result
from poi_xl.native.builders import BLANK, by_kind, scalar
from poi_xl.native.calls import Call, FormulaError, parse, split_reference, write
from poi_xl.native.folding import fewer
from poi_xl.native.formulas import Writer
from poi_xl.native.given import NoValue, Reader
from poi_xl.native.keysheet import Content, KeySheet
from poi_xl.native.naming import Inline, NeedsKeys, OnSheet
from poi_xl.native.tables import Block, alerts, series, spread, summary
from poi_xl.native.terms import Terms
from poi_xl.native.usable import FIGURES, CellText, all_names, usable

ValueOf = Callable[[str, str], Given]

LONGEST: Final = 8_192  # of a formula, for Excel


class Translator:
    """Translates formulas of one workbook; what they share gathers on a hidden sheet.

    Args:
        context: the workbook's plan under its settings.
        keys_sheet: name of the hidden sheet.
        cell_text: what stands in a cell of the plan's sheet, by row and column from 1.
        value_of: the value of any cell, by sheet and address.
        table_context: the plan in a range that a formula gives, by sheet and address, with its
            true layout; None where it holds none.
        in_place: whether formulas have to do without the hidden sheet.

    Attributes:
        keys: the hidden sheet.

    Raises:
        Refusal: the plan's figures cannot be used by native formulas (POI-E66).
    """

    def __init__(
        self,
        context: Context,
        *,
        keys_sheet: str,
        cell_text: CellText,
        value_of: ValueOf,
        table_context: Callable[[str, str], Context | None] | None = None,
        in_place: bool = False,
    ) -> None:
        self.keys, self._in_place = KeySheet(keys_sheet), in_place
        self._value_of, self._table_context = value_of, table_context
        self._tables: dict[tuple[str, str], Writer] = {}
        self._blocks: dict[tuple[str, str], str] = {}
        self._writer = self._writer_of(context, cell_text)

    def formula(self, text: str, sheet: str, cell: str) -> str:
        """Return a formula without calls of ours.

        A table that a function answers with, used inside a formula, becomes a range of the hidden
        sheet.

        Args:
            text: the formula in file spelling, with or without its ``=``.
            sheet: the sheet it stands on.
            cell: its cell, or whatever names its place.

        Raises:
            Refusal: it cannot be translated (POI-E67), with its place.
            NeedsKeys: it has to do without the hidden sheet, and cannot.
        """
        with _placed(sheet, cell):
            self._check_outside(sheet, cell)
            sign = "=" if text.startswith("=") else ""
            parts = parse(text)
            if len(parts) == 1 and isinstance(parts[0], Call):
                native = self._bare(parts[0], sheet)
            else:
                native = write(parts, lambda call: self._native(call, sheet))
            if len(native) > LONGEST and self._in_place:
                raise NeedsKeys
            if len(native) > LONGEST:
                raise FormulaError(f"la fórmula nativa tendría {len(native):,} caracteres")
            return sign + native

    def block(self, text: str, sheet: str, cell: str) -> Block:
        """Return a formula for each cell of a function's table, or of a function over a range.

        Texts that start with ``=`` are formulas; others, and numbers, are constants.

        Args:
            text: one call and nothing else.
            sheet: the sheet it stands on.
            cell: the first cell of its answer.

        Raises:
            Refusal: it cannot be translated (POI-E67), with its place.
        """
        with _placed(sheet, cell):
            self._check_outside(sheet, cell)
            parts = parse(text)
            if len(parts) != 1 or not isinstance(parts[0], Call):
                raise FormulaError("una fórmula matricial hace más que llamar a una función")
            call = parts[0]
            if BY_NAME[call.name].result is Result.MATRIX:
                return self._rows(call, sheet)
            return [[self._one(each, sheet) for each in row] for row in spread(call, sheet)]

    def _one(self, call: Call, sheet: str) -> Content:
        return f"={scalar(call, self._reader(call, sheet))}"

    def _rows(self, call: Call, sheet: str) -> Block:
        try:
            if call.name == "POI_SERIE":
                return series(call, sheet, lambda one: self._reader(one, sheet))
            if call.name == "POI_RESUMEN":
                return list(summary(self._reader(call, sheet), by_kind(call)))
            if call.name == "POI_ALERTAS":
                return list(alerts(self._reader(call, sheet), by_kind(call)))
        except NoValue as error:
            return [[f"={error.formula}"]]
        raise FormulaError(f"{call.name} cuenta lo que encontró poi_xl")

    def _native(self, call: Call, sheet: str) -> str:
        text = self._bare(call, sheet)
        # Whatever stands around it must not tear it apart.
        return text if BY_NAME[call.name].result is Result.MATRIX else f"({text})"

    def _bare(self, call: Call, sheet: str) -> str:
        if BY_NAME[call.name].result is Result.MATRIX:
            if self._in_place:
                raise NeedsKeys
            return self._block(call, sheet)
        return scalar(call, self._reader(call, sheet))

    def _block(self, call: Call, sheet: str) -> str:
        """The range of a table; many cells show one value each of the same one."""
        asked = sheet, repr(call)
        if asked not in self._blocks:
            self._blocks[asked] = self.keys.block(self._rows(call, sheet))
        return self._blocks[asked]

    def _reader(self, call: Call, sheet: str) -> Reader:
        writer = self._table(call, sheet) or self._writer
        return Reader(writer, sheet, lambda inner: self._native(inner, sheet), self._value_of)

    # --- plans ----------------------------------------------------------------------------------

    def _table(self, call: Call, sheet: str) -> Writer | None:
        """The writer of the plan that a call gives as its table; None when it gives none."""
        given = by_kind(call).get(Kind.TABLE, BLANK)
        if given.is_blank:
            return None
        place = split_reference(given.reference, sheet) if given.reference else None
        if place is None or self._table_context is None:
            raise FormulaError("el argumento «tabla» no es un rango de celdas")
        if place not in self._tables:
            context = self._table_context(*place)
            if context is None or context.plan is None:
                raise FormulaError(f"en {given.reference} no hay un plan")
            self._tables[place] = self._writer_of(context, self._texts_of(place[0]))
        return self._tables[place]

    def _texts_of(self, sheet: str) -> CellText:
        return lambda row, column: self._value_of(sheet, a1(row, column))

    def _writer_of(self, context: Context, cell_text: CellText) -> Writer:
        known = usable(context, cell_text)
        if self._in_place:
            known = fewer(known, all_names(context.known_plan))
            terms = Terms(context, known, follows=True)
            return Writer(terms, Inline(terms, cell_text))
        terms = Terms(context, known)
        return Writer(terms, OnSheet(terms, self.keys, cell_text))

    def _check_outside(self, sheet: str, cell: str) -> None:
        """Refuse a formula among the figures that it would sum, itself included."""
        for writer in (self._writer, *self._tables.values()):
            if sheet == writer.terms.plan.layout.sheet and _is_figure(writer.terms, cell):
                raise FormulaError("está entre las cifras del plan y se sumaría a sí misma")


def _is_figure(terms: Terms, cell: str) -> bool:
    try:
        row, column = from_a1(cell)
    except ValueError:
        return False  # a name, or the range of a format
    first, last = terms.rows
    places = (place for (kind, _), place in terms.plan.layout.columns.items() if kind in FIGURES)
    return first <= row <= last and column in places


@contextmanager
def _placed(sheet: str, cell: str) -> Iterator[None]:
    """Say of a formula that cannot be translated where it stands."""
    try:
        yield
    except FormulaError as error:
        raise Refusal(problem("POI-E67", sheet, cell, detail=error)) from error
