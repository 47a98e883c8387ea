"""A column that comes or goes: what Excel does to references, and to a file, by hand.

Written from the documented behaviour and on its own: references to what stands right of the
column move, areas that span it grow or shrink, and what named it alone breaks.
"""

import re
from pathlib import Path

from lxml import etree
from openpyxl.formula import Tokenizer

from poi_xl.core.text import column_letters, from_a1
from poi_xl.package.parts import Package

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_REFERENCE = re.compile(r"(\$?)([A-Z]{1,3})(\$?\d*)(?::(\$?)([A-Z]{1,3})(\$?\d*))?")


def span(left, right, column, by):
    """Where columns are after one came (by 1) or went (by -1); None when they went."""
    if by > 0:
        return left + (left >= column), right + (right >= column)
    if left == right == column:
        return None
    return left - (left > column), right - (right >= column)


def area(ref, column, by):
    """Where a reference within the sheet points; empty when it is gone."""
    match = _REFERENCE.fullmatch(ref)
    if match is None or not (match[3] or match[5]):
        return ref
    dollar, left, row, other, right, last = match.groups()
    first = from_a1(f"{left}1")[1]
    found = span(first, from_a1(f"{right or left}1")[1], column, by)
    if found is None:
        return ""
    start = f"{dollar}{column_letters(found[0])}{row}"
    return f"{start}:{other}{column_letters(found[1])}{last}" if right else start


def formula(text, own, sheet, column, by):
    """Return a formula of sheet `own` once a column of `sheet` came or went."""
    if not text.startswith("="):
        return text
    pieces = ["="]
    for token in Tokenizer(text).items:
        value = token.value
        if token.type == "OPERAND" and token.subtype == "RANGE":
            prefix, _, ref = value.rpartition("!")
            if (prefix.strip("'").replace("''", "'") or own) == sheet:
                fresh = area(ref, column, by) or "#REF!"
                value = f"{prefix}!{fresh}" if prefix else fresh
        pieces.append(value)
    return "".join(pieces)


def shift_file(path: Path, sheet: str, column: int, by: int) -> None:
    """Insert a column into a sheet of a file, or take one out."""
    package = Package.open(path)
    parts = {}
    for each in package.sheets:
        root = package.xml(each.part)
        for box in root.iter(f"{MAIN}f", f"{MAIN}formula", f"{MAIN}formula1", f"{MAIN}formula2"):
            if box.text:
                box.text = formula("=" + box.text, each.name, sheet, column, by)[1:]
        if each.name == sheet:
            _shift_cells(root, column, by)
        parts[each.part] = _dumped(root)
    book = package.xml(package.workbook_part)
    for name in book.iter(f"{MAIN}definedName"):
        name.text = formula(f"={name.text}", "", sheet, column, by)[1:]
    parts[package.workbook_part] = _dumped(book)
    for part in package.names():
        if "/charts/chart" in part:
            chart = package.xml(part)
            for box in chart.iter(f"{CHART}f"):
                box.text = formula(f"={box.text}", "", sheet, column, by)[1:]
            parts[part] = _dumped(chart)
    fresh = path.with_suffix(".shifted")
    package.write(fresh, parts)
    fresh.replace(path)


def show_file(path: Path, sheet: str, first: int, last: int) -> None:
    """Let the first columns of a hidden group be seen."""
    package = Package.open(path)
    part = next(each.part for each in package.sheets if each.name == sheet)
    root = package.xml(part)
    (group,) = (box for box in root.iter(f"{MAIN}col") if box.get("min") == str(first))
    seen = {key: value for key, value in group.items() if key != "hidden"}
    group.addprevious(etree.Element(group.tag, seen | {"max": str(last)}))
    group.set("min", str(last + 1))
    fresh = path.with_suffix(".shown")
    package.write(fresh, {part: _dumped(root)})
    fresh.replace(path)


def merge_file(path: Path, sheet: str, areas: list[str]) -> None:
    """Let these areas of a sheet be merged and no others."""
    package = Package.open(path)
    part = next(each.part for each in package.sheets if each.name == sheet)
    root = package.xml(part)
    (box,) = root.iter(f"{MAIN}mergeCells")
    for child in list(box):
        box.remove(child)
    for ref in areas:
        etree.SubElement(box, f"{MAIN}mergeCell", ref=ref)
    box.set("count", str(len(areas)))
    fresh = path.with_suffix(".merged")
    package.write(fresh, {part: _dumped(root)})
    fresh.replace(path)


def _dumped(root):
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _shift_cells(root, column, by):
    for row in root.iter(f"{MAIN}row"):
        row.attrib.pop("spans", None)
        _shift_row(row, column, by)
    for box in root.iter(f"{MAIN}mergeCell", f"{MAIN}hyperlink", f"{MAIN}autoFilter",
                         f"{MAIN}dimension"):  # fmt: skip
        if fresh := area(box.get("ref"), column, by):
            box.set("ref", fresh)
        else:
            box.getparent().remove(box)
    for box in root.iter(f"{MAIN}conditionalFormatting", f"{MAIN}dataValidation"):
        refs = [area(ref, column, by) for ref in box.get("sqref").split()]
        box.set("sqref", " ".join(filter(None, refs)))
    for box in root.iter(f"{MAIN}cols"):
        _shift_widths(box, column, by)


def _shift_row(row, column, by):
    for cell in list(row):
        number, place = from_a1(cell.get("r"))
        if by < 0 and place == column:
            row.remove(cell)
        elif place >= column:
            cell.set("r", f"{column_letters(place + by)}{number}")
        elif by > 0 and place == column - 1 and cell.get("s"):
            look = etree.Element(f"{MAIN}c", r=f"{column_letters(column)}{number}", s=cell.get("s"))
            cell.addnext(look)


def _shift_widths(box, column, by):
    for col in list(box):
        first, last = int(col.get("min")), int(col.get("max"))
        found = span(first, last, column, by)
        if found is None:
            box.remove(col)
            continue
        if by > 0 and last == column - 1:
            found = first, column  # as wide as the one on its left
        col.set("min", str(found[0]))
        col.set("max", str(found[1]))
