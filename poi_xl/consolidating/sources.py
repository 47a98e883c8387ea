"""Where the files are: paths, folders, patterns, zip files and addresses of any fsspec system.

A source is one text that any process can open again, on this machine or another.
"""

import stat
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final, Self

from poi_xl.core.problems import Problem, Refusal, problem
from poi_xl.package.limits import MAX_FILE

# What may hold a plan; .xls is also the name that CEPLAN's application gives its web pages.
_SUFFIXES: Final = frozenset(
    {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".htm", ".html", ".zip"}
)
_ZIP: Final = ".zip"
_INSIDE: Final = "::"
_PROTOCOL: Final = "://"
_LARGEST: Final = MAX_FILE
_USUAL: Final = 1 << 20


class TooLargeError(Exception):
    """A file is larger than any plan."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The files found.

    Attributes:
        places: each file's path or address, sorted, each once.
        problems: what could not be looked into.
        others: how many files were passed over, being no workbooks or exports by their name.
    """

    places: tuple[str, ...]
    problems: tuple[Problem, ...]
    others: int


@dataclass(slots=True)
class _Found:
    places: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    others: set[str] = field(default_factory=set)


def find(origins: Iterable[str], apart: str = "") -> Listing:
    """Return the files that some origins mean.

    Args:
        origins: files, folders, patterns such as ``entregas/*.xlsx``, zip files, or addresses.
        apart: a folder that is not looked into, where the answer goes.

    Raises:
        Refusal: origins that are not there (POI-E201), all of them; or there is no file (POI-E214).
    """
    found = _Found()
    missing = [problem("POI-E201", origin) for origin in origins if not _add(found, origin, apart)]
    if missing:
        raise Refusal(missing)
    nameless = set(filter(_is_broken, found.places))
    found.places -= nameless
    found.problems += _told_apart(sorted(nameless))
    if not (found.places or found.problems):
        raise Refusal(problem("POI-E214", others=len(found.others)))
    return Listing(tuple(sorted(found.places)), tuple(found.problems), len(found.others))


def _add(found: _Found, origin: str, apart: str) -> bool:
    """Add the files of an origin; False when there is none."""
    from fsspec.core import url_to_fs

    try:
        system, path = url_to_fs(origin)
        if system.isdir(path):
            for each in system.find(path):
                _add_file(found, system, each, inside=each[len(path) :], apart=apart)
            return True
        paths = [path] if system.exists(path) else system.glob(path) if _is_pattern(path) else []
    except (OSError, ValueError, ImportError):
        return False
    for each in paths:
        if system.isdir(each):
            _add(found, system.unstrip_protocol(each), apart)
        else:
            _add_file(found, system, each, inside="", apart=apart)
    return bool(paths)


def _is_broken(place: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in place)


def _told_apart(places: Iterable[str]) -> Iterator[Problem]:
    """Tell of files whose names, from old disks, are no text: no table could name them."""
    for place in places:
        name = file_name(place).encode("utf-8", "replace").decode()
        yield problem("POI-E200", name, detail="su nombre no es texto UTF-8; cámbielo")


def _is_pattern(path: str) -> bool:
    return any(sign in path for sign in "*?[")


def _add_file(found: _Found, system: Any, path: str, *, inside: str, apart: str) -> None:
    """Add a file found in a folder, if its name is that of a plan; one that was named, always."""
    place = path if "file" in system.protocol else system.unstrip_protocol(path)
    if apart and place.startswith(f"{apart}/"):
        return
    parts = PurePosixPath(inside).parts
    if any(part.startswith((".", "~$")) for part in parts):
        return  # locks, backups and the like
    suffix = PurePosixPath(path).suffix.lower()
    if suffix == _ZIP:
        _add_members(found, place)
    elif inside and suffix not in _SUFFIXES:
        found.others.add(place)
    else:
        found.places.add(place)


def _add_members(found: _Found, place: str) -> None:
    try:
        with Reader() as reader:
            names = [
                each.filename
                for each in reader.archive(place).infolist()
                if not each.is_dir() and not stat.S_ISLNK(each.external_attr >> 16)
            ]
    except zipfile.BadZipFile:
        detail = "no es un archivo .zip, o está dañado"
        found.problems.append(problem("POI-E200", place, detail=detail))
        return
    except (OSError, ValueError, NotImplementedError) as error:
        found.problems.append(problem("POI-E200", place, detail=str(error)))
        return
    for name in names:
        parts = PurePosixPath(name).parts
        if any(part.startswith((".", "~$", "__MACOSX")) for part in parts):
            continue
        wanted = PurePosixPath(name).suffix.lower() in _SUFFIXES
        (found.places if wanted else found.others).add(f"zip://{name}{_INSIDE}{place}")


def file_name(place: str) -> str:
    """Return the name of a source without its folders.

    Example:
        >>> file_name("zip://a/POI_2021.xlsx::/datos/entregas.zip"), file_name("s3://b/POI.xls")
        ('POI_2021.xlsx', 'POI.xls')
    """
    first = place.partition(_INSIDE)[0] if place.startswith("zip://") else place
    return PurePosixPath(first.replace("\\", "/")).name or "archivo"


class Reader:
    """Reads sources; a zip file is opened once for all of its members that are asked for."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._archives: dict[str, zipfile.ZipFile] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def read(self, place: str) -> bytes:
        """Return a source's bytes.

        Raises:
            OSError, zipfile.BadZipFile, RuntimeError: it cannot be read; others by far systems.
            TooLargeError: it is larger than any plan.
        """
        if place.startswith("zip://"):
            member, _, outer = place.removeprefix("zip://").partition(_INSIDE)
            with self.archive(outer).open(member) as file:
                return _limited(file)
        if _PROTOCOL not in place:
            with open(place, "rb") as file:  # noqa: PTH123 - a place is a text
                return _limited(file)
        import fsspec

        with fsspec.open(place, "rb") as file:
            return _limited(file)

    def archive(self, place: str) -> zipfile.ZipFile:
        """Return an opened zip file."""
        import fsspec

        if place not in self._archives:
            file = self._open.enter_context(fsspec.open(place, "rb"))
            self._archives[place] = self._open.enter_context(zipfile.ZipFile(file))
        return self._archives[place]


def _limited(file: Any) -> bytes:
    data: bytes = file.read(_USUAL)
    if len(data) == _USUAL:  # room for the largest is only made where it may be needed
        data += file.read(_LARGEST + 1 - _USUAL)
    if len(data) > _LARGEST:
        raise TooLargeError
    return data
