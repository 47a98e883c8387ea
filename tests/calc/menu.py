"""The menu POI in a live LibreOffice: what is pressed, what is answered, what was said."""

import json
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from poi_xl.package.cell_contents import read_contents
from poi_xl.package.names import PROTOCOL
from poi_xl.package.parts import Package
from poi_xl.reading.owned import sheet_cells
from tests.calc.office import uno

PATIENCE = 240  # seconds for a button, on a machine that does something else too


def listener():
    """Return what is told when a button is done."""
    uno()
    import unohelper
    from com.sun.star.frame import XDispatchResultListener

    class Listener(unohelper.Base, XDispatchResultListener):
        def __init__(self):
            self.finished = threading.Event()

        def dispatchFinished(self, event):  # noqa: N802 - UNO's
            self.finished.set()

        def disposing(self, source):
            self.finished.set()

    return Listener()


class Desk:
    """An office with the extension, and what it said."""

    def __init__(self, office, said):
        self.office, self._said = office, said
        self.state = said.with_name("estado") / "poi_xl"
        self._answers = Path(f"{said}.respuestas")

    @contextmanager
    def opened(self, path):
        document = self.office.open(path, Hidden=False)
        self.office.settle()
        frame = document.CurrentController.Frame
        self.answer()
        self._said.write_text("")
        try:
            yield frame
        finally:
            model = frame.Controller.Model
            model.setModified(False)
            model.close(True)
            self.office.settle()

    def answer(self, **answers):
        self._answers.write_text(json.dumps(answers))

    def press(self, frame, command):
        """Press a button, as a click does; return what was said, in order."""
        url = self.url(command)
        done = listener()
        frame.queryDispatch(url, "_self", 0).dispatchWithNotification(url, (), done)
        # By the main loop, never by the thread that asks: where a thread lets go of UNO's objects,
        # it may wait for the main loop while that waits for Python.
        assert done.finished.wait(PATIENCE), f"«{command}» does not end"
        return self.heard()

    def url(self, command):
        """Return the address of a command as windows take it."""
        return self.office.url(PROTOCOL + command)

    def awaited(self, words):
        """Wait until something was said that LibreOffice's main loop says when it comes to it."""
        end, said = time.monotonic() + 60, list[Any]()
        # Waiting for idleness would end nowhere: a workbook that the main loop loads meanwhile is
        # read by other threads, which then never get their turn.
        while time.monotonic() < end and not any(words in str(each) for each in said):
            time.sleep(0.1)
            said += self.heard()
        return said

    def heard(self):
        lines = [json.loads(line) for line in self._said.read_text("utf-8").splitlines()]
        self._said.write_text("")
        return lines


def sheet(frame, name="POI"):
    return frame.Controller.Model.Sheets.getByName(name)


def cell(frame, address, name="POI"):
    return sheet(frame, name).getCellRangeByName(address)


def contents(path, name="POI"):
    package = Package.open(path)
    return read_contents(package, next(s for s in package.sheets if s.name == name))


def last(said):
    return said[-1]["dice"]


def rows(path, name):
    """Return the rows of a sheet, figures as exact as LibreOffice writes them."""
    found = sheet_cells(Package.open(path), [name])[name].rows
    return [[round(c, 12) if isinstance(c, float) else c for c in row] for row in found]
