"""The public API, as somebody's own script uses it."""

import datetime as dt
import shutil

import poi_xl
from tools.pictures import WORKBOOK

NOW = dt.datetime(2021, 5, 3, 17, 0)  # noqa: DTZ001


def test_a_path_may_be_text(tmp_path):
    book = str(shutil.copyfile(WORKBOOK, tmp_path / "plan.xlsm"))
    out = str(tmp_path / "otro.xlsm")
    assert poi_xl.calculate(book).total.progress[0] == 1494 / 1543
    assert poi_xl.read_workbook(book).plan is not None
    assert poi_xl.review(book).problems == ()
    assert poi_xl.update(book, now=NOW, out=out, preset="B").target == tmp_path / "otro.xlsm"
