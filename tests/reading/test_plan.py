"""Finding and reading the plan: each test is a habit or a mistake seen on real sheets."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from poi_xl.core.checks import check
from poi_xl.core.period import MONTHS
from poi_xl.core.plan import By
from poi_xl.reading.cells import UNSET, CellError
from poi_xl.reading.grid import locate
from poi_xl.reading.plan import read_plan

SEED = Path(__file__).parents[2] / "data" / "poi_2021.tsv"
TEXTS = ["ÓRGANO", "ACTIVIDAD OPERATIVA", "UNIDAD DE MEDIDA", "META"]
HEADER = [*TEXTS, *[f"PROG {m}" for m in MONTHS], "EJEC ENE", "EJEC FEB", "EJEC MAR"]
# A row of the table above, with 1 planned each month and executed in January.
ROW = ["JEFATURA", "Dirigir", "ACCIONES", 12.0, *[1.0] * 12, 1.0, "", ""]


def with_(row=ROW, **cells):
    """The row with other cells by column letter."""
    copy = list(row)
    for letter, value in cells.items():
        copy[ord(letter) - ord("A")] = value
    return copy


def read(*rows, header=HEADER, merged=()):
    return read_plan([header, *rows], merged, "POI")


def read_grid(rows, merged=()):
    return read_plan(rows, merged, "POI")


def told(problems):
    return [(p.code, p.cell) for p in problems]


def seed_cell(text):
    return float(text.replace(",", "")) if text.replace(",", "").isdecimal() else text


@pytest.fixture
def seed():
    if not SEED.exists():
        pytest.skip("the institution's plan is not here")
    lines = SEED.read_text(encoding="utf-8").split("\n")
    rows = [[seed_cell(cell) for cell in line.split("\t")] for line in lines]
    return read_plan(rows, sheet="POI")


def test_the_institutions_own_plan(seed):
    plan, problems = seed
    assert problems == ()
    assert check(plan, 1) == ()
    groups = [
        len(plan.grouping(by).labels) for by in (By.ORGAN, By.BUDGET_ACTIVITY, By.MEASURE_UNIT)
    ]
    assert (len(plan), groups) == (78, [24, 3, 5])
    assert np.nansum(plan.target) == 6350
    sums = {column: np.nansum(values) for column, values in plan.stated.quarters.items()}
    assert sums == {("quarter_planned", 1): 1543, ("quarter_executed", 1): 1494}
    assert (plan.year, plan.title_quarter, len(plan.stated.totals)) == (2021, 1, 18)
    assert plan.executed_months == {1, 2, 3}


# --- the header -----------------------------------------------------------------------------------


def test_blank_is_not_zero():
    plan, problems = read(with_(E="", F=0.0))
    assert np.isnan(plan.planned[0, 0])
    assert plan.planned[0, 1] == 0
    assert problems == ()


def test_the_labels_under_executed_say_the_months_not_their_number():
    header = [*HEADER[:-3], "EJEC ABR", "EJEC MAY", "EJEC JUN"]
    plan, _ = read(with_(Q=7.0), header=header)
    assert plan.executed_months == {4, 5, 6}
    assert plan.executed[0, 3] == 7
    assert np.isnan(plan.executed[0, :3]).all()


def test_months_above_and_planned_and_executed_below():
    """Each month is a group with its own pair, then a quarter's and the year's pair."""
    groups = [*TEXTS, *[x for m in MONTHS for x in (m, "")], "I TRIM", "", "ANUAL", ""]
    pairs = ["", "", "", "", *["PROG", "EJEC"] * 14]
    row = [*ROW[:4], *[float(i) for i in range(28)]]
    plan, problems = read_grid([groups, pairs, row])
    assert plan.planned[0].tolist() == [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22]
    assert plan.executed[0].tolist() == [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23]
    assert {c: v[0] for c, v in plan.stated.quarters.items()} == {
        ("quarter_planned", 1): 24,
        ("quarter_executed", 1): 25,
    }
    assert problems == ()


def test_quarter_sums_inside_the_months_are_not_months():
    months = [m for i in range(0, 12, 3) for m in (*MONTHS[i : i + 3], f"{i // 3 + 1}º TRIM")]
    groups = [*TEXTS, "PROGRAMADO", *[""] * 15, "EJECUTADO"]
    row = [*ROW[:4], *[float(i) for i in range(17)]]
    plan, _ = read_grid([groups, ["", "", "", "", *months, "ENE"], row])
    assert plan.planned[0].tolist() == [0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14]
    assert plan.stated.quarters["quarter_planned", 4].tolist() == [15]


@pytest.mark.parametrize(
    "extra", ["PROG ACUM MAR", "% AVANCE ENE", "PROG FINANCIERA ENE", "EJEC ANUAL"]
)
def test_columns_that_only_look_like_months_are_left_alone(extra):
    plan, problems = read([*ROW, 99.0], header=[*HEADER, extra])
    assert (problems, plan.stated.quarters) == ((), {})
    assert np.nansum(plan.planned) == 12


def test_group_label_typed_over_the_middle_of_its_months_without_merging():
    groups = [*TEXTS, *[""] * 6, "PROGRAMADO", *[""] * 5, "", "EJECUTADO", ""]
    lower = ["", "", "", "", *MONTHS, "ENE", "FEB", "MAR"]
    plan, problems = read_grid([groups, lower, ROW])
    assert (np.nansum(plan.planned), np.nansum(plan.executed)) == (12, 1)
    assert problems == ()


def test_months_typed_as_dates():
    """Excel turns «ene-21» into the first of January."""
    groups = [*TEXTS, "PROGRAMADO", *[""] * 11, "EJECUTADO", "", ""]
    dates = [dt.date(2021, m, 1) for m in range(1, 13)]
    plan, _ = read_grid([groups, ["", "", "", "", *dates, *dates[:3]], ROW])
    assert np.nansum(plan.planned) == 12


def test_budget_activity_is_not_the_activity():
    header = ["DEPENDENCIA", "ACTIVIDAD PRESUPUESTAL", "ACTIVIDAD", "META", *HEADER[4:]]
    plan, _ = read(["A", "Gestión", "Dirigir", *ROW[3:]], header=header)
    assert (plan.budget_activity, plan.activity) == (("Gestión",), ("Dirigir",))


def test_a_code_column_is_the_key():
    plan, _ = read(["AOI000127", *ROW], header=["CÓDIGO AOI", *HEADER])
    assert (plan.code, plan.keys) == (("AOI000127",), ("aoi000127",))


def test_all_missing_columns_are_named_at_once():
    plan, (problem,) = read(ROW[:14], header=["ÓRGANO", "ACTIVIDAD", "U.M.", "NOTA", *HEADER[4:14]])
    assert plan is None
    assert (problem.code, problem.cell) == ("POI-E21", "A1")
    for missing in ("META", "los meses NOV, DIC bajo PROGRAMADO", "los meses bajo EJECUTADO"):
        assert missing in problem.message


def test_missing_activity_is_named():
    header = ["ÓRGANO", "TAREA", *HEADER[2:]]
    plan, (problem,) = read(ROW, header=header)
    assert plan is None
    assert "ACTIVIDAD OPERATIVA" in problem.message


def test_a_sheet_without_a_plan_has_neither_plan_nor_problem():
    assert read_plan([["Actividad", "Meta"], ["x", 1.0]], sheet="Notas") == (None, ())
    assert read_plan([], sheet="Vacía") == (None, ())
    assert locate([["a"], [1.0]]) is None


def test_repeated_heading_is_told_and_the_first_one_counts():
    plan, problems = read([*ROW, 50.0], header=[*HEADER, "EJEC. ENE"])
    assert told(problems) == [("POI-A23", "T1")]
    assert "columna Q" in problems[0].message
    assert plan.executed[0, 0] == 1


def test_a_vaguer_heading_is_another_column_and_nobodys_problem():
    plan, problems = read(["Programa", *ROW], header=["ACTIVIDAD", *HEADER])
    assert (plan.activity, problems) == (("Dirigir",), ())


def test_a_title_with_words_of_the_header_is_still_the_title():
    plan, problems = read_grid([["EJECUCIÓN DEL POI 2021"], HEADER, ROW])
    assert (plan.title, plan.year, problems) == ("EJECUCIÓN DEL POI 2021", 2021, ())


@pytest.mark.parametrize("words", ["II TRIMESTRE", "TRIMESTRE II", "Trimestre 2"])
def test_a_titles_quarter_may_stand_before_or_after_its_word(words):
    plan, _ = read_grid([[f"SEGUIMIENTO DEL POI 2021 AL {words}"], HEADER, ROW])
    assert (plan.year, plan.title_quarter) == (2021, 2)


def test_a_total_inside_a_quarter_is_not_the_quarters_own_column():
    """Nobody says whether it adds up the quarter or the year: it is left alone."""
    quarter = [*[""] * 19, "I TRIM"]
    kinds = [*TEXTS, "PROGRAMADO", *[""] * 11, *["EJECUTADO"] * 4]
    months = [*[""] * 4, *MONTHS, *MONTHS[:3], "TOTAL"]
    plan, problems = read_grid([quarter, kinds, months, [*ROW, 9.0]])
    assert (plan.stated.quarters, problems) == ({}, ())


def test_a_quarters_target_is_not_the_years():
    quarter = [*[""] * 19, "II TRIM"]
    plan, problems = read_grid([quarter, [*HEADER, "META"], [*ROW, 3.0]])
    assert (plan.target.tolist(), problems) == ([12], ())


def test_without_organ_column_it_is_said_once():
    plan, problems = read(ROW[1:], ROW[1:], header=HEADER[1:])
    assert told(problems) == [("POI-A22", "A1")]
    assert plan.organ == ("", "")


# --- rows -----------------------------------------------------------------------------------------


def test_organ_is_carried_down_merged_or_blank_and_over_a_page_break():
    rows = [
        with_(A="ESCUELA"), with_(A=""), ["PLAN OPERATIVO INSTITUCIONAL 2021"], HEADER,
        with_(A=""), with_(A="JEFATURA"), with_(A=""),
    ]  # fmt: skip
    plan, _ = read_grid([["PLAN OPERATIVO INSTITUCIONAL 2021"], HEADER, *rows], [((7, 0), (8, 0))])
    assert plan.organ == ("ESCUELA", "ESCUELA", "ESCUELA", "JEFATURA", "JEFATURA")


def test_first_rows_without_organ_are_told():
    _, problems = read(with_(A=""), with_(A="X"))
    assert told(problems) == [("POI-A22", "A2")]


def test_organ_in_a_line_of_its_own():
    plan, _ = read(["ESCUELA"], with_(A=""), ["JEFATURA"], with_(A=""))
    assert plan.organ == ("ESCUELA", "JEFATURA")


def test_merged_activity_counts_for_each_of_its_rows():
    plan, problems = read(ROW, with_(A="", B="", C="INFORMES"), merged=[((1, 1), (2, 1))])
    assert plan.activity == ("Dirigir", "Dirigir")
    assert problems == ()


def test_totals_and_subtotals_stay_out():
    rows = [
        with_(A="ESCUELA"), with_(A="SUB TOTAL", B=""), with_(A="", B="Total Jefatura", C=""),
        with_(A="TOTAL GENERAL", B="", D=99.0),
    ]  # fmt: skip
    plan, problems = read(*rows)
    assert len(plan) == 1
    assert plan.stated.totals["target", 0] == (5, 99)
    assert problems == ()


def test_an_activity_may_begin_with_the_word_total():
    plan, _ = read(with_(B="Total de informes emitidos"))
    assert plan.activity == ("Total de informes emitidos",)


def test_with_a_total_in_every_block_none_is_the_plans():
    plan, _ = read(ROW, with_(A="TOTAL", B=""), with_(B="Otra"), with_(A="TOTAL", B=""))
    assert (len(plan), plan.stated.totals) == (2, {})


def test_an_activity_called_total_before_its_blocks_total_makes_none_the_plans():
    header, row = [*HEADER[:2], *HEADER[3:]], [*ROW[:2], *ROW[3:]]
    total = ["", "TOTAL", *ROW[3:]]
    plan, _ = read(row, total, row, ["", "Total de informes", *ROW[3:]], total, header=header)
    assert plan.stated.totals == {}


@pytest.mark.parametrize("label", ["SUMA", "Suma total:", "SUMAS"])
def test_a_total_may_be_called_a_sum(label):
    plan, problems = read(ROW, with_(A="", B=label, C=""))
    assert (plan.activity, problems) == (("Dirigir",), ())
    assert plan.stated.totals["target", 0] == (3, 12)


def test_sums_carried_from_page_to_page_stay_out():
    over = with_(A="", B="VAN", C=""), with_(A="", B="Vienen:", C="")
    plan, problems = read(ROW, *over, with_(B="Otra"))
    assert (plan.activity, problems) == (("Dirigir", "Otra"), ())


@pytest.mark.parametrize("organ", ["GERENCIA DE CALIDAD TOTAL", "Los que van"])
def test_an_organ_in_a_line_of_its_own_may_have_a_word_of_totals(organ):
    plan, _ = read(["ESCUELA"], with_(A=""), [organ], with_(A="", B="Otra"))
    assert plan.organ == ("ESCUELA", organ)


def test_figures_without_activity_are_told_where_they_are():
    plan, problems = read(ROW, with_(A="", B="", C="", D="", E="", F=5.0))
    assert told(problems) == [("POI-E26", "F3")]
    assert len(plan) == 1


def test_a_table_without_activities_is_no_plan():
    plan, problems = read(with_(B=""))
    assert plan is None
    assert told(problems) == [("POI-E28", "B2"), ("POI-E26", "D2")]


def test_an_error_without_activity_is_told_too():
    _, problems = read(ROW, [*[""] * 4, CellError("#REF!"), *[""] * 14])
    assert told(problems) == [("POI-E26", "E3")]


def test_signatures_below_the_total_are_no_activities():
    signatures = ["Elaborado por", "Revisado por", *[""] * 17]
    plan, problems = read(ROW, with_(A="TOTAL", B="", C=""), signatures)
    assert (plan.activity, problems) == (("Dirigir",), ())


def test_an_activity_without_any_figure_is_one_and_a_footnote_is_not():
    blanks = [""] * 16
    rows = [["JEFATURA", "Nada", "ACCIONES", *blanks], ["", "Fuente: la oficina", "", *blanks]]
    plan, problems = read(ROW, *rows)
    assert plan.activity == ("Dirigir", "Nada")
    assert problems == ()


def test_row_that_numbers_the_columns_is_no_activity():
    plan, problems = read([f"({i})" for i in range(1, 20)], ROW)
    assert (plan.activity, problems) == (("Dirigir",), ())


def test_row_that_numbers_the_columns_is_none_with_other_columns_in_between():
    header = [*HEADER[:16], "NOTA", *HEADER[16:]]
    plan, problems = read(
        [float(i) for i in range(1, 21)], [*ROW[:16], "", *ROW[16:]], header=header
    )
    assert (plan.activity, problems) == (("Dirigir",), ())


def test_a_section_line_merged_over_the_table_is_no_activity():
    plan, _ = read(["Línea 1"], ROW[1:2] + ROW[3:], header=[HEADER[1], *HEADER[3:]],
                   merged=[((1, 0), (1, 16))])  # fmt: skip
    assert plan.activity == ("Dirigir",)


def test_signatures_are_no_activities_without_a_total_either():
    blanks = [""] * 17
    signed = ["Elaborado por", "Revisado por", *blanks]
    names = ["Juana Pérez", "Jefa de la oficina", *blanks]
    plan, problems = read(ROW, signed)
    assert (plan.activity, problems) == (("Dirigir",), ())
    plan, problems = read(ROW, ["", "", *blanks], names)
    assert (plan.activity, problems) == (("Dirigir",), ())


def test_below_a_blank_row_a_unit_of_measure_makes_an_activity():
    plan, _ = read(ROW, [""] * 19, ["JEFATURA", "Nada", "ACCIONES", *[""] * 16])
    assert plan.activity == ("Dirigir", "Nada")


def test_words_in_place_of_figures_below_the_total_are_no_activity():
    signatures = ["Elaborado por", "Revisado por", "", "Aprobado por", *[""] * 15]
    plan, problems = read(ROW, with_(A="TOTAL", B="", C=""), signatures)
    assert (plan.activity, problems) == (("Dirigir",), ())


# --- rows with figures that do not count ----------------------------------------------------------


@pytest.mark.parametrize(
    "marked",
    [
        {"B": "ELIMINAR - Dirigir"},
        {"B": "Dirigir (ELIMINAR)"},
        {"C": "Eliminado"},
        {"D": " eliminar "},
    ],
)
def test_a_row_marked_for_deletion_is_told_and_not_counted(marked):
    plan, problems = read(with_(A="ESCUELA", **marked), with_(A="", B="Otra"))
    assert (plan.activity, plan.organ) == (("Otra",), ("ESCUELA",))
    assert told(problems) == [("POI-A190", f"{next(iter(marked))}2")]


def test_a_mark_may_stand_beside_the_table_or_in_the_organs_place():
    plan, problems = read([*ROW, ""], [*ROW, "ELIMINAR"], header=[*HEADER, "NOTA"])
    assert (len(plan), told(problems)) == (1, [("POI-A190", "T3")])
    plan, problems = read(with_(A="ESCUELA"), with_(A="ELIMINAR"), with_(A=""))
    assert (plan.organ, told(problems)) == (("ESCUELA", "ESCUELA"), [("POI-A190", "A3")])


@pytest.mark.parametrize("name", ["Eliminar documentos del archivo", "Eliminación: residuos"])
def test_eliminating_may_be_the_activity(name):
    plan, problems = read(with_(B=name))
    assert (plan.activity, problems) == ((name,), ())


def test_tasks_of_an_activity_with_figures_do_not_count_twice():
    header = [*HEADER[:2], "TAREA", *HEADER[2:]]
    activity, task = [*ROW[:2], "", *ROW[2:]], ["", "", "1. Preparar", *ROW[2:]]
    plan, problems = read(activity, task, task, activity, header=header)
    assert len(plan) == 2
    assert told(problems) == [("POI-N190", "C3")]
    assert ": 2; no se contaron" in problems[0].message
    merged = [((1, 1), (2, 1))]
    plan, problems = read(activity, task, header=header, merged=merged)
    assert (len(plan), told(problems)) == (1, [("POI-N190", "C3")])


def test_tasks_may_be_told_by_their_name():
    plan, problems = read(ROW, with_(A="", B="Tarea 1: reunir"), with_(A="", B="TAREA N° 2"))
    assert (plan.activity, told(problems)) == (("Dirigir",), [("POI-N190", "B3")])


def test_tasks_count_where_their_activity_has_no_figures():
    bare = ["JEFATURA", "Dirigir", "ACCIONES", *[""] * 16]
    plan, problems = read(bare, with_(A="", B="Tarea 1"), with_(A="", B="Tarea 2"))
    assert (len(plan), problems) == (3, ())


def test_an_activity_called_total_of_something_is_told_if_it_is_no_sum():
    """Without units of measure nothing but its figures tells it from a subtotal."""
    header, row = [*HEADER[:2], *HEADER[3:]], [*ROW[:2], *ROW[3:]]
    total = ["ESCUELA", "Total de informes", *ROW[3:]]
    plan, problems = read(row, total, ["", "Otra", *ROW[3:]], header=header)
    assert problems == ()
    total[3] = 7.0
    plan, problems = read(row, total, ["", "Otra", *ROW[3:]], header=header)
    assert told(problems) == [("POI-A191", "B3")]
    assert plan.organ == ("JEFATURA", "ESCUELA")


def test_layout_names_the_cells_of_the_sheet():
    plan, _ = read_grid([[], ["", *HEADER], ["", *ROW]])
    assert plan.layout.cell(0, ("target", 0)) == "E3"
    assert plan.layout.cell(0, ("executed", 3)) == "T3"


# --- cells ----------------------------------------------------------------------------------------


def test_numbers_as_text_are_read_and_told_once_a_column():
    plan, problems = read(with_(D="1,234"), with_(D=" 5.00\u00a0"), with_(D="'12"))
    assert plan.target.tolist() == [1234, 5, 12]
    assert told(problems) == [("POI-A20", "D2")]
    assert ": 3; se leyeron" in problems[0].message


@pytest.mark.parametrize("dash", ["-", "–", "—", " - ", "   "])
def test_a_dash_is_a_blank(dash):
    plan, problems = read(with_(E=dash))
    assert np.isnan(plan.planned[0, 0])
    assert problems == ()


@pytest.mark.parametrize(
    ("cell", "code", "shown"),
    [
        ("NO ENVIADO", "POI-E22", "«NO ENVIADO»"),
        (True, "POI-E22", "«VERDADERO»"),
        (dt.date(2021, 3, 4), "POI-E22", "«04/03/2021»"),
        (dt.timedelta(hours=12), "POI-E22", "12:00:00"),
        (CellError("#DIV/0!"), "POI-E24", "#DIV/0!"),
    ],
)
def test_what_is_no_number_is_told_and_not_counted(cell, code, shown):
    plan, problems = read(with_(F=cell))
    assert told(problems) == [(code, "F2")]
    assert shown in problems[0].message
    assert np.isnan(plan.planned[0, 1])


def test_formulas_without_result_are_counted_once():
    plan, problems = read(with_(F=UNSET, G=UNSET), with_(E=UNSET))
    assert told(problems) == [("POI-E25", "F2")]
    assert ": 3; no se contaron" in problems[0].message
    assert np.isnan(plan.planned[0, 1])


def test_a_name_that_a_formula_failed_to_give_is_told_and_its_figures_count():
    plan, problems = read(ROW, with_(A=CellError("#N/A")))
    assert told(problems) == [("POI-E24", "A3")]
    assert plan.organ == ("JEFATURA", "#N/A")


def test_text_in_the_total_row_is_nobodys_problem():
    _, problems = read(ROW, with_(A="TOTAL", B="", C="", E="ver nota"))
    assert problems == ()


def test_a_spanish_file_is_known_by_its_own_texts():
    plan, problems = read(with_(D="1.234,50", E="3,5", F="1.234"))
    assert plan.target.tolist() == [1234.5]
    assert plan.planned[0, :2].tolist() == [3.5, 1234]
    assert {p.code for p in problems} == {"POI-A20"}


def test_what_may_be_two_numbers_is_not_counted():
    """«1.234» in a file that writes thousands with commas; «1,234» in one that does not."""
    for cells in ({"D": "5.00", "E": "1.234"}, {"D": "3,5", "E": "1,234"}):
        plan, problems = read(with_(**cells))
        assert np.isnan(plan.planned[0, 0])
        assert ("POI-E27", "E2") in told(problems)


def test_files_that_contradict_themselves():
    """The rarer way is a slip and is told; where nothing prevails, so is everything."""
    _, most = read(with_(D="5.00", E="6.00", F="3,5"))
    assert [t for t in told(most) if t[0] == "POI-E27"] == [("POI-E27", "F2")]
    _, draw = read(with_(D="5.00", F="3,5"))
    assert [t for t in told(draw) if t[0] == "POI-E27"] == [("POI-E27", "D2"), ("POI-E27", "F2")]


def test_a_column_says_how_the_months_of_each_activity_accumulate():
    rows = [[*ROW, word] for word in ("", "SUMA", "Ultimo  valor", "promedio", "constante")]
    plan, problems = read(*rows, header=[*HEADER, "Acumulación"])
    assert problems == ()
    assert plan.accumulation == ("suma", "suma", "último valor", "promedio", "constante")
    assert plan.layout.columns["accumulation", 0] == len(HEADER) + 1


def test_the_column_may_stand_among_the_names_and_be_merged():
    header = [*HEADER[:3], "FORMA DE ACUMULACIÓN", *HEADER[3:]]
    rows = [[*ROW[:3], word, *ROW[3:]] for word in ("promedio", "")]
    plan, problems = read(*rows, header=header, merged=[((1, 3), (2, 3))])
    assert problems == ()
    assert plan.accumulation == ("promedio", "promedio")


def test_a_column_that_says_suma_is_as_none_at_all():
    plan, _ = read([*ROW, "suma"], header=[*HEADER, "ACUMULACIÓN"])
    assert plan.accumulation == ()
    assert plan.digest == read(ROW)[0].digest


def test_words_that_are_no_mode_are_told_and_summed():
    rows = [[*ROW, word] for word in ("NO", "promedio", CellError("#N/A"), 3.0)]
    plan, problems = read(*rows, header=[*HEADER, "ACUMULACIÓN"])
    assert told(problems) == [("POI-E24", "T4"), ("POI-E160", "T2"), ("POI-E160", "T5")]
    assert plan.accumulation == ("suma", "promedio", "suma", "suma")


def test_ceplans_own_column_is_not_taken_for_it():
    plan, problems = read([*ROW, "NO"], header=[*HEADER, "ACUMULADO (SI/NO)"])
    assert (plan.accumulation, problems) == ((), ())


MONEY = [f"{kind} FINANCIERO {m}" for kind in ("PROG.", "EJEC.") for m in MONTHS[:2]]


def test_money_is_read_beside_the_amounts():
    header = [*HEADER, *MONEY]
    plan, problems = read([*ROW, 1500.5, 2000.0, "1,400.25", ""], header=header)
    assert told(problems) == [("POI-A20", "V2")]
    assert plan.planned[0].tolist() == [1.0] * 12
    assert plan.soles.planned[0, :2].tolist() == [1500.5, 2000]
    assert plan.soles.executed[0, 0] == 1400.25
    assert np.isnan(plan.soles.executed[0, 1])
    money = plan.in_soles
    assert money.executed_months == {1, 2}
    assert money.layout.cell(0, ("planned", 2)) == plan.layout.cell(0, ("soles_planned", 2)) == "U2"
    assert plan.digest != read(ROW)[0].digest


def test_money_has_many_names():
    rows = [
        [
            *TEXTS,
            "PROGRAMADO",
            *[""] * 11,
            "EJECUTADO",
            "",
            "",
            "MONTO PROGRAMADO",
            "",
            "DEVENGADO",
        ],
        [*[""] * 4, *MONTHS, *MONTHS[:3], "ENE", "FEB", "ENE"],
        [*ROW, 10.0, 20.0, 5.0],
    ]
    plan, problems = read_grid(rows)
    assert problems == ()
    assert (plan.soles.planned[0, 1], plan.soles.executed[0, 0]) == (20, 5)


def test_money_without_what_was_spent_is_none():
    plan, problems = read([*ROW, 10.0, 20.0], header=[*HEADER, *MONEY[:2]])
    assert plan.soles is None
    assert problems == ()
    assert plan.digest == read(ROW)[0].digest


def test_a_total_of_money_is_checked_like_any_other():
    rows = [[*ROW, 10.0, 20.0, 5.0, ""], ["TOTAL", "", "", 12.0, *[1.0] * 12, 1.0, "", "", 99.0]]
    rows[1] += [""] * (len(HEADER) + len(MONEY) - len(rows[1]))
    plan, _ = read(*rows, header=[*HEADER, *MONEY])
    assert told(check(plan, 1)) == [("POI-E43", "T3")]


# --- summaries below the plan -------------------------------------------------------------------

SCHOOL = with_(A="ESCUELA", B="Capacitar", E=2.0, D=13.0, Q=3.0, R=1.0)
BLANK = [""] * len(ROW)
SUM = with_(A="TOTAL", B="", C="", D=25.0, E=3.0, **dict.fromkeys("FGHIJKLMNOP", 2.0), Q=4.0, R=1.0)


def line(row, organ="", activity="", unit="", **cells):
    return with_(row, A=organ, B=activity, C=unit, **cells)


BY_ORGAN = [line(ROW, activity="JEFATURA"), line(SCHOOL, activity="ESCUELA")]


@pytest.mark.parametrize(
    ("below", "first"),
    [
        ([SUM, *BY_ORGAN], "B5"),
        ([SUM, BLANK, *BY_ORGAN], "B6"),
        ([BLANK, *BY_ORGAN], "B5"),
        ([SUM, line(ROW, "JEFATURA"), line(SCHOOL, "ESCUELA")], "B5"),
        ([SUM, line(ROW, "JEFATURA", "Jefatura"), line(SCHOOL, "ESCUELA", "ESCUELA")], "B5"),
        ([SUM, BLANK, ["POR ÓRGANO", *BLANK[1:]], *BY_ORGAN], "B7"),
        ([SUM, BLANK, HEADER, *BY_ORGAN], "B7"),
        ([SUM, BLANK, *BY_ORGAN, SUM], "B6"),
        ([SUM, line(ROW, activity="CURSOS"), line(SCHOOL, activity="ACCIONES")], None),
    ],
)
def test_a_summary_below_the_plan_is_not_counted_twice(below, first):
    """The same sums stood there as activities: everything doubled, and nothing said so."""
    plan, problems = read(ROW, with_(SCHOOL, C="CURSOS"), *below)
    assert (len(plan), plan.target.sum()) == (2, 25.0)
    if first:
        assert told(problems) == [("POI-N191", first)]
        assert "desde esta: 2" in problems[0].message
    else:  # sums of other groups: not those of these names
        assert told(problems) == [("POI-A194", "B5"), ("POI-A194", "B6")]
    assert bool(plan.stated.totals) == (below[0] is SUM)
    assert check(plan, 1) == ()


def test_a_total_above_a_summary_with_a_total_of_its_own_is_still_checked():
    wrong = with_(SUM, D=99.0)
    plan, problems = read(ROW, SCHOOL, wrong, BLANK, *BY_ORGAN, SUM)
    assert told(problems) == [("POI-N191", "B6")]
    assert [(p.code, p.cell) for p in check(plan, 1)] == [("POI-E43", "D4")]


def test_a_summary_that_was_not_brought_up_to_date_is_told():
    plan, problems = read(ROW, SCHOOL, SUM, line(ROW, activity="JEFATURA", F=7.0))
    assert len(plan) == 2
    assert told(problems) == [("POI-A194", "B5")]


@pytest.mark.parametrize(
    "row",
    [
        line(ROW, activity="JEFATURA", unit="INFORMES"),  # it says what it counts
        line(ROW, activity="Jefatura de campo"),  # no group's name
        line(ROW, "ESCUELA", "JEFATURA"),  # another organ's work
    ],
)
def test_an_activity_below_the_total_is_one(row):
    plan, problems = read(ROW, SCHOOL, SUM, row)
    assert len(plan) == 3
    assert not [p for p in problems if p.code in ("POI-N191", "POI-A194")]
    assert "POI-E43" in {p.code for p in check(plan, 1)}


UNNAMED = [each[1:] for each in (ROW, SCHOOL, with_(SUM, B="TOTAL"), *BY_ORGAN)]


@pytest.mark.parametrize("end", [0, 1])
def test_a_summary_of_groups_that_no_column_names_adds_up_to_the_total(end):
    """With a TOTAL of its own it doubled every figure, and nothing said so."""
    plan, problems = read(*UNNAMED, *UNNAMED[2:3] * end, header=HEADER[1:])
    assert len(plan) == 2
    assert told(problems) == [("POI-A22", "A1"), ("POI-N191", "A5")]
    assert plan.stated.totals["target", 0][1] == 25.0


@pytest.mark.parametrize("cells", [{"F": 7.0}, {"C": "INFORMES"}])
def test_what_does_not_add_up_to_the_total_or_says_its_unit_is_work(cells):
    rows = [*UNNAMED[:4], with_(BY_ORGAN[1], **cells)[1:]]
    plan, problems = read(*rows, header=HEADER[1:])
    assert len(plan) == 4
    assert told(problems) == [("POI-A22", "A1")]


def test_in_a_table_of_names_and_figures_alone_blocks_are_not_taken_for_summaries():
    rows = [[row[0], *row[2:]] for row in UNNAMED]
    plan, _ = read(*rows, *rows[2:3], header=[HEADER[1], *HEADER[3:]])
    assert len(plan) == 4


def test_without_a_total_only_a_sum_is_a_summary():
    plan, problems = read(ROW, SCHOOL, line(ROW, activity="JEFATURA", F=7.0))
    assert len(plan) == 3
    assert not problems
