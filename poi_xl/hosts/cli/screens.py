"""What the terminal shows: tables and messages, by rich; words and figures before colour."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from poi_xl.commands.formula import pasted, shown
from poi_xl.commands.guide import MISSING
from poi_xl.core.indicators import Figures
from poi_xl.core.plan import By
from poi_xl.core.problems import Problem, Severity
from poi_xl.core.summaries import flag_shares
from poi_xl.core.text import legible, number_text, percent_text
from poi_xl.core.trafficlight import Flag
from poi_xl.functions import Function
from poi_xl.functions.manual import section
from poi_xl.package.saving import Backup
from poi_xl.sheets.comparison_book import counts_text, value_text

# What only says of what kind an answer is: importing all use cases takes a third of a second.
if TYPE_CHECKING:
    from poi_xl.commands.addin import AddIn
    from poi_xl.commands.build import Built
    from poi_xl.commands.calculate import Calculation
    from poi_xl.commands.compare import Compared
    from poi_xl.commands.distribute import Distributed
    from poi_xl.commands.embed import Embedded
    from poi_xl.commands.finding import Finding
    from poi_xl.commands.formula import Formula
    from poi_xl.commands.guide import Topic
    from poi_xl.commands.install import Installed
    from poi_xl.commands.restore import Restored
    from poi_xl.commands.review import Review
    from poi_xl.commands.update import SheetChange, Update

SIMULATED_ROWS = 40
AUXILIARY_CELLS = 20
HEADINGS = {
    By.ORGAN: "Órgano",
    By.BUDGET_ACTIVITY: "Actividad MEF",
    By.MEASURE_UNIT: "Unidad de medida",
    By.ACTIVITY: "Actividad",
    By.TOTAL: "",
}
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


class Screen(Console):
    """A terminal that obeys nothing which a file says: texts neither move its cursor nor paint."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterator[Segment]:
        """Render as ever, texts without controls."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(legible(segment.text), segment.style)


def flag_text(flag: Flag) -> Text:
    """Return a flag as shape and word, on its colour where the terminal has colours."""
    # Many terminals show bold black, as in the row of totals, as grey.
    return Text(f" {flag.shape} {flag.word} ", style=f"not bold black on {flag.colour}")


def indicators(
    console: Console, heading: str, labels: Sequence[str], rows: Figures, total: Figures
) -> None:
    """Show the table of indicators, TOTAL last."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(heading or "Institución", max_width=60)
    for name in ("Act.", "Progr.", "Ejec.", "Brecha", "Avance"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Semáforo", no_wrap=True)
    for index, label in enumerate(labels):
        table.add_row(escape(label), *_figures(rows, index))
    if heading:
        table.add_section()
        table.add_row("TOTAL", *_figures(total, 0), style="bold")
    console.print(table)


def _figures(figures: Figures, index: int) -> tuple[str | Text, ...]:
    return (
        str(figures.activities[index]),
        number_text(figures.planned[index]),
        number_text(figures.executed[index]),
        number_text(figures.gap[index]),
        percent_text(figures.progress[index]),
        flag_text(figures.flag_of(index)),
    )


def institution(console: Console, total: Figures, name: str = "Institución") -> None:
    """Show the institution's ratios and its activities by flag, in words and figures."""
    console.print(
        f"{name}: programado {number_text(total.planned[0])}, "
        f"ejecutado {number_text(total.executed[0])}, "
        f"avance [bold]{percent_text(total.progress[0])}[/bold]; "
        f"promedio {percent_text(total.mean[0])}, "
        f"con tope {percent_text(total.capped_mean[0])}; "
        f"avance de meta {percent_text(total.target_progress[0])}.",
        highlight=False,
    )
    lines = [Text("Actividades: ")]
    for flag, count, share in flag_shares(total):
        if count or flag.alert:
            piece = flag_text(flag) + Text(f" {count} ({percent_text(share)}) ")
            if lines[-1].cell_len + piece.cell_len > console.width:
                lines.append(Text())  # a flag's shape stays with its word
            lines[-1] += piece
    console.print(*lines, sep="\n")


def calculation(console: Console, answer: "Calculation") -> None:
    """Show the answer of `calcular`."""
    settings = answer.loaded.settings
    console.print(
        f"[bold]{escape(settings.institution or answer.loaded.path.name)}[/bold] · "
        f"{answer.period.label} · semáforo {escape(settings.preset.description)}",
        highlight=False,
    )
    indicators(console, HEADINGS[answer.by], answer.labels, answer.figures, answer.total)
    institution(console, answer.total)
    if money := answer.total_money:
        console.print(
            f"Soles: programado {number_text(money.planned[0])}, "
            f"ejecutado {number_text(money.executed[0])}, "
            f"avance financiero {percent_text(money.progress[0])}.",
            highlight=False,
        )


def problems(console: Console, found: Sequence[Problem]) -> None:
    """Show problems, one a line, and where to read more about them."""
    problem_lines(console, found)
    if found:
        console.print(f"Más sobre cada código: poi-xl ayuda {found[0].code}", highlight=False)


def problem_lines(console: Console, found: Iterable[Problem]) -> None:
    """Show problems, one a line: code, place, what and remedy."""
    for item in found:
        colour = _COLOURS[item.severity]
        console.print(
            f"[{colour}]{item.code}[/{colour}] [bold]{escape(item.place)}[/bold]"
            f"{': ' if item.place else ''}{escape(item.message)} [dim]{escape(item.remedy)}[/dim]",
            highlight=False,
            soft_wrap=True,
        )


def problem_counts(found: Iterable[Problem]) -> str:
    """Return how many problems of each severity there are, in words."""
    counts = Counter(item.severity for item in found)
    plural = {
        Severity.ERROR: "errores",
        Severity.WARNING: "advertencias",
        Severity.NOTE: "notas",
    }
    parts = [f"{n} {plural[s] if n != 1 else s.value}" for s in Severity if (n := counts[s])]
    return ", ".join(parts) if parts else "ninguna observación"


def review(console: Console, answer: "Review") -> None:
    """Show the answer of `revisar`."""
    problems(console, answer.problems)
    plan = answer.loaded.plan
    console.print(
        f"Hoja «{escape(plan.layout.sheet)}»: {len(plan)} actividades revisadas, "
        f"{problem_counts(answer.problems)}.",
        highlight=False,
    )


def distributed(console: Console, answer: "Distributed") -> None:
    """Show the copies that were made, and who verified them."""
    for copy in answer.copies:
        for placed in filter(None, (copy.file, copy.pdf)):
            state = "se escribió" if placed.written else "ya estaba igual"
            path = escape(str(placed.path))
            console.print(f"{path}: {state}.", highlight=False, soft_wrap=True)
            _backup(console, placed.backup)
    cells = sum(copy.verified.cells for copy in answer.copies)
    engine = answer.copies[0].verified.engine
    console.print(
        f"{cells:,} celdas con fórmula, calculadas de nuevo con {engine}: todas dan lo mismo.",
        highlight=False,
    )


def compared(console: Console, answer: "Compared") -> None:
    """Show what changed between two plans, activity by activity."""
    found = answer.found
    for (organ, activity), changes in groupby(found.changes, key=found.names):
        console.print(f"[bold]{escape(activity)}[/bold] [dim]{escape(organ)}[/dim]", soft_wrap=True)
        for change in changes:
            place, values = "!".join(found.cell(change)), (change.old, change.new)
            old, new = map(value_text, values)
            line = f"  {place:<12} {change.kind.value:<11} {change.what:<15} {old} → {new}"
            console.print(escape(line), highlight=False, soft_wrap=True)
    count = len(answer.found.changes)
    words = f"{count:,} {'cambio' if count == 1 else 'cambios'}"
    console.print(f"{words}. {counts_text(answer.found)}", highlight=False)
    if answer.sheet:
        state = "se escribió" if answer.sheet.written else "ya estaba igual"
        path = escape(str(answer.sheet.path))
        console.print(f"{path}: {state}.", highlight=False, soft_wrap=True)
        _backup(console, answer.sheet.backup)


def update(console: Console, answer: "Update", *, simulated: bool) -> None:
    """Show the answer of `actualizar`: the quarter at a glance, and what was written where."""
    report = answer.report
    console.print(
        f"[bold]{escape(report.stamp.institution or answer.loaded.path.name)}[/bold] · "
        f"{report.period.title} {report.stamp.year or ''} · semáforo "
        f"{escape(report.preset.description)}",
        highlight=False,
    )
    organs = report.organs
    indicators(console, HEADINGS[By.ORGAN], organs.labels, organs.period, report.total)
    institution(console, report.total)
    console.print()
    if simulated:
        _simulation(console, answer)
    _written(console, answer, simulated=simulated)


def _simulation(console: Console, answer: "Update") -> None:
    changed = [cell for sheet in answer.sheets if not sheet.new for cell in sheet.cells]
    table = Table("Celda", "Antes", "Después", box=box.SIMPLE_HEAD, pad_edge=False)
    for cell in changed[:SIMULATED_ROWS]:
        place = f"{cell.sheet}!{cell.cell}"
        table.add_row(*map(escape, (place, value_text(cell.before), value_text(cell.after))))
    if changed:
        console.print(table)
    if len(changed) > SIMULATED_ROWS:
        rest = len(changed) - SIMULATED_ROWS
        console.print(f"… y {rest:,} celdas más; con --json salen todas.", highlight=False)


def _written(console: Console, answer: "Update", *, simulated: bool) -> None:
    for sheet in answer.sheets:
        console.print(f"  {escape(sheet.name):<26} {_sheet_words(sheet)}", highlight=False)
    what = (
        f"{len(answer.sheets)} hojas, {answer.cells_changed:,} celdas, "
        f"{problem_counts(report_problems(answer))}."
    )
    would = "Cambiarían" if answer.cells_changed else "Ninguna celda cambiaría"
    outcome(console, answer, what, would if simulated else "")


def outcome(console: Console, answer: "Update", what: str, simulated: str = "") -> None:
    """Show what became of a workbook, and where its backup is.

    Args:
        console: the terminal.
        answer: how it was written.
        what: what changed, in numbers.
        simulated: what would happen to it; empty when it was not a simulation.
    """
    target = escape(str(answer.target))
    if simulated:
        head = f"Simulación: no se escribió nada. {simulated}:"
    elif answer.written:
        head = f"Se escribió {target}:"
    else:
        head = f"Sin cambios en {target}:"
    console.print(f"{head} {what}", highlight=False, soft_wrap=True)
    _backup(console, answer.backup)


def report_problems(answer: "Update") -> tuple[Problem, ...]:
    """Return the observations that an update found."""
    return answer.loaded.problems


def _sheet_words(sheet: "SheetChange") -> str:
    if sheet.new:
        return f"hoja nueva, {len(sheet.cells):,} celdas"
    return f"{len(sheet.cells):,} celdas cambian" if sheet.cells else "al día"


def backups(console: Console, kept: Sequence[Backup]) -> None:
    """Show the copies that can be put back."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("N", justify="right")
    table.add_column("Fecha")
    table.add_column("Tamaño", justify="right")
    table.add_column("Archivo", overflow="fold")
    for number, backup in enumerate(kept, start=1):
        size = f"{backup.size / 1024:,.0f} KB"
        table.add_row(
            str(number), f"{backup.when:%d/%m/%Y %H:%M:%S}", size, escape(backup.path.name)
        )
    console.print(table)


def restored(console: Console, answer: "Restored") -> None:
    """Show what was put back."""
    console.print(
        f"Se repuso {escape(answer.path.name)} como estaba el "
        f"{answer.chosen.when:%d/%m/%Y a las %H:%M:%S}.",
        highlight=False,
    )
    if answer.backup:
        console.print(f"Lo reemplazado quedó en {escape(str(answer.backup))}", highlight=False)


def built(console: Console, answer: "Built") -> None:
    """Show the workbook that was made."""
    state = "se escribió" if answer.written else "ya estaba igual"
    console.print(
        f"{escape(str(answer.path))}: {state}; {answer.activities} actividades, "
        f"{answer.sheets} hojas.",
        highlight=False,
        soft_wrap=True,
    )


def formula(console: Console, answer: "Formula") -> None:
    """Show a native formula in both spellings, the cells that it needs, and its value of today."""

    def line(text: str) -> None:
        # Whole, to be copied: the terminal may wrap it, we may not.
        console.print(text, highlight=False, soft_wrap=True)

    native = answer.native
    line(f"[bold]Español[/bold]  ={escape(native.spanish)}")
    line(f"[bold]Inglés[/bold]   ={escape(native.english)}")
    if isinstance(answer.value, list):
        line(f"[bold]Hoy[/bold]      tabla de {len(answer.value)} x {len(answer.value[0])}")
    elif answer.value is not None:
        line(f"[bold]Hoy[/bold]      {escape(_cell_text(shown(answer.value)))}")
    if native.cells:
        line(f"\nNecesita además estas celdas en una hoja «{escape(native.keys_sheet)}»:")
        for cell, content in list(native.cells.items())[:AUXILIARY_CELLS]:
            line(f"  {cell:<6} {escape(_cell_text(pasted(content)))}")
    if len(native.cells) > AUXILIARY_CELLS:
        line(f"  … y {len(native.cells) - AUXILIARY_CELLS:,} más; todas, con --json.")


def _cell_text(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.15g}"


def addin(console: Console, answer: "AddIn") -> None:
    """Show the add-in that was made."""
    state = "se escribió" if answer.written else "ya estaba igual"
    console.print(f"{escape(str(answer.path))}: {state}.", highlight=False, soft_wrap=True)
    _backup(console, answer.backup)


def embedded(console: Console, answer: "Embedded") -> None:
    """Show the workbook that poi_xl was put into."""
    name = escape(str(answer.path))
    if not answer.written:
        console.print(f"{name} ya estaba al día.", highlight=False, soft_wrap=True)
        return
    done = f"se actualizó poi_xl {answer.before}" if answer.before else "se incorporó poi_xl"
    console.print(
        f"{name}: {done}. Al abrirlo, escriba =POI_AVANCE() en una celda.",
        highlight=False,
        soft_wrap=True,
    )
    _backup(console, answer.backup)


def unembedded(console: Console, answer: "Embedded") -> None:
    """Show the workbook that poi_xl was taken out of."""
    state = (
        "sus partes volvieron a ser las de antes"
        if answer.whole
        else "el libro se guardó después de incorporarlo, así que se quitó pieza por pieza"
    )
    console.print(
        f"{escape(str(answer.path))}: se retiró poi_xl {escape(answer.before)}; {state}.",
        highlight=False,
        soft_wrap=True,
    )
    _backup(console, answer.backup)


def _backup(console: Console, path: Path | None) -> None:
    if path:
        console.print(f"Respaldo: {escape(str(path))}", highlight=False, soft_wrap=True)


def findings(console: Console, found: "Iterable[Finding]") -> None:
    """Show what looking at the computer found: a table for each group, remedies beside."""
    for group, items in groupby(found, key=lambda each: each.group):
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
        table.add_column(escape(group), no_wrap=True)
        for heading in ("Situación", "Estado", "Qué hacer"):
            table.add_column(heading, overflow="fold")
        for item in items:
            table.add_row(escape(item.topic), escape(item.value), _state(item), _advice(item))
        console.print(table)


def _state(item: "Finding") -> Text:
    colour = _COLOURS[item.problem.severity] if item.problem else "green"
    return Text("" if item.fact and not item.problem else item.state, style=colour)


def _advice(item: "Finding") -> str:
    wrong = item.problem
    return f"{wrong.code}: {escape(wrong.message)} {escape(wrong.remedy)}" if wrong else ""


def installed(console: Console, answer: "Installed") -> None:
    """Show what was written for Excel, and what remains to be done."""
    if answer.applies:
        _settings_written(console, answer)
    wrong = [each.problem for each in answer.findings if each.problem]
    if wrong:
        console.print("Queda por ver:" if answer.applies else "No hay nada que instalar:")
        problems(console, wrong)
    elif answer.written:
        console.print("Todo listo: cierre Excel si está abierto, y abra el libro.")
    console.print("Para verlo todo: poi-xl diagnostico", highlight=False)


def _settings_written(console: Console, answer: "Installed") -> None:
    file = escape(answer.file)
    if not answer.changes:
        console.print(f"{file} ya estaba al día.", highlight=False, soft_wrap=True)
        return
    head = "Se escribió" if answer.written else "Simulación: no se escribió nada. Cambiaría"
    console.print(f"{head} {file}:", highlight=False, soft_wrap=True)
    for change in answer.changes:
        before = "" if change.before is None else f" (antes: {change.before or 'vacío'})"
        line = f"  {change.key}: {change.after}{before}"
        console.print(escape(line), highlight=False, soft_wrap=True)
    if answer.dropped:
        console.print(f"  Líneas que xlwings no entiende, y que se quitan: {answer.dropped}")
    if answer.backup:
        copy = escape(answer.backup)
        console.print(f"Copia de lo anterior: {copy}", highlight=False, soft_wrap=True)


def help_on(console: Console, topic: "Topic", folder: Path | None, *, opened: bool) -> None:
    """Show where the guide explains something and, where it was not opened, what is known here."""
    if topic.text and not opened:
        console.print(f"{topic.text}\n", highlight=False, markup=False)
    where = str(folder / topic.page) if folder else MISSING
    section = f", sección «{topic.name}»" if folder and topic.anchor else ""
    head = "Se abrió " if opened else "En la guía: " if folder else ""
    console.print(f"{head}{where}{section}", highlight=False, markup=False, soft_wrap=True)


def functions(console: Console, listed: Iterable[Function]) -> None:
    """Show the worksheet functions, one a line."""
    table = Table("Función", "Responde", box=box.SIMPLE_HEAD, pad_edge=False)
    for each in listed:
        table.add_row(escape(each.signature), escape(each.help))
    console.print(table)


def function(console: Console, shown: Function) -> None:
    """Show one worksheet function with its arguments and an example."""
    from rich.markdown import Markdown  # slow to load, and used here only

    console.print(Markdown(section(shown)))
