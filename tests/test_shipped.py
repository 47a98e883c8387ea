"""The workbook that ships: made from the data, valid, and right according to other engines."""

import datetime as dt
import re
import shutil
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from poi_xl.commands.update import update
from poi_xl.core.settings import Settings
from poi_xl.core.trafficlight import PRESETS
from poi_xl.functions import BY_NAME, FUNCTIONS, Context, Failure, answer
from poi_xl.package.macros import code_names, workbook_code_name, wrappers
from poi_xl.package.parts import Package
from poi_xl.package.vba import Kind, read_project, standard
from poi_xl.reading.workbook import read_workbook
from tests.oracles import audit, formualizer_values, opened, recalculate, validate_dotnet
from tests.vba.others import VBA_Parser

SHIPPED = Path(__file__).resolve().parents[1] / "workbook" / "POI_2021.xlsm"


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def values(path):
    book = openpyxl.load_workbook(path, data_only=True)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def test_it_is_what_construir_makes_of_the_data(built):
    # Compared part by part: another zlib may pack the same bytes differently.
    assert members(SHIPPED) == members(built)
    assert list(members(SHIPPED)) == list(members(built))


def test_building_twice_gives_the_same_bytes(built, tmp_path):
    from poi_xl.commands.build import build
    from tests.conftest import DATA

    again = tmp_path / "POI_2021.xlsm"
    now = dt.datetime(2022, 2, 2, 2, 2)  # noqa: DTZ001
    build(DATA, again, institution="SAT de Lima", now=now)
    assert again.read_bytes() == built.read_bytes()


def test_make_run_leaves_it_as_it_is(tmp_path):
    copy = Path(shutil.copyfile(SHIPPED, tmp_path / SHIPPED.name))
    answer = update(copy, now=dt.datetime(2030, 1, 1))  # noqa: DTZ001
    assert not answer.written
    assert copy.read_bytes() == SHIPPED.read_bytes()


@pytest.mark.validator
def test_the_dot_net_validator_finds_nothing():
    assert validate_dotnet(SHIPPED) == []


def test_the_audit_finds_nothing():
    assert audit(SHIPPED) == []


# --- macros ---------------------------------------------------------------------------------------


def test_another_reader_finds_every_module_as_it_was_written(built):
    modules = {each.name: each.text for each in read_project(project_of(built))}
    parser = VBA_Parser("vbaProject.bin", data=project_of(built))
    found = {name.rpartition(".")[0]: text for _, _, name, text in parser.extract_macros()}
    parser.close()
    assert found.keys() == modules.keys()
    for name, text in modules.items():
        assert found[name].splitlines() == text.splitlines()
    assert modules["poi_udfs"] == standard("poi_udfs", wrappers()).text


def test_the_project_knows_the_sheets_that_people_use(built):
    package = Package.open(built)
    documents = [
        each.name for each in read_project(project_of(built)) if each.kind is Kind.DOCUMENT
    ]
    named = [name for name, _ in code_names(package)]
    assert documents == [workbook_code_name(package), *named]
    assert named == ["HojaPlan", "HojaTablero", "HojaConfiguracion"]


def project_of(path):
    return members(path)["xl/vbaProject.bin"]


def test_no_name_or_table_is_also_a_function(built):
    # Excel would take the name for it, and the function would be out of reach.
    parts = {name: data.decode() for name, data in members(built).items() if name.endswith(".xml")}
    texts = [parts["xl/workbook.xml"], *(t for n, t in parts.items() if n.startswith("xl/tables/"))]
    found = re.findall(r'(?:displayName|definedName name)="([^"]+)"', "".join(texts))
    names = {each.upper() for each in found}
    assert "POI_DATOS" in names
    assert "POI_TABLA_POR_ORGANO" in names
    assert names.isdisjoint(BY_NAME)


# --- cells with our functions ---------------------------------------------------------------------


def test_a_second_engine_recalculates_every_formula_to_its_stored_value(built):
    context = our_context(built)
    asked: Counter[str] = Counter()
    computed = formualizer_values(built, ours(context, asked))
    checked: Counter[str] = Counter()
    stored = values(built)
    for name in ("POI", "Tablero"):
        for place, formula in formulas(built, name).items():
            assert close(computed[name][place], stored.get((name, place), "")), (
                name,
                place,
                formula,
            )
            checked.update(dict.fromkeys(set(re.findall(r"POI_\w+", formula)), 1))
    assert checked["POI_AVANCE"] == checked["POI_SEMAFORO"] == 78 + 1 + 1
    assert checked["POI_SERIE"] == 5 * 12
    assert set(asked) == set(checked)


def test_an_engine_whose_functions_answer_otherwise_is_noticed(built):
    context = Context(our_context(built).plan, Settings(preset=PRESETS["B"], quarter=1))
    computed = formualizer_values(built, ours(context, Counter()))
    stored = values(built)
    assert computed["Tablero"]["A9"] != stored["Tablero", "A9"]


def our_context(path):
    content = read_workbook(path)
    return Context(content.plan, content.settings, content.problems)


def ours(context, asked):
    """Return our functions as the second engine calls them, counting the calls."""

    def answering(function):
        def compute(*given):
            asked[function.name] += 1
            return plain(answer(context, function, given))

        return compute

    return {each.name: (answering(each), len(each.arguments)) for each in FUNCTIONS}


def plain(found):
    if isinstance(found, list):
        return [[plain(each) for each in row] for row in found]
    if isinstance(found, Failure):
        return {"type": "Error", "kind": found.error.name.capitalize()}
    return found


def formulas(path, sheet):
    return {
        cell.coordinate: cell.value
        for row in openpyxl.load_workbook(path)[sheet].iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


# --- LibreOffice ----------------------------------------------------------------------------------


@pytest.mark.office
def test_libreoffice_recalculates_every_native_formula_to_its_stored_value(built):
    stored, computed = values(built), values(recalculate(built))
    unknown = places_of_ours(built)
    different = {
        place: (value, computed.get(place))
        for place, value in stored.items()
        if place not in unknown
        and computed.get(place) != value
        and not close(computed.get(place), value)
    }
    assert different == {}
    assert len(unknown) == 2 * 78 + 2 + 8 + 5 * 12


@pytest.mark.office
def test_libreoffice_shows_the_stored_answers_when_it_only_opens_the_workbook(built):
    stored, shown = values(built), values(opened(built))
    lost = {
        place: (stored[place], shown.get(place))
        for place in places_of_ours(built)
        # It computes an error anew, whatever is stored; Tablero shows neither.
        if stored[place] != "#N/A" and not close(shown.get(place), stored[place])
    }
    assert lost == {}


def places_of_ours(path):
    return {
        (sheet, place)
        for sheet in ("POI", "Tablero")
        for place, formula in formulas(path, sheet).items()
        if "POI_" in formula
    }


def close(one, other):
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return one == other or (numbers and one == pytest.approx(other, rel=1e-14))
