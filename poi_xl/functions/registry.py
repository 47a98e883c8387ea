"""The worksheet functions, declared once: every host, the help and the manual derive from this."""

from collections.abc import Mapping

from poi_xl import __version__
from poi_xl.functions import tables, values
from poi_xl.functions.records import Argument, Example, Function, Kind, Result

_ALL = "todos"
_ORGAN = Argument(
    "organo",
    Kind.ORGAN,
    'Órgano o unidad orgánica, sin importar tildes ni mayúsculas; vacío o "*": todos. '
    "Con un rango responde una celda por cada nombre.",
    _ALL,
)
_PERIOD = Argument(
    "periodo",
    Kind.PERIOD,
    "Mes (ENE), trimestre (1, I TRIM), semestre (S1), rango (ENE-MAR), ACUM, A MAR o ANUAL. "
    "Omitido: el trimestre vigente.",
    "el trimestre vigente",
)
_ACTIVITY = Argument(
    "actividad",
    Kind.ACTIVITY,
    'Nombre de la actividad operativa; vacío o "*": todas. '
    "Con un rango responde una celda por cada nombre.",
    "todas",
)
_BUDGET_ACTIVITY = Argument(
    "mef",
    Kind.BUDGET_ACTIVITY,
    'Actividad presupuestal (MEF); vacío o "*": todas.',
    "todas",
)
_TABLE = Argument(
    "tabla",
    Kind.TABLE,
    "Rango del plan con su encabezado. Omitido: el plan de este libro (nombre POI_DATOS).",
    "el plan del libro",
)
_FILTERED = (_ORGAN, _PERIOD, _ACTIVITY, _BUDGET_ACTIVITY, _TABLE)

_NO_MONEY = "POI-N152"

# What the longer examples answer.
_TOTAL = (
    (
        "Total", "Actividades", "Meta", "Programado", "Ejecutado", "Brecha", "Avance", "Semáforo",
        "Avance de meta", "Promedio", "Promedio con tope",
    ),
    (
        "TOTAL", 78.0, 6350.0, 1543.0, 1494.0, -49.0, 1494 / 1543, "En meta",
        1494 / 6350, 0.972981133147, 0.972260173686,
    ),
)  # fmt: skip
_PLANNED = (519.0, 506.0, 518.0, 529.0, 532.0, 547.0, 525.0, 508.0, 527.0, 529.0, 557.0, 553.0)
_WORST = (
    (
        "N.º", "Órgano", "Actividad", "Unidad de medida", "Meta", "Programado", "Ejecutado",
        "Brecha", "Avance", "Semáforo",
    ),
    (
        59.0, "GERENCIA DE SERVICIOS AL ADMINISTRADO",
        "RECEPCIÓN, REGISTRO Y DERIVACIÓN DE LA DOCUMENTACIÓN", "REPORTE", 72.0, 18.0, 12.0, -6.0,
        12 / 18, "Crítico",
    ),
)  # fmt: skip
_ALL_WELL = (
    ("Código", "Severidad", "Hoja", "Celda", "Qué pasa", "Qué hacer"),
    ("", "", "", "", "Todas las comprobaciones pasaron.", "Nada."),
)
_ABOUT = f"poi_xl {__version__} · Datos f7051dd4f2b8 · Semáforo A (75/95/100)"

FUNCTIONS: tuple[Function, ...] = (
    Function(
        "POI_META",
        "Meta física del año, de lo que dejen los filtros.",
        (_ORGAN, _ACTIVITY, _BUDGET_ACTIVITY, _TABLE),
        Result.SCALAR,
        Example('=POI_META("ESCUELA SAT")', 45.0),
        values.target,
    ),
    Function(
        "POI_PROGRAMADO",
        "Cantidad programada en el periodo.",
        _FILTERED,
        Result.SCALAR,
        Example("=POI_PROGRAMADO()", 1543.0),
        values.planned,
    ),
    Function(
        "POI_EJECUTADO",
        "Cantidad ejecutada en el periodo.",
        _FILTERED,
        Result.SCALAR,
        Example("=POI_EJECUTADO()", 1494.0),
        values.executed,
    ),
    Function(
        "POI_BRECHA",
        "Ejecutado menos programado en el periodo: negativa si falta.",
        _FILTERED,
        Result.SCALAR,
        Example('=POI_BRECHA(; "MAR")', -18.0),
        values.gap,
    ),
    Function(
        "POI_AVANCE",
        "Avance: ejecutado entre programado del periodo (1 es 100 %). De un grupo, según el método "
        "de grupo de Configuración. #N/A si no hay nada programado.",
        _FILTERED,
        Result.SCALAR,
        Example("=POI_AVANCE()", 1494 / 1543),
        values.progress,
        absent=("POI-N60",),
    ),
    Function(
        "POI_AVANCE_META",
        "Avance de meta: ejecutado de enero al fin del periodo, entre la meta del año. "
        "#N/A si no hay meta.",
        _FILTERED,
        Result.SCALAR,
        Example('=POI_AVANCE_META("Escuela SAT"; "ACUM")', 0.2),
        values.target_progress,
        absent=("POI-N60",),
    ),
    Function(
        "POI_SEMAFORO",
        "Estado del avance según el semáforo del libro: En meta, Crítico… o No programado, "
        "Ejecutado sin programación, Sin reporte.",
        _FILTERED,
        Result.SCALAR,
        Example('=POI_SEMAFORO("organo de control institucional"; 1)', "Crítico"),
        values.flag,
    ),
    Function(
        "POI_FIN_PROGRAMADO",
        "Monto programado en el periodo, en soles. #N/A si el plan no tiene montos.",
        _FILTERED,
        Result.SCALAR,
        Example("=POI_FIN_PROGRAMADO()", "#N/A"),
        values.in_soles(values.planned),
        absent=(_NO_MONEY,),
    ),
    Function(
        "POI_FIN_EJECUTADO",
        "Monto ejecutado (devengado) en el periodo, en soles. #N/A si el plan no tiene montos.",
        _FILTERED,
        Result.SCALAR,
        Example("=POI_FIN_EJECUTADO()", "#N/A"),
        values.in_soles(values.executed),
        absent=(_NO_MONEY,),
    ),
    Function(
        "POI_FIN_AVANCE",
        "Avance financiero: monto ejecutado entre programado del periodo (1 es 100 %), siempre por "
        "sumas. #N/A si no hay monto programado, o el plan no tiene montos.",
        _FILTERED,
        Result.SCALAR,
        Example("=POI_FIN_AVANCE()", "#N/A"),
        values.in_soles(values.progress),
        absent=(_NO_MONEY, "POI-N60"),
    ),
    Function(
        "POI_CALIFICAR",
        "Estado de cualquier avance según un semáforo.",
        (
            Argument(
                "avance",
                Kind.RATIO,
                "Un avance como número: 0.95 es 95 %. "
                "Con un rango responde una celda por cada uno.",
            ),
            Argument(
                "preset",
                Kind.PRESET,
                'Semáforo por su nombre ("A") o sus límites ("75/95/100"). '
                "Omitido: el de Configuración.",
                "el semáforo del libro",
            ),
        ),
        Result.SCALAR,
        Example('=POI_CALIFICAR(0.95; "A")', "En meta"),
        values.rate,
    ),
    Function(
        "POI_RESUMEN",
        "Tabla con encabezado y una fila por grupo: actividades, meta, programado, ejecutado, "
        "brecha, avance, semáforo, avance de meta y promedios.",
        (
            Argument(
                "por",
                Kind.GROUPING,
                'Qué es una fila: "organo", "mef", "unidad", "actividad" (órgano y nombre) o '
                '"total". Omitido: por órgano.',
                "por órgano",
            ),
            _PERIOD,
            _TABLE,
        ),
        Result.MATRIX,
        Example('=POI_RESUMEN("total")', _TOTAL),
        tables.summary,
        absent=("POI-N60",),
    ),
    Function(
        "POI_SERIE",
        "Los doce meses en una fila; con un rango de nombres en columna, una fila por nombre. "
        "#N/A en los meses que nadie ha reportado.",
        (
            _ORGAN,
            Argument(
                "medida",
                Kind.MEASURE,
                "programado, ejecutado, brecha, avance, programado acumulado, ejecutado acumulado "
                "o avance acumulado. Omitida: programado.",
                "programado",
            ),
            _ACTIVITY,
            _BUDGET_ACTIVITY,
            _TABLE,
        ),
        Result.MATRIX,
        Example('=POI_SERIE("*"; "programado")', (_PLANNED,)),
        tables.series,
        absent=("POI-N60", "POI-N61"),
    ),
    Function(
        "POI_ALERTAS",
        "Actividades en alerta, la peor primero, con encabezado: como la hoja Alertas.",
        (
            _PERIOD,
            Argument("n", Kind.COUNT, "Cuántas mostrar. Omitido: todas.", "todas"),
            _TABLE,
        ),
        Result.MATRIX,
        Example("=POI_ALERTAS(1; 1)", _WORST),
        tables.alerts,
    ),
    Function(
        "POI_OBSERVACIONES",
        "Lo que no cuadra en el plan y en la configuración, y por qué una función POI respondió "
        "con un error: código, severidad, lugar, qué pasa y qué hacer.",
        (_TABLE,),
        Result.MATRIX,
        Example("=POI_OBSERVACIONES()", _ALL_WELL),
        tables.observations,
        remembered=False,
    ),
    Function(
        "POI_PERIODO",
        "Nombre canónico de un periodo, escrito de cualquier forma.",
        (
            Argument(
                "texto",
                Kind.TEXT,
                "Un periodo: 1° trimestre, T1, enero, S1, ENE-MAR, ACUM, ANUAL. "
                "Omitido: el trimestre vigente.",
                "el trimestre vigente",
            ),
        ),
        Result.SCALAR,
        Example('=POI_PERIODO("1° trimestre")', "I TRIM"),
        values.period_name,
    ),
    Function(
        "POI_INFO",
        "Versión de poi_xl, huella de los datos y semáforo en uso.",
        (),
        Result.SCALAR,
        Example("=POI_INFO()", _ABOUT),
        values.about,
    ),
)

BY_NAME: Mapping[str, Function] = {each.name: each for each in FUNCTIONS}
