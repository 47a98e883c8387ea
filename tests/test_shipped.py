"""The workbook that ships: made from the data, valid, and right according to other engines."""

import datetime as dt
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest

from poi_xl.commands.update import update
from tests.oracles import audit, formualizer_values, recalculate, validate_dotnet

SHIPPED = Path(__file__).resolve().parents[1] / "workbook" / "POI_2021.xlsm"


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def values(path):
    book = openpyxl.load_workbook(path, data_only=True)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def test_it_is_what_construir_makes_of_the_data(built):
    # Compared part by part: another zlib may pack the same bytes differently.
    assert members(SHIPPED) == members(built)
    assert list(members(SHIPPED)) == list(members(built))


def test_building_twice_gives_the_same_bytes(built, tmp_path):
    from poi_xl.commands.build import build
    from tests.conftest import DATA

    again = tmp_path / "POI_2021.xlsm"
    now = dt.datetime(2022, 2, 2, 2, 2)  # noqa: DTZ001
    build(DATA, again, institution="SAT de Lima", now=now)
    assert again.read_bytes() == built.read_bytes()


def test_make_run_leaves_it_as_it_is(tmp_path):
    copy = Path(shutil.copyfile(SHIPPED, tmp_path / SHIPPED.name))
    answer = update(copy, now=dt.datetime(2030, 1, 1))  # noqa: DTZ001
    assert not answer.written
    assert copy.read_bytes() == SHIPPED.read_bytes()


@pytest.mark.validator
def test_the_dot_net_validator_finds_nothing():
    assert validate_dotnet(SHIPPED) == []


def test_the_audit_finds_nothing():
    assert audit(SHIPPED) == []


@pytest.mark.office
def test_libreoffice_recalculates_every_cell_to_its_stored_value():
    stored, computed = values(SHIPPED), values(recalculate(SHIPPED))
    different = {
        place: (value, computed.get(place))
        for place, value in stored.items()
        if computed.get(place) != value and not close(computed.get(place), value)
    }
    assert different == {}


def test_a_second_engine_recalculates_the_sums_to_their_stored_values():
    formulas = openpyxl.load_workbook(SHIPPED)["POI"]
    stored = values(SHIPPED)
    computed = formualizer_values(SHIPPED)["POI"]
    checked = 0
    for row in formulas.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                assert computed[cell.coordinate] == stored["POI", cell.coordinate]
                checked += 1
    assert checked >= 2 * 78 + 18


def close(one, other):
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return numbers and one == pytest.approx(other, rel=1e-14)
