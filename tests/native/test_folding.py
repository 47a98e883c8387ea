import re

from hypothesis import given
from hypothesis import strategies as st

from poi_xl.core.text import fold
from poi_xl.native.folding import fewer, folded, native_fold, replacements
from tests.conftest import DATA

SPANISH = "abcñzÁÉÍÓÚÜÑáéíóúüº°ª ABCZ\u00a0\t\n.,;-/()«»\"'*?~0123456789"
MARKED = ("e\u0301", "n\u0303", "u\u0308", "E\u0301")


def known(names=()):
    found = replacements(names)
    assert found is not None
    return found


@given(st.text(SPANISH))
def test_the_formula_folds_spanish_as_we_do(text):
    assert native_fold(text, known()) == fold(text)


@given(st.lists(st.sampled_from([*SPANISH, *MARKED])).map("".join))
def test_letters_taken_apart_fold_too(text):
    assert native_fold(text, known()) == fold(text)


@given(st.lists(st.text(SPANISH + "őŁşčžœß–", max_size=12), max_size=6))
def test_every_name_of_a_plan_folds(names):
    assert [native_fold(name, known(names)) for name in names] == [fold(name) for name in names]


def test_the_shipped_plan_s_names_fold_inline_too():
    names = re.split(r"[\t\n]", DATA.read_text(encoding="utf-8"))
    few = fewer(known(names), names)
    assert [native_fold(name, few) for name in names] == [fold(name) for name in names]


def test_too_many_odd_letters_are_told():
    assert replacements(["".join(map(chr, range(0x100, 0x17F)))]) is None


def test_control_characters_never_stand_in_a_formula():
    assert not re.search(r"[\x00-\x1f]", folded("A1", known()))
