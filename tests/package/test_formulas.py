"""Formulas are found wherever they stand; replacing some leaves all other bytes as they were."""

import re
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from poi_xl.package.formulas import (
    Change,
    Place,
    Role,
    moved,
    replaced,
    without_calculation_chain,
)
from poi_xl.package.parts import Package
from tests.package.books import calc_chain, plain, save

OURS = re.compile(rb"POI_")
SHEET = "xl/worksheets/sheet1.xml"


def written(package: Package, out: Path, change) -> Path:
    package.write(out, replaced(package, OURS, change))
    return out


@pytest.fixture
def book(tmp_path: Path) -> Package:
    """A call of ours in every kind of place, among formulas that are not."""
    path = tmp_path / "libro.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("Hoja 1")
        sheet.write_formula("A1", "=POI_AVANCE()", None, 0.5)
        sheet.write_formula("A2", "=SUM(B1:B2)", None, 3)
        sheet.write_array_formula("C1:D2", '{=POI_RESUMEN("total")}', None, "Total")
        rule = {"type": "formula", "criteria": '=POI_SEMAFORO(A5)="Crítico"'}
        sheet.conditional_format("A5:B9", rule)
        bar = {"type": "data_bar", "data_bar_2010": True, "max_type": "formula"}
        sheet.conditional_format("F1:F9", bar | {"max_value": "=POI_META()"})
        sheet.data_validation("E1", {"validate": "custom", "value": "=E1<=POI_META()"})
        sheet.add_table(
            "H1:I3", {"columns": [{"header": "a"}, {"header": "b", "formula": "=POI_META()"}]}
        )
        workbook.add_worksheet("Otra").write_formula("A1", "=1+1", None, 2)
        workbook.define_name("Meta_total", "=POI_META()")
    return Package.open(path)


def test_every_place_is_found_with_its_cells(book: Package) -> None:
    found: list[Place] = []
    assert replaced(book, OURS, found.append) == {}
    assert [(each.role, each.sheet, each.ref) for each in found] == [
        (Role.CELL, "Hoja 1", "A1"),
        (Role.ARRAY, "Hoja 1", "C1:D2"),
        (Role.CELL, "Hoja 1", "I2"),
        (Role.CELL, "Hoja 1", "I3"),
        (Role.FORMAT, "Hoja 1", "A5:B9"),
        (Role.FORMAT, "Hoja 1", "F1:F9"),
        (Role.VALIDATION, "Hoja 1", "E1"),
        (Role.FORMAT, "Hoja 1", "F1:F9"),
        (Role.COLUMN, "Hoja 1", "H1:I3"),
        (Role.NAME, "", "Meta_total"),
    ]


def test_all_are_replaced_and_nothing_else(book: Package, tmp_path: Path) -> None:
    def change(place: Place) -> Change:
        if place.role is Role.ARRAY:
            return [["Total", "=1+1"], [7.0, "=2+2"]]
        return place.text.replace("POI_AVANCE()", "0.5").replace("POI_META()", "100")

    out = written(book, tmp_path / "nuevo.xlsx", change)
    fresh = Package.open(out)
    text = b"".join(fresh.read(name) for name in fresh.names())
    assert text.count(b"POI_") == text.count(b"POI_SEMAFORO") == 1
    changed = [name for name in fresh.names() if fresh.read(name) != book.read(name)]
    assert set(changed) == {SHEET, "xl/tables/table1.xml", "xl/workbook.xml"}
    sheet = openpyxl.load_workbook(out)["Hoja 1"]
    assert [sheet[c].value for c in ("A1", "A2", "C1", "D1", "C2", "D2")] == [
        "=0.5",
        "=SUM(B1:B2)",
        "Total",
        "=1+1",
        7,
        "=2+2",
    ]
    assert openpyxl.load_workbook(out, data_only=True)["Hoja 1"]["A1"].value == 0.5


def test_a_calculated_column_can_lose_its_rule_for_new_rows(book: Package, tmp_path: Path) -> None:
    out = written(book, tmp_path / "nuevo.xlsx", lambda p: "" if p.role is Role.COLUMN else None)
    assert b"calculatedColumnFormula" not in Package.open(out).read("xl/tables/table1.xml")


def shared(text: str) -> bytes:
    rows = "".join(
        f'<row r="{r}"><c r="A{r}"><f t="shared" si="0"{extra}</c></row>'
        for r, extra in ((1, f' ref="A1:A3">{text}</f><v>1</v>'), (2, "/>"), (3, "/><v>3</v>"))
    )
    return re.sub(rb"<sheetData.*</sheetData>", f"<sheetData>{rows}</sheetData>".encode(), SHEET_1)


SHEET_1 = plain()[SHEET]


def test_a_shared_formula_is_asked_cell_by_cell(tmp_path: Path) -> None:
    parts = plain() | {SHEET: shared("POI_META(B1)")}
    package = Package.open(save(tmp_path / "libro.xlsx", parts))
    found: list[Place] = []

    def change(place: Place) -> Change:
        found.append(place)
        return f"{place.text}+1" if place.ref == "A2" else place.text

    out = written(package, tmp_path / "nuevo.xlsx", change)
    assert [(p.ref, p.text) for p in found] == [
        ("A1", "POI_META(B1)"),
        ("A2", "POI_META(B2)"),
        ("A3", "POI_META(B3)"),
    ]
    sheet = openpyxl.load_workbook(out).worksheets[0]
    assert [sheet[f"A{r}"].value for r in (1, 2, 3)] == [
        "=POI_META(B1)",
        "=POI_META(B2)+1",
        "=POI_META(B3)",
    ]


def test_a_shared_formula_of_others_stays_shared(tmp_path: Path) -> None:
    parts = plain() | {SHEET: shared("SUM(B1)+LEN(&quot;POI_&quot;)")}
    package = Package.open(save(tmp_path / "libro.xlsx", parts))
    assert replaced(package, re.compile(rb"POI_META"), lambda p: p.text) == {}


def test_the_list_of_formula_cells_goes_with_all_that_leads_to_it(tmp_path: Path) -> None:
    package = Package.open(save(tmp_path / "libro.xlsx", calc_chain(plain())))
    parts, without = without_calculation_chain(package)
    package.write(tmp_path / "nuevo.xlsx", parts, without=without)
    fresh = Package.open(tmp_path / "nuevo.xlsx")
    assert not fresh.has("xl/calcChain.xml")
    assert all(b"calcChain" not in fresh.read(name) for name in fresh.names())
    assert without_calculation_chain(fresh) == ({}, set())


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("A1+B$2+$C3", (3, 5), "C3+D$2+$C5"),
        ("'Hoja A1'!A1&\"A1\"", (2, 3), "'Hoja A1'!A2&\"A1\""),
    ],
)
def test_relative_references_move(text: str, place: tuple[int, int], expected: str) -> None:
    assert moved(text, (1, 3), place) == expected
