"""Merging styles: nothing moves, equal formats are found again."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from poi_xl.package.styles import WrappedError, merge_styles, minimal_styles, style_key
from poi_xl.package.xmlpart import STRICT, TRANSITIONAL, Element, elements, local, parse
from tests.package.books import MAIN


def sheet(inner: str) -> Element:
    return parse(f'<styleSheet xmlns="{MAIN}">{inner}</styleSheet>'.encode())


def entry(text: str) -> Element:
    return next(iter(sheet(text)))


def texts(root: Element, box: str) -> list[bytes]:
    found = root.find(f"{{{MAIN}}}{box}")
    return [etree.tostring(e, method="c14n") for e in elements(found)]


FONTS = ('<font><b/><sz val="{}"/></font>', '<font><sz val="{}"/><i/></font>')


@st.composite
def style_sheets(draw: st.DrawFn) -> Element:
    """Style sheets in which every cell format points at something that is there."""
    fonts = draw(
        st.lists(
            st.builds(str.format, st.sampled_from(FONTS), st.integers(8, 11)),
            min_size=1,
            max_size=5,
        )
    )
    codes = draw(st.lists(st.sampled_from(["0.0%", "0.000", '0" u"']), unique=True, max_size=3))
    cell = st.tuples(
        st.integers(0, len(fonts) - 1), st.sampled_from([0, 2, 9, *range(164, 164 + len(codes))])
    )
    cells = draw(st.lists(cell, min_size=1, max_size=6))
    rows = "".join(
        f'<xf numFmtId="{number}" fontId="{font}" fillId="0" borderId="0"/>'
        for font, number in cells
    )
    formats = "".join(
        f"<numFmt numFmtId='{164 + i}' formatCode='{code}'/>" for i, code in enumerate(codes)
    )
    return sheet(
        f"<numFmts>{formats}</numFmts><fonts>{''.join(fonts)}</fonts>"
        f"<fills><fill/></fills><borders><border/></borders><cellXfs>{rows}</cellXfs>"
    )


@given(style_sheets(), style_sheets())
def test_merging_appends_and_means_the_same(theirs: Element, ours: Element) -> None:
    before = deepcopy(theirs)
    places = merge_styles(theirs, ours, TRANSITIONAL)
    for box in ("numFmts", "fonts", "fills", "borders", "cellXfs"):
        old = texts(before, box)
        assert texts(theirs, box)[: len(old)] == old
    for box in ("numFmts", "fonts", "cellXfs"):
        grown = theirs.find(f"{{{MAIN}}}{box}")
        if grown is not None and len(texts(before, box)) < len(grown):
            assert grown.get("count") == str(len(grown))
    for mine, place in zip(looks(ours), places.cells, strict=True):
        assert looks(theirs)[place] == mine
    once = etree.tostring(theirs)
    again = merge_styles(theirs, ours, TRANSITIONAL)
    assert (again.cells, again.changed) == (places.cells, False)
    assert etree.tostring(theirs) == once


def looks(root: Element) -> list[tuple[object, ...]]:
    """What each cell format looks like: its font and the code of its numbers."""

    def box(name: str) -> list[Element]:
        return list(elements(root.find(f"{{{MAIN}}}{name}")))

    codes = {e.get("numFmtId", ""): e.get("formatCode", "") for e in box("numFmts")}
    codes = {"0": "General", "2": "0.00", "9": "0%"} | codes
    fonts = [style_key(f) for f in box("fonts")]
    return [
        (fonts[int(x.get("fontId", "0"))], codes[x.get("numFmtId", "")]) for x in box("cellXfs")
    ]


OURS = sheet(
    "<fonts><font/></fonts><fills><fill/></fills><borders><border/></borders>"
    '<cellXfs><xf numFmtId="2" fontId="0" fillId="0" borderId="0"/></cellXfs>'
    '<dxfs><dxf><numFmt numFmtId="170" formatCode="0.0"/></dxf></dxfs>'
)


def test_a_built_in_number_that_means_something_else_here() -> None:
    theirs = sheet('<numFmts count="1"><numFmt numFmtId="2" formatCode="0,00"/></numFmts>')
    (place,) = merge_styles(theirs, OURS, TRANSITIONAL).cells
    assert looks(theirs)[place][1] == "0.00"
    plain = minimal_styles(TRANSITIONAL)
    (place,) = merge_styles(plain, OURS, TRANSITIONAL).cells
    assert list(elements(plain.find(f"{{{MAIN}}}cellXfs")))[place].get("numFmtId") == "2"


def test_number_formats_of_conditions_get_the_workbooks_number() -> None:
    theirs = sheet('<numFmts count="1"><numFmt numFmtId="170" formatCode="0,00"/></numFmts>')
    merge_styles(theirs, OURS, TRANSITIONAL)
    (dxf,) = texts(theirs, "dxfs")
    assert b'formatCode="0.0" numFmtId="171"' in dxf


def test_number_formats_written_twice_grow_alike() -> None:
    box = "<numFmts><numFmt numFmtId='164' formatCode='0'/></numFmts>"
    theirs = sheet(f"<a><b>{box}</b><c>{box}</c></a>")
    merge_styles(theirs, OURS, TRANSITIONAL)
    both = list(theirs.iter(f"{{{MAIN}}}numFmts"))
    assert [[e.get("numFmtId") for e in box] for box in both] == [["164", "165"]] * 2


def test_the_style_of_unstyled_cells_is_the_workbooks_own() -> None:
    theirs = sheet(
        "<cellStyleXfs><xf/><xf/></cellStyleXfs><cellXfs><xf/></cellXfs>"
        '<cellStyles><cellStyle name="Otro" xfId="0"/>'
        '<cellStyle name="Normal" xfId="1" builtinId="0"/></cellStyles>'
    )
    merge_styles(theirs, OURS, TRANSITIONAL)
    ours = texts(theirs, "cellXfs")[-1]
    assert b'xfId="1"' in ours
    assert ours.count(b"apply") == ours.count(b'="1"') - 1 == 6


def test_missing_collections_come_in_the_schemas_order() -> None:
    theirs = sheet("<colors/>")
    merge_styles(theirs, OURS, TRANSITIONAL)
    assert [local(e) for e in theirs] == [
        *("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs"),
        "colors",
    ]


@pytest.mark.parametrize("box", ["fonts", "cellXfs", "dxfs"])
def test_a_wrapped_collection_is_refused(box: str) -> None:
    with pytest.raises(WrappedError, match=box):
        merge_styles(sheet(f"<a><{box}/></a>"), OURS, TRANSITIONAL)


def test_a_wrapped_font_counts_as_one() -> None:
    theirs = sheet("<fonts><a><font/><font/></a></fonts>")
    (place,) = merge_styles(theirs, OURS, TRANSITIONAL).cells
    cells = list(elements(theirs.find(f"{{{MAIN}}}cellXfs")))
    assert cells[place].get("fontId") == "1"


def test_theme_colours_become_colours() -> None:
    ours = sheet('<fonts><font><color theme="3"/><scheme val="minor"/></font></fonts>')
    theirs = minimal_styles(TRANSITIONAL)
    merge_styles(theirs, ours, TRANSITIONAL)
    assert b'<color rgb="FF1F497D"></color></font>' in texts(theirs, "fonts")[-1]
    tinted = sheet('<fonts><font><color theme="3" tint="0.5"/></font></fonts>')
    with pytest.raises(ValueError, match="tinted"):
        merge_styles(theirs, tinted, TRANSITIONAL)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<font><b/><i/></font>", '<font><i val="1"/><b val="true"/></font>'),
        ('<font><b val="0"/></font>', "<font/>"),
        ('<xf fontId="1" applyFont="1"/>', '<xf fontId="1"/>'),
        ('<color rgb="ff00aa00"/>', '<color rgb="FF00AA00"/>'),
    ],
)
def test_two_ways_to_say_it(one: str, other: str) -> None:
    assert style_key(entry(one)) == style_key(entry(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<font><b/></font>", "<font><i/></font>"),
        ('<font><family val="1"/></font>', '<font><family val="2"/></font>'),
        ('<xf fontId="1" applyFont="0"/>', '<xf fontId="1"/>'),
        ('<xf quotePrefix="1"/>', "<xf/>"),
        ("<border><left/><right/></border>", "<border><right/><left/></border>"),
    ],
)
def test_different_things(one: str, other: str) -> None:
    assert style_key(entry(one)) != style_key(entry(other))


def test_the_strict_dialect() -> None:
    assert minimal_styles(STRICT).tag == f"{{{STRICT.main}}}styleSheet"
