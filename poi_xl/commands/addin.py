"""`construir --complemento`: the functions and the tab as an add-in, the same bytes every time."""

import datetime as dt
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from poi_xl.commands.ports import Host, SilentHost, require_consent
from poi_xl.core.problems import Refusal, problem
from poi_xl.package.addin import write_addin
from poi_xl.package.saving import fingerprint, temporary_beside
from poi_xl.package.saving import replace as put_in_place
from poi_xl.sheets.addin_book import render_addin_book

SUFFIX: Final = ".xlam"
PLACE: Final = Path("dist") / f"poi_xl{SUFFIX}"


@dataclass(frozen=True, slots=True)
class AddIn:
    """The answer of `construir --complemento`.

    Attributes:
        path: the add-in.
        written: False when it was there already, byte for byte.
        backup: the copy of what was there before, if anything else was.
    """

    path: Path
    written: bool
    backup: Path | None


def build_addin(out: Path, *, now: dt.datetime, host: Host | None = None) -> AddIn:
    """Make the add-in.

    Args:
        out: an .xlam to write; its folder is made when it is missing.
        now: names the backup when another file is replaced.
        host: puts the question when another file would be replaced.

    Raises:
        Refusal: what is at `out` may not be replaced, or the name does not end in .xlam.
    """
    out = out.resolve()
    if out.suffix.lower() != SUFFIX:
        suffix = out.suffix or "archivo sin extensión"
        raise Refusal(problem("POI-E56", out.name, file=out.name, suffix=suffix, wanted=SUFFIX))
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="poi_xl-") as folder, temporary_beside(out) as fresh:
        base = Path(folder) / "complemento.xlsx"
        render_addin_book(base)
        write_addin(base, fresh)
        seen = fingerprint(out) if out.exists() else None
        if seen == fingerprint(fresh):
            return AddIn(out, written=False, backup=None)
        if seen is not None:
            require_consent(host or SilentHost(), (problem("POI-E50", out.name, file=out.name),))
        return AddIn(out, written=True, backup=put_in_place(out, fresh, seen=seen, now=now))
