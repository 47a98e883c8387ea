"""Having another program compute a workbook from nothing, and comparing every cell.

What goes out to others must not rest on our own arithmetic alone. LibreOffice is asked where it is
installed; formualizer, a small engine that comes with poi_xl, where it is not.
"""

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from poi_xl.commands.soffice import Office, find_office
from poi_xl.commands.system import LocalSystem, System
from poi_xl.core.problems import Refusal, problem
from poi_xl.core.text import a1
from poi_xl.package.parts import Package
from poi_xl.reading.cells import CellError, Unset, read_formulas, read_sheets

# These answer otherwise each time, or each day.
_VOLATILE: Final = re.compile(r"\b(?:TODAY|NOW|RAND|RANDBETWEEN|INFO|CELL)\(", re.IGNORECASE)
_PATIENCE: Final = 300
_PROFILE: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
{items}</oor:items>
"""
# LibreOffice trusts the results stored in an .xlsx unless it is told to compute always.
_ALWAYS: Final = """<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
"""
# In a profile that no LibreOffice of its version has seen it first tries out what it can draw.
_SEEN: Final = """<item oor:path="/org.openoffice.Setup/Product">
<prop oor:name="ooSetupLastVersion" oor:op="fuse"><value>{version}</value></prop></item>
"""
# Extensions compute nothing in a copy that is for everybody.
_NO_EXTENSIONS: Final = "-env:DISABLE_EXTENSION_SYNCHRONIZATION=1"
# Programs write fifteen digits.
_DIGITS: Final = 1e-13
_KINDS: Final = {"Na": "#N/A", "Div": "#DIV/0!", "Value": "#VALUE!", "Ref": "#REF!",
                 "Name": "#NAME?", "Num": "#NUM!", "Null": "#NULL!"}  # fmt: skip

Value = Any
# The value of a cell by sheet, row and column from 0.
Asked = Callable[[str, int, int], Value]


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that another program computes to something else."""

    sheet: str
    cell: str
    stored: Value
    computed: Value


@dataclass(frozen=True, slots=True)
class Verified:
    """How another program sees a workbook.

    Attributes:
        engine: the program.
        cells: how many cells with formulas were compared.
        volatile: how many were not, because they answer otherwise each time.
        different: those that differ.
    """

    engine: str
    cells: int
    volatile: int
    different: tuple[Difference, ...]


def verify(paths: Sequence[Path], system: System | None = None) -> list[Verified]:
    """Have workbooks computed from nothing and compare them with the results stored in them.

    Args:
        paths: the workbooks, each with a file name of its own.
        system: the computer; this one when None.

    Raises:
        Refusal: the program could not compute one (POI-E130).
    """
    system = system or LocalSystem()
    office = find_office(system)
    if office is None:
        return [_compared(Package.open(p), "formualizer", _formualizer(p)) for p in paths]
    engine = f"LibreOffice {office.name}"
    with tempfile.TemporaryDirectory(prefix="poi_xl-", ignore_cleanup_errors=True) as folder:
        computed = converted(paths, "xlsx", Path(folder), system, recalculate=True)
        pairs = zip(paths, computed, strict=True)
        return [_compared(Package.open(path), engine, _values(made)) for path, made in pairs]


def _compared(package: Package, engine: str, ask: Asked) -> Verified:
    cells, volatile, different = 0, 0, []
    for sheet, row, column, formula, stored in _stored(package):
        if _VOLATILE.search(formula):
            volatile += 1
            continue
        cells += 1
        computed = ask(sheet, row, column)
        if not _equal(stored, computed):
            different.append(Difference(sheet, a1(row + 1, column + 1), stored, computed))
    return Verified(engine, cells, volatile, tuple(different))


def _stored(package: Package) -> Iterator[tuple[str, int, int, str, Value]]:
    """Every cell with a formula that people can see, and the result stored with it."""
    sheets = [s for s in package.sheets if s.kind == "worksheet" and s.state != "veryHidden"]
    for sheet, found in read_sheets(package, sheets).items():
        for (row, column), formula in read_formulas(package, sheet).items():
            line = found.rows[row] if row < len(found.rows) else []
            yield sheet.name, row, column, formula, line[column] if column < len(line) else ""


def _equal(stored: Value, computed: Value) -> bool:
    if isinstance(stored, Unset):
        stored = ""  # an empty text is stored as nothing
    numbers = isinstance(stored, int | float) and isinstance(computed, int | float)
    if numbers:
        return bool(abs(stored - computed) <= _DIGITS * max(1.0, abs(stored)))
    return str(stored or "") == str(computed or "")


# --- the programs ---------------------------------------------------------------------------------


def converted(
    paths: Sequence[Path], kind: str, folder: Path, system: System, *, recalculate: bool = False
) -> list[Path]:
    """Return what LibreOffice makes of workbooks; it is started once for all of them.

    Args:
        paths: the workbooks, each with a file name of its own.
        kind: extension of the results.
        folder: where it is written; a profile of its own beside it.
        system: the computer.
        recalculate: whether every formula is computed anew.

    Raises:
        Refusal: there is no LibreOffice (POI-E131), or it could not (POI-E130).
    """
    office = find_office(system)
    if office is None:
        raise Refusal(problem("POI-E131", kind=kind.upper()))
    home = folder / "profile"
    _set_up(home / "user", office, recalculate=recalculate)
    own = (f"-env:UserInstallation={home.as_uri()}", _NO_EXTENSIONS)
    out = folder / kind
    command = [office.program, *own, "--headless", "--convert-to", kind, "--outdir", str(out)]
    ran = system.run([*command, *map(str, paths)], _PATIENCE * len(paths))
    results = [out / f"{path.stem}.{kind}" for path in paths]
    lost = [path for path, result in zip(paths, results, strict=True) if not result.exists()]
    if lost:
        detail = ran.text.strip() or "no escribió nada"
        raise Refusal(
            problem("POI-E130", path.name, engine="LibreOffice", detail=detail) for path in lost
        )
    return results


def _set_up(user: Path, office: Office, *, recalculate: bool) -> None:
    """Prepare a profile that LibreOffice takes for its own.

    In any other it sets things up first, and starts twice: a third of what a conversion takes.
    """
    (user / "extensions").mkdir(parents=True, exist_ok=True)
    (user / "extensions" / "buildid").write_text(office.build, encoding="utf-8")
    items = _SEEN.format(version=office.name) + (_ALWAYS if recalculate else "")
    profile = _PROFILE.format(items=items)
    (user / "registrymodifications.xcu").write_text(profile, encoding="utf-8")


def _values(path: Path) -> Asked:
    package = Package.open(path)
    found = {sheet.name: cells for sheet, cells in read_sheets(package, package.sheets).items()}

    def ask(sheet: str, row: int, column: int) -> Value:
        rows = found[sheet].rows if sheet in found else []
        line = rows[row] if row < len(rows) else []
        return line[column] if column < len(line) else ""

    return ask


def _formualizer(path: Path) -> Asked:
    import formualizer

    engine = formualizer.load_workbook(str(path))

    def ask(sheet: str, row: int, column: int) -> Value:
        value = engine.evaluate_cell(sheet, row + 1, column + 1)
        if isinstance(value, dict):
            return CellError(_KINDS.get(value.get("kind", ""), "#VALUE!"))
        return "" if value is None else value

    return ask
