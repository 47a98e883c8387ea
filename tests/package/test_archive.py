"""The zip layer: members are carried over unopened, whatever wrote them."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poi_xl.package import archive
from poi_xl.package.archive import Archive, DamagedError, NotZipError, made, same_members, write_zip
from poi_xl.package.limits import TooLargeError
from tests.package.books import raw_members, zipped


def copied(data: bytes) -> bytes:
    source = Archive.read(data)
    out = io.BytesIO()
    write_zip(out, source.members, source.comment)
    return out.getvalue()


def facts(data: bytes) -> list[tuple[object, ...]]:
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        assert source.testzip() is None
        return [
            (
                *(i.orig_filename, i.date_time, i.compress_type, i.CRC, i.file_size),
                *(i.compress_size, i.comment, i.external_attr, i.create_system),
            )
            for i in source.infolist()
        ]


def test_a_plain_archive_is_copied_to_the_byte() -> None:
    data = zipped({"a.xml": b"<a/>" * 50, "b/": b"", "b/c.bin": bytes(range(256))})
    assert copied(data) == data


@given(
    st.dictionaries(
        st.text("abñ/_.", min_size=1, max_size=9).filter(lambda n: n.strip("/") == n),
        st.tuples(st.binary(max_size=99), st.sampled_from([0, 8])),
        max_size=6,
    ),
    st.binary(max_size=9).filter(lambda comment: b"PK" not in comment),
    st.booleans(),
)
def test_any_archive_is_carried_over(parts, comment: bytes, streamed: bool) -> None:  # noqa: FBT001
    out = Stream() if streamed else io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.comment = comment
        for name, (data, kind) in parts.items():
            info = zipfile.ZipInfo(name, (1999, 12, 31, 23, 59, 58))
            info.comment, info.extra = b"nota", b"\x55\x54\x05\x00\x01abcd"
            target.writestr(info, data, kind)
    before = out.getvalue()
    after = copied(before)
    assert facts(after) == facts(before)
    assert raw_members(after) == raw_members(before)
    assert Archive.read(after).comment == comment
    assert copied(after) == after


class Stream(io.BytesIO):
    """A target that cannot go back, so that sizes come after the bytes."""

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise OSError

    def seek(self, *_: object) -> int:
        raise OSError


def test_streamed_members_get_their_sizes_into_the_header() -> None:
    out = Stream()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("a", b"hola" * 99)
    assert struct.unpack_from("<H", out.getvalue(), 6)[0] & 8
    after = copied(out.getvalue())
    assert not struct.unpack_from("<H", after, 6)[0] & 8
    assert zipfile.ZipFile(io.BytesIO(after)).read("a") == b"hola" * 99


def test_old_names_keep_their_bytes() -> None:
    data = bytearray(zipped({"mano.xml": b"x"}))
    data = data.replace(b"mano.xml", b"a\xa4o\\.xml")  # "año" as DOS wrote it
    after = copied(bytes(data))
    assert after == data
    assert Archive.read(after).members[0].name == "año/.xml"


def test_something_before_the_zip_is_dropped_without_harm() -> None:
    data = zipped({"a": b"hola"})
    assert raw_members(copied(b"#!prefijo" + data)) == raw_members(data)


def test_wide_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = {"a": b"hola" * 999, "b": b"x", "c": bytes(range(99))}
    data = zipped(parts)
    monkeypatch.setattr(archive, "WIDE_FROM", 40)
    monkeypatch.setattr(archive, "MANY_FROM", 2)
    wide = copied(data)
    assert b"PK\6\6" in wide
    with zipfile.ZipFile(io.BytesIO(wide)) as source:
        assert {n: source.read(n) for n in source.namelist()} == parts
    assert copied(copied(wide)) == copied(wide)
    monkeypatch.undo()
    assert facts(copied(wide)) == facts(data)
    assert b"PK\6\6" not in copied(wide)


def test_a_foreign_wide_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 20)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("a", bytes(range(200)))
        with target.open("b", "w", force_zip64=True) as member:
            member.write(b"hola")
    monkeypatch.undo()
    after = copied(out.getvalue())
    assert facts(after) == facts(out.getvalue())
    assert struct.pack("<H", 1) + b"\x10\0" not in after[:200]


def test_new_members_are_the_same_whenever_they_are_made() -> None:
    assert made("ñ.xml", b"<a/>").spelling == "ñ.xml".encode()
    one, two = io.BytesIO(), io.BytesIO()
    write_zip(one, [made("a", b"x")])
    write_zip(two, [made("a", b"x")])
    assert one.getvalue() == two.getvalue()
    assert zipfile.ZipFile(one).infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


def test_no_zip() -> None:
    for data in (b"", b"hola", zipped({"a": b"x"})[:-10]):
        with pytest.raises(NotZipError):
            Archive.read(data)


def test_members_cut_off_or_overlapping() -> None:
    data = zipped({"a": b"1" * 99, "b": b"2" * 99}, {"a": 0, "b": 0})
    directory = data.index(b"PK\1\2")
    for at, value in ((directory + 20, 5000), (directory + 20, 100), (directory + 42, 3)):
        broken = bytearray(data)
        broken[at : at + 4] = struct.pack("<L", value)
        with pytest.raises((DamagedError, NotZipError)):
            Archive.read(bytes(broken))


def test_repeated_and_encrypted_members() -> None:
    with pytest.raises(DamagedError, match="repetidas"):
        Archive.read(zipped({"xl/a": b"1", "xl\\A": b"2"}))
    data = bytearray(zipped({"a": b"x"}))
    data[data.index(b"PK\1\2") + 8] |= 1
    with pytest.raises(DamagedError, match="cifradas"):
        Archive.read(bytes(data))


def with_directory(data: bytes, offset: int, value: int) -> Archive:
    changed = bytearray(data)
    at = changed.index(b"PK\1\2") + offset
    changed[at : at + 4] = struct.pack("<L", value)
    return Archive.read(bytes(changed))


def test_content_that_does_not_fit_its_description() -> None:
    data = zipped({"a": b"hola" * 99})
    size, crc, method = 24, 16, 10
    for offset, value, said in (
        (crc, 1, "suma"),
        (size, 5, "suma"),
        (size, 5000, "suma"),
        (size, 600 << 20, "imposible"),
        (size, 100 << 20, "imposible"),
        (method, 9 | struct.unpack_from("<H", data, 10)[0] << 16, "desconocida"),
    ):
        with pytest.raises(DamagedError, match=said):
            with_directory(data, offset, value).members[0].content()


def test_garbage_instead_of_compressed_bytes() -> None:
    data = bytearray(zipped({"a": b"hola" * 99}))
    data[31:40] = b"\xff" * 9
    with pytest.raises(DamagedError):
        Archive.read(bytes(data)).members[0].content()


def test_a_huge_part_is_not_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    member = made("a", b"hola")
    monkeypatch.setattr(archive, "MAX_PART", 3)
    with pytest.raises(TooLargeError, match="ocupa"):
        member.content()


def test_padding_in_headers_stays() -> None:
    """Windows' packaging library leaves room in the header, and others leave odd bytes."""
    info = made("a", b"hola").info
    member = archive.Member(info, made("a", b"hola").raw, b"\x20\xa2\2\0\0\0" + b"\0\0\0")
    out = io.BytesIO()
    write_zip(out, [member])
    assert Archive.read(out.getvalue()).members[0].local_extra == member.local_extra
    assert copied(out.getvalue()) == out.getvalue()


def test_members_are_compared_to_the_byte() -> None:
    one, other = made("a", b"hola"), made("a", b"hola")
    assert same_members([one], [other])
    for changed in (
        archive.Member(other.info, memoryview(b"x")),
        made("b", b"hola"),
        made("a", b"ola"),
    ):
        assert not same_members([one], [changed])
    assert not same_members([one], [one, other])


def test_a_bomb_is_not_inflated() -> None:
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = deflater.compress(bytes(80 << 20)) + deflater.flush()
    member = made("a", b"")
    member.info.file_size, member.info.compress_size = 80 << 20, len(packed)
    with pytest.raises(DamagedError, match="imposible"):
        archive.Member(member.info, memoryview(packed)).content()


def test_a_wide_sheet_is_no_bomb(tmp_path: Path) -> None:
    row = b'<row><c r="A1"><v>1</v></c></row>'
    data = zipped({"a": row * 100_000})
    assert len(Archive.read(data).members[0].content()) == len(row) * 100_000
