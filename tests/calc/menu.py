"""An extension with the menu's two components only, for an office that runs this very source."""

import os
import sys
import zipfile

from tests.conftest import DATA

_SOURCE = str(DATA.parents[1])
_LIBRARIES = [folder for folder in sys.path if folder.endswith("site-packages")]
# LibreOffice takes PYTHONPATH away from its Python.
ENVIRONMENT = {"POI_XL_PYTHONPATH": os.pathsep.join([*_LIBRARIES, _SOURCE])}
_OOR = (
    'xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
)
_COMPONENT = """
import os, site
for folder in os.environ["POI_XL_PYTHONPATH"].split(os.pathsep):
    site.addsitedir(folder)
import unohelper
from poi_xl.hosts.calc import dispatch, watch
g_ImplementationHelper = unohelper.ImplementationHelper()
for module, one in ((dispatch, dispatch.Handler), (watch, watch.Watcher)):
    g_ImplementationHelper.addImplementation(one, module.IMPLEMENTATION, module.SERVICES)
"""
_HANDLER = f"""<?xml version="1.0" encoding="UTF-8"?>
<oor:component-data {_OOR} oor:name="ProtocolHandler" oor:package="org.openoffice.Office">
 <node oor:name="HandlerSet"><node oor:name="pe.poi_xl.Handler" oor:op="replace">
  <prop oor:name="Protocols" oor:type="oor:string-list"><value>pe.poi_xl:*</value></prop>
 </node></node>
</oor:component-data>"""
_JOBS = f"""<?xml version="1.0" encoding="UTF-8"?>
<oor:component-data {_OOR} oor:name="Jobs" oor:package="org.openoffice.Office">
 <node oor:name="Jobs"><node oor:name="pe.poi_xl.Watcher" oor:op="replace">
  <prop oor:name="Service"><value>pe.poi_xl.Watcher</value></prop>
 </node></node>
 <node oor:name="Events"><node oor:name="OnLoad" oor:op="fuse"><node oor:name="JobList">
  <node oor:name="pe.poi_xl.Watcher" oor:op="replace"/>
 </node></node></node>
</oor:component-data>"""
_TYPES = {
    "menu.py": "application/vnd.sun.star.uno-component;type=Python",
    "ProtocolHandler.xcu": "application/vnd.sun.star.configuration-data",
    "Jobs.xcu": "application/vnd.sun.star.configuration-data",
}


def extension(path):
    """Write the extension."""
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>'
        for name, kind in _TYPES.items()
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">'
        f"{entries}</manifest:manifest>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("META-INF/manifest.xml", manifest)
        for name, text in zip(_TYPES, (_COMPONENT, _HANDLER, _JOBS), strict=True):
            archive.writestr(name, text)
    return path
