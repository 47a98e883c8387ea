"""What Python keeps between the calls of Excel's cells: each workbook's plan, parsed once.

The data version that VBA sends moves when the plan or the settings change. While it stays, nothing
is read; when it moves, the cells are read again, and parsed only if they differ from what is known
(after an undo, say). A formula's own table is known by its content.
"""

import logging
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from poi_xl.commands.answering import Cells, context_of, settings_of, table_context
from poi_xl.commands.log import start_log
from poi_xl.core.problems import Problem
from poi_xl.core.settings import Settings
from poi_xl.functions import Answer, CellError, Context, Failure, Function, Kind, answer
from poi_xl.hosts.excel import book as com
from poi_xl.hosts.excel.book import Block
from poi_xl.hosts.excel.values import Sent, content, given, grid, sent

# Plans of a few open workbooks, before and after a change, and a few tables given by formulas.
_CONTEXTS: Final = 16
_ANSWERS: Final = 50_000
# A plan with more problems than this has one that repeats itself.
_LOGGED: Final = 100
LOG: Final = logging.getLogger("poi_xl.excel")


@dataclass(frozen=True, slots=True)
class Known:
    """A workbook as it was at one data version.

    Attributes:
        version: the data version.
        context: what its functions compute from.
        settings_key: changes with the workbook and with the content of its settings.
        answers: what was answered before, by function and arguments, as VBA takes it.
    """

    version: object
    context: Context
    settings_key: bytes
    answers: dict[object, Sent] = field(default_factory=dict)


class Session:
    """The workbooks and tables known to this Python; it lives as long as Excel's server does."""

    def __init__(self) -> None:
        self._books: dict[str, Known] = {}
        self._contexts: OrderedDict[bytes, Context] = OrderedDict()

    def respond(self, function: Function, book: Any, arguments: tuple[Any, ...]) -> Sent:
        """Return a function's answer for a cell, computed once while the data are the same.

        Args:
            function: the function.
            book: the calling workbook.
            arguments: what the formula gives, as VBA sends it, and the data version last; None
                when the caller does not know it.
        """
        known = self.known(book, arguments[-1])
        types = tuple(map(type, arguments))
        # 1 and VERDADERO are equal for Python; of ranges, VBA itself keeps the answers.
        if tuple in types or bool in types or not function.remembered:
            return sent(self._answer(function, book, known, arguments[:-1]))
        key = function.name, arguments
        found = known.answers.get(key)
        if found is None:
            if len(known.answers) >= _ANSWERS:
                known.answers.clear()
            found = sent(self._answer(function, book, known, arguments[:-1]))
            known.answers[key] = found
        return found

    def _answer(
        self, function: Function, book: Any, known: Known, arguments: tuple[Any, ...]
    ) -> Answer:
        pairs = zip(function.arguments, arguments, strict=True)
        values = {argument.kind: value for argument, value in pairs}
        table = values.pop(Kind.TABLE, None)
        if not isinstance(table, tuple):
            table = given(table)  # omitted, or one cell
        if isinstance(table, CellError):
            return Failure(table)
        context = known.context if table is None else self._table(table, known)
        before = len(context.failures)
        found = answer(context, function, [*map(given, values.values())])
        if len(context.failures) > before:
            _note(function, context, before, book)
        return found

    def known(self, book: Any, version: object) -> Known:
        """Return a workbook as it is at a data version, read only if that is new."""
        name = str(book.FullName)
        known = self._books.get(name)
        # Only a number of VBA's tells one state of the data from another.
        if known is None or known.version != version or not isinstance(version, float):
            known = self._books[name] = self._read(book, version)
        return known

    def _read(self, book: Any, version: object) -> Known:
        sheets = com.worksheets(book)
        sheet = com.settings_sheet(sheets)
        block = com.read_block(sheet, merged=False) if sheet else Block("", ())
        settings, problems = settings_of(_cells(block) if sheet else None)
        settings_key = content((str(book.FullName), block.sheet, block.values))
        pointed = _pointed(book, sheets, settings)
        key = content((settings_key, *((each.sheet, each.values, each.merged) for each in pointed)))
        context = self._contexts.get(key) or _logged(
            _workbook(book, sheets, pointed, settings, problems)
        )
        # A plan found on another sheet than those may change while they do not.
        if context.plan is not None and context.plan.layout.sheet in {p.sheet for p in pointed}:
            self._keep(key, context)
        # With a new version every cell asks again, so the reasons of cells put right are gone.
        context.failures.clear()
        return Known(version, context, settings_key)

    def _table(self, table: Any, known: Known) -> Context:
        key = content((known.settings_key, table))
        context = self._contexts.get(key) or _logged(
            table_context(grid(table), known.context.settings)
        )
        self._keep(key, context)
        return context

    def _keep(self, key: bytes, context: Context) -> None:
        """Keep a context as the one used last, and let go of the one not used for longest."""
        self._contexts[key] = context
        self._contexts.move_to_end(key)
        if len(self._contexts) > _CONTEXTS:
            self._contexts.popitem(last=False)


def _pointed(book: Any, sheets: dict[str, Any], settings: Settings) -> list[Block]:
    """The sheets that the settings and the name POI_DATOS point at."""
    names = [settings.plan_sheet, com.pointed_sheet(book)]
    found = [com.named(sheets, name) for name in names if name]
    blocks = {str(sheet.Name): sheet for sheet in found if sheet is not None}
    return [com.read_block(sheet) for sheet in blocks.values()]


def _workbook(
    book: Any,
    sheets: dict[str, Any],
    pointed: list[Block],
    settings: Settings,
    problems: tuple[Problem, ...],
) -> Context:
    def others() -> Iterator[Cells]:
        known = {each.sheet for each in pointed} | com.owned_names(book)
        left_out = com.settings_sheet(sheets)
        for name, sheet in sheets.items():
            if name not in known and sheet is not left_out:
                yield _cells(com.read_block(sheet))

    return context_of(map(_cells, pointed), others, settings, problems)


def _cells(block: Block) -> Cells:
    return Cells(block.sheet, grid(block.values), block.merged)


def _logged(context: Context) -> Context:
    if context.problems:
        start_log()
    for item in context.problems[:_LOGGED]:
        LOG.warning("%s", item)
    return context


def _note(function: Function, context: Context, before: int, book: Any) -> None:
    """Write down why a formula answered with an error, and where the first such formula is."""
    start_log()
    place = _caller(book)
    for reason in list(context.failures)[before:]:
        context.failures[reason] = place
        LOG.warning("%s en %s: %s", function.name, "!".join(place).strip("!") or "?", reason)


def _caller(book: Any) -> tuple[str, str]:
    """The sheet and cell whose formula is being computed, where Excel says so."""
    try:
        cell = book.Application.Caller.Cells(1, 1)
        return str(cell.Worksheet.Name), str(cell.Address).replace("$", "")
    except Exception:  # noqa: BLE001 - it is a courtesy: the answer does not depend on it
        return "", ""
