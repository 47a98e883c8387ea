"""`construir --complemento` and `--oxt`: the functions as an add-in, the same bytes every time."""

import datetime as dt
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from poi_xl.commands.ports import Host, SilentHost, require_consent
from poi_xl.core.problems import Refusal, problem
from poi_xl.functions import FUNCTIONS
from poi_xl.package.addin import write_addin
from poi_xl.package.oxt import extension
from poi_xl.package.saving import fingerprint, real, temporary_beside
from poi_xl.package.saving import replace as put_in_place
from poi_xl.sheets.addin_book import render_addin_book


@dataclass(frozen=True, slots=True)
class AddInKind:
    """One program's add-in.

    Attributes:
        suffix: what its file's name ends in.
        wrong_name: the problem of any other name.
        write: writes it.
    """

    suffix: str
    wrong_name: str
    write: Callable[[Path], None]

    @property
    def place(self) -> Path:
        """Where it is written when nobody says where."""
        return Path("dist") / f"poi_xl{self.suffix}"


def _write_for_excel(out: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="poi_xl-") as folder:
        base = Path(folder) / "complemento.xlsx"
        render_addin_book(base)
        write_addin(base, out)


def _write_for_libreoffice(out: Path) -> None:
    out.write_bytes(extension(FUNCTIONS))


FOR_EXCEL: Final = AddInKind(".xlam", "POI-E56", _write_for_excel)
FOR_LIBREOFFICE: Final = AddInKind(".oxt", "POI-E83", _write_for_libreoffice)


@dataclass(frozen=True, slots=True)
class AddIn:
    """The answer of `construir --complemento` and `--oxt`.

    Attributes:
        path: the add-in.
        written: False when it was there already, byte for byte.
        backup: the copy of what was there before, if anything else was.
    """

    path: Path
    written: bool
    backup: Path | None


def build_addin(
    out: Path, *, now: dt.datetime, host: Host | None = None, kind: AddInKind = FOR_EXCEL
) -> AddIn:
    """Make the add-in.

    Args:
        out: the file to write; its folder is made when it is missing.
        now: names the backup when another file is replaced.
        host: puts the question when another file would be replaced.
        kind: whose add-in.

    Raises:
        Refusal: what is at `out` may not be replaced, or the name does not end as the kind's does.
    """
    out = real(out)
    if out.suffix.lower() != kind.suffix:
        facts = {"suffix": out.suffix or "archivo sin extensión", "wanted": kind.suffix}
        raise Refusal(problem(kind.wrong_name, out.name, file=out.name, **facts))
    out.parent.mkdir(parents=True, exist_ok=True)
    with temporary_beside(out) as fresh:
        kind.write(fresh)
        seen = fingerprint(out) if out.exists() else None
        if seen == fingerprint(fresh):
            return AddIn(out, written=False, backup=None)
        if seen is not None:
            require_consent(host or SilentHost(), (problem("POI-E50", out.name, file=out.name),))
        return AddIn(out, written=True, backup=put_in_place(out, fresh, seen=seen, now=now))
