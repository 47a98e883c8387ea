"""The add-in: the functions and the tab for whichever workbook is open, which stays as it is."""

from pathlib import Path
from typing import Final

from poi_xl.package.macros import (
    PROJECT_CONTENT,
    PROJECT_PART,
    PROJECT_RELATIONSHIP,
    RIBBON_PART,
    RIBBON_RELATIONSHIP,
    WORKBOOK_MODULE,
    addin_modules,
    code_names,
    declare,
    hand_written,
    named,
    related,
    sheet_documents,
)
from poi_xl.package.parts import MACRO_ENABLED, TYPES_PART, Package, macro_enabled, rels_part
from poi_xl.package.ribbon import ribbon_xml
from poi_xl.package.vba import WORKBOOK_BASE, build_project, document
from poi_xl.package.xmlpart import dump, parse

# It is this type that makes Excel open the file as an add-in: hidden, for all workbooks.
ADDIN: Final = "application/vnd.ms-excel.addin.macroEnabled.main+xml"


def write_addin(base: Path, out: Path) -> None:
    """Write the add-in.

    Args:
        base: a workbook with one sheet, which nobody will see.
        out: the .xlam to write.
    """
    package = Package.open(base)
    book = document(WORKBOOK_MODULE, hand_written("ThisWorkbook_addin.cls"), WORKBOOK_BASE)
    sheets = sheet_documents(code_names(package))
    types = parse(macro_enabled(package).replace(MACRO_ENABLED.encode(), ADDIN.encode()))
    declare(types, PROJECT_PART, PROJECT_CONTENT)
    declare(types, RIBBON_PART, "application/xml")
    lists = rels_part(package.workbook_part), rels_part("")
    parts = {
        TYPES_PART: dump(types),
        lists[0]: related(package.xml(lists[0]), PROJECT_RELATIONSHIP, "vbaProject.bin"),
        lists[1]: related(package.xml(lists[1]), RIBBON_RELATIONSHIP, RIBBON_PART),
        PROJECT_PART: build_project([book, *sheets, *addin_modules()]),
        RIBBON_PART: ribbon_xml(),
        **named(package),
    }
    package.write(out, parts)
