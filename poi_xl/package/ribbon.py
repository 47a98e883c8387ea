"""The tab POI: its controls declared once, its part of the package derived from them."""

from dataclasses import dataclass
from typing import Final

from lxml import etree

NAMESPACE: Final = "http://schemas.microsoft.com/office/2009/07/customui"
TAB_ID: Final = "poiTab"

# Pictures that every Excel since 2010 has; the test of the ribbon knows no others.
PICTURES: Final = frozenset({"RefreshAll", "ErrorChecking", "Help", "Info"})

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
                "HasPlan",
                "ErrorChecking",
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
                "HasPlan",
                "RefreshAll",
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
                "HasSettings",
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
                "HasSettings",
                dynamic=("LightCount", "LightLabel"),
                shown="LightShown",
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
                "Qué hacen las funciones y los botones de esta ficha.",
                "Y",
                "ShowHelp",
                picture="Help",
            ),
            Control(
                "poiDiagnose",
                "Diagnóstico",
                "Diagnóstico",
                "Dice si Python responde y qué hacer si no. Copie el texto para pedir ayuda.",
                "D",
                "Diagnose",
                picture="Info",
            ),
        ),
    ),
)


def ribbon_xml(groups: tuple[Group, ...] = GROUPS) -> bytes:
    """Return the part `customUI/customUI14.xml`."""
    root = etree.Element("customUI", xmlns=NAMESPACE, onLoad="RibbonLoaded")
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
