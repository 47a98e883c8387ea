"""Exports of CEPLAN's application: the same plan from every form, and nothing wrong in silence."""

from dataclasses import replace

import numpy as np
import pytest
import xlsxwriter

from poi_xl.core.problems import Refusal
from poi_xl.core.text import a1
from poi_xl.package.parts import Package
from poi_xl.reading.exports import export_at, export_in, is_export
from tests.reading.exports import HEADER, Row, as_csv, as_html, sample_rows, table, write_xlsx

NAME = "POI_PORACTIVIDADOPERATIVA_ANUAL_000127_20210415.xls"
ROW = Row(
    code="'AOI00012700011",
    activity="Fiscalizar",
    organ="SUBGERENCIA DE FISCALIZACIÓN",
    planned=(1250.5, *range(2, 13)),
    executed=(1000.25, 0, 3, *[0] * 9),
    reasons={3: "Huelga"},
)
OTHER = replace(ROW, code="'AOI00012700012", activity="Fiscalizar", unit="EXPEDIENTE")


@pytest.fixture
def read(tmp_path):
    """Read an export from its bytes."""

    def from_bytes(data, block=None, name=NAME):
        path = tmp_path / name
        path.write_bytes(data)
        found = export_at(path, block)
        assert found is not None
        return found

    return from_bytes


def at(name, row):
    return a1(row, HEADER.index(name) + 1)


def codes(export):
    return [each.code for each in export.problems]


def places(export):
    return [(each.code, each.cell) for each in export.problems]


def test_the_header_has_as_many_columns_as_the_applications():
    assert (len(HEADER), len(table([ROW])[1])) == (277, 278)


def test_a_row_becomes_an_activity(read):
    found = read(as_html(table([ROW, OTHER])))
    plan = found.plan
    assert found.problems == ()
    assert plan.code == ("AOI00012700011", "AOI00012700012")
    assert plan.keys == ("aoi00012700011", "aoi00012700012")
    assert plan.organ[0] == "SUBGERENCIA DE FISCALIZACIÓN"
    assert (plan.activity[0], plan.measure_unit) == ("Fiscalizar", ("INFORME", "EXPEDIENTE"))
    assert plan.budget_activity[0] == "GESTION ADMINISTRATIVA"
    assert plan.planned[0].tolist() == [1250.5, *range(2, 13)]
    assert plan.target[0] == 1250.5 + sum(range(2, 13))
    assert (plan.year, found.institution, found.unit_id) == (
        2021,
        "SERVICIO TRIBUTARIO INVENTADO",
        "000127",
    )
    assert found.parents == {"SUBGERENCIA DE FISCALIZACIÓN": "GERENCIA GENERAL"}
    assert found.reasons == ({3: "Huelga"}, {3: "Huelga"})
    assert found.block == "F(RE)"


def test_months_after_the_last_one_with_any_work_or_reason_are_not_reported(read):
    executed = read(as_html(table([ROW]))).plan.executed[0]
    assert executed[:3].tolist() == [1000.25, 0, 3]
    assert np.isnan(executed[3:]).all()
    explained = replace(ROW, reasons={5: "Sin presupuesto"})
    executed = read(as_html(table([explained]))).plan.executed[0]
    assert executed[:5].tolist() == [1000.25, 0, 3, 0, 0]
    idle = replace(ROW, executed=(0.0,) * 12, reasons={})
    assert np.isnan(read(as_html(table([idle]))).plan.executed).all()


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (as_csv, "poi.csv"),
        (lambda rows: as_csv(rows, ";", "utf-8-sig"), "poi.csv"),
        (lambda rows: as_csv(rows, ";", "cp1252"), "poi.csv"),
        (lambda rows: as_csv(rows, "\t"), "poi.txt"),
        (lambda rows: b"\xef\xbb\xbf" + as_html(rows), NAME),
        (lambda rows: as_html(rows).decode().encode("cp1252"), NAME),
    ],
    ids=["comma", "semicolon and mark", "Windows-1252", "tab", "page with mark", "page in 1252"],
)
def test_the_same_table_in_another_form_is_the_same_plan(read, form, name):
    rows = table(sample_rows(12))
    assert read(form(rows), name=name).plan.digest == read(as_html(rows)).plan.digest


def test_the_same_table_in_a_workbook_is_the_same_plan(read, tmp_path):
    rows = table(sample_rows(12))
    package = Package.open(write_xlsx(rows, tmp_path / "poi.xlsx"))
    found = export_in(package)
    assert found is not None
    assert found.problems == ()
    assert found.plan.digest == read(as_html(rows)).plan.digest
    assert found.plan.layout.sheet == "POI_PORACTIVIDAD"


def test_numbers_that_excel_understood_on_the_way_are_the_same_plan(read, tmp_path):
    rows = table(sample_rows(5))
    path = tmp_path / "poi.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                is_figure = number and HEADER[min(column, 276)].startswith("F")
                is_figure = is_figure and cell.replace(",", "").replace(".", "").isdigit()
                page.write(number, column, float(cell.replace(",", "")) if is_figure else cell)
    found = export_in(Package.open(path))
    assert found is not None
    assert found.plan.digest == read(as_html(rows)).plan.digest


@pytest.mark.parametrize("word", ["F(CS)", "f(cs)", "cs", "Fn(CS)"])
def test_another_block_may_be_the_planned_one(read, word):
    found = read(as_html(table([ROW])), word)
    assert found.block == "F(CS)"
    assert found.plan.planned[0, 1] == 2 - 14
    assert found.plan.layout.columns["planned", 1] == HEADER.index("F(CS) 01") + 1


def test_a_block_that_is_not_there_is_refused_with_those_that_are(read):
    with pytest.raises(Refusal, match=r"POI-E152.*«F\(X\)»; tiene F\(A\), F\(AJ\), F\(CS\)"):
        read(as_html(table([ROW])), "F(X)")


def test_older_exports_number_the_reprogramming(read):
    header = [name.replace("(RE)", "(RE1)") for name in HEADER]
    found = read(as_html(table([ROW], header)))
    assert (found.block, found.plan.planned[0, 0]) == ("F(RE1)", 1250.5)


def test_missing_columns_are_told_all_at_once(read):
    header = [name.replace("F(SE) 02", "x").replace("Unidad de Medida", "y") for name in HEADER]
    with pytest.raises(Refusal, match=r"POI-E151.*Unidad de Medida, F\(SE\) 02\."):
        read(as_html(table([ROW], header)))


def test_inactive_rows_are_left_out_and_counted(read):
    blank = replace(ROW, code="'AOI3", active="NO", planned=(0.0,) * 12, executed=(0.0,) * 12)
    found = read(as_html(table([ROW, blank, replace(blank, code="'AOI4")])))
    assert len(found.plan) == 1
    assert places(found) == [("POI-N150", at("Activo AO", 3))]
    assert "filas inactivas (Activo AO = NO): 2" in found.problems[0].message
    found = read(as_html(table([ROW, replace(OTHER, active="NO")])))
    assert codes(found) == ["POI-N150", "POI-A150"]


def test_whether_a_row_is_active_must_be_said(read):
    found = read(as_html(table([ROW, replace(OTHER, active="")])))
    assert (len(found.plan), places(found)) == (2, [("POI-A151", at("Activo AO", 3))])


def test_what_is_no_number_is_told_with_its_place_all_at_once(read):
    rows = table([ROW, OTHER])
    rows[1][HEADER.index("F(SE) 01")] = "NO ENVIADO"
    rows[2][HEADER.index("F(RE) 12")] = "12 informes"
    rows[2][HEADER.index("F(CS) 12")] = "nobody asks"
    found = read(as_html(rows))
    assert places(found) == [
        ("POI-E22", at("F(SE) 01", 2)),
        ("POI-E22", at("F(RE) 12", 3)),
    ]
    assert np.isnan(found.plan.executed[0, 0])
    assert np.isnan(found.plan.planned[1, 11])


def test_codes_are_keys_so_a_repeated_one_is_an_error_and_a_missing_one_a_warning(read):
    again = replace(OTHER, code=ROW.code)
    found = read(as_html(table([ROW, OTHER, again, replace(OTHER, code="")])))
    assert places(found) == [
        ("POI-E155", at("Actividad Operativa ID", 4)),
        ("POI-A152", at("Actividad Operativa ID", 5)),
    ]
    assert "ya está en la fila 2" in found.problems[0].message
    assert len(set(found.plan.keys)) == 4


def test_amounts_without_an_activity_are_told(read):
    found = read(as_html(table([ROW, replace(OTHER, activity="")])))
    assert (len(found.plan), codes(found)) == (1, ["POI-E26"])


def test_rows_of_another_width_are_told_and_not_counted(read):
    rows = table([ROW, OTHER, ROW])
    del rows[1][40]
    del rows[1][40]
    found = read(as_html(rows))
    assert (len(found.plan), places(found)) == (2, [("POI-E154", "A2")])
    rows = table([ROW, OTHER])
    rows[1].insert(3, "una celda más")
    assert places(read(as_html(rows))) == [("POI-E154", "A2")]


def test_an_export_without_activities_is_refused(read):
    for rows in (table([]), table([replace(ROW, active="NO")])):
        with pytest.raises(Refusal, match="POI-E157"):
            read(as_html(rows))


def test_rows_without_anything_are_nothing(read):
    found = read(as_html([*table([ROW]), [""], [], [""] * 278]))
    assert (len(found.plan), found.problems) == (1, ())


def test_the_year_comes_from_the_files_date_where_no_column_says_it(read):
    rows = table([replace(ROW, extra={"POI": "POI INSTITUCIONAL"})])
    found = read(as_html(rows))
    assert (found.plan.year, codes(found)) == (2021, ["POI-N151"])
    assert read(as_html(rows), name="poi.xls").plan.year is None


def test_a_column_that_stands_twice_is_told(read):
    header = ["Actividad Operativa" if name == "Codigo Externo" else name for name in HEADER]
    assert places(read(as_html(table([ROW], header)))) == [("POI-A23", at("Codigo Externo", 1))]


def test_text_is_read_as_a_browser_shows_it(read):
    rows = table([replace(ROW, activity="UNO", organ="DOS", unit="TRES")])
    page = as_html(rows).decode()
    page = page.replace(">UNO<", ">Atender &amp; <b>orientar</b><br>al p&uacute;blico &#8211; x<")
    page = page.replace(">DOS<", "> &lt;b&gt; &nbsp; <!-- no --> SEDE<")
    plan = read(page.encode()).plan
    assert plan.activity == ("Atender & orientar al público – x",)
    assert plan.organ == ("<b> SEDE",)


def test_tags_may_be_left_open(read):
    rows = table([ROW, OTHER])
    page = as_html(rows).decode()
    for tag in ("</td>", "</th>", "</tr>"):
        page = page.replace(tag, "")
    assert read(page.encode()).plan.digest == read(as_html(rows)).plan.digest
    loud = as_html(rows).decode().replace("<td>", "<TD class='a' >").replace("<tr>", "<TR>")
    assert read(loud.encode()).plan.digest == read(as_html(rows)).plan.digest


def test_entities_that_a_page_declares_are_not_resolved(read, tmp_path):
    secret = tmp_path / "secreto.txt"
    secret.write_text("SECRETO")
    doctype = f'<!DOCTYPE html [<!ENTITY e SYSTEM "{secret.as_uri()}"><!ENTITY b "{"ha" * 9}">]>'
    page = as_html(table([replace(ROW, activity="UNO", organ="DOS")])).decode()
    page = doctype + page.replace(">UNO<", ">x&e;&b;<").replace(">DOS<", f"><?xml e?>{'y' * 9}<")
    plan = read(page.encode()).plan
    assert plan.activity == ("x&e;&b;",)
    assert plan.organ == ("y" * 9,)


def test_a_character_of_no_page_hides_nothing(read):
    rows = table([replace(ROW, activity="UNO"), OTHER])
    page = as_html(rows).replace(b">UNO<", b">U\0O<")
    assert len(read(page).plan) == 2


def is_read(path):
    try:
        return export_at(path) is not None
    except Refusal:
        return False


@pytest.mark.parametrize("form", [as_html, as_csv, lambda rows: as_csv(rows, ";")])
def test_a_file_cut_short_is_noticed_wherever_it_ends(form, tmp_path):
    data = form(table([ROW, OTHER]))
    path = tmp_path / NAME
    rows_end = [i + 1 for i in range(len(data)) if data[i : i + 1] == b"\n"]
    for end in range(1, len(data) - len(b"</table></body></html>"), 61):
        path.write_bytes(data[:end])
        # Rows missing from the end of a text without any mark of it cannot be noticed.
        if form is not as_html and any(abs(end - at) < len("SI,\r\n") for at in rows_end):
            continue
        assert not is_read(path)


def test_a_row_that_the_parser_would_lose_is_noticed(read):
    page = as_html(table([ROW, OTHER])).replace(b">Fiscalizar<", b"><![CDATA[<tr ]]><", 1)
    with pytest.raises(Refusal, match="POI-E15"):
        read(page)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><table><tr><td>Ventas de Operativa ID</td></tr></table></html>",
        b"Actividad Operativa ID\r\n1\r\n",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 Actividad Operativa ID",
        b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">Operativa ID</Workbook>',
    ],
    ids=["nothing", "another page", "another text", "a workbook of 1997", "XML of 2003"],
)
def test_what_is_no_export_is_left_to_others(tmp_path, data):
    path = tmp_path / "poi.xls"
    path.write_bytes(data)
    assert export_at(path) is None
    assert not is_export(path)


def test_a_missing_file_and_a_folder_are_no_exports(tmp_path):
    assert export_at(tmp_path) is None
    assert export_at(tmp_path / "no.xls") is None


PAID = replace(
    ROW,
    soles_planned=(1500.75, *[1000.0] * 11),
    soles_executed=(900.5, 0, 0, 250.25, *[0.0] * 8),
)


def test_money_comes_from_the_same_block(read):
    soles = read(as_html(table([PAID]))).plan.soles
    assert soles.planned[0, :2].tolist() == [1500.75, 1000]
    assert soles.executed[0, :4].tolist() == [900.5, 0, 0, 250.25]
    assert read(as_html(table([PAID])), "cs").plan.soles.planned[0, 1] == 1000 - 14


def test_a_month_in_which_something_was_spent_was_reported(read):
    plan = read(as_html(table([PAID]))).plan
    assert plan.executed[0, :4].tolist() == [1000.25, 0, 3, 0]
    assert np.isnan(plan.executed[0, 4:]).all()
    assert np.isnan(plan.soles.executed[0, 4:]).all()


def test_money_that_lacks_a_month_is_none(read):
    header = [name.replace("Fn(SE) 02", "x") for name in HEADER]
    assert read(as_html(table([PAID], header))).plan.soles is None


def test_what_is_no_number_among_the_money_is_told(read):
    rows = table([PAID])
    rows[1][HEADER.index("Fn(SE) 03")] = "S/ 10"
    assert places(read(as_html(rows))) == [("POI-E22", at("Fn(SE) 03", 2))]


def test_commas_of_thousands_are_no_separators(read):
    millions = (1_234_567.5,) * 12
    rich = replace(PAID, planned=millions, executed=millions, soles_planned=millions)
    rows = table([replace(rich, code=f"'AOI{number}") for number in range(9)])
    found = read(as_csv(rows, ";"), name="poi.csv")
    assert found.plan.soles.planned.tolist() == [[*millions]] * 9


def test_months_that_do_not_add_up_are_counted(read):
    level = replace(OTHER, extra={"Acumulado": "NO"})
    found = read(as_html(table([ROW, level, replace(level, code="'AOI3")])))
    assert places(found) == [("POI-N153", at("Acumulado", 3))]
    assert "= NO: 2" in found.problems[0].message
