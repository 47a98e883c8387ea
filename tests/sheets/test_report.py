"""The summary sheets: every figure on them is the report's, and a text is always a text."""

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from openpyxl.utils import column_index_from_string
from python_calamine import CalamineWorkbook

from poi_xl.core.accumulation import Accumulation
from poi_xl.core.hierarchy import Dependence, hierarchy_of
from poi_xl.core.notes import REASON_CATEGORIES, TYPED_HEADINGS, Formula, TypedNote
from poi_xl.core.period import Period
from poi_xl.core.plan import Layout, Plan
from poi_xl.core.problems import problem
from poi_xl.core.settings import Settings
from poi_xl.core.summaries import Report, build_report
from poi_xl.core.text import counted
from poi_xl.core.trafficlight import PRESETS, Band, Flag, Preset
from poi_xl.package.parts import Package
from poi_xl.reading.owned import typed_notes
from poi_xl.sheets.pages.page import flag_text, footer_text
from poi_xl.sheets.report import KEYS, render
from tests.core.plans import plan_of, plans

NAN = float("nan")
QUARTER = [4.0, 3.0, 3.0]
THREE = plan_of(
    ("JEFATURA", "Dirigir", 40, [*QUARTER, 5], [4, 3, 3]),
    ("ESCUELA", "Enseñar", 30, [*QUARTER, 5], [4, 0, 1]),
    ("ESCUELA", "Evaluar", 12, [0, 0, 0, 6], [NAN, NAN, NAN]),
    year=2021,
    title_quarter=1,
)
SIX = Preset(
    "Propio",
    (
        Band(Flag("Muy bajo", "#F2420D", "▼", alert=True), 0.2),
        Band(Flag('Bajo "real"', "#F2A20D", "▼", alert=True), 0.4),
        Band(Flag("Avance", "#F9E294", "◆", alert=True), 0.6, included=True),
        Band(Flag("Meta", "#CDE7A0", "●"), 0.8),
        Band(Flag("Alto", "#7CC0AF", "●"), 1.2),
        Band(Flag("Exceso", "#B9A5D6", "▲")),
    ),
)


def report_of(plan: Plan = THREE, *, period=None, notes=(), problems=(), **settings) -> Report:
    return build_report(
        plan,
        Settings(**settings),
        problems=problems,
        today=dt.date(2021, 4, 20),
        version="1.2.3",
        period=period,
        notes=notes,
    )


def written(report: Report, tmp_path, *, names=KEYS, date_1904=False):
    return render(report, names, tmp_path / "drawn.xlsx", date_1904=date_1904)


def drawn(report: Report, tmp_path, **options):
    rendering = written(report, tmp_path, **options)
    return rendering, openpyxl.load_workbook(rendering.path)


def grid(path, name):
    return CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python(skip_empty_area=False)


def records(path, name, heading):
    """The rows under the row that holds a heading, as dictionaries, up to a blank line."""
    rows = grid(path, name)
    top = next(i for i, row in enumerate(rows) if heading in row)
    wide = max(i for i, text in enumerate(rows[top]) if text != "") + 1
    found = []
    for row in rows[top + 1 :]:
        if not any(cell != "" for cell in row[:wide]):
            break
        found.append(dict(zip(rows[top][:wide], row[:wide], strict=True)))
    return found


def shown(value):
    """A ratio as its cell holds it; XlsxWriter writes sixteen digits."""
    return "—" if math.isnan(value) else pytest.approx(value, rel=1e-15)


def width_of(sheet, column):
    """The width of a column, which the file may state for a run of equal ones."""
    index = column_index_from_string(column)
    runs = sheet.column_dimensions.values()
    return next(run.width for run in runs if run.min <= index <= run.max)


def test_the_sheets_come_in_order_under_the_names_the_host_gives(tmp_path):
    names = {**KEYS, "resumen": "Mi 'resumen' 2"}
    _, book = drawn(report_of(), tmp_path, names=names)
    assert book.sheetnames == list(names.values())
    assert book.sheetnames[1:3] == ["Por órgano", "Por actividad MEF"]


def test_every_sheet_has_its_title_its_stamp_and_its_footer(tmp_path):
    report = report_of(institution="SAT de Lima")
    _, book = drawn(report, tmp_path)
    for sheet in book:
        assert isinstance(sheet["A1"].value, str)
        assert sheet["A2"].value == report.stamp.text
        assert report.stamp.text in sheet.oddFooter.left.text
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        # One page wide (the default), as many as it takes tall; Resumen is a single page.
        tall = None if sheet.title == "Resumen" else 0
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, tall)


def test_titles_say_the_message_and_the_period(tmp_path):
    _, book = drawn(report_of(), tmp_path)
    assert [sheet["A1"].value for sheet in book] == [
        "Resumen del POI — I TRIMESTRE 2021: se ejecutó 75.0 % de lo programado",
        "Avance por órgano — I TRIMESTRE 2021: 1 de 2 órganos en alerta",
        "Avance por actividad MEF — I TRIMESTRE 2021: 1 de 1 actividad MEF en alerta",
        "Avance por unidad de medida — I TRIMESTRE 2021: 1 de 1 unidad de medida en alerta",
        "Semáforo de 3 actividades — I TRIMESTRE 2021: 1 en alerta",
        "1 de 3 actividades en alerta — I TRIMESTRE 2021",
        "Programado y ejecutado por mes, 2021: a marzo se ejecutó 75.0 % de lo programado",
        "Observaciones — I TRIMESTRE 2021: ninguna",
    ]


def test_resumen_shows_the_figures_of_the_institution(tmp_path):
    report = report_of()
    rendering = written(report, tmp_path)
    rows = grid(rendering.path, "Resumen")
    band = {rows[3][c]: rows[4][c] for c in range(0, 32, 4)}
    total = report.total
    assert band == {
        "Programado": 20,
        "Ejecutado": 15,
        "Brecha": -5,
        "Avance": 0.75,
        "Avance de meta": shown(total.target_progress[0]),
        "Promedio": 0.75,
        "Promedio con tope": 0.75,
        "Semáforo": "◆ En riesgo",
    }


def test_resumen_shows_the_period_before_beside_this_one(tmp_path):
    rendering, book = drawn(report_of(period=Period(2, 2)), tmp_path)
    rows = grid(rendering.path, "Resumen")
    assert rows[5][0:32:4] == [8, 8, 0, 1, 8 / 82, 1, 1, "ENE: ● En meta"]
    assert book["Resumen"]["A6"].number_format.startswith('"ENE: "#,##0')
    rendering = written(report_of(period=Period(1, 2)), tmp_path)
    assert not any(cell != "" for cell in grid(rendering.path, "Resumen")[5][:32])


def test_resumen_counts_activities_per_flag_with_the_limits(tmp_path):
    rendering = written(report_of(), tmp_path)
    rows = grid(rendering.path, "Resumen")
    counts = {row[0]: (row[5], row[9], row[11]) for row in rows[9:17]}
    assert counts["▼ Crítico"] == ("menos de 75 %", 1, 1 / 3)
    assert counts["● En meta"] == ("desde 95 % hasta 100 %", 1, 1 / 3)
    assert counts["– No programado"] == ("", 1, 1 / 3)
    assert counts["TOTAL"] == ("", 3, 1)


def test_resumen_lists_the_worst_gaps_with_links_to_the_plan(tmp_path):
    rendering = written(report_of(), tmp_path)
    rows = grid(rendering.path, "Resumen")
    top = next(i for i, row in enumerate(rows) if row[0] == "N.º")
    assert rows[top + 1][0] == 2
    assert rows[top + 1][1:20] == [
        "ESCUELA", *[""] * 4, "Enseñar", *[""] * 5, 10, "", 5, "", -5, "", 0.5, "",
    ]  # fmt: skip
    assert rows[top + 2][0] == ""
    links = {
        (x.cell, x.target_sheet, x.target_cell) for x in rendering.links if x.sheet == "Resumen"
    }
    assert (f"A{top + 2}", "POI", "B6") in links


def test_resumen_leads_to_the_other_sheets_and_counts_the_observations(tmp_path):
    problems = [
        problem("POI-E23", "POI", "F6", value=-3),
        problem("POI-A21", "POI", "F7", value=0.5),
    ]
    rendering = written(report_of(problems=problems), tmp_path)
    rows = grid(rendering.path, "Resumen")
    assert {row[14]: row[18] for row in rows[8:11]} == {"Errores": 1, "Advertencias": 1, "Notas": 0}
    targets = {link.target_sheet for link in rendering.links if link.sheet == "Resumen"}
    assert targets == {*KEYS.values(), "POI"} - {"Resumen"}


@pytest.mark.parametrize(
    ("name", "heading", "attribute"),
    [
        ("Por órgano", "Órgano", "organs"),
        ("Por actividad MEF", "Actividad presupuestal (MEF)", "budget_activities"),
        ("Por unidad de medida", "Unidad de medida", "measure_units"),
    ],
)
def test_groups_show_the_figures_of_the_report_and_the_total_last(
    tmp_path, name, heading, attribute
):
    report = report_of(preset=SIX)
    rendering = written(report, tmp_path)
    rows = records(rendering.path, name, heading)
    table = getattr(report, attribute)
    assert [row[heading] for row in rows] == [*table.labels, "TOTAL"]
    for index, row in enumerate(rows):
        whole = index == len(table.labels)
        now = report.total if whole else table.period
        to_date = report.total_to_date if whole else table.to_date
        at = 0 if whole else index
        assert list(row.values())[2:] == [
            now.activities[at], now.target[at], now.planned[at], now.executed[at], now.gap[at],
            shown(float(now.progress[at])), flag_text(now.flag_of(at)), shown(float(now.mean[at])),
            shown(float(now.capped_mean[at])), *now.counts[at],
            to_date.planned[at], to_date.executed[at], shown(float(to_date.progress[at])),
            shown(float(to_date.target_progress[at])),
        ]  # fmt: skip


def test_groups_are_ranked_and_equals_share_a_place(tmp_path):
    plan = plan_of(
        *[(f"ÓRGANO {i}", "X", 10, [10], [done]) for i, done in enumerate([5, 10, 10, 7])],
        ("ÓRGANO 4", "X", 10, [0], [NAN]),
    )
    rendering = written(report_of(plan), tmp_path)
    places = [row["Puesto"] for row in records(rendering.path, "Por órgano", "Órgano")]
    assert places == [4, 1, 1, 3, "—", ""]


def test_heads_stand_over_what_depends_on_them_and_take_no_place(tmp_path):
    pairs = (("ESCUELA", "=2+2"), ("=2+2", "JEFATURA"))
    hierarchy, _ = hierarchy_of([Dependence(*pair) for pair in pairs])
    report = report_of(hierarchy=hierarchy)
    path = written(report, tmp_path).path
    rows = records(path, "Por órgano", "Órgano")
    found = [(row["Puesto"], row["Órgano"], row["Actividades"], row["Programado"]) for row in rows]
    assert found == [
        ("", "JEFATURA", 3, 20), (1, "JEFATURA", 1, 10), ("", "=2+2", 2, 10),
        (2, "ESCUELA", 2, 10), ("", "TOTAL", 3, 20),
    ]  # fmt: skip
    sheet = openpyxl.load_workbook(path)["Por órgano"]
    cells = [cell for cell in sheet["B"] if cell.value in {each[1] for each in found}]
    assert [cell.font.bold for cell in cells] == [True, False, True, False, True]
    assert [cell.alignment.indent for cell in cells] == [1, 3, 3, 5, 1]
    assert {cell.data_type for cell in cells} == {"s"}


def test_headings_differ_even_when_a_band_is_called_like_a_column(tmp_path):
    _, book = drawn(report_of(preset=SIX), tmp_path)
    for sheet in book:
        for table in sheet.tables.values():
            names = [column.name.casefold() for column in table.tableColumns]
            assert len(set(names)) == len(names)


def test_semaforo_shows_every_activity_and_leads_to_its_row(tmp_path):
    report = report_of()
    rendering = written(report, tmp_path)
    rows = records(rendering.path, "Semáforo", "Actividad")
    now, to_date = report.activities, report.activities_to_date
    assert len(rows) == 4
    for i, row in enumerate(rows[:3]):
        assert list(row.values()) == [
            i + 1, report.plan.organ[i], report.plan.activity[i], "GESTIÓN", "ACCIONES",
            now.target[i], now.planned[i], now.executed[i], now.gap[i],
            shown(float(now.progress[i])), flag_text(now.flag_of(i)), to_date.planned[i],
            to_date.executed[i], shown(float(to_date.progress[i])),
            shown(float(to_date.target_progress[i])),
        ]  # fmt: skip
    assert (rows[3]["Órgano"], rows[3]["Meta"], rows[3]["Programado"]) == ("TOTAL", 82, 20)
    links = [x for x in rendering.links if x.sheet == "Semáforo"]
    assert [x.target_cell for x in links] == ["B5", "B6", "B7"]


SPILLING = Formula("=FILTER(A1:A2,B1:B2)")
NOTES = (
    TypedNote(
        THREE.keys[1], "ESCUELA", "Enseñar",
        ("Personal", "=faltó gente", Formula('=UPPER("x}")'), "A. Díaz", dt.date(2021, 5, 3)),
    ),
    TypedNote(
        THREE.keys[0], "JEFATURA", "Dirigir", ("Otra cosa", "@x", "+1", 7.0, SPILLING),
    ),
    TypedNote("", "NADIE", "Ya no está", ("", "se fue", "", "", "")),
)  # fmt: skip


def test_alertas_keeps_what_people_typed_through_the_file(tmp_path):
    rendering = written(report_of(notes=NOTES), tmp_path)
    read = typed_notes(Package.open(rendering.path), "Alertas")
    by_activity = {note.activity: note for note in read}
    assert set(by_activity) == {"Enseñar", "Dirigir", "Ya no está"}
    for note in NOTES:
        assert by_activity[note.activity].values == note.values
    assert by_activity["Enseñar"].key == THREE.keys[1]


def test_alertas_lists_the_worst_first_and_the_kept_notes_below(tmp_path):
    rendering, book = drawn(report_of(notes=NOTES), tmp_path)
    rows = records(rendering.path, "Alertas", "Actividad")
    assert [(row["N.º"], row["Actividad"], row["Semáforo"]) for row in rows] == [
        (2, "Enseñar", "▼ Crítico")
    ]
    assert list(rows[0])[-6:] == [*TYPED_HEADINGS, "Clave"]
    sheet = book["Alertas"]
    column = [cell.value for cell in sheet["C"]]
    assert column[-3:] == ["Actividad", "Dirigir", "Ya no está"]
    assert sheet["A9"].value == "Ya no figuran en alerta (se conserva lo escrito)"
    kept = {sheet.cell(11, c).value: c for c in range(1, sheet.max_column + 1)}
    assert sheet["J11"].value == "● En meta"
    assert kept["Otra cosa"] == list(rows[0]).index(TYPED_HEADINGS[0]) + 1
    assert sheet.column_dimensions["R"].hidden
    assert set(sheet.tables) == {"poi_tabla_alertas", "poi_tabla_alertas_anteriores"}
    assert rendering.typed_columns == {"alertas": "M:Q"}


def test_alertas_offers_the_categories_and_takes_other_words(tmp_path):
    _, book = drawn(report_of(notes=NOTES), tmp_path)
    rules = book["Alertas"].data_validations.dataValidation
    assert [str(rule.sqref) for rule in rules] == ["M7", "M11:M12"]
    assert {rule.formula1 for rule in rules} == {f'"{",".join(REASON_CATEGORIES)}"'}
    assert not any(rule.showErrorMessage for rule in rules)


def test_alertas_says_so_when_there_are_none(tmp_path):
    plan = plan_of(("A", "X", 1, [1], [1]))
    rendering = written(report_of(plan), tmp_path)
    rows = records(rendering.path, "Alertas", "Actividad")
    assert [row["Actividad"] for row in rows] == [
        "Ninguna actividad está en alerta en I TRIMESTRE."
    ]
    assert typed_notes(Package.open(rendering.path), "Alertas") == []


def test_mensual_has_five_rows_for_the_institution_and_each_organ(tmp_path):
    report = report_of()
    rendering, book = drawn(report, tmp_path)
    rows = records(rendering.path, "Mensual", "Medida")
    assert [row["Órgano"] for row in rows[::5]] == ["INSTITUCIÓN", "JEFATURA", "ESCUELA"]
    first = [list(row.values())[1:] for row in rows[:5]]
    blank = [""] * 9
    assert first == [
        ["Programado", 8, 6, 6, 16, *[0] * 8, 36],
        ["Ejecutado", 8, 3, 4, *blank, 15],
        ["Avance", 1, 0.5, 4 / 6, *blank, 15 / 36],
        ["Programado acumulado", 8, 14, 20, *[36] * 9, ""],
        ["Ejecutado acumulado", 8, 11, 15, *blank, ""],
    ]
    levels = [book["Mensual"].row_dimensions[r].outlineLevel for r in range(5, 11)]
    assert levels == [0, 1, 1, 1, 1, 0]


def test_observaciones_shows_each_with_its_link(tmp_path):
    problems = [
        problem("POI-E23", "POI", "F6", value=-3),
        problem("POI-E10", "libro.xlsx", file="libro.xlsx"),
    ]
    rendering = written(report_of(problems=problems), tmp_path)
    rows = records(rendering.path, "Observaciones", "Código")
    assert list(rows[0].values()) == [
        "POI-E23", "error", "POI", "F6", "La cantidad -3 es negativa.",
        "Escriba una cantidad de cero o más.",
    ]  # fmt: skip
    links = [x for x in rendering.links if x.sheet == "Observaciones"]
    assert [(x.cell, x.target_sheet, x.target_cell) for x in links] == [("D5", "POI", "F6")]


def test_observaciones_says_so_when_all_is_well(tmp_path):
    rendering = written(report_of(), tmp_path)
    rows = records(rendering.path, "Observaciones", "Código")
    assert [row["Qué pasa"] for row in rows] == [
        "Todas las comprobaciones pasaron: se revisaron 3 actividades."
    ]


@pytest.mark.parametrize("name", ["Por órgano", "Semáforo", "Alertas"])
def test_the_legend_says_every_limit(tmp_path, name):
    _, book = drawn(report_of(preset=SIX), tmp_path)
    texts = {cell.value for row in book[name]["A4:V6"] for cell in row if cell.value}
    for index, flag in enumerate(SIX.flags):
        limits = f": {SIX.band_text(index)}" if index < len(SIX.bands) else ""
        assert flag_text(flag) + limits in texts


def test_flags_are_coloured_by_their_words(tmp_path):
    _, book = drawn(report_of(preset=SIX), tmp_path)
    for name, area in (("Semáforo", "K8:K11"), ("Por órgano", "I8:I10"), ("Alertas", "J8:J9")):
        rules = {
            rule.formula[0]: rule.dxf.fill.bgColor.rgb[2:]
            for cells in book[name].conditional_formatting
            for rule in cells.rules
            if rule.type == "cellIs" and str(cells.sqref).startswith(area[:1])
        }
        assert rules['"◆ Avance"'] == "F9E294"
        assert rules['"▼ Bajo ""real"""'] == "F2A20D"
        assert len(rules) == len(SIX.flags)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "http://", '=HYPERLINK("x")', "{=1}"])
def test_no_text_of_the_plan_becomes_a_formula(tmp_path, start):
    text = f"{start}cmd"
    plan = replace(
        plan_of((text, text, 10, [10], [1])), budget_activity=(text,), measure_unit=(text,)
    )
    problems = [problem("POI-E22", "POI", "F6", value=text)]
    rendering, book = drawn(report_of(plan, institution=text, problems=problems), tmp_path)
    kinds = {cell.data_type for sheet in book for row in sheet for cell in row if cell.value}
    assert kinds <= {"s", "n"}
    assert book["Semáforo"]["B7"].value == text
    assert rendering.formulas == ()


def test_typed_formulas_are_declared_and_written_as_they_were(tmp_path):
    rendering, book = drawn(report_of(notes=NOTES), tmp_path)
    assert [(x.sheet, x.cell, x.text) for x in rendering.formulas] == [
        ("Alertas", "O7", '=UPPER("x}")'),
        ("Alertas", "Q11", "=FILTER(A1:A2,B1:B2)"),
    ]
    assert book["Alertas"]["O7"].value == '=UPPER("x}")'
    assert book["Alertas"]["Q11"].value == "=FILTER(A1:A2,B1:B2)"


@pytest.mark.parametrize("date_1904", [False, True])
def test_dates_are_the_same_day_in_both_calendars(tmp_path, date_1904):
    old = TypedNote("", "A", "B", ("", "", "", "", dt.date(1890, 1, 2)))
    _, book = drawn(report_of(notes=(*NOTES, old)), tmp_path, date_1904=date_1904)
    assert book["Alertas"]["Q7"].value == dt.datetime(2021, 5, 3)  # noqa: DTZ001
    assert book["Alertas"]["Q13"].value == "02/01/1890"


def test_decimals_show_only_where_the_plan_has_them(tmp_path):
    _, book = drawn(report_of(), tmp_path)
    assert book["Semáforo"]["G7"].number_format == "#,##0;-#,##0;0"
    _, book = drawn(report_of(plan_of(("A", "X", 1.5, [0.5], [0.25]))), tmp_path)
    assert book["Semáforo"]["G7"].number_format == "#,##0.00;-#,##0.00;0"


def test_means_of_whole_figures_show_their_decimals(tmp_path):
    plan = replace(THREE, accumulation=(Accumulation.MEAN,) * 3)
    assert all(np.isnan(x) or x == int(x) for x in plan.planned.ravel())
    _, book = drawn(report_of(plan), tmp_path)
    [amount] = [cell for cell in book["Semáforo"][6] if cell.value == "Programado"]
    below = book["Semáforo"].cell(7, amount.column)
    assert (below.value, below.number_format) == (3.333333, "#,##0.00;-#,##0.00;0")


def test_a_plan_whose_place_is_unknown_has_no_links_to_it(tmp_path):
    rendering, book = drawn(report_of(replace(THREE, layout=Layout())), tmp_path)
    assert {link.target_sheet for link in rendering.links} <= set(KEYS.values())
    assert book["Semáforo"]["A7"].value == 1


def test_rows_are_as_tall_as_their_longest_name(tmp_path):
    name = "PALABRA LARGA " * 36
    plan = plan_of(("A", name, 10, [10], [1]), ("A", "CORTO", 10, [10], [1]))
    _, book = drawn(report_of(plan), tmp_path)
    heights = [book["Semáforo"].row_dimensions[r].height for r in (7, 8)]
    assert heights[0] > 8 * 12.75
    assert heights[1] < 20


def test_no_amount_turns_into_hashes(tmp_path):
    plan = plan_of(("A", "X", 123_456_789_012, [123_456_789_012], [1]))
    _, book = drawn(report_of(plan), tmp_path)
    for name, column in (
        ("Por órgano", "E"),
        ("Semáforo", "G"),
        ("Alertas", "F"),
        ("Mensual", "C"),
    ):
        assert width_of(book[name], column) >= len("123,456,789,012")


def test_charts_say_what_they_show(tmp_path):
    _, book = drawn(report_of(), tmp_path)
    counts = {sheet.title: len(sheet._charts) for sheet in book}
    assert counts == {
        "Resumen": 2, "Por órgano": 1, "Por actividad MEF": 1, "Por unidad de medida": 1,
        "Semáforo": 0, "Alertas": 0, "Mensual": 1, "Observaciones": 0,
    }  # fmt: skip


def test_a_footer_never_passes_what_excel_takes():
    stamp = report_of(institution="2021 & " * 60).stamp.text
    assert len(f"&L&8{footer_text(stamp).replace('&', '&&')}&R&8Página &P de &N") <= 255
    assert footer_text(stamp).startswith(" 2021")


def test_counts_agree_with_their_nouns():
    assert counted(1, "nota", "notas") == "1 nota"
    assert counted(0, "nota", "notas") == "0 notas"


@examples(max_examples=15)
@given(
    plan=plans,
    preset=st.sampled_from([*PRESETS.values(), SIX]),
    ends=st.tuples(st.integers(1, 12), st.integers(1, 12)),
)
def test_any_plan_is_drawn_and_its_totals_are_the_reports(tmp_path_factory, plan, preset, ends):
    path = tmp_path_factory.mktemp("any") / "drawn.xlsx"
    report = report_of(plan, preset=preset, period=Period(min(ends), max(ends)))
    render(report, KEYS, path)
    organs = records(path, "Por órgano", "Órgano")
    assert len(organs) == len(report.organs.labels) + 1
    last = organs[-1]
    assert last["Programado"] == report.total.planned[0]
    assert last["Ejecutado"] == report.total.executed[0]
    assert sum(row["Actividades"] for row in organs[:-1]) == last["Actividades"] == len(plan)
    rows = records(path, "Semáforo", "Actividad")
    assert math.isclose(sum(row["Brecha"] for row in rows[:-1]), rows[-1]["Brecha"], abs_tol=1e-6)
    assert len(records(path, "Mensual", "Medida")) == 5 * (len(report.organs.labels) + 1)


@pytest.mark.slow
def test_ten_thousand_activities_are_drawn(tmp_path):
    count = 10_000
    rows = [
        (f"ÓRGANO {i % 300}", f"ACTIVIDAD {i}", 12, [1] * 12, [i % 3] * 6) for i in range(count)
    ]
    rendering = render(report_of(plan_of(*rows)), KEYS, tmp_path / "drawn.xlsx")
    assert len([link for link in rendering.links if link.sheet == "Semáforo"]) == count
