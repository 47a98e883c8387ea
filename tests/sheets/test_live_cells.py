"""Cells with our functions in the workbook we build: formulas, stored answers, hidden sheets."""

import re
import zipfile
from dataclasses import replace
from io import BytesIO

import numpy as np
import openpyxl
import pytest

from poi_xl.core.accumulation import Accumulation
from poi_xl.core.hierarchy import Dependence, hierarchy_of
from poi_xl.core.plan import Plan
from poi_xl.core.settings import Settings
from poi_xl.core.trafficlight import PRESETS, Band, Flag, Preset
from poi_xl.functions import BY_NAME, FUNCTIONS, HELP_LETTERS, Context
from poi_xl.reading.workbook import read_workbook
from poi_xl.sheets.base import base_bytes
from poi_xl.sheets.live import Call, Input, call, known_flags, one

SETTINGS = Settings(institution="SAT", quarter=1)
NOTHING = [np.nan] * 12


def plan(**changes):
    """Four activities: on target, critical, not planned in the quarter, not reported."""
    later = [0.0, 0, 0, *[1.0] * 9]
    parts: dict[str, object] = {
        "organ": ("ÓRGANO A", "ÓRGANO A", "ÓRGANO B", "ÓRGANO B"),
        "activity": ("UNO", "DOS", "TRES", "CUATRO"),
        "budget_activity": ("M",) * 4,
        "measure_unit": ("ACCIONES",) * 4,
        "target": np.array([12.0, 12, 9, 12]),
        "planned": np.array([[1.0] * 12, [1.0] * 12, later, [1.0] * 12]),
        "executed": np.array(
            [[1.0, 1, 1, *NOTHING[3:]], [1.0, 0, 0, *NOTHING[3:]], NOTHING, NOTHING]
        ),
    }
    return Plan(**(parts | changes))  # type: ignore[arg-type]


def books(a_plan, settings=SETTINGS):
    """Return the workbook twice: formulas, and stored results."""
    data = base_bytes(a_plan, settings, live=True)
    return (
        openpyxl.load_workbook(BytesIO(data)),
        openpyxl.load_workbook(BytesIO(data), data_only=True),
    )


def pair(book):
    """Return what AVANCE and SEMÁFORO hold, row by row, and in TOTAL."""
    sheet = book["POI"]
    column = next(c.column for c in sheet[4] if c.value == "AVANCE")
    assert sheet.cell(4, column + 1).value == "SEMÁFORO"
    rows = [*range(6, sheet.max_row - 1), sheet.max_row]
    return [(sheet.cell(r, column).value, sheet.cell(r, column + 1).value) for r in rows]


# --- AVANCE and SEMÁFORO --------------------------------------------------------------------------


def test_each_activity_has_its_stored_ratio_and_state():
    _, stored = books(plan())
    assert pair(stored) == [
        (1, "En meta"),
        (pytest.approx(1 / 3), "Crítico"),
        ("—", "No programado"),
        (0, "Sin reporte"),
        (pytest.approx(4 / 9), "Crítico"),
    ]


def test_the_formulas_name_organ_activity_and_the_heading_of_the_pair():
    formulas, _ = books(plan())
    first, *_, total = pair(formulas)
    sheet = formulas["POI"]
    heading = next(c for c in sheet[4] if c.value == "I TRIM")
    period = f"{heading.column_letter}$4"
    prog = heading.column_letter
    assert first == (
        f'=IF({prog}6>0,POI_AVANCE($A6,{period},$B6),"—")',
        f"=POI_SEMAFORO($A6,{period},$B6)",
    )
    assert total == (
        f'=IF({prog}11>0,POI_AVANCE("*",{period}),"—")',
        f'=POI_SEMAFORO("*",{period})',
    )


def test_the_codes_of_a_plan_move_the_names_to_the_right():
    formulas, _ = books(plan(code=("1", "2", "3", "4")))
    assert "($B6," in pair(formulas)[0][1]
    assert pair(formulas)[0][1].endswith("$C6)")


@pytest.mark.parametrize(
    "activity", [("UNO", "Uno ", "TRES", "CUATRO"), ("", "*", "TRES", "CUATRO")]
)
def test_an_activity_that_its_names_do_not_single_out_answers_for_its_own_row(activity):
    formulas, stored = books(plan(activity=activity))
    assert pair(stored)[:2] == [(1, "En meta"), (pytest.approx(1 / 3), "Crítico")]
    progress, light = pair(formulas)[1]
    assert "POI_AVANCE" not in progress
    assert "POI_CALIFICAR" in light
    assert "POI_AVANCE" in pair(formulas)[2][0]


def test_states_outside_the_ratio_of_a_row_that_shares_its_name():
    _, stored = books(plan(organ=("A",) * 4, activity=("UNO",) * 4))
    assert [light for _, light in pair(stored)[:4]] == [
        "En meta", "Crítico", "No programado", "Sin reporte",
    ]  # fmt: skip


def test_they_are_outside_the_plans_name_and_inside_what_prints():
    formulas, _ = books(plan())
    sheet = formulas["POI"]
    progress = next(c for c in sheet[4] if c.value == "AVANCE")
    last = sheet.cell(1, progress.column - 1).column_letter
    assert formulas.defined_names["POI_DATOS"].attr_text == f"POI!$A$4:${last}$10"
    light = sheet.cell(1, progress.column + 1).column_letter
    assert sheet.print_area == f"'POI'!$A$1:${light}$11"


def test_every_state_of_every_traffic_light_is_coloured_with_its_sign():
    formulas, _ = books(plan())
    column = formulas["POI"].cell(
        4, next(c.column for c in formulas["POI"][4] if c.value == "SEMÁFORO")
    )
    rules = formulas["POI"].conditional_formatting[
        f"{column.column_letter}6:{column.column_letter}11"
    ]
    seen = {rule.formula[0]: rule.dxf for rule in rules}
    words = {flag.word for preset in PRESETS.values() for flag in preset.flags}
    assert set(seen) == {f'"{word}"' for word in words}
    assert seen['"Crítico"'].fill.bgColor.rgb == "FFF2420D"
    assert seen['"Crítico"'].numFmt.formatCode == '"▼ "@'


def test_of_two_states_with_one_word_the_traffic_light_in_use_counts():
    own = Preset("Mío", (Band(Flag("Crítico", "#123456", "x")),))
    flags = known_flags(Settings(preset=own, presets=PRESETS | {"Mío": own}))
    assert next(flag.colour for flag in flags if flag.word == "Crítico") == "#123456"


# --- Tablero --------------------------------------------------------------------------------------


def test_the_dashboard_has_figures_of_the_institution_in_the_current_quarter():
    formulas, stored = books(plan())
    sheet = stored["Tablero"]
    assert [c.value for c in sheet[8][:7]] == [
        "Semáforo", "Meta", "Programado", "Ejecutado", "Brecha", "Avance", "Avance de meta",
    ]  # fmt: skip
    assert [c.value for c in sheet[9][:7]] == [
        "Crítico", 45, 9, 4, -5, pytest.approx(4 / 9), pytest.approx(4 / 45),
    ]  # fmt: skip
    assert formulas["Tablero"]["F9"].value == "=POI_AVANCE($B$4,$B$5)"
    assert (sheet["B4"].value, sheet["B5"].value) == ("*", "I TRIM")
    assert sheet["A7"].value == "Toda la institución · I TRIM"


def test_the_dashboard_follows_modes_and_offers_what_organs_depend_on():
    hierarchy, _ = hierarchy_of([Dependence("ÓRGANO B", "Alta dirección")])
    _, stored = books(
        plan(accumulation=(Accumulation.MEAN,) * 4), replace(SETTINGS, hierarchy=hierarchy)
    )
    sheet = stored["Tablero"]
    assert [c.value for c in sheet[9][1:4]] == [45, 3, 1.333333]
    assert sheet["D9"].number_format == "#,##0.00;-#,##0.00;0"
    assert [c.value for c in sheet[17]][:4] == ["Ejecutado acumulado", 2, 1.5, 1.333333]
    assert [c.value for c in stored["Tablero"]["O"][1:5]] == [
        "*", "ÓRGANO A", "ÓRGANO B", "Alta dirección",
    ]  # fmt: skip
    first = pair(stored)[1]
    assert first == (pytest.approx(0.333333), "Crítico")


def test_months_that_nobody_reported_are_no_zero():
    _, stored = books(plan())
    sheet = stored["Tablero"]
    assert [c.value for c in sheet[13]][:4] == ["Programado", 3, 3, 3]
    assert [c.value for c in sheet[14]][:6] == ["Ejecutado", 2, 1, 1, "#N/A", "#N/A"]
    assert [c.value for c in sheet[17]][:5] == ["Ejecutado acumulado", 2, 3, 4, "#N/A"]


def test_the_chart_shows_no_zero_for_them_either():
    data = base_bytes(plan(), SETTINGS, live=True)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        chart = archive.read("xl/charts/chart1.xml").decode()
    series = re.findall(r"<c:ser>.*?</c:ser>", chart)
    executed = next(each for each in series if "$B$14:$M$14" in each)
    values = executed.partition("<c:numCache>")[2]
    assert re.findall(r'<c:pt idx="(\d+)">', values) == ["0", "1", "2"]


def test_the_drop_downs_offer_organs_and_periods_and_let_others_pass():
    formulas, stored = books(plan())
    checks = {str(each.sqref): each for each in formulas["Tablero"].data_validations.dataValidation}
    assert checks["B4"].formula1 == "$O$2:$O$4"
    assert [c.value for c in stored["Tablero"]["O"][1:4]] == ["*", "ÓRGANO A", "ÓRGANO B"]
    assert formulas["Tablero"].column_dimensions["O"].hidden
    periods = checks["B5"].formula1.strip('"').split(",")
    assert {each.errorStyle for each in checks.values()} == {"warning"}
    for each in periods:
        assert isinstance(
            call(Context(plan(), SETTINGS), "POI_PERIODO", Input("", each)).answer, str
        )


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda each: each.name)
def test_the_legend_has_the_limits_of_the_traffic_light_in_use(preset):
    _, stored = books(plan(), Settings(quarter=1, preset=preset))
    sheet = stored["Tablero"]
    top = next(c.row for c in sheet["A"] if c.value == "Semáforo en uso")
    found = [(sheet.cell(r, 1).value, sheet.cell(r, 2).value) for r in range(top, top + 7)]
    bands = [(band.flag.word, preset.band_text(i)) for i, band in enumerate(preset.bands)]
    blank = [(None, None)] * (6 - len(bands))
    assert found == [("Semáforo en uso", preset.name), *bands, *blank]


# --- hidden sheets, and the whole -----------------------------------------------------------------


def test_the_sheets_are_in_order_and_the_last_two_hidden():
    formulas, _ = books(plan())
    assert formulas.sheetnames == [
        "POI",
        "Tablero",
        "Configuración",
        "xlwings.conf",
        "_IntelliSense_",
    ]
    assert [sheet.sheet_state for sheet in formulas] == ["visible"] * 3 + ["hidden"] * 2


def test_nothing_that_depends_on_the_machine_is_settled_in_the_workbook():
    formulas, _ = books(plan())
    entries = {key.value: value.value for key, value in formulas["xlwings.conf"].iter_rows()}
    assert entries == {"UDF MODULES": "poi_xl.hosts.excel", "ADD_WORKBOOK_TO_PYTHONPATH": "false"}


def test_every_function_and_argument_has_its_help_where_excel_dna_reads_it():
    formulas, _ = books(plan())
    head, *rows = formulas["_IntelliSense_"].iter_rows(values_only=True)
    assert head[0] == "FunctionInfo"
    assert [row[0] for row in rows] == [each.name for each in FUNCTIONS]
    for row in rows:
        function = BY_NAME[row[0]]
        texts = [text for each in function.arguments for text in (each.name, each.help)]
        assert row[1:3] == (function.help, None)
        assert list(row[3 : 3 + len(texts)]) == texts
        assert not any(row[3 + len(texts) :])
        assert all(len(text) <= HELP_LETTERS for text in row if text)


def test_a_workbook_without_macros_has_no_cell_with_our_functions():
    data = base_bytes(plan(), SETTINGS)
    assert openpyxl.load_workbook(BytesIO(data)).sheetnames == ["POI", "Configuración"]
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert not [n for n in archive.namelist() if b"POI_AVANCE" in archive.read(n)]


def test_the_plan_is_read_back_as_if_the_live_cells_were_not_there(tmp_path):
    for name, live in (("con.xlsx", True), ("sin.xlsx", False)):
        (tmp_path / name).write_bytes(base_bytes(plan(), SETTINGS, live=live))
    with_, without = (read_workbook(tmp_path / name) for name in ("con.xlsx", "sin.xlsx"))
    assert with_.plan
    assert without.plan
    assert (with_.plan.digest, with_.plan.layout) == (without.plan.digest, without.plan.layout)
    assert with_.problems == without.problems


def test_excel_has_nothing_to_compute_on_opening():
    data = base_bytes(plan(), SETTINGS, live=True)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        workbook = archive.read("xl/workbook.xml").decode()
        sheets = [archive.read(n).decode() for n in archive.namelist() if "/worksheets/" in n]
    assert '<calcPr calcId="191029"/>' in workbook
    # A cell marked so would be computed at once, and each of ours would call Python.
    assert not [each for each in sheets if re.search(r'<f[^>]* ca="', each)]


def test_the_same_plan_gives_the_same_bytes():
    assert base_bytes(plan(), SETTINGS, live=True) == base_bytes(plan(), SETTINGS, live=True)


def test_a_plan_without_activities_still_is_a_workbook():
    empty = Plan((), (), (), (), np.zeros(0), np.zeros((0, 12)), np.zeros((0, 12)))
    _, stored = books(empty)
    assert pair(stored)[-1] == ("—", "No programado")


def test_a_table_is_no_answer_of_one_cell():
    found = call(Context(plan(), SETTINGS), "POI_SERIE", Input('"*"', "*"))
    with pytest.raises(TypeError):
        one(Call(found.text, found.answer))
