"""Reading back the sheet Bitácora, so that its earlier rows are kept."""

from poi_xl.core.form_log import LOG_HEADINGS, LogRow
from poi_xl.reading.grid import Grid
from poi_xl.reading.listing import lines_under
from poi_xl.reading.rows import as_text


def parse_log(rows: Grid) -> list[LogRow]:
    """Return the imports that a sheet lists, in its order.

    Args:
        rows: the sheet's cells from A1.

    Example:
        >>> line = ["2021-04-20 09:30", "JEFATURA", "I TRIM", "Ana", "", "a.xlsx", 3.0, "", "f0"]
        >>> parse_log([["Bitácora"], list(LOG_HEADINGS), line])[0].cells
        3
    """
    lines = (list(map(_shown, line)) for line in lines_under(rows, LOG_HEADINGS))
    return [_row(line) for line in lines if any(line)]


def _shown(cell: object) -> str:
    # Texts keep their line breaks; only numbers need a spelling.
    return cell if isinstance(cell, str) else as_text(cell)


def _row(line: list[str]) -> LogRow:
    imported, organ, period, filled_by, filled_on, file, cells, changes, digest = line
    count = int(cells) if cells.isdecimal() else 0
    return LogRow(imported, organ, period, filled_by, filled_on, file, count, changes, digest)
