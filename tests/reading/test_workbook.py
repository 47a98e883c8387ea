"""Real files: which sheet holds the plan, and what python-calamine alone would not tell."""

import datetime as dt
import re
import zipfile

import openpyxl
import pytest
import xlsxwriter

from poi_xl.core.period import MONTHS
from poi_xl.core.problems import Refusal
from poi_xl.package.parts import Package
from poi_xl.reading.cells import HEAD_BYTES, UNSET, CellError, read_cells, read_formulas, read_heads
from poi_xl.reading.workbook import read_workbook

TEXTS = ["ÓRGANO", "ACTIVIDAD OPERATIVA", "UNIDAD DE MEDIDA", "META"]
HEADER = [*TEXTS, *[f"PROG {m}" for m in MONTHS], "EJEC ENE", "EJEC FEB", "EJEC MAR"]
ROW = ["JEFATURA", "Dirigir", "ACCIONES", 12, *[1] * 12, 1, "", ""]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "libro.xlsx"


@pytest.fixture
def book(path):
    """A workbook to be written; the test closes it."""
    return xlsxwriter.Workbook(path)


def add_plan(book, name, title="", *rows, state="visible"):
    sheet = book.add_worksheet(name)
    for i, row in enumerate([[title], HEADER, *(rows or [ROW])]):
        sheet.write_row(i, 0, row)
    {"visible": lambda: None, "hidden": sheet.hide, "veryHidden": sheet.very_hidden}[state]()
    return sheet


def reread(path):
    return read_workbook(path)


def content(path, book):
    book.close()
    return reread(path)


def told(found):
    return [(p.code, p.sheet, p.cell) for p in found.problems]


@pytest.mark.parametrize(
    ("after", "merged"),
    [
        ("", []),
        ("<mergeCells/>", []),
        ('<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>', [((0, 0), (1, 1))]),
        ('<mergeCells><mergeCell ref="A1:A3"></mergeCell></mergeCells>', [((0, 0), (2, 0))]),
        ('<!-- <mergeCells><mergeCell ref="A1:B2"/></mergeCells> -->', []),
        (
            '<a/><mergeCells>\n<mergeCell ref="A1:B1"/> <mergeCell ref="C2:C3"/></mergeCells><b/>',
            [((0, 0), (0, 1)), ((1, 2), (2, 2))],
        ),
    ],
)
@pytest.mark.parametrize("prefix", [False, True])
def test_merged_ranges_are_what_stands_after_the_cells(path, book, after, merged, prefix):
    book.add_worksheet("POI").write_row(0, 0, ["uno", 2, "tres"])
    book.close()
    end = b"</sheetData>"
    rewritten(path, lambda data: data.replace(end, end + after.encode()))
    if prefix:
        rewritten(path, prefixed)
    package = Package.open(path)
    cells = read_cells(package, package.sheets[0])
    assert cells.rows == [["uno", 2.0, "tres"]]
    assert cells.merged == merged


def test_printed_layout_with_merged_cells(path, book):
    sheet = book.add_worksheet("POI")
    sheet.merge_range(1, 2, 1, 20, "PLAN OPERATIVO INSTITUCIONAL 2021 - II° TRIMESTRE")
    for i, text in enumerate(TEXTS):
        sheet.merge_range(3, 2 + i, 4, 2 + i, text)
    sheet.merge_range(3, 6, 3, 17, "PROGRAMADO")
    sheet.merge_range(3, 18, 3, 20, "EJECUTADO")
    sheet.write_row(4, 6, [*MONTHS, "ABR", "MAY", "JUN"])
    for i in (5, 6):
        sheet.write_row(i, 2, ["", f"Actividad {i}", *ROW[2:]])
    sheet.merge_range(5, 2, 6, 2, "JEFATURA")
    found = content(path, book)
    assert found.problems == ()
    assert found.plan.organ == ("JEFATURA", "JEFATURA")
    assert (found.plan.year, found.plan.title_quarter) == (2021, 2)
    assert found.plan.executed_months == {4, 5, 6}
    assert found.plan_sheet == "POI"


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_plan_is_found_and_chart_sheets_do_no_harm(path, book, state):
    book.add_worksheet("Notas").write(0, 0, "nada")
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=Notas!$A$1:$A$2"})
    book.add_chartsheet("Gráfico").set_chart(chart)
    book.add_worksheet("Vacía")
    add_plan(book, "Datos", state=state)
    found = content(path, book)
    assert (found.plan_sheet, len(found.plan), found.problems) == ("Datos", 1, ())


def test_the_settings_name_the_sheet(path, book):
    add_plan(book, "I TRIM", "POI 2021 - I TRIMESTRE")
    add_plan(book, "II TRIM", "POI 2021 - II TRIMESTRE")
    book.add_worksheet("CONFIGURACION").write_row(0, 0, ["Hoja del plan", "i trim"])
    found = content(path, book)
    assert (found.plan_sheet, found.problems) == ("I TRIM", ())


@pytest.mark.parametrize("wanted", ["No hay", "Configuración"])
def test_the_settings_name_a_sheet_without_plan(path, book, wanted):
    add_plan(book, "Plan")
    book.add_worksheet("Configuración").write_row(0, 0, ["Hoja del plan", wanted])
    found = content(path, book)
    assert (found.plan_sheet, told(found)) == ("Plan", [("POI-N21", "Plan", "")])
    assert f"«{wanted}»" in found.problems[0].message


def test_the_name_of_the_data_points_at_the_sheet(path, book):
    add_plan(book, "Año '20")
    add_plan(book, "Otro", "POI 2029")
    book.define_name("POI_DATOS", "='Año ''20'!$A$2:$S$9")
    found = content(path, book)
    assert (found.plan_sheet, found.problems) == ("Año '20", ())


@pytest.mark.parametrize(("last", "codes"), [("S", ["POI-A165"]), ("Z", [])])
def test_a_column_of_modes_beyond_the_name_of_the_data_is_told(path, book, last, codes):
    sheet = add_plan(book, "POI")
    sheet.write(1, len(HEADER), "ACUMULACIÓN")
    sheet.write(2, len(HEADER), "promedio")
    book.define_name("POI_DATOS", f"=POI!$A$2:${last}$9")
    found = content(path, book)
    assert found.plan.accumulation == ("promedio",)
    assert [each.code for each in found.problems] == codes


def test_of_several_plans_the_latest_is_read_and_the_others_are_named(path, book):
    add_plan(book, "Viejo", "POI 2020 - IV TRIMESTRE")
    add_plan(book, "Segundo", "POI 2021 - II TRIMESTRE")
    add_plan(book, "Primero", "POI 2021 - I TRIMESTRE")
    found = content(path, book)
    assert (found.plan_sheet, told(found)) == ("Segundo", [("POI-N20", "Segundo", "")])
    assert "«Primero», «Viejo»" in found.problems[0].message


def test_the_settings_year_and_quarter_choose_among_several(path, book):
    add_plan(book, "Uno", "POI 2021 - I TRIMESTRE")
    add_plan(book, "Dos", "POI 2021 - II TRIMESTRE")
    settings = book.add_worksheet("Configuración")
    settings.write_row(0, 0, ["Trimestre vigente", 1])
    assert content(path, book).plan_sheet == "Uno"


def test_sheets_that_poi_xl_made_are_no_plans(path, book):
    add_plan(book, "Semáforo", "POI 2022")
    add_plan(book, "POI", "POI 2021")
    book.define_name("_poi_xl.hoja.semaforo", "='Semáforo'!$1:$1048576")
    found = content(path, book)
    assert (found.plan_sheet, found.problems) == ("POI", ())


def test_without_any_plan_the_sheets_seen_are_named(path, book):
    book.add_worksheet("Uno").write(0, 0, "Actividad")
    book.add_worksheet("Dos")
    found = content(path, book)
    assert (found.plan, told(found)) == (None, [("POI-E20", "libro.xlsx", "")])
    assert "«Uno», «Dos»" in found.problems[0].message


def test_an_incomplete_plan_says_what_it_lacks(path, book):
    sheet = book.add_worksheet("POI")
    sheet.write_row(0, 0, HEADER[:16])
    sheet.write_row(1, 0, ROW[:16])
    book.add_worksheet("Otra")
    found = content(path, book)
    assert (found.plan, told(found)) == (None, [("POI-E21", "POI", "A1")])


def test_a_complete_plan_is_preferred_to_a_wider_incomplete_one(path, book):
    wide = book.add_worksheet("Resumen")
    wide.write_row(0, 0, [*HEADER[:15], *[f"EJEC {m}" for m in MONTHS]])
    add_plan(book, "POI")
    assert content(path, book).plan_sheet == "POI"


def test_files_that_cannot_be_opened_are_refused(tmp_path):
    broken = tmp_path / "roto.xlsx"
    broken.write_bytes(b"esto no es un libro")
    for path in (broken, tmp_path / "falta.xlsx"):
        with pytest.raises(Refusal):
            read_workbook(path)


# --- cells ----------------------------------------------------------------------------------------


def test_errors_booleans_and_dates_in_number_cells(path, book):
    sheet = add_plan(book, "POI")
    sheet.write_formula("E3", "=1/0", None, "#DIV/0!")
    sheet.write_boolean("F3", True)
    sheet.write_datetime("G3", dt.date(2021, 3, 4), book.add_format({"num_format": "dd/mm/yyyy"}))
    sheet.write_formula("H3", "=NA()", None, "#N/A")
    sheet.write_string("I3", "#N/A")
    found = content(path, book)
    expected = {("POI-E24", "E3"), ("POI-E24", "H3")}
    expected |= {("POI-E22", "F3"), ("POI-E22", "G3"), ("POI-E22", "I3")}
    assert {(code, cell) for code, _, cell in told(found)} == expected
    assert "#DIV/0!" in next(p.message for p in found.problems if p.cell == "E3")


def test_formulas_that_a_library_wrote_without_result_are_told(path):
    book = openpyxl.Workbook()
    sheet = book["Sheet"]
    sheet.title = "POI"
    for row in (HEADER, ROW, ROW):
        sheet.append([cell if cell != "" else None for cell in row])
    sheet["D2"] = sheet["D3"] = "=SUM(E2:P2)"
    sheet["R3"] = '=IF(1,"","")'
    sheet["Z2"] = "=1"  # outside the plan
    book.save(path)
    found = reread(path)
    assert told(found) == [("POI-E25", "POI", "D2")]
    assert ": 3; no se contaron" in found.problems[0].message


def test_a_formula_may_contain_the_letters_that_mark_an_error(path, book):
    sheet = add_plan(book, "POI")
    sheet.write_formula("E3", '=IF(t="e",1,2)', None, 2)
    found = content(path, book)
    assert (found.problems, found.plan.planned[0, 0]) == ((), 2)


def test_formulas_with_results_are_figures(path, book):
    sheet = add_plan(book, "POI")
    sheet.write_formula("D3", "=SUM(E3:P3)", None, 12)
    sheet.write_formula("R3", '=IF(1,"","")', None, "")
    book.close()
    # A formula whose result is an empty text says of what kind its result is.
    rewritten(path, lambda data: data.replace(b'<c r="R3">', b'<c r="R3" t="str">'))
    found = reread(path)
    assert (found.problems, found.plan.target.tolist()) == ((), [12])


def repacked(path, change):
    """The same workbook with some parts' names or contents changed."""
    with zipfile.ZipFile(path) as old:
        parts = change({name: old.read(name) for name in old.namelist()})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part, data in parts.items():
            new.writestr(part, data)


def rewritten(path, change):
    """The same workbook with its first sheet's text changed."""
    name = "xl/worksheets/sheet1.xml"
    repacked(path, lambda parts: {**parts, name: change(parts[name])})


def prefixed(data):
    data = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", data)
    return data.replace(b"xmlns=", b"xmlns:x=").replace(b"<x:?xml", b"<?xml")


def unaddressed(data):
    return re.sub(rb'<(c|row) r="[A-Z]*\d+"', rb"<\1", data)


@pytest.mark.parametrize("change", [lambda data: data, prefixed, unaddressed])
def test_other_writers_spell_the_same_sheet_otherwise(path, book, change):
    sheet = book.add_worksheet("POI")
    for i, row in enumerate((HEADER, ROW)):
        sheet.write_row(i, 0, row)
    sheet.write_formula("E2", "=1/0", None, "#DIV/0!")
    sheet.write_formula("F2", "=1+1", None, 2)
    sheet.write_row("Q2", [1, 0, 0])
    book.close()
    rewritten(path, lambda data: change(data.replace(b"<v>2</v>", b"")))
    found = reread(path)
    assert {(c, cell) for c, _, cell in told(found)} == {("POI-E24", "E2"), ("POI-E25", "F2")}


def elsewhere(parts):
    """Other names for the workbook and the shared texts: only the arrows between parts count."""
    names = ((b"workbook.xml", b"libro.xml"), (b"sharedStrings.xml", b"textos.xml"))

    def moved(text):
        for old, new in names:
            text = text.replace(old, new)
        return text

    return {moved(part.encode()).decode(): moved(data) for part, data in parts.items()}


def strict(parts):
    """The other dialect of the format, which Excel offers as «Strict Open XML»."""
    iso = b"http://purl.oclc.org/ooxml/"
    schemas = b"http://schemas.openxmlformats.org/"
    return {
        part: data.replace(
            schemas + b"spreadsheetml/2006/main", iso + b"spreadsheetml/main"
        ).replace(
            schemas + b"officeDocument/2006/relationships", iso + b"officeDocument/relationships"
        )
        for part, data in parts.items()
    }


@pytest.mark.parametrize("change", [elsewhere, strict])
def test_packages_put_together_otherwise(path, book, change):
    add_plan(book, "A&B '<ñ>", "POI 2021")
    book.close()
    repacked(path, change)
    found = reread(path)
    assert (found.problems, found.plan.target.tolist(), found.plan.year) == ((), [12], 2021)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'r="D3"', b'r="ZZZZZZ99999999999"'), (b'r="D3"', b'r="D"'), (b"</sheetData>", b"")],
)
def test_absurd_content_is_refused_not_a_crash(path, book, old, new):
    add_plan(book, "POI")
    book.close()
    rewritten(path, lambda data: data.replace(old, new))
    with pytest.raises(Refusal) as refused:
        read_workbook(path)
    assert [p.code for p in refused.value.problems] == ["POI-E04"]


def test_a_cell_lost_at_the_end_of_the_sheet_costs_nothing(path, book):
    """Laid out whole, this sheet would take hundreds of gigabytes."""
    sheet = add_plan(book, "POI")
    sheet.write(1_048_575, 16_383, " ")
    book.close()
    package = Package.open(path)
    cells = read_cells(package, package.sheets[0])
    assert len(cells.rows) == 3
    assert b"XFD1048576" in cells.far
    assert read_workbook(path).problems == ()


def test_a_cell_lost_far_below(path, book):
    add_plan(book, "POI").write(1_048_575, 2, "x")
    book.close()
    package = Package.open(path)
    cells = read_cells(package, package.sheets[0])
    assert (len(cells.rows), b"C1048576" in cells.far) == (3, True)


def test_figures_lost_far_away_are_told_with_their_number(path, book):
    sheet = add_plan(book, "POI")
    sheet.write_row("B1048576", ["Otra actividad", 5])
    sheet.write_formula("E1048576", "=1+1", None, 2)
    sheet.write_blank("D1048576", None, book.add_format({"bold": True}))
    found = content(path, book)
    assert told(found) == [("POI-A192", "POI", "C1048576")]
    assert ": 2; no se contaron" in found.problems[0].message


def test_a_cell_lost_far_to_the_right(path, book):
    add_plan(book, "POI").write(2, 16_383, "x")
    book.close()
    package = Package.open(path)
    cells = read_cells(package, package.sheets[0])
    assert (len(cells.rows[0]), b"XFD3" in cells.far) == (len(HEADER), True)


def test_only_the_head_of_a_huge_sheet_is_read_when_probing(path, book):
    huge = book.add_worksheet("Padrón")
    for i in range(6_000):
        huge.write_row(i, 0, range(20))
    add_plan(book, "POI")
    book.close()
    package = Package.open(path)
    heads = read_heads(package, package.sheets)
    assert len(package.read(package.sheets[0].part)) > HEAD_BYTES
    assert 100 < len(heads[package.sheets[0]].rows) < 1_500
    assert read_workbook(path).plan_sheet == "POI"


def test_a_plan_below_a_huge_head_is_still_found(path, book):
    sheet = book.add_worksheet("Libro")
    for i in range(900):
        sheet.write_row(i, 0, [f"texto {i}", *range(60)])
    for i, row in enumerate((HEADER, ROW)):
        sheet.write_row(950 + i, 0, row)
    book.add_worksheet("Otra")
    book.close()
    package = Package.open(path)
    assert len(package.read(package.sheets[0].part)) > HEAD_BYTES
    assert read_workbook(path).plan_sheet == "Libro"


def test_markers_and_formulas_stand_where_they_belong(path, book):
    sheet = book.add_worksheet("A")
    sheet.write_formula("C5", '="a"&"<b>"', None, "#REF!")
    book.close()
    package = Package.open(path)
    rows = read_cells(package, package.sheets[0]).rows
    assert (rows[4][2], type(rows[4][2]), len(rows)) == ("#REF!", CellError, 5)
    assert read_formulas(package, package.sheets[0]) == {(4, 2): '"a"&"<b>"'}
    assert UNSET != ""


@pytest.mark.slow
def test_a_large_plan_is_read_in_a_moment(path, book):
    """Far faster than pandas through openpyxl; the processor's own time, as machines are shared."""
    from time import process_time

    import pandas as pd

    sheet = book.add_worksheet("POI")
    sheet.write_row(0, 0, HEADER)
    for i in range(2_500):
        sheet.write_row(i + 1, 0, [f"Órgano {i // 30}", f"Actividad {i}", *ROW[2:]])
    book.close()

    def spent(read):
        start = process_time()
        read()
        return process_time() - start

    ours = min(spent(lambda: read_workbook(path)) for _ in range(5))
    theirs = min(spent(lambda: pd.read_excel(path, engine="openpyxl")) for _ in range(2))
    assert len(reread(path).plan) == 2_500
    assert theirs > 5 * ours


def test_a_sheet_that_is_pointed_at_and_holds_no_plan_is_read_once(path, book, monkeypatch):
    book.add_worksheet("POI").write("A1", "Aún no hay nada")
    book.define_name("POI_DATOS", "=POI!$A$1:$B$2")
    book.close()
    seen = []

    def read(package, sheet):
        seen.append(sheet.name)
        return read_cells(package, sheet)

    monkeypatch.setattr("poi_xl.reading.workbook.read_cells", read)
    assert told(reread(path)) == [("POI-E20", "libro.xlsx", "")]
    assert seen == ["POI"]


def test_the_others_are_looked_at_when_it_holds_none(path, book):
    book.add_worksheet("Portada").write("A1", "POI 2021")
    add_plan(book, "Otra")
    book.define_name("POI_DATOS", "=Portada!$A$1:$B$2")
    assert content(path, book).plan_sheet == "Otra"
