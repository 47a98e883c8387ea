"""The apt source of a Debian release's backports, derived from the machine's own sources.

Debian 12 carries LibreOffice 7.4 and offers 25.2 among its backports. They lie on the same server
as the release, so the machine's entry for the release (a mirror, a proxy) says how to reach them.

Run as `python tools/backports.py bookworm`; it needs nothing but Python.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ONE_LINE = re.compile(r"^deb\s+(?:\[(?P<options>[^]]*)\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)\s")
FIELD = re.compile(r"^(?P<name>[A-Za-z-]+):\s*(?P<value>.*)$", re.MULTILINE)


class Source(NamedTuple):
    """One place that apt fetches from."""

    uri: str
    suites: tuple[str, ...]
    key: str


def one_line(text: str) -> Iterator[Source]:
    """Yield the sources of a `*.list` file.

    Args:
        text: its content.

    Example:
        >>> list(one_line("deb [signed-by=/k.gpg] http://here/debian bookworm main"))
        [Source(uri='http://here/debian', suites=('bookworm',), key='/k.gpg')]
    """
    for match in filter(None, map(ONE_LINE.match, text.splitlines())):
        options = dict(part.partition("=")[::2] for part in (match["options"] or "").split())
        yield Source(match["uri"], (match["suite"],), options.get("signed-by", ""))


def stanzas(text: str) -> Iterator[Source]:
    r"""Yield the sources of a `*.sources` file.

    Args:
        text: its content, in stanzas of fields divided by empty lines.

    Example:
        >>> list(stanzas("Types: deb\nURIs: http://here/debian\nSuites: bookworm sid\n"))
        [Source(uri='http://here/debian', suites=('bookworm', 'sid'), key='')]
    """
    for stanza in re.split(r"\n\s*\n", text):
        fields = {match["name"]: match["value"].strip() for match in FIELD.finditer(stanza)}
        if "deb" in fields.get("Types", "").split() and fields.get("Enabled", "yes") != "no":
            uri = fields.get("URIs", "").split()[0]
            yield Source(uri, tuple(fields["Suites"].split()), fields.get("Signed-By", ""))


def backports(sources: Iterator[Source], release: str) -> str:
    """Return the stanza of a release's backports; empty when no source carries the release.

    Args:
        sources: the machine's own sources.
        release: code name of the Debian release.
    """
    for source in sources:
        if release in source.suites:
            key = f"Signed-By: {source.key}\n" if source.key else ""
            return (
                f"Types: deb\nURIs: {source.uri}\nSuites: {release}-backports\n"
                f"Components: main\n{key}"
            )
    return ""


def installed(etc: Path) -> Iterator[Source]:
    """Yield the sources of a machine.

    Args:
        etc: its folder `/etc/apt`.
    """
    for path in sorted(etc.glob("sources.list.d/*.sources")):
        yield from stanzas(path.read_text(encoding="utf-8"))
    for path in [etc / "sources.list", *sorted(etc.glob("sources.list.d/*.list"))]:
        if path.exists():
            yield from one_line(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    print(backports(installed(Path("/etc/apt")), sys.argv[1]), end="")
