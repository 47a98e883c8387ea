"""Whose the macros of a workbook are: the release's own, changed ones, somebody else's."""

from dataclasses import replace

import pytest

from poi_xl.package.genuine import Origin, origins
from poi_xl.package.macros import PROJECT_PART, embedded_modules, own_modules, vba_parts
from poi_xl.package.vba import document, read_project, standard

BUILT = read_project(vba_parts(sheets=[("Hoja1", "worksheet")])[PROJECT_PART])
THEIRS = standard("Modulo1", 'Attribute VB_Name = "Modulo1"\nSub Hola()\nEnd Sub\n')


def changed(name: str, old: str, new: str):
    assert any(old in each.text for each in BUILT if each.name == name)
    return tuple(
        replace(each, text=each.text.replace(old, new, 1)) if each.name == name else each
        for each in BUILT
    )


def test_what_was_just_built_is_the_release_s() -> None:
    found = origins(BUILT)
    assert set(found.values()) == {Origin.SAME}
    assert {each.name for each in own_modules()} | {"ThisWorkbook"} == set(found)


def test_so_it_is_in_somebody_else_s_workbook_whose_own_are_told() -> None:
    sheet = document("Hoja1", "Sub Secreto()\nEnd Sub\n")
    found = origins((*embedded_modules(), THEIRS, sheet, document("Hoja2", "Option Explicit\n")))
    assert found.pop("Modulo1") is found.pop("Hoja1") is Origin.FOREIGN
    assert set(found) == {each.name for each in embedded_modules()}
    assert set(found.values()) == {Origin.SAME}


@pytest.mark.parametrize(
    ("module", "old", "new", "origin"),
    [
        ("poi_ribbon", "RunPython ", "runpython ", Origin.SAME),  # as Excel respells
        ("poi_ribbon", "\r\n", "  \r\n\r\n", Origin.SAME),
        ("poi_ribbon", "RunPython ", "Shell ", Origin.CHANGED),
        ("poi_ribbon", '"from poi_xl.hosts', '"from POI_xl.hosts', Origin.CHANGED),
        ("xlwings", "\r\nEnd Sub", "\r\nBeep\r\nEnd Sub", Origin.CHANGED),
        ("ThisWorkbook", "\r\nEnd Sub", "\r\nBeep\r\nEnd Sub", Origin.CHANGED),
    ],
)
def test_a_module_of_ours_that_somebody_changed(module, old, new, origin) -> None:
    found = origins(changed(module, old, new))
    assert found.pop(module) is origin
    assert set(found.values()) == {Origin.SAME}
