"""The VBA project's bytes: the same each time, in the published form, read alike by others."""

import io
import re
import struct

import olefile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyopenvba import ExcelFile, check_file

from poi_xl.package.macros import own_modules
from poi_xl.package.vba import (
    NO_CACHE,
    WORKBOOK_BASE,
    Kind,
    ProjectError,
    build_project,
    class_module,
    document,
    edit_project,
    read_project,
    standard,
)
from tests.vba.others import VBA_Parser, decompress_stream

BOOK = document("ThisWorkbook", "Option Explicit\n", WORKBOOK_BASE)
PLAN = document("Hoja1")
CODE = 'Attribute VB_Name = "Cuentas"\nOption Explicit\n\' Año, «ñandú»\nSub Sumar()\nEnd Sub\n'


@pytest.fixture(scope="module")
def whole():
    """The project as the workbook gets it."""
    modules = (BOOK, PLAN, *own_modules())
    return modules, build_project(modules)


def ole(data):
    return olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_UNSURE)


def stream(data, *path):
    with ole(data) as file:
        return file.openstream(list(path)).read()


def listing(data):
    with ole(data) as file:
        return sorted("/".join(path) for path in file.listdir())


# --- sources --------------------------------------------------------------------------------------


def test_what_is_written_is_read_by_us_and_by_olevba(whole):
    modules, data = whole
    assert read_project(data) == modules
    parser = VBA_Parser("vbaProject.bin", data=data)
    seen = {name.rpartition(".")[0]: text for _, _, name, text in parser.extract_macros()}
    parser.close()
    assert {name: lines(text) for name, text in seen.items()} == {
        each.name: lines(each.text) for each in modules
    }


def lines(text):
    """The text whatever ends its lines: olevba decides that anew."""
    return text.splitlines()


def test_every_stream_holds_its_text_and_nothing_else(whole):
    modules, data = whole
    for each in modules:
        packed = stream(data, "VBA", each.name)
        assert decompress_stream(bytearray(packed)) == each.text.encode("cp1252")


def test_the_same_modules_give_the_same_bytes(whole):
    modules, data = whole
    assert build_project(modules) == data
    changed = (*modules[:-1], standard("Otro", 'Attribute VB_Name = "Otro"\n'))
    assert build_project(changed) != data


@settings(max_examples=30)
@given(
    st.lists(
        st.text(st.characters(codec="cp1252", exclude_categories=["Cc"]), max_size=900), max_size=5
    )
)
def test_any_comments_survive(lines):
    text = 'Attribute VB_Name = "Libre"\n' + "".join(f"' {line}\n" for line in lines)
    module = standard("Libre", text)
    data = build_project((BOOK, module))
    assert read_project(data)[-1] == module
    assert (
        decompress_stream(bytearray(stream(data, "VBA", "Libre"))).decode("cp1252") == module.text
    )


# --- [MS-OVBA] ------------------------------------------------------------------------------------


def records(data):
    """Walk the stream `dir`; return its records, and how many bytes follow the terminator's."""
    raw = bytes(decompress_stream(bytearray(stream(data, "VBA", "dir"))))
    at, found = 0, []
    while at < len(raw):
        number, size = struct.unpack_from("<HI", raw, at)
        if number == 0x0009:  # the version says the size of its first half only
            size += 2
        found.append((number, raw[at + 6 : at + 6 + size]))
        at += 6 + size
        if number == 0x0010:
            break
    return found, len(raw) - at


def test_the_list_of_modules_ends_where_the_format_says(whole):
    modules, data = whole
    found, rest = records(data)
    assert rest == 0
    assert found[-1] == (0x0010, b"")
    names = [value.decode("cp1252") for number, value in found if number == 0x0019]
    assert names == [each.name for each in modules]
    assert [struct.unpack("<H", v)[0] for n, v in found if n == 0x000F] == [len(modules)]


def test_excel_compiles_from_source(whole):
    _, data = whole
    assert stream(data, "VBA", "_VBA_PROJECT") == NO_CACHE == b"\xcc\x61\xff\xff\x00\x00\x00"
    offsets = [value for number, value in records(data)[0] if number == 0x0031]
    assert set(offsets) == {bytes(4)}
    assert not [name for name in listing(data) if "__SRP_" in name]


def test_code_pages_and_kinds(whole):
    modules, data = whole
    found, _ = records(data)
    assert [struct.unpack("<H", v)[0] for n, v in found if n == 0x0003] == [1252]
    kinds = [number for number, _ in found if number in {0x0021, 0x0022}]
    assert kinds == [0x0021 if each.kind is Kind.STANDARD else 0x0022 for each in modules]


def test_the_project_declares_each_module_once_between_its_id_and_its_name(whole):
    modules, data = whole
    said = stream(data, "PROJECT").decode("cp1252").split("\r\n")
    suffix = {Kind.DOCUMENT: "/&H00000000"}
    expected = [f"{each.kind}={each.name}{suffix.get(each.kind, '')}" for each in modules]
    assert re.fullmatch(r'ID="\{[0-9A-F-]{36}\}"', said[0])
    assert said[1 : 1 + len(modules)] == expected
    assert said[1 + len(modules)] == 'Name="VBAProject"'
    windows = said[said.index("[Workspace]") + 1 :]
    assert [line.partition("=")[0] for line in windows if line] == [each.name for each in modules]


def test_the_names_are_listed_in_both_spellings(whole):
    modules, data = whole
    expected = b"".join(
        each.name.encode("cp1252") + b"\0" + each.name.encode("utf-16-le") + b"\0\0"
        for each in modules
    )
    assert stream(data, "PROJECTwm") == expected + b"\0\0"


# --- [MS-CFB] -------------------------------------------------------------------------------------


def entries(data):
    """The directory: name, kind, colour, left, right, child, times, first sector and size."""
    with ole(data) as file:
        raw = file.directory_fp.getvalue()
    for at in range(0, len(raw), 128):
        length, kind, colour, left, right, child = struct.unpack_from("<HBBIII", raw, at + 64)
        name = raw[at : at + max(0, length - 2)].decode("utf-16-le")
        yield (
            name,
            kind,
            colour,
            left,
            right,
            child,
            raw[at + 100 : at + 116],
            raw[at + 116 : at + 128],
        )


def test_the_directory_is_a_valid_tree_of_black_nodes(whole):
    _, data = whole
    found = list(entries(data))
    none = 0xFFFFFFFF

    def order(index):
        name = found[index][0]
        return (len(name), name.upper())

    def walk(index):
        if index == none:
            return []
        _, _, colour, left, right, *_ = found[index]
        assert colour == 1
        return [*walk(left), index, *walk(right)]

    seen = []
    for _, kind, colour, _, _, child, times, place in found:
        if kind in {1, 5}:
            inside = walk(child)
            assert [order(each) for each in inside] == sorted(order(each) for each in inside)
            seen += inside
        if kind == 1:
            assert place == bytes(12)
        assert kind == 0 or (colour == 1 and times == bytes(16))
    assert sorted(seen) == [n for n, each in enumerate(found) if each[1] in {1, 2}]


def test_nothing_of_the_blank_project_stays(whole):
    modules, data = whole
    own = {f"VBA/{each.name}" for each in modules}
    assert set(listing(data)) == own | {"PROJECT", "PROJECTwm", "VBA/_VBA_PROJECT", "VBA/dir"}
    assert b"Module1" not in data
    assert "Module1".encode("utf-16-le") not in data


def test_pyopenvba_finds_nothing_wrong(whole, tmp_path):
    from poi_xl.package.macros import add_macros
    from poi_xl.package.parts import Package
    from tests.vba.books import write_book

    add_macros(Package.open(write_book(tmp_path / "a.xlsx")), tmp_path / "a.xlsm")
    report = check_file(tmp_path / "a.xlsm")
    assert report.ok
    assert report.issues == ()
    with ExcelFile(tmp_path / "a.xlsm") as book:
        assert book.validate() == []


# --- seeded faults: the checks above can fail -----------------------------------------------------


def test_the_form_checks_see_what_pyopenvba_leaves(tmp_path):
    path = tmp_path / "theirs.xlsm"
    with ExcelFile.create_new(path) as book:
        book.vba_project().add_module("Uno", "Sub A()\nEnd Sub\n")
        book.save()
    with ExcelFile(path) as book:
        theirs = book.vba_project_bytes()
    assert records(theirs)[1] == 4
    assert stream(theirs, "VBA", "_VBA_PROJECT") != NO_CACHE
    assert any(kind and colour != 1 for _, kind, colour, *_ in entries(theirs))


# --- somebody else's project ----------------------------------------------------------------------


@pytest.fixture
def theirs():
    """A project with modules that are not ours."""
    return build_project((BOOK, PLAN, standard("Suyo", CODE.replace("Cuentas", "Suyo")), clase()))


def clase():
    head = 'VERSION 1.0 CLASS\nBEGIN\n  MultiUse = -1\nEND\nAttribute VB_Name = "Clase"\n'
    return class_module("Clase", head + "Option Explicit\nPublic Total As Double\n")


def test_adding_keeps_every_other_module(theirs):
    before = read_project(theirs)
    after = read_project(edit_project(theirs, own_modules()))
    assert after == (*before, *own_modules())


def test_adding_and_taking_out_gives_back_the_same_modules(theirs):
    fuller = edit_project(theirs, own_modules())
    assert fuller != theirs
    back = edit_project(fuller, (), without={each.name for each in own_modules()})
    assert read_project(back) == read_project(theirs)
    assert listing(back) == listing(theirs)


def test_replacing_is_by_name_whatever_the_case(theirs):
    fresh = standard("SUYO", 'Attribute VB_Name = "SUYO"\nSub Nuevo()\nEnd Sub\n')
    after = read_project(edit_project(theirs, [fresh]))
    assert [each.name for each in after] == ["ThisWorkbook", "Hoja1", "Clase", "SUYO"]


def test_the_compressed_source_of_others_is_not_touched(theirs):
    fuller = edit_project(theirs, own_modules())
    assert stream(fuller, "VBA", "Suyo") == stream(theirs, "VBA", "Suyo")


def test_a_project_with_compiled_copies_keeps_its_source(tmp_path):
    path = tmp_path / "theirs.xlsm"
    with ExcelFile.create_new(path) as book:
        compiled = book.vba_project_bytes()
    assert any(value != bytes(4) for number, value in records(compiled)[0] if number == 0x0031)
    edited = edit_project(compiled, [standard("Cuentas", CODE)])
    assert read_project(edited)[:-1] == read_project(compiled)
    assert {value for number, value in records(edited)[0] if number == 0x0031} == {bytes(4)}


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["1uno", "con espacio", "a" * 32, ""])
def test_names_that_vba_refuses(name):
    with pytest.raises(ProjectError):
        standard(name, f'Attribute VB_Name = "{name}"\n')


def test_letters_that_the_code_page_lacks():
    with pytest.raises(ProjectError, match="≤"):
        standard("Uno", 'Attribute VB_Name = "Uno"\n\' a ≤ b\n')


def test_a_text_without_its_name():
    with pytest.raises(ProjectError, match="its name"):
        standard("Uno", "Option Explicit\n")


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)]
)
def test_what_is_no_project(data):
    with pytest.raises(ProjectError):
        read_project(data)


def test_a_signed_project_is_not_changed(theirs):
    from pyopenvba.cfb import CFB

    cfb = CFB.from_bytes(theirs)
    cfb.add_stream_at((), "_VBA_PROJECT_SIGNATURE", b"signed")
    with pytest.raises(ProjectError, match="firmado"):
        edit_project(cfb.to_bytes(), [standard("Cuentas", CODE)])
