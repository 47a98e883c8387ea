"""What belongs to people in a workbook that is open, before and after our work on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_BROKEN: Final = "#REF!"
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class People:
    """What people made.

    Attributes:
        formulas: the formulas of their sheets, by place.
        names: what each of their names means.
        links: the files that the workbook is linked to.
    """

    formulas: Mapping[str, str]
    names: Mapping[str, str]
    links: frozenset[str]

    @property
    def broken(self) -> int:
        """How many of their formulas and names lead nowhere."""
        texts = [*self.formulas.values(), *self.names.values()]
        return sum(_BROKEN in text for text in texts)


def differences(before: People, after: People) -> list[str]:
    """Return in words what is not as it was; nothing when all is.

    Example:
        >>> was = People({"Hoja1!A1": "=Resumen!B5"}, {}, frozenset())
        >>> differences(was, People({"Hoja1!A1": "=#REF!"}, {}, frozenset()))
        ['1 fórmula (Hoja1!A1)', 'los #REF! (antes 0, ahora 1)']
    """
    found = []
    formulas = _changed(before.formulas, after.formulas)
    if formulas:
        word = "fórmula" if len(formulas) == 1 else "fórmulas"
        found.append(f"{len(formulas)} {word} ({_some(formulas)})")
    if names := _changed(before.names, after.names):
        found.append(f"los nombres {_some(names)}")
    if links := sorted(before.links ^ after.links):
        found.append(f"los vínculos {_some(links)}")
    if before.broken != after.broken:
        found.append(f"los {_BROKEN} (antes {before.broken}, ahora {after.broken})")
    return found


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    return [key for key in {**before, **after} if before.get(key) != after.get(key)]


def _some(words: list[str]) -> str:
    return ", ".join(words[:_SHOWN]) + (", …" if len(words) > _SHOWN else "")
