"""poi_xl taken out of a workbook again: the original parts where they still fit, else edits."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from poi_xl.core.problems import Refusal, problem
from poi_xl.package.edits import Book
from poi_xl.package.embedding import (
    DATA_NAME,
    MARK,
    SETTINGS_MARK,
    Mark,
    ribbon_part,
)
from poi_xl.package.foreign import LOADER, modules_of, parted, project_part, was
from poi_xl.package.leaving import lists_without, only_through, unlist
from poi_xl.package.marks import marked_sheet
from poi_xl.package.parts import (
    TYPES_PART,
    Package,
    Sheet,
)
from poi_xl.package.record import Kept, read_record, record_part
from poi_xl.package.ribbon import RibbonError, without_tab
from poi_xl.package.xmlpart import Element, drop, dump, elements


@dataclass(frozen=True, slots=True)
class Removal:
    """How a workbook is without poi_xl.

    Attributes:
        parts: new content by part.
        without: parts that leave.
        whole: whether all that was changed is again as it was, byte for byte.
        macros: whether macros of somebody else stay.
    """

    parts: Mapping[str, bytes]
    without: frozenset[str]
    whole: bool
    macros: bool


def settings_sheet_of(package: Package) -> Sheet | None:
    """Return the settings sheet that came with poi_xl, under whatever name it has now."""
    texts = (d.text for d in package.defined_names if d.name.lower() == SETTINGS_MARK)
    name = marked_sheet(next(texts, ""))
    return next((s for s in package.sheets if name and s.name.lower() == name.lower()), None)


def removal(package: Package, mark: Mark, *, drop_settings: bool, drop_name: bool) -> Removal:
    """Return how a workbook is without poi_xl.

    Args:
        package: the workbook.
        mark: what was put in.
        drop_settings: whether the settings sheet that came with it goes too.
        drop_name: whether the name POI_DATOS that came with it goes too.

    Raises:
        Refusal: its macros or its tab cannot be understood.
    """
    kept = read_record(package)
    settings_go = drop_settings or not mark.settings
    names_go = drop_name or not mark.named
    complete = any(each.part == TYPES_PART for each in kept)
    if settings_go and names_go and complete and all(each.fits(package) for each in kept):
        return _restored(package, kept)
    return _Edits(package, {k.part: k for k in kept if k.fits(package)}).run(
        settings_sheet_of(package) if drop_settings else None, drop_name=drop_name
    )


def _restored(package: Package, kept: tuple[Kept, ...]) -> Removal:
    parts = {each.part: each.original for each in kept if each.original is not None}
    added = {each.part for each in kept if each.original is None}
    project = project_part(package)
    gone = frozenset(added | {record_part(package)})
    return Removal(parts, gone, whole=True, macros=project not in added)


@dataclass
class _Edits:
    """One removal by edits: people, or Excel, have written the workbook since."""

    package: Package
    kept: Mapping[str, Kept]
    parts: dict[str, bytes] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def run(self, settings: Sheet | None, *, drop_name: bool) -> Removal:
        """Make all edits."""
        self._project()
        self._ribbon()
        self._record()
        root = self.package.xml(self.package.workbook_part)
        if settings:
            self._sheet(root, settings)
        _forget_names(root, self.package, drop_name=drop_name)
        self.parts[self.package.workbook_part] = dump(root)
        self.parts |= lists_without(self.package, self.gone)
        macros = project_part(self.package) not in self.gone
        return Removal(self.parts, frozenset(self.gone), whole=False, macros=macros)

    def _project(self) -> None:
        part = project_part(self.package)
        if part:
            known = self.kept.get(part)
            self._put(part, known.original if known else parted(self.package))

    def _ribbon(self) -> None:
        part = ribbon_part(self.package)
        if not part:
            return
        known = self.kept.get(part)
        loader = next((m for m in modules_of(self.package) if m.name.lower() == LOADER), None)
        try:
            data = known.original if known else without_tab(self.package.read(part), was(loader))
        except RibbonError as error:
            name = self.package.path.name
            raise Refusal(problem("POI-E55", name, file=name, detail=error)) from error
        self._put(part, data)

    def _put(self, part: str, data: bytes | None) -> None:
        if data is None:
            self.gone |= only_through(self.package, part)
        else:
            self.parts[part] = data

    def _record(self) -> None:
        part = record_part(self.package)
        if part:
            self.gone |= only_through(self.package, part)

    def _sheet(self, root: Element, sheet: Sheet) -> None:
        self.gone |= only_through(self.package, sheet.part)
        unlist(root, self.package, sheet)
        chain = self.package.related(self.package.workbook_part, "calcChain")
        # Excel repairs a workbook whose list names cells of a sheet that is gone.
        if chain and any(
            each.get("i") == str(sheet.sheet_id) for each in elements(self.package.xml(chain))
        ):
            self.gone.add(chain)


def _forget_names(root: Element, package: Package, *, drop_name: bool) -> None:
    ours = {MARK, SETTINGS_MARK} | ({DATA_NAME.lower()} if drop_name else set())
    book = Book(root, package.dialect)
    book.remove_names(lambda name, place: place is None and name.lower() in ours)
    box = root.find(package.dialect.tag("definedNames"))
    if box is not None and not len(box):
        drop(box)
