"""Macros put into a workbook: the parts that must change do, every other one stays as it was."""

import datetime as dt
import shutil
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from poi_xl.core.problems import Refusal
from poi_xl.package.macros import PROJECT_PART, RIBBON_PART, add_macros, code_names
from poi_xl.package.parts import MACRO_ENABLED, Package
from poi_xl.package.vba import Kind, read_project
from tests.oracles import audit, validate_dotnet
from tests.vba.books import write_book

CHANGED = {"[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels"}


def with_macros(folder, **options):
    add_macros(Package.open(write_book(folder / "plan.xlsx", **options)), folder / "plan.xlsm")
    return folder / "plan.xlsx", folder / "plan.xlsm"


def contents(path):
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    return with_macros(tmp_path_factory.mktemp("macros"))


def test_every_other_part_stays_byte_for_byte(pair):
    before, after = map(contents, pair)
    assert set(after) - set(before) == {PROJECT_PART, RIBBON_PART}
    assert {name for name in before if before[name] != after[name]} == CHANGED


def test_the_same_workbook_gives_the_same_bytes(pair, tmp_path):
    before, after = pair
    add_macros(Package.open(before), tmp_path / "again.xlsm")
    assert contents(tmp_path / "again.xlsm") == contents(after)


def test_the_package_knows_the_new_parts(pair):
    package = Package.open(pair[1])
    assert package.content_type(package.workbook_part) == MACRO_ENABLED
    assert package.content_type(PROJECT_PART) == "application/vnd.ms-office.vbaProject"
    assert package.content_type(RIBBON_PART) == "application/xml"
    assert package.related(package.workbook_part, "vbaProject") == PROJECT_PART
    assert package.related("", "extensibility") == RIBBON_PART


def test_document_modules_are_the_code_names(pair):
    package = Package.open(pair[1])
    modules = read_project(package.read(PROJECT_PART))
    documents = [each.name for each in modules if each.kind is Kind.DOCUMENT]
    assert documents == ["ThisWorkbook", "Hoja1", "Hoja2", "Hoja3"]
    assert code_names(package) == [(name, "worksheet") for name in documents[1:]]
    book = etree.fromstring(package.read(package.workbook_part))
    assert book.xpath("string(*[local-name()='workbookPr']/@codeName)") == "ThisWorkbook"


def test_a_workbook_without_code_names_gets_its_own_and_sheets_are_left_alone(tmp_path):
    before, after = with_macros(tmp_path, code_names=False)
    old, new = contents(before), contents(after)
    assert {name for name in old if old[name] != new[name]} == CHANGED | {"xl/workbook.xml"}
    modules = read_project(new[PROJECT_PART])
    assert [each.name for each in modules if each.kind is Kind.DOCUMENT] == ["ThisWorkbook"]
    assert b'codeName="ThisWorkbook"' in new["xl/workbook.xml"]


def test_code_names_of_other_languages_are_kept(tmp_path):
    base = write_book(tmp_path / "plan.xlsx")
    renamed = contents(base)["xl/workbook.xml"].replace(b"ThisWorkbook", b"EsteLibro")
    Package.open(base).write(tmp_path / "es.xlsx", {"xl/workbook.xml": renamed})
    add_macros(Package.open(tmp_path / "es.xlsx"), tmp_path / "es.xlsm")
    first = read_project(contents(tmp_path / "es.xlsm")[PROJECT_PART])[0]
    assert first.name == "EsteLibro"
    assert "Workbook_SheetChange" in first.text


def test_macros_are_never_put_over_others(pair, tmp_path):
    with pytest.raises(Refusal):
        add_macros(Package.open(pair[1]), tmp_path / "twice.xlsm")
    assert not (tmp_path / "twice.xlsm").exists()


@pytest.mark.validator
@pytest.mark.parametrize("code_names", [True, False])
def test_the_validators_find_nothing(tmp_path, code_names):
    _, after = with_macros(tmp_path, code_names=code_names)
    assert validate_dotnet(after) == []
    assert code_names or validate_dotnet(after, "Office2010") == []
    assert audit(after) == []


def test_in_the_shipped_workbook_they_stay_while_summaries_are_updated(built, tmp_path):
    from poi_xl.commands.update import update

    path = built
    if not Package.open(built).has(PROJECT_PART):
        path = tmp_path / "POI_2021.xlsm"
        add_macros(Package.open(built), path)
    before = contents(path)
    copy = Path(shutil.copyfile(path, tmp_path / "copy.xlsm"))
    now = dt.datetime(2030, 1, 1)  # noqa: DTZ001 - the analyst's own clock
    update(copy, now=now)  # where macros came last, the parts' order changes this once
    assert contents(copy) == before
    assert not update(copy, now=now).written
    update(copy, preset="B", now=now)
    after = contents(copy)
    assert after != before
    assert {PROJECT_PART, RIBBON_PART} <= {name for name in after if after[name] == before[name]}
