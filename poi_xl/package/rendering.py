"""The rendered workbook: what it may hold, and its parts rewritten for the workbook they go to."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Final

from lxml import etree

from poi_xl.package.parts import Package, Relationship, Sheet
from poi_xl.package.styles import StyleMap, pin_colours
from poi_xl.package.xmlpart import Dialect, Element, elements, in_dialect, local, parse, truth

# What a rendered sheet may lead to; anything else would have to be merged into the workbook.
MADE: Final = frozenset({"drawing", "chart", "image", "table", "hyperlink"})
_BOOK: Final = frozenset({"worksheet", "styles", "sharedStrings", "theme"})
# By it our charts and pictures are told from those that people add to our sheets.
DRAWING_PREFIX: Final = "poi_xl "
TABLE_TYPE: Final = ".table+xml"
DRAWING_TYPE: Final = ".drawing+xml"
_SHEET_TYPE: Final = ".worksheet+xml"
_MARKED_DIFFERENCE: Final = ("cfRule", "colorFilter", "sortCondition")


class Rendering:
    """A file of the renderer, whose sheets are to be taken into a workbook.

    Args:
        source: the rendered file.
        dialect: the one of the workbook that its sheets go to.
    """

    def __init__(self, source: Package, dialect: Dialect) -> None:
        self.source, self._dialect = source, dialect
        self.sheets = {s.name: s for s in source.sheets}
        self.strings = self._strings()

    def check(self, names: Sequence[str], *, date1904: bool) -> None:
        """Refuse a rendering that cannot be adopted sheet by sheet.

        Raises:
            ValueError: a mistake in the renderer or in the call; never the user's doing.
        """
        missing = [name for name in names if name not in self.sheets]
        if missing or len(set(names)) != len(names):
            raise ValueError(f"sheets not in the rendering, or twice: {missing or names}")
        kinds = {r.kind for r in self.source.relationships(self.source.workbook_part)}
        for name in names:
            kinds |= {r.kind for r in self._arrows(self.sheets[name])}
        if alien := kinds - _BOOK - MADE:
            raise ValueError(f"the rendering needs the whole workbook: {sorted(alien)}")
        if any(d.sheet_index is None for d in self.source.defined_names):
            raise ValueError("a workbook-scoped name in the rendering")
        if self.source.date1904 != date1904:
            raise ValueError("the rendering counts dates from another day than the workbook")

    def _arrows(self, sheet: Sheet) -> Iterator[Relationship]:
        for part in self.source.reachable([sheet.part]):
            yield from self.source.relationships(part)

    def tables(self, names: Sequence[str]) -> list[str]:
        """Return the names of the tables on some of the sheets."""
        parts = self.source.reachable([self.sheets[name].part for name in names])
        return [
            self.source.xml(part).get("displayName", "")
            for part in parts
            if self.source.content_type(part).endswith(TABLE_TYPE)
        ]

    def xml(self, part: str) -> Element:
        """Return the root of a rendered part, in the workbook's dialect."""
        return parse(self.data(part))

    def data(self, part: str) -> bytes:
        """Return the bytes of a rendered part, in the workbook's dialect."""
        data = self.source.read(part)
        is_xml = self.source.content_type(part).endswith("xml") or part.endswith(".rels")
        return in_dialect(data, self._dialect) if is_xml else data

    def styles(self) -> Element:
        """Return the root of the rendered style sheet.

        Raises:
            ValueError: there is none.
        """
        part = self.source.related(self.source.workbook_part, "styles")
        if part is None:
            raise ValueError("a rendering without styles")
        return self.xml(part)

    def _strings(self) -> list[Element]:
        part = self.source.related(self.source.workbook_part, "sharedStrings")
        return list(elements(self.xml(part), "si")) if part else []

    def converted(
        self, part: str, styles: StyleMap, *, selected: bool, code_name: str, table_id: int
    ) -> Element | None:
        """Return a part rewritten for the workbook, or nothing if it goes as it is.

        Args:
            part: name in the rendering.
            styles: where its formats are in the workbook.
            selected: whether a sheet is the one shown.
            code_name: a sheet's name among the macros.
            table_id: the number for a table.
        """
        kind = self.source.content_type(part)
        if kind.endswith(_SHEET_TYPE):
            root = self.xml(part)
            convert_sheet(root, self._dialect, styles, self.strings)
            _show(root, self._dialect, selected=selected)
            _name_code(root, self._dialect, code_name)
            return root
        if kind.endswith(TABLE_TYPE):
            root = self.xml(part)
            convert_table(root, styles, table_id)
            return root
        if kind.endswith(DRAWING_TYPE):
            root = self.xml(part)
            sign_drawings(root)
            return root
        return None


def convert_sheet(
    root: Element, dialect: Dialect, styles: StyleMap, strings: Sequence[Element]
) -> None:
    """Point a sheet's cells at the merged formats, and let it carry its own texts."""
    tag = dialect.tag
    for cell in root.iter(tag("c")):
        # A cell without format would take the workbook's default one, which is another font.
        cell.set("s", str(styles.cells[int(cell.get("s", "0"))]))
        if cell.get("t") == "s":
            _inline(cell, dialect, strings)
    for element in root.iter(tag("row"), tag("col")):
        attribute = "s" if local(element) == "row" else "style"
        if element.get(attribute) is not None:
            element.set(attribute, str(styles.cells[int(element.get(attribute, "0"))]))
    for element in root.iter(*map(tag, _MARKED_DIFFERENCE)):
        _point(element, ("dxfId",), styles)
    pin_colours(root)


def _inline(cell: Element, dialect: Dialect, strings: Sequence[Element]) -> None:
    """Put a shared text into its cell, so that the workbook's shared texts stay untouched."""
    value = cell.find(dialect.tag("v"))
    if value is None:
        return
    text = etree.Element(dialect.tag("is"))
    text.extend(deepcopy(piece) for piece in elements(strings[int(value.text or "0")]))
    cell.replace(value, text)
    cell.set("t", "inlineStr")


def _point(element: Element, attributes: Sequence[str], styles: StyleMap) -> None:
    for attribute in attributes:
        value = element.get(attribute)
        if value is not None:
            element.set(attribute, str(styles.differences[int(value)]))


def _show(root: Element, dialect: Dialect, *, selected: bool) -> None:
    """Select the sheet only if it is the one shown: two selected sheets are edited together."""
    for view in root.iter(dialect.tag("sheetView")):
        view.attrib.pop("tabSelected", None)
        if selected:
            view.set("tabSelected", "1")


def _name_code(root: Element, dialect: Dialect, code_name: str) -> None:
    """Keep the name by which the workbook's macros know the sheet; never give one."""
    properties = root.find(dialect.tag("sheetPr"))
    if properties is not None:
        properties.attrib.pop("codeName", None)
    if code_name:
        if properties is None:
            properties = etree.Element(dialect.tag("sheetPr"))
            root.insert(0, properties)
        properties.set("codeName", code_name)


def code_name_of(root: Element, dialect: Dialect) -> str:
    """Return the name by which macros know a sheet; empty if it has none."""
    properties = root.find(dialect.tag("sheetPr"))
    return "" if properties is None else properties.get("codeName", "")


def convert_table(root: Element, styles: StyleMap, number: int) -> None:
    """Give a table a number of its own and the merged formats."""
    root.set("id", str(number))
    for element in root.iter():
        names = [str(a) for a in element.attrib if a == "dxfId" or str(a).endswith("DxfId")]
        _point(element, names, styles)


def sign_drawings(root: Element) -> None:
    """Mark charts and pictures as ours."""
    for element in _drawn(root):
        name = element.get("name", "")
        if not name.startswith(DRAWING_PREFIX):
            element.set("name", DRAWING_PREFIX + name)


def has_unsigned_drawings(root: Element) -> bool:
    """Whether somebody else's charts, pictures or shapes are among ours."""
    return any(not e.get("name", "").startswith(DRAWING_PREFIX) for e in _drawn(root))


def _drawn(root: Element) -> Iterator[Element]:
    return (e for e in root.iter() if local(e) == "cNvPr" and not truth(e.get("hidden")))


def local_names(rendering: Rendering, placed: Mapping[str, int]) -> list[dict[str, str]]:
    """Return the names that belong to adopted sheets, as attributes with their text.

    Args:
        rendering: where they are.
        placed: the place of each adopted sheet in the workbook.
    """
    found = []
    titles = [s.name for s in rendering.source.sheets]
    for name in rendering.source.defined_names:
        sheet = titles[name.sheet_index or 0]
        if sheet in placed:
            attributes = {"name": name.name, "localSheetId": str(placed[sheet])}
            attributes |= {"hidden": "1"} if name.hidden else {}
            found.append({"text": name.text, **attributes})
    return found
