"""A year of quarters through the file: opened, reported, corrected, gone back to."""

import datetime as dt
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from poi_xl.commands.load import load
from poi_xl.commands.open_quarter import open_quarter
from poi_xl.commands.plan_edits import executed_edits
from poi_xl.commands.update import update
from poi_xl.core.problems import Refusal
from poi_xl.core.settings import Settings
from poi_xl.package.cell_edits import with_edits
from poi_xl.package.parts import Package
from poi_xl.sheets.base import base_bytes
from tests.commands.test_update import Accepting
from tests.core.plans import plans
from tests.hand import type_in
from tests.oracles import audit, validate_dotnet

NOW = dt.datetime(2021, 4, 20, 9, 30)  # noqa: DTZ001
LATER = dt.datetime(2021, 7, 20, 9, 30)  # noqa: DTZ001
YES = Accepting("POI-E120")
PLAN_PART = "xl/worksheets/sheet1.xml"
EXECUTED = {month: get_column_letter(17 + month) for month in range(1, 13)}
OUR_SHEETS = {f"xl/worksheets/sheet{n}.xml" for n in range(6, 15)}


def codes(action):
    with pytest.raises(Refusal) as refused:
        action()
    return [(each.code, each.place) for each in refused.value.problems]


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def hidden(path, sheet="POI"):
    """Return the letters of the hidden executed columns."""
    shapes = load_workbook(path)[sheet].column_dimensions
    dark = set()
    for shape in shapes.values():
        if shape.hidden:
            dark |= {
                get_column_letter(n) for n in range(int(shape.min or 0), int(shape.max or 0) + 1)
            }
    return [letter for letter in EXECUTED.values() if letter in dark]


def report(path, quarter, seed=0):
    """Type executed figures of a quarter into the plan, as units report them; return them."""
    package, loaded = Package.open(path), load(path)
    rng = np.random.default_rng(seed + quarter)
    figures = {
        (activity, month): float(rng.integers(0, 12))
        for activity in range(len(loaded.plan))
        for month in range(3 * quarter - 2, 3 * quarter + 1)
    }
    out = path.with_suffix(".nuevo")
    with_edits(package, executed_edits(package, loaded, figures), out)
    out.replace(path)
    return figures


# --- the shipped workbook -------------------------------------------------------------------------


def test_the_second_quarter_takes_the_place_of_the_first(book):
    answer = open_quarter(book, 2, now=NOW)
    assert answer.update.written
    assert answer.shown == "U, V, W"
    sheet: Any = load_workbook(book)["POI"]
    assert sheet["A1"].value == "PLAN OPERATIVO INSTITUCIONAL 2021 - II° TRIMESTRE"
    assert sheet["AD4"].value == "II TRIM"
    assert (sheet["AD6"].value, sheet["AE6"].value) == ("=SUM(I6:K6)", "=SUM(U6:W6)")
    assert sheet["AD85"].value == "=SUM(AD6:AD84)"
    assert "II TRIMESTRE" in sheet.oddFooter.left.text
    assert hidden(book) == [EXECUTED[month] for month in range(7, 13)]
    assert load_workbook(book)["Configuración"]["B6"].value == 2
    loaded = load(book)
    assert (loaded.quarter, loaded.plan.title_quarter) == (2, 2)
    shown = load_workbook(book, data_only=True)
    assert (shown["POI"]["AD85"].value, shown["POI"]["AE85"].value) == (1608, 0)
    assert shown["POI"]["AG85"].value == "Sin reporte"
    assert "II TRIMESTRE" in shown["Resumen"]["A1"].value


def test_everything_that_is_not_ours_stays_byte_for_byte(book):
    before = members(book)
    open_quarter(book, 2, now=NOW)
    after = members(book)
    touched = {
        PLAN_PART, "xl/worksheets/sheet3.xml", "xl/workbook.xml", "xl/styles.xml",
        "[Content_Types].xml", "xl/_rels/workbook.xml.rels",
    }  # fmt: skip
    changed = {name for name, data in before.items() if after.get(name) != data}
    ours = {n for n in changed if n in OUR_SHEETS or n.startswith(("xl/drawings", "xl/charts"))}
    ours |= {n for n in changed if n.startswith(("xl/tables", "xl/worksheets/_rels"))}
    assert changed - touched - ours == set()
    assert after["xl/vbaProject.bin"] == before["xl/vbaProject.bin"]
    assert after["xl/worksheets/sheet2.xml"] == before["xl/worksheets/sheet2.xml"]  # Tablero
    assert after["xl/sharedStrings.xml"] == before["xl/sharedStrings.xml"]


def test_going_back_leaves_the_plan_sheet_as_it_was_to_the_byte(book):
    before = members(book)
    open_quarter(book, 2, now=NOW)
    answer = open_quarter(book, 1, now=LATER)
    assert answer.hidden == "U, V, W"
    after = members(book)
    assert after[PLAN_PART] == before[PLAN_PART]
    assert load(book).quarter == 1


def test_opening_the_open_quarter_changes_nothing(book):
    before = book.read_bytes()
    assert not open_quarter(book, 1, now=NOW).update.written
    assert book.read_bytes() == before


def test_simulating_shows_every_cell_and_writes_nothing(book):
    before = book.read_bytes()
    answer = open_quarter(book, 2, now=NOW, simulate=True)
    assert book.read_bytes() == before
    assert not (book.parent / ".poi-respaldo").exists()
    told = {(each.sheet, each.cell): (each.before, each.after) for each in answer.cells}
    assert told["POI", "AD4"] == ("I TRIM", "II TRIM")
    assert told["POI", "AE6"] == ("=SUM(R6:T6) → 3", "=SUM(U6:W6) → 0")
    assert told["POI", "AF6"] == (1.0, 0.0)
    assert told["Configuración", "B6"] == (1.0, 2.0)
    assert answer.update.cells_changed > 0


def test_no_quarter_is_skipped(book):
    before = book.read_bytes()
    assert codes(lambda: open_quarter(book, 3, now=NOW)) == [("POI-E121", "")]
    assert book.read_bytes() == before


def test_activities_without_report_must_be_accepted(book):
    open_quarter(book, 2, now=NOW)
    before = book.read_bytes()
    assert codes(lambda: open_quarter(book, 3, now=LATER)) == [("POI-E120", "POI")]
    assert book.read_bytes() == before
    assert open_quarter(book, 3, now=LATER, host=YES).update.written


def test_figures_of_a_later_quarter_stay_in_hidden_columns_when_going_back(book):
    open_quarter(book, 2, now=NOW)
    figures = report(book, 2)
    answer = open_quarter(book, 1, now=LATER)
    assert [each.code for each in answer.problems] == ["POI-N120"]
    assert "ABR, MAY, JUN" in answer.problems[0].message
    assert load(book).plan.executed[0, 3] == figures[0, 4]
    open_quarter(book, 2, now=LATER)
    assert load(book).plan.executed[0, 3] == figures[0, 4]
    assert EXECUTED[4] not in hidden(book)


def test_only_what_was_shown_is_hidden_again(book):
    package = Package.open(book)
    shown = b'max="29" width="5.42578125"'
    data = package.read(PLAN_PART).replace(shown + b' hidden="1"', shown)
    package.write(book.with_suffix(".x"), {PLAN_PART: data})
    book.with_suffix(".x").replace(book)
    assert hidden(book) == []
    assert open_quarter(book, 2, now=NOW).shown == ""
    assert open_quarter(book, 1, now=NOW).hidden == ""
    assert hidden(book) == []


def test_a_closed_quarter_that_is_corrected_is_told_with_its_organ(book):
    open_quarter(book, 2, now=NOW)
    closing = load_workbook(book)["Cierres"]
    assert [cell.value for cell in closing[5]][:8] == [
        "I TRIM", "2021-04-20", "INSTITUCIÓN", 78, 1543, 1494, closing["G5"].value, "En meta",
    ]  # fmt: skip
    assert closing.max_row == 4 + 1 + 24
    assert not [p for p in load(book).problems if p.code == "POI-A120"]
    type_in(book, "POI", {"R6": 11.0})
    (found,) = [p for p in load(book).problems if p.code == "POI-A120"]
    assert "lo ejecutado era 1,494 de 1,543, y ahora es 1,504 de 1,543" in found.message
    assert found.message.endswith(f"Cambió en: {load(book).plan.organ[0]}.")
    update(book, now=LATER)
    band = [c.value for c in load_workbook(book)["Resumen"][6] if c.value is not None]
    assert band[:3] == [1543, 1494, -49]  # as closed, not 1504
    assert load_workbook(book)["Resumen"]["A6"].number_format.startswith('"I TRIM al cierre: "')
    told = [row[0].value for row in load_workbook(book)["Observaciones"].iter_rows()]
    assert "POI-A120" in told


# --- institutions' own sheets ---------------------------------------------------------------------


def test_a_pair_that_is_typed_is_explained_and_nothing_is_written(book):
    type_in(book, "POI", {"AE7": 5.0, "AE9": 5.0})
    before = book.read_bytes()
    assert codes(lambda: open_quarter(book, 2, now=NOW)) == [("POI-E124", "POI!AE7")]
    assert book.read_bytes() == before


def test_a_sum_of_other_cells_is_not_taken_for_the_quarter(book):
    type_in(book, "POI", {"AE7": "=SUM(R7:S7)", "AD8": "=F8+G8+H8"})
    assert codes(lambda: open_quarter(book, 2, now=NOW)) == [("POI-E124", "POI!AE7")]


def test_other_spellings_of_the_sum_move_too(book):
    type_in(book, "POI", {"AD8": "=F8+G8+$H8", "AE8": "=SUM(R8,S8,T8)", "AE85": "=SUM(R85:T85)"})
    open_quarter(book, 2, now=NOW)
    sheet = load_workbook(book)["POI"]
    assert sheet["AD8"].value == "=I8+J8+$K8"
    assert sheet["AE8"].value == "=SUM(U8,V8,W8)"
    assert sheet["AE85"].value == "=SUM(U85:W85)"


def test_months_without_column_are_explained(book):
    type_in(book, "POI", dict.fromkeys([f"{EXECUTED[month]}5" for month in (5, 6)], "OTRA"))
    assert codes(lambda: open_quarter(book, 2, now=NOW))[0][0] == "POI-E122"


def test_a_plan_without_pair_is_explained(book):
    type_in(book, "POI", {"AD4": "SALDO"})
    assert codes(lambda: open_quarter(book, 2, now=NOW)) == [("POI-E123", "POI!AC6")]


def test_a_quarter_that_a_formula_decides_is_explained(book):
    type_in(book, "Configuración", {"B6": "=1"})
    type_in(book, "Configuración", {"B6": "=0+1"})
    package = Package.open(book)
    part = "xl/worksheets/sheet3.xml"
    data = package.read(part).replace(b"<f>0+1</f><v>0</v>", b"<f>0+1</f><v>1</v>")
    package.write(book.with_suffix(".x"), {part: data})
    book.with_suffix(".x").replace(book)
    before = book.read_bytes()
    assert codes(lambda: open_quarter(book, 2, now=NOW)) == [("POI-E125", "POI_2021.xlsm")]
    assert book.read_bytes() == before


def test_titles_repeated_on_printed_pages_move_and_notes_stay(book):
    title = "PLAN OPERATIVO INSTITUCIONAL 2021 - I° TRIMESTRE"
    note = "En el I TRIM se reprogramó la actividad 5."
    type_in(book, "POI", {"A87": title, "AD88": "I TRIM", "A89": note})
    open_quarter(book, 2, now=NOW)
    sheet = load_workbook(book)["POI"]
    assert sheet["A87"].value == title.replace("I°", "II°")
    assert (sheet["AD88"].value, sheet["A89"].value) == ("II TRIM", note)


def test_somebody_writing_over_the_closings_is_noticed(book):
    open_quarter(book, 2, now=NOW)
    type_in(book, "Cierres", {"F5": 9.0})
    found = codes(lambda: open_quarter(book, 3, now=LATER, host=YES))
    assert ("POI-E13", "Cierres") in found


# --- any plan -------------------------------------------------------------------------------------


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plans, st.integers(1, 3), st.booleans())
def test_there_and_back_is_the_same_sheet_for_any_plan(tmp_path, plan, quarter, live):
    path = tmp_path / "POI.xlsx"
    facts = Settings(institution="SAT", year=2021, quarter=quarter, plan_sheet="POI")
    assume(any(name.strip() for name in plan.activity))
    path.write_bytes(base_bytes(replace(plan, year=2021), facts, live=live))
    # A row without the name of an activity is none: its figures are told of and left out.
    assume(all(map(str.strip, plan.activity)))
    before, digest = members(path)[PLAN_PART], load(path).plan.digest
    open_quarter(path, quarter + 1, now=NOW, host=YES)
    assert members(path)[PLAN_PART] != before
    stated = load(path).plan.stated.quarters["quarter_executed", quarter + 1]
    months = load(path).plan.executed[:, 3 * quarter : 3 * quarter + 3]
    assert np.allclose(np.nan_to_num(stated), np.nansum(months, axis=1))
    open_quarter(path, quarter, now=LATER, host=YES)
    assert members(path)[PLAN_PART] == before
    assert load(path).plan.digest == digest


# --- the file -------------------------------------------------------------------------------------


@pytest.mark.validator
def test_the_validators_find_nothing(book):
    open_quarter(book, 2, now=NOW)
    assert audit(book) == []
    assert validate_dotnet(book) == []


def test_a_copy_without_macros_and_summaries_opens_too(tmp_path, book):
    plain = tmp_path / "POI.xlsx"
    plan = load(book).plan
    plain.write_bytes(base_bytes(plan, Settings(year=2021, quarter=1, plan_sheet="POI")))
    copy = Path(shutil.copyfile(plain, tmp_path / "copia.xlsx"))
    open_quarter(copy, 2, now=NOW)
    assert load(copy).quarter == 2
