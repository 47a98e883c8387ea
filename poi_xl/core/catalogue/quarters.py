"""Problems of opening a quarter and going back."""

from typing import Final

from poi_xl.core.catalogue.kind import Kind

QUARTERS: Final = {
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
        "Use «Abrir trimestre» de la ficha POI de Excel, o del menú POI de LibreOffice, que ofrece "
        "insertarlas; o insértelas usted bajo EJECUTADO, a la derecha del último mes, y repita la "
        "orden.",
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
