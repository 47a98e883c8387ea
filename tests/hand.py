"""Typing into a closed workbook as a person would: one cell changes, all else stays."""

from pathlib import Path

from lxml import etree

from poi_xl.core.text import from_a1
from poi_xl.package.parts import Package

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def type_in(path: Path, sheet: str, cells: dict[str, object]) -> None:
    """Put values into cells: numbers, texts, formulas (texts that start with =), None to clear."""
    package = Package.open(path)
    part = next(s.part for s in package.sheets if s.name == sheet)
    root = package.xml(part)
    for address, value in cells.items():
        _fill(_cell(root, address), value)
    fresh = path.with_suffix(".typed")
    package.write(fresh, {part: etree.tostring(root, encoding="UTF-8", xml_declaration=True)})
    fresh.replace(path)


def _cell(root, address):
    number, column = from_a1(address)
    data = root.find(f"{MAIN}sheetData")
    row = next((r for r in data if int(r.get("r")) == number), None)
    if row is None:
        row = etree.Element(f"{MAIN}row", r=str(number))
        data.insert(sum(int(r.get("r")) < number for r in data), row)
    cell = next((c for c in row if c.get("r") == address), None)
    if cell is None:
        cell = etree.Element(f"{MAIN}c", r=address)
        row.insert(sum(from_a1(str(c.get("r")))[1] < column for c in row), cell)
    return cell


def _fill(cell, value):
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", None)
    if value is None:
        return
    if isinstance(value, str) and value.startswith("="):
        etree.SubElement(cell, f"{MAIN}f").text = value[1:]
        etree.SubElement(cell, f"{MAIN}v").text = "0"
    elif isinstance(value, str):
        cell.set("t", "inlineStr")
        text = etree.SubElement(etree.SubElement(cell, f"{MAIN}is"), f"{MAIN}t")
        text.text = value
    else:
        etree.SubElement(cell, f"{MAIN}v").text = repr(value)
