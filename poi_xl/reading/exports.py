"""Files that may be an export of CEPLAN's V.01 application, known by what is in them.

The application sends a web page with the name of an old workbook; people save the same table as
.xlsx or .csv. Here a file becomes rows of cells, whatever it is; `ceplan` reads them.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from poi_xl.core.problems import Refusal, problem
from poi_xl.package.parts import Package, Sheet, read_whole
from poi_xl.reading.cells import read_cells, read_heads
from poi_xl.reading.ceplan import Export, read_export
from poi_xl.reading.ceplan_header import Row, find_header
from poi_xl.reading.htmltable import is_whole, table_rows

# A page's own beginning and the header take some kilobytes.
_HEAD: Final = 64 * 1024
# A few letters of the header that are the same in every encoding.
_SAYS_SO: Final = b"Operativa ID"
# Excel's XML of 2003 is a web page's cousin, and no page.
_SPREADSHEET_2003: Final = b"urn:schemas-microsoft-com:office:spreadsheet"
_SEPARATORS: Final = (";", ",", "\t")


def is_export(path: Path) -> bool:
    """Whether a text file (a web page or .csv, whatever its name) is an export."""
    if not path.is_file():
        return False  # nor is a pipe read: its bytes would be gone
    data = read_whole(path)
    return _looks_like_one(data) and find_header(_rows(_decoded(path.name, data))) is not None


def export_at(path: Path, block: str | None = None) -> Export | None:
    """Return the export that a text file holds, or None where it is something else.

    Args:
        path: a web page or a .csv, whatever its name.
        block: the columns to take as planned; see `read_export`.

    Raises:
        Refusal: it is one, but is cut short or lacks columns.
    """
    return export_of(path.name, read_whole(path), block) if path.is_file() else None


def export_of(name: str, data: bytes, block: str | None = None) -> Export | None:
    """Return the export that a text file's bytes are, or None where they are something else.

    Args:
        name: the file's name.
        data: its bytes.
        block: the columns to take as planned; see `read_export`.

    Raises:
        Refusal: they are one, but it is cut short or lacks columns.
    """
    if not _looks_like_one(data):
        return None
    text = _decoded(name, data)
    rows = _rows(text)
    try:
        header = find_header(rows)
        if header is None:
            return None
        if _is_page(text) and not is_whole(text):
            raise _cut(name, "la tabla no termina")
        return read_export(rows, header, name, name, block)
    except (csv.Error, ValueError) as error:
        raise _cut(name, str(error)) from None


def export_sheet(package: Package) -> Sheet | None:
    """Return the sheet of a workbook that is an export somebody saved, if any."""
    sheets = [sheet for sheet in package.sheets if sheet.kind == "worksheet"]
    heads = read_heads(package, sheets)
    return next((s for s in sheets if find_header(iter(heads[s].rows)) is not None), None)


def export_in(package: Package, block: str | None = None) -> Export | None:
    """Return the export that a workbook holds, or None where it has none.

    Raises:
        Refusal: it lacks columns.
    """
    sheet = export_sheet(package)
    if sheet is None:
        return None
    rows = iter(read_cells(package, sheet).rows)
    header = find_header(rows)
    if header is None:
        return None
    return read_export(rows, header, sheet.name, package.path.name, block)


def _looks_like_one(data: bytes) -> bool:
    head = data[:_HEAD]
    is_text = not head.startswith((b"PK", b"\xd0\xcf\x11\xe0"))
    return is_text and _SAYS_SO in head and _SPREADSHEET_2003 not in head


def _decoded(name: str, data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    detail = "no es texto UTF-8 ni Windows-1252"
    raise Refusal(problem("POI-E04", file=name, detail=detail))


def _is_page(text: str) -> bool:
    return text[:1000].lstrip().startswith("<")


def _rows(text: str) -> Iterator[Row]:
    return table_rows(text) if _is_page(text) else _lines(text)


def _lines(text: str) -> Iterator[Row]:
    # In the header none of these signs stands but between names; below, numbers have commas.
    head = next((line for line in text[:_HEAD].splitlines() if _SAYS_SO.decode() in line), "")
    separator = max(_SEPARATORS, key=head.count)
    return iter(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))


def _cut(name: str, detail: str) -> Refusal:
    return Refusal(problem("POI-E153", file=name, detail=detail))
