"""Turning every call of our functions in a workbook into native formulas.

The copy works in any spreadsheet program, without poi_xl: each formula keeps the result that it
had, and goes on computing when the plan's figures change.
"""

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from poi_xl.commands.book_values import BookValues
from poi_xl.commands.load import load_package
from poi_xl.core.problems import Problem, Refusal, problem
from poi_xl.core.text import a1, from_a1
from poi_xl.functions import Context
from poi_xl.native.calls import FormulaError, has_calls
from poi_xl.native.translate import Translator
from poi_xl.package.formulas import Area, Change, Frozen, Place, Role, moved, replaced
from poi_xl.package.formulas import without_calculation_chain as without_chain
from poi_xl.package.graft import graft, plan_graft
from poi_xl.package.parts import Package
from poi_xl.sheets.keys_book import render_keys

KEY: Final = "claves"
KEYS_SHEET: Final = "POI_claves"
_OURS: Final = re.compile(rb"POI_[A-Z]", re.IGNORECASE)
# A format or validation over more cells than this is translated cell by cell no longer.
_MOST_CELLS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Nativized:
    """What was done to a workbook.

    Attributes:
        path: the new workbook.
        formulas: how many formulas were translated.
        frozen: of each cell whose formula could not be, why; the cell keeps its value alone.
    """

    path: Path
    formulas: int
    frozen: tuple[Problem, ...]


def nativize(package: Package, out: Path) -> Nativized:
    """Write a copy of a workbook in which no formula calls our functions.

    Args:
        package: the workbook.
        out: the copy.

    Raises:
        Refusal: the plan cannot be read or used by native formulas, or a formula outside of cells
            (a conditional format, a validation, a name) cannot be translated; all of them at once.
    """
    names = plan_graft(package, {KEY: KEYS_SHEET}).names
    book = BookValues(package)
    loaded = load_package(package)
    context = Context(loaded.plan, loaded.settings, loaded.problems)
    plan_sheet = loaded.plan.layout.sheet
    work = _Work(
        Translator(
            context,
            keys_sheet=names[KEY],
            cell_text=lambda row, column: book.value(plan_sheet, a1(row, column)),
            value_of=book.value,
            table_context=lambda sheet, ref: book.table(sheet, ref, context),
        )
    )
    parts = replaced(package, _OURS, work.change)
    if work.refused:
        raise Refusal(work.refused)
    if work.translator.keys.cells:
        _write(package, parts, work.translator, names, out)
    else:
        package.write(out, parts)
    return Nativized(out, work.formulas, tuple(work.frozen))


def _write(
    package: Package,
    parts: Mapping[str, bytes],
    translator: Translator,
    names: Mapping[str, str],
    out: Path,
) -> None:
    with tempfile.TemporaryDirectory(prefix="poi_xl-") as folder:
        plain, keys = (Path(folder) / name for name in ("formulas.xlsx", "claves.xlsx"))
        lists, leaving = without_chain(package)
        package.write(plain, {**lists, **parts}, without=leaving)
        native = Package.open(plain)
        render_keys(names[KEY], translator.keys.cells, keys, date_1904=native.date1904)
        # Nobody has computed the hidden sheet yet: every program has to, on opening.
        graft(native, keys, dict(names), out, notes={}, recalculate=True)


@dataclass
class _Work:
    """Formulas being translated, and what could not be."""

    translator: Translator
    formulas: int = 0
    frozen: list[Problem] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)

    def change(self, place: Place) -> Change:
        """Return what to put in a formula's place."""
        try:
            if not has_calls(place.text):
                return None
            found = self._translated(place)
        except FormulaError:
            return None  # not a formula that any program understands: as it was
        except Refusal as refusal:
            return self._untranslated(place, refusal)
        self.formulas += 1
        return found

    def _translated(self, place: Place) -> Change:
        first = place.ref.split()[0].split(":")[0]
        if place.role is Role.ARRAY:
            return self._array(place, first)
        if place.role is Role.COLUMN:
            return ""  # each cell has its own formula now; new rows get none
        if place.role is Role.NAME or all(map(_is_cell, place.areas)):
            return self.translator.formula(place.text, place.sheet, place.ref)
        return self._cell_by_cell(place)

    def _array(self, place: Place, first: str) -> Change:
        rows = self.translator.block(place.text, place.sheet, first)
        top, left, bottom, right = place.areas[0]
        # Beyond the answer Excel shows #N/A in the cells of an array formula.
        return [
            [
                rows[row][column] if row < len(rows) and column < len(rows[row]) else "=NA()"
                for column in range(right - left + 1)
            ]
            for row in range(bottom - top + 1)
        ]

    def _cell_by_cell(self, place: Place) -> Change:
        """A rule for many cells: its condition is computed for each of them on the hidden sheet."""
        top, left = min(a[0] for a in place.areas), min(a[1] for a in place.areas)
        bottom, right = max(a[2] for a in place.areas), max(a[3] for a in place.areas)
        count = (bottom - top + 1) * (right - left + 1)
        if count > _MOST_CELLS:
            detail = f"{place.role.value} sobre {count:,} celdas"
            raise Refusal(problem("POI-E67", place.sheet, place.ref.split()[0], detail=detail))
        origin = place.areas[0][:2]
        rows = [
            [
                "="
                + self.translator.formula(
                    moved(place.text, origin, (row, column)), place.sheet, a1(row, column)
                )
                for column in range(left, right + 1)
            ]
            for row in range(top, bottom + 1)
        ]
        block = self.translator.keys.block(rows)
        return _relative(block, (origin[0] - top, origin[1] - left))

    def _untranslated(self, place: Place, refusal: Refusal) -> Change:
        if place.role not in (Role.CELL, Role.ARRAY):
            self.refused += refusal.problems
            return None
        self.frozen += refusal.problems
        return Frozen.VALUE


def _is_cell(place: Area) -> bool:
    return place[:2] == place[2:]


def _relative(block: str, offset: tuple[int, int]) -> str:
    """The first cell of a block as a reference that moves with the cell it is read from."""
    sheet, _, ref = block.rpartition("!")
    row, column = from_a1(ref.split(":")[0])
    return f"{sheet}!{a1(row + offset[0], column + offset[1])}"
