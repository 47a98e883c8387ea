"""What the terminal shows of a quarter that was opened: columns, cells, summary sheets."""

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from poi_xl.commands.open_quarter import Opened
from poi_xl.core.period import quarter_period
from poi_xl.hosts.cli.screens import outcome
from poi_xl.sheets.comparison_book import value_text

# Without --simular the beginning tells enough; with it, every cell is shown.
_ROWS = 12


def opened(console: Console, answer: Opened, *, simulated: bool) -> None:
    """Show what changes in the plan's sheet and the settings, and what was written."""
    rows = answer.cells if simulated else answer.cells[:_ROWS]
    if rows:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
        table.add_column("Celda", overflow="fold")
        table.add_column("Antes", overflow="fold")
        table.add_column("Después", overflow="fold")
        for each in rows:
            place = f"{each.sheet}!{each.cell}"
            table.add_row(*map(escape, (place, value_text(each.before), value_text(each.after))))
        console.print(table)
    if len(rows) < len(answer.cells):
        rest = len(answer.cells) - len(rows)
        console.print(f"… y {rest:,} más; con --simular o --json salen todas.", highlight=False)
    for label, columns in (("mostradas", answer.shown), ("ocultadas", answer.hidden)):
        if columns:
            console.print(f"Columnas {label}: {columns}", highlight=False)
    if simulated:
        _summaries(console, answer)
    _outcome(console, answer, simulated=simulated)


def _summaries(console: Console, answer: Opened) -> None:
    """Show every cell of the summary sheets that would differ."""
    for sheet in answer.update.sheets:
        for each in sheet.cells:
            place = f"{sheet.name}!{each.cell}"
            console.print(
                f"{place}: {value_text(each.before)} → {value_text(each.after)}",
                highlight=False, markup=False, soft_wrap=True,
            )  # fmt: skip


def _outcome(console: Console, answer: Opened, *, simulated: bool) -> None:
    update = answer.update
    period = quarter_period(answer.edits.new).label
    sheets = sum(1 for sheet in update.sheets if sheet.cells)
    what = (
        f"{period}, {len(answer.cells):,} celdas del libro; en {sheets} hojas de resumen, "
        f"{update.cells_changed:,} celdas."
    )
    outcome(console, update, what, "Se abriría" if simulated else "")
