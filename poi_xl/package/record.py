"""What a workbook was like before poi_xl came into it, kept inside it as a custom XML part.

Excel keeps such parts when it saves, though it writes all the others anew. So each original is
kept with the fingerprint of what was put in its place: only where that is still there does the
original fit.
"""

import base64
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from poi_xl.package.parts import Package
from poi_xl.package.saving import digest
from poi_xl.package.xmlpart import BadXmlError, Element, dump, elements, parse

NAMESPACE: Final = "urn:poi_xl:incorporado"
ITEM: Final = "customXml"
PROPERTIES: Final = "customXmlProps"
ITEM_TYPE: Final = "application/xml"
PROPERTIES_TYPE: Final = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
# Excel gives each custom part an identity; ours is always the same.
_IDENTITY: Final = "{6D1C6D0A-4B0B-4F39-9A55-504F49584C31}"
_PROPERTIES_NAMESPACE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
_LOOKED_AT: Final = 1_000


@dataclass(frozen=True, slots=True)
class Kept:
    """One part that was changed or added.

    Attributes:
        part: its name.
        wrote: fingerprint of what was put there.
        original: what was there before; nothing when the part is new.
    """

    part: str
    wrote: str
    original: bytes | None

    def fits(self, package: Package) -> bool:
        """Whether what was put there is still there."""
        return package.has(self.part) and digest(package.read(self.part)) == self.wrote


def record_part(package: Package) -> str:
    """Return the part with the originals; empty when the workbook has none."""
    arrows = package.relationships(package.workbook_part)
    items = (a.target for a in arrows if a.kind == ITEM and not a.external)
    ours = NAMESPACE.encode()
    found = (i for i in items if package.has(i) and ours in package.beginning(i, _LOOKED_AT))
    return next(found, "")


def read_record(package: Package) -> tuple[Kept, ...]:
    """Return what was changed or added; nothing when that is not known."""
    part = record_part(package)
    try:
        boxes = elements(parse(package.read(part)), "part") if part else ()
        return tuple(map(_kept, boxes))
    except (BadXmlError, ValueError, zlib.error):
        return ()


def _kept(box: Element) -> Kept:
    data = zlib.decompress(base64.b64decode(box.text)) if box.text else b""
    original = data if box.get("was") == "1" else None
    return Kept(box.get("name", ""), box.get("wrote", ""), original)


def record_xml(kept: Iterable[Kept]) -> bytes:
    """Return the part that keeps the originals."""
    root = etree.Element(f"{{{NAMESPACE}}}poi_xl", nsmap={None: NAMESPACE})
    for each in kept:
        box = etree.SubElement(root, f"{{{NAMESPACE}}}part", name=each.part, wrote=each.wrote)
        if each.original is not None:
            box.set("was", "1")
            box.text = base64.b64encode(zlib.compress(each.original, 9)).decode()
    return dump(root)


def properties_xml() -> bytes:
    """Return the part that gives the record its identity."""
    space = _PROPERTIES_NAMESPACE
    root = etree.Element(f"{{{space}}}datastoreItem", nsmap={"ds": space})
    root.set(f"{{{space}}}itemID", _IDENTITY)
    etree.SubElement(root, f"{{{space}}}schemaRefs")
    return dump(root)


def kept_of(before: Package, after: Mapping[str, bytes]) -> tuple[Kept, ...]:
    """Return what to keep of a workbook whose parts are about to change.

    Args:
        before: the workbook as it was.
        after: new content by part.
    """
    return tuple(
        Kept(part, digest(data), before.read(part) if before.has(part) else None)
        for part, data in after.items()
    )


def renewed(kept: Iterable[Kept], package: Package, after: Mapping[str, bytes]) -> tuple[Kept, ...]:
    """Return what to keep when parts change once more.

    An original fits as long as nobody but us wrote the part since; else it is forgotten.

    Args:
        kept: what was kept so far.
        package: the workbook as it is.
        after: new content by part.
    """
    return tuple(
        Kept(each.part, digest(after[each.part]), each.original) if each.part in after else each
        for each in kept
        if each.fits(package)
    )
