"""Problems: what is wrong, where, and what to do about it. One catalogue for all of them.

Every problem a user can meet is declared here once, with its Spanish text and remedy; the code that
finds it only names the code and the facts. Codes never change meaning: they are written in
workbooks and in people's notes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a problem weighs; the value is the word the user reads."""

    ERROR = "error"
    WARNING = "advertencia"
    NOTE = "nota"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing found wrong.

    Attributes:
        code: stable code, such as ``POI-E40``.
        severity: its weight.
        sheet: name of the sheet, or of the file when the whole file is meant; may be empty.
        cell: A1 address inside the sheet; may be empty.
        message: what is wrong, in Spanish.
        remedy: what to do, in Spanish.
    """

    code: str
    severity: Severity
    sheet: str
    cell: str
    message: str
    remedy: str

    @property
    def place(self) -> str:
        """Where it is, as ``POI!F27``; only the sheet or nothing when that is all there is."""
        return f"{self.sheet}!{self.cell}" if self.sheet and self.cell else self.sheet

    def __str__(self) -> str:
        head = f"{self.code} {self.place}" if self.place else self.code
        return f"{head}: {self.message} {self.remedy}"


@dataclass(frozen=True, slots=True)
class Kind:
    """The declaration of a problem: its two texts are `str.format` templates over the facts."""

    message: str
    remedy: str

    @staticmethod
    def severity(code: str) -> Severity:
        """Return the severity that a code's letter stands for."""
        return {"E": Severity.ERROR, "A": Severity.WARNING, "N": Severity.NOTE}[code[4]]


class Refusal(Exception):  # noqa: N818 - it is an answer to the user, not a programming error
    """A command cannot go on; nothing was written.

    Attributes:
        problems: why, at least one.
    """

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


# Codes that mean "the file is in use or was changed by somebody": waiting and repeating helps.
BUSY = frozenset({"POI-E05", "POI-E06", "POI-E07"})
# Codes that a user may accept knowingly, and then the command goes on.
CONSENT = frozenset({"POI-E10", "POI-E13", "POI-E50"})

CATALOGUE: dict[str, Kind] = {
    # --- the file -------------------------------------------------------------------------------
    "POI-E01": Kind(
        "no se encontró el archivo «{file}».",
        "Revise el nombre y la carpeta.",
    ),
    "POI-E02": Kind(
        "«{file}» no es un libro .xlsx ni .xlsm ({detail}).",
        "Ábralo en Excel o LibreOffice y guárdelo como .xlsx o .xlsm.",
    ),
    "POI-E03": Kind(
        "«{file}» está cifrado con contraseña o tiene el formato antiguo .xls.",
        "Quite la contraseña (Archivo > Información > Proteger libro) o guárdelo como .xlsx.",
    ),
    "POI-E04": Kind(
        "«{file}» está dañado: {detail}.",
        "Ábralo en Excel con «Abrir y reparar», o recupere una copia con «poi-xl restaurar».",
    ),
    "POI-E05": Kind(
        "«{file}» está abierto{owner}.",
        "Guarde y cierre el libro, y repita la orden.",
    ),
    "POI-E06": Kind(
        "«{file}» es de solo lectura.",
        "Quite el atributo de solo lectura, o escriba a otro archivo con «-o SALIDA».",
    ),
    "POI-E07": Kind(
        "«{file}» cambió mientras se trabajaba en él; no se escribió nada.",
        "Repita la orden.",
    ),
    "POI-E08": Kind(
        "«{file}» tiene firma digital, y cualquier cambio la anularía.",
        "Trabaje en una copia sin firma y fírmela al terminar.",
    ),
    "POI-E09": Kind(
        "«{file}» es un libro compartido con registro de cambios.",
        "Deje de compartirlo (Revisar > Compartir libro) y repita la orden.",
    ),
    "POI-E10": Kind(
        "la estructura de «{file}» está protegida: no admite agregar hojas.",
        "Quite la protección (Revisar > Proteger libro), o repita con «--aceptar POI-E10».",
    ),
    "POI-E11": Kind(
        "ya hay una hoja «{name}» que no hizo poi_xl; no se tocó nada.",
        "Cambie el nombre de esa hoja y repita la orden.",
    ),
    "POI-E12": Kind(
        "en esta hoja, que poi_xl regenera, alguien puso {what}.",
        "Muévalo a otra hoja y repita la orden.",
    ),
    "POI-E13": Kind(
        "alguien escribió en esta hoja, que poi_xl regenera ({what}).",
        "Pase lo escrito a otra hoja, o repita con «--aceptar POI-E13» para reemplazarlo "
        "(queda una copia en el respaldo).",
    ),
    "POI-E14": Kind(
        "el libro ya usa el nombre «{name}», que poi_xl necesita.",
        "Cambie ese nombre (Fórmulas > Administrador de nombres) y repita la orden.",
    ),
    "POI-E15": Kind(
        "«{file}» usa algo que poi_xl no sabe conservar: {detail}.",
        "Guárdelo de nuevo como .xlsx o .xlsm desde Excel y repita la orden.",
    ),
    "POI-E16": Kind(
        "no se pudo escribir «{file}»: {detail}. El original quedó como estaba.",
        "Revise el espacio libre y los permisos de la carpeta, y repita la orden.",
    ),
    "POI-E17": Kind(
        "no hay copias de respaldo de «{file}»{detail}.",
        "Las copias se crean cada vez que poi_xl cambia un libro.",
    ),
    "POI-E18": Kind(
        "el libro llegó al límite de estilos de celda de Excel.",
        "Quite estilos sin uso y repita la orden.",
    ),
    "POI-E19": Kind(
        "{detail}.",
        "Escriba «{command} -h» para ver ejemplos.",
    ),
    "POI-E50": Kind(
        "«{file}» ya existe y no es igual al que se construiría.",
        "Escriba a otro archivo con «-o SALIDA», o repita con «--aceptar POI-E50» para "
        "reemplazarlo (queda una copia en el respaldo).",
    ),
    "POI-E51": Kind(
        "ocurrió un error que poi_xl no esperaba ({detail}); el libro quedó como estaba.",
        "Envíe el archivo «{log}» a quien mantiene poi_xl.",
    ),
    "POI-N10": Kind(
        "el proyecto de macros de «{file}» está firmado; poi_xl no lo toca, pero Excel puede "
        "quitar la firma cuando guarde el libro con hojas nuevas.",
        "Si eso ocurre, vuelva a firmarlo (Visual Basic > Herramientas > Firma digital).",
    ),
    # --- finding and reading the plan -----------------------------------------------------------
    "POI-E20": Kind(
        "no se encontró la tabla del plan en ninguna hoja ({sheets}).",
        "La tabla necesita las columnas de órgano, actividad operativa, META y los meses bajo "
        "PROGRAMADO.",
    ),
    "POI-E21": Kind(
        "a la tabla del plan le falta {what}.",
        "Agregue la columna con ese encabezado.",
    ),
    "POI-E22": Kind(
        "se esperaba un número y dice «{value}»; la celda no se contó.",
        "Escriba el número, o deje la celda vacía.",
    ),
    "POI-E23": Kind(
        "la cantidad {value} es negativa.",
        "Escriba una cantidad de cero o más.",
    ),
    "POI-E24": Kind(
        "la celda contiene el error {value}; no se contó.",
        "Corrija la fórmula.",
    ),
    "POI-E25": Kind(
        "fórmulas sin resultado guardado desde esta celda: {count}; no se contaron.",
        "Abra el libro en Excel o LibreOffice, guárdelo y repita la orden.",
    ),
    "POI-E26": Kind(
        "hay cantidades en una fila sin actividad; la fila no se contó.",
        "Escriba la actividad operativa, o borre la fila.",
    ),
    "POI-E27": Kind(
        "no se sabe si «{value}» lleva punto o coma decimal; la celda no se contó.",
        "Escriba la cantidad como número.",
    ),
    "POI-A20": Kind(
        "números guardados como texto en la columna {column}: {count}; se leyeron como números.",
        "Conviértalos en Excel (Datos > Texto en columnas > Finalizar): SUMA no los cuenta.",
    ),
    "POI-A21": Kind(
        "la cantidad {value} tiene decimales.",
        "Si la unidad de medida se cuenta por enteros, corríjala.",
    ),
    "POI-A22": Kind(
        "la actividad no tiene órgano.",
        "Escriba el órgano o la unidad orgánica responsable.",
    ),
    "POI-A23": Kind(
        "«{label}» aparece más de una vez en el encabezado; se usó la columna {used}.",
        "Deje una sola columna con ese encabezado.",
    ),
    "POI-N20": Kind(
        "se leyó el plan de la hoja «{used}»; también parecen planes: {others}.",
        "Si es otra, escríbala en «Hoja del plan» de la hoja Configuración.",
    ),
    "POI-N21": Kind(
        "la hoja «{wanted}» que nombra Configuración no tiene un plan; se leyó «{used}».",
        "Corrija «Hoja del plan» en la hoja Configuración.",
    ),
    # --- settings -------------------------------------------------------------------------------
    "POI-E30": Kind(
        "el semáforo «{value}» no existe; se usó el {used}.",
        "Elija uno de estos: {known}.",
    ),
    "POI-E31": Kind(
        "«{value}» no sirve para «{label}»; se usó {used}.",
        "Escriba {expected}.",
    ),
    "POI-E32": Kind(
        "los límites del semáforo «{name}» no sirven: {detail}.",
        "Escriba los límites de menor a mayor, en porcentaje, y deje el último vacío.",
    ),
    "POI-E33": Kind(
        "el periodo «{value}» no existe.",
        "Use un mes (ENE), un trimestre (1 o I TRIM), un semestre (S1), un rango (ENE-MAR), "
        "ACUM o ANUAL.",
    ),
    "POI-E34": Kind(
        "el semáforo «{value}» no existe.",
        "Elija uno de estos: {known}.",
    ),
    # --- the figures ----------------------------------------------------------------------------
    "POI-E40": Kind(
        "la META es {target} y los doce meses programados suman {total}.",
        "Corrija la META o los meses.",
    ),
    "POI-E41": Kind(
        "dice {stated} programado en el {quarter} y sus meses suman {total}.",
        "Corrija la celda, o reemplácela por la suma de los meses.",
    ),
    "POI-E42": Kind(
        "dice {stated} ejecutado en el {quarter} y sus meses suman {total}.",
        "Corrija la celda, o reemplácela por la suma de los meses.",
    ),
    "POI-E43": Kind(
        "el TOTAL dice {stated} y la columna suma {total}.",
        "Corrija la celda, o reemplácela por la suma de la columna.",
    ),
    "POI-E44": Kind(
        "falta la META; los meses programados suman {total}.",
        "Complete la celda.",
    ),
    "POI-A40": Kind(
        "la actividad está repetida: es igual a la de la fila {first}.",
        "Si es la misma, deje una sola fila; si no, distinga los nombres.",
    ),
    "POI-A41": Kind(
        "hay {value} ejecutado en {month}, después del {quarter}, que es el vigente.",
        "Corrija la celda o el trimestre vigente de la hoja Configuración.",
    ),
    "POI-A42": Kind(
        "en el {quarter} se ejecutó {value} sin nada programado.",
        "Verifique el mes, o reprograme la actividad.",
    ),
    "POI-A43": Kind(
        "en el {quarter} se programó {value} y no se reportó ningún mes.",
        "Complete lo ejecutado; escriba 0 si no se ejecutó nada.",
    ),
    # --- functions in cells ---------------------------------------------------------------------
    "POI-E60": Kind(
        "«{value}» no es {what} del plan.",
        'Escriba un nombre del plan, como «{near}», o "*" para todos.',
    ),
    "POI-E61": Kind(
        "«{value}» no sirve para el argumento «{argument}».",
        "Escriba {expected}.",
    ),
    "POI-E62": Kind(
        "los rangos de la fórmula no tienen la misma forma ({shapes}).",
        "Use rangos con el mismo número de filas y de columnas.",
    ),
    "POI-E63": Kind(
        "la fórmula pide {count} valores de una vez; el límite es {limit}.",
        "Use un rango más corto.",
    ),
    "POI-E64": Kind(
        "el rango dado como «tabla» no contiene la tabla del plan.",
        "Incluya el encabezado: órgano, actividad operativa, META y los meses bajo PROGRAMADO.",
    ),
    "POI-E65": Kind(
        "una fórmula no se pudo calcular ({detail}).",
        "Copie el diagnóstico y avise a quien mantiene poi_xl.",
    ),
    "POI-E66": Kind(
        "varias hojas parecen el plan ({sheets}) y nada dice cuál es.",
        "Escriba su nombre en «Hoja del plan» de la hoja Configuración.",
    ),
    "POI-N60": Kind(
        "{what} no tiene {missing}, así que su avance no existe (#N/A).",
        "Nada, si es correcto; si no, complete el plan.",
    ),
    "POI-N61": Kind(
        "de {months} no se reportó ningún mes, así que no se muestra un número (#N/A).",
        "Nada, si aún no toca; si no, complete lo ejecutado.",
    ),
}


def problem(code: str, sheet: str = "", cell: str = "", **facts: object) -> Problem:
    """Make the problem of a catalogue code.

    Args:
        code: a key of `CATALOGUE`.
        sheet: sheet (or file) it is in.
        cell: A1 address.
        **facts: what the texts of the code ask for.

    Raises:
        KeyError: unknown code, or a fact that the texts need is missing.

    Example:
        >>> print(problem("POI-E23", "POI", "F27", value=-3))
        POI-E23 POI!F27: la cantidad -3 es negativa. Escriba una cantidad de cero o más.
    """
    kind = CATALOGUE[code]
    return Problem(
        code,
        Kind.severity(code),
        sheet,
        cell,
        kind.message.format_map(facts),
        kind.remedy.format_map(facts),
    )
