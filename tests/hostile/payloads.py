"""Texts that try to be more than a text, and judges of whether one of them became it.

Every text carries the mark, so that whatever comes of it can be told from what poi_xl writes.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import python_calamine
from lxml import etree

MARK: Final = "robo7"
TEXTS: Final = {
    "a sum": f"=1+1 {MARK}",
    "a link": f'=HYPERLINK("http://127.0.0.1/{MARK}","clic")',
    "a conversation": f"=cmd|'/c calc'!{MARK}",
    "an array": f"{{=1+1 {MARK}}}",
    "a plus": f"+1+1 {MARK}",
    "a minus": f"-1 {MARK}",
    "an at": f"@SUM(1,{MARK})",
    "a tab": f"\t=1+{MARK}",
    "a return": f"a\r=1+{MARK}",
    "a line": f"b\n=1+{MARK}",
    "an address": f"http://127.0.0.1/{MARK}",
    "a letter": f"mailto:{MARK}@127.0.0.1",
    "a place": f"internal:{MARK}!A1",
    "a file": f"external:c:\\{MARK}.xlsx",
    "a program": f"file:///c:/{MARK}.exe",
    "a script": f"<script>alert('{MARK}')</script>",
    "an entity": f"&{MARK};&#0;&amp;",
    "an end": f"]]><{MARK}/>--><{MARK} x='",
    "quotation marks": f'a"&{MARK}()&"b',
    "a sheet": f"'{MARK}'!A1",
    "a zero": f"{MARK}\0x",
    "controls": f"{MARK}\x07\x1b[31mrojo\x1b]0;titulo\x07\x7f\x9b2J",
    "no letters": f"{MARK}\ufffey\uffff",
    "a long one": f"{MARK} " + "x" * 40_000,
    "from right to left": f"{MARK}\u202egpj.exe",
    "line ends of others": f"{MARK}\u2028\u2029\u200bx",
    "an escape": f"{MARK} _x0041_ _x0007_",
    "markup": f"[bold red]{MARK}[/bold] [/x] \\[",
    "braces": f"{{{MARK}}} {{0}} %s %(x)s",
    "beyond the first plane": f"{MARK} 😀𝒳",
    "a footer": f'&P&[Archivo]&"Arial"{MARK}',
}
_OUTSIDE: Final = ("ddeLink", "oleLink", "externalBook", "oleObject", "webPublishItem")
_FORMULAS: Final = (
    "f",
    "formula",
    "formula1",
    "formula2",
    "definedName",
    "calculatedColumnFormula",
)
_LITERAL: Final = re.compile(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'')
_UNSEEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\ufffe\uffff]")
# Excel's own limit.
_LONGEST: Final = 32_767


def escaped(text: str) -> str:
    """Spell a text as a workbook's XML has it."""
    text = re.sub("_(?=x[0-9A-F]{4}_)", "_x005F_", text)
    return re.sub("[\x00-\x08\x0b-\x1f\ufffe\uffff]", lambda c: f"_x{ord(c[0]):04X}_", text)


def seen(text: str) -> str:
    """Return what of a text can be seen, which is what must come through everything."""
    return _UNSEEN.sub("", " ".join(text.split()))[:_LONGEST].strip()


def breaches(path: Path) -> Iterator[str]:
    """Say where a workbook is no XML, or made more of a marked text than a text."""
    with zipfile.ZipFile(path) as package:
        for part in package.namelist():
            if part.endswith((".xml", ".rels", ".vml")):
                try:
                    root = etree.fromstring(package.read(part))
                except etree.XMLSyntaxError as error:
                    yield f"{path.name} {part}: {error}"
                    continue
                yield from (f"{path.name} {part}: {each}" for each in _breaches(root))


def _breaches(root: etree._Element) -> Iterator[str]:
    for element in root.iter("{*}*"):
        name = etree.QName(element).localname
        text = element.text or ""
        # Inside quotation marks a formula may name an organ: there it is a text.
        if name in _FORMULAS and MARK in _LITERAL.sub("", text):
            yield f"<{name}> {text}"
        if name == "hyperlink" and MARK in _LITERAL.sub("", element.get("location", "")):
            yield f"a link to {element.get('location')}"
        if name == "Relationship" and (MARK in element.get("Target", "") or _leads_out(element)):
            yield f"an arrow to {element.get('Target')}"
        if name in _OUTSIDE:
            yield f"<{name}>"


def _leads_out(arrow: etree._Element) -> bool:
    return arrow.get("TargetMode") == "External" and not arrow.get("Target", "").startswith("#")


def texts(path: Path) -> set[str]:
    """Return what the cells of a workbook say, as far as it can be seen."""
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    return {seen(cell) for row in rows for cell in row if isinstance(cell, str)}
