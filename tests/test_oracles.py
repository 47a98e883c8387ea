"""The outside judges find what is wrong, pass what is right, and never go missing in silence."""

import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from tests import oracles

SECOND_ENGINE = {"A3": 5.0, "A4": "#DIV/0!", "A5": "#NAME?"}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Two numbers, and formulas whose stored values are all wrong."""
    path = tmp_path / "libro.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet("Año")
    sheet.write_column("A1", [2, 3])
    for row, formula in enumerate(["=A1+A2", "=A1/0", "=POI_AVANCE()"], start=2):
        sheet.write_formula(row, 0, formula, None, 999)
    workbook.close()
    return path


def spoil(source: Path, target: Path) -> Path:
    """Copy a workbook with an element that the schema does not know."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"<sheetData>", b"<bogus/><sheetData>")
            new.writestr(name, content)
    return target


def stored(path: Path) -> list[object]:
    """Return the values stored in the first column."""
    from python_calamine import CalamineWorkbook

    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    return [row[0] for row in sheet.to_python()]


@pytest.mark.validator
def test_dotnet_passes_a_good_workbook_and_finds_a_bad_element(book: Path, tmp_path: Path) -> None:
    assert oracles.validate_dotnet(book) == []
    findings = oracles.validate_dotnet(spoil(book, tmp_path / "malo.xlsx"))
    assert len(findings) == 1
    assert "bogus" in findings[0]


@pytest.mark.validator
def test_dotnet_reports_a_file_that_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "texto.xlsx"
    path.write_text("esto no es un libro")
    assert oracles.validate_dotnet(path)[0].startswith("Exception")


def test_audit_passes_a_good_workbook_and_finds_a_bad_element(book: Path, tmp_path: Path) -> None:
    assert oracles.audit(book) == []
    findings = oracles.audit(spoil(book, tmp_path / "malo.xlsx"))
    assert any("bogus" in finding for finding in findings)


@pytest.mark.office
def test_recalculation_replaces_every_stored_value(book: Path) -> None:
    assert stored(book) == [2, 3, 999, 999, 999]
    assert stored(oracles.recalculate(book))[:3] == [2, 3, 5]
    assert 999 not in stored(oracles.recalculate(book))


@pytest.mark.office
def test_recalculation_leaves_the_workbook_and_its_folder_alone(book: Path) -> None:
    before = book.read_bytes()
    result = oracles.recalculate(book)
    assert book.read_bytes() == before
    assert list(book.parent.iterdir()) == [book]
    assert result.parent != book.parent


@pytest.mark.office
def test_recalculation_sees_a_changed_workbook(book: Path) -> None:
    assert stored(oracles.recalculate(book))[2] == 5
    workbook = xlsxwriter.Workbook(book)
    workbook.add_worksheet().write_formula("A1", "=40+2", None, 999)
    workbook.close()
    assert stored(oracles.recalculate(book)) == [42]


@pytest.mark.office
def test_rendering_gives_one_picture_per_page(tmp_path: Path) -> None:
    path = tmp_path / "dos hojas.xlsx"
    workbook = xlsxwriter.Workbook(path)
    for name in ("Uno", "Dos"):
        workbook.add_worksheet(name).write("A1", name)
    workbook.close()
    pages = oracles.render(path, tmp_path / "páginas")
    assert [page.name for page in pages] == ["dos hojas-1.png", "dos hojas-2.png"]
    assert all(page.read_bytes().startswith(b"\x89PNG") for page in pages)


def test_second_engine_computes_every_formula(book: Path) -> None:
    assert oracles.formualizer_values(book) == {"Año": SECOND_ENGINE}


def test_a_failing_program_is_not_taken_for_an_answer() -> None:
    with pytest.raises(RuntimeError, match="ended with 3: oh"):
        oracles.must(["sh", "-c", "echo oh; exit 3"])


def test_a_program_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    from subprocess import TimeoutExpired

    monkeypatch.setattr(oracles, "PATIENCE", 0.1)
    with pytest.raises(TimeoutExpired):
        oracles.call(["sh", "-c", "sleep 60 & wait"])


@pytest.mark.parametrize(
    ("ci", "wanted", "note", "outcome", "words"),
    [
        ("", "", None, pytest.skip.Exception, "run `make oracles`"),
        ("", "", "no network", pytest.skip.Exception, "ghost: no network"),
        ("true", "", "no network", pytest.skip.Exception, "ghost: no network"),
        ("true", "", None, pytest.fail.Exception, "did not say why"),
        ("", "1", None, pytest.fail.Exception, "did not say why"),
    ],
)
def test_a_missing_program_is_said_aloud(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    ci: str,
    wanted: str,
    note: str | None,
    outcome: type[BaseException],
    words: str,
) -> None:
    monkeypatch.setattr(oracles, "NOTES", tmp_path)
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("POI_XL_STRICT", wanted)
    monkeypatch.setenv("PATH", "")
    if note:
        (tmp_path / "ghost").write_text(note)
    with pytest.raises(outcome, match=words):
        oracles.program("ghost")
