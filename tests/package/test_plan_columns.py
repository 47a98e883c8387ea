"""Columns shown and hidden in a sheet's XML: split, joined again, nothing else touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poi_xl.package.plan_columns import reshaped
from poi_xl.package.xmlpart import TRANSITIONAL, parse

_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
_NS = TRANSITIONAL.main.encode()


def sheet(columns: bytes, rest: bytes = b"") -> bytes:
    cols = b"<cols>" + columns + b"</cols>" if columns else b""
    return (
        _HEAD
        + b'<worksheet xmlns="'
        + _NS
        + b'">'
        + cols
        + b"<sheetData/>"
        + rest
        + b"</worksheet>"
    )


def again(data, hidden, printed=str):
    return reshaped(data, parse(data), hidden, printed, {})


def columns(data):
    """Return whether each described column is hidden."""
    return {
        n: box.get("hidden") in ("1", "true")
        for box in parse(data).iter(TRANSITIONAL.tag("col"))
        for n in range(int(str(box.get("min"))), int(str(box.get("max"))) + 1)
    }


def test_one_entry_becomes_several_and_one_again():
    before = sheet(b'<col min="1" max="4" width="5"/><col min="5" max="13" width="5" hidden="1"/>')
    shown = again(before, dict.fromkeys((5, 6, 7), False))
    assert shown == sheet(
        b'<col min="1" max="4" width="5"/><col min="5" max="7" width="5" hidden="0"/>'
        b'<col min="8" max="13" width="5" hidden="1"/>'
    )
    assert again(shown, dict.fromkeys((5, 6, 7), True)) == before


def test_neighbours_that_nobody_touched_stay_apart():
    data = sheet(b'<col min="1" max="1" width="5"/><col min="2" max="2" width="5"/>')
    assert again(data, {7: False}) == data


def test_what_stands_before_the_sheet_is_kept_as_it_is_spelled():
    for data in (sheet(b""), sheet(b"").removeprefix(_HEAD), b"\xef\xbb\xbf" + sheet(b"")):
        assert again(data, {}) == data


def test_another_encoding_is_declared_as_what_it_becomes():
    data = sheet(b"").decode().replace("UTF-8", "UTF-16").encode("utf-16")
    assert again(data, {}).startswith(b"<?xml version='1.0' encoding='UTF-8'")


def test_headers_and_footers_are_put_into_other_words():
    footer = b"<headerFooter><oddFooter>&amp;LI TRIM</oddFooter></headerFooter>"
    found = again(sheet(b"", footer), {}, lambda text: text.replace("I TRIM", "II TRIM"))
    assert found == sheet(b"", footer.replace(b"I TRIM", b"II TRIM"))


@given(st.lists(st.booleans(), min_size=1, max_size=16), st.data())
def test_hiding_what_was_shown_gives_the_same_bytes(dark, data):
    spans: list[list[int]] = []
    for place, is_dark in enumerate(dark, start=1):
        if spans and dark[spans[-1][0] - 1] == is_dark:
            spans[-1][1] = place
        else:
            spans.append([place, place])
    looks = {True: ' hidden="1"', False: ""}
    boxes = "".join(f'<col min="{a}" max="{b}" width="5"{looks[dark[a - 1]]}/>' for a, b in spans)
    before = sheet(boxes.encode())
    hidden = [place for place, is_dark in enumerate(dark, start=1) if is_dark]
    chosen = data.draw(st.sets(st.sampled_from(hidden))) if hidden else set()
    shown = again(before, dict.fromkeys(chosen, False))
    assert columns(shown) == {n: dark[n - 1] and n not in chosen for n in range(1, len(dark) + 1)}
    assert again(shown, dict.fromkeys(chosen, True)) == before


@pytest.mark.parametrize("hidden", [True, False])
def test_columns_that_the_file_does_not_describe_are_left(hidden):
    data = sheet(b'<col min="1" max="2" width="5"/>')
    assert again(data, {9: hidden}) == data
