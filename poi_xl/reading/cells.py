"""The cells of one sheet of a package, with what python-calamine alone would not tell.

python-calamine is fast, but shows an error value and a formula without a stored result as blanks,
and lays out every row and column up to the last used one. So it gets a slim package made of the one
sheet asked for (without cells lost far away from any table), and the sheet's own text says where
errors and formulas without result are.
"""

import html
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook

from poi_xl.core.text import a1, from_a1
from poi_xl.package.archive import stored, write_zip
from poi_xl.package.formulas import moved
from poi_xl.package.limits import MAX_GRID
from poi_xl.package.parts import Package, Sheet

# A plan's header stands in the first kilobytes of its sheet; other sheets may be huge.
HEAD_BYTES: Final = 400_000
# Rows beyond this number are only read as far as they follow each other.
_MANY_ROWS: Final = 20_000
_GAP: Final = 5_000
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_WORKBOOK: Final = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    f' xmlns:r="{_OFFICE}/relationships">'
    '<workbookPr date1904="{date1904}"/><sheets>{sheets}</sheets></workbook>'
)
_TAG: Final = re.compile(rb"<(\w+:)?worksheet\b")
# Nothing here may run from one tag into the next: where tags do not end, that takes for ever.
_FAR_CELL: Final = re.compile(
    rb'<(?:\w+:)?c [^<>]*?r="[A-Z]{3}\d+"[^<>]*?'
    rb"(?:/>|>[^<]*(?:<(?!/?(?:\w+:)?c[\s/>])[^<]*)*</(?:\w+:)?c>)"
)
# A cell with a number, typed or computed; texts lost far away are nobody's figures.
_FIGURE: Final = re.compile(
    rb'<(?:\w+:)?c (?![^<>]*\bt="(?:s|str|inlineStr)")[^<>]*?\br="([A-Z]{1,3}\d{1,7})"[^<>]*>'
    rb"\s*(?:<(?:\w+:)?f[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*)?<(?:\w+:)?v>"
)
_OWN_ADDRESS: Final = re.compile(rb"""<[^<>]*?\br=["']([A-Z]{1,3}\d{1,7})["']""")
_OWN_NUMBER: Final = re.compile(rb"""<[^<>]*?\br=["'](\d{1,7})["']""")
# Addresses that alone could make the grid too large; what the sheet says of its range may be false.
_IS_FAR: Final = re.compile(rb"""r=["'](?:[A-Z]{3}|[A-Z]{2}\d{5}|[A-Z]\d{7})""")
_ADDRESS: Final = re.compile(rb"""r=["']([A-Z]+)(\d+)["']""")
_LAST: Final = "XFD", "1048576"
# What XML allows to look like tags without being any.
_NO_TAGS: Final = b"<!"


class CellError(str):
    """An error value of Excel, such as ``#N/A``."""

    __slots__ = ()


class Unset(str):
    """What a formula without a stored result shows: nothing that anybody computed."""

    __slots__ = ()


UNSET: Final = Unset("(fórmula sin resultado)")


@dataclass(frozen=True, slots=True)
class Cells:
    """The values of one sheet.

    Attributes:
        rows: from A1; blanks are empty texts, errors `CellError`, formulas without result `UNSET`.
        merged: first and last cell of each merged range, from 0.
        far: content of cells so far from all others that they belong to no table.
    """

    rows: list[list[Any]]
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    far: bytes = b""

    @property
    def far_figures(self) -> list[str]:
        """Addresses of the figures that were left out for standing so far away."""
        return [address.decode() for address in _FIGURE.findall(self.far)]


def read_cells(package: Package, sheet: Sheet) -> Cells:
    """Return the cells of a sheet.

    Raises:
        Refusal: the sheet's content is damaged.
    """
    return read_sheets(package, [sheet])[sheet]


def read_sheets(package: Package, sheets: Iterable[Sheet]) -> dict[Sheet, Cells]:
    """Return the cells of several sheets; shared texts and styles are looked at once.

    Raises:
        Refusal: a sheet's content is damaged.
    """
    parts = {sheet: _near_cells(package, sheet, package.markup(sheet.part)) for sheet in sheets}
    found = _calamine(package, {sheet: data for sheet, (data, _) in parts.items()})
    for sheet, (rows, _) in found.items():
        for (row, column), value in _unseen(parts[sheet][0]):
            _put(rows, row, column, value)
    return {sheet: Cells(*found[sheet], far) for sheet, (_, far) in parts.items()}


def read_heads(package: Package, sheets: Iterable[Sheet]) -> dict[Sheet, Cells]:
    """Return the first rows of several sheets, enough to see whether one holds a plan.

    Raises:
        Refusal: a sheet's content is damaged.
    """
    heads = {sheet: _near_cells(package, sheet, _head(package, sheet))[0] for sheet in sheets}
    return {sheet: Cells(*found) for sheet, found in _calamine(package, heads).items()}


def read_formulas(package: Package, sheet: Sheet) -> dict[tuple[int, int], str]:
    """Return the formulas of a sheet, without the leading ``=``, by row and column from 0.

    Raises:
        Refusal: the sheet's content is damaged.
    """
    data = package.markup(sheet.part)
    p = _prefix(data)
    tags = _CellTags(data, p)
    pattern = re.compile(rb"<%sf(\s[^<>]*?)?(?:/>|>([^<]*)</%sf>)" % (p, p))
    formulas: dict[tuple[int, int], str] = {}
    shared: dict[bytes, tuple[str, tuple[int, int]]] = {}
    for match in pattern.finditer(data):
        place = tags.place(tags.start(match.start()))
        text = html.unescape((match[2] or b"").decode())
        group = re.search(rb"""\bsi=["'](\d+)["']""", match[1] or b"")
        if group and text:
            shared[group[1]] = text, place
        elif group and group[1] in shared:
            text, (row, column) = shared[group[1]]
            text = moved(text, (row + 1, column + 1), (place[0] + 1, place[1] + 1))
        if text:
            formulas[place] = text
    return formulas


def is_long(package: Package, sheet: Sheet) -> bool:
    """Whether `read_heads` reads only a part of the sheet."""
    return package.size(sheet.part) > HEAD_BYTES


def _calamine(
    package: Package, sheets: Mapping[Sheet, bytes]
) -> dict[Sheet, tuple[list[list[Any]], list[Any]]]:
    slim = _slim(package, list(sheets.values()))
    found = {}
    try:
        with CalamineWorkbook.from_filelike(slim) as book:
            for index, sheet in enumerate(sheets):
                values = book.get_sheet_by_index(index)
                rows = values.to_python(skip_empty_area=False) if values.start else []
                found[sheet] = rows, values.merged_cell_ranges or []
    except BaseException as error:
        # A panic of the library on absurd content is an exception of no public class.
        if isinstance(error, CalamineError) or type(error).__name__ == "PanicException":
            package.damaged(f"no se pueden leer sus celdas ({error})")
        raise
    return found


def _slim(package: Package, sheets: Sequence[bytes]) -> io.BytesIO:
    """A package with nothing but some sheets, not compressed again.

    Its parts stand where python-calamine expects them, wherever the original has them.
    """
    main = package.workbook_part
    shared = [kind for kind in ("sharedStrings", "styles") if package.related(main, kind)]
    names = [f"sheet{index}" for index in range(len(sheets))]
    listed = "".join(f'<sheet name="{n}" sheetId="1" r:id="{n}"/>' for n in names)
    arrows = [_arrow(name, "worksheet") for name in names] + [_arrow(k, k) for k in shared]
    texts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": _arrows([_arrow("xl/workbook", "officeDocument")]),
        "xl/workbook.xml": _WORKBOOK.format(date1904=int(package.date1904), sheets=listed),
        "xl/_rels/workbook.xml.rels": _arrows(arrows),
    }
    parts = {part: text.encode() for part, text in texts.items()}
    parts |= {f"xl/{kind}.xml": package.markup(str(package.related(main, kind))) for kind in shared}
    parts |= {
        f"xl/{name}.xml": _merged_first(data) for name, data in zip(names, sheets, strict=True)
    }
    buffer = io.BytesIO()
    write_zip(buffer, [stored(part, content) for part, content in parts.items()])
    buffer.seek(0)
    return buffer


def _merged_first(data: bytes) -> bytes:
    """Put a sheet's merged ranges, or that there are none, before its cells.

    python-calamine looks for them from the beginning on, so it would go through all cells twice.
    """
    p = _prefix(data)
    cells, end = data.find(b"<%ssheetData" % p), data.rfind(b"</%ssheetData>" % p)
    before, after = data[:cells], data[end:]
    if not 0 <= cells < end or _NO_TAGS in before or _NO_TAGS in after:
        return data
    found = re.search(rb"<%smergeCells\b[^<>]*>(?:.*?</%smergeCells>)?" % (p, p), after, re.DOTALL)
    ranges = found[0] if found else b"<%smergeCells></%smergeCells>" % (p, p)
    return b"".join((before, ranges, data[cells:]))


def _arrow(name: str, kind: str) -> str:
    return f'<Relationship Id="{name}" Type="{_OFFICE}/relationships/{kind}" Target="{name}.xml"/>'


def _arrows(arrows: Iterable[str]) -> str:
    inside = "".join(arrows)
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'


def _prefix(data: bytes) -> bytes:
    """The namespace prefix that some writers put before every element."""
    match = _TAG.search(data, 0, 4096)
    return (match[1] or b"") if match else b""


def _head(package: Package, sheet: Sheet) -> bytes:
    """The sheet up to a row's end, closed again; merged ranges, which come after, are lost."""
    if not is_long(package, sheet):
        return package.markup(sheet.part)
    data = package.markup(sheet.part, HEAD_BYTES)
    end = data.rfind(b"</%srow>" % _prefix(data))
    return _cut(data, end, from_end_of_row=True) if end >= 0 else package.markup(sheet.part)


def _cut(data: bytes, at: int, *, from_end_of_row: bool = False) -> bytes:
    if at < 0:
        return data
    p = _prefix(data)
    end = at + len(b"</%srow>" % p) if from_end_of_row else at
    return b"%s</%ssheetData></%sworksheet>" % (data[:end], p, p)


def _near_cells(package: Package, sheet: Sheet, data: bytes) -> tuple[bytes, bytes]:
    """Leave out cells lost far below or to the right, which would fill the memory with blanks."""
    data, below = _without_far_rows(data)
    if not _IS_FAR.search(data):
        return data, below
    right = b"".join(_FAR_CELL.findall(data))
    near = _FAR_CELL.sub(b"", data) if right else data
    _check_grid(package, sheet, near)
    return near, right + below


def _without_far_rows(data: bytes) -> tuple[bytes, bytes]:
    tag = b"<%srow " % _prefix(data)
    number = re.compile(tag + rb'[^<>]*?\br="(\d{1,7})"')
    last = number.match(data, max(data.rfind(tag), 0))
    if not last or int(last[1]) <= _MANY_ROWS:
        return data, b""
    before = 0
    for match in number.finditer(data):
        row = int(match[1])
        if row - before > _GAP:
            end = data.find(b"</%ssheetData>" % _prefix(data))
            return data[: match.start()] + data[end:], data[match.start() : end]
        before = row
    return data, b""


def _check_grid(package: Package, sheet: Sheet, data: bytes) -> None:
    """Refuse a sheet whose few cells lie so far apart that the blanks between fill the memory."""
    addresses = _ADDRESS.findall(data)
    letters, digits = {c.decode() for c, _ in addresses}, {r.decode() for _, r in addresses}
    if any(len(each) > len(_LAST[0]) for each in letters) or any(
        len(each) > len(_LAST[1]) for each in digits
    ):
        package.damaged(f"«{sheet.name}» tiene celdas después de la última de una hoja")
    columns = max((from_a1(f"{each}1")[1] for each in letters), default=0)
    rows = max(map(int, digits), default=0)
    if rows * columns > MAX_GRID:
        package.too_large(f"las celdas de «{sheet.name}» llegan hasta {a1(rows, columns)}")


def _put(rows: list[list[Any]], row: int, column: int, value: object) -> None:
    """Write a value into the grid, which ends at the last cell that is not blank."""
    width = max(len(rows[0]) if rows else 0, column + 1)
    if rows and width > len(rows[0]):
        for each in rows:
            each.extend([""] * (width - len(each)))
    while len(rows) <= row:
        rows.append([""] * width)
    rows[row][column] = value


def _unseen(data: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    """Where errors and formulas without a stored result are."""
    prefix, cells = _prefix(data), b"sheetData"
    start, end = data.find(cells) + len(cells), data.rfind(cells)
    # Looking for one letter costs nearly nothing, and plain figures have neither of these.
    if data.find(b"e", start, end) >= 0:
        yield from _errors(data, prefix)
    # A formula shared by several cells is written out in one of them.
    if data.find(b"f", start, end) >= 0 and b"</%sf>" % prefix in data:
        yield from _unset(data, prefix)


def _errors(data: bytes, p: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    shown = re.compile(rb"<%sv[^<>]*>([^<]*)</%sv>" % (p, p))
    tags = _CellTags(data, p)
    # Few writers use apostrophes, and those that do use them everywhere.
    for quoted in (b't="e"',) if b'="' in data[:200] else (b't="e"', b"t='e'"):
        at = data.find(quoted)
        while at >= 0:
            start = tags.start(at)
            # Elsewhere than in a cell's own tag these letters are text of a formula.
            if start >= 0 and data.find(b">", start, at) < 0:
                closed = data.find(b"/>", at, data.find(b">", at) + 1) >= 0
                end = at if closed else data.find(b"</%sc>" % p, at)
                text = shown.search(data, at, end)
                yield tags.place(start), CellError(text[1].decode() if text else "#N/A")
            at = data.find(quoted, at + 1)


def _unset(data: bytes, p: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    pattern = re.compile(
        rb"<%sf(?:\s[^<>]*)?(?:/>|>[^<]*</%sf>)\s*(?:(<%sv\s*/>|<%sv>\s*</%sv>)\s*)?</%sc>"
        % ((p,) * 6)
    )  # fmt: skip
    tags = _CellTags(data, p)
    for match in pattern.finditer(data):
        start = tags.start(match.start())
        # A formula whose result is an empty text says so; that is a result.
        empty_text = match[1] and re.search(rb"""\bt=["']str["']""", data[start : match.start()])
        if not empty_text:
            yield tags.place(start), UNSET


class _CellTags:
    """Where the tags of cells begin, asked from a sheet's beginning to its end.

    Each stretch of the sheet is looked at once, however many cells are asked for.
    """

    def __init__(self, data: bytes, prefix: bytes) -> None:
        self._data = data
        self._tags = b"<%sc " % prefix, b"<%sc>" % prefix
        self._row_tag = b"<%srow" % prefix
        self._cell = re.compile(rb"<%sc[ />]" % prefix)
        self._start = -1
        self._asked = self._seen = 0
        self._row_start = -1
        self._rows = self._cells = 0

    def start(self, at: int) -> int:
        """Return where the tag of the cell that holds a place begins; before any cell, -1."""
        since, self._asked = self._asked, max(at - len(self._tags[0]), 0)
        self._start = max(self._start, *(self._data.rfind(tag, since, at) for tag in self._tags))
        return self._start

    def place(self, start: int) -> tuple[int, int]:
        """Return a tag's row and column; few writers leave its address out, and then it counts."""
        address = _OWN_ADDRESS.match(self._data[start : start + 200])
        if address:
            row, column = from_a1(address[1].decode())
            return row - 1, column - 1
        self._count(start)
        number = _OWN_NUMBER.match(self._data[self._row_start : self._row_start + 200])
        return (int(number[1]) if number else self._rows) - 1, self._cells

    def _count(self, start: int) -> None:
        """Count the rows up to a tag, and the cells before it in its row."""
        last = self._data.rfind(self._row_tag, self._seen, start)
        if last >= 0:
            self._rows += self._data.count(self._row_tag, self._seen, start)
            self._row_start = self._seen = last
            self._cells = 0
        self._cells += len(self._cell.findall(self._data, self._seen, start))
        self._seen = start
