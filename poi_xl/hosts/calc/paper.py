"""How our sheets look on paper: a page style for each, which no other sheet shares."""

from contextlib import suppress
from typing import Any, Final

PAGES: Final = "PageStyles"
_PREFIX: Final = "PageStyle_"
_READ_ONLY: Final = 16  # com.sun.star.beans.PropertyAttribute.READONLY
# What is printed around a page, on right, left and first pages.
PRINTED: Final = tuple(
    f"{side}Page{end}Content" for end in ("Header", "Footer") for side in ("Right", "Left", "First")
)
_FOOTERS: Final = ("RightPageFooterContent", "LeftPageFooterContent", "FirstPageFooterContent")


def set_page(document: Any, sheet: Any, model: Any, source: Any) -> None:
    """Set the paper of a sheet up as the drawn one's.

    Where people set it up their own way only the footer, which tells what the figures were computed
    from, is written anew.

    Args:
        document: the document.
        sheet: the sheet.
        model: the drawn one.
        source: the drawn file.
    """
    sheet.setPrintAreas(_moved(model.getPrintAreas(), sheet))
    sheet.setPrintTitleRows(model.getPrintTitleRows())
    if model.getPrintTitleRows():
        sheet.setTitleRows(_moved([model.getTitleRows()], sheet)[0])
    pages = source.StyleFamilies.getByName(PAGES)
    wanted = pages.getByName(model.PageStyle)
    own = document.StyleFamilies.getByName(PAGES)
    if _is_own(document, sheet):
        _copy(wanted, own.getByName(sheet.PageStyle), _FOOTERS)
        return
    name = _free(own, _PREFIX + sheet.Name)
    own.insertByName(name, document.createInstance("com.sun.star.style.PageStyle"))
    made = own.getByName(name)
    names = [p.Name for p in wanted.PropertySetInfo.Properties if not p.Attributes & _READ_ONLY]
    _copy(wanted, made, names)
    sheet.PageStyle = name


def _is_own(document: Any, sheet: Any) -> bool:
    """Whether no other sheet has its page style, and it is not one of LibreOffice's own."""
    style = document.StyleFamilies.getByName(PAGES).getByName(sheet.PageStyle)
    shared = sum(each.PageStyle == sheet.PageStyle for each in document.Sheets) > 1
    return bool(style.isUserDefined()) and not shared


def _free(styles: Any, wanted: str) -> str:
    name, number = wanted, 1
    while styles.hasByName(name):
        number += 1
        name = f"{wanted} {number}"
    return name


def _copy(source: Any, target: Any, names: Any) -> None:
    for name in names:
        with suppress(Exception):  # some properties only exist for what is switched on
            setattr(target, name, getattr(source, name))


def _moved(areas: Any, sheet: Any) -> tuple[Any, ...]:
    """The same areas on another sheet."""
    moved = []
    for area in areas:
        area.Sheet = sheet.RangeAddress.Sheet
        moved.append(area)
    return tuple(moved)
