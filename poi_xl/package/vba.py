"""The VBA project of a workbook (`vbaProject.bin`): its modules, read and written without Excel.

pyOpenVBA knows the streams and their compression; what it leaves different from the published
formats is put right here. The compiled copy of every module is dropped, so that Excel compiles what
the source says and nothing else, and so that the same source gives the same bytes.

References: [MS-OVBA] (the project), [MS-CFB] (the file inside the file).
"""

import functools
import re
import struct
import tempfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from pyopenvba import ExcelFile, PyOpenVBAError, VBAModuleKind
from pyopenvba.cfb import CFB
from pyopenvba.vba import (
    VBAProject,
    compress,
    encoding_for_codepage,
    normalize_class_source,
    parse_vba_project,
    serialize_dir_stream,
    serialize_projectwm,
)

# No performance cache: Excel compiles from source ([MS-OVBA] 2.3.4.1).
NO_CACHE: Final = b"\xcc\x61\xff\xff\x00\x00\x00"
CODE_PAGE: Final = "cp1252"
WORKBOOK_BASE: Final = "0{00020819-0000-0000-C000-000000000046}"
SHEET_BASE: Final = "0{00020820-0000-0000-C000-000000000046}"
CHART_BASE: Final = "0{00020821-0000-0000-C000-000000000046}"

_VBA: Final = "VBA"
_NAME: Final = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ][\wÀ-ÖØ-öø-ÿ]{0,30}")
_SECTOR, _ENTRY, _END = 512, 128, 0xFFFFFFFE
_EMPTY, _STORAGE = 0, 1
_SIGNATURES: Final = frozenset(
    {"_VBA_PROJECT_SIGNATURE", "_VBA_PROJECT_SIGNATURE_AGILE", "_VBA_PROJECT_SIGNATURE_V3"}
)


class Kind(StrEnum):
    """What a module is; the value is how the stream PROJECT declares it."""

    STANDARD = "Module"
    CLASS = "Class"
    DOCUMENT = "Document"
    FORM = "BaseClass"


_DECLARED: Final = {kind.value: kind for kind in Kind}
_WINDOWS: Final = "[Workspace]"


@dataclass(frozen=True, slots=True)
class Module:
    """One module with its text as it is stored: attributes first, lines ended with CR LF."""

    name: str
    kind: Kind
    text: str


class ProjectError(ValueError):
    """The bytes are no VBA project that can be understood, or it may not be changed."""


# --- texts ----------------------------------------------------------------------------------------


def standard(name: str, text: str) -> Module:
    """Return a standard module from its text, as a .bas file has it."""
    return Module(name, Kind.STANDARD, _stored(name, text))


def class_module(name: str, text: str) -> Module:
    """Return a class module from its text, as a .cls file has it."""
    return Module(name, Kind.CLASS, _stored(name, normalize_class_source(_crlf(text))))


def document(name: str, text: str = "", base: str = SHEET_BASE) -> Module:
    """Return the module of a sheet or of the workbook.

    Args:
        name: the code name that the sheet's or workbook's own part says too.
        text: its code, without attributes.
        base: the class it belongs to.
    """
    attributes = (
        f'VB_Name = "{name}"',
        f'VB_Base = "{base}"',
        "VB_GlobalNameSpace = False",
        "VB_Creatable = False",
        "VB_PredeclaredId = True",
        "VB_Exposed = True",
        "VB_TemplateDerived = False",
        "VB_Customizable = True",
    )
    head = "".join(f"Attribute {each}\n" for each in attributes)
    return Module(name, Kind.DOCUMENT, _stored(name, head + text))


def _stored(name: str, text: str) -> str:
    """Return a module's text as it is stored, after checking that it can be."""
    if not _NAME.fullmatch(name):
        raise ProjectError(f"{name!r} cannot name a module")
    text = _crlf(text)
    if not text.startswith(f'Attribute VB_Name = "{name}"\r\n'):
        raise ProjectError(f"the text of {name} does not begin with its name")
    try:
        text.encode(CODE_PAGE)
    except UnicodeEncodeError as error:
        raise ProjectError(f"{name}: {text[error.start]!r} is not in {CODE_PAGE}") from error
    return text


def _crlf(text: str) -> str:
    return re.sub(r"\r\n|\r|\n", "\r\n", text)


# --- projects -------------------------------------------------------------------------------------


def build_project(modules: Sequence[Module]) -> bytes:
    """Return the bytes of a new project; the same modules give the same bytes.

    Args:
        modules: documents first, the workbook's before the sheets'.
    """
    blank = _blank()
    return edit_project(blank, modules, without={each.name for each in read_project(blank)})


def read_project(data: bytes) -> tuple[Module, ...]:
    """Return the modules of a project, in its own order.

    Raises:
        ProjectError: the bytes are no project.
    """
    cfb, project = _parsed(data)
    kinds = _declared(cfb)
    return tuple(
        Module(each.name, kinds.get(each.name.lower(), Kind.STANDARD), each.source)
        for each in project.modules
    )


def edit_project(data: bytes, put: Iterable[Module], without: Collection[str] = ()) -> bytes:
    """Return a project with some modules added or replaced, and some taken out.

    The others keep their source byte for byte; all lose their compiled copy.

    Args:
        data: a project.
        put: modules to add; one that is there already is replaced.
        without: names to take out first.

    Raises:
        ProjectError: the bytes are no project, or it is signed.
    """
    cfb, project = _parsed(data)
    _refuse_signed(cfb)
    put = tuple(put)
    gone = {name.lower() for name in without} | {each.name.lower() for each in put}
    removed = [each.name for each in project.modules if each.name.lower() in gone]
    for module in [each for each in project.modules if each.name.lower() in gone]:
        project.delete_module(module.name)
        cfb.remove_stream_in_storage(_VBA, module.stream_name)
    _drop_compiled(cfb, project)
    for fresh in put:
        _add(cfb, project, fresh)
    _write_lists(cfb, project, removed, put)
    return _put_right(cfb.to_bytes())


@functools.cache
def _blank() -> bytes:
    """The project that Excel itself makes for a new workbook."""
    with tempfile.TemporaryDirectory(prefix="poi_xl-") as folder:
        path = Path(folder) / "blank.xlsm"
        with ExcelFile.create_new(path) as book:
            return bytes(book.vba_project_bytes())


def _parsed(data: bytes) -> tuple[Any, VBAProject]:
    try:
        cfb = CFB.from_bytes(data)
        return cfb, parse_vba_project(cfb)
    except (PyOpenVBAError, KeyError, IndexError, ValueError, struct.error) as error:
        raise ProjectError("su contenido no es un proyecto de VBA") from error


def _declared(cfb: Any) -> dict[str, Kind]:
    """Return what the stream PROJECT says of each module, by lower-case name."""
    lines = cfb.get_stream("PROJECT").decode("latin-1").splitlines()
    pairs = (line.partition("=")[::2] for line in lines)
    return {
        value.partition("/")[0].lower(): _DECLARED[key] for key, value in pairs if key in _DECLARED
    }


def _refuse_signed(cfb: Any) -> None:
    if _SIGNATURES & set(cfb.list_streams()):
        raise ProjectError("el proyecto está firmado")


def _drop_compiled(cfb: Any, project: VBAProject) -> None:
    """Leave only the source of every module, which stays as it was compressed."""
    for module in project.modules:
        stream = cfb.get_stream_in_storage(_VBA, module.stream_name)
        cfb.write_stream_in_storage(_VBA, module.stream_name, stream[module.text_offset :])
        module.text_offset = 0
        module.prefix_bytes = b""
    for name in cfb.list_streams_in_storage(_VBA):
        if name.startswith("__SRP_"):
            cfb.remove_stream_in_storage(_VBA, name)
    cfb.write_stream_in_storage(_VBA, "_VBA_PROJECT", NO_CACHE)


def _add(cfb: Any, project: VBAProject, module: Module) -> None:
    kind = VBAModuleKind.standard if module.kind is Kind.STANDARD else VBAModuleKind.other
    project.add_module(module.name, module.text, kind=kind)
    stream = compress(module.text.encode(CODE_PAGE))
    cfb.add_stream_to_storage(_VBA, module.name, stream)


def _write_lists(
    cfb: Any, project: VBAProject, removed: Collection[str], put: Collection[Module]
) -> None:
    """Write the three streams that list the modules."""
    # pyOpenVBA ends the stream with four bytes more than [MS-OVBA] 2.3.4.2 has.
    cfb.write_stream_in_storage(_VBA, "dir", compress(serialize_dir_stream(project)[:-4]))
    encoding = encoding_for_codepage(project.code_page)
    lines = cfb.get_stream("PROJECT").decode(encoding).splitlines()
    listed = _relisted(lines, {name.lower() for name in removed}, put)
    cfb.write_stream("PROJECT", "".join(f"{line}\r\n" for line in listed).encode(encoding))
    names = [(each.name, each.name_unicode or each.name) for each in project.modules]
    cfb.write_stream("PROJECTwm", serialize_projectwm(names, code_page=project.code_page))


def _relisted(lines: Sequence[str], removed: Collection[str], put: Collection[Module]) -> list[str]:
    """Return the lines of the stream PROJECT with modules taken out and others declared.

    Declarations stand between the project's ID and its name ([MS-OVBA] 2.3.1.1); windows of the
    editor last, under their own heading.
    """
    kept, windows = [], [line for line in lines if line.strip() == _WINDOWS]
    for line in lines[: lines.index(_WINDOWS)] if windows else lines:
        key, _, value = line.partition("=")
        if key not in _DECLARED or value.partition("/")[0].lower() not in removed:
            kept.append(line)
    places = [at for at, line in enumerate(kept) if line.partition("=")[0] in _DECLARED]
    place = places[-1] + 1 if places else 1
    kept[place:place] = [_declaration(module) for module in put]
    if windows:
        shown = lines[lines.index(_WINDOWS) + 1 :]
        windows += [line for line in shown if line.partition("=")[0].lower() not in removed]
        windows += [f"{module.name}=0, 0, 0, 0, C" for module in put]
    return kept + windows


def _declaration(module: Module) -> str:
    ending = "/&H00000000" if module.kind is Kind.DOCUMENT else ""
    return f"{module.kind}={module.name}{ending}"


# --- the file inside the file ---------------------------------------------------------------------


def _put_right(data: bytes) -> bytes:
    """Return the file with its directory as [MS-CFB] 2.6 wants it.

    A tree that nobody balanced by colour is valid only when all its nodes are black; a storage has
    no data, so it starts nowhere; and the clock of the writer has no place in reproducible bytes.
    """
    fixed = bytearray(data)
    for at in directory_entries(data):
        kind = fixed[at + 66]
        if kind == _EMPTY:
            continue
        fixed[at + 67] = 1
        fixed[at + 100 : at + 116] = bytes(16)
        if kind == _STORAGE:
            fixed[at + 116 : at + 128] = bytes(12)
    return bytes(fixed)


def directory_entries(data: bytes) -> list[int]:
    """Return where each entry of a compound file's directory begins."""
    table = _sector_table(data)
    (sector,) = struct.unpack_from("<I", data, 48)
    entries: list[int] = []
    while sector != _END:
        start = _SECTOR * (sector + 1)
        entries += range(start, start + _SECTOR, _ENTRY)
        sector = table[sector]
    return entries


def _sector_table(data: bytes) -> tuple[int, ...]:
    """Return what follows each sector; pyOpenVBA writes the table's own sectors in one run."""
    count, first = struct.unpack_from("<I", data, 44)[0], struct.unpack_from("<I", data, 76)[0]
    return struct.unpack_from(f"<{count * _SECTOR // 4}I", data, _SECTOR * (first + 1))
