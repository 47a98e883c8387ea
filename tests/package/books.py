"""Workbooks as institutions have them, made here feature by feature, and our rendered sheets.

A feature is a function that changes a workbook's parts (a dictionary in the zip's order), so that
features can be put together in any combination.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import xlsxwriter

Parts = dict[str, bytes]
Feature = Callable[[Parts], Parts]

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET_ML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TYPES, BOOK, STYLES = "[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml"
BOOK_RELS = "xl/_rels/workbook.xml.rels"
NAMES = {"resumen": "Resumen", "organo": "Por órgano"}
PIXEL = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0\x90wS\xde\0\0\0\x0cIDATx\x9cc\xf8\xcf"
    b"\xc0\0\0\3\1\1\0\xc9\xfe\x92\xef\0\0\0\0IEND\xaeB`\x82"
)


# --- the workbook of an institution -----------------------------------------------------------


def plain() -> Parts:
    """Return a workbook with two sheets, one pointing at ours, and little else."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    bold = book.add_format({"bold": True, "num_format": "0.000"})
    data = book.add_worksheet("Datos")
    data.write("A1", "Órgano", bold)
    data.write_row("A2", [1, 2.5, "texto"])
    data.write_formula("D2", "=SUM(A2:B2)", None, 3.5)
    people = book.add_worksheet("Hoja de la gente")
    people.write_formula("A1", "=Resumen!B5", None, 7)
    book.close()
    return unzipped(out.getvalue())


def rich() -> Parts:
    """Return a workbook with nearly everything that XlsxWriter can make."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "use_future_functions": True})
    pct = book.add_format({"num_format": '0.0"%"', "font_color": "#123456", "border": 1})
    data = book.add_worksheet("Datos")
    data.add_table("A1:C4", {"name": "Ventas", "data": [[1, 2, 3], [4, 5, 6], [7, 8, 9]]})
    data.conditional_format("A2:A4", {"type": "data_bar", "data_bar_2010": True})
    data.conditional_format("B2:B4", {"type": "icon_set", "icon_style": "3_arrows"})
    data.conditional_format("C2:C4", {"type": "cell", "criteria": ">", "value": 1, "format": pct})
    data.data_validation("E1", {"validate": "list", "source": ["a", "b"]})
    data.write_dynamic_array_formula("G1:G3", "=SORT(A2:A4)", None, 1)
    data.write_comment("A2", "nota de una persona")
    data.insert_image("J2", "a.png", {"image_data": io.BytesIO(PIXEL)})
    data.set_header("&L&G", {"image_left": "b.png", "image_data_left": io.BytesIO(PIXEL)})
    data.insert_textbox("J9", "texto")
    data.write_rich_string("A9", "uno", pct, "dos", " tres ")
    data.add_sparkline("H2", {"range": "Datos!A2:C2"})
    data.protect("clave")
    book.define_name("Global", "=Datos!$A$1")
    book.define_name("Datos!Local", "=Datos!$B$2")
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=Datos!$A$2:$A$4"})
    chartsheet = book.add_chartsheet("Gráfico")
    chartsheet.set_chart(chart)
    people = book.add_worksheet("Hoja de la gente")
    people.write_formula("A1", "=Resumen!B5", None, 7)
    people.repeat_rows(0)
    people.autofilter("A1:C3")
    people.activate()
    book.close()
    return unzipped(out.getvalue())


# --- features ---------------------------------------------------------------------------------


def found(pattern: bytes, data: bytes) -> re.Match[bytes]:
    """Return the first match of what must be there."""
    match = re.search(pattern, data)
    assert match, pattern
    return match


def with_type(parts: Parts, part: str, content_type: str) -> Parts:
    entry = f'<Override PartName="/{part}" ContentType="{content_type}"/></Types>'
    return parts | {TYPES: parts[TYPES].replace(b"</Types>", entry.encode())}


def with_arrow(parts: Parts, part: str, kind: str, target: str, *, external: bool = False) -> Parts:
    """Add a relationship to a part, with an identifier that nobody uses."""
    folder, _, name = part.rpartition("/")
    where = f"{folder}/_rels/{name}.rels".lstrip("/")
    empty = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b"</Relationships>"
    )
    mode = ' TargetMode="External"' if external else ""
    type_ = kind if kind.startswith("http") else f"{OFFICE}/{kind}"
    old = parts.get(where, empty)
    entry = f'<Relationship Id="x{len(old)}" Type="{type_}" Target="{target}"{mode}/>'
    return parts | {where: old.replace(b"</Relationships>", entry.encode() + b"</Relationships>")}


def pivot(parts: Parts) -> Parts:
    table, cache = "xl/pivotTables/pivotTable1.xml", "xl/pivotCache/pivotCacheDefinition1.xml"
    records = "xl/pivotCache/pivotCacheRecords1.xml"
    parts = with_arrow(parts, "xl/worksheets/sheet1.xml", "pivotTable", f"../../{table}")
    parts = with_arrow(parts, table, "pivotCacheDefinition", "../pivotCache/" + cache[14:])
    parts = with_arrow(parts, BOOK, "pivotCacheDefinition", cache[3:])
    parts = with_arrow(parts, cache, "pivotCacheRecords", "pivotCacheRecords1.xml")
    for part, kind in ((table, "pivotTable"), (cache, "pivotCacheDefinition")):
        parts = with_type(parts, part, f"{SHEET_ML}.{kind}+xml")
        root = "pivotTableDefinition" if part == table else kind
        parts[part] = f'<{root} xmlns="{MAIN}"/>'.encode()
    parts = with_type(parts, records, f"{SHEET_ML}.pivotCacheRecords+xml")
    return parts | {records: f'<pivotCacheRecords xmlns="{MAIN}" count="0"/>'.encode()}


def macros(parts: Parts) -> Parts:
    parts = with_type(parts, "xl/vbaProject.bin", "application/vnd.ms-office.vbaProject")
    vba = "http://schemas.microsoft.com/office/2006/relationships/"
    parts = with_arrow(parts, BOOK, vba + "vbaProject", "vbaProject.bin")
    parts = with_arrow(
        parts, "xl/vbaProject.bin", vba + "vbaProjectSignature", "vbaProjectSignature.bin"
    )
    main = f"{SHEET_ML}.sheet.main+xml".encode()
    enabled = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    parts[TYPES] = parts[TYPES].replace(main, enabled)
    signature = "application/vnd.ms-office.vbaProjectSignature"
    parts = with_type(parts, "xl/vbaProjectSignature.bin", signature)
    project = bytes(range(256)) * 20
    return parts | {"xl/vbaProject.bin": project, "xl/vbaProjectSignature.bin": b"\x30\x82"}


def ribbon(parts: Parts) -> Parts:
    kind = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
    parts = with_arrow(parts, "", kind, "customUI/customUI14.xml")
    ui = b'<customUI xmlns="http://schemas.microsoft.com/office/2009/07/customui"/>'
    return parts | {"customUI/customUI14.xml": ui}


def external_link(parts: Parts) -> Parts:
    link = "xl/externalLinks/externalLink1.xml"
    parts = with_arrow(parts, link, "externalLinkPath", "otro.xlsx", external=True)
    parts = with_arrow(parts, BOOK, "externalLink", link[3:])
    parts = with_type(parts, link, f"{SHEET_ML}.externalLink+xml")
    rels = parts["xl/externalLinks/_rels/externalLink1.xml.rels"]
    arrow = found(rb'Id="([^"]+)"', rels)[1].decode()
    book = f'<externalBook xmlns:r="{OFFICE}" r:id="{arrow}"/>'
    return parts | {link: f'<externalLink xmlns="{MAIN}">{book}</externalLink>'.encode()}


def threaded_comments(parts: Parts) -> Parts:
    base = "http://schemas.microsoft.com/office/2017/10/relationships/"
    comments, people = "xl/threadedComments/threadedComment1.xml", "xl/persons/person.xml"
    sheet = "xl/worksheets/sheet1.xml"
    parts = with_arrow(parts, sheet, base + "threadedComment", f"../../{comments}")
    parts = with_arrow(parts, BOOK, base + "person", people[3:])
    parts = with_type(parts, comments, "application/vnd.ms-excel.threadedcomments+xml")
    parts = with_type(parts, people, "application/vnd.ms-excel.person+xml")
    space = 'xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"'
    texts = f"<ThreadedComments {space}/>", f"<personList {space}/>"
    return parts | {comments: texts[0].encode(), people: texts[1].encode()}


def printer_settings(parts: Parts) -> Parts:
    part = "xl/printerSettings/printerSettings1.bin"
    parts = with_arrow(parts, "xl/worksheets/sheet1.xml", "printerSettings", f"../../{part}")
    parts = with_type(parts, part, f"{SHEET_ML}.printerSettings")
    return parts | {part: b"\0\1EPSON\xff" * 9}


def custom_xml(parts: Parts) -> Parts:
    parts = with_arrow(parts, BOOK, "customXml", "../customXml/item1.xml")
    return parts | {"customXml/item1.xml": b"\xef\xbb\xbf<a  b = 'c'/>\r\n"}


def calc_chain(parts: Parts) -> Parts:
    parts = with_arrow(parts, BOOK, "calcChain", "calcChain.xml")
    parts = with_type(parts, "xl/calcChain.xml", f"{SHEET_ML}.calcChain+xml")
    chain = f'<calcChain xmlns="{MAIN}"><c r="D2" i="1"/><c r="A1"/></calcChain>'
    return parts | {"xl/calcChain.xml": chain.encode()}


def very_hidden(parts: Parts) -> Parts:
    book = parts[BOOK].replace(b'sheetId="1"', b'sheetId="1" state="veryHidden"')
    return parts | {BOOK: book}


def from_1904(parts: Parts) -> Parts:
    book = parts[BOOK].replace(b"<workbookPr ", b'<workbookPr date1904="1" ')
    return parts | {BOOK: book}


def locked(parts: Parts) -> Parts:
    lock = b'<workbookProtection lockStructure="1"/><bookViews>'
    return parts | {BOOK: parts[BOOK].replace(b"<bookViews>", lock)}


def ignorable(parts: Parts) -> Parts:
    """Write the workbook as new Excels do: extensions, alternate content, revision marks."""
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    x15ac = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac"
    root = f'<workbook xmlns:mc="{mc}" mc:Ignorable="x15 xr" xmlns:x15="urn:x15" xmlns:xr="urn:xr" '
    path = (
        '<mc:AlternateContent><mc:Choice Requires="x15">'
        f'<x15ac:absPath url="C:\\POI\\" xmlns:x15ac="{x15ac}"/></mc:Choice></mc:AlternateContent>'
        '<xr:revisionPtr xr:revIDLastSave="0"/><bookViews>'
    )
    book = parts[BOOK].replace(b"<workbook ", root.encode())
    return parts | {BOOK: book.replace(b"<bookViews>", path.encode())}


def two_number_formats(parts: Parts) -> Parts:
    """Write the number formats twice, as Excel does in some Asian languages."""
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    formats = '<numFmts count="1"><numFmt numFmtId="164" formatCode="0.000{}"/></numFmts>'
    both = (
        f'<mc:AlternateContent {mc}><mc:Choice Requires="x" xmlns:x="urn:x">{formats}</mc:Choice>'
        f"<mc:Fallback>{formats}</mc:Fallback></mc:AlternateContent>"
    ).format("", "_ ")
    styles = re.sub(rb"<numFmts.*</numFmts>", b"", parts[STYLES])
    return parts | {STYLES: styles.replace(b"<fonts", both.encode() + b"<fonts", 1)}


def absolute_targets(parts: Parts) -> Parts:
    return parts | {BOOK_RELS: re.sub(rb'Target="(?!/)', rb'Target="/xl/', parts[BOOK_RELS])}


def without_rels_default(parts: Parts) -> Parts:
    """Declare every relationship part by name, as LibreOffice does."""
    kind = "application/vnd.openxmlformats-package.relationships+xml"
    types = re.sub(rb'<Default Extension="rels"[^>]*>', b"", parts[TYPES])
    for part in (name for name in parts if name.endswith(".rels")):
        types = with_type({TYPES: types}, part, kind)[TYPES]
    return parts | {TYPES: types}


def without_theme(parts: Parts) -> Parts:
    return _without(parts, "theme", "xl/theme/theme1.xml")


def without_styles(parts: Parts) -> Parts:
    return _without(parts, "styles", STYLES)


def bare_styles(parts: Parts) -> Parts:
    """Leave out what some writers leave out of the style sheet."""
    styles = parts[STYLES]
    for name in (b"cellStyleXfs", b"cellStyles", b"dxfs", b"numFmts"):
        styles = re.sub(rb"<%b\b.*</%b>|<%b [^>]*/>" % (name, name, name), b"", styles)
    return parts | {STYLES: styles}


def _without(parts: Parts, kind: str, part: str) -> Parts:
    rels = re.sub(rf'<Relationship [^>]*/{kind}"[^>]*>'.encode(), b"", parts[BOOK_RELS])
    types = re.sub(rf'<Override PartName="/{part}"[^>]*>'.encode(), b"", parts[TYPES])
    kept = {name: data for name, data in parts.items() if name != part}
    return kept | {BOOK_RELS: rels, TYPES: types}


def prefixed(parts: Parts) -> Parts:
    """Write workbook and styles with a prefix before every element, as the .NET library does."""
    return parts | {name: _prefixed(parts[name]) for name in (BOOK, STYLES) if name in parts}


def _prefixed(data: bytes) -> bytes:
    data = data.replace(b" xmlns=", b" xmlns:x=", 1)
    return re.sub(rb"<(/?)([A-Za-z]\w*)(?=[\s/>])", rb"<\1x:\2", data)


def strict(parts: Parts) -> Parts:
    def swap(data: bytes) -> bytes:
        data = data.replace(MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main")
        return data.replace(
            OFFICE.encode(), b"http://purl.oclc.org/ooxml/officeDocument/relationships"
        )

    xml = {name: swap(data) for name, data in parts.items() if name.endswith((".xml", ".rels"))}
    return parts | xml


def utf16(parts: Parts) -> Parts:
    text = parts[BOOK].decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    styles = {STYLES: b"\xef\xbb\xbf" + parts[STYLES]} if STYLES in parts else {}
    return parts | {BOOK: text.encode("utf-16")} | styles


def types_last(parts: Parts) -> Parts:
    return {name: data for name, data in parts.items() if name != TYPES} | {TYPES: parts[TYPES]}


FEATURES: tuple[Feature, ...] = (
    pivot,
    macros,
    ribbon,
    external_link,
    threaded_comments,
    printer_settings,
    custom_xml,
    calc_chain,
    very_hidden,
    ignorable,
    two_number_formats,
    bare_styles,
    locked,
    absolute_targets,
    without_theme,
    without_styles,
    without_rels_default,
    prefixed,
    strict,
    utf16,
    types_last,
)


def having(features: Iterable[Feature], base: Callable[[], Parts] = plain) -> Parts:
    """Return a workbook with features, put on in the order in which they can be."""
    chosen = set(features)
    # There is nothing to take out of styles that are gone, nor out of a collection wrapped twice.
    if without_styles in chosen:
        chosen -= {two_number_formats, bare_styles}
    if two_number_formats in chosen:
        chosen -= {bare_styles}
    parts = base()
    for feature in FEATURES:
        if feature in chosen:
            parts = feature(parts)
    return parts


# --- zips -------------------------------------------------------------------------------------


def unzipped(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return {name: source.read(name) for name in source.namelist()}


def zipped(parts: Mapping[str, bytes], kinds: Mapping[str, int] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for number, (name, data) in enumerate(parts.items()):
            info = zipfile.ZipInfo(name, (2020, 1 + number % 12, 2, 3, 4, 6))
            info.external_attr = 0o640 << 16
            kind = (kinds or {}).get(name, zipfile.ZIP_DEFLATED)
            target.writestr(info, data, kind, compresslevel=1 + number % 9)
    return out.getvalue()


def save(path: Path, parts: Mapping[str, bytes]) -> Path:
    path.write_bytes(zipped(parts))
    return path


def raw_members(data: bytes) -> dict[str, bytes]:
    """Return each member's compressed bytes by name, read without the code under test."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        for info in source.infolist():
            at = info.header_offset
            name, extra = struct.unpack("<HH", data[at + 26 : at + 30])
            start = at + 30 + name + extra
            raw = data[start : start + info.compress_size]
            whole = zlib.decompress(raw, -15) if info.compress_type else raw
            assert zlib.crc32(whole) == info.CRC
            found[info.orig_filename] = raw
    return found


# --- our rendered sheets ----------------------------------------------------------------------


def render(
    path: Path, names: Iterable[str] = NAMES.values(), seed: int = 1, **options: object
) -> Path:
    """Render sheets as the product does: tables, chart, conditional formats, links, filter."""
    book = xlsxwriter.Workbook(path, {"in_memory": True, **options})
    head = book.add_format({"bold": True, "bg_color": "#DDEEFF", "border": 1})
    ratio = book.add_format({"num_format": "0.0%", "align": "right"})
    red = book.add_format({"font_color": "#9C0006", "bg_color": "#FFC7CE"})
    for number, name in enumerate(names):
        _render_sheet(book, name, number, seed, (head, ratio, red))
    book.close()
    return path


def _render_sheet(book, name: str, number: int, seed: int, formats) -> None:
    head, ratio, red = formats
    sheet = book.add_worksheet(name)
    sheet.write("A1", f"Título {seed}", head)
    sheet.write_rich_string("A2", "una ", head, "parte", " y otra ")
    rows = [[f"órgano {n}", n * seed, n / (seed + 9)] for n in range(1, 3 + seed % 5)]
    columns = [{"header": "Órgano"}, {"header": "Meta"}, {"header": "Avance", "format": ratio}]
    last = 3 + len(rows)
    table = {"name": f"poi_tabla_{number}", "columns": columns, "data": rows}
    sheet.add_table(3, 0, last, 2, table | {"style": "Table Style Light 1"})
    sheet.conditional_format(4, 2, last, 2, {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format(4, 1, last, 1, {"type": "icon_set", "icon_style": "3_traffic_lights"})
    low = {"type": "cell", "criteria": "<", "value": 0.5, "format": red}
    sheet.conditional_format(4, 2, last, 2, low)
    sheet.write_url("F1", "https://www.gob.pe/", string="enlace")
    sheet.write_url("F2", f"internal:'{name}'!A1", string="arriba")
    sheet.write_formula("B3", f"=SUM(B5:B{last + 1})", ratio, 1)
    sheet.data_validation("G1", {"validate": "list", "source": ["sí", "no"]})
    sheet.autofilter("I1:J3")
    sheet.repeat_rows(3)
    sheet.set_column("A:A", 30, ratio)
    sheet.set_row(9, 20, head)
    sheet.insert_image("L1", "logo.png", {"image_data": io.BytesIO(PIXEL)})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": [name, 4, 1, last, 1]})
    sheet.insert_chart("H5", chart)


def project_with_macros(folder: Path) -> Parts:
    """Return a workbook with a real VBA project, made by pyOpenVBA."""
    from pyopenvba import ExcelFile

    parts = plain()
    main = f"{SHEET_ML}.sheet.main+xml".encode()
    enabled = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    parts[TYPES] = parts[TYPES].replace(main, enabled)
    path = save(folder / "macros.xlsm", parts)
    with ExcelFile(path) as book:
        project = book.add_vba_project()
        project.add_module("Saludo", 'Attribute VB_Name = "Saludo"\r\nSub Hola()\r\nEnd Sub\r\n')
        book.save()
    return unzipped(path.read_bytes())
