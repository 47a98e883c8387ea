import pytest

from poi_xl.package.mentions import _is_in_formula, _pattern


@pytest.mark.parametrize(
    ("cell", "mentioned"),
    [
        ("<c><f>Resumen!A1</f></c>", True),
        ("<c><f>SUM('Por &amp; para'!A1)</f></c>", True),
        ("<x:c><x:f>SUM(poi_tabla[Meta])</x:f></x:c>", True),
        ("<c><f>A1</f><v>1</v></c><c><is><t>Resumen!</t></is></c>", False),
        ("<c><f>Otra!A1</f></c>", False),
    ],
)
def test_a_mention_is_one_inside_a_formula(cell, mentioned):
    pattern = _pattern(["Resumen", "Por & para"], ["poi_tabla"])
    assert _is_in_formula(cell.encode(), pattern) == mentioned
