"""What another program's saving lost is counted, and nothing else is claimed."""

import openpyxl
from openpyxl.worksheet.datavalidation import DataValidation

from poi_xl.package.losses import losses
from poi_xl.package.parts import Package


def book(path, *, rules):
    made = openpyxl.Workbook()
    for number in range(rules):
        rule = DataValidation(type="whole", operator="greaterThan", formula1="0")
        rule.add(f"B{number + 1}")
        made.worksheets[0].add_data_validation(rule)
    made.save(path)
    return Package.open(path)


def with_macros(path, package, data):
    main = package.workbook_part
    kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
    arrow = f'<Relationship Id="rIdV" Type="{kind}" Target="vbaProject.bin"/></Relationships>'
    rels = package.read("xl/_rels/workbook.xml.rels").decode()
    parts = {"xl/_rels/workbook.xml.rels": rels.replace("</Relationships>", arrow).encode()}
    assert main == "xl/workbook.xml"
    package.write(path, {**parts, "xl/vbaProject.bin": data})
    return Package.open(path)


def test_a_faithful_copy_lost_nothing(tmp_path):
    before = book(tmp_path / "a.xlsx", rules=2)
    assert losses(before, book(tmp_path / "b.xlsx", rules=2)) == ()
    assert losses(before, book(tmp_path / "b.xlsx", rules=3)) == ()


def test_pieces_that_are_gone_are_counted(tmp_path):
    before = book(tmp_path / "a.xlsx", rules=3)
    assert losses(before, book(tmp_path / "b.xlsx", rules=1)) == ("validaciones de datos (2)",)


def test_macros_rewritten_and_macros_gone_are_two_things(tmp_path):
    plain = book(tmp_path / "a.xlsx", rules=0)
    before = with_macros(tmp_path / "b.xlsm", plain, b"macros")
    assert losses(before, plain) == ("el proyecto de macros, entero",)
    (rewritten,) = losses(before, with_macros(tmp_path / "c.xlsm", plain, b"otras"))
    assert "se escribió de nuevo" in rewritten
