"""What the terminal shows of a consolidation."""

import time
from collections.abc import Callable

from rich.console import Console
from rich.markup import escape

from poi_xl.consolidating.asking import BY_ENTITY, SectorAnswer
from poi_xl.consolidating.consolidate import Consolidated
from poi_xl.consolidating.deliveries import State
from poi_xl.core.plan import By
from poi_xl.hosts.cli import screens

_SHOWN_PROBLEMS = 20
_SHOWN_FILES = 5
_ELSEWHERE = "en la tabla «observaciones»"


def meter(progress: Callable[[str, float], None]) -> Callable[[int, int], None]:
    """Return what shows how many files are read, how many a second, and what remains.

    Args:
        progress: shows a text and a share.
    """
    start = time.monotonic()

    def tick(done: int, whole: int) -> None:
        speed = done / max(time.monotonic() - start, 1e-3)
        left = round((whole - done) / speed) if speed else 0
        text = (
            f"Leyendo {done:,} de {whole:,} archivos, {speed:,.0f} por segundo, "
            f"faltan {left // 60}:{left % 60:02}"
        )
        progress(text, done / whole)

    return tick


def consolidated(console: Console, answer: Consolidated) -> None:
    """Show what became of the files, and where the tables are."""
    readable = [each for each in answer.deliveries if each.is_readable]
    years = ", ".join(str(year) for year in sorted({each.year for each in readable}))
    console.print(
        f"[bold]{escape(str(answer.root))}[/bold]: {answer.entities:,} entidades, "
        f"años {years or 'ninguno'}; {len(answer.deliveries):,} archivos, "
        f"{answer.read:,} leídos esta vez.",
        highlight=False,
    )
    words = ", ".join(f"{state.value} {n:,}" for state in State if (n := answer.count(state)))
    console.print(f"Archivos: {words}; pasados por alto: {answer.others:,}.", highlight=False)
    errors = sum(each.errors for each in answer.deliveries)
    warnings = sum(each.warnings for each in answer.deliveries)
    console.print(
        f"Dentro de los archivos: errores {errors:,}, advertencias {warnings:,}; "
        f"están {_ELSEWHERE}.",
        highlight=False,
    )


def consolidation_problems(console: Console, answer: Consolidated) -> None:
    """Show the files that could not be read, and what else there is to tell: the first of many."""
    unread = answer.count(State.UNREADABLE)
    if unread:
        console.print(f"No se pudieron leer {unread:,} archivos:", highlight=False)
    for place, code, why in answer.unreadable(_SHOWN_FILES):
        console.print(f"  {escape(place)}: [bold]{code}[/bold] {escape(why)}", highlight=False)
    if unread > _SHOWN_FILES:
        console.print(f"  … y {unread - _SHOWN_FILES:,} más {_ELSEWHERE}.", highlight=False)
    screens.problems(console, answer.problems[:_SHOWN_PROBLEMS])
    more = len(answer.problems) - _SHOWN_PROBLEMS
    if more > 0:
        console.print(f"… y {more:,} más {_ELSEWHERE}.", highlight=False)


def calculation(console: Console, answer: SectorAnswer) -> None:
    """Show the answer of `calcular` over a consolidation."""
    sector = answer.sector
    console.print(
        f"[bold]{escape(sector.root.name)}[/bold] · {sector.year or 'sin año'} · "
        f"{sector.period.label} · {len(sector.deliveries):,} entidades · "
        f"semáforo {escape(sector.preset.description)}",
        highlight=False,
    )
    heading = "Entidad" if answer.by == BY_ENTITY else screens.HEADINGS[By(answer.by)]
    screens.indicators(console, heading, answer.labels, answer.figures, answer.total)
    screens.institution(console, answer.total, "Conjunto")
