"""The parts of a rendering: nothing in them that a host could not adopt sheet by sheet."""

import datetime as dt
import re
import zipfile
from dataclasses import replace

import pytest
from lxml import etree

from poi_xl.core.notes import Formula, TypedNote
from poi_xl.core.problems import problem
from poi_xl.core.settings import Settings
from poi_xl.core.summaries import Report, build_report
from poi_xl.core.trafficlight import PRESETS
from poi_xl.sheets.report import KEYS, LAYOUT_VERSION, Rendering, render
from tests import oracles
from tests.core.plans import plan_of

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
X14 = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
XM = "{http://schemas.microsoft.com/office/excel/2006/main}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
# Names that need quoting, and what must be escaped in XML.
NAMES = {**KEYS, "resumen": "El 'Resumen' & +", "organos": "=A1!x".replace("!", " "), "mef": "2021"}
PLAN_SHEET = "POI d'Or & Cía"

# Columns as the institution prints them, so that links have somewhere to lead.
PLAN = plan_of(
    ("JEFATURA", "Dirigir", 40, [4, 3, 3, 5], [4, 3, 3]),
    ("ESCUELA", "Enseñar", 30, [4, 3, 3, 5], [4, 0, 1]),
    ("ESCUELA", "Evaluar", 12, [0, 0, 0, 6], []),
    year=2021,
)
PLAN = replace(PLAN, layout=replace(PLAN.layout, sheet=PLAN_SHEET))


def report(**settings) -> Report:
    notes = [
        TypedNote(PLAN.keys[1], "", "", ("", Formula("=1+1"), "", "", dt.date(2021, 5, 3))),
        TypedNote(PLAN.keys[0], "JEFATURA", "Dirigir", ("", "x", "", "", "")),
    ]
    return build_report(
        PLAN,
        Settings(institution="SAT", **settings),
        problems=[problem("POI-E23", PLAN_SHEET, "F6", value=-3)],
        today=dt.date(2021, 4, 20),
        version="1",
        notes=notes,
    )


@pytest.fixture(scope="module")
def rendering(tmp_path_factory) -> Rendering:
    return render(report(), NAMES, tmp_path_factory.mktemp("parts") / "drawn.xlsx")


@pytest.fixture(scope="module")
def parts(rendering) -> dict[str, etree._Element]:
    with zipfile.ZipFile(rendering.path) as book:
        names = [n for n in book.namelist() if n.endswith((".xml", ".rels"))]
        return {name: etree.fromstring(book.read(name)) for name in names}


def sheet_part(index: int) -> str:
    return f"xl/worksheets/sheet{index}.xml"


def sheets(parts) -> dict[str, etree._Element]:
    return {name: parts[sheet_part(i)] for i, name in enumerate(NAMES.values(), start=1)}


def targets(parts, part: str) -> list[str]:
    folder, _, file = part.rpartition("/")
    relations = parts.get(f"{folder}/_rels/{file}.rels")
    found = [] if relations is None else [each.get("Target") for each in relations]
    return [f"xl/{target.removeprefix('../')}" for target in found if target.startswith("../")]


def test_only_parts_that_a_host_can_adopt_are_there(rendering):
    with zipfile.ZipFile(rendering.path) as book:
        kinds = {re.sub(r"\d+", "#", name) for name in book.namelist()}
    assert kinds == {
        "[Content_Types].xml", "_rels/.rels", "docProps/app.xml", "docProps/core.xml",
        "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/sharedStrings.xml",
        "xl/theme/theme#.xml", "xl/worksheets/sheet#.xml", "xl/worksheets/_rels/sheet#.xml.rels",
        "xl/tables/table#.xml", "xl/drawings/drawing#.xml", "xl/drawings/_rels/drawing#.xml.rels",
        "xl/charts/chart#.xml",
    }  # fmt: skip


def test_there_are_no_workbook_wide_names(parts):
    names = list(parts["xl/workbook.xml"].iter(f"{MAIN}definedName"))
    assert names
    assert all(name.get("localSheetId") is not None for name in names)
    allowed = {"_xlnm.Print_Titles", "_xlnm.Print_Area", "_xlnm._FilterDatabase"}
    assert {name.get("name") for name in names} <= allowed


def test_no_rule_or_validation_refers_to_another_sheet(parts):
    formulas = [
        element.text or ""
        for sheet in sheets(parts).values()
        for tag in (f"{MAIN}formula", f"{MAIN}formula1", f"{MAIN}formula2", f"{XM}f")
        for element in sheet.iter(tag)
    ]
    assert len(formulas) > 10
    assert not any("!" in formula for formula in formulas)


def test_no_cell_has_a_formula_but_the_typed_one(parts, rendering):
    found = [
        (name, cell.get("r"), cell.findtext(f"{MAIN}f"), cell.findtext(f"{MAIN}v"))
        for name, sheet in sheets(parts).items()
        for cell in sheet.iter(f"{MAIN}c")
        if cell.find(f"{MAIN}f") is not None
    ]
    declared = [(f.sheet, f.cell, f.text.removeprefix("="), "") for f in rendering.formulas]
    assert [(*each[:3], each[3] or "") for each in found] == declared
    assert len(declared) == 1


def test_charts_draw_only_cells_of_their_own_sheet(parts):
    drawn = 0
    for index, name in enumerate(NAMES.values(), start=1):
        quoted = name.replace("'", "''")
        for drawing in (t for t in targets(parts, sheet_part(index)) if "/drawings/" in t):
            for chart in targets(parts, drawing):
                for reference in parts[chart].iter(f"{CHART}f"):
                    drawn += 1
                    sheet, _, _ = (reference.text or "").rpartition("!")
                    assert sheet in (name, f"'{quoted}'")
    assert drawn > 20


def test_charts_carry_our_prefix_and_an_alternative_text(parts):
    frames = [
        frame
        for name, part in parts.items()
        if name.startswith("xl/drawings/drawing")
        for frame in part.iter(f"{DRAWING}cNvPr")
    ]
    assert len(frames) == 6
    assert all((frame.get("name") or "").startswith("poi_xl ") for frame in frames)
    assert all(len(frame.get("descr") or "") > 40 for frame in frames)


def test_charts_say_their_own_colours_and_fonts(parts):
    for name, part in parts.items():
        if name.startswith("xl/charts/"):
            assert not list(part.iter(f"{A}schemeClr"))
            faces = {font.get("typeface") for font in part.iter(f"{A}latin")}
            assert faces == {"Calibri"}


def test_the_manifest_is_the_hyperlinks_of_the_file(parts, rendering):
    found = {
        (name, link.get("ref"), link.get("location"))
        for name, sheet in sheets(parts).items()
        for link in sheet.iter(f"{MAIN}hyperlink")
    }
    declared = {
        (x.sheet, x.cell, "'{}'!{}".format(x.target_sheet.replace("'", "''"), x.target_cell))
        for x in rendering.links
    }
    assert found == declared
    assert len(rendering.links) == len(declared)
    assert ("Semáforo", "A8", "'POI d''Or & Cía'!B6") in found


def test_tables_have_their_names_and_their_headings(parts):
    tables = {
        part.get("name"): [column.get("name") for column in part.iter(f"{MAIN}tableColumn")]
        for name, part in parts.items()
        if name.startswith("xl/tables/")
    }
    assert set(tables) == {
        "poi_tabla_por_organo", "poi_tabla_por_mef", "poi_tabla_por_unidad",
        "poi_tabla_semaforo", "poi_tabla_alertas", "poi_tabla_alertas_anteriores",
        "poi_tabla_mensual", "poi_tabla_observaciones",
    }  # fmt: skip
    assert tables["poi_tabla_alertas"] == tables["poi_tabla_alertas_anteriores"]
    assert tables["poi_tabla_por_organo"][:9] == [
        "Puesto", "Órgano", "Actividades", "Meta", "Programado", "Ejecutado", "Brecha", "Avance",
        "Semáforo",
    ]  # fmt: skip


def test_the_bar_of_the_ratio_is_solid_and_runs_from_nothing_to_all(parts):
    sheet = sheets(parts)[NAMES["organos"]]
    bar = next(sheet.iter(f"{X14}dataBar"))
    assert bar.get("gradient") == "0"
    assert [value.text for value in bar.iter(f"{XM}f")] == ["0", "1"]


@pytest.mark.parametrize("date_1904", [False, True])
def test_the_same_report_gives_the_same_bytes(tmp_path, date_1904):
    first, second = (
        render(report(), NAMES, tmp_path / f"{n}.xlsx", date_1904=date_1904).path for n in "ab"
    )
    assert first.read_bytes() == second.read_bytes()


def test_the_shape_changes_only_with_the_traffic_light(tmp_path):
    shapes = {
        name: render(report(preset=preset), KEYS, tmp_path / f"{name}.xlsx").shape
        for name, preset in PRESETS.items()
    }
    again = render(replace(report(), problems=()), KEYS, tmp_path / "again.xlsx")
    assert len(set(shapes.values())) == len(PRESETS)
    assert again.shape == shapes["A"]
    assert again.layout_version == LAYOUT_VERSION


def test_an_independent_validator_finds_nothing_wrong(rendering):
    assert oracles.audit(rendering.path) == []


@pytest.mark.validator
def test_the_validator_of_the_format_finds_nothing_wrong(rendering):
    assert oracles.validate_dotnet(rendering.path) == []
