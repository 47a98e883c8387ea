"""A small workbook with a plan, settings and our macros, and the same one inside a VBA interpreter.

The interpreter is pyOpenVBA's: Excel's objects in memory, cells, names and events included. What it
lacks of Excel, and what would leave the process, is replaced in the copy that it runs.
"""
# ruff: noqa: N802, N803 - members and arguments have the names that VBA knows

import re
from dataclasses import dataclass, field
from pathlib import Path

from pyopenvba.apps.excel import Application, ExcelApplication
from pyopenvba.interpreter import (
    EMPTY,
    MISSING,
    NULL,
    VBAArray,
    VBAErrorValue,
    VBAObject,
    member,
    method,
)
from pyopenvba.interpreter._values import error
from xlsxwriter import Workbook

from poi_xl.package.macros import renamed
from poi_xl.package.parts import Package
from poi_xl.package.vba import read_project

PLAN = (
    ("ÓRGANO", "ACTIVIDAD OPERATIVA", "ENE", "FEB"),
    ("Gerencia de Informática", "Soporte", 10, 20),
    ("Gerencia de Finanzas", "Recaudación", 30, 40.5),
)
SETTINGS = (
    ("Configuración", ""),
    ("Trimestre vigente", 1),
    ("Semáforo", "A"),
    ("Límites de cada semáforo", ""),
    ("Semáforo", "Estado"),
    ("A", "Crítico"),
    ("A", "En meta"),
    ("Propio", "Bajo"),
    ("Propio", "Alto"),
)


def write_book(path, *, name=True, settings=True, code_names=True):
    """Write the workbook, without macros; code names as Excel gives them."""
    with Workbook(path) as book:
        sheets: list[tuple] = [("POI", PLAN), ("Tablero", ())]
        if settings:
            sheets.append(("Configuración", SETTINGS))
        for number, (title, rows) in enumerate(sheets, start=1):
            sheet = book.add_worksheet(title)
            if code_names:
                sheet.set_vba_name(f"Hoja{number}")
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
        if code_names:
            book.set_vba_name("ThisWorkbook")
        if name:
            book.define_name("POI_DATOS", "=POI!$A$1:$D$3")
    return path


# --- the workbook in an interpreter ---------------------------------------------------------------

XLWINGS = """Attribute VB_Name = "xlwings"
Public Const XLWINGS_VERSION As String = "0.0.0"
Public Function XLPy()
    Set XLPy = Application.NewServer()
End Function
Public Function RunPython(PythonCommand As String)
    RunPython = Application.RunCommand(PythonCommand)
End Function
Function GetConfig(configKey As String, Optional default As String = "") As Variant
    GetConfig = default
End Function
"""
DIED = -2147023174  # "The RPC server is unavailable"


class Server(VBAObject):
    """Stands in for xlwings' Python server, as COM shows it to VBA."""

    vba_type_name = "XLPython"

    def __init__(self, excel):
        self.excel = excel

    @method
    def CallUDF(self, script, name, arguments, book, caller):
        values = [plain(each) for each in arguments.elements()]
        if self.excel.deaths:
            self.excel.deaths -= 1
            raise error(DIED, "The RPC server is unavailable")
        self.excel.calls.append((script, name, values))
        return to_vba(self.excel.python(name, *values))


def plain(value):
    """Return a VBA value as COM brings it to Python: an omitted argument and errors as integers."""
    if value is MISSING:
        return -2147352572
    if isinstance(value, VBAErrorValue):
        return value.number - 2146828288
    if isinstance(value, VBAArray) and value.dimensions == 2:
        rows = [range(low, high + 1) for low, high in value.bounds]
        return tuple(tuple(plain(value.get([r, c])) for c in rows[1]) for r in rows[0])
    if isinstance(value, VBAArray):
        return tuple(map(plain, value.elements()))
    return None if value is EMPTY else value


def to_vba(answer):
    """Return Python's answer as COM brings it to VBA: a row as one dimension, from 0."""
    if isinstance(answer, list) and answer and isinstance(answer[0], list):
        flat = [to_vba(row[c]) for c in range(len(answer[0])) for row in answer]
        return VBAArray([(0, len(answer) - 1), (0, len(answer[0]) - 1)], items=flat)
    if isinstance(answer, list):
        return VBAArray([(0, len(answer) - 1)], items=[to_vba(each) for each in answer])
    return NULL if answer is None else answer


class HostApplication(Application):
    """Excel's Application with what the interpreter lacks of it, answered by the test."""

    vba_type_name = "Application"

    @member
    def Caller(self):
        return "the cell"

    @member
    def CommandBars(self, Index=MISSING):
        return CommandBars(self.outside)

    @method
    def Match(self, value, where, kind):
        for row in range(1, 60):
            cell = where.sheet.cell(row, where.areas[0].left)
            if cell and str(cell.value).casefold() == str(value).casefold():
                return float(row)
        return VBAErrorValue(2042)

    @method
    def Volatile(self, Volatile=True):  # noqa: FBT002
        self.outside.volatile.append(Volatile is MISSING or bool(Volatile))

    @method
    def MacroOptions(
        self,
        Macro,
        Description,
        Category,
        ArgumentDescriptions=MISSING,
    ):
        texts = () if ArgumentDescriptions is MISSING else plain(ArgumentDescriptions)
        self.outside.described.append((Macro, Category, Description, *texts))

    @method
    def Calculate(self):
        self.outside.calculations += 1
        self.outside.on_calculation()
        return Application.Calculate(self)

    @method
    def CalculateFull(self):
        self.outside.full_calculations += 1
        return self.Calculate()

    @method
    def NewServer(self):
        self.outside.on_start()
        if self.outside.broken:
            raise error(1000, self.outside.broken)
        self.outside.servers += 1
        return Server(self.outside)

    @method
    def RunCommand(self, command):
        self.outside.commands.append(command)
        self.outside.on_command()
        return 0


class CommandBars(VBAObject):
    """The bar whose first button is greyed while the function wizard is open."""

    def __init__(self, excel):
        self.excel = excel

    @method
    def Controls(self, index):
        return self

    @member
    def Enabled(self):
        return self.excel.closed


@dataclass
class Excel:
    """Excel with the workbook open.

    Attributes:
        python: answers a call: name, then the arguments with the data version last.
        calls: what reached Python: module, function, arguments.
        servers: how many times Python was started.
        deaths: how many of the next calls find the server dead.
        broken: what starting Python says instead of starting.
        closed: whether the function wizard is closed.
        volatile: what the functions said of themselves.
        commands: what RunPython was given.
        described: what the wizard was told.
        calculations: how many times VBA had Excel calculate.
        full_calculations: how many of these were of every cell.
        on_calculation: happens whenever it does.
        on_start: happens whenever Python is started.
        on_command: happens whenever RunPython is called.
    """

    path: Path
    python: object = lambda name, *arguments: 1.0
    calls: list = field(default_factory=list)
    servers: int = 0
    deaths: int = 0
    broken: str = ""
    closed: bool = True
    volatile: list = field(default_factory=list)
    commands: list = field(default_factory=list)
    described: list = field(default_factory=list)
    calculations: int = 0
    full_calculations: int = 0
    on_calculation: object = lambda: None
    on_start: object = lambda: None
    on_command: object = lambda: None

    def __post_init__(self):
        self.app = ExcelApplication.open(self.path, with_vba=False)
        self.app.application.__class__ = HostApplication
        self.app.application.outside = self
        for each in read_project(Package.open(self.path).read("xl/vbaProject.bin")):
            # The interpreter knows VBA's library but not its name, no member's attributes, and no
            # variables that hear events.
            text = re.sub(r"(?m)^Attribute \w+\.VB_.*$|\bVBA\.|\bWithEvents ", "", each.text)
            text = {"xlwings": XLWINGS, "poi_xlwings": renamed(XLWINGS)}.get(each.name, text)
            kind = {"Module": "standard", "Class": "class", "Document": "document"}[each.kind]
            self.app.add_module(text, name=each.name, kind=kind)

    def call(self, name, *arguments):
        """Return what a cell with this formula would show."""
        return self.app.run(name, *arguments)

    def range(self, sheet, address):
        """Return a range, to be given to a function."""
        return self.app.sheet(sheet).sheet.vba_get("Range", [address])

    def answered(self, procedure, *arguments):
        """Return what a callback of the ribbon puts into its last argument."""
        given = "".join(f", {each}" for each in arguments)
        name = f"asking{len(self.app.interpreter.modules)}"
        self.app.add_module(
            "Function Asked()\n"
            f"    Dim answer As Variant\n    {procedure} Nothing{given}, answer\n"
            "    Asked = answer\nEnd Function\n",
            name=name,
        )
        return self.app.run(f"{name}.Asked")
