"""Our rendered parts, rewritten for the workbook that they go to."""

from pathlib import Path

import pytest
import xlsxwriter

from poi_xl.package.graft import graft
from poi_xl.package.parts import Package
from poi_xl.package.rendering import (
    Rendering,
    code_name_of,
    convert_sheet,
    convert_table,
    has_unsigned_drawings,
    sign_drawings,
)
from poi_xl.package.styles import StyleMap
from poi_xl.package.xmlpart import TRANSITIONAL, Element, dump, elements, local, parse
from tests.package import books
from tests.package.books import MAIN

STYLES = StyleMap(cells=(7, 8), differences=(5, 6), changed=False)


def xml(text: str) -> Element:
    return parse(text.replace("<worksheet", f'<worksheet xmlns="{MAIN}"', 1).encode())


def test_cells_rows_and_columns_point_at_the_merged_formats() -> None:
    root = xml(
        '<worksheet><cols><col style="1"/><col/></cols><sheetData><row s="1"><c r="A1"/>'
        '<c r="B1" s="1"><v>1</v></c></row><row/></sheetData></worksheet>'
    )
    convert_sheet(root, TRANSITIONAL, STYLES, [])
    said = dump(root)
    assert b'<col style="8"/><col/>' in said
    assert b'<row s="8"><c r="A1" s="7"/><c r="B1" s="8"><v>1</v></c></row><row/>' in said


def test_texts_move_into_their_cells_with_their_looks() -> None:
    strings = list(
        elements(
            xml(
                '<worksheet><si><t>a</t></si><si><r><rPr><color theme="1"/><scheme val="minor"/>'
                '</rPr><t xml:space="preserve"> b</t></r></si></worksheet>'
            )
        )
    )
    cells = '<c t="s"><v>1</v></c><c t="s"><v>1</v></c><c t="s"/><c t="str"><v>0</v></c>'
    root = xml(f"<worksheet>{cells}</worksheet>")
    convert_sheet(root, TRANSITIONAL, STYLES, strings)
    said = dump(root).decode()
    inline = '<is><r><rPr><color rgb="FF000000"/></rPr><t xml:space="preserve"> b</t></r></is>'
    assert said.count(inline) == 2
    assert '<c t="s" s="7"/><c t="str" s="7"><v>0</v></c>' in said


def test_conditions_and_filters_point_at_the_merged_formats() -> None:
    marked = '<cfRule dxfId="1"/><colorFilter dxfId="0"/><sortCondition dxfId="1"/><cfRule/>'
    root = xml(f"<worksheet>{marked}</worksheet>")
    convert_sheet(root, TRANSITIONAL, STYLES, [])
    assert [e.get("dxfId") for e in root] == ["6", "5", "6", None]


def test_tables_get_their_number_and_formats() -> None:
    root = parse(
        b'<table id="1" headerRowDxfId="0"><autoFilter><colorFilter dxfId="1"/></autoFilter>'
        b'<tableColumn id="1" dataDxfId="1"/></table>'
    )
    convert_table(root, STYLES, 4)
    assert [sorted(e.attrib.items()) for e in root.iter()] == [
        [("headerRowDxfId", "5"), ("id", "4")],
        [],
        [("dxfId", "6")],
        [("dataDxfId", "6"), ("id", "1")],
    ]


def test_drawings_are_signed_once() -> None:
    root = parse(b'<a><cNvPr name="Chart 1"/><b><cNvPr name="poi_xl logo"/></b></a>')
    assert has_unsigned_drawings(root)
    sign_drawings(root)
    assert [e.get("name") for e in root.iter("cNvPr")] == ["poi_xl Chart 1", "poi_xl logo"]
    assert not has_unsigned_drawings(root)


@pytest.mark.parametrize("given", ["", '<sheetPr codeName="Suyo"><tabColor/></sheetPr>'])
def test_the_macro_name_is_the_workbooks_or_none(tmp_path: Path, given: str) -> None:
    parts = books.plain()
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b"<dimension", given.encode() + b"<dimension")
    rendering = Rendering(Package.open(books.save(tmp_path / "a.xlsx", parts)), TRANSITIONAL)
    many = StyleMap(tuple(range(9)), (), changed=False)
    for name in ("Hoja7", ""):
        root = rendering.converted(sheet, many, selected=False, code_name=name, table_id=0)
        assert root is not None
        assert code_name_of(root, TRANSITIONAL) == name
        assert "sheetPr" not in [local(e) for e in root][1:]


def test_a_hidden_sheet_arrives_hidden(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "r.xlsx") as book:
        book.add_worksheet("Otra")
        book.add_worksheet("Oculta").hide()
        book.get_worksheet_by_name("Otra").repeat_rows(1)
    package = Package.open(books.save(tmp_path / "a.xlsx", books.plain()))
    graft(package, tmp_path / "r.xlsx", {"o": "Oculta"}, tmp_path / "b.xlsx", notes={})
    after = Package.open(tmp_path / "b.xlsx")
    assert [(s.name, s.state) for s in after.sheets][2:] == [("Oculta", "hidden")]
    assert [d.name for d in after.defined_names] == ["_poi_xl.hoja.o"]
