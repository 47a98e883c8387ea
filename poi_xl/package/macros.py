r"""The macros of a workbook: wrappers of the worksheet functions, events, ribbon, and the project.

The wrappers are derived from the registry; `assets/vba` has what is written by hand; the modules
`xlwings` and `Dictionary` come from the installed xlwings, so that they fit the Python side.

How a cell reaches Python, agreed between the wrappers and `hosts/excel.py`:

- `CallUDF(PYTHON_MODULE, NAME, Array(arguments…, version), ThisWorkbook, Application.Caller)`: one
  Python function per worksheet function, of the same name, its arguments in the registry's order
  and the data version last. The version is an argument that the cell does not have; for
  xlwings it is declared with `xlarg("version", vba="DataVersion()")`, so that Import Functions
  writes a wrapper that calls the same thing.
- The version is a whole number (a Double), never reused, not even after VBA lost its state: the
  plan and the settings are unchanged while it is the same.
- Ranges arrive as their `Value2` (tuples of rows; one cell as its bare value), an omitted argument
  as -2147352572, a blank as None, an error cell or a range of several areas as a negative integer.
- A real error is answered as the text `ERROR_MARK` and Excel's number, `"\x01POI:2042"` for #N/A,
  alone or inside a matrix: no cell can hold that character by typing. None becomes a blank text.
"""

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Final

from poi_xl.functions import FUNCTIONS, Argument, Function, Kind
from poi_xl.package.parts import TYPES_PART, Package, macro_enabled, rels_part
from poi_xl.package.ribbon import GROUPS, HELP, ribbon_xml
from poi_xl.package.vba import (
    CHART_BASE,
    SHEET_BASE,
    WORKBOOK_BASE,
    Module,
    build_project,
    class_module,
    document,
    standard,
)
from poi_xl.package.xmlpart import (
    CONTENT_TYPES,
    PACKAGE_RELATIONSHIPS,
    Element,
    dump,
    elements,
    ensure_child,
    parse,
)

ERROR_MARK: Final = "\x01POI:"
PYTHON_MODULE: Final = "poi_xl.hosts.excel"
VERSION_ARGUMENT: Final = "version"
VERSION_CALL: Final = "DataVersion()"

WIZARD_IS_OPEN: Final = '(Not Application.CommandBars("Standard").Controls(1).Enabled)'
PROJECT_PART: Final = "xl/vbaProject.bin"
PROJECT_CONTENT: Final = "application/vnd.ms-office.vbaProject"
PROJECT_RELATIONSHIP: Final = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
RIBBON_PART: Final = "customUI/customUI14.xml"
RIBBON_RELATIONSHIP: Final = (
    "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
)
HAND_WRITTEN: Final = ("poi_book", "poi_calls", "poi_data", "poi_ribbon")
WORKBOOK_MODULE: Final = "ThisWorkbook"
# How the names of xlwings' modules are called in workbooks that may have their own.
RENAMED: Final = {
    "Dictionary": "poi_Dictionary",
    "XLPy": "PoiXLPy",
    "RunPython": "PoiRunPython",
    "GetConfig": "PoiGetConfig",
    "XLWINGS_VERSION": "POI_XLWINGS_VERSION",
}
EMBEDDED_XLWINGS: Final = "poi_xlwings"
# What our modules call of xlwings', and the version that `diagnostico` looks for.
CALLED: Final = frozenset({"XLPy", "RunPython", "GetConfig", "XLWINGS_VERSION"})
_RENAMED: Final = re.compile(rf"(?<!Scripting\.)\b({'|'.join(RENAMED)})\b")
_DECLARATION: Final = re.compile(
    r"(?m)^(?P<indent>[ \t]*(?=Declare)|)(?:Public )?"
    r"(?P<what>(?:Declare (?:PtrSafe )?Function|Function|Sub|Const) (?P<name>\w+))"
)
WORKBOOK_ORDER: Final = ("fileVersion", "fileSharing", "workbookPr")
_SHEET_BASES: Final = {"worksheet": SHEET_BASE, "chartsheet": CHART_BASE}


# --- texts derived from the registry --------------------------------------------------------------


def wrappers(functions: Iterable[Function] = FUNCTIONS) -> str:
    """Return the module that has a VBA function for each worksheet function."""
    head = (
        'Attribute VB_Name = "poi_udfs"\n'
        "Option Explicit\n"
        "' The worksheet functions, derived from poi_xl's registry: change that, not this.\n"
        "' Skipped while the function wizard is open; calculated with every change of the\n"
        "' workbook only when no table says what they depend on.\n"
    )
    return head + "".join(map(wrapper, functions))


def wrapper(function: Function) -> str:
    """Return the VBA function of one worksheet function, its arguments as xlwings writes them."""
    declared = ", ".join(map(_declared, function.arguments))
    names = ", ".join(each.name for each in function.arguments)
    table = next((each.name for each in function.arguments if each.kind is Kind.TABLE), "")
    volatile = f"Application.Volatile IsMissing({table})" if table else "Application.Volatile"
    forgotten = "" if function.remembered else ", False"
    return (
        f"\nFunction {function.name}({declared})\n"
        f"    If {WIZARD_IS_OPEN} Then Exit Function\n"
        f"    {volatile}\n"
        f'    {function.name} = PoiAnswer("{function.name}", Array({names}){forgotten})\n'
        "End Function\n"
    )


def _declared(argument: Argument) -> str:
    return argument.name if argument.required else f"Optional {argument.name}"


def wizard_texts(functions: Iterable[Function] = FUNCTIONS) -> str:
    """Return the module with the texts of help: of Excel's function wizard, and of Ayuda."""
    return (
        'Attribute VB_Name = "poi_help"\n'
        "Option Explicit\n"
        "Option Private Module\n"
        "' The texts of the function wizard and of Ayuda, derived from poi_xl's tables.\n"
        "\n"
        "Public Sub DescribeFunctions()\n"
        "    Dim wasSaved As Boolean\n"
        "    wasSaved = ThisWorkbook.Saved\n"
        "    On Error Resume Next  ' Excel takes no texts in Protected View\n"
        + "".join(map(_described, functions))
        + "    ThisWorkbook.Saved = wasSaved\n"
        "End Sub\n"
        "\n"
        "Private Sub Describe(functionName As String, category As String, text As String, "
        "arguments As Variant)\n"
        "    Dim macro As String\n"
        '    macro = "\'" & Replace(ThisWorkbook.Name, "\'", "\'\'") & "\'!" & functionName\n'
        "    If UBound(arguments) < 0 Then\n"
        "        Application.MacroOptions Macro:=macro, Description:=text, Category:=category\n"
        "    Else\n"
        "        Application.MacroOptions Macro:=macro, Description:=text, Category:=category, _\n"
        "            ArgumentDescriptions:=arguments\n"
        "    End If\n"
        "End Sub\n" + help_text()
    )


def help_text() -> str:
    """Return the VBA function with what the button Ayuda says where Python does not answer."""
    paragraphs = " & vbCrLf & vbCrLf & _\n        ".join(map(_quoted, HELP))
    return f"\nPublic Function HelpText() As String\n    HelpText = {paragraphs}\nEnd Function\n"


def _described(function: Function) -> str:
    texts = (function.name, function.category, function.help)
    helps = ", _\n        ".join(_quoted(each.help) for each in function.arguments)
    separated = f" _\n        {helps}" if helps else ""
    return f"    Describe {', '.join(map(_quoted, texts))}, Array({separated})\n"


def button_procedures() -> str:
    """Return the module with what each button of the tab runs, but for those written by hand."""
    head = (
        'Attribute VB_Name = "poi_buttons"\n'
        "Option Explicit\n"
        "' What the buttons of the tab POI run, derived from poi_xl's table of them: change that,\n"
        "' not this.\n"
    )
    controls = [each for group in GROUPS for each in group.controls]
    return head + "".join(
        f"\nPublic Sub {each.action}(control As IRibbonControl)\n"
        f"    RunPoiMacro {_quoted(each.macro)}\n"
        "End Sub\n"
        for each in controls
        if each.macro and not each.by_hand
    )


def _quoted(text: str) -> str:
    """Return a VBA text; a quotation mark in it is doubled."""
    return '"' + text.replace('"', '""') + '"'


# --- modules --------------------------------------------------------------------------------------


def own_modules(functions: Iterable[Function] = FUNCTIONS) -> tuple[Module, ...]:
    """Return the modules that are not a sheet's or the workbook's."""
    return (*_written(functions, "poi_book.bas"), *xlwings_modules())


def _written(functions: Iterable[Function], book: str) -> tuple[Module, ...]:
    """Return the modules that are ours, with the text that says which workbook they are about."""
    functions = tuple(functions)
    files = {name: f"{name}.bas" for name in HAND_WRITTEN} | {"poi_book": book}
    return (
        standard("poi_udfs", wrappers(functions)),
        standard("poi_help", wizard_texts(functions)),
        standard("poi_buttons", button_procedures()),
        *(standard(name, hand_written(file)) for name, file in files.items()),
    )


def embedded_modules(functions: Iterable[Function] = FUNCTIONS) -> tuple[Module, ...]:
    """Return the modules for a workbook that somebody else made.

    Its own macros may say `Dictionary` and mean the one of Windows, have a `SheetExists` like
    xlwings', or use an xlwings of their own: so that nothing of theirs changes its meaning, ours
    shows only what we call, under other names.
    """
    main, dictionary = xlwings_modules()
    events = class_module("poi_events", hand_written("poi_events_embedded.cls"))
    modules = (
        *_written(functions, "poi_book_embedded.bas"),
        events,
        Module(EMBEDDED_XLWINGS, main.kind, _reserved(main.text)),
        Module(RENAMED[dictionary.name], dictionary.kind, dictionary.text),
    )
    return tuple(Module(each.name, each.kind, renamed(each.text)) for each in modules)


def addin_modules(functions: Iterable[Function] = FUNCTIONS) -> tuple[Module, ...]:
    """Return the modules of the add-in, which serves whichever workbook is open.

    Of xlwings it takes the form that its own add-in has, which works on the active workbook.
    """
    main, dictionary = xlwings_modules()
    return (
        *_written(functions, "poi_book_addin.bas"),
        class_module("poi_events", hand_written("poi_events_addin.cls")),
        Module(main.name, main.kind, re.sub(r"\bThisWorkbook\b", "ActiveWorkbook", main.text)),
        dictionary,
    )


def renamed(text: str) -> str:
    """Return a text that knows xlwings' names by ours for them; its notices stay."""
    text = text.replace(
        'Attribute VB_Name = "xlwings"', f'Attribute VB_Name = "{EMBEDDED_XLWINGS}"'
    )
    return "".join(
        line
        if line.startswith(("'", "Attribute VB_Desc"))
        else _RENAMED.sub(lambda found: RENAMED[found[0]], line)
        for line in text.splitlines(keepends=True)
    )


def _reserved(text: str) -> str:
    """Return xlwings' module with all private that ours do not call."""
    return _DECLARATION.sub(_private, text)


def _private(found: re.Match[str]) -> str:
    return found[0] if found["name"] in CALLED else f"{found['indent']}Private {found['what']}"


def hand_written(name: str) -> str:
    """Return a text of `assets/vba`."""
    return (resources.files("poi_xl") / "assets" / "vba" / name).read_text(encoding="utf-8")


@functools.cache
def xlwings_modules() -> tuple[Module, ...]:
    """Return the two modules of the installed xlwings; its licence stays in their first lines."""
    spec = find_spec("xlwings")
    folder = Path((spec.submodule_search_locations or [""])[0]) if spec else Path()
    # Found, not imported: this floor knows nothing of xlwings but two of its texts.
    main = (folder / "xlwings.bas").read_text(encoding="utf-8")
    dictionary = (folder / "addin" / "Dictionary.cls").read_text(encoding="utf-8")
    return standard("xlwings", main), class_module("Dictionary", dictionary)


# --- the package ----------------------------------------------------------------------------------


def vba_parts(
    functions: Iterable[Function] = FUNCTIONS,
    sheets: Sequence[tuple[str, str]] = (),
    workbook: str = WORKBOOK_MODULE,
) -> Mapping[str, bytes]:
    """Return the two parts that macros add to a workbook: the VBA project and the ribbon.

    Args:
        functions: the worksheet functions.
        sheets: code name and kind (``worksheet``, ``chartsheet``) of each sheet that has one.
        workbook: code name of the workbook.
    """
    documents = [document(workbook, hand_written("ThisWorkbook.cls"), WORKBOOK_BASE)]
    documents += sheet_documents(sheets)
    project = build_project([*documents, *own_modules(functions)])
    return {PROJECT_PART: project, RIBBON_PART: ribbon_xml()}


def sheet_documents(sheets: Iterable[tuple[str, str]]) -> list[Module]:
    """Return the empty modules of sheets, given by code name and kind."""
    return [document(name, base=_SHEET_BASES[kind]) for name, kind in sheets]


def add_macros(package: Package, out: Path, functions: Iterable[Function] = FUNCTIONS) -> None:
    """Write a workbook with the macros added; every other part stays byte for byte.

    Sheets that have a code name get their module in the project. One without is left alone: Excel
    names it when it saves.

    Args:
        package: a workbook without macros.
        out: the .xlsm to write.
        functions: the worksheet functions.

    Raises:
        Refusal: the workbook has macros, or a ribbon, already.
    """
    taken = next((p for p in (PROJECT_PART, RIBBON_PART) if package.has(p)), None)
    if taken or package.related(package.workbook_part, "vbaProject"):
        package.unsupported("macros propias")
    parts = dict(vba_parts(functions, code_names(package), workbook_code_name(package)))
    parts |= _listed(package)
    package.write(out, parts)


def workbook_code_name(package: Package) -> str:
    """Return the workbook's code name, Excel's usual one when it has none."""
    found = package.xml(package.workbook_part).find(package.dialect.tag("workbookPr"))
    return (found.get("codeName", "") if found is not None else "") or WORKBOOK_MODULE


def code_names(package: Package) -> list[tuple[str, str]]:
    """Return code name and kind of each sheet that has a code name, in the order of the tabs."""
    found = []
    for sheet in package.sheets:
        properties = package.xml(sheet.part).find(package.dialect.tag("sheetPr"))
        name = "" if properties is None else properties.get("codeName", "")
        if name and sheet.kind in _SHEET_BASES:
            found.append((name, sheet.kind))
    return found


def _listed(package: Package) -> dict[str, bytes]:
    """Return the parts that have to mention the new ones."""
    types = parse(macro_enabled(package))
    declare(types, PROJECT_PART, PROJECT_CONTENT)
    if not package.content_type(RIBBON_PART):
        declare(types, RIBBON_PART, "application/xml")
    book = rels_part(package.workbook_part)
    folder = package.workbook_part.rpartition("/")[0]
    target = PROJECT_PART.removeprefix(f"{folder}/") if folder else PROJECT_PART
    return {
        TYPES_PART: dump(types),
        book: related(package.xml(book), PROJECT_RELATIONSHIP, target),
        rels_part(""): related(package.xml(rels_part("")), RIBBON_RELATIONSHIP, RIBBON_PART),
        **named(package),
    }


def named(package: Package) -> dict[str, bytes]:
    """Return the workbook part with its code name, by which the project knows it."""
    root = package.xml(package.workbook_part)
    properties = ensure_child(root, package.dialect, "workbookPr", WORKBOOK_ORDER)
    if properties.get("codeName"):
        return {}
    properties.set("codeName", WORKBOOK_MODULE)
    return {package.workbook_part: dump(root)}


def declare(types: Element, part: str, content: str) -> None:
    """Declare a part before all others: those of sheets move whenever these are regenerated."""
    tag = f"{{{CONTENT_TYPES}}}Override"
    place = next((at for at, box in enumerate(types) if box.tag == tag), len(types))
    types.insert(place, types.makeelement(tag, PartName=f"/{part}", ContentType=content))


def related(root: Element, kind: str, target: str) -> bytes:
    """Return a relationships part with one more, whose type is no Office one."""
    taken = {box.get("Id") for box in elements(root, "Relationship")}
    free = next(name for number in count(1) if (name := f"rId{number}") not in taken)
    tag = f"{{{PACKAGE_RELATIONSHIPS}}}Relationship"
    root.append(root.makeelement(tag, Id=free, Type=kind, Target=target))
    return dump(root)
