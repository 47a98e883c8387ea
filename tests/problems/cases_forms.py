"""The units' forms: made, filled in, spoiled, and what `importar` tells of them."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from poi_xl.commands.forms import make_forms
from poi_xl.commands.import_forms import import_forms
from poi_xl.commands.update import update
from tests.commands.test_forms import fill
from tests.commands.test_update import cell_of
from tests.hand import type_in
from tests.problems.telling import HEADER, NOW, Desk, Told, case, with_

OPEN = with_(Q="", R="", S="")
ROWS = (OPEN, with_(OPEN, B="Informar"), with_(OPEN, A="ESCUELA", B="Enseñar"))
FULL = [[1, 1, 1], [1, 1, 1]]

Change = Callable[[Any], object]


class Mail:
    """A workbook, and the form that JEFATURA sent back."""

    def __init__(self, desk: Desk, rows: Sequence[Sequence[Any]] = ROWS) -> None:
        self.desk, self.book = desk, desk.plan(*rows)

    def form(
        self,
        answers: Sequence[Sequence[Any]] = FULL,
        change: Change = lambda sheets: None,
        **more: Any,
    ) -> Path:
        made = make_forms(self.book, self.desk.folder / "fichas", now=NOW)
        path = next(each.placed.path for each in made.files if each.organ == "JEFATURA")
        fill(path, answers, **more)
        sheets = load_workbook(path)
        change(sheets)
        sheets.save(path)
        return path

    def imports(self, *forms: Path) -> Told:
        return self.desk.types("importar", self.book, *forms)


def returned(desk: Desk, change: Change, answers: Sequence[Sequence[Any]] = FULL) -> Told:
    mail = Mail(desk)
    return mail.imports(mail.form(answers, change))


def typed(cell: str, value: object) -> Change:
    def change(sheets: Any) -> None:
        sheets["Ficha"][cell] = value

    return change


def hidden(line: str, value: str) -> Change:
    """Change a line of the form's hidden sheet."""

    def change(sheets: Any) -> None:
        for name, cell in sheets["poi_xl"].iter_rows(max_col=2):
            if name.value == line:
                cell.value = value

    return change


@case("POI-E100")
def no_form(desk: Desk) -> Told:
    mail = Mail(desk)
    return mail.imports(shutil.copyfile(mail.book, desk.folder / "otro.xlsx"))


@case("POI-E101")
def other_release(desk: Desk) -> Told:
    return returned(desk, hidden("poi_xl.ficha", "99"))


@case("POI-E102")
def other_plan(desk: Desk) -> Told:
    return returned(desk, hidden("anio", "2020"))


@case("POI-E103")
def other_quarter(desk: Desk) -> Told:
    mail = Mail(desk)
    form = mail.form()
    type_in(mail.book, "Configuración", {"B2": 2})
    return mail.imports(form)


@case("POI-E104")
def plan_changed(desk: Desk) -> Told:
    mail = Mail(desk)
    form = mail.form()
    type_in(mail.book, "POI", {"D2": 15, "P2": 4})
    return mail.imports(form)


@case("POI-E105")
def two_forms(desk: Desk) -> Told:
    mail = Mail(desk)
    form = mail.form()
    return mail.imports(form, shutil.copyfile(form, desk.folder / "copia.xlsx"))


@case("POI-E106")
def given_cell_changed(desk: Desk) -> Told:
    return returned(desk, typed("F10", 9))


@case("POI-E107")
def a_row_of_theirs(desk: Desk) -> Told:
    return returned(desk, typed("B40", "Otra actividad"))


@case("POI-E108")
def a_row_missing(desk: Desk) -> Told:
    return returned(desk, lambda sheets: sheets["Ficha"].delete_rows(11), [[1, 1, 1]])


@case("POI-E109")
def a_row_twice(desk: Desk) -> Told:
    def copy(sheets: Any) -> None:
        for cell in sheets["Ficha"][10]:
            if type(cell).__name__ == "Cell":
                sheets["Ficha"].cell(12, cell.column, cell.value)

    return returned(desk, copy)


@case("POI-E110")
def no_number(desk: Desk) -> Told:
    return returned(desk, typed("L10", "doce"))


@case("POI-E111")
def a_formula(desk: Desk) -> Told:
    return returned(desk, typed("L10", "=1+1"))


@case("POI-E112")
def negative(desk: Desk) -> Told:
    return returned(desk, typed("L10", -1))


@case("POI-E113")
def decimals(desk: Desk) -> Told:
    return returned(desk, typed("L10", 1.5))


@case("POI-E114")
def another_figure(desk: Desk) -> Told:
    mail = Mail(desk, (with_(OPEN, Q=3.0), *ROWS[1:]))
    return mail.imports(mail.form())


@case("POI-E115")
def other_columns(desk: Desk) -> Told:
    return returned(desk, lambda sheets: sheets["Ficha"].insert_cols(3))


@case("POI-E116")
def formula_in_the_plan(desk: Desk) -> Told:
    mail = Mail(desk)
    form = mail.form()
    type_in(mail.book, "POI", {"Q2": "=2+3"})
    return desk.types("importar", mail.book, form, "--preferir", "ficha")


@case("POI-E117")
def no_column_of_a_month(desk: Desk) -> Told:
    return desk.types("fichas", desk.plan(OPEN[:17], header=HEADER[:17]), "-o", "fichas")


@case("POI-E118")
def too_long(desk: Desk) -> Told:
    return desk.types("fichas", desk.plan(*ROWS), "-o", "fichas", "--periodo", "ANUAL")


@case("POI-E119")
def another_text(desk: Desk) -> Told:
    mail = Mail(desk)
    update(mail.book, now=NOW)
    type_in(mail.book, "Alertas", {cell_of(mail.book, "Motivo", "Dirigir"): "Huelga"})
    return mail.imports(mail.form(notes=[["", "Lluvia"]]))


@case("POI-A100")
def empty_form(desk: Desk) -> Told:
    mail = Mail(desk)
    return import_forms(mail.book, [mail.form(())], now=NOW, simulate=True).problems


@case("POI-A101")
def blank_months(desk: Desk) -> Told:
    mail = Mail(desk)
    return import_forms(mail.book, [mail.form([[1, 1]])], now=NOW, simulate=True).problems


@case("POI-A102")
def nobody_signed(desk: Desk) -> Told:
    mail = Mail(desk)
    return import_forms(mail.book, [mail.form(by=None)], now=NOW, simulate=True).problems


@case("POI-N100")
def executed_since(desk: Desk) -> Told:
    mail = Mail(desk)
    form = mail.form()
    type_in(mail.book, "POI", {"Q2": 1})
    return import_forms(mail.book, [form], now=NOW, simulate=True).problems


@case("POI-N101")
def sorted_rows(desk: Desk) -> Told:
    def swap(sheets: Any) -> None:
        sheet = sheets["Ficha"]
        first, second = ([cell.value for cell in sheet[row]] for row in (10, 11))
        for row, values in ((10, second), (11, first)):
            for column, value in enumerate(values, start=1):
                sheet.cell(row, column).value = value

    mail = Mail(desk)
    return import_forms(mail.book, [mail.form(change=swap)], now=NOW, simulate=True).problems
