"""Pages of the guide derived from what is declared once: functions, verbs, buttons, lights."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from poi_xl.commands.formula import native_formula
from poi_xl.core.problems import Refusal
from poi_xl.core.trafficlight import PRESETS, STATES, Preset
from poi_xl.functions import FUNCTIONS, Function
from poi_xl.functions.manual import page
from poi_xl.hosts.cli.parser import VERBS, Argument, Verb
from poi_xl.package import oxt, ribbon

_CODE: Final = re.compile(r"\bPOI-[EAN]\d{2,3}\b")
_COMMANDS: Final = """\
# Órdenes

Se escriben en el Símbolo del sistema o en una terminal. Cada una muestra ejemplos con `-h`.
Donde dice LIBRO va un libro .xlsx o .xlsm; las que escriben en él hacen antes un respaldo.

Al terminar, el código de salida dice cómo fue: 0, bien; 1, hay observaciones; 2, mal uso o un
archivo que no sirve; 3, otra persona tiene el archivo abierto o lo cambió.
"""
_RIBBON: Final = """\
# La cinta y el menú

En Excel, la ficha **POI** de la cinta. Con la tecla Alt se llega a cada botón sin el ratón: Alt,
las letras de la ficha y la del botón.
"""
_MENU: Final = """\
## En LibreOffice

![LibreOffice con el libro del POI abierto: el menú POI desplegado, y debajo
las mismas órdenes en la barra de herramientas](img/calc-menu.png)

El menú y la barra de herramientas **POI** tienen, en este orden: {entries}. Hacen lo mismo que los
botones de Excel, con una diferencia: *Restaurar versión anterior* repone la copia en el lugar del
libro, y en Excel se abre al lado. Cómo instalarlos:
[Instalar en LibreOffice](instalacion-libreoffice.md).

## Dónde abre la guía *Ayuda*

En la función de la celda elegida; si no tiene ninguna, en el código de su fila, como en la hoja
`Observaciones`; si no, en la hoja en que está. Se abre de su carpeta, sin red. Donde no está,
*Ayuda* dice lo que el programa sabe y [cómo tenerla](informatica.md#la-guia). En la terminal:
`poi-xl ayuda`, seguido de lo que se busca.
"""
_LIGHTS: Final = """\
# Semáforo

El avance de cada actividad se califica con un *semáforo*: un nombre, una forma y un color,
siempre los tres, para que se entienda también impreso en gris o sin distinguir los colores. El
que está en uso se elige en la hoja `Configuración` y se imprime en todas las hojas. Ninguno es
una norma de CEPLAN: son los que se vieron en uso en instituciones públicas.

Se compara el avance exacto, sin redondear: 94.96 % no llega a 95 %, aunque se muestre 95.0 %.
"""
_LIGHTS_END: Final = """\
## Fuera del semáforo

Sin programación no hay avance que calificar, y un mes que nadie reportó no es un cero:

{states}

## Hacer uno propio

En `Configuración`, la tabla *Límites de cada semáforo* tiene una fila por estado, de menor a
mayor, con el nombre del semáforo en la primera columna. Cambie los límites de uno, o agregue al
final las filas del suyo con un nombre nuevo, y elíjalo arriba, en *Semáforo*. La columna
*Muestra* enseña cómo se verá. Lo que no se entienda se dice en `Observaciones`.

## Por qué hay tres cifras de avance de un grupo

El avance de un órgano o de la institución es **lo ejecutado entre lo programado**, sumados. Al
lado van dos más, porque las actividades no se miden en lo mismo:

- **promedio**: la media de los avances de las actividades con algo programado;
- **promedio con tope**: la misma media, con cada avance contado como máximo al 100 %, para que
  una actividad muy pasada no esconda las atrasadas.

Cuando las tres difieren mucho, mire cuántas actividades hay de cada color: ningún grupo se juzga
por una sola cifra. En el POI 2021 del SAT de Lima casi coinciden: 96.8 %, 97.3 % y 97.2 %.
"""


def functions_page(workbook: Path) -> str:
    """Return the page of the worksheet functions.

    Args:
        workbook: the shipped workbook, which the examples are about.
    """
    native = {each.name: "\n".join(_native(each, workbook)) for each in FUNCTIONS}
    return _CODE.sub(_linked, page(FUNCTIONS, native))


def _linked(code: re.Match[str]) -> str:
    return f"[{code[0]}](observaciones.md#{code[0].lower()})"


def _native(function: Function, workbook: Path) -> Iterator[str]:
    """What does the same as the example without poi_xl, in both spellings."""
    call = function.example.formula.removeprefix("=")
    try:
        native = native_formula(workbook, call).native
    except Refusal as refusal:
        why = refusal.problems[0].message.partition(": ")[2]
        yield from ("", f"Sin poi_xl no tiene equivalente: {why}", "")
        return
    yield from ("", "Lo mismo sin poi_xl, en español:", "", f"    ={native.spanish}", "")
    yield from ("En inglés:", "", f"    ={native.english}", "")
    if native.cells:
        yield (
            f"Se apoya en {len(native.cells)} celdas de una hoja `{native.keys_sheet}`: las da "
            f"`poi-xl formula '{call}' --libro {workbook.name} --json`."
        )
        yield ""


def commands_page() -> str:
    """Return the page of the command line's verbs."""
    return "\n".join([_COMMANDS, *(line for verb in VERBS for line in _verb(verb))])


def _verb(verb: Verb) -> Iterator[str]:
    yield from (f"## {verb.word}", "", f"{verb.summary[0].upper()}{verb.summary[1:]}.", "")
    width = max(len(command) for command, _ in verb.examples)
    yield from (f"    {command:<{width}}    # {words}" for command, words in verb.examples)
    yield ""
    if verb.arguments:
        yield from ("| argumento | qué es |", "|---|---|")
        yield from map(_argument, verb.arguments)
        yield ""


def _argument(argument: Argument) -> str:
    options = argument.options
    choices = options.get("choices")
    values = "|".join(map(str, choices)) if isinstance(choices, Sequence) else ""
    named = argument.names[0].startswith("-")
    value = str(options.get("metavar", "")) or values
    shown = [f"{name} {value}".strip() if named else value for name in argument.names]
    words = _cell(str(options["help"]) % {"default": options.get("default")})
    return f"| {', '.join(f'`{_cell(each)}`' for each in shown)} | {words} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def ribbon_page() -> str:
    """Return the page of Excel's tab and LibreOffice's menu."""
    entries = ", ".join(f"*{label}*" for _, label in oxt.COMMANDS)
    lines = (line for group in ribbon.GROUPS for line in _group(group))
    return "\n".join([_RIBBON, *lines, _MENU.format(entries=entries)])


def _group(group: ribbon.Group) -> Iterator[str]:
    yield from (f"## {group.label}", "", "| botón | tecla | qué hace |", "|---|---|---|")
    for each in group.controls:
        yield f"| **{each.label}** | {each.key} | {each.more} |"
    yield ""


def lights_page() -> str:
    """Return the page of the traffic lights."""
    states = "\n".join(f"- {flag.shape} **{flag.word}**" for flag in STATES)
    lights = (line for preset in PRESETS.values() for line in _light(preset))
    return "\n".join([_LIGHTS, *lights, _LIGHTS_END.format(states=states)])


def _light(preset: Preset) -> Iterator[str]:
    yield from (f"## {preset.description}", "", "| | estado | avance |", "|---|---|---|")
    for index, band in enumerate(preset.bands):
        yield f"| {band.flag.shape} | {band.flag.word} | {preset.band_text(index)} |"
    yield ""
