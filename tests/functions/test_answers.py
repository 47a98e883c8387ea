"""What the functions answer, and the error and reason where they cannot."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poi_xl.core.accumulation import Accumulation
from poi_xl.core.indicators import GroupMethod
from poi_xl.core.plan import Soles
from poi_xl.core.problems import problem
from poi_xl.core.settings import Settings
from poi_xl.core.text import fold
from poi_xl.core.trafficlight import PRESETS
from poi_xl.functions import BY_NAME, CellError, Context, Failure, answer
from poi_xl.functions.calling import MOST_CELLS
from tests.core.plans import NAN, plan_of, plans
from tests.functions.shipped import codes, compute, shipped, shipped_plan

SMALL = plan_of(
    ("JEFATURA", "Dirigir", 12, [1, 1, 1], [1, 1, 0]),
    ("ESCUELA", "Capacitar", 8, [0, 0, 4], [0, 0, 2]),
    ("Escuela ", "Atender", 4, [2, 0, 0], [3, 0, 0]),
    ("ÓRGANO DE CONTROL", "Atender", NAN, [0, 0, 0], [NAN, NAN, NAN]),
    title_quarter=1,
    budget_activity=("GESTIÓN", "GESTIÓN", "AUDITORÍA", "AUDITORÍA"),
)


def ask(name, *arguments, context=None):
    return codes(answer(context or Context(SMALL), BY_NAME[name], arguments))


@pytest.mark.parametrize(
    "organ", ["ESCUELA", "escuela", "  Escuéla ", "ESCUELA\n", "es\u0301cuela".upper()]
)
def test_names_match_whatever_their_spelling(organ):
    assert ask("POI_PROGRAMADO", organ) == 6


@pytest.mark.parametrize("organ", [None, "", " ", "*", " * "])
def test_all_is_asked_for_in_many_ways(organ):
    assert ask("POI_PROGRAMADO", organ) == 9
    assert ask("POI_AVANCE", organ, organ, organ, organ) == (
        7 / 9 if organ in (None, "", " ") else ("#VALUE!", "POI-E33")
    )


def test_filters_go_together():
    assert ask("POI_EJECUTADO", "escuela", "1", "atender") == 3
    assert ask("POI_EJECUTADO", None, None, "ATENDER") == 3
    assert ask("POI_EJECUTADO", "escuela", None, None, "auditoria") == 3
    assert ask("POI_META", "escuela", None, "gestion") == 8


def test_names_that_never_meet_add_up_to_nothing():
    pair = ("jefatura", None, "capacitar")
    assert ask("POI_PROGRAMADO", *pair) == 0
    assert ask("POI_AVANCE", *pair) == ("#N/A", "POI-N60")
    assert ask("POI_SEMAFORO", *pair) == "No programado"
    assert ask("POI_META", "jefatura", "capacitar") == 0


@pytest.mark.parametrize(
    ("name", "arguments", "shown"),
    [
        ("POI_AVANCE", ["JEFATURAS"], ("#VALUE!", "POI-E60")),
        ("POI_AVANCE", [None, None, "Nada"], ("#VALUE!", "POI-E60")),
        ("POI_AVANCE", [None, None, None, "Nada"], ("#VALUE!", "POI-E60")),
        ("POI_AVANCE", [True], ("#VALUE!", "POI-E61")),
        ("POI_AVANCE", [3.0], ("#VALUE!", "POI-E60")),
        ("POI_AVANCE", [None, "V TRIM"], ("#VALUE!", "POI-E33")),
        ("POI_AVANCE", [None, 44197.0], ("#VALUE!", "POI-E33")),
        ("POI_AVANCE", ["órgano de control"], ("#N/A", "POI-N60")),
        ("POI_AVANCE_META", ["órgano de control"], ("#N/A", "POI-N60")),
        ("POI_AVANCE", [CellError.REF], ("#REF!", "")),
        ("POI_CALIFICAR", [], ("#VALUE!", "POI-E61")),
        ("POI_CALIFICAR", [""], ("#VALUE!", "POI-E61")),
        ("POI_CALIFICAR", ["0.9"], ("#VALUE!", "POI-E61")),
        ("POI_CALIFICAR", [0.9, "Z"], ("#VALUE!", "POI-E34")),
        ("POI_RESUMEN", ["región"], ("#VALUE!", "POI-E61")),
        ("POI_RESUMEN", [(("organo",), ("mef",))], ("#VALUE!", "POI-E61")),
        ("POI_SERIE", [None, "devengado"], ("#VALUE!", "POI-E61")),
        ("POI_SERIE", [(("ESCUELA", "JEFATURA"),)], ("#VALUE!", "POI-E61")),
        ("POI_ALERTAS", [None, 0.0], ("#VALUE!", "POI-E61")),
        ("POI_ALERTAS", [None, "dos"], ("#VALUE!", "POI-E61")),
        ("POI_PERIODO", ["quincena"], ("#VALUE!", "POI-E33")),
    ],
)
def test_an_argument_that_names_nothing(name, arguments, shown):
    context = Context(SMALL)
    assert ask(name, *arguments, context=context) == shown
    # The reason is what POI_OBSERVACIONES shows.
    rows = ask("POI_OBSERVACIONES", context=context)
    assert [row[0] for row in rows[1:]] == [shown[1]]


def test_a_name_that_is_nearly_right_is_offered():
    context = Context(SMALL)
    answer(context, BY_NAME["POI_META"], ["JEFATURAS"])
    (reason,) = context.failures
    assert "«JEFATURA»" in reason.remedy


def test_a_range_answers_in_its_own_shape():
    names = (("JEFATURA",), ("",), ("nadie",), (CellError.NULL,))
    assert ask("POI_EJECUTADO", names) == [[2], [7], [("#VALUE!", "POI-E60")], [("#NULL!", "")]]
    wide = (("JEFATURA", "ESCUELA"),)
    assert ask("POI_EJECUTADO", wide) == [[2, 5]]
    activities = (("Dirigir", "Atender"), ("Capacitar", "*"))
    assert ask("POI_META", None, activities) == [[12, 4], [8, 24]]
    assert ask("POI_CALIFICAR", ((0.2,), (1.0,)), "A") == [["Crítico"], ["En meta"]]


def test_ranges_that_go_together():
    organs, months = (("JEFATURA",), ("ESCUELA",)), (("ENE", "FEB", "MAR"),)
    assert ask("POI_EJECUTADO", organs, months) == [[1, 1, 0], [3, 0, 2]]
    pairs = (("JEFATURA",), ("ESCUELA",)), None, (("Dirigir",), ("Atender",))
    assert ask("POI_EJECUTADO", *pairs) == [[2], [3]]
    assert ask("POI_EJECUTADO", (("JEFATURA",),)) == 2  # one cell is that cell


def test_ranges_that_do_not():
    organs = (("JEFATURA",), ("ESCUELA",), ("ESCUELA",))
    assert ask("POI_EJECUTADO", organs, None, organs[:2]) == ("#VALUE!", "POI-E62")
    assert ask("POI_SERIE", organs, None, organs[:2]) == ("#VALUE!", "POI-E62")


def test_a_whole_column_is_refused_rather_than_waited_for():
    column = (("JEFATURA",),) * (MOST_CELLS + 1)
    assert ask("POI_META", column) == ("#VALUE!", "POI-E63")


def test_the_method_of_groups_is_that_of_the_settings():
    mean = Context(SMALL, Settings(method=GroupMethod.MEAN))
    assert ask("POI_AVANCE", "escuela", context=mean) == (2 / 4 + 3 / 2) / 2
    assert ask("POI_AVANCE", "escuela", None, "atender", context=mean) == 3 / 2
    capped = Context(SMALL, Settings(method=GroupMethod.CAPPED_MEAN))
    assert ask("POI_AVANCE", "escuela", context=capped) == 0.75
    assert ask("POI_AVANCE", "escuela", None, "atender", context=capped) == 3 / 2
    assert ask("POI_SEMAFORO", "escuela", context=capped) == "En riesgo"


def test_any_ratio_can_be_rated_with_any_preset():
    ratios = [0.7499999, 0.75, 0.95, 1.0, 1.0000001]
    words = ["Crítico", "En riesgo", "En meta", "En meta", "Exceso"]
    assert [ask("POI_CALIFICAR", ratio, "75/95/100") for ratio in ratios] == words
    assert ask("POI_CALIFICAR", 0.5, "d") == "Amarillo"
    of_the_book = Context(SMALL, Settings(preset=PRESETS["E"]))
    assert ask("POI_CALIFICAR", 0.5, context=of_the_book) == "Rojo"
    assert ask("POI_CALIFICAR", 0.5, context=Context(None)) == "Crítico"  # no plan is needed


def test_the_period_omitted_is_the_current_quarter():
    second = Context(replace(SMALL, title_quarter=1), Settings(quarter=2))
    assert ask("POI_PERIODO", context=second) == "II TRIM"
    assert ask("POI_PERIODO", "acum", context=second) == "I SEM"
    assert ask("POI_PERIODO", 3.0) == "III TRIM"
    assert ask("POI_PROGRAMADO", context=second) == 0
    assert ask("POI_PROGRAMADO", None, "ANUAL", context=second) == 9


def test_the_summary_has_one_row_a_group_and_real_errors():
    rows = ask("POI_RESUMEN")
    assert rows[0][:3] == ["Órgano", "Actividades", "Meta"]
    assert [row[0] for row in rows[1:]] == ["JEFATURA", "ESCUELA", "ÓRGANO DE CONTROL"]
    assert rows[2][1:8] == [2, 12, 6, 5, -1, 5 / 6, "En riesgo"]
    assert rows[3][6:] == [
        ("#N/A", "POI-N60"), "No programado", *[("#N/A", "POI-N60")] * 3,
    ]  # fmt: skip
    activities = ask("POI_RESUMEN", "actividad")
    assert activities[0][:2] == ["Órgano", "Actividad"]
    assert [row[:2] for row in activities[1:]] == [
        list(each) for each in zip(SMALL.organ, SMALL.activity, strict=True)
    ]
    assert ask("POI_RESUMEN", "MEF")[0][0] == "Actividad presupuestal (MEF)"
    assert len({len(row) for row in activities}) == 1


def test_a_series_tells_zero_from_not_reported():
    lost = ("#N/A", "POI-N61")
    assert ask("POI_SERIE", "escuela", "ejecutado") == [[3, 0, 2, *[lost] * 9]]
    assert ask("POI_SERIE", "órgano de control", "ejecutado") == [[0, 0, 0, *[lost] * 9]]
    assert ask("POI_SERIE", "escuela", "Programado Acumulado") == [[2, 2, 6, *[6] * 9]]
    assert ask("POI_SERIE", "escuela", "ejecutado acumulado") == [[3, 3, 5, *[lost] * 9]]
    assert ask("POI_SERIE", "escuela", "avance acumulado") == [[1.5, 1.5, 5 / 6, *[lost] * 9]]
    assert ask("POI_SERIE", "escuela", "brecha") == [[1, 0, -2, *[lost] * 9]]
    both = ask("POI_SERIE", (("JEFATURA",), ("ESCUELA",)), "programado")
    assert [row[:3] for row in both] == [[1, 1, 1], [2, 0, 4]]


def test_a_series_without_denominator():
    reported = plan_of(("A", "x", 1, [0] * 12, [0] * 12), title_quarter=1)
    found = ask("POI_SERIE", None, "avance", context=Context(reported))
    assert found == [[("#N/A", "POI-N60")] * 12]


def test_alerts_are_the_worst_first():
    rows = ask("POI_ALERTAS")
    assert [row[2] for row in rows] == ["Actividad", "Capacitar", "Dirigir"]
    assert rows[1][7:] == [-2, 0.5, "Crítico"]
    assert ask("POI_ALERTAS", 1.0, 1.0) == rows[:2]
    assert ask("POI_ALERTAS", "FEB") == [
        rows[0],
        ["", "", "Ninguna actividad está en alerta.", *[""] * 7],
    ]


def test_without_a_plan_there_is_a_reason_and_no_number():
    from poi_xl.core.problems import problem

    context = Context(None, problems=(problem("POI-E20", sheets="«Hoja1»"),))
    for name in ("POI_META", "POI_AVANCE", "POI_RESUMEN", "POI_SERIE", "POI_ALERTAS"):
        assert ask(name, context=context) == ("#VALUE!", "POI-E20")
    assert [row[0] for row in ask("POI_OBSERVACIONES", context=context)] == ["Código", "POI-E20"]
    assert "sin plan" in ask("POI_INFO", context=context)


def test_numbers_and_truth_values_are_not_confused():
    context = Context(SMALL)
    assert ask("POI_PERIODO", 1.0, context=context) == "I TRIM"
    assert ask("POI_PERIODO", True, context=context) == ("#VALUE!", "POI-E61")
    assert ask("POI_CALIFICAR", ((1.0,), (True,)), context=context)[1][0] == ("#VALUE!", "POI-E61")


def test_a_cell_more_measures_nothing_more(monkeypatch):
    """Ten thousand cells cost a look-up each: the plan is measured once a period."""
    from poi_xl.core import indicators
    from poi_xl.functions import context as module

    periods = []

    def counted(plan, period, preset):
        periods.append(period)
        return indicators.measure(plan, period, preset)

    monkeypatch.setattr(module, "measure", counted)
    context = shipped()
    for organ in (*dict.fromkeys(shipped_plan().organ), "*"):
        for period in (1.0, "FEB", "I° TRIM"):
            ask("POI_AVANCE", organ, period, context=context)
            ask("POI_SEMAFORO", organ, period, context=context)
    assert len(periods) == 2


# --- against a naive computation ------------------------------------------------------------------


def naive(plan, organ, activity, months):
    """Sum by hand, row by row: target, planned, executed, executed to date."""
    sums = [0.0] * 4
    for i in range(len(plan)):
        if any(
            wanted and fold(name) != fold(wanted)
            for wanted, name in ((organ, plan.organ[i]), (activity, plan.activity[i]))
        ):
            continue
        first, last = months
        amounts = (
            [plan.target[i]],
            plan.planned[i][first - 1 : last],
            plan.executed[i][first - 1 : last],
            plan.executed[i][:last],
        )
        for place, figures in enumerate(amounts):
            sums[place] += sum(float(amount) for amount in figures if not np.isnan(amount))
    return sums


PERIODS = {"ENE": (1, 1), "II TRIM": (4, 6), "S2": (7, 12), "FEB-NOV": (2, 11), "ANUAL": (1, 12)}


@given(plans, st.data())
@settings(max_examples=60)
def test_functions_equal_a_naive_computation(plan, data):
    context = Context(plan)
    organ = data.draw(st.sampled_from(["", *plan.organ]))
    activity = data.draw(st.sampled_from(["", *(name for name in plan.activity if fold(name))]))
    period = data.draw(st.sampled_from(sorted(PERIODS)))
    target, planned, executed, to_date = naive(plan, organ, activity, PERIODS[period])
    where = (organ, period, activity)
    assert ask("POI_META", organ, activity, context=context) == target
    assert ask("POI_PROGRAMADO", *where, context=context) == planned
    assert ask("POI_EJECUTADO", *where, context=context) == executed
    assert ask("POI_BRECHA", *where, context=context) == executed - planned
    ratio = executed / planned if planned else ("#N/A", "POI-N60")
    assert ask("POI_AVANCE", *where, context=context) == ratio
    ratio = to_date / target if target else ("#N/A", "POI-N60")
    assert ask("POI_AVANCE_META", *where, context=context) == ratio


@given(plans)
@settings(max_examples=30)
def test_a_summary_is_its_cells(plan):
    """Each row of the table is what the scalar functions say of that organ."""
    context = Context(plan)
    names = ("META", "PROGRAMADO", "EJECUTADO", "BRECHA", "AVANCE", "SEMAFORO", "AVANCE_META")
    for organ, _, *cells in ask("POI_RESUMEN", "organo", 1.0, context=context)[1:]:
        alone = [ask("POI_META", organ, context=context)]
        alone += [ask(f"POI_{name}", organ, 1.0, context=context) for name in names[1:]]
        assert cells[:7] == alone


def test_the_institution_in_the_current_quarter():
    assert compute(shipped(), "=POI_AVANCE()") == 1494 / 1543
    frame = shipped_plan().to_frame()
    school = frame[frame.organo == "ESCUELA SAT"]
    planned = school[["programado_ene", "programado_feb", "programado_mar"]].to_numpy()
    assert compute(shipped(), '=POI_PROGRAMADO("escuela sat")') == np.nansum(planned)
    assert isinstance(compute(shipped(), '=POI_AVANCE("nadie")'), Failure)


MONEY = replace(
    SMALL,
    soles=Soles(
        np.array([[100.0] * 12, [50.5] * 12, [0.0] * 12, [NAN] * 12]),
        np.array([[80.0, 120, *[NAN] * 10], [50.5, 0, *[NAN] * 10], [NAN] * 12, [NAN] * 12]),
    ),
)


def test_money_is_asked_for_as_amounts_are():
    context = Context(MONEY, Settings(method=GroupMethod.MEAN))
    assert ask("POI_FIN_PROGRAMADO", context=context) == 451.5
    assert ask("POI_FIN_EJECUTADO", "escuela", "ENE", context=context) == 50.5
    assert ask("POI_FIN_EJECUTADO", None, "ACUM", None, "gestion", context=context) == 250.5
    # Of money the ratio is always that of the sums.
    assert ask("POI_FIN_AVANCE", context=context) == 250.5 / 451.5
    assert ask("POI_FIN_AVANCE", "organo de control", context=context) == ("#N/A", "POI-N60")
    assert ask("POI_FIN_PROGRAMADO", "nadie", context=context) == ("#VALUE!", "POI-E60")
    assert ask("POI_PROGRAMADO", context=context) == ask("POI_PROGRAMADO")


def test_money_adds_up_whatever_the_months_of_its_activity_do():
    last = replace(MONEY, accumulation=(Accumulation.LAST,) * len(MONEY))
    assert ask("POI_FIN_PROGRAMADO", context=Context(last)) == 451.5


def test_money_of_a_quarter_is_that_of_the_physical_plan():
    months = np.full((4, 12), NAN)
    months[:, :4] = 1.0
    later = replace(MONEY, title_quarter=None, soles=Soles(months, months))
    assert ask("POI_FIN_PROGRAMADO", context=Context(later)) == 12.0


@pytest.mark.parametrize("name", ["POI_FIN_PROGRAMADO", "POI_FIN_EJECUTADO", "POI_FIN_AVANCE"])
def test_without_money_there_is_no_number(name):
    assert ask(name) == ("#N/A", "POI-N152")
    assert ask(name, "nadie") == ("#N/A", "POI-N152")
    assert ask(name, CellError.DIV_0) == ("#DIV/0!", "")


def test_an_error_among_the_money_spoils_what_rests_on_it():
    cell = MONEY.layout.cell(0, ("planned", 1))
    layout = replace(
        MONEY.layout,
        columns={**MONEY.layout.columns, ("soles_planned", 1): 40, ("soles_executed", 1): 52},
    )
    plan = replace(MONEY, layout=layout)
    error = problem("POI-E24", "POI", plan.layout.cell(0, ("soles_planned", 1)), value="#REF!")
    context = Context(plan, Settings(), (error,))
    assert cell != error.cell
    assert ask("POI_FIN_PROGRAMADO", context=context)[0] == "#REF!"
    assert ask("POI_FIN_PROGRAMADO", "escuela", context=context) == 151.5
    assert ask("POI_FIN_EJECUTADO", context=context) == 250.5
    assert ask("POI_PROGRAMADO", context=context) == 9
