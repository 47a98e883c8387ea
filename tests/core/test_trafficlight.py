import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poi_xl.core.trafficlight import PRESETS, Band, Flag, Preset, find_preset


def words(name, *ratios):
    preset = PRESETS[name]
    return [preset.bands[i].flag.word for i in preset.rate(np.array(ratios))]


def test_limits_belong_where_each_preset_says():
    low = math.nextafter(0.95, 0)
    assert words("A", 0.0, 0.75, low, 0.95, 1.0, math.nextafter(1, 2)) == [
        "Crítico", "En riesgo", "En riesgo", "En meta", "En meta", "Exceso",
    ]  # fmt: skip
    assert words("B", 0.85, 0.9, 1.2, 1.21) == ["Deficiente", "Regular", "Bueno", "Exceso"]
    assert words("C", 0.85, 0.9, 1.0, 1.01) == ["Regular", "Bueno", "Bueno", "Exceso"]
    assert words("D", 0.5, 0.8, 9.0) == ["Amarillo", "Verde", "Verde"]
    assert words("E", 0.7, 0.9) == ["Amarillo", "Verde"]


def test_94_96_percent_is_not_rounded_up():
    assert words("A", 0.9496) == ["En riesgo"]


@given(st.sampled_from(sorted(PRESETS)), st.lists(st.floats(0, 1e6), min_size=2, max_size=20))
def test_flags_are_total_and_ordered(name, ratios):
    preset = PRESETS[name]
    index = preset.rate(np.array(sorted(ratios)))
    assert (np.diff(index) >= 0).all()
    assert index.min() >= 0
    assert index.max() < len(preset.bands)


@given(
    st.sampled_from(sorted(PRESETS)),
    st.one_of(st.just(math.nan), st.floats(0, 1e6)),
    st.floats(0, 1e6),
    st.booleans(),
)
def test_every_activity_has_a_flag(name, ratio, executed, reported):
    preset = PRESETS[name]
    index = preset.classify(np.array([executed]), np.array([ratio]), np.array([reported]))[0]
    word = preset.flags[index].word
    if math.isnan(ratio):
        assert word == ("Ejecutado sin programación" if executed > 0 else "No programado")
    elif not reported:
        assert word == "Sin reporte"
    else:
        assert index < len(preset.bands)


def test_a_preset_that_makes_no_sense_is_told():
    flag = [Flag(word, "#FFFFFF", "●") for word in "abc"]
    with pytest.raises(ValueError, match="menor a mayor"):
        Preset("X", (Band(flag[0], 0.9), Band(flag[1], 0.8), Band(flag[2])))
    with pytest.raises(ValueError, match="no debe tener límite"):
        Preset("X", (Band(flag[0], 0.9),))
    with pytest.raises(ValueError, match="mismo nombre"):
        Preset("X", (Band(flag[0], 0.9), Band(Flag("A", "#FFFFFF", "●"))))


def test_presets_are_found_by_name_or_limits():
    assert find_preset(" a ", PRESETS.values()) is PRESETS["A"]
    assert find_preset("85/90/120", PRESETS.values()) is PRESETS["B"]
    assert find_preset("A (75/95/100)", PRESETS.values()) is PRESETS["A"]
    assert find_preset("Z", PRESETS.values()) is None


def test_the_legend_in_words():
    legend = [PRESETS["A"].band_text(i) for i in range(4)]
    assert legend == [
        "menos de 75 %",
        "desde 75 % a menos de 95 %",
        "desde 95 % hasta 100 %",
        "más de 100 %",
    ]
    assert PRESETS["B"].band_text(1) == "más de 85 % hasta 90 %"
