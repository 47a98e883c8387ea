"""What the tests of Excel's macros share."""

import datetime as dt

import pytest

NOW = dt.datetime(2021, 5, 3, 17, 0)  # noqa: DTZ001


@pytest.fixture
def macros(monkeypatch):
    """Lend the macros, with a clock that stands still and no waiting."""
    from poi_xl.hosts.excel import macros, state

    monkeypatch.setattr(macros, "_now", lambda: NOW)
    monkeypatch.setattr(state, "_PAUSE", 0)
    return macros
