"""The guide's pictures: sheets of the shipped workbook as LibreOffice prints them, and windows.

    python -m tools.pictures            # all of the guide's
    python -m tools.pictures --readme   # the README's, which is kept with the workbook it shows

The guide's go to build/pictures, from where the site takes them; none is drawn by hand. What a
machine cannot draw is told, and the site is made without it.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from openpyxl import load_workbook
from PIL import Image

from tools import scenes
from tools.screen import PROGRAMS, saved

ROOT: Final = Path(__file__).parent.parent
WORKBOOK: Final = ROOT / "workbook" / "POI_2021.xlsm"
README: Final = ROOT / "workbook" / "POI_2021.png"
FOLDER: Final = ROOT / "build" / "pictures"
# File of each picture, and the sheet whose first printed page it is.
PICTURES: Final[Mapping[str, str]] = {
    "plan.png": "POI",
    "tablero.png": "Tablero",
    "resumen.png": "Resumen",
    "por-organo.png": "Por órgano",
    "alertas.png": "Alertas",
}
_SHOWN_FIRST: Final = "resumen.png"
NAMES: Final = (*PICTURES, *scenes.NAMES)
_DOTS_PER_INCH: Final = "90"


def draw(workbook: Path, folder: Path) -> list[Path]:
    """Draw every picture; return their paths.

    Args:
        workbook: the workbook.
        folder: where they go.

    Raises:
        subprocess.CalledProcessError: LibreOffice or poppler failed.
        FileNotFoundError: one of them is missing.
        LookupError: a sheet is on no page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        profile = f"-env:UserInstallation={(Path(work) / 'perfil').as_uri()}"
        _run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", work, workbook)
        pdf = Path(work) / f"{workbook.stem}.pdf"
        pages = _run("pdftotext", "-layout", pdf, "-").split("\f")
        titles = _titles(workbook)
        for name, sheet in PICTURES.items():
            page = str(_page(pages, sheet, titles[sheet]))
            where = ["-f", page, "-l", page, "-singlefile", "-r", _DOTS_PER_INCH]
            _run("pdftoppm", *where, "-png", pdf, folder / Path(name).stem)
    return [folder / name for name in PICTURES]


def office_version() -> str:
    """Return the version of this machine's LibreOffice: another one draws letters elsewhere."""
    return _run("soffice", "--version").split(" (")[0].strip()


def draw_readme(workbook: Path, path: Path) -> Path:
    """Draw the README's picture, which names the LibreOffice that drew it; return its path.

    Args:
        workbook: the workbook.
        path: the .png.
    """
    with tempfile.TemporaryDirectory() as work:
        draw(workbook, Path(work))
        with Image.open(Path(work) / _SHOWN_FIRST) as picture:
            return saved(picture, path, office_version())


def _titles(workbook: Path) -> dict[str, str]:
    """The text in A1 of each sheet: it stands at the top of its first page."""
    book = load_workbook(workbook, read_only=True, data_only=True)
    try:
        return {name: str(book[name]["A1"].value) for name in PICTURES.values()}
    finally:
        book.close()


def _page(pages: list[str], sheet: str, title: str) -> int:
    for number, text in enumerate(pages, start=1):
        if _squeezed(title) in _squeezed(text):
            return number
    raise LookupError(f"{sheet}: no page begins with «{title}»")


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _run(*command: str | Path) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
    return done.stdout


def main() -> int:
    """Draw what can be drawn here; return the exit code."""
    if sys.argv[1:] == ["--readme"]:
        print(draw_readme(WORKBOOK, README).relative_to(ROOT))
        return 0
    if not shutil.which("soffice"):
        print("Sin imágenes: falta LibreOffice (make oracles).", file=sys.stderr)
        return 0
    for path in draw(WORKBOOK, FOLDER):
        print(path.relative_to(ROOT))
    if missing := [each for each in PROGRAMS if not shutil.which(each)]:
        print(f"Sin imágenes de ventanas: falta {', '.join(missing)}.", file=sys.stderr)
        return 0
    for path in scenes.draw(WORKBOOK, FOLDER):
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
