"""xlwings' own code for Windows, run here on replacements for pywin32 and the DLLs.

Only names that xlwings 0.37.8 asks for exist, so anything new that a release asks for is an
AttributeError and not a silent difference. What is replaced carries no behaviour of xlwings'.
"""

import ctypes
import datetime as dt
import importlib
import sys
from types import ModuleType, SimpleNamespace
from unittest import mock


class ComError(Exception):
    """What pywin32 raises when Excel refuses: its code, and Excel's own inside `excepinfo`."""

    def __init__(self, hresult, scode=None):
        self.hresult = hresult
        self.excepinfo = (0, "Microsoft Excel", None, None, 0, scode) if scode else None
        super().__init__(hresult, "Excel", self.excepinfo, None)


class Wrapped:
    """How a Python object travels through COM: `wrap` and `unwrap` are a pair."""

    def __init__(self, content):
        self.content = content


def unwrap(value):
    """Give back what was wrapped; anything else is no Python object, and that is an error."""
    if not isinstance(value, Wrapped):
        raise TypeError(value)
    return value.content


def _utc():
    return dt.UTC


def _dispatch(found, *_, **__):
    return found


def _wrap(content, iid=None):
    return Wrapped(content)


def _load_dll(path):
    return PYCOM


def _classes(*names):
    return {name: type(name, (), {}) for name in names}


_NAMES = {
    "pywintypes": {
        "TimeType": type("TimeType", (dt.datetime,), {}),
        "IID": str,
        "com_error": ComError,
        "error": type("error", (Exception,), {}),
    },
    "pythoncom": {
        "__file__": "",
        "CoInitialize": lambda: None,
        "com_error": ComError,
        "ole_error": ComError,
        "IID_IDispatch": 1,
        "IID_IEnumVARIANT": 2,
        "TypeIIDs": {1: Wrapped},
    },
    **{name: {} for name in ("win32api", "win32con", "win32event", "win32gui", "win32process")},
    "win32timezone": {"TimeZoneInfo": SimpleNamespace(utc=_utc)},
    "win32com": {},
    "win32com.client": {
        "Dispatch": _dispatch,
        "DispatchEx": None,
        **_classes("CDispatch", "CoClassBaseClass", "DispatchBaseClass"),
    },
    "win32com.server": {},
    "win32com.server.dispatcher": {},
    "win32com.server.exception": {"COMException": ComError},
    "win32com.server.policy": _classes("DefaultPolicy"),
    "win32com.server.util": {"wrap": _wrap, "unwrap": unwrap},
}

OLE = SimpleNamespace(CLSIDFromString=lambda *_: 0)
PYCOM = SimpleNamespace(PyCom_PyObjectFromIUnknown=SimpleNamespace())


def install():
    """Put the replacements in place and load xlwings' Windows half; return it.

    Returns:
        The modules `udfs` and `com_server` of xlwings.
    """
    for name, content in _NAMES.items():
        module = sys.modules.setdefault(name, ModuleType(name))
        vars(module).update(content)
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)
    import xlwings

    with (
        mock.patch.object(ctypes, "windll", SimpleNamespace(), create=True),
        mock.patch.object(ctypes, "oledll", SimpleNamespace(ole32=OLE), create=True),
        mock.patch.object(ctypes, "PyDLL", _load_dll),
    ):
        windows = importlib.import_module("xlwings._xlwindows")
    xlwings.engines.add(xlwings.Engine(impl=windows.engine))
    return importlib.import_module("xlwings.udfs"), importlib.import_module("xlwings.com_server")
