"""The rows of a web page's table, such as the exports that carry an .xls name.

The page is handed to libxml2 a few rows at a time, so that memory does not grow with the file, and
as text that was decoded before: no declaration inside it decides anything. Its HTML parser knows
the named letters by itself and fetches nothing.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from lxml import etree

_ROW: Final = re.compile(r"<tr(?=[\s>])", re.IGNORECASE)
_END: Final = re.compile(r"</(?:table|body|html)\s*>", re.IGNORECASE)
_ROWS_AT_ONCE: Final = 50
# What may stand after a table: the page's own end, a script of the server's.
_TAIL: Final = 4096


def is_whole(page: str) -> bool:
    """Whether the page goes on to the end of its table; one cut short does not.

    Example:
        >>> is_whole("<table><tr><td>1</table>"), is_whole("<table><tr><td>1</td></t")
        (True, False)
    """
    return bool(_END.search(page, max(0, len(page) - _TAIL)))


def table_rows(page: str) -> Iterator[list[str]]:
    """Yield the cells of every row of a page's tables, as a reader sees them.

    Tags that are left open end where the next cell or row begins.

    Example:
        >>> list(table_rows("<table><tr><th>A<th>B<tr><td>&ntilde;<br>o</td><td></table>"))
        [['A', 'B'], ['ñ o', '']]
    """
    parser = etree.HTMLParser(no_network=True, collect_ids=False, remove_comments=True)
    rows = _row_texts(page)
    while some := list(islice(rows, _ROWS_AT_ONCE)):
        yield from _parsed(some, parser)


def _row_texts(page: str) -> Iterator[str]:
    starts = _ROW.finditer(page)
    before = next(starts, None)
    for after in starts:
        if before:
            yield page[before.start() : after.start()]
        before = after
    if before:
        yield page[before.start() :]


def _parsed(rows: Sequence[str], parser: etree.HTMLParser) -> Iterator[list[str]]:
    # A character of no page would end the parser's work in silence.
    page = f"<table>{''.join(rows)}".replace("\0", "\N{REPLACEMENT CHARACTER}")
    found = [
        # Nearly every cell is a text and nothing else: this way is for speed alone.
        [_text(cell) if len(cell) else cell.text or "" for cell in row]
        for row in etree.HTML(page, parser).iter("tr")
    ]
    if len(found) != len(rows):
        # Something no export has; without the rows it hides there would be wrong sums.
        raise ValueError(f"{len(rows)} rows were written and {len(found)} understood")
    yield from found


def _text(cell: etree._Element) -> str:
    for line_end in cell.iter("br"):
        line_end.text = " "
    return "".join(map(str, cell.itertext()))
