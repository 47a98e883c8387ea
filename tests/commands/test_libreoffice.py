"""`instalar --libreoffice`: on computers in memory, and once in the LibreOffice of this one."""

import json
import os
import subprocess
import sys
import venv

import pytest

from poi_xl import __version__
from poi_xl.commands.diagnose import diagnose
from poi_xl.commands.libreoffice import install_in_office, remove_from_office
from poi_xl.commands.office_extension import our_extension
from poi_xl.commands.soffice import find_office, office_python, reach
from poi_xl.commands.system import MAC, NO_PROGRAM, TOO_LATE, LocalSystem, Python
from poi_xl.core.problems import BUSY, Refusal
from tests.fake_office import (
    OFFICE,
    OWN,
    SITE,
    SOURCE,
    SYSTEM_PYTHON,
    VENV,
    FakeOffice,
    linux,
    office_files,
)
from tests.fake_windows import windows
from tests.oracles import program

RECORD = f"{OWN}/libreoffice.json"
OXT = f"{OWN}/poi_xl.oxt"
UNOPKG = f"{OFFICE}/unopkg"


@pytest.fixture
def computer():
    return linux()


def office_of(computer):
    office = find_office(computer)
    assert office is not None
    return office


def steps(answer):
    return {each.what: each.state.value for each in answer.steps}


def refused(act, **options):
    with pytest.raises(Refusal) as refusal:
        act(**options)
    return refusal.value.problems[0]


def codes(answer):
    return [each.code for each in answer.notices]


def noted(computer):
    return json.loads(computer.files[RECORD])


def findings(computer, **options):
    found = diagnose(system=computer, **options).findings
    return {each.topic: each for each in found if each.group == "LibreOffice"}


# --- finding LibreOffice --------------------------------------------------------------------------


def test_the_newest_of_several_is_taken(computer):
    computer.files |= office_files("/opt/libreoffice25.8/program", "25.8")
    computer.files |= office_files("/opt/libreoffice7.6/program", "7.6")
    assert office_of(computer).program == "/opt/libreoffice25.8/program/soffice"
    assert office_of(computer).name == "25.8"


def test_its_own_python_comes_before_the_system_s_and_ours_is_never_taken(computer):
    assert office_of(computer).pythons == (SYSTEM_PYTHON,)
    computer.files[f"{OFFICE}/python"] = b"#!"
    assert office_of(computer).pythons == (f"{OFFICE}/python", SYSTEM_PYTHON)


def test_on_windows_it_is_where_the_registry_or_the_usual_folders_say():
    computer = windows()
    computer.files |= {
        r"C:\Program Files\LibreOffice\program\soffice.exe": b"MZ",
        r"C:\Program Files\LibreOffice\program\python.exe": b"MZ",
        r"C:\Program Files\LibreOffice\program\bootstrap.ini": b"ProductKey=LibreOffice 25.8\r\n",
    }
    office = office_of(computer)
    assert (office.version, office.pythons) == (
        (25, 8),
        (r"C:\Program Files\LibreOffice\program\python.exe",),
    )
    computer.files[r"D:\LO\program\soffice.exe"] = b"MZ"
    computer.files[r"D:\LO\program\bootstrap.ini"] = b"ProductKey=LibreOffice 26.2\r\n"
    computer.files[r"D:\LO\program\version.ini"] = b"[Version]\r\nbuildid=620(Build:1)\r\n"
    computer.keys[r"HKLM\Software\LibreOffice\UNO\InstallPath", ""] = r"D:\LO\program"
    assert (office_of(computer).version, office_of(computer).build) == ((26, 2), "620(Build:1)")


def test_on_a_mac_its_settings_and_python_are_among_its_resources():
    inside = "/Applications/LibreOffice.app/Contents"
    computer = linux(
        platform=MAC,
        files={
            f"{inside}/MacOS/soffice": b"x",
            f"{inside}/Resources/bootstraprc": b"ProductKey=LibreOffice 25.8\n",
            f"{inside}/Resources/python": b"#!",
        },
    )
    office = office_of(computer)
    assert (office.version, office.pythons) == ((25, 8), (f"{inside}/Resources/python",))


def test_without_it_that_is_said(computer):
    computer.files.clear()
    assert find_office(computer) is None
    assert refused(install_in_office, system=computer).code == "POI-E85"


def test_one_that_is_shut_in_is_named(computer):
    computer.files = {"/snap/bin/libreoffice": b"\x7fELF"}
    wrong = refused(install_in_office, system=computer)
    assert wrong.code == "POI-E85"
    assert "el de snap está aislado" in wrong.message


def test_an_old_one_is_refused_and_nothing_is_done(computer):
    computer.files |= office_files(version="7.4")
    wrong = refused(install_in_office, system=computer)
    assert wrong.code == "POI-E88"
    assert "LibreOffice 7.4 es anterior a 25.2" in wrong.message
    assert computer.office.acted() == []


# --- installing -----------------------------------------------------------------------------------


def test_the_first_time_the_extension_goes_in_and_its_folders_are_noted(computer):
    answer = install_in_office(system=computer)
    assert steps(answer) == {
        "Carpetas de poi_xl para LibreOffice": "hecho", "Extensión": "hecho",
    }  # fmt: skip
    assert computer.office.own == __version__
    assert noted(computer)["carpetas"] == [SITE]
    assert computer.office.acted() == [(UNOPKG, "add", "--force", "--suppress-license", OXT)]
    assert answer.as_json()["libreoffice"] == {
        "programa": f"{OFFICE}/soffice", "version": "25.2", "python": "3.11.2",
    }  # fmt: skip
    assert codes(answer) == []


def test_a_second_time_there_is_nothing_to_do(computer):
    install_in_office(system=computer)
    files, acted = dict(computer.files), computer.office.acted()
    answer = install_in_office(system=computer)
    assert set(steps(answer).values()) == {"ya estaba"}
    assert not answer.changed
    assert (computer.files, computer.office.acted()) == (files, acted)


def test_the_same_version_with_other_bytes_is_replaced(computer):
    install_in_office(system=computer)
    record = noted(computer)
    record["extension"]["sha256"] = "0" * 64
    computer.files[RECORD] = json.dumps(record).encode()
    assert steps(install_in_office(system=computer))["Extensión"] == "hecho"
    assert noted(computer)["extension"]["sha256"] == our_extension().digest


def test_another_version_is_replaced_and_both_are_named(computer):
    computer.office.own = "0.0.9"
    answer = install_in_office(system=computer)
    assert answer.steps[-1].detail == f"0.0.9 → {__version__}"
    assert computer.office.own == __version__


def test_one_that_was_taken_out_by_hand_goes_in_again(computer):
    install_in_office(system=computer)
    computer.office.own = ""
    assert steps(install_in_office(system=computer))["Extensión"] == "hecho"


def test_simulating_changes_nothing(computer):
    before = dict(computer.files)
    answer = install_in_office(system=computer, simulate=True)
    assert set(steps(answer).values()) == {"se haría"}
    assert answer.simulated
    assert (computer.files, computer.office.acted()) == (before, [])


def test_a_source_folder_is_noted_besides_its_libraries(computer):
    computer.python = Python(VENV, "3.11.9", 64, "/usr", SOURCE, (SITE,))
    computer.files[f"{SOURCE}/poi_xl/__init__.py"] = b""
    install_in_office(system=computer)
    assert noted(computer)["carpetas"] == [SITE, SOURCE]


def test_root_installs_for_all_and_says_so(computer):
    computer.is_root = True
    answer = install_in_office(system=computer)
    assert (computer.office.own, computer.office.shared) == ("", __version__)
    assert steps(answer)["Extensión para todos los usuarios"] == "hecho"
    assert codes(answer) == ["POI-N79"]


def test_a_user_leaves_root_s_extension_and_notes_the_folders(computer):
    computer.office.shared = __version__
    assert steps(install_in_office(system=computer)) == {
        "Carpetas de poi_xl para LibreOffice": "hecho", "Extensión": "ya estaba",
    }  # fmt: skip
    assert computer.office.acted() == []


def test_while_libreoffice_holds_its_lock_the_user_is_asked_to_close_it(computer):
    computer.office.locked = True
    wrong = refused(install_in_office, system=computer)
    assert wrong.code == "POI-E87"
    assert "«/home/ana/.config/libreoffice/4/.lock»" in wrong.message
    assert wrong.code in BUSY


def test_what_failed_is_tried_again(computer):
    computer.office.locked = True
    refused(install_in_office, system=computer)
    computer.office.locked = False
    assert steps(install_in_office(system=computer))["Extensión"] == "hecho"


def test_a_full_disk_is_told(computer):
    computer.full = True
    assert refused(install_in_office, system=computer).code == "POI-E16"


def test_a_damaged_note_is_written_anew(computer):
    computer.files[RECORD] = b"{"
    install_in_office(system=computer)
    assert noted(computer)["carpetas"] == [SITE]


# --- another Python -------------------------------------------------------------------------------

LIBRARIES = f"{OWN}/libreoffice/3.12-64"


@pytest.fixture
def other():
    """One whose LibreOffice runs another Python than poi_xl."""
    return linux(office=FakeOffice(python=("3.12.8", 64, "")))


def test_libraries_for_libreoffice_s_python_are_fetched(other):
    answer = install_in_office(system=other)
    assert steps(answer)["Bibliotecas para Python 3.12.8 de 64 bits"] == "hecho"
    assert noted(other)["carpetas"] == [LIBRARIES]
    pip = other.office.acted()[0]
    assert pip[:4] == (VENV, "-m", "pip", "install")
    assert pip[pip.index("--python-version") + 1] == "3.12"
    assert pip[-3:] == ("--only-binary=:all:", *other.requirements)
    # poi_xl itself has no compiled part, and need not be had from anywhere.
    assert f"{LIBRARIES}/poi_xl/__init__.py" in other.files


def test_they_are_fetched_once(other):
    install_in_office(system=other)
    answer = install_in_office(system=other)
    assert set(steps(answer).values()) == {"ya estaba"}
    assert len([each for each in other.office.commands if "pip" in each]) == 1


def test_simulating_fetches_nothing(other):
    answer = install_in_office(system=other, simulate=True)
    assert steps(answer)["Bibliotecas para Python 3.12.8 de 64 bits"] == "se haría"
    assert other.office.acted() == []


def test_without_a_network_the_command_is_given(other):
    other.office.offline = True
    wrong = refused(install_in_office, system=other)
    assert wrong.code == "POI-E89"
    assert "No matching distribution found for pandas" in wrong.message
    assert (
        f"{VENV} -m pip install --disable-pip-version-check --upgrade --target {LIBRARIES}"
        in wrong.remedy
    )
    assert """"pywin32>=306; sys_platform == 'win32'\"""" in wrong.remedy
    assert RECORD not in other.files
    assert other.office.own == ""


def test_32_bits_are_asked_for_where_libreoffice_has_them(other):
    other.office.python = ("3.11.2", 32, "")
    install_in_office(system=other)
    pip = other.office.acted()[0]
    assert pip[pip.index("--platform") + 1] == "win32"


@pytest.mark.parametrize(
    ("python", "said"),
    [
        (("3.10.16", 64, ""), "trae Python 3.10.16"),
        (("3.11.2", 64, "No module named 'uno'"), "No module named 'uno'"),
    ],
)
def test_a_python_that_cannot_run_poi_xl_is_refused(computer, python, said):
    computer.office.python = python
    wrong = refused(install_in_office, system=computer)
    assert wrong.code == "POI-E86"
    assert said in wrong.message
    assert computer.office.acted() == []


def test_a_libreoffice_without_python_is_refused(computer):
    del computer.files[SYSTEM_PYTHON]
    assert refused(install_in_office, system=computer).code == "POI-E86"


def test_folders_that_do_not_serve_are_not_noted(computer):
    computer.office.broken = "ImportError: libz.so.1"
    wrong = refused(install_in_office, system=computer)
    assert wrong.code == "POI-E86"
    assert "libz.so.1" in wrong.message
    assert RECORD not in computer.files


# --- taking it out --------------------------------------------------------------------------------


def test_removing_leaves_nothing(computer):
    before = dict(computer.files)
    install_in_office(system=computer)
    answer = remove_from_office(system=computer)
    assert set(steps(answer).values()) == {"hecho"}
    assert (computer.office.own, computer.files) == ("", before)
    assert remove_from_office(system=computer).steps == ()


def test_removing_takes_the_fetched_libraries_too(other):
    before = dict(other.files)
    install_in_office(system=other)
    remove_from_office(system=other)
    assert other.files == before


def test_removing_may_be_simulated(computer):
    install_in_office(system=computer)
    before = dict(computer.files)
    assert remove_from_office(system=computer, simulate=True).simulated
    assert (computer.office.own, computer.files) == (__version__, before)


def test_what_root_installed_stays_and_that_is_said(computer):
    computer.office.shared = __version__
    assert codes(remove_from_office(system=computer)) == ["POI-A79"]
    assert computer.office.shared == __version__
    computer.is_root = True
    assert codes(remove_from_office(system=computer)) == []
    assert computer.office.shared == ""


def test_without_libreoffice_what_is_left_over_goes(computer):
    install_in_office(system=computer)
    computer.files = {key: data for key, data in computer.files.items() if OFFICE not in key}
    remove_from_office(system=computer)
    assert RECORD not in computer.files


# --- diagnostico ----------------------------------------------------------------------------------


def test_without_libreoffice_it_is_a_mere_fact(computer):
    computer.files.clear()
    found = findings(computer)
    assert [(each.value, each.state) for each in found.values()] == [
        ("no se encontró (no hace falta)", "dato")
    ]


def test_without_the_extension_installing_is_suggested(computer):
    found = findings(computer)
    assert found["Extensión"].problem.code == "POI-N78"
    assert found["Su Python"].state == "dato"


def test_with_the_extension_all_is_well(computer):
    install_in_office(system=computer)
    found = findings(computer)
    assert found["Programa"].value == f"25.2, {OFFICE}/soffice"
    assert (found["Extensión"].value, found["Extensión"].state) == (__version__, "bien")
    assert (found["Su Python"].value, found["Su Python"].state) == (
        f"3.11.2 de 64 bits, {SYSTEM_PYTHON}", "bien",
    )  # fmt: skip


def test_an_extension_of_another_version_is_told(computer):
    computer.office.own = "0.0.9"
    assert findings(computer)["Extensión"].problem.code == "POI-A77"


def test_an_extension_that_cannot_find_poi_xl_is_told(computer):
    computer.office.own = __version__
    assert findings(computer)["Su Python"].problem.code == "POI-A78"


def test_an_extension_in_an_old_libreoffice_is_told(computer):
    computer.files |= office_files(version="7.4")
    assert findings(computer)["Extensión"].problem is None
    computer.office.own = __version__
    assert findings(computer)["Extensión"].problem.code == "POI-E88"


def test_a_libreoffice_that_does_not_answer_is_no_fault(computer):
    computer.office.locked = True
    assert findings(computer)["Extensión"].state == "dato"


def test_inside_libreoffice_no_program_is_started(computer):
    found = findings(computer, inside_office=True)
    assert found["Extensión"].value == f"{__version__}, en uso"
    assert computer.office.commands == []


def test_inside_libreoffice_nothing_is_said_of_excel_nor_of_the_python_that_path_has(computer):
    inside, outside = (
        diagnose(system=computer, inside_office=each).findings for each in (True, False)
    )
    assert "Excel" in {each.group for each in outside} - {each.group for each in inside}
    python = [next(each.value for each in f if each.topic == "Python") for f in (inside, outside)]
    assert python[0].endswith(computer.python.home)
    assert python[1].endswith(computer.python.executable)


# --- this computer --------------------------------------------------------------------------------


def test_a_program_that_is_missing_or_too_slow_has_failed():
    system = LocalSystem()
    assert system.run(("/no/such/program",), 5).code == NO_PROGRAM
    slow = (sys.executable, "-c", "import time; time.sleep(20)")
    assert system.run(slow, 1).code == TOO_LATE


def test_another_s_python_is_not_told_where_our_modules_are(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/nuestro")
    ran = LocalSystem().run((sys.executable, "-c", "import sys; print(sys.path)"), 30)
    assert ran.code == 0
    assert "/nuestro" not in ran.text


def activate(monkeypatch, folder):
    """Make a virtual environment and activate it, as its `activate` does."""
    venv.create(folder, with_pip=False)
    monkeypatch.setenv("VIRTUAL_ENV", str(folder))
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")


def test_an_activated_environment_is_nobody_else_s(monkeypatch, tmp_path):
    before = os.environ["PATH"].split(os.pathsep)
    activate(monkeypatch, tmp_path / "entorno")
    code = "import os; print(os.environ['PATH'], os.environ.get('VIRTUAL_ENV'), sep='\\n')"
    path, environment = LocalSystem().run((sys.executable, "-c", code), 30).text.splitlines()
    assert str(tmp_path) not in path
    assert {*path.split(os.pathsep)} <= {*before}
    assert "/usr/bin" in path.split(os.pathsep)
    assert environment == "None"


def test_files_and_folders_of_this_computer(tmp_path):
    system = LocalSystem()
    source, target = tmp_path / "a", tmp_path / "b"
    (source / "__pycache__").mkdir(parents=True)
    (source / "x.py").write_bytes(b"1")
    system.copy(str(source), str(target))
    assert system.entries(str(target)) == ("x.py",)
    system.remove(str(target / "x.py"))
    system.remove(str(target))
    system.remove(str(target))
    assert system.entries(str(tmp_path)) == ("a",)
    assert system.entries(str(target)) == ()


def test_what_poi_xl_needs_is_known_without_what_its_development_does():
    names = " ".join(LocalSystem().requirements)
    assert "pandas" in names
    assert "pytest" not in names


@pytest.mark.office
@pytest.mark.slow
def test_it_goes_into_a_real_libreoffice_and_out_again(tmp_path, monkeypatch):
    unopkg = program("unopkg")
    activate(monkeypatch, tmp_path / "entorno")
    # LibreOffice takes these from the environment: a profile, and a place for all users, to throw
    # away.
    monkeypatch.setenv("UserInstallation", (tmp_path / "perfil").as_uri())
    monkeypatch.setenv("UNO_SHARED_PACKAGES_CACHE", (tmp_path / "todos").as_uri())
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "estado"))
    scope = ["--shared"] if os.geteuid() == 0 else []

    def listed():
        done = subprocess.run(
            [unopkg, "list", *scope], capture_output=True, text=True, timeout=120, check=True
        )
        return f"Identifier: pe.poi_xl\n  Version: {__version__}\n" in done.stdout

    system = LocalSystem()
    answer = install_in_office(system=system)
    assert [each.state.value for each in answer.steps] == ["hecho", "hecho"]
    assert listed()
    folders = json.loads((tmp_path / "estado/poi_xl/libreoffice.json").read_text())["carpetas"]
    python = office_python(system, office_of(system))
    assert python is not None
    assert reach(system, python, tuple(folders)) == (__version__, "")
    assert not install_in_office(system=system).changed
    assert {each.state for each in findings(system).values()} == {"bien", "dato"}
    remove_from_office(system=system)
    assert not listed()
    assert not list((tmp_path / "estado/poi_xl").iterdir())
