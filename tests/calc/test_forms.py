"""Forms that LibreOffice fills in, saves and lays out on paper."""

import datetime as dt
import shutil
from dataclasses import replace

import numpy as np
import pytest

from poi_xl.commands.forms import make_forms
from poi_xl.commands.import_forms import import_forms
from poi_xl.commands.load import load
from poi_xl.core.problems import Refusal
from poi_xl.core.settings import Settings
from poi_xl.reading.forms import read_form
from poi_xl.sheets.base import base_bytes
from tests import oracles
from tests.calc.office import running
from tests.conftest import shipped_plan

pytestmark = [pytest.mark.office, pytest.mark.slow]

NOW = dt.datetime(2021, 4, 20, 9, 30)  # noqa: DTZ001
EXCEL = "Calc MS Excel 2007 XML"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Make the forms of the shipped plan before anybody reported."""
    plan = shipped_plan()
    folder = tmp_path_factory.mktemp("fichas")
    path = folder / "POI.xlsx"
    blank = replace(plan, executed=np.full_like(plan.executed, np.nan))
    path.write_bytes(base_bytes(blank, Settings("SAT de Lima", 2021, 1, plan_sheet="POI")))
    answer = make_forms(path, folder / "fichas", now=NOW)
    return plan, path, [each.placed.path for each in answer.files]


@pytest.fixture
def fresh(made, tmp_path):
    return shutil.copyfile(made[1], tmp_path / "POI.xlsx")


@pytest.fixture(scope="module")
def office():
    with running() as live:
        yield live


def fill(office, path, out, cells):
    """Open a form, type into its open cells, and save it as an .xlsx under another name."""
    document = office.open(path)
    sheet = document.Sheets.getByName("Ficha")
    for address, value in cells.items():
        cell = sheet.getCellRangeByName(address)
        if isinstance(value, str):
            cell.String = value
        else:
            cell.Value = value
    office.save_as(document, out, EXCEL)
    document.close(True)
    return out


def test_what_libreoffice_saves_is_imported_as_it_was_typed(office, made, fresh, tmp_path):
    plan, _, paths = made
    back = []
    for number, path in enumerate(paths):
        cells = {"C5": "Ana Pérez", "C6": float((dt.date(2021, 4, 5) - dt.date(1899, 12, 30)).days)}
        for row, each in enumerate(read_form(path).rows, start=10):
            activity = plan.keys.index(each.key)
            for column, value in zip("LMN", plan.executed[activity, :3], strict=True):
                if not np.isnan(value):
                    cells[f"{column}{row}"] = float(value)
        cells["P10"] = "=texto, no fórmula"
        back.append(fill(office, path, tmp_path / f"vuelta {number}.xlsx", cells))
    form = read_form(back[0])
    assert (form.filled_by, form.filled_on) == ("Ana Pérez", dt.date(2021, 4, 5))
    answer = import_forms(fresh, back[::-1], now=NOW)
    np.testing.assert_array_equal(load(fresh).plan.executed[:, :3], plan.executed[:, :3])
    assert not answer.standing.pending
    assert {note.after for note in answer.brought.notes} == {"=texto, no fórmula"}


def test_what_libreoffice_computed_or_moved_is_seen(office, made, fresh, tmp_path):
    path = made[2][5]
    document = office.open(path)
    sheet = document.Sheets.getByName("Ficha")
    sheet.unprotect("")
    sheet.getCellRangeByName("L10").Formula = "=1+1"
    sheet.getCellRangeByName("M10").String = "doce"
    sheet.Rows.insertByIndex(10, 1)
    sheet.getCellRangeByName("B11").String = "OTRA ACTIVIDAD"
    office.save_as(document, out := tmp_path / "mala.xlsx", EXCEL)
    document.close(True)
    with pytest.raises(Refusal) as refused:
        import_forms(fresh, [out], now=NOW)
    assert {(each.code, each.cell) for each in refused.value.problems} == {
        ("POI-E111", "L10"),
        ("POI-E110", "M10"),
        ("POI-E107", "B11"),
    }


def test_the_open_cells_are_the_only_ones_that_take_something(office, made):
    document = office.open(made[2][5])
    sheet = document.Sheets.getByName("Ficha")
    assert sheet.isProtected()
    locked = {
        cell: sheet.getCellRangeByName(cell).CellProtection.IsLocked
        for cell in ("B10", "E10", "F10", "I10", "R10", "L10", "O10", "Q12", "C5", "C6")
    }
    assert [cell for cell, is_locked in locked.items() if not is_locked] == [
        "L10", "O10", "Q12", "C5", "C6",
    ]  # fmt: skip
    rule = sheet.getCellRangeByName("L10").Validation
    assert (rule.Type.value, rule.Formula1) == ("WHOLE", "0")
    assert "cero o más" in rule.ErrorMessage
    document.close(True)


def test_a_form_is_one_page_wide(made, tmp_path):
    largest = max(made[2], key=lambda path: len(read_form(path).rows))
    assert len(oracles.render(largest, tmp_path)) <= 2


def test_the_new_sums_are_those_that_libreoffice_computes(made, fresh):
    from openpyxl import load_workbook

    plan, _, paths = made
    from tests.commands.test_forms import fill as fill_in

    rows = [plan.keys.index(each.key) for each in read_form(paths[5]).rows]
    out = fill_in(
        paths[5], [plan.executed[i, :3].tolist() for i in rows], out=fresh.with_name("una.xlsx")
    )
    import_forms(fresh, [out], now=NOW)
    ours, theirs = (
        load_workbook(path, data_only=True)["POI"] for path in (fresh, oracles.recalculate(fresh))
    )
    for row in ours.iter_rows(min_row=6, max_row=85, max_col=31):
        for cell in row:
            assert (cell.value or 0) == (theirs[cell.coordinate].value or 0), cell.coordinate
