"""Copies for others: they need nothing of ours, say nothing of others, compute what they say."""

import datetime as dt
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from poi_xl.commands import verifying
from poi_xl.commands.distribute import Mode, distribute, part_of
from poi_xl.commands.load import load
from poi_xl.core.plan import By
from poi_xl.core.problems import Refusal
from poi_xl.package.parts import Package
from poi_xl.sheets.about_copy import SHEET
from poi_xl.sheets.base import render_base
from tests.hand import type_in
from tests.oracles import audit, program, validate_dotnet

SHIPPED = Path(__file__).resolve().parents[2] / "workbook" / "POI_2021.xlsm"
NOW = dt.datetime(2026, 3, 4, 5, 6)  # noqa: DTZ001 - the analyst's own clock
OURS = (b"vbaProject", b"customUI", b"xlwings", b"IntelliSense", b"POI_AVANCE(", b"POI_SEMAFORO(")


def content(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())


@pytest.fixture
def small_engine(monkeypatch):
    """A computer without LibreOffice."""
    monkeypatch.setattr(verifying, "find_office", lambda _: None)


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    """The shipped workbook distributed in both modes, without LibreOffice."""
    folder = tmp_path_factory.mktemp("copias")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verifying, "find_office", lambda _: None)
        return {
            mode: distribute(SHIPPED, folder / mode, now=NOW, mode=mode).copies[0] for mode in Mode
        }


def values(path: Path, sheet: str) -> Any:
    return openpyxl.load_workbook(path, data_only=True)[sheet]


@pytest.mark.slow
def test_a_copy_has_nothing_of_ours_and_all_its_numbers(copies):
    copy = copies[Mode.FORMULAS]
    assert copy.file.path.name == "POI_2021 - copia.xlsx"
    assert (copy.verified.engine, copy.verified.different, copy.frozen) == ("formualizer", (), ())
    said = content(copy.file.path)
    assert [word for word in OURS if word in said] == []
    assert openpyxl.load_workbook(copy.file.path).sheetnames[0] == SHEET
    assert values(copy.file.path, "Tablero")["D9"].value == 1494
    facts = {row[0]: row[1] for row in values(copy.file.path, SHEET).values if row[0]}
    assert facts["Verificación"].startswith(f"{copy.verified.cells} celdas")
    assert (facts["Periodo"], facts["Fecha de la copia"]) == ("I TRIMESTRE", "04/03/2026 05:06")
    assert copy.verified.cells > 400
    charts = [n for n in Package.open(copy.file.path).names() if n.startswith("xl/charts/")]
    assert len(charts) == 7


@pytest.mark.slow
def test_values_alone(copies):
    path = copies[Mode.VALUES].file.path
    sheets = openpyxl.load_workbook(path).worksheets
    seen = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
    assert all(cell.data_type != "f" for sheet in seen for row in sheet for cell in row)
    tablero = values(path, "Tablero")
    assert (tablero["D9"].value, tablero["A9"].value) == (1494, "En meta")


@pytest.mark.slow
def test_the_audit_finds_nothing(copies):
    assert [audit(copy.file.path) for copy in copies.values()] == [[], []]


@pytest.mark.validator
@pytest.mark.slow
def test_the_dot_net_validator_finds_nothing(copies):
    assert [validate_dotnet(copy.file.path) for copy in copies.values()] == [[], []]


@pytest.mark.slow
@pytest.mark.usefixtures("small_engine")
def test_a_copy_that_computes_to_something_else_is_never_released(book, tmp_path):
    type_in(book, "Tablero", {"Z50": "=1+1"})  # stored as 0
    with pytest.raises(Refusal) as refused:
        distribute(book, tmp_path / "copias", now=NOW)
    assert [(p.code, p.place) for p in refused.value.problems] == [("POI-E132", "Tablero!Z50")]
    assert not (tmp_path / "copias").exists()


@pytest.mark.usefixtures("small_engine")
def test_the_organ_s_copy_that_differs_is_named(tmp_path, monkeypatch):
    loaded = load(SHIPPED)
    plan = part_of(loaded.plan, loaded.plan.grouping(By.ORGAN).codes < 2)
    book = tmp_path / "Dos órganos.xlsx"
    render_base(plan, loaded.settings, book)
    one, other = plan.grouping(By.ORGAN).labels
    engine = verifying._formualizer

    def doubting(path):
        ask = engine(path)
        wrong = ("POI", 5, 29) if other in path.name else ()
        return lambda *place: "otra cosa" if place == wrong else ask(*place)

    monkeypatch.setattr(verifying, "_formualizer", doubting)
    with pytest.raises(Refusal) as refused:
        distribute(book, tmp_path / "copias", now=NOW, by_organ=True)
    (found,) = refused.value.problems
    assert (found.code, found.place) == ("POI-E132", "POI!AD6")
    assert f"donde la copia de «{other}» dice" in found.message
    assert one not in found.message


@pytest.mark.slow
@pytest.mark.usefixtures("small_engine")
def test_formulas_into_other_workbooks_keep_their_value(book, tmp_path):
    type_in(book, "Tablero", {"Z50": "=[1]Hoja1!A1"})
    (copy,) = distribute(book, tmp_path / "copias", now=NOW).copies
    assert [(p.code, p.place) for p in copy.frozen] == [("POI-N130", "Tablero!Z50")]
    cell: Any = openpyxl.load_workbook(copy.file.path)["Tablero"]["Z50"]
    assert (cell.data_type, cell.value) == ("n", 0)
    facts = {row[0]: row[1] for row in values(copy.file.path, SHEET).values if row[0]}
    assert facts["Celdas congeladas"].startswith("Tablero!Z50")


@pytest.mark.slow
@pytest.mark.usefixtures("small_engine")
def test_an_organ_s_copy_has_no_trace_of_the_others(tmp_path):
    loaded = load(SHIPPED)
    plan = part_of(loaded.plan, loaded.plan.grouping(By.ORGAN).codes < 3)
    book = tmp_path / "Tres órganos.xlsx"
    render_base(plan, loaded.settings, book)
    copies = distribute(book, tmp_path / "copias", now=NOW, by_organ=True).copies
    organs = plan.grouping(By.ORGAN).labels
    assert [copy.organ for copy in copies] == list(organs)
    for copy in copies:
        # Whole texts of cells: a name may also be a word of a title.
        texts = set(re.findall(r">([^<>]+)<", content(copy.file.path).decode(errors="replace")))
        pairs = list(zip(plan.organ, plan.activity, strict=True))
        own = {name for organ, name in pairs if organ == copy.organ}
        assert texts.isdisjoint(set(organs) - {copy.organ})
        assert texts.isdisjoint({name for _, name in pairs} - own)
        mine = load(copy.file.path).plan
        assert set(mine.activity) == own
        chosen = [organ == copy.organ for organ in plan.organ]
        assert (mine.target == plan.target[chosen]).all()


def test_a_part_of_a_plan_is_whole(book):
    plan = load(book).plan
    groups = plan.grouping(By.ORGAN)
    parts = [part_of(plan, groups.codes == number) for number in range(len(groups.labels))]
    assert sum(map(len, parts)) == len(plan)
    assert sum(part.target.sum() for part in parts) == plan.target.sum()


@pytest.mark.office
@pytest.mark.slow
def test_libreoffice_verifies_and_prints(book, tmp_path):
    program("soffice")
    answer = distribute(book, tmp_path / "copias", now=NOW, pdf=True)
    (copy,) = answer.copies
    assert copy.verified.engine.startswith("LibreOffice")
    assert copy.verified.different == ()
    assert copy.pdf is not None
    assert copy.pdf.path.read_bytes().startswith(b"%PDF")
    assert answer.as_json()["copias"][0]["celdas_verificadas"] == copy.verified.cells


@pytest.mark.slow
@pytest.mark.usefixtures("small_engine")
def test_a_folder_that_cannot_be_made_is_explained(book, tmp_path):
    (tmp_path / "copias").write_text("un archivo")
    with pytest.raises(Refusal) as refused:
        distribute(book, tmp_path / "copias", now=NOW)
    assert [problem.code for problem in refused.value.problems] == ["POI-E16"]


@pytest.mark.usefixtures("small_engine")
def test_without_libreoffice_there_is_no_pdf_and_no_copy(book, tmp_path):
    with pytest.raises(Refusal) as refused:
        distribute(book, tmp_path / "copias", now=NOW, pdf=True)
    assert refused.value.problems[0].code == "POI-E131"
    assert not (tmp_path / "copias").exists()
