"""`diagnostico`: every fault is found with its remedy, and a sound computer has none."""

import shutil
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from poi_xl.commands import office
from poi_xl.commands.diagnose import diagnose
from poi_xl.commands.excel_checks import excel_findings, layers_of, trust_findings, user_layer
from poi_xl.commands.system import Python
from poi_xl.package.macros import add_macros
from poi_xl.package.marks import NOTE
from poi_xl.package.parts import Package
from poi_xl.package.xmlpart import dump
from tests.fake_windows import (
    APP_PATH,
    BOOK,
    CLICK_TO_RUN,
    COMMAND_PROMPT,
    CONF,
    EXCEL,
    HOME,
    LIBRARY,
    POLICY,
    PYTHON,
    SECURITY,
    TRUSTED,
    VENV,
    X64,
    X86,
    image,
    trust,
    windows,
)

SOUND = b'"INTERPRETER_WIN","%USERPROFILE%\\poi\\Scripts\\python.exe"\r\n"USE UDF SERVER","1"\r\n'


@pytest.fixture
def computer():
    """One where everything is well, and the workbook's folder is trusted."""
    found = windows()
    found.files[CONF] = SOUND
    trust(found, HOME + "\\Documents\\")
    return found


def problems(answer):
    return [each.problem for each in answer.findings if each.problem]


def codes(answer):
    return [each.code for each in problems(answer)]


def value(answer, topic):
    return next(each.value for each in answer.findings if each.topic == topic)


def book_codes(computer, book=BOOK):
    """What is wrong with Excel and a workbook that is not on this computer."""
    layers = layers_of(computer, user_layer(computer), book)
    found = (*excel_findings(computer, layers, book), *trust_findings(computer, book))
    return [each.problem.code for each in found if each.problem]


def test_a_sound_computer_has_nothing_wrong(computer):
    answer = diagnose(system=computer)
    assert codes(answer) == []
    assert not answer.has_errors
    assert value(answer, "Python que usa Excel") == PYTHON
    assert value(answer, "Enlace con Python") == LIBRARY
    assert value(answer, "Excel") == "versión 16.0, 64 bits"
    assert book_codes(computer) == []
    assert computer.written == []


def store(computer):
    home = r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.12"
    computer.python = Python(PYTHON, "3.12.4", 64, home)


def small_python(computer):
    computer.python = Python(PYTHON, "3.12.4", 32, r"C:\Python312")


def no_pywin32(computer):
    del computer.packages["pywin32"]


def no_settings(computer):
    del computer.files[CONF]


def gone(computer):
    computer.files[CONF] = b'"INTERPRETER_WIN","C:\\viejo\\python.exe"\r\n'


def other(computer):
    computer.files |= {
        CONF: b'"INTERPRETER_WIN","C:\\otro\\python.exe"\r\n',
        r"C:\otro\python.exe": b"MZ",
        r"C:\otro\xlwings64-0.37.8.dll": b"MZ",
    }


def no_library(computer):
    del computer.files[LIBRARY]


def another_release(computer):
    computer.packages["xlwings"] = "0.38.0"


def small_excel(computer):
    computer.files[EXCEL] = image(X86)


def debugging(computer):
    computer.files[CONF] = SOUND + b'"DEBUG UDFS","Verdadero"\r\n'


def shadow(computer):
    computer.files[CONF] = SOUND + b'"PYTHONPATH","D:\\x;%USERPROFILE%\\viejo"\r\n'
    computer.files[HOME + r"\viejo\poi_xl\__init__.py"] = b"#"


def no_excel(computer):
    del computer.keys[APP_PATH, ""]
    del computer.files[EXCEL]


def no_command_prompt(computer):
    computer.keys[COMMAND_PROMPT, "DisableCMD"] = 2


def macros_off(computer):
    computer.keys[SECURITY, "VBAWarnings"] = office.NEVER


def signed_only(computer):
    computer.keys[POLICY, "VBAWarnings"] = office.SIGNED_ONLY


@pytest.mark.parametrize(
    ("fault", "code", "remedy"),
    [
        (store, "POI-E74", "python.org"),
        (small_python, "POI-E74", "64 bits"),
        (no_pywin32, "POI-E75", f'"{PYTHON}" -m pip install pywin32'),
        (no_settings, "POI-E71", "poi-xl instalar"),
        (gone, "POI-E72", "poi-xl instalar"),
        (other, "POI-A70", "poi-xl instalar"),
        (no_library, "POI-E73", "entorno propio"),
        (another_release, "POI-E73", "entorno propio"),
        (small_excel, "POI-E73", "entorno propio"),
        (debugging, "POI-E80", "Ponga 0"),
        (shadow, "POI-A72", "PYTHONPATH"),
        (no_excel, "POI-A71", "ábralo una vez"),
        (no_command_prompt, "POI-E76", "soporte"),
        (macros_off, "POI-E77", "ubicación de confianza"),
        (signed_only, "POI-E77", "ubicación de confianza"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_each_fault_is_found_with_its_remedy(computer, fault, code, remedy):
    fault(computer)
    answer = diagnose(system=computer)
    assert code in codes(answer)
    found = next(
        each.problem for each in answer.findings if each.problem and each.problem.code == code
    )
    assert remedy in found.remedy
    assert answer.has_errors is any(each[4] == "E" for each in codes(answer))
    text = answer.as_text()
    assert str(found) in text
    assert computer.written == []


# --- Excel ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "bits"),
    [
        (image(X64), 64),
        (image(X86), 32),
        (image(0xAA64), 64),
        (image(0x0200), None),
        (image(X64)[:132], None),
        (b"MZ", None),
        (b"", None),
        (b"#!/bin/sh" + bytes(200), None),
    ],
)
def test_bits_are_read_from_the_program_itself(head, bits):
    assert office.image_bits(head) == bits


def test_a_32_bit_excel_needs_its_own_library_whatever_python_s_bits(computer):
    small_excel(computer)
    computer.files[VENV + r"\xlwings32-0.37.8.dll"] = image(X86)
    answer = diagnose(system=computer)
    assert codes(answer) == []
    assert value(answer, "Enlace con Python").endswith("xlwings32-0.37.8.dll")


@pytest.mark.parametrize(("platform", "bits"), [("x86", 32), ("X64", 64), ("arm", None)])
def test_without_excel_s_own_file_the_installer_s_word_counts(computer, platform, bits):
    del computer.files[EXCEL]
    computer.keys[CLICK_TO_RUN, "Platform"] = platform
    assert office.excel_bits(computer) == bits


def test_a_library_beside_the_interpreter_counts_too(computer):
    computer.files[VENV + r"\Scripts\xlwings64-0.37.8.dll"] = computer.files.pop(LIBRARY)
    assert codes(diagnose(system=computer)) == []


# --- trust ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "subfolders", "trusted"),
    [
        (HOME + r"\Documents", 0, True),
        (HOME.upper() + "\\DOCUMENTS\\", 0, True),
        (r"%USERPROFILE%\Documents", 0, True),
        (HOME, 0, False),
        (HOME, 1, True),
        (HOME + r"\Doc", 1, False),
        ("", 1, False),
    ],
)
def test_a_folder_is_trusted_by_its_location(place, subfolders, trusted):
    computer = windows(files={**windows().files, CONF: SOUND})
    trust(computer, place, subfolders=subfolders)
    assert office.is_trusted(computer, HOME + r"\Documents") is trusted
    assert book_codes(computer) == ([] if trusted else ["POI-N71"])


def test_trusted_locations_that_are_switched_off_do_not_count(computer):
    computer.keys[POLICY + r"\Trusted Locations", "AllLocationsDisabled"] = 1
    assert book_codes(computer) == ["POI-N71"]


def test_a_network_folder_is_trusted_only_where_that_is_allowed(computer):
    share = "\\\\servidor\\poi"
    trust(computer, share, name="Location4")
    assert not office.is_trusted(computer, share)
    computer.keys[TRUSTED, "AllowNetworkLocations"] = 1
    assert office.is_trusted(computer, share)


def test_the_institution_s_locations_count(computer):
    common = r"HKCU\Software\Policies\Microsoft\Office\16.0\Common\Security\Trusted Locations"
    computer.keys[common + r"\Location1", "Path"] = r"D:\POI"
    assert office.is_trusted(computer, r"d:\poi")
    assert book_codes(computer, r"D:\POI\a.xlsm") == []


def test_macros_that_are_off_run_from_a_trusted_location_only(computer):
    macros_off(computer)
    assert book_codes(computer) == []
    assert book_codes(computer, r"D:\a.xlsm") == ["POI-E77", "POI-N71"]
    computer.keys[POLICY, "VBAWarnings"] = office.ASKS  # the institution's word goes first
    assert book_codes(computer, r"D:\a.xlsm") == ["POI-N71"]


@pytest.mark.parametrize(("zone", "blocked"), [(3, True), (4, True), (2, False), (0, False)])
def test_a_workbook_from_the_internet_is_told(computer, zone, blocked):
    mark = f"[ZoneTransfer]\r\nZoneId={zone}\r\n".encode()
    computer.files[r"D:\a.xlsm:Zone.Identifier"] = mark
    assert ("POI-E78" in book_codes(computer, r"D:\a.xlsm")) is blocked
    # Excel does not look at the mark in a trusted location.
    computer.files[BOOK + ":Zone.Identifier"] = mark
    assert book_codes(computer) == []


def test_a_file_beside_the_workbook_counts_before_the_analyst_s(computer):
    computer.files[HOME + r"\Documents\xlwings.conf"] = (
        b'"INTERPRETER_WIN","C:\\no\\python.exe"\r\n'
    )
    assert book_codes(computer) == ["POI-E72", "POI-E73"]
    assert book_codes(computer, r"D:\a.xlsm") == ["POI-N71"]


# --- a workbook -----------------------------------------------------------------------------------


def test_a_workbook_s_plan_and_sheets_are_told(book):
    answer = diagnose(book)
    assert value(answer, "Plan") == "hoja «POI», 78 actividades"
    assert value(answer, "Hojas de resumen").startswith("8 de 8, diseño ")
    assert not answer.has_errors


def test_a_workbook_with_our_macros_and_those_of_another_release(tmp_path, book):
    with_macros = tmp_path / "macros.xlsm"
    package = Package.open(book)
    if package.related(package.workbook_part, "vbaProject"):
        shutil.copyfile(book, with_macros)
    else:
        add_macros(package, with_macros)
    answer = diagnose(with_macros)
    assert value(answer, "Macros") == "poi_xl, con xlwings 0.37.8"
    assert "POI-E81" not in codes(answer)
    computer = windows(platform="linux")
    another_release(computer)
    computer.absolute = str
    assert "POI-E81" in codes(diagnose(with_macros, computer))


def test_sheets_of_an_older_release_are_told(tmp_path, book):
    old = tmp_path / "viejo.xlsm"
    package = Package.open(book)
    workbook = package.xml(package.workbook_part)
    for name in workbook.iter(package.dialect.tag("definedName")):
        if name.get("name", "").startswith(NOTE):
            name.text = '"0;2020-01-01;x;y"'
    package.write(old, {package.workbook_part: dump(workbook)})
    answer = diagnose(old)
    assert value(answer, "Hojas de resumen") == "8 de 8, diseño 0"
    assert "POI-N72" in codes(answer)


def test_a_python_named_in_the_workbook_itself_is_told(tmp_path):
    path = tmp_path / "a.xlsx"
    with Workbook(path) as made:
        sheet = made.add_worksheet("xlwings.conf")
        sheet.write_row("A1", ["Interpreter_Win", r"C:\no\python.exe"])
        sheet.write_row("A3", ["DEBUG UDFS", True])  # below a blank: VBA stops before it
    computer = windows(files={**windows().files, CONF: SOUND})
    answer = diagnose(path, computer)
    assert codes(answer) == [
        "POI-E72", "POI-E73", "POI-E20", "POI-N73", "POI-N71",
    ]  # fmt: skip
    assert "la hoja xlwings.conf del libro" in answer.as_text()


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda folder: folder / "no.xlsx", "POI-E01"),
        (lambda folder: folder, "POI-E"),
        (lambda _: "https://institucion.sharepoint.com/sitios/POI.xlsm", "POI-N75"),
    ],
)
def test_a_workbook_that_cannot_be_read_is_a_finding(tmp_path, make, code):
    found = codes(diagnose(Path(make(tmp_path))))
    assert any(each.startswith(code) for each in found)


# --- the answer -----------------------------------------------------------------------------------


def test_the_answer_as_text_names_versions_and_the_log(computer, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    text = diagnose(system=computer).as_text()
    assert text.startswith("Diagnóstico de poi_xl\n\nVersiones\n  poi_xl: ")
    for line in (
        f"  Python: 3.12.4, 64 bits, {PYTHON}",
        "  xlwings: 0.37.8",
        "  openpyxl: no está instalado",
        "\nLibreOffice\n  Programa: no se encontró (no hace falta)",
        f"  Registro de errores: {tmp_path / 'poi_xl' / 'poi_xl.log'}",
        "\nExcel\n  Python: 3.12.4 de 64 bits",
    ):
        assert line + "\n" in text


def test_libreoffice_is_found_where_windows_has_it(computer):
    path = r"C:\Program Files\LibreOffice\program\soffice.exe"
    computer.files[path] = b"MZ"
    assert value(diagnose(system=computer), "Programa") == f"de versión desconocida, {path}"


def test_the_answer_as_json(computer):
    no_command_prompt(computer)
    answer = diagnose(system=computer).as_json()
    assert list(answer) == ["version", "comprobaciones"]
    found = next(each for each in answer["comprobaciones"] if each["codigo"])
    assert list(found) == [
        "grupo",
        "tema",
        "estado",
        "valor",
        "codigo",
        "mensaje",
        "remedio",
        "guia",
    ]
    assert (found["grupo"], found["estado"], found["codigo"]) == ("Excel", "error", "POI-E76")
