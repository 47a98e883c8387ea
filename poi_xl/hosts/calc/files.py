"""The file behind a document, told without loading what the buttons need."""

from pathlib import Path
from typing import Any, Final

import uno

# The files that LibreOffice only understands in part, and whose parts we write ourselves.
BOOKS: Final = frozenset({".xlsx", ".xlsm"})


def path_of(document: Any) -> Path | None:
    """Return a document's file; None when it was never saved, or is no file."""
    url = str(document.URL)
    return path_at(url) if url.startswith("file:") else None


def path_at(url: str) -> Path:
    """Return the file at an address of LibreOffice's."""
    return Path(uno.fileUrlToSystemPath(url))


def url_of(path: Path) -> str:
    """Return a file's address as LibreOffice spells it."""
    return str(uno.systemPathToFileUrl(str(path)))
