"""A whole sector, small: `make sector` is the same with thousands."""

import pytest

from tests.consolidating.whole import DAMAGES, check_sector


@pytest.mark.slow
def test_a_sector_with_damage_of_every_kind_says_what_its_files_say(tmp_path):
    lines = list(check_sector(tmp_path, 90, damaged=len(DAMAGES), processes=1))
    assert len(lines) == 5
