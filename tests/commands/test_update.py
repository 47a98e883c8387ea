import datetime as dt
import zipfile

import pytest
from openpyxl import load_workbook

from poi_xl.commands.stamping import CellChange, cell_changes
from poi_xl.commands.update import update
from poi_xl.core.problems import Refusal
from poi_xl.core.settings import Settings
from poi_xl.package.parts import Package
from poi_xl.reading.cells import Cells
from poi_xl.reading.text import read_text
from poi_xl.sheets.base import base_bytes
from poi_xl.sheets.report import KEYS
from tests.conftest import DATA
from tests.hand import type_in
from tests.package.books import macros, save, unzipped

NOW = dt.datetime(2021, 4, 20, 9, 30)  # noqa: DTZ001
LATER = dt.datetime(2021, 5, 3, 17, 0)  # noqa: DTZ001


class Accepting:
    """A host whose user says yes to some codes."""

    def __init__(self, *codes):
        self.codes = codes

    def progress(self, text, share=None):
        pass

    def accepts(self, problem):
        return problem.code in self.codes


def column_of(sheet, heading):
    """Return row and column of a heading's cell."""
    return next((c.row, c.column) for row in sheet.iter_rows() for c in row if c.value == heading)


def alert_rows(path):
    """Return the rows of Alertas by activity, as heading → value; both blocks."""
    sheet = load_workbook(path)["Alertas"]
    rows, headings = {}, {}
    for row in sheet.iter_rows():
        values = [c.value for c in row]
        if "Actividad" in values and "Motivo" in values:
            headings = {v: i for i, v in enumerate(values) if v}
        elif headings and values[headings["Actividad"]]:
            rows[values[headings["Actividad"]]] = (
                {h: values[i] for h, i in headings.items()}, row[0].row
            )  # fmt: skip
    return rows


def cell_of(path, heading, activity):
    sheet = load_workbook(path)["Alertas"]
    _, column = column_of(sheet, heading)
    return sheet.cell(alert_rows(path)[activity][1], column).coordinate


def plan_cell(path, activity, month):
    """Return the address of an executed month (1-12) of an activity in POI."""
    sheet = load_workbook(path)["POI"]
    row = next(r[1].row for r in sheet.iter_rows() if r[1].value == activity)
    _, executed = column_of(sheet, "EJECUTADO")
    return sheet.cell(row, executed + month - 1).coordinate


def test_the_sheets_are_there_behind_the_plan(book):
    names = [sheet.name for sheet in Package.open(book).sheets]
    hidden = ["xlwings.conf", "_IntelliSense_"]
    assert names == ["POI", "Tablero", *KEYS.values(), "Configuración", *hidden]


def test_a_second_run_changes_no_byte_on_any_day(book):
    before = book.read_bytes()
    answer = update(book, now=LATER)
    assert not answer.written
    assert answer.cells_changed == 0
    assert book.read_bytes() == before
    assert not (book.parent / ".poi-respaldo").exists()


def test_new_data_move_figures_date_and_nothing_else(book):
    with zipfile.ZipFile(book) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    activity = "RECEPCIÓN, REGISTRO Y DERIVACIÓN DE LA DOCUMENTACIÓN"
    cell = plan_cell(book, activity, 3)
    type_in(book, "POI", {cell: 6})
    answer = update(book, now=LATER)
    assert answer.written
    assert answer.report.total.executed[0] == 1496
    assert answer.report.stamp.date == LATER.date()
    assert answer.backup is not None
    assert answer.backup.parent.name == ".poi-respaldo"
    with zipfile.ZipFile(book) as archive:
        after = {n: archive.read(n) for n in archive.namelist()}
    changed = {n for n in after if after[n] != parts.get(n)}
    sheets = {s.part: s.name for s in Package.open(book).sheets}
    assert "Configuración" not in {sheets.get(n) for n in changed}
    again = book.read_bytes()
    assert not update(book, now=LATER + dt.timedelta(days=1)).written
    assert book.read_bytes() == again


def test_what_people_typed_beside_an_alert_survives(book):
    activity = "RECEPCIÓN, REGISTRO Y DERIVACIÓN DE LA DOCUMENTACIÓN"
    typed = {
        "Categoría del motivo": "Personal",
        "Motivo": "=1+1",
        "Medida correctiva": "Contratar; revisar\nel turno",
        "Responsable": "Ana Ñahui",
        "Fecha de compromiso": 44317,
    }
    type_in(book, "Alertas", {cell_of(book, h, activity): v for h, v in typed.items()})
    executed = plan_cell(book, activity, 3)
    # The activity reaches its target and leaves the list...
    type_in(book, "POI", {executed: 10})
    update(book, now=NOW)
    kept = alert_rows(book)[activity][0]
    assert kept["Medida correctiva"] == typed["Medida correctiva"]
    assert kept["Semáforo"] == "● En meta"
    # ... and comes back.
    type_in(book, "POI", {executed: 4})
    update(book, now=LATER)
    row = alert_rows(book)[activity][0]
    assert row["Categoría del motivo"] == "Personal"
    assert row["Motivo"] == "=1+1"
    assert row["Medida correctiva"] == typed["Medida correctiva"]
    assert row["Responsable"] == "Ana Ñahui"
    assert row["Fecha de compromiso"] in (dt.datetime(2021, 5, 1), 44317)  # noqa: DTZ001
    assert "▼" in row["Semáforo"]


def test_typing_elsewhere_on_our_sheets_stops_the_run(book):
    type_in(book, "Resumen", {"B60": "nota del jefe"})
    before = book.read_bytes()
    with pytest.raises(Refusal, match="POI-E13 Resumen"):
        update(book, now=LATER)
    assert book.read_bytes() == before
    assert update(book, now=LATER, host=Accepting("POI-E13")).written


def test_a_sheet_of_the_same_name_is_never_touched(book, tmp_path):
    plain = tmp_path / "ajeno.xlsx"
    wb = load_workbook(book)
    for name in wb.sheetnames:
        if name not in ("POI", "Configuración"):
            del wb[name]
    for name in list(wb.defined_names):
        if name.startswith("_poi_xl"):
            del wb.defined_names[name]
    wb.create_sheet("Resumen")["A1"] = "mío"
    wb.create_sheet("ALERTAS")["A1"] = "mío también"
    wb.save(plain)
    before = plain.read_bytes()
    with pytest.raises(Refusal) as refused:
        update(plain, now=NOW)
    assert [p.code for p in refused.value.problems] == ["POI-E11", "POI-E11"]
    assert plain.read_bytes() == before


def test_simulating_writes_nothing_and_names_every_cell(book):
    type_in(book, "POI", {plan_cell(book, "EJECUCIÓN DEL CONTROL GUBERNAMENTAL", 1): 4})
    before = book.read_bytes()
    answer = update(book, now=LATER, simulate=True)
    assert not answer.written
    assert book.read_bytes() == before
    assert sorted(p.name for p in book.parent.iterdir()) == [book.name]
    changes = {c.before: c.after for s in answer.sheets for c in s.cells}
    assert changes[1494] == 1496
    really = update(book, now=LATER)
    assert [s.cells for s in really.sheets] == [s.cells for s in answer.sheets]


def test_writing_to_another_file_leaves_the_source(book, tmp_path):
    type_in(book, "POI", {plan_cell(book, "EJECUCIÓN DEL CONTROL GUBERNAMENTAL", 1): 4})
    before, other = book.read_bytes(), tmp_path / "copia.xlsm"
    assert update(book, now=NOW, out=other).written
    assert book.read_bytes() == before
    assert not update(other, now=LATER).written


def test_another_period_and_preset(book):
    answer = update(book, now=NOW, period="FEB", preset="E")
    assert answer.report.stamp.period == "FEB"
    assert answer.report.stamp.preset == "E (70/90)"
    assert answer.report.total.planned[0] == 506
    with pytest.raises(Refusal, match="POI-E33"):
        update(book, now=NOW, period="trimestre 9")
    with pytest.raises(Refusal, match=r"POI-E34.*A \(75/95/100\)"):
        update(book, now=NOW, preset="Z")


def test_an_open_workbook_is_left_alone(book):
    book.with_name("~$" + book.name).write_bytes(b"\x05Maria" + b" " * 49)
    before = book.read_bytes()
    with pytest.raises(Refusal, match=r"POI-E05.*Maria"):
        update(book, now=NOW, period="FEB")
    assert book.read_bytes() == before


def test_a_hundred_runs_on_new_data_do_not_grow_the_workbook(book):
    cell = plan_cell(book, "EJECUCIÓN DEL CONTROL GUBERNAMENTAL", 1)
    sizes = []
    for turn in range(100):
        type_in(book, "POI", {cell: turn % 3})
        update(book, now=NOW + dt.timedelta(minutes=turn))
        with zipfile.ZipFile(book) as archive:
            names = len(archive.namelist())
            sizes.append((archive.getinfo("xl/styles.xml").file_size, names))
    assert len(set(sizes)) == 1
    assert len(list((book.parent / ".poi-respaldo").iterdir())) == 10


def test_formulas_that_look_at_our_sheets_are_computed_anew(book):
    def asks_to_compute():
        return b"fullCalcOnLoad" in zipfile.ZipFile(book).read("xl/workbook.xml")

    executed = plan_cell(book, "EJECUCIÓN DEL CONTROL GUBERNAMENTAL", 1)
    type_in(book, "POI", {executed: 4})
    update(book, now=NOW)
    assert not asks_to_compute()
    type_in(book, "Configuración", {"H40": "='Por órgano'!F30*2", "H41": "Resumen!"})
    update(book, now=NOW)
    assert not asks_to_compute(), "nothing changed"
    type_in(book, "POI", {executed: 3})
    update(book, now=NOW)
    assert asks_to_compute()
    before = book.read_bytes()
    assert not update(book, now=LATER).written
    assert book.read_bytes() == before


def test_a_signed_macro_project_is_kept_and_told(book):
    parts = macros(unzipped(book.read_bytes()))
    save(book, parts)
    type_in(book, "POI", {"R7": 5})
    assert update(book, now=NOW).notices == (), "no sheet is new"
    after = unzipped(book.read_bytes())
    assert {n: after[n] for n in parts if "vba" in n} == {n: parts[n] for n in parts if "vba" in n}


def test_new_sheets_in_a_workbook_with_signed_macros_come_with_a_warning(tmp_path):
    plan, _ = read_text(DATA)
    assert plan is not None
    path = save(tmp_path / "firmado.xlsm", macros(unzipped(base_bytes(plan, Settings()))))
    assert [notice.code for notice in update(path, now=NOW).notices] == ["POI-N10"]
    assert update(path, now=NOW).notices == ()


def test_digits_that_another_program_does_not_write_are_no_change():
    # LibreOffice writes fifteen digits of a number, poi_xl and Excel all seventeen.
    before = Cells([["total", 0.919753086419753, 5.0, "5", 0.5]])
    after = Cells([["total", 0.9197530864197531, 5, 5.0, 0.5000001]])
    assert cell_changes("Resumen", before, after) == (
        CellChange("Resumen", "D1", "5", 5.0),
        CellChange("Resumen", "E1", 0.5, 0.5000001),
    )
