"""A copy for anyone: what only works here, or says who made the workbook, leaves the package."""

import re
from collections.abc import Collection
from typing import Final

from poi_xl.package.edits import Book
from poi_xl.package.formulas import Change, Frozen, Place, Role, replaced
from poi_xl.package.leaving import lists_without, only_through, typed, unlist
from poi_xl.package.parts import Package
from poi_xl.package.xmlpart import Element, drop, dump, elements, local

# Formulas name another workbook by its number in brackets.
_OUTSIDE: Final = re.compile(rb"\[\d+\][^\[\]]*!")
_RIBBON: Final = "/ui/extensibility"
_PROPERTIES: Final = ("core-properties", "extended-properties", "custom-properties")
# Who and where, among a document's properties.
_PERSONAL: Final = frozenset(
    {"creator", "lastModifiedBy", "Company", "Manager", "HyperlinkBase", "Template"}
)


# Names of all sheets, those that left included.
_LISTED: Final = frozenset({"TitlesOfParts", "HeadingPairs"})


def without_links(package: Package) -> tuple[dict[str, bytes], list[Place]]:
    """Return the parts in which formulas that look into other workbooks keep their values alone.

    Args:
        package: the workbook.

    Returns:
        The changed parts, and the places of those formulas.
    """
    places: list[Place] = []

    def freeze(place: Place) -> Change:
        places.append(place)
        return Frozen.VALUE if place.role in (Role.CELL, Role.ARRAY) else "#REF!"

    return replaced(package, _OUTSIDE, freeze), places


def plain_parts(package: Package, sheets: Collection[str]) -> tuple[dict[str, bytes], set[str]]:
    """Return the changed parts of a copy, and the parts that leave it.

    Macros, the ribbon, links to other workbooks, some sheets and what tells persons leave; charts,
    images, pivot tables and page set-ups stay as they are.

    Args:
        package: the workbook; no formula looks into another workbook any more.
        sheets: names of the sheets that leave.
    """
    root = package.xml(package.workbook_part)
    gone: set[str] = set()
    for sheet in package.sheets:
        if sheet.name in sheets:
            gone |= only_through(package, sheet.part)
            unlist(root, package, sheet)
    for part in _unwanted(package):
        gone |= only_through(package, part)
    _forget(root, package, sheets)
    parts = {package.workbook_part: dump(root), **lists_without(package, gone)}
    parts |= typed(parts, package, macros=False)
    return {**parts, **_impersonal(package)}, gone


def _unwanted(package: Package) -> list[str]:
    book = package.relationships(package.workbook_part)
    found = [r for r in book if r.kind in ("vbaProject", "externalLink", "calcChain")]
    found += [
        r
        for r in package.relationships()
        if r.type.endswith(_RIBBON) or r.kind == "custom-properties"
    ]
    return [each.target for each in found if package.has(each.target)]


def _forget(root: Element, package: Package, sheets: Collection[str]) -> None:
    """Take out what the workbook part says of things that leave."""
    for box in list(elements(root)):
        if local(box) in ("externalReferences", "fileSharing", "absPath"):
            drop(box)
    quoted = tuple(f"{form}!" for name in sheets for form in (name, f"'{name}'"))
    texts = {name.name: name.text for name in package.defined_names}
    book = Book(root, package.dialect)
    book.remove_names(lambda name, _: texts.get(name, "").startswith(quoted) if quoted else False)


def _impersonal(package: Package) -> dict[str, bytes]:
    parts = {}
    for arrow in package.relationships():
        if not arrow.kind.endswith(_PROPERTIES[:2]) or not package.has(arrow.target):
            continue
        root = package.xml(arrow.target)
        told = [box for box in elements(root) if local(box) in _PERSONAL | _LISTED]
        for box in told:
            drop(box)
        if told:
            parts[arrow.target] = dump(root)
    return parts


def from_first_tab(package: Package) -> dict[str, bytes]:
    """Return the workbook part with its tabs shown from the first one on.

    Args:
        package: the workbook.
    """
    root = package.xml(package.workbook_part)
    for view in root.iter(package.dialect.tag("workbookView")):
        view.attrib.pop("firstSheet", None)
    return {package.workbook_part: dump(root)}
