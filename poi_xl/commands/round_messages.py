"""What the buttons of the quarter's round say when they are done, in a box."""

from collections.abc import Iterable

from poi_xl.commands.compare import Compared
from poi_xl.commands.distribute import Distributed, Mode
from poi_xl.commands.forms import Forms
from poi_xl.commands.placing import Placed
from poi_xl.sheets.comparison_book import counts_text

MODES = {
    (Mode.FORMULAS, False): "el libro, con fórmulas que siguen calculando",
    (Mode.VALUES, False): "el libro, solo valores",
    (Mode.FORMULAS, True): "uno por órgano, con fórmulas",
    (Mode.VALUES, True): "uno por órgano, solo valores",
}


def counted(count: int, one: str, many: str) -> str:
    """Return a number of things in words.

    Example:
        >>> counted(1, "ficha", "fichas"), counted(1200, "celda", "celdas")
        ('1 ficha', '1,200 celdas')
    """
    return f"{count:,} {one if count == 1 else many}"


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
