"""Whether formulas of a workbook's other sheets look at sheets of ours.

Their stored results are old once ours have new figures: Excel must then compute them on opening.
"""

import html
import re
from collections.abc import Collection, Iterable

from poi_xl.package.parts import Package
from poi_xl.package.rendering import TABLE_TYPE

_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>]")


def are_mentioned(package: Package, names: Collection[str]) -> bool:
    """Return whether a formula on any other sheet names one of some sheets, or a table on them.

    Args:
        package: the workbook.
        names: names of our sheets in it.

    Raises:
        Refusal: a sheet is damaged.
    """
    ours = [sheet for sheet in package.sheets if sheet.name in names]
    pattern = _pattern(names, _tables(package, [sheet.part for sheet in ours]))
    others = (s for s in package.sheets if s not in ours and s.kind == "worksheet")
    return any(_is_in_formula(package.read(sheet.part), pattern) for sheet in others)


def _tables(package: Package, parts: Iterable[str]) -> list[str]:
    return [
        package.xml(reached).get("displayName", "")
        for part in parts
        for reached in package.reachable([part])
        if package.content_type(reached).endswith(TABLE_TYPE)
    ]


def _pattern(names: Iterable[str], tables: Iterable[str]) -> re.Pattern[bytes]:
    """A sheet's name before its exclamation mark, quoted or not; a table's before its bracket."""
    sheets = [html.escape(name.replace("'", "''"), quote=False) for name in names]
    quoted = [re.escape(name) + r"(?:'|&apos;|&#39;)?!" for name in sheets]
    structured = [re.escape(table) + r"\[" for table in tables if table]
    return re.compile("|".join(quoted + structured).encode(), re.IGNORECASE)


def _is_in_formula(data: bytes, pattern: re.Pattern[bytes]) -> bool:
    """Whether the pattern stands inside a formula; texts of cells may say the same."""
    return any(
        _FORMULA.match(data, data.rfind(b"<", 0, match.start())) for match in pattern.finditer(data)
    )
