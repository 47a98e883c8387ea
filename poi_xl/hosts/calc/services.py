"""Everything that the extension registers with LibreOffice.

LibreOffice loads this when it opens its first spreadsheet, so nothing heavy is imported before one
of the services is really asked for.
"""

from collections.abc import Callable
from typing import Any

from poi_xl.package.names import FUNCTIONS_SERVICE, HANDLER, WATCHER

Offered = tuple[Callable[[Any], Any], str, tuple[str, ...]]


def offered(interface: Any) -> list[Offered]:
    """Return for each service what makes it, its name and what it is known as.

    Args:
        interface: UNO interface of the functions; None while LibreOffice does not know it yet.
    """

    def functions(context: Any) -> Any:
        from poi_xl.hosts.calc import addin

        return addin.service(interface)(context)

    def handler(context: Any) -> Any:
        from poi_xl.hosts.calc import dispatch

        return dispatch.Handler(context)

    def watcher(context: Any) -> Any:
        from poi_xl.hosts.calc import watch

        return watch.Watcher(context)

    return [
        (functions, FUNCTIONS_SERVICE, (FUNCTIONS_SERVICE,)),
        (handler, HANDLER, ("com.sun.star.frame.ProtocolHandler",)),
        (watcher, WATCHER, ("com.sun.star.task.Job",)),
    ]
