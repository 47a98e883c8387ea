"""`construir --desde`: an institution's workbook from its export, like the shipped one."""

import datetime as dt
from dataclasses import replace

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from poi_xl.commands.build import build_from_export
from poi_xl.commands.distribute import part_of
from poi_xl.commands.open_quarter import open_quarter
from poi_xl.commands.update import update
from poi_xl.core.plan import By
from poi_xl.core.problems import Refusal
from poi_xl.core.text import fold
from poi_xl.hosts.cli import main
from poi_xl.package.marks import owned_sheets
from poi_xl.package.parts import Package
from poi_xl.reading.exports import export_at
from poi_xl.reading.owned import typed_notes
from poi_xl.reading.workbook import read_workbook
from tests import oracles
from tests.reading.exports import HEADER, as_html, sample_rows, table, write_xlsx

NOW = dt.datetime(2021, 4, 20, 9, 30)  # noqa: DTZ001 - the analyst's own clock
ROWS = sample_rows(24)
LATE = replace(
    ROWS[5],
    code="'AOI00012700099",
    activity="FORMULAR Y EVALUAR LOS PLANES INSTITUCIONALES DE CORTO, MEDIANO Y LARGO PLAZO, "
    "INCLUIDA LA COORDINACIÓN CON LAS UNIDADES ORGÁNICAS",
    organ="OFICINA GENERAL DE PLANEAMIENTO, PRESUPUESTO Y MODERNIZACIÓN",
    executed=(1.0, 1.0, 0.0, *[0.0] * 9),
    reasons={1: "Falta de personal", 2: "Falta de personal.", 3: "=1+1"},
)

TOLD = "ENE, FEB: Falta de personal. MAR: =1+1."


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "POI_PORACTIVIDADOPERATIVA_ANUAL_000127_20210415.xls"
    path.write_bytes(as_html(table([LATE, *ROWS])))
    return path


@pytest.fixture
def made(source, tmp_path):
    path = tmp_path / "POI.xlsm"
    build_from_export(source, path, now=NOW)
    return path


def plan_in(book):
    return read_workbook(book).plan


def plan_of(export):
    found = export_at(export)
    assert found is not None
    return found.plan


def test_the_workbook_says_what_the_export_says(source, made):
    export, content = export_at(source), read_workbook(made)
    assert export is not None
    assert content.plan is not None
    assert content.problems == ()
    assert content.plan.digest == export.plan.digest
    assert content.plan.code == export.plan.code
    settings = content.settings
    assert (settings.institution, settings.year, settings.quarter) == (
        "SERVICIO TRIBUTARIO INVENTADO",
        2021,
        1,
    )


def test_what_its_cost_centres_depend_on_is_in_configuracion(source, made):
    export, content = export_at(source), read_workbook(made)
    assert export is not None
    found = content.settings.hierarchy
    assert export.parents
    assert {o: found.above(o)[0] for o in export.parents} == {
        organ: fold(parent) for organ, parent in export.parents.items()
    }


def test_it_has_the_sheets_and_macros_of_the_shipped_one(made, built):
    ours, shipped = Package.open(made), Package.open(built)
    assert [sheet.name for sheet in ours.sheets] == [sheet.name for sheet in shipped.sheets]
    assert ours.read("xl/vbaProject.bin") == shipped.read("xl/vbaProject.bin")


def test_its_money_stands_folded_away_beside_the_plan(source, made):
    plan = plan_in(made)
    assert (plan.soles.planned == plan_of(source).soles.planned).all()
    columns = plan.layout.columns
    book = openpyxl.load_workbook(made)
    sheet = book["POI"]
    money = [place for (kind, _), place in columns.items() if kind.startswith("soles_")]
    folded = sheet.column_dimensions[get_column_letter(min(money))]
    assert len(money) == 24
    assert (folded.hidden, folded.outlineLevel, folded.max) == (True, 1, max(money))
    assert sheet.column_dimensions[get_column_letter(min(money) - 1)].collapsed
    assert f"${get_column_letter(max(money))}$" in book.defined_names["POI_DATOS"].value


def test_its_money_stands_in_the_summaries(source, made, built):
    plan = plan_of(source)
    spent, planned = (each[:, :3].sum() for each in (plan.soles.executed, plan.soles.planned))
    book = openpyxl.load_workbook(made, data_only=True)
    rows = [list(filter(None, row)) for row in book["Resumen"].values]
    line = next(row for row in rows if row[:1] == ["I TRIM"])
    assert line[1:4] == pytest.approx([planned, spent, spent / planned])
    *_, total = (row for row in book["Por órgano"].values if row[1] == "TOTAL")
    last = [cell for cell in total if cell is not None][-4:]
    assert last == pytest.approx([planned, spent, spent / planned, spent / planned])
    shipped = openpyxl.load_workbook(built, data_only=True)
    texts = {
        cell for name in ("Resumen", "Por órgano") for row in shipped[name].values for cell in row
    }
    assert not texts & {"Ejecución financiera", "Programado (S/)"}


def test_opening_a_quarter_leaves_the_money_alone(made):
    before = plan_in(made)
    open_quarter(made, 2, now=NOW)
    after = plan_in(made)
    assert after.title_quarter == 2
    assert (after.soles.planned == before.soles.planned).all()
    sheet = openpyxl.load_workbook(made)["POI"]
    letter = get_column_letter(after.layout.columns["soles_planned", 1])
    assert sheet.column_dimensions[letter].hidden


def test_a_copy_for_one_organ_has_its_money_and_no_others(made):
    plan = plan_in(made)
    chosen = plan.grouping(By.ORGAN).codes == 0
    money = part_of(plan, chosen).soles
    assert money is not None
    assert money.planned.tolist() == plan.soles.planned[chosen].tolist()


def test_the_reasons_of_the_quarter_stand_in_alertas(made):
    package = Package.open(made)
    notes = typed_notes(package, owned_sheets(package)["alertas"].name)
    said = {note.key: note.values for note in notes}
    assert said[LATE.code.lstrip("'").lower()] == ("", TOLD, "", "", "")
    assert len(notes) == 1 + sum(bool(row.reasons) for row in ROWS)


def test_an_update_changes_nothing_of_it(made):
    before = made.read_bytes()
    assert not update(made, now=NOW).written
    assert made.read_bytes() == before


def test_the_same_export_gives_the_same_bytes_again(source, made, tmp_path):
    again = build_from_export(source, tmp_path / "otro.xlsm", now=NOW)
    assert again.path.read_bytes() == made.read_bytes()
    assert not build_from_export(source, made, now=NOW).written


def test_another_workbook_in_its_place_is_kept(source, made):
    before = made.read_bytes()
    with pytest.raises(Refusal, match="POI-E50"):
        build_from_export(source, made, now=NOW, block="cs")
    assert made.read_bytes() == before


def test_a_name_that_would_be_passed_over_is_told_and_nothing_written(source, tmp_path):
    source.write_bytes(as_html(table([replace(LATE, activity="TOTAL GENERAL"), *ROWS])))
    with pytest.raises(Refusal, match=r"POI-E158.*«TOTAL GENERAL»"):
        build_from_export(source, tmp_path / "POI.xlsm", now=NOW)
    assert list(tmp_path.iterdir()) == [source]


def test_from_the_command_line(capsys, source, tmp_path):
    saved = write_xlsx(table(ROWS), tmp_path / "marzo.xlsx")
    assert main(["construir", "--desde", str(saved), "--institucion", "OTRA"]) == 0
    assert read_workbook(tmp_path / "marzo.xlsm").settings.institution == "OTRA"
    rows = table(ROWS)
    rows[1][HEADER.index("F(SE) 01")] = "NO ENVIADO"
    source.write_bytes(as_html(rows))
    assert main(["construir", "--desde", str(source)]) == 1
    assert "poi-xl revisar" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--desde", "libro.xlsm"), "POI-E159"),
        (("plan.tsv", "--desde", "libro.xlsm"), "POI-E19"),
        (("plan.tsv", "--programado", "cs"), "POI-E156"),
    ],
)
def test_wrong_uses(capsys, book, words, code):
    given = [str(book) if word == "libro.xlsm" else word for word in words]
    assert main(["construir", *given]) == 2
    assert code in capsys.readouterr().err


def test_the_audit_finds_nothing(made):
    assert oracles.audit(made) == []


@pytest.mark.validator
def test_microsofts_validator_finds_nothing(made):
    assert oracles.validate_dotnet(made) == []
