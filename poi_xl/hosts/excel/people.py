"""What belongs to people in a workbook that is open in Excel."""

from collections.abc import Collection, Iterator
from typing import Any, Final

from poi_xl.commands.people import People
from poi_xl.core.text import a1
from poi_xl.package.marks import MARK, NOTE

_LINKS: Final = 1  # xlExcelLinks


def people_of(book: Any, ours: Collection[str]) -> People:
    """Return what people made in a workbook.

    Args:
        book: the workbook.
        ours: names of the sheets that we regenerate.
    """
    sheets = [sheet for sheet in book.Worksheets if str(sheet.Name) not in ours]
    return People(
        dict(each for sheet in sheets for each in _formulas(sheet)),
        dict(_names(book, ours)),
        frozenset(map(str, book.LinkSources(_LINKS) or ())),
    )


def _formulas(sheet: Any) -> Iterator[tuple[str, str]]:
    used, name = sheet.UsedRange, str(sheet.Name)
    top, left = int(used.Row), int(used.Column)
    found = used.Formula
    rows = found if isinstance(found, tuple) else ((found,),)
    for row, cells in enumerate(rows, start=top):
        for column, text in enumerate(cells, start=left):
            if isinstance(text, str) and text.startswith("="):
                yield f"{name}!{a1(row, column)}", text


def _names(book: Any, ours: Collection[str]) -> Iterator[tuple[str, str]]:
    for each in book.Names:
        name = str(each.Name)
        sheet = name.rpartition("!")[0].strip("'").replace("''", "'")
        if sheet not in ours and not name.lower().startswith((MARK, NOTE)):
            yield name, str(each.RefersTo)
