"""``python -m poi_xl.hosts.cli``: the same as ``poi-xl``."""

from poi_xl.hosts.cli import main

# Processes that help with a consolidation open this module again, under another name.
if __name__ == "__main__":
    raise SystemExit(main())
