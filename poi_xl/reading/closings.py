"""Reading back the sheet Cierres: the figures of each quarter when it was closed."""

from poi_xl.core.quarters import CLOSING_HEADINGS, CLOSING_KEY, Closing, closing_of
from poi_xl.package.marks import owned_sheets
from poi_xl.package.parts import Package
from poi_xl.reading.cells import read_cells
from poi_xl.reading.grid import Grid
from poi_xl.reading.listing import lines_under


def parse_closings(rows: Grid) -> list[Closing]:
    """Return the closings that a sheet lists, in its order.

    Args:
        rows: the sheet's cells from A1.

    Example:
        >>> line = ["I TRIM", "2021-04-20", "A", 2.0, 3.0, 1.5, 0.5, "Crítico", 0.1, 0.5, 0.5]
        >>> rows = [["Cierres"], list(CLOSING_HEADINGS), [*line, "", "ABR", "f0"]]
        >>> parse_closings(rows)[0].executed
        1.5
    """
    # Amounts and ratios to the last digit: they are compared with those of today.
    lines = (list(map(str, line)) for line in lines_under(rows, CLOSING_HEADINGS))
    return [closing for line in lines if (closing := closing_of(line))]


def kept_closings(package: Package) -> tuple[str, list[Closing]]:
    """Return the name of the sheet Cierres and what it lists; nothing when there is none."""
    sheet = owned_sheets(package).get(CLOSING_KEY)
    return (sheet.name, parse_closings(read_cells(package, sheet).rows)) if sheet else ("", [])
