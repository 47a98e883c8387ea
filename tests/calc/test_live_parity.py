"""Parity, fourth leg: live LibreOffice through the add-in answers as our own code does."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from poi_xl.functions import FUNCTIONS
from poi_xl.hosts.calc.values import CODES
from poi_xl.package.oxt import extension
from tests.calc import office
from tests.native.cases import Cases, make
from tests.native.test_parity import CALLS, differences

pytestmark = [pytest.mark.office, pytest.mark.slow]
PLANS = int(os.environ.get("POI_XL_PARITY", "12"))
_STRING = 2  # com.sun.star.sheet.FormulaResult.STRING


@pytest.fixture(scope="module")
def calc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[office.Office]:
    """An office with the add-in."""
    folder = tmp_path_factory.mktemp("addin")
    path = folder / "poi_xl.oxt"
    path.write_bytes(extension(FUNCTIONS))
    with office.running(extensions=[path], environment=office.finding_us(folder)) as running:
        yield running


def values(calc: office.Office, path: Path) -> list[object]:
    """Return the values of the cases as the open document shows them."""
    document = calc.open(path)
    try:
        document.calculateAll()
        sheet = document.Sheets.getByName("Casos")
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        last = cursor.RangeAddress.EndRow
        return [value(sheet.getCellByPosition(0, row)) for row in range(last + 1)]
    finally:
        document.close(True)


def value(cell: Any) -> object:
    error = cell.getError()
    if error:
        names = {code: each.text for each, code in CODES.items()}
        return names.get(error, f"Err:{error}")
    return cell.String if cell.FormulaResultType2 == _STRING else cell.Value


@settings(max_examples=PLANS, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32 - 1))
def test_the_add_in_agrees(
    seed: int, calc: office.Office, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("parity")
    cases: Cases = make(seed, folder, 3 * CALLS)
    assert differences(cases, values(calc, cases.called(folder / "libro.xlsx"))) == []
