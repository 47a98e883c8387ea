"""The windows that LibreOffice opens for our buttons, on a display that nobody sees."""

import shutil
from pathlib import Path

import pytest

from tests.oracles import absent, program
from tests.test_shipped import SHIPPED
from tools.scenes import BOX, PICKER, stage_of
from tools.screen import PROGRAMS, screen

pytestmark = [pytest.mark.office, pytest.mark.slow]

WIDTH, HEIGHT = 1120, 700


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    program("soffice")
    if not all(map(shutil.which, PROGRAMS)):
        absent("screen")
    path = Path(shutil.copy(SHIPPED, tmp_path_factory.mktemp("ventanas")))
    with screen(WIDTH, HEIGHT) as display, stage_of(display, path) as found:
        yield found


def backups(stage):
    return list(stage.path.parent.glob(".poi-respaldo/*"))


def test_the_toolbar_is_docked(stage):
    # One that floats is a window with a title.
    assert len(stage.screen.titles()) == 1


def test_a_list_stands_in_the_middle_and_return_takes_what_is_marked(stage):
    window = stage.press("distribuir")
    left, top, right, bottom = stage.screen.place(window)
    # Frames of windows count in one place and not in another: some dots of difference.
    assert abs((left + right) - WIDTH) < 60
    assert abs((top + bottom) - HEIGHT) < 120
    stage.answer("Return")
    assert stage.screen.wait(PICKER)
    stage.answer("Escape", PICKER)


def test_escape_leaves_everything_as_it_was(stage):
    before = stage.path.read_bytes()
    stage.press("abrir-trimestre")
    stage.answer("Escape")
    stage.press("restaurar")  # says that there is no backup
    stage.answer("Return")
    assert stage.path.read_bytes() == before
    assert backups(stage) == []
    assert len(stage.screen.titles()) == 1


def test_what_is_chosen_in_a_list_is_done(stage):
    stage.press("abrir-trimestre")
    stage.answer("Return")
    stage.screen.wait(BOX)
    title = stage.frame.Controller.Model.Sheets.getByName("POI").getCellRangeByName("A1").String
    stage.answer("Return")
    assert "II° TRIMESTRE" in title
    assert len(backups(stage)) == 1
