"""Whether Excel on Windows can run poi_xl: Python, the settings that point at it, and macros."""

from collections.abc import Iterator, Mapping
from pathlib import PureWindowsPath
from typing import Final

from poi_xl.commands import office
from poi_xl.commands import xlwings_settings as conf
from poi_xl.commands.finding import Finding
from poi_xl.commands.system import WINDOWS, System
from poi_xl.commands.xlwings_settings import Layer
from poi_xl.core.problems import Problem, problem

GROUP: Final = "Excel"
BOOK_GROUP: Final = "Libro"
_STORE: Final = "WindowsApps"
_BITS: Final = 64


def excel_findings(
    system: System, layers: tuple[Layer, ...], book: str = ""
) -> tuple[Finding, ...]:
    """Return what Excel needs to reach Python, and whether it is there.

    Args:
        system: the computer.
        layers: the places with settings of xlwings, the one that counts first.
        book: a workbook with its folder, to see whether Excel runs its macros.
    """
    if system.platform != WINDOWS:
        nothing = problem("POI-N70")
        return (Finding(GROUP, "Funciones en celdas", "no se aplican aquí", nothing, fact=True),)
    return (
        _python(system),
        _interpreter(system, layers),
        _library(system, layers),
        _modules(system, layers),
        _debugging(layers),
        _excel(system),
        _command_prompt(system),
        _macros(system, book),
    )


def user_layer(system: System) -> Layer:
    """Return the analyst's own settings of xlwings; none outside Windows or without the file."""
    path = conf.user_file(system)
    data = (system.read(path) if system.platform == WINDOWS else None) or b""
    return Layer(path, conf.parse(data, system.encoding))


def layers_of(
    system: System, user: Layer, book: str = "", sheet: Mapping[str, str] | None = None
) -> tuple[Layer, ...]:
    """Return the places that xlwings takes settings from, in its order.

    Args:
        system: the computer.
        user: the analyst's own settings.
        book: a workbook with its folder; a file beside it counts before the analyst's.
        sheet: the settings in the workbook itself, which count before all.
    """
    if not book or system.platform != WINDOWS:
        return (user,)
    beside = str(PureWindowsPath(book).parent / conf.CONF)
    entries = conf.parse(system.read(beside) or b"", system.encoding)
    hidden = Layer(f"la hoja {conf.CONF} del libro", sheet or {})
    return (hidden, Layer(beside, entries), user)


# --- Python ---------------------------------------------------------------------------------------


def _python(system: System) -> Finding:
    python = system.python
    value = f"{python.version} de {python.bits} bits"
    return Finding(GROUP, "Python", value, _python_problem(system))


def _python_problem(system: System) -> Problem | None:
    python = system.python
    if _STORE.lower() in python.home.lower():
        # Windows gives those programs a registry and folders of their own, unseen by Excel.
        return problem("POI-E74", detail="es el de la tienda de Microsoft")
    if python.bits != _BITS:
        return problem("POI-E74", detail="es de 32 bits")
    if not system.package("pywin32"):
        return problem("POI-E75", executable=python.executable)
    return None


def _interpreter(system: System, layers: tuple[Layer, ...]) -> Finding:
    value, where = conf.effective(layers, conf.INTERPRETER)
    wrong = _interpreter_problem(system, value, where, layers[-1].where)
    return Finding(GROUP, "Python que usa Excel", conf.expanded(system, value) or "ninguno", wrong)


def _interpreter_problem(system: System, value: str, where: str, user: str) -> Problem | None:
    path = conf.expanded(system, value)
    if not value:
        return problem("POI-E71", file=user)
    if system.read(path, 1) is None:
        return problem("POI-E72", path=path, where=where)
    if not conf.same_path(system, path, system.python.executable):
        return problem("POI-A70", path=path, where=where, ours=system.python.executable)
    if not _is_readable(system, path):
        return problem("POI-E79", path=path)
    return None


def _is_readable(system: System, path: str) -> bool:
    """Whether a path survives Windows' own encoding, the only one that VBA loads libraries by."""
    try:
        path.encode(system.encoding)
    except UnicodeEncodeError:
        return False
    return True


def _library(system: System, layers: tuple[Layer, ...]) -> Finding:
    """The library by which Excel calls Python: of Excel's bits, whatever Python's are."""
    name = library_name(system)
    value, _ = conf.effective(layers, conf.INTERPRETER)
    interpreter = conf.expanded(system, value) or system.python.executable
    folder = PureWindowsPath(interpreter).parent
    # The two folders that xlwings' VBA looks in; the second is a virtual environment's root.
    places = [str(place / name) for place in (folder, folder.parent)]
    found = next((place for place in places if system.read(place, 1) is not None), "")
    wrong = None if found else problem("POI-E73", name=name, folder=str(folder))
    return Finding(GROUP, "Enlace con Python", found or "falta", wrong)


def library_name(system: System) -> str:
    """Return the name of the library that Excel loads; it carries xlwings' version."""
    return f"xlwings{office.excel_bits(system) or _BITS}-{system.package('xlwings')}.dll"


def _modules(system: System, layers: tuple[Layer, ...]) -> Finding:
    """The folders that come before the installed packages: another poi_xl there would be used."""
    value, where = conf.effective(layers, conf.PATH)
    ours = system.python.source
    for folder in conf.folders(value):
        module = str(PureWindowsPath(conf.expanded(system, folder)) / "poi_xl" / "__init__.py")
        if system.read(module, 1) is not None and not conf.same_path(system, folder, ours):
            wrong = problem("POI-A72", folder=folder, where=where)
            return Finding(GROUP, "Carpetas de Python", value, wrong)
    return Finding(GROUP, "Carpetas de Python", value or "ninguna aparte")


def _debugging(layers: tuple[Layer, ...]) -> Finding:
    value, where = conf.effective(layers, conf.DEBUG)
    if conf.truth(value) is False:
        return Finding(GROUP, "Depuración de xlwings", "desactivada")
    return Finding(GROUP, "Depuración de xlwings", value, problem("POI-E80", where=where))


# --- Excel ----------------------------------------------------------------------------------------


def _excel(system: System) -> Finding:
    path = office.excel_path(system)
    bits = office.excel_bits(system)
    if not path and bits is None:
        return Finding(GROUP, "Excel", "no se encontró", problem("POI-A71"))
    size = f"{bits} bits" if bits else "no se sabe si de 32 o 64 bits"
    return Finding(GROUP, "Excel", f"versión {office.office_version(system)}, {size}", fact=True)


def _command_prompt(system: System) -> Finding:
    barred = office.command_prompt_is_barred(system)
    value = "bloqueado" if barred else "permitido"
    return Finding(GROUP, "Arranque de Python", value, problem("POI-E76") if barred else None)


def _macros(system: System, book: str) -> Finding:
    level, decided = office.macro_level(system)
    who = "una directiva de la institución" if decided else "la configuración de Excel"
    values = {
        1: "se ejecutan siempre",
        office.SIGNED_ONLY: "solo las firmadas",
        office.NEVER: "desactivadas sin preguntar",
    }
    value = values.get(level, "Excel pregunta")
    if level not in (office.SIGNED_ONLY, office.NEVER) or (book and _trusts(system, book)):
        return Finding(GROUP, "Macros", value)
    return Finding(GROUP, "Macros", value, problem("POI-E77", who=who))


# --- a workbook -----------------------------------------------------------------------------------


def trust_findings(system: System, book: str) -> Iterator[Finding]:
    """Yield whether Excel will run a workbook's macros.

    Args:
        system: the computer.
        book: the workbook with its folder; empty for none.
    """
    if system.platform != WINDOWS or not book:
        return
    name = PureWindowsPath(book).name
    trusted = _trusts(system, book)
    folder = str(PureWindowsPath(book).parent)
    asks = problem("POI-N71", folder=folder)
    value = "de confianza" if trusted else "no está entre las de confianza"
    yield Finding(BOOK_GROUP, "Carpeta", value, None if trusted else asks)
    if office.comes_from_far(system, book) and not trusted:
        yield Finding(BOOK_GROUP, "Origen", "internet o correo", problem("POI-E78", file=name))
    else:
        yield Finding(BOOK_GROUP, "Origen", "Windows no lo bloquea")


def _trusts(system: System, book: str) -> bool:
    return office.is_trusted(system, str(PureWindowsPath(book).parent))
