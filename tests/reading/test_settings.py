"""The sheet Configuración as people leave it."""

import pytest

from poi_xl.core.indicators import GroupMethod
from poi_xl.core.trafficlight import PRESETS, RED
from poi_xl.reading.settings import BandError, parse_limit, parse_settings

HEADINGS = ["Semáforo", "Estado", "Hasta", "Incluye el límite", "Color", "En alerta"]
OWN: list[list[object]] = [
    ["Propio", "Mal", 0.6, "SÍ", "rojo", "SÍ"],
    ["Propio", "Regular", 80.0, "NO", "Ámbar", "NO"],
    ["Propio", "Bien", "", "", "#00ff00", ""],
]


def parse(*rows):
    width = max(map(len, rows), default=0)
    return parse_settings([[*row, *[""] * (width - len(row))] for row in rows], "Configuración")


def told(problems):
    return [(p.code, p.cell) for p in problems]


def test_every_label_in_any_order_and_spelling():
    settings, problems = parse(
        ["Configuración", ""], [],
        ["HOJA DEL PLAN:", "POI 2021"], ["metodo de grupo", "promedio con tope"],
        ["Semaforo", "70/90"], ["Trimestre  vigente", 2.0], ["Año", 2021.0],
        ["Institución", "SAT de Lima", "Se imprime en cada hoja"],
    )  # fmt: skip
    assert problems == ()
    assert (settings.institution, settings.year, settings.quarter) == ("SAT de Lima", 2021, 2)
    assert (settings.preset.name, settings.plan_sheet) == ("E", "POI 2021")
    assert settings.method is GroupMethod.CAPPED_MEAN


@pytest.mark.parametrize("typed", ["II TRIM", "2", "t2", "ii", "2º trimestre", 2.0])
def test_ways_to_write_a_quarter(typed):
    assert parse(["Trimestre vigente", typed])[0].quarter == 2


def test_blanks_are_defaults_without_problem():
    settings, problems = parse(["Año", ""], ["Semáforo", " "], ["Institución", ""])
    assert (settings.year, settings.preset.name, settings.institution) == (None, "A", "")
    assert problems == ()


def test_all_bad_values_are_told_at_once_with_their_cells():
    settings, problems = parse(
        ["Año", "MMXXI"], ["Trimestre vigente", 5.0], ["Semáforo", "Z"], ["Método de grupo", "X"]
    )
    codes = {p.cell: p.code for p in problems}
    assert codes == {"B1": "POI-E31", "B2": "POI-E31", "B3": "POI-E30", "B4": "POI-E31"}
    assert (settings.preset.name, settings.method) == ("A", GroupMethod.SUMS)


def test_own_traffic_light():
    settings, problems = parse(["Semáforo", "propio"], [], HEADINGS, *OWN)
    assert problems == ()
    preset = settings.preset
    assert [(b.limit, b.included) for b in preset.bands] == [
        (0.6, True), (0.8, False), (float("inf"), False),
    ]  # fmt: skip
    flags = [b.flag for b in preset.bands]
    assert [(f.word, f.alert) for f in flags] == [
        ("Mal", True),
        ("Regular", False),
        ("Bien", False),
    ]
    assert (flags[0].colour, flags[2].colour) == (RED, "#00FF00")
    assert list(settings.presets) == [*PRESETS, "Propio"]


def test_builtin_limits_can_be_edited_and_a_gap_is_no_end():
    rows = [["A", "Crítico", "70 %"], ["", "En meta", ""], [], *OWN]
    settings, problems = parse(HEADINGS, *rows)
    assert problems == ()
    assert settings.preset.limits_text == "70"
    assert settings.preset.flags[0] == PRESETS["A"].flags[0]
    assert settings.presets["B"] == PRESETS["B"]
    assert "Propio" in settings.presets


@pytest.mark.parametrize(
    ("changed", "detail"),
    [
        ({2: 0.9}, "de menor a mayor"),
        ({2: "mucho"}, "«mucho» no es un porcentaje"),
        ({2: -1.0}, "mayor que cero"),
        ({2: True}, "porcentaje"),
        ({1: ""}, "falta el estado"),
        ({1: "Regular"}, "mismo nombre"),
        ({3: "quizás"}, "SÍ o NO"),
        ({4: "fucsia"}, "«fucsia»"),
    ],
)
def test_bad_traffic_lights_are_told_and_not_used(changed, detail):
    first = [changed.get(i, cell) for i, cell in enumerate(OWN[0])]
    settings, problems = parse(HEADINGS, first, *OWN[1:])
    assert told(problems) == [("POI-E32", "A2")]
    assert detail in problems[0].message
    assert "Propio" not in settings.presets


def test_a_bad_builtin_falls_back_to_itself():
    settings, problems = parse(HEADINGS, ["A", "Crítico", 0.5], ["A", "En meta", 0.4])
    assert told(problems) == [("POI-E32", "A2")]
    assert settings.preset == PRESETS["A"]


def test_the_table_does_not_answer_the_label_of_the_same_name():
    settings, problems = parse(HEADINGS, *OWN, [], ["Semáforo", "Propio"])
    assert problems == ()
    assert settings.preset.name == "Propio"


@pytest.mark.parametrize(
    ("typed", "limit"),
    [(0.75, 0.75), (75.0, 0.75), ("75%", 0.75), ("75,5 %", 0.755), (1.2, 1.2), (120.0, 1.2),
     ("2 %", 0.02), ("0.75", 0.75), ("", float("inf")), ("—", float("inf")), (57.0, 0.57)],
)  # fmt: skip
def test_limits_as_ratio_or_percentage(typed, limit):
    assert parse_limit(typed) == limit


def test_a_limit_of_zero_is_none():
    with pytest.raises(BandError):
        parse_limit("0 %")


# --- organs ---------------------------------------------------------------------------------------


ORGANS = [
    ["Jerarquía de órganos"],
    ["Opcional. Escriba de qué depende cada órgano"],
    ["Órgano", "Depende de"],
    ["Fiscalización", "Operaciones"],
    [],
    ["Institución", "Alta dirección"],
]


def test_what_each_organ_depends_on():
    settings, problems = parse(["Institución", "SAT"], HEADINGS, *OWN, *ORGANS)
    assert problems == ()
    assert settings.hierarchy.above("FISCALIZACION") == ("operaciones",)
    assert settings.hierarchy.above("Institución") == ("alta direccion",)
    assert settings.institution == "SAT"
    assert set(settings.presets) == {*PRESETS, "Propio"}


def test_the_tables_may_stand_in_the_other_order():
    settings, problems = parse(*ORGANS[2:], HEADINGS, *OWN)
    assert problems == ()
    assert len(settings.hierarchy.parents) == 2
    assert "Propio" in settings.presets


def test_lines_of_organs_that_cannot_be_used_are_told_with_their_cells():
    _, problems = parse(*ORGANS[2:4], ["", "Operaciones"], ["Operaciones", "fiscalizacion"])
    assert told(problems) == [("POI-E162", "A3"), ("POI-E161", "A2")]
    assert "celdas A2, A4" in problems[1].message
