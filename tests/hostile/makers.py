"""Makers of files that somebody broke, or made to do harm: each a function from a good workbook.

What each should be answered with stands beside it: the code of a problem, or nothing where the file
is odd but whole and commands work on it.
"""

import functools
import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable

from tests.package import books
from tests.package.books import BOOK, BOOK_RELS, STYLES, TYPES, Parts, zipped

SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"
MAIN = books.MAIN.encode()
_CENTRAL, _LOCAL, _END = b"PK\1\2", b"PK\3\4", b"PK\5\6"

Maker = Callable[[Parts], bytes]


# --- other kinds of files ---------------------------------------------------------------------


def cfb(*streams: str) -> bytes:
    """A compound file, as old workbooks and encrypted ones are: header and a directory."""
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504))
    struct.pack_into("<5H", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<5I", header, 44, 1, 1, 0, 4096, 0xFFFFFFFE)
    directory = bytearray(512)
    for number, name in enumerate(("Root Entry", *streams)[:4]):
        spelled = name.encode("utf-16-le")
        directory[128 * number : 128 * number + len(spelled)] = spelled
        struct.pack_into(
            "<HB", directory, 128 * number + 64, len(spelled) + 2, 5 if not number else 2
        )
    return bytes(header + directory) + bytes(4096)


def encrypted(parts: Parts) -> bytes:
    """The workbook as Excel saves it with a password to open it (Agile encryption)."""
    from msoffcrypto.format.ooxml import OOXMLFile

    out = io.BytesIO()
    OOXMLFile(io.BytesIO(zipped(parts))).encrypt("clave", out)
    return out.getvalue()


def of_1997(_: Parts) -> bytes:
    return cfb("Workbook", "\5SummaryInformation")


def of_1993(_: Parts) -> bytes:
    """A workbook of Excel 4: records alone, no container."""
    return struct.pack("<4H", 0x0409, 6, 0, 0x10) + bytes(2) + struct.pack("<2H", 0x000A, 0)


def binary(parts: Parts) -> bytes:
    """The skeleton of an .xlsb."""
    kind = b"application/vnd.ms-excel.sheet.binary.macroEnabled.main"
    types = re.sub(
        rb'ContentType="[^"]*sheet[^"]*main\+xml"', b'ContentType="%b"' % kind, parts[TYPES]
    )
    types = types.replace(b"/xl/workbook.xml", b"/xl/workbook.bin")
    rels = parts["_rels/.rels"].replace(b"workbook.xml", b"workbook.bin")
    kept = {name: data for name, data in parts.items() if name != BOOK}
    return zipped(kept | {TYPES: types, "_rels/.rels": rels, "xl/workbook.bin": b"\x83\1\0"})


def ods(_: Parts) -> bytes:
    mime = b"application/vnd.oasis.opendocument.spreadsheet"
    body = b"<document-content xmlns='urn:oasis:names:tc:opendocument:xmlns:office:1.0'/>"
    return zipped({"mimetype": mime, "content.xml": body, "META-INF/manifest.xml": b"<a/>"})


def photos(_: Parts) -> bytes:
    return zipped({"fotos/uno.jpg": b"\xff\xd8\xff", "fotos/dos.jpg": b"\xff\xd8\xff"})


def html(_: Parts) -> bytes:
    return b"<html><table><tr><td>POI</td></tr></table></html>"


KINDS: dict[str, tuple[Maker, str]] = {
    "nothing": (lambda _: b"", "POI-E02"),
    "text": (lambda _: b"POI 2021\n" * 99, "POI-E02"),
    "zeros": (lambda _: bytes(1 << 20), "POI-E02"),
    "a page": (html, "POI-E02"),
    "an encrypted workbook": (encrypted, "POI-E03"),
    "a workbook of 1997": (of_1997, "POI-E03"),
    "a workbook of 1993": (of_1993, "POI-E02"),
    "a binary workbook": (binary, "POI-E15"),
    "a document of LibreOffice": (ods, "POI-E02"),
    "photos": (photos, "POI-E02"),
}


# --- the zip ----------------------------------------------------------------------------------


def patched(data: bytes, record: bytes, at: int, form: str, *values: int, which: int = 0) -> bytes:
    """Overwrite numbers in the n-th record of a kind."""
    place = [match.start() for match in re.finditer(re.escape(record), data)][which]
    out = bytearray(data)
    struct.pack_into(form, out, place + at, *values)
    return bytes(out)


def without_end(parts: Parts) -> bytes:
    data = zipped(parts)
    return data[: data.rindex(_END)]


def without_directory(parts: Parts) -> bytes:
    data = zipped(parts)
    return data[: data.index(_CENTRAL)] + data[data.rindex(_END) :]


def with_flag(flag: int) -> Maker:
    return lambda parts: patched(zipped(parts), _CENTRAL, 8, "<H", flag)


def with_method(method: int) -> Maker:
    return lambda parts: patched(zipped(parts), _CENTRAL, 10, "<H", method)


def with_size(size: int) -> Maker:
    return lambda parts: patched(zipped(parts), _CENTRAL, 24, "<I", size)


def from_elsewhere(parts: Parts) -> bytes:
    """A member said to begin where another one does."""
    return patched(zipped(parts), _CENTRAL, 42, "<I", 0, which=2)


def on_itself(parts: Parts) -> bytes:
    """Ten thousand members that are one (the bomb of overlapping files)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, content in parts.items():
            target.writestr(name, content)
        info = target.infolist()[-1]
        for number in range(10_000):
            twin = zipfile.ZipInfo(f"xl/media/{number}.png")
            twin.header_offset, twin.CRC = info.header_offset, info.CRC
            twin.file_size, twin.compress_size = info.file_size, info.compress_size
            target.filelist.append(twin)
    return out.getvalue()


@functools.cache
def deflated_zeros(megabytes: int) -> tuple[bytes, int]:
    """Deflated zeros, and their checksum; made piece by piece."""
    packer, crc, pieces = zlib.compressobj(9, zlib.DEFLATED, -15), 0, []
    for _ in range(megabytes):
        pieces.append(packer.compress(bytes(1 << 20)))
        crc = zlib.crc32(bytes(1 << 20), crc)
    return b"".join([*pieces, packer.flush()]), crc


def bomb(part: str, megabytes: int, declared: int | None = None) -> Maker:
    """A part that inflates to very much; it may declare that it does not."""

    def make(parts: Parts) -> bytes:
        raw, crc = deflated_zeros(megabytes)
        mark = b"\0poi\0" * 7
        data = bytearray(zipped(parts | {part: mark}, {part: zipfile.ZIP_STORED}))
        at = data.index(mark)
        data[at : at + len(mark)] = raw
        size = megabytes << 20 if declared is None else declared
        _grow(data, part.encode(), len(raw) - len(mark), (crc, len(raw), size))
        return bytes(data)

    return make


def many_bombs(count: int, megabytes: int) -> Maker:
    """Bombs that are small enough each."""

    def make(parts: Parts) -> bytes:
        data = zipped(parts)
        with zipfile.ZipFile(out := io.BytesIO(data), "a", zipfile.ZIP_DEFLATED) as target:
            for number in range(count):
                target.writestr(f"xl/media/{number}.png", bytes(megabytes << 20))
        return out.getvalue()

    return make


def huge_texts(count: int, length: int = 20) -> Maker:
    """Shared texts beside the workbook's own, as a database keeps them."""

    def make(parts: Parts) -> bytes:
        many = b"".join(b"<si><t>%0*d</t></si>" % (length, n) for n in range(count))
        return zipped(parts | {TEXTS: parts[TEXTS].replace(b"</sst>", many + b"</sst>")})

    return make


def _grow(data: bytearray, name: bytes, by: int, facts: tuple[int, int, int]) -> None:
    """Put the directory right after one member's bytes grew."""
    struct.pack_into("<H", data, (local := data.index(name) - 30) + 8, 8)
    struct.pack_into("<3I", data, local + 14, *facts)
    end = data.rindex(_END)
    start = struct.unpack_from("<I", data, end + 16)[0] + by
    struct.pack_into("<I", data, end + 16, start)
    at = start
    while data[at : at + 4] == _CENTRAL:
        lengths = struct.unpack_from("<3H", data, at + 28)
        offset = struct.unpack_from("<I", data, at + 42)[0]
        if bytes(data[at + 46 : at + 46 + lengths[0]]) == name:
            struct.pack_into("<H", data, at + 10, 8)
            struct.pack_into("<3I", data, at + 16, *facts)
        elif offset > local:
            struct.pack_into("<I", data, at + 42, offset + by)
        at += 46 + sum(lengths)


def many_members(count: int) -> Maker:
    def make(parts: Parts) -> bytes:
        return zipped(parts | {f"xl/media/{n}.png": b"" for n in range(count)})

    return make


def zip_in_zip(parts: Parts) -> bytes:
    """Archives inside archives: nobody opens them."""
    inner = zipped({"bomba.bin": bytes(1 << 20)})
    for _ in range(5):
        inner = zipped({f"{n}.zip": inner for n in range(4)})
    return zipped(parts | {"xl/media/bomba.zip": inner})


def named(name: str) -> Maker:
    return lambda parts: zipped(parts | {name: b"x"})


def twice(part: str) -> Maker:
    """The same name twice: readers differ about which one counts."""

    def make(parts: Parts) -> bytes:
        other = part[:-1] + "\1"
        return zipped(parts | {other: parts[part]}).replace(other.encode(), part.encode())

    return make


ZIPS: dict[str, tuple[Maker, str]] = {
    "without its last record": (without_end, "POI-E02"),
    "without its directory": (without_directory, "POI-E02"),
    "a member that is encrypted": (with_flag(1), "POI-E04"),
    "a member packed in an unknown way": (with_method(99), "POI-E04"),
    "a member larger than it says": (with_size(5), "POI-E04"),
    "a member smaller than it says": (with_size(50_000), "POI-E04"),
    "a member of four thousand million bytes": (with_size(0xFFFFFFFE), "POI-E170"),
    "a member in another's place": (from_elsewhere, "POI-E04"),
    "ten thousand members in one place": (on_itself, "POI-E04"),
    "a bomb as the workbook": (bomb(BOOK, 300), "POI-E04"),
    "a bomb as the list of types": (bomb(TYPES, 300), "POI-E04"),
    "more members than a workbook has": (many_members(70_000), "POI-E170"),
    "archives in archives": (zip_in_zip, ""),
    "a name that climbs": (named("xl/../../../etc/passwd"), "POI-E04"),
    "a name that climbs at once": (named("../fuera.xml"), "POI-E04"),
    "a name that climbs in Windows": (named("..\\..\\fuera.xml"), "POI-E04"),
    "a name with a drive": (named("C:\\Windows\\win.ini"), "POI-E04"),
    "a name from the root": (named("/etc/passwd"), ""),
    "a name with a point for a folder": (named("xl/./workbook.xml"), "POI-E04"),
    "the workbook twice": (twice(BOOK), "POI-E04"),
    "a sheet twice": (twice(SHEET), "POI-E04"),
    "a sheet twice, by case": (named("XL/Worksheets/Sheet1.xml"), "POI-E04"),
}


# --- the parts --------------------------------------------------------------------------------


def edited(part: str, old: bytes, new: bytes) -> Maker:
    def make(parts: Parts) -> bytes:
        assert re.search(old, parts[part]), (part, old)
        return zipped(parts | {part: re.sub(old, lambda _: new, parts[part], count=1)})

    return make


def with_type(part: str, kind: bytes) -> Maker:
    entry = rb'(PartName="/%b" ContentType=)"[^"]*"' % part.encode()

    def make(parts: Parts) -> bytes:
        assert re.search(entry, parts[TYPES])
        return zipped(parts | {TYPES: re.sub(entry, rb'\1"%b"' % kind, parts[TYPES])})

    return make


def dtd(part: str, declared: bytes, use: bytes) -> Maker:
    """A document type before the root element, and what it declares used in a text or value."""

    def make(parts: Parts) -> bytes:
        data = re.sub(rb"(<\?xml[^>]*\?>\s*)", lambda m: m[0] + declared, parts[part], count=1)
        return zipped(
            parts | {part: data.replace(b"</v>", use + b"</v>").replace(b"</t>", use + b"</t>")}
        )

    return make


LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a0 "ja">'
    + b"".join(b'<!ENTITY a%d "%b">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
    + b"]>"
)
BLOW_UP = b'<!DOCTYPE x [<!ENTITY a "%b">]>' % (b"x" * 100_000)
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
PARAMETER = b'<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/a.dtd"> %a;]>'


def filled(part: str, inside: bytes, root: bytes) -> Maker:
    """A part with nothing in it but one thing."""
    return lambda parts: zipped(
        parts | {part: b"<%b xmlns='%b'>%b</%b>" % (root, MAIN, inside, root)}
    )


def sheet_of(rows: bytes, dimension: bytes = b"A1:B2") -> Maker:
    """The plan's own sheet with other rows, whatever range it declares."""
    head = b'<dimension ref="%b"/>' % dimension if dimension else b""
    data = b"<worksheet xmlns='%b'>%b<sheetData>%b</sheetData></worksheet>" % (MAIN, head, rows)
    return lambda parts: zipped(parts | {SHEET: data})


def corners(last: bytes) -> bytes:
    """A cell in the first place and one in another, twenty thousand rows below."""
    row = b'<row r="%b"><c r="%b"><v>1</v></c></row>'
    return row % (b"1", b"A1") + row % (b"19999", last)


def nested(depth: int) -> bytes:
    return b"<a>" * depth + b"</a>" * depth


PARTS: dict[str, tuple[Maker, str]] = {
    "a bomb in the texts": (bomb(TEXTS, 300), "POI-E04"),
    "a bomb that lies": (bomb(TEXTS, 300, declared=4000), "POI-E04"),
    "a bomb among the sheets": (bomb(SHEET, 300), "POI-E04"),
    "an entity bomb in the workbook": (dtd(BOOK, LAUGHS, b""), "POI-E15"),
    "an entity bomb in the styles": (dtd(STYLES, LAUGHS, b""), "POI-E15"),
    "an entity bomb in the texts": (dtd(TEXTS, LAUGHS, b"&a11;"), "POI-E15"),
    "an entity bomb in the plan": (dtd(SHEET, LAUGHS, b"&a11;"), "POI-E15"),
    "a quadratic entity bomb": (dtd(TEXTS, BLOW_UP, b"&a;" * 1000), "POI-E15"),
    "an external entity in the plan": (dtd(SHEET, OUTSIDE, b"&a;"), "POI-E15"),
    "an external entity in the texts": (dtd(TEXTS, OUTSIDE, b"&a;"), "POI-E15"),
    "an external entity in the workbook": (dtd(BOOK, OUTSIDE, b""), "POI-E15"),
    "an external document type": (dtd(SHEET, PARAMETER, b""), "POI-E15"),
    "an entity that nobody declared": (edited(TEXTS, b"</t>", b"&nada;</t>"), "POI-E04"),
    "a deep workbook": (edited(BOOK, b"<sheets>", nested(50_000) + b"<sheets>"), "POI-E04"),
    "a deep sheet": (edited(SHEET, b"<sheetData>", nested(50_000) + b"<sheetData>"), ""),
    "styles full of what nobody knows": (
        edited(STYLES, b"<fonts", b"<a/>" * 300_000 + b"<fonts"),
        "",
    ),
    "a workbook of millions of elements": (
        edited(BOOK, b"<sheets>", b"<a/>" * 5_100_000 + b"<sheets>"),
        "POI-E170",
    ),
    "a workbook of millions of attributes": (
        edited(BOOK, b"<sheets>", b"<a %b/><sheets>" % (b'a=""' * 5_100_000)),
        "POI-E170",
    ),
    "no XML": (edited(SHEET, b"(?s).*", b"POI"), "POI-E04"),
    "a sheet cut short": (edited(SHEET, b"(?s)</sheetData>.*", b""), "POI-E04"),
    "texts cut short": (edited(TEXTS, b"</sst>", b""), "POI-E04"),
    "a text that is not there": (edited(SHEET, b't="s"><v>\\d+', b't="s"><v>999999'), "POI-E04"),
    "a text before the first": (edited(SHEET, b't="s"><v>\\d+', b't="s"><v>-1'), ""),
    "a number that is none": (edited(SHEET, b'<c r="E6"[^>]*><v>', b'<c r="E6"><v>x'), ""),
    "a sheet number of thousands of digits": (
        edited(BOOK, b'sheetId="1"', b'sheetId="%b"' % (b"9" * 5000)),
        "POI-E04",
    ),
    "a row number of thousands of digits": (
        edited(SHEET, b'<row r="6"', b'<row r="%b"' % (b"9" * 5000)),
        "",
    ),
    "a row after the last": (edited(SHEET, b'<c r="A6"', b'<c r="A99999999"'), "POI-E04"),
    "a column after the last": (edited(SHEET, b'<c r="A6"', b'<c r="ZZZZ6"'), "POI-E04"),
    "a column after Excel's last": (edited(SHEET, b'<c r="A6"', b'<c r="ZZZ6"'), ""),
    "a cell in the farthest corner": (
        edited(
            SHEET,
            b"</sheetData>",
            b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
        ),
        "",
    ),
    "a cell of another row": (edited(SHEET, b'<c r="A6"', b'<c r="ZZ1048576"'), "POI-E170"),
    "two corners and a range that lies": (
        sheet_of(corners(b"XFD19999")),
        "POI-E20",
    ),
    "two corners nearer": (
        sheet_of(corners(b"ZZ19999")),
        "POI-E170",
    ),
    "wrong type of the workbook": (with_type(BOOK, b"text/plain"), ""),
    "the type of a binary workbook": (
        with_type(BOOK, b"application/vnd.ms-excel.sheet.binary.macroEnabled.main"),
        "POI-E15",
    ),
    "sheets that are charts": (edited(BOOK_RELS, b'/worksheet"', b'/chartsheet"'), "POI-E20"),
    "arrows out of the package": (
        edited(BOOK_RELS, b'Target="worksheets/sheet1.xml"', b'Target="../../../etc/passwd"'),
        "POI-E04",
    ),
    "arrows to the outside": (
        edited(
            BOOK_RELS,
            b'Target="worksheets/sheet1.xml"',
            b'Target="file:///etc/passwd" TargetMode="External"',
        ),
        "POI-E04",
    ),
    "a workbook that is its own sheet": (
        edited(BOOK_RELS, b'Target="worksheets/sheet1.xml"', b'Target="workbook.xml"'),
        "POI-E20",
    ),
}


# --- nonsense at random -------------------------------------------------------------------------

NONSENSE = (
    *(b"", b"-1", b"0", b"x", b"1.5", b"nan", b"inf", b"1e400", b"true", b"1 2", b"\xc3\xb1", b":"),
    *(b"A1", b"A0", b"XFE1", b"ZZZZZ1", b"A1:B", b"../../x", b"&#0;", b"2147483648", b"9" * 5000),
)


def with_nonsense(parts: Parts, chance: random.Random) -> Parts:
    """Change one thing in one of the XML parts: a value, a text, an attribute, an element."""
    name = chance.choice([name for name in parts if name.endswith((".xml", ".rels"))])
    return parts | {name: chance.choice(_CHANGES)(parts[name], chance)}


def _value(data: bytes, chance: random.Random) -> bytes:
    return _changed(rb'(?<==")[^"]*(?=")', data, chance, lambda _: chance.choice(NONSENSE))


def _text(data: bytes, chance: random.Random) -> bytes:
    return _changed(rb"(?<=>)[^<]+(?=<)", data, chance, lambda _: chance.choice(NONSENSE))


def _attribute(data: bytes, chance: random.Random) -> bytes:
    return _changed(rb' [\w:]+="[^"]*"', data, chance, lambda _: b"")


def _element(data: bytes, chance: random.Random) -> bytes:
    return _changed(rb"<[^<>]*/>", data, chance, lambda old: old * chance.choice((0, 2)))


def _letter(data: bytes, chance: random.Random) -> bytes:
    return _changed(rb"(?s).", data, chance, lambda _: bytes([chance.randrange(256)]))


_CHANGES = (_value, _text, _attribute, _element, _letter)


def _changed(
    pattern: bytes, data: bytes, chance: random.Random, change: Callable[[bytes], bytes]
) -> bytes:
    found = list(re.finditer(pattern, data))
    if not found:
        return data
    match = chance.choice(found)
    return data[: match.start()] + change(match[0]) + data[match.end() :]
