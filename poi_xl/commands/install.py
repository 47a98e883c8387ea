"""`instalar`: tell Excel on Windows which Python has poi_xl, and say what remains to be done."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from poi_xl import __version__
from poi_xl.commands import xlwings_settings as conf
from poi_xl.commands.diagnose import look
from poi_xl.commands.excel_checks import user_layer
from poi_xl.commands.finding import Finding, has_errors
from poi_xl.commands.ports import Host, SilentHost, require_consent
from poi_xl.commands.system import WINDOWS, LocalSystem, System
from poi_xl.commands.xlwings_settings import Change, Layer
from poi_xl.core.problems import Refusal, problem


@dataclass(frozen=True, slots=True)
class Installed:
    """The answer of `instalar`.

    Attributes:
        file: the analyst's settings of xlwings; empty where there is no Excel for Windows.
        changes: the entries that were written, or would be.
        written: whether they were.
        backup: the copy of the settings that were there before, if any.
        dropped: lines of those that were no settings and that VBA would have stumbled over.
        findings: how everything stands now, or would.
    """

    file: str
    changes: tuple[Change, ...]
    written: bool
    backup: str
    dropped: int
    findings: tuple[Finding, ...]

    @property
    def applies(self) -> bool:
        """Whether there is anything to install on this system."""
        return bool(self.file)

    @property
    def has_errors(self) -> bool:
        """Whether something will still not work."""
        return has_errors(self.findings)

    def as_json(self) -> dict[str, Any]:
        """Return the answer of ``instalar --json``."""
        return {
            "version": __version__,
            "archivo": self.file or None,
            "escrito": self.written,
            "respaldo": self.backup or None,
            "cambios": [
                {"clave": each.key, "antes": each.before, "despues": each.after}
                for each in self.changes
            ],
            "comprobaciones": [each.as_json() for each in self.findings],
        }


def install(
    *,
    now: dt.datetime,
    book: Path | None = None,
    simulate: bool = False,
    system: System | None = None,
    host: Host | None = None,
) -> Installed:
    """Write the analyst's settings of xlwings and check everything else that Excel needs.

    Nothing needs an administrator. Settings of others in the file stay; the file as it was is
    copied beside it; a second run writes nothing.

    Args:
        now: names the copy.
        book: a workbook to look at besides.
        simulate: look at everything, write nothing.
        system: the computer; this one when None.
        host: puts the question when another Python would be replaced.

    Raises:
        Refusal: the user keeps what is there (POI-E70), or the file cannot be written (POI-E16).
    """
    system = system or LocalSystem()
    if system.platform != WINDOWS:
        findings = look(system, book, user_layer(system))
        return Installed("", (), written=False, backup="", dropped=0, findings=findings)
    file = conf.user_file(system)
    before = system.read(file) or b""
    entries = conf.parse(before, system.encoding)
    fresh = conf.wanted(system, entries)
    changes = conf.changes(entries, fresh)
    backup = ""
    if changes and not simulate:
        _ask(host or SilentHost(), file, changes)
        backup = _write(system, file, before, fresh, now)
    return Installed(
        file,
        changes,
        written=bool(changes) and not simulate,
        backup=backup,
        dropped=conf.unreadable(before) if changes else 0,
        findings=look(system, book, Layer(file, {**entries, **fresh})),
    )


def _ask(host: Host, file: str, changes: tuple[Change, ...]) -> None:
    taken = [each for each in changes if conf.overrides(each)]
    if taken:
        what = "; ".join(f"{each.key}: «{each.before}» por «{each.after}»" for each in taken)
        require_consent(host, (problem("POI-E70", file=file, what=what),))


def _write(
    system: System, file: str, before: bytes, fresh: dict[str, str], now: dt.datetime
) -> str:
    """Put the new entries in, after copying the file as it was; return where that copy is."""
    try:
        after = conf.merged(before, fresh, system.encoding)
        backup = _free(system, f"{file}.{now:%Y%m%d-%H%M%S}") if before else ""
        if backup:
            system.write(backup, before)
        system.write(file, after)
    except UnicodeEncodeError:
        raise Refusal(problem("POI-E79", path=system.python.executable)) from None
    except OSError as error:
        raise Refusal(problem("POI-E16", file=file, detail=error.strerror or error)) from None
    return backup


def _free(system: System, stem: str) -> str:
    """A name for the copy that no other has."""
    name, number = f"{stem}.bak", 1
    while system.read(name, 1) is not None:
        number += 1
        name = f"{stem}-{number}.bak"
    return name
