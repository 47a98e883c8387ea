"""How much of a file is taken in: every limit, and why no honest workbook comes near it.

A few kilobytes can be made to fill any memory: zeros deflate a thousand to one, and one cell in the
farthest corner asks for a grid of the whole sheet. So sizes are looked at before anything is
inflated, parsed or laid out. Together the limits keep a command below 1.5 GB.
"""

from typing import Final

# Read whole into memory. A workbook of half a million cells is 3 MB, pictures make it tens.
MAX_FILE: Final = 256 << 20
# What the classic records of a zip can count. A sheet with all its trimmings has ten parts.
MAX_MEMBERS: Final = 65_535
# Inflated size of all parts together: many small bombs are one large one.
MAX_INFLATED: Final = 1 << 30
# Of one part that has to be read: six million cells, or more rows than a sheet has of figures.
MAX_PART: Final = 192 << 20
# Deflate cannot pack better than 1,032 to 1; real parts stay under 100 to 1.
MAX_RATIO: Final = 500
RATIO_MATTERS_FROM: Final = 64 << 20
# Elements and attributes of a part that becomes a tree, a hundred bytes and more each; counted by
# their marks, of which a cell has seven: 700,000 cells on one sheet.
MAX_TREE_MARKS: Final = 5_000_000
# Places in the rectangle around a sheet's cells, blank ones too: 100 columns of 80,000 rows.
MAX_GRID: Final = 8_000_000


class TooLargeError(ValueError):
    """More than a limit; the text says of what, in Spanish."""
