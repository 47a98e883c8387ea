"""The manual page of the functions, made from the registry."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType

from poi_xl.core.period import MONTHS
from poi_xl.functions.records import Argument, Function, Kind

TITLE = "Funciones de poi_xl en las celdas"
_INTRODUCTION = f"""\
# {TITLE}

Se escriben en cualquier celda del libro, como las de Excel. Aquí se escriben como en un Excel en
español del Perú: argumentos separados con `;` y punto decimal. Si el suyo usa coma decimal, escriba
`0,95` donde aquí dice `0.95`.

- Todos los argumentos son opcionales, menos los que se indican. Los que van entre corchetes se
  pueden omitir.
- `organo`, `actividad` y `mef` se reconocen sin importar tildes, mayúsculas ni espacios de más.
  Vacío o `"*"` es todos.
- `organo` puede ser también un nombre del que dependen otros, según la jerarquía de órganos de
  `Configuración`: responde entonces por lo suyo y por todo lo que depende de él. `POI_RESUMEN` por
  órgano da en cada fila solo lo propio ([jerarquía](jerarquia.md)).
- Donde se espera un valor se puede dar un rango: la respuesta es entonces una tabla de la misma
  forma, en una sola llamada. Un rango de una fila y otro de una columna se combinan.
- `tabla` es el rango de un plan con su encabezado. Omitida, se usa el plan del libro (nombre
  `POI_DATOS`).
- Los errores son los de Excel: `#N/A` (en español `#N/D`) donde no hay un número que mostrar, como
  un avance sin nada programado o un mes que nadie reportó, y `#VALUE!` (`#¡VALOR!`) para un
  argumento que no nombra nada. El motivo está en `POI_OBSERVACIONES()`, hasta que cambien los
  datos, y en el registro. Un error de Excel en un argumento pasa a la respuesta.
- Si una celda del plan tiene un error, lo que depende de ella muestra ese error. Un texto donde va
  un número no se cuenta, como en `SUMA`, y se dice en `POI_OBSERVACIONES()`.
- La cifra de un periodo es la suma de sus meses, salvo en las actividades a las que la columna
  ACUMULACIÓN del plan da otra forma: último valor, promedio o constante
  ([acumulación](acumulacion.md)).
- Los avances no se redondean: dé formato de porcentaje a la celda.
- Cada ejemplo es del libro `POI_2021.xlsm`, y trae la fórmula que hace lo mismo ahí sin poi_xl, con
  la configuración de hoy. La de su libro la da `poi-xl formula`.
"""


# What is wrong with an argument when a cell shows #VALUE!, and the code that says so.
_NAMES_NOTHING = ("no nombra nada del plan", "POI-E60")
_NO_PERIOD = ("no es un periodo", "POI-E33")
_UNINTELLIGIBLE = ("no se entiende", "POI-E61")
_FAULTS = {
    Kind.ORGAN: _NAMES_NOTHING,
    Kind.ACTIVITY: _NAMES_NOTHING,
    Kind.BUDGET_ACTIVITY: _NAMES_NOTHING,
    Kind.PERIOD: _NO_PERIOD,
    Kind.TEXT: _NO_PERIOD,
    Kind.PRESET: ("no es un semáforo", "POI-E34"),
    Kind.TABLE: ("no contiene la tabla de un plan", "POI-E64"),
}


def page(functions: Sequence[Function], native: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return the page in Markdown.

    Args:
        functions: the functions.
        native: what is said of each example's native equivalent, by name; this floor knows none.
    """
    sections = [f"{section(each)}{native.get(each.name, '')}" for each in functions]
    return "\n".join([_INTRODUCTION, *_index(functions), *sections])


def _index(functions: Sequence[Function]) -> Iterator[str]:
    yield "| función | responde |"
    yield "|---|---|"
    for each in functions:
        yield f"| [`{each.signature}`](#{each.name.lower()}) | {_first(each.help)} |"
    yield ""


def _first(text: str) -> str:
    """The first sentence of a help text."""
    return text.split(". ", maxsplit=1)[0].rstrip(".") + "."


def section(function: Function) -> str:
    """Return one function's part of the page."""
    lines = [f"## {function.name}", "", function.help, "", f"    ={function.signature}", ""]
    if function.arguments:
        lines += ["| argumento | qué es | si se omite |", "|---|---|---|"]
        lines += [_argument(each) for each in function.arguments]
        lines.append("")
    lines += [*_errors(function)]
    lines += [f"Ejemplo: `{function.example.formula}`", "", *_answer(function), ""]
    return "\n".join(lines)


def _argument(argument: Argument) -> str:
    omitted = argument.default or "es obligatorio"
    return f"| `{argument.name}` | {argument.help} | {omitted} |"


def _errors(function: Function) -> Iterator[str]:
    """The errors that it answers, with the code that `POI_OBSERVACIONES` then says."""
    faults = [(_FAULTS.get(each.kind, _UNINTELLIGIBLE), each.name) for each in function.arguments]
    causes = []
    for (what, code), group in groupby(sorted(faults, key=lambda each: each[0][1]), lambda f: f[0]):
        causes.append(f"si {_either([f'`{name}`' for _, name in group])} {what} ({code})")
    shown = [f"`#¡VALOR!` {_either(causes)}"] if causes else []
    if function.absent:
        shown.append(f"`#N/D` donde no hay un número que mostrar ({', '.join(function.absent)})")
    if shown:
        yield f"Errores: {'; '.join(shown)}."
        yield ""


def _either(texts: Sequence[str]) -> str:
    """Texts as alternatives.

    Example:
        >>> _either(["a"]), _either(["a", "b", "c"])
        ('a', 'a, b o c')
    """
    return " o ".join(filter(None, [", ".join(texts[:-1]), texts[-1]]))


def _answer(function: Function) -> Iterator[str]:
    answer = function.example.answer
    if isinstance(answer, str | float):
        yield f"Responde `{shown(answer)}`."
        return
    # A series has no headings of its own; a table in Markdown cannot do without.
    heads, *rows = answer if len(answer) > 1 else (MONTHS, *answer)
    yield "Responde:"
    yield ""
    for row in (heads, ["---"] * len(heads), *rows):
        yield f"| {' | '.join(map(shown, row))} |"


def shown(value: float | str) -> str:
    """Return a value as a cell without a format shows it, to Excel's fifteen digits.

    Example:
        >>> shown(1543.0), shown(0.2), shown("En meta")
        ('1543', '0.2', 'En meta')
    """
    return value if isinstance(value, str) else f"{value:.15g}"
