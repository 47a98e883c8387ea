"""The verbs: from the arguments to a use case, and from its answer to the screen."""

import datetime as dt
import json
import logging
import os
import re
import sys
from argparse import Namespace
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.progress_bar import ProgressBar
from rich.status import Status
from rich.table import Table

from poi_xl.commands.log import log_path, start_log
from poi_xl.core.problems import BUSY, FOUND, Problem, Refusal, Severity, problem
from poi_xl.core.text import legible
from poi_xl.hosts.cli import screens
from poi_xl.package.saving import disk_problem, sweep, swept

FINE, OBSERVATIONS, WRONG_USE, BUSY_FILE = 0, 1, 2, 3
_DATA, _BUILT = "data/poi_2021.tsv", "workbook/POI_2021.xlsm"
_WRITING = frozenset(
    {"abrir-trimestre", "actualizar", "comparar", "construir", "distribuir", "fichas"}
    | {"importar", "incorporar", "restaurar", "retirar"}
)
_INSTITUTION = "SAT de Lima"
_BAR_WIDTH = 30


class Terminal:
    """The terminal as the use cases' host: progress and questions on the error stream."""

    def __init__(self, accepted: list[str], status: Status | None) -> None:
        self._accepted = {code.upper() for code in accepted}
        self._status = status

    def progress(self, text: str, share: float | None = None) -> None:
        """Show what is being done, and a bar where it is known how much of it is done."""
        if self._status:
            self._status.update(_with_bar(f"{escape(text)}…", share))

    def accepts(self, problem: Problem) -> bool:
        """Say whether the command line accepted this problem, or ask at the terminal."""
        if problem.code in self._accepted:
            return True
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            return False
        if self._status:
            self._status.stop()
        asked = f"{problem.code} {problem.place}: {problem.message} ¿Continuar? [s/N] "
        sys.stderr.write(legible(asked))
        return input().strip().lower() in ("s", "si", "sí")


def _swept(arguments: Namespace) -> list[Problem]:
    """Clear away what a command left that was ended in the middle, where this one will write."""
    if arguments.verbo not in _WRITING or getattr(arguments, "simular", False):
        return []
    # What is written without being named stands beside what is read.
    places = [getattr(arguments, name, None) for name in ("libro", "salida", "desde")]
    return swept(name for place in places if place for name in sweep(Path(place)))


def _with_bar(text: str, share: float | None) -> RenderableType:
    if share is None:
        return text
    line = Table.grid(padding=(0, 1))
    line.add_row(text, ProgressBar(total=1, completed=share, width=_BAR_WIDTH))
    return line


def run(arguments: Namespace) -> int:
    """Carry out one command and return its exit code."""
    out, err = screens.Screen(), screens.Screen(stderr=True)
    show_status = err.is_terminal and not getattr(arguments, "json", False)
    try:
        with err.status("Leyendo el libro…") if show_status else nullcontext() as status:
            terminal = Terminal(getattr(arguments, "aceptar", []), status)
            screens.problem_lines(err, _swept(arguments))
            answer = _VERBS[arguments.verbo](arguments, terminal)
        return answer(out, err)
    except Refusal as refusal:
        screens.problems(err, refusal.problems)
        return _exit_code(refusal)
    except KeyboardInterrupt:
        err.print("Se interrumpió; no se escribió nada.")
        return WRONG_USE
    except BrokenPipeError:
        # `poi-xl … | head` is no error; what is left to flush must not become one.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except Exception as error:
        if told := disk_problem(error):
            screens.problems(err, [told])
            return WRONG_USE
        # A user never sees a traceback.
        start_log()
        logging.getLogger("poi_xl").exception("poi-xl %s", arguments.verbo)
        detail = f"{type(error).__name__}: {error}"
        screens.problems(err, [problem("POI-E51", detail=detail, log=log_path())])
        return WRONG_USE


def _exit_code(refusal: Refusal) -> int:
    codes = {item.code for item in refusal.problems}
    if codes <= BUSY:
        return BUSY_FILE
    return OBSERVATIONS if codes <= FOUND else WRONG_USE


Show = Callable[[Console, Console], int]


def _calculate(arguments: Namespace, terminal: Terminal) -> Show:
    from poi_xl.commands.calculate import calculate
    from poi_xl.core.plan import By

    terminal.progress("Calculando")
    if Path(arguments.libro).is_dir():
        return _calculate_sector(arguments)
    _refuse_sector_options(arguments)
    answer = calculate(
        Path(arguments.libro),
        By(arguments.por or By.ORGAN),
        arguments.periodo,
        arguments.preset,
        arguments.programado,
    )

    def show(out: Console, err: Console) -> int:
        if arguments.json:
            _write_json(answer.as_json())
        else:
            screens.calculation(out, answer)
        return _mention(err, answer.loaded.problems, arguments.libro)

    return show


def _calculate_sector(arguments: Namespace) -> Show:
    from poi_xl.consolidating.asking import BY_ENTITY, ask
    from poi_xl.hosts.cli import sector_screens

    if arguments.programado is not None:
        raise Refusal(problem("POI-E156", file=arguments.libro))
    answer = ask(
        Path(arguments.libro).resolve(),
        arguments.por or BY_ENTITY,
        arguments.periodo,
        arguments.preset,
        arguments.entidad,
        arguments.anio,
    )

    def show(out: Console, err: Console) -> int:
        if arguments.json:
            _write_json(answer.as_json())
        else:
            sector_screens.calculation(out, answer)
        screens.problems(err, answer.sector.problems)
        return FINE

    return show


def _refuse_sector_options(arguments: Namespace) -> None:
    """Refuse what only a consolidation answers to."""
    given = {
        "--entidad": bool(arguments.entidad),
        "--anio": arguments.anio is not None,
        "--por entidad": arguments.por == "entidad",
    }
    wrong = [problem("POI-E213", arguments.libro, option=each) for each in given if given[each]]
    if wrong:
        raise Refusal(wrong)


def _consolidate(arguments: Namespace, terminal: Terminal) -> Show:
    from poi_xl.consolidating import require_libraries

    require_libraries()
    from poi_xl.consolidating.consolidate import consolidate, has_errors
    from poi_xl.consolidating.executors import executor
    from poi_xl.hosts.cli import sector_screens

    answer = consolidate(
        arguments.origenes,
        Path(arguments.salida),
        executor=executor(
            arguments.cluster or os.environ.get("DASK_SCHEDULER_ADDRESS"), arguments.procesos
        ),
        names=_path(arguments.entidades),
        host=terminal,
        tick=sector_screens.meter(terminal.progress),
    )
    if arguments.libro:
        from poi_xl.consolidating.book import write_book

        terminal.progress("Escribiendo el libro")
        write_book(answer.root, Path(arguments.libro), now=_now(), host=terminal)

    def show(out: Console, err: Console) -> int:
        if arguments.json:
            _write_json(answer.as_json())
        else:
            sector_screens.consolidated(out, answer)
        sector_screens.consolidation_problems(err, answer)
        folder = escape(arguments.salida)
        err.print(f"Pregunte por ella: poi-xl calcular {folder} --por entidad", highlight=False)
        return OBSERVATIONS if has_errors(answer) else FINE

    return show


def _review(arguments: Namespace, terminal: Terminal) -> Show:
    from poi_xl.commands.review import review

    terminal.progress("Revisando")
    answer = review(Path(arguments.libro), arguments.programado)

    def show(out: Console, err: Console) -> int:
        del err
        if arguments.json:
            _write_json(answer.as_json())
        else:
            screens.review(out, answer)
        return FINE if answer.is_clean else OBSERVATIONS

    return show


def _distribute(arguments: Namespace, terminal: Terminal) -> Show:
    from poi_xl.commands.distribute import Mode, distribute

    answer = distribute(
        Path(arguments.libro),
        Path(arguments.salida),
        now=_now(),
        mode=Mode(arguments.modo),
        by_organ=arguments.por_organo,
        pdf=arguments.pdf,
        host=terminal,
    )

    def show(out: Console, err: Console) -> int:
        if arguments.json:
            _write_json(answer.as_json())
        else:
            screens.distributed(out, answer)
        frozen = [each for copy in answer.copies for each in copy.frozen]
        screens.problems(err, [*answer.notices, *frozen])
        return FINE

    return show


def _compare(arguments: Namespace, terminal: Terminal) -> Show:
    from poi_xl.commands.compare import compare_books

    answer = compare_books(
        Path(arguments.antes),
        Path(arguments.despues),
        now=_now(),
        out=_path(arguments.salida),
        block=arguments.programado,
        host=terminal,
    )

    def show(out: Console, err: Console) -> int:
        del err
        if arguments.json:
            _write_json(answer.as_json())
        else:
            screens.compared(out, answer)
        return FINE

    return show


def _update(arguments: Namespace, terminal: Terminal) -> Show:
    from poi_xl.commands.update import update

    answer = update(
        Path(arguments.libro),
        now=_now(),
        out=Path(arguments.salida) if arguments.salida else None,
        period=arguments.periodo,
        preset=arguments.preset,
        simulate=arguments.simular,
        host=terminal,
    )

    def show(out: Console, err: Console) -> int:
        if arguments.json:
            _write_json(answer.as_json())
        else:
            screens.update(out, answer, simulated=arguments.simular)
        screens.problems(err, answer.notices)
        return _mention(err, answer.loaded.problems, arguments.libro)

    return show


def _forms(arguments: Namespace, terminal: Terminal) -> Show:
    from poi_xl.commands.forms import make_forms
    from poi_xl.hosts.cli import form_screens

    answer = make_forms(
        Path(arguments.libro),
        Path(arguments.salida),
        now=_now(),
        period=arguments.periodo,
        host=terminal,
    )

    def show(out: Console, err: Console) -> int:
        if arguments.json:
            _write_json(answer.as_json())
        else:
            form_screens.forms(out, answer)
            book, folder = escape(arguments.libro), escape(arguments.salida)
            err.print(f"Cuando vuelvan llenas: poi-xl importar {book} {folder}", highlight=False)
        return FINE

    return show


def _import_forms(arguments: Namespace, terminal: Terminal) -> Show:
    from poi_xl.commands.import_forms import import_forms
    from poi_xl.core.form_changes import Prefer
    from poi_xl.hosts.cli import form_screens

    answer = import_forms(
        Path(arguments.libro),
        [Path(each) for each in arguments.fichas],
        now=_now(),
        prefer=Prefer(arguments.preferir) if arguments.preferir else None,
        deadline=arguments.fecha_limite,
        simulate=arguments.simular,
        host=terminal,
    )

    def show(out: Console, err: Console) -> int:
        if arguments.json:
            _write_json(answer.as_json())
        else:
            form_screens.imported(out, answer, simulated=arguments.simular)
        screens.problems(err, (*answer.problems, *answer.update.notices))
        seen = _mention(err, answer.update.loaded.problems, arguments.libro)
        return seen if answer.is_clean else OBSERVATIONS

    return show


def _open_quarter(arguments: Namespace, terminal: Terminal) -> Show:
    from poi_xl.commands.open_quarter import open_quarter
    from poi_xl.hosts.cli import quarter_screens

    answer = open_quarter(
        Path(arguments.libro),
        arguments.trimestre,
        now=_now(),
        simulate=arguments.simular,
        host=terminal,
    )

    def show(out: Console, err: Console) -> int:
        if arguments.json:
            _write_json(answer.as_json())
        else:
            quarter_screens.opened(out, answer, simulated=arguments.simular)
        screens.problems(err, (*answer.problems, *answer.update.notices))
        return _mention(err, answer.update.loaded.problems, arguments.libro)

    return show


def _restore(arguments: Namespace, terminal: Terminal) -> Show:
    from poi_xl.commands.restore import list_backups, restore

    path = Path(arguments.libro)
    if arguments.numero is not None:
        terminal.progress("Reponiendo la copia")
        answer = restore(path, arguments.numero, _now())

        def show_restored(out: Console, err: Console) -> int:
            del err
            if arguments.json:
                _write_json({"repuesto": str(answer.chosen.path), "respaldo": _text(answer.backup)})
            else:
                screens.restored(out, answer)
            return FINE

        return show_restored
    kept = list_backups(path)

    def show(out: Console, err: Console) -> int:
        if arguments.json:
            rows = [
                {"n": n, "archivo": str(b.path), "fecha": b.when.isoformat(), "bytes": b.size}
                for n, b in enumerate(kept, start=1)
            ]
            _write_json({"copias": rows})
        else:
            screens.backups(out, kept)
            err.print(f"Para reponer la más reciente: poi-xl restaurar {escape(arguments.libro)} 1")
        return FINE

    return show


def _build(arguments: Namespace, terminal: Terminal) -> Show:
    from poi_xl.commands.build import build

    if arguments.complemento or arguments.oxt:
        return _build_addins(arguments, terminal)
    if arguments.desde:
        return _build_from_export(arguments, terminal)
    if arguments.programado:
        raise Refusal(problem("POI-E156", file=arguments.datos or _DATA))
    terminal.progress("Construyendo el libro")
    answer = build(
        Path(arguments.datos or _DATA),
        Path(arguments.salida or _BUILT),
        institution=arguments.institucion or _INSTITUTION,
        date=arguments.fecha,
        now=_now(),
        host=terminal,
    )

    def show(out: Console, err: Console) -> int:
        del err
        screens.built(out, answer)
        return FINE

    return show


def _build_from_export(arguments: Namespace, terminal: Terminal) -> Show:
    from poi_xl.commands.build import build_from_export

    if arguments.datos:
        detail = f"«{arguments.datos}» está de más: con --desde el plan es el de la exportación"
        raise Refusal(problem("POI-E19", detail=detail, command="poi-xl construir"))
    source = Path(arguments.desde)
    terminal.progress("Construyendo el libro")
    answer = build_from_export(
        source,
        _path(arguments.salida) or source.with_suffix(".xlsm"),
        block=arguments.programado,
        institution=arguments.institucion,
        date=arguments.fecha,
        now=_now(),
        host=terminal,
    )

    def show(out: Console, err: Console) -> int:
        screens.built(out, answer)
        return _mention(err, answer.problems, arguments.desde)

    return show


def _build_addins(arguments: Namespace, terminal: Terminal) -> Show:
    from poi_xl.commands.addin import FOR_EXCEL, FOR_LIBREOFFICE, build_addin

    wanted = ((FOR_EXCEL, arguments.complemento), (FOR_LIBREOFFICE, arguments.oxt))
    terminal.progress("Construyendo el complemento")
    answers = [
        build_addin(_path(arguments.salida) or kind.place, now=_now(), host=terminal, kind=kind)
        for kind, is_wanted in wanted
        if is_wanted
    ]

    def show(out: Console, err: Console) -> int:
        del err
        for answer in answers:
            screens.addin(out, answer)
        return FINE

    return show


def _embed(arguments: Namespace, terminal: Terminal) -> Show:
    from poi_xl.commands.embed import embed

    answer = embed(Path(arguments.libro), now=_now(), out=_path(arguments.salida), host=terminal)

    def show(out: Console, err: Console) -> int:
        if arguments.json:
            _write_json(answer.as_json())
        else:
            screens.embedded(out, answer)
        screens.problems(err, answer.notices)
        return FINE

    return show


def _unembed(arguments: Namespace, terminal: Terminal) -> Show:
    from poi_xl.commands.embed import unembed

    answer = unembed(Path(arguments.libro), now=_now(), out=_path(arguments.salida), host=terminal)

    def show(out: Console, err: Console) -> int:
        if arguments.json:
            _write_json(answer.as_json())
        else:
            screens.unembedded(out, answer)
        screens.problems(err, answer.notices)
        return FINE

    return show


def _functions(arguments: Namespace, terminal: Terminal) -> Show:
    from poi_xl.commands.functions import chosen, functions_json

    del terminal
    functions = chosen(arguments.nombre)

    def show(out: Console, err: Console) -> int:
        if arguments.json:
            _write_json(functions_json(functions))
        elif arguments.nombre:
            screens.function(out, functions[0])
        else:
            screens.functions(out, functions)
            example = functions[0].name
            err.print(f"Para ver una con sus argumentos: poi-xl funciones {example}")
        return FINE

    return show


def _formula(arguments: Namespace, terminal: Terminal) -> Show:
    from poi_xl.commands.formula import native_formula

    terminal.progress("Convirtiendo la fórmula")
    answer = native_formula(Path(arguments.libro), arguments.formula, arguments.hoja)

    def show(out: Console, err: Console) -> int:
        del err
        if arguments.json:
            _write_json(answer.as_json())
        else:
            screens.formula(out, answer)
        return FINE

    return show


def _install(arguments: Namespace, terminal: Terminal) -> Show:
    from poi_xl.commands.install import install

    if arguments.libreoffice:
        return _install_in_office(arguments, terminal)
    if arguments.quitar:
        detail = "«--quitar» va junto con «--libreoffice»"
        raise Refusal(problem("POI-E19", detail=detail, command="poi-xl instalar"))
    terminal.progress("Revisando este equipo")
    answer = install(
        now=_now(), book=_path(arguments.libro), simulate=arguments.simular, host=terminal
    )

    def show(out: Console, err: Console) -> int:
        del err
        if arguments.json:
            _write_json(answer.as_json())
        else:
            screens.installed(out, answer)
        return OBSERVATIONS if answer.has_errors else FINE

    return show


def _install_in_office(arguments: Namespace, terminal: Terminal) -> Show:
    from poi_xl.commands.libreoffice import install_in_office, remove_from_office
    from poi_xl.hosts.cli import office_screens

    terminal.progress("Revisando LibreOffice")
    act = remove_from_office if arguments.quitar else install_in_office
    answer = act(simulate=arguments.simular, host=terminal)

    def show(out: Console, err: Console) -> int:
        if arguments.json:
            _write_json(answer.as_json())
        else:
            office_screens.in_office(out, answer)
        screens.problems(err, answer.notices)
        return FINE

    return show


def _diagnose(arguments: Namespace, terminal: Terminal) -> Show:
    from poi_xl.commands.diagnose import diagnose

    terminal.progress("Revisando este equipo")
    answer = diagnose(_path(arguments.libro))

    def show(out: Console, err: Console) -> int:
        del err
        if arguments.json:
            _write_json(answer.as_json())
        else:
            screens.findings(out, answer.findings)
        return OBSERVATIONS if answer.has_errors else FINE

    return show


def _help(arguments: Namespace, terminal: Terminal) -> Show:
    from poi_xl.commands.guide import START, find, guide_folder, open_in_browser, show
    from poi_xl.hosts.cli.parser import VERBS

    del terminal
    verbs = {verb.word: verb.summary for verb in VERBS}
    folder = guide_folder()
    topic = find(" ".join(arguments.tema), verbs, folder) if arguments.tema else START

    def tell(out: Console, err: Console) -> int:
        del err
        if arguments.json:
            _write_json(topic.as_json(folder))
            return FINE
        # A program that reads what is printed has no use for a window.
        wanted = sys.stdout.isatty() and not arguments.texto
        opened = wanted and show(topic, folder, open_in_browser)
        screens.help_on(out, topic, folder, opened=opened)
        return FINE

    return tell


_VERBS: dict[str, Callable[[Namespace, Terminal], Show]] = {
    "abrir-trimestre": _open_quarter,
    "actualizar": _update,
    "ayuda": _help,
    "calcular": _calculate,
    "comparar": _compare,
    "consolidar": _consolidate,
    "construir": _build,
    "diagnostico": _diagnose,
    "distribuir": _distribute,
    "fichas": _forms,
    "formula": _formula,
    "funciones": _functions,
    "importar": _import_forms,
    "incorporar": _embed,
    "instalar": _install,
    "restaurar": _restore,
    "retirar": _unembed,
    "revisar": _review,
}


def _mention(err: Console, problems: tuple[Problem, ...], book: str) -> int:
    """Say on the error stream that there are observations, and where to see them."""
    if any(item.severity is not Severity.NOTE for item in problems):
        words = screens.problem_counts(problems)
        err.print(f"Hay observaciones ({words}): poi-xl revisar {escape(book)}", highlight=False)
    errors = any(item.severity is Severity.ERROR for item in problems)
    return OBSERVATIONS if errors else FINE


def _write_json(answer: dict[str, Any]) -> None:
    text = json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False, default=str)
    # Some terminals obey these too, and half a letter, as in a broken file name, cannot be written.
    text = re.sub("[\x7f-\x9f\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", text)
    sys.stdout.write(f"{text}\n")


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


def _text(path: Path | None) -> str | None:
    return str(path) if path else None


def _now() -> dt.datetime:
    return dt.datetime.now().replace(microsecond=0)  # noqa: DTZ005 - the analyst's own clock
