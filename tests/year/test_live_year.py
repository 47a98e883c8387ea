"""Two quarters of the year played in an open document, by LibreOffice's own buttons.

The same forms go into a workbook through the command line: after each step both have the figures
that are summed by hand, and the same plan.
"""

import shutil
from pathlib import Path
from typing import Any

import pytest

from poi_xl.commands.import_forms import import_forms
from poi_xl.commands.load import load
from poi_xl.commands.open_quarter import open_quarter
from poi_xl.commands.update import update
from poi_xl.core.settings import Settings
from poi_xl.sheets.base import base_bytes
from tests.calc.conftest import desk
from tests.calc.menu import last
from tests.commands.test_forms import fill
from tests.core.plans import plan_of
from tests.year.driver import Row, Year

__all__ = ["desk"]  # a fixture

EXCEL = "Calc MS Excel 2007 XML"
ROWS = [
    Row("JEFATURA", "Dirigir", [1, 0, 3] * 4),
    Row("ESCUELA", "Capacitar", list(range(12))),
    Row("ESCUELA", "Evaluar", [0, 0, 12] * 4),
    Row("OFICINA & CÍA", "Asesorar", [7] * 12),
]


@pytest.fixture
def year(tmp_path):
    """A workbook before anybody reported."""
    plan = plan_of(
        *[(r.organ, r.activity, sum(r.planned), r.planned, []) for r in ROWS],
        year=2021,
        executed_months=frozenset(),
    )
    year = Year(tmp_path / "POI.xlsx", ROWS)
    year.book.write_bytes(base_bytes(plan, Settings("SAT", 2021, 1, plan_sheet="POI"), live=True))
    update(year.book, now=year.now)
    return year


def as_document(desk, path: Path) -> Path:
    """Return a workbook as an .ods."""
    document = desk.office.open(path)
    desk.office.save_as(document, out := path.with_suffix(".ods"), "calc8")
    document.close(True)
    return out


def check(year, desk, frame, twin):
    """Both have the figures summed by hand, and they are one plan."""
    live = year.book.with_name(f"vivo {year.quarter}.xlsx")
    desk.office.save_as(frame.Controller.Model, live, EXCEL)
    for path in (live, twin):
        year.book = path
        year.check_plan(path)
        year.check_summaries()
    one, other = load(live), load(twin)
    assert (one.plan.digest, one.quarter) == (other.plan.digest, other.quarter)


@pytest.mark.office
@pytest.mark.slow
def test_two_quarters_in_an_open_document(desk: Any, year, tmp_path):
    twin = Path(shutil.copyfile(year.book, tmp_path / "gemelo.xlsx"))
    with desk.opened(as_document(desk, year.book)) as frame:
        for quarter in (1, 2):
            year.book = twin
            forms = year.forms_out(tmp_path)
            for organ, path in forms.items():
                fill(path, year.amounts(organ))
            desk.answer(archivos=[*map(str, forms.values())], pregunta=1)
            assert "Se importaron 3 fichas" in last(desk.press(frame, "importar"))
            import_forms(twin, [*forms.values()], now=year.now)
            check(year, desk, frame, twin)
            if quarter == 1:
                year.close()
                desk.answer(elige=0, pregunta=1)
                assert "Está abierto el II TRIM" in last(desk.press(frame, "abrir-trimestre"))
                open_quarter(twin, 2, now=year.now)
                year.quarter = 2
                check(year, desk, frame, twin)
