"""Putting rendered sheets into somebody else's workbook; everything else stays byte for byte."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from poi_xl.core.problems import Problem, Refusal, problem
from poi_xl.package.edits import Book, ContentTypes, PartNames, Relationships
from poi_xl.package.marks import (
    MARK,
    NOTE,
    check_keys,
    is_ours,
    mark_text,
    note_text,
    owned_sheets,
    stored_notes,
)
from poi_xl.package.parts import (
    TYPES_PART,
    Package,
    Relationship,
    Sheet,
    relative_target,
    rels_part,
)
from poi_xl.package.rendering import (
    DRAWING_TYPE,
    MADE,
    TABLE_TYPE,
    Rendering,
    code_name_of,
    has_unsigned_drawings,
    local_names,
)
from poi_xl.package.styles import (
    STYLES_TYPE,
    StyleMap,
    WrappedError,
    merge_styles,
    minimal_styles,
)
from poi_xl.package.xmlpart import Element, dump, elements, whole_number

# Excel's limit for a sheet's name.
_NAME_LIMIT: Final = 31
# Excel adds these to sheets and charts of ours when it saves them.
_HARMLESS: Final = MADE | {"printerSettings", "chartStyle", "chartColorStyle", "themeOverride"}
_REWRITTEN_NAMES: Final = frozenset(
    {"_xlnm.print_area", "_xlnm.print_titles", "_xlnm._filterdatabase"}
)
_DRAWN: Final = "gráficos, imágenes o formas"
# Excel draws notes and form controls by the same old means.
_NOTES: Final = "notas o controles"
_WHAT: Final = {
    "comments": _NOTES,
    "threadedComment": "comentarios",
    "vmlDrawing": _NOTES,
    "pivotTable": "una tabla dinámica",
    "ctrlProp": _NOTES,
    "control": _NOTES,
    "oleObject": "un objeto incrustado",
    "package": "un objeto incrustado",
    "slicer": "una segmentación de datos",
    "timeline": "una escala de tiempo",
    "queryTable": "una consulta externa",
    "chartUserShapes": _DRAWN,
    "diagramData": "un diagrama SmartArt",
    "customProperty": "propiedades de otro programa",
}


@dataclass(frozen=True, slots=True)
class GraftPlan:
    """What must be known before the sheets are rendered.

    Attributes:
        names: the name to render each sheet with, by key.
        owned: keys of the sheets that are there already.
        notes: what was stored with each of them.
        date1904: whether dates count from 1904.
        strict: whether the workbook is ISO strict.
        locked: whether its structure is protected against new sheets.
        problems: why the graft would be refused, all of them.
    """

    names: Mapping[str, str]
    owned: frozenset[str]
    notes: Mapping[str, str]
    date1904: bool
    strict: bool
    locked: bool
    problems: tuple[Problem, ...]


def plan_graft(package: Package, wanted: Mapping[str, str]) -> GraftPlan:
    """Say what sheets would be called, and what stands in the way.

    Args:
        package: the workbook.
        wanted: the name each sheet should have, by key. A sheet that is there already keeps the
            name that people gave it.

    Raises:
        ValueError: a key that cannot be one.
    """
    check_keys(wanted)
    owned = {key: s for key in wanted if (s := owned_sheets(package).get(key.lower()))}
    notes = stored_notes(package)
    names, problems = _names(package, wanted, owned)
    return GraftPlan(
        names,
        frozenset(owned),
        {key: notes[key.lower()] for key in owned if key.lower() in notes},
        package.date1904,
        package.dialect.strict,
        package.locked,
        (*problems, *_alien_content(package, owned)),
    )


def _names(
    package: Package, wanted: Mapping[str, str], owned: Mapping[str, Sheet]
) -> tuple[dict[str, str], list[Problem]]:
    """Return the final names, and a problem for each that somebody else's sheet has."""
    ours = {s.name.lower() for s in owned_sheets(package).values()}
    theirs = {s.name.lower() for s in package.sheets} - ours
    used = ours | theirs
    names, problems = {}, []
    for key, name in wanted.items():
        if key in owned:
            names[key] = owned[key].name
            continue
        if name.lower() in theirs:
            problems.append(problem("POI-E11", name=name))
        names[key] = free_name(name, used)
        used.add(names[key].lower())
    return names, problems


def free_name(name: str, used: Collection[str]) -> str:
    """Return a sheet's name, numbered when another sheet of ours was renamed to it.

    Args:
        name: the wanted name.
        used: names that are taken, in lower case.
    """
    free, number = name, 1
    while free.lower() in used:
        number += 1
        tail = f" ({number})"
        free = name[: _NAME_LIMIT - len(tail)] + tail
    return free


def _alien_content(package: Package, owned: Mapping[str, Sheet]) -> list[Problem]:
    """Return a problem for each of our sheets on which people put what we could not keep."""
    return [
        problem("POI-E12", sheet.name, what=" y ".join(what))
        for sheet in owned.values()
        if (what := _put_there(package, sheet))
    ]


def _put_there(package: Package, sheet: Sheet) -> list[str]:
    words = set()
    for part in package.reachable([sheet.part]):
        kinds = {r.kind for r in package.relationships(part)} - _HARMLESS
        words |= {_WHAT.get(kind, f"un elemento de tipo «{kind}»") for kind in kinds}
        is_drawing = package.content_type(part).endswith(DRAWING_TYPE)
        if is_drawing and has_unsigned_drawings(package.xml(part)):
            words.add(_DRAWN)
    return sorted(words)


def graft(
    package: Package,
    rendered: Path,
    sheets: Mapping[str, str],
    out: Path,
    *,
    notes: Mapping[str, str],
    first: int | None = None,
    recalculate: bool = False,
) -> None:
    """Write a workbook with rendered sheets in it.

    Sheets of ours that are there already are replaced where they are: same name, place, identity
    and macro name, so that formulas of other sheets still mean them. All other parts are copied
    as they are. Equal input gives equal bytes, and grafting once more changes nothing.

    Args:
        package: the workbook.
        rendered: the file with the sheets, rendered with the names of `plan_graft`.
        sheets: name of each sheet by key.
        out: the new file.
        notes: a short text to store with each sheet, by key.
        first: place for the first new sheet; nothing for the end. In the middle, sums over a span
            of sheets would take new ones in.
        recalculate: have Excel compute other sheets' formulas anew when it opens the workbook
            (it then asks to save when closing).

    Raises:
        Refusal: names are taken, people's content is on our sheets, or a part is damaged.
        ValueError: a rendering that cannot be adopted, or a call that contradicts the plan.
        OSError: `out` could not be written.
    """
    plan = plan_graft(package, sheets)
    if dict(sheets) != plan.names and not plan.problems:
        raise ValueError(f"sheets were not rendered with the planned names {plan.names}")
    rendering = Rendering(Package.open(rendered), package.dialect)
    rendering.check(list(sheets.values()), date1904=plan.date1904)
    work = _Graft(package, rendering, sheets)
    if problems := (*plan.problems, *work.taken_names()):
        raise Refusal(problems)
    work.run(notes, first)
    if recalculate:
        work.book.recalculate()
    package.write(out, work.finished(), without=work.without())


class _Graft:
    """One graft under way: what leaves, what comes, and the lists of both."""

    def __init__(self, package: Package, rendering: Rendering, sheets: Mapping[str, str]) -> None:
        self._package, self._rendering, self._sheets = package, rendering, sheets
        owned = owned_sheets(package)
        self._owned = {key: owned[key.lower()] for key in sheets if key.lower() in owned}
        self._leaving = self._old_parts()
        self._names = PartNames(set(package.names()) - self._freed() | self._kept_names())
        main = package.workbook_part
        self.book = Book(package.xml(main), package.dialect)
        self._rels = Relationships(package.xml(rels_part(main)), main, package.dialect)
        self._types = ContentTypes(package.xml(TYPES_PART))
        self._styles = StyleMap((), (), changed=False)
        self._styles_part: dict[str, bytes] = {}
        self._parts: dict[str, bytes] = {}
        self._content_types: dict[str, str] = {}
        self._pictures: dict[str, str] = {}
        self._tables = max((whole_number(t, "id") for t in self._other_tables()), default=0)

    # --- what is there --------------------------------------------------------------------------

    def _kept_names(self) -> set[str]:
        return {sheet.part for sheet in self._owned.values()}

    def _old_parts(self) -> set[str]:
        """Parts that only our old sheets lead to; a picture that others show too stays."""
        ours = self._kept_names()
        if not ours:
            return set()
        others = set(self._package.reachable([""], barred=ours))
        return set(self._package.reachable(sorted(ours))) - others

    def _freed(self) -> set[str]:
        return self._leaving | {self._package.stored_name(rels_part(p)) for p in self._leaving}

    def _other_tables(self) -> list[Element]:
        parts = self._package.parts_of_type(TABLE_TYPE)
        return [self._package.xml(part) for part in parts if part not in self._leaving]

    def taken_names(self) -> list[Problem]:
        """Return a problem for each of our tables whose name somebody else uses."""
        taken = {table.get("displayName", "").lower() for table in self._other_tables()}
        taken |= {d.name.lower() for d in self._package.defined_names if d.sheet_index is None}
        tables = self._rendering.tables(list(self._sheets.values()))
        return [problem("POI-E14", name=name) for name in tables if name.lower() in taken]

    # --- what comes -----------------------------------------------------------------------------

    def run(self, notes: Mapping[str, str], first: int | None) -> None:
        """Make all changes."""
        places = self._place_sheets(first)
        self._merge_styles()
        self._define_names(notes)
        for key, name in self._sheets.items():
            self._bring(self._rendering.sheets[name].part, places[key], key)
        self._drop_calculation_chain()
        self._types.remove(self._leaving)
        self._types.ensure_rels()
        for part, content_type in self._content_types.items():
            self._types.add(part, content_type)

    def _place_sheets(self, first: int | None) -> dict[str, str]:
        """List the new sheets; return the part of each, new or not."""
        place = len(self._package.sheets) if first is None else first
        folder = self._package.workbook_part.rpartition("/")[0]
        like = f"{folder}/worksheets/sheet1.xml".lstrip("/")
        parts = {key: sheet.part for key, sheet in self._owned.items()}
        for key, name in self._sheets.items():
            if key not in parts:
                parts[key] = self._names.fresh(like)
                identifier = self._rels.add("worksheet", parts[key])
                state = self._rendering.sheets[name].state
                self.book.add_sheet(name, identifier, state, place)
                place += 1
        self.book.settle()
        return parts

    def _merge_styles(self) -> None:
        main = self._package.workbook_part
        part = self._package.related(main, "styles")
        root = self._package.xml(part) if part else minimal_styles(self._package.dialect)
        try:
            self._styles = merge_styles(root, self._rendering.styles(), self._package.dialect)
        except WrappedError as error:
            self._package.unsupported(f"versiones alternativas de los estilos «{error}»")
        if part is None:
            part = self._new_styles_part()
        elif not self._styles.changed:
            return
        self._styles_part = {part: dump(root)}

    def _new_styles_part(self) -> str:
        folder = self._package.workbook_part.rpartition("/")[0]
        part = f"{folder}/styles.xml".lstrip("/")
        if self._package.has(part):  # there, but nothing leads to it
            part = self._names.fresh(part)
        self._rels.remove("styles")
        self._rels.add("styles", part)
        self._types.remove([part])
        self._types.add(part, STYLES_TYPE)
        return part

    def _define_names(self, notes: Mapping[str, str]) -> None:
        """Replace the names of our sheets; those that people added to them stay."""
        placed = {name: self.book.index(name) for name in self._sheets.values()}
        locals_ = local_names(self._rendering, placed)
        coming = {(n["name"].lower(), int(n["localSheetId"])) for n in locals_}
        ours = set(placed.values())
        self.book.remove_names(
            lambda name, index: (
                is_ours(name, self._sheets)
                if index is None
                else (index in ours and name.lower() in _REWRITTEN_NAMES)
                or (name.lower(), index) in coming
            )
        )
        for attributes in locals_:
            self.book.add_name(**attributes)
        for key, name in self._sheets.items():
            self.book.add_name(mark_text(name), name=MARK + key, hidden="1")
            if key in notes:
                self.book.add_name(note_text(notes[key]), name=NOTE + key, hidden="1")

    def _bring(self, part: str, name: str, key: str) -> None:
        """Bring a rendered part under a name, and what it leads to under new ones."""
        self._parts[name] = self._content(part, key)
        self._content_types[name] = self._rendering.source.content_type(part)
        where = rels_part(part)
        if not self._rendering.source.has(where):
            return
        root = self._rendering.xml(where)
        arrows = {r.id: r for r in self._rendering.source.relationships(part)}
        for box in elements(root, "Relationship"):
            arrow = arrows[box.get("Id", "")]
            if not arrow.external:
                box.set("Target", relative_target(name, self._brought(arrow, key)))
        self._parts[rels_part(name)] = dump(root)

    def _brought(self, arrow: Relationship, key: str) -> str:
        """Bring what an arrow leads to; return its new name. All sheets share one picture."""
        if arrow.target not in self._pictures:
            target = self._names.fresh(arrow.target)
            self._bring(arrow.target, target, key)
            if arrow.kind != "image":
                return target
            self._pictures[arrow.target] = target
        return self._pictures[arrow.target]

    def _content(self, part: str, key: str) -> bytes:
        if self._rendering.source.content_type(part).endswith(TABLE_TYPE):
            self._tables += 1
        root = self._rendering.converted(
            part,
            self._styles,
            selected=self.book.index(self._sheets[key]) in self.book.active(),
            code_name=self._code_name(key),
            table_id=self._tables,
        )
        return self._rendering.data(part) if root is None else dump(root)

    def _code_name(self, key: str) -> str:
        old = self._owned.get(key)
        return code_name_of(self._package.xml(old.part), self._package.dialect) if old else ""

    def _drop_calculation_chain(self) -> None:
        """Drop the list of formula cells if it names cells of a sheet that was replaced.

        Excel repairs a workbook whose list names a cell without formula; it makes a missing list
        anew, and completes one that lacks cells.
        """
        part = self._package.related(self._package.workbook_part, "calcChain")
        if part is None or not self._owned:
            return
        ours = {str(sheet.sheet_id) for sheet in self._owned.values()}
        named = {cell.get("i") for cell in elements(self._package.xml(part))}
        if named & ours:
            self._leaving.add(part)
            self._rels.remove("calcChain")

    # --- the result -----------------------------------------------------------------------------

    def finished(self) -> dict[str, bytes]:
        """Return the new content of parts: only what really changed, ours last."""
        main = self._package.workbook_part
        lists = {TYPES_PART: self._types.root, rels_part(main): self._rels.root}
        lists[main] = self.book.root
        changed = {
            part: data
            for part, root in lists.items()
            if (data := dump(root)) != dump(self._package.xml(part))
        }
        return {**changed, **self._styles_part, **self._parts}

    def without(self) -> set[str]:
        """Return the parts that leave their place."""
        return {name for part in self._leaving for name in (part, rels_part(part))}
