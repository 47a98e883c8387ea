"""A workbook with one sheet: what changed between two versions of a plan."""

from collections.abc import Sequence
from io import BytesIO

from xlsxwriter import Workbook

from poi_xl.core.comparison import Change, Comparison
from poi_xl.core.summaries import Report
from poi_xl.core.text import counted, number_text
from poi_xl.sheets.pages.page import Page, number_formats
from poi_xl.sheets.pages.table import Column, Look, draw_table, set_widths
from poi_xl.sheets.report import WORKBOOK_OPTIONS, WORKBOOK_PROPERTIES
from poi_xl.sheets.style import Styles

SHEET = "Comparación"
_TOP = 4


def comparison_bytes(found: Comparison, report: Report, names: tuple[str, str]) -> bytes:
    """Draw the sheet into a new workbook, and return its bytes.

    Args:
        found: what changed.
        report: of the second plan; its stamp stands on the sheet.
        names: of the two files.
    """
    content = BytesIO()
    with Workbook(content, WORKBOOK_OPTIONS) as book:
        book.set_properties(WORKBOOK_PROPERTIES)
        sheet = book.add_worksheet(SHEET)
        page = Page(report, book, sheet, Styles(book), {}, *number_formats(report))
        columns = _columns(found)
        set_widths(page, columns)
        page.head(f"{SHEET}: {counted(len(found.changes), 'cambio', 'cambios')}")
        page.put(2, 0, f"De {names[0]} a {names[1]}. {counts_text(found)}", page.styles.stamp())
        last = draw_table(page, _TOP, "poi_tabla_comparacion", columns, autofilter=True)
        sheet.freeze_panes(_TOP + 1, 0)
        sheet.repeat_rows(_TOP)
        sheet.print_area(0, 0, last, len(columns) - 1)
    return content.getvalue()


def counts_text(found: Comparison) -> str:
    """Return how many changes of each kind there are, in words."""
    words = ", ".join(f"{kind.value}: {count}" for kind, count in found.counts.items())
    return f"{words[0].upper()}{words[1:]}." if words else "No cambió nada."


def _columns(found: Comparison) -> Sequence[Column]:
    changes = found.changes
    if not changes:
        texts = [("Qué cambió", 14), ("Órgano", 34)]
        empty = [Column(text, width, Look.LINE, [""]) for text, width in texts]
        return [*empty, Column("Actividad", 60, Look.TEXT, ["Los dos planes dicen lo mismo."])]
    names = [found.names(change) for change in changes]
    cells = [found.cell(change) for change in changes]
    return [
        Column("Qué cambió", 14, Look.LINE, [change.kind.value for change in changes]),
        Column("Órgano", 34, Look.TEXT, [organ for organ, _ in names]),
        Column("Actividad", 52, Look.TEXT, [activity for _, activity in names]),
        Column("Dato", 20, Look.LINE, [change.what for change in changes]),
        Column("Antes", 22, Look.TEXT, [value_text(change.old) for change in changes]),
        Column("Después", 22, Look.TEXT, [value_text(change.new) for change in changes]),
        Column("Diferencia", 12, Look.GAP, [_difference(change) for change in changes]),
        Column("Celda", 14, Look.LINE, [f"{sheet}!{cell}" for sheet, cell in cells]),
    ]


def value_text(value: object) -> str:
    """Return what stood in a cell, for people: a blank as such, never as zero.

    Example:
        >>> value_text(1543.0), value_text(None), value_text("Pagar")
        ('1,543', '(vacío)', 'Pagar')
    """
    if value is None:
        return "(vacío)"
    return number_text(value) if isinstance(value, int | float) else str(value)


def _difference(change: Change) -> float | None:
    old, new = change.old or 0.0, change.new or 0.0
    return None if isinstance(old, str) or isinstance(new, str) else new - old
