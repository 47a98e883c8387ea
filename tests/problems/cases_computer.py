"""Excel and LibreOffice on this computer: `instalar` and `diagnostico`, on computers in memory."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from poi_xl import __version__
from poi_xl.commands.diagnose import diagnose
from poi_xl.commands.excel_checks import layers_of, trust_findings, user_layer
from poi_xl.commands.finding import Finding
from poi_xl.commands.install import install
from poi_xl.commands.libreoffice import install_in_office, remove_from_office
from poi_xl.commands.system import Python
from poi_xl.package.marks import NOTE
from poi_xl.package.parts import Package
from poi_xl.package.vba import edit_project, read_project
from poi_xl.package.xmlpart import dump
from tests.commands import test_diagnose as faults
from tests.fake_office import FakeOffice, linux, office_files
from tests.fake_windows import CONF, FakeWindows, windows
from tests.package import books
from tests.problems.telling import NOW, Desk, Told, case, refused


def told(findings: Iterable[Finding]) -> Told:
    return [each.problem for each in findings if each.problem]


def computer() -> FakeWindows:
    """One where everything is well."""
    found: FakeWindows = windows()
    found.files[CONF] = faults.SOUND
    return found


def with_fault(fault: Callable[[FakeWindows], None]) -> Told:
    found = computer()
    fault(found)
    return told(diagnose(system=found).findings)


def with_book(path: Path, found: Any = None) -> Told:
    return told(diagnose(path, found or computer()).findings)


# --- Excel ----------------------------------------------------------------------------------------

OTHER_PYTHON = b'"INTERPRETER_WIN","C:\\otro\\python.exe"\r\n'


@case("POI-E70")
def other_settings(desk: Desk) -> Told:
    found = windows(files={**windows().files, CONF: OTHER_PYTHON})
    return refused(install, now=NOW, system=found)


@case("POI-E71")
def no_settings(desk: Desk) -> Told:
    return with_fault(faults.no_settings)


@case("POI-E72")
def python_gone(desk: Desk) -> Told:
    return with_fault(faults.gone)


@case("POI-E73")
def no_library(desk: Desk) -> Told:
    return with_fault(faults.no_library)


@case("POI-E74")
def small_python(desk: Desk) -> Told:
    return with_fault(faults.small_python)


@case("POI-E75")
def no_pywin32(desk: Desk) -> Told:
    return with_fault(faults.no_pywin32)


@case("POI-E76")
def no_command_prompt(desk: Desk) -> Told:
    return with_fault(faults.no_command_prompt)


@case("POI-E77")
def macros_off(desk: Desk) -> Told:
    return with_fault(faults.macros_off)


@case("POI-E78")
def from_the_internet(desk: Desk) -> Told:
    found = computer()
    found.files[r"D:\POI.xlsm:Zone.Identifier"] = b"[ZoneTransfer]\r\nZoneId=3\r\n"
    layers_of(found, user_layer(found), r"D:\POI.xlsm")
    return told(trust_findings(found, r"D:\POI.xlsm"))


@case("POI-E79")
def letters_of_a_path(desk: Desk) -> Told:
    odd = Python("D:\\Ωmega\\python.exe", "3.12.4", 64, "D:\\Ωmega")
    return refused(install, now=NOW, system=windows(python=odd))


@case("POI-E80")
def debugging(desk: Desk) -> Told:
    return with_fault(faults.debugging)


@case("POI-E81")
def other_xlwings(desk: Desk) -> Told:
    found = windows(platform="linux")
    faults.another_release(found)
    desk.patch.setattr(found, "absolute", str)
    return with_book(desk.lend("book"), found)


@case("POI-A70")
def other_python(desk: Desk) -> Told:
    return with_fault(faults.other)


@case("POI-A71")
def no_excel(desk: Desk) -> Told:
    return with_fault(faults.no_excel)


@case("POI-A72")
def other_poi_xl(desk: Desk) -> Told:
    return with_fault(faults.shadow)


@case("POI-A73")
def strange_macros(desk: Desk) -> Told:
    parts = books.macros(books.unzipped(desk.plan().read_bytes()))
    part = next(name for name in parts if name.endswith("vbaProject.bin"))
    return with_book(books.save(desk.folder / "POI.xlsm", parts | {part: b"nada"}))


@case("POI-A170")
def changed_macros(desk: Desk) -> Told:
    package = Package.open(desk.lend("book"))
    part = str(package.related(package.workbook_part, "vbaProject"))
    modules = read_project(package.read(part))
    (ribbon,) = (each for each in modules if each.name == "poi_ribbon")
    beeping = replace(ribbon, text=ribbon.text.replace("End Sub", "Beep\r\nEnd Sub", 1))
    path = desk.folder / "cambiado.xlsm"
    package.write(path, {part: edit_project(package.read(part), (beeping,), without={ribbon.name})})
    return with_book(path)


@case("POI-N70")
def no_windows(desk: Desk) -> Told:
    return told(diagnose(system=linux()).findings)


@case("POI-N71")
def macros_that_ask(desk: Desk) -> Told:
    return told(trust_findings(computer(), r"D:\POI\POI.xlsm"))


@case("POI-N72")
def old_sheets(desk: Desk) -> Told:
    path = desk.folder / "viejo.xlsm"
    package = Package.open(desk.lend("book"))
    workbook = package.xml(package.workbook_part)
    for name in workbook.iter(package.dialect.tag("definedName")):
        if name.get("name", "").startswith(NOTE):
            name.text = '"0;2020-01-01;x;y"'
    package.write(path, {package.workbook_part: dump(workbook)})
    return with_book(path)


@case("POI-N73")
def without_functions(desk: Desk) -> Told:
    return with_book(desk.plan())


@case("POI-N75")
def in_the_cloud(desk: Desk) -> Told:
    return with_book(Path("https://institucion.sharepoint.com/sitios/POI.xlsm"))


# --- LibreOffice ----------------------------------------------------------------------------------


def findings(found: Any) -> Told:
    return told(diagnose(system=found).findings)


@case("POI-E85")
def no_libreoffice(desk: Desk) -> Told:
    found = linux()
    found.files.clear()
    return refused(install_in_office, system=found)


@case("POI-E86")
def old_python(desk: Desk) -> Told:
    found = linux(office=FakeOffice(python=("3.10.16", 64, "")))
    return refused(install_in_office, system=found)


@case("POI-E87")
def libreoffice_open(desk: Desk) -> Told:
    return refused(install_in_office, system=linux(office=FakeOffice(locked=True)))


@case("POI-E88")
def old_libreoffice(desk: Desk) -> Told:
    found = linux()
    found.files |= office_files(version="7.4")
    return refused(install_in_office, system=found)


@case("POI-E89")
def no_network(desk: Desk) -> Told:
    found = linux(office=FakeOffice(python=("3.12.8", 64, ""), offline=True))
    return refused(install_in_office, system=found)


@case("POI-A77")
def old_extension(desk: Desk) -> Told:
    return findings(linux(office=FakeOffice(own="0.0.9")))


@case("POI-A78")
def extension_alone(desk: Desk) -> Told:
    return findings(linux(office=FakeOffice(own=__version__)))


@case("POI-A79")
def extension_of_all(desk: Desk) -> Told:
    return remove_from_office(system=linux(office=FakeOffice(shared=__version__))).notices


@case("POI-N78")
def no_extension(desk: Desk) -> Told:
    return findings(linux())


@case("POI-N79")
def installed_for_all(desk: Desk) -> Told:
    return install_in_office(system=linux(is_root=True)).notices
