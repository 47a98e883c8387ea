"""Problems of functions in cells."""

from typing import Final

from poi_xl.core.catalogue.kind import Kind

FUNCTIONS: Final = {
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
}
