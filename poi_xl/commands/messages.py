"""What the buttons of every spreadsheet program say: numbers, or what is wrong, in a box."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from poi_xl.commands.load import Loaded
from poi_xl.commands.log import log_path
from poi_xl.core.problems import Problem, Severity, problem
from poi_xl.core.summaries import Report

# A box shows no more lines than fit on the screen.
_SHOWN: Final = 6
_PLURALS: Final = {
    Severity.ERROR: "errores",
    Severity.WARNING: "advertencias",
    Severity.NOTE: "notas",
}


def problem_counts(found: Iterable[Problem]) -> str:
    """Return how many problems of each severity there are, in words.

    Example:
        >>> problem_counts([]), problem_counts([problem("POI-E90"), problem("POI-E90")])
        ('ninguna observación', '2 errores')
    """
    counts = Counter(each.severity for each in found)
    words = [f"{n} {_PLURALS[s] if n > 1 else s.value}" for s in Severity if (n := counts[s])]
    return ", ".join(words) or "ninguna observación"


def problems_text(problems: Sequence[Problem]) -> str:
    """Return problems for a box, one a paragraph; the log has those that do not fit."""
    shown = [str(each) for each in problems[:_SHOWN]]
    if len(problems) > _SHOWN:
        shown.append(f"… y {len(problems) - _SHOWN} más, en {log_path()}")
    shown.append("Más sobre cada código: Ayuda, página Observaciones.")
    return "\n\n".join(shown)


def question(problem: Problem) -> str:
    """Return the question whether to go on despite a problem."""
    place = f"{problem.place}: " if problem.place else ""
    return f"{problem.code} {place}{problem.message}\n\n¿Continuar? Antes se guarda un respaldo."


def unexpected(error: Exception) -> Problem:
    """Return what a user is told of a failure that nobody foresaw; the log has the rest."""
    return problem("POI-E51", detail=f"{type(error).__name__}: {error}", log=log_path())


def reviewed(report: Report, sheet: str | None) -> str:
    """Return how many activities were checked, what was found, and where it stands.

    Args:
        report: what was found.
        sheet: the sheet it was written on; None when that said it already.
    """
    count = len(report.plan)
    activities = f"{count:,} {'actividad revisada' if count == 1 else 'actividades revisadas'}"
    if sheet is None:
        where = "La hoja Observaciones ya estaba al día."
    else:
        where = f"{'Están en' if report.problems else 'Así lo dice'} la hoja «{sheet}»."
    return f"{activities}: {problem_counts(report.problems)}.\n{where}"


def sheets_written(sheets: int, new: int, cells: int) -> str:
    """Return how many sheets and cells were written.

    Example:
        >>> sheets_written(8, 1, 1200)
        '8 hojas (1 nueva), 1,200 celdas'
    """
    some = f" ({new} {'nueva' if new == 1 else 'nuevas'})" if new else ""
    return f"{sheets} {'hoja' if sheets == 1 else 'hojas'}{some}, {cells:,} celdas"


def plan_line(loaded: Loaded) -> str:
    """Return which plan was understood."""
    sheet, found = loaded.plan.layout.sheet, problem_counts(loaded.problems)
    return f"Plan: hoja «{sheet}», {len(loaded.plan)} actividades, {found}"
