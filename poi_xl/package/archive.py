"""The zip underneath a workbook: members are copied as they are, never inflated and deflated again.

Python's `zipfile` reads directories well but cannot copy a member unopened, so the few records of
the format are written here.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import BinaryIO, Final

from poi_xl.package.limits import (
    MAX_INFLATED,
    MAX_MEMBERS,
    MAX_PART,
    MAX_RATIO,
    RATIO_MATTERS_FROM,
    TooLargeError,
)

_CENTRAL_MARK: Final = b"PK\1\2"
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s4B4H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_END64: Final = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64: Final = struct.Struct("<4sLQL")
# Sizes and counts from here on stand in the wide records, and these marks in their place.
WIDE_FROM: Final = 0xFFFFFFFF
MANY_FROM: Final = 0xFFFF
_WIDE: Final = 0xFFFFFFFF
_MANY: Final = 0xFFFF
_ENCRYPTED: Final = 0x1
_DESCRIPTOR: Final = 0x8
_UTF8: Final = 0x800
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_ZIP64_VERSION: Final = 45
_UNIX: Final = 3


class DamagedError(ValueError):
    """The archive cannot be trusted; the text says why, in Spanish."""


class NotZipError(ValueError):
    """The bytes are no zip archive."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member of the archive, still compressed.

    Attributes:
        info: its entry in the directory.
        raw: the compressed bytes.
        local_extra: the extra field of the header before the bytes, which may differ from the
            directory's (Windows' packaging library pads it).
    """

    info: zipfile.ZipInfo
    raw: memoryview = field(repr=False)
    local_extra: bytes = b""

    @property
    def name(self) -> str:
        """The part name: forward slashes, none at the beginning, whatever the writer did."""
        return self.info.orig_filename.replace("\\", "/").lstrip("/")

    @property
    def spelling(self) -> bytes:
        """The name as it is written in the archive."""
        return self.info.orig_filename.encode("utf-8" if self.info.flag_bits & _UTF8 else "cp437")

    def content(self) -> bytes:
        """Return the inflated bytes.

        Raises:
            DamagedError: wrong length or checksum, an unknown compression, or an absurd size.
            TooLargeError: it is larger than what is read.
        """
        self._guard()
        if self.info.file_size > MAX_PART:
            raise TooLargeError(f"la parte «{self.name}» ocupa {_megabytes(self.info.file_size)}")
        data = self._inflated()
        if len(data) != self.info.file_size or zlib.crc32(data) != self.info.CRC:
            raise DamagedError(f"la parte «{self.name}» no coincide con su suma de control")
        return data

    def beginning(self, limit: int) -> bytes:
        """Return the first inflated bytes, without inflating the rest; they are not checked.

        Raises:
            DamagedError: an unknown compression, or an absurd size.
        """
        self._guard()
        return self._inflated(limit)

    def _guard(self) -> None:
        size, packed = self.info.file_size, max(self.info.compress_size, 1)
        if size > RATIO_MATTERS_FROM and size / packed > MAX_RATIO:
            raise DamagedError(f"la parte «{self.name}» declara un tamaño imposible")

    def _inflated(self, limit: int | None = None) -> bytes:
        if self.info.compress_type == zipfile.ZIP_STORED:
            return bytes(self.raw[:limit])
        if self.info.compress_type != zipfile.ZIP_DEFLATED:
            raise DamagedError(f"la parte «{self.name}» usa una compresión desconocida")
        try:
            most = self.info.file_size + 1 if limit is None else limit
            return zlib.decompressobj(-15).decompress(self.raw, most)
        except zlib.error as error:
            raise DamagedError(f"la parte «{self.name}» no se puede descomprimir") from error


def made(name: str, content: bytes) -> Member:
    """Return a new member: deflated, with a fixed date so that equal content gives equal bytes."""
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, _UNIX
    info.external_attr = 0o600 << 16
    info.flag_bits = 0 if name.isascii() else _UTF8
    deflater = zlib.compressobj(6, zlib.DEFLATED, -15)
    raw = deflater.compress(content) + deflater.flush()
    info.CRC, info.file_size, info.compress_size = zlib.crc32(content), len(content), len(raw)
    return Member(info, memoryview(raw))


def stored(name: str, content: bytes) -> Member:
    """Return a new member that is not compressed, for an archive that is read at once."""
    info = zipfile.ZipInfo(name, _EPOCH)
    info.CRC, info.file_size, info.compress_size = zlib.crc32(content), len(content), len(content)
    return Member(info, memoryview(content))


@dataclass(frozen=True)
class Archive:
    """The members of a zip file, in their order, over one unchanging copy of its bytes."""

    members: tuple[Member, ...]
    comment: bytes = b""

    @staticmethod
    def read(data: bytes) -> "Archive":
        """Return the archive that the bytes are.

        Raises:
            NotZipError: they are none.
            DamagedError: truncated, overlapping, encrypted or repeated members.
            TooLargeError: more members, or larger ones, than a workbook has.
        """
        # Counted before the directory becomes objects; inside packed bytes the mark is rare.
        if data.count(_CENTRAL_MARK) > MAX_MEMBERS:
            raise TooLargeError(f"tiene más de {MAX_MEMBERS:,} partes")
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as source:
                infos, comment = source.infolist(), source.comment
        except (zipfile.BadZipFile, struct.error, NotImplementedError, UnicodeError) as error:
            raise NotZipError(str(error)) from error
        view = memoryview(data)
        archive = Archive(tuple(_member(view, info) for info in infos), comment)
        archive._check(view)
        return archive

    @cached_property
    def by_name(self) -> dict[str, Member]:
        """Members under their name in lower case: part names differ by more than case."""
        return {m.name.lower(): m for m in self.members}

    def _check(self, view: memoryview) -> None:
        inflated = sum(m.info.file_size for m in self.members)
        if inflated > MAX_INFLATED:
            raise TooLargeError(f"descomprimido ocupa {_megabytes(inflated)}")
        if any(m.info.flag_bits & _ENCRYPTED for m in self.members):
            raise DamagedError("tiene partes cifradas")
        if len(self.by_name) != len(self.members):
            raise DamagedError("tiene partes repetidas")
        spans = sorted((m.info.header_offset, _end(m)) for m in self.members)
        limits = [*(start for start, _ in spans), len(view) - _END.size][1:]
        if any(end > limit for (_, end), limit in zip(spans, limits, strict=True)):
            raise DamagedError("está incompleto o tiene partes superpuestas")


def _megabytes(size: int) -> str:
    return f"{size >> 20:,} MB"


def _member(view: memoryview, info: zipfile.ZipInfo) -> Member:
    """Find a member's bytes; the directory's sizes count, not the local header's."""
    header = view[info.header_offset : info.header_offset + _LOCAL.size]
    if len(header) < _LOCAL.size or bytes(header[:4]) != b"PK\3\4":
        raise DamagedError("está incompleto")
    name_length, extra_length = struct.unpack("<HH", header[26:])
    extra_at = info.header_offset + _LOCAL.size + name_length
    start = extra_at + extra_length
    raw = view[start : start + info.compress_size]
    if len(raw) < info.compress_size:
        raise DamagedError("está incompleto")
    return Member(info, raw, _without_zip64(bytes(view[extra_at:start])))


def _end(member: Member) -> int:
    spelled, extra = len(member.spelling), len(member.local_extra)
    return member.info.header_offset + _LOCAL.size + spelled + extra + member.info.compress_size


def _without_zip64(extra: bytes) -> bytes:
    """Drop the record of wide sizes, which is written anew; keep all others and any padding."""
    kept, at = b"", 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        kept += b"" if kind == 1 else extra[at : at + 4 + length]
        at += 4 + length
    return kept + extra[at:]


def write_zip(target: BinaryIO, members: Iterable[Member], comment: bytes = b"") -> None:
    """Write members one after another, compressed bytes as they are, then the directory."""
    directory: list[bytes] = []
    at = 0
    for member in members:
        header = _local_header(member)
        target.write(header)
        target.write(member.raw)
        directory.append(_central_header(member, at))
        at += len(header) + len(member.raw)
    records = b"".join(directory)
    target.write(records)
    target.write(_end_records(len(directory), len(records), at))
    target.write(_END.pack(*_end_fields(len(directory), len(records), at), len(comment)))
    target.write(comment)


def same_members(one: Sequence[Member], other: Sequence[Member]) -> bool:
    """Whether two archives hold the same members, compressed bytes included, in the same order."""
    return len(one) == len(other) and all(
        a.spelling == b.spelling and a.info.CRC == b.info.CRC and a.raw == b.raw
        for a, b in zip(one, other, strict=True)
    )


def _moment(info: zipfile.ZipInfo) -> tuple[int, int]:
    year, month, day, hour, minute, second = info.date_time
    return hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day


def _wide_record(values: list[int]) -> bytes:
    return struct.pack(f"<HH{len(values)}Q", 1, 8 * len(values), *values) if values else b""


def _narrow(value: int) -> int:
    return _WIDE if value >= WIDE_FROM else value


def _local_header(member: Member) -> bytes:
    info, size, packed = member.info, member.info.file_size, len(member.raw)
    wide = max(size, packed) >= WIDE_FROM
    extra = _wide_record([size, packed] if wide else []) + member.local_extra
    return (
        _LOCAL.pack(
            b"PK\3\4",
            max(info.extract_version, _ZIP64_VERSION if wide else 0),
            info.flag_bits & ~_DESCRIPTOR,  # the sizes stand here, so nothing follows the bytes
            info.compress_type,
            *_moment(info),
            info.CRC,
            _WIDE if wide else packed,
            _WIDE if wide else size,
            len(member.spelling),
            len(extra),
        )
        + member.spelling
        + extra
    )


def _central_header(member: Member, at: int) -> bytes:
    info, size, packed = member.info, member.info.file_size, len(member.raw)
    wide = [value for value in (size, packed, at) if value >= WIDE_FROM]
    extra = _wide_record(wide) + _without_zip64(info.extra)
    return (
        _CENTRAL.pack(
            _CENTRAL_MARK,
            info.create_version,
            info.create_system,
            max(info.extract_version, _ZIP64_VERSION if wide else 0),
            info.reserved,
            info.flag_bits & ~_DESCRIPTOR,
            info.compress_type,
            *_moment(info),
            info.CRC,
            _narrow(packed),
            _narrow(size),
            len(member.spelling),
            len(extra),
            len(info.comment),
            0,
            info.internal_attr,
            info.external_attr,
            _narrow(at),
        )
        + member.spelling
        + extra
        + info.comment
    )


def _end_records(count: int, size: int, at: int) -> bytes:
    """Return the two wide end records, where the archive needs them."""
    if count < MANY_FROM and max(size, at) < WIDE_FROM:
        return b""
    version = _ZIP64_VERSION
    end = _END64.pack(b"PK\6\6", _END64.size - 12, version, version, 0, 0, count, count, size, at)
    return end + _LOCATOR64.pack(b"PK\6\7", 0, at + size, 1)


def _end_fields(count: int, size: int, at: int) -> tuple[bytes, int, int, int, int, int, int]:
    few = _MANY if count >= MANY_FROM else count
    return b"PK\5\6", 0, 0, few, few, _narrow(size), _narrow(at)
