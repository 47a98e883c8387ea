import json
import os
import subprocess
import sys

import pytest

from poi_xl.commands import install
from poi_xl.functions import BY_NAME
from poi_xl.hosts.cli import main
from poi_xl.hosts.cli.parser import VERBS
from tests.fake_windows import CONF, windows
from tests.hand import type_in


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setenv("NO_COLOR", "1")


def run(capsys, *words):
    try:
        code = main([str(word) for word in words])
    except SystemExit as stop:
        code = int(str(stop.code))
    done = capsys.readouterr()
    return code, done.out, done.err


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.word)
def test_help_shows_an_example_first(capsys, verb):
    code, out, _ = run(capsys, verb.word, "-h")
    assert code == 0
    assert out.index("Ejemplos:") < out.index("Uso:") < out.index("Opciones:")
    assert verb.examples[0][0] in out
    for argument in verb.arguments:
        assert argument.names[0] in out or argument.options["metavar"] in out


def test_help_speaks_spanish_only(capsys):
    for words in ([], ["-h"], *[[verb.word, "-h"] for verb in VERBS]):
        _, out, _ = run(capsys, *words)
        for english in ("usage", "options:", "positional", "show this", "default"):
            assert english not in out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["calcular"], "falta LIBRO"),
        (["calcular", "x.xlsx", "--por", "color"], "«color» no sirve para --por"),
        (["volar"], "«volar» no sirve"),
        (["restaurar", "x.xlsx", "uno"], "«uno» no es un número entero"),
        (["calcular", "x.xlsx", "--rapido"], "no se reconoce «--rapido»"),
        (["calcular", "x.xlsx", "--periodo"], "falta el valor de --periodo"),
        (["construir", "--fecha", "ayer"], "--fecha no es una fecha"),
    ],
)
def test_wrong_words_are_explained(capsys, words, says):
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert says in err
    assert "POI-E19" in err
    assert "-h» para ver ejemplos" in err


def test_calcular_answers_with_the_institution_s_figures(capsys, book):
    code, out, err = run(capsys, "calcular", book)
    assert (code, err) == (0, "")
    assert "programado 1,543, ejecutado 1,494, avance 96.8 %" in out
    assert "promedio 97.3 %, con tope 97.2 %; avance de meta 23.5 %" in out
    assert "▼ Crítico  3" in out
    assert "GERENCIA DE SERVICIOS AL ADMINISTRADO" in out
    assert "En riesgo" in out


def test_the_public_form_of_calcular_json(capsys, book):
    code, out, _ = run(capsys, "calcular", book, "--por", "total", "--json")
    answer = json.loads(out)
    assert code == 0
    assert {k: answer[k] for k in ("archivo", "anio", "periodo", "preset")} == {
        "archivo": "POI_2021.xlsm", "anio": 2021, "periodo": "I TRIM", "preset": "A",
    }  # fmt: skip
    assert list(answer) == [
        "version", "archivo", "digesto", "anio", "periodo", "preset", "filas",
    ]  # fmt: skip
    assert answer["filas"] == [
        {
            "clave": {},
            "actividades": 78,
            "meta": 6350,
            "programado": 1543,
            "ejecutado": 1494,
            "brecha": -49,
            "avance": 1494 / 1543,
            "avance_meta": 1494 / 6350,
            "promedio": pytest.approx(0.973, abs=5e-4),
            "promedio_tope": pytest.approx(0.972, abs=5e-4),
            "semaforo": "En meta",
            "conteo": {
                "Crítico": 3, "En riesgo": 8, "En meta": 64, "Exceso": 2,
                "Sin reporte": 0, "Ejecutado sin programación": 0, "No programado": 1,
            },
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("by", "rows"), [("organo", 24), ("mef", 3), ("unidad", 5), ("actividad", 78)]
)
def test_every_grouping_adds_up(capsys, book, by, rows):
    _, out, _ = run(capsys, "calcular", book, "--por", by, "--json")
    filas = json.loads(out)["filas"]
    assert len(filas) == rows
    assert sum(f["ejecutado"] for f in filas) == 1494
    assert by in filas[0]["clave"]
    if by == "actividad":
        (idle,) = [f for f in filas if f["avance"] is None]
        assert idle["semaforo"] == "No programado"


@pytest.mark.parametrize(
    ("preset", "counts"),
    [
        ("A", [3, 8, 64, 2, 1]),
        ("B", [5, 72, 1]),
        ("C", [5, 70, 2, 1]),
        ("D", [4, 73, 1]),
        ("E", [3, 2, 72, 1]),
    ],
)
def test_presets_on_the_shipped_plan(capsys, book, preset, counts):
    _, out, _ = run(capsys, "calcular", book, "--por", "total", "--preset", preset, "--json")
    assert [n for n in json.loads(out)["filas"][0]["conteo"].values() if n] == counts


def test_revisar(capsys, book):
    code, out, _ = run(capsys, "revisar", book)
    assert code == 0
    assert "78 actividades revisadas, ninguna observación" in out
    type_in(book, "POI", {"E7": 99, "F8": "dos", "G9": -1})
    code, out, _ = run(capsys, "revisar", book)
    assert code == 1
    for said in ("POI-E40 POI!E7", "POI-E22 POI!F8", "«dos»", "POI-E23 POI!G9"):
        assert said in out
    code, out, _ = run(capsys, "revisar", book, "--json")
    first = json.loads(out)["observaciones"][0]
    assert list(first) == ["codigo", "severidad", "hoja", "celda", "mensaje", "remedio", "guia"]


def test_actualizar_tells_the_quarter_and_what_it_wrote(capsys, book):
    code, out, _ = run(capsys, "actualizar", book)
    assert code == 0
    assert "SAT de Lima · I TRIMESTRE 2021" in out
    assert "TOTAL" in out
    assert "Sin cambios" in out
    code, out, _ = run(capsys, "actualizar", book, "--simular")
    assert "no se escribió nada. Ninguna celda cambiaría: 8 hojas" in out
    type_in(book, "POI", {"R7": 5})
    code, out, _ = run(capsys, "actualizar", book, "--simular")
    assert "no se escribió nada. Cambiarían: 8 hojas" in out
    assert "Antes" in out
    (figure,) = (line for line in out.splitlines() if "Por órgano!F8" in line)
    assert figure.split() == ["Por", "órgano!F8", "5", "8"]
    code, out, _ = run(capsys, "actualizar", book, "--json", "--simular")
    assert json.loads(out)["escrito"] is False
    code, out, _ = run(capsys, "actualizar", book)
    assert "Se escribió" in out
    assert "Respaldo:" in out


def test_restaurar_puts_the_newest_copy_back(capsys, book):
    code, _, err = run(capsys, "restaurar", book)
    assert code == 2
    assert "POI-E17" in err
    type_in(book, "POI", {"R7": 5})
    before = book.read_bytes()
    run(capsys, "actualizar", book)
    assert book.read_bytes() != before
    code, out, _ = run(capsys, "restaurar", book)
    assert code == 0
    assert "POI_2021." in out
    code, out, _ = run(capsys, "restaurar", book, 1)
    assert code == 0
    assert book.read_bytes() == before
    code, _, err = run(capsys, "restaurar", book, 9)
    assert code == 2
    assert "con el número 9; hay 2" in err


def test_files_that_cannot_be_used(capsys, tmp_path, book):
    text = tmp_path / "nota.xlsx"
    text.write_text("hola")
    old = tmp_path / "viejo.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    cut = tmp_path / "cortado.xlsm"
    cut.write_bytes(book.read_bytes()[:5000])
    for path, code in ((text, "E02"), (old, "E03"), (cut, "E0"), (tmp_path / "no.xlsx", "E01")):
        for verb in ("calcular", "revisar", "actualizar"):
            exit_code, out, err = run(capsys, verb, path)
            assert (exit_code, out) == (2, ""), (verb, path.name)
            assert f"POI-{code}" in err
    exit_code, _, err = run(capsys, "revisar", tmp_path)
    assert exit_code == 2
    assert "POI-E" in err


def test_an_open_workbook_has_an_exit_code_of_its_own(capsys, book):
    book.with_name("~$" + book.name).write_bytes(b"\x05Maria" + b" " * 49)
    assert run(capsys, "actualizar", book)[0] == 3


def test_construir_replaces_another_workbook_only_with_consent(capsys, book):
    data = "data/poi_2021.tsv"
    code, out, _ = run(capsys, "construir", data, "-o", book)
    assert code == 0
    assert "ya estaba igual" in out
    type_in(book, "POI", {"R7": 5})
    typed = book.read_bytes()
    code, _, err = run(capsys, "construir", data, "-o", book)
    assert code == 2
    assert "POI-E50" in err
    assert book.read_bytes() == typed
    code, _, _ = run(capsys, "construir", data, "-o", book, "--aceptar", "poi-e50")
    assert code == 0
    assert [p.read_bytes() for p in (book.parent / ".poi-respaldo").iterdir()] == [typed]


def test_help_imports_nothing_heavy():
    script = (
        "import sys\n"
        "from poi_xl.hosts.cli import main\n"
        "try: main(['calcular', '-h'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'pandas', 'lxml', 'rich', 'xlsxwriter', 'openpyxl', 'python_calamine'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ},
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_an_unexpected_failure_is_told_in_words_and_logged(capsys, book, monkeypatch, own_log):
    from poi_xl.commands import calculate

    def broken(*_, **__):
        raise ZeroDivisionError("por dentro")

    monkeypatch.setattr(calculate, "measure", broken)
    code, out, err = run(capsys, "calcular", book)
    assert (code, out) == (2, "")
    assert "POI-E51" in err
    assert "Traceback" not in err
    assert "ZeroDivisionError" in own_log.read_text(encoding="utf-8")


def test_funciones_lists_them_all_and_explains_one(capsys):
    code, out, err = run(capsys, "funciones")
    assert code == 0
    assert [line.split("(")[0].strip() for line in out.splitlines() if "POI_" in line] == [*BY_NAME]
    assert "poi-xl funciones POI_META" in err
    code, out, _ = run(capsys, "funciones", "=poi_avance")
    assert code == 0
    assert "POI_AVANCE([organo]; [periodo]; [actividad]; [mef]; [tabla])" in out
    assert "Ejemplo: =POI_AVANCE()" in out
    code, out, _ = run(capsys, "funciones", "brecha", "--json")
    (only,) = json.loads(out)["funciones"]
    assert (only["nombre"], only["respuesta"]) == ("POI_BRECHA", -18.0)
    assert len(json.loads(run(capsys, "funciones", "--json")[1])["funciones"]) == len(BY_NAME)


def test_an_unknown_function_is_told_with_the_nearest(capsys):
    code, out, err = run(capsys, "funciones", "avanse")
    assert (code, out) == (2, "")
    assert "POI-E82" in err
    assert "POI_AVANCE?" in err


@pytest.fixture
def guide(tmp_path, monkeypatch):
    """A guide of one page, and the addresses that a browser was asked for."""
    from poi_xl.commands import guide

    (tmp_path / "observaciones.html").touch()
    asked: list[str] = []
    monkeypatch.setattr(guide, "guide_folder", lambda: tmp_path)

    def browse(address):
        asked.append(address)
        return True

    monkeypatch.setattr(guide, "open_in_browser", browse)
    return asked


def test_help_is_opened_from_a_terminal(capsys, guide, monkeypatch, own_log, tmp_path):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    code, out, err = run(capsys, "ayuda", "poi-e43")
    where = tmp_path / "observaciones.html"
    assert (code, out, err) == (0, f"Se abrió {where}, sección «POI-E43»\n", "")
    assert guide == [own_log.with_name("ayuda.html").as_uri()]
    code, out, _ = run(capsys, "ayuda", "e43", "--texto")
    assert out.startswith("POI-E43 (error): El TOTAL dice … y la columna suma ….\nQué hacer: ")
    assert out.endswith(f"En la guía: {where}, sección «POI-E43»\n")
    # A page that this guide does not have.
    code, out, _ = run(capsys, "ayuda", "abrir", "trimestre")
    assert out.startswith("Abrir otro trimestre. Muestra los meses")
    assert len(guide) == 1


def test_help_for_a_program_opens_nothing(capsys, guide, tmp_path):
    assert "POI-E43 (error)" in run(capsys, "ayuda", "POI-E43")[1]
    _, out, _ = run(capsys, "ayuda", "POI-E43", "--json")
    found = json.loads(out)
    assert found["guia"] == "observaciones.html#poi-e43"
    assert found["archivo"] == str(tmp_path / "observaciones.html")
    assert guide == []


def test_help_without_a_guide_says_what_is_known_and_how_to_get_it(capsys, guide, monkeypatch):
    from poi_xl.commands import guide as module

    monkeypatch.setattr(module, "guide_folder", lambda: None)
    code, out, _ = run(capsys, "ayuda", "distribuir")
    assert code == 0
    assert "poi-xl distribuir -h" in out
    assert "«make docs»" in out
    assert json.loads(run(capsys, "ayuda", "--json")[1])["archivo"] is None


def test_where_to_read_more_is_said_once(capsys, book):
    type_in(book, "POI", {"E7": 99, "F8": "dos", "G9": -1})
    _, out, err = run(capsys, "revisar", book)
    assert out.count("Más sobre cada código: poi-xl ayuda POI-E22\n") == 1
    assert (out + err).count("Más sobre") == 1
    _, out, err = run(capsys, "calcular", book.with_name("no.xlsx"))
    assert err.count("Más sobre cada código: poi-xl ayuda POI-E01\n") == 1
    assert "Más sobre" not in run(capsys, "calcular", book)[2]


def test_diagnostico_shows_computer_and_workbook(capsys, book):
    code, out, err = run(capsys, "diagnostico", book)
    assert (code, err) == (0, "")
    for words in ("Registro de errores", "POI-N70", "hoja «POI», 78 actividades"):
        assert words in out
    code, out, _ = run(capsys, "diagnostico", "--json")
    topics = [each["tema"] for each in json.loads(out)["comprobaciones"]]
    assert topics[:3] == ["poi_xl", "Python", "Sistema"]
    code, out, _ = run(capsys, "diagnostico", book.with_name("no.xlsm"))
    assert code == 1
    assert "POI-E01" in out


def test_instalar_elsewhere_says_that_there_is_nothing_to_install(capsys):
    code, out, _ = run(capsys, "instalar")
    assert code == 0
    assert "No hay nada que instalar" in out
    assert "POI-N70" in out


def test_instalar_says_what_it_did_and_what_remains(capsys, monkeypatch):
    computer = windows(files={**windows().files, CONF: b'"A","1"\r\nsuelto\r\n'})
    monkeypatch.setattr(install, "LocalSystem", lambda: computer)
    code, out, _ = run(capsys, "instalar", "--simular")
    assert code == 0
    assert "Simulación: no se escribió nada" in out
    code, out, _ = run(capsys, "instalar")
    assert code == 0
    assert f"Se escribió {CONF}:" in out
    assert r"INTERPRETER_WIN: %USERPROFILE%\poi\Scripts\python.exe" in out
    assert "que se quitan: 1" in out
    assert f"Copia de lo anterior: {CONF}." in out
    assert "Todo listo: cierre Excel" in out
    assert "ya estaba al día" in run(capsys, "instalar")[1]
    assert json.loads(run(capsys, "instalar", "--json")[1])["cambios"] == []


def test_instalar_replaces_another_python_only_with_consent(capsys, monkeypatch):
    old = b'"INTERPRETER_WIN","C:\\otro\\python.exe"\r\n'
    computer = windows(files={**windows().files, CONF: old})
    del computer.packages["pywin32"]
    monkeypatch.setattr(install, "LocalSystem", lambda: computer)
    code, out, err = run(capsys, "instalar")
    assert (code, out, computer.written) == (2, "", [])
    assert "POI-E70" in err
    code, out, _ = run(capsys, "instalar", "--aceptar", "POI-E70")
    assert code == 1
    assert r"(antes: C:\otro\python.exe)" in out
    assert "Queda por ver:" in out
    assert "POI-E75" in out


@pytest.fixture
def changed(book, tmp_path):
    """The same workbook after a reprogramming, a correction and a renaming."""
    path = tmp_path / "POI_v2.xlsm"
    path.write_bytes(book.read_bytes())
    type_in(path, "POI", {"E6": 13, "F6": 2, "R7": 5, "B8": "NOMBRE NUEVO"})
    return path


def test_comparar_tells_every_change_with_its_cell(capsys, book, changed):
    code, out, err = run(capsys, "comparar", book, changed)
    assert (code, err) == (0, "")
    for kind, cell in (("meta", "E6"), ("programado", "F6"), ("corregido", "R7")):
        assert any(kind in line and f"POI!{cell}" in line for line in out.splitlines())
    assert "4 cambios. Renombrada: 1, meta: 1, programado: 1, corregido: 1." in out
    code, out, _ = run(capsys, "comparar", book, book)
    assert (code, out) == (0, "0 cambios. No cambió nada.\n")


def test_comparar_json_and_sheet(capsys, book, changed, tmp_path):
    sheet = tmp_path / "cambios.xlsx"
    code, out, _ = run(capsys, "comparar", book, changed, "-o", sheet, "--json")
    answer = json.loads(out)
    assert code == 0
    assert answer["conteo"] == {"renombrada": 1, "meta": 1, "programado": 1, "corregido": 1}
    assert {"dato": "META", "antes": 12.0, "despues": 13.0}.items() <= answer["cambios"][0].items()
    from openpyxl import load_workbook

    rows = list(load_workbook(sheet)["Comparación"].values)
    assert rows[0][0] == "Comparación: 4 cambios"
    assert rows[5][0:1] + rows[5][3:] == ("meta", "META", "12", "13", 1, "POI!E6")
    code, out, _ = run(capsys, "comparar", book, changed, "-o", sheet)
    assert "ya estaba igual" in out
    code, out, err = run(capsys, "comparar", book, book, "-o", sheet)
    assert (code, out) == (2, "")
    assert "POI-E50" in err
