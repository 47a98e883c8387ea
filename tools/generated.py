"""Files that are derived from others: written with `--write`, compared with `--check`.

Whatever is declared once (functions, problems, commands) is derived everywhere else, and `make
check` fails when a derived file no longer says what its source says.
"""

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from poi_xl.core.catalogue import PARTS
from tests.problems.golden import GOLDEN
from tools.observations import observations_page
from tools.pages import commands_page, functions_page, lights_page, ribbon_page

ROOT = Path(__file__).parent.parent
WORKBOOK = ROOT / "workbook" / "POI_2021.xlsm"


class Generated(NamedTuple):
    """One derived file.

    Attributes:
        path: where it lies, from the project's root.
        produce: makes its content.
    """

    path: str
    produce: Callable[[], bytes]


# Add a line here for every derived file.
REGISTRY: tuple[Generated, ...] = (
    Generated("docs/funciones.md", lambda: functions_page(WORKBOOK).encode()),
    Generated("docs/ordenes.md", lambda: commands_page().encode()),
    Generated("docs/cinta.md", lambda: ribbon_page().encode()),
    Generated("docs/semaforo.md", lambda: lights_page().encode()),
    Generated("docs/observaciones.md", lambda: observations_page(PARTS, GOLDEN).encode()),
)


def stale(registry: Iterable[Generated], root: Path) -> list[str]:
    """Return the paths whose content is not what would be written now.

    Args:
        registry: the derived files.
        root: the folder they lie in.
    """
    return [
        entry.path
        for entry in registry
        if not (root / entry.path).is_file() or (root / entry.path).read_bytes() != entry.produce()
    ]


def write(registry: Iterable[Generated], root: Path) -> None:
    """Write every derived file.

    Args:
        registry: the derived files.
        root: the folder they lie in.
    """
    for path, produce in registry:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(produce())


def main(argv: list[str]) -> int:
    """Run the command line; return its exit code.

    Args:
        argv: the arguments, `--check` or `--write`.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--check", action="store_true", help="fail if a file is out of date")
    action.add_argument("--write", action="store_true", help="bring all files up to date")
    if parser.parse_args(argv).write:
        write(REGISTRY, ROOT)
    old = stale(REGISTRY, ROOT)
    for path in old:
        print(f"{path} is out of date: run `make format`", file=sys.stderr)
    print(f"{len(REGISTRY) - len(old)} of {len(REGISTRY)} generated files are up to date")
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
