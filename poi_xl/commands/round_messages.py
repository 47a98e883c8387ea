"""What the buttons of the quarter's round ask and say: what would change, what was done."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from poi_xl.commands.compare import Compared
from poi_xl.commands.distribute import Distributed, Mode
from poi_xl.commands.forms import Forms
from poi_xl.commands.import_forms import Imported, Reviewed
from poi_xl.commands.messages import problem_counts
from poi_xl.commands.open_quarter import Opened
from poi_xl.commands.placing import Placed
from poi_xl.core.form_changes import Import, Prefer
from poi_xl.core.form_log import Standing
from poi_xl.core.period import quarter_period
from poi_xl.core.problems import Problem
from poi_xl.core.quarters import QUARTERS
from poi_xl.core.text import counted, number_text
from poi_xl.sheets.comparison_book import counts_text

MODES: Final = {
    (Mode.FORMULAS, False): "el libro, con fórmulas que siguen calculando",
    (Mode.VALUES, False): "el libro, solo valores",
    (Mode.FORMULAS, True): "uno por órgano, con fórmulas",
    (Mode.VALUES, True): "uno por órgano, solo valores",
}
# What counts where a form and the plan differ, as the user is asked.
PREFERENCES: Final = {
    Prefer.FORM: "Vale lo que dice la ficha",
    Prefer.PLAN: "Vale lo que ya está; lo demás se importa",
}
# A box shows no more lines than fit on the screen.
_SHOWN: Final = 8


def forms_made(answer: Forms) -> str:
    """Return how many forms of which months are where."""
    placed = [each.placed for each in answer.files]
    where = f" en {placed[0].path.parent}" if placed else ""
    text = f"{counted(len(placed), 'ficha', 'fichas')} de {answer.period.label}{where}."
    return "\n".join([text, *_replaced(placed)])


def copies_made(answer: Distributed) -> str:
    """Return which copies are where, who verified them, and what in them stays as it is."""
    placed = [copy.file for copy in answer.copies]
    cells = sum(copy.verified.cells for copy in answer.copies)
    frozen = sum(len(copy.frozen) for copy in answer.copies)
    name = f" «{placed[0].path.name}»" if len(placed) == 1 else ""
    engine = answer.copies[0].verified.engine
    lines = [
        f"{counted(len(placed), 'copia', 'copias')}{name} en {placed[0].path.parent}.",
        f"{cells:,} celdas con fórmula, calculadas de nuevo con {engine}: todas dan lo mismo.",
    ]
    if frozen:
        count = counted(frozen, "celda quedó", "celdas quedaron")
        lines.append(f"{count} solo con su valor; la primera hoja de la copia dice por qué.")
    return "\n".join([*lines, *_replaced(placed)])


def _replaced(files: Iterable[Placed]) -> list[str]:
    """What became of files that were there already."""
    files = list(files)
    same = sum(not each.written for each in files)
    backups = [each.backup for each in files if each.backup]
    lines = []
    if same:
        lines.append(f"Ya estaban iguales: {same:,}.")
    if backups:
        lines.append(f"Se reemplazaron: {len(backups):,}; los anteriores, en {backups[0].parent}")
    return lines


def compared(answer: Compared) -> str:
    """Return how much changed since the older workbook."""
    count = len(answer.found.changes)
    since = f"desde «{answer.before.path.name}»"
    if not count:
        return f"No cambió nada {since}."
    return f"{counted(count, 'cambio', 'cambios')} {since}. {counts_text(answer.found)}"


# --- importing forms ------------------------------------------------------------------------------


def brought_text(brought: Import) -> str:
    """Return how much some forms bring."""
    return (
        f"{counted(len(brought.answered), 'ficha', 'fichas')}, "
        f"{counted(len(brought.figures), 'celda', 'celdas')} del plan, "
        f"{counted(len(brought.notes), 'texto', 'textos')} de alertas"
    )


def change_rows(review: Reviewed) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield what forms change: where, before, after, the activity, the form."""
    plan = review.loaded.plan
    for change in review.brought.figures:
        before = "(vacío)" if change.before is None else number_text(change.before)
        place = f"{plan.layout.sheet}!{review.cell(change)}"
        activity = plan.activity[change.activity]
        yield place, before, number_text(change.after), activity, change.file
    for note in review.brought.notes:
        activity = plan.activity[note.activity]
        yield note.heading, note.before or "(vacío)", note.after, activity, note.file


def import_question(review: Reviewed) -> str:
    """Return what forms would change, and the question whether they shall."""
    rows = [
        f"{place}: {before} → {after}  ({activity})"
        for place, before, after, activity, _ in change_rows(review)
    ]
    about = [f"{each.place}: {each.message}" for each in review.problems]
    return "\n".join(
        [
            f"{brought_text(review.brought)}.",
            *_first(rows),
            *(["", "Además:", *_first(about)] if about else []),
            "",
            "¿Importar? Antes se guarda un respaldo.",
        ]
    )


def conflicts_question(problems: Sequence[Problem]) -> str:
    """Return where forms and plan differ, and the question which of them counts."""
    lines = [f"{each.place}: {each.message}" for each in problems]
    count = counted(len(problems), "dato", "datos")
    head = f"Las fichas y el libro no coinciden en {count}:"
    return "\n".join([head, *_first(lines), "", "¿Qué vale?"])


def imported(answer: Imported) -> str:
    """Return what was imported, who has answered, and what to look at."""
    if not answer.is_new:
        text = "Las fichas no traen nada nuevo."
        return "\n".join([text, *standing_lines(answer.standing)])
    about = [f"{each.place}: {each.message}" for each in answer.problems]
    return "\n".join(
        [
            f"Se importaron {brought_text(answer.brought)}.",
            *standing_lines(answer.standing),
            *_first(about),
        ]
    )


def standing_lines(stands: Standing) -> Iterator[str]:
    """Yield how many organs have answered, and which have not, or late."""
    whole = len(stands.answered) + len(stands.pending)
    yield f"Respondieron {len(stands.answered)} de {counted(whole, 'órgano', 'órganos')}."
    for title, organs in (("Faltan", stands.pending), ("Tarde", stands.late)):
        if organs:
            yield f"{title}: {'; '.join(organs)}."


def _first(lines: Sequence[str]) -> Iterator[str]:
    yield from lines[:_SHOWN]
    if len(lines) > _SHOWN:
        yield f"… y {len(lines) - _SHOWN:,} más."


# --- opening a quarter ----------------------------------------------------------------------------


def quarter_options(current: int) -> dict[int, str]:
    """Return which quarters may be opened, the next one first, and what each means.

    Example:
        >>> quarter_options(2)
        {3: 'III TRIM (cierra el II TRIM)', 1: 'I TRIM (volver)'}
    """
    label = {quarter: quarter_period(quarter).label for quarter in range(1, QUARTERS + 1)}
    options = {}
    if current < QUARTERS:
        options[current + 1] = f"{label[current + 1]} (cierra el {label[current]})"
    for quarter in range(current - 1, 0, -1):
        options[quarter] = f"{label[quarter]} (volver)"
    return options


def quarter_question(current: int) -> str:
    """Return the question which quarter to open."""
    label = quarter_period(current).label
    return f"El trimestre vigente es el {label}. ¿Cuál desea abrir? Antes se guarda un respaldo."


def quarter_to_open(answer: Opened) -> str:
    """Return what opening a quarter would change, and the question whether it shall."""
    opened = quarter_period(answer.edits.new).label
    cells = counted(len(answer.cells), "celda", "celdas")
    return "\n".join(
        [
            f"Se abrirá el {opened}: cambiarían {cells} del libro y las hojas de resumen.",
            *_columns(answer, ("muestran", "ocultan")),
            *(str(each) for each in answer.problems),
            "",
            "¿Continuar? Antes se guarda un respaldo.",
        ]
    )


def _columns(answer: Opened, verbs: tuple[str, str]) -> Iterator[str]:
    for verb, columns in zip(verbs, (answer.shown, answer.hidden), strict=True):
        if columns:
            yield f"Columnas que se {verb}: {columns}."


def quarter_opened(answer: Opened) -> str:
    """Return which quarter is open, and what changed for it."""
    opened = quarter_period(answer.edits.new).label
    sheets = sum(1 for sheet in answer.update.sheets if sheet.cells)
    found = problem_counts(answer.update.report.problems)
    cells = counted(len(answer.cells), "celda", "celdas")
    summaries = counted(sheets, "hoja", "hojas")
    lines = [f"Está abierto el {opened}: {cells} del libro y {summaries} de resumen, {found}."]
    lines += _columns(answer, ("muestran", "ocultaron"))
    return "\n".join([*lines, *(str(each) for each in answer.problems)])
