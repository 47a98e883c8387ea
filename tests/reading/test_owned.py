"""Reading back the sheet Alertas after people worked on it."""

import datetime as dt
import zipfile

import openpyxl
import pytest
import xlsxwriter

from poi_xl.core.notes import Formula
from poi_xl.package.parts import Package
from poi_xl.reading.owned import (
    cells_fingerprint,
    fingerprint,
    parse_notes,
    sheet_cells,
    typed_blocks,
    typed_notes,
)

TYPED = [
    "Categoría del motivo", "Motivo", "Medida correctiva", "Responsable", "Fecha de compromiso",
]  # fmt: skip
HEADINGS = ["Órgano", "Actividad", "Avance", *TYPED, "Clave"]
DAY = dt.date(2021, 5, 31)


def grid(*current, gone=()):
    """The sheet as rendered: a title, the current alerts, and those that left the list."""
    rows = [["Alertas"], HEADINGS, *current, [], ["Ya no están en alerta"], HEADINGS, *gone]
    return [[*row, *[""] * (9 - len(row))] for row in rows]


def alert(organ, activity, *typed, key=""):
    return [organ, activity, 0.5, *typed, *[""] * (5 - len(typed)), key]


@pytest.fixture
def path(tmp_path):
    """Alertas among other sheets, with a date, a formula and a note below the tables."""
    path = tmp_path / "libro.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Otra").write_formula("A1", "=1", None, 1)
        sheet = book.add_worksheet("Mis alertas")
        rows = grid(alert("A", "X", "Personal", key="k1"), gone=[alert("B", "Y", "", "Tardó")])
        for i, row in enumerate(rows):
            sheet.write_row(i, 0, row)
        sheet.write_formula("E3", '=B3&" <sin> ""personal"""', None, "X <sin> personal")
        sheet.write_datetime("H3", DAY, book.add_format({"num_format": "dd/mm/yyyy"}))
        sheet.write("G12", "anotado abajo")
    return path


def resaved(path):
    book = openpyxl.load_workbook(path)
    book.save(path.with_name("otro.xlsx"))
    return path.with_name("otro.xlsx")


@pytest.mark.parametrize("again", [lambda path: path, resaved])
def test_everything_typed_comes_back_formulas_as_formulas(path, again):
    current, gone, below = typed_notes(Package.open(again(path)), "MIS ALERTAS")
    formula = Formula('=B3&" <sin> ""personal"""')
    assert (current.key, current.organ, current.activity) == ("k1", "A", "X")
    assert current.values == ("Personal", formula, "", "", DAY)
    assert (gone.key, gone.values[1]) == ("b|y", "Tardó")
    assert (below.key, below.values[3]) == ("", "anotado abajo")


def test_rows_without_anything_typed_are_no_notes():
    assert parse_notes(grid(alert("A", "X", "  ")), {}) == []


def test_columns_moved_or_deleted_by_people():
    headings = ["MOTIVO", "Actividad", "órgano", "Responsable"]
    (note,) = parse_notes([headings, ["Tardó", "X", "A", 7.0]], {})
    assert (note.key, note.values) == ("a|x", ("", "Tardó", "", 7.0, ""))


def stamped(package, name):
    return cells_fingerprint(sheet_cells(package, [name])[name])


def test_a_sheet_that_is_not_there_has_nothing(path):
    package = Package.open(path)
    assert typed_notes(package, "Alertas") == []
    cells = sheet_cells(package, ["Alertas", "Otra"])
    assert list(cells) == ["Otra"]
    assert cells["Otra"].rows == [[1.0]]


def test_shared_formulas_are_written_out(tmp_path):
    """Excel writes a formula that was filled down only once."""
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book["Sheet"]
    sheet.append(["Órgano", "Actividad", "Motivo"])
    for name in ("X", "Y"):
        sheet.append(["A", name, "z"])
    book.save(path)
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    data = parts["xl/worksheets/sheet1.xml"]
    for cell, inner in (
        (b"C2", b'<f t="shared" ref="C2:C3" si="0">B2&amp;"!"</f><v>X!</v>'),
        (b"C3", b'<f t="shared" si="0"/><v>Y!</v>'),
    ):
        start = data.index(b'<c r="%s"' % cell)
        end = data.index(b"</c>", start)
        data = data[:start] + b'<c r="%s" t="str">%s' % (cell, inner) + data[end:]
    parts["xl/worksheets/sheet1.xml"] = data
    with zipfile.ZipFile(path, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)
    notes = typed_notes(Package.open(path), "Sheet")
    assert [note.values[1] for note in notes] == [Formula('=B2&"!"'), Formula('=B3&"!"')]


# --- the fingerprint ------------------------------------------------------------------------------

ALERTS = (alert("A", "X", key="k1"), alert("B", "Y", key="k2"))


def mark(rows):
    return fingerprint(rows, typed_blocks(rows))


def test_fingerprint_is_the_same_after_sorting_typing_and_saving(path):
    base = mark(grid(*ALERTS))
    assert mark(grid(*reversed(ALERTS))) == base
    typed = (alert("A", "X", "Personal", "Tardó", "", "", DAY, key="k1"), ALERTS[1])
    assert mark([*grid(*typed), ["", "", "", "", "", "una nota"]]) == base
    noisy = [[x * (1 + 1e-15) if isinstance(x, float) else x for x in row] for row in grid(*ALERTS)]
    assert mark(noisy) == base
    assert len(base) == 12


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [(2, 2, 0.51), (2, 0, "a"), (0, 5, "hola"), (1, 3, "Motivo 2"), (7, 1, "x"), (2, 2, "")],
)
def test_fingerprint_changes_when_anybody_types_elsewhere(row, column, value):
    rows = [*grid(*ALERTS), [""] * 9]
    base = mark(rows)
    rows[row][column] = value
    assert mark(rows) != base


def test_fingerprint_of_a_file_survives_another_program(path):
    """Formulas lose their results through openpyxl, but here they stand in typed columns."""
    first = stamped(Package.open(path), "Mis alertas")
    assert stamped(Package.open(resaved(path)), "Mis alertas") == first


def test_fingerprint_sees_a_cell_lost_far_away(tmp_path):
    marks = []
    for extra in ((), (1_000_000, 3, "x")):
        path = tmp_path / f"{len(extra)}.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("A")
            sheet.write(0, 0, "a")
            if extra:
                sheet.write(*extra)
        marks.append(stamped(Package.open(path), "A"))
    assert marks[0] != marks[1]
