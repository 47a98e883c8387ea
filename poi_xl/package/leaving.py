"""Parts that leave a package, with all that leads to them or that only they led to."""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import unquote

from poi_xl.package.edits import ContentTypes
from poi_xl.package.parts import MACRO_ENABLED, TYPES_PART, Package, Sheet, rels_part
from poi_xl.package.xmlpart import Element, drop, dump, elements, parse, whole_number

PLAIN: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def only_through(package: Package, part: str) -> set[str]:
    """Return a part and those that nothing else leads to, with their relationships.

    Args:
        package: the workbook.
        part: the part.
    """
    others = set(package.reachable([""], barred={part}))
    ours = set(package.reachable([part])) - others
    return ours | {where for each in ours if package.has(where := rels_part(each))}


def unlist(root: Element, package: Package, sheet: Sheet) -> None:
    """Take a sheet out of the workbook's list; what points at those after it moves up.

    Args:
        root: the workbook part; sheets that left before are gone from it.
        package: the workbook as it was.
        sheet: the sheet.
    """
    box = root.find(package.dialect.tag("sheets"))
    listed = list(elements(box, "sheet"))
    index = [each.get("name") for each in listed].index(sheet.name)
    drop(listed[index])
    for view in root.iter(package.dialect.tag("workbookView")):
        for attribute in ("activeTab", "firstSheet"):
            place = whole_number(view, attribute)
            if place >= index and place:
                view.set(attribute, str(place - 1))
    for name in list(root.iter(package.dialect.tag("definedName"))):
        place = whole_number(name, "localSheetId", -1)
        if place == index:
            drop(name)
        elif place > index:
            name.set("localSheetId", str(place - 1))


def lists_without(package: Package, gone: Iterable[str]) -> dict[str, bytes]:
    """Return content types and relationships of package and workbook without some parts.

    Args:
        package: the workbook.
        gone: the parts that leave.
    """
    leaving = set(gone)
    types = package.xml(TYPES_PART)
    ContentTypes(types).remove(leaving)
    parts = {TYPES_PART: dump(types)}
    for part in ("", package.workbook_part):
        root = package.xml(rels_part(part))
        led = {each.id for each in package.relationships(part) if each.target in leaving}
        for box in list(elements(root, "Relationship")):
            if box.get("Id") in led:
                drop(box)
        if led:
            parts[rels_part(part)] = dump(root)
    return parts


def typed(parts: Mapping[str, bytes], package: Package, *, macros: bool) -> dict[str, bytes]:
    """Return the content types with the workbook's own as its file's ending wants it.

    Excel opens no .xlsm that says it has no macros, and no .xlsx that says it has.
    """
    root = parse(parts.get(TYPES_PART) or package.read(TYPES_PART))
    wanted = MACRO_ENABLED if macros else PLAIN
    main = "/" + package.workbook_part.lower()
    changed = False
    for box in elements(root, "Override"):
        if unquote(box.get("PartName", "")).lower() == main and box.get("ContentType") != wanted:
            box.set("ContentType", wanted)
            changed = True
    return {TYPES_PART: dump(root)} if changed else {}
