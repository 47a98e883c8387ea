"""The gates: what would stop the macros from compiling, or the ribbon from showing, found here."""

import re

from lxml import etree
from pyopenvba.interpreter import VBACompileError, VBAUnsupportedError, parse_module
from pyvbaanalysis import (
    DiagnosticSeverity,
    ModuleInput,
    ModuleSymbolKind,
    analyze_project,
)

from poi_xl.package.ribbon import NAMESPACE, PICTURES, SIGNATURES
from poi_xl.package.vba import Kind

# Not ours to put in order: only what stops them counts
FOREIGN = {"xlwings", "Dictionary", "poi_xlwings", "poi_Dictionary"}
KINDS = {
    Kind.STANDARD: ModuleSymbolKind.STANDARD,
    Kind.CLASS: ModuleSymbolKind.CLASS,
    Kind.DOCUMENT: ModuleSymbolKind.DOCUMENT,
}


# --- VBA ------------------------------------------------------------------------------------------

# Neither reader says that a type or a member of Application is missing: it might be in a library
# that they do not know. These are all that we use.
TYPES = {
    *("Boolean", "Collection", "Double", "Integer", "Long", "Object", "String", "Variant"),
    *("Application", "IRibbonControl", "IRibbonUI", "Range", "Workbook"),
}
MEMBERS = {
    *(
        "ActiveWorkbook",
        "Calculate",
        "CalculateFull",
        "Calculation",
        "Caller",
        "CommandBars",
        "Intersect",
    ),
    *("MacroOptions", "Match", "StatusBar", "Version", "Volatile"),
}


def vba_faults(modules, *, only=None):
    """Return what two independent readers of VBA find wrong in a project.

    Args:
        modules: all its modules.
        only: names to look at; the others are still known to them.
    """
    modules = [each for each in modules if each.kind in KINDS]
    wanted = {each.name for each in modules} if only is None else set(only)
    found = [fault for each in modules if each.name in wanted for fault in unparsed(each)]
    classes = {each.name for each in modules if each.kind is Kind.CLASS}
    for each in modules:
        if each.name in wanted - FOREIGN:
            found += unknown(each, classes)
    inputs = [ModuleInput(each.name, KINDS[each.kind], each.text) for each in modules]
    for name, diagnostics in analyze_project(inputs, only=wanted).items():
        found += [
            f"{name}: {each.code}: {each.message}"
            for each in diagnostics
            if name not in FOREIGN or each.severity is DiagnosticSeverity.ERROR
        ]
    return found


def unknown(module, classes):
    """Return the types and members of Application that are not known to be there."""
    code = "\n".join(line.split("'")[0] for line in module.text.splitlines())
    types = set(re.findall(r"\b(?:As|As New|New) (?!New\b)(\w+)", code)) - TYPES - classes
    members = set(re.findall(r"\bApplication\.(\w+)", code)) - MEMBERS
    return [f"{module.name}: {each} is unknown" for each in sorted(types | members)]


def unparsed(module):
    """Return what pyOpenVBA's parser finds wrong in a module."""
    # It takes a comment at the end of a directive for a fault; xlwings has some. Nor does it know
    # variables that hear events.
    text = re.sub(r"(?m)^(\s*#.*?) '.*$|\bWithEvents ", r"\1", module.text)
    try:
        parse_module(text, name=module.name)
    except VBACompileError as error:
        return [f"{module.name}: {error}"]
    except VBAUnsupportedError:
        return []  # real VBA, says this parser, that it does not know
    return []


# --- ribbon ---------------------------------------------------------------------------------------

# The pairs that Office takes only one of.
EXCLUSIVE = (
    ("label", "getLabel"),
    ("enabled", "getEnabled"),
    ("imageMso", "getImage"),
    ("screentip", "getScreentip"),
    ("supertip", "getSupertip"),
    ("keytip", "getKeytip"),
    ("visible", "getVisible"),
)
PROCEDURE = re.compile(r"(?m)^Public Sub (\w+)\(([^)]*)\)\s*$")
TYPE = re.compile(r"\bAs (\w+)")
TIP_LETTERS = 1024


def ribbon_faults(xml, modules):
    """Return what Office would not take of a ribbon part, or not find in the VBA."""
    root = etree.fromstring(xml)
    controls = [each for each in root.iter() if isinstance(each.tag, str)]
    found = [] if etree.QName(root).namespace == NAMESPACE else ["the schema is another one"]
    found += id_faults(controls)
    procedures = declared(modules)
    for each in controls:
        found += control_faults(each)
        found += callback_faults(each, procedures)
    return found


def id_faults(controls):
    ids = [each.get("id") for each in controls if each.get("id")]
    known = {"customUI", "ribbon", "tabs"}
    bare = [each for each in controls if local(each) not in known and not each.get("id")]
    keys = [each.get("keytip") for each in controls if each.get("keytip")]
    return (
        [f"two controls are {each}" for each in sorted(repeated(ids))]
        + [f"a {local(each)} has no id" for each in bare]
        + [f"two controls have the key {each}" for each in sorted(repeated(keys))]
    )


def repeated(values):
    return {each for each in values if values.count(each) > 1}


def control_faults(control):
    name, found = control.get("id", local(control)), []
    for literal, callback in EXCLUSIVE:
        if control.get(literal) is not None and control.get(callback) is not None:
            found.append(f"{name} has {literal} and {callback}")
    picture = control.get("imageMso")
    if picture is not None and picture not in PICTURES:
        found.append(f"{name}: no known picture is {picture}")
    dynamic = control.get("getItemCount") is not None
    if local(control) == "dropDown" and bool(len(control)) == dynamic:
        found.append(f"{name} has fixed lines and procedures for them, or neither")
    if local(control) in {"button", "dropDown"} and not control.get("onAction"):
        found.append(f"{name} does nothing")
    found += [
        f"{name}: {key} is too long"
        for key in ("screentip", "supertip")
        if len(control.get(key, "")) > TIP_LETTERS
    ]
    return found


def callback_faults(control, procedures):
    found = []
    for attribute, procedure in control.attrib.items():
        if not (attribute.startswith("get") or attribute in {"onLoad", "onAction"}):
            continue
        key = attribute if attribute in SIGNATURES else f"{attribute} {local(control)}"
        if key not in SIGNATURES:
            found.append(f"{key} is unknown")
        elif procedure not in procedures:
            found.append(f"no procedure is {procedure}")
        elif procedures[procedure] != SIGNATURES[key]:
            found.append(f"{procedure} takes {procedures[procedure]}, not {SIGNATURES[key]}")
    return found


def declared(modules):
    """Return what the public procedures of the standard modules take, by name."""
    return {
        name: tuple(TYPE.findall(arguments))
        for each in modules
        if each.kind is Kind.STANDARD
        for name, arguments in PROCEDURE.findall(each.text.replace("\r\n", "\n"))
    }


def local(element):
    return etree.QName(element).localname
