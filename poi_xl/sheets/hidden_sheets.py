"""The two hidden sheets that other programs read: xlwings' settings, and help while typing."""

from collections.abc import Iterable

from xlsxwriter import Workbook

from poi_xl.functions import Function

CONF_SHEET = "xlwings.conf"
HELP_SHEET = "_IntelliSense_"

# An entry here overrides the analyst's own: what depends on the machine (interpreter, folders,
# server, console) is left to `poi-xl instalar`. A module that somebody left beside the workbook
# must never be taken for one of ours, so its folder stays out of Python's path.
_SETTINGS = (("UDF MODULES", "poi_xl.hosts.excel"), ("ADD_WORKBOOK_TO_PYTHONPATH", "false"))


def add_hidden_sheets(workbook: Workbook, functions: Iterable[Function]) -> None:
    """Add both sheets; they go last.

    Args:
        workbook: the workbook being written.
        functions: the worksheet functions.
    """
    # xlwings reads pairs from A1 down to the first blank.
    _add(workbook, CONF_SHEET, _SETTINGS)
    # Excel-DNA IntelliSense reads the very last sheet of this name, from A1.
    _add(workbook, HELP_SHEET, [("FunctionInfo",), *map(help_row, functions)])


def help_row(function: Function) -> tuple[str, ...]:
    """Return one function's row: name, help, no help topic, and each argument with its help.

    Example:
        >>> from poi_xl.functions import BY_NAME
        >>> help_row(BY_NAME["POI_CALIFICAR"])[::3]
        ('POI_CALIFICAR', 'avance', 'Semáforo por su nombre ("A") o sus límites ("75/95/100"). \
Omitido: el de Configuración.')
    """
    arguments = [text for each in function.arguments for text in (each.name, each.help)]
    return (function.name, function.help, "", *arguments)


def _add(workbook: Workbook, name: str, rows: Iterable[Iterable[str]]) -> None:
    sheet = workbook.add_worksheet(name)
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            if text:
                sheet.write_string(row, column, text)
    sheet.hide()
