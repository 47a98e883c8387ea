"""The page for developers: each worked change fits the code of today and does what it says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from poi_xl.core.period import MONTHS
from tests.reading.files import write_rows
from tests.test_architecture import FLOORS, faults, module_name, part
from tools.diagram import ROOMS, floors, graph, reduced, svg

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "desarrollo.md").read_text(encoding="utf-8")
CHANGES = {
    title: "\n".join(blocks)
    for title, *rest in (each.partition("\n") for each in PAGE.split("\n## ")[1:])
    if (blocks := re.findall(r"^```diff\n(.*?)^```$", rest[-1], re.MULTILINE | re.DOTALL))
}


@pytest.fixture
def changed(tmp_path, request):
    """A copy of the code with the change of a section."""
    shutil.copytree(
        ROOT / "poi_xl", tmp_path / "poi_xl", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("pyproject.toml", "workbook/POI_2021.xlsm"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "change.diff").write_text(CHANGES[request.param], encoding="utf-8")
    said = ran("git", "apply", "change.diff", folder=tmp_path)
    assert said == ""
    checked = ran(sys.executable, "-m", "ruff", "check", "--no-cache", "poi_xl", folder=tmp_path)
    assert "All checks passed!" in checked
    for path in re.findall(r"^\+\+\+ b/(.*)$", CHANGES[request.param], re.MULTILINE):
        source = tmp_path / path
        name = module_name(ROOT / path)
        assert faults(name, source.read_text("utf-8"), package=path.endswith("__init__.py")) == []
    return tmp_path


def ran(*words, folder):
    # Not the repository that the folder may lie in: git would then skip what is outside of it.
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "4000"}
    environment["GIT_CEILING_DIRECTORIES"] = str(folder.parent)
    done = subprocess.run(
        words,
        check=False,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.stdout + done.stderr


def typed(*words, folder):
    return ran(sys.executable, "-m", "poi_xl.hosts.cli", *words, folder=folder)


def of(title):
    return pytest.mark.parametrize("changed", [title], indirect=True)


def test_every_worked_change_is_tried():
    assert list(CHANGES) == [
        "Agregar una función de celda",
        "Agregar una comprobación",
        "Agregar una hoja de resumen",
        "Agregar un anfitrión",
    ]


@of("Agregar una función de celda")
def test_a_function(changed):
    said = typed("formula", "POI_FALTA()", "--libro", "POI_2021.xlsm", folder=changed)
    assert re.search(r"^Hoy +4856$", said, re.MULTILINE), said
    assert re.search(r"^Español +=\(REDONDEAR\(SUMA\(POI!\$E\$6", said, re.MULTILINE), said
    assert "meta menos ejecutado" in typed("ayuda", "falta", folder=changed)


@of("Agregar una comprobación")
def test_a_check(changed):
    import xlsxwriter

    header = ["ÓRGANO", "ACTIVIDAD OPERATIVA", "UNIDAD DE MEDIDA", "META"]
    header += [f"PROG {month}" for month in MONTHS] + ["EJEC ENE", "EJEC FEB", "EJEC MAR"]
    for name, unit in (("con.xlsx", "INFORME"), ("sin.xlsx", None)):
        with xlsxwriter.Workbook(changed / name) as book:
            rows: list[list[object]] = [
                ["O", "Dirigir", "ACCIONES", 12.0, *[1.0] * 15],
                ["O", "Evaluar", unit, 12.0, *[1.0] * 15],
            ]
            write_rows(book, book.add_worksheet("POI"), [[*header], *rows])
    told = "POI-A24 POI!C3: la actividad no dice en qué se mide. Escriba su unidad de medida."
    assert told in typed("revisar", "sin.xlsx", folder=changed)
    assert "POI-A24" not in typed("revisar", "con.xlsx", folder=changed)


@of("Agregar una hoja de resumen")
def test_a_sheet(changed):
    said = typed("actualizar", "POI_2021.xlsm", folder=changed)
    assert re.search(r"^ +Metas +hoja nueva, \d+ celdas$", said, re.MULTILINE), said
    import openpyxl

    sheet = openpyxl.load_workbook(changed / "POI_2021.xlsm")["Metas"]
    headings, *rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert headings == ["Actividad", "Meta", "Avance de meta"]
    assert sum(float(str(row[1])) for row in rows) == 6350
    assert len(rows) == 78


@of("Agregar un anfitrión")
def test_a_host(changed):
    (changed / "otro.xlsm").write_bytes(b"no es un libro")
    (changed / "anoche.py").write_text(
        "import datetime as dt\nfrom pathlib import Path\n"
        "from poi_xl.hosts.nightly import refresh\n"
        "print(*refresh(Path(), dt.datetime(2021, 5, 3)), sep='\\n')\n"
    )
    said = ran(sys.executable, "anoche.py", folder=changed)
    assert "POI_2021.xlsm: 0 celdas" in said
    assert "otro.xlsm: POI-E02" in said


# --- the drawing ----------------------------------------------------------------------------------


def test_the_floors_drawn_are_those_of_the_rule():
    drawn = floors(graph())
    assert drawn.keys() == ROOMS.keys()
    assert {room: FLOORS[part(f"poi_xl.{room}")[0]] for room in drawn} == drawn
    table = re.findall(r"^\| (\d) \| `(\w+)/` \|", PAGE, re.MULTILINE)
    assert {(int(level), name) for level, name in table} == {
        (level, room.split(".")[0]) for room, level in drawn.items()
    }


def test_arrows_that_follow_from_others_are_left_out():
    rooms = {"core": set(), "functions": {"core"}, "package": {"functions", "core"}}
    assert reduced(rooms) == {"core": set(), "functions": {"core"}, "package": {"functions"}}
    picture = svg(rooms)
    assert picture.count("marker-end") == 2
    assert picture.index("package/") > 0
