"""The file behind a document, told without loading what the buttons need."""

from pathlib import Path
from typing import Any, Final

import uno

# The files that LibreOffice only understands in part, and whose parts we write ourselves.
BOOKS: Final = frozenset({".xlsx", ".xlsm"})


def path_of(document: Any) -> Path | None:
    """Return a document's file; None when it was never saved, or is no file."""
    url = str(document.URL)
    return Path(uno.fileUrlToSystemPath(url)) if url.startswith("file:") else None
