"""poi_xl put into workbooks that other people made, and taken out again: what stays as it was."""

import datetime as dt
import io
import json
import re
import shutil
import zipfile
from dataclasses import replace

import pytest
from xlsxwriter import Workbook

from poi_xl.commands.addin import build_addin
from poi_xl.commands.embed import embed, unembed
from poi_xl.commands.update import update
from poi_xl.core.problems import Refusal
from poi_xl.hosts.cli import main
from poi_xl.package.embedding import Mark, mark_of
from poi_xl.package.foreign import modules_of
from poi_xl.package.macros import own_modules, xlwings_modules
from poi_xl.package.marks import note_text
from poi_xl.package.parts import TYPES_PART, Package
from poi_xl.package.vba import (
    SHEET_BASE,
    WORKBOOK_BASE,
    build_project,
    document,
    edit_project,
    read_project,
    standard,
)
from poi_xl.reading.workbook import read_workbook
from tests.package import books
from tests.package.books import having, save, unzipped, with_arrow, with_type

NOW = dt.datetime(2030, 1, 1, 9, 30)  # noqa: DTZ001 - the analyst's own clock
MONTHS = ("ENE", "FEB", "MAR", "ABR", "MAY", "JUN", "JUL", "AGO", "SET", "OCT", "NOV", "DIC")
HEAD = ("ÓRGANO", "ACTIVIDAD OPERATIVA", "META", *(f"{m} PROG" for m in MONTHS))
ROWS = (
    ("Informática", "Soporte", 12, *[1] * 12, *[1, 0, 2]),
    ("Finanzas", "Recaudación", 24, *[2] * 12, *[2, 2, 2]),
)
PROJECT = "xl/vbaProject.bin"
RIBBON = "customUI/customUI14.xml"
LISTS = {TYPES_PART, "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"}
VBA = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
UI = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
UI_2007 = "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility"
SPACE_14 = "http://schemas.microsoft.com/office/2009/07/customui"
THEIRS = (
    document("ThisWorkbook", "Option Explicit\nSub Workbook_Open()\nEnd Sub\n", WORKBOOK_BASE),
    document("Hoja1", base=SHEET_BASE),
    standard(
        "Suyo",
        'Attribute VB_Name = "Suyo"\nPublic d As New Scripting.Dictionary\n'
        "Private cargas As Long\n"
        "Function SheetExists(n)\nEnd Function\n"
        "Public Sub AlCargar(r As IRibbonUI)\n    cargas = cargas + 1\nEnd Sub\n"
        "Public Function Cargadas()\n    Cargadas = cargas\nEnd Function\n",
    ),
)


def plan_parts():
    """Return the parts of a workbook with a plan that has nothing of poi_xl."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        cover = book.add_worksheet("Portada")
        cover.set_vba_name("Hoja1")
        cover.write("A1", "Plan 2021", book.add_format({"bold": True}))
        cover.write_formula("B2", "=SUM(Metas!C3:C4)", None, 36)
        sheet = book.add_worksheet("Metas")
        sheet.write_row("A2", (*HEAD, *(f"{m} EJEC" for m in MONTHS[:3])))
        for row, cells in enumerate(ROWS, start=2):
            sheet.write_row(row, 0, cells)
    return unzipped(out.getvalue())


def with_macros(parts, modules=THEIRS):
    """Return the same with a VBA project."""
    parts = with_type(parts, PROJECT, "application/vnd.ms-office.vbaProject")
    parts = with_arrow(parts, books.BOOK, VBA, "vbaProject.bin")
    main = f"{books.SHEET_ML}.sheet.main+xml".encode()
    enabled = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    parts[TYPES_PART] = parts[TYPES_PART].replace(main, enabled)
    return parts | {PROJECT: build_project(modules)}


def with_ribbon(parts, inside, on_load="", *, kind=UI, part=RIBBON, space=SPACE_14):
    """Return the same with a tab of its own."""
    parts = with_arrow(parts, "", kind, part)
    attribute = f' onLoad="{on_load}"' if on_load else ""
    return parts | {part: f'<customUI xmlns="{space}"{attribute}>{inside}</customUI>'.encode()}


OWN_TAB = (
    '<ribbon><tabs><tab id="suya" label="Suya"><group id="g" label="G"/></tab></tabs></ribbon>'
)


def contents(path):
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.fixture
def plain(tmp_path):
    return save(tmp_path / "Plan.xlsx", plan_parts())


@pytest.fixture
def macros(tmp_path):
    return save(tmp_path / "Plan.xlsm", with_macros(plan_parts()))


def codes(refused):
    return [each.code for each in refused.value.problems]


# --- putting in -----------------------------------------------------------------------------------


def test_a_workbook_without_macros_stays_and_one_with_them_is_made_beside(plain):
    before = plain.read_bytes()
    answer = embed(plain, now=NOW)
    assert plain.read_bytes() == before
    assert (answer.path.name, answer.written, answer.backup) == ("Plan.xlsm", True, None)
    old, new = contents(plain), contents(answer.path)
    assert {name for name in old if old[name] != new[name]} == LISTS | {"xl/styles.xml"}
    assert {PROJECT, RIBBON, "xl/worksheets/sheet3.xml"} <= set(new) - set(old)


def test_plan_name_and_settings_are_there_and_the_plan_is_the_same(plain):
    old = read_workbook(plain)
    package = Package.open(embed(plain, now=NOW).path)
    new = read_workbook(package.path)
    assert new.plan is not None
    assert old.plan is not None
    assert new.plan.digest == old.plan.digest
    assert new.settings.preset == old.settings.preset
    names = {each.name: each for each in package.defined_names}
    assert names["POI_DATOS"].text == "'Metas'!$A$2:$R$5"
    assert not names["POI_DATOS"].hidden
    assert names["_poi_xl.incorporado"].hidden
    assert [each.name for each in package.sheets] == ["Portada", "Metas", "Configuración"]


def test_twice_changes_nothing(plain):
    path = embed(plain, now=NOW).path
    once = path.read_bytes()
    assert not embed(path, now=NOW).written
    assert not embed(plain, now=NOW).written
    assert path.read_bytes() == once


def test_their_modules_keep_their_source_and_compressed_form(macros):
    import olefile

    before = contents(macros)[PROJECT]
    answer = embed(macros, now=NOW)
    assert contents(answer.backup)[PROJECT] == before
    after = contents(macros)[PROJECT]
    assert read_project(after)[: len(THEIRS)] == THEIRS
    assert "poi_udfs" in [each.name for each in read_project(after)]
    for name in ("ThisWorkbook", "Suyo"):
        streams = [
            olefile.OleFileIO(each).openstream(["VBA", name]).read() for each in (before, after)
        ]
        assert streams[0] == streams[1]


def test_their_names_keep_their_meaning(macros):
    embed(macros, now=NOW)
    ours = [m for m in modules_of(Package.open(macros)) if m not in THEIRS]
    assert not {each.name for each in ours} & {"Dictionary", "xlwings"}
    xlwings = next(each.text for each in ours if each.name == "poi_xlwings")
    assert "BSD 3-clause" in xlwings
    assert "Private Function SheetExists" in xlwings
    assert 'CreateObject("Scripting.Dictionary")' in xlwings


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Sub HasPlan()\nEnd Sub\n", "hasplan"),
        ("Public Function PoiXLPy()\nEnd Function\n", "poixlpy"),
        ("Global Spelled As String\n", "spelled"),
    ],
)
def test_a_name_that_both_need_is_told(tmp_path, text, name):
    modules = (*THEIRS, standard("Otro", f'Attribute VB_Name = "Otro"\n{text}'))
    path = save(tmp_path / "a.xlsm", with_macros(plan_parts(), modules))
    before = path.read_bytes()
    with pytest.raises(Refusal, match=name) as refused:
        embed(path, now=NOW)
    assert codes(refused) == ["POI-E54"]
    assert path.read_bytes() == before


def test_names_that_are_private_or_in_classes_are_no_clash(tmp_path):
    text = "Private Sub HasPlan()\nEnd Sub\nSub Otra()\n Dim Spelled\nEnd Sub\n"
    modules = (*THEIRS, standard("Otro", f'Attribute VB_Name = "Otro"\n{text}'))
    assert embed(save(tmp_path / "a.xlsm", with_macros(plan_parts(), modules)), now=NOW).written


def test_an_xlwings_of_their_own_is_not_touched(tmp_path):
    modules = (*THEIRS, *xlwings_modules())
    path = save(tmp_path / "a.xlsm", with_macros(plan_parts(), modules))
    embed(path, now=NOW)
    assert modules_of(Package.open(path))[: len(modules)] == modules
    ours = {each.name for each in modules_of(Package.open(path))[len(modules) :]}
    assert all(name.startswith("poi_") for name in ours)
    before = contents(path)[PROJECT]
    aged(path)
    embed(path, now=NOW)
    assert read_project(contents(path)[PROJECT]) == read_project(before)


def test_a_signed_project_is_refused_before_anything_is_written(tmp_path):
    parts = with_macros(plan_parts())
    kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProjectSignature"
    parts = with_arrow(parts, PROJECT, kind, "vbaProjectSignature.bin")
    path = save(tmp_path / "a.xlsm", parts | {"xl/vbaProjectSignature.bin": b"\x30"})
    with pytest.raises(Refusal) as refused:
        embed(path, now=NOW)
    assert codes(refused) == ["POI-E52"]
    assert not (tmp_path / ".poi-respaldo").exists()


def test_macros_that_nobody_understands_are_refused(tmp_path):
    path = save(tmp_path / "a.xlsm", with_macros(plan_parts()) | {PROJECT: b"nada"})
    with pytest.raises(Refusal) as refused:
        embed(path, now=NOW)
    assert codes(refused) == ["POI-E53"]


def test_a_sheet_or_a_name_that_means_something_else_is_in_the_way(tmp_path):
    parts = plan_parts()
    taken = parts[books.BOOK].replace(b'name="Portada"', 'name="Configuración"'.encode())
    with pytest.raises(Refusal) as refused:
        embed(save(tmp_path / "a.xlsx", parts | {books.BOOK: taken}), now=NOW)
    assert codes(refused) == ["POI-E11"]
    name = b"<definedNames><definedName name='poi_datos'>Portada!$A$1</definedName></definedNames>"
    named = parts[books.BOOK].replace(b"<calcPr", name + b"<calcPr")
    with pytest.raises(Refusal) as refused:
        embed(save(tmp_path / "b.xlsx", parts | {books.BOOK: named}), now=NOW)
    assert codes(refused) == ["POI-E14"]


def test_another_workbook_is_not_replaced_and_endings_are_kept(plain):
    plain.with_suffix(".xlsm").write_bytes(b"otro")
    with pytest.raises(Refusal) as refused:
        embed(plain, now=NOW)
    assert codes(refused) == ["POI-E50"]
    assert plain.with_suffix(".xlsm").read_bytes() == b"otro"
    with pytest.raises(Refusal) as refused:
        embed(plain, now=NOW, out=plain.with_name("b.xlsx"))
    assert codes(refused) == ["POI-E56"]


def test_without_a_plan_there_is_nothing_to_put_in(tmp_path):
    with pytest.raises(Refusal) as refused:
        embed(save(tmp_path / "a.xlsx", books.plain()), now=NOW)
    assert "POI-E20" in codes(refused)


# --- beside their tab -----------------------------------------------------------------------------


def test_our_tab_comes_after_theirs_and_their_procedure_is_still_called(tmp_path):
    parts = with_ribbon(with_macros(plan_parts()), OWN_TAB, "Suyo.AlCargar")
    path = save(tmp_path / "a.xlsm", parts)
    embed(path, now=NOW)
    tab = contents(path)[RIBBON].decode()
    assert re.findall(r'<tab id="(\w+)"', tab) == ["suya", "poiTab"]
    assert 'onLoad="PoiLoaded"' in tab
    loader = next(m for m in modules_of(Package.open(path)) if m.name == "poi_load")
    assert "    RibbonLoaded ribbon\r\n    Suyo.AlCargar ribbon\r\n" in loader.text
    assert not embed(path, now=NOW).written


def test_a_procedure_that_is_not_there_is_not_called(tmp_path):
    path = save(tmp_path / "a.xlsm", with_ribbon(with_macros(plan_parts()), OWN_TAB, "Nadie"))
    embed(path, now=NOW)
    loader = next(m for m in modules_of(Package.open(path)) if m.name == "poi_load")
    assert "Nadie ribbon" not in loader.text


def test_a_tab_for_excel_2007_is_kept_and_the_newer_one_shows_it_too(tmp_path):
    old, space = "customUI/customUI.xml", "http://schemas.microsoft.com/office/2006/01/customui"
    parts = with_ribbon(plan_parts(), OWN_TAB, kind=UI_2007, part=old, space=space)
    new = contents(embed(save(tmp_path / "a.xlsx", parts), now=NOW).path)
    assert new[old] == parts[old]
    assert re.findall(rb'<tab id="(\w+)"', new[RIBBON]) == [b"suya", b"poiTab"]


@pytest.mark.parametrize(
    ("inside", "on_load"),
    [(OWN_TAB.replace("suya", "poiHelp"), ""), (OWN_TAB, "Otro.xlsm!AlCargar")],
)
def test_a_tab_that_admits_no_other_is_told(tmp_path, inside, on_load):
    path = save(tmp_path / "a.xlsm", with_ribbon(with_macros(plan_parts()), inside, on_load))
    with pytest.raises(Refusal, match="complemento") as refused:
        embed(path, now=NOW)
    assert codes(refused) == ["POI-E55"]


# --- taking out -----------------------------------------------------------------------------------

SOUND = [f for f in books.FEATURES if f not in (books.macros, books.locked, books.ribbon)]


@pytest.mark.parametrize("feature", [None, *SOUND], ids=lambda f: f.__name__ if f else "nothing")
def test_in_and_out_gives_back_every_part_byte_for_byte(tmp_path, feature):
    parts = having([feature] if feature else [], plan_parts)
    path = save(tmp_path / "a.xlsx", parts)
    inside = embed(path, now=NOW).path
    assert {n for n, data in contents(inside).items() if n in parts and data != parts[n]} <= {
        *LISTS, books.STYLES,
    }  # fmt: skip
    answer = unembed(inside, now=NOW, out=tmp_path / "b.xlsx")
    assert answer.whole
    assert list(contents(answer.path)) == list(contents(path))
    assert contents(answer.path) == contents(path)


def test_macros_and_tab_come_back_as_they_were(tmp_path):
    parts = with_ribbon(with_macros(plan_parts()), OWN_TAB, "Suyo.AlCargar")
    path = save(tmp_path / "a.xlsm", parts)
    embed(path, now=NOW)
    answer = unembed(path, now=NOW)
    assert contents(path) == parts
    assert (answer.whole, answer.backup is not None, answer.notices) == (True, True, ())


def test_without_macros_the_ending_decides_the_type(plain):
    inside = embed(plain, now=NOW).path
    unembed(inside, now=NOW)
    old, new = contents(plain), contents(inside)
    assert set(old) == set(new)
    assert {name for name in old if old[name] != new[name]} == {TYPES_PART}
    assert b"macroEnabled" in new[TYPES_PART]


def saved_since(path, **changed):
    """Write the workbook anew, as Excel does: the same content in other bytes."""
    package = Package.open(path)
    parts = {"xl/workbook.xml": package.read("xl/workbook.xml").replace(b"?>", b"?>\n", 1)}
    parts[PROJECT] = edit_project(package.read(PROJECT), changed.pop("put", ()))
    fresh = path.with_stem("fresh")
    package.write(fresh, parts | changed)
    fresh.replace(path)


def test_what_excel_saved_since_is_edited_and_theirs_stays(macros):
    embed(macros, now=NOW)
    later = standard("Nuevo", 'Attribute VB_Name = "Nuevo"\nSub Nueva()\nEnd Sub\n')
    saved_since(macros, put=[later])
    answer = unembed(macros, now=NOW)
    assert not answer.whole
    package = Package.open(macros)
    assert modules_of(package) == (*THEIRS, later)
    assert [each.name for each in package.sheets] == ["Portada", "Metas"]
    assert package.defined_names == ()
    assert not [name for name in package.names() if name.startswith("custom")]
    assert read_workbook(macros).plan is not None


def test_a_project_with_nothing_else_goes_even_when_excel_saved_it(plain):
    inside = embed(plain, now=NOW).path
    saved_since(inside, put=[document("Hoja1", "Option Explicit\n")])
    answer = unembed(inside, now=NOW, out=plain.with_name("b.xlsx"))
    assert not answer.whole
    assert PROJECT not in contents(answer.path)
    assert b"macroEnabled" not in contents(answer.path)[TYPES_PART]
    with pytest.raises(Refusal):
        unembed(answer.path, now=NOW)


def test_their_procedure_is_named_again_when_excel_saved_the_tab(tmp_path):
    parts = with_ribbon(with_macros(plan_parts()), OWN_TAB, "Suyo.AlCargar")
    path = save(tmp_path / "a.xlsm", parts)
    embed(path, now=NOW)
    saved_since(path, **{RIBBON: contents(path)[RIBBON].replace(b"\n", b"\n ")})
    unembed(path, now=NOW)
    tab = contents(path)[RIBBON].decode()
    assert 'onLoad="Suyo.AlCargar"' in tab
    assert re.findall(r'<tab id="(\w+)"', tab) == ["suya"]


def test_settings_that_people_typed_stay(plain):
    inside = embed(plain, now=NOW).path
    sheet = contents(inside)["xl/worksheets/sheet3.xml"]
    typed = sheet.replace(b"Escriba en las celdas amarillas.", b"Escriba con cuidado.")
    assert typed != sheet
    saved_since(inside, **{"xl/worksheets/sheet3.xml": typed})
    answer = unembed(inside, now=NOW)
    assert [each.code for each in answer.notices] == ["POI-N12"]
    assert [each.name for each in Package.open(inside).sheets][-1] == "Configuración"


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("POI_AVANCE(A3)", "POI-N11"),
        ("ROWS(POI_DATOS)", "POI-N13"),
        ("Configuración!B5", "POI-N12"),
    ],
)
def test_formulas_that_use_what_was_put_in_are_told(plain, formula, code):
    inside = embed(plain, now=NOW).path
    part = "xl/worksheets/sheet1.xml"
    used = contents(inside)[part].replace(b"SUM(Metas!C3:C4)", formula.encode())
    saved_since(inside, **{part: used})
    answer = unembed(inside, now=NOW)
    assert [each.code for each in answer.notices] == [code]
    names = [each.name for each in Package.open(inside).defined_names]
    assert ("POI_DATOS" in names) == (code == "POI-N13")
    assert (len(Package.open(inside).sheets) == 3) == (code == "POI-N12")


def test_what_formulas_use_stays_even_where_every_original_would_fit(plain):
    inside = embed(plain, now=NOW).path
    part = "xl/worksheets/sheet1.xml"
    used = contents(inside)[part].replace(b"SUM(Metas!C3:C4)", "Configuración!B5".encode())
    fresh = inside.with_stem("fresh")
    Package.open(inside).write(fresh, {part: used})
    answer = unembed(fresh, now=NOW)
    assert ([each.code for each in answer.notices], answer.whole) == (["POI-N12"], False)
    assert len(Package.open(fresh).sheets) == 3


def test_summary_sheets_are_made_in_between_and_stay(plain):
    inside = embed(plain, now=NOW).path
    update(inside, now=NOW)
    sheets = [each.name for each in Package.open(inside).sheets]
    assert not embed(inside, now=NOW).written
    unembed(inside, now=NOW)
    left = [each.name for each in Package.open(inside).sheets]
    assert left == [name for name in sheets if name != "Configuración"]
    assert PROJECT not in contents(inside)
    assert not update(inside, now=NOW).cells_changed


def test_a_workbook_that_has_nothing_of_ours_is_told(macros):
    with pytest.raises(Refusal) as refused:
        unembed(macros, now=NOW)
    assert codes(refused) == ["POI-E57"]


# --- older releases -------------------------------------------------------------------------------


def aged(path):
    """Make it one of an older release: another version, another text, a module gone since."""
    package = Package.open(path)
    mark = mark_of(package)
    assert mark is not None
    now, then = (
        note_text(str(each)).replace('"', "").encode()
        for each in (mark, replace(mark, version="0.0.1"))
    )
    book = package.read("xl/workbook.xml")
    assert now in book
    old = [
        standard("poi_calls", 'Attribute VB_Name = "poi_calls"\nSub ForgetAnswers()\nEnd Sub\n'),
        standard("poi_gone", 'Attribute VB_Name = "poi_gone"\nSub Gone()\nEnd Sub\n'),
    ]
    fresh = path.with_stem("old")
    parts = {"xl/workbook.xml": book.replace(now, then)}
    package.write(fresh, parts | {PROJECT: edit_project(package.read(PROJECT), old)})
    fresh.replace(path)


def test_an_older_release_is_brought_up_to_date_and_can_still_be_taken_out(macros):
    embed(macros, now=NOW)
    current = {m.name: m.text for m in modules_of(Package.open(macros))}
    aged(macros)
    answer = embed(macros, now=NOW)
    assert (answer.before, answer.written) == ("0.0.1", True)
    assert {m.name: m.text for m in modules_of(Package.open(macros))} == current
    mark = mark_of(Package.open(macros))
    assert mark is not None
    assert mark.version != "0.0.1"
    assert not embed(macros, now=NOW).written
    unembed(macros, now=NOW)
    assert modules_of(Package.open(macros)) == THEIRS


def test_a_workbook_that_we_made_gets_the_modules_of_this_release(tmp_path):
    text = 'Attribute VB_Name = "poi_udfs"\nFunction POI_META()\nEnd Function\n'
    first = [document("ThisWorkbook", "Sub Suya()\nEnd Sub\n", WORKBOOK_BASE), *THEIRS[1:2]]
    path = save(
        tmp_path / "a.xlsm", with_macros(plan_parts(), [*first, standard("poi_udfs", text)])
    )
    before = contents(path)
    assert embed(path, now=NOW).written
    after = contents(path)
    assert {name for name in before if before[name] != after[name]} == {PROJECT}
    modules = modules_of(Package.open(path))
    assert modules[:2] == tuple(first)
    assert set(own_modules()) <= set(modules)
    assert mark_of(Package.open(path)) is None
    assert not embed(path, now=NOW).written


def test_what_the_mark_says_is_read_back():
    mark = Mark("1.2.3", "a1b2", named=True)
    assert Mark.parse(str(mark)) == mark
    assert Mark.parse("2") == Mark("2")


# --- the add-in -----------------------------------------------------------------------------------


def test_the_add_in_is_the_same_every_time_and_nothing_else_is_replaced(tmp_path):
    out = tmp_path / "dist" / "poi_xl.xlam"
    assert build_addin(out, now=NOW).written
    once = out.read_bytes()
    assert not build_addin(out, now=NOW).written
    shutil.copy(out, tmp_path / "b.xlam")
    with zipfile.ZipFile(out) as package:
        assert b"addin.macroEnabled.main+xml" in package.read(TYPES_PART)
    out.write_bytes(once + b"x")
    with pytest.raises(Refusal) as refused:
        build_addin(out, now=NOW)
    assert codes(refused) == ["POI-E50"]
    with pytest.raises(Refusal) as refused:
        build_addin(tmp_path / "a.xlsm", now=NOW)
    assert codes(refused) == ["POI-E56"]


# --- at the terminal ------------------------------------------------------------------------------


def said(capsys, *words):
    code = main([str(word) for word in words])
    done = capsys.readouterr()
    return code, done.out, done.err


def test_the_verbs_say_what_was_done(capsys, plain, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    code, out, _ = said(capsys, "incorporar", plain)
    assert code == 0
    assert "Plan.xlsm: se incorporó poi_xl" in out
    assert "ya estaba al día" in said(capsys, "incorporar", plain.with_suffix(".xlsm"))[1]
    code, out, _ = said(capsys, "retirar", plain.with_suffix(".xlsm"), "--json")
    answer = json.loads(out)
    assert (code, answer["como_antes"], answer["escrito"]) == (0, True, True)
    code, _, err = said(capsys, "retirar", plain)
    assert (code, "POI-E57" in err) == (2, True)


def test_the_add_ins_are_made_by_construir(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, _ = said(capsys, "construir", "--complemento")
    assert (code, "se escribió" in out) == (0, True)
    assert (tmp_path / "dist" / "poi_xl.xlam").is_file()
    code, out, _ = said(capsys, "construir", "--complemento", "--oxt")
    assert (code, "estaba igual" in out, "se escribió" in out) == (0, True, True)
    assert (tmp_path / "dist" / "poi_xl.oxt").is_file()
    code, _, err = said(capsys, "construir", "--oxt", "-o", tmp_path / "a.xlam")
    assert (code, "POI-E83" in err) == (2, True)
