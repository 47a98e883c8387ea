"""Finding, reading and checking the plan, and its settings: what `revisar` tells."""

from collections.abc import Sequence

import xlsxwriter

from poi_xl.reading.cells import UNSET, CellError
from tests.package import books
from tests.problems.telling import HEADER, ROW, SETTINGS, Desk, Told, case, with_
from tests.reading.files import write_rows

HALF = [*HEADER[:3], *HEADER[4:]]


@case("POI-E20")
def no_plan(desk: Desk) -> Told:
    return desk.types("revisar", desk.book({"Hoja1": [["Actividad", "Meta"], ["x", 1]]}))


@case("POI-E21")
def missing_columns(desk: Desk) -> Told:
    return desk.reviews([*ROW[:3], *ROW[4:]], header=HALF)


@case("POI-E22")
def no_number(desk: Desk) -> Told:
    return desk.reviews(with_(F="NO ENVIADO"))


@case("POI-E23")
def negative(desk: Desk) -> Told:
    return desk.reviews(with_(Q=-3.0))


@case("POI-E24")
def error_value(desk: Desk) -> Told:
    return desk.reviews(with_(F=CellError("#DIV/0!")))


@case("POI-E25")
def no_result(desk: Desk) -> Told:
    return desk.reviews(with_(F=UNSET, G=UNSET))


@case("POI-E26")
def no_activity(desk: Desk) -> Told:
    return desk.reviews(ROW, with_(A="", B="", C="", D="", E=""))


@case("POI-E27")
def two_numbers(desk: Desk) -> Told:
    return desk.reviews(with_(E="5.00", F="1.234"))


@case("POI-E28")
def no_activities(desk: Desk) -> Told:
    return desk.reviews([""] * 19)


@case("POI-A20")
def as_text(desk: Desk) -> Told:
    return desk.reviews(with_(D="12"), with_(B="Informar", D="12"))


@case("POI-A21")
def decimals(desk: Desk) -> Told:
    return desk.reviews(with_(R=1.5))


@case("POI-A22")
def no_organ(desk: Desk) -> Told:
    return desk.reviews(with_(A=""))


@case("POI-A23")
def heading_twice(desk: Desk) -> Told:
    return desk.reviews([*ROW, 50.0], header=[*HEADER, "EJEC. ENE"])


@case("POI-A190")
def to_be_deleted(desk: Desk) -> Told:
    return desk.reviews(ROW, with_(B="ELIMINAR - Informar"))


@case("POI-A191")
def total_or_activity(desk: Desk) -> Told:
    rows = [[*ROW[:2], *ROW[3:]], ["JEFATURA", "Total de informes", 60.0, *[5.0] * 15]]
    return desk.reviews(*rows, header=[*HEADER[:2], *HEADER[3:]])


@case("POI-A192")
def far_away(desk: Desk) -> Told:
    path = desk.folder / "POI.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("POI")
        write_rows(book, page, [HEADER, ROW])
        page.write_row("A900000", ROW)
    return desk.types("revisar", path)


@case("POI-A193")
def hidden_function(desk: Desk) -> Told:
    path = desk.folder / "POI.xlsx"
    with xlsxwriter.Workbook(path) as book:
        write_rows(book, book.add_worksheet("POI"), [HEADER, ROW])
        book.define_name("POI_AVANCE", "=POI!$A$1")
    return desk.types("revisar", path)


TOTAL = with_(A="TOTAL", B="", C="")
SUMMARY = with_(A="", B="JEFATURA", C="")


@case("POI-A194")
def old_summary(desk: Desk) -> Told:
    return desk.reviews(ROW, TOTAL, [*SUMMARY[:3], 11.0, *SUMMARY[4:]])


@case("POI-N191")
def summary(desk: Desk) -> Told:
    return desk.reviews(ROW, TOTAL, SUMMARY)


@case("POI-N190")
def tasks(desk: Desk) -> Told:
    return desk.reviews(ROW, with_(B="Tarea 1: reunir"), with_(B="Tarea 2: redactar"))


@case("POI-N20")
def several_plans(desk: Desk) -> Told:
    sheets = {year: [[f"POI {year}"], HEADER, ROW] for year in ("2020", "2021")}
    return desk.types("revisar", desk.book(sheets))


@case("POI-N21")
def another_sheet(desk: Desk) -> Told:
    settings = [["Hoja del plan", "Plan final"]]
    sheets = {"POI": [HEADER, ROW], "Plan final": [["Vacía"]], "Configuración": settings}
    return desk.types("revisar", desk.book(sheets))


# --- settings -------------------------------------------------------------------------------------


def settings(desk: Desk, *rows: Sequence[object]) -> Told:
    sheets = {"POI": [HEADER, ROW], "Configuración": [*SETTINGS, *rows]}
    return desk.types("revisar", desk.book(sheets))


@case("POI-E30")
def no_such_preset(desk: Desk) -> Told:
    return settings(desk, ["Semáforo", "Z"])


@case("POI-E31")
def no_such_method(desk: Desk) -> Told:
    return settings(desk, ["Método de grupo", "MEDIANA"])


@case("POI-E32")
def bad_limits(desk: Desk) -> Told:
    heading = ["Semáforo", "Estado", "Hasta", "Incluye el límite", "Color", "En alerta"]
    bands = [["Propio", "Mal", 0.9, "NO", "rojo", "SÍ"], ["Propio", "Bien", 0.8, "NO", "verde", ""]]
    return settings(desk, [], heading, *bands)


HIERARCHY = [["Jerarquía de órganos"], ["Órgano", "Depende de"]]


@case("POI-E161")
def in_a_circle(desk: Desk) -> Told:
    return settings(desk, [], *HIERARCHY, ["JEFATURA", "ALTA"], ["ALTA", "JEFATURA"])


@case("POI-E162")
def half_a_line(desk: Desk) -> Told:
    return settings(desk, [], *HIERARCHY, ["JEFATURA", ""])


@case("POI-E163")
def two_above(desk: Desk) -> Told:
    return settings(desk, [], *HIERARCHY, ["JEFATURA", "ALTA"], ["JEFATURA", "BAJA"])


@case("POI-A164")
def organ_of_no_plan(desk: Desk) -> Told:
    return settings(desk, [], *HIERARCHY, ["ESCUELA", "ALTA"])


@case("POI-E33")
def no_such_period(desk: Desk) -> Told:
    return desk.types("calcular", desk.plan(), "--periodo", "quincena")


@case("POI-E34")
def no_such_preset_asked(desk: Desk) -> Told:
    return desk.types("calcular", desk.plan(), "--preset", "Z")


# --- the figures ----------------------------------------------------------------------------------

PAIR = [*HEADER, "PROG I TRIM", "EJEC I TRIM"]


@case("POI-E40")
def target_against_months(desk: Desk) -> Told:
    return desk.reviews(with_(D=10.0))


@case("POI-E41")
def planned_quarter(desk: Desk) -> Told:
    return desk.reviews([*ROW, 4.0, 3.0], header=PAIR)


@case("POI-E42")
def executed_quarter(desk: Desk) -> Told:
    return desk.reviews([*ROW, 3.0, 2.0], header=PAIR)


@case("POI-E43")
def total(desk: Desk) -> Told:
    return desk.reviews(ROW, ["TOTAL", "", "", 13.0, *ROW[4:]])


@case("POI-E44")
def no_target(desk: Desk) -> Told:
    return desk.reviews(with_(D=""))


@case("POI-A40")
def repeated(desk: Desk) -> Told:
    return desk.reviews(ROW, with_(B="DIRIGIR "))


@case("POI-A41")
def too_early(desk: Desk) -> Told:
    return desk.reviews([*ROW, 2.0], header=[*HEADER, "EJEC ABR"])


@case("POI-A42")
def unplanned(desk: Desk) -> Told:
    return desk.reviews(with_(D=9.0, E="", F="", G=""))


@case("POI-A43")
def unreported(desk: Desk) -> Told:
    return desk.reviews(with_(Q="", R="", S=""))


# --- how months accumulate ------------------------------------------------------------------------


def of_mode(desk: Desk, mode: str, row: list[object], header: list[object] = HEADER) -> Told:
    return desk.reviews([*row, mode], header=[*header, "ACUMULACIÓN"])


@case("POI-E160")
def no_such_mode(desk: Desk) -> Told:
    return of_mode(desk, "mediana", ROW)


@case("POI-A160")
def target_of_a_mode(desk: Desk) -> Told:
    return of_mode(desk, "último valor", ROW)


@case("POI-A161")
def not_constant(desk: Desk) -> Told:
    return of_mode(desk, "constante", with_(D=1.0, E=2.0))


@case("POI-A162")
def quarter_of_a_mode(desk: Desk) -> Told:
    return of_mode(desk, "último valor", [*with_(D=1.0), 2.0, 1.0], PAIR)


@case("POI-A163")
def no_target_of_a_mode(desk: Desk) -> Told:
    return of_mode(desk, "promedio", with_(D=""))


@case("POI-A165")
def mode_out_of_reach(desk: Desk) -> Told:
    path = desk.plan([*ROW, "suma"], header=[*HEADER, "ACUMULACIÓN"])
    parts = books.unzipped(path.read_bytes())
    name = b"<definedName name='POI_DATOS'>POI!$A$1:$S$2</definedName>"
    names = b"<definedNames>%s</definedNames><calcPr" % name
    parts[books.BOOK] = parts[books.BOOK].replace(b"<calcPr", names)
    return desk.types("revisar", books.save(path, parts))


@case("POI-N160")
def modes_side_by_side(desk: Desk) -> Told:
    return of_mode(desk, "promedio", with_(D=1.0))


@case("POI-N161")
def quarter_that_sums(desk: Desk) -> Told:
    return of_mode(desk, "último valor", [*with_(D=1.0), 3.0, 1.0], PAIR)
