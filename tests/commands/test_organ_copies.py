"""A copy for one organ, searched to the last byte for the names and figures of all others.

Every figure has eight digits and occurs once, so that wherever it turns up it is recognised.
"""

import datetime as dt
import html
import io
import re
import zipfile
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from poi_xl.commands import verifying
from poi_xl.commands.distribute import Mode, distribute
from poi_xl.commands.import_forms import import_forms
from poi_xl.commands.load import load
from poi_xl.commands.open_quarter import open_quarter
from poi_xl.commands.update import update
from poi_xl.core.hierarchy import Dependence, hierarchy_of
from poi_xl.core.plan import By, Plan
from poi_xl.core.settings import Settings
from poi_xl.core.text import fold
from poi_xl.sheets.base import base_bytes
from tests.commands.test_forms import fill, forms
from tests.commands.test_update import Accepting
from tests.core.plans import plan_of

# An organ and a unit of measure of the shipped plan: «Plan Operativo Institucional», «Sin reporte».
OUR_WORDS = ("institucional", "reporte")
NOW = dt.datetime(2021, 4, 20, 9, 30)  # noqa: DTZ001


@pytest.fixture(autouse=True)
def small_engine(monkeypatch):
    """A computer without LibreOffice: what is searched is the same."""
    monkeypatch.setattr(verifying, "find_office", lambda _: None)


# --- what is searched, and for what ---------------------------------------------------------------


def said(path) -> str:
    """Return everything in a file and its packed parts, packages inside included."""
    pieces = [path.name.encode()]

    def open_up(data):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            pieces.append(archive.comment)
            for info in archive.infolist():
                content = archive.read(info)
                pieces.extend((info.filename.encode(), info.comment, info.extra, content))
                if content.startswith(b"PK"):
                    open_up(content)

    open_up(path.read_bytes())
    whole = b"\n".join(pieces)
    texts = (whole.decode("utf-8", "replace"), whole.decode("utf-16-le", "replace"))
    return fold(html.unescape("\n".join(texts)))


def figures(plan: Plan, chosen) -> set[str]:
    """Return what stands in the plan of some activities, and every sum that is told of them."""
    target, planned, executed = plan.target[chosen], plan.planned[chosen], plan.executed[chosen]
    found = [target, planned, executed, target.sum(), planned.sum(axis=0), executed.sum(axis=0)]
    for months in (planned, np.nan_to_num(executed)):
        quarters = months.reshape(-1, 4, 3).sum(axis=2)
        found += [quarters, quarters.sum(axis=0), months.cumsum(axis=1), months.sum()]
        found += [months.sum(axis=0).cumsum()]
    numbers = np.concatenate([np.ravel(each) for each in found])
    return {str(int(each)) for each in numbers if each > 0}


def leaks(path, plan: Plan, organ: str) -> set[str]:
    """Return what the copy of an organ says of others."""
    text = said(path)
    own = np.array([fold(each) == fold(organ) for each in plan.organ])
    names = [*plan.organ, *plan.activity, *plan.measure_unit]
    mine = " ".join(
        fold(name) for name, is_own in zip(names, np.tile(own, 3), strict=True) if is_own
    )
    others = {fold(name) for name, is_own in zip(names, np.tile(own, 3), strict=True) if not is_own}
    others = {name for name in others if name not in mine}
    assert others
    secret = figures(plan, ~own) | figures(plan, np.ones(len(plan), bool))
    secret -= figures(plan, own)
    numbers = set(re.findall(r"\d{8,}", text))
    return {name for name in others if is_said(name, text)} | (secret & numbers)


def is_said(name: str, text: str) -> bool:
    """Whether a text has a name; one that is also a word of our titles must be a whole cell."""
    return f">{name}<" in text if name in OUR_WORDS else name in text


def unmistakable(plan: Plan, seed: int) -> Plan:
    """Return a plan whose every figure has eight digits and occurs once."""
    chance = np.random.default_rng(seed)
    count = len(plan)
    drawn = 10_000_000 + chance.choice(80_000_000, (count, 15), replace=False)
    executed = np.full((count, 12), np.nan)
    executed[:, :3] = drawn[:, 12:]
    planned = drawn[:, :12].astype(float)
    return replace(plan, planned=planned, executed=executed, target=planned.sum(axis=1))


def with_own_things(path, plan: Plan) -> None:
    """Put in what an institution has beside its plan, all of it about every organ."""
    book: Any = load_workbook(path)
    sheet = book.create_sheet("Hoja de la jefatura")
    for row, (organ, amount) in enumerate(zip(plan.organ, plan.target, strict=True), start=1):
        sheet.cell(row, 1, organ)
        sheet.cell(row, 2, amount)
    sheet["A1"].comment = Comment(f"Preguntar a {plan.organ[-1]}", plan.organ[0])
    chart = BarChart()
    chart.add_data(Reference(sheet, 2, 1, 2, len(plan)))
    chart.set_categories(Reference(sheet, 1, 1, 1, len(plan)))
    sheet.add_chart(chart, "D2")
    hidden = book.create_sheet(plan.organ[-1][:20])
    hidden.sheet_state = "veryHidden"
    hidden["A1"] = plan.organ[0]
    book.defined_names["responsable"] = DefinedName("responsable", attr_text=f'"{plan.organ[-1]}"')
    book.properties.title = f"{plan.organ[0]} y {plan.organ[-1]}"
    book.properties.keywords = str(int(plan.target[0]))
    book.properties.creator = plan.organ[-1]
    book["POI"]["A6"].comment = Comment(f"{plan.organ[-1]}: {int(plan.target[-1])}", "Jefatura")
    book["POI"].oddHeader.left.text = plan.organ[-1]
    book.save(path)


# --- the copies -----------------------------------------------------------------------------------


@pytest.mark.slow
def test_no_copy_of_the_shipped_plan_says_anything_of_another_organ(book, tmp_path):
    loaded = load(book)
    plan = unmistakable(loaded.plan, 7)
    organs = plan.grouping(By.ORGAN).labels
    above, _ = hierarchy_of(Dependence(organ, organs[0]) for organ in organs[1:])
    path = tmp_path / "Plan.xlsx"
    facts = replace(loaded.settings, plan_sheet="POI", hierarchy=above)
    path.write_bytes(base_bytes(plan, facts))
    with_own_things(path, plan)
    update(path, now=NOW)
    answer = distribute(path, tmp_path / "copias", now=NOW, by_organ=True)
    assert [copy.organ for copy in answer.copies] == list(organs)
    assert {copy.organ: leaks(copy.file.path, plan, copy.organ) for copy in answer.copies} == {
        organ: set() for organ in organs
    }
    for copy in answer.copies:
        assert load(copy.file.path).plan.target.sum() > 0
    told = [each for each in answer.notices if each.code == "POI-N141"]
    assert len(told) == 1
    assert "Hoja de la jefatura" in told[0].message
    assert answer.as_json()["observaciones"][0]["codigo"] == "POI-N141"


@pytest.mark.slow
def test_nothing_of_the_closed_quarter_or_of_the_forms_of_others_is_left(book, tmp_path):
    shipped = load(book)
    keep = [
        place
        for place, organ in enumerate(shipped.plan.organ)
        if organ in set(shipped.plan.organ[:14])
    ]
    names = tuple(shipped.plan.organ[place] for place in keep)
    plan = unmistakable(
        plan_of(
            *[
                (organ, shipped.plan.activity[i], 1, [1], [1])
                for organ, i in zip(names, keep, strict=True)
            ],
            year=2021,
        ),
        11,
    )
    path = tmp_path / "Plan.xlsx"
    path.write_bytes(base_bytes(plan, Settings("SAT", 2021, 1, plan_sheet="POI")))
    open_quarter(path, 2, now=NOW, host=Accepting("POI-E120"))
    made = forms(path)
    for number, form in enumerate(made.values()):
        fill(
            form, [[30_000_001 + number] * 3], [["Personal", f"Secreto de la unidad {number}", "-"]]
        )
    import_forms(path, list(made.values()), now=NOW)
    answer = distribute(path, tmp_path / "copias", now=NOW, mode=Mode.VALUES, by_organ=True)
    for copy in answer.copies:
        own = list(made).index(copy.organ)
        text = said(copy.file.path)
        assert leaks(copy.file.path, load(path).plan, copy.organ) == set()
        for number in range(len(made)):
            if number != own:
                assert f"secreto de la unidad {number}." not in text
                assert str(30_000_001 + number) not in text


organ_names = st.lists(
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZÑÁÉ&<'\"", min_size=9, max_size=30),
    min_size=2, max_size=4, unique_by=fold,
)  # fmt: skip


@pytest.mark.slow
@settings(
    max_examples=4,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(organ_names, st.integers(0, 1_000), st.integers(1, 3))
def test_copies_of_random_plans_say_nothing_of_others(tmp_path, names, seed, each):
    assume(not any(fold(a) in fold(b) for a in names for b in names if a != b))
    rows = [(name, f"TAREA {name[::-1]} {k}", 1, [1], [1]) for name in names for k in range(each)]
    plan = unmistakable(plan_of(*rows, year=2021), seed)
    path = tmp_path / "Plan.xlsx"
    path.write_bytes(base_bytes(plan, Settings("SAT", 2021, 1, plan_sheet="POI")))
    copies = distribute(path, tmp_path / f"copias {seed} {each}", now=NOW, by_organ=True).copies
    assert [leaks(copy.file.path, plan, copy.organ) for copy in copies] == [set()] * len(names)


def test_the_search_itself_finds_names_and_figures_wherever_they_are(tmp_path):
    rows = [("GERENCIA PRIMERA", "UNA", 1, [1], [1]), ("OFICINA & CÍA", "OTRA", 1, [1], [1])]
    plan = unmistakable(plan_of(*rows, year=2021), 3)
    path = tmp_path / "Plan.xlsx"
    path.write_bytes(base_bytes(plan, Settings("SAT", 2021, 1, plan_sheet="POI")))
    found = leaks(path, plan, "GERENCIA PRIMERA")
    assert {fold("OFICINA & CÍA"), "otra", str(int(plan.planned[1, 0]))} <= found
    outer = tmp_path / "fuera.xlsx"
    with zipfile.ZipFile(outer, "w") as archive:
        archive.write(path, "xl/embeddings/dentro.xlsx")
    assert leaks(outer, plan, "GERENCIA PRIMERA") >= found - {"plan.xlsx"}
