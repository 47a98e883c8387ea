"""Waiting beside a document that was just loaded: until its first change nothing is imported.

Its cells show the results that came with the file. The first change makes them live.
"""

from typing import Any, Final

import unohelper
from com.sun.star.util import XModifyListener

from poi_xl.package.names import MODULE

_FORMULAS: Final = 0  # what a search looks through


class Waiting(unohelper.Base, XModifyListener):  # type: ignore[misc] # UNO's own classes carry no types
    """Waits for the first change of a document.

    Args:
        document: the document.
    """

    def __init__(self, document: Any) -> None:
        self._document = document
        document.addModifyListener(self)

    def modified(self, event: Any) -> None:
        """Have the document followed, if it uses our functions; see XModifyListener."""
        document, self._document = self._document, None
        if document is None or not _uses_functions(document):
            return
        document.removeModifyListener(self)
        from poi_xl.hosts.calc.following import follow

        follow(document).modified(event)

    def disposing(self, source: Any) -> None:  # noqa: ARG002 - UNO's
        """Forget a document that is closed; see XEventListener."""
        self._document = None


def _uses_functions(document: Any) -> bool:
    """Whether a formula of the document calls one of our functions."""
    return any(_calls(sheet) for sheet in document.Sheets)


def _calls(sheet: Any) -> bool:
    wanted = sheet.createSearchDescriptor()
    wanted.SearchString, wanted.SearchType = f"{MODULE}.", _FORMULAS
    return sheet.findFirst(wanted) is not None
