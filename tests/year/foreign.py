"""Parts of an institution's own, put into a workbook beside ours."""

import io
import re
import zipfile
from pathlib import Path

import xlsxwriter

from tests.package.books import save, unzipped

_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cf"
    "c000000301010018dd8db00000000049454e44ae426082"
)
_ITEM = b'<?xml version="1.0" encoding="UTF-8"?><ficha xmlns="urn:jefatura"><dato>7</dato></ficha>'
_TYPES = {"charts/": "drawingml.chart", "comments": "spreadsheetml.comments",
          "drawings/drawing": "drawing", "worksheets/": "spreadsheetml.worksheet"}  # fmt: skip
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LINK = f'<Relationship Id="{{id}}" Type="{_LINKS}/{{kind}}" Target="{{target}}"/>'


def add_own_parts(path: Path) -> set[str]:
    """Add a sheet with a chart, an image and a comment, and a custom part; return what is foreign.

    Args:
        path: the workbook; its macros and ribbon are foreign too.
    """
    parts, own = unzipped(path.read_bytes()), _own_sheet()
    own["customXml/item_propio.xml"] = _ITEM
    types, book, rels = "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    parts[types] = _before(parts[types], "</Types>", "".join(map(_type, sorted(own))))
    links = _LINK.format(id="rIdPropia", kind="worksheet", target="worksheets/hoja_propia.xml")
    links += _LINK.format(id="rIdDato", kind="customXml", target="../customXml/item_propio.xml")
    parts[rels] = _before(parts[rels], "</Relationships>", links)
    sheet = '<sheet name="Hoja propia" sheetId="990" r:id="rIdPropia"/>'
    parts[book] = _before(parts[book], "</sheets>", sheet)
    save(path, {**parts, **own})
    return {*own, *(n for n in parts if n.startswith(("xl/vbaProject", "customUI/", "xl/theme/")))}


def _own_sheet() -> dict[str, bytes]:
    """The parts of a sheet that XlsxWriter draws, under names that nothing else has."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Hoja propia")
        sheet.write_column(0, 0, [3, 1, 2])
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "='Hoja propia'!$A$1:$A$3"})
        sheet.insert_chart("C2", chart)
        sheet.insert_image("C20", "firma.png", {"image_data": io.BytesIO(_PIXEL)})
        sheet.write_comment("A1", "De la jefatura")
    with zipfile.ZipFile(stream) as archive:
        names = [n for n in archive.namelist() if re.match(r"xl/(work.+s/|dr|ch|me|comments)", n)]
        return {_renamed(name): _part(name, archive.read(name)) for name in names}


def _part(name: str, data: bytes) -> bytes:
    return _renamed(data.decode()).encode() if name.endswith(".rels") else data


def _renamed(text: str) -> str:
    text = re.sub(r"worksheets/(_rels/)?sheet1\.xml", r"worksheets/\1hoja_propia.xml", text)
    return re.sub(r"(drawing|vmlDrawing|chart|image|comments)1\.", r"\1_propio.", text)


def _type(name: str) -> str:
    kind = next((kind for start, kind in _TYPES.items() if name.startswith(f"xl/{start}")), "")
    if not kind or "_rels" in name:
        return ""
    text = f"application/vnd.openxmlformats-officedocument.{kind}+xml"
    return f'<Override PartName="/{name}" ContentType="{text}"/>'


def _before(data: bytes, end: str, text: str) -> bytes:
    whole = data.decode("utf-8")
    assert end in whole
    if "vml" not in whole and end == "</Types>":
        vml = "application/vnd.openxmlformats-officedocument.vmlDrawing"
        text = f'<Default Extension="vml" ContentType="{vml}"/>{text}'
    if 'Extension="png"' not in whole and end == "</Types>":
        text = f'<Default Extension="png" ContentType="image/png"/>{text}'
    return whole.replace(end, text + end).encode("utf-8")
