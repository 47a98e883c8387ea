"""The buttons that change the plan: *Importar fichas*, *Abrir trimestre*.

The command line's use cases work on a copy that Excel saves; what they change comes back through
a door into the open workbook's own cells. Columns of months that the plan's sheet lacks are
inserted by Excel itself: it alone can move every formula, name and chart.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from poi_xl.commands.import_forms import Importing
from poi_xl.commands.load import load_package
from poi_xl.commands.messages import sheets_written
from poi_xl.commands.month_columns import columns_question, insertable
from poi_xl.commands.open_quarter import Opened, open_quarter_in
from poi_xl.commands.ports import require_consent
from poi_xl.commands.round_messages import (
    PREFERENCES,
    conflicts_question,
    import_question,
    imported,
    quarter_opened,
    quarter_options,
    quarter_question,
    quarter_to_open,
)
from poi_xl.core.form_changes import Prefer
from poi_xl.core.problems import Problem, Refusal, problem
from poi_xl.hosts.excel.asking import ExcelHost
from poi_xl.hosts.excel.book import named, worksheets
from poi_xl.hosts.excel.carrying import Carrier, stopped
from poi_xl.hosts.excel.columns import insert_months
from poi_xl.hosts.excel.copies import Message, working_copy
from poi_xl.hosts.excel.place import book_guards
from poi_xl.package.parts import Package


def importar(app: Any, book: Any, now: dt.datetime) -> Message | None:
    """Bring forms that the user picks into the plan, once he has seen what would change."""
    host = ExcelHost(app)
    picked = host.files("Fichas llenadas por las unidades", several=True)
    if not picked:
        return None
    with _carrier(app, book, host) as (package, carrier):
        work = Importing(package, picked, host)
        review = work.settled(partial(_decided, host))
        if review is None or not host.asks(import_question(review)):
            return None
        answer = work.finish(review, now=now, deadline=None, door=carrier.door)
        return _closing(carrier, imported(answer), is_clean=answer.is_clean)


def _decided(host: ExcelHost, conflicts: Sequence[Problem]) -> Prefer | None:
    form, plan = PREFERENCES[Prefer.FORM], PREFERENCES[Prefer.PLAN]
    is_form = host.decides(f"{conflicts_question(conflicts)}\n\nSí: {form}.\nNo: {plan}.")
    return None if is_form is None else Prefer.FORM if is_form else Prefer.PLAN


def abrir_trimestre(app: Any, book: Any, now: dt.datetime) -> Message | None:
    """Open the quarter that the user picks: the next one, or an earlier one to go back to."""
    host = ExcelHost(app)
    with _carrier(app, book, host) as (package, carrier):
        current = load_package(package).quarter
        options = quarter_options(current)
        chosen = host.choose(quarter_question(current), [*options.values()])
        if chosen is None:
            return None
        quarter = [*options][chosen - 1]
        try:
            wanted = open_quarter_in(package, quarter, now=now, host=host, door=None)
        except Refusal as refusal:
            return _open_wider(carrier, quarter, now, refusal)
        return _open(carrier, quarter, now, wanted)


def _open(carrier: Carrier, quarter: int, now: dt.datetime, wanted: Opened) -> Message | None:
    """Open the quarter, once the user has seen what would change."""
    host = carrier.host
    if not host.asks(quarter_to_open(wanted)):
        return None
    answer = open_quarter_in(carrier.before, quarter, now=now, host=host, door=carrier.door)
    return _closing(carrier, quarter_opened(answer), is_clean=True)


def _open_wider(
    carrier: Carrier, quarter: int, now: dt.datetime, refusal: Refusal
) -> Message | None:
    """Insert the columns of months that are lacking, and open the quarter; both or neither."""
    plan = load_package(carrier.before).plan
    columns = insertable(plan, quarter, refusal)
    sheet = named(worksheets(carrier.book), plan.layout.sheet)
    if sheet is None or sheet.ProtectContents:
        raise Refusal(problem("POI-E133", plan.layout.sheet))
    if not carrier.host.asks(columns_question(columns, plan)):
        return None
    backup = carrier.keep(now)
    message = None
    try:
        carrier.host.progress("Insertando columnas")
        insert_months(sheet, plan, columns, carrier.undo)
        with working_copy(carrier.book) as copy:
            carrier.before = package = Package.open(copy)
            wanted = open_quarter_in(package, quarter, now=now, host=carrier.host, door=None)
            message = _open(carrier, quarter, now, wanted)
    except Exception as error:
        is_back = carrier.undo.back()
        if is_back and isinstance(error, Refusal):
            raise
        raise stopped(error, backup, is_back=is_back) from error
    if message is None and not carrier.undo.back():
        raise stopped(RuntimeError("no se pudieron retirar las columnas"), backup, is_back=False)
    return message


@contextmanager
def _carrier(app: Any, book: Any, host: ExcelHost) -> Iterator[tuple[Package, Carrier]]:
    """Lend a copy of a workbook that may be written into, and what brings its changes over."""
    require_consent(host, tuple(book_guards(book)))
    with working_copy(book) as copy:
        package = Package.open(Path(copy))
        yield package, Carrier(app.api, book, package, host)


def _closing(carrier: Carrier, text: str, *, is_clean: bool) -> Message:
    done = carrier.done
    if done is None:
        return text, "info"
    written = sheets_written(done.sheets, done.new, done.cells)
    lines = [text, f"Resúmenes: {written}.", f"Respaldo: {done.backup}"]
    lines.append("Guarde el libro para conservar los cambios.")
    lines += [f"\n{each}" for each in done.notices]
    return "\n".join(lines), "info" if is_clean and not done.notices else "critical"
