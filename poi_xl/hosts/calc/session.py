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
from poi_xl.functions import Answer, CellError, Context, Failure, Function, Kind, answer
from poi_xl.hosts.calc.values import Shown, given, grid, shown

LOG: Final = logging.getLogger("poi_xl.calc")
_ANSWERS: Final = 50_000
_TABLES: Final = 16
# A plan with more problems than this has one that repeats itself.
_LOGGED: Final = 100
_NOT_YET: Final = shown(Failure(CellError.NA))


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

    Args:
        document: what reads the document.
        put_off: has `is_due` asked once LibreOffice is done with what it does now.

    Attributes:
        answers: what was answered, by function and arguments; emptied when the data change.
        context: what functions compute from; None until the first question.
        is_stale: whether the document changed since it was read last.
        is_outdated: whether cells may show what does not rest on the data as they are.
    """

    def __init__(self, document: Document, put_off: Callable[[], None]) -> None:
        self._document, self._put_off = document, put_off
        self.answers: dict[tuple[Any, ...], Any] = {}
        self.context: Context | None = None
        self.is_stale, self.is_outdated, self._is_reading = True, False, False
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
        if self._is_reading:
            # Reading the plan's sheet computes the cells beside it, which ask in their turn.
            self._outdate()
            return sent(function, _NOT_YET) if found is None else found
        if found is None:
            found = sent(function, shown(self._answer(function, arguments)))
            if function.remembered:
                if len(self.answers) >= _ANSWERS:
                    self.answers.clear()
                self.answers[key] = found
        return found

    def is_due(self) -> bool:
        """Read the document if it changed; return whether its cells must be computed anew."""
        self.refresh()
        due, self.is_outdated = self.is_outdated, False
        return due

    def refresh(self) -> None:
        """Read the document again if it changed, and forget the answers if the data did."""
        if not self.is_stale or self._is_reading:
            return
        before = self.context
        self.is_stale, self._is_reading = False, True
        try:
            is_other = self._read()
        except BaseException:
            self.is_stale = True
            raise
        finally:
            self._is_reading = False
        if is_other:
            self.answers.clear()
            self._tables.clear()
            if before is not None:
                self._outdate()

    def _read(self) -> bool:
        """Read plan and settings; return whether they are other than before."""
        sheet = self._document.settings()
        settings, problems = settings_of(sheet.cells if sheet else None)
        pointed = self._document.pointed(settings)
        seen = sheet, pointed
        if seen == self._seen and self._is_among(pointed):
            return False
        before = self.context
        self.context = context_of(
            (each.cells for each in pointed), self._others(pointed), settings, problems
        )
        self._seen = seen
        if before is not None and _same(before, self.context):
            return False
        _log(self.context)
        return True

    def _outdate(self) -> None:
        self.is_outdated = True
        self._put_off()

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
