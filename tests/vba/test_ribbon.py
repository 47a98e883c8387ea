"""The tab: what Office would take and find, and the gate that says so bites."""

import zipfile

import pytest
from pyopenvba.interpreter import NOTHING, VBAObject, method

from poi_xl.package.macros import (
    RIBBON_PART,
    add_macros,
    button_procedures,
    hand_written,
    own_modules,
)
from poi_xl.package.parts import Package
from poi_xl.package.ribbon import GROUPS, ribbon_xml
from tests.oracles import validate_dotnet
from tests.vba.books import Excel, write_book
from tests.vba.gate import ribbon_faults

MODULES = own_modules()


class Tab(VBAObject):
    """Office's side of the tab."""

    vba_type_name = "IRibbonUI"
    shown_again = 0

    @method
    def Invalidate(self):  # noqa: N802 - Office's name
        self.shown_again += 1


def test_the_ribbon_has_no_fault():
    assert ribbon_faults(ribbon_xml(), MODULES) == []


FAULTS = {
    "an id twice": (b'id="poiDiagnose"', b'id="poiShowHelp"'),
    "no id": (b'id="poiDiagnose" ', b""),
    "a key twice": (b'keytip="D"', b'keytip="A"'),
    "a picture that is not there": (b'imageMso="Info"', b'imageMso="Informacion"'),
    "a callback that is not there": (b'onAction="Diagnose"', b'onAction="Diagnostico"'),
    "a callback that takes something else": (b'onAction="Diagnose"', b'onAction="QuarterChosen"'),
    "getEnabled with a button's procedure": (b'getEnabled="HasPlan"', b'getEnabled="Diagnose"'),
    "a literal beside its callback": (b'imageMso="Help"', b'imageMso="Help" getImage="HasPlan"'),
    "an unknown callback": (b'getEnabled="HasPlan"', b'getEnable="HasPlan"'),
    "a button that does nothing": (b'onAction="ShowHelp"', b""),
    "a drop-down without lines": (b'getItemCount="LightCount" ', b""),
    "onLoad with no procedure": (b'onLoad="RibbonLoaded"', b'onLoad="Loaded"'),
    "another schema": (b"2009/07/customui", b"2006/01/customui"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_gate_bites(fault):
    old, new = FAULTS[fault]
    xml = ribbon_xml()
    assert old in xml
    assert ribbon_faults(xml.replace(old, new, 1), MODULES) != []


def test_a_procedure_that_changed_what_it_takes_is_seen():
    changed = [
        type(each)(each.name, each.kind, each.text.replace(", index As Integer", ""))
        for each in MODULES
    ]
    assert ribbon_faults(ribbon_xml(), changed) != []


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ribbon")
    add_macros(Package.open(write_book(folder / "plan.xlsx")), folder / "plan.xlsm")
    return folder / "plan.xlsm"


@pytest.mark.validator
def test_the_schema_takes_it(path):
    assert validate_dotnet(path) == []


@pytest.mark.validator
@pytest.mark.parametrize(
    ("old", "new"),
    [(b'size="large"', b'size="huge"'), (b"<dropDown", b"<dropDwn"), (b"keytip=", b"keytips=")],
)
def test_the_schema_bites(path, tmp_path, old, new):
    broken = tmp_path / "broken.xlsm"
    xml = ribbon_xml().replace(old, new)
    if old.startswith(b"<"):
        xml = xml.replace(b"</dropDown", b"</dropDwn")
    assert xml != ribbon_xml()
    Package.open(path).write(broken, {RIBBON_PART: xml})
    assert validate_dotnet(broken) != []


# --- what is where --------------------------------------------------------------------------------


def test_working_order_and_one_large_button():
    assert [each.label for each in GROUPS] == [
        *("Trimestre", "Revisar", "Actualizar", "Copias", "Ayuda")
    ]
    large = [c.label for group in GROUPS for c in group.controls if c.large]
    assert large == ["Actualizar resúmenes"]
    assert all(c.tip and c.more and c.key for group in GROUPS for c in group.controls)


def test_the_part_lies_where_office_looks(path):
    with zipfile.ZipFile(path) as package:
        assert package.read(RIBBON_PART) == ribbon_xml()
        root = package.read("_rels/.rels").decode()
    assert "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility" in root


# --- the callbacks, run ---------------------------------------------------------------------------


@pytest.fixture
def excel(path):
    return Excel(path)


def asked(excel, procedure, *arguments):
    """What a get… callback answers through its last argument."""
    return excel.answered(procedure, *arguments)


def test_disabled_without_a_plan(excel, tmp_path):
    assert asked(excel, "HasPlan") is True
    assert asked(excel, "HasSettings") is True
    for number, options in enumerate([{"name": False}, {"settings": False}]):
        folder = tmp_path / str(number)
        folder.mkdir()
        add_macros(Package.open(write_book(folder / "a.xlsx", **options)), folder / "a.xlsm")
        other = Excel(folder / "a.xlsm")
        assert asked(other, "HasPlan") is bool(number)
        assert asked(other, "HasSettings") is False


@pytest.mark.parametrize(("cell", "shown"), [(3, 3), ("", 0), ("otro", 0), (9, 0), ("2", 2)])
def test_the_period_shown_is_that_of_the_settings(excel, cell, shown):
    excel.app.sheet("Configuración").set_value("B2", cell)
    assert asked(excel, "QuarterShown") == shown


def test_choosing_a_period_writes_the_setting_and_asks_anew(excel):
    excel.call("POI_AVANCE")
    excel.app.run("QuarterChosen", NOTHING, "poiQuarter3", 3)
    assert excel.app.sheet("Configuración").value("B2") == 3
    excel.call("POI_AVANCE")
    assert len(excel.calls) == 2
    excel.app.run("QuarterChosen", NOTHING, "poiQuarter0", 0)
    assert excel.app.sheet("Configuración").value("B2") is None


def test_the_tab_follows_what_is_typed_in_the_settings(excel):
    tab = Tab()
    excel.app.run("RibbonLoaded", tab)
    excel.call("POI_AVANCE")
    excel.app.sheet("Tablero").set_value("A1", 1)
    assert tab.shown_again == 0
    excel.app.sheet("Configuración").set_value("B2", 3)
    assert tab.shown_again == 1


def test_the_traffic_lights_are_those_of_the_settings(excel):
    count = int(asked(excel, "LightCount"))
    assert [asked(excel, "LightLabel", n) for n in range(count)] == ["A", "Propio"]
    assert asked(excel, "LightShown") == 0
    excel.app.run("LightChosen", NOTHING, "", 1)
    assert excel.app.sheet("Configuración").value("B3") == "Propio"
    assert asked(excel, "LightShown") == 1


BUTTONS = [
    (control.action, control.macro)
    for group in GROUPS
    for control in group.controls
    if control.macro
]


def test_each_macro_of_the_table_is_one_of_the_python_side():
    from poi_xl.hosts import excel

    assert len({macro for _, macro in BUTTONS}) == len(BUTTONS) >= 7
    for _, macro in BUTTONS:
        assert getattr(excel, macro).__name__ == macro
    with pytest.raises(AttributeError):
        excel.nada  # noqa: B018


def test_whoever_runs_no_macro_is_written_by_hand():
    by_hand = hand_written("poi_ribbon.bas")
    for control in (each for group in GROUPS for each in group.controls):
        derived = bool(control.macro) and not control.by_hand
        assert (f"Public Sub {control.action}(" in by_hand) != derived
        assert (f"Public Sub {control.action}(" in button_procedures()) == derived


@pytest.mark.parametrize(("button", "function"), BUTTONS)
def test_buttons_run_their_function_and_no_other(excel, button, function):
    excel.app.run(button, NOTHING)
    assert excel.commands == [f"from poi_xl.hosts import excel; excel.{function}()"]


def test_what_a_macro_wrote_with_events_off_is_seen(excel):
    excel.call("POI_AVANCE")

    def macro():
        excel.app.application.enable_events = False
        excel.app.sheet("POI").set_value("C2", 99)
        excel.app.application.enable_events = True

    excel.on_command = macro
    excel.app.run("UpdateSummaries", NOTHING)
    excel.call("POI_AVANCE")
    assert len(excel.calls) == 2


def test_diagnosis_without_python_says_why_and_what_to_do(excel):
    excel.broken = "Could not load xlwings64-0.37.8.dll"
    excel.app.run("Diagnose", NOTHING)
    assert excel.commands == []
    ((_, text, title, _),) = excel.app.dialogs
    assert title == "POI"
    assert "xlwings64-0.37.8.dll" in text
    assert "poi-xl instalar" in text


def test_help_fits_in_a_box_where_python_does_not_answer(excel):
    excel.broken = "Could not load xlwings64-0.37.8.dll"
    excel.app.run("ShowHelp", NOTHING)
    assert excel.commands == []
    ((_, text, _, _),) = excel.app.dialogs
    assert "=POI_AVANCE()" in text
    assert len(text) < 1000
