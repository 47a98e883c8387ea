"""One formula to paste: native, in English and in Spanish, with the fewest cells of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from poi_xl.functions import Context
from poi_xl.native.keysheet import Content
from poi_xl.native.naming import NeedsKeys
from poi_xl.native.spelling import spanish
from poi_xl.native.translate import Translator, ValueOf
from poi_xl.native.usable import CellText


@dataclass(frozen=True, slots=True)
class Native:
    """The native equivalent of a formula.

    Attributes:
        english: as files and English programs spell it.
        keys_sheet: sheet that its other cells have to stand on.
        cells: these cells by address; none where everything fits into the formula. Texts that
            start with ``=`` are formulas, in English.
    """

    english: str
    keys_sheet: str = ""
    cells: Mapping[str, Content] = field(default_factory=dict)

    @property
    def spanish(self) -> str:
        """The formula as Excel in Spanish spells it."""
        return spanish(self.english)


def inline(
    context: Context,
    text: str,
    sheet: str,
    *,
    keys_sheet: str,
    cell_text: CellText,
    value_of: ValueOf,
    table_context: Callable[[str, str], Context | None] | None = None,
) -> Native:
    """Return the native equivalent of a formula, in one formula where that can be.

    Args:
        context: the workbook's plan under its settings.
        text: the formula, in file spelling.
        sheet: the sheet it will stand on.
        keys_sheet: name of the sheet for cells that it may need.
        cell_text: as `Translator` takes it.
        value_of: as `Translator` takes it.
        table_context: as `Translator` takes it.

    Raises:
        Refusal: it has no native equivalent, or the plan cannot be used by one.
    """

    def translator(*, in_place: bool) -> Translator:
        return Translator(
            context,
            keys_sheet=keys_sheet,
            cell_text=cell_text,
            value_of=value_of,
            table_context=table_context,
            in_place=in_place,
        )

    try:
        return Native(translator(in_place=True).formula(text, sheet, ""))
    except NeedsKeys:
        with_keys = translator(in_place=False)
        native = with_keys.formula(text, sheet, "")
        return Native(native, keys_sheet, with_keys.keys.shown())
