"""`fichas` against plain XlsxWriter, and `importar` with ever more forms."""

import datetime as dt
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import xlsxwriter
from openpyxl import load_workbook

from common import ROOT, best, line, random_plan
from poi_xl.commands.forms import make_forms
from poi_xl.commands.import_forms import import_forms
from poi_xl.commands.load import load
from poi_xl.core.forms import forms_of
from poi_xl.core.notes import REASON_CATEGORIES
from poi_xl.core.settings import Settings
from poi_xl.sheets.base import base_bytes
from poi_xl.sheets.form_book import form_bytes

NOW = dt.datetime(2021, 4, 20, 9, 30)  # noqa: DTZ001
ACTIVITIES = 5  # of each organ
SHIPPED = ROOT / "workbook" / "POI_2021.xlsm"


def least(action: Callable[[], object], repeat: int = 5) -> float:
    """Return the least processor time of several runs, in seconds: nothing here waits."""
    times = []
    for _ in range(repeat):
        start = time.process_time()
        action()
        times.append(time.process_time() - start)
    return min(times)


def plain_form(path: Path, rows: int) -> None:
    """Write a form's cells, formats and rules with XlsxWriter and nothing else."""
    with xlsxwriter.Workbook(path, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Ficha")
        looks = {"font_name": "Calibri", "font_size": 10, "border": 1, "text_wrap": True}
        title = book.add_format({"font_size": 15, "bold": True})
        head = book.add_format({**looks, "bold": True, "bg_color": "#1F4E79"})
        words = book.add_format(looks)
        figures = book.add_format({**looks, "num_format": "#,##0_)"})
        open_figures = book.add_format({**looks, "num_format": "#,##0_)", "locked": False})
        open_words = book.add_format({**looks, "bg_color": "#FFFBEA", "locked": False})
        sheet.write_string(0, 0, "FICHA DE EJECUCIÓN DEL POI 2021", title)
        sheet.write_string(1, 0, "SAT de Lima · GERENCIA DE FINANZAS", title)
        sheet.merge_range(2, 0, 2, 16, "Escriba en las celdas amarillas " * 12, words)
        for row, label in ((4, "Llenado por (nombre y cargo)"), (5, "Fecha de llenado")):
            sheet.write_string(row, 1, label, words)
            sheet.merge_range(row, 2, row, 4, "", open_words)
        for column in range(18):
            sheet.set_column(column, column, 12)
            if column in (5, 8, 11):
                sheet.merge_range(7, column, 7, column + 2, "Programado", head)
            if 5 <= column < 14:
                sheet.write_string(8, column, "ENE", head)
            else:
                sheet.merge_range(7, column, 8, column, f"Columna {column}", head)
        for row in range(9, rows + 9):
            sheet.set_row(row, 30)
            for column in range(18):
                if column in (1, 2, 3, 17):
                    sheet.write_string(row, column, f"ACTIVIDAD OPERATIVA {row} {column}", words)
                elif column < 11:
                    sheet.write_number(row, column, 12, figures)
                else:
                    sheet.write_blank(
                        row, column, None, open_figures if column < 14 else open_words
                    )
        whole = {"validate": "integer", "criteria": ">=", "value": 0, "error_message": "Un entero"}
        sheet.data_validation(9, 11, rows + 9, 13, whole)
        listed = {"validate": "list", "source": list(REASON_CATEGORIES)}
        sheet.data_validation(9, 14, rows + 9, 14, listed)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.freeze_panes(9, 2)
        sheet.repeat_rows(7, 8)
        sheet.print_area(0, 0, rows + 9, 16)
        sheet.protect()
        hidden = book.add_worksheet("poi_xl")
        for row in range(7):
            hidden.write_string(row, 0, "nombre")
            hidden.write_string(row, 1, "texto")
        hidden.very_hidden()


def measure_making(folder: Path) -> None:
    loaded = load(SHIPPED)
    forms = forms_of(loaded.plan, loaded.settings, loaded.period(None), "1.0")
    rows = round(len(loaded.plan) / len(forms))
    one = least(lambda: plain_form(folder / "plain.xlsx", rows))
    ours = least(lambda: [form_bytes(loaded.plan, form, "SAT de Lima") for form in forms])
    line("24 forms, made", ours, one * len(forms), "XlsxWriter x 24")
    print(f"24 forms / (24 x one plain form) = {ours / (one * 24):.2f}   goal: at most 3")

    def written() -> None:
        shutil.rmtree(folder / "fichas", ignore_errors=True)
        make_forms(SHIPPED, folder / "fichas", now=NOW)

    print(f"fichas, reading the workbook and flushing each file: {best(written, 3) * 1e3:.0f} ms")


def measure_importing(folder: Path) -> None:
    for count in (10, 100, 1_000):
        plan = random_plan(ACTIVITIES * count)
        organs = tuple(f"GERENCIA NÚMERO {i // ACTIVITIES}" for i in range(len(plan)))
        plan = replace(plan, organ=organs)
        plan = replace(plan, executed=np.full_like(plan.executed, np.nan))
        book, forms = folder / f"{count}.xlsx", folder / f"fichas {count}"
        book.write_bytes(base_bytes(plan, Settings(year=2021, quarter=1, plan_sheet="POI")))
        files = make_forms(book, forms, now=NOW).files
        for each in files:
            fill(each.placed.path)
        seconds = least(lambda b=book, f=forms: import_forms(b, [f], now=NOW, simulate=True), 1)
        print(
            f"importar, {len(files):>5,} forms of {ACTIVITIES} activities: {seconds:7.2f} s, "
            f"{seconds / len(files) * 1e3:6.1f} ms a form   goal: linear"
        )


def fill(path: Path) -> None:
    book = load_workbook(path)
    for row in book["Ficha"].iter_rows(min_row=10, min_col=12, max_col=14):
        for cell in row:
            cell.value = 3
    book.save(path)


with tempfile.TemporaryDirectory() as name:
    measure_making(Path(name))
    measure_importing(Path(name))
