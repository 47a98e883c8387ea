"""A live LibreOffice for tests: one headless office with a profile of its own, driven over UNO.

The tests' Python connects through a pipe, so what a test does is what any other program could do
from outside. Add-ins run inside the office, in its own Python.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.oracles import PROFILE, absent, program, workshop

# Debian keeps LibreOffice's half for Python outside virtual environments.
_UNO_HOMES = ("/usr/lib/python3/dist-packages",)
_START = 90  # seconds for an office to answer
HIDDEN = {"Hidden": True}
# Windows are those of a Peruvian office, and nothing greets who opens the first one.
_AS_PEOPLE_SEE_IT = """
<item oor:path="/org.openoffice.Office.Linguistic/General">
<prop oor:name="UILocale" oor:op="fuse"><value>es</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc">
<prop oor:name="ShowTipOfTheDay" oor:op="fuse"><value>false</value></prop></item>
"""


def uno() -> Any:
    """Return LibreOffice's module for Python; skip or fail the test without it."""
    sys.path.extend(home for home in _UNO_HOMES if home not in sys.path)
    try:
        import uno
    except ImportError:
        absent("soffice")
    return uno


def properties(**values: Any) -> tuple[Any, ...]:
    """Return named values as UNO takes them.

    Args:
        **values: names and values.
    """
    uno()
    from com.sun.star.beans import PropertyValue

    return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())


class Office:
    """A running office.

    Attributes:
        context: its component context.
        home: folder of its profile.
    """

    def __init__(self, context: Any, home: Path) -> None:
        self.context, self.home = context, home

    def service(self, name: str) -> Any:
        """Return a service of the office.

        Args:
            name: its full name.
        """
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    @property
    def desktop(self) -> Any:
        """The desktop, which holds all documents."""
        return self.service("com.sun.star.frame.Desktop")

    def new(self) -> Any:
        """Return an empty spreadsheet document."""
        return self._load("private:factory/scalc")

    def documents(self) -> list[Any]:
        """Return all open documents."""
        found = self.desktop.Components.createEnumeration()
        documents = []
        while found.hasMoreElements():
            documents.append(found.nextElement())
        return documents

    def open(self, path: Path, **more: Any) -> Any:
        """Return an open document.

        Args:
            path: the file.
            **more: further properties of loading.
        """
        return self._load(path.absolute().as_uri(), **more)

    def _load(self, url: str, **more: Any) -> Any:
        # 4: macros run without a question, as when the user has allowed them.
        wanted = properties(**{**HIDDEN, "MacroExecutionMode": 4, **more})
        document = self.desktop.loadComponentFromURL(url, "_blank", 0, wanted)
        if document is None:
            raise RuntimeError(f"LibreOffice could not open {url}")
        return document

    def save_as(self, document: Any, path: Path, kind: str) -> None:
        """Write a copy of a document.

        Args:
            document: the document.
            path: the copy.
            kind: LibreOffice's name of the format, such as ``calc8``.
        """
        document.storeToURL(path.absolute().as_uri(), properties(FilterName=kind))

    def dispatch(self, document: Any, command: str, **values: Any) -> None:
        """Run a command as its menu entry does.

        Args:
            document: the document.
            command: its address, such as ``.uno:Undo``.
            **values: its arguments.
        """
        helper = self.service("com.sun.star.frame.DispatchHelper")
        frame = document.CurrentController.Frame
        helper.executeDispatch(frame, command, "", 0, properties(**values))

    def url(self, complete: str) -> Any:
        """Return an address as windows take it.

        Args:
            complete: the address, such as ``pe.poi_xl:revisar``.
        """
        url = uno().createUnoStruct("com.sun.star.util.URL")
        url.Complete = complete
        return self.service("com.sun.star.util.URLTransformer").parseStrict(url)[1]

    def settle(self) -> None:
        """Wait until the office has done what it put off to its main loop."""
        # The answer to this is itself put off, behind everything that waits.
        self.service("com.sun.star.awt.Toolkit").processEventsToIdle()


def finding_us(state: Path) -> dict[str, str]:
    """Return the variables with which LibreOffice's Python finds poi_xl and its libraries.

    Args:
        state: folder for the log and whatever else poi_xl keeps of its user.
    """
    ours = Path(__file__).parents[2]
    libraries = Path(openpyxl.__file__).parents[1]
    return {
        "POI_XL_PYTHONPATH": os.pathsep.join(map(str, (ours, libraries))),
        "XDG_STATE_HOME": str(state),
    }


@contextmanager
def running(
    *,
    extensions: Sequence[Path] = (),
    environment: dict[str, str] | None = None,
    recalculate: int = 1,
    display: str | None = None,
) -> Iterator[Office]:
    """Start an office and end it.

    Args:
        extensions: .oxt files to install first.
        environment: variables to add.
        recalculate: 0 to compute everything on loading, 1 to trust stored values as people's does.
        display: where it shows its windows, in Spanish; without one it has none.
    """
    soffice = program("soffice")
    home = Path(tempfile.mkdtemp(prefix="office-", dir=workshop()))
    profile = home / "profile"
    (profile / "user").mkdir(parents=True)
    text = PROFILE.replace("{recalculate}", str(recalculate))
    if display:
        text = text.replace("</oor:items>", f"{_AS_PEOPLE_SEE_IT}</oor:items>")
    (profile / "user" / "registrymodifications.xcu").write_text(text, encoding="utf-8")
    # Root may install for all users only; "all" are those who see this folder.
    own = [
        f"-env:UserInstallation={profile.as_uri()}",
        f"-env:UNO_SHARED_PACKAGES_CACHE={(home / 'shared').as_uri()}",
    ]
    variables = {**os.environ, **(environment or {}), **({"DISPLAY": display} if display else {})}
    for extension in extensions:
        install(extension, own, variables)
    pipe = f"poi_xl_{uuid.uuid4().hex}"
    command = [soffice, *own, "--norestore", "--nologo", "--nodefault"]
    command += [f"--accept=pipe,name={pipe};urp;", *([] if display else ["--headless"])]
    with (home / "stdout").open("w") as said:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            env=variables,
            start_new_session=True,
        )
    try:
        yield Office(_connected(process, pipe, home), home)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        shutil.rmtree(home, ignore_errors=True)


def install(extension: Path, own: Sequence[str], environment: dict[str, str]) -> None:
    """Install an extension for the office of some profile.

    Args:
        extension: the .oxt.
        own: what tells the profile.
        environment: the variables it runs with.

    Raises:
        RuntimeError: LibreOffice refused it.
    """
    scope = ["--shared"] if os.geteuid() == 0 else []
    command = [program("unopkg"), "add", *scope, "--suppress-license", *own, str(extension)]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=_START, check=False
    )
    if done.returncode:
        raise RuntimeError(f"unopkg: {done.stdout}{done.stderr}")


def _connected(process: "subprocess.Popen[bytes]", pipe: str, home: Path) -> Any:
    module = uno()
    resolver = module.getComponentContext().ServiceManager.createInstance(
        "com.sun.star.bridge.UnoUrlResolver"
    )
    address = f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
    end = time.monotonic() + _START
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        with suppress(Exception):
            return resolver.resolve(address)
        time.sleep(0.1)
    pytest.fail(f"LibreOffice did not start: {(home / 'stdout').read_text(errors='replace')}")
