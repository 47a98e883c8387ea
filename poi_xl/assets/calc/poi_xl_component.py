"""What LibreOffice loads: it finds poi_xl, which does the work.

poi_xl is installed in a Python of the user's. `poi-xl instalar --libreoffice` notes down where, in
libreoffice.json; the environment variable POI_XL_PYTHONPATH says it too, for those who try things.
"""

import json
import logging
import os
import site
import sys
from pathlib import Path

import unohelper
from com.sun.star.lang import XServiceInfo

try:
    from pe.poixl import XFunciones
except ImportError:  # LibreOffice is only registering: the interface comes with this extension
    XFunciones = None

g_ImplementationHelper = unohelper.ImplementationHelper()


def settings_file():
    """Return where poi_xl notes down its folders; poi_xl itself says the same in commands/log.py."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    else:
        base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "poi_xl" / "libreoffice.json"


def folders():
    """Return the folders in which Python packages are."""
    found = os.environ.get("POI_XL_PYTHONPATH", "").split(os.pathsep)
    try:
        found += json.loads(settings_file().read_text(encoding="utf-8"))["carpetas"]
    except (OSError, ValueError, KeyError):
        pass
    return [folder for folder in found if folder]


def find():
    """Return the module with our services; None when poi_xl cannot be had."""
    for folder in folders():
        site.addsitedir(folder)
    try:
        from poi_xl.hosts.calc import services
    except Exception:
        logging.getLogger("poi_xl.calc").exception("poi_xl")
        return None
    return services


def register():
    """Register what poi_xl offers, or stand-ins that say that it is missing."""
    services = find()
    if services is None:
        return
    for implementation, name, kinds in services.offered(XFunciones):
        g_ImplementationHelper.addImplementation(implementation, name, kinds)


register()
