"""The extension for LibreOffice, made from the registry of functions: the same bytes every time."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from importlib import resources
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from poi_xl import __version__
from poi_xl.functions import Function, Result
from poi_xl.package.names import (
    FUNCTIONS_SERVICE,
    HANDLER,
    IDENTIFIER,
    INTERFACE,
    MODULE,
    PROTOCOL,
    WATCHER,
    method_name,
)

COMPONENT: Final = "poi_xl_component.py"
# The first version that keeps our functions' names in Excel's files.
LEAST_OFFICE: Final = "25.2"
# What the menu and the toolbar offer, in groups: command and words.
GROUPS: Final = (
    (("actualizar", "Actualizar resúmenes"), ("revisar", "Revisar")),
    (
        ("fichas", "Fichas"),
        ("importar", "Importar fichas"),
        ("abrir-trimestre", "Abrir trimestre"),
    ),
    (("distribuir", "Distribuir"), ("comparar", "Comparar")),
    (
        ("restaurar", "Restaurar versión anterior"),
        ("diagnostico", "Diagnóstico"),
        ("ayuda", "Ayuda"),
    ),
)
COMMANDS: Final = tuple(command for group in GROUPS for command in group)
TOOLBAR: Final = "pe.poi_xl.barra"
_SHEETS: Final = "com.sun.star.sheet.SpreadsheetDocument"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_DATE: Final = (2021, 1, 1, 0, 0, 0)
# One value of any kind, for it may be an error; a table is a matrix, or its cells stay empty.
_ANSWERS: Final = {Result.SCALAR: "any", Result.MATRIX: "sequence< sequence<any> >"}
_UNO: Final = "application/vnd.sun.star"


def extension(functions: Sequence[Function]) -> bytes:
    """Return the .oxt file.

    Args:
        functions: the worksheet functions.
    """
    component = resources.files("poi_xl").joinpath("assets", "calc", COMPONENT).read_text("utf-8")
    files = {
        "META-INF/manifest.xml": _manifest(),
        "description.xml": _description(),
        "poi_xl.idl": interface(functions),
        "CalcAddIns.xcu": _functions(functions),
        "Addons.xcu": _menus(),
        "CalcWindowState.xcu": _bar(),
        "ProtocolHandler.xcu": _protocol(),
        "Jobs.xcu": _jobs(),
        COMPONENT: component,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, text in files.items():
            info = zipfile.ZipInfo(name, _DATE)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            target.writestr(info, text.encode())
    return out.getvalue()


def interface(functions: Iterable[Function]) -> str:
    """Return the UNO interface of the functions.

    The document comes first and is LibreOffice's to give. Arguments that are not given arrive as
    nothing only if they are declared to be of any kind; so do answers that may be errors.
    """
    lines = [
        f"  {_ANSWERS[each.result]} {method_name(each.name)}({', '.join(_declared(each))});"
        for each in functions
    ]
    outer, inner = MODULE.split(".")
    return "\n".join(
        [
            f"module {outer} {{ module {inner} {{",
            f"interface {INTERFACE} : com::sun::star::uno::XInterface {{",
            *lines,
            "};",
            "}; };",
            "",
        ]
    )


def _declared(function: Function) -> list[str]:
    names = (each.name for each in function.arguments)
    return [
        "[in] com::sun::star::beans::XPropertySet documento",
        *(f"[in] any {name}" for name in names),
    ]


# --- what describes the extension -----------------------------------------------------------------


def _manifest() -> str:
    kinds = {
        "poi_xl.idl": f"{_UNO}.uno-typelibrary;type=RDB",
        COMPONENT: f"{_UNO}.uno-component;type=Python",
        "CalcAddIns.xcu": f"{_UNO}.configuration-data",
        "Addons.xcu": f"{_UNO}.configuration-data",
        "CalcWindowState.xcu": f"{_UNO}.configuration-data",
        "ProtocolHandler.xcu": f"{_UNO}.configuration-data",
        "Jobs.xcu": f"{_UNO}.configuration-data",
    }
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>\n'
        for name, kind in kinds.items()
    )
    space = "http://openoffice.org/2001/manifest"
    return f'{_HEAD}<manifest:manifest xmlns:manifest="{space}">\n{entries}</manifest:manifest>\n'


def _description() -> str:
    space = "http://openoffice.org/extensions/description/2006"
    return (
        f'{_HEAD}<description xmlns="{space}" xmlns:d="{space}"'
        ' xmlns:l="http://libreoffice.org/extensions/description/2011">\n'
        f'<identifier value="{IDENTIFIER}"/>\n<version value="{__version__}"/>\n'
        '<display-name><name lang="es">poi_xl: seguimiento del POI</name></display-name>\n'
        f'<dependencies><l:LibreOffice-minimal-version value="{LEAST_OFFICE}"'
        f' d:name="LibreOffice {LEAST_OFFICE}"/></dependencies>\n</description>\n'
    )


# --- configuration --------------------------------------------------------------------------------


def _configuration(name: str, content: str) -> str:
    package, _, component = name.rpartition(".")
    return (
        f'{_HEAD}<oor:component-data xmlns:oor="http://openoffice.org/2001/registry"'
        ' xmlns:xs="http://www.w3.org/2001/XMLSchema"'
        f' oor:name="{component}" oor:package="{package}">\n{content}</oor:component-data>\n'
    )


def _node(name: str, *content: str, new: bool = True) -> str:
    mark = ' oor:op="replace"' if new else ""
    return f"<node oor:name={quoteattr(name)}{mark}>{''.join(content)}</node>\n"


def _text(name: str, text: str) -> str:
    # In Spanish and for every other language alike.
    return f'<prop oor:name="{name}"><value>{escape(text)}</value></prop>'


def _functions(functions: Iterable[Function]) -> str:
    nodes = (_function(each) for each in functions)
    inside = _node("AddInFunctions", *nodes, new=False)
    return _configuration(
        "org.openoffice.Office.CalcAddIns",
        _node("AddInInfo", _node(FUNCTIONS_SERVICE, inside), new=False),
    )


def _function(function: Function) -> str:
    document = ("documento", "")  # LibreOffice does not show it
    arguments = [document, *((each.name, each.help) for each in function.arguments)]
    return _node(
        method_name(function.name),
        _text("DisplayName", function.name),
        _text("Description", function.help),
        _text("Category", "Add-In"),
        # What Excel's files call it.
        _text("CompatibilityName", function.name),
        _node(
            "Parameters",
            *(
                _node(name, _text("DisplayName", name), _text("Description", text))
                for name, text in arguments
            ),
            new=False,
        ),
    )


def _menus() -> str:
    # Entries come in the order of their names; a line parts the groups.
    lines = [line for group in GROUPS for line in (*group, None)][:-1]
    entries = [_entry(f"m{number:02}", line) for number, line in enumerate(lines, start=1)]
    menu = _node("pe.poi_xl.menu", _text("Title", "POI"), _text("Context", _SHEETS),
                 _node("Submenu", *entries, new=False))  # fmt: skip
    bar = _node(TOOLBAR, *entries)
    return _configuration(
        "org.openoffice.Office.Addons",
        _node(
            "AddonUI",
            _node("OfficeMenuBar", menu, new=False),
            _node("OfficeToolBar", bar, new=False),
            new=False,
        ),
    )


def _entry(name: str, command: tuple[str, str] | None) -> str:
    if command is None:
        return _node(name, _text("URL", "private:separator"))
    url, title = command
    return _node(
        name,
        _text("URL", PROTOCOL + url),
        _text("Title", title),
        _text("Target", "_self"),
        _text("Context", _SHEETS),
    )


def _bar() -> str:
    """Give the toolbar its name and a row below LibreOffice's two.

    It would otherwise be called «Complemento 1» and float over them. Rows are counted as they are
    when it comes: a number too high is the last one.
    """
    state = (
        f'<node oor:name="private:resource/toolbar/addon_{TOOLBAR}" oor:op="fuse">'
        f"{_text('UIName', 'POI')}{_text('Docked', 'true')}{_text('Visible', 'true')}"
        f"{_text('DockingArea', '0')}{_text('DockPos', '0,9')}</node>\n"
    )
    return _configuration(
        "org.openoffice.Office.UI.CalcWindowState",
        _node("UIElements", _node("States", state, new=False), new=False),
    )


def _protocol() -> str:
    schemes = (
        '<prop oor:name="Protocols" oor:type="oor:string-list"><value>pe.poi_xl:*</value></prop>'
    )
    return _configuration(
        "org.openoffice.Office.ProtocolHandler",
        _node("HandlerSet", _node(HANDLER, schemes), new=False),
    )


def _jobs() -> str:
    job = _node(WATCHER, _text("Service", WATCHER))
    events = (
        _node(event, _node("JobList", _node(WATCHER), new=False)) for event in ("OnLoad", "OnNew")
    )
    return _configuration(
        "org.openoffice.Office.Jobs",
        _node("Jobs", job, new=False) + _node("Events", *events, new=False),
    )
