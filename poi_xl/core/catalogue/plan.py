"""Problems of finding the plan and reading it."""

from typing import Final

from poi_xl.core.catalogue.kind import Kind

PLAN: Final = {
    # --- finding and reading the plan -------------------------------------------------------------
    "POI-E20": Kind(
        "no se encontró la tabla del plan en ninguna hoja ({sheets}).",
        "La tabla necesita las columnas de órgano, actividad operativa, META y los meses bajo "
        "PROGRAMADO.",
    ),
    "POI-E21": Kind(
        "a la tabla del plan le falta {what}.",
        "Agregue la columna con ese encabezado.",
    ),
    "POI-E22": Kind(
        "se esperaba un número y dice «{value}»; la celda no se contó.",
        "Escriba el número, o deje la celda vacía.",
    ),
    "POI-E23": Kind(
        "la cantidad {value} es negativa.",
        "Escriba una cantidad de cero o más.",
    ),
    "POI-E24": Kind(
        "la celda contiene el error {value}; no se contó.",
        "Corrija la fórmula.",
    ),
    "POI-E25": Kind(
        "fórmulas sin resultado guardado desde esta celda: {count}; no se contaron.",
        "Abra el libro en Excel o LibreOffice, guárdelo y repita la orden.",
    ),
    "POI-E26": Kind(
        "hay cantidades en una fila sin actividad; la fila no se contó.",
        "Escriba la actividad operativa, o borre la fila.",
    ),
    "POI-E28": Kind(
        "la tabla del plan no tiene ninguna actividad.",
        "Escriba bajo los encabezados el nombre de cada actividad operativa, en su columna.",
    ),
    "POI-E27": Kind(
        "no se sabe si «{value}» lleva punto o coma decimal; la celda no se contó.",
        "Escriba la cantidad como número.",
    ),
    "POI-A20": Kind(
        "números guardados como texto en la columna {column}: {count}; se leyeron como números.",
        "Conviértalos en Excel (Datos > Texto en columnas > Finalizar): SUMA no los cuenta.",
    ),
    "POI-A21": Kind(
        "la cantidad {value} tiene decimales.",
        "Si la unidad de medida se cuenta por enteros, corríjala.",
    ),
    "POI-A22": Kind(
        "la actividad no tiene órgano.",
        "Escriba el órgano o la unidad orgánica responsable.",
    ),
    "POI-A23": Kind(
        "«{label}» aparece más de una vez en el encabezado; se usó la columna {used}.",
        "Deje una sola columna con ese encabezado.",
    ),
    "POI-A190": Kind(
        "la fila dice «{mark}»; no se contó.",
        "Bórrela, si ya no va; si va, quite esa marca.",
    ),
    "POI-A191": Kind(
        "«{label}» se tomó por un subtotal y no se contó, pero no es la suma de sus filas.",
        "Si es una actividad, empiece su nombre con otra palabra; si es un subtotal, corríjalo.",
    ),
    "POI-A192": Kind(
        "cantidades muy lejos de la tabla, desde esta: {count}; no se contaron.",
        "Bórrelas, o acérquelas a la tabla si son del plan.",
    ),
    "POI-A193": Kind(
        "el nombre «{name}» del libro oculta la función del mismo nombre: Excel no la calcula.",
        "Cambie ese nombre (Fórmulas > Administrador de nombres).",
    ),
    "POI-A194": Kind(
        "«{label}» se tomó por una fila de un resumen y no se contó, pero no dice lo que suman sus "
        "actividades.",
        "Si es una actividad, dele otro nombre; si es un resumen, corríjalo o páselo a otra hoja.",
    ),
    "POI-N190": Kind(
        "filas de tareas desde esta: {count}; no se contaron, pues su actividad ya tiene "
        "cantidades.",
        "Nada, si es así; si alguna es una actividad aparte, escríbala como actividad.",
    ),
    "POI-N191": Kind(
        "filas de un resumen bajo el plan, desde esta: {count}; no se contaron, pues repiten lo "
        "que suman sus actividades.",
        "Nada; o páselas a otra hoja.",
    ),
    "POI-N20": Kind(
        "se leyó el plan de la hoja «{used}»; también parecen planes: {others}.",
        "Si es otra, escríbala en «Hoja del plan» de la hoja Configuración.",
    ),
    "POI-N21": Kind(
        "la hoja «{wanted}» que nombra Configuración no tiene un plan; se leyó «{used}».",
        "Corrija «Hoja del plan» en la hoja Configuración.",
    ),
    # --- settings ---------------------------------------------------------------------------------
    "POI-E30": Kind(
        "el semáforo «{value}» no existe; se usó el {used}.",
        "Elija uno de estos: {known}.",
    ),
    "POI-E31": Kind(
        "«{value}» no sirve para «{label}»; se usó {used}.",
        "Escriba {expected}.",
    ),
    "POI-E32": Kind(
        "los límites del semáforo «{name}» no sirven: {detail}.",
        "Escriba los límites de menor a mayor, en porcentaje, y deje el último vacío.",
    ),
    "POI-E33": Kind(
        "el periodo «{value}» no existe.",
        "Use un mes (ENE), un trimestre (1 o I TRIM), un semestre (S1), un rango (ENE-MAR), "
        "ACUM o ANUAL.",
    ),
    "POI-E34": Kind(
        "el semáforo «{value}» no existe.",
        "Elija uno de estos: {known}.",
    ),
    # --- the figures ------------------------------------------------------------------------------
    "POI-E40": Kind(
        "la META es {target} y los doce meses programados suman {total}.",
        "Corrija la META o los meses; si los meses no se suman, escriba cómo se acumulan en una "
        "columna ACUMULACIÓN.",
    ),
    "POI-E41": Kind(
        "dice {stated} programado en el {quarter} y sus meses suman {total}.",
        "Corrija la celda, o reemplácela por la suma de los meses.",
    ),
    "POI-E42": Kind(
        "dice {stated} ejecutado en el {quarter} y sus meses suman {total}.",
        "Corrija la celda, o reemplácela por la suma de los meses.",
    ),
    "POI-E43": Kind(
        "el TOTAL dice {stated} y la columna suma {total}.",
        "Corrija la celda, o reemplácela por la suma de la columna.",
    ),
    "POI-E44": Kind(
        "falta la META; los meses programados suman {total}.",
        "Complete la celda.",
    ),
    "POI-A40": Kind(
        "la actividad está repetida: es igual a la de la fila {first}.",
        "Si es la misma, deje una sola fila; si no, distinga los nombres.",
    ),
    "POI-A41": Kind(
        "hay {value} ejecutado en {month}, después del {quarter}, que es el vigente.",
        "Corrija la celda o el trimestre vigente de la hoja Configuración.",
    ),
    "POI-A42": Kind(
        "en el {quarter} se ejecutó {value} sin nada programado.",
        "Verifique el mes, o reprograme la actividad.",
    ),
    "POI-A43": Kind(
        "en el {quarter} se programó {value} y no se reportó ningún mes.",
        "Complete lo ejecutado; escriba 0 si no se ejecutó nada.",
    ),
    # --- organs -----------------------------------------------------------------------------------
    "POI-E161": Kind(
        "hay órganos que dependen unos de otros en círculo: {chain} (celdas {cells}); no se usaron "
        "esas filas.",
        "Corrija una de ellas en la jerarquía de órganos.",
    ),
    "POI-E162": Kind(
        "falta el órgano o aquello de lo que depende; no se usó la fila.",
        "Complete las dos celdas, o bórrelas.",
    ),
    "POI-E163": Kind(
        "«{organ}» ya depende de «{used}»; no se usó esta fila.",
        "Deje una sola fila para ese órgano.",
    ),
    "POI-A164": Kind(
        "«{organ}» no es un órgano del plan, y ninguno depende de él.",
        "Escriba el nombre como está en el plan, o borre la fila.",
    ),
    # --- how months accumulate --------------------------------------------------------------------
    "POI-E160": Kind(
        "«{value}» no es una forma de acumulación; se usó suma.",
        "Escriba suma, último valor, promedio o constante; vacío es suma.",
    ),
    "POI-A160": Kind(
        "la META es {target} y, por su acumulación ({mode}), los doce meses programados dan "
        "{total}.",
        "Corrija la META, los meses o la acumulación.",
    ),
    "POI-A161": Kind(
        "la acumulación es constante y los meses programados van de {low} a {high}.",
        "Iguale los meses, o cambie la acumulación a promedio o último valor.",
    ),
    "POI-A162": Kind(
        "la celda dice {stated} y, por su acumulación ({mode}), el {quarter} es {total}.",
        "Corrija la celda, los meses o la acumulación.",
    ),
    "POI-A163": Kind(
        "falta la META; por su acumulación ({mode}), los meses programados dan {total}.",
        "Complete la celda.",
    ),
    "POI-A165": Kind(
        "la columna ACUMULACIÓN está fuera de POI_DATOS ({range}): Excel no vuelve a calcular las "
        "funciones cuando se cambia.",
        "Muévala dentro de la tabla del plan, por ejemplo después de UNIDAD DE MEDIDA.",
    ),
    "POI-N160": Kind(
        "no todas las actividades se suman mes a mes ({modes}); el total de un grupo suma lo que "
        "cada una da en el periodo. Las tienen: {organs}.",
        "Nada; para esos grupos vea también el promedio de avances y las actividades por estado.",
    ),
    "POI-N161": Kind(
        "la celda suma los meses ({stated}); por su acumulación ({mode}) el {quarter} es {total}, "
        "que es lo que usa poi_xl.",
        "Nada; o cambie la fórmula de la celda, si la hoja debe mostrar lo mismo.",
    ),
}
