"""Steps that the user can undo."""

from typing import Any


class OneStep:
    """Whatever is done to a document inside is one step for who undoes it.

    Python's `contextmanager` cannot hand on the exceptions of UNO, so this is a class.

    Args:
        document: the document.
        title: what the step is called.
    """

    def __init__(self, document: Any, title: str) -> None:
        self._undo, self._title = document.UndoManager, title

    def __enter__(self) -> None:
        """Begin the step."""
        self._undo.enterUndoContext(self._title)

    def __exit__(self, *failure: object) -> None:
        """End it."""
        self._undo.leaveUndoContext()


def take_back(document: Any, title: str) -> bool:
    """Undo a step, if it is the last one; return whether it was.

    Args:
        document: the document.
        title: what the step is called.
    """
    undo = document.UndoManager
    is_last = bool(undo.isUndoPossible() and undo.getCurrentUndoActionTitle() == title)
    if is_last:
        undo.undo()
    return is_last
