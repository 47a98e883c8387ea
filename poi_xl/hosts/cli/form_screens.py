"""What the terminal shows of forms: where they are, and what they change."""

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from poi_xl.commands.forms import Forms
from poi_xl.commands.import_forms import Imported
from poi_xl.core.text import number_text
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
        f"{_counted(len(answer.files), 'ficha', 'fichas')} de {answer.period.label} en {folder}",
        highlight=False,
        soft_wrap=True,
    )


def imported(console: Console, answer: Imported, *, simulated: bool) -> None:
    """Show what the forms change, who has answered, and what was written."""
    rows = [*_figures(answer), *_notes(answer)]
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
    _standing(console, answer)
    _outcome(console, answer, simulated=simulated)


def _figures(answer: Imported) -> Iterator[tuple[str, ...]]:
    plan = answer.loaded.plan
    for change in answer.brought.figures:
        before = "(vacío)" if change.before is None else number_text(change.before)
        place = f"{plan.layout.sheet}!{answer.cell(change)}"
        yield (
            place, before, number_text(change.after), plan.activity[change.activity], change.file,
        )  # fmt: skip


def _notes(answer: Imported) -> Iterator[tuple[str, ...]]:
    for note in answer.brought.notes:
        activity = answer.loaded.plan.activity[note.activity]
        yield note.heading, note.before or "(vacío)", note.after, activity, note.file


def _standing(console: Console, answer: Imported) -> None:
    stands = answer.standing
    whole = len(stands.answered) + len(stands.pending)
    console.print(
        f"Respondieron {len(stands.answered)} de {_counted(whole, 'órgano', 'órganos')}.",
        highlight=False,
    )
    for title, organs in (("Faltan", stands.pending), ("Tarde", stands.late)):
        if organs:
            console.print(f"{title}: {escape(_listed(organs))}.", highlight=False)


def _listed(names: Sequence[str]) -> str:
    return "; ".join(names)


def _outcome(console: Console, answer: Imported, *, simulated: bool) -> None:
    brought, update = answer.brought, answer.update
    what = (
        f"{_counted(len(brought.answered), 'ficha', 'fichas')}, "
        f"{_counted(len(brought.figures), 'celda', 'celdas')} del plan, "
        f"{_counted(len(brought.notes), 'texto', 'textos')} de alertas."
    )
    outcome(console, update, what, "Se importarían" if simulated else "")


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
