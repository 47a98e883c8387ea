"""`distribuir` of the shipped workbook, verification included, against LibreOffice's conversion.

Both are asked of the same file in the same run. LibreOffice only converts, in a profile that it has
used before, and the copy keeps calls that nobody else can compute; ours is computed anew by
LibreOffice before it is released. By processor time, that of the programs started included, in
turns: what else the machine does counts little.
"""

import tempfile
from pathlib import Path
from statistics import median

from common import ROOT, command_seconds, line

BOOK = ROOT / "workbook" / "POI_2021.xlsm"
PROGRAM = str(ROOT / ".venv" / "bin" / "poi-xl")
TURNS = 7

with tempfile.TemporaryDirectory() as folder:
    profile = f"-env:UserInstallation={Path(folder, 'perfil').as_uri()}"
    convert = ("soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", folder)
    command_seconds(*convert, str(BOOK))  # sets its profile up
    theirs, ours = [], []
    for turn in range(TURNS):
        theirs.append(command_seconds(*convert, str(BOOK)))
        copies = str(Path(folder) / f"copias {turn}")
        ours.append(command_seconds(PROGRAM, "distribuir", str(BOOK), "-o", copies))
    line("distribuir, verified", median(ours), median(theirs), "soffice --convert-to")
    print(f"distribuir / soffice = {median(ours) / median(theirs):.2f}   goal: at most 3")
