"""Grafting: what is people's stays byte for byte, what is ours is replaced in place."""

import contextlib
import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from poi_xl.core.problems import Refusal
from poi_xl.package.graft import graft, plan_graft
from poi_xl.package.marks import owned_sheets, stored_notes
from poi_xl.package.parts import Package
from tests import oracles
from tests.package import books
from tests.package.books import BOOK, BOOK_RELS, MAIN, NAMES, STYLES, TYPES, Parts

EDITED = {BOOK, BOOK_RELS, TYPES, STYLES}
COLLECTIONS = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "dxfs")


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return books.render(tmp_path_factory.mktemp("r") / "dibujo.xlsx")


@pytest.fixture
def put(tmp_path: Path, rendered: Path):
    """Graft into the parts of a workbook; return the parts of the result."""

    def run(parts: Parts, drawing: Path = rendered, names=NAMES, **options) -> Parts:
        return books.unzipped(graft_bytes(tmp_path, books.zipped(parts), drawing, names, **options))

    return run


def graft_bytes(folder: Path, data: bytes, drawing: Path, names=NAMES, **options) -> bytes:
    source, out = folder / "libro.xlsx", folder / "salida.xlsx"
    source.write_bytes(data)
    package = Package.open(source)
    plan = plan_graft(package, names)
    options = {"notes": dict.fromkeys(names, "v1;abc")} | options
    graft(package, drawing, plan.names if not plan.problems else names, out, **options)
    assert source.read_bytes() == data
    return out.read_bytes()


def refused(folder: Path, parts: Parts, drawing: Path, names=NAMES) -> list[str]:
    (folder / "salida.xlsx").unlink(missing_ok=True)
    with pytest.raises(Refusal) as caught:
        graft_bytes(folder, books.zipped(parts), drawing, names)
    assert not (folder / "salida.xlsx").exists()
    return [p.code for p in caught.value.problems]


def entries(data: bytes, box: str) -> list[str]:
    """The entries of a collection, in one spelling."""
    root = etree.fromstring(data)
    found = list(root.iter("{*}" + box))[:1]
    return [etree.tostring(e, method="c14n", exclusive=True).decode() for b in found for e in b]


def check_kept(before: bytes, after: bytes, dropped: frozenset[str] = frozenset()) -> None:
    """Everything foreign is still there, byte for byte; the four edited parts only grew."""
    old, new = books.raw_members(before), books.raw_members(after)
    kept = [name for name in old if name not in dropped]
    assert list(new)[: len(kept)] == kept
    for name in set(kept) - EDITED:
        assert new[name] == old[name], name
    check_grown(books.unzipped(before), books.unzipped(after))


def check_grown(old: Parts, new: Parts) -> None:
    if STYLES in old:
        for box in COLLECTIONS:
            theirs = entries(old[STYLES], box)
            assert entries(new[STYLES], box)[: len(theirs)] == theirs, box
    sheets = entries(old[BOOK], "sheets")
    assert [s for s in entries(new[BOOK], "sheets") if s in sheets] == sheets
    names = [nameless_index(n) for n in entries(old[BOOK], "definedNames")]
    assert [nameless_index(n) for n in entries(new[BOOK], "definedNames")][: len(names)] == names
    for part in (BOOK_RELS, TYPES):
        theirs = children(old[part])
        assert [e for e in children(new[part]) if e in theirs] == theirs


def nameless_index(text: str) -> str:
    return re.sub(' localSheetId="[^"]*"', "", text)


def children(data: bytes) -> list[str]:
    return [etree.tostring(e, method="c14n").decode() for e in etree.fromstring(data)]


# --- what people have stays -------------------------------------------------------------------


@pytest.mark.parametrize("feature", books.FEATURES, ids=lambda f: f.__name__)
def test_each_feature_stays_byte_for_byte(feature, tmp_path: Path, rendered: Path) -> None:
    before = books.zipped(books.having([feature]))
    after = graft_bytes(tmp_path, before, rendered)
    check_kept(before, after)
    assert graft_bytes(tmp_path, after, rendered) == after


def test_a_workbook_with_everything_stays_byte_for_byte(tmp_path: Path, rendered: Path) -> None:
    chosen = set(books.FEATURES) - {books.without_styles, books.bare_styles, books.strict}
    before = books.zipped(books.having(chosen, books.rich))
    after = graft_bytes(tmp_path, before, rendered)
    check_kept(before, after)
    assert graft_bytes(tmp_path, after, rendered) == after


def test_dates_from_1904_are_told_and_kept(tmp_path: Path) -> None:
    drawing = books.render(tmp_path / "d.xlsx", date_1904=True)
    before = books.zipped(books.from_1904(books.rich()))
    check_kept(before, graft_bytes(tmp_path, before, drawing))


@given(st.sets(st.sampled_from(books.FEATURES)), st.booleans(), st.integers(0, 2))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_features_together(tmp_path: Path, rendered: Path, features, many, first) -> None:
    base = books.rich if many else books.plain
    before = books.zipped(books.having(features, base))
    after = graft_bytes(tmp_path, before, rendered, first=first)
    check_kept(before, after)
    assert graft_bytes(tmp_path, after, rendered, first=first) == after


def test_a_real_vba_project_stays(tmp_path: Path, rendered: Path) -> None:
    parts = books.project_with_macros(tmp_path)
    assert len(parts["xl/vbaProject.bin"]) > 1000
    before = books.zipped(parts)
    after = graft_bytes(tmp_path, before, rendered)
    check_kept(before, after)
    assert b"macroEnabled" in books.unzipped(after)[TYPES]


def test_odd_zips_are_carried_over(tmp_path: Path, rendered: Path) -> None:
    parts = books.plain() | {"xl/": b"", "xl\\extra\\nota.txt": b"hola " * 99, "ñ.txt": b"x"}
    stored = dict.fromkeys(list(parts)[::2], zipfile.ZIP_STORED)
    before = books.zipped(parts, stored)
    check_kept(before, graft_bytes(tmp_path, before, rendered))


def test_formulas_of_other_sheets_still_mean_ours(put) -> None:
    parts = books.plain()
    sheet = "xl/worksheets/sheet2.xml"
    assert b"Resumen!B5" in parts[sheet]
    assert put(put(parts))[sheet] == parts[sheet]


# --- ours -------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_our_sheets_arrive_whole(tmp_path: Path, rendered: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(graft_bytes(tmp_path, books.zipped(books.rich()), rendered))
    ours = openpyxl.load_workbook(rendered, data_only=True)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=True)
    assert book.sheetnames == ["Datos", "Gráfico", "Hoja de la gente", *NAMES.values()]
    for name in NAMES.values():
        for row, expected in zip(book[name], ours[name], strict=True):
            assert [c.value for c in row] == [c.value for c in expected]
            for cell, model in zip(row, expected, strict=True):
                assert cell.number_format == model.number_format
                assert cell.font.b == model.font.b
                assert cell.fill.fgColor.rgb == model.fill.fgColor.rgb
        assert len(book[name]._charts) == 1  # type: ignore[attr-defined]
        assert list(book[name].tables) == list(ours[name].tables)
        assert book[name].print_title_rows == "$4:$4"
        assert len(book[name].conditional_formatting) == 2
        assert len(book[name].data_validations.dataValidation) == 1


def test_our_sheets_share_their_picture(put) -> None:
    after = put(put(books.plain()))
    assert [d for n, d in after.items() if "/media/" in n] == [books.PIXEL]
    one = {"resumen": "Resumen"}
    assert "xl/media/image1.png" in put(after, names=one)


def test_every_arrow_leads_somewhere_and_every_part_is_declared(put) -> None:
    after = put(put(books.rich()))
    for name, data in after.items():
        if name.endswith(".rels"):
            folder = name.replace("_rels/", "").rpartition("/")[0]
            for box in etree.fromstring(data):
                if box.get("TargetMode") != "External":
                    target = box.get("Target", "")
                    path = target[1:] if target[0] == "/" else str(Path(folder, target))
                    clean = re.sub(r"[^/]+/\.\./", "", re.sub(r"[^/]+/\.\./", "", path))
                    assert clean in after, (name, target)
    declared = re.findall(r'PartName="/([^"]+)"', after[TYPES].decode())
    assert len(declared) == len(set(declared))
    assert set(declared) <= set(after)


def test_the_look_does_not_follow_the_workbooks_theme(put) -> None:
    old, new = books.plain(), put(books.plain())
    fresh = entries(new[STYLES], "fonts")[len(entries(old[STYLES], "fonts")) :]
    assert fresh
    assert not any("theme" in font or "scheme" in font for font in fresh)


def test_texts_come_inline_and_the_shared_ones_stay(put) -> None:
    old, new = books.plain(), put(books.plain())
    sheet = new["xl/worksheets/sheet3.xml"]
    assert b't="s"' not in sheet
    assert "<is><t>Título 1</t></is>".encode() in sheet
    assert b'<t xml:space="preserve"> y otra </t>' in sheet
    assert new["xl/sharedStrings.xml"] == old["xl/sharedStrings.xml"]


def test_only_the_shown_sheet_is_selected(put) -> None:
    assert b"tabSelected" not in put(books.plain())["xl/worksheets/sheet3.xml"]
    shown = books.plain()
    once = put(shown)
    once[BOOK] = once[BOOK].replace(b"<workbookView ", b'<workbookView activeTab="2" ')
    again = put(once)
    assert b'tabSelected="1"' in again["xl/worksheets/sheet3.xml"]
    assert b"tabSelected" not in again["xl/worksheets/sheet4.xml"]


def test_new_sheets_go_where_asked_and_places_follow(put) -> None:
    after = put(books.rich(), first=1)
    book = after[BOOK].decode()
    names = re.findall(r'<sheet name="([^"]+)"', book)
    assert names == ["Datos", *NAMES.values(), "Gráfico", "Hoja de la gente"]
    assert 'activeTab="4"' in book
    local = re.findall(r'name="([^"]+)" localSheetId="(\d)"', book)
    assert ("Local", "0") in local
    assert ("_xlnm.Print_Titles", "4") in local
    assert ("_xlnm.Print_Titles", "1") in local


def test_relationship_parts_are_declared_in_general_and_not_one_by_one(put) -> None:
    after = put(books.without_rels_default(books.plain()))
    assert b'<Default Extension="rels"' in after[TYPES]
    rels = "xl/worksheets/_rels/sheet3.xml.rels"
    assert rels in after
    again = put(books.with_type(after, rels, "application/x"))
    assert rels.encode() not in again[TYPES]


def test_one_sheet_more_takes_no_part_of_the_others(put, tmp_path: Path) -> None:
    one = {"resumen": "Resumen"}
    drawing = books.render(tmp_path / "uno.xlsx", one.values())
    parts = put(put(books.plain(), drawing, one))
    package = Package.open(books.save(tmp_path / "a.xlsx", parts))
    assert [s.part for s in package.sheets] == [f"xl/worksheets/sheet{n}.xml" for n in range(1, 5)]
    filters = [d for d in package.defined_names if d.name == "_xlnm._FilterDatabase"]
    assert sorted((d.sheet_index, d.hidden) for d in filters) == [(2, True), (3, True)]


def test_numbers_of_tables_and_sheets_are_their_own(put) -> None:
    after = put(books.rich())
    tables = [books.found(rb' id="(\d+)"', d)[1] for n, d in after.items() if "/tables/" in n]
    assert sorted(tables) == [b"1", b"2", b"3"]
    assert re.findall(rb'sheetId="(\d+)"', after[BOOK]) == [b"1", b"2", b"3", b"4", b"5"]


# --- again and again --------------------------------------------------------------------------


def test_a_hundred_other_renderings_add_no_styles_and_no_parts(tmp_path: Path) -> None:
    data = books.zipped(books.plain())
    seen = set()
    for seed in range(100):
        drawing = books.render(tmp_path / "d.xlsx", seed=seed)
        data = graft_bytes(tmp_path, data, drawing)
        parts = books.unzipped(data)
        seen.add((parts[STYLES], tuple(parts)))
        assert f"Título {seed}".encode() in parts["xl/worksheets/sheet3.xml"]
    assert len(seen) == 1


def test_sheet_identity_stays(put, tmp_path: Path) -> None:
    once = put(books.rich())
    twice = put(once, books.render(tmp_path / "otro.xlsx", seed=7))
    assert once[BOOK] == twice[BOOK]
    assert once[BOOK_RELS] == twice[BOOK_RELS]


def test_styles_that_excel_saved_anew_are_known_again(put) -> None:
    once = put(books.plain())
    drop = re.compile(rb' apply(Font|Fill|Border|NumberFormat|Alignment|Protection)="1"')
    once[STYLES] = drop.sub(b"", once[STYLES]).replace(b"<b/>", b'<b val="true"/>')
    assert put(once)[STYLES] == once[STYLES]


def test_code_name_state_and_own_names_stay(put) -> None:
    once = put(books.rich())
    part = "xl/worksheets/sheet3.xml"
    once[part] = re.sub(
        rb"<sheetPr/?>|<dimension", rb'<sheetPr codeName="Hoja7"/><dimension', once[part], count=1
    )
    once[BOOK] = once[BOOK].replace(b'name="Resumen"', b'name="Resumen" state="hidden"')
    mine = b'<definedName name="Mio" localSheetId="3">Resumen!$A$1</definedName></definedNames>'
    once[BOOK] = once[BOOK].replace(b"</definedNames>", mine)
    again = put(once)
    assert b'codeName="Hoja7"' in again[part]
    assert b'name="Resumen" state="hidden"' in again[BOOK]
    assert again[BOOK].count(b'name="Mio"') == 1


def test_the_calculation_chain_goes_only_when_it_names_our_cells(put) -> None:
    once = put(books.calc_chain(books.plain()))
    assert "xl/calcChain.xml" in put(once)
    once["xl/calcChain.xml"] = once["xl/calcChain.xml"].replace(b'i="1"', b'i="3"')
    again = put(once)
    assert "xl/calcChain.xml" not in again
    assert b"calcChain" not in again[BOOK_RELS] + again[TYPES]


def test_asking_for_recalculation(put) -> None:
    parts = books.plain()
    parts[BOOK] = re.sub(rb"<calcPr[^>]*>", b"", parts[BOOK])
    assert b"fullCalcOnLoad" not in put(parts)[BOOK]
    assert b'<calcPr fullCalcOnLoad="1"/>' in put(parts, recalculate=True)[BOOK]


def test_a_picture_that_others_show_too_stays(put, tmp_path: Path) -> None:
    once = put(books.rich())
    ours = next(n for n in once if n.startswith("xl/drawings/_rels") and b"chart2" in once[n])
    image = books.found(rb"\.\./media/([^\"]+)", once[ours])[1].decode()
    theirs = "xl/drawings/_rels/drawing1.xml.rels"
    once[theirs] = re.sub(rb"\.\./media/[^\"]+", f"../media/{image}".encode(), once[theirs])
    bare = bare_rendering(tmp_path)
    assert f"xl/media/{image}" in put(once, bare)
    assert f"xl/media/{image}" not in put(put(books.plain()), bare)


def bare_rendering(folder: Path) -> Path:
    with xlsxwriter.Workbook(folder / "vacío.xlsx") as book:
        for name in NAMES.values():
            book.add_worksheet(name)
        book.define_name("Resumen!Punto", "=Resumen!$A$1")
    return folder / "vacío.xlsx"


def test_names_of_our_sheets_come_once(put, tmp_path: Path) -> None:
    bare = bare_rendering(tmp_path)
    assert put(put(books.plain(), bare), bare)[BOOK].count(b'"Punto"') == 1


def test_styles_that_need_nothing_are_not_even_written_anew(put) -> None:
    once = put(books.plain())
    once[STYLES] = b"\xef\xbb\xbf" + once[STYLES]
    assert put(once)[STYLES] == once[STYLES]


# --- what people do with our sheets -----------------------------------------------------------


def rename(parts: Parts, old: str, new: str) -> Parts:
    """Rename as Excel does: the tab and every name that points at it."""
    text = parts[BOOK].decode().replace(f'name="{old}"', f'name="{new}"')
    return parts | {BOOK: text.replace(f"'{old}'!", f"'{new}'!").encode()}


def test_a_renamed_sheet_is_known(tmp_path: Path, put) -> None:
    parts = rename(put(books.plain()), "Resumen", "Mi d''Avance")
    parts[BOOK] = parts[BOOK].replace(b"name=\"Mi d''Avance\"", b'name="Mi d\'Avance"')
    package = Package.open(books.save(tmp_path / "a.xlsx", parts))
    plan = plan_graft(package, NAMES)
    assert plan.names == {"resumen": "Mi d'Avance", "organo": "Por órgano"}
    assert plan.owned == {"resumen", "organo"}
    again = put(parts, books.render(tmp_path / "d.xlsx", plan.names.values()))
    assert len(again) == len(parts)


def test_a_deleted_sheet_is_new_again(put, tmp_path: Path) -> None:
    parts = put(books.plain())
    parts = {n: d for n, d in parts.items() if "sheet3" not in n and "table1" not in n}
    parts[BOOK_RELS] = re.sub(rb'<Relationship [^>]*sheet3.xml"[^>]*>', b"", parts[BOOK_RELS])
    book = re.sub(rb'<sheet name="Resumen"[^>]*>', b"", parts[BOOK])
    book = re.sub(rb"<definedName [^>]*>Resumen!.*?</definedName>", b"", book)
    parts[BOOK] = book.replace(b"'Resumen'!$1:$1048576", b"#REF!")
    plan = plan_graft(Package.open(books.save(tmp_path / "a.xlsx", parts)), NAMES)
    assert plan.names == NAMES
    assert plan.owned == {"organo"}
    assert stored_notes(Package.open(tmp_path / "a.xlsx")) == {"organo": "v1;abc"}
    names = re.findall(rb'<sheet name="([^"]+)"', put(parts)[BOOK])
    assert names[-1] == b"Resumen"
    assert put(parts)[BOOK].count(b"_poi_xl.hoja.resumen") == 1


def test_a_moved_sheet_stays_where_it_was_moved(put) -> None:
    parts = put(books.plain())
    sheets = re.findall(rb"<sheet [^>]*>", parts[BOOK])
    parts[BOOK] = parts[BOOK].replace(b"".join(sheets), b"".join(sheets[::-1]))
    parts[BOOK] = re.sub(
        rb'localSheetId="(\d)"', lambda m: b'localSheetId="%d"' % (3 - int(m[1])), parts[BOOK]
    )
    parts[BOOK] = parts[BOOK].replace(b"<workbookView ", b'<workbookView activeTab="3" ')
    again = put(parts)
    assert re.findall(rb"<sheet [^>]*>", again[BOOK]) == sheets[::-1]
    assert again == parts


def test_a_copy_belongs_to_the_user(put, tmp_path: Path) -> None:
    """Excel gives the copy local names; the workbook's mark stays with the original."""
    parts = put(books.plain())
    copy = "xl/worksheets/sheet9.xml"
    parts[copy] = re.sub(
        rb"<(drawing|tableParts|legacyDrawing).*?(/>|</tableParts>)",
        b"",
        parts["xl/worksheets/sheet3.xml"],
    )
    parts = books.with_arrow(parts, BOOK, "worksheet", "worksheets/sheet9.xml")
    parts = books.with_type(parts, copy, f"{books.SHEET_ML}.worksheet+xml")
    arrow = books.found(rb'Id="(x\d+)"', parts[BOOK_RELS])[1]
    sheet = b'<sheet name="Resumen (2)" sheetId="9" r:id="' + arrow + b'"/></sheets>'
    local = (
        b'<definedName name="_poi_xl.hoja.resumen" localSheetId="4" hidden="1">'
        b"'Resumen (2)'!$1:$1048576</definedName>"
    )
    parts[BOOK] = parts[BOOK].replace(b"</sheets>", sheet)
    parts[BOOK] = parts[BOOK].replace(b"<definedNames>", b"<definedNames>" + local)
    package = Package.open(books.save(tmp_path / "a.xlsx", parts))
    assert owned_sheets(package)["resumen"].name == "Resumen"
    again = put(parts, books.render(tmp_path / "d.xlsx", seed=3))
    assert again[copy] == parts[copy]
    assert b"Resumen (2)" in again[BOOK]


def test_a_mark_on_a_sheet_without_content_of_ours_is_ignored(put, tmp_path: Path) -> None:
    parts = put(books.plain())
    twice = b"_poi_xl.hoja.organo"
    parts[BOOK] = re.sub(b'("' + twice + b'"[^>]*>)[^<]*', rb"\1'Resumen'!$1:$1048576", parts[BOOK])
    package = Package.open(books.save(tmp_path / "a.xlsx", parts))
    assert set(owned_sheets(package)) == {"resumen"}


def test_another_sheet_of_ours_that_took_the_name(put, tmp_path: Path) -> None:
    parts = rename(
        put(
            books.plain(),
            names={"resumen": "Resumen"},
            drawing=books.render(tmp_path / "r.xlsx", ["Resumen"]),
        ),
        "Resumen",
        "Por órgano",
    )
    plan = plan_graft(Package.open(books.save(tmp_path / "a.xlsx", parts)), NAMES)
    assert plan.names == {"resumen": "Por órgano", "organo": "Por órgano (2)"}
    assert plan.problems == ()


def test_notes_are_kept_with_their_sheet(tmp_path: Path, rendered: Path) -> None:
    notes = {"resumen": 'v2 "x" & <y>', "organo": "ñ"}
    (tmp_path / "a.xlsx").write_bytes(
        graft_bytes(tmp_path, books.zipped(books.plain()), rendered, notes=notes)
    )
    assert plan_graft(Package.open(tmp_path / "a.xlsx"), NAMES).notes == notes


# --- refusals ---------------------------------------------------------------------------------


def test_a_sheet_of_that_name_that_is_not_ours(tmp_path: Path, rendered: Path) -> None:
    parts = books.plain()
    parts[BOOK] = parts[BOOK].replace(b"Hoja de la gente", b"RESUMEN").replace(b"Datos", b"Otra")
    assert refused(tmp_path, parts, rendered) == ["POI-E11"]


def test_all_problems_at_once(tmp_path: Path, rendered: Path) -> None:
    parts = books.rich()
    parts["xl/tables/table1.xml"] = parts["xl/tables/table1.xml"].replace(b"Ventas", b"POI_TABLA_0")
    parts[BOOK] = parts[BOOK].replace(b'"Global"', b'"poi_tabla_1"')
    parts[BOOK] = parts[BOOK].replace(b'name="Datos"', b'name="Resumen"')
    assert refused(tmp_path, parts, rendered) == ["POI-E11", "POI-E14", "POI-E14"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("comments", "notas o controles"),
        ("pivotTable", "una tabla dinámica"),
        ("ctrlProp", "notas o controles"),
        ("nuevo", "un elemento de tipo «nuevo»"),
    ],
)
def test_people_put_something_on_our_sheet(put, tmp_path: Path, rendered, kind, words) -> None:
    parts = books.with_arrow(put(books.plain()), "xl/worksheets/sheet3.xml", kind, "/xl/x.xml")
    parts["xl/x.xml"] = b"<x/>"
    package = Package.open(books.save(tmp_path / "a.xlsx", parts))
    (problem,) = plan_graft(package, NAMES).problems
    assert (problem.code, problem.sheet) == ("POI-E12", "Resumen")
    assert words in problem.message
    assert refused(tmp_path, parts, rendered) == ["POI-E12"]


def test_peoples_chart_on_our_sheet_is_not_thrown_away(put, tmp_path: Path) -> None:
    parts = put(books.plain())
    drawing = "xl/drawings/drawing1.xml"
    assert b'name="poi_xl Chart' in parts[drawing]
    parts[drawing] = parts[drawing].replace(b'name="poi_xl Chart', b'name="Chart')
    package = Package.open(books.save(tmp_path / "a.xlsx", parts))
    (problem,) = plan_graft(package, NAMES).problems
    assert "gráficos, imágenes o formas" in str(problem)


def test_what_excel_adds_to_our_sheet_is_harmless(put) -> None:
    parts = books.with_arrow(
        put(books.plain()), "xl/worksheets/sheet3.xml", "printerSettings", "/xl/ps.bin"
    )
    parts["xl/ps.bin"] = b"x"
    assert "xl/ps.bin" not in put(parts)


def test_styles_in_alternate_content(tmp_path: Path, rendered: Path) -> None:
    parts = books.plain()
    parts[STYLES] = re.sub(rb"(<fonts.*</fonts>)", rb"<a><b>\1</b></a>", parts[STYLES])
    assert refused(tmp_path, parts, rendered) == ["POI-E15"]


def test_the_limit_of_styles(tmp_path: Path, rendered: Path, monkeypatch) -> None:
    monkeypatch.setattr("poi_xl.package.styles.MAX_CELL_FORMATS", 4)
    assert refused(tmp_path, books.plain(), rendered) == ["POI-E18"]


def rendered_with(folder: Path, change) -> Path:
    book = xlsxwriter.Workbook(folder / "malo.xlsx")
    sheet = book.add_worksheet("Resumen")
    change(book, sheet)
    book.close()
    return folder / "malo.xlsx"


HEADER = {"image_center": "a", "image_data_center": io.BytesIO(books.PIXEL)}


@pytest.mark.parametrize(
    "change",
    [
        lambda b, s: s.write_comment("A1", "x"),
        lambda b, s: s.write_dynamic_array_formula("A1", "=SORT(B1:B2)"),
        lambda b, s: b.define_name("X", "=Resumen!$A$1"),
        lambda b, s: s.insert_button("A1"),
        lambda b, s: s.set_header("&G", HEADER),
    ],
    ids=["comment", "dynamic array", "global name", "button", "header image"],
)
def test_renderings_that_would_need_the_whole_workbook(tmp_path: Path, change) -> None:
    with pytest.raises(ValueError, match="rendering"):
        graft_bytes(
            tmp_path,
            books.zipped(books.plain()),
            rendered_with(tmp_path, change),
            {"resumen": "Resumen"},
        )


def test_names_that_are_not_the_planned_ones(put, tmp_path: Path, rendered: Path) -> None:
    parts = rename(put(books.plain()), "Resumen", "Mi avance")
    package = Package.open(books.save(tmp_path / "a.xlsx", parts))
    with pytest.raises(ValueError, match="planned"):
        graft(package, rendered, NAMES, tmp_path / "o.xlsx", notes={})


def test_styles_that_were_promised_and_are_missing(put) -> None:
    parts = {name: data for name, data in books.plain().items() if name != STYLES}
    after = put(parts)
    assert after[BOOK_RELS].count(b"/styles") == 1
    assert after[TYPES].count(b"/xl/styles.xml") == 1
    assert STYLES in after


def test_mistakes_of_the_caller(tmp_path: Path, rendered: Path) -> None:
    source = books.save(tmp_path / "a.xlsx", books.plain())
    package = Package.open(source)
    calls: list[tuple[dict[str, str], dict[str, str]]] = [
        ({"resumen": "No está"}, {}),
        ({"no válida": "Resumen"}, {}),
        ({"a": "Resumen", "A": "Por órgano"}, {}),
        ({"a": "Resumen"}, {"a": "x" * 256}),
        ({"a": "Resumen"}, {"a": "dos\nlíneas"}),
    ]
    for names, notes in calls:
        with pytest.raises(ValueError, match=r"rendering|key|note"):
            graft(package, rendered, names, tmp_path / "o.xlsx", notes=notes)
    with pytest.raises(ValueError, match="over itself"):
        graft(package, rendered, NAMES, source, notes={})
    old = Package.open(books.save(tmp_path / "b.xlsx", books.from_1904(books.plain())))
    with pytest.raises(ValueError, match="dates"):
        graft(old, rendered, NAMES, tmp_path / "o.xlsx", notes={})


# --- damage -----------------------------------------------------------------------------------

GARBAGE = [b"", b"x", b"-1", b"1.5", b"99999999999", b"&#9;", b"../../..", b"/", b"#REF!"]


@pytest.fixture(scope="module")
def grafted(tmp_path_factory: pytest.TempPathFactory, rendered: Path) -> Parts:
    before = books.zipped(books.calc_chain(books.rich()))
    return books.unzipped(graft_bytes(tmp_path_factory.mktemp("g"), before, rendered))


@given(st.data())
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_is_refused_or_carried_along_and_never_a_crash(
    tmp_path: Path, rendered: Path, grafted: Parts, data: st.DataObject
) -> None:
    lists = [n for n in grafted if n.endswith((".rels", "workbook.xml", "styles.xml", "s].xml"))]
    part = data.draw(st.sampled_from(lists + [n for n in grafted if "/table" in n]))
    values = list(re.finditer(rb'="([^"]*)"', grafted[part]))
    value = data.draw(st.sampled_from(values))
    start, end = value.span(1)
    damaged = grafted[part][:start] + data.draw(st.sampled_from(GARBAGE)) + grafted[part][end:]
    with contextlib.suppress(Refusal):
        graft_bytes(tmp_path, books.zipped(grafted | {part: damaged}), rendered)


# --- other judges -----------------------------------------------------------------------------


@pytest.mark.parametrize("base", [books.plain, books.rich], ids=["plain", "rich"])
def test_the_validator_finds_nothing_new(base, tmp_path: Path, rendered: Path) -> None:
    before = books.save(tmp_path / "antes.xlsx", base())
    after = tmp_path / "después.xlsx"
    after.write_bytes(graft_bytes(tmp_path, before.read_bytes(), rendered))
    assert set(oracles.audit(after)) <= set(oracles.audit(before)) | set(oracles.audit(rendered))


@pytest.mark.validator
@pytest.mark.slow
@pytest.mark.parametrize("feature", books.FEATURES, ids=lambda f: f.__name__)
def test_microsofts_validator_finds_nothing_new(feature, tmp_path: Path, rendered: Path) -> None:
    before = books.save(tmp_path / "antes.xlsx", books.having([feature], books.rich))
    after = tmp_path / "después.xlsx"
    after.write_bytes(graft_bytes(tmp_path, before.read_bytes(), rendered))
    assert set(oracles.validate_dotnet(after)) <= set(oracles.validate_dotnet(before))


@pytest.mark.office
@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_libreoffice_opens_it_and_keeps_what_marks_our_sheets(tmp_path: Path, rendered) -> None:
    grafted = tmp_path / "libro.xlsx"
    data = graft_bytes(tmp_path, books.zipped(books.rich()), rendered)
    grafted.write_bytes(data)
    resaved = Package.open(oracles.convert(grafted, "xlsx"))
    plan = plan_graft(resaved, NAMES)
    assert plan.owned == set(NAMES)
    assert plan.notes == dict.fromkeys(NAMES, "v1;abc")
    assert plan.problems == ()
    graft(resaved, rendered, plan.names, tmp_path / "otra.xlsx", notes={})
    book = openpyxl.load_workbook(tmp_path / "otra.xlsx")
    assert book["Resumen"]["A1"].value == "Título 1"


def test_the_namespace_of_the_tests_is_the_real_one() -> None:
    assert MAIN.encode() in books.plain()[BOOK]
