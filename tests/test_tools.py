"""The tools that set up and derive things."""

import re
from pathlib import Path

import pytest

from tools import backports, generated

DEB822 = """\
Types: deb
# a comment
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
"""
ONE_LINE = """\
# deb http://old.example/debian bookworm main
deb-src http://src.example/debian bookworm main
deb http://security.example/debian-security bookworm-security main
deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main contrib
"""


@pytest.mark.parametrize(
    ("name", "text", "key"),
    [
        ("sources.list.d/debian.sources", DEB822, "/usr/share/keyrings/debian.gpg"),
        ("sources.list", ONE_LINE, "/k.gpg"),
        ("sources.list.d/debian.list", ONE_LINE, "/k.gpg"),
    ],
)
def test_backports_lie_where_the_release_lies(
    tmp_path: Path, name: str, text: str, key: str
) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    assert backports.backports(backports.installed(tmp_path), "bookworm") == (
        "Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm-backports\n"
        f"Components: main\nSigned-By: {key}\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        DEB822.replace("bookworm", "trixie"),
        DEB822.replace("Types: deb", "Enabled: no\nTypes: deb"),
        DEB822.replace("Types: deb", "Types: deb-src"),
        "",
    ],
)
def test_no_backports_without_the_release(text: str) -> None:
    assert backports.backports(backports.stanzas(text), "bookworm") == ""


def test_a_derived_file_is_stale_until_written(tmp_path: Path) -> None:
    registry = [
        generated.Generated("docs/a.md", lambda: b"uno"),
        generated.Generated("b.bas", lambda: b"dos"),
    ]
    assert generated.stale(registry, tmp_path) == ["docs/a.md", "b.bas"]
    generated.write(registry, tmp_path)
    assert generated.stale(registry, tmp_path) == []
    (tmp_path / "b.bas").write_bytes(b"otra cosa")
    assert generated.stale(registry, tmp_path) == ["b.bas"]


def test_the_set_up_knows_every_step_that_it_is_asked_for():
    root = Path(backports.__file__).parent.parent
    script = (root / "tools" / "system_packages.sh").read_text(encoding="utf-8")
    offered = dict(re.findall(r"^    (\w+)\) (.+) ;;$", script, re.MULTILINE))
    steps = {step.strip() for steps in offered.values() for step in steps.split(";")}
    assert steps == set(re.findall(r"^(provide_\w+)\(\)", script, re.MULTILINE))
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    assert set(re.findall(r"system_packages\.sh (\w+)", makefile)) <= offered.keys()
