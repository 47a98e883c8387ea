"""Bringing our cell formats into somebody else's style sheet: appended, never moved.

Cells point at formats by position, so what is there must stay where it is. An equal entry is used
again, so that regenerating a sheet a hundred times adds nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Final

from lxml import etree

from poi_xl.core.problems import Refusal, problem
from poi_xl.package.xmlpart import (
    Dialect,
    Element,
    elements,
    ensure_child,
    local,
    parse,
    whole_number,
)

# Excel's own limit on the formats of one workbook.
MAX_CELL_FORMATS: Final = 65_490
STYLES_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_ORDER: Final = (
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
)
_APPLY: Final = tuple(
    f"apply{what}" for what in ("NumberFormat", "Font", "Fill", "Border", "Alignment", "Protection")
)
_FLAGS: Final = frozenset({"b", "i", "strike", "outline", "shadow", "condense", "extend"})
_FIRST_FREE_FORMAT: Final = 164
# The number formats that are known by their number alone, as the standard lists them.
_BUILT_IN: Final = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "m/d/yyyy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "m/d/yyyy h:mm",
    37: "#,##0_);(#,##0)",
    38: "#,##0_);[Red](#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);[Red](#,##0.00)",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
}
# Colours of the theme that the rendering was made with, in the order that cells number them.
_THEME: Final = (
    "FFFFFFFF",
    "FF000000",
    "FFEEECE1",
    "FF1F497D",
    "FF4F81BD",
    "FFC0504D",
    "FF9BBB59",
    "FF8064A2",
    "FF4BACC6",
    "FFF79646",
    "FF0000FF",
    "FF800080",
)
_SKELETON: Final = """<styleSheet xmlns="{main}">
<fonts count="1"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill>
<fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>"""

Key = tuple[object, ...]


class WrappedError(ValueError):
    """A collection of styles stands inside alternate content, so that positions are ambiguous."""


@dataclass(frozen=True, slots=True)
class StyleMap:
    """Where our formats are in the merged style sheet.

    Attributes:
        cells: new position of each of our cell formats.
        differences: new position of each of our differential formats.
        changed: whether anything had to be added.
    """

    cells: tuple[int, ...]
    differences: tuple[int, ...]
    changed: bool


def minimal_styles(dialect: Dialect) -> Element:
    """Return the style sheet of a workbook that has none."""
    return parse(_SKELETON.replace("\n", "").format(main=dialect.main).encode())


def merge_styles(root: Element, ours: Element, dialect: Dialect) -> StyleMap:
    """Add the rendered formats to a style sheet, in place.

    Args:
        root: the workbook's style sheet.
        ours: the rendered one, in the same dialect.
        dialect: of both.

    Raises:
        Refusal: the workbook is at Excel's limit of formats.
        WrappedError: the style sheet holds alternate versions of a collection.
    """
    return _Merge(root, ours, dialect).run()


def pin_colours(root: Element) -> None:
    """Replace theme colours and theme fonts by what they stand for, in place.

    Ours must look the same in an institution's theme.

    Raises:
        ValueError: a tinted theme colour, which the renderer must not use.
    """
    for element in root.iter():
        theme = element.get("theme")
        if theme is not None:
            if element.get("tint"):
                raise ValueError("tinted theme colour in a rendering")
            element.set("rgb", _THEME[int(theme)])
            del element.attrib["theme"]
    for scheme in [e for e in root.iter() if local(e) == "scheme"]:
        scheme.getparent().remove(scheme)  # type: ignore[union-attr] # found below the root


def style_key(element: Element) -> Key:
    """Return what an entry means: two with the same key look the same."""
    children = (style_key(child) for child in elements(element))
    name = local(element)
    # The children of a font come in any order, and saying "not bold" is saying nothing.
    if name in ("font", "rPr"):
        return name, (), tuple(sorted((c for c in children if c[1] != _OFF), key=repr))
    return name, _attributes(name, element), tuple(children)


_OFF: Final = (("val", "0"),)


def _attributes(name: str, element: Element) -> Key:
    values = {key: _plain(key, value) for key, value in element.items()}
    if name in _FLAGS:
        values.setdefault("val", "1")
    if name == "xf":
        # Excel leaves these out when it saves; missing means the same in a cell's format.
        for flag in _APPLY:
            values.setdefault(flag, "1")
    return tuple(sorted(values.items()))


def _plain(key: str, value: str) -> str:
    if key == "rgb":
        return value.upper()
    return {"true": "1", "false": "0"}.get(value, value)


class _Pool:
    """One collection of the style sheet, which finds an equal entry or appends."""

    def __init__(self, box: Element) -> None:
        self._box = box
        self._places: dict[Key, int] = {}
        self.size = 0
        for entry in elements(box):
            self._places.setdefault(style_key(entry), self.size)
            self.size += 1

    def place(self, entry: Element) -> int:
        """Return the position of an entry, appended if there is no equal one."""
        key = style_key(entry)
        if key not in self._places:
            self._places[key] = self.size
            self._box.append(entry)
            self.size += 1
            self._box.set("count", str(self.size))
        return self._places[key]


class _NumberFormats:
    """The number formats of the style sheet, found by their code."""

    def __init__(self, root: Element, dialect: Dialect) -> None:
        self._root, self._dialect = root, dialect
        # Excel in some Asian languages writes the collection twice, in alternate content.
        self._boxes = list(root.iter(dialect.tag("numFmts")))
        self._codes = _declared_formats(self._boxes)
        self._ids: dict[str, int] = {}
        for number, code in self._codes.items():
            self._ids.setdefault(code, number)
        self.changed = False

    def place(self, number: int, code: str | None) -> int:
        """Return the identifier under which a format of ours is known here.

        Args:
            number: its identifier in the rendering.
            code: its code, nothing for a built-in one.
        """
        if code is None:
            theirs = self._codes.get(number)
            # Writers in other languages give built-in numbers another meaning.
            if theirs is None or theirs == _BUILT_IN.get(number, theirs):
                return number
            code = _BUILT_IN[number]
        if code not in self._ids:
            self._add(code)
        return self._ids[code]

    def _add(self, code: str) -> None:
        number = max([_FIRST_FREE_FORMAT - 1, *self._codes]) + 1
        if not self._boxes:
            self._boxes = [ensure_child(self._root, self._dialect, "numFmts", _ORDER)]
        for box in self._boxes:
            entry = etree.SubElement(box, self._dialect.tag("numFmt"))
            entry.set("numFmtId", str(number))
            entry.set("formatCode", code)
            box.set("count", str(sum(1 for _ in elements(box))))
        self._codes[number], self._ids[code], self.changed = code, number, True


def _declared_formats(boxes: Iterable[Element]) -> dict[int, str]:
    return {
        whole_number(entry, "numFmtId"): entry.get("formatCode", "")
        for box in boxes
        for entry in elements(box, "numFmt")
    }


class _Merge:
    """One merging of our style sheet into another."""

    def __init__(self, root: Element, ours: Element, dialect: Dialect) -> None:
        self._root, self._ours, self._dialect = root, deepcopy(ours), dialect
        self._check_unwrapped()
        pin_colours(self._ours)
        self._formats = _NumberFormats(root, dialect)
        self._our_codes = _declared_formats(self._boxes("numFmts"))
        self._changed = False

    def run(self) -> StyleMap:
        maps = {
            "fontId": self._pool("fonts"),
            "fillId": self._pool("fills"),
            "borderId": self._pool("borders"),
        }
        self._complete()
        cells = self._pool("cellXfs", lambda xf: self._remap(xf, maps))
        differences = self._pool("dxfs", self._remap_difference)
        return StyleMap(cells, differences, self._changed or self._formats.changed)

    def _boxes(self, name: str) -> list[Element]:
        return self._ours.findall(self._dialect.tag(name))

    def _check_unwrapped(self) -> None:
        for name in ("fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "dxfs"):
            found = self._root.iter(self._dialect.tag(name))
            if any(box.getparent() is not self._root for box in found):
                raise WrappedError(name)

    def _pool(
        self, name: str, prepare: Callable[[Element], None] = lambda _: None
    ) -> tuple[int, ...]:
        """Place all our entries of one collection."""
        ours = [entry for box in self._boxes(name) for entry in elements(box)]
        if not ours:
            return ()
        pool = _Pool(ensure_child(self._root, self._dialect, name, _ORDER))
        before = pool.size
        for entry in ours:
            prepare(entry)
        places = tuple(pool.place(entry) for entry in ours)
        self._changed |= pool.size != before
        if name == "cellXfs" and before < pool.size > MAX_CELL_FORMATS:
            raise Refusal(problem("POI-E18"))
        return places

    def _complete(self) -> None:
        """Add what some writers leave out and a cell format refers to."""
        for name in ("cellStyleXfs", "cellStyles"):
            if self._root.find(self._dialect.tag(name)) is None:
                box = ensure_child(self._root, self._dialect, name, _ORDER)
                model = minimal_styles(self._dialect).find(self._dialect.tag(name))
                box.extend(list(elements(model)))
                box.set("count", "1")
                self._changed = True

    def _normal(self) -> str:
        """The style that unstyled cells have, wherever this workbook keeps it."""
        box = self._root.find(self._dialect.tag("cellStyles"))
        found = (s.get("xfId", "0") for s in elements(box) if s.get("builtinId") == "0")
        return next(found, "0")

    def _remap(self, xf: Element, maps: Mapping[str, tuple[int, ...]]) -> None:
        for attribute, places in maps.items():
            xf.set(attribute, str(places[int(xf.get(attribute, "0"))]))
        xf.set("numFmtId", str(self._number_format(int(xf.get("numFmtId", "0")))))
        xf.set("xfId", self._normal())
        # LibreOffice honours these, and the Normal style of the workbook is not ours.
        for flag in _APPLY:
            xf.set(flag, "1")

    def _number_format(self, number: int) -> int:
        return self._formats.place(number, self._our_codes.get(number))

    def _remap_difference(self, dxf: Element) -> None:
        for entry in elements(dxf, "numFmt"):
            number = int(entry.get("numFmtId", "0"))
            entry.set("numFmtId", str(self._formats.place(number, entry.get("formatCode"))))
