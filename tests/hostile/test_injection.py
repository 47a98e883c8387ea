"""What people typed stays text in everything that is written: no formula, no link comes of it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from poi_xl.commands.compare import compare_books
from poi_xl.commands.forms import make_forms
from poi_xl.commands.load import load
from poi_xl.commands.update import update
from poi_xl.core.settings import Settings
from poi_xl.package.parts import Package
from poi_xl.reading.cells import read_formulas
from poi_xl.sheets.base import base_bytes
from tests.hostile.good import NOW
from tests.native import small

TEXTS = (
    "=1+1",
    '=HYPERLINK("http://127.0.0.1/robo","clic")',
    "=cmd|'/c calc'!A1",
    "{=1+1}",
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    "\t=1+1",
    "http://127.0.0.1/robo",
    "mailto:a@127.0.0.1",
    "internal:POI!A1",
    "external:c:\\robo.xlsx",
    "file:///c:/robo.exe",
)
_LINK = re.compile(rb"<hyperlink [^>]*>")
_FORMULA_OF_OURS = re.compile(r"1\+1|HYPERLINK|cmd\||SUM\(1,1\)|robo", re.IGNORECASE)


def spoiled_book(path: Path, text: str) -> Path:
    """Write a workbook with the text in every field that a plan has."""
    names = tuple(f"{text} {number}" for number in range(3))
    plan = replace(
        small.plan(), organ=names, activity=names, budget_activity=names, measure_unit=names
    )
    settings = Settings(institution=text, year=2021, quarter=1, plan_sheet="POI")
    path.write_bytes(base_bytes(plan, settings))
    return path


def faults(path: Path) -> Iterator[str]:
    """Say where a workbook made a formula or a link of a text."""
    package = Package.open(path)
    for part in package.names():
        for arrow in package.relationships(part) if not part.endswith(".rels") else ():
            if arrow.external and not arrow.target.startswith("#"):
                yield f"{part} leads to {arrow.target}"
    for sheet in package.sheets:
        if sheet.kind == "worksheet":
            for place, formula in read_formulas(package, sheet).items():
                if _FORMULA_OF_OURS.search(formula.split('"')[0]):
                    yield f"{sheet.name} {place}: {formula}"
            for link in _LINK.findall(package.read(sheet.part)):
                if b"robo" in link:
                    yield f"{sheet.name}: {link!r}"


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_of_a_plan_becomes_more_than_a_text(tmp_path, text) -> None:
    book = spoiled_book(tmp_path / "libro.xlsx", text)
    assert load(book).plan.organ[0] == f"{text} 0".strip()
    other = spoiled_book(tmp_path / "otro.xlsx", f"{text} más")
    update(book, now=NOW)
    made = [book]
    make_forms(book, tmp_path / "fichas", now=NOW)
    compare_books(other, book, now=NOW, out=tmp_path / "comparacion.xlsx")
    made += [*(tmp_path / "fichas").glob("*.xlsx"), tmp_path / "comparacion.xlsx"]
    assert len(made) > 3
    for path in made:
        assert list(faults(path)) == [], path.name


def test_a_text_that_became_a_formula_would_be_seen(tmp_path) -> None:
    import xlsxwriter

    path = tmp_path / "libro.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write("A1", TEXTS[0])
        sheet.write("A2", TEXTS[1])
        sheet.write("A3", TEXTS[8])
    assert len(list(faults(path))) == 3
