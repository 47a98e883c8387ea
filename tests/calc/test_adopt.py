"""Summary sheets taken into documents that are none of Excel's files, in a live LibreOffice."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from poi_xl.commands.update import update
from poi_xl.core.problems import Refusal
from poi_xl.hosts.calc.document import OpenDocument
from poi_xl.package.marks import MARK, NOTE
from poi_xl.sheets.report import KEYS
from tests.calc.office import finding_us, properties, running, uno

pytestmark = [pytest.mark.office, pytest.mark.slow, pytest.mark.usefixtures("own_log")]

NOW = dt.datetime(2021, 5, 3, 17, 0)  # noqa: DTZ001
LATER = dt.datetime(2021, 6, 8, 9, 30)  # noqa: DTZ001
PEOPLES = ("=$Resumen.E5", "=SUM($'Por órgano'.E5:E30)", "=SUM(poi_tabla_alertas[Brecha])")
CHART = "De la jefa"
ALL = tuple(KEYS)


class Host:
    """A host that accepts what it is told to, and remembers what it was asked."""

    def __init__(self, *accepted):
        self.accepted, self.asked = accepted, []

    def progress(self, text, share=None):
        pass

    def accepts(self, problem):
        self.asked.append(problem.code)
        return problem.code in self.accepted


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    uno()
    home = tmp_path_factory.mktemp("adopt")
    with running(environment=finding_us(home)) as office:
        yield office


@pytest.fixture(scope="module")
def shipped(office, built, tmp_path_factory):
    """The shipped workbook as LibreOffice makes an .ods of it."""
    path = tmp_path_factory.mktemp("ods") / "plan.ods"
    document = office.open(built)
    office.save_as(document, path, "calc8")
    document.close(True)
    return path


@pytest.fixture
def plan(office, shipped, tmp_path):
    """An open document of one's own."""
    document = office.open(shutil.copyfile(shipped, tmp_path / "plan.ods"))
    yield document
    document.close(True)


def regenerate(office, document, *, now=NOW, keys=ALL, host=None):
    from poi_xl.hosts.calc.adopt import regenerate_live

    return regenerate_live(document, keys, now, host or Host(), office.context)


def sheet(document, name):
    return document.Sheets.getByName(name)


def cell(document, name, address):
    return sheet(document, name).getCellRangeByName(address)


def used_rows(found):
    cursor = found.createCursor()
    cursor.gotoEndOfUsedArea(False)
    return cursor.RangeAddress.EndRow + 1


def data(document, name):
    found = sheet(document, name)
    area = found.getCellRangeByPosition(0, 0, 40, used_rows(found) - 1)
    return [row for row in area.getDataArray() if any(row)]


def styles(document):
    families = document.StyleFamilies
    return {each: set(families.getByName(each).ElementNames) for each in families.ElementNames}


def people(office, document):
    """Give the document a sheet of people's that looks at ours."""
    document.Sheets.insertNewByName("Hoja de la jefa", 1)
    theirs = sheet(document, "Hoja de la jefa")
    for row, text in enumerate(PEOPLES):
        theirs.getCellByPosition(0, row).Formula = text
    from com.sun.star.awt import Rectangle

    shown = sheet(document, "Por órgano").getCellRangeByName("B6:E12").RangeAddress
    theirs.Charts.addNewByName(CHART, Rectangle(0, 3000, 8000, 6000), (shown,), True, True)
    return theirs


def sequences(shape):
    for system in shape.Model.FirstDiagram.CoordinateSystems:
        for kind in system.ChartTypes:
            for series in kind.DataSeries:
                yield from series.DataSequences


def chart_ranges(shape):
    return {each.Values.SourceRangeRepresentation for each in sequences(shape)}


def series_names(shape):
    return [each.Label.getTextualData() for each in sequences(shape) if each.Label]


def test_charts_of_sheets_written_again_survive_computing_and_saving(office, plan, tmp_path):
    cell(plan, "POI", "I10").Value = 500
    assert "Resumen" in regenerate(office, plan).sheets
    shapes = list(sheet(plan, "Resumen").DrawPage)
    # Anchored to a cell that LibreOffice lost, saving them would never end.
    assert {each.Anchor.Rows.Count for each in shapes} == {2**20}
    plan.calculateAll()
    office.save_as(plan, path := tmp_path / "otra vez.ods", "calc8")
    again = office.open(path)
    kept = list(sheet(again, "Resumen").DrawPage)
    assert [(e.Name, e.Position.Y, e.Size.Height) for e in kept] == [
        (e.Name, e.Position.Y, e.Size.Height) for e in shapes
    ]
    again.close(True)


def charts(document):
    """Where our charts are and what they say, to a tenth of a millimetre."""
    return {
        (name, each.Name): (
            each.Position.X // 10,
            each.Position.Y // 10,
            each.Size.Width // 10,
            each.Size.Height // 10,
            series_names(each),
            sorted(chart_ranges(each)),
        )
        for name in KEYS.values()
        for each in sheet(document, name).DrawPage
    }


def alerts_header(document):
    rows = sheet(document, "Alertas").getCellRangeByName("A1:R20").getDataArray()
    return next((i, row.index("Motivo")) for i, row in enumerate(rows) if "Motivo" in row)


def test_sheets_that_are_current_are_left_alone(office, plan):
    before = styles(plan)
    update_of_shipped = regenerate(office, plan)
    assert update_of_shipped.sheets == ()
    assert update_of_shipped.backup is None
    assert not plan.isModified()
    assert styles(plan) == before


def test_figures_follow_and_what_people_made_stays(office, plan, tmp_path):
    theirs = people(office, plan)
    row, column = alerts_header(plan)
    typed = sheet(plan, "Alertas").getCellByPosition
    typed(column, row + 1).String = "Falta de personal"
    typed(column + 1, row + 1).Formula = "=1+$POI.F9"
    key = sheet(plan, "Alertas").getCellByPosition(2, row + 1).String
    cell(plan, "POI", "T9").Value = 0
    before = len(plan.Sheets.ElementNames)
    active = plan.CurrentController.ActiveSheet.Name
    done = regenerate(office, plan)
    assert set(done.sheets) >= {"Resumen", "Por órgano", "Alertas"}
    assert (done.new, done.notices) == (0, ())
    assert done.cells > 0
    assert done.backup.parent == tmp_path / ".poi-respaldo"
    assert len(plan.Sheets.ElementNames) == before
    assert plan.CurrentController.ActiveSheet.Name == active
    assert [theirs.getCellByPosition(0, i).Formula for i in range(3)] == list(PEOPLES)
    assert theirs.getCellByPosition(0, 0).Value == cell(plan, "Resumen", "E5").Value == 1493
    (shape,) = theirs.DrawPage
    assert {each.rpartition(".")[0] for each in chart_ranges(shape)} == {"$'Por órgano'"}
    assert plan.SheetLinks.ElementNames == plan.ExternalDocLinks.ElementNames == ()
    assert not plan.UndoManager.isUndoPossible()
    kept = {
        sheet(plan, "Alertas").getCellByPosition(2, i).String: i for i in range(row + 1, row + 16)
    }
    assert typed(column, kept[key]).String == "Falta de personal"
    assert typed(column + 1, kept[key]).Formula == "=1+$POI.F9"
    for name in ("Resumen", "Por órgano", "Mensual"):
        for shape in sheet(plan, name).DrawPage:
            assert {each.rpartition(".")[0].strip("$'") for each in chart_ranges(shape)} == {name}


def test_saved_and_opened_again_it_is_current(office, plan, tmp_path):
    cell(plan, "POI", "T9").Value = 0
    regenerate(office, plan)
    assert regenerate(office, plan, now=LATER).sheets == ()
    office.save_as(plan, tmp_path / "otro.ods", "calc8")
    again = office.open(tmp_path / "otro.ods")
    try:
        assert regenerate(office, again, now=LATER).sheets == ()
        assert not again.isModified()
        assert charts(again) == charts(plan)
        names = again.NamedRanges
        ours = [name for name in names.ElementNames if name.startswith((MARK, NOTE))]
        assert len(ours) == 2 * len(KEYS)
        assert {names.getByName(name).Type for name in ours} == {16}
    finally:
        again.close(True)


def test_sheets_of_ours_are_not_read_as_plans_whatever_their_names(office, plan):
    plan.Sheets.getByName("Resumen").Name = "Resumen v1.2, d'Ana"
    read = {each.name for each in OpenDocument(plan).others(set())}
    assert read == {"POI", "Tablero", "xlwings.conf", "_IntelliSense_"}


def test_styles_and_names_do_not_grow(office, plan):
    seen = []
    for value in (0, 1, 2):
        cell(plan, "POI", "T9").Value = value
        regenerate(office, plan)
        ranges = set(plan.DatabaseRanges.ElementNames)
        seen.append((styles(plan), set(plan.NamedRanges.ElementNames), ranges))
    assert seen[0] == seen[1] == seen[2]


def test_the_sheets_are_those_of_the_file_host(office, plan, tmp_path):
    cell(plan, "POI", "T9").Value = 0
    other = tmp_path / "otro.xlsx"
    office.save_as(plan, other, "Calc MS Excel 2007 XML")
    regenerate(office, plan)
    assert update(other, now=NOW).written
    wanted = office.open(other)
    try:
        for name in KEYS.values():
            assert data(plan, name) == data(wanted, name), name
            assert looks(plan, name) == looks(wanted, name), name
        assert charts(plan) == charts(wanted)
    finally:
        wanted.close(True)


def looks(document, name):
    """What of a sheet's look can be compared; rows without content have LibreOffice's height."""
    found, formats = sheet(document, name), document.NumberFormats
    used = found.createCursor()
    used.gotoEndOfUsedArea(False)
    last = used.RangeAddress.EndRow
    rows = [found.Rows.getByIndex(row) for row in range(last + 1)]
    columns = found.getCellRangeByName("A1:V1").Columns
    cells = [found.getCellByPosition(c, r) for r in range(3, 12) for c in range(12)]
    return {
        "formats": [formats.getByKey(each.NumberFormat).FormatString for each in cells],
        "fills": [each.CellBackColor for each in cells],
        "widths": [
            (columns.getByIndex(i).Width, columns.getByIndex(i).IsVisible) for i in range(22)
        ],
        "heights": [(row.Height, row.IsVisible) for row in rows],
        "rules": sorted(
            # One drawn for a column with a total reaches a row further where there is none.
            (a.StartColumn, a.StartRow, a.EndColumn, min(a.EndRow, last), rule.getCount())
            for rule in found.ConditionalFormats.ConditionalFormats
            for a in rule.Range.RangeAddresses
        ),
        "merged": [each.IsMerged for each in cells],
        "paper": [(a.EndColumn, a.EndRow) for a in found.getPrintAreas()],
        "aligned": [each.VertJustify for each in cells],
    }


@pytest.fixture
def unsaved(office, shipped):
    """A document never saved, with a plan and nothing of ours."""
    document = office.open(shipped, AsTemplate=True)
    sheets, names, ranges = document.Sheets, document.NamedRanges, document.DatabaseRanges
    for name in set(sheets.ElementNames) - {"POI", "Configuración"}:
        sheets.removeByName(name)
    for name in names.ElementNames:
        if name.startswith((MARK, NOTE)):
            names.removeByName(name)
    for name in ranges.ElementNames:
        ranges.removeByName(name)
    yield document
    document.close(True)


def test_new_sheets_in_a_document_never_saved(office, unsaved, tmp_path):
    done = regenerate(office, unsaved)
    assert done.sheets == tuple(KEYS.values())
    assert done.new == 8
    assert unsaved.Sheets.ElementNames == ("POI", *KEYS.values(), "Configuración")
    assert done.backup.parent == tmp_path / "estado" / "poi_xl" / ".poi-respaldo"
    assert done.backup.suffix == ".ods"
    assert sheet(unsaved, "Alertas").getPrintTitleRows()
    page = unsaved.StyleFamilies.getByName("PageStyles").getByName("PageStyle_Alertas")
    assert page.IsLandscape
    assert unsaved.DatabaseRanges.getByName("poi_tabla_alertas").AutoFilter
    assert regenerate(office, unsaved, now=LATER).sheets == ()
    office.save_as(unsaved, tmp_path / "otro.ods", "calc8")
    again = office.open(tmp_path / "otro.ods")
    try:
        assert charts(again) == charts(unsaved)
        assert {name for _, name in charts(again)} == {"poi_xl meses", "poi_xl avance"}
    finally:
        again.close(True)
    cell(unsaved, "POI", "T9").Value = 0
    assert regenerate(office, unsaved, now=LATER).new == 0


def test_what_people_typed_elsewhere_is_asked_for(office, plan):
    cell(plan, "Resumen", "A30").String = "Conversar con la jefa"
    host = Host()
    with pytest.raises(Refusal) as refused:
        regenerate(office, plan, host=host)
    assert host.asked == ["POI-E13"]
    assert [each.code for each in refused.value.problems] == ["POI-E13"]
    assert cell(plan, "Resumen", "A30").String == "Conversar con la jefa"
    done = regenerate(office, plan, host=Host("POI-E13"))
    assert done.sheets == ("Resumen",)
    assert cell(plan, "Resumen", "A30").String != "Conversar con la jefa"


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda plan: plan.protect(""), "POI-E45"),
        (lambda plan: sheet(plan, "Resumen").protect(""), "POI-E46"),
        (lambda plan: setattr(plan, "RecordChanges", True), "POI-E47"),
        (lambda plan: drawn_on(plan, "Resumen"), "POI-E12"),
    ],
)
def test_what_forbids_the_work_is_said_and_nothing_written(office, plan, spoil, code):
    cell(plan, "POI", "T9").Value = 0
    before = data(plan, "Por órgano")
    spoil(plan)
    with pytest.raises(Refusal) as refused:
        regenerate(office, plan)
    assert code in [each.code for each in refused.value.problems]
    assert data(plan, "Por órgano") == before


def drawn_on(plan, name):
    shape = plan.createInstance("com.sun.star.drawing.RectangleShape")
    sheet(plan, name).DrawPage.add(shape)


def test_a_failure_half_way_is_said_and_the_next_run_mends_it(office, plan, monkeypatch):
    from poi_xl.hosts.calc import charts, taking

    theirs = people(office, plan)
    cell(plan, "POI", "T9").Value = 0
    names = plan.Sheets.ElementNames
    real, calls = charts.replace_charts, []

    def failing(*arguments):
        calls.append(arguments)
        if len(calls) == 2:
            raise RuntimeError("sin memoria")
        real(*arguments)

    monkeypatch.setattr(taking, "replace_charts", failing)
    with pytest.raises(Refusal) as refused:
        regenerate(office, plan)
    (told,) = refused.value.problems
    assert told.code == "POI-E96"
    backup = next((path for path in _backups(plan)), None)
    assert str(backup) in str(told)
    assert plan.Sheets.ElementNames == names
    assert not plan.hasControllersLocked()
    assert not plan.isActionLocked()
    assert plan.isAutomaticCalculationEnabled()
    monkeypatch.undo()
    done = regenerate(office, plan)
    assert "Por órgano" in done.sheets
    assert [theirs.getCellByPosition(0, i).Formula for i in range(3)] == list(PEOPLES)
    assert regenerate(office, plan, now=LATER).sheets == ()


def _backups(document):
    from poi_xl.hosts.calc.files import path_of

    return (Path(str(path_of(document))).parent / ".poi-respaldo").iterdir()


def test_revisar_writes_one_sheet_only(office, plan):
    before = data(plan, "Por órgano")
    cell(plan, "POI", "E9").Value = 99
    done = regenerate(office, plan, keys=("observaciones",))
    assert done.sheets == ("Observaciones",)
    assert data(plan, "Por órgano") == before


def test_the_copy_of_a_document_with_a_password_has_it_too(office, plan, tmp_path):
    locked = tmp_path / "secreto.ods"
    plan.storeToURL(locked.as_uri(), properties(FilterName="calc8", Password="clave"))
    document = office.open(locked, Password="clave")
    try:
        cell(document, "POI", "T9").Value = 0
        done = regenerate(office, document)
    finally:
        document.close(True)
    assert b"encryption-data" in _manifest(done.backup)


def _manifest(path):
    import zipfile

    with zipfile.ZipFile(path) as archive:
        return archive.read("META-INF/manifest.xml")
