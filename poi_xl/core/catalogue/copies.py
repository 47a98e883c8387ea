"""Problems of copies for distribution."""

from typing import Final

from poi_xl.core.catalogue.kind import Kind

COPIES: Final = {
    "POI-N130": Kind(
        "su fórmula lee otro libro: la copia guarda solo el valor.",
        "Nada, si ese valor está al día.",
    ),
    "POI-N141": Kind(
        "las copias por órgano se hacen de nuevo con sus filas, y no llevan: {sheets}.",
        "Nada, si así lo quiere: esas hojas pueden hablar de los demás. Sin --por-organo la copia "
        "las lleva.",
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
        "{engine} calcula {computed} donde {book} dice {stored}.",
        "Recalcule y guarde el libro en su programa; si sigue, corrija la fórmula o distribuya "
        "con --modo valores. No se entregó ninguna copia.",
    ),
    "POI-E140": Kind(
        "hay más celdas que tampoco dan lo mismo: {count}.",
        "Corrija las que se nombran y repita la orden: se comparan todas otra vez.",
    ),
}
