"""What a workbook lost when another program wrote it: found by comparing, never from memory."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from poi_xl.package.parts import Package
from poi_xl.package.xmlpart import local

_MACROS: Final = "vbaProject"
_KINDS: Final = {
    "extensibility": "las fichas propias de la cinta de opciones",
    "pivotTable": "tablas dinámicas",
    "pivotCacheDefinition": "tablas dinámicas",
    "slicer": "segmentaciones de datos",
    "timeline": "escalas de tiempo",
    "threadedComment": "conversaciones en comentarios",
    "externalLink": "vínculos con otros libros",
    "connections": "conexiones de datos",
    "queryTable": "consultas",
    "ctrlProp": "controles",
    "customXml": "datos de otros programas",
    "image": "imágenes",
    "chart": "gráficos",
}
# Elements and attributes of which a careless writer leaves some out.
_PIECES: Final = {
    "@codeName": "nombres con que las macros conocen al libro y sus hojas",
    "tableStyleInfo": "estilos de tabla",
    "cfRule": "reglas de formato condicional",
    "dataValidation": "validaciones de datos",
    "@tooltip": "textos de ayuda de vínculos",
    "ignoredError": "avisos de error que se habían descartado",
    "negativeBorderColor": "colores de barras de datos",
    "definedName": "nombres definidos",
}
_WANTED: Final = re.compile(rb"codeName=|tooltip=|[<:](?:%s)\b" % b"|".join(
    name.encode() for name in _PIECES if not name.startswith("@")
))  # fmt: skip


def losses(before: Package, after: Package) -> tuple[str, ...]:
    """Return in words what a workbook no longer has, or has in another form.

    Args:
        before: the workbook as it was.
        after: the workbook as the other program wrote it.

    Raises:
        Refusal: a part is damaged.
    """
    return tuple(
        dict.fromkeys((*_macros(before, after), *_parts(before, after), *_pieces(before, after)))
    )


def _macros(before: Package, after: Package) -> Iterator[str]:
    was, now = (package.related(package.workbook_part, _MACROS) for package in (before, after))
    if was and not now:
        yield "el proyecto de macros, entero"
    elif was and now and before.read(was) != after.read(now):
        yield "el proyecto de macros como Excel lo guardó (se escribió de nuevo)"


def _parts(before: Package, after: Package) -> Iterator[str]:
    was, now = _kinds(before), _kinds(after)
    for kind, word in _KINDS.items():
        if was[kind] > now[kind]:
            yield word


def _kinds(package: Package) -> Counter[str]:
    return Counter(
        arrow.kind for part in package.reachable([""]) for arrow in package.relationships(part)
    )


def _pieces(before: Package, after: Package) -> Iterator[str]:
    was, now = _counted(before), _counted(after)
    for piece, word in _PIECES.items():
        gone = was[piece] - now[piece]
        if gone > 0:
            yield f"{word} ({gone})"


def _counted(package: Package) -> Counter[str]:
    counts: Counter[str] = Counter()
    for part in package.reachable([""]):
        is_xml = package.content_type(part).endswith("+xml")
        if part and is_xml and _WANTED.search(package.read(part)):
            for box in package.xml(part).iter():
                counts[local(box)] += 1
                counts.update(f"@{name}" for name in box.attrib)
    return counts
