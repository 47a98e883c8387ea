"""What is known of each open document: its plan, parsed once, and what was answered from it.

A modify listener marks a document as changed. The next question, or the end of the change, has its
plan and settings read again; only if they differ is anything parsed, and every cell computed anew.
Time plays no part in it.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from poi_xl.commands.answering import Cells, context_of, settings_of, table_context
from poi_xl.commands.log import start_log
from poi_xl.core.settings import Settings
from poi_xl.functions import Answer, Context, Function, Kind, answer
from poi_xl.hosts.calc.values import Shown, given, grid, shown

LOG: Final = logging.getLogger("poi_xl.calc")
_ANSWERS: Final = 50_000
_TABLES: Final = 16
# A plan with more problems than this has one that repeats itself.
_LOGGED: Final = 100


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of one sheet, as they are compared and read.

    Attributes:
        name: the sheet's name.
        rows: values from A1.
        errors: LibreOffice's code of each error cell, by row and column from 0.
        merged: first and last cell of each merged range, from 0.
    """

    name: str
    rows: tuple[tuple[Any, ...], ...]
    errors: dict[tuple[int, int], int] = field(default_factory=dict)
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()

    @property
    def cells(self) -> Cells:
        """The sheet as `commands.answering` takes it."""
        return Cells(self.name, grid(self.rows, self.errors), self.merged)


class Document(Protocol):
    """An open document, as a session reads it."""

    def settings(self) -> Sheet | None:
        """Return the sheet of settings, if there is one."""

    def pointed(self, settings: Settings) -> list[Sheet]:
        """Return the sheets that the settings and the name POI_DATOS point at."""

    def others(self, known: set[str]) -> Iterator[Sheet]:
        """Yield the sheets that may hold a plan, but for those known."""


class Session:
    """One document's answers.

    Attributes:
        answers: what was answered, by function and arguments; emptied when the data change.
        context: what functions compute from; None until the first question.
        is_stale: whether the document changed since it was read last.
        is_loaded: whether its cells still show results from a file.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self.answers: dict[tuple[Any, ...], Any] = {}
        self.context: Context | None = None
        self.is_stale, self.is_loaded = True, False
        self._seen: object = None
        self._tables: OrderedDict[object, Context] = OrderedDict()

    def respond(
        self,
        function: Function,
        arguments: tuple[Any, ...],
        sent: Callable[[Function, Shown], Any],
    ) -> Any:
        """Return a function's answer for a cell, computed once while the data are the same.

        Args:
            function: the function.
            arguments: what the formula gives, as LibreOffice sends it.
            sent: makes of an answer what LibreOffice takes for it.
        """
        self.refresh()
        key = (function.name, *arguments)
        found = self.answers.get(key)
        if found is None:
            found = sent(function, shown(self._answer(function, arguments)))
            if function.remembered:
                if len(self.answers) >= _ANSWERS:
                    self.answers.clear()
                self.answers[key] = found
        return found

    def refresh(self) -> bool:
        """Read the document again if it changed; return whether its plan or settings did."""
        if not self.is_stale:
            return False
        sheet = self._document.settings()
        settings, problems = settings_of(sheet.cells if sheet else None)
        pointed = self._document.pointed(settings)
        self.is_stale = False
        seen = sheet, pointed
        on_pointed = self.context is not None and self._is_among(pointed)
        if seen == self._seen and on_pointed:
            return False
        before = self.context
        self.context = context_of(
            (each.cells for each in pointed), self._others(pointed), settings, problems
        )
        self._seen = seen
        if before is not None and _same(before, self.context):
            return False
        self.answers.clear()
        self._tables.clear()
        _log(self.context)
        return True

    def refresh_after_change(self) -> bool:
        """Read the document again; return whether its cells must be computed anew.

        Results that came with a file rest on the data as they were then: the first change of these
        makes all cells live.
        """
        changed, was_loaded = self.refresh(), self.is_loaded
        self.is_loaded = False
        return changed or (was_loaded and self.context is not None and bool(self.context.plan))

    def _is_among(self, pointed: list[Sheet]) -> bool:
        """Whether the plan stands on one of these; on any other it may change unseen."""
        plan = self.context.plan if self.context else None
        return plan is not None and plan.layout.sheet in {sheet.name for sheet in pointed}

    def _others(self, pointed: list[Sheet]) -> Callable[[], Iterator[Cells]]:
        known = {sheet.name for sheet in pointed}
        return lambda: (sheet.cells for sheet in self._document.others(known))

    def _answer(self, function: Function, arguments: tuple[Any, ...]) -> Answer:
        pairs = zip(function.arguments, arguments, strict=True)
        values = {argument.kind: value for argument, value in pairs}
        table = values.pop(Kind.TABLE, None)
        context = self.context if not isinstance(table, tuple) else self._table(table)
        if context is None:
            raise RuntimeError("asked before it was read")
        before = len(context.failures)
        found = answer(context, function, [given(kind, value) for kind, value in values.items()])
        for reason in list(context.failures)[before:]:
            LOG.warning("%s: %s", function.name, reason)
        return found

    def _table(self, table: tuple[tuple[Any, ...], ...]) -> Context:
        found = self._tables.get(table)
        if found is None:
            settings = self.context.settings if self.context else Settings()
            found = self._tables[table] = table_context(grid(table, {}), settings)
            if len(self._tables) > _TABLES:
                self._tables.popitem(last=False)
        return found


def _same(before: Context, after: Context) -> bool:
    """Whether two contexts give the same answers."""
    if before.plan is None or after.plan is None:
        return False
    facts = [
        (each.plan.digest, each.plan.layout, each.settings, each.problems)
        for each in (before, after)
        if each.plan is not None
    ]
    return facts[0] == facts[1]


def _log(context: Context) -> None:
    start_log()
    for item in context.problems[:_LOGGED]:
        LOG.warning("%s", item)
