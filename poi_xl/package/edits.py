"""Small edits of the three parts that list everything: workbook, relationships, content types."""

import re
from collections.abc import Callable, Collection
from typing import Final
from urllib.parse import unquote

from lxml import etree

from poi_xl.package.parts import relative_target, rels_part
from poi_xl.package.xmlpart import (
    CONTENT_TYPES,
    PACKAGE_RELATIONSHIPS,
    Dialect,
    Element,
    drop,
    elements,
    ensure_child,
    local,
    whole_number,
)

RELS_TYPE: Final = "application/vnd.openxmlformats-package.relationships+xml"
_ORDER: Final = (
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "revisionPtr",
    "absPath",
    "workbookProtection",
    "bookViews",
    "sheets",
    "functionGroups",
    "externalReferences",
    "definedNames",
    "calcPr",
)


class Book:
    """The workbook part while sheets are added to it.

    Many things point at sheets by their place, so places are mapped once, after the last addition.
    """

    def __init__(self, root: Element, dialect: Dialect) -> None:
        self.root, self._dialect = root, dialect
        self._box = ensure_child(root, dialect, "sheets", _ORDER)
        self._sheets = list(elements(self._box, "sheet"))
        self._before = list(self._sheets)

    def next_sheet_id(self) -> int:
        """Return an identifier that no sheet has; they are never used again while in use."""
        return max((whole_number(s, "sheetId") for s in self._sheets), default=0) + 1

    def add_sheet(self, name: str, relationship: str, state: str, place: int) -> None:
        """List a new sheet."""
        sheet = etree.Element(self._dialect.tag("sheet"), nsmap={"r": self._dialect.office})
        sheet.set("name", name)
        sheet.set("sheetId", str(self.next_sheet_id()))
        if state != "visible":
            sheet.set("state", state)
        sheet.set(self._dialect.id_attribute, relationship)
        if place < len(self._sheets):
            self._sheets[place].addprevious(sheet)
        else:
            self._box.append(sheet)
        self._sheets.insert(place, sheet)

    def index(self, name: str) -> int:
        """Return the place of a sheet."""
        return [s.get("name") for s in self._sheets].index(name)

    def settle(self) -> None:
        """Let what pointed at a sheet's place follow it to the new place."""
        moved = {old: self._sheets.index(sheet) for old, sheet in enumerate(self._before)}
        for view in self._views():
            for attribute in ("activeTab", "firstSheet"):
                _follow(view, attribute, moved)
        for name in self._names():
            if name.get("localSheetId") is not None:
                _follow(name, "localSheetId", moved)

    def active(self) -> set[int]:
        """Return the places of the sheets that the windows show."""
        return {whole_number(view, "activeTab") for view in self._views()}

    def remove_names(self, unwanted: Callable[[str, int | None], bool]) -> None:
        """Remove the defined names for which a function of name and sheet's place is true."""
        for box in self._names():
            is_local = box.get("localSheetId") is not None
            index = whole_number(box, "localSheetId", -1) if is_local else None
            if unwanted(box.get("name", ""), index):
                drop(box)

    def add_name(self, text: str, **attributes: str) -> None:
        """Append a defined name."""
        parent = ensure_child(self.root, self._dialect, "definedNames", _ORDER)
        box = etree.SubElement(parent, self._dialect.tag("definedName"))
        for key, value in attributes.items():
            box.set(key, value)
        box.text = text

    def recalculate(self) -> None:
        """Have all formulas computed when the workbook is next opened."""
        ensure_child(self.root, self._dialect, "calcPr", _ORDER).set("fullCalcOnLoad", "1")

    def _views(self) -> list[Element]:
        return list(elements(self.root.find(self._dialect.tag("bookViews")), "workbookView"))

    def _names(self) -> list[Element]:
        return list(elements(self.root.find(self._dialect.tag("definedNames")), "definedName"))


def _follow(element: Element, attribute: str, moved: dict[int, int]) -> None:
    place = whole_number(element, attribute)
    if moved.get(place, place) != place:
        element.set(attribute, str(moved[place]))


class Relationships:
    """The relationships of a part while some are added or removed."""

    def __init__(self, root: Element, part: str, dialect: Dialect) -> None:
        self.root, self._part, self._dialect = root, part, dialect

    def add(self, kind: str, target: str) -> str:
        """Point at another part; return the new identifier."""
        used = (re.fullmatch(r"rId(\d+)", e.get("Id", ""), re.IGNORECASE) for e in self._boxes())
        free = max((int(match[1]) for match in used if match), default=0) + 1
        box = etree.SubElement(self.root, f"{{{PACKAGE_RELATIONSHIPS}}}Relationship")
        box.set("Id", f"rId{free}")
        box.set("Type", self._dialect.relationship(kind))
        box.set("Target", relative_target(self._part, target))
        return f"rId{free}"

    def remove(self, kind: str) -> None:
        """Point at no part of this kind any more."""
        for box in self._boxes():
            if box.get("Type", "").rpartition("/")[2] == kind:
                drop(box)

    def _boxes(self) -> list[Element]:
        return list(elements(self.root, "Relationship"))


class ContentTypes:
    """The list of content types while parts come and go."""

    def __init__(self, root: Element) -> None:
        self.root = root

    def remove(self, parts: Collection[str]) -> None:
        """Forget parts, and their relationships (some writers list these one by one)."""
        gone = {"/" + name.lower() for part in parts for name in (part, rels_part(part))}
        for box in list(elements(self.root, "Override")):
            if unquote(box.get("PartName", "")).lower() in gone:
                drop(box)

    def add(self, part: str, content_type: str) -> None:
        """Declare one part by its name: other writers' defaults cannot be relied on."""
        box = etree.SubElement(self.root, f"{{{CONTENT_TYPES}}}Override")
        box.set("PartName", "/" + part)
        box.set("ContentType", content_type)

    def ensure_rels(self) -> None:
        """Declare relationship parts in general, without which those of ours are not seen."""
        boxes = [b for b in elements(self.root) if local(b) == "Default"]
        if not any(b.get("Extension", "").lower() == "rels" for b in boxes):
            box = etree.Element(f"{{{CONTENT_TYPES}}}Default")
            box.set("Extension", "rels")
            box.set("ContentType", RELS_TYPE)
            self.root.insert(0, box)


class PartNames:
    """The part names in use, and the lowest free ones."""

    def __init__(self, taken: Collection[str]) -> None:
        self._taken = {name.lower() for name in taken}

    def fresh(self, like: str) -> str:
        """Take a name like another one, with the lowest number that is free.

        Example:
            >>> PartNames({"xl/charts/chart1.xml"}).fresh("xl/charts/chart7.xml")
            'xl/charts/chart2.xml'
        """
        stem, dot, extension = like.rpartition(".")
        stem = stem.rstrip("0123456789")
        free = 1
        while f"{stem}{free}{dot}{extension}".lower() in self._taken:
            free += 1
        name = f"{stem}{free}{dot}{extension}"
        self._taken.add(name.lower())
        return name
