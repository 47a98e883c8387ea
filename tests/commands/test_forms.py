"""Forms through files: made, filled in by other programs, spoiled in every way, imported."""

import datetime as dt
import random
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from poi_xl.commands.forms import make_forms, missing_columns
from poi_xl.commands.import_forms import import_forms
from poi_xl.commands.load import load
from poi_xl.commands.update import update
from poi_xl.core.accumulation import Accumulation
from poi_xl.core.form_changes import Prefer
from poi_xl.core.period import Period, quarter_period
from poi_xl.core.problems import Refusal
from poi_xl.core.settings import Settings
from poi_xl.package.parts import Package
from poi_xl.reading.forms import read_form
from poi_xl.sheets.base import base_bytes
from tests import oracles
from tests.commands.test_update import Accepting, alert_rows
from tests.conftest import shipped_plan
from tests.core.plans import plans
from tests.hand import type_in
from tests.package.books import macros, save, unzipped

NOW = dt.datetime(2021, 4, 20, 9, 30)  # noqa: DTZ001
LATER = dt.datetime(2021, 5, 3, 17, 0)  # noqa: DTZ001
ORGAN = "OFICINA DE PLANIFICACION Y ESTUDIOS ECONOMICOS"


def settings_for(quarter=1):
    return Settings(institution="SAT de Lima", year=2021, quarter=quarter, plan_sheet="POI")


def blank(plan):
    """Return a plan in which nothing has been executed yet."""
    return replace(plan, executed=np.full_like(plan.executed, np.nan))


@pytest.fixture(scope="session")
def open_book(tmp_path_factory):
    """Make a workbook of the shipped plan before anybody reported, with its summary sheets."""
    plan = shipped_plan()
    path = tmp_path_factory.mktemp("open") / "POI.xlsx"
    path.write_bytes(base_bytes(blank(plan), settings_for()))
    update(path, now=NOW)
    return path


@pytest.fixture
def fresh(open_book, tmp_path):
    """Lend a copy of it."""
    return Path(shutil.copyfile(open_book, tmp_path / "POI.xlsx"))


def forms(book, **more):
    """Make the forms of a workbook; return them by organ."""
    answer = make_forms(book, book.parent / "fichas", now=NOW, **more)
    return {each.organ: each.placed.path for each in answer.files}


def fill(path, answers=(), notes=(), *, by="Ana Pérez, jefa", on=dt.date(2021, 4, 5), out=None):
    """Fill a form in with openpyxl: rows of months, rows of texts."""
    book = load_workbook(path)
    sheet = book["Ficha"]
    sheet["C5"], sheet["C6"] = by, on
    for first, rows in (("L", answers), ("O", notes)):
        column = sheet[f"{first}1"].column
        for row, values in enumerate(rows, start=10):
            for place, value in enumerate(values, start=column):
                cell = sheet.cell(row, place)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"
    book.save(out or path)
    return out or path


def codes(action):
    """Return the codes and places of a refusal."""
    with pytest.raises(Refusal) as refused:
        action()
    return [(each.code, each.sheet, each.cell) for each in refused.value.problems]


def executed(book):
    return load(book).plan.executed


def stored(book, sheet, cell):
    return load_workbook(book, data_only=True)[sheet][cell].value


# --- making them ----------------------------------------------------------------------------------


def test_there_is_one_form_for_each_organ_and_equal_ones_are_left_alone(fresh):
    first = make_forms(fresh, fresh.parent / "fichas", now=NOW)
    assert len(first.files) == 24
    assert all(each.placed.written for each in first.files)
    assert sum(each.activities for each in first.files) == 78
    before = {each.placed.path: each.placed.path.read_bytes() for each in first.files}
    again = make_forms(fresh, fresh.parent / "fichas", now=LATER)
    assert not any(each.placed.written for each in again.files)
    assert {path: path.read_bytes() for path in before} == before


def test_a_form_that_somebody_filled_in_is_not_overwritten_unasked(fresh):
    path = forms(fresh)[ORGAN]
    fill(path, [[1, 1, 1]])
    before = path.read_bytes()
    assert codes(lambda: forms(fresh)) == [("POI-E50", path.name, "")]
    assert path.read_bytes() == before
    answer = make_forms(fresh, path.parent, now=NOW, host=Accepting("POI-E50"))
    (replaced,) = [each for each in answer.files if each.placed.written]
    assert Path(str(replaced.placed.backup)).read_bytes() == before


def test_a_form_is_locked_but_for_the_answers_and_has_no_macros(fresh):
    path = forms(fresh)[ORGAN]
    book = load_workbook(path)
    sheet = book["Ficha"]
    assert sheet.protection.sheet
    open_cells = {
        cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked
    }
    answers = {f"{column}{row}" for row in (10, 11, 12) for column in "LMNOPQ"}
    assert open_cells - {"C5", "D5", "E5", "C6", "D6", "E6"} == answers
    assert book["poi_xl"].sheet_state == "veryHidden"
    assert sheet.column_dimensions["R"].hidden
    assert not any("vba" in name.lower() for name in Package.open(path).names())
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert (rules["L10:N12"].type, rules["L10:N12"].operator) == ("whole", "greaterThanOrEqual")
    assert "de cero o más" in rules["L10:N12"].error
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.page_setup.fitToHeight == 0  # one page wide, as many long as it takes


def test_texts_of_the_plan_are_never_formulas_in_a_form(tmp_path):
    plan = shipped_plan()
    names = ("=CMD()", "+1", "-1", "@SUM(A1)", *plan.activity[4:])
    path = tmp_path / "POI.xlsx"
    odd = replace(blank(plan), activity=names, organ=("=A1",) * 4 + plan.organ[4:])
    path.write_bytes(base_bytes(odd, settings_for()))
    (form,) = [form for organ, form in forms(path).items() if organ == "=A1"]
    sheet = load_workbook(form)["Ficha"]
    assert [sheet.cell(row, 2).value for row in (10, 11)] == ["=CMD()", "+1"]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_a_period_that_no_form_can_have(fresh):
    assert codes(lambda: forms(fresh, period="ANUAL")) == [("POI-E118", "", "")]
    assert len(forms(fresh, period="FEB")) == 24


def test_months_for_which_the_sheet_has_no_column_are_named():
    plan = shipped_plan()
    (found,) = missing_columns(plan, Period(3, 5))
    assert (found.code, "ABR, MAY" in found.message) == ("POI-E117", True)
    assert not list(missing_columns(plan, quarter_period(1)))


@pytest.mark.validator
def test_forms_and_the_log_are_sound_files(fresh):
    made = forms(fresh)
    fill(made[ORGAN], [[1, 1, 1]], [["Otro", "=1+1"]])
    untouched = next(path for organ, path in made.items() if organ != ORGAN)
    import_forms(fresh, [made[ORGAN]], now=NOW)
    for path in (untouched, fresh):
        assert oracles.validate_dotnet(path) == []
        assert oracles.audit(path) == []


# --- importing them -------------------------------------------------------------------------------


def test_figures_sums_and_motives_arrive_in_one_write(fresh):
    made = forms(fresh)
    row = load(fresh).plan.organ.index(ORGAN) + 6
    fill(made[ORGAN], [[1, 0], [18, 13, 11]], [["Personal", "Faltó personal", "Contratar"]])
    before = Package.open(fresh)
    answer = import_forms(fresh, [made[ORGAN]], now=NOW, deadline=dt.date(2021, 4, 4))
    assert answer.update.written
    plan = load(fresh).plan
    assert plan.executed[row - 6, :3].tolist()[:2] == [1, 0]
    assert np.isnan(plan.executed[row - 6, 2])
    assert [stored(fresh, "POI", f"AE{r}") for r in (row, row + 1)] == [1, 42]
    assert [stored(fresh, "POI", f"{c}85") for c in ("R", "S", "T", "AE")] == [19, 13, 11, 43]
    assert not load(fresh).has_errors
    (note,) = [values for values, _ in alert_rows(fresh).values() if values["Motivo"]]
    assert note["Motivo"] == "Faltó personal"
    assert note["Medida correctiva"] == "Contratar"
    assert answer.standing.answered == (ORGAN,) == answer.standing.late
    assert len(answer.standing.pending) == 23
    assert answer.update.backup is not None
    assert before.fingerprint == Package.open(answer.update.backup).fingerprint
    log = load_workbook(fresh)["Bitácora"]
    line = [cell.value for cell in log[5]]
    assert line[:7] == [
        "2021-04-20 09:30", ORGAN, "I TRIM", "Ana Pérez, jefa", "2021-04-05", made[ORGAN].name, 8,
    ]  # fmt: skip
    assert f"POI!R{row}: (vacío) → 1" in str(line[7])


def test_importing_again_changes_no_byte(fresh):
    made = forms(fresh)
    fill(made[ORGAN], [[1, 0, 2]], [["Personal", "Faltó\npersonal"]])
    import_forms(fresh, [made[ORGAN]], now=NOW)
    before = fresh.read_bytes()
    assert not import_forms(fresh, [made[ORGAN]], now=LATER).update.written
    assert fresh.read_bytes() == before


def test_simulating_writes_nothing(fresh):
    made = forms(fresh)
    fill(made[ORGAN], [[1, 1, 1]])
    before = fresh.read_bytes()
    answer = import_forms(fresh, [made[ORGAN]], now=NOW, simulate=True)
    assert len(answer.brought.figures) == 3
    assert fresh.read_bytes() == before
    assert not (fresh.parent / ".poi-respaldo").exists()


def test_earlier_rows_of_the_log_are_kept(fresh):
    made = list(forms(fresh).values())[:3]
    for number, path in enumerate(made):
        fill(path, [[1, 1, 1]], by=f"Persona {number}")
        import_forms(fresh, [path], now=NOW + dt.timedelta(days=number))
    log = load_workbook(fresh)["Bitácora"]
    assert [log.cell(row, 4).value for row in (5, 6, 7)] == [f"Persona {n}" for n in range(3)]
    assert [str(log.cell(row, 1).value)[:10] for row in (5, 6, 7)] == [
        "2021-04-20", "2021-04-21", "2021-04-22",
    ]  # fmt: skip


def test_a_log_in_which_somebody_wrote_is_not_replaced_unasked(fresh):
    one, two = list(forms(fresh).values())[:2]
    fill(one, [[1, 1, 1]])
    fill(two, [[1, 1, 1]])
    import_forms(fresh, [one], now=NOW)
    type_in(fresh, "Bitácora", {"K3": "nota mía"})
    assert codes(lambda: import_forms(fresh, [two], now=NOW)) == [("POI-E13", "Bitácora", "")]
    import_forms(fresh, [two], now=NOW, host=Accepting("POI-E13"))
    assert load_workbook(fresh)["Bitácora"].max_row == 6


def test_a_sheet_of_that_name_that_is_not_ours_is_left_alone(fresh):
    book = load_workbook(fresh)
    book.create_sheet("Bitácora")["A1"] = "mía"
    book.save(fresh)
    made = forms(fresh)
    fill(made[ORGAN], [[1, 1, 1]])
    assert ("POI-E11", "", "") in codes(lambda: import_forms(fresh, [made[ORGAN]], now=NOW))


def test_motives_of_activities_on_track_are_kept_below_the_alerts(fresh):
    made = forms(fresh)
    plan = load(fresh).plan
    (first, *_) = [i for i, organ in enumerate(plan.organ) if organ == ORGAN]
    planned = [int(x) for x in plan.planned[first, :3]]
    fill(made[ORGAN], [planned], [["Otro", "Se cumplió con apoyo externo"]])
    import_forms(fresh, [made[ORGAN]], now=NOW)
    sheet = load_workbook(fresh)["Alertas"]
    texts = {cell.value: cell.row for row in sheet.iter_rows() for cell in row if cell.value}
    kept = next(row for text, row in texts.items() if str(text).startswith("Ya no figuran"))
    assert texts["Se cumplió con apoyo externo"] > kept


@pytest.mark.parametrize("text", ["=1+1", "+51 999", "-falta", "@SUM(A1)", '=HYPERLINK("x")'])
def test_what_a_unit_typed_is_never_a_formula(fresh, text):
    made = forms(fresh)
    fill(made[ORGAN], [[0, 0, 0]], [["Otro", text, f"\t{text}"]], by=text)
    import_forms(fresh, [made[ORGAN]], now=NOW)
    update(fresh, now=LATER)
    book = load_workbook(fresh)
    found = [
        cell
        for name in ("Alertas", "Bitácora")
        for row in book[name].iter_rows()
        for cell in row
        if isinstance(cell.value, str) and text in cell.value
    ]
    assert len(found) >= 3
    assert all(cell.data_type == "s" for cell in found)
    # Excel would read it anew when somebody opens the cell and leaves it.
    starting = [cell for cell in found if cell.value == text]
    assert starting
    assert all(cell.quotePrefix for cell in starting)


def test_the_macros_and_every_foreign_part_stay(fresh):
    parts = macros(unzipped(fresh.read_bytes()))
    book = save(fresh.with_suffix(".xlsm"), parts)
    made = forms(book)
    fill(made[ORGAN], [[1, 1, 1]])
    import_forms(book, [made[ORGAN]], now=NOW)
    after = unzipped(book.read_bytes())
    changed = {name for name in parts if after.get(name) != parts[name]}
    ours = ("xl/worksheets/", "xl/tables/", "xl/charts/", "xl/drawings/", "xl/_rels", "xl/styles")
    lists = {"[Content_Types].xml", "xl/workbook.xml"}
    assert not {n for n in changed if not n.startswith(ours) and n not in lists}
    assert after["xl/vbaProject.bin"] == parts["xl/vbaProject.bin"]


def test_sums_that_somebody_typed_follow_when_they_were_right(fresh):
    made = forms(fresh)
    row = load(fresh).plan.organ.index(ORGAN) + 6
    type_in(fresh, "POI", {f"AE{row}": 0, f"AE{row + 1}": 7, "R85": 0})
    fill(made[ORGAN], [[1, 0, 2], [1, 1, 1]])
    import_forms(fresh, [made[ORGAN]], now=NOW)
    assert stored(fresh, "POI", f"AE{row}") == 3
    assert stored(fresh, "POI", f"AE{row + 1}") == 7
    assert stored(fresh, "POI", "R85") == 2


def test_quarters_that_do_not_add_up_follow_as_their_months_accumulate(tmp_path):
    plan = shipped_plan()
    modes = (Accumulation.LAST, Accumulation.MEAN, Accumulation.CONSTANT)
    rows = [i for i, organ in enumerate(plan.organ) if organ == ORGAN]
    assert len(rows) == len(modes)
    accumulation = [Accumulation.SUM] * len(plan)
    for row, mode in zip(rows, modes, strict=True):
        accumulation[row] = mode
    plan = replace(plan, accumulation=tuple(accumulation))
    book = tmp_path / "POI.xlsx"
    book.write_bytes(base_bytes(blank(plan), settings_for()))
    update(book, now=NOW)
    answers = [(4, 9, None), (4, 9, 9), (1, None, 2)]
    import_forms(book, [fill(forms(book)[ORGAN], answers)], now=LATER)
    found = load(book)
    assert {each.code for each in found.problems} <= {"POI-A43", *ABOUT_MODES}
    executed = found.plan.stated.quarters["quarter_executed", 1][rows]
    assert executed.tolist() == [9, 7.333333, 1.5]
    assert found.plan.stated.totals["quarter_executed", 1][1] == 17.833333


ABOUT_MODES = {"POI-A160", "POI-A161", "POI-N160"}


def test_a_formula_over_the_figures_shows_no_old_number(fresh):
    made = forms(fresh)
    row = load(fresh).plan.organ.index(ORGAN) + 6
    type_in(fresh, "POI", {"AK1": f"=R{row}*2", "AK2": f"=R{row}+S{row}", "AK3": "=SUM(AK2,T85)"})
    fill(made[ORGAN], [[4, 0, 2]])
    import_forms(fresh, [made[ORGAN]], now=NOW)
    assert stored(fresh, "POI", "AK1") is None
    assert stored(fresh, "POI", "AK2") == 4
    assert stored(fresh, "POI", "AK3") == 6
    assert b'fullCalcOnLoad="1"' in Package.open(fresh).read("xl/workbook.xml")


def test_a_formula_in_the_plans_own_cell_is_not_replaced(fresh):
    made = forms(fresh)
    row = load(fresh).plan.organ.index(ORGAN) + 6
    type_in(fresh, "POI", {f"R{row}": "=2+3"})
    book = load_workbook(fresh)
    assert book["POI"][f"R{row}"].value == "=2+3"
    fill(made[ORGAN], [[1]])
    found = codes(lambda: import_forms(fresh, [made[ORGAN]], now=NOW, prefer=Prefer.FORM))
    assert found == [("POI-E116", "POI", f"R{row}")]


def test_the_shipped_workbook_with_functions_takes_a_correction(book):
    made = forms(book)
    row = load(book).plan.organ.index(ORGAN) + 6
    fill(made[ORGAN], [[7]])
    assert ("POI-E114", made[ORGAN].name, "L10") in codes(
        lambda: import_forms(book, [made[ORGAN]], now=NOW)
    )
    import_forms(book, [made[ORGAN]], now=NOW, prefer=Prefer.FORM)
    assert stored(book, "POI", f"AE{row}") == 9
    assert stored(book, "POI", "AE85") == 1500


def test_cells_with_functions_answer_as_if_the_workbook_had_been_made_so(book, tmp_path):
    made = forms(book)
    fill(made[ORGAN], [[7, 0], [18, 13, 2]])
    import_forms(book, [made[ORGAN]], now=NOW, prefer=Prefer.FORM)
    plan = shipped_plan()
    first = plan.organ.index(ORGAN)
    plan.executed[first, :2], plan.executed[first + 1, :3] = (7, 0), (18, 13, 2)
    other = tmp_path / "otro.xlsx"
    other.write_bytes(base_bytes(plan, settings_for(), live=True))
    formulas = load_workbook(book)
    ours, theirs = (load_workbook(path, data_only=True) for path in (book, other))
    for name in ("POI", "Tablero"):
        for row in formulas[name].iter_rows():
            for cell in row:
                got, wanted = (each[name][cell.coordinate].value for each in (ours, theirs))
                assert got == wanted, (name, cell.coordinate)


# --- faults ---------------------------------------------------------------------------------------


def test_every_fault_is_told_at_once_and_nothing_is_written(fresh):
    made = forms(fresh)
    organs = list(made)
    paths = [made[organ] for organ in organs]
    shutil.copyfile(fill(paths[0], [[1, 1, 1]]), paths[0].with_name("copia.xlsx"))
    for path, answers in (
        (paths[1], [["doce", -1, 1.5]]),
        (paths[2], [[1, 1, 1]]),
        (paths[3], [[1, 1, 1]]),
        (paths[5], [[1, 1, 1], [1, 1, 1], [1, 1, 1]]),
    ):
        fill(path, answers)
    book = load_workbook(paths[2])
    book["Ficha"]["L10"] = "=1+1"
    book["Ficha"]["F10"] = 99
    book["Ficha"]["B40"] = "ACTIVIDAD NUEVA"
    book.save(paths[2])
    book = load_workbook(paths[3])
    book["Ficha"].insert_cols(3)
    book.save(paths[3])
    book = load_workbook(paths[5])
    book["Ficha"].delete_rows(11)
    book.save(paths[5])
    shutil.copyfile(fresh, paths[0].with_name("otro libro.xlsx"))
    paths[0].with_name("texto.xlsx").write_text("nada")
    before = fresh.read_bytes()
    found = codes(lambda: import_forms(fresh, [paths[0].parent], now=NOW))
    names = {path: path.name for path in paths}
    assert {
        ("POI-E02", "", ""),
        ("POI-E100", "otro libro.xlsx", ""),
        ("POI-E105", "copia.xlsx", "")
        if paths[0].name < "copia.xlsx"
        else ("POI-E105", names[paths[0]], ""),
        ("POI-E110", names[paths[1]], "L10"),
        ("POI-E112", names[paths[1]], "M10"),
        ("POI-E113", names[paths[1]], "N10"),
        ("POI-E111", names[paths[2]], "L10"),
        ("POI-E106", names[paths[2]], "F10"),
        ("POI-E107", names[paths[2]], "B40"),
        ("POI-E115", names[paths[3]], ""),
        ("POI-E108", names[paths[5]], ""),
    } == set(found)
    assert fresh.read_bytes() == before


def test_a_damaged_form_is_told_by_its_name(fresh):
    path = forms(fresh)[ORGAN]
    parts = unzipped(path.read_bytes())
    sheet = "xl/worksheets/sheet1.xml"
    broken = parts[sheet].replace(b"<v>160</v>", b"<v>ciento</v>")
    assert broken != parts[sheet]
    save(path, {**parts, sheet: broken})
    with pytest.raises(Refusal) as refused:
        import_forms(fresh, [path], now=NOW)
    (only,) = refused.value.problems
    assert (only.code, path.name in only.message) == ("POI-E04", True)


def test_no_forms_at_all(fresh, tmp_path):
    (tmp_path / "nada").mkdir()
    assert codes(lambda: import_forms(fresh, [tmp_path / "nada"], now=NOW)) == [("POI-E19", "", "")]


def test_forms_of_one_name_in_folders_of_their_own(fresh):
    made = list(forms(fresh).values())[:2]
    for number, path in enumerate(made):
        folder = fresh.parent / f"unidad {number}"
        folder.mkdir()
        fill(path, [[1, 1, 1]], out=folder / "ficha.xlsx")
    folders = [fresh.parent / f"unidad {number}" for number in (0, 1)]
    answer = import_forms(fresh, folders, now=NOW)
    assert [form.file for form in answer.brought.answered] == [
        "unidad 0/ficha.xlsx",
        "unidad 1/ficha.xlsx",
    ]
    assert len(answer.brought.figures) == 6


def test_a_book_that_is_open_is_not_touched(fresh):
    made = forms(fresh)
    fill(made[ORGAN], [[1, 1, 1]])
    fresh.with_name(f".~lock.{fresh.name}#").write_text("Ana,ana,pc,01.01.2021 10:00,x;")
    assert codes(lambda: import_forms(fresh, [made[ORGAN]], now=NOW))[0][0] == "POI-E05"


# --- whole rounds ---------------------------------------------------------------------------------


def test_all_organs_answer_under_other_names_and_in_any_order(fresh):
    plan = shipped_plan()
    made = forms(fresh)
    chance = random.Random(5)
    renamed = []
    for number, (organ, path) in enumerate(made.items()):
        rows = [i for i, name in enumerate(plan.organ) if name == organ]
        answers = [[None if np.isnan(x) else x for x in plan.executed[i, :3]] for i in rows]
        renamed.append(fill(path, answers, out=path.with_name(f"{number}-vuelta.xlsx")))
    chance.shuffle(renamed)
    answer = import_forms(fresh, renamed, now=NOW)
    np.testing.assert_array_equal(executed(fresh)[:, :3], plan.executed[:, :3])
    assert not answer.standing.pending
    assert stored(fresh, "POI", "AE85") == 1494


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plans, st.integers(1, 4), st.randoms(use_true_random=False))
def test_random_answers_to_random_plans_arrive_as_they_are(tmp_path_factory, plan, quarter, chance):
    folder = tmp_path_factory.mktemp("azar")
    path = folder / "POI.xlsx"
    path.write_bytes(base_bytes(blank(plan), settings_for(quarter)))
    book = load(path).plan
    wanted, months = book.executed.copy(), quarter_period(quarter).months
    made = make_forms(path, folder / "fichas", now=NOW)
    paths = [each.placed.path for each in made.files]
    for each in paths:
        form = read_form(each)
        answers = [
            [chance.choice((None, 0, chance.randrange(500))) for _ in range(3)] for _ in form.rows
        ]
        for row, values in zip(form.rows, answers, strict=True):
            i = book.keys.index(row.key)
            wanted[i, months] = [np.nan if value is None else value for value in values]
        fill(each, answers)
    chance.shuffle(paths)
    import_forms(path, paths, now=NOW)
    after = load(path).plan
    np.testing.assert_array_equal(after.executed, wanted)
    sums = np.nansum(after.executed[:, months], axis=1)
    column = ("quarter_executed", quarter)
    np.testing.assert_allclose(np.nan_to_num(after.stated.quarters[column]), sums)
    assert after.stated.totals[column][1] == pytest.approx(sums.sum())
