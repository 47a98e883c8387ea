"""What the menu POI runs; what belongs to the quarter's round is done in modules of its own.

Each ends with one message: numbers, or what is wrong in words; the document is left as it was when
anything is.
"""

import datetime as dt
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from poi_xl.commands.diagnose import diagnose
from poi_xl.commands.guide import boxed, guide_folder, show
from poi_xl.commands.live import Regenerated
from poi_xl.commands.load import load
from poi_xl.commands.log import start_log
from poi_xl.commands.messages import (
    plan_line,
    problem_counts,
    problems_text,
    reviewed,
    sheets_written,
    unexpected,
)
from poi_xl.commands.restore import list_backups, restore
from poi_xl.core.problems import Problem, Refusal, problem
from poi_xl.hosts.calc.boxes import CalcHost, boxes_for
from poi_xl.hosts.calc.desk import Desk
from poi_xl.hosts.calc.messages import NOTHING, Message, closing, live_closing
from poi_xl.hosts.calc.opened import Written, regenerate_file, reloaded
from poi_xl.package.saving import Backup, check_free
from poi_xl.sheets.report import KEYS

LOG: Final = logging.getLogger("poi_xl.calc")
OBSERVATIONS: Final = "observaciones"


def press(name: str, context: Any, frame: Any) -> None:
    """Run a button and show its message, or what is wrong.

    Args:
        name: which of `BUTTONS`.
        context: LibreOffice's component context.
        frame: the frame of the window that it was pressed in.
    """
    start_log()
    boxes = boxes_for(context, frame)
    desk = Desk(context, frame, boxes, CalcHost(frame, boxes))
    text, warning = _answer(BUTTONS[name], desk)
    desk.host.close()
    if text:
        LOG.info("%s: %s", name, text)
        boxes.tell(text, warning=warning)


def _answer(action: Callable[[Desk], Message], desk: Desk) -> Message:
    try:
        return action(desk)
    except Refusal as refusal:
        for each in refusal.problems:
            LOG.warning("%s", each)
        return problems_text(refusal.problems), True
    except Exception as error:
        LOG.exception("un botón no terminó")
        return str(unexpected(error)), True


def _now() -> dt.datetime:
    return dt.datetime.now().replace(microsecond=0)  # noqa: DTZ005 - the analyst's own clock


# --- actualizar, revisar --------------------------------------------------------------------------


def actualizar(desk: Desk) -> Message:
    """Regenerate all summary sheets of the document.

    Args:
        desk: the window.
    """
    keys = tuple(KEYS)
    if path := desk.book:
        return _updated(regenerate_file(desk, path, keys, _now()))
    done = _regenerate_live(desk, keys)
    if not done.sheets:
        return f"{_current(done.report.problems)} No se escribió nada.", False
    written = sheets_written(len(done.sheets), done.new, done.cells)
    return live_closing(done, f"{written}, {problem_counts(done.report.problems)}.")


def revisar(desk: Desk) -> Message:
    """Check the plan of the document and write what was found in its sheet Observaciones.

    Args:
        desk: the window.
    """
    keys = (OBSERVATIONS,)
    if path := desk.book:
        return _reviewed(regenerate_file(desk, path, keys, _now()))
    done = _regenerate_live(desk, keys)
    if not done.sheets:
        return reviewed(done.report, None), False
    return live_closing(done, reviewed(done.report, done.sheets[0]))


def _regenerate_live(desk: Desk, keys: Sequence[str]) -> Regenerated:
    """Take the sheets into the document itself, which no file of Excel's stands behind."""
    desk.require_live()
    from poi_xl.hosts.calc.adopt import regenerate_live

    return regenerate_live(desk.document, keys, _now(), desk.host, desk.context)


def _updated(done: Written) -> Message:
    update = done.update
    if not update.written:
        return f"{_current(update.report.problems)} No se escribió nada.", False
    changed = [sheet for sheet in update.sheets if sheet.cells]
    if not changed:
        return closing(update, done.typed, _current(update.report.problems))
    new = sum(sheet.new for sheet in changed)
    written = sheets_written(len(changed), new, update.cells_changed)
    return closing(update, done.typed, f"{written}, {problem_counts(update.report.problems)}.")


def _current(problems: Sequence[Problem]) -> str:
    return f"Los resúmenes ya estaban al día: {problem_counts(problems)}."


def _reviewed(done: Written) -> Message:
    update = done.update
    if not update.written:
        return reviewed(update.report, None), False
    return closing(update, done.typed, reviewed(update.report, update.sheets[0].name))


# --- diagnóstico ----------------------------------------------------------------------------------


def diagnostico(desk: Desk) -> Message:
    """Say which LibreOffice, Python and product this is, and whether the plan is understood.

    Args:
        desk: the window.
    """
    path = desk.path
    lines = [
        # LibreOffice waits for this: a program that asks it something would wait for ever.
        diagnose(path if path and path.is_file() else None, inside_office=True).as_text(),
        f"LibreOffice en uso: {desk.version}",
        *([_plan_of(book)] if (book := desk.book) else []),
    ]
    return "\n".join(lines), False


def _plan_of(path: Path) -> str:
    try:
        return f"{plan_line(load(path))} (según el archivo)"
    except Refusal as refusal:
        return problems_text(refusal.problems)


# --- ayuda ----------------------------------------------------------------------------------------


def ayuda(desk: Desk) -> Message:
    """Open the guide where it explains what the user looks at.

    Args:
        desk: the window.
    """
    topic, folder = desk.topic, guide_folder()
    if show(topic, folder, desk.boxes.browse):
        return NOTHING
    return boxed(topic, folder), False


# --- restaurar ------------------------------------------------------------------------------------


def restaurar(desk: Desk) -> Message:
    """Put a copy of the document's file back, and load it.

    Args:
        desk: the window.
    """
    path = desk.path
    if path is None:
        raise Refusal(problem("POI-E94", file=desk.document.Title))
    if desk.document.isReadonly():
        raise Refusal(problem("POI-E93", file=path.name))
    check_free(path, ours=True)
    kept = list_backups(path)
    chosen = desk.boxes.choose(_which(desk, path), [_shown(each) for each in kept])
    if chosen is None:
        return NOTHING
    return put_back(desk, path, chosen + 1)


def put_back(desk: Desk, path: Path, number: int) -> Message:
    """Put one copy back in the place of the document's file, and load it.

    Args:
        desk: the window.
        path: the document's file.
        number: the copy's place in the list, from 1.

    Raises:
        Refusal: it could not be put back; the file is loaded as it is.
    """
    done = []

    def change() -> Path | None:
        done.append(restore(path, number, _now()))
        return done[0].backup

    backup = reloaded(desk, path, change, lambda refusal: (path, refusal.problems[0]))
    when = done[0].chosen.when.isoformat(sep=" ")
    return f"«{path.name}» es otra vez el del {when}.\nLo que había: {backup}", False


def _which(desk: Desk, path: Path) -> str:
    text = f"¿Qué versión de «{path.name}» desea recuperar? La de ahora queda también guardada."
    return f"{text} Lo que no guardó se pierde." if desk.document.isModified() else text


def _shown(backup: Backup) -> str:
    return f"{backup.when:%Y-%m-%d %H:%M:%S}  ·  {backup.size / 1024:,.0f} KB"


# --- the quarter's round --------------------------------------------------------------------------


def fichas(desk: Desk) -> Message:
    """Make the form of each organ."""
    from poi_xl.hosts.calc import copies

    return copies.fichas(desk, _now())


def importar(desk: Desk) -> Message:
    """Bring filled forms into the workbook."""
    from poi_xl.hosts.calc import importing

    return importing.importar(desk, _now())


def abrir_trimestre(desk: Desk) -> Message:
    """Open the next quarter, or an earlier one to go back to."""
    from poi_xl.hosts.calc import opening

    return opening.abrir_trimestre(desk, _now())


def distribuir(desk: Desk) -> Message:
    """Make copies that anyone can open."""
    from poi_xl.hosts.calc import copies

    return copies.distribuir(desk, _now())


def comparar(desk: Desk) -> Message:
    """Show what changed since an older workbook."""
    from poi_xl.hosts.calc import copies

    return copies.comparar(desk, _now())


BUTTONS: Final[Mapping[str, Callable[[Desk], Message]]] = {
    "actualizar": actualizar,
    "revisar": revisar,
    "fichas": fichas,
    "importar": importar,
    "abrir-trimestre": abrir_trimestre,
    "distribuir": distribuir,
    "comparar": comparar,
    "diagnostico": diagnostico,
    "restaurar": restaurar,
    "ayuda": ayuda,
}
