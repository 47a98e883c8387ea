"""The command line host: ``poi-xl``.

Only argparse is imported until a command is known to run, so that ``-h`` answers at once.
"""

import io
import sys
from collections.abc import Sequence

from poi_xl.hosts.cli.parser import parse


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: the words after ``poi-xl``; the process's own when None.

    Returns:
        0 fine, 1 with observations, 2 wrong use or a file that cannot be used, 3 file in use or
        changed meanwhile.
    """
    _show_any_name()
    arguments = parse(sys.argv[1:] if argv is None else list(argv))
    from poi_xl.hosts.cli.verbs import run  # everything heavy starts here

    return run(arguments)


def _show_any_name() -> None:
    """Let names that are no text, as old disks have them, appear as escapes, not as a failure."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
