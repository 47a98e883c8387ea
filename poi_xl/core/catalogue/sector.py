"""Problems of a consolidation of many files."""

from typing import Final

from poi_xl.core.catalogue.kind import Kind

SECTOR: Final = {
    "POI-E200": Kind(
        "no se pudo leer: {detail}.",
        "Revise que el archivo se abra y que se pueda llegar a él; pida otro si está dañado.",
    ),
    "POI-E201": Kind(
        "no se encontró, o no se puede llegar a él.",
        "Escriba un archivo, una carpeta, un patrón como «entregas/*.xlsx» o una dirección.",
    ),
    "POI-E202": Kind(
        "es más grande que cualquier plan (más de 256 MB).",
        "Saque lo que no sea el plan y entréguelo de nuevo.",
    ),
    "POI-E203": Kind(
        "leerlo necesita más memoria de la que tiene un proceso, o lo termina.",
        "Revise el archivo con «poi-xl revisar»; pida otro si está dañado.",
    ),
    "POI-E204": Kind(
        "la carpeta no tiene una consolidación.",
        "Hágala con «poi-xl consolidar ORIGEN -o {folder}».",
    ),
    "POI-E205": Kind(
        "ahí ya hay algo que no es de una consolidación: «{found}».",
        "Elija con -o una carpeta nueva, o una que haya hecho «poi-xl consolidar».",
    ),
    "POI-E206": Kind(
        "faltan programas para consolidar: {names}.",
        "Instálelos con «pip install 'poi-xl[consolidar]'».",
    ),
    "POI-E207": Kind(
        "ninguna entidad se llama «{value}»; las más parecidas: {known}.",
        "Escriba el nombre como está en la consolidación («--por entidad» los muestra).",
    ),
    "POI-E208": Kind(
        "no hay planes del año {year}; hay de: {known}.",
        "Elija uno de esos con «--anio».",
    ),
    "POI-E209": Kind(
        "no se puede trabajar con el clúster: {detail}.",
        "Revise la dirección y que haya trabajadores; repita la orden, que sigue donde quedó.",
    ),
    "POI-E210": Kind(
        "los trabajadores del clúster tienen otro poi_xl ({found}; aquí {ours}).",
        "Instale la misma versión, con «poi-xl[consolidar]», en todos.",
    ),
    "POI-E212": Kind(
        "la línea {line} de la tabla de nombres no tiene dos columnas, o no es texto UTF-8.",
        "Escriba en cada línea el archivo o el nombre, y la entidad, separados por «;».",
    ),
    "POI-E213": Kind(
        "«{option}» es solo para la carpeta de una consolidación.",
        "Repita la orden sin esa opción, o con la carpeta.",
    ),
    "POI-E214": Kind(
        "no hay ningún libro ni exportación que consolidar (archivos de otro tipo: {others}).",
        "Revise el origen: se leen .xlsx, .xlsm, .xls y .csv, también dentro de .zip.",
    ),
    "POI-E215": Kind(
        "otra orden está poniendo al día esta consolidación.",
        "Espere a que termine, y repita la orden.",
    ),
    "POI-A200": Kind(
        "«{entity}» entregó dos veces su plan del {when}; se contó «{kept}», que es más reciente.",
        "Si no es así, quite del origen el que no vale.",
    ),
    "POI-A201": Kind(
        "el archivo no dice de qué entidad es; se consolidó como «{entity}».",
        "Escriba en «entidades.csv» el archivo y su entidad, y repita la orden.",
    ),
    "POI-A202": Kind(
        "el plan no dice de qué año es; quedó en el año 0.",
        "Escriba el año en el título del plan o en su hoja Configuración.",
    ),
    "POI-A203": Kind(
        "ninguna entrega de {year} tiene columnas de ejecución de todos los meses de {period}; "
        "se usó la última.",
        "Pida un libro con los meses ejecutados desde enero.",
    ),
    "POI-A204": Kind(
        "«{entity}» entregó dos planes distintos del {when} y nada dice cuál es más reciente; se "
        "contó «{kept}».",
        "Quite del origen el que no vale, o ponga la versión del POI en su título.",
    ),
    "POI-N200": Kind(
        "es una copia: «{entity}» ya entregó el mismo plan del {when} en «{kept}»; no se sumó.",
        "No es necesario hacer nada.",
    ),
    "POI-N201": Kind(
        "las entidades usan semáforos o promedios distintos; aquí todas se califican con {preset}.",
        "Elija otro con «--preset»; el de cada una está en la tabla de indicadores.",
    ),
}
