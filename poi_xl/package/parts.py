"""The parts of a workbook's package: what is there, how it hangs together, and writing it back."""

import errno
import posixpath
import stat
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final, NoReturn
from urllib.parse import unquote

from poi_xl.core.problems import Refusal, problem
from poi_xl.package.archive import (
    Archive,
    DamagedError,
    Member,
    NotZipError,
    made,
    same_members,
    write_zip,
)
from poi_xl.package.limits import MAX_FILE, TooLargeError
from poi_xl.package.saving import digest
from poi_xl.package.xmlpart import (
    CONTENT_TYPES,
    TRANSITIONAL,
    BadXmlError,
    Dialect,
    DtdError,
    Element,
    dialect_of,
    dump,
    elements,
    has_doctype,
    local,
    parse,
    truth,
    whole_number,
)

TYPES_PART: Final = "[Content_Types].xml"
MACRO_ENABLED: Final = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Relationship:
    """One arrow from a part to another part or to the outside.

    Attributes:
        id: its identifier.
        type: its type, an address.
        target: the part's name; for arrows to the outside, the address as written.
        external: whether it leaves the package (or points inside the part itself).
    """

    id: str
    type: str
    target: str
    external: bool = False

    @property
    def kind(self) -> str:
        """The last word of the type, which is the same in both dialects."""
        return self.type.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as the workbook lists it.

    Attributes:
        name: as on its tab.
        part: where its content is.
        kind: ``worksheet``, ``chartsheet``, ``dialogsheet``…
        state: ``visible``, ``hidden`` or ``veryHidden``.
        sheet_id: the identifier that stays with it for life.
        index: its place among all sheets, from 0.
    """

    name: str
    part: str
    kind: str
    state: str
    sheet_id: int
    index: int


@dataclass(frozen=True, slots=True)
class DefinedName:
    """A name of the workbook (`sheet_index` is nothing) or of one sheet."""

    name: str
    text: str
    sheet_index: int | None = None
    hidden: bool = False


def rels_part(part: str) -> str:
    """Return the part that holds another part's relationships (of the package for ``""``).

    Example:
        >>> rels_part("xl/workbook.xml")
        'xl/_rels/workbook.xml.rels'
    """
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", name + ".rels")


def relative_target(part: str, other: str) -> str:
    """Return how a part's relationships spell another part.

    Example:
        >>> relative_target("xl/worksheets/sheet1.xml", "xl/tables/table1.xml")
        '../tables/table1.xml'
    """
    return posixpath.relpath("/" + other, "/" + posixpath.dirname(part))


@dataclass(frozen=True)
class Package:
    """A workbook's file, read once into memory; nothing here changes it.

    Attributes:
        path: where it was read from.
        archive: its members.
        fingerprint: of the bytes read, for `saving.replace`.
        dialect: the workbook's namespaces.
        workbook_part: name of the main part.
    """

    path: Path
    archive: Archive = field(repr=False)
    fingerprint: str
    dialect: Dialect = TRANSITIONAL
    workbook_part: str = ""

    @staticmethod
    def open(path: Path) -> "Package":
        """Read a workbook.

        Raises:
            Refusal: missing, no workbook, encrypted, damaged, signed, shared, or written with
                something that would not survive.
        """
        return Package.of(path, read_whole(path))

    @staticmethod
    def of(path: Path, data: bytes) -> "Package":
        """Read a workbook's bytes; for what is refused see `open`.

        Args:
            path: where they were read from; only its name is looked at.
            data: the bytes.
        """
        package = Package(path, _archive(path, data), digest(data))
        return package._located()

    # --- parts ----------------------------------------------------------------------------------

    def has(self, part: str) -> bool:
        """Whether the part exists; case does not count."""
        return part.lower() in self.archive.by_name

    def stored_name(self, part: str) -> str:
        """Return a part's name as it is spelled in the archive, or the name itself."""
        member = self.archive.by_name.get(part.lower())
        return member.name if member else part

    def names(self) -> tuple[str, ...]:
        """Return all part names, in the archive's order."""
        return tuple(m.name for m in self.archive.members)

    def read(self, part: str) -> bytes:
        """Return a part's bytes.

        Raises:
            Refusal: it is missing or damaged.
        """
        try:
            return self._member(part).content()
        except DamagedError as error:
            self.damaged(str(error))
        except TooLargeError as error:
            self.too_large(str(error))

    def markup(self, part: str, limit: int | None = None) -> bytes:
        """Return an XML part's bytes, for those who do not make a tree of them.

        Args:
            part: its name.
            limit: only so many bytes from its beginning; all when None.

        Raises:
            Refusal: missing, damaged, or carrying a document type.
        """
        data = self.read(part) if limit is None else self.beginning(part, limit)
        if has_doctype(data):
            self._declares(part)
        return data

    def beginning(self, part: str, limit: int) -> bytes:
        """Return the first bytes of a part that may be huge, without inflating the rest.

        Raises:
            Refusal: it is missing or damaged.
        """
        try:
            return self._member(part).beginning(limit)
        except DamagedError as error:
            self.damaged(str(error))

    def size(self, part: str) -> int:
        """Return the declared inflated size of a part.

        Raises:
            Refusal: it is missing.
        """
        return self._member(part).info.file_size

    def _member(self, part: str) -> Member:
        member = self.archive.by_name.get(part.lower())
        if member is None:
            self.damaged(f"falta la parte «{part}»")
        return member

    def xml(self, part: str) -> Element:
        """Return a part's root element, a new tree each time.

        Raises:
            Refusal: missing, damaged, or carrying a document type.
        """
        try:
            return parse(self.read(part))
        except BadXmlError:
            self.damaged(f"la parte «{part}» no es XML válido")
        except DtdError:
            self._declares(part)
        except TooLargeError as error:
            self.too_large(f"la parte «{part}» tiene {error}")

    def _declares(self, part: str) -> NoReturn:
        self.unsupported(f"una declaración DTD en «{part}»")

    # --- how they hang together -----------------------------------------------------------------

    @cached_property
    def _types(self) -> tuple[dict[str, str], dict[str, str]]:
        """Content types by lower-case part name and by extension."""
        parts: dict[str, str] = {}
        extensions: dict[str, str] = {}
        for entry in elements(self.xml(TYPES_PART)):
            kind = entry.get("ContentType", "")
            if local(entry) == "Override":
                parts[unquote(entry.get("PartName", "")).lstrip("/").lower()] = kind
            else:
                extensions[entry.get("Extension", "").lower()] = kind
        return parts, extensions

    def content_type(self, part: str) -> str:
        """Return a part's content type; empty when none is declared."""
        parts, extensions = self._types
        lower = part.lower()
        return parts.get(lower) or extensions.get(lower.rpartition(".")[2], "")

    def parts_of_type(self, ending: str) -> tuple[str, ...]:
        """Return the parts whose content type ends so."""
        return tuple(n for n in self.names() if self.content_type(n).endswith(ending))

    @cached_property
    def _relationships(self) -> dict[str, tuple[Relationship, ...]]:
        return {}

    def relationships(self, part: str = "") -> tuple[Relationship, ...]:
        """Return the relationships of a part, of the package itself for ``""``."""
        known = self._relationships
        if part not in known:
            where = rels_part(part)
            boxes = elements(self.xml(where), "Relationship") if self.has(where) else ()
            known[part] = tuple(self._relationship(part, entry) for entry in boxes)
        return known[part]

    def _relationship(self, part: str, entry: Element) -> Relationship:
        target = entry.get("Target", "")
        # "#Sheet!A1" is a jump inside the workbook, which some writers do not call external.
        outside = entry.get("TargetMode") == "External" or target.startswith("#")
        if not outside:
            path = unquote(target.partition("#")[0]).replace("\\", "/")
            joined = posixpath.join("/" + posixpath.dirname(part), path)
            target = self.stored_name(posixpath.normpath(joined).lstrip("/"))
        return Relationship(entry.get("Id", ""), entry.get("Type", ""), target, outside)

    def related(self, part: str, kind: str) -> str | None:
        """Return the existing part that a relationship of this kind leads to, if any."""
        targets = (r.target for r in self.relationships(part) if r.kind == kind and not r.external)
        return next((t for t in targets if self.has(t)), None)

    def reachable(self, starts: Iterable[str], barred: Collection[str] = ()) -> tuple[str, ...]:
        """Return the parts that relationships lead to from some parts, these included.

        Args:
            starts: where to begin; ``""`` is the package itself.
            barred: parts not to enter.
        """
        seen: dict[str, None] = {}
        todo = list(starts)
        while todo:
            part = todo.pop(0)
            if part in seen or part in barred or (part and not self.has(part)):
                continue
            seen[part] = None
            todo += [r.target for r in self.relationships(part) if not r.external]
        return tuple(seen)

    # --- the workbook ---------------------------------------------------------------------------

    @cached_property
    def _workbook(self) -> Element:
        return self.xml(self.workbook_part)

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets in the order of their tabs.

        Raises:
            Refusal: one of them has no part.
        """
        arrows = {r.id: r for r in self.relationships(self.workbook_part)}
        boxes = elements(self._workbook.find(self.dialect.tag("sheets")), "sheet")
        return tuple(self._sheet(arrows, i, box) for i, box in enumerate(boxes))

    def _sheet(self, arrows: Mapping[str, Relationship], index: int, box: Element) -> Sheet:
        name = box.get("name", "")
        arrow = arrows.get(box.get(self.dialect.id_attribute, ""))
        if arrow is None or not self.has(arrow.target):
            self.damaged(f"la hoja «{name}» no tiene contenido")
        sheet_id = whole_number(box, "sheetId")
        if not sheet_id:
            self.damaged(f"la hoja «{name}» no tiene identificador")
        return Sheet(name, arrow.target, arrow.kind, box.get("state", "visible"), sheet_id, index)

    @cached_property
    def defined_names(self) -> tuple[DefinedName, ...]:
        """All defined names, in the file's order."""
        boxes = elements(self._workbook.find(self.dialect.tag("definedNames")), "definedName")
        return tuple(_defined_name(box) for box in boxes)

    @property
    def date1904(self) -> bool:
        """Whether dates count from 1904."""
        return self._flag("workbookPr", "date1904")

    @property
    def locked(self) -> bool:
        """Whether the structure (adding, moving, removing sheets) is protected."""
        return self._flag("workbookProtection", "lockStructure")

    def _flag(self, element: str, attribute: str) -> bool:
        found = self._workbook.find(self.dialect.tag(element))
        return found is not None and truth(found.get(attribute))

    # --- writing --------------------------------------------------------------------------------

    def write(
        self, out: Path, parts: Mapping[str, bytes], *, without: Collection[str] = ()
    ) -> None:
        """Write the package with some parts replaced, added or left out.

        Everything else is copied as it is, in its order; new parts come last. The written file is
        read again and compared before this returns.

        Args:
            out: the new file; not the one that was read.
            parts: new content by part name; an existing part keeps its place.
            without: parts to leave out; one that is in `parts` too moves to the end.

        Raises:
            ValueError: `out` is the file that was read.
            OSError: it could not be written.
        """
        if out.exists() and self.path.exists() and out.samefile(self.path):
            raise ValueError("a package is never written over itself")
        members = self._members(parts, {name.lower() for name in without})
        with out.open("wb") as target:
            write_zip(target, members, self.archive.comment)
        if not same_members(Archive.read(out.read_bytes()).members, members):
            raise OSError("the file does not read back as it was written")

    def _members(self, parts: Mapping[str, bytes], without: Collection[str]) -> list[Member]:
        fresh = {name.lower(): (name, data) for name, data in parts.items()}
        kept = []
        for member in self.archive.members:
            name = member.name.lower()
            if name in without:
                continue
            new = fresh.pop(name, None)
            kept.append(made(member.info.orig_filename, new[1]) if new else member)
        return kept + [made(name, data) for name, data in fresh.values()]

    # --- refusing -------------------------------------------------------------------------------

    def damaged(self, detail: str) -> NoReturn:
        """Refuse a damaged file."""
        raise Refusal(problem("POI-E04", file=self.path.name, detail=detail))

    def too_large(self, detail: str) -> NoReturn:
        """Refuse a file that is larger than what is taken in."""
        raise Refusal(problem("POI-E170", file=self.path.name, detail=detail))

    def unsupported(self, detail: str) -> NoReturn:
        """Refuse a file with something that would not survive."""
        raise Refusal(problem("POI-E15", file=self.path.name, detail=detail))

    def _located(self) -> "Package":
        """Return the package with its workbook found, after all checks."""
        self._check_content()
        main = self._main_part()
        self._check_kind(main)
        root = self.xml(main)
        dialect = dialect_of(root)
        if local(root) != "workbook":
            raise Refusal(problem("POI-E02", file=self.path.name, detail="no contiene un libro"))
        if dialect is None:
            self.unsupported("un formato anterior o desconocido")
        located = Package(self.path, self.archive, self.fingerprint, dialect, main)
        located._check_unshared()
        if not located.sheets:
            located.damaged("no tiene hojas")
        return located

    def _check_content(self) -> None:
        if not self.has(TYPES_PART) and not self.has(rels_part("")):
            is_office = self.has("mimetype") and b"opendocument" in self.beginning("mimetype", 99)
            detail = "es un documento de LibreOffice" if is_office else "no contiene un libro"
            raise Refusal(problem("POI-E02", file=self.path.name, detail=detail))
        climbing = next((name for name in self.names() if _leads_out(name)), None)
        if climbing is not None:
            self.damaged(f"tiene una parte con un nombre imposible, «{climbing}»")

    def _main_part(self) -> str:
        targets = [r.target for r in self.relationships() if r.kind == "officeDocument"]
        if not targets:
            self.damaged("no dice cuál es su parte principal")
        return targets[0]

    def _check_kind(self, main: str) -> None:
        if "sheet.binary" in self.content_type(main) or main.lower().endswith(".bin"):
            self.unsupported("el formato binario .xlsb")
        if any("digital-signature" in r.type for r in self.relationships()):
            raise Refusal(problem("POI-E08", file=self.path.name))

    def _check_unshared(self) -> None:
        kinds = {r.kind for r in self.relationships(self.workbook_part)}
        if "revisionHeaders" in kinds or any("/revisions/" in n.lower() for n in self.names()):
            raise Refusal(problem("POI-E09", file=self.path.name))


def _leads_out(name: str) -> bool:
    """Whether a part's name would lead elsewhere, if somebody wrote it as a file."""
    return ":" in name or "\0" in name or not {".", ".."}.isdisjoint(name.split("/"))


def _defined_name(box: Element) -> DefinedName:
    is_local = box.get("localSheetId") is not None
    return DefinedName(
        box.get("name", ""),
        box.text or "",
        whole_number(box, "localSheetId", -1) if is_local else None,
        truth(box.get("hidden")),
    )


def read_whole(path: Path) -> bytes:
    """Return a file's bytes.

    Raises:
        Refusal: missing, unreadable, too large, or nothing that has an end.
    """
    try:
        status = path.stat()
        # Reading a pipe would wait for ever, and /dev/zero never ends.
        if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
            raise Refusal(problem("POI-E02", file=path.name, detail="no es un archivo"))
        if status.st_size > MAX_FILE:
            detail = f"ocupa {status.st_size >> 20:,} MB"
            raise Refusal(problem("POI-E170", file=path.name, detail=detail))
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Refusal(problem("POI-E01", file=path.name)) from error
    except IsADirectoryError as error:
        raise Refusal(problem("POI-E02", file=path.name, detail="es una carpeta")) from error
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise Refusal(problem("POI-E01", file=path.name)) from error
        owner = " o no se tiene permiso para leerlo"
        raise Refusal(problem("POI-E05", file=path.name, owner=owner)) from error


def _archive(path: Path, data: bytes) -> Archive:
    if data.startswith(_OLE):
        raise Refusal(problem("POI-E03", file=path.name))
    try:
        archive = Archive.read(data)
    except NotZipError as error:
        detail = "está vacío" if not data else "no es un archivo zip o está cortado"
        raise Refusal(problem("POI-E02", file=path.name, detail=detail)) from error
    except DamagedError as error:
        raise Refusal(problem("POI-E04", file=path.name, detail=str(error))) from error
    except TooLargeError as error:
        raise Refusal(problem("POI-E170", file=path.name, detail=str(error))) from error
    return archive


def macro_enabled(package: Package) -> bytes:
    """Return the content-types part that makes the workbook one with macros.

    Example:
        >>> package.write(out, {TYPES_PART: macro_enabled(package)})  # doctest: +SKIP
    """
    root = package.xml(TYPES_PART)
    main = "/" + package.workbook_part
    for entry in elements(root, "Override"):
        if unquote(entry.get("PartName", "")).lower() == main.lower():
            entry.set("ContentType", MACRO_ENABLED)
            return dump(root)
    entry = root.makeelement(f"{{{CONTENT_TYPES}}}Override")
    entry.set("PartName", main)
    entry.set("ContentType", MACRO_ENABLED)
    root.append(entry)
    return dump(root)
