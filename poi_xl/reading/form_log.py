"""Reading back the sheet Bitácora, so that its earlier rows are kept."""

from poi_xl.core.form_log import LOG_HEADINGS, LogRow
from poi_xl.reading.grid import Grid
from poi_xl.reading.headings import plain
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
    wanted = [plain(heading) for heading in LOG_HEADINGS]
    header, columns = None, dict[str, int]()
    for row, cells in enumerate(rows):
        found = {plain(cell): i for i, cell in enumerate(cells) if isinstance(cell, str) and cell}
        if set(wanted) <= found.keys():
            header, columns = row, found
            break
    if header is None:
        return []
    places = [columns[heading] for heading in wanted]
    lines = ([_shown(row[place]) for place in places] for row in rows[header + 1 :])
    return [_row(line) for line in lines if any(line)]


def _shown(cell: object) -> str:
    # Texts keep their line breaks; only numbers need a spelling.
    return cell if isinstance(cell, str) else as_text(cell)


def _row(line: list[str]) -> LogRow:
    imported, organ, period, filled_by, filled_on, file, cells, changes, digest = line
    count = int(cells) if cells.isdecimal() else 0
    return LogRow(imported, organ, period, filled_by, filled_on, file, count, changes, digest)
