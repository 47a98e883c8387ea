"""Problems of Excel: on this computer, and with the workbook open."""

from typing import Final

from poi_xl.core.catalogue.kind import Kind

EXCEL: Final = {
    # --- Excel on this computer -------------------------------------------------------------------
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
    "POI-E84": Kind(
        "la guía no tiene una sola cosa llamada «{name}».",
        "Escriba una de estas: {near}. «poi-xl ayuda» la abre por su primera página.",
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
    # --- the workbook open in Excel ---------------------------------------------------------------
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
        "no se pudo terminar: un paso falló, y las hojas de resumen pueden estar incompletas "
        "({detail}).",
        "Repita la orden, o recupere el respaldo «{backup}». El detalle está en «{log}».",
    ),
    "POI-E97": Kind(
        "no se pudo guardar el respaldo «{file}»: {detail}. El libro quedó como estaba.",
        "Revise el espacio libre y los permisos de la carpeta, y repita la orden.",
    ),
    "POI-E133": Kind(
        "hay que escribir en esta hoja, y está protegida.",
        "Quite la protección (Revisar > Desproteger hoja) y repita la orden.",
    ),
    "POI-E134": Kind(
        "no se pudo terminar: Excel no aceptó un paso. {state} ({detail}).",
        "Repita la orden, o recupere el respaldo «{backup}». El detalle está en «{log}».",
    ),
    "POI-E135": Kind(
        "Excel no pudo guardar una copia de trabajo de «{file}»; no se tocó nada ({detail}).",
        "Revise el espacio libre del disco y repita la orden.",
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
}
