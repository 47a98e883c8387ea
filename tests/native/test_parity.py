"""Parity: our own code and two engines through the native formulas agree on every call."""

import os
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from poi_xl.core.accumulation import Accumulation
from poi_xl.core.indicators import GroupMethod
from poi_xl.core.period import MONTHS
from poi_xl.core.settings import Settings
from poi_xl.functions import BY_NAME, Context, Failure, answer
from poi_xl.reading.workbook import read_workbook
from tests import oracles
from tests.native.cases import Case, Cases, make, write_cell

# More with POI_XL_PARITY=200, say.
PLANS = int(os.environ.get("POI_XL_PARITY", "8"))
CALLS = 60


def formualizer(path: Path) -> list[object]:
    """Return the values of the cases as a second engine computes them."""
    values = oracles.formualizer_values(path)["Casos"]
    return [values[cell] for cell in sorted(values, key=lambda cell: int(cell[1:]))]


def libreoffice(path: Path) -> list[object]:
    """Return the values of the cases as LibreOffice computes them."""
    sheet = openpyxl.load_workbook(oracles.recalculate(path), data_only=True)["Casos"]
    return [row[0] for row in sheet.iter_rows(values_only=True)]


def differences(cases: Cases, values: list[object], digits: float = 0) -> list[str]:
    """Return every cell whose value is not the expected one.

    Args:
        cases: what is expected.
        values: what an engine shows.
        digits: what the engine's own file leaves out of a number.
    """
    # A mean is taken to its twelfth digit; all else is exact.
    allowed = max(digits, 0 if cases.context.settings.method is GroupMethod.SUMS else 2e-12)
    assert len(values) == len(cases.cases)
    return [
        f"Casos!A{row} ={case.formula}: {case.expected!r} is expected, not {value!r}"
        for row, (case, value) in enumerate(zip(cases.cases, values, strict=True), start=1)
        if not equal(case.expected, value, allowed)
    ]


def equal(expected: object, value: object, allowed: float) -> bool:
    if isinstance(expected, float) and isinstance(value, int | float):
        return abs(expected - value) <= allowed * max(1.0, abs(expected))
    return expected == value


@settings(max_examples=2 * PLANS, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32 - 1))
def test_a_second_engine_agrees(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("parity")
    cases = make(seed, folder, CALLS)
    assert differences(cases, formualizer(cases.translated(folder / "libro.xlsx"))) == []


@pytest.mark.office
@pytest.mark.slow
@settings(max_examples=PLANS, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32 - 1))
def test_libreoffice_agrees(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("parity")
    cases = make(seed, folder, 3 * CALLS)
    values = libreoffice(cases.translated(folder / "libro.xlsx"))
    assert differences(cases, values, digits=1e-14) == []  # LibreOffice writes fifteen


@settings(max_examples=PLANS // 2, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32 - 1))
def test_formulas_to_paste_agree_in_a_second_engine(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("parity")
    path = folder / "libro.xlsx"
    # This engine's LOWER takes the first cell of a range for all of them.
    cases = make(seed, folder, CALLS).pasted(path, without="LOWER(POI!")
    assert differences(cases, formualizer(path)) == []


@pytest.mark.office
@pytest.mark.slow
@settings(max_examples=PLANS // 2, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32 - 1))
def test_formulas_to_paste_agree_in_libreoffice(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("parity")
    path = folder / "libro.xlsx"
    cases = make(seed, folder, 3 * CALLS).pasted(path)
    assert differences(cases, libreoffice(path), digits=1e-14) == []


def test_months_apart_accumulate_as_one_run(tmp_path: Path) -> None:
    heads = [f"{kind} {month}" for kind in ("PROG", "EJEC") for month in MONTHS]
    head: list[float | str] = ["ACTIVIDAD", "META", *heads[:4], "NOTA", *heads[4:], "ACUMULACIÓN"]
    months: list[list[float | str]] = [
        [10, 20, "", 30, "x", *[""] * 8, 5, "", 4, 3, *[""] * 8],
        ["", "", "", "", "x", 7, *[""] * 7, 2, 1, *[""] * 10],
    ]
    rows: list[list[float | str]] = [
        [f"{mode} {number}", 9.0, *figures, mode]
        for mode in Accumulation
        for number, figures in enumerate(months)
    ]
    texts = {
        (row, column): cell
        for row, cells in enumerate([head, *rows], start=1)
        for column, cell in enumerate(cells, start=1)
        if cell != ""
    }
    path = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("POI")
        for (row, column), content in texts.items():
            write_cell(sheet, row, column, content)
    read = read_workbook(path)
    assert read.plan is not None
    context = Context(read.plan, Settings(quarter=2), read.problems)
    made = Cases(path, context, texts=texts, cells={"A1": "abr-jun", "A2": "acum"})
    for name in ("POI_PROGRAMADO", "POI_EJECUTADO", "POI_AVANCE"):
        for period in ("", '"ENE-JUN"', "Args!A1", "Args!A2", '"ABR"'):
            for activity in ("", *(f'"{row[0]}"' for row in rows)):
                given = {"Args!A1": "abr-jun", "Args!A2": "acum"}.get(period, period.strip('"'))
                found = answer(context, BY_NAME[name], [None, given, activity.strip('"')])
                expected = found.error.text if isinstance(found, Failure) else found
                made.cases.append(Case(f"{name}(,{period},{activity})", expected))
    assert differences(made, formualizer(made.translated(tmp_path / "libro.xlsx"))) == []


def test_the_harness_bites(tmp_path: Path) -> None:
    cases = make(7, tmp_path, CALLS)
    found = differences(
        cases, formualizer(cases.translated(tmp_path / "libro.xlsx", break_="POI_META"))
    )
    numbers = [c for c in cases.cases if c.formula.startswith("POI_META") and c.expected != "#N/A"]
    assert numbers
    assert found
    assert all("=POI_META" in text for text in found)
