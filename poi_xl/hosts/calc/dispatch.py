"""The commands of the menu and toolbar POI, as LibreOffice asks for them and runs them."""

from collections.abc import Callable
from typing import Any, Final

import unohelper
from com.sun.star.awt import XCallback
from com.sun.star.frame import (
    DispatchResultEvent,
    FeatureStateEvent,
    XDispatchProvider,
    XNotifyingDispatch,
)
from com.sun.star.frame.DispatchResultState import FAILURE, SUCCESS
from com.sun.star.lang import XInitialization, XServiceInfo

from poi_xl.hosts.calc.buttons import BUTTONS, press
from poi_xl.package.names import HANDLER, PROTOCOL

SERVICES: Final = ("com.sun.star.frame.ProtocolHandler",)
_SHEETS: Final = "com.sun.star.sheet.SpreadsheetDocument"


class Handler(
    unohelper.Base,  # type: ignore[misc] # UNO's own classes carry no types
    XDispatchProvider,  # type: ignore[misc]
    XNotifyingDispatch,  # type: ignore[misc]
    XInitialization,  # type: ignore[misc]
    XServiceInfo,  # type: ignore[misc]
):
    """The commands of one window.

    Args:
        context: LibreOffice's component context.
    """

    def __init__(self, context: Any) -> None:
        self._context = context
        self._frame: Any = None

    def initialize(self, arguments: Any) -> None:
        """Take the window's frame; see XInitialization."""
        self._frame = arguments[0] if arguments else None

    def queryDispatch(self, url: Any, target: str, flags: int) -> Any:  # noqa: ARG002, N802 - UNO's
        """Return who runs a command; see XDispatchProvider."""
        return self if url.Protocol == PROTOCOL and _name(url) in BUTTONS else None

    def queryDispatches(self, requests: Any) -> Any:  # noqa: N802 - UNO's
        """Return who runs each of several commands; see XDispatchProvider."""
        return tuple(self.queryDispatch(r.FeatureURL, r.FrameName, r.SearchFlags) for r in requests)

    def dispatch(self, url: Any, arguments: Any) -> None:
        """Run a command; see XDispatch."""
        self.dispatchWithNotification(url, arguments, None)

    def dispatchWithNotification(self, url: Any, arguments: Any, listener: Any) -> None:  # noqa: N802 - UNO's
        """Run a command and tell when it is done; see XNotifyingDispatch.

        A button may fill its own window anew, so it runs when LibreOffice is done with the click.
        Who asks for the answer at once, as macros do, gets it at once.
        """
        click = _Click(_name(url), self._context, self._frame, lambda: self._tell(listener))
        if not self._is_enabled():
            self._tell(listener, FAILURE)
        elif any(each.Name == "SynchronMode" and each.Value for each in arguments):
            click.notify(None)
        else:
            name = "com.sun.star.awt.AsyncCallback"
            later = self._context.ServiceManager.createInstanceWithContext(name, self._context)
            later.addCallback(click, None)

    def _tell(self, listener: Any, state: int = SUCCESS) -> None:
        if listener is not None:
            event = DispatchResultEvent()
            event.Source, event.State = self, state
            listener.dispatchFinished(event)

    def addStatusListener(self, control: Any, url: Any) -> None:  # noqa: N802 - UNO's
        """Tell a menu entry or button whether it can be used; see XDispatch."""
        event = FeatureStateEvent()
        event.Source, event.FeatureURL, event.IsEnabled = self, url, self._is_enabled()
        control.statusChanged(event)

    def removeStatusListener(self, control: Any, url: Any) -> None:  # noqa: N802 - UNO's
        """Forget a menu entry or button; see XDispatch. None is kept: nothing changes for it."""

    def _is_enabled(self) -> bool:
        model = self._frame.Controller.Model if self._frame and self._frame.Controller else None
        return model is not None and bool(model.supportsService(_SHEETS))

    def getImplementationName(self) -> str:  # noqa: N802 - UNO's
        """Return the name it is registered with; see XServiceInfo."""
        return HANDLER

    def supportsService(self, name: str) -> bool:  # noqa: N802 - UNO's
        """Whether it is a service; see XServiceInfo."""
        return name in SERVICES

    def getSupportedServiceNames(self) -> tuple[str, ...]:  # noqa: N802 - UNO's
        """Return the services it is; see XServiceInfo."""
        return SERVICES


class _Click(unohelper.Base, XCallback):  # type: ignore[misc] # UNO's own classes carry no types
    """A click that may wait for its turn."""

    def __init__(self, name: str, context: Any, frame: Any, done: Callable[[], None]) -> None:
        self._name, self._context, self._frame, self._done = name, context, frame, done

    def notify(self, data: Any) -> None:  # noqa: ARG002 - UNO's
        """Run it; see XCallback."""
        press(self._name, self._context, self._frame)
        self._done()


def _name(url: Any) -> str:
    return str(url.Complete).removeprefix(PROTOCOL).partition("?")[0]
