"""Columns shown or hidden in a sheet, its printed headers and footers; all else byte for byte.

What is shown and later hidden again leaves no trace: columns that look alike are one entry of the
file again, and a text that the workbook shares is shared again.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from copy import deepcopy
from typing import Final

from lxml import etree

from poi_xl.package.cell_contents import Cell, placed_cells
from poi_xl.package.parts import Package, Sheet
from poi_xl.package.xmlpart import Element, drop, dump, elements, local, truth, whole_number

_HEADER_BOXES: Final = "headerFooter"
_SIDE: Final = re.compile(r"&&|&([LCR])")
# Which header or footer, as ``oddFooter``, and which side of it: L, C or R.
Section = tuple[str, str]


def hidden_columns(package: Package, sheet: Sheet) -> frozenset[int]:
    """Return the hidden columns of a sheet, from 1.

    Raises:
        Refusal: the sheet is damaged.
    """
    boxes = (b for b in _columns(package.xml(sheet.part)) if truth(b.get("hidden")))
    return frozenset(column for box in boxes for column in _span(box))


def printed_texts(package: Package, sheet: Sheet) -> list[str]:
    """Return the headers and footers of a sheet, as the file codes them.

    Raises:
        Refusal: the sheet is damaged.
    """
    return [box.text or "" for box in _printed(package.xml(sheet.part))]


def printed_sections(package: Package, sheet: Sheet) -> dict[Section, str]:
    """Return the pieces of a sheet's headers and footers, coded as in the file.

    Raises:
        Refusal: the sheet is damaged.
    """
    return {
        (local(box), side): text
        for box in _printed(package.xml(sheet.part))
        for side, text in sides(box.text or "").items()
    }


def sides(text: str) -> dict[str, str]:
    """Return what a header or footer says at the left, in the centre and at the right.

    Example:
        >>> sides("&LR&&L I TRIM&RPágina &P"), sides("SAT")
        ({'L': 'R&&L I TRIM', 'R': 'Página &P'}, {'C': 'SAT'})
    """
    found: dict[str, str] = {}
    side, start = "C", 0
    for match in _SIDE.finditer(text):
        if match[1]:
            found[side] = found.get(side, "") + text[start : match.start()]
            side, start = match[1], match.end()
    found[side] = found.get(side, "") + text[start:]
    return {side: piece for side, piece in found.items() if piece}


def reshaped(
    before: bytes,
    root: Element,
    hidden: Mapping[int, bool],
    printed: Callable[[str], str],
    texts: Mapping[Cell, int],
) -> bytes:
    """Return a sheet's part with other columns shown.

    Args:
        before: the part as it was, whose first lines are kept as they are spelled.
        root: its tree, cells already edited.
        hidden: columns from 1, and whether to hide them.
        printed: what to make of each header and footer.
        texts: cells whose text the workbook shares, and its place among the shared ones.
    """
    _set_hidden(root, hidden)
    for box in _printed(root):
        box.text = printed(box.text or "")
    for cell, element in placed_cells(root):
        if cell in texts and element.get("t") == "inlineStr":
            _share(element, texts[cell])
    after = dump(root)
    if (root.getroottree().docinfo.encoding or "UTF-8").upper() != "UTF-8":
        return after
    return _head(before) + after[len(_head(after)) :]


def _head(data: bytes) -> bytes:
    """What stands before the first element."""
    start = data.index(b"?>") + 2 if data.lstrip(b"\xef\xbb\xbf").startswith(b"<?xml") else 0
    return data[: data.index(b"<", start)]


def _share(cell: Element, place: int) -> None:
    """Let a cell show a shared text instead of its own."""
    for child in list(elements(cell)):
        drop(child)
    cell.set("t", "s")
    etree.SubElement(cell, f"{{{etree.QName(cell).namespace}}}v").text = str(place)


def _printed(root: Element) -> Iterator[Element]:
    for box in elements(root, _HEADER_BOXES):
        yield from elements(box)


def _columns(root: Element) -> list[Element]:
    return [box for each in elements(root, "cols") for box in elements(each, "col")]


def _span(box: Element) -> range:
    first = whole_number(box, "min", 1)
    return range(first, whole_number(box, "max", first) + 1)


# --- hiding and showing ---------------------------------------------------------------------------


def _set_hidden(root: Element, wanted: Mapping[int, bool]) -> None:
    for box in _columns(root):
        changes = {c for c in _span(box) if wanted.get(c, _is_hidden(box)) != _is_hidden(box)}
        if changes:
            _split(box, changes)
    _join(root, wanted.keys())


def _is_hidden(box: Element) -> bool:
    return truth(box.get("hidden"))


def _split(box: Element, changes: Collection[int]) -> None:
    """Put several entries in the place of one, each all shown or all hidden."""
    span = _span(box)
    start = span.start
    for column in span:
        is_last = column == span.stop - 1
        if is_last or ((column in changes) != (column + 1 in changes)):
            piece = deepcopy(box)
            piece.tail = None
            piece.set("min", str(start))
            piece.set("max", str(column))
            if column in changes:
                # Never taken away: put back later, it would stand in another place.
                piece.set("hidden", "0" if _is_hidden(box) else "1")
            box.addprevious(piece)
            start = column + 1
    drop(box)


def _join(root: Element, touched: Collection[int]) -> None:
    """Make one entry of neighbours that differ in nothing, where columns were touched."""
    for box in _columns(root):
        previous = box.getprevious()
        if previous is None or not ({_span(box).start, _span(previous).stop - 1} & set(touched)):
            continue
        if _span(previous).stop == _span(box).start and _look(previous) == _look(box):
            box.set("min", previous.get("min", ""))
            drop(previous)


def _look(box: Element) -> dict[str, str]:
    return {str(k): str(v) for k, v in box.attrib.items() if k not in ("min", "max")}
