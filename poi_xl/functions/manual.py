"""The manual page of the functions, made from the registry."""

from collections.abc import Iterator, Sequence

from poi_xl.core.period import MONTHS
from poi_xl.functions.records import Argument, Function

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
  órgano da en cada fila solo lo propio (`jerarquia.md`).
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
  ACUMULACIÓN del plan da otra forma: último valor, promedio o constante (`acumulacion.md`).
- Los avances no se redondean: dé formato de porcentaje a la celda.
"""


def page(functions: Sequence[Function]) -> str:
    """Return the page in Markdown."""
    return "\n".join([_INTRODUCTION, *_index(functions), *map(section, functions)])


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
    lines += [f"Ejemplo: `{function.example.formula}`", "", *_answer(function), ""]
    return "\n".join(lines)


def _argument(argument: Argument) -> str:
    omitted = argument.default or "es obligatorio"
    return f"| `{argument.name}` | {argument.help} | {omitted} |"


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
