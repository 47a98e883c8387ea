"""`instalar --libreoffice`: the extension in LibreOffice, and its Python told where poi_xl is."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, Final

from poi_xl import __version__
from poi_xl.commands import office_extension as extensions
from poi_xl.commands.office_extension import Extension, our_extension, shown
from poi_xl.commands.office_fitness import usable_office, usable_python
from poi_xl.commands.ports import Host, SilentHost
from poi_xl.commands.soffice import Office, OfficePython, find_office, minor, path_on, reach
from poi_xl.commands.system import LocalSystem, System
from poi_xl.core.problems import Problem, Refusal, problem

# The extension reads this file, in poi_xl's own folder, before it can import anything of ours.
RECORD: Final = "libreoffice.json"
FOLDERS: Final = "carpetas"
_EXTENSION: Final = "extension"
_LIBRARIES: Final = "libreoffice"
_DOWNLOAD: Final = 900  # seconds: pandas and NumPy over a slow line


class State(StrEnum):
    """What became of a step; the value is the word the user reads."""

    DONE = "hecho"
    THERE = "ya estaba"
    WOULD = "se haría"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that installing or removing does.

    Attributes:
        what: the thing.
        state: what became of it.
        detail: which one.
    """

    what: str
    state: State
    detail: str

    def as_json(self) -> dict[str, str]:
        """Return it in plain values."""
        return {"paso": self.what, "estado": self.state.value, "detalle": self.detail}


@dataclass(frozen=True, slots=True)
class InOffice:
    """The answer of `instalar --libreoffice`.

    Attributes:
        office: the LibreOffice; none is needed to remove what is left over.
        python: its Python.
        steps: what was done, was there already, or would be done.
        notices: what the user should know.
    """

    office: Office | None
    python: OfficePython | None
    steps: tuple[Step, ...]
    notices: tuple[Problem, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything was not as it had to be."""
        return any(each.state is not State.THERE for each in self.steps)

    @property
    def simulated(self) -> bool:
        """Whether something was only shown."""
        return any(each.state is State.WOULD for each in self.steps)

    def as_json(self) -> dict[str, Any]:
        """Return the answer of ``instalar --libreoffice --json``."""
        return {
            "version": __version__,
            "libreoffice": self.office
            and {
                "programa": self.office.program,
                "version": self.office.name,
                "python": self.python and self.python.version,
            },
            "pasos": [each.as_json() for each in self.steps],
            "observaciones": [each.as_json() for each in self.notices],
        }


@dataclass(frozen=True, slots=True)
class _Work:
    """What every step needs to know."""

    system: System
    host: Host
    simulate: bool

    def place(self, *names: str) -> str:
        """Return a path in poi_xl's own folder."""
        return path_on(self.system, self.system.own_folder, *names)

    def step(self, what: str, detail: str, act: Callable[[], None] | None) -> Step:
        """Do something unless it is there already or this is a simulation."""
        if act is None:
            return Step(what, State.THERE, detail)
        if self.simulate:
            return Step(what, State.WOULD, detail)
        self.host.progress(what)
        act()
        return Step(what, State.DONE, detail)

    def record(self) -> dict[str, Any]:
        """Return what an earlier run noted down; nothing when nobody did or it is damaged."""
        try:
            found = json.loads(self.system.read(self.place(RECORD)) or b"{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


def install_in_office(
    *,
    simulate: bool = False,
    system: System | None = None,
    host: Host | None = None,
    extension: Extension | None = None,
) -> InOffice:
    """Put the extension in LibreOffice for this user; root puts it in for all.

    A second run changes nothing.

    Args:
        simulate: look at everything, change nothing.
        system: the computer; this one when None.
        host: is shown what is being done.
        extension: what to install; that of this poi_xl when None.

    Raises:
        Refusal: there is no LibreOffice (POI-E85), it is too old (POI-E88) or open (POI-E87), its
            Python cannot use poi_xl (POI-E86), or a program that was needed failed (POI-E89).
    """
    work = _Work(system or LocalSystem(), host or SilentHost(), simulate)
    office = usable_office(work.system)
    python = usable_python(work.system, office)
    fresh = extension or our_extension()
    before = work.record()
    folders, fetched = _folders(work, python)
    # The extension asks for the folders already when LibreOffice registers it.
    record = {**before, FOLDERS: list(folders)}
    told = work.step(
        "Carpetas de poi_xl para LibreOffice",
        "; ".join(folders),
        None if before == record else partial(_note, work, record),
    )
    added = _extension_step(work, office, fresh, record)
    notices = (problem("POI-N79"),) if work.system.is_root else ()
    return InOffice(office, python, (*fetched, told, added), notices)


def remove_from_office(
    *, simulate: bool = False, system: System | None = None, host: Host | None = None
) -> InOffice:
    """Take out of LibreOffice what `install_in_office` put in.

    Args:
        simulate: look at everything, change nothing.
        system: the computer; this one when None.
        host: is shown what is being done.

    Raises:
        Refusal: LibreOffice is open (POI-E87) or did not let the extension go (POI-E89).
    """
    work = _Work(system or LocalSystem(), host or SilentHost(), simulate)
    office = find_office(work.system)
    found = extensions.listed(work.system, office) if office else extensions.Installed("", "")
    ours = found.shared if work.system.is_root else found.own
    gone: list[Step] = []
    if office and ours:
        take_out = partial(extensions.remove, work.system, office)
        gone.append(work.step("Quitar la extensión", ours, take_out))
    left = [work.step("Borrar", each, partial(work.system.remove, each)) for each in _left(work)]
    others = found.shared and not work.system.is_root
    notices = (problem("POI-A79", option=" --quitar"),) if others else ()
    return InOffice(office, None, (*gone, *left), notices)


# --- the folders that LibreOffice's Python looks in -----------------------------------------------


def _folders(work: _Work, python: OfficePython) -> tuple[tuple[str, ...], tuple[Step, ...]]:
    """The folders with poi_xl and what it needs, and the step of fetching them if there is one."""
    ours = work.system.python
    if (python.minor, python.bits) == (minor(ours.version), ours.bits):
        folders = (*ours.libraries, *filter(None, (ours.source,)))
        _check(work, python, folders)
        return folders, ()
    target = work.place(_LIBRARIES, f"{python.minor[0]}.{python.minor[1]}-{python.bits}")
    folders = (*filter(None, (ours.source,)), target)
    there = reach(work.system, python, folders)[0] == __version__
    what = f"Bibliotecas para Python {python.version} de {python.bits} bits"
    step = work.step(what, target, None if there else lambda: _fetch(work, python, folders))
    return folders, (step,)


def _fetch(work: _Work, python: OfficePython, folders: tuple[str, ...]) -> None:
    """Put what poi_xl needs, for another Python, in a folder of its own."""
    target = folders[-1]
    ours = work.system.python
    command = (
        ours.executable, "-m", "pip", "install", "--disable-pip-version-check",
        "--upgrade", "--target", target,
        "--python-version", ".".join(map(str, python.minor)), "--only-binary=:all:",
        *(("--platform", "win32") if python.bits != ours.bits else ()),
        *work.system.requirements,
    )  # fmt: skip
    ran = work.system.run(command, _DOWNLOAD)
    if ran.code:
        what = f"traer las bibliotecas para el Python {python.version} de LibreOffice"
        raise Refusal(problem("POI-E89", what=what, detail=ran.last, command=shown(command)))
    if not ours.source:
        work.system.copy(
            path_on(work.system, ours.libraries[0], "poi_xl"),
            path_on(work.system, target, "poi_xl"),
        )
    _check(work, python, folders)


def _check(work: _Work, python: OfficePython, folders: tuple[str, ...]) -> None:
    """See that LibreOffice's Python can use poi_xl from those folders."""
    _, wrong = reach(work.system, python, folders)
    if wrong:
        remedy = "Instale poi_xl en un entorno propio (python -m venv) y repita la orden ahí."
        raise Refusal(problem("POI-E86", detail=wrong, remedy=remedy))


# --- the extension --------------------------------------------------------------------------------


def _extension_step(work: _Work, office: Office, fresh: Extension, record: dict[str, Any]) -> Step:
    found = extensions.listed(work.system, office)
    root = work.system.is_root
    here = found.shared if root else found.version
    noted = {"version": fresh.version, "sha256": fresh.digest}
    # A user cannot see the bytes of one that root installed, nor replace it: its version counts.
    theirs = not root and not found.own
    same = here == fresh.version and (theirs or record.get(_EXTENSION) == noted)
    return work.step(
        "Extensión para todos los usuarios" if root else "Extensión",
        fresh.version if here in ("", fresh.version) else f"{here} → {fresh.version}",
        None if same else partial(_add, work, office, fresh, {**record, _EXTENSION: noted}),
    )


def _add(work: _Work, office: Office, fresh: Extension, record: dict[str, Any]) -> None:
    file = work.place(extensions.FILE)
    _write(work, file, fresh.data)
    extensions.add(work.system, office, file)
    _note(work, record)  # only now: what failed is tried again


def _note(work: _Work, record: dict[str, Any]) -> None:
    text = json.dumps(record, ensure_ascii=False, indent=2) + "\n"
    _write(work, work.place(RECORD), text.encode())


def _write(work: _Work, file: str, data: bytes) -> None:
    try:
        work.system.write(file, data)
    except OSError as error:
        raise Refusal(problem("POI-E16", file=file, detail=error.strerror or error)) from None


def _left(work: _Work) -> Iterator[str]:
    """What earlier runs left in poi_xl's own folder."""
    names = work.system.entries(work.system.own_folder)
    yield from (work.place(each) for each in (RECORD, extensions.FILE, _LIBRARIES) if each in names)
