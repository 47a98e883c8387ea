"""Functions in cells, as POI_OBSERVACIONES tells of them, and their native formulas."""

from typing import Any

from poi_xl.commands.answering import Cells, context_of, table_context
from poi_xl.commands.nativize import nativize
from poi_xl.core.settings import Settings
from poi_xl.functions import BY_NAME, Context, answer
from poi_xl.functions.calling import MOST_CELLS
from poi_xl.package.parts import Package
from tests.core.plans import NAN, plan_of
from tests.problems.telling import HEADER, ROW, Desk, Told, case, refused, with_

SMALL = plan_of(
    ("JEFATURA", "Dirigir", 12, [1, 1, 1], [1, 1, 0]),
    ("ÓRGANO DE CONTROL", "Atender", NAN, [0, 0, 0], []),
    title_quarter=1,
)


def asked(name: str, *arguments: Any, context: Context | None = None) -> Told:
    """Ask a function, then POI_OBSERVACIONES why it had no answer."""
    context = context or Context(SMALL)
    answer(context, BY_NAME[name], arguments)
    listed = answer(context, BY_NAME["POI_OBSERVACIONES"], [])
    assert isinstance(listed, list)
    assert {each.code for each in context.failures} <= {str(row[0]) for row in listed}
    return (*context.problems, *context.failures)


@case("POI-E60")
def no_such_name(desk: Desk) -> Told:
    return asked("POI_AVANCE", "JEFATURAS")


@case("POI-E61")
def unfit_argument(desk: Desk) -> Told:
    return asked("POI_RESUMEN", "región")


@case("POI-E62")
def other_shapes(desk: Desk) -> Told:
    return asked("POI_EJECUTADO", (("JEFATURA",),) * 3, None, (("Dirigir",),) * 2)


@case("POI-E63")
def too_many(desk: Desk) -> Told:
    return asked("POI_META", (("JEFATURA",),) * (MOST_CELLS + 1))


@case("POI-E64")
def no_table(desk: Desk) -> Told:
    return asked("POI_META", context=table_context([["a", 1.0], ["b", 2.0]], Settings()))


@case("POI-E65")
def which_plan(desk: Desk) -> Told:
    sheets = [Cells(name, [HEADER, ROW]) for name in ("Plan", "Copia")]
    return asked("POI_META", context=context_of((), lambda: sheets, Settings()))


@case("POI-N60")
def no_denominator(desk: Desk) -> Told:
    return asked("POI_AVANCE", "órgano de control")


@case("POI-N61")
def nothing_reported(desk: Desk) -> Told:
    return asked("POI_SERIE", "órgano de control", "ejecutado")


@case("POI-N152")
def no_money(desk: Desk) -> Told:
    return asked("POI_FIN_AVANCE")


# --- native formulas ------------------------------------------------------------------------------


@case("POI-E66")
def cell_of_no_use(desk: Desk) -> Told:
    path = desk.plan(with_(D="12"))
    return refused(nativize, Package.open(path), desk.folder / "nativo.xlsx")


@case("POI-E67")
def no_native_formula(desk: Desk) -> Told:
    return desk.types("formula", "POI_META(A5:A9)", "--libro", desk.plan())


@case("POI-E68")
def nothing_to_translate(desk: Desk) -> Told:
    return desk.types("formula", "SUMA(1;2)", "--libro", desk.plan())


@case("POI-E69")
def no_such_sheet(desk: Desk) -> Told:
    return desk.types("formula", "POI_META()", "--libro", desk.plan(), "--hoja", "Nada")


@case("POI-E82")
def no_such_function(desk: Desk) -> Told:
    return desk.types("funciones", "POI_AVANSE")


@case("POI-E84")
def no_such_topic(desk: Desk) -> Told:
    return desk.types("ayuda", "actualisar")
