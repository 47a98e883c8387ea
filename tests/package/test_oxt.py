"""The extension for LibreOffice: derived from the registry, the same bytes every time."""

import ast
import io
import re
import zipfile

import pytest
from lxml import etree

from poi_xl import __version__
from poi_xl.functions import FUNCTIONS, Result
from poi_xl.package.names import PROTOCOL, method_name
from poi_xl.package.oxt import COMMANDS, COMPONENT, GROUPS, extension, interface

OOR = "{http://openoffice.org/2001/registry}"
ENTRY = "{http://openoffice.org/2001/manifest}file-entry"
PATH = "{http://openoffice.org/2001/manifest}full-path"


@pytest.fixture(scope="module")
def files():
    with zipfile.ZipFile(io.BytesIO(extension(FUNCTIONS))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def named(tree, *names):
    """The node at the end of a path of names."""
    for name in names:
        tree = next(node for node in tree.iter("node") if node.get(f"{OOR}name") == name)
    return tree


def words(node):
    """The texts of a node's own properties."""
    return {each.get(f"{OOR}name"): each.findtext("value") for each in node.findall("prop")}


def test_it_is_the_same_every_time_with_one_date():
    assert extension(FUNCTIONS) == extension(FUNCTIONS)
    with zipfile.ZipFile(io.BytesIO(extension(FUNCTIONS))) as archive:
        assert len({each.date_time for each in archive.infolist()}) == 1


def test_every_part_is_declared_and_well_formed(files):
    manifest = etree.fromstring(files["META-INF/manifest.xml"].encode())
    assert {each.tag for each in manifest} == {ENTRY}
    declared = {each.get(PATH) for each in manifest}
    assert declared == set(files) - {"META-INF/manifest.xml", "description.xml"}
    for name, text in files.items():
        if name.endswith((".xml", ".xcu")):
            etree.fromstring(text.encode())
    ast.parse(files[COMPONENT])


def test_the_description_says_version_and_the_least_libreoffice(files):
    text = files["description.xml"]
    assert f'<version value="{__version__}"/>' in text
    assert 'LibreOffice-minimal-version value="25.2"' in text


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda each: each.name)
def test_every_function_has_its_words_and_keeps_its_name_in_excels_files(files, function):
    tree = etree.fromstring(files["CalcAddIns.xcu"].encode())
    node = named(tree, method_name(function.name))
    assert words(node) == {
        "DisplayName": function.name,
        "Description": function.help,
        "Category": "Add-In",
        "CompatibilityName": function.name,
    }
    shown = [words(each) for each in named(node, "Parameters").findall("node")]
    assert [each["DisplayName"] for each in shown[1:]] == [a.name for a in function.arguments]
    assert [each["Description"] for each in shown[1:]] == [a.help for a in function.arguments]


def test_a_value_may_be_an_error_and_a_table_fills_its_cells():
    declared = dict(re.findall(r"^  (.+) (poi\w+)\(", interface(FUNCTIONS), re.MULTILINE)[i][::-1]
                    for i in range(len(FUNCTIONS)))  # fmt: skip
    for function in FUNCTIONS:
        is_table = function.result is Result.MATRIX
        assert declared[method_name(function.name)].startswith("sequence" if is_table else "any")


def test_menu_and_toolbar_offer_the_same_commands(files):
    tree = etree.fromstring(files["Addons.xcu"].encode())
    wanted = [(PROTOCOL + command, title) for command, title in COMMANDS]
    for place in ("OfficeMenuBar", "OfficeToolBar"):
        entries = [words(each) for each in named(tree, place).iter("node")]
        lines = [each for each in entries if "URL" in each]
        found = [(each["URL"], each["Title"]) for each in lines if "Title" in each]
        assert found == wanted
        assert [each["URL"] for each in lines].count("private:separator") == len(GROUPS) - 1


def test_entries_keep_their_order_when_sorted_by_name(files):
    tree = etree.fromstring(files["Addons.xcu"].encode())
    names = [node.get(f"{OOR}name") for node in named(tree, "OfficeMenuBar", "Submenu")]
    assert names == sorted(names)
