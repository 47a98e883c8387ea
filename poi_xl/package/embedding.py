"""poi_xl put into a workbook that somebody else made: functions, tab, names; all else as it was.

A hidden name tells that it is there, and of which release. What was there before is kept inside the
workbook (`record`), so that `removing` can give it back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from poi_xl.core.problems import Refusal, problem
from poi_xl.package.edits import Book, ContentTypes, PartNames
from poi_xl.package.foreign import (
    LOADER_CALL,
    is_built,
    joined,
    loader_of,
    project_part,
    rebuilt,
)
from poi_xl.package.macros import (
    PROJECT_CONTENT,
    PROJECT_PART,
    PROJECT_RELATIONSHIP,
    RIBBON_PART,
    RIBBON_RELATIONSHIP,
    declare,
    named,
    related,
)
from poi_xl.package.marks import is_ours, mark_text, note_text, noted
from poi_xl.package.parts import (
    TYPES_PART,
    Package,
    macro_enabled,
    relative_target,
    rels_part,
)
from poi_xl.package.record import (
    ITEM,
    ITEM_TYPE,
    PROPERTIES,
    PROPERTIES_TYPE,
    Kept,
    kept_of,
    properties_xml,
    read_record,
    record_part,
    record_xml,
    renewed,
)
from poi_xl.package.ribbon import ON_LOAD, RibbonError, loaded_by, ribbon_xml, with_tab
from poi_xl.package.xmlpart import dump, parse

MARK: Final = "_poi_xl.incorporado"
SETTINGS_MARK: Final = "_poi_xl.configuracion"
SETTINGS_KEY: Final = "configuracion"
DATA_NAME: Final = "POI_DATOS"
_OLD_RIBBON: Final = "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility"
_NAMED: Final = "datos"


@dataclass(frozen=True, slots=True)
class Mark:
    """What the hidden name says.

    Attributes:
        version: release that was put in.
        settings: fingerprint of the settings sheet as it was drawn; empty when it is not ours.
        named: whether the name POI_DATOS is ours.
    """

    version: str
    settings: str = ""
    named: bool = False

    def __str__(self) -> str:
        return f"{self.version};{self.settings};{_NAMED if self.named else ''}"

    @staticmethod
    def parse(text: str) -> "Mark":
        """Return what a name's text says, whatever release wrote it.

        Example:
            >>> Mark.parse("0.1.0;a1b2;datos")
            Mark(version='0.1.0', settings='a1b2', named=True)
        """
        version, settings, named, *_ = (*text.split(";"), "", "", "")
        return Mark(version, settings, named == _NAMED)


def mark_of(package: Package) -> Mark | None:
    """Return the mark of a workbook that has poi_xl in it; nothing of any other."""
    found = (noted(each.text) for each in package.defined_names if each.name.lower() == MARK)
    return next((Mark.parse(text) for text in found if text is not None), None)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a workbook is to have.

    Attributes:
        mark: the hidden name.
        plan: what the name POI_DATOS stands for; empty to leave it alone.
        settings: name of a settings sheet just drawn; empty when there is none.
    """

    mark: Mark
    plan: str = ""
    settings: str = ""


def embedded_parts(before: Package, package: Package, wanted: Wanted) -> dict[str, bytes]:
    """Return the parts to write so that a workbook has poi_xl in it; none when it is up to date.

    Args:
        before: the workbook as it is.
        package: the same, with the settings sheet where that was missing.
        wanted: what it is to have.

    Raises:
        Refusal: its macros or its tab do not admit ours.
    """
    old = mark_of(before)
    if old is None and is_built(package):
        return _built_parts(package)
    parts = _named_parts(package, wanted)
    ribbon, data = _ribbon(package)
    on_load = _on_load(package, data)
    chained = on_load not in ("", ON_LOAD)
    loader = loader_of(package, on_load) if chained else None
    project = joined(package, loader, known=old is not None)
    if project is not None:
        parts[project_part(package) or PROJECT_PART] = project
    tab = _tab(package, data, LOADER_CALL if chained else ON_LOAD)
    if tab != data or not package.has(ribbon):
        parts[ribbon] = tab
        parts |= _pictures(package, ribbon)
    if not parts and before is package:
        return {}
    return parts | _lists(before, package, parts)


def _built_parts(package: Package) -> dict[str, bytes]:
    """Return the parts that bring a workbook that we made up to date."""
    found = {project_part(package): rebuilt(package)}
    if ribbon := ribbon_part(package):
        found[ribbon] = _tab(package, package.read(ribbon), ON_LOAD)
    return {name: new for name, new in found.items() if new and new != package.read(name)}


# --- names ----------------------------------------------------------------------------------------


def _named_parts(package: Package, wanted: Wanted) -> dict[str, bytes]:
    """Return the workbook part with our names; nothing when it says them already."""
    source = package.workbook_part
    root = parse(named(package).get(source) or package.read(source))
    book = Book(root, package.dialect)
    if wanted.settings:
        book.remove_names(
            lambda name, place: (
                place is None and (is_ours(name, [SETTINGS_KEY]) or name.lower() == SETTINGS_MARK)
            )
        )
        book.add_name(mark_text(wanted.settings), name=SETTINGS_MARK, hidden="1")
    if wanted.plan:
        book.add_name(wanted.plan, name=DATA_NAME)
    if mark_of(package) != wanted.mark:
        book.remove_names(lambda name, place: place is None and name.lower() == MARK)
        book.add_name(note_text(str(wanted.mark)), name=MARK, hidden="1")
    data = dump(root)
    return {} if data == dump(package.xml(source)) else {source: data}


# --- the tab --------------------------------------------------------------------------------------


def _ribbon(package: Package) -> tuple[str, bytes]:
    """Return the part for the tab, and what it says now or what an older Excel is told."""
    there = ribbon_part(package)
    if there:
        return there, package.read(there)
    older = ribbon_part(package, _OLD_RIBBON)
    free = PartNames(package.names()).fresh("customUI/customUI1.xml")
    part = free if package.has(RIBBON_PART) else RIBBON_PART
    return part, package.read(older) if older else b""


def ribbon_part(package: Package, kind: str = RIBBON_RELATIONSHIP) -> str:
    """Return the workbook's ribbon part; empty without one."""
    arrows = (a.target for a in package.relationships() if a.type == kind and not a.external)
    return next((part for part in arrows if package.has(part)), "")


def _on_load(package: Package, data: bytes) -> str:
    try:
        return loaded_by(data) if data else ""
    except RibbonError as error:
        raise _refused(package, error) from error


def _tab(package: Package, data: bytes, on_load: str) -> bytes:
    try:
        return with_tab(data, on_load) if data else ribbon_xml()
    except RibbonError as error:
        raise _refused(package, error) from error


def _refused(package: Package, error: RibbonError) -> Refusal:
    name = package.path.name
    return Refusal(problem("POI-E55", name, file=name, detail=error))


def _pictures(package: Package, ribbon: str) -> dict[str, bytes]:
    """Return what leads to the pictures of an older Excel's tab, for the newer one made of it."""
    older = ribbon_part(package, _OLD_RIBBON)
    where, old_where = rels_part(ribbon), rels_part(older)
    if package.has(ribbon) or not older or not package.has(old_where):
        return {}
    return {where: package.read(old_where)}


# --- the lists ------------------------------------------------------------------------------------


def _lists(before: Package, package: Package, parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the parts that list the others, and the record of what was there before."""
    item = record_part(package)
    types = parse(macro_enabled(package))
    main = package.workbook_part
    arrows = {where: package.read(where) for where in (rels_part(main), rels_part(""))}
    if not project_part(package):
        declare(types, PROJECT_PART, PROJECT_CONTENT)
        arrows |= _led(arrows, main, PROJECT_RELATIONSHIP, PROJECT_PART)
    ribbon = next((p for p in parts if p.lower().startswith("customui/") and "rels" not in p), "")
    if ribbon and ribbon != ribbon_part(package):
        declare(types, ribbon, "application/xml")
        arrows |= _led(arrows, "", RIBBON_RELATIONSHIP, ribbon)
    added: dict[str, bytes] = {}
    if not item:
        item, added = _new_item(package)
        ContentTypes(types).ensure_rels()
        declare(types, item, ITEM_TYPE)
        declare(types, next(p for p in added if "Props" in p and "rels" not in p), PROPERTIES_TYPE)
        arrows |= _led(arrows, main, package.dialect.relationship(ITEM), item)
    changed = {
        part: data
        for part, data in {TYPES_PART: dump(types), **arrows}.items()
        if data != package.read(part)
    }
    if changed.get(TYPES_PART) == dump(package.xml(TYPES_PART)):
        del changed[TYPES_PART]
    kept = _kept(before, package, {**parts, **changed, **added})
    return {**changed, **added, item: record_xml(kept)}


def _led(arrows: Mapping[str, bytes], part: str, kind: str, target: str) -> dict[str, bytes]:
    """Return the relationships of a part with one more."""
    where = rels_part(part)
    return {where: related(parse(arrows[where]), kind, relative_target(part, target))}


def _new_item(package: Package) -> tuple[str, dict[str, bytes]]:
    """Return the record's name, and the parts that go with it."""
    names = PartNames(package.names())
    item = names.fresh("customXml/item1.xml")
    properties = names.fresh("customXml/itemProps1.xml")
    root = parse(
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
    )
    kind = package.dialect.relationship(PROPERTIES)
    where = related(root, kind, relative_target(item, properties))
    return item, {properties: properties_xml(), rels_part(item): where}


def _kept(before: Package, package: Package, parts: Mapping[str, bytes]) -> tuple[Kept, ...]:
    """Return what to keep of the workbook as it was before the first time."""
    drawn = [name for name in package.names() if not before.has(name)]
    listed = [TYPES_PART, package.workbook_part, rels_part(package.workbook_part)]
    styles = package.related(package.workbook_part, "styles")
    grafted = {
        name: data
        for name in (*drawn, *listed, *([styles] if styles else []))
        if (data := package.read(name)) and not (before.has(name) and before.read(name) == data)
    }
    after = {**grafted, **parts}
    if mark_of(before) is None:
        return kept_of(before, after)
    known = read_record(before)
    kept = renewed(known, before, after)
    whole = len(kept) == len(known) and {each.part for each in kept} >= set(after)
    # Without the lists, only macros and tab can still be given back as they were.
    return kept if whole else tuple(k for k in kept if not _is_list(package, k.part))


def _is_list(package: Package, part: str) -> bool:
    return part not in (project_part(package), ribbon_part(package))
