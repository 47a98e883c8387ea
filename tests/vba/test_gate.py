"""The macros would compile, do nothing on a cell's orders, and the gate that says so bites."""

import re

import pytest

from poi_xl.functions import FUNCTIONS
from poi_xl.package.macros import (
    HAND_WRITTEN,
    addin_modules,
    button_procedures,
    embedded_modules,
    hand_written,
    own_modules,
    vba_parts,
    wrapper,
    xlwings_modules,
)
from poi_xl.package.ribbon import MACROS
from poi_xl.package.vba import WORKBOOK_BASE, Module, document, read_project, standard
from tests.vba.books import XLWINGS
from tests.vba.gate import vba_faults

OURS = ("poi_udfs", "poi_help", "poi_buttons", *HAND_WRITTEN)
# What xlwings' module declares, without its thousand lines: only ours are looked at here.
STUB = standard("xlwings", XLWINGS.replace("Application.NewServer()", "Nothing"))
BOOK = document("ThisWorkbook", hand_written("ThisWorkbook.cls"), WORKBOOK_BASE)
ALL = (BOOK, *own_modules())


def seeded(module, old, new):
    """Return the project with one text of one module replaced by another."""
    texts = {each.name: each for each in (BOOK, *own_modules())} | {"xlwings": STUB}
    text = texts[module].text
    assert text.count(old) >= 1, f"{old!r} is not in {module}"
    texts[module] = Module(module, texts[module].kind, text.replace(old, new, 1))
    return tuple(texts.values())


@pytest.mark.slow
def test_the_whole_project_has_no_fault():
    assert vba_faults(ALL) == []


def test_the_project_in_the_part_is_the_one_that_was_judged():
    assert read_project(vba_parts()["xl/vbaProject.bin"]) == ALL


FAULTS = {
    "a variable nobody declared": ("poi_calls", ", question As String", ""),
    "an If without End If": ("poi_calls", "    End If\r\n", ""),
    "a procedure that is not there": ("poi_data", "    ForgetAnswers\r\n", "    ForgetAnswer\r\n"),
    "a label that is not there": ("poi_calls", "On Error GoTo Failed", "On Error GoTo Fallen"),
    "a procedure twice": ("poi_ribbon", "Public Sub ShowSettings", "Public Sub RibbonLoaded"),
    "a function without its end": ("poi_data", "End Function", "End Sub"),
    "too few arguments": ("poi_data", "SpelledAll(values)", "SpelledAll()"),
    "too many arguments": ("poi_ribbon", "TryPythonAgain\r\n", "TryPythonAgain 1\r\n"),
    "a button that runs nothing": ("poi_buttons", "    RunPoiMacro ", "    RunPoi "),
    "a loop without Next": ("poi_calls", "    Next i\r\n", ""),
    "a text without its end": ("poi_calls", '"POI:"', '"POI:'),
    "Set forgotten": ("poi_data", "Set named = ", "named = "),
    "a member that Excel has not": (
        "poi_data",
        "Application.Calculate",
        "Application.Calculation2",
    ),
    "a type that is not there": ("poi_calls", "As Dictionary", "As Dictionari"),
    "a constant written to": ("poi_data", "latest = moment", "PLAN_NAME = moment"),
    "a variable declared twice": (
        "poi_data",
        "Dim found As String",
        "Dim found As String, found As Long",
    ),
    "a wrapper with another name inside": ("poi_udfs", "POI_META = ", "POI_METAS = "),
    "an event with other arguments": ("ThisWorkbook", ", ByVal Target As Range", ""),
    "a private procedure used elsewhere": (
        "poi_data",
        "Public Function PlanCells",
        "Private Function PlanCells",
    ),
    "Exit Sub in a function": ("poi_calls", "Exit Function", "Exit Sub"),
    "a dead variable": (
        "poi_data",
        "Dim moment As Double",
        "Dim moment As Double, unused As Double",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_gate_bites(fault):
    module, old, new = FAULTS[fault]
    project = seeded(module, old, new)
    # Most show in their own module, which is quick to look at.
    assert vba_faults(project, only=[module]) or vba_faults(project, only=HAND_WRITTEN)


def test_and_the_seedbed_itself_is_clean():
    assert vba_faults((*ALL[:-2], STUB, ALL[-1]), only=(*OURS, "ThisWorkbook")) == []


# --- what no macro of ours does -------------------------------------------------------------------

FORBIDDEN = re.compile(
    r"\b(Evaluate|ExecuteExcel4Macro|Shell|Environ|CreateObject|GetObject|Kill|FileCopy|Open|"
    r"VBProject|Application\.Run|SendKeys|CallByName|Execute|OnTime|OnKey|OnAction|Declare|"
    r"FollowHyperlink|Hyperlinks|DDEExecute|DDEInitiate|RegisterXLL|QueryTables|Connections)\b|\[[A-Z]"
)


@pytest.mark.parametrize("name", ["ThisWorkbook", *OURS])
def test_nothing_is_run_opened_or_made_out_of_a_text(name):
    text = next(each.text for each in ALL if each.name == name)
    code = [re.sub(r'"[^"]*"', '""', line.split("'")[0]) for line in text.splitlines()]
    assert [line for line in code if FORBIDDEN.search(line)] == []


@pytest.mark.parametrize("modules", [embedded_modules(), addin_modules()], ids=["book", "addin"])
def test_nor_is_anything_in_what_goes_elsewhere(modules):
    ours = [m for m in modules if m.name.startswith("poi_") and "xlwings" not in m.name.lower()]
    written = [m for m in ours if "Tim Hall" not in m.text]
    assert len(written) > 5
    for module in written:
        code = [re.sub(r'"[^"]*"', '""', line.split("'")[0]) for line in module.text.splitlines()]
        assert [line for line in code if FORBIDDEN.search(line)] == [], module.name


def test_the_functions_that_cells_call_are_named_in_the_macros():
    """Python is asked for a function by the name in our own text; a cell gives only arguments."""
    texts = {each.name: each.text for each in ALL}
    callers = [line for line in texts["poi_udfs"].splitlines() if "PoiAnswer(" in line]
    assert len(callers) == len(FUNCTIONS)
    assert all(re.search(r'PoiAnswer\("POI_[A-Z_]+", Array\(', line) for line in callers)


def test_python_runs_only_what_the_ribbon_chose():
    text = hand_written("poi_ribbon.bas") + button_procedures()
    assert sorted(re.findall(r'RunPoiMacro "(\w+)"', text)) == sorted(MACROS)
    assert re.findall(r"RunPoiMacro (?!\")\S+", text.replace("Sub RunPoiMacro", "")) == []
    assert text.count("RunPython ") == 1


@pytest.mark.parametrize("name", ["ThisWorkbook", *OURS])
def test_every_module_of_ours_asks_for_declarations_and_fits_the_editor(name):
    lines = next(each.text for each in ALL if each.name == name).splitlines()
    assert "Option Explicit" in lines[:10]
    assert max(map(len, lines)) < 1024  # the editor's longest line
    continued = "".join("_" if line.endswith(" _") else "." for line in lines)
    assert "_" * 25 not in continued  # and the most lines that one statement may take


def test_the_hand_written_part_is_read_in_five_minutes():
    texts = [hand_written(f"{name}.bas") for name in HAND_WRITTEN]
    lines = [line.strip() for text in texts for line in text.splitlines()]
    assert len([line for line in lines if line and not line.startswith("'")]) < 360


# --- in step with xlwings -------------------------------------------------------------------------


def test_the_modules_of_xlwings_are_those_of_the_python_side():
    import xlwings

    main, dictionary = xlwings_modules()
    assert f"'Version: {xlwings.__version__}\r\n" in main.text
    assert f'XLWINGS_VERSION As String = "{xlwings.__version__}"' in main.text
    assert "BSD 3-clause" in main.text
    assert "All rights reserved." in main.text
    assert "@license: MIT" in dictionary.text
    assert "Tim Hall" in dictionary.text


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda each: each.name)
def test_arguments_have_the_shape_that_xlwings_writes(function):
    """So that Import Functions gives wrappers that take the same formulas."""
    optional = ["Optional " * (not each.required) + each.name for each in function.arguments]
    names = ", ".join(each.name for each in function.arguments)
    text = wrapper(function)
    assert f"Function {function.name}({', '.join(optional)})\n" in text
    assert f"Array({names})" in text
    assert 'Application.CommandBars("Standard").Controls(1).Enabled' in text
