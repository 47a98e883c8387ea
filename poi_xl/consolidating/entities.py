"""Whose plan a file is: what it says itself, put right by a small table that people edit."""

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Final

from poi_xl.consolidating.deliveries import Delivery
from poi_xl.core.problems import Problem, Refusal, problem
from poi_xl.core.text import fold

# What files that hold no readable plan are kept under.
NOBODY: Final = "SIN ENTIDAD"
_HEADINGS: Final = ("archivo o nombre", "entidad")
# The name becomes a folder's: Linux takes 255 bytes, and a letter may need nine of them there.
_LONGEST: Final = 100

# By pattern or name, folded: the entity.
Names = Mapping[str, str]


def parse_names(text: str, file: str) -> dict[str, str]:
    r"""Return the table of names: what a file is called or calls itself, and whose it is.

    Raises:
        Refusal: lines that are not two columns (POI-E212), all of them.

    Example:
        >>> parse_names("archivo o nombre;entidad\nentregas/SAT/*;SAT de Lima\n", "x.csv")
        {'entregas/sat/*': 'SAT de Lima'}
    """
    separator = ";" if ";" in text.partition("\n")[0] else ","
    names: dict[str, str] = {}
    problems: list[Problem] = []
    for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=separator), start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or (number == 1 and tuple(map(fold, cells)) == _HEADINGS):
            continue
        if len(cells) != len(_HEADINGS) or not all(cells):
            problems.append(problem("POI-E212", file, line=number))
            continue
        names[fold(cells[0])] = cells[1]
    if problems:
        raise Refusal(problems)
    return names


def entity_of(delivery: Delivery, names: Names) -> str:
    """Return the entity of a file: by the table of names, by what it says, else by its path."""
    if not delivery.is_readable:
        return NOBODY
    place = fold(delivery.place)
    for pattern, entity in names.items():
        matches = fnmatchcase(place, pattern) or fnmatchcase(place, f"*/{pattern}")
        if matches or pattern == fold(delivery.identification):
            return _short(entity)
    return _short(delivery.identification or _tail(delivery.place))


def named(
    deliveries: Iterable[Delivery], names: Names
) -> tuple[tuple[tuple[Delivery, str], ...], tuple[Problem, ...]]:
    """Return each delivery with its entity, and what there is to tell about the names.

    Spellings of a name that differ in accents, case or spaces are one entity.
    """
    found = [(delivery, entity_of(delivery, names)) for delivery in deliveries]
    spelled: dict[str, str] = {}
    for _, entity in found:
        key = fold(entity)
        spelled[key] = max(spelled.get(key, entity), entity)  # always the same one
    pairs = tuple((delivery, spelled[fold(entity)]) for delivery, entity in found)
    return pairs, tuple(_told(pairs, names))


def _told(pairs: Iterable[tuple[Delivery, str]], names: Names) -> Iterable[Problem]:
    known = {fold(_short(entity)) for entity in names.values()}
    for delivery, entity in pairs:
        if not delivery.is_readable:
            continue
        if not delivery.identification and fold(entity) not in known:
            yield problem("POI-A201", delivery.place, entity=entity)
        if not delivery.year:
            yield problem("POI-A202", delivery.place)


def _tail(place: str) -> str:
    """The end of a path: its folder and its name, for `POI.xlsm` is in everybody's folder."""
    path = PurePosixPath(place.partition("::")[0].replace("\\", "/"))
    return "/".join(filter(None, (path.parent.name, path.stem)))


def _short(name: str) -> str:
    plain = " ".join(name.split())
    if len(plain) <= _LONGEST:
        return plain
    # Two long names may begin alike.
    apart = hashlib.blake2b(fold(plain).encode(), digest_size=3).hexdigest()
    return f"{plain[: _LONGEST - 8].rstrip()}… {apart}"
