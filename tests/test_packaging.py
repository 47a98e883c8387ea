"""What goes into a package besides the code: the guide, where it has been built."""

import importlib
import sys
from types import ModuleType, SimpleNamespace

import pytest


@pytest.fixture
def hook(tmp_path, monkeypatch):
    """Return what a build of a kind is told to include; its builder is not installed here."""
    name = "hatchling.builders.hooks.plugin.interface"
    stand_in = ModuleType(name)
    stand_in.BuildHookInterface = SimpleNamespace  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, name, stand_in)
    monkeypatch.delitem(sys.modules, "hatch_build", raising=False)
    module = importlib.import_module("hatch_build")

    def included(target, version="standard"):
        data: dict[str, dict[str, str]] = {"force_include": {}}
        made = module.GuideHook(root=str(tmp_path), target_name=target)
        made.initialize(version, data)
        return data["force_include"]

    return included


def test_the_guide_goes_where_the_program_looks_for_it(hook, tmp_path):
    assert hook("wheel") == {}
    (tmp_path / "build" / "guia").mkdir(parents=True)
    (tmp_path / "build" / "guia" / "index.html").touch()
    assert hook("wheel") == {"build/guia": "poi_xl/guia"}
    # A wheel made from the source package finds it in the same place.
    assert hook("sdist") == {"build/guia": "build/guia"}
    assert hook("wheel", "editable") == {}
