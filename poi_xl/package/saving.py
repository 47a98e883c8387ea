"""The only door through which a user's file is replaced: whole, checked, with a dated backup."""

import errno
import hashlib
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Final

from poi_xl.core.problems import Problem, Refusal, problem

BACKUP_FOLDER: Final = ".poi-respaldo"
_STAMP: Final = "%Y-%m-%dT%H-%M-%S"
_STAMP_PATTERN: Final = r"\.(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d)(?:_(\d+))?"
_TEMPORARY: Final = re.compile(r"\.poi_xl\.\d+\..+")
_CHUNK: Final = 1 << 20
_SHORT_NAME: Final = 8
_BINARY: Final[int] = getattr(os, "O_BINARY", 0)
_REASONS: Final = {
    errno.ENOSPC: "no queda espacio en el disco",
    errno.EDQUOT: "se agotó la cuota de disco",
    errno.EACCES: "no hay permiso",
    errno.EPERM: "no hay permiso",
    errno.EROFS: "el disco es de solo lectura",
    errno.ENAMETOOLONG: "el nombre es demasiado largo",
    errno.ENOENT: "la carpeta no existe",
    errno.EIO: "el disco dio un error",
    errno.EFBIG: "el sistema no admite un archivo tan grande",
}


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy kept before a change: where, when and how many bytes."""

    path: Path
    when: datetime
    size: int


# --- looking ------------------------------------------------------------------------------------


def digest(data: bytes) -> str:
    """Return the fingerprint of some bytes."""
    return hashlib.blake2b(data, digest_size=20).hexdigest()


def fingerprint(path: Path) -> str:
    """Return the fingerprint of a file's content."""
    running = hashlib.blake2b(digest_size=20)
    with path.open("rb") as source:
        while chunk := source.read(_CHUNK):
            running.update(chunk)
    return running.hexdigest()


def real(path: Path) -> Path:
    """Return the whole path of the file that a path leads to, links followed.

    Raises:
        Refusal: the links lead in a circle.
    """
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:
        raise Refusal(problem("POI-E01", file=path.name)) from error


def check_free(path: Path, *, ours: bool = False) -> None:
    """Refuse a file that somebody has open, or that may not be written.

    Args:
        path: the file.
        ours: whether the LibreOffice that asks has it open itself, and will close it.

    Raises:
        Refusal: open in Excel or LibreOffice (naming who), or read-only.
    """
    path = real(path)
    for lock, reader in _locks(path):
        if lock.exists() and not (ours and reader is _office_user):
            raise Refusal(problem("POI-E05", file=path.name, owner=_owner(lock, reader)))
    if not path.exists():
        return
    if not path.is_file():
        raise Refusal(problem("POI-E16", file=path.name, detail="no es un archivo"))
    # The mode bits count also for an administrator, who would be let through by the system.
    if not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK):
        raise Refusal(problem("POI-E06", file=path.name))
    if not ours:
        _check_unshared(path)


def _locks(path: Path) -> Iterator[tuple[Path, Callable[[bytes], str]]]:
    """Yield the lock files that would stand beside an open workbook, with how to read them."""
    yield path.with_name(f"~${path.name}"), _excel_user
    yield path.with_name(f".~lock.{path.name}#"), _office_user
    # Office drops the first two letters of long names, unless that is another file's full name.
    short = path.with_name(path.name[2:] or "_")
    if len(path.stem) > _SHORT_NAME and not short.exists():
        yield path.with_name(f"~${short.name}"), _excel_user


def _owner(lock: Path, reader: Callable[[bytes], str]) -> str:
    """Return the words that tell who has it open; the lock is named since it may be a leftover."""
    user = ""
    with suppress(OSError, UnicodeError, IndexError):
        user = reader(lock.read_bytes()).strip(" \0")
    return f" por {user} (según «{lock.name}»)" if user else f" (según «{lock.name}»)"


def _excel_user(data: bytes) -> str:
    """Read an owner file: the name's length and its ANSI letters, then the same in UTF-16."""
    length = data[0]
    wide = data[57 : 57 + 2 * length]
    if len(wide) == 2 * length and data[55:57] == bytes((length, 0)):
        return wide.decode("utf-16-le")
    return data[1 : 1 + length].decode("cp1252")


def _office_user(data: bytes) -> str:
    """Read LibreOffice's lock: full name, system user, host and time between commas."""
    full, system = data.decode("utf-8").split(",")[:2]
    return full.strip() or system


def _check_unshared(path: Path) -> None:
    """Ask for writing, without writing: Windows says no while another program holds the file."""
    try:
        with path.open("r+b"):
            pass
    except PermissionError as error:
        raise Refusal(problem("POI-E05", file=path.name, owner="")) from error
    except OSError as error:
        raise _unwritten(path, error) from error


def _unwritten(path: Path, error: OSError) -> Refusal:
    detail = _REASONS.get(error.errno or 0, f"error {error.errno or '?'} del sistema")
    return Refusal(problem("POI-E16", file=path.name, detail=detail))


def disk_problem(error: BaseException) -> Problem | None:
    """Return what to tell the user when the system, and not the program, is behind a failure.

    Libraries raise errors of their own over the system's.
    """
    behind: BaseException | None = error
    while behind is not None and not isinstance(behind, OSError):
        behind = behind.__cause__ or behind.__context__
    if behind is None or behind.errno not in _REASONS:
        return None
    name, detail = str(behind.filename or ""), _REASONS[behind.errno]
    if behind.errno == errno.ENOENT:
        if name:  # something that must be there is not: the program's own fault
            return None
        detail = "no hay una en la que se pueda"  # `tempfile` found no folder
    is_denied = behind.errno in (errno.EACCES, errno.EPERM)
    # Where there is no scratch folder at all, asking for it would fail again.
    if name.startswith(tempfile.gettempdir()) if name else not is_denied:
        return problem("POI-E171", detail=detail)
    what = f"«{Path(name).name}»" if name else "un archivo"
    return problem("POI-E172", what=what, detail=detail)


# --- writing ------------------------------------------------------------------------------------


@contextmanager
def temporary_beside(path: Path) -> Iterator[Path]:
    """Lend an empty file in the workbook's folder, so that it can take its place in one step.

    It is removed whatever happens. A failure of the disk while it is written is the user's to
    know, and becomes a refusal.

    Raises:
        Refusal: it could not be made or written.

    Example:
        >>> with temporary_beside(book) as fresh:  # doctest: +SKIP
        ...     graft(package, rendered, names, fresh, notes=notes)
        ...     replace(book, fresh, seen=package.fingerprint, now=now)
    """
    path = real(path)
    with writing(path):
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666
        with _temporary(path.parent, path.name, mode) as fresh:
            yield fresh


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Make a failure of the system meanwhile what it is to the user: a file that is not written.

    Raises:
        Refusal: the system would not (POI-E16).
    """
    try:
        yield
    except OSError as error:
        raise _unwritten(path, error) from error


@contextmanager
def only_one(lock: Path) -> Iterator[bool]:
    """Hold a lock file, made if it is not there, and say whether nobody else holds it.

    Where the system or the drive knows no locks nobody is kept from working.
    """
    if os.name == "nt":  # what is open could not be removed afterwards
        yield True
        return
    handle = os.open(lock, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        # Who had it may be removing it: then others would ask another file than this one.
        yield _lock(handle) is not False and _is_still(lock, handle)
    finally:
        os.close(handle)


def _is_still(path: Path, handle: int) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(path.stat(), os.fstat(handle))
    return False


@contextmanager
def _temporary(folder: Path, name: str, mode: int) -> Iterator[Path]:
    """Lend the first temporary file that is free, readable by nobody who may not read the book."""
    fresh, handle = _created(folder, name, mode)
    try:
        yield fresh
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        if handle is not None:
            os.close(handle)


def _created(folder: Path, name: str, mode: int) -> tuple[Path, int | None]:
    """Make a temporary file; the handle, where there is one, tells others that it is in use."""
    for number in count(1):
        candidate = folder / f".poi_xl.{number}.{name}"
        with suppress(FileExistsError):
            handle = os.open(candidate, os.O_CREAT | os.O_EXCL | os.O_WRONLY | _BINARY, mode)
            if _lock(handle):
                return candidate, handle
            os.close(handle)
            return candidate, None
    raise AssertionError  # pragma: no cover - count() does not end


def _lock(handle: int) -> bool | None:
    """Mark an open file as in use until it is closed; the mark ends with its process, however.

    Returns:
        Whether it is marked, or somebody else has it; None where there are no such marks.
    """
    try:
        import fcntl
    except ImportError:  # Windows, which would not let an open file take another's place
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # the drive knows none
        return None
    return True


def sweep(path: Path) -> list[str]:
    """Remove what commands left that were ended in the middle; what is in use stays.

    Args:
        path: a workbook, or a folder that workbooks are written to.

    Returns:
        The names of the removed files.
    """
    place = path if path.is_dir() else real(path).parent
    gone = []
    for folder in (place, place / BACKUP_FOLDER):
        with suppress(OSError):  # who may not look or remove here leaves it as it is
            for each in sorted(folder.iterdir()):
                unfinished = _TEMPORARY.fullmatch(each.name) or _is_reserved(each)
                if unfinished and each.is_file() and _is_abandoned(each):
                    each.unlink()
                    gone.append(each.name)
    return gone


def swept(names: Iterable[str]) -> list[Problem]:
    """Return what to tell of files that were removed because a command left them unfinished."""
    quoted = ", ".join(f"«{name}»" for name in dict.fromkeys(names))
    return [problem("POI-N170", names=quoted)] if quoted else []


def _is_reserved(path: Path) -> bool:
    """Whether a backup's name was taken and its content never came."""
    return path.parent.name == BACKUP_FOLDER and path.is_file() and not path.stat().st_size


def _is_abandoned(path: Path) -> bool:
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        # Without locks only age tells: no command works for an hour.
        return bool(_lock(handle)) or (
            os.name == "nt" and path.stat().st_mtime < time.time() - 3600
        )
    finally:
        os.close(handle)


def replace(
    target: Path, fresh: Path, *, seen: str | None, now: datetime, keep: int = 10
) -> Path | None:
    """Put a finished file in the place of a workbook.

    Args:
        target: the workbook; of a symbolic link, the file it leads to is replaced.
        fresh: the finished file, in the same folder; it is gone afterwards.
        seen: fingerprint of the target that `fresh` was made from; nothing when there was none.
        now: what to call the backup.
        keep: how many backups of this workbook to keep.

    Returns:
        The backup, if there was something to keep.

    Raises:
        Refusal: the target is open, read-only, was changed meanwhile, or could not be written. It
            is then as it was, and nothing is left beside it.
        ValueError: `keep` would not even keep this backup.
    """
    if keep < 1:
        raise ValueError("at least one backup is kept")
    target = real(target)
    check_free(target)
    _check_unchanged(target, seen)
    try:
        backup = _replace(target, fresh, seen, now)
    except OSError as error:
        raise _unwritten(target, error) from error
    # The workbook is in its place: what fails from here on must not be reported as a failure.
    _flush_folder(target.parent)
    if backup:
        _prune(target, backup, keep)
    return backup


def _check_unchanged(target: Path, seen: str | None) -> None:
    current = fingerprint(target) if target.exists() else None
    if current != seen:
        raise Refusal(problem("POI-E07", file=target.name))


def _replace(target: Path, fresh: Path, seen: str | None, now: datetime) -> Path | None:
    _flush(fresh)
    if seen is None:
        _check_unchanged(target, None)
        fresh.replace(target)
        return None
    _copy_access(target, fresh)
    with _backed_up(target, now) as backup:
        # The copy is of what was seen, and the target still is: somebody may have saved just now.
        if fingerprint(backup) != seen:
            raise Refusal(problem("POI-E07", file=target.name))
        check_free(target)
        _check_unchanged(target, seen)
        fresh.replace(target)
    return backup


def _flush(path: Path) -> None:
    """Wait until the content is on the disk: a rename may otherwise survive a crash without it."""
    with path.open("r+b") as written:
        os.fsync(written.fileno())


def _flush_folder(folder: Path) -> None:
    """Wait until new names are on the disk, where the system has a call for it."""
    if os.name == "nt":  # Windows has none for folders
        return
    with suppress(OSError):  # nor have some network drives
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _copy_access(target: Path, fresh: Path) -> None:
    """Give the new file the old one's permissions and, where allowed, its owner."""
    status = target.stat()
    if hasattr(os, "chown"):
        # A colleague's file: the group at least, so that the others can go on writing.
        for owner in (-1, status.st_uid):
            with suppress(OSError):
                os.chown(fresh, owner, status.st_gid)
    fresh.chmod(status.st_mode & 0o7777)


# --- backups ------------------------------------------------------------------------------------


@contextmanager
def _backed_up(target: Path, now: datetime) -> Iterator[Path]:
    """Keep a dated copy; take it back if what follows fails."""
    folder = target.parent / BACKUP_FOLDER
    is_new = not folder.exists()
    folder.mkdir(exist_ok=True)
    backup: Path | None = None
    try:
        if is_new:
            _flush_folder(target.parent)
        # Under its own name only when whole: `restaurar` must never offer half a workbook.
        with _temporary(folder, target.name, 0o600) as copy:
            _copy(target, copy)
            backup = _free_name(folder, target, now)
            copy.replace(backup)
        _flush_folder(folder)
        yield backup
    except BaseException:
        with suppress(OSError):
            if backup is not None:
                backup.unlink(missing_ok=True)
            if is_new:
                folder.rmdir()
        raise


def _free_name(folder: Path, target: Path, now: datetime) -> Path:
    """Take the first name for this second that no other backup has."""
    stem = f"{target.stem}.{now.strftime(_STAMP)}"
    for number in count(1):
        name = f"{stem}{target.suffix}" if number == 1 else f"{stem}_{number}{target.suffix}"
        with suppress(FileExistsError):
            os.close(os.open(folder / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            return folder / name
    raise AssertionError  # pragma: no cover - count() does not end


def _copy(source: Path, copy: Path) -> None:
    with source.open("rb") as original, copy.open("r+b") as written:
        while chunk := original.read(_CHUNK):
            written.write(chunk)
        written.flush()
        os.fsync(written.fileno())
    _copy_access(source, copy)


def back_up(path: Path, now: datetime, keep: int = 10) -> Path:
    """Keep a dated copy of a workbook that another program is about to write.

    Args:
        path: the workbook.
        now: what to call the copy.
        keep: how many copies of this workbook to keep.

    Raises:
        OSError: it could not be copied.
    """
    path = real(path)
    with _backed_up(path, now) as backup:
        pass
    _prune(path, backup, keep)
    return backup


def backups(path: Path) -> list[Backup]:
    """Return the backups of a workbook, newest first."""
    path = real(path)
    folder = path.parent / BACKUP_FOLDER
    pattern = re.compile(re.escape(path.stem) + _STAMP_PATTERN + re.escape(path.suffix))
    found = [
        (when, int(match[2] or 1), candidate)
        for candidate in (folder.iterdir() if folder.is_dir() else ())
        if (match := pattern.fullmatch(candidate.name))
        and (when := _moment(match[1]))
        and not _is_reserved(candidate)
    ]
    found.sort(reverse=True)
    return [Backup(file, when, file.stat().st_size) for when, _, file in found]


def _moment(stamp: str) -> datetime | None:
    with suppress(ValueError):
        return datetime.strptime(stamp, _STAMP)  # noqa: DTZ007 - local time, as the user reads it
    return None


def _prune(target: Path, newest: Path, keep: int) -> None:
    """Remove the oldest backups; never the one just made, whatever the clock said."""
    others = [b for b in backups(target) if b.path != newest]
    for backup in others[keep - 1 :]:
        with suppress(OSError):
            backup.path.unlink()


def restore(path: Path, backup: Backup, now: datetime) -> Path | None:
    """Put a backup back in the workbook's place; what is there now becomes a backup itself.

    Returns:
        The backup of the current state, if there was one.

    Raises:
        Refusal: as `replace`, or the backup is gone.
    """
    if not backup.path.is_file():
        detail = f" de {backup.when.isoformat(sep=' ')}"
        raise Refusal(problem("POI-E17", file=path.name, detail=detail))
    seen = fingerprint(path) if path.exists() else None
    with temporary_beside(path) as fresh:
        fresh.write_bytes(backup.path.read_bytes())
        return replace(path, fresh, seen=seen, now=now)
