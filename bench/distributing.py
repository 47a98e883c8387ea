"""`distribuir` of the shipped workbook, verification included, against LibreOffice's conversion.

Both are asked of the same file in the same run. LibreOffice only converts, and the copy keeps calls
that nobody else can compute; ours is computed anew by LibreOffice before it is released.
"""

import shutil
import tempfile
from pathlib import Path

from common import ROOT, best, best_command, line

BOOK = ROOT / "workbook" / "POI_2021.xlsm"
PROGRAM = str(ROOT / ".venv" / "bin" / "poi-xl")

with tempfile.TemporaryDirectory() as folder:
    profile = f"-env:UserInstallation={Path(folder, 'perfil').as_uri()}"
    convert = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", folder]
    theirs = best_command(*convert, str(BOOK), repeat=3)
    copies = Path(folder) / "copias"

    def ours():
        shutil.rmtree(copies, ignore_errors=True)
        best_command(PROGRAM, "distribuir", str(BOOK), "-o", str(copies), repeat=1)

    line(
        "distribuir, verified", best(ours, 3), theirs, "soffice --convert-to", "goal: at least 0.33"
    )
