"""The names under which LibreOffice knows what the extension brings."""

from typing import Final

IDENTIFIER: Final = "pe.poi_xl"
# UNO takes no underscore in names of its own.
MODULE: Final = "pe.poixl"
INTERFACE: Final = "XFunciones"
FUNCTIONS_SERVICE: Final = f"{MODULE}.Funciones"
HANDLER: Final = "pe.poi_xl.Handler"
WATCHER: Final = "pe.poi_xl.Watcher"
PROTOCOL: Final = "pe.poi_xl:"


def method_name(name: str) -> str:
    """Return the name that a function has as a method, as .ods files keep it.

    Args:
        name: the function's name.

    Example:
        >>> method_name("POI_AVANCE_META")
        'poiAvanceMeta'
    """
    first, *others = name.lower().split("_")
    return first + "".join(word.capitalize() for word in others)
