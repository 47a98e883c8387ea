"""A folder is a floor and nothing imports upward: read from the sources, importing nothing."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent / "poi_xl"

FLOORS = {
    "core": 0,
    "functions": 1,
    "package": 2,
    "reading": 3,
    "sheets": 3,
    "native": 3,
    "commands": 4,
    "__init__": 4,  # the small public API: everything but the hosts
    "consolidating": 5,
    "hosts": 6,
}
TABLES = {"reading", "package", "sheets", "native"}
# Which parts may know a library; `None`: all of them.
LIBRARIES: dict[str, set[str] | None] = {
    "numpy": None,
    "pandas": None,
    "lxml": {"package", "reading.htmltable"},
    "pyopenvba": {"package"},
    "openpyxl": TABLES,
    "xlsxwriter": TABLES,
    "python_calamine": TABLES,
    "rich": {"hosts.cli"},
    "pyarrow": {"consolidating"},
    "fsspec": {"consolidating"},
    "distributed": {"consolidating.executors"},
    "formualizer": {"commands.verifying"},
    "xlwings": {"hosts.excel"},
    "pythoncom": {"hosts.excel"},
    "pywintypes": {"hosts.excel"},
    "win32api": {"hosts.excel"},
    "win32com": {"hosts.excel"},
    "uno": {"hosts.calc"},
    "unohelper": {"hosts.calc"},
    "com": {"hosts.calc"},
}
# The core computes: it opens nothing, asks no clock and knows no locale.
NOT_IN_CORE = {
    *("glob", "io", "locale", "os", "pathlib", "random", "shutil", "socket", "sqlite3"),
    *("subprocess", "tempfile", "time", "urllib", "zipfile"),
}
CLOCK = {"now", "today", "utcnow"}
FILES = {"open", "read_bytes", "read_text", "write_bytes", "write_text"}


class Import(NamedTuple):
    """One imported thing: its absolute name, its line, and whether it runs on opening."""

    name: str
    line: int
    eager: bool


def imports(module: str, tree: ast.AST, *, package: bool = False) -> Iterator[Import]:
    """Yield everything that a module imports."""
    for node, eager in nodes(tree):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno, eager) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = absolute(module, node, package=package)
            yield from (Import(f"{base}.{alias.name}", node.lineno, eager) for alias in node.names)


def nodes(tree: ast.AST, *, eager: bool = True) -> Iterator[tuple[ast.AST, bool]]:
    """Yield every node, and whether it runs when the module is opened."""
    for child in ast.iter_child_nodes(tree):
        lazy = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        typing_only = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        yield child, eager
        yield from nodes(child, eager=eager and not lazy and not typing_only)


def absolute(module: str, node: ast.ImportFrom, *, package: bool) -> str:
    """Return the absolute name of the module that a `from` names."""
    parts = module.split(".")
    kept = parts[: len(parts) - node.level + package] if node.level else []
    return ".".join([*kept, *filter(None, [node.module])])


def part(module: str) -> tuple[str, str]:
    """Return the floor's name and, inside it, the module's: `poi_xl.hosts.cli` → hosts, cli."""
    inside = module.split(".")[1:3]
    return (inside or ["__init__"])[0], ".".join(inside)


def floor_fault(module: str, wanted: str) -> str:
    """Return what is wrong with one of our modules importing another; empty when nothing is."""
    if wanted.startswith("poi_xl.__"):  # version and date
        return ""
    (here, mine), (there, other) = part(module), part(wanted)
    if there not in FLOORS:
        return f"{there} has no floor"
    if FLOORS[there] > FLOORS[here]:
        return f"{here} imports upward, {there}"
    if here == "hosts" and there == "hosts" and mine != other:
        return f"the host {mine} imports {other}"
    if here != there and FLOORS[here] == FLOORS[there]:
        return f"{here} imports its neighbour {there}"
    return ""


def library_fault(module: str, wanted: Import) -> str:
    """Return what is wrong with one of our modules importing a library; empty when nothing is."""
    library = wanted.name.split(".")[0]
    floor, name = part(module)
    if library == "pandas" and wanted.eager and (floor == "core" or name == "hosts.cli"):
        return "pandas is imported on opening"
    if library in sys.stdlib_module_names:
        return f"core imports {library}" if floor == "core" and library in NOT_IN_CORE else ""
    if library not in LIBRARIES:
        return f"{library} is no library of the project"
    allowed = LIBRARIES[library]
    return "" if allowed is None or {floor, name} & allowed else f"{name} imports {library}"


def import_fault(module: str, wanted: Import) -> str:
    """Return what is wrong with one import; empty when nothing is."""
    ours = wanted.name.split(".")[0] == "poi_xl"
    return floor_fault(module, wanted.name) if ours else library_fault(module, wanted)


def effects(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield where a module of the core reads the clock or a file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCK:
            yield node.lineno, f"core reads the clock: {node.attr}"
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in FILES:
                yield node.lineno, f"core touches a file: {name}"


def faults(module: str, source: str, *, package: bool = False) -> list[str]:
    """Return everything that a module's source breaks, with its lines."""
    tree = ast.parse(source)
    if part(module)[0] not in FLOORS:
        return [f"{module} has no floor"]
    found = [
        (each.line, fault)
        for each in imports(module, tree, package=package)
        if (fault := import_fault(module, each))
    ]
    if part(module)[0] == "core":
        found += effects(tree)
    return [f"{module}:{line}: {fault}" for line, fault in sorted(found)]


def module_name(path: Path) -> str:
    """Return a source file's dotted name."""
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


# What other programs load by itself is no module of ours.
SOURCES = sorted(path for path in ROOT.rglob("*.py") if "assets" not in path.parts)


def test_there_are_sources() -> None:
    assert {module_name(path) for path in SOURCES} >= {"poi_xl", "poi_xl.core.problems"}


@pytest.mark.parametrize("path", SOURCES, ids=module_name)
def test_every_module_keeps_to_its_floor(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert faults(module_name(path), source, package=path.name == "__init__.py") == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("poi_xl.core.plan", "import numpy as np"),
        ("poi_xl.core.plan", "from datetime import date\nfrom poi_xl.core import text"),
        ("poi_xl.core.plan", "def table():\n    import pandas as pd"),
        ("poi_xl.core.plan", "if TYPE_CHECKING:\n    import pandas as pd"),
        ("poi_xl.functions", "from poi_xl.core.plan import Plan"),
        ("poi_xl.package.graft", "from lxml import etree\nfrom .parts import Package"),
        ("poi_xl.package.styles", "import openpyxl"),
        ("poi_xl.reading.sat", "import pandas\nfrom poi_xl.package.parts import Package"),
        ("poi_xl.sheets.style", "from poi_xl import __version__"),
        ("poi_xl.native", "from poi_xl import functions"),
        ("poi_xl.commands", "from poi_xl import native, reading"),
        ("poi_xl.commands.update", "from poi_xl.commands.ports import Progress"),
        ("poi_xl.hosts.cli", "import rich\nfrom poi_xl import commands"),
        ("poi_xl.hosts.excel", "import xlwings"),
        ("poi_xl.hosts.calc", "import uno\nfrom com.sun.star.beans import PropertyValue"),
        ("poi_xl", "from poi_xl.reading import sat\nfrom poi_xl.core import plan"),
    ],
)
def test_what_is_allowed(module: str, source: str) -> None:
    assert faults(module, source) == []


@pytest.mark.parametrize(
    ("module", "source", "fault"),
    [
        ("poi_xl.core.plan", "from poi_xl import functions", "core imports upward, functions"),
        ("poi_xl.core.plan", "from ..functions import x", "core imports upward, functions"),
        ("poi_xl.core.plan", "def f():\n    import poi_xl.hosts", "core imports upward, hosts"),
        ("poi_xl.core.plan", "import pandas as pd", "pandas is imported on opening"),
        ("poi_xl.core.plan", "class A:\n    import pandas", "pandas is imported on opening"),
        ("poi_xl.core.plan", "import lxml.etree", "core.plan imports lxml"),
        ("poi_xl.core.plan", "import requests", "requests is no library of the project"),
        ("poi_xl.core.plan", "from pathlib import Path", "core imports pathlib"),
        ("poi_xl.core.plan", "import time", "core imports time"),
        ("poi_xl.core.plan", "a = datetime.now()", "core reads the clock: now"),
        (
            "poi_xl.core.plan",
            "a = field(default_factory=date.today)",
            "core reads the clock: today",
        ),
        ("poi_xl.core.plan", "with open('a') as b: pass", "core touches a file: open"),
        ("poi_xl.core.plan", "a = b.read_text()", "core touches a file: read_text"),
        (
            "poi_xl.functions",
            "from poi_xl.package import parts",
            "functions imports upward, package",
        ),
        ("poi_xl.package.parts", "from poi_xl.reading import x", "package imports upward, reading"),
        ("poi_xl.reading.sat", "from poi_xl import sheets", "reading imports its neighbour sheets"),
        (
            "poi_xl.native",
            "from poi_xl.reading.sat import x",
            "native imports its neighbour reading",
        ),
        ("poi_xl.sheets.style", "from lxml import etree", "sheets.style imports lxml"),
        ("poi_xl.commands", "import openpyxl", "commands imports openpyxl"),
        ("poi_xl.commands", "from poi_xl.hosts import cli", "commands imports upward, hosts"),
        ("poi_xl.commands", "import xlwings", "commands imports xlwings"),
        (
            "poi_xl.hosts.cli",
            "from poi_xl.hosts import excel",
            "the host hosts.cli imports hosts.excel",
        ),
        ("poi_xl.hosts.cli", "from .excel import x", "the host hosts.cli imports hosts.excel"),
        ("poi_xl.hosts.cli", "import pandas", "pandas is imported on opening"),
        ("poi_xl.hosts.cli", "import xlwings", "hosts.cli imports xlwings"),
        ("poi_xl.hosts.excel", "import uno", "hosts.excel imports uno"),
        ("poi_xl", "from poi_xl.hosts import cli", "__init__ imports upward, hosts"),
        ("poi_xl.reading.sat", "from poi_xl import Plan", "Plan has no floor"),
    ],
)
def test_what_is_caught(module: str, source: str, fault: str) -> None:
    assert [each.partition(": ")[2] for each in faults(module, source)] == [fault]


def test_a_part_without_a_floor_is_caught() -> None:
    assert faults("poi_xl.extras.thing", "") == ["poi_xl.extras.thing has no floor"]


def test_the_line_is_told_and_packages_resolve_their_own_names() -> None:
    assert faults("poi_xl.core", "\nfrom ..hosts import cli", package=True) == [
        "poi_xl.core:2: core imports upward, hosts"
    ]
    assert faults("poi_xl.core", "from .plan import Plan", package=True) == []
