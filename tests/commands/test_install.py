"""`instalar` on a computer in memory, and the port on this one."""

import datetime as dt
import re
import sys
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poi_xl.commands import xlwings_settings as conf
from poi_xl.commands.install import install
from poi_xl.commands.system import LocalSystem, Python
from poi_xl.core.problems import Refusal
from tests.fake_windows import CONF, HOME, PYTHON, VENV, windows

NOW = dt.datetime(2021, 4, 20, 9, 30)  # noqa: DTZ001 - the analyst's own clock
FRESH = (
    b'"INTERPRETER_WIN","%USERPROFILE%\\poi\\Scripts\\python.exe"\r\n'
    b'"USE UDF SERVER","1"\r\n'
    b'"SHOW CONSOLE","0"\r\n'
)


class Consenting:
    def __init__(self):
        self.asked = []

    def progress(self, text, share=None):
        pass

    def accepts(self, problem):
        self.asked.append(problem)
        return True


def codes(answer):
    return [each.problem.code for each in answer.findings if each.problem]


def vba_reads(data):
    """The file as VBA's `Input #` takes it: values two by two, whatever the lines."""
    values = []
    for line in data.decode("cp1252").splitlines():
        values += [each.strip('"') for each in re.findall(r'"[^"]*"|[^,]+', line)] or [""]
    return dict(zip(values[::2], values[1::2], strict=False))


def test_the_first_time_the_analyst_s_own_file_is_written():
    computer = windows()
    answer = install(now=NOW, system=computer)
    assert computer.files[CONF] == FRESH
    assert computer.written == [CONF]
    assert (answer.file, answer.written, answer.backup) == (CONF, True, "")
    assert [(each.key, each.before) for each in answer.changes] == [
        ("INTERPRETER_WIN", None), ("USE UDF SERVER", None), ("SHOW CONSOLE", None),
    ]  # fmt: skip
    assert codes(answer) == []


def test_a_second_time_nothing_is_written():
    computer = windows(files={**windows().files, CONF: FRESH})
    answer = install(now=NOW, system=computer)
    assert computer.written == []
    assert (answer.written, answer.changes, answer.backup) == (False, (), "")


def test_simulating_writes_nothing_but_shows_how_it_would_stand():
    computer = windows()
    answer = install(now=NOW, system=computer, simulate=True)
    assert computer.written == []
    assert len(answer.changes) == 3
    assert not answer.written
    assert codes(answer) == []


def test_others_settings_stay_letter_by_letter_and_the_old_file_is_kept():
    old = '"ONEDRIVE_WIN","C:\\Año"\n\n"Use UDF Server","False"\n"LICENSE_KEY","x"\n'.encode(
        "cp1252"
    )
    computer = windows(files={**windows().files, CONF: old})
    host = Consenting()
    answer = install(now=NOW, system=computer, host=host)
    assert answer.backup == CONF + ".20210420-093000.bak"
    assert computer.files[answer.backup] == old
    assert vba_reads(computer.files[CONF]) == {
        "ONEDRIVE_WIN": "C:\\Año",
        "USE UDF SERVER": "1",
        "LICENSE_KEY": "x",
        "INTERPRETER_WIN": "%USERPROFILE%\\poi\\Scripts\\python.exe",
        "SHOW CONSOLE": "0",
    }
    assert '"ONEDRIVE_WIN","C:\\Año"'.encode("cp1252") in computer.files[CONF].splitlines()
    # The server was switched off by somebody: that is asked, what is only added is not.
    assert [each.code for each in host.asked] == ["POI-E70"]
    assert "USE UDF SERVER" in host.asked[0].message
    assert "SHOW CONSOLE" not in host.asked[0].message


def test_another_python_is_not_replaced_without_consent():
    old = b'"INTERPRETER_WIN","C:\\otro\\python.exe"\r\n'
    computer = windows(files={**windows().files, CONF: old})
    with pytest.raises(Refusal) as refusal:
        install(now=NOW, system=computer)
    assert [each.code for each in refusal.value.problems] == ["POI-E70"]
    assert "C:\\otro\\python.exe" in str(refusal.value)
    assert computer.written == []
    assert computer.files[CONF] == old
    answer = install(now=NOW, system=computer, host=Consenting())
    assert computer.files[CONF] == FRESH
    assert computer.files[answer.backup] == old


def test_two_copies_of_the_same_second_do_not_overwrite_each_other():
    computer = windows(files={**windows().files, CONF: b'"A","1"\r\n'})
    first = install(now=NOW, system=computer).backup
    computer.files[CONF] = b'"A","2"\r\n'
    second = install(now=NOW, system=computer).backup
    assert (computer.files[first], computer.files[second]) == (b'"A","1"\r\n', b'"A","2"\r\n')


@pytest.mark.parametrize(
    "same",
    [
        PYTHON,
        PYTHON.lower(),
        r"%userprofile%\poi\Scripts\python.exe".replace("userprofile", "USERPROFILE"),
    ],
)
def test_the_same_python_spelled_otherwise_is_left_as_it_is(same):
    line = f'"INTERPRETER_WIN","{same}"'.encode("cp1252")
    computer = windows(files={**windows().files, CONF: line + b"\r\n"})
    install(now=NOW, system=computer)
    assert computer.files[CONF].splitlines()[0] == line


@pytest.mark.parametrize(
    ("before", "after"),
    [("Falso", "0"), ("False", "0"), ("True", "True"), ("Verdadero", "Verdadero")],
)
def test_booleans_are_numbers_and_a_wanted_console_stays(before, after):
    computer = windows(
        files={
            **windows().files,
            CONF: FRESH.replace(b'CONSOLE","0"', f'CONSOLE","{before}"'.encode()),
        }
    )
    install(now=NOW, system=computer)
    assert conf.parse(computer.files[CONF], "cp1252")["SHOW CONSOLE"] == after


def test_used_from_its_sources_their_folder_joins_those_that_are_there():
    source = Python(PYTHON, "3.12.4", 64, r"C:\Python312", source=HOME + r"\poi_xl")
    old = b'"PYTHONPATH","C:\\herramientas;"\r\n'
    computer = windows(files={**windows().files, CONF: old}, python=source)
    install(now=NOW, system=computer)
    found = conf.parse(computer.files[CONF], "cp1252")["PYTHONPATH"]
    assert found == "%USERPROFILE%\\poi_xl;C:\\herramientas"
    computer.written.clear()
    install(now=NOW, system=computer)
    assert computer.written == []


def test_lines_that_vba_would_stumble_over_go_and_are_counted():
    old = b'\xef\xbb\xbf"A","1"\r\nesto no es un par\r\n\r\n"a","2"\r\n'
    computer = windows(files={**windows().files, CONF: old})
    answer = install(now=NOW, system=computer)
    assert answer.dropped == 1
    assert computer.files[CONF] == b'"A","1"\r\n' + FRESH


def test_a_path_that_windows_own_encoding_lacks_is_refused():
    odd = Python("D:\\Ωmega\\python.exe", "3.12.4", 64, "D:\\Ωmega")
    computer = windows(python=odd)
    with pytest.raises(Refusal, match="POI-E79"):
        install(now=NOW, system=computer)
    assert computer.written == []


def test_a_file_that_cannot_be_written_is_told():
    with pytest.raises(Refusal, match=r"POI-E16.*No space left"):
        install(now=NOW, system=windows(full=True))


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_elsewhere_there_is_nothing_to_install(platform):
    computer = windows(platform=platform)
    answer = install(now=NOW, system=computer)
    assert not answer.applies
    assert computer.written == []
    assert codes(answer) == ["POI-N70"]
    assert not answer.has_errors
    assert answer.as_json()["archivo"] is None


def test_the_answer_as_json():
    answer = install(now=NOW, system=windows()).as_json()
    assert list(answer) == [
        "version",
        "archivo",
        "escrito",
        "respaldo",
        "cambios",
        "comprobaciones",
    ]
    assert answer["cambios"][1] == {"clave": "USE UDF SERVER", "antes": None, "despues": "1"}
    assert {each["estado"] for each in answer["comprobaciones"]} == {"bien", "dato"}


# --- the file's text ------------------------------------------------------------------------------

WORDS = st.text(
    st.characters(codec="cp1252", exclude_characters='",\r\n\x85', exclude_categories=("C", "Z"))
)
KEYS = st.text(st.sampled_from("ABCXYZ_ "), min_size=1).map(str.strip).filter(bool)


@given(st.dictionaries(KEYS, WORDS), st.dictionaries(KEYS, WORDS))
def test_merging_keeps_others_sets_ours_and_vba_reads_both(old, fresh):
    before = "".join(f'"{key}","{value}"\r\n' for key, value in old.items()).encode("cp1252")
    after = conf.merged(before, fresh, "cp1252")
    assert conf.parse(after, "cp1252") == {**old, **fresh}
    assert conf.merged(after, fresh, "cp1252") == after
    assert after.count(b"\r\n") == len({**old, **fresh})
    kept = [line for line in before.splitlines() if conf.parse(line, "cp1252").keys() - fresh]
    assert [line for line in after.splitlines() if line in kept] == kept


def test_paths_in_the_user_s_own_folders_do_not_carry_the_user_s_name():
    computer = windows()
    assert conf.portable(computer, VENV) == r"%USERPROFILE%\poi"
    assert conf.portable(computer, HOME + r"\AppData\Local\p.exe") == r"%LOCALAPPDATA%\p.exe"
    assert conf.portable(computer, r"D:\poi\p.exe") == r"D:\poi\p.exe"
    assert conf.expanded(computer, r"%USERPROFILE%\poi;%NADA%") == VENV + ";%NADA%"


# --- this computer --------------------------------------------------------------------------------


def test_this_computer_s_files(tmp_path):
    system = LocalSystem()
    path = str(tmp_path / "nueva" / "a.conf")
    assert system.read(path) is None
    assert system.read(str(tmp_path)) is None
    system.write(path, b"uno")
    system.write(path, b"dos y tres")
    assert (system.read(path), system.read(path, 3)) == (b"dos y tres", b"dos")
    assert [each.name for each in (tmp_path / "nueva").iterdir()] == ["a.conf"]
    with pytest.raises(OSError, match="directory"):
        system.write(str(tmp_path / "nueva"), b"")
    assert [each.name for each in tmp_path.iterdir()] == ["nueva"]


def test_this_computer_s_programs(monkeypatch, tmp_path):
    system = LocalSystem()
    monkeypatch.setenv("POI_PRUEBA", "sí")
    assert (system.variable("POI_PRUEBA"), system.variable("POI_NADA")) == ("sí", "")
    assert system.package("xlwings") == "0.37.8"
    assert system.package("no-existe-tal-paquete") == ""
    assert system.program("no-existe-tal-programa", "sh").endswith("sh")
    assert system.program("no-existe-tal-programa") == ""
    assert system.python.executable == sys.executable
    assert (system.python.source + "/poi_xl/core").startswith("/")
    monkeypatch.chdir(tmp_path)
    assert system.absolute("a.xlsm") == str(tmp_path / "a.xlsm")


def test_without_a_registry_nothing_is_found():
    system = LocalSystem()
    assert system.registry(r"HKCU\Software", "x") is None
    assert system.subkeys(r"HKCU\Software") == ()


def test_the_registry_is_read_as_64_bit_programs_see_it(monkeypatch):
    opened = []

    @contextmanager
    def open_key(hive, path, reserved, access):
        if path != r"Software\Uno":
            raise FileNotFoundError(path)
        opened.append((hive, reserved, access))
        yield {"": "propio", "n": 4, "binario": b"x"}

    def query(handle, name):
        if name not in handle:
            raise FileNotFoundError(name)
        return handle[name], 1

    fake = SimpleNamespace(
        HKEY_CURRENT_USER="cu",
        HKEY_LOCAL_MACHINE="lm",
        KEY_READ=1,
        KEY_WOW64_64KEY=256,
        OpenKey=open_key,
        QueryValueEx=query,
        QueryInfoKey=lambda handle: (2, len(handle), 0),
        EnumKey=lambda _, index: f"Location{index}",
    )
    monkeypatch.setitem(sys.modules, "winreg", fake)
    system = LocalSystem()
    assert system.registry(r"HKCU\Software\Uno") == "propio"
    assert system.registry(r"HKLM\Software\Uno", "n") == 4
    assert system.registry(r"HKCU\Software\Uno", "binario") is None
    assert system.registry(r"HKCU\Software\Uno", "otro") is None
    assert system.registry(r"HKCU\Software\Dos") is None
    assert system.subkeys(r"HKLM\Software\Uno") == ("Location0", "Location1")
    assert system.subkeys(r"HKLM\Software\Dos") == ()
    assert opened[:2] == [("cu", 0, 257), ("lm", 0, 257)]
