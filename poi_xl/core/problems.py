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
BUSY = frozenset({"POI-E05", "POI-E06", "POI-E07", "POI-E87"})
# Codes that a user may accept knowingly, and then the command goes on.
CONSENT = frozenset({"POI-E10", "POI-E13", "POI-E50", "POI-E59", "POI-E70", "POI-E95", "POI-E120"})

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
    "POI-E52": Kind(
        "el proyecto de macros de «{file}» está firmado, y agregarle funciones anularía la firma.",
        "Use el complemento («poi-xl construir --complemento»), que no cambia el libro; o quite la "
        "firma (Visual Basic > Herramientas > Firma digital) y repita la orden.",
    ),
    "POI-E53": Kind(
        "no se entienden las macros de «{file}» ({detail}).",
        "Use el complemento («poi-xl construir --complemento»), que no cambia el libro.",
    ),
    "POI-E54": Kind(
        "las macros de «{file}» ya usan nombres que poi_xl necesita: {names}.",
        "Cambie esos nombres en Visual Basic y repita la orden; o use el complemento "
        "(«poi-xl construir --complemento»), que no cambia el libro.",
    ),
    "POI-E55": Kind(
        "la ficha propia de «{file}» no admite otra al lado: {detail}.",
        "Use el complemento («poi-xl construir --complemento»), que no cambia el libro.",
    ),
    "POI-E56": Kind(
        "«{file}» llevaría macros, y Excel no las admite en un {suffix}.",
        "Escriba a un archivo {wanted} con «-o SALIDA».",
    ),
    "POI-E57": Kind(
        "«{file}» no tiene poi_xl incorporado.",
        "Nada que retirar; los libros hechos con «poi-xl construir» llevan poi_xl de origen.",
    ),
    "POI-E58": Kind(
        "no se puede llevar al archivo lo que aún no se guardó: {what}.",
        "Deshágalo y repita la orden, o haga ese cambio en Excel. No se escribió nada.",
    ),
    "POI-E59": Kind(
        "no se llevará al archivo: {what}. Sí se llevan los valores y las fórmulas.",
        "Si necesita conservarlo, haga esos cambios en Excel.",
    ),
    "POI-N10": Kind(
        "el proyecto de macros de «{file}» está firmado; poi_xl no lo toca, pero Excel puede "
        "quitar la firma cuando guarde el libro con hojas nuevas.",
        "Si eso ocurre, vuelva a firmarlo (Visual Basic > Herramientas > Firma digital).",
    ),
    "POI-N11": Kind(
        "quedan fórmulas con funciones POI_ en esta hoja: {count}; sin poi_xl mostrarán #¿NOMBRE? "
        "cuando Excel las calcule.",
        "Cámbielas por valores o por fórmulas propias; o repita «poi-xl incorporar».",
    ),
    "POI-N12": Kind(
        "la hoja se conserva: {why}.",
        "Elimínela usted, si ya no la necesita.",
    ),
    "POI-N13": Kind(
        "se conserva el nombre {name}: hay fórmulas que lo usan.",
        "Elimínelo usted (Fórmulas > Administrador de nombres), si ya no lo necesita.",
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
        "varias hojas parecen el plan ({sheets}) y nada dice cuál es.",
        "Escriba su nombre en «Hoja del plan» de la hoja Configuración.",
    ),
    "POI-E66": Kind(
        "las fórmulas nativas no pueden usar esta celda: {detail}",
        "Corríjala en el plan y repita la orden.",
    ),
    "POI-E67": Kind(
        "no tiene fórmula nativa: {detail}.",
        "Escríbala de otro modo, o reemplácela por su valor.",
    ),
    "POI-E68": Kind(
        "en «{formula}» no hay ninguna función POI_, así que no hay nada que traducir.",
        "Escriba la fórmula como está en la celda, por ejemplo «POI_AVANCE(A5;1)».",
    ),
    "POI-E69": Kind(
        "el libro no tiene una hoja «{name}».",
        "Escriba después de --hoja una de estas: {sheets}.",
    ),
    "POI-N60": Kind(
        "{what} no tiene {missing}, así que su avance no existe (#N/A).",
        "Nada, si es correcto; si no, complete el plan.",
    ),
    "POI-N61": Kind(
        "de {months} no se reportó ningún mes, así que no se muestra un número (#N/A).",
        "Nada, si aún no toca; si no, complete lo ejecutado.",
    ),
    # --- Excel on this computer -----------------------------------------------------------------
    "POI-E70": Kind(
        "«{file}» ya dice otra cosa; se cambiaría {what}.",
        "Si otros libros usan ese Python, consulte antes; para cambiarlo repita con "
        "«--aceptar POI-E70» (queda una copia del archivo).",
    ),
    "POI-E71": Kind(
        "Excel aún no sabe qué Python usar (falta INTERPRETER_WIN en «{file}»).",
        "Ejecute «poi-xl instalar».",
    ),
    "POI-E72": Kind(
        "el Python que indica {where}, «{path}», no existe.",
        "Ejecute «poi-xl instalar»; si lo indica el libro o un archivo junto a él, quite esa "
        "línea.",
    ),
    "POI-E73": Kind(
        "falta {name} en «{folder}» y en la carpeta que la contiene; con él llama Excel a Python.",
        "Instale poi_xl en un entorno propio (python -m venv) de un Python de 64 bits, y ejecute "
        "ahí «poi-xl instalar».",
    ),
    "POI-E74": Kind(
        "este Python {detail}, y Excel no puede usarlo.",
        "Instale para su usuario el Python de 64 bits de python.org, versión 3.11 a 3.14.",
    ),
    "POI-E75": Kind(
        "a este Python le falta pywin32.",
        'Ejecute «"{executable}" -m pip install pywin32».',
    ),
    "POI-E76": Kind(
        "una directiva de la institución impide cmd.exe, con el que se inicia Python desde Excel.",
        "Pida a soporte que lo permita; mientras tanto use las órdenes «poi-xl».",
    ),
    "POI-E77": Kind(
        "{who} desactiva las macros sin preguntar.",
        "Ponga el libro en una ubicación de confianza (Archivo > Opciones > Centro de confianza > "
        "Configuración > Ubicaciones de confianza), o pídalo a soporte.",
    ),
    "POI-E78": Kind(
        "«{file}» llegó de internet o por correo, y Excel bloquea sus macros.",
        "Cierre el libro; en el Explorador, clic derecho > Propiedades > marque «Desbloquear» > "
        "Aceptar.",
    ),
    "POI-E79": Kind(
        "la ruta «{path}» tiene letras que Excel no puede leer.",
        "Instale Python en una carpeta cuyo nombre lleve solo letras del español.",
    ),
    "POI-E80": Kind(
        "«DEBUG UDFS» está activado en {where}, y Excel espera un Python que nadie inició.",
        "Ponga 0 en esa línea.",
    ),
    "POI-E81": Kind(
        "el libro lleva xlwings {inside} y este Python tiene xlwings {installed}.",
        "Use el libro y el poi_xl de una misma versión.",
    ),
    "POI-E82": Kind(
        "no hay una función «{name}».",
        "¿Quiso decir {near}? «poi-xl funciones» las muestra todas.",
    ),
    "POI-A70": Kind(
        "Excel usa otro Python, «{path}», según {where}; este es «{ours}».",
        "Si no es a propósito, ejecute «poi-xl instalar»; si lo indica el libro o un archivo junto "
        "a él, quite esa línea.",
    ),
    "POI-A71": Kind(
        "no se encontró Excel en este equipo.",
        "Si está instalado, ábralo una vez y repita; sin Excel, las órdenes «poi-xl» funcionan "
        "igual.",
    ),
    "POI-A72": Kind(
        "hay otro poi_xl en «{folder}», y Excel usaría ese.",
        "Quite esa carpeta de PYTHONPATH en {where}.",
    ),
    "POI-A73": Kind(
        "no se entienden las macros del libro ({detail}).",
        "Ábralo en Excel y pruebe Depurar > Compilar en Visual Basic.",
    ),
    "POI-N70": Kind(
        "en este sistema no hay Excel para Windows: las funciones en celdas y la ficha POI no se "
        "aplican.",
        "Use las órdenes «poi-xl», o LibreOffice con «poi-xl instalar --libreoffice»: trabajan "
        "sobre el mismo libro.",
    ),
    "POI-N71": Kind(
        "al abrir el libro, Excel puede preguntar antes de ejecutar sus macros.",
        "Pulse «Habilitar contenido», o agregue «{folder}» a las ubicaciones de confianza.",
    ),
    "POI-N72": Kind(
        "no están todas las hojas de resumen en su diseño actual ({current}).",
        "Ejecute «poi-xl actualizar».",
    ),
    "POI-N73": Kind(
        "el libro no tiene las funciones ni la ficha de poi_xl.",
        "Nada, si no las necesita: las órdenes «poi-xl» funcionan igual.",
    ),
    "POI-N75": Kind(
        "el libro está en la nube y no se revisó.",
        "Guarde una copia en su equipo y repita con ella.",
    ),
    # --- LibreOffice on this computer -----------------------------------------------------------
    "POI-E83": Kind(
        "«{file}» sería una extensión de LibreOffice, que no la reconoce en un {suffix}.",
        "Escriba a un archivo {wanted} con «-o SALIDA».",
    ),
    "POI-E85": Kind(
        "no se encontró un LibreOffice en el que instalar{detail}.",
        "Instale LibreOffice 25.2 o posterior, con Calc, desde libreoffice.org o con los paquetes "
        "de su sistema, y repita la orden.",
    ),
    "POI-E86": Kind(
        "LibreOffice no puede usar poi_xl: {detail}.",
        "{remedy}",
    ),
    "POI-E87": Kind(
        "LibreOffice está abierto, o dejó «{lock}», y no admite cambios.",
        "Cierre todas sus ventanas y repita la orden; si ya estaba cerrado, borre ese archivo.",
    ),
    "POI-E88": Kind(
        "LibreOffice {version} es anterior a {least}: al guardar .xlsx perdería los nombres de las "
        "funciones POI_.",
        "Instale LibreOffice {least} o posterior y repita la orden; las órdenes «poi-xl» funcionan "
        "igual sin él.",
    ),
    "POI-E89": Kind(
        "no se pudo {what}: {detail}.",
        "Revise la conexión y los permisos, y repita; para verlo completo ejecute: {command}",
    ),
    "POI-A77": Kind(
        "LibreOffice tiene la extensión {inside} y este poi_xl es {ours}.",
        "Ejecute «poi-xl instalar --libreoffice».",
    ),
    "POI-A78": Kind(
        "la extensión está, pero el Python de LibreOffice no puede usar poi_xl ({detail}).",
        "Ejecute «poi-xl instalar --libreoffice».",
    ),
    "POI-A79": Kind(
        "la extensión la instaló el administrador para todos los usuarios; sigue instalada.",
        "Pida al administrador que ejecute «poi-xl instalar --libreoffice{option}».",
    ),
    "POI-N78": Kind(
        "LibreOffice aún no tiene las funciones POI_ ni el menú POI.",
        "Si usa LibreOffice, ejecute «poi-xl instalar --libreoffice».",
    ),
    "POI-N79": Kind(
        "la extensión queda para todos los usuarios de este equipo.",
        "Cada uno debe ejecutar también «poi-xl instalar --libreoffice», que le indica a su "
        "LibreOffice dónde está poi_xl.",
    ),
    # --- the workbook open in Excel -------------------------------------------------------------
    "POI-E90": Kind(
        "Excel está ocupado.",
        "Termine de escribir en la celda, o cierre el cuadro abierto, y repita la orden.",
    ),
    "POI-E91": Kind(
        "la estructura de «{file}» está protegida: Excel no admite agregar hojas.",
        "Quite la protección (Revisar > Proteger libro) y repita la orden.",
    ),
    "POI-E92": Kind(
        "esta hoja, que poi_xl regenera, está protegida.",
        "Quite la protección (Revisar > Desproteger hoja) y repita la orden.",
    ),
    "POI-E93": Kind(
        "«{file}» está abierto como solo lectura.",
        "Ábralo para editarlo, o guárdelo con otro nombre, y repita la orden.",
    ),
    "POI-E94": Kind(
        "«{file}» todavía no se ha guardado: no hay dónde dejar el respaldo.",
        "Guarde el libro y repita la orden.",
    ),
    "POI-E95": Kind(
        "«{file}» tiene activo el autoguardado: lo que se escriba llegará enseguida a quienes lo "
        "tengan abierto.",
        "Desactive Autoguardado antes, si alguien más está trabajando en el libro.",
    ),
    "POI-E96": Kind(
        "no se pudo terminar ({detail}); las hojas de resumen pueden estar incompletas.",
        "Repita la orden, o recupere el respaldo «{backup}». El detalle está en «{log}».",
    ),
    "POI-E97": Kind(
        "no se pudo guardar el respaldo «{file}»: {detail}. El libro quedó como estaba.",
        "Revise el espacio libre y los permisos de la carpeta, y repita la orden.",
    ),
    "POI-E98": Kind(
        "poi_xl no vio abrirse «{file}», y no puede saber qué falta guardar.",
        "Guarde una copia como .ods para no perder lo escrito, cierre el documento sin guardar, "
        "ábralo de nuevo y copie en él sus cambios.",
    ),
    "POI-E99": Kind(
        "no se pudo reemplazar «{file}». {why} Quedó como estaba, y lo que usted escribió está, "
        "con las hojas al día, en «{rescue}».",
        "Siga trabajando en esa copia, o repita en el original cuando esté libre.",
    ),
    "POI-A90": Kind(
        "después de actualizar no son iguales que antes: {what}.",
        "Compárelo con el respaldo «{backup}».",
    ),
    "POI-A91": Kind(
        "LibreOffice guardó «{file}», y al escribirlo se perdió: {lost}.",
        "Para guardar sin perder nada use POI > Actualizar resúmenes; el archivo de antes está en "
        "«{backup}».",
    ),
    "POI-A92": Kind(
        "LibreOffice {version} no puede recibir las hojas de resumen en un documento así.",
        "Instale LibreOffice 25.2 o posterior, o guarde el libro como .xlsx y use «poi-xl "
        "actualizar».",
    ),
    "POI-E45": Kind(
        "la estructura de «{file}» está protegida: LibreOffice no admite agregar hojas.",
        "Quite la protección (Herramientas > Proteger estructura de la hoja de cálculo) y repita "
        "la orden.",
    ),
    "POI-E46": Kind(
        "esta hoja, que poi_xl regenera, está protegida.",
        "Quite la protección (Herramientas > Proteger hoja) y repita la orden.",
    ),
    "POI-E47": Kind(
        "«{file}» está registrando los cambios, y cada celda regenerada quedaría como uno.",
        "Deje de registrarlos (Editar > Control de cambios > Grabar) y repita la orden.",
    ),
    # --- the units' forms -----------------------------------------------------------------------
    "POI-E100": Kind(
        "«{file}» no es una ficha de poi_xl.",
        "Pase solo fichas hechas con «poi-xl fichas»; si la unidad copió la ficha a otro libro, "
        "pídale la original.",
    ),
    "POI-E101": Kind(
        "la ficha la hizo otra versión de poi_xl ({version}), con otras columnas.",
        "Haga las fichas de nuevo con «poi-xl fichas» y pida a la unidad que la llene.",
    ),
    "POI-E102": Kind(
        "la ficha es de otro plan: {what}.",
        "Revise si es de otro libro o de otro año.",
    ),
    "POI-E103": Kind(
        "la ficha es de {period} y el trimestre vigente es el {quarter}.",
        "Pida la ficha del trimestre vigente, o corrija el trimestre en la hoja Configuración.",
    ),
    "POI-E104": Kind(
        "la ficha es anterior a un cambio del plan de «{organ}» (nombres, META o programado).",
        "Haga la ficha de nuevo con «poi-xl fichas» y pida a la unidad que la llene.",
    ),
    "POI-E105": Kind(
        "hay otra ficha de «{organ}»: {other}.",
        "Deje una sola: la que vale.",
    ),
    "POI-E106": Kind(
        "la unidad cambió {what}: dice «{found}» y el plan «{planned}».",
        "Si corresponde, reprograme en el plan y haga la ficha de nuevo; si no, repóngalo en la "
        "ficha.",
    ),
    "POI-E107": Kind(
        "hay una fila que no es de la ficha.",
        "Bórrela; si es una actividad nueva, agréguela al plan y haga la ficha de nuevo.",
    ),
    "POI-E108": Kind(
        "falta la fila de «{activity}».",
        "Pida la ficha completa: una actividad sin ejecución se deja en blanco o con 0.",
    ),
    "POI-E109": Kind(
        "la actividad «{activity}» está dos veces.",
        "Borre la fila copiada.",
    ),
    "POI-E110": Kind(
        "se esperaba un número y dice «{value}».",
        "Escriba el número, o deje la celda vacía.",
    ),
    "POI-E111": Kind(
        "la celda contiene una fórmula.",
        "Reemplácela por su valor.",
    ),
    "POI-E112": Kind(
        "la cantidad {value} es negativa.",
        "Escriba una cantidad de cero o más.",
    ),
    "POI-E113": Kind(
        "la cantidad {value} tiene decimales y el plan cuenta esta actividad por enteros.",
        "Escriba una cantidad entera.",
    ),
    "POI-E114": Kind(
        "la ficha dice {value} y el plan ya dice {current} ({place}).",
        "Decida cuál vale, y repita con «--preferir ficha» o «--preferir plan».",
    ),
    "POI-E115": Kind(
        "las columnas de la ficha no son las originales.",
        "Pida la ficha sin columnas agregadas, quitadas ni movidas.",
    ),
    "POI-E116": Kind(
        "en el plan hay una fórmula, y lo que trae la ficha ({value}) la reemplazaría.",
        "Quite la fórmula de la celda del plan, o la cantidad de la ficha.",
    ),
    "POI-E117": Kind(
        "la hoja del plan no tiene columna de ejecutado para {months}.",
        "Agregue esos meses bajo EJECUTADO y repita la orden.",
    ),
    "POI-E118": Kind(
        "una ficha es de hasta {most} meses; se pidió {period}.",
        "Elija un mes o un trimestre.",
    ),
    "POI-E119": Kind(
        "la ficha dice «{value}» y en la hoja de alertas ya dice «{current}» ({heading}).",
        "Decida cuál vale, y repita con «--preferir ficha» o «--preferir plan».",
    ),
    "POI-A100": Kind(
        "la ficha de «{organ}» está vacía.",
        "No se contó como respuesta; pídala llena.",
    ),
    "POI-A101": Kind(
        "la ficha deja en blanco meses con programado: {count}.",
        "Quedaron como estaban en el plan; si no se ejecutó nada, se escribe 0.",
    ),
    "POI-A102": Kind(
        "no dice quién llenó la ficha.",
        "Complete «{label}».",
    ),
    "POI-N100": Kind(
        "desde que se hizo la ficha cambió en el plan lo ejecutado por «{organ}».",
        "Nada: lo que no coincide se muestra como conflicto.",
    ),
    "POI-N101": Kind(
        "las filas están en otro orden que en la ficha original.",
        "Nada: cada fila conserva su actividad.",
    ),
    # --- distributing ---------------------------------------------------------------------------
    "POI-N130": Kind(
        "su fórmula lee otro libro: la copia guarda solo el valor.",
        "Nada, si ese valor está al día.",
    ),
    "POI-E130": Kind(
        "{engine} no pudo calcular la copia: {detail}.",
        "Abra el libro con ese programa para ver qué no entiende. No se entregó ninguna copia.",
    ),
    "POI-E131": Kind(
        "para hacer el {kind} hace falta LibreOffice, y no se encontró.",
        "Instálelo (es libre), o distribuya sin esa opción.",
    ),
    "POI-E132": Kind(
        "{engine} calcula {computed} donde el libro dice {stored}.",
        "Recalcule y guarde el libro en su programa; si sigue, corrija la fórmula o distribuya "
        "con --modo valores. No se entregó ninguna copia.",
    ),
    # --- opening a quarter ----------------------------------------------------------------------
    "POI-E120": Kind(
        "en {period} hay actividades programadas sin reporte: {count}.",
        "Complete lo ejecutado (si no hubo, escriba 0), o repita con «--aceptar POI-E120».",
    ),
    "POI-E121": Kind(
        "el trimestre vigente es {current} y se pidió {wanted}: no se salta ninguno.",
        "Abra primero el siguiente: «poi-xl abrir-trimestre LIBRO {next}».",
    ),
    "POI-E122": Kind(
        "la hoja del plan no tiene columna de ejecutado para {months}.",
        "Inserte esas columnas bajo EJECUTADO, a la derecha del último mes, y repita la orden.",
    ),
    "POI-E123": Kind(
        "la hoja del plan no tiene las dos columnas del trimestre (PROG y EJEC bajo «{period}»).",
        "Agréguelas a la derecha de los meses, con la suma de los meses en cada fila, y repita la "
        "orden.",
    ),
    "POI-E124": Kind(
        "la columna {column} del trimestre no suma los meses de {period} con una fórmula "
        "(celdas: {count}).",
        "Escriba ahí la suma, por ejemplo «={example}», y repita la orden.",
    ),
    "POI-E125": Kind(
        "con los cambios, el libro seguiría en {found} y no en {wanted}; no se escribió nada.",
        "Revise de dónde sale el trimestre: «Trimestre vigente» en la hoja Configuración, o el "
        "título del plan; escríbalo a mano si es una fórmula.",
    ),
    "POI-A120": Kind(
        "al cerrar {period} ({date}) lo ejecutado era {before}, y ahora es {after}. "
        "Cambió en: {where}.",
        "Si la corrección corresponde, reabra el trimestre con «poi-xl abrir-trimestre» y vuelva a "
        "cerrarlo; si no, reponga las cifras.",
    ),
    "POI-N120": Kind(
        "quedan cifras de {months} en columnas ocultas.",
        "Nada: se muestran otra vez al abrir ese trimestre.",
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
