"""The words of the command line: verbs, options, examples. Spanish throughout, examples first."""

import argparse
import re
from typing import NamedTuple, NoReturn

from poi_xl import __version__
from poi_xl.core.consent import acceptable

WRONG_USE = 2


class Argument(NamedTuple):
    """One argument: its names and what `argparse` is told of it."""

    names: tuple[str, ...]
    options: dict[str, object]


class Verb(NamedTuple):
    """One command: its word, what it does, examples to show first, and its arguments."""

    word: str
    summary: str
    examples: tuple[tuple[str, str], ...]
    arguments: tuple[Argument, ...]


def _date(text: str) -> object:
    import datetime as dt

    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("no es una fecha AAAA-MM-DD") from None


def _argument(*names: str, **options: object) -> Argument:
    return Argument(names, options)


_BOOK = _argument("libro", metavar="LIBRO", help="libro .xlsx o .xlsm que contiene el plan")
_SOURCE = _argument(
    "libro",
    metavar="LIBRO",
    help="libro .xlsx o .xlsm que contiene el plan, o exportación del aplicativo CEPLAN",
)
_BLOCK = _argument(
    "--programado",
    metavar="BLOQUE",
    help="de una exportación de CEPLAN, qué meses son lo programado: F(RE) si falta, o F(CS), "
    "F(A)…",
)
_PERIOD = _argument(
    "--periodo",
    metavar="P",
    help="mes (ENE), trimestre (1 o I TRIM), semestre (S1), rango (ENE-MAR), ACUM o ANUAL; "
    "si falta, el trimestre vigente",
)
_PRESET = _argument(
    "--preset", metavar="A", help="semáforo: A, B, C, D, E o uno propio; si falta, el del libro"
)
_JSON = _argument("--json", action="store_true", help="escribe la respuesta como JSON")
_OUT = _argument("-o", "--salida", metavar="SALIDA", help="escribe en otro archivo")
_OWN_BOOK = _argument(
    "libro", metavar="LIBRO", nargs="?", help="además, revisa este libro .xlsx o .xlsm"
)
_SIMULATE = _argument(
    "--simular",
    "--dry-run",
    action="store_true",
    help="muestra celda por celda qué cambiaría, sin escribir nada",
)

VERBS = (
    Verb(
        "actualizar",
        "regenera las hojas de resumen del libro, sin tocar nada más",
        (
            ("poi-xl actualizar POI_2021.xlsm", "regenera los resúmenes del trimestre vigente"),
            ("poi-xl actualizar POI_2021.xlsm --simular", "muestra qué cambiaría"),
            ("poi-xl actualizar POI_2021.xlsm -o copia.xlsm", "escribe en otro archivo"),
        ),
        (_BOOK, _OUT, _PERIOD, _PRESET, _SIMULATE, _JSON),
    ),
    Verb(
        "calcular",
        "muestra programado, ejecutado, avance y semáforo",
        (
            ("poi-xl calcular POI_2021.xlsm", "por órgano, trimestre vigente"),
            ("poi-xl calcular POI_2021.xlsm --por mef --periodo FEB", "por actividad MEF, febrero"),
            ("poi-xl calcular POI_2021.xlsm --por total --json", "para otro programa"),
            (
                "poi-xl calcular POI_PORACTIVIDADOPERATIVA.xls --programado 'F(CS)'",
                "de una exportación de CEPLAN, contra el plan consistente",
            ),
            ("poi-xl calcular sector --por entidad --anio 2021", "de una consolidación"),
        ),
        (
            _argument(
                "libro",
                metavar="LIBRO",
                help="libro .xlsx o .xlsm que contiene el plan, exportación del aplicativo CEPLAN, "
                "o carpeta que hizo «consolidar»",
            ),
            _argument(
                "--por",
                choices=("organo", "mef", "unidad", "actividad", "total", "entidad"),
                help="de qué es cada fila; si falta, de cada órgano, y de una consolidación, de "
                "cada entidad",
            ),
            _PERIOD,
            _PRESET,
            _BLOCK,
            _argument(
                "--entidad",
                metavar="NOMBRE",
                action="append",
                default=[],
                help="de una consolidación, solo esta entidad (puede repetirse)",
            ),
            _argument(
                "--anio",
                metavar="AAAA",
                type=int,
                help="de una consolidación, de qué año; si falta, el último",
            ),
            _JSON,
        ),
    ),
    Verb(
        "revisar",
        "busca errores y omisiones en el plan",
        (
            ("poi-xl revisar POI_2021.xlsm", "lista las observaciones y su remedio"),
            ("poi-xl revisar POI_2021.xlsm --json", "para otro programa"),
            ("poi-xl revisar POI_PORACTIVIDADOPERATIVA.xls", "una exportación de CEPLAN"),
        ),
        (_SOURCE, _BLOCK, _JSON),
    ),
    Verb(
        "distribuir",
        "hace copias que cualquiera puede abrir, sin Python ni macros",
        (
            ("poi-xl distribuir POI_2021.xlsm -o copias", "una copia .xlsx que sigue calculando"),
            ("poi-xl distribuir POI_2021.xlsm -o copias --por-organo --pdf", "una por órgano"),
            ("poi-xl distribuir POI_2021.xlsm -o copias --modo valores", "solo los valores"),
        ),
        (
            _BOOK,
            _argument(
                "-o", "--salida", metavar="CARPETA", required=True, help="carpeta de las copias"
            ),
            _argument(
                "--modo",
                choices=("formulas", "valores"),
                default="formulas",
                help="si las celdas siguen calculando (si falta), o guardan solo su valor",
            ),
            _argument(
                "--por-organo",
                action="store_true",
                help="una copia para cada órgano, sin nada de los demás",
            ),
            _argument(
                "--pdf", action="store_true", help="además, un PDF de cada copia (con LibreOffice)"
            ),
            _JSON,
        ),
    ),
    Verb(
        "comparar",
        "muestra qué cambió entre dos libros: reprogramación, correcciones, actividades",
        (
            ("poi-xl comparar POI_v1.xlsm POI_v2.xlsm", "lista los cambios, celda por celda"),
            ("poi-xl comparar POI_v1.xlsm POI_v2.xlsm -o cambios.xlsx", "los escribe en una hoja"),
            ("poi-xl comparar POI_v1.xlsm POI_v2.xlsm --json", "para otro programa"),
        ),
        (
            _argument("antes", metavar="ANTES", help="libro, o exportación de CEPLAN, más antiguo"),
            _argument("despues", metavar="DESPUÉS", help="el más reciente"),
            _argument("-o", "--salida", metavar="SALIDA", help="escribe la tabla en un .xlsx"),
            _BLOCK,
            _JSON,
        ),
    ),
    Verb(
        "consolidar",
        "reúne los planes de muchas entidades en una sola tabla",
        (
            ("poi-xl consolidar entregas -o sector", "todos los de una carpeta, y lo que tenga"),
            ("poi-xl consolidar '2021/*.xlsx' ceplan.zip -o sector", "de varios sitios"),
            (
                "poi-xl consolidar entregas -o sector --libro sector.xlsx",
                "y su resumen",
            ),
            (
                "poi-xl consolidar s3://poi/2021 -o sector --cluster tcp://10.0.0.5:8786",
                "los leen los trabajadores de un clúster de Dask",
            ),
        ),
        (
            _argument(
                "origenes",
                metavar="ORIGEN",
                nargs="+",
                help="archivo, carpeta, patrón, .zip o dirección (s3://…) con libros o "
                "exportaciones de CEPLAN",
            ),
            _argument(
                "-o",
                "--salida",
                metavar="CARPETA",
                required=True,
                help="carpeta de la consolidación; si ya existe, la pone al día",
            ),
            _argument(
                "--entidades",
                metavar="TABLA",
                help="archivo .csv con el nombre de cada entidad; si falta, entidades.csv en la "
                "carpeta",
            ),
            _argument(
                "--procesos",
                metavar="N",
                type=int,
                help="cuántos procesos leen; si falta, uno por procesador",
            ),
            _argument(
                "--cluster",
                metavar="DIRECCIÓN",
                help="planificador de Dask que reparte el trabajo; si falta, el de "
                "DASK_SCHEDULER_ADDRESS, o este equipo",
            ),
            _argument(
                "--libro",
                metavar="LIBRO",
                help="escribe además un .xlsx con las entidades del último año y trimestre",
            ),
            _JSON,
        ),
    ),
    Verb(
        "fichas",
        "hace una ficha por órgano, para que cada unidad llene lo ejecutado",
        (
            ("poi-xl fichas POI_2021.xlsm -o fichas", "las del trimestre vigente"),
            ("poi-xl fichas POI_2021.xlsm -o fichas --periodo FEB", "las de un mes"),
            ("poi-xl fichas POI_2021.xlsm -o fichas --json", "para otro programa"),
        ),
        (
            _BOOK,
            _argument(
                "-o",
                "--salida",
                metavar="CARPETA",
                required=True,
                help="carpeta donde se escriben; se crea si no existe",
            ),
            _PERIOD,
            _JSON,
        ),
    ),
    Verb(
        "importar",
        "lleva al plan lo que las unidades llenaron en sus fichas",
        (
            ("poi-xl importar POI_2021.xlsm fichas --simular", "muestra qué cambiaría"),
            ("poi-xl importar POI_2021.xlsm fichas", "importa todas las de una carpeta"),
            (
                "poi-xl importar POI_2021.xlsm a.xlsx b.xlsx --preferir ficha",
                "lo que difiere del plan se toma de la ficha",
            ),
            (
                "poi-xl importar POI_2021.xlsm fichas --fecha-limite 2021-04-15",
                "dice además qué órganos respondieron después",
            ),
        ),
        (
            _BOOK,
            _argument(
                "fichas", metavar="FICHA", nargs="+", help="fichas llenas, o carpetas con fichas"
            ),
            _argument(
                "--preferir",
                choices=("ficha", "plan"),
                help="cuál vale donde la ficha y el plan difieren; si falta, no se escribe nada y "
                "se muestran las diferencias",
            ),
            _argument(
                "--fecha-limite",
                metavar="AAAA-MM-DD",
                type=_date,
                help="último día para responder",
            ),
            _SIMULATE,
            _JSON,
        ),
    ),
    Verb(
        "abrir-trimestre",
        "pasa el libro a otro trimestre: columnas, par del trimestre, títulos y resúmenes",
        (
            ("poi-xl abrir-trimestre POI_2021.xlsm 2 --simular", "muestra qué cambiaría"),
            ("poi-xl abrir-trimestre POI_2021.xlsm 2", "cierra el I TRIM y abre el II"),
            ("poi-xl abrir-trimestre POI_2021.xlsm 1", "vuelve al I TRIM"),
        ),
        (
            _BOOK,
            _argument(
                "trimestre",
                metavar="N",
                type=int,
                choices=(1, 2, 3, 4),
                help="trimestre que se abre, de 1 a 4: el siguiente, o uno anterior",
            ),
            _SIMULATE,
            _JSON,
        ),
    ),
    Verb(
        "restaurar",
        "muestra las copias de respaldo del libro y repone una",
        (
            ("poi-xl restaurar POI_2021.xlsm", "lista las copias, la más reciente primero"),
            ("poi-xl restaurar POI_2021.xlsm 1", "repone la más reciente"),
        ),
        (
            _BOOK,
            _argument(
                "numero", metavar="N", nargs="?", type=int, help="número de la copia que se repone"
            ),
            _JSON,
        ),
    ),
    Verb(
        "construir",
        "hace un libro POI completo a partir de los datos de un plan",
        (
            ("poi-xl construir", "hace workbook/POI_2021.xlsm con data/poi_2021.tsv"),
            ("poi-xl construir plan.tsv -o POI.xlsm --institucion 'Mi entidad'", "otro plan"),
            (
                "poi-xl construir --desde POI_PORACTIVIDADOPERATIVA.xls -o POI.xlsm",
                "el de su institución, con una exportación de CEPLAN",
            ),
            ("poi-xl construir --complemento", "hace dist/poi_xl.xlam, para cualquier libro"),
            ("poi-xl construir --oxt", "hace dist/poi_xl.oxt, lo mismo para LibreOffice"),
        ),
        (
            _argument(
                "datos",
                metavar="DATOS",
                nargs="?",
                help="plan en texto separado por tabuladores; si falta, data/poi_2021.tsv",
            ),
            _argument(
                "--desde",
                metavar="EXPORTACIÓN",
                help="hace el libro con una exportación del aplicativo CEPLAN",
            ),
            _BLOCK,
            _argument(
                "-o",
                "--salida",
                metavar="SALIDA",
                help="libro que se escribe; si falta, workbook/POI_2021.xlsm, o con --desde el "
                "nombre de la exportación con .xlsm",
            ),
            _argument(
                "--complemento",
                action="store_true",
                help="hace, en vez del libro, el complemento de Excel (.xlam) con las funciones y "
                "la ficha POI",
            ),
            _argument(
                "--oxt",
                action="store_true",
                help="hace la extensión de LibreOffice (.oxt) con las funciones y el menú POI",
            ),
            _argument(
                "--institucion",
                metavar="NOMBRE",
                help="nombre que llevan las hojas; si falta, SAT de Lima, o con --desde el de la "
                "exportación",
            ),
            _argument(
                "--fecha",
                metavar="AAAA-MM-DD",
                type=_date,
                help="fecha que llevan las hojas; si falta, la de esta versión de poi_xl, "
                "para que el libro salga siempre igual; con --desde, la de hoy",
            ),
        ),
    ),
    Verb(
        "incorporar",
        "pone las funciones y la ficha POI en un libro que ya existe, sin cambiar nada más",
        (
            ("poi-xl incorporar Plan.xlsx", "hace Plan.xlsm al lado; Plan.xlsx queda como está"),
            ("poi-xl incorporar Plan.xlsm", "en el mismo libro, junto a sus macros"),
            ("poi-xl incorporar Plan.xlsm -o Otro.xlsm", "escribe en otro archivo"),
        ),
        (_BOOK, _OUT, _JSON),
    ),
    Verb(
        "retirar",
        "quita de un libro lo que puso «incorporar»",
        (
            ("poi-xl retirar Plan.xlsm", "deja el libro como era"),
            ("poi-xl retirar Plan.xlsm -o Plan.xlsx", "como libro sin macros"),
        ),
        (_BOOK, _OUT, _JSON),
    ),
    Verb(
        "funciones",
        "explica las funciones que se escriben en las celdas",
        (
            ("poi-xl funciones", "lista las funciones"),
            ("poi-xl funciones POI_AVANCE", "explica una, con sus argumentos y un ejemplo"),
            ("poi-xl funciones --json", "para otro programa"),
        ),
        (
            _argument("nombre", metavar="NOMBRE", nargs="?", help="nombre de la función"),
            _JSON,
        ),
    ),
    Verb(
        "formula",
        "convierte una fórmula con funciones POI_ en una que no necesita poi_xl",
        (
            (
                "poi-xl formula 'POI_AVANCE(A5;1)' --libro POI_2021.xlsm",
                "en inglés, en español, y su valor de hoy",
            ),
            (
                "poi-xl formula 'POI_META(B3)' --libro POI_2021.xlsm --hoja Tablero",
                "B3 es de la hoja Tablero",
            ),
            ("poi-xl formula 'POI_META()' --libro POI_2021.xlsm --json", "para otro programa"),
        ),
        (
            _argument(
                "formula",
                metavar="FÓRMULA",
                help="fórmula entre comillas, en español o en inglés, con «;» o «,»",
            ),
            _argument(
                "--libro", metavar="LIBRO", required=True, help="libro .xlsx o .xlsm con el plan"
            ),
            _argument(
                "--hoja",
                metavar="HOJA",
                help="hoja donde se pegará la fórmula: las celdas sin hoja son de ella; "
                "si falta, la hoja del plan",
            ),
            _JSON,
        ),
    ),
    Verb(
        "instalar",
        "prepara Excel (Windows) o LibreOffice para usar poi_xl, y dice qué falta",
        (
            ("poi-xl instalar", "escribe la configuración de xlwings de su usuario"),
            ("poi-xl instalar POI_2021.xlsm", "revisa además si Excel admite las macros del libro"),
            ("poi-xl instalar --simular", "muestra qué escribiría"),
            ("poi-xl instalar --libreoffice", "pone las funciones y el menú POI en LibreOffice"),
            ("poi-xl instalar --libreoffice --quitar", "los quita"),
        ),
        (
            _OWN_BOOK,
            _argument(
                "--simular",
                "--dry-run",
                action="store_true",
                help="muestra qué cambiaría, sin escribir nada",
            ),
            _argument("--libreoffice", action="store_true", help="en LibreOffice, no en Excel"),
            _argument(
                "--quitar", action="store_true", help="con --libreoffice, deshace la instalación"
            ),
            _JSON,
        ),
    ),
    Verb(
        "diagnostico",
        "muestra si poi_xl puede trabajar aquí y qué hacer si no",
        (
            ("poi-xl diagnostico", "versiones, Python, Excel y macros"),
            ("poi-xl diagnostico POI_2021.xlsm", "además, qué tiene el libro"),
            ("poi-xl diagnostico --json", "para otro programa"),
        ),
        (_OWN_BOOK, _JSON),
    ),
    Verb(
        "ayuda",
        "abre la guía donde explica una función, un código, una orden, una hoja o un semáforo",
        (
            ("poi-xl ayuda POI-E43", "qué pasa y qué hacer, con un ejemplo"),
            ("poi-xl ayuda POI_AVANCE --texto", "lo que se sepa, aquí mismo"),
            ("poi-xl ayuda", "la guía por su primera página"),
        ),
        (
            _argument(
                "tema",
                metavar="TEMA",
                nargs="*",
                help="función, código, orden, hoja, botón, semáforo o título de la guía",
            ),
            _argument("--texto", action="store_true", help="lo dice aquí, sin abrir el navegador"),
            _JSON,
        ),
    ),
)

_CODES = """Códigos de salida: 0 bien · 1 hay observaciones, o una copia no da lo que dice · \
2 orden o archivo que no sirve · 3 archivo abierto o cambiado por otro"""


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks Spanish and shows examples before anything else."""

    examples: tuple[tuple[str, str], ...] = ()

    def format_help(self) -> str:
        """Return the help page."""
        page = [f"{self.description}\n" if self.description else ""]
        if self.examples:
            width = max(len(line) for line, _ in self.examples)
            page += ["Ejemplos:"]
            page += [f"  {line:<{width}}  {what}" for line, what in self.examples]
            page += [""]
        formatter = self._get_formatter()
        formatter.add_usage(self.usage, self._actions, [], prefix="Uso: ")
        titles = {"positional arguments": "Argumentos", "options": "Opciones"}
        for group in self._action_groups:
            formatter.start_section(titles.get(group.title or "", group.title))
            formatter.add_arguments(group._group_actions)  # noqa: SLF001 - argparse's own format_help does so
            formatter.end_section()
        page += [formatter.format_help()]
        if self.epilog:
            page += [self.epilog, ""]
        return "\n".join(page)

    def error(self, message: str) -> NoReturn:
        """Say in Spanish what was wrong with the command, and leave."""
        from poi_xl.core.problems import problem  # not needed for -h, which must answer at once

        self.exit(WRONG_USE, f"{problem('POI-E19', detail=_spanish(message), command=self.prog)}\n")


# argparse's own sentences, and ours for them; what none of them matches is shown as it is.
_SENTENCES = (
    (r"the following arguments are required: (.*)", "falta {0}"),
    (
        r"argument (.*?): invalid choice: '?(.*?)'? \(choose from (.*)\)",
        "«{1}» no sirve para {0}; use uno de: {2}",
    ),
    (r"argument (.*?): invalid int value: '(.*)'", "«{1}» no es un número entero para {0}"),
    (r"argument (.*?): expected one argument", "falta el valor de {0}"),
    (r"argument (.*?): (no es una fecha.*)", "lo que dice {0} {1}"),
    (r"unrecognized arguments: (.*)", "no se reconoce «{0}»"),
    (r"ambiguous option: (.*?) could match (.*)", "«{0}» puede ser {1}"),
)


def _spanish(message: str) -> str:
    for pattern, sentence in _SENTENCES:
        match = re.fullmatch(pattern, message)
        if match:
            return sentence.format(*(part.replace("'", "") for part in match.groups()))
    return message


def build_parser() -> Parser:
    """Return the parser of all verbs."""
    parser = Parser(
        prog="poi-xl",
        description="poi_xl: seguimiento del Plan Operativo Institucional en su propio libro.",
        epilog=_CODES,
        add_help=False,
    )
    parser.examples = tuple(verb.examples[0] for verb in VERBS)
    _add_help(parser)
    parser.add_argument(
        "--version", action="version", version=f"poi_xl {__version__}", help="muestra la versión"
    )
    verbs = parser.add_subparsers(
        dest="verbo", metavar="ORDEN", title="Órdenes", required=True, parser_class=Parser
    )
    for verb in VERBS:
        _add_verb(verbs, verb)
    return parser


def _add_verb(verbs: "argparse._SubParsersAction[Parser]", verb: Verb) -> None:
    each = verbs.add_parser(
        verb.word, help=verb.summary, description=f"{verb.word}: {verb.summary}.", add_help=False
    )
    each.examples = verb.examples
    for argument in verb.arguments:
        each.add_argument(*argument.names, **argument.options)  # type: ignore[arg-type]
    _add_consent(each, verb.word)
    _add_help(each)


def _add_consent(parser: argparse.ArgumentParser, word: str) -> None:
    """Add the option to accept what a verb may ask about, to those that ask."""
    if codes := acceptable(word):
        parser.add_argument(
            "--aceptar",
            metavar="CÓDIGO",
            action="append",
            default=[],
            help=f"sigue adelante pese a esa observación ({', '.join(codes)})",
        )


def _add_help(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-h", "--help", "--ayuda", action="help", help="muestra esta ayuda")


def parse(words: list[str]) -> argparse.Namespace:
    """Return the arguments of a command line; leaves the program when they are wrong."""
    parser = build_parser()
    if not words:
        parser.print_help()
        parser.exit(WRONG_USE)
    return parser.parse_args(words)
