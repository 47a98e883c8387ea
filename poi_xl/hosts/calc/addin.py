"""The functions as LibreOffice calls them: one method each, made from the registry.

LibreOffice hands over the document with every call. Telling documents apart by the address of that
object costs nothing; what was answered before is then one look-up away, and no more of UNO is used.
"""

from collections.abc import Callable
from typing import Any

import uno
import unohelper
from com.sun.star.lang import XServiceInfo
from com.sun.star.sheet import ResultEvent, XVolatileResult

from poi_xl.commands.log import start_log
from poi_xl.functions import FUNCTIONS, CellError, Failure, Function, Result
from poi_xl.hosts.calc.following import followed, session_of
from poi_xl.hosts.calc.session import LOG, Session
from poi_xl.hosts.calc.values import Rows, Shown, shown
from poi_xl.package.names import FUNCTIONS_SERVICE, method_name


class _Spread(unohelper.Base, XVolatileResult):  # type: ignore[misc] # UNO's own classes carry no types
    """A table as the answer of a function that mostly has one value.

    Such an answer is declared to be of any kind, and inside "any" Python's rows are no matrix to
    LibreOffice. The value of an event can be said to be one.

    Args:
        rows: its cells.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def addResultListener(self, listener: Any) -> None:  # noqa: N802 - UNO's
        """Give the table to the cell that asks; see XVolatileResult."""
        event = ResultEvent()
        event.Source, event.Value = self, uno.Any("[][]any", self._rows)
        listener.modified(event)

    def removeResultListener(self, listener: Any) -> None:  # noqa: N802 - UNO's
        """Forget a cell; see XVolatileResult. None is kept: the table never changes."""


def _sent(function: Function, found: Shown) -> Any:
    """An answer in the kind that the function declares."""
    if function.result is Result.MATRIX:
        return found if isinstance(found, tuple) else ((found,),)
    return _Spread(found) if isinstance(found, tuple) else found


def _method(function: Function) -> Callable[..., Any]:
    name, sessions = function.name, followed()

    def method(self: Any, document: Any, *arguments: Any) -> Any:  # noqa: ARG001 - UNO's
        session = sessions.get(hash(document))
        if session is not None and not session.is_stale:
            found = session.answers.get((name, *arguments))
            if found is not None:
                return found
        return _respond(function, document, arguments)

    return method


def _respond(function: Function, document: Any, arguments: tuple[Any, ...]) -> Any:
    try:
        session: Session = session_of(document)
        return session.respond(function, arguments, _sent)
    except Exception:  # noqa: BLE001 - a cell shows an error, the log says why
        start_log()
        LOG.exception(function.name)
        return _sent(function, shown(Failure(CellError.VALUE)))


def service(interface: Any) -> type:
    """Return the class of the add-in.

    Args:
        interface: its own UNO interface; None while LibreOffice is only registering it, for then it
            does not know the interface yet.
    """
    methods = {method_name(each.name): _method(each) for each in FUNCTIONS}
    bases = (unohelper.Base, *([interface] if interface else []), XServiceInfo)

    def init(self: Any, context: Any) -> None:
        self.context = context

    about = {
        "__init__": init,
        "getImplementationName": lambda self: FUNCTIONS_SERVICE,  # noqa: ARG005 - UNO's
        "supportsService": lambda self, name: name == FUNCTIONS_SERVICE,  # noqa: ARG005 - UNO's
        "getSupportedServiceNames": lambda self: (FUNCTIONS_SERVICE,),  # noqa: ARG005 - UNO's
    }
    return type("Functions", bases, methods | about)
