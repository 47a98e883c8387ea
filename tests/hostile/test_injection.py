"""What people typed stays text in everything that is written, by every command, from every input.

One plan has every hostile text in every field, so that each command meets all of them at once.
"""

import json
import logging
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lxml import etree

from poi_xl.commands import log
from poi_xl.core.plan import Plan
from poi_xl.core.settings import Settings
from poi_xl.package.parts import Package
from poi_xl.reading.forms import read_form
from poi_xl.sheets.base import base_bytes
from tests import oracles
from tests.hand import MAIN
from tests.hostile.commands import FINE, OBSERVATIONS, WRONG_USE, Said, is_clear, said
from tests.hostile.payloads import MARK, TEXTS, breaches, escaped, seen, texts
from tests.reading.exports import Row, as_csv, as_html, table

FIELDS = ("organ", "activity", "budget_activity", "measure_unit")
# XlsxWriter spells it with escapes that its reader leaves as they are.
_SPELLED = ("no letters",)
# A terminal would obey these.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def told(capsys, *words: object, codes=(FINE, OBSERVATIONS)) -> str:
    """Run a command; hold that it answers clearly, and in nothing but letters."""
    answer: Said = said(capsys, [str(word) for word in words])
    assert is_clear(answer), answer
    assert answer.code in codes, answer
    assert not _OBEYED.search(answer.text.replace("\r\n", "\n")), answer.text
    return answer.text


def told_json(capsys, *words: object) -> Any:
    """Run a command that answers data; what it says beside them comes after."""
    return json.JSONDecoder().raw_decode(told(capsys, *words, "--json"))[0]


def spoiled_plan(wanted=TEXTS.values(), ending: str = "") -> Plan:  # noqa: B008 - it is a constant
    """Return a plan with an activity for each text, which stands in all its fields."""
    count = len(wanted)
    names: dict[str, Any] = {
        field: tuple(f"{text} {field}{ending}" for text in wanted) for field in FIELDS
    }
    months = np.ones((count, 12))
    return Plan(**names, target=np.full(count, 12.0), planned=months, executed=months * 0.5)


def write_book(path: Path, plan: Plan, institution: str = f"=1+1 {MARK}") -> Path:
    settings = Settings(institution=institution, year=2021, quarter=1, plan_sheet="POI")
    path.write_bytes(base_bytes(plan, settings))
    return path


def held(*paths: Path, fields=FIELDS, but=()) -> None:
    """Hold that workbooks say every text of a plan, and made no more of it."""
    assert paths
    for path in paths:
        assert list(breaches(path)) == []
        found = texts(path)
        missing = [
            (name, field)
            for name, text in TEXTS.items()
            for field in fields
            if name not in but and seen(f"{text} {field}") not in found
        ]
        assert not missing, path.name


def harmless(folder: Path) -> list[Path]:
    """Hold that none of a folder's workbooks made more of a text; return them."""
    paths = sorted(folder.glob("*.xls[xm]"))
    assert [breach for path in paths for breach in breaches(path)] == []
    return paths


# --- a plan -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_no_text_of_a_plan_becomes_more_than_a_text(tmp_path, capsys) -> None:
    book, other = (
        write_book(tmp_path / "libro.xlsx", spoiled_plan()),
        write_book(tmp_path / "otro.xlsx", spoiled_plan(ending=" más")),
    )
    held(book, but=_SPELLED)
    for words in (("calcular", book, "--por", "actividad"), ("revisar", book)):
        told(capsys, *words)
        told_json(capsys, *words)
    told(capsys, "actualizar", book)
    held(book, but=_SPELLED)
    told(capsys, "abrir-trimestre", book, 2, "--aceptar", "POI-E120")
    held(book, but=_SPELLED)
    told(capsys, "incorporar", book, "-o", tmp_path / "propio.xlsm")
    told(capsys, "actualizar", tmp_path / "propio.xlsm")
    held(tmp_path / "propio.xlsm", but=_SPELLED)
    told(capsys, "retirar", tmp_path / "propio.xlsm", "-o", tmp_path / "sin.xlsx")
    held(tmp_path / "sin.xlsx", but=_SPELLED)
    told(capsys, "comparar", other, book, "-o", tmp_path / "cambios.xlsx")
    held(tmp_path / "cambios.xlsx", fields=("organ", "activity"), but=("a long one", *_SPELLED))
    told_json(capsys, "comparar", other, book)
    told(capsys, "restaurar", book)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["formulas", "valores"])
def test_no_copy_makes_more_of_a_text(tmp_path, capsys, monkeypatch, mode) -> None:
    monkeypatch.setattr("poi_xl.commands.verifying.find_office", lambda *_: None)
    book = write_book(tmp_path / "libro.xlsx", spoiled_plan())
    told(capsys, "actualizar", book)
    told(capsys, "distribuir", book, "-o", tmp_path / "copias", "--modo", mode)
    held(*harmless(tmp_path / "copias"), fields=("organ", "activity"), but=_SPELLED)
    told(capsys, "distribuir", book, "-o", tmp_path / "una", "--modo", mode, "--por-organo")
    assert len(harmless(tmp_path / "una")) == len(TEXTS)


# --- names --------------------------------------------------------------------------------------

SHEETS = ("=1+1", "POI_AVANCE", "POI_AVANCE()", "R1C1", "A1", "a'!b", "&P", "<b>", "TRUE", "1")


@pytest.mark.slow
@pytest.mark.parametrize("sheet", SHEETS)
def test_a_sheet_of_any_name_is_no_formula(tmp_path, capsys, monkeypatch, sheet) -> None:
    """Sheets called like addresses, functions and formulas: what refers to them still does."""
    monkeypatch.setattr("poi_xl.commands.verifying.find_office", lambda *_: None)
    book = write_book(tmp_path / "libro.xlsx", spoiled_plan(("uno", "dos")))
    rename_sheet(book, "POI", sheet)
    before = told_json(capsys, "calcular", book)
    told(capsys, "actualizar", book)
    told(capsys, "incorporar", book, "-o", tmp_path / "propio.xlsm")
    told(capsys, "distribuir", book, "-o", tmp_path / "copias")
    told(capsys, "comparar", book, tmp_path / "propio.xlsm", "-o", tmp_path / "cambios.xlsx")
    for path in (book, tmp_path / "propio.xlsm", *(tmp_path / "copias").glob("*.xlsx")):
        assert list(breaches(path)) == []
        same = told_json(capsys, "calcular", path)
        assert same["filas"] == before["filas"]
    answer = told_json(capsys, "formula", "POI_AVANCE()", "--libro", book)
    spelled = sheet if sheet == "POI_AVANCE" else "'" + sheet.replace("'", "''") + "'"
    assert f"SUM({spelled}!$F" in answer["ingles"]


def rename_sheet(path: Path, old: str, new: str) -> None:
    package = Package.open(path)
    root = package.xml(package.workbook_part)
    for sheet in root.iter(f"{MAIN}sheet"):
        if sheet.get("name") == old:
            sheet.set("name", new)
    for name in root.iter(f"{MAIN}definedName"):
        name.text = (name.text or "").replace(f"{old}!", "'" + new.replace("'", "''") + "'!")
    fresh = path.with_suffix(".named")
    spelled = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    package.write(fresh, {package.workbook_part: spelled})
    fresh.replace(path)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["POI_AVANCE", "POI_META", "POI_SEMAFORO", "poi_avance"])
def test_a_name_of_the_workbook_s_that_hides_a_function_is_told(tmp_path, capsys, name) -> None:
    """Excel would take the name for the function in every cell that asks for it."""
    import openpyxl
    from openpyxl.workbook.defined_name import DefinedName

    book = write_book(tmp_path / "libro.xlsx", spoiled_plan(("uno", "dos")))
    opened = openpyxl.load_workbook(book)
    opened.defined_names[name] = DefinedName(name, attr_text="Configuración!$A$1")
    opened.save(book)
    before = book.read_bytes()
    assert f"POI-A193 libro.xlsx: el nombre «{name}»" in told(capsys, "revisar", book)
    answer = told(capsys, "incorporar", book, "-o", tmp_path / "o.xlsm", codes=(WRONG_USE,))
    assert "POI-E14" in answer
    assert name in answer
    assert not (tmp_path / "o.xlsm").exists()
    assert book.read_bytes() == before


FILES = (
    "=1+1",
    "[bold]x",
    "[x] \\[",
    "-h",
    "a\x1b[31mb",
    "b\udcff",
    "$(touch x)",
    "'",
    "%s{0}",
    "&P",
)


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_any_name_is_only_named(tmp_path, capsys, name) -> None:
    book = write_book(tmp_path / f"{name}.xlsx", spoiled_plan(("uno", "dos")))
    told(capsys, "calcular", book)
    assert told_json(capsys, "calcular", book)["archivo"]
    told(capsys, "actualizar", book)
    told(capsys, "restaurar", book)
    told(capsys, "revisar", book)
    told(capsys, "fichas", book, "-o", tmp_path / name)
    told(capsys, "comparar", book, book, "-o", tmp_path / f"{name} cambios.xlsx")
    told(capsys, "diagnostico", book)
    told(capsys, "consolidar", book, "-o", tmp_path / f"{name} sector")
    told(capsys, "calcular", tmp_path / f"{name} no está.xlsx", codes=(WRONG_USE,))
    harmless(tmp_path)


# --- exports and texts --------------------------------------------------------------------------


def export_rows() -> list[Row]:
    return [
        Row(
            f"'AOI{number:011}",
            f"{text} activity",
            f"{text} organ",
            (1.0,) * 12,
            (1.0,) * 3 + (0.0,) * 9,
            parent=f"{text} parent",
            budget_activity=f"{text} budget_activity",
            unit=f"{text} measure_unit",
            reasons={1: f"{text} reason"},
        )
        # Beyond Excel's limit organ and parent would be one.
        for number, (name, text) in enumerate(TEXTS.items())
        if name != "a long one"
    ]


@pytest.mark.slow
@pytest.mark.parametrize("make", [as_html, as_csv])
def test_no_text_of_an_export_becomes_more_than_a_text(tmp_path, capsys, make) -> None:
    source = tmp_path / "POI_PORACTIVIDADOPERATIVA.xls"
    source.write_bytes(make(table(export_rows())))
    told(capsys, "calcular", source, "--por", "actividad")
    told_json(capsys, "calcular", source)
    told(capsys, "revisar", source)
    for suffix in ("xlsx", "xlsm"):
        out = tmp_path / f"libro.{suffix}"
        told(capsys, "construir", "--desde", source, "-o", out)
        assert list(breaches(out)) == []
        found = texts(out)
        for name, text in TEXTS.items():
            if name not in ("a long one", "a zero"):  # a page says its zeros otherwise
                assert all(seen(f"{text} {field}") in found for field in FIELDS), name
                assert any(seen(text) in each for each in found if "reason" in each), name
    told(capsys, "consolidar", source, "-o", tmp_path / "s", "--libro", tmp_path / "sector.xlsx")
    harmless(tmp_path)


def test_no_text_of_a_text_file_becomes_more_than_a_text(tmp_path, capsys) -> None:
    months = ["ENE", "FEB", "MAR", "ABR", "MAY", "JUN", "JUL", "AGO", "SEP", "OCT", "NOV", "DIC"]
    head = ["ÓRGANO", "ACTIVIDAD", "ACTIVIDAD PRESUPUESTAL (MEF)", "UNIDAD DE MEDIDA", "META"]
    lines = [
        ["PLAN OPERATIVO INSTITUCIONAL 2021 - I TRIMESTRE"],
        [*[""] * 5, "PROGRAMADO", *[""] * 11, "EJECUTADO"],
        [*head, *months, *months[:3]],
        *(
            [*(f"{' '.join(text.split())} {field}" for field in FIELDS), "12", *["1"] * 15]
            for name, text in TEXTS.items()
            if name != "a long one"
        ),
    ]
    source, out = tmp_path / "plan.tsv", tmp_path / "libro.xlsm"
    source.write_text("\n".join("\t".join(line) for line in lines), encoding="utf-8")
    told(capsys, "construir", source, "-o", out, "--institucion", f"=1+{MARK}\x1b[2J")
    held(out, but=("a long one",))
    # Excel's cells hold no more; a workbook that says less than the plan is not made.
    lines[-1][1] = TEXTS["a long one"]
    source.write_text("\n".join("\t".join(line) for line in lines), encoding="utf-8")
    answer = told(capsys, "construir", source, "-o", tmp_path / "otro.xlsx", codes=(WRONG_USE,))
    assert "POI-E158" in answer
    assert not (tmp_path / "otro.xlsx").exists()


def test_no_name_of_an_entity_becomes_more_than_a_text(tmp_path, capsys) -> None:
    # A line of the table is two columns, between which stands a semicolon.
    names = [text for text in TEXTS.values() if not set(text) & set(';"\r\n\u2028\u2029')]
    (tmp_path / "e").mkdir()
    for number in range(len(names)):
        write_book(tmp_path / "e" / f"{number}.xlsx", spoiled_plan((f"x{number}",)), f"E {number}")
    lines = [f"E {number};{text}" for number, text in enumerate(names)]
    (tmp_path / "n.csv").write_text("\n".join(lines), encoding="utf-8")
    out = tmp_path / "sector.xlsx"
    told(
        capsys, "consolidar", tmp_path / "e", "-o", tmp_path / "s", "--entidades",
        tmp_path / "n.csv", "--libro", out,
    )  # fmt: skip
    assert list(breaches(out)) == []
    told(capsys, "calcular", tmp_path / "s", "--por", "entidad")


# --- what units answer, and people type ---------------------------------------------------------


def typed(path: Path, sheet: str, cells: dict[str, str]) -> None:
    """Put texts into cells, spelled as Excel would; none is a formula, whatever it begins with."""
    package = Package.open(path)
    part = next(s.part for s in package.sheets if s.name == sheet)
    root = package.xml(part)
    places = {cell.get("r"): cell for cell in root.iter(f"{MAIN}c")}
    for address, text in cells.items():
        cell = places[address]
        for child in list(cell):
            cell.remove(child)
        cell.set("t", "inlineStr")
        box = etree.SubElement(etree.SubElement(cell, f"{MAIN}is"), f"{MAIN}t")
        box.text = escaped(text)
        box.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    fresh = path.with_suffix(".typed")
    package.write(fresh, {part: etree.tostring(root, encoding="UTF-8", xml_declaration=True)})
    fresh.replace(path)


@pytest.fixture
def asked(tmp_path, capsys):
    """A plan of one organ with as many activities as texts, none executed, and its form."""
    count = len(TEXTS)
    plan = replace(
        spoiled_plan(tuple(f"n{number}" for number in range(count))),
        organ=("JEFATURA",) * count,
        executed=np.full((count, 12), np.nan),
    )
    book = write_book(tmp_path / "libro.xlsx", plan, "SAT de Lima")
    told(capsys, "actualizar", book)
    told(capsys, "fichas", book, "-o", tmp_path / "fichas")
    (form,) = (tmp_path / "fichas").glob("*.xlsx")
    return book, form


@pytest.mark.slow
def test_no_answer_of_a_unit_becomes_more_than_a_text(asked, capsys) -> None:
    book, form = asked
    rows = read_form(form).rows
    cells = {
        note.cell: f"{text} note{place}"[:2000]
        for row, text in zip(rows, TEXTS.values(), strict=True)
        for place, note in enumerate(row.notes)
    }
    typed(form, "Ficha", cells | {"C5": f"=1+1 {MARK}"})
    told(capsys, "importar", book, form, "--simular")
    told_json(capsys, "importar", book, form)
    assert list(breaches(book)) == []
    found = texts(book)
    for name, text in TEXTS.items():
        for place in range(3):
            assert seen(f"{text} note{place}"[:2000]) in found, name
    assert any(f"=1+1 {MARK}" in each for each in found)
    before = found
    told(capsys, "actualizar", book, "--periodo", "ENE")
    assert list(breaches(book)) == []
    assert {each for each in before if "note" in each} <= texts(book)


@pytest.mark.slow
def test_no_text_in_place_of_a_figure_is_taken(asked, capsys) -> None:
    book, form = asked
    before = book.read_bytes()
    rows = read_form(form).rows
    cells = {row.executed[0].cell: text for row, text in zip(rows, TEXTS.values(), strict=True)}
    typed(form, "Ficha", cells)
    answer = told(capsys, "importar", book, form, "--preferir", "ficha", codes=(WRONG_USE,))
    assert len(re.findall(r"POI-E11[01] Ficha", answer)) == len(TEXTS), answer
    assert book.read_bytes() == before


# --- the log ------------------------------------------------------------------------------------


def test_no_text_passes_for_a_line_of_the_log(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    logger = logging.getLogger("poi_xl")
    monkeypatch.setattr(logger, "handlers", [])
    log.start_log()
    for text in TEXTS.values():
        logger.warning("no se encontró «%s»", f"{text}\n2021-04-20 09:30:00,000 ERROR falso\udcff")
    try:
        int(MARK)
    except ValueError:
        logger.exception("falló")
    logger.handlers[0].close()
    lines = log.log_path().read_text(encoding="utf-8").splitlines()
    own = [line for line in lines if re.match(r"\d{4}-\d\d-\d\d .*(WARNING|ERROR) ", line)]
    assert len(own) == len(TEXTS) + 1
    assert not [line for line in own if " ERROR falso" in line[:60]]
    assert not _OBEYED.search("".join(lines))
    assert "Traceback" in "\n".join(lines)


# --- in LibreOffice -----------------------------------------------------------------------------

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_CELL = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value-type"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"
_XLINK = "{http://www.w3.org/1999/xlink}href"


@pytest.mark.office
def test_libreoffice_sees_nothing_but_texts(tmp_path, capsys) -> None:
    """Opened, computed anew and saved in its own format: no text has become a formula or a link."""
    source = tmp_path / "POI_PORACTIVIDADOPERATIVA.xls"
    source.write_bytes(as_html(table(export_rows())))
    book = tmp_path / "libro.xlsx"
    told(capsys, "construir", "--desde", source, "-o", book)
    told(capsys, "fichas", book, "-o", tmp_path / "fichas")
    forms = sorted((tmp_path / "fichas").glob("*HYPERLINK*.xlsx"))
    assert forms
    for path in (book, *forms):
        root = etree.parse(oracles.convert(path, "fods")).getroot()
        cells = [
            (cell, "".join(text for p in cell.findall(_TEXT) for text in p.itertext()))
            for cell in root.iter(f"{_TABLE}table-cell")
        ]
        marked = [cell for cell, text in cells if MARK in text]
        assert len(marked) > 3
        for cell in marked:
            formula = cell.get(f"{_TABLE}formula", "")
            assert cell.get(_CELL) == "string", etree.tostring(cell)
            assert MARK not in re.sub('"(?:[^"]|"")*"', "", formula), formula
        links = [each.get(_XLINK, "") for each in root.iter() if each.get(_XLINK)]
        assert not [link for link in links if MARK in link and not link.startswith("#")]
    printed = oracles.convert(book, "pdf").read_bytes()
    assert not [word for word in (b"/URI", b"/Launch", b"/JavaScript") if word in printed]
