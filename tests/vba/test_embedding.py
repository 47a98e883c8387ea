"""Our macros in other people's workbooks and in the add-in: they compile, hear, reach Python."""

import datetime as dt

import pytest
from pyopenvba import check_file
from pyopenvba.interpreter import MISSING, VBAObject, member
from pyopenvba.interpreter._values import error

from poi_xl.commands.addin import build_addin
from poi_xl.commands.embed import embed, unembed
from poi_xl.package.macros import (
    RIBBON_PART,
    addin_modules,
    embedded_modules,
    hand_written,
)
from poi_xl.package.parts import Package
from poi_xl.package.vba import Module, read_project
from tests.commands.test_embed import (
    OWN_TAB,
    PROJECT,
    THEIRS,
    plan_parts,
    with_macros,
    with_ribbon,
)
from tests.oracles import audit, validate_dotnet
from tests.package.books import save
from tests.vba.books import Excel, HostApplication
from tests.vba.gate import ribbon_faults, vba_faults
from tests.vba.others import VBA_Parser

NOW = dt.datetime(2030, 1, 1, 9, 30)  # noqa: DTZ001 - the analyst's own clock
THIRD_PARTY = {"Dictionary", "poi_Dictionary"}  # judged by their own authors


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("embedding")


@pytest.fixture(scope="module")
def inside(folder):
    """A workbook with macros and a tab of its own, and ours."""
    parts = with_ribbon(with_macros(plan_parts()), OWN_TAB, "Suyo.AlCargar")
    return embed(save(folder / "Suyo.xlsm", parts), now=NOW).path


@pytest.fixture(scope="module")
def alone(folder):
    """A workbook that had no macros, with ours."""
    return embed(save(folder / "Plan.xlsx", plan_parts()), now=NOW).path


@pytest.fixture(scope="module")
def addin(folder):
    return build_addin(folder / "poi_xl.xlam", now=NOW).path


def modules(path):
    return read_project(Package.open(path).read(PROJECT))


BOOKS = ("inside", "alone", "addin")


# --- gates ----------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", BOOKS)
def test_the_projects_have_no_fault(request, name):
    whole = modules(request.getfixturevalue(name))
    theirs = {each.name for each in THEIRS}
    only = {each.name for each in whole} - THIRD_PARTY - (theirs if name == "inside" else set())
    assert vba_faults(whole, only=only) == []


FAULTS = {
    "a procedure that is not there": ("poi_book", "Listen\r\n", "Hearken\r\n"),
    "a class that is not there": ("poi_book", "New poi_events", "New poi_event"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_gate_bites(fault):
    module, old, new = FAULTS[fault]
    whole = {each.name: each for each in addin_modules()}
    text = whole[module].text.replace(old, new, 1)
    assert text != whole[module].text
    whole[module] = Module(module, whole[module].kind, text)
    assert vba_faults(tuple(whole.values()), only=[module]) != []


@pytest.mark.parametrize("name", BOOKS)
def test_olevba_reads_every_module_as_it_was_written(request, name):
    path = request.getfixturevalue(name)
    parser = VBA_Parser("vbaProject.bin", data=Package.open(path).read(PROJECT))
    seen = {file.rpartition(".")[0]: text for _, _, file, text in parser.extract_macros()}
    parser.close()
    wanted = addin_modules() if name == "addin" else embedded_modules()
    for each in wanted:
        assert seen[each.name].splitlines() == each.text.splitlines()
    assert {each.name for each in modules(path)} == set(seen)


@pytest.mark.parametrize("name", BOOKS)
def test_pyopenvba_finds_nothing_wrong(request, name):
    path = request.getfixturevalue(name)
    report = check_file(path.rename(path.with_suffix(".xlsm")) if name == "addin" else path)
    if name == "addin":
        path.with_suffix(".xlsm").rename(path)
    assert report.ok
    assert report.issues == ()


@pytest.mark.parametrize("name", BOOKS)
def test_the_tabs_have_no_fault(request, name):
    path = request.getfixturevalue(name)
    xml = Package.open(path).read(RIBBON_PART)
    assert ribbon_faults(xml, modules(path)) == []
    # Without the module that both tabs start from, it would say so.
    start = "poi_load" if name == "inside" else "poi_ribbon"
    assert ribbon_faults(xml, [m for m in modules(path) if m.name != start]) != []


@pytest.mark.validator
@pytest.mark.parametrize("name", BOOKS)
def test_the_validators_find_nothing(request, name):
    path = request.getfixturevalue(name)
    assert validate_dotnet(path) == []
    assert audit(path) == []


@pytest.mark.validator
def test_nor_once_it_was_taken_out_by_edits(alone, tmp_path):
    package = Package.open(alone)
    book = package.read("xl/workbook.xml").replace(b"?>", b"?>\n", 1)
    package.write(tmp_path / "a.xlsm", {"xl/workbook.xml": book})
    answer = unembed(tmp_path / "a.xlsm", now=NOW, out=tmp_path / "b.xlsx")
    assert not answer.whole
    assert validate_dotnet(answer.path) == []
    assert audit(answer.path) == []


# --- run in an interpreter ------------------------------------------------------------------------


def handed(excel, text):
    """Run a procedure of the test among the macros."""
    name = f"testing{len(excel.app.interpreter.modules)}"
    excel.app.add_module(f"Sub Handed()\n{text}\nEnd Sub\n", name=name)
    return excel.app.run(f"{name}.Handed")


@pytest.fixture
def excel(alone):
    return Excel(alone)


def test_a_cell_reaches_python_and_the_second_time_the_answer_is_known(excel):
    assert excel.call("POI_AVANCE") == excel.call("POI_AVANCE") == 1.0
    assert len(excel.calls) == 1


def test_loading_the_tab_tells_the_wizard(excel):
    excel.app.run("RibbonLoaded", excel.app.application)
    assert len({each[0] for each in excel.described}) == len(excel.described) > 10


@pytest.mark.parametrize(
    ("sheet", "cell", "asked"),
    [("Metas", "C3", 2), ("Configuración", "B6", 2), ("Portada", "A9", 1)],
)
def test_its_class_hears_what_is_typed(excel, sheet, cell, asked):
    excel.call("POI_AVANCE")
    excel.app.sheet(sheet).set_value(cell, 3)
    handed(
        excel,
        "Dim e As New poi_events\n"
        f'e.heard_SheetChange ThisWorkbook.Worksheets("{sheet}"), '
        f'ThisWorkbook.Worksheets("{sheet}").Range("{cell}")',
    )
    excel.call("POI_AVANCE")
    assert len(excel.calls) == asked


def test_excel_has_the_texts_at_the_first_activation_and_not_at_each(excel):
    handed(excel, "Dim e As New poi_events\ne.heard_Activate\ne.heard_Activate")
    names = [each[0] for each in excel.described]
    assert len(names) == len(set(names)) > 10


def test_the_workbook_s_own_tab_is_told_that_it_was_loaded(inside):
    excel = Excel(inside)
    # The interpreter finds a procedure by its own name only, not by its module's too.
    loader = next(m.text for m in modules(inside) if m.name == "poi_load")
    assert "Suyo.AlCargar ribbon" in loader
    text = loader.replace("Suyo.AlCargar", "AlCargar").replace("PoiLoaded", "Loaded")
    excel.app.add_module(text, name="loader")
    excel.app.run("Loaded", excel.app.application)
    assert excel.app.run("Cargadas") == 1
    assert excel.described


# --- the add-in -----------------------------------------------------------------------------------


class Cell(VBAObject):
    """The cell that is being calculated, in some workbook."""

    vba_type_name = "Range"

    def __init__(self, book):
        self.book = book

    @member
    def Worksheet(self):  # noqa: N802 - Excel's name
        return self

    @member
    def Parent(self):  # noqa: N802 - Excel's name
        return self.book


class Elsewhere(HostApplication):
    """Excel with the add-in's macros, and a plan in the workbook that is active."""

    vba_type_name = "Application"
    cell: object = None

    @member
    def Caller(self):  # noqa: N802 - Excel's name
        return self.cell or "the ribbon"


@pytest.fixture
def visiting(alone, addin, tmp_path):
    """The add-in's modules over a workbook with a plan, as if it were the active one."""
    parts = {PROJECT: Package.open(addin).read(PROJECT)}
    Package.open(alone).write(tmp_path / "a.xlsm", parts)
    excel = Excel(tmp_path / "a.xlsm")
    excel.app.application.__class__ = Elsewhere
    return excel


def test_without_a_cell_it_is_about_the_active_workbook(visiting):
    assert visiting.answered("HasPlan") is True
    assert visiting.call("POI_AVANCE") == 1.0


def test_a_cell_is_about_its_own_workbook(visiting):
    seen = []

    class Other(VBAObject):
        vba_type_name = "Workbook"

        @member
        def Name(self):  # noqa: N802 - Excel's name
            seen.append("other")
            return "otro.xlsx"

        @member
        def Names(self, Index=MISSING):  # noqa: N802, N803 - Excel's names
            raise error(1004, f"no {Index}")

        @member
        def Worksheets(self, Index=MISSING):  # noqa: N802, N803 - Excel's names
            raise error(9, f"no {Index}")

    visiting.call("POI_AVANCE")
    assert seen == []
    visiting.app.application.cell = Cell(Other())
    visiting.call("POI_AVANCE")
    assert "other" in seen
    first, second = (call[2][-1] for call in visiting.calls)
    assert first != second  # no two workbooks have one version, so they share no answer


def test_edits_of_a_workbook_that_was_never_asked_about_cost_nothing(visiting):
    change = (
        "Dim e As New poi_events\n"
        'e.heard_SheetChange ActiveWorkbook.Worksheets("Metas"), '
        'ActiveWorkbook.Worksheets("Metas").Range("C3")'
    )
    visiting.app.sheet("Metas").set_value("C3", 5)
    handed(visiting, change)
    assert visiting.calculations == 0
    visiting.call("POI_AVANCE")
    visiting.app.sheet("Metas").set_value("C3", 6)
    handed(visiting, change)
    assert visiting.calculations == 1
    visiting.call("POI_AVANCE")
    assert len(visiting.calls) == 2


def test_xlwings_works_on_the_active_workbook_there():
    main = next(each.text for each in addin_modules() if each.name == "xlwings")
    assert "ThisWorkbook" not in main
    assert "ActiveWorkbook" in main
    assert "TabLoaded" in hand_written("ThisWorkbook_addin.cls")
