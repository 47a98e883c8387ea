"""Everything that the extension registers with LibreOffice."""

from typing import Any

from poi_xl.hosts.calc import addin, dispatch, watch
from poi_xl.package.oxt import FUNCTIONS_SERVICE

Offered = tuple[type, str, tuple[str, ...]]


def offered(interface: Any) -> list[Offered]:
    """Return each service's class, its name and what it is known as.

    Args:
        interface: UNO interface of the functions; None while LibreOffice does not know it yet.
    """
    return [
        (addin.service(interface), FUNCTIONS_SERVICE, (FUNCTIONS_SERVICE,)),
        (dispatch.Handler, dispatch.IMPLEMENTATION, dispatch.SERVICES),
        (watch.Watcher, watch.IMPLEMENTATION, watch.SERVICES),
    ]
