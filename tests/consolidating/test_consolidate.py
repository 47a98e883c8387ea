"""A sector's files become tables: what each says alone, in any order, through any interruption."""

import shutil
import zipfile
from collections import Counter
from pathlib import Path

import fsspec
import numpy as np
import pyarrow.parquet as pq
import pytest

from poi_xl.commands.calculate import calculate
from poi_xl.commands.load import load
from poi_xl.consolidating.asking import ask
from poi_xl.consolidating.consolidate import consolidate
from poi_xl.consolidating.deliveries import State
from poi_xl.consolidating.executors import Here
from poi_xl.consolidating.tables import read_deliveries
from poi_xl.core.plan import By
from poi_xl.core.problems import Refusal
from tests.consolidating.entities import write
from tests.consolidating.whole import check_figures

ONE = Here(1)


def figures(root):
    """The bytes of everything that a consolidation says, without where its files were."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*.parquet"))
        if path.name not in ("archivos.parquet", "consolidacion.parquet")
    }


def rows(root, table):
    return pq.read_table(root / table).to_pylist()


@pytest.fixture
def few(tmp_path):
    """A folder with three small files of one entity each."""
    folder = tmp_path / "entregas"
    chance = np.random.default_rng(3)
    made = [
        write(folder, n, layout, 4, quarter=1, chance=chance)
        for n, layout in enumerate(("sheet", "html", "text"))
    ]
    return folder, made


def test_the_figures_are_the_generator_s(sector, whole):
    made = sector[1]
    assert whole.read == len(made) == whole.count(State.CURRENT)
    check_figures(whole.root, made)


def test_a_file_says_alone_what_it_says_here(sector, whole):
    places = {each.place: each for each in whole.deliveries}
    observed = pq.read_table(whole.root / "observaciones").to_pylist()
    indicators = pq.read_table(whole.root / "indicadores").to_pylist()
    for made in sector[1][:12]:
        delivery, alone = places[made.path.as_posix()], load(made.path)
        said = [
            (item.code, item.severity.value, item.sheet, item.cell, item.message, item.remedy)
            for item in alone.problems
        ]
        names = ("codigo", "severidad", "hoja", "celda", "mensaje", "remedio")
        assert said == [
            tuple(row[name] for name in names) for row in observed if row["entrega"] == delivery.key
        ]
        here = [row for row in indicators if row["entrega"] == delivery.key]
        for by, period in ((By.TOTAL, "1"), (By.ORGAN, "1"), (By.TOTAL, "ANUAL"), (By.ORGAN, "S1")):
            answer = calculate(made.path, by, period)
            wanted = answer.as_json()["filas"]
            found = [
                row
                for row in here
                if row["periodo"] == answer.period.label
                and (row["organo"] is None) is (by is By.TOTAL)
            ]
            assert [row["organo"] for row in found] == [
                row["clave"].get("organo") for row in wanted
            ]
            for row, want in zip(found, wanted, strict=True):
                assert dict(row["conteo"]) == want.pop("conteo")
                del want["clave"]
                want.pop("soles", None)
                assert {name: row[name] for name in want} == want


def test_asking_about_one_entity_answers_as_its_file(sector, whole):
    for made in sector[1][:6]:
        for by in By:
            alone = calculate(made.path, by).as_json()
            here = ask(whole.root, by, entities=[made.entity.lower()]).as_json()
            for row in here["filas"]:
                row["clave"].pop("entidad", None)
            for row in alone["filas"]:
                row.pop("soles", None)  # a consolidation keeps them in its tables
            if by is By.TOTAL:
                assert alone["preset"] == here["preset"]
            assert here["filas"] == alone["filas"]


def test_money_stands_beside_the_amounts(whole, sector):
    made = next(each for each in sector[1] if each.layout == "html")
    key = next(each.key for each in whole.deliveries if each.place == made.path.as_posix())
    soles = load(made.path).plan.soles
    assert soles is not None
    read = [row for row in rows(whole.root, "actividades") if row["entrega"] == key]
    assert [row["programado_soles"] for row in read] == soles.planned.ravel().tolist()


def test_processes_order_and_names_of_folders_change_nothing(sector, whole, tmp_path):
    folder = sector[0]
    origins = [str(each) for each in sorted(folder.iterdir(), reverse=True)]
    answer = consolidate(origins, tmp_path / "otra", executor=Here(2))
    assert figures(answer.root) == figures(whole.root)
    assert (answer.root / "archivos.parquet").read_bytes() == (
        whole.root / "archivos.parquet"
    ).read_bytes()


class Stopped(Here):
    """An executor that the user stops after some tasks."""

    def __init__(self, tasks):
        super().__init__(1)
        self.tasks = tasks

    def run(self, batches):
        for number, done in enumerate(super().run(batches)):
            if number == self.tasks:
                raise KeyboardInterrupt
            yield done


def test_a_run_that_was_stopped_goes_on(sector, whole, tmp_path):
    root = tmp_path / "sector"
    with pytest.raises(KeyboardInterrupt):
        consolidate([str(sector[0])], root, executor=Stopped(5))
    assert not (root / "archivos.parquet").exists()
    answer = consolidate([str(sector[0])], root, executor=ONE)
    assert answer.read == len(sector[1]) - 5 * 8
    assert figures(root) == figures(whole.root)
    assert not (root / ".trabajo").exists()


def test_a_commit_that_was_cut_is_repaired(few, tmp_path, monkeypatch):
    folder, _ = few
    good = consolidate([str(folder)], tmp_path / "bien", executor=ONE)
    root = tmp_path / "cortada"
    from poi_xl.consolidating import store

    put, left = store._put, iter(range(1000))

    def cut(path, data):
        # The records are in their places, the table of files is not.
        if path.name == "archivos.parquet" and next(left) == 0:
            raise KeyboardInterrupt
        put(path, data)

    monkeypatch.setattr(store, "_put", cut)
    with pytest.raises(KeyboardInterrupt):
        consolidate([str(folder)], root, executor=ONE)
    answer = consolidate([str(folder)], root, executor=ONE)
    assert answer.read == 0
    assert figures(root) == figures(good.root)


def test_what_is_known_is_not_read_again(few, tmp_path):
    folder, made = few
    root = tmp_path / "sector"
    consolidate([str(folder)], root, executor=ONE)
    before = {path: path.stat().st_mtime_ns for path in root.rglob("T*.parquet")}
    assert consolidate([str(folder)], root, executor=ONE).read == 0
    assert {path: path.stat().st_mtime_ns for path in root.rglob("T*.parquet")} == before
    changed = write(folder, 0, "sheet", 4, quarter=1, chance=np.random.default_rng(8))
    assert changed.path == made[0].path
    answer = consolidate([str(folder)], root, executor=ONE)
    assert answer.read == 1
    fresh = consolidate([str(folder)], tmp_path / "nueva", executor=ONE)
    assert figures(root) == figures(fresh.root)
    made[1].path.unlink()
    assert consolidate([str(folder)], root, executor=ONE).entities == 2
    assert len(list(root.glob("actividades/*/*"))) == 2


def delivered(folder, name, *, quarter=1, seed=1, number=0):
    chance = np.random.default_rng(seed)
    return write(folder / name, number, "sheet", 4, quarter=quarter, chance=chance, entity="SAT")


def states(answer):
    return {each.place.split("/")[-3]: each.state.value for each in answer.deliveries}


def test_a_copy_is_told_and_not_added_up(tmp_path):
    folder, root = tmp_path / "e", tmp_path / "s"
    made = delivered(folder, "a")
    (folder / "b" / "sheet").mkdir(parents=True)
    shutil.copyfile(made.path, folder / "b" / "sheet" / "copia de poi.xlsx")
    answer = consolidate([str(folder)], root, executor=ONE)
    assert sorted(states(answer).values()) == ["copia", "vigente"]
    assert [item.code for item in answer.problems] == ["POI-N200"]
    assert ask(root, By.TOTAL, "ANUAL").total.planned[0] == made.planned.sum()


def test_the_higher_version_counts_and_the_other_comes_back_when_it_goes(tmp_path):
    folder, root = tmp_path / "e", tmp_path / "s"
    old, new = delivered(folder, "a", seed=1), delivered(folder, "b", seed=2)
    newer = new.path.rename(new.path.with_name("POI modificado v6.xlsx"))
    answer = consolidate([str(folder)], root, executor=ONE)
    assert states(answer) == {"a": "reemplazada", "b": "vigente"}
    assert [item.code for item in answer.problems] == ["POI-A200"]
    assert ask(root, By.TOTAL, "ANUAL").total.planned[0] == new.planned.sum()
    newer.unlink()
    answer = consolidate([str(folder)], root, executor=ONE)
    assert (states(answer), answer.read) == ({"a": "vigente"}, 1)
    assert ask(root, By.TOTAL, "ANUAL").total.planned[0] == old.planned.sum()


def test_two_plans_that_nothing_orders_are_told(tmp_path):
    folder = tmp_path / "e"
    delivered(folder, "a", seed=1)
    delivered(folder, "b", seed=2)
    answers = [
        consolidate(origins, tmp_path / str(number), executor=ONE)
        for number, origins in enumerate(([str(folder)], [str(folder / "b"), str(folder / "a")]))
    ]
    assert [item.code for item in answers[0].problems] == ["POI-A204"]
    assert states(answers[0]) == states(answers[1])
    assert figures(answers[0].root) == figures(answers[1].root)


def test_quarters_stand_side_by_side_and_the_one_that_covers_counts(tmp_path):
    folder, root = tmp_path / "e", tmp_path / "s"
    first = delivered(folder, "a", quarter=1, seed=1)
    second = delivered(folder, "b", quarter=2, seed=2)
    answer = consolidate([str(folder)], root, executor=ONE)
    assert states(answer) == {"a": "anterior", "b": "vigente"}
    assert answer.problems == ()
    for period in ("1", "2", "ACUM"):
        assert (
            ask(root, By.TOTAL, period).total.planned[0]
            == {
                "1": second.planned[:3].sum(),
                "2": second.planned[3:6].sum(),
                "ACUM": second.planned[:6].sum(),
            }[period]
        )
    year = ask(root, By.TOTAL, "ANUAL")
    assert [item.code for item in year.sector.problems] == ["POI-A203"]
    assert year.total.executed[0] == second.executed.sum() != first.executed.sum()


def test_years_are_kept_apart(tmp_path):
    folder, root = tmp_path / "e", tmp_path / "s"
    chance = np.random.default_rng(1)
    for year in (2020, 2021):
        write(folder, year, "sheet", 4, quarter=1, chance=chance, year=year, entity="SAT")
    consolidate([str(folder)], root, executor=ONE)
    assert sorted(path.name for path in (root / "actividades").iterdir()) == [
        "anio=2020",
        "anio=2021",
    ]
    assert ask(root).sector.year == 2021
    assert ask(root, year=2020).sector.year == 2020
    with pytest.raises(Refusal, match=r"POI-E208.*2020, 2021"):
        ask(root, year=1999)


def test_zip_files_addresses_and_patterns(few, tmp_path):
    folder, made = few
    plain = consolidate([str(folder)], tmp_path / "plain", executor=ONE)
    packed = tmp_path / "entregas.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for each in made:
            archive.write(each.path, f"ñandú/{each.path.name}")
        archive.writestr("ñandú/~$abierto.xlsx", b"")
        archive.writestr("leame.txt", b"")
    memory = fsspec.filesystem("memory")
    for each in made:
        memory.pipe(f"/poi/{each.path.name}", each.path.read_bytes())
    for number, origin in enumerate(
        (str(packed), "memory://poi", str(folder / "*" / "*.*"), str(folder / "**" / "*"))
    ):
        answer = consolidate([origin], tmp_path / str(number), executor=ONE)
        assert figures(answer.root) == figures(plain.root), origin
        assert consolidate([origin], answer.root, executor=ONE).read == 0
    memory.rm("/poi", recursive=True)


def test_what_cannot_be_read_is_told_and_stops_nothing(few, tmp_path):
    folder, made = few
    whole = made[0].path.read_bytes()
    bad = {
        "vacio.xlsx": b"",
        "cortado.xlsx": whole[: len(whole) // 2],
        "texto.xlsx": b"hola",
        "viejo.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "roto.zip": b"PK\x03\x04 nada",
        "pagina.xls": made[1].path.read_bytes()[:9000],
        "cambiado.xlsx": whole[:300] + bytes(200) + whole[500:],
    }
    for name, data in bad.items():
        (folder / name).write_bytes(data)
    (folder / "leame.pdf").write_bytes(b"")
    answer = consolidate([str(folder)], tmp_path / "s", executor=ONE)
    assert (answer.entities, answer.others) == (3, 1)
    unread = {each.name for each in answer.deliveries if each.state is State.UNREADABLE}
    assert unread == set(bad) - {"roto.zip"}
    observed = pq.read_table(answer.root / "observaciones").to_pylist()
    told = {row["archivo"] for row in observed if row["severidad"] == "error"}
    assert told >= unread
    assert any(item.place.endswith("roto.zip") for item in answer.problems)
    # An answer about them needs no second reading either.
    assert consolidate([str(folder)], tmp_path / "s", executor=ONE).read == 0


def test_a_process_that_dies_costs_one_file(few, tmp_path, monkeypatch):
    folder, made = few
    # Stands for a file that ends whoever reads it; the processes open this module's name anew.
    shutil.copyfile(made[0].path, folder / "MATA.xlsx")
    from poi_xl.consolidating import executors

    monkeypatch.setattr(executors, "_FEW", 0)
    monkeypatch.setattr(executors, "examine", deadly)
    answer = consolidate([str(folder)], tmp_path / "s", executor=Here(2))
    assert Counter(each.state for each in answer.deliveries)[State.UNREADABLE] == 1
    assert answer.entities == 3
    observed = pq.read_table(answer.root / "observaciones").to_pylist()
    assert [row["codigo"] for row in observed if row["archivo"] == "MATA.xlsx"] == ["POI-E203"]


def deadly(jobs):
    import os

    from poi_xl.consolidating.task import examine

    if any("MATA" in job.place for job in jobs):
        os._exit(9)
    return examine(jobs)


def test_what_a_run_left_in_half_is_removed_and_told(few, tmp_path):
    folder, _ = few
    root = tmp_path / "s"
    consolidate([str(folder)], root, executor=ONE)
    entity = next(root.glob("actividades/*/*"))
    halves = [
        root / "archivos.parquet.tmp",
        entity / "T1-ab.parquet.tmp",
        root / ".trabajo" / "ab.json.tmp",
    ]
    (root / ".trabajo").mkdir()
    for each in (*halves, root / "notas.tmp"):
        each.write_bytes(b"a medias")
    answer = consolidate([str(folder)], root, executor=ONE)
    (told,) = answer.problems
    assert told.code == "POI-N170"
    assert all(each.name in told.message for each in halves)
    assert [each.name for each in root.rglob("*.tmp")] == ["notas.tmp"]
    assert consolidate([str(folder)], root, executor=ONE).problems == ()


@pytest.mark.parametrize("what", ["write_bytes", "replace", "mkdir", "iterdir"])
def test_a_folder_that_may_not_be_written_is_told(few, tmp_path, monkeypatch, what):
    folder, _ = few
    root = tmp_path / "s"
    consolidate([str(folder)], root, executor=ONE)
    before = figures(root)
    (folder / "sheet").rename(folder / "hoja")
    real = getattr(Path, what)

    def fails(path, *given, **named):
        if ".trabajo" in path.parts:
            raise PermissionError(13, "Permission denied")
        return real(path, *given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(Path, what, fails)
        with pytest.raises(Refusal, match=r"POI-E16: .*no hay permiso"):
            consolidate([str(folder)], root, executor=ONE)
    assert figures(root) == before
    assert not list(root.rglob("*.tmp"))


def test_entities_are_named_by_the_table(tmp_path):
    folder, root = tmp_path / "e", tmp_path / "s"
    chance = np.random.default_rng(1)
    write(folder / "uno", 0, "sheet", 3, quarter=1, chance=chance, entity="SAT")
    write(folder / "dos", 1, "sheet", 3, quarter=2, chance=chance, entity=" Sát ")
    made = write(folder / "tres", 2, "sheet", 3, quarter=1, chance=chance, entity="-")
    _without_name(made.path)
    answer = consolidate([str(folder)], root, executor=ONE)
    entities = {each.place.split("/")[-3]: each.entity for each in answer.deliveries}
    assert entities["uno"] == entities["dos"]
    assert entities["tres"] == "sheet/poi_00002_1"
    assert [item.code for item in answer.problems] == ["POI-A201"]
    names = root / "entidades.csv"
    names.write_text("archivo o nombre;entidad\ntres/*;MTC 1/2\nsat;SAT de Lima\n", "utf-8")
    answer = consolidate([str(folder)], root, executor=ONE)
    assert (answer.read, answer.problems) == (0, ())
    assert {each.entity for each in answer.deliveries} == {"SAT de Lima", "MTC 1/2"}
    read = pq.read_table(root / "actividades").to_pylist()
    assert {row["entidad"] for row in read} >= {"SAT de Lima"}
    assert len(list(root.glob("actividades/*/*"))) == 2
    names.write_text("archivo o nombre;entidad\nsolo uno\n\na;b;c\n", "utf-8")
    with pytest.raises(Refusal) as caught:
        consolidate([str(folder)], root, executor=ONE)
    assert [item.code for item in caught.value.problems] == ["POI-E212"] * 2


def _without_name(path):
    import openpyxl

    book = openpyxl.load_workbook(path)
    del book["Configuración"]
    book.save(path)


def test_what_is_refused_before_anything_is_written(few, tmp_path):
    folder, _ = few
    root = tmp_path / "s"
    with pytest.raises(Refusal) as caught:
        consolidate([str(folder), str(tmp_path / "no"), "nada://x"], root, executor=ONE)
    assert [item.code for item in caught.value.problems] == ["POI-E201"] * 2
    (tmp_path / "vacia").mkdir()
    with pytest.raises(Refusal, match="POI-E214"):
        consolidate([str(tmp_path / "vacia")], root, executor=ONE)
    assert not root.exists()
    with pytest.raises(Refusal, match="POI-E205"):
        consolidate([str(folder)], folder, executor=ONE)
    assert not (folder / ".trabajo").exists()
    with pytest.raises(Refusal, match="POI-E204"):
        ask(folder)


def test_the_table_of_files_says_what_became_of_each(whole):
    listed = read_deliveries(whole.root / "archivos.parquet")
    assert listed == whole.deliveries
    assert [each.place for each in listed] == sorted(each.place for each in listed)
