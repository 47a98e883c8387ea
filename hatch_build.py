"""Puts the guide into the package, where `make docs` has built it: *Ayuda* opens it from there."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_GUIDE = "build/guia"


class GuideHook(BuildHookInterface):  # type: ignore[misc] # it carries no types here
    """Adds the built guide; a source package keeps it where a wheel made from it looks for it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """See BuildHookInterface; an editable package has the guide in its project."""
        if version != "editable" and (Path(self.root) / _GUIDE / "index.html").is_file():
            inside = _GUIDE if self.target_name == "sdist" else "poi_xl/guia"
            build_data["force_include"][_GUIDE] = inside
