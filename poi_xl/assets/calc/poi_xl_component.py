"""What LibreOffice loads: it finds poi_xl, which does the work.

poi_xl is installed in a Python of the user's. `poi-xl instalar --libreoffice` notes down where, in
libreoffice.json; the environment variable POI_XL_PYTHONPATH says it too, for those who try things.
Where poi_xl cannot be had, stand-ins take its place: cells show an error, the menu says why.
"""

import json
import logging
import os
import site
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import unohelper
from com.sun.star.frame import XDispatch, XDispatchProvider
from com.sun.star.lang import XInitialization

try:
    from pe.poixl import XFunciones
except ImportError:  # LibreOffice is only registering: the interface comes with this extension
    XFunciones = None

MISSING = (
    "LibreOffice no encuentra poi_xl. Ejecute «poi-xl instalar --libreoffice» con LibreOffice "
    "cerrado, y ábralo de nuevo."
)
FUNCTIONS = "pe.poixl.Funciones"
HANDLER = "pe.poi_xl.Handler"


def settings_file() -> Path:
    """Return where poi_xl notes down its folders; `poi_xl.commands.log` says the same."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    else:
        base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "poi_xl" / "libreoffice.json"


def folders() -> list[str]:
    """Return the folders in which Python packages are."""
    found = os.environ.get("POI_XL_PYTHONPATH", "").split(os.pathsep)
    with suppress(OSError, ValueError, KeyError):
        found += json.loads(settings_file().read_text(encoding="utf-8"))["carpetas"]
    return [folder for folder in found if folder]


def services() -> list[tuple[Any, str, tuple[str, ...]]]:
    """Return what makes each service, its name and what it is known as."""
    for folder in folders():
        site.addsitedir(folder)
    try:
        from poi_xl.hosts.calc import services as ours
    except Exception:
        logging.getLogger("poi_xl.calc").exception(MISSING)
        return [
            (StandIn, FUNCTIONS, (FUNCTIONS,)),
            (Handler, HANDLER, ("com.sun.star.frame.ProtocolHandler",)),
        ]
    return ours.offered(XFunciones)


class StandIn(unohelper.Base, *([XFunciones] if XFunciones else [])):  # type: ignore[misc] # UNO's own classes carry no types
    """The functions where poi_xl is missing: whoever calls one gets an error."""

    def __init__(self, context: Any) -> None:
        self.context = context


class Handler(unohelper.Base, XDispatchProvider, XDispatch, XInitialization):  # type: ignore[misc] # UNO's own classes carry no types
    """The menu where poi_xl is missing: every entry says so."""

    def __init__(self, context: Any) -> None:
        self.context: Any = context
        self.frame: Any = None

    def initialize(self, arguments: Any) -> None:
        """Take the window's frame; see XInitialization."""
        self.frame = arguments[0] if arguments else None

    def queryDispatch(self, url: Any, target: str, flags: int) -> Any:  # noqa: ARG002, N802 - UNO's
        """Return who runs a command; see XDispatchProvider."""
        return self

    def queryDispatches(self, requests: Any) -> Any:  # noqa: N802 - UNO's
        """Return who runs each of several commands; see XDispatchProvider."""
        return tuple(self for _ in requests)

    def dispatch(self, url: Any, arguments: Any) -> None:  # noqa: ARG002 - UNO's
        """Say what is missing; see XDispatch."""
        import uno

        kind = uno.Enum("com.sun.star.awt.MessageBoxType", "WARNINGBOX")
        manager = self.context.ServiceManager
        toolkit = manager.createInstanceWithContext("com.sun.star.awt.Toolkit", self.context)
        window = self.frame.ContainerWindow if self.frame else None
        toolkit.createMessageBox(window, kind, 1, "POI", MISSING).execute()

    def addStatusListener(self, control: Any, url: Any) -> None:  # noqa: N802 - UNO's
        """See XDispatch; the entries are always usable."""

    def removeStatusListener(self, control: Any, url: Any) -> None:  # noqa: N802 - UNO's
        """See XDispatch."""


g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 - LibreOffice's name for it
for _made, _name, _kinds in services():
    g_ImplementationHelper.addImplementation(_made, _name, _kinds)
