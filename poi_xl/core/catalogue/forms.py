"""Problems of the units' forms."""

from typing import Final

from poi_xl.core.catalogue.kind import Kind

FORMS: Final = {
    "POI-E100": Kind(
        "«{file}» no es una ficha de poi_xl.",
        "Pase solo fichas hechas con «poi-xl fichas»; si la unidad copió la ficha a otro libro, "
        "pídale la original.",
    ),
    "POI-E101": Kind(
        "la ficha la hizo otra versión de poi_xl ({version}), con otras columnas.",
        "Haga las fichas de nuevo con «poi-xl fichas» y pida a la unidad que la llene.",
    ),
    "POI-E102": Kind(
        "la ficha es de otro plan: {what}.",
        "Revise si es de otro libro o de otro año.",
    ),
    "POI-E103": Kind(
        "la ficha es de {period} y el trimestre vigente es el {quarter}.",
        "Pida la ficha del trimestre vigente, o corrija el trimestre en la hoja Configuración.",
    ),
    "POI-E104": Kind(
        "la ficha es anterior a un cambio del plan de «{organ}» (nombres, META o programado).",
        "Haga la ficha de nuevo con «poi-xl fichas» y pida a la unidad que la llene.",
    ),
    "POI-E105": Kind(
        "hay otra ficha de «{organ}»: {other}.",
        "Deje una sola: la que vale.",
    ),
    "POI-E106": Kind(
        "la unidad cambió {what}: dice «{found}» y el plan «{planned}».",
        "Si corresponde, reprograme en el plan y haga la ficha de nuevo; si no, repóngalo en la "
        "ficha.",
    ),
    "POI-E107": Kind(
        "hay una fila que no es de la ficha.",
        "Bórrela; si es una actividad nueva, agréguela al plan y haga la ficha de nuevo.",
    ),
    "POI-E108": Kind(
        "falta la fila de «{activity}».",
        "Pida la ficha completa: una actividad sin ejecución se deja en blanco o con 0.",
    ),
    "POI-E109": Kind(
        "la actividad «{activity}» está dos veces.",
        "Borre la fila copiada.",
    ),
    "POI-E110": Kind(
        "se esperaba un número y dice «{value}».",
        "Escriba el número, o deje la celda vacía.",
    ),
    "POI-E111": Kind(
        "la celda contiene una fórmula.",
        "Reemplácela por su valor.",
    ),
    "POI-E112": Kind(
        "la cantidad {value} es negativa.",
        "Escriba una cantidad de cero o más.",
    ),
    "POI-E113": Kind(
        "la cantidad {value} tiene decimales y el plan cuenta esta actividad por enteros.",
        "Escriba una cantidad entera.",
    ),
    "POI-E114": Kind(
        "la ficha dice {value} y el plan ya dice {current} ({place}).",
        "Decida cuál vale, y repita con «--preferir ficha» o «--preferir plan».",
    ),
    "POI-E115": Kind(
        "las columnas de la ficha no son las originales.",
        "Pida la ficha sin columnas agregadas, quitadas ni movidas.",
    ),
    "POI-E116": Kind(
        "en el plan hay una fórmula, y lo que trae la ficha ({value}) la reemplazaría.",
        "Quite la fórmula de la celda del plan, o la cantidad de la ficha.",
    ),
    "POI-E117": Kind(
        "la hoja del plan no tiene columna de ejecutado para {months}.",
        "Agregue esos meses bajo EJECUTADO y repita la orden.",
    ),
    "POI-E118": Kind(
        "una ficha es de hasta {most} meses; se pidió {period}.",
        "Elija un mes o un trimestre.",
    ),
    "POI-E119": Kind(
        "la ficha dice «{value}» y en la hoja de alertas ya dice «{current}» ({heading}).",
        "Decida cuál vale, y repita con «--preferir ficha» o «--preferir plan».",
    ),
    "POI-A100": Kind(
        "la ficha de «{organ}» está vacía.",
        "No se contó como respuesta; pídala llena.",
    ),
    "POI-A101": Kind(
        "la ficha deja en blanco meses con programado: {count}.",
        "Quedaron como estaban en el plan; si no se ejecutó nada, se escribe 0.",
    ),
    "POI-A102": Kind(
        "no dice quién llenó la ficha.",
        "Complete «{label}».",
    ),
    "POI-N100": Kind(
        "desde que se hizo la ficha cambió en el plan lo ejecutado por «{organ}».",
        "Nada: lo que no coincide se muestra como conflicto.",
    ),
    "POI-N101": Kind(
        "las filas están en otro orden que en la ficha original.",
        "Nada: cada fila conserva su actividad.",
    ),
}
