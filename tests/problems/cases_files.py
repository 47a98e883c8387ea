"""The file: opening it, replacing it, putting sheets and macros in."""

import errno
import os

from poi_xl.commands.embed import embed, unembed
from poi_xl.commands.update import update
from poi_xl.package import saving
from poi_xl.package.parts import Package
from poi_xl.package.unsaved import unsaved
from poi_xl.package.vba import standard
from tests.commands.test_embed import (
    OWN_TAB,
    PROJECT,
    THEIRS,
    contents,
    plan_parts,
    saved_since,
    with_macros,
    with_ribbon,
)
from tests.hand import type_in
from tests.package import books, test_unsaved
from tests.problems.telling import HEADER, LATER, NOW, ROW, Desk, Told, case, refused

SIGNATURE = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin"
VBA_SIGNATURE = "http://schemas.microsoft.com/office/2006/relationships/vbaProjectSignature"


def of_parts(desk: Desk, parts: books.Parts, verb: str = "revisar") -> Told:
    return desk.types(verb, books.save(desk.folder / "POI.xlsx", parts))


@case("POI-E01")
def not_there(desk: Desk) -> Told:
    return desk.types("calcular", "POI.xlsx")


@case("POI-E02")
def no_workbook(desk: Desk) -> Told:
    return desk.types("revisar", desk.file("POI.xlsx", b"hola"))


@case("POI-E03")
def encrypted(desk: Desk) -> Told:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    return desk.types("revisar", desk.file("POI.xlsx", head + bytes(600)))


@case("POI-E04")
def damaged(desk: Desk) -> Told:
    parts = books.plain()
    del parts["xl/worksheets/sheet1.xml"]
    return of_parts(desk, parts)


@case("POI-E05")
def open_elsewhere(desk: Desk) -> Told:
    path = desk.plan()
    desk.file("~$POI.xlsx", b"\x03Ana".ljust(55))
    return desk.types("actualizar", path)


@case("POI-E06")
def read_only(desk: Desk) -> Told:
    path = desk.plan()
    path.chmod(0o444)
    return desk.types("actualizar", path)


@case("POI-E07")
def changed_meanwhile(desk: Desk) -> Told:
    path, real = desk.plan(), saving._flush

    def meddle(*files: object) -> None:
        real(*files)  # type: ignore[arg-type]
        path.write_bytes(b"otra persona")

    desk.patch.setattr(saving, "_flush", meddle)
    return refused(update, path, now=NOW)


@case("POI-E08")
def signed(desk: Desk) -> Told:
    return of_parts(desk, books.with_arrow(books.plain(), "", SIGNATURE, "/_xmlsignatures/o"))


@case("POI-E09")
def shared(desk: Desk) -> Told:
    arrow = books.with_arrow(books.plain(), books.BOOK, "revisionHeaders", "revisions/r.xml")
    return of_parts(desk, arrow)


@case("POI-E10")
def protected(desk: Desk) -> Told:
    path = desk.plan()
    return of_parts(desk, books.locked(books.unzipped(path.read_bytes())), "actualizar")


@case("POI-E11")
def a_sheet_of_theirs(desk: Desk) -> Told:
    return desk.types("actualizar", desk.book({"POI": [HEADER, ROW], "Resumen": [["Mío"]]}))


@case("POI-E12")
def something_of_theirs(desk: Desk) -> Told:
    path = desk.plan()
    update(path, now=NOW)
    part = next(s.part for s in Package.open(path).sheets if s.name == "Resumen")
    parts = books.with_arrow(books.unzipped(path.read_bytes()), part, "comments", "/xl/c.xml")
    return of_parts(desk, parts | {"xl/c.xml": b"<x/>"}, "actualizar")


@case("POI-E13")
def typed_there(desk: Desk) -> Told:
    path = desk.plan()
    update(path, now=NOW)
    type_in(path, "Resumen", {"B60": "nota de la jefa"})
    type_in(path, "POI", {"Q2": 0})
    return desk.types("actualizar", path)


@case("POI-E14")
def a_name_of_theirs(desk: Desk) -> Told:
    parts = books.unzipped(desk.plan().read_bytes())
    name = b"<definedName name='poi_tabla_alertas'>POI!$A$1</definedName>"
    names = b"<definedNames>%s</definedNames><calcPr" % name
    parts[books.BOOK] = parts[books.BOOK].replace(b"<calcPr", names)
    return of_parts(desk, parts, "actualizar")


@case("POI-E15")
def what_cannot_be_kept(desk: Desk) -> Told:
    parts = books.plain()
    head = b'<!DOCTYPE workbook [<!ENTITY a "a">]><workbook '
    parts[books.BOOK] = parts[books.BOOK].replace(b"<workbook ", head)
    return of_parts(desk, parts)


@case("POI-E16")
def no_space(desk: Desk) -> Told:
    path = desk.plan()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    desk.patch.setattr(os, "replace", full)
    return desk.types("actualizar", path)


@case("POI-E17")
def no_backups(desk: Desk) -> Told:
    return desk.types("restaurar", desk.plan())


@case("POI-E170")
def too_large(desk: Desk) -> Told:
    desk.patch.setattr("poi_xl.package.parts.MAX_FILE", 1 << 20)
    return desk.types("revisar", desk.file("POI.xlsx", bytes(3 << 20)))


@case("POI-E18")
def too_many_styles(desk: Desk) -> Told:
    desk.patch.setattr("poi_xl.package.styles.MAX_CELL_FORMATS", 4)
    return desk.types("actualizar", desk.plan())


@case("POI-E19")
def wrong_words(desk: Desk) -> Told:
    return desk.types("calcular", "POI.xlsx", "--por", "color")


@case("POI-E50")
def another_file(desk: Desk) -> Told:
    desk.file("poi_xl.xlam", b"otro")
    return desk.types("construir", "--complemento", "-o", "poi_xl.xlam")


@case("POI-E51")
def unexpected(desk: Desk) -> Told:
    desk.lend("own_log")

    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("division by zero")

    desk.patch.setattr("poi_xl.commands.review.review", fails)
    return desk.types("revisar", desk.plan())


@case("POI-E171")
def no_scratch_folder(desk: Desk) -> Told:
    def fails(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    desk.patch.setattr("poi_xl.commands.review.review", fails)
    return desk.types("revisar", desk.plan())


@case("POI-E172")
def no_right_to_read(desk: Desk) -> Told:
    def fails(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", "/libros/.poi-respaldo")

    desk.patch.setattr("poi_xl.commands.review.review", fails)
    return desk.types("revisar", desk.plan())


@case("POI-N170")
def left_by_another(desk: Desk) -> Told:
    path = desk.plan()
    (desk.folder / ".poi-respaldo").mkdir()
    desk.file(".poi-respaldo/POI.2021-04-20T09-30-00.xlsx", b"")
    return desk.types("actualizar", path)


def in_macros(desk: Desk, parts: books.Parts) -> Told:
    return refused(embed, books.save(desk.folder / "Plan.xlsm", parts), now=NOW)


@case("POI-E52")
def signed_macros(desk: Desk) -> Told:
    parts = books.with_arrow(
        with_macros(plan_parts()), PROJECT, VBA_SIGNATURE, "vbaProjectSignature.bin"
    )
    return in_macros(desk, parts | {"xl/vbaProjectSignature.bin": b"\x30"})


@case("POI-E53")
def strange_macros(desk: Desk) -> Told:
    return in_macros(desk, with_macros(plan_parts()) | {PROJECT: b"nada"})


@case("POI-E54")
def names_of_macros(desk: Desk) -> Told:
    text = 'Attribute VB_Name = "Otro"\nSub HasPlan()\nEnd Sub\n'
    return in_macros(desk, with_macros(plan_parts(), (*THEIRS, standard("Otro", text))))


@case("POI-E55")
def a_tab_of_theirs(desk: Desk) -> Told:
    tab = OWN_TAB.replace("suya", "poiHelp")
    return in_macros(desk, with_ribbon(with_macros(plan_parts()), tab, ""))


@case("POI-E56")
def wrong_ending(desk: Desk) -> Told:
    return desk.types("incorporar", desk.plan(), "-o", "copia.xlsx")


@case("POI-E57")
def nothing_inside(desk: Desk) -> Told:
    return desk.types("retirar", desk.plan())


def differ(desk: Desk, what: str) -> Told:
    changes = test_unsaved.THINGS | test_unsaved.LOOKS
    before = test_unsaved.book(desk.folder / "a.xlsx")
    return unsaved(before, test_unsaved.book(desk.folder / "b.xlsx", changes[what])).problems


@case("POI-E58")
def what_cannot_be_carried(desk: Desk) -> Told:
    return differ(desk, "celdas combinadas")


@case("POI-E59")
def what_is_not_carried(desk: Desk) -> Told:
    return differ(desk, "el formato de 1 celda")


@case("POI-N10")
def new_sheets_beside_signed_macros(desk: Desk) -> Told:
    parts = books.macros(books.unzipped(desk.plan().read_bytes()))
    return update(books.save(desk.folder / "POI.xlsm", parts), now=NOW).notices


def taken_out(desk: Desk, formula: str) -> Told:
    """What is told on taking out what a formula of the first sheet rests on."""
    path = books.save(desk.folder / "Plan.xlsx", plan_parts())
    inside = embed(path, now=NOW).path
    part = "xl/worksheets/sheet1.xml"
    used = contents(inside)[part].replace(b"SUM(Metas!C3:C4)", formula.encode())
    saved_since(inside, **{part: used})
    return unembed(inside, now=LATER).notices


@case("POI-N11")
def calls_left(desk: Desk) -> Told:
    return taken_out(desk, "POI_AVANCE(A3)")


@case("POI-N12")
def a_sheet_stays(desk: Desk) -> Told:
    return taken_out(desk, "Configuración!B5")


@case("POI-N13")
def a_name_stays(desk: Desk) -> Told:
    return taken_out(desk, "ROWS(POI_DATOS)")


@case("POI-E83")
def no_extension(desk: Desk) -> Told:
    return desk.types("construir", "--oxt", "-o", "poi_xl.xlam")
