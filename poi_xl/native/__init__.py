"""Native equivalents: formulas with our functions turned into formulas without them.

- `Translator`: the formulas of a whole workbook; what they share stands on a hidden sheet.
- `inline`: one formula to paste, in one piece where that can be.
- `has_calls(formula)`: whether there is anything to translate.
- `english`, `spanish`: the two spellings of a formula.
"""

from poi_xl.native.calls import FormulaError, has_calls
from poi_xl.native.inline import Native, inline
from poi_xl.native.spelling import english, spanish
from poi_xl.native.translate import Translator

__all__ = ["FormulaError", "Native", "Translator", "english", "has_calls", "inline", "spanish"]
