"""What the buttons of the tab POI run; the tab's own table names them.

Each leaves Excel as it found it and ends with one message: numbers, or what is wrong in words.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from poi_xl.commands.diagnose import diagnose
from poi_xl.commands.guide import boxed, guide_folder, open_in_browser, show, topic_at
from poi_xl.commands.live import Regenerated
from poi_xl.commands.log import start_log
from poi_xl.commands.messages import (
    plan_line,
    problem_counts,
    problems_text,
    reviewed,
    sheets_written,
    unexpected,
)
from poi_xl.core.problems import Refusal
from poi_xl.hosts.excel.asking import TITLE, ExcelHost
from poi_xl.hosts.excel.regenerate import load_open, regenerate
from poi_xl.hosts.excel.state import LOG, as_found, limited_retries, patiently, wait_until_ready
from poi_xl.sheets.report import KEYS

OBSERVATIONS: Final = "observaciones"
# What is said, and how: info or critical; nothing when the user thought better of it.
Message = tuple[str, str] | None


def actualizar() -> None:
    """Regenerate all summary sheets of the calling workbook."""
    _run(lambda app, book: _updated(_regenerate(app, book, tuple(KEYS))))


def revisar() -> None:
    """Check the plan of the calling workbook and write what was found in its sheet Observaciones.

    No other sheet changes, so the figures of the others may be older than these observations; each
    says its own date and data.
    """
    _run(lambda app, book: _reviewed(_regenerate(app, book, (OBSERVATIONS,))))


def fichas() -> None:
    """Make the form of each organ."""
    from poi_xl.hosts.excel import copies

    _run(lambda app, book: copies.fichas(app, book, _now()))


def importar() -> None:
    """Bring filled forms into the plan."""
    from poi_xl.hosts.excel import changing

    _run(lambda app, book: changing.importar(app, book, _now()))


def abrir_trimestre() -> None:
    """Open the next quarter, or an earlier one."""
    from poi_xl.hosts.excel import changing

    _run(lambda app, book: changing.abrir_trimestre(app, book, _now()))


def distribuir() -> None:
    """Make copies that anyone can open."""
    from poi_xl.hosts.excel import copies

    _run(lambda app, book: copies.distribuir(app, book, _now()))


def comparar() -> None:
    """Show what changed since an older workbook."""
    from poi_xl.hosts.excel import copies

    _run(lambda app, book: copies.comparar(app, book, _now()))


def restaurar() -> None:
    """Open one of the workbook's copies beside it."""
    from poi_xl.hosts.excel import copies

    _run(lambda app, book: copies.restaurar(app, book, _now()))


def diagnostico() -> None:
    """Say which Excel, Python and product this is, and whether the plan is understood."""
    _run(_diagnosis)


def ayuda() -> None:
    """Open the guide where it explains what the user looks at."""
    _run(lambda app, _: _helped(app))


def _run(action: Callable[[Any, Any], Message]) -> None:
    """Run an action on the calling workbook and show its message, or what is wrong."""
    start_log()
    with limited_retries():
        app, book = _caller()
        if message := _answer(action, app, book):
            text, mode = message
            patiently(lambda: app.alert(text, TITLE, buttons="ok", mode=mode))


def _caller() -> tuple[Any, Any]:
    import xlwings

    book = xlwings.Book.caller()
    return book.app, book.api


def _answer(action: Callable[[Any, Any], Message], app: Any, book: Any) -> Message:
    try:
        wait_until_ready(app.api)
        with as_found(app.api, book):
            return action(app, book)
    except Refusal as refusal:
        for each in refusal.problems:
            LOG.warning("%s", each)
        return problems_text(refusal.problems), "critical"
    except Exception as error:  # noqa: BLE001 - a user never sees a traceback
        LOG.exception("una macro no terminó")
        return str(unexpected(error)), "critical"


def _regenerate(app: Any, book: Any, keys: Sequence[str]) -> Regenerated:
    return regenerate(app.api, book, keys, _now(), ExcelHost(app))


def _now() -> dt.datetime:
    return dt.datetime.now().replace(microsecond=0)  # noqa: DTZ005 - the analyst's own clock


def _helped(app: Any) -> Message:
    sheet, cell = app.api.ActiveSheet, app.api.ActiveCell
    formula, first = "", ""
    if cell is not None:  # as it is while a sheet that is a chart is shown
        formula, first = str(cell.Formula), str(sheet.Range(f"A{cell.Row}").Value2)
    topic, folder = topic_at(formula, first, str(sheet.Name)), guide_folder()
    return None if show(topic, folder, open_in_browser) else (boxed(topic, folder), "info")


# --- messages -------------------------------------------------------------------------------------


def _updated(done: Regenerated) -> Message:
    observations = problem_counts(done.report.problems)
    if not done.sheets:
        return f"Los resúmenes ya estaban al día: {observations}.", "info"
    return _closing(done, f"{_written(done)}, {observations}."), _mode(done)


def _reviewed(done: Regenerated) -> Message:
    if not done.sheets:
        return reviewed(done.report, None), "info"
    return _closing(done, reviewed(done.report, done.sheets[0])), _mode(done)


def _written(done: Regenerated) -> str:
    return sheets_written(len(done.sheets), done.new, done.cells)


def _closing(done: Regenerated, text: str) -> str:
    lines = [text, f"Respaldo: {done.backup}", "Guarde el libro para conservar los cambios."]
    return "\n".join([*lines, *(f"\n{each}" for each in done.notices)])


def _mode(done: Regenerated) -> str:
    return "critical" if done.notices else "info"


def _diagnosis(app: Any, book: Any) -> Message:
    path = Path(str(book.FullName))
    lines = [
        diagnose(path if path.is_file() else None).as_text(),
        f"Excel {app.api.Version}, {app.api.OperatingSystem}",
        _plan_line(book),
        "Ctrl+C copia este texto.",
    ]
    return "\n".join(lines), "info"


def _plan_line(book: Any) -> str:
    try:
        loaded = load_open(book)
    except Refusal as refusal:
        return problems_text(refusal.problems)
    return plan_line(loaded)
