"""A year of the institution's, quarter by quarter."""

import pytest

pytest.register_assert_rewrite("tests.year.driver")
