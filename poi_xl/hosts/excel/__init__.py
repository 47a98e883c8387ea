"""Excel through xlwings: one Python function for each worksheet function, called by VBA.

A wrapper in VBA calls ``CallUDF("poi_xl.hosts.excel", NAME, Array(arguments…, version), …)``. The
functions are made from the registry and take their arguments raw: converting them costs more than
answering. Outside Windows this module can be imported, and its functions called, without xlwings'
Windows half.
"""

from collections.abc import Callable, Iterator
from inspect import Parameter, Signature
from typing import Any, Final

from poi_xl.commands.log import log_path, start_log
from poi_xl.functions import FUNCTIONS, CellError, Failure, Function
from poi_xl.hosts.excel.book import is_passing
from poi_xl.hosts.excel.session import LOG, Session
from poi_xl.hosts.excel.values import ERROR_MARK, Sent, sent
from poi_xl.package.ribbon import MACROS

__all__ = ["ERROR_MARK", "VERSION", "VERSION_CALL", "entry_points", "log_path"]

Entry = Callable[..., Sent]

# The argument that cells do not have, and what VBA writes in its place.
VERSION: Final = "version"
VERSION_CALL: Final = "DataVersion()"

_SESSION: Final = Session()


def entry_points(decorators: Any = None) -> dict[str, Entry]:
    """Return one callable for each worksheet function, by its name.

    Args:
        decorators: xlwings' module `udfs`; without it they can be called, but not by `CallUDF`.
    """
    entries = {each.name: _entry(each) for each in FUNCTIONS}
    if decorators is not None:
        for function in FUNCTIONS:
            _declare(decorators, function, entries[function.name])
    return entries


def _entry(function: Function) -> Entry:
    def entry(*arguments: Any) -> Sent:
        return _respond(function, arguments)

    entry.__name__ = entry.__qualname__ = function.name
    entry.__doc__ = function.help
    entry.__signature__ = Signature(list(_parameters(function)))  # type: ignore[attr-defined]
    return entry


def _parameters(function: Function) -> Iterator[Parameter]:
    """The parameters as xlwings declares them to VBA: optional ones may be left out."""
    for argument in function.arguments:
        default = Parameter.empty if argument.required else None
        yield Parameter(argument.name, Parameter.POSITIONAL_OR_KEYWORD, default=default)
    yield Parameter(VERSION, Parameter.POSITIONAL_OR_KEYWORD, default=None)


def _declare(udfs: Any, function: Function, entry: Entry) -> None:
    """Tell xlwings the texts of the function wizard, and to leave arguments and answers as sent."""
    udfs.xlret("raw")(entry)
    for argument in function.arguments:
        udfs.xlarg(argument.name, "raw", doc=argument.help)(entry)
    udfs.xlarg(VERSION, "raw", vba=VERSION_CALL)(entry)
    # Last, for each of the others sets category and the like back to xlwings' own. Volatile,
    # because Excel sees no dependency on the workbook's plan; our VBA knows when it changed.
    udfs.xlfunc(category=function.category, call_in_wizard=False, volatile=True)(entry)


def _respond(function: Function, arguments: tuple[Any, ...]) -> Sent:
    try:
        return _SESSION.respond(function, _calling_book(), arguments)
    except Exception as error:
        start_log()
        LOG.exception(function.name)
        if is_passing(error):
            raise  # VBA shows an error and asks again with the next calculation
        return sent(Failure(CellError.VALUE))


def _calling_book() -> Any:
    """The COM object of the workbook whose cell is being computed."""
    import xlwings

    return xlwings.Book.caller().api


def _xlwings_udfs() -> Any:
    """Xlwings' half for Windows; None elsewhere."""
    try:
        from xlwings import udfs
    except ImportError:
        return None
    return udfs


globals().update(entry_points(_xlwings_udfs()))


def __getattr__(name: str) -> Any:
    """Find the macros that the ribbon runs; cells do not wait for what only those need."""
    if name not in MACROS:
        raise AttributeError(name)
    from poi_xl.hosts.excel import macros

    return getattr(macros, name)
