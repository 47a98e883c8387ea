"""Reading and writing the XML parts of a workbook without losing anything in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree
from lxml.etree import _Element

from poi_xl.package.limits import MAX_TREE_MARKS, TooLargeError

Element = _Element
PACKAGE_RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"

_LONGEST_NUMBER: Final = 10  # no number of the format has more digits
_DOCTYPES: Final = tuple("<!DOCTYPE".encode(e) for e in ("ascii", "utf-16-le", "utf-16-be"))


class BadXmlError(ValueError):
    """The bytes are not well-formed XML."""


class DtdError(ValueError):
    """The part declares a document type, which no workbook needs and attacks are made of."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One of the two sets of namespaces that workbooks are written in.

    Attributes:
        main: namespace of the spreadsheet elements.
        office: namespace of ``r:id``, and prefix of the relationship types.
    """

    main: str
    office: str

    @property
    def strict(self) -> bool:
        """Whether it is the ISO strict one."""
        return self == STRICT

    def tag(self, name: str) -> str:
        """Return a spreadsheet element's qualified name."""
        return f"{{{self.main}}}{name}"

    @property
    def id_attribute(self) -> str:
        """The qualified name of ``r:id``."""
        return f"{{{self.office}}}id"

    def relationship(self, kind: str) -> str:
        """Return a relationship's type from its last word."""
        return f"{self.office}/{kind}"


TRANSITIONAL: Final = Dialect(
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
)
STRICT: Final = Dialect(
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
_DRAWINGML: Final = ("main", "chart", "spreadsheetDrawing")
# Longest first is not needed: none of these is the beginning of another.
_TO_STRICT: Final = (
    (TRANSITIONAL.main, STRICT.main),
    (TRANSITIONAL.office, STRICT.office),
    *(
        (
            f"http://schemas.openxmlformats.org/drawingml/2006/{name}",
            f"http://purl.oclc.org/ooxml/drawingml/{name}",
        )
        for name in _DRAWINGML
    ),
)


def dialect_of(root: Element) -> Dialect | None:
    """Return the dialect a root element is written in, or nothing for an unknown one."""
    namespace = etree.QName(root).namespace
    return next((d for d in (TRANSITIONAL, STRICT) if d.main == namespace), None)


def in_dialect(data: bytes, dialect: Dialect) -> bytes:
    """Return one of our (transitional) parts in another dialect."""
    if dialect.strict:
        for ours, theirs in _TO_STRICT:
            data = data.replace(ours.encode(), theirs.encode())
    return data


def has_doctype(data: bytes) -> bool:
    """Whether a part declares a document type."""
    # To look for one sign costs nearly nothing, and most parts have it nowhere.
    return b"!" in data and any(mark in data for mark in _DOCTYPES)


def parse(data: bytes) -> Element:
    """Return the root of an XML part, whatever its encoding.

    Raises:
        DtdError: it declares a document type; found before parsing, since entities in attributes
            would be expanded even by a careful parser.
        BadXmlError: it is not well formed.
        TooLargeError: its tree would fill the memory.
    """
    if has_doctype(data):
        raise DtdError
    if data.count(b"<") + data.count(b"=") > MAX_TREE_MARKS:
        raise TooLargeError("demasiados elementos")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadXmlError(str(error)) from error
    if root.getroottree().docinfo.doctype:
        raise DtdError
    return root


def dump(root: Element) -> bytes:
    """Return the bytes of a part, with everything outside its root kept."""
    return etree.tostring(
        root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True
    )


def spelled(element: Element) -> bytes:
    """Return an element in the one spelling that all equal ones have."""
    return etree.tostring(element, method="c14n")


def local(element: Element) -> str:
    """Return an element's name without namespace; empty for comments and instructions."""
    tag: object = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def elements(box: Element | None, name: str = "") -> Iterator[Element]:
    """Yield the child elements, of one name when given; comments and instructions are left out."""
    for child in () if box is None else box:
        here = local(child)
        if here and name in ("", here):
            yield child


def truth(value: str | None) -> bool:
    """Return what an XML boolean says; absent is false."""
    return value in ("1", "true")


def whole_number(element: Element, attribute: str, default: int = 0) -> int:
    """Return a whole number that somebody else wrote; the default when it is none."""
    value = element.get(attribute, "").strip()
    is_number = value.isascii() and value.isdecimal() and len(value) <= _LONGEST_NUMBER
    return int(value) if is_number else default


def ensure_child(root: Element, dialect: Dialect, name: str, order: Sequence[str]) -> Element:
    """Return a child, made in the place that the schema gives it when it is missing.

    Args:
        root: parent.
        dialect: of the parent.
        name: the child's local name, which is in `order`.
        order: the schema's sequence of the parent's children.
    """
    found = root.find(dialect.tag(name))
    if found is not None:
        return found
    before = order[: order.index(name)]
    place = max((i + 1 for i, child in enumerate(root) if local(child) in before), default=0)
    made = etree.Element(dialect.tag(name))
    root.insert(place, made)
    return made


def drop(element: Element) -> None:
    """Remove an element from its parent; text that followed it stays."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail and element.tail.strip():  # pragma: no cover - no schema has mixed content
        raise BadXmlError("text between elements")
    parent.remove(element)
