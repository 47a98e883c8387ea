"""Problems of a file that is read, written or given back."""

from typing import Final

from poi_xl.core.catalogue.kind import Kind

FILES: Final = {
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
        "Quite el atributo de solo lectura, o trabaje en una copia del libro.",
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
    "POI-E170": Kind(
        "«{file}» es más grande de lo que se puede leer sin riesgo: {detail}.",
        "Guarde en otro libro solo la hoja del plan y su configuración, y repita con ese.",
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
    "POI-E171": Kind(
        "no se pudo escribir en la carpeta temporal: {detail}; el libro quedó como estaba.",
        "Libere espacio en el disco, o ponga otra carpeta en la variable TMPDIR (TEMP en Windows), "
        "y repita la orden.",
    ),
    "POI-E172": Kind(
        "el sistema no dejó leer o escribir {what}: {detail}.",
        "Revise los permisos del archivo y de su carpeta, y repita la orden.",
    ),
    "POI-A170": Kind(
        "los módulos de macros {names} no son los de poi_xl {version}: alguien los cambió, o son "
        "de otra versión.",
        "Si no lo hizo usted, no habilite las macros; recupere el libro de quien lo publicó.",
    ),
    "POI-N170": Kind(
        "se quitó lo que dejó una orden interrumpida: {names}.",
        "Nada: el libro está entero, como antes o como después de aquella orden.",
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
}
