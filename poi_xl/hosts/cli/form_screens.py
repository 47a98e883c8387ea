"""What the terminal shows of forms: where they are, and what they change."""

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from poi_xl.commands.forms import Forms
from poi_xl.commands.import_forms import Imported
from poi_xl.commands.round_messages import brought_text, change_rows, standing_lines
from poi_xl.core.text import counted
from poi_xl.hosts.cli.screens import outcome

# Of a long list only the beginning is read; all of it is in the JSON.
_ROWS = 60


def forms(console: Console, answer: Forms) -> None:
    """Show which organ's form is in which file."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("Órgano", overflow="fold")
    table.add_column("Act.", justify="right")
    table.add_column("Archivo", overflow="fold")
    for each in answer.files:
        state = "" if each.placed.written else " (ya estaba igual)"
        name = escape(f"{each.placed.path.name}{state}")
        table.add_row(escape(each.organ), str(each.activities), name)
    console.print(table)
    folder = escape(str(answer.files[0].placed.path.parent)) if answer.files else ""
    console.print(
        f"{counted(len(answer.files), 'ficha', 'fichas')} de {answer.period.label} en {folder}",
        highlight=False,
        soft_wrap=True,
    )


def imported(console: Console, answer: Imported, *, simulated: bool) -> None:
    """Show what the forms change, who has answered, and what was written."""
    rows = [*change_rows(answer)]
    if rows:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
        table.add_column("Celda", no_wrap=True)
        for heading in ("Antes", "Después", "Actividad", "Ficha"):
            table.add_column(heading, overflow="fold")
        for row in rows[:_ROWS]:
            table.add_row(*map(escape, row))
        console.print(table)
    if len(rows) > _ROWS:
        console.print(f"… y {len(rows) - _ROWS:,} más; con --json salen todas.", highlight=False)
    for line in standing_lines(answer.standing):
        console.print(line, highlight=False, markup=False)
    _outcome(console, answer, simulated=simulated)


def _outcome(console: Console, answer: Imported, *, simulated: bool) -> None:
    brought, update = answer.brought, answer.update
    outcome(console, update, f"{brought_text(brought)}.", "Se importarían" if simulated else "")
