"""The tab POI: its controls declared once, its part of the package derived from them."""

from dataclasses import dataclass
from typing import Final

from lxml import etree

from poi_xl.package.xmlpart import BadXmlError, Element, elements, parse

NAMESPACE: Final = "http://schemas.microsoft.com/office/2009/07/customui"
OLD_NAMESPACE: Final = "http://schemas.microsoft.com/office/2006/01/customui"
TAB_ID: Final = "poiTab"
ON_LOAD: Final = "RibbonLoaded"
# Where the schema has our boxes among their neighbours.
_ROOT_ORDER: Final = ("commands", "ribbon", "backstage", "contextMenus")
_RIBBON_ORDER: Final = ("qat", "tabs", "contextualTabs")

# Pictures that every Excel since 2010 has; the test of the ribbon knows no others.
PICTURES: Final = frozenset(
    {
        *("RefreshAll", "ErrorChecking", "Help", "Info", "Undo", "CalendarInsert", "ImportExcel"),
        *("CreateFormInDesignView", "FileSendAsAttachment", "ReviewCompareTwoVersions"),
    }
)

# What each callback's procedure takes, by the attribute that names it.
SIGNATURES: Final = {
    "onLoad": ("IRibbonUI",),
    "onAction button": ("IRibbonControl",),
    "onAction dropDown": ("IRibbonControl", "String", "Integer"),
    "getEnabled": ("IRibbonControl", "Variant"),
    "getItemCount": ("IRibbonControl", "Variant"),
    "getItemLabel": ("IRibbonControl", "Integer", "Variant"),
    "getSelectedItemIndex": ("IRibbonControl", "Variant"),
}


@dataclass(frozen=True, slots=True)
class Control:
    """One control of the tab.

    Attributes:
        id: its identifier.
        label: what it says.
        tip: the first line of its tip.
        more: the rest of its tip.
        key: its key after Alt and the tab's.
        action: procedure that runs it.
        macro: function of the Python side that a button runs; empty for none.
        by_hand: whether its procedure is written by hand, for it does more than run the macro.
        enabled: procedure that tells whether it can be used; empty: always.
        picture: name of a built-in picture, for a button.
        large: whether it is a large button.
        items: fixed lines, for a drop-down.
        dynamic: procedures that give a drop-down's number of lines and the text of one.
        shown: procedure that gives the line shown.
    """

    id: str
    label: str
    tip: str
    more: str
    key: str
    action: str
    macro: str = ""
    by_hand: bool = False
    enabled: str = ""
    picture: str = ""
    large: bool = False
    items: tuple[str, ...] = ()
    dynamic: tuple[str, str] | None = None
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A group of controls, in working order."""

    id: str
    label: str
    controls: tuple[Control, ...]


QUARTERS: Final = (
    "Según el plan",
    "I trimestre",
    "II trimestre",
    "III trimestre",
    "IV trimestre",
)
GROUPS: Final = (
    Group(
        "poiRound",
        "Trimestre",
        (
            Control(
                "poiOpenQuarter",
                "Abrir trimestre",
                "Abrir otro trimestre",
                "Muestra los meses del trimestre que abre y cambia títulos y fórmulas; lo cerrado "
                "queda en la hoja Cierres. También vuelve atrás. Antes muestra qué cambia y guarda "
                "un respaldo.",
                "T",
                "OpenQuarter",
                macro="abrir_trimestre",
                enabled="HasPlan",
                picture="CalendarInsert",
            ),
            Control(
                "poiMakeForms",
                "Fichas",
                "Hacer las fichas",
                "Hace una ficha por órgano en la carpeta que usted elija, para que cada unidad "
                "reporte los meses del trimestre vigente. No cambia el libro.",
                "F",
                "MakeForms",
                macro="fichas",
                enabled="HasPlan",
                picture="CreateFormInDesignView",
            ),
            Control(
                "poiImportForms",
                "Importar fichas",
                "Importar fichas llenas",
                "Lleva al plan lo que reportaron las unidades: todo o nada. Antes muestra qué "
                "cambia, pregunta si algo ya estaba y difiere, y guarda un respaldo.",
                "I",
                "ImportForms",
                macro="importar",
                enabled="HasPlan",
                picture="ImportExcel",
            ),
        ),
    ),
    Group(
        "poiReview",
        "Revisar",
        (
            Control(
                "poiReviewPlan",
                "Revisar plan",
                "Revisar el plan",
                "Busca lo que no cuadra en el plan y lo anota en la hoja Observaciones, con "
                "enlaces y remedios. No cambia el plan.",
                "R",
                "ReviewPlan",
                macro="revisar",
                enabled="HasPlan",
                picture="ErrorChecking",
            ),
        ),
    ),
    Group(
        "poiUpdate",
        "Actualizar",
        (
            Control(
                "poiUpdateSummaries",
                "Actualizar resúmenes",
                "Actualizar resúmenes",
                "Vuelve a escribir las hojas de resumen con los datos de ahora. Antes guarda un "
                "respaldo; lo que usted escribió se conserva.",
                "A",
                "UpdateSummaries",
                macro="actualizar",
                enabled="HasPlan",
                picture="RefreshAll",
                large=True,
            ),
            Control(
                "poiQuarter",
                "Periodo",
                "Trimestre vigente",
                "El trimestre que usan las funciones y los resúmenes. Es el mismo de la hoja "
                "Configuración.",
                "P",
                "QuarterChosen",
                enabled="HasSettings",
                items=QUARTERS,
                shown="QuarterShown",
            ),
            Control(
                "poiLight",
                "Semáforo",
                "Semáforo en uso",
                "Los límites con que se califica el avance. Están en la hoja Configuración.",
                "S",
                "LightChosen",
                enabled="HasSettings",
                dynamic=("LightCount", "LightLabel"),
                shown="LightShown",
            ),
        ),
    ),
    Group(
        "poiCopies",
        "Copias",
        (
            Control(
                "poiDistribute",
                "Distribuir",
                "Distribuir copias",
                "Hace copias que cualquiera puede abrir, sin Python ni macros, y solo las entrega "
                "si otro programa calcula lo mismo. No cambia el libro.",
                "C",
                "Distribute",
                macro="distribuir",
                enabled="HasPlan",
                picture="FileSendAsAttachment",
            ),
            Control(
                "poiCompare",
                "Comparar",
                "Comparar con otro libro",
                "Muestra en un libro nuevo qué cambió desde la versión anterior que usted elija. "
                "No cambia este libro.",
                "M",
                "CompareBooks",
                macro="comparar",
                enabled="HasPlan",
                picture="ReviewCompareTwoVersions",
            ),
            Control(
                "poiRestore",
                "Restaurar",
                "Restaurar una versión anterior",
                "Abre al lado uno de los respaldos de este libro, el que usted elija. Este libro "
                "no se toca.",
                "V",
                "RestoreBackup",
                macro="restaurar",
                picture="Undo",
            ),
        ),
    ),
    Group(
        "poiHelp",
        "Ayuda",
        (
            Control(
                "poiShowHelp",
                "Ayuda",
                "Ayuda de POI",
                "Abre la guía donde explica la función de la celda elegida, el código de su fila "
                "en Observaciones o la hoja en que está.",
                "Y",
                "ShowHelp",
                macro="ayuda",
                by_hand=True,
                picture="Help",
            ),
            Control(
                "poiDiagnose",
                "Diagnóstico",
                "Diagnóstico",
                "Dice si Python responde y qué hacer si no. Copie el texto para pedir ayuda.",
                "D",
                "Diagnose",
                macro="diagnostico",
                by_hand=True,
                picture="Info",
            ),
        ),
    ),
)
# What the button Ayuda says where there is no guide to open, a paragraph each.
HELP: Final = (
    (
        "Escriba =POI_AVANCE() en una celda: da el avance de la institución en el trimestre "
        "vigente. Con Insertar función (fx), categoría POI, están todas las funciones con su ayuda."
    ),
    (
        "Actualizar resúmenes vuelve a escribir las hojas de resumen; lo que usted escribió en el "
        "plan y en Alertas se conserva, y antes se guarda un respaldo."
    ),
    "Revisar anota en la hoja Observaciones lo que conviene corregir.",
    (
        "Cada trimestre: Abrir trimestre, Fichas para las unidades, Importar fichas, Actualizar "
        "resúmenes y Distribuir. Restaurar abre un respaldo al lado."
    ),
    "Si una celda muestra #¿NOMBRE?, use Diagnóstico.",
)
MACROS: Final = tuple(each.macro for group in GROUPS for each in group.controls if each.macro)


def ribbon_xml(groups: tuple[Group, ...] = GROUPS) -> bytes:
    """Return the part `customUI/customUI14.xml`."""
    root = etree.Element("customUI", xmlns=NAMESPACE, onLoad=ON_LOAD)
    tabs = etree.SubElement(etree.SubElement(root, "ribbon"), "tabs")
    tab = etree.SubElement(tabs, "tab", id=TAB_ID, label="POI", keytip="POI")
    for group in groups:
        box = etree.SubElement(tab, "group", id=group.id, label=group.label)
        for control in group.controls:
            _add(box, control)
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _add(box: etree._Element, control: Control) -> None:
    chosen = bool(control.shown)
    element = etree.SubElement(box, "dropDown" if chosen else "button", _common(control))
    if not chosen:
        element.set("imageMso", control.picture)
        element.set("size", "large" if control.large else "normal")
        return
    element.set("getSelectedItemIndex", control.shown)
    if control.dynamic:
        element.set("getItemCount", control.dynamic[0])
        element.set("getItemLabel", control.dynamic[1])
    for place, item in enumerate(control.items):
        etree.SubElement(element, "item", id=f"{control.id}{place}", label=item)


def _common(control: Control) -> dict[str, str]:
    words = {
        "id": control.id,
        "label": control.label,
        "screentip": control.tip,
        "supertip": control.more,
        "keytip": control.key,
        "onAction": control.action,
        "getEnabled": control.enabled,
    }
    return {name: value for name, value in words.items() if value}


# --- beside somebody else's tabs ------------------------------------------------------------------


class RibbonError(ValueError):
    """The ribbon part of a workbook cannot take our tab; the text says why, in Spanish."""


def with_tab(theirs: bytes, on_load: str) -> bytes:
    """Return a ribbon part with our tab as its last one; the same bytes when nothing changes.

    Args:
        theirs: the part as it is, with an older tab of ours or none; that of Excel 2007 is
            brought to the newer schema.
        on_load: the procedure that Office calls first.

    Raises:
        RibbonError: it is no ribbon, or has controls with the names of ours.
    """
    root = _read(theirs)
    ours = _own_tab()
    old = _tab(root)
    if old is not None and _same(old, ours) and root.get("onLoad") == on_load:
        return theirs
    if old is not None:
        _removed(old)
    _check_names(root, ours)
    tabs = _box(_box(root, "ribbon", _ROOT_ORDER), "tabs", _RIBBON_ORDER)
    tabs.append(ours)
    root.set("onLoad", on_load)
    return _written(root)


def without_tab(theirs: bytes, on_load: str) -> bytes | None:
    """Return a ribbon part without our tab; nothing when no other control is left in it.

    Args:
        theirs: the part.
        on_load: the procedure that Office called before our tab came; empty for none.

    Raises:
        RibbonError: it is no ribbon.
    """
    root = _read(theirs)
    tab = _tab(root)
    if tab is not None:
        _removed(tab)
    root.attrib.pop("onLoad", None)
    if on_load:
        root.set("onLoad", on_load)
    return (
        _written(root) if any(each.get("id") or each.get("idMso") for each in _all(root)) else None
    )


def loaded_by(theirs: bytes) -> str:
    """Return the procedure that Office calls first; empty for none.

    Raises:
        RibbonError: it is no ribbon.
    """
    return _read(theirs).get("onLoad", "")


def _read(data: bytes) -> Element:
    newer = data.replace(OLD_NAMESPACE.encode(), NAMESPACE.encode())
    try:
        root = parse(newer)
    except BadXmlError as error:
        raise RibbonError("no es XML válido") from error
    if root.tag != f"{{{NAMESPACE}}}customUI":
        raise RibbonError("su formato es desconocido")
    return root


def _written(root: Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _own_tab() -> Element:
    return next(each for each in _all(parse(ribbon_xml())) if each.get("id") == TAB_ID)


def _tab(root: Element) -> Element | None:
    return next((each for each in _all(root) if each.get("id") == TAB_ID), None)


def _all(root: Element) -> list[Element]:
    return [each for each in root.iter() if isinstance(each.tag, str)]


def _same(one: Element, other: Element) -> bool:
    return _plain(one) == _plain(other)


def _plain(element: Element) -> tuple[object, ...]:
    """What a control says, whatever its spacing."""
    inside = tuple(_plain(each) for each in elements(element))
    return element.tag, tuple(sorted(element.attrib.items())), inside


def _check_names(root: Element, ours: Element) -> None:
    taken = {each.get("id") for each in _all(root)} & {each.get("id") for each in _all(ours)}
    names = sorted(name for name in taken if name)
    if names:
        raise RibbonError(f"ya tiene controles llamados {', '.join(names)}")


def _box(parent: Element, name: str, order: tuple[str, ...]) -> Element:
    """Return a child, made in the schema's place when it is missing."""
    found = parent.find(f"{{{NAMESPACE}}}{name}")
    if found is not None:
        return found
    before = {f"{{{NAMESPACE}}}{each}" for each in order[: order.index(name)]}
    place = max((at + 1 for at, each in enumerate(parent) if each.tag in before), default=0)
    made = etree.Element(f"{{{NAMESPACE}}}{name}")
    parent.insert(place, made)
    return made


def _removed(tab: Element) -> None:
    """Take the tab out, and the boxes that were there for it only."""
    parent = tab.getparent()
    if parent is None:
        return
    parent.remove(tab)
    if not len(parent) and not parent.attrib:
        _removed(parent)
