"""What belongs to people in an open workbook, counted before and after our work on it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from poi_xl.core.text import a1
from poi_xl.package.marks import MARK, NOTE

_LINKS: Final = 1  # xlExcelLinks
_BROKEN: Final = "#REF!"
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class People:
    """What people made.

    Attributes:
        formulas: the formulas of their sheets, by place.
        names: what each of their names means.
        links: the files that the workbook is linked to.
    """

    formulas: Mapping[str, str]
    names: Mapping[str, str]
    links: frozenset[str]

    @property
    def broken(self) -> int:
        """How many of their formulas and names lead nowhere."""
        texts = [*self.formulas.values(), *self.names.values()]
        return sum(_BROKEN in text for text in texts)


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


def differences(before: People, after: People) -> list[str]:
    """Return in words what is not as it was; nothing when all is.

    Example:
        >>> was = People({"Hoja1!A1": "=Resumen!B5"}, {}, frozenset())
        >>> differences(was, People({"Hoja1!A1": "=#REF!"}, {}, frozenset()))
        ['1 fórmula (Hoja1!A1)', 'los #REF! (antes 0, ahora 1)']
    """
    found = []
    formulas = _changed(before.formulas, after.formulas)
    if formulas:
        word = "fórmula" if len(formulas) == 1 else "fórmulas"
        found.append(f"{len(formulas)} {word} ({_some(formulas)})")
    if names := _changed(before.names, after.names):
        found.append(f"los nombres {_some(names)}")
    if links := sorted(before.links ^ after.links):
        found.append(f"los vínculos {_some(links)}")
    if before.broken != after.broken:
        found.append(f"los {_BROKEN} (antes {before.broken}, ahora {after.broken})")
    return found


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    return [key for key in {**before, **after} if before.get(key) != after.get(key)]


def _some(words: list[str]) -> str:
    return ", ".join(words[:_SHOWN]) + (", …" if len(words) > _SHOWN else "")
