"""A year played through, from the first forms to the last copy of December."""

import datetime as dt
import zipfile
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from poi_xl.commands import verifying
from poi_xl.commands.load import load
from poi_xl.commands.update import update
from poi_xl.core.settings import Settings
from poi_xl.functions import CellError
from poi_xl.sheets.base import base_bytes
from tests.calc import office as offices
from tests.calc.addin import built_extension, shows
from tests.conftest import DATA
from tests.core.plans import plan_of
from tests.hand import type_in
from tests.year.driver import FIRST, Row, Year
from tests.year.faults import FAULTS
from tests.year.foreign import add_own_parts

NOW = dt.datetime(2021, 1, 4, 9, 30)  # noqa: DTZ001
MACROS, EXCEL = "Calc MS Excel 2007 VBA XML", "Calc MS Excel 2007 XML"


def seed() -> list[Row]:
    """The activities of the data that ship, read here and nowhere else."""
    lines = [line.split("\t") for line in DATA.read_text(encoding="utf-8").splitlines()]
    plan = [line for line in lines if len(line) > 20 and line[4].replace(",", "").isdigit()]
    rows = [Row(line[0], line[1], [int(x or 0) for x in line[5:17]]) for line in plan]
    return [row for row in rows if row.organ != "TOTAL"]


# --- the shipped plan -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    extension = built_extension(folder)
    with offices.running(extensions=[extension], environment=offices.finding_us(folder)) as live:
        yield live


def fill_in_libreoffice(office, path, amounts):
    """Fill a form in as a unit with LibreOffice does."""
    document = office.open(path)
    sheet = document.Sheets.getByName("Ficha")
    sheet.getCellRangeByName("C5").String = "Ana Pérez"
    for row, months in enumerate(amounts, start=10):
        for column, amount in zip("LMN", months, strict=True):
            sheet.getCellRangeByName(f"{column}{row}").Value = amount
    saved = path.with_suffix(".vuelta")
    office.save_as(document, saved, EXCEL)
    document.close(True)
    saved.replace(path)


def check_live(office, path):
    """LibreOffice, with our functions in it, computes every formula to what the file says."""
    stored: Any = load_workbook(path, data_only=True)
    formulas: Any = load_workbook(path)
    document = office.open(path)
    document.calculateAll()
    for name in ("POI", "Tablero"):
        sheet = document.Sheets.getByName(name)
        cells = (c for row in formulas[name].iter_rows() for c in row if c.data_type == "f")
        for cell in cells:
            live = shows(sheet.getCellByPosition(cell.column - 1, cell.row - 1))
            live = live.text if isinstance(live, CellError) else live
            wanted = stored[name][cell.coordinate].value
            same = live == wanted or (wanted is None and live == "")
            assert same or live == pytest.approx(wanted, rel=1e-12), (name, cell.coordinate)
    document.close(True)


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.office
@pytest.mark.slow
def test_the_year_of_the_shipped_plan(book, office, tmp_path):
    year = Year(book, seed())
    blank: dict[str, object] = {
        f"{column}{FIRST + i}": None for i in range(len(year.rows)) for column in "RST"
    }
    type_in(book, "POI", blank)
    foreign = add_own_parts(book)
    before = members(book)
    update(book, now=NOW)
    in_office = {year.organs[3]: partial(fill_in_libreoffice, office)}
    for quarter in range(1, 5):
        forms = year.forms_out(tmp_path)
        year.spoil(forms, FAULTS, tmp_path / f"con faltas {quarter}")
        year.report(forms, in_office)
        year.check_plan(book)
        year.check_summaries()
        year.check_plan(year.copy(tmp_path))
        check_live(office, book)
        if quarter < 4:
            year.next_quarter()
    assert [each.code for each in load(book).problems if each.code == "POI-A120"] == []
    after = members(book)
    assert {"xl/vbaProject.bin", "xl/media/image_propio.png"} <= foreign
    assert {name for name in foreign if after.get(name) != before[name]} == set()


# --- any plan -------------------------------------------------------------------------------------

amounts = st.lists(st.integers(0, 40), min_size=12, max_size=12)
some_rows = st.lists(
    st.tuples(st.sampled_from(["JEFATURA", "ESCUELA", "OFICINA & CÍA"]), amounts),
    min_size=2, max_size=6,
).filter(lambda rows: len({organ for organ, _ in rows}) > 1)  # fmt: skip


@pytest.mark.slow
@settings(
    max_examples=2,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(some_rows)
def test_the_year_of_any_plan(tmp_path_factory, some):
    folder = tmp_path_factory.mktemp("year")
    some = sorted(some)
    rows = [Row(organ, f"TAREA {i}", months) for i, (organ, months) in enumerate(some)]
    plan = plan_of(
        *[(r.organ, r.activity, sum(r.planned), r.planned, []) for r in rows],
        year=2021,
        executed_months=frozenset(),
    )
    year = Year(folder / "POI.xlsx", rows)
    year.book.write_bytes(base_bytes(plan, Settings("SAT", 2021, 1, plan_sheet="POI"), live=True))
    update(year.book, now=NOW)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verifying, "find_office", lambda _: None)
        for quarter in range(1, 5):
            forms = year.forms_out(folder)
            fault = FAULTS[(len(rows) + quarter) % len(FAULTS)]
            if fault.rows == 1:
                year.spoil(forms, [fault], folder / f"con faltas {quarter}")
            year.report(forms, {})
            year.check_plan(year.book)
            year.check_summaries()
            year.check_plan(year.copy(folder))
            if quarter < 4:
                year.next_quarter()
