"""``python -m poi_xl.hosts.cli``: the same as ``poi-xl``."""

from poi_xl.hosts.cli import main

raise SystemExit(main())
