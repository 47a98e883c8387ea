"""Following open documents: a change of the plan or the settings has every cell computed anew.

For LibreOffice a cell with `=POI_AVANCE()` depends on nothing. So each document that uses our
functions is listened to; once a change is done with, plan and settings are compared by content with
what the cells were computed from, and only if they differ is the document computed anew.
"""

from typing import Any, Final

import unohelper
from com.sun.star.awt import XCallback
from com.sun.star.util import XModifyListener

from poi_xl.commands.log import start_log
from poi_xl.hosts.calc.document import OpenDocument
from poi_xl.hosts.calc.session import LOG, Session

_SESSIONS: Final[dict[int, Session]] = {}
_FOLLOWERS: Final[dict[str, "_Follower"]] = {}


def followed() -> dict[int, Session]:
    """Return the sessions by the address of the object that stands for their document."""
    return _SESSIONS


def session_of(document: Any) -> Session:
    """Return the session of a document; it is followed from now on.

    Args:
        document: the document, as LibreOffice hands it to a function.
    """
    key = hash(document)
    if key not in _SESSIONS:
        # One document may be handed over as more than one object.
        follower = _FOLLOWERS.get(str(document.RuntimeUID)) or _Follower(document)
        follower.known_as(key, document)
        _SESSIONS[key] = follower.session
    return _SESSIONS[key]


def follow(document: Any) -> "_Follower":
    """Follow a document that was just loaded: its cells show results that nobody here computed.

    Args:
        document: the document.

    Returns:
        What listens to it.
    """
    session_of(document).is_outdated = True
    return _FOLLOWERS[str(document.RuntimeUID)]


class _Follower(unohelper.Base, XModifyListener, XCallback):  # type: ignore[misc] # UNO's own classes carry no types
    """Listens to one document."""

    def __init__(self, document: Any) -> None:
        self._document, self._key = document, str(document.RuntimeUID)
        # Held, so that no other object gets their addresses while they are in use.
        self._objects: dict[int, Any] = {}
        self._is_waiting = self._is_computing = False
        self.session = Session(OpenDocument(document), self._put_off)
        _FOLLOWERS[self._key] = self
        document.addModifyListener(self)

    def known_as(self, key: int, document: Any) -> None:
        """Hold an object that stands for the document."""
        self._objects[key] = document

    def modified(self, event: Any) -> None:  # noqa: ARG002 - UNO's
        """Hear of a change; see XModifyListener."""
        if self._is_computing:
            return  # results that changed because of us
        self.session.is_stale = True
        self._put_off()

    def _put_off(self) -> None:
        if not self._is_waiting:
            self._is_waiting = True
            _later(self)

    def notify(self, data: Any) -> None:  # noqa: ARG002 - UNO's
        """Compute the cells anew once the change is done with, if it changed the data."""
        if self._key not in _FOLLOWERS:
            return  # closed meanwhile
        self._is_waiting, self._is_computing = False, True
        try:
            if self.session.is_due():
                self._document.calculateAll()
        except Exception:  # noqa: BLE001 - the next change or question tries again
            start_log()
            LOG.exception("después de un cambio")
        finally:
            self._is_computing = False

    def disposing(self, source: Any) -> None:  # noqa: ARG002 - UNO's
        """Forget a document that is closed; see XEventListener."""
        _FOLLOWERS.pop(self._key, None)
        for key in self._objects:
            _SESSIONS.pop(key, None)
        self._objects.clear()


def _later(callback: Any) -> None:
    """Have a callback run by LibreOffice's main loop, after what it is doing now."""
    import uno

    context = uno.getComponentContext()
    name = "com.sun.star.awt.AsyncCallback"
    context.ServiceManager.createInstanceWithContext(name, context).addCallback(callback, None)
