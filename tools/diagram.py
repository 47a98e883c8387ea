"""The rooms of the house, drawn from the imports between them: a picture for the guide.

    python -m tools.diagram > rooms.svg

Floors are what the code says: a room is just below the lowest that imports it. Arrows that follow
from others are left out, or nearly all would lead to the core.
"""

import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parent.parent / "poi_xl"
NAME: Final = "habitaciones.svg"


class Room(NamedTuple):
    """One room: what people call it, and its place from left (0) to right (2)."""

    words: str
    column: int


ROOMS: Final[Mapping[str, Room]] = {
    "hosts.cli": Room("la línea de órdenes", 0),
    "hosts.excel": Room("Excel", 1),
    "hosts.calc": Room("LibreOffice", 2),
    "consolidating": Room("un sector en una tabla", 0),
    "commands": Room("un caso de uso por verbo y botón", 1),
    "native": Room("funciones → fórmulas nativas", 0),
    "reading": Room("celdas → plan", 1),
    "sheets": Room("informe → hojas dibujadas", 2),
    "package": Room("el .xlsx, parte por parte", 1),
    "functions": Room("funciones de celda", 1),
    "core": Room("plan, periodos, indicadores", 1),
}
_WIDTH, _HEIGHT, _GAP, _MARGIN = 260, 58, 44, 20
_STEP: Final = _WIDTH + 40
_INK, _ARROW, _PAPER, _BOX = "#1d2433", "#5468a8", "#ffffff", "#e8ecf8"
_FONT: Final = "font-family='Liberation Sans, Arial, sans-serif' text-anchor='middle'"

Graph = Mapping[str, set[str]]


def graph(root: Path = ROOT) -> dict[str, set[str]]:
    """Return which rooms each room imports.

    Args:
        root: the package's folder.
    """
    found: dict[str, set[str]] = {}
    for path in sorted(root.rglob("*.py")):
        here = _room(path.relative_to(root).with_suffix("").parts[:-1])
        if here:
            wanted = {_room(name.split(".")[1:]) for name in _imported(path)}
            found.setdefault(here, set()).update(filter(None, wanted - {here}))
    return found


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{each.name}" for each in node.names]
        yield from (name for name in names if name.startswith("poi_xl."))


def _room(parts: Sequence[str]) -> str:
    """The room that a module is in; none for what belongs to no floor, as the files of assets."""
    name = ".".join(parts[:2]) if parts[:1] in (("hosts",), ["hosts"]) else "".join(parts[:1])
    return name if name in ROOMS else ""


def floors(rooms: Graph) -> dict[str, int]:
    """Return each room's floor, the lowest 0: just below the lowest of those that import it."""
    depths: dict[str, int] = {}

    def depth(room: str) -> int:
        if room not in depths:
            above = (each for each, wanted in rooms.items() if room in wanted)
            depths[room] = 1 + max(map(depth, above), default=-1)
        return depths[room]

    ground = max(map(depth, rooms))
    return {room: ground - depth(room) for room in rooms}


def reduced(rooms: Graph) -> dict[str, set[str]]:
    """Return the imports that do not follow from others."""
    below = {room: _all_below(rooms, room) for room in rooms}
    return {
        room: {each for each in wanted if not any(each in below[other] for other in wanted)}
        for room, wanted in rooms.items()
    }


def _all_below(rooms: Graph, room: str) -> set[str]:
    direct = rooms[room]
    return direct.union(*(_all_below(rooms, each) for each in direct))


def svg(rooms: Graph) -> str:
    """Return the picture."""
    places = _places(rooms)
    arrows = [
        _arrow(places[upper], places[lower], rank, len(lowers))
        for upper, lowers in reduced(rooms).items()
        for rank, lower in enumerate(sorted(lowers, key=lambda each: places[each]))
    ]
    width, height = 2 * _MARGIN + 2 * _STEP + _WIDTH, max(y for _, y in places.values()) + _HEIGHT
    head = (
        "<marker id='punta' viewBox='0 0 8 8' refX='7' refY='4' markerWidth='8' markerHeight='8' "
        f"orient='auto'><path d='M0 0L8 4L0 8z' fill='{_ARROW}'/></marker>"
    )
    return "\n".join(
        [
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height + _MARGIN}'>",
            f"<rect width='100%' height='100%' rx='8' fill='{_PAPER}'/>",
            head,
            *arrows,
            *(_box(room, *places[room]) for room in rooms),
            "</svg>",
            "",
        ]
    )


def _places(rooms: Graph) -> dict[str, tuple[int, int]]:
    """The upper left corner of each box, the top floor first."""
    level = floors(rooms)
    top = max(level.values())
    return {
        room: (
            _MARGIN + ROOMS[room].column * _STEP,
            _MARGIN + (top - level[room]) * (_HEIGHT + _GAP),
        )
        for room in rooms
    }


def _arrow(upper: tuple[int, int], lower: tuple[int, int], rank: int, count: int) -> str:
    x = upper[0] + _WIDTH * (rank + 1) // (count + 1)
    aside = (upper[0] > lower[0]) - (upper[0] < lower[0])
    end = lower[0] + _WIDTH // 2 + aside * _WIDTH * 3 // 8
    return (
        f"<path d='M{x} {upper[1] + _HEIGHT}L{end} {lower[1] - 2}' stroke='{_ARROW}' "
        "stroke-width='2' fill='none' marker-end='url(#punta)'/>"
    )


def _box(room: str, x: int, y: int) -> str:
    middle = x + _WIDTH // 2
    return (
        f"<rect x='{x}' y='{y}' width='{_WIDTH}' height='{_HEIGHT}' rx='6' fill='{_BOX}' "
        f"stroke='{_ARROW}'/>"
        f"<text x='{middle}' y='{y + 25}' {_FONT} font-size='17' font-weight='bold' "
        f"fill='{_INK}'>{room.replace('.', '/')}/</text>"
        f"<text x='{middle}' y='{y + 46}' {_FONT} font-size='15' fill='{_INK}'>"
        f"{escape(ROOMS[room].words)}</text>"
    )


if __name__ == "__main__":
    sys.stdout.write(svg(graph()))
