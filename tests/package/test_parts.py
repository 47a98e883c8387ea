"""Opening: what is refused and why, and what a package tells about itself."""

from pathlib import Path

import pytest

from poi_xl.core.problems import Refusal
from poi_xl.package.parts import (
    MACRO_ENABLED,
    TYPES_PART,
    Package,
    macro_enabled,
    relative_target,
    rels_part,
)
from poi_xl.package.saving import fingerprint
from poi_xl.package.xmlpart import DtdError, parse
from tests.package import books
from tests.package.books import BOOK, BOOK_RELS, TYPES, Parts


def refusal(path: Path) -> str:
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(Refusal) as caught:
        Package.open(path)
    assert before is None or path.read_bytes() == before
    (problem,) = caught.value.problems
    assert not path.is_file() or path.name in problem.message
    return problem.code


def edited(part: str, old: bytes, new: bytes) -> Parts:
    parts = books.plain()
    assert old in parts[part]
    return parts | {part: parts[part].replace(old, new)}


def without(part: str) -> Parts:
    return {name: data for name, data in books.plain().items() if name != part}


SIGNATURE = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin"
DTD = b'<!DOCTYPE workbook [<!ENTITY a "a">]><workbook '
BROKEN = {
    "a missing types part": (without(TYPES), "POI-E04"),
    "a missing workbook": (without(BOOK), "POI-E04"),
    "a missing sheet": (without("xl/worksheets/sheet1.xml"), "POI-E04"),
    "no way to the workbook": (without("_rels/.rels"), "POI-E04"),
    "no relationships": (without(BOOK_RELS), "POI-E04"),
    "bad XML": (edited(BOOK, b"</workbook>", b""), "POI-E04"),
    "a sheet without number": (edited(BOOK, b'sheetId="1"', b'sheetId="x"'), "POI-E04"),
    "no sheets": (edited(BOOK, b"sheet ", b"hoja "), "POI-E04"),
    "a document type": (edited(BOOK, b"<workbook ", DTD), "POI-E15"),
    "binary": (edited(TYPES, b"sheet.main+xml", b"sheet.binary.macroEnabled.main"), "POI-E15"),
    "an old namespace": (edited(BOOK, b"spreadsheetml/2006/main", b"excel/2006/2"), "POI-E15"),
    "a document": (edited(BOOK, b"workbook", b"document"), "POI-E02"),
    "signed": (books.with_arrow(books.plain(), "", SIGNATURE, "/_xmlsignatures/o"), "POI-E08"),
    "shared": (books.with_arrow(books.plain(), BOOK, "revisionHeaders", "r.xml"), "POI-E09"),
    "shared, by its parts": (books.plain() | {"xl/revisions/a.xml": b"x"}, "POI-E09"),
    "parts repeated": (books.plain() | {"XL/workbook.xml": b"x"}, "POI-E04"),
}


@pytest.mark.parametrize(("parts", "code"), BROKEN.values(), ids=list(BROKEN))
def test_refused_with_a_reason(tmp_path: Path, parts: Parts, code: str) -> None:
    assert refusal(books.save(tmp_path / "libro.xlsx", parts)) == code


def test_refused_files(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no está.xlsx") == "POI-E01"
    assert refusal(tmp_path) == "POI-E02"
    path = tmp_path / "libro.xlsx"
    for data, code in (
        (b"", "POI-E02"),
        (b"hola", "POI-E02"),
        (books.zipped(books.plain())[:-50], "POI-E02"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "POI-E03"),
    ):
        path.write_bytes(data)
        assert refusal(path) == code


def test_a_document_type_cannot_hide_in_another_encoding(tmp_path: Path) -> None:
    parts = books.utf16(edited(BOOK, b"<workbook ", DTD))
    assert refusal(books.save(tmp_path / "a.xlsx", parts)) == "POI-E15"


def test_a_bad_checksum_counts_only_in_parts_that_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    stored = dict.fromkeys(books.plain(), 0)
    data = books.zipped(books.plain(), stored)
    path.write_bytes(data.replace(b"<sheetData>", b"<sheetDatA>", 1))
    assert len(Package.open(path).sheets) == 2
    path.write_bytes(data.replace(b"<bookViews>", b"<bookViewS>", 1))
    assert refusal(path) == "POI-E04"


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(_: Path) -> bytes:
        raise PermissionError

    path = books.save(tmp_path / "a.xlsx", books.plain())
    monkeypatch.setattr(Path, "read_bytes", denied)
    with pytest.raises(Refusal, match="POI-E05"):
        Package.open(path)


def test_what_a_package_tells(tmp_path: Path) -> None:
    path = books.save(tmp_path / "a.xlsx", books.very_hidden(books.rich()))
    package = Package.open(path)
    assert [(s.name, s.kind, s.state, s.sheet_id) for s in package.sheets] == [
        ("Datos", "worksheet", "veryHidden", 1),
        ("Gráfico", "chartsheet", "visible", 2),
        ("Hoja de la gente", "worksheet", "visible", 3),
    ]
    assert package.sheets[0].part == "xl/worksheets/sheet1.xml"
    assert ("Local", 0) in [(d.name, d.sheet_index) for d in package.defined_names]
    assert package.fingerprint == fingerprint(path)
    assert (package.date1904, package.locked, package.dialect.strict) == (False, False, False)
    assert package.content_type("xl/media/image1.png") == "image/png"
    assert package.content_type("XL/STYLES.xml").endswith(".styles+xml")
    assert package.read("XL/Workbook.XML") == package.read(BOOK)
    kinds = {r.kind for r in package.relationships("xl/worksheets/sheet1.xml")}
    assert {"drawing", "table", "comments", "vmlDrawing"} <= kinds


def test_flags(tmp_path: Path) -> None:
    parts = books.locked(books.strict(books.from_1904(books.plain())))
    package = Package.open(books.save(tmp_path / "a.xlsx", parts))
    assert package.date1904
    assert package.locked
    assert package.dialect.strict


def test_the_ways_of_writing_a_target(tmp_path: Path) -> None:
    parts = books.plain()
    for spelling in (
        b"/xl/worksheets/sheet1.xml",
        b"..\\xl\\worksheets\\sheet1.xml",
        b"./worksheets/../worksheets/Sheet1.xml",
        b"worksheets/sheet%31.xml",
    ):
        rels = parts[BOOK_RELS].replace(b"worksheets/sheet1.xml", spelling)
        package = Package.open(books.save(tmp_path / "a.xlsx", parts | {BOOK_RELS: rels}))
        assert package.sheets[0].part == "xl/worksheets/sheet1.xml"


def test_reachable_parts(tmp_path: Path) -> None:
    package = Package.open(books.save(tmp_path / "a.xlsx", books.rich()))
    whole = set(package.reachable([""]))
    left = set(package.reachable([""], barred={"xl/worksheets/sheet1.xml"}))
    assert {"xl/comments1.xml", "xl/tables/table1.xml"} <= whole - left
    assert BOOK in left


def test_an_arrow_to_nothing_leads_nowhere(tmp_path: Path) -> None:
    parts = books.with_arrow(books.plain(), BOOK, "theme", "theme/theme9.xml")
    package = Package.open(books.save(tmp_path / "a.xlsx", parts))
    assert "xl/theme/theme9.xml" not in package.reachable([""])
    assert package.related(BOOK, "theme") == "xl/theme/theme1.xml"


def test_a_document_type_is_found_before_anything_is_expanded(monkeypatch) -> None:
    monkeypatch.delattr("lxml.etree.XMLParser")
    with pytest.raises(DtdError):
        parse(b"<?xml version='1.0'?>" + DTD + b"/>")


def test_writing_changes_only_what_is_asked(tmp_path: Path) -> None:
    before = books.zipped(books.plain())
    (tmp_path / "a.xlsx").write_bytes(before)
    package = Package.open(tmp_path / "a.xlsx")
    package.write(tmp_path / "igual.xlsx", {})
    assert (tmp_path / "igual.xlsx").read_bytes() == before
    changes = {"XL/Styles.xml": b"nuevo", "xl/otro.bin": b"1", BOOK: b"2"}
    package.write(tmp_path / "b.xlsx", changes, without={"docProps/app.xml", BOOK})
    after = books.unzipped((tmp_path / "b.xlsx").read_bytes())
    assert after["xl/styles.xml"] == b"nuevo"
    assert list(after)[-2:] == ["xl/otro.bin", BOOK]
    assert "docProps/app.xml" not in after
    raw, old = books.raw_members((tmp_path / "b.xlsx").read_bytes()), books.raw_members(before)
    assert raw["xl/theme/theme1.xml"] == old["xl/theme/theme1.xml"]


def test_a_package_is_not_written_over_itself(tmp_path: Path) -> None:
    path = books.save(tmp_path / "a.xlsx", books.plain())
    (tmp_path / "b.xlsx").symlink_to(path)
    before = path.read_bytes()
    for out in (path, tmp_path / "b.xlsx"):
        with pytest.raises(ValueError, match="over itself"):
            Package.open(path).write(out, {})
    assert path.read_bytes() == before


def test_what_was_written_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = Package.open(books.save(tmp_path / "a.xlsx", books.plain()))
    monkeypatch.setattr("poi_xl.package.parts.same_members", lambda *_: False)
    with pytest.raises(OSError, match="read back"):
        package.write(tmp_path / "b.xlsx", {})


@pytest.mark.parametrize("declared", [True, False], ids=["by name", "by extension"])
def test_making_room_for_macros(tmp_path: Path, declared) -> None:
    parts = books.plain()
    if not declared:
        entry = books.found(rb'<Override PartName="/xl/workbook.xml"[^>]*>', parts[TYPES])[0]
        kind = books.found(rb'ContentType="[^"]*"', entry)[0]
        parts[TYPES] = (
            parts[TYPES].replace(entry, b"").replace(b'ContentType="application/xml"', kind)
        )
    package = Package.open(books.save(tmp_path / "a.xlsx", parts))
    package.write(tmp_path / "a.xlsm", {TYPES_PART: macro_enabled(package)})
    after = Package.open(tmp_path / "a.xlsm")
    assert after.content_type(BOOK) == MACRO_ENABLED
    assert macro_enabled(after) == after.read(TYPES_PART)


def test_names_of_parts() -> None:
    assert rels_part("") == "_rels/.rels"
    assert rels_part("a.xml") == "_rels/a.xml.rels"
    assert relative_target("workbook.xml", "xl/a.xml") == "xl/a.xml"
