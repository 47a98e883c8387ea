"""The menu POI in a live LibreOffice: what is pressed, what is answered, what was said."""

import json
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from poi_xl.package.cell_contents import read_contents
from poi_xl.package.parts import Package


class Desk:
    """An office with the extension, and what it said."""

    def __init__(self, office, said):
        self.office, self._said = office, said
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
        """Press a button; return what was said, in order."""
        helper = self.office.service("com.sun.star.frame.DispatchHelper")
        helper.executeDispatch(frame, f"pe.poi_xl:{command}", "", 0, ())
        return self.heard()

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
