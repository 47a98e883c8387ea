"""Problems of the exports of CEPLAN's application."""

from typing import Final

from poi_xl.core.catalogue.kind import Kind

EXPORTS: Final = {
    "POI-E150": Kind(
        "«{file}» es una exportación del aplicativo CEPLAN, y esta orden necesita un libro.",
        "Haga el libro con «poi-xl construir --desde {file} -o LIBRO.xlsm».",
    ),
    "POI-E151": Kind(
        "a la exportación le faltan columnas: {names}.",
        "Descárguela de nuevo del aplicativo, sin quitarle columnas.",
    ),
    "POI-E152": Kind(
        "la exportación no tiene el bloque «{value}»; tiene {known}.",
        "Elija uno de esos con «--programado».",
    ),
    "POI-E153": Kind(
        "«{file}» está cortado: {detail}.",
        "Descárguelo de nuevo del aplicativo.",
    ),
    "POI-E154": Kind(
        "la fila tiene {found} celdas y el encabezado {expected}; no se contó.",
        "Descargue la exportación de nuevo, o corrija la fila.",
    ),
    "POI-E155": Kind(
        "el código {key} ya está en la fila {first}; las dos se contaron.",
        "Revise si es la misma actividad; si lo es, quite una.",
    ),
    "POI-E156": Kind(
        "«--programado» es solo para exportaciones del aplicativo CEPLAN, y esto no lo es: {file}.",
        "Repita la orden sin esa opción.",
    ),
    "POI-E157": Kind(
        "la exportación no tiene ninguna actividad activa.",
        "Descárguela de nuevo del aplicativo; si sigue vacía, revise el año y la etapa elegidos.",
    ),
    "POI-E158": Kind(
        "el libro no diría lo mismo que la exportación: se perdería {names}.",
        "Cambie en el aplicativo los nombres que parecen un título o un TOTAL.",
    ),
    "POI-E159": Kind(
        "«{file}» no es una exportación del aplicativo CEPLAN.",
        "Elija el archivo «POI_PORACTIVIDADOPERATIVA_…», o la misma tabla guardada como .xlsx o "
        ".csv.",
    ),
    "POI-A150": Kind(
        "filas inactivas (Activo AO = NO) con cantidades: {count}; no se contaron.",
        "Revise en el aplicativo si esas actividades deben estar activas.",
    ),
    "POI-A151": Kind(
        "«Activo AO» dice «{value}», ni SI ni NO; la actividad se contó.",
        "Corríjalo en el aplicativo y descargue la exportación de nuevo.",
    ),
    "POI-A152": Kind(
        "la actividad no tiene código (Actividad Operativa ID).",
        "Revísela en el aplicativo; mientras tanto se la reconoce por su nombre.",
    ),
    "POI-N150": Kind(
        "filas inactivas (Activo AO = NO): {count}; no se contaron.",
        "Nada, si así corresponde.",
    ),
    "POI-N153": Kind(
        "actividades con «Acumulado» = NO: {count}; sus meses se sumaron, porque la exportación no "
        "dice de qué otra forma acumulan.",
        "Si no se suman, agregue al libro la columna ACUMULACIÓN y elija cómo.",
    ),
    "POI-N152": Kind(
        "el plan no tiene montos: no hay columnas de PROGRAMADO y EJECUTADO FINANCIERO.",
        "Nada, si la institución sigue solo metas físicas; si no, agregue esos meses a la derecha.",
    ),
    "POI-N151": Kind(
        "el año {year} se tomó del nombre «{file}»: ninguna columna lo dice.",
        "Nada, si es el año del plan.",
    ),
}
