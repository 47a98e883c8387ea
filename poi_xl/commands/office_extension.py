"""The extension inside LibreOffice: whether it is there, putting it in, taking it out.

LibreOffice's own program for that, unopkg, is the only one that knows; it starts LibreOffice's
core, so that it must never be asked from inside a LibreOffice that waits for the answer.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from poi_xl import __version__
from poi_xl.commands.soffice import Office, path_on
from poi_xl.commands.system import WINDOWS, Ran, System
from poi_xl.core.problems import Refusal, problem
from poi_xl.functions import FUNCTIONS
from poi_xl.package.names import IDENTIFIER
from poi_xl.package.oxt import extension

FILE: Final = "poi_xl.oxt"
# Seconds: a list is quick, unpacking and registering is not.
_PATIENCE: Final = {"list": 30}
_MORE_PATIENCE: Final = 120
# unopkg speaks the user's language, but identifier and version always stand on following lines.
_LISTED: Final = re.compile(
    rf"^[^\n:]+: {re.escape(IDENTIFIER)}\s*\n\s+[^\n:]+: (\S+)", re.MULTILINE
)
_LOCK: Final = re.compile(r"\S.*[/\\]\.lock\b")


@dataclass(frozen=True, slots=True)
class Extension:
    """The extension that would be installed.

    Attributes:
        version: its version.
        data: the .oxt file.
    """

    version: str
    data: bytes

    @property
    def digest(self) -> str:
        """What tells its bytes from all others."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Installed:
    """The versions of the extension that LibreOffice has; empty for none.

    Attributes:
        own: the user's.
        shared: the one for all users.
    """

    own: str
    shared: str

    @property
    def version(self) -> str:
        """The one that works: the user's, if there are both."""
        return self.own or self.shared


def our_extension() -> Extension:
    """Return the extension of this poi_xl."""
    return Extension(__version__, extension(FUNCTIONS))


def listed(system: System, office: Office) -> Installed:
    """Return what LibreOffice says that it has.

    Args:
        system: the computer.
        office: the LibreOffice.

    Raises:
        Refusal: it is locked (POI-E87) or does not answer (POI-E89).
    """
    what = "preguntar a LibreOffice por sus extensiones"
    shared = _listed(_unopkg(system, office, what, "list", "--shared"))
    # Root has none of its own: unopkg does not even list them.
    own = "" if system.is_root else _listed(_unopkg(system, office, what, "list"))
    return Installed(own, shared)


def add(system: System, office: Office, file: str) -> None:
    """Put an extension in, in place of an older or equal one: for the user, by root for all.

    Args:
        system: the computer.
        office: the LibreOffice.
        file: the .oxt.

    Raises:
        Refusal: LibreOffice is open (POI-E87) or did not take it (POI-E89).
    """
    scope = ("--shared",) if system.is_root else ()
    what = "instalar la extensión"
    _unopkg(system, office, what, "add", *scope, "--force", "--suppress-license", file)


def remove(system: System, office: Office) -> None:
    """Take the extension out: the user's, by root that of all.

    Args:
        system: the computer.
        office: the LibreOffice.

    Raises:
        Refusal: LibreOffice is open (POI-E87) or did not let it go (POI-E89).
    """
    scope = ("--shared",) if system.is_root else ()
    _unopkg(system, office, "quitar la extensión", "remove", *scope, IDENTIFIER)


def _listed(ran: Ran) -> str:
    match = _LISTED.search(ran.text)
    return match[1] if match else ""


def _unopkg(system: System, office: Office, what: str, *words: str) -> Ran:
    # The one that ends in .com speaks to the terminal; the other opens windows.
    name = "unopkg.com" if system.platform == WINDOWS else "unopkg"
    command = (path_on(system, office.folder, name), *words)
    ran = system.run(command, _PATIENCE.get(words[0], _MORE_PATIENCE))
    if not ran.code:
        return ran
    lock = _LOCK.search(ran.text)
    if lock:
        raise Refusal(problem("POI-E87", lock=lock[0]))
    raise Refusal(problem("POI-E89", what=what, detail=_reason(ran), command=shown(command)))


def _reason(ran: Ran) -> str:
    """What unopkg said was wrong: its last line only says that it failed."""
    lines = [line.strip() for line in ran.text.splitlines() if line.strip()]
    first = next((line for line in lines if line.startswith("ERROR")), ran.last)
    return first.removeprefix("ERROR:").strip().rstrip(".") or f"terminó con {ran.code}"


def shown(command: tuple[str, ...]) -> str:
    """Return a command as somebody would type it.

    Example:
        >>> shown(("unopkg", "add", "/home/ana maría/poi_xl.oxt"))
        'unopkg add "/home/ana maría/poi_xl.oxt"'
    """
    special = set(" ;<>=()&|")
    return " ".join(f'"{word}"' if special & set(word) else word for word in command)
