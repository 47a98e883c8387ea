"""Edited cells read back as edited, through two independent readers, and nothing else changes."""

import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from poi_xl.core.problems import Refusal
from poi_xl.package.cell_contents import Content, Result, number, read_contents
from poi_xl.package.cell_edits import with_edits
from poi_xl.package.parts import Package

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def package(path, **cells):
    book = openpyxl.Workbook()
    for cell, value in (cells or {"A1": 1, "B1": "dos", "C3": "=A1*2"}).items():
        book.worksheets[0][cell] = value
    book.create_sheet("Otra")["A1"] = "=Sheet!A1"
    book.save(path)
    return Package.open(path)


def with_sheet(path, data):
    """A workbook whose first sheet holds these rows, as some writer spelled them."""
    package(path)
    parts = {n: bytes(zipfile.ZipFile(path).read(n)) for n in zipfile.ZipFile(path).namelist()}
    parts[SHEET] = f'<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData></worksheet>'.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return Package.open(path)


def edited(before, edits, path):
    return with_edits(before, {before.sheets[0].name: edits}, path / "editado.xlsx")


def formulas(book):
    return {c: each.formula for c, each in read_contents(book, book.sheets[0]).items()}


PLACES = st.tuples(st.integers(1, 12), st.integers(1, 30))
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8)
CONTENTS = st.one_of(
    st.floats(-1e12, 1e12, allow_nan=False).map(number),
    WORDS.filter(lambda w: "_x" not in w).map(lambda w: Content("str", w)),
    st.booleans().map(lambda b: Content("b", str(int(b)))),
    st.sampled_from(["#N/A", "#DIV/0!"]).map(lambda e: Content("e", e)),
    st.just(Content()),
    st.integers(1, 9).map(lambda n: Content("n", str(n), f"SUM(A1:A{n})")),
)


def python_value(content):
    if content.formula:
        return "=" + content.formula
    if content.kind == "b":
        return content.value == "1"
    return float(content.value) if content.kind == "n" else content.value


@given(before=st.dictionaries(PLACES, CONTENTS), edits=st.dictionaries(PLACES, CONTENTS))
def test_after_random_edits_two_readers_see_just_these(tmp_path_factory, before, edits):
    folder = tmp_path_factory.mktemp("edits")
    original = edited(package(folder / "a.xlsx", A1=1), {(1, 1): Content(), **before}, folder)
    after = with_edits(original, {original.sheets[0].name: edits}, folder / "b.xlsx")
    expected = {
        cell: content
        for cell, content in ({**before, **edits}).items()
        if content != Content() and content.value != ""
    }
    kept = read_contents(after, after.sheets[0])
    assert {c: v for c, v in kept.items() if v.value != ""} == expected
    sheet = openpyxl.load_workbook(folder / "b.xlsx").worksheets[0]
    seen = {(c.row, c.column): c.value for row in sheet.rows for c in row if c.value is not None}
    assert {c: v for c, v in seen.items() if v != ""} == {
        cell: python_value(content) for cell, content in expected.items()
    }
    numbers = {c: float(v.value) for c, v in expected.items() if v.kind == "n"}
    grid = CalamineWorkbook.from_path(folder / "b.xlsx").get_sheet_by_index(0)
    rows = grid.to_python(skip_empty_area=False)
    assert {(r, c): rows[r - 1][c - 1] for r, c in numbers} == numbers


@given(edits=st.dictionaries(PLACES, CONTENTS, min_size=1))
def test_every_other_part_stays_byte_for_byte(tmp_path_factory, edits):
    folder = tmp_path_factory.mktemp("edits")
    before = package(folder / "a.xlsx")
    after = edited(before, edits, folder)
    assert after.names() == before.names()
    changed = {name for name in before.names() if before.read(name) != after.read(name)}
    assert changed <= {SHEET}


def test_cells_keep_their_formats_and_a_new_one_takes_the_rows(tmp_path):
    data = '<row r="2" s="3" customFormat="1" spans="1:2"><c r="A2" s="2"><v>1</v></c></row>'
    before = with_sheet(tmp_path / "a.xlsx", data)
    after = edited(before, {(2, 1): Content("str", " ñ "), (2, 3): number(7)}, tmp_path)
    text = after.read(SHEET).decode()
    assert '<c r="A2" s="2" t="inlineStr"><is><t xml:space="preserve"> ñ </t></is></c>' in text
    assert '<c r="C2" s="3"><v>7</v></c>' in text
    assert "spans" not in text


def test_rows_and_cells_come_in_their_order(tmp_path):
    before = with_sheet(tmp_path / "a.xlsx", '<row r="5"><c r="C5"><v>1</v></c></row>')
    cells = [(9, 1), (2, 2), (5, 4), (5, 1), (2, 1)]
    after = edited(before, {cell: number(1) for cell in cells}, tmp_path)
    places = list(read_contents(after, after.sheets[0]))
    assert places == sorted([*cells, (5, 3)])


def test_cells_without_an_address_are_counted(tmp_path):
    data = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"
    after = edited(with_sheet(tmp_path / "a.xlsx", data), {(1, 2): number(9)}, tmp_path)
    values = {c: v.value for c, v in read_contents(after, after.sheets[0]).items()}
    assert values == {(1, 1): "1", (1, 2): "9", (2, 1): "3"}


SHARED = (
    '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f t="shared" ref="B1:B3" si="0">A1*2</f></c></row>'
    '<row r="2"><c r="B2"><f t="shared" si="0"/></c></row>'
    '<row r="3"><c r="B3"><f t="shared" si="0"/></c></row>'
)


def test_the_holder_of_a_shared_formula_hands_it_on(tmp_path):
    after = edited(with_sheet(tmp_path / "a.xlsx", SHARED), {(1, 2): number(5)}, tmp_path)
    assert formulas(after) == {(1, 1): "", (1, 2): "", (2, 2): "A2*2", (3, 2): "A3*2"}
    assert 'ref="B2:B3"' in after.read(SHEET).decode()
    sheet = openpyxl.load_workbook(tmp_path / "editado.xlsx").worksheets[0]
    assert [sheet[c].value for c in ("B1", "B2", "B3")] == [5, "=A2*2", "=A3*2"]


def test_a_new_result_leaves_a_shared_formula_alone(tmp_path):
    results = {(1, 2): Result("n", "2"), (2, 2): Result("n", "0")}
    after = edited(with_sheet(tmp_path / "a.xlsx", SHARED), results, tmp_path)
    text = after.read(SHEET).decode()
    assert '<f t="shared" ref="B1:B3" si="0">A1*2</f><v>2</v>' in text
    assert '<f t="shared" si="0"/><v>0</v>' in text


ARRAY = (
    '<row r="1"><c r="A1"><f t="array" ref="A1:A2">{1;2}</f><v>1</v></c></row>'
    '<row r="2"><c r="A2"><v>2</v></c></row>'
)


def test_a_part_of_an_array_formula_is_refused_and_all_of_it_is_not(tmp_path):
    before = with_sheet(tmp_path / "a.xlsx", ARRAY)
    with pytest.raises(Refusal, match=r"POI-E58 Sheet!A2: .*A1:A2"):
        edited(before, {(2, 1): number(3)}, tmp_path)
    after = edited(before, {(2, 1): number(3), (1, 1): number(4)}, tmp_path)
    assert formulas(after) == {(1, 1): "", (2, 1): ""}


def test_new_results_of_an_array_formula_are_stored(tmp_path):
    before = with_sheet(tmp_path / "a.xlsx", ARRAY)
    result = {(2, 1): Result("n", "9")}
    after = edited(before, result, tmp_path)
    assert read_contents(after, after.sheets[0])[2, 1].value == "9"
    assert read_contents(after, after.sheets[0])[1, 1].formula == "{1;2}"


def test_the_heading_of_a_table_is_refused(tmp_path):
    from openpyxl.worksheet.table import Table

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["Uno", "Dos"], [1, 2]):
        sheet.append(row)
    sheet.add_table(Table(displayName="tabla", ref="A1:B2"))
    book.save(tmp_path / "a.xlsx")
    before = Package.open(tmp_path / "a.xlsx")
    with pytest.raises(Refusal, match="encabezado"):
        edited(before, {(1, 2): Content("str", "Otro")}, tmp_path)
    edited(before, {(2, 2): Content("str", "Otro")}, tmp_path)


def with_chain(path):
    before = package(path)
    parts = {n: before.read(n) for n in before.names()}
    chain = f'<calcChain xmlns="{MAIN}"><c r="C3" i="1"/></calcChain>'
    rels = parts["xl/_rels/workbook.xml.rels"].decode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
    arrow = f'<Relationship Id="rId99" Type="{kind}" Target="calcChain.xml"/></Relationships>'
    parts["xl/_rels/workbook.xml.rels"] = rels.replace("</Relationships>", arrow).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**parts, "xl/calcChain.xml": chain}.items():
            archive.writestr(name, content)
    return Package.open(path)


def test_the_list_of_formula_cells_goes_when_a_formula_does(tmp_path):
    before = with_chain(tmp_path / "a.xlsx")
    assert edited(before, {(1, 1): number(2)}, tmp_path).has("xl/calcChain.xml")
    after = edited(before, {(3, 3): number(2)}, tmp_path)
    assert not after.has("xl/calcChain.xml")
    assert b"calcChain" not in after.read("xl/_rels/workbook.xml.rels")


def test_a_formula_without_result_is_computed_by_excel_on_opening(tmp_path):
    before = package(tmp_path / "a.xlsx")
    after = edited(before, {(3, 3): Content(formula="A1*3")}, tmp_path)
    assert b'fullCalcOnLoad="1"' in after.read("xl/workbook.xml")


def test_it_still_counts_as_the_file_it_was_read_from(tmp_path):
    before = package(tmp_path / "a.xlsx")
    after = edited(before, {(1, 1): number(2)}, tmp_path)
    assert (after.path, after.fingerprint) == (before.path, before.fingerprint)
    assert zipfile.ZipFile(io.BytesIO(before.path.read_bytes())).testzip() is None


def test_a_result_that_nobody_knows_is_computed_by_excel_on_opening(tmp_path):
    before = with_sheet(tmp_path / "a.xlsx", SHARED)
    after = edited(before, {(2, 2): Result()}, tmp_path)
    assert '<c r="B2"><f t="shared" si="0"/></c>' in after.read(SHEET).decode()
    assert b'fullCalcOnLoad="1"' in after.read("xl/workbook.xml")
