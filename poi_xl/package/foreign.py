"""Somebody else's VBA project: our modules put beside theirs, and taken out again.

Theirs keep their source. What both would be called by the same name would no longer compile, so
that is looked for first.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from poi_xl.core.problems import Refusal, problem
from poi_xl.package.macros import (
    code_names,
    embedded_modules,
    own_modules,
    sheet_documents,
    workbook_code_name,
)
from poi_xl.package.parts import Package
from poi_xl.package.vba import (
    WORKBOOK_BASE,
    Kind,
    Module,
    ProjectError,
    build_project,
    document,
    edit_project,
    read_project,
    standard,
)

LOADER: Final = "poi_load"
LOADER_CALL: Final = "PoiLoaded"
_WAS: Final = re.compile(r"(?m)^' Was: (\S*)\s*$")
_PROCEDURE_NAME: Final = re.compile(r"(?:\w+\.)?\w+")
_SHARED: Final = re.compile(
    r"(?im)^[ \t]*(?:(?:Public|Global)[ \t]+)?(?:Static[ \t]+)?"
    r"(?:Declare[ \t]+(?:PtrSafe[ \t]+)?)?(?:Sub|Function|Property[ \t]+\w+|Enum|Type)[ \t]+(\w+)"
    r"|^[ \t]*(?:Public|Global)[ \t]+(?:Const[ \t]+|WithEvents[ \t]+)?(\w+)"
)
_KEYWORDS: Final = frozenset(
    {"sub", "function", "property", "enum", "type", "declare", "const", "static"}
)
_LISTED: Final = 6


def project_part(package: Package) -> str:
    """Return the part with the workbook's VBA project; empty when it has none."""
    return package.related(package.workbook_part, "vbaProject") or ""


def modules_of(package: Package) -> tuple[Module, ...]:
    """Return the modules of a workbook's project; none without one.

    Raises:
        Refusal: they cannot be understood.
    """
    part = project_part(package)
    try:
        return read_project(package.read(part)) if part else ()
    except ProjectError as error:
        raise _unreadable(package, error) from error


def _unreadable(package: Package, error: ProjectError) -> Refusal:
    name = package.path.name
    if "signed" in str(error):  # the signature may lie inside the project too
        return Refusal(problem("POI-E52", name, file=name))
    return Refusal(problem("POI-E53", name, file=name, detail=error))


def is_ours(module: Module, ours: Collection[str]) -> bool:
    """Whether a module is one of those that this or an older release put there."""
    return module.name.lower().startswith("poi_") or module.name.lower() in ours


# --- putting in -----------------------------------------------------------------------------------


def joined(package: Package, loader: Module | None, *, known: bool) -> bytes | None:
    """Return the workbook's project with our modules in it; nothing when they are there already.

    Args:
        package: the workbook.
        loader: the module that calls what the workbook's own tab wants called.
        known: whether modules of ours are there, of this or an older release.

    Raises:
        Refusal: the project is signed or unreadable, or has names that ours need.
    """
    modules = (*embedded_modules(), *([loader] if loader else []))
    part = project_part(package)
    if not part:
        return build_project([*_documents(package), *modules])
    there = modules_of(package)
    _refuse_signed(package, part)
    names = {each.name.lower() for each in modules}
    ours = [each for each in there if known and is_ours(each, names)]
    if _same(ours, modules):
        return None
    _refuse_clashes(package, [each for each in there if each not in ours], modules)
    try:
        gone = {each.name for each in ours}
        return edit_project(package.read(part), modules, without=gone)
    except ProjectError as error:
        raise _unreadable(package, error) from error


def _documents(package: Package) -> list[Module]:
    book = document(workbook_code_name(package), base=WORKBOOK_BASE)
    return [book, *sheet_documents(code_names(package))]


def _same(ours: Iterable[Module], wanted: Iterable[Module]) -> bool:
    """Whether two sets of modules say the same; Excel's editor changes capitals as it likes."""
    return {(m.name.lower(), m.text.lower()) for m in ours} == {
        (m.name.lower(), m.text.lower()) for m in wanted
    }


def _refuse_signed(package: Package, part: str) -> None:
    arrows = package.relationships(part)
    if any(arrow.kind.lower().startswith("vbaprojectsignature") for arrow in arrows):
        raise Refusal(problem("POI-E52", package.path.name, file=package.path.name))


def _refuse_clashes(package: Package, theirs: Sequence[Module], modules: Sequence[Module]) -> None:
    taken = _names(theirs) & _names(modules)
    if taken:
        shown = sorted(taken)[:_LISTED] + (["…"] if len(taken) > _LISTED else [])
        names = ", ".join(shown)
        raise Refusal(problem("POI-E54", package.path.name, file=package.path.name, names=names))


def _names(modules: Iterable[Module]) -> set[str]:
    """What a project knows everywhere: modules, and what standard ones do not keep private."""
    names: set[str] = set()
    for module in modules:
        names.add(module.name.lower())
        if module.kind is Kind.STANDARD:
            pairs = _SHARED.findall(module.text)
            names |= {(one or other).lower() for one, other in pairs} - _KEYWORDS
    return names


def is_built(package: Package) -> bool:
    """Whether our macros are there from the beginning, as in a workbook that we made."""
    names = {each.name.lower() for each in modules_of(package)}
    return "poi_udfs" in names and "poi_events" not in names


def rebuilt(package: Package) -> bytes | None:
    """Return the project of a workbook that we made, with this release's modules.

    Its own module hears its events, and may have more in it by now, so it stays.

    Raises:
        Refusal: it is signed or unreadable.
    """
    part, modules = project_part(package), own_modules()
    _refuse_signed(package, part)
    names = {each.name.lower() for each in modules}
    ours = [each for each in modules_of(package) if is_ours(each, names)]
    if _same(ours, modules):
        return None
    try:
        return edit_project(package.read(part), modules, without={each.name for each in ours})
    except ProjectError as error:
        raise _unreadable(package, error) from error


# --- the tab's beginning --------------------------------------------------------------------------


def loader_of(package: Package, on_load: str) -> Module | None:
    """Return the module that is called when the tabs are loaded, if the workbook has its own.

    Args:
        package: the workbook.
        on_load: the procedure that its ribbon names; ours or theirs.

    Raises:
        Refusal: the procedure is named in a way that VBA cannot call.
    """
    there = modules_of(package)
    old = next((each for each in there if each.name.lower() == LOADER), None)
    if on_load == LOADER_CALL:
        return _loader(there, was(old))
    if not _PROCEDURE_NAME.fullmatch(on_load):
        detail = f"llama a «{on_load}» al cargarse"
        raise Refusal(problem("POI-E55", package.path.name, file=package.path.name, detail=detail))
    return _loader(there, on_load)


def was(loader: Module | None) -> str:
    """Return the procedure that the workbook's own tab named; empty for none."""
    found = _WAS.search(loader.text.replace("\r\n", "\n")) if loader else None
    return found[1] if found else ""


def _loader(there: Iterable[Module], procedure: str) -> Module:
    place = _place(there, procedure)
    call = f"    {place} ribbon\n" if place else ""
    return standard(
        LOADER,
        f'Attribute VB_Name = "{LOADER}"\n'
        "Option Explicit\n"
        "' The workbook has a tab of its own, whose procedure is called as before.\n"
        f"' Was: {procedure}\n"
        f"Public Sub {LOADER_CALL}(ribbon As IRibbonUI)\n"
        "    RibbonLoaded ribbon\n"
        f"{call}"
        "End Sub\n",
    )


def _place(modules: Iterable[Module], procedure: str) -> str:
    """Return a procedure's full name; empty when it is not there, and calling would not compile."""
    where, _, name = procedure.rpartition(".")
    pattern = re.compile(rf"(?im)^[ \t]*(?:Public[ \t]+)?Sub[ \t]+{re.escape(name)}[ \t]*\(")
    found = (
        f"{each.name}.{name}"
        for each in modules
        if where.lower() in ("", each.name.lower()) and pattern.search(each.text)
    )
    return next(found, "")


# --- taking out -----------------------------------------------------------------------------------


def parted(package: Package) -> bytes | None:
    """Return the workbook's project without our modules; nothing when no code would be left.

    Raises:
        Refusal: it cannot be understood, or was signed since.
    """
    part = project_part(package)
    there = modules_of(package)
    _refuse_signed(package, part)
    names = {each.name.lower() for each in embedded_modules()}
    ours = {each.name for each in there if is_ours(each, names)}
    if not any(_has_code(each) for each in there if each.name not in ours):
        return None
    try:
        return edit_project(package.read(part), (), without=ours)
    except ProjectError as error:
        raise _unreadable(package, error) from error


def _has_code(module: Module) -> bool:
    lines = (line.strip().lower() for line in module.text.splitlines())
    code = [line for line in lines if line and not line.startswith("attribute ")]
    return module.kind is not Kind.DOCUMENT or code not in ([], ["option explicit"])
