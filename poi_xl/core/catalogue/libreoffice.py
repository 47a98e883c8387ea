"""Problems of LibreOffice on this computer."""

from typing import Final

from poi_xl.core.catalogue.kind import Kind

LIBREOFFICE: Final = {
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
    "POI-E136": Kind(
        "para insertar columnas, LibreOffice tendría que guardar «{file}» él mismo, y así se "
        "dañarían sus macros.",
        "Inserte en Excel esas columnas bajo EJECUTADO, a la derecha del último mes, y repita la "
        "orden.",
    ),
    "POI-E137": Kind(
        "para insertar columnas, LibreOffice guardará «{file}» él mismo{lost}.",
        "Si no lo desea, inserte esas columnas en Excel y repita la orden.",
    ),
    "POI-E138": Kind(
        "esta hoja está protegida, y hay que escribir en ella.",
        "Quite la protección (Herramientas > Proteger hoja) y repita la orden.",
    ),
}
