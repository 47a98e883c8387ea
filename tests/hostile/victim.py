"""A process that runs commands in children, each of which waits until somebody holds it.

It imports everything once. For each line of words on its input it forks, says the child's number,
lets it stop, and says how it ended once somebody made it go on.
"""

import datetime as dt
import json
import os
import signal
import sys
from pathlib import Path

NOW = dt.datetime(2021, 5, 3, 17, 0)  # noqa: DTZ001 - the analyst's own clock


def prepare() -> None:
    """Fix the clock, take LibreOffice away, and load what commands load when first used."""
    import pyarrow.parquet  # noqa: F401

    from poi_xl.commands import (  # noqa: F401
        build,
        compare,
        distribute,
        embed,
        forms,
        import_forms,
        open_quarter,
        restore,
        update,
        verifying,
    )
    from poi_xl.consolidating import consolidate, store  # noqa: F401
    from poi_xl.hosts.cli import verbs

    verbs._now = lambda: NOW
    vars(verifying)["find_office"] = lambda *_: None
    # It waits for every disk of the machine, and no fault can be put into it.
    vars(store)["_flush_everything"] = lambda: None


def child(words: list[str], said: Path) -> None:
    """Stop, and once let go run the command and end with its code."""
    from poi_xl.hosts.cli import main

    handle = os.open(said, os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    os.kill(os.getpid(), signal.SIGSTOP)
    try:
        code = main(words)
    except SystemExit as stop:
        code = int(str(stop.code))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def say(number: int) -> None:
    """Answer who asked."""
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def serve() -> None:
    """Do as asked, line by line."""
    prepare()
    for line in sys.stdin:
        asked = json.loads(line)
        number = os.fork()
        if not number:
            child(asked["words"], Path(asked["said"]))
        os.waitpid(number, os.WUNTRACED)
        say(number)
        _, status = os.waitpid(number, 0)
        say(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    serve()
