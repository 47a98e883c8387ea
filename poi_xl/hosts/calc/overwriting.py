"""When the user has LibreOffice itself save a workbook of Excel's: a copy before, a word after."""

import datetime as dt
import logging
from typing import Any, Final

import unohelper
from com.sun.star.awt import XCallback

from poi_xl.core.problems import problem
from poi_xl.hosts.calc.boxes import CalcHost, boxes_for
from poi_xl.hosts.calc.buttons import put_back
from poi_xl.hosts.calc.desk import Desk
from poi_xl.hosts.calc.files import path_of
from poi_xl.hosts.calc.watch import Seen
from poi_xl.package.losses import losses
from poi_xl.package.marks import owned_sheets
from poi_xl.package.parts import Package
from poi_xl.package.saving import back_up, backups

LOG: Final = logging.getLogger("poi_xl.calc")
_OFFER: Final = (
    "¿Recuperar ahora el archivo de antes de guardar? Lo que acaba de guardar queda también entre "
    "los respaldos."
)


def before(known: Seen, now: dt.datetime) -> None:
    """Keep a copy of a workbook of ours that LibreOffice is about to write.

    Args:
        known: the document.
        now: what to call the copy.
    """
    known.backup = None
    path = path_of(known.document)
    if path and owned_sheets(Package.open(path)):
        known.backup = back_up(path, now)


def after(known: Seen, context: Any) -> None:
    """Say once for each document what the saving has lost, when LibreOffice is done with it.

    Args:
        known: the document.
        context: LibreOffice's component context.
    """
    if known.backup is None or known.told:
        return
    known.told = True
    name = "com.sun.star.awt.AsyncCallback"
    later = context.ServiceManager.createInstanceWithContext(name, context)
    later.addCallback(_Later(known, context), None)


class _Later(unohelper.Base, XCallback):  # type: ignore[misc] # UNO's own classes carry no types
    """What is said once the saving is over."""

    def __init__(self, known: Seen, context: Any) -> None:
        self._known, self._context = known, context

    def notify(self, data: Any) -> None:  # noqa: ARG002 - UNO's
        """Say it; see XCallback."""
        try:
            _tell(self._known, self._context)
        except Exception:
            LOG.exception("después de guardar con LibreOffice")


def _tell(known: Seen, context: Any) -> None:
    frame = known.document.CurrentController.Frame
    path, backup = path_of(known.document), known.backup
    if path is None or backup is None:
        return
    lost = losses(Package.open(backup), Package.open(path))
    if not lost:
        return
    told = problem("POI-A91", path.name, file=path.name, lost="; ".join(lost), backup=backup)
    LOG.warning("%s", told)
    boxes = boxes_for(context, frame)
    kept = [each.path for each in backups(path)]
    if boxes.asks(f"{told}\n\n{_OFFER}") and backup in kept:
        desk = Desk(context, frame, boxes, CalcHost(frame, boxes))
        text, warning = put_back(desk, path, kept.index(backup) + 1)
        boxes.tell(text, warning=warning)
