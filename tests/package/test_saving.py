"""Saving: a user's file is replaced whole or not at all, and what was there can be had back."""

import errno
import functools
import os
import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from poi_xl.core.problems import Refusal
from poi_xl.package import saving
from poi_xl.package.saving import (
    BACKUP_FOLDER,
    back_up,
    backups,
    check_free,
    fingerprint,
    only_one,
    replace,
    restore,
    sweep,
    temporary_beside,
)

NOW = datetime(2026, 11, 22, 15, 4, 5)  # noqa: DTZ001 - local time, as the user reads it


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "POI_2021.xlsm"
    path.write_bytes(b"antes")
    return path


def put(book: Path, data: bytes, now: datetime = NOW, seen: str | None = "", **options):
    """Save as the product does."""
    seen = fingerprint(book) if seen == "" else seen
    with temporary_beside(book) as fresh:
        fresh.write_bytes(data)
        return replace(book, fresh, seen=seen, now=now, **options)


def refusal(call, *arguments, **options) -> str:
    with pytest.raises(Refusal) as caught:
        call(*arguments, **options)
    (problem,) = caught.value.problems
    return str(problem)


def everything(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_replacing_keeps_what_was_there(book: Path) -> None:
    backup = put(book, b"ahora")
    assert backup == book.parent / ".poi-respaldo" / "POI_2021.2026-11-22T15-04-05.xlsm"
    assert everything(book.parent) == {
        "POI_2021.xlsm": b"ahora",
        ".poi-respaldo/POI_2021.2026-11-22T15-04-05.xlsm": b"antes",
    }


def test_a_new_file_needs_no_backup(tmp_path: Path) -> None:
    assert put(tmp_path / "nuevo.xlsx", b"x", seen=None) is None
    assert everything(tmp_path) == {"nuevo.xlsx": b"x"}
    assert refusal(put, tmp_path / "nuevo.xlsx", b"y", seen=None).startswith("POI-E07")
    assert everything(tmp_path) == {"nuevo.xlsx": b"x"}


def test_a_file_that_was_changed_or_removed_meanwhile(book: Path) -> None:
    seen = fingerprint(book)
    book.write_bytes(b"otra persona")
    assert refusal(put, book, b"x", seen=seen).startswith("POI-E07")
    assert everything(book.parent) == {"POI_2021.xlsm": b"otra persona"}
    book.unlink()
    assert refusal(put, book, b"x", seen=seen).startswith("POI-E07")
    assert everything(book.parent) == {}


@pytest.mark.parametrize("step", ["_flush", "_copy_access", "_copy"])
def test_a_file_that_is_changed_at_the_last_moment(book: Path, monkeypatch, step) -> None:
    real = getattr(saving, step)

    def meddle(*arguments: Path) -> None:
        real(*arguments)
        book.write_bytes(b"otra persona")

    monkeypatch.setattr(saving, step, meddle)
    assert refusal(put, book, b"x").startswith("POI-E07")
    assert everything(book.parent) == {"POI_2021.xlsm": b"otra persona"}


def test_a_backup_that_is_not_what_was_there(book: Path, monkeypatch) -> None:
    monkeypatch.setattr(saving, "_copy", lambda _, copy: copy.write_bytes(b"a medias"))
    assert refusal(put, book, b"x").startswith("POI-E07")
    assert everything(book.parent) == {"POI_2021.xlsm": b"antes"}


def test_a_file_that_is_opened_at_the_last_moment(book: Path, monkeypatch) -> None:
    real = saving._copy

    def opened(*arguments: Path) -> None:
        real(*arguments)
        book.with_name("~$POI_2021.xlsm").write_bytes(b"\3Ana")

    monkeypatch.setattr(saving, "_copy", opened)
    assert refusal(put, book, b"x").startswith("POI-E05")
    assert set(everything(book.parent)) == {"POI_2021.xlsm", "~$POI_2021.xlsm"}
    assert book.read_bytes() == b"antes"


# --- who has it -------------------------------------------------------------------------------


def excel_lock(name: str) -> bytes:
    narrow = bytes([len(name)]) + name.encode("cp1252").ljust(54)
    return narrow + len(name).to_bytes(2, "little") + name.encode("utf-16-le").ljust(108, b" ")


@pytest.mark.parametrize(
    ("lock", "content", "who"),
    [
        ("~$POI_2021.xlsm", excel_lock("Ana Ñáñez"), "por Ana Ñáñez (según «~$POI_2021.xlsm»)"),
        ("~$POI_2021.xlsm", b"\x05Jos\xe9 " + bytes(40), "por José ("),
        ("~$POI_2021.xlsm", b"", "abierto (según «~$POI_2021.xlsm»)"),
        (".~lock.POI_2021.xlsm#", "Rosa Díaz,rosa,pc1,22.11.2026 15:04,file:///x;".encode(),
         "por Rosa Díaz ("),
        (".~lock.POI_2021.xlsm#", b",rosa,pc1,22.11.2026 15:04,file:///x;", "por rosa ("),
        (".~lock.POI_2021.xlsm#", b"\xff\xfe", "abierto ("),
    ],
)  # fmt: skip
def test_an_open_file(book: Path, lock: str, content: bytes, who: str) -> None:
    book.with_name(lock).write_bytes(content)
    said = refusal(check_free, book)
    assert said.startswith("POI-E05")
    assert who in said
    assert refusal(put, book, b"x") == said
    assert book.read_bytes() == b"antes"


def test_long_names_lose_two_letters_in_some_lock_files(tmp_path: Path) -> None:
    path = tmp_path / "Plan operativo.xlsx"
    path.write_bytes(b"x")
    (tmp_path / "~$an operativo.xlsx").write_bytes(excel_lock("Ana"))
    assert "por Ana" in refusal(check_free, path)
    (tmp_path / "an operativo.xlsx").write_bytes(b"the lock is of this one")
    check_free(path)


def test_a_read_only_file(book: Path) -> None:
    book.chmod(0o444)
    assert refusal(check_free, book).startswith("POI-E06")
    assert refusal(put, book, b"x").startswith("POI-E06")
    assert everything(book.parent) == {"POI_2021.xlsm": b"antes"}


def test_a_file_that_windows_will_not_share(book: Path, monkeypatch) -> None:
    def shared(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "sharing violation")

    monkeypatch.setattr(Path, "open", shared)
    assert refusal(check_free, book).startswith("POI-E05")


def test_a_free_file_and_one_that_is_not_there(book: Path) -> None:
    check_free(book)
    check_free(book.with_name("nuevo.xlsx"))
    assert everything(book.parent) == {"POI_2021.xlsm": b"antes"}


# --- when the disk fails ----------------------------------------------------------------------


class Failing:
    """A function that fails at its n-th call, as a full disk does."""

    def __init__(self, real, at: int, code: int = errno.ENOSPC) -> None:
        self.real, self.left, self.code = real, at, code

    def __call__(self, *arguments, **options):
        self.left -= 1
        if self.left == 0:
            raise OSError(self.code, os.strerror(self.code))
        return self.real(*arguments, **options)

    def __get__(self, instance, owner):
        """Be bound to its object like the method that it stands for."""
        return self if instance is None else functools.partial(self, instance)


STEPS = [
    # The temporary file, the backup's, the backup's name; the second is of a folder, for flushing.
    *((os, "open", n) for n in (1, 3, 4)),
    *((os, "fsync", n) for n in (1, 3)),  # the fresh content, the backup
    *((Path, "open", n) for n in (1, 2, 3, 4, 5, 6, 7, 8)),
    *((os, "replace", n) for n in (1, 2)),  # the backup's, the workbook's
    (Path, "mkdir", 1),
    (Path, "chmod", 1),
    (Path, "chmod", 2),
]


@pytest.mark.parametrize(("owner", "name", "at"), STEPS, ids=[f"{s[1]} {s[2]}" for s in STEPS])
def test_a_full_disk_leaves_everything_as_it_was(book, monkeypatch, owner, name, at) -> None:
    seen = fingerprint(book)
    failing = Failing(getattr(owner, name), at)
    monkeypatch.setattr(owner, name, failing)
    said = refusal(put, book, b"ahora", seen=seen)
    monkeypatch.undo()
    assert said.startswith("POI-E16")
    assert "no queda espacio en el disco" in said
    assert failing.left == 0
    assert everything(book.parent) == {"POI_2021.xlsm": b"antes"}
    assert not (book.parent / BACKUP_FOLDER).exists()


@pytest.mark.parametrize("at", range(1, 9))
def test_a_failure_never_hides_that_the_file_was_replaced(book, monkeypatch, at) -> None:
    """Flushing folders and removing old backups can fail without harm."""
    for second in range(3):
        put(book, b"antes", NOW - timedelta(seconds=9 - second))
    unlinking, syncing = Failing(Path.unlink, at), Failing(os.fsync, 3 + at % 2)
    monkeypatch.setattr(Path, "unlink", unlinking)
    monkeypatch.setattr(os, "fsync", syncing)
    assert put(book, b"ahora", keep=2)
    assert syncing.left <= 0
    assert book.read_bytes() == b"ahora"


def test_the_reasons_are_told(book: Path, monkeypatch) -> None:
    for code, words in ((errno.EACCES, "no hay permiso"), (errno.EXDEV, f"error {errno.EXDEV}")):
        monkeypatch.setattr(os, "replace", Failing(os.replace, 2, code))
        assert words in refusal(put, book, b"x")
        monkeypatch.undo()


def test_a_failure_while_the_new_file_is_made(book: Path) -> None:
    def work() -> None:
        with temporary_beside(book) as fresh:
            fresh.write_bytes(b"a medias")
            raise OSError(errno.ENOSPC, "full")

    assert refusal(work).startswith("POI-E16")
    assert everything(book.parent) == {"POI_2021.xlsm": b"antes"}


def test_the_temporary_file_goes_whatever_happens(book: Path) -> None:
    seen = []

    def work() -> None:
        with temporary_beside(book) as one, temporary_beside(book) as two:
            seen.extend([one, two])
            one.unlink()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert [p.name for p in seen] == [".poi_xl.1.POI_2021.xlsm", ".poi_xl.2.POI_2021.xlsm"]
    assert everything(book.parent) == {"POI_2021.xlsm": b"antes"}


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert "la carpeta no existe" in refusal(put, tmp_path / "no" / "a.xlsx", b"x", seen=None)


# --- backups ----------------------------------------------------------------------------------


def test_only_so_many_backups_are_kept_and_only_of_this_workbook(book: Path) -> None:
    other = book.with_name("POI_2021.otro.xlsm")
    other.write_bytes(b"x")
    put(other, b"y")
    (book.parent / BACKUP_FOLDER / "POI_2021.notas.xlsm").write_bytes(b"de la gente")
    (book.parent / BACKUP_FOLDER / "POI_2021.2026-99-99T00-00-00.xlsm").write_bytes(b"sin fecha")
    for number in range(15):
        put(book, str(number).encode(), NOW + timedelta(minutes=number))
    kept = backups(book)
    assert [b.path.read_bytes() for b in kept] == [str(n).encode() for n in range(13, 3, -1)]
    assert kept[0].when == NOW + timedelta(minutes=14)
    assert kept[0].size == 2
    assert len(backups(other)) == 1
    assert len(everything(book.parent / BACKUP_FOLDER)) == 13


def test_backups_of_one_second_do_not_overwrite_each_other(book: Path) -> None:
    for number in range(12):
        put(book, str(number).encode(), keep=99)
    contents = [b.path.read_bytes() for b in backups(book)]
    assert contents == [*(str(n).encode() for n in range(10, -1, -1)), b"antes"]


def test_the_backup_just_made_stays_even_when_the_clock_went_back(book: Path) -> None:
    for number in range(3):
        put(book, str(number).encode(), NOW + timedelta(minutes=number), keep=2)
    backup = put(book, b"ahora", NOW - timedelta(days=1), keep=2)
    assert backup
    assert backup.read_bytes() == b"2"
    assert len(backups(book)) == 2
    with pytest.raises(ValueError, match="at least one"):
        put(book, b"x", keep=0)


def test_restoring_keeps_the_present_too(book: Path) -> None:
    put(book, b"ahora")
    (old,) = backups(book)
    kept = restore(book, old, NOW + timedelta(hours=1))
    assert kept
    assert (book.read_bytes(), kept.read_bytes()) == (b"antes", b"ahora")
    book.unlink()
    assert restore(book, backups(book)[0], NOW) is None
    assert book.read_bytes() == b"ahora"


def test_restoring_a_backup_that_is_gone(book: Path) -> None:
    put(book, b"ahora")
    (old,) = backups(book)
    old.path.unlink()
    assert refusal(restore, book, old, NOW).startswith("POI-E17")
    assert backups(book) == []


# --- permissions and links --------------------------------------------------------------------


def test_permissions_stay(book: Path) -> None:
    book.chmod(0o640)
    with temporary_beside(book) as fresh:
        assert stat.S_IMODE(fresh.stat().st_mode) & 0o077 in (0o040, 0)
    backup = put(book, b"ahora")
    assert backup
    assert stat.S_IMODE(book.stat().st_mode) == stat.S_IMODE(backup.stat().st_mode) == 0o640


def test_a_link_stays_a_link(book: Path, tmp_path: Path) -> None:
    (tmp_path / "otra").mkdir()
    link = tmp_path / "otra" / "plan.xlsm"
    link.symlink_to(book)
    backup = put(link, b"ahora")
    assert link.is_symlink()
    assert book.read_bytes() == b"ahora"
    assert backup
    assert backup.parent.parent == book.parent
    assert [b.path for b in backups(link)] == [backup]


def test_the_fingerprint_is_of_the_content(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * (3 << 20))
    assert fingerprint(tmp_path / "a") == saving.digest(b"x" * (3 << 20))
    assert fingerprint(tmp_path / "a") != saving.digest(b"x")


def test_an_office_that_will_close_the_file_itself_is_not_in_its_own_way(tmp_path) -> None:
    path = tmp_path / "libro.xlsx"
    path.write_bytes(b"datos")
    (tmp_path / ".~lock.libro.xlsx#").write_text(",root,host,25.11.2026 20:00,file:///x;")
    with pytest.raises(Refusal, match="POI-E05"):
        check_free(path)
    check_free(path, ours=True)
    (tmp_path / "~$libro.xlsx").write_bytes(b"\x03Ana".ljust(55))
    with pytest.raises(Refusal, match="POI-E05"):
        check_free(path, ours=True)


def test_a_copy_is_kept_before_another_program_writes_and_the_oldest_go(tmp_path) -> None:
    path = tmp_path / "libro.xlsx"
    for day in range(1, 5):
        path.write_bytes(b"dia %d" % day)
        copy = back_up(path, datetime(2021, 5, day), keep=3)  # noqa: DTZ001
        assert copy.read_bytes() == path.read_bytes()
    assert [each.when.day for each in backups(path)] == [4, 3, 2]


# --- what an interrupted command left ---------------------------------------------------------


def test_what_nobody_uses_any_more_is_swept_away_and_told(book: Path) -> None:
    put(book, b"ahora")
    folder = book.parent / BACKUP_FOLDER
    leftovers = [
        book.with_name(".poi_xl.1.POI_2021.xlsm"),
        book.with_name(".poi_xl.22.otro.xlsx"),
        folder / ".poi_xl.1.POI_2021.xlsm",
    ]
    for each in leftovers:
        each.write_bytes(b"a medias")
    (folder / "POI_2021.2026-11-22T15-04-06.xlsm").touch()
    (folder / ".poi_xl.notas").write_bytes(b"de la gente")
    kept = backups(book)
    assert [b.size for b in kept] == [5]  # what was never written is not offered
    assert sweep(book) == [*(each.name for each in leftovers), "POI_2021.2026-11-22T15-04-06.xlsm"]
    assert set(everything(book.parent)) == {
        "POI_2021.xlsm",
        ".poi-respaldo/.poi_xl.notas",
        ".poi-respaldo/POI_2021.2026-11-22T15-04-05.xlsm",
    }
    assert backups(book) == kept
    assert sweep(book.parent) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such locks")
def test_what_another_command_uses_is_not_swept_away(book: Path) -> None:
    with temporary_beside(book) as fresh:
        assert sweep(book) == []
        assert fresh.exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such locks")
def test_only_one_holds_a_lock(tmp_path: Path) -> None:
    lock = tmp_path / "en-uso"
    with only_one(lock) as first, only_one(lock) as second:
        assert (first, second) == (True, False)
        lock.unlink()  # as who has it does at the end
        with only_one(lock) as third:
            assert third
    with only_one(lock) as again:
        assert again


def test_who_waits_for_a_lock_that_is_taken_away_does_not_have_it(tmp_path, monkeypatch) -> None:
    lock = tmp_path / "en-uso"
    monkeypatch.setattr(saving, "_lock", lambda handle: lock.unlink() or True)
    with only_one(lock) as held:
        assert not held


def test_half_a_backup_never_has_a_backup_s_name(book: Path, monkeypatch) -> None:
    seen = []

    def interrupted(_: Path, copy: Path) -> None:
        copy.write_bytes(b"an")
        seen.extend(backups(book))
        raise KeyboardInterrupt

    monkeypatch.setattr(saving, "_copy", interrupted)
    with pytest.raises(KeyboardInterrupt):
        put(book, b"ahora")
    assert seen == []
    assert everything(book.parent) == {"POI_2021.xlsm": b"antes"}
