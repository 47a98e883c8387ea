"""How long `poi-xl -h` takes, against an empty Python and the command line library's import."""

import sys
from pathlib import Path

from common import best_command

PYTHON = sys.executable
COMMAND = str(Path(PYTHON).with_name("poi-xl"))

empty = best_command(PYTHON, "-c", "pass", repeat=15)
library = best_command(PYTHON, "-c", "import argparse", repeat=15)
ours = best_command(COMMAND, "-h", repeat=15)
peer = best_command(PYTHON, "-c", "import pandas", repeat=3)
print(f"python -c pass {empty * 1e3:.1f} ms; with argparse {library * 1e3:.1f} ms")
print(
    f"poi-xl -h {ours * 1e3:.1f} ms = {ours / library:.2f} times an empty Python that imports "
    f"argparse   goal: at most 2"
)
print(f"import pandas alone would take {peer * 1e3:.0f} ms")
