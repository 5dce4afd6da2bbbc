"""Days on pages are those of the clocks where the server stands, of summer in summer and of winter in winter."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from trained import added

pytestmark = pytest.mark.skipif(not hasattr(time, "tzset"), reason="zones of a process as POSIX has them")

WINTER = datetime(2026, 1, 20, 12, tzinfo=UTC)
SUMMER_NIGHT = datetime(2025, 7, 1, 22, 30, tzinfo=UTC)
"""The second of July in Berlin, in summer; by the offset of winter it would still be the first."""


@pytest.fixture
def berlin(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def here(house, berlin):
    """That house, in winter."""
    return replace(house, now=WINTER.astimezone, zone=None)


def test_a_moment_of_summer_is_told_as_the_clocks_showed_it(here):
    assert here.local(SUMMER_NIGHT).isoformat() == "2025-07-02T00:30:00+02:00"


@pytest.mark.parametrize(
    ("day", "began"),
    [
        (date(2025, 7, 2), "2025-07-01T22:00:00+00:00"),
        (date(2026, 1, 20), "2026-01-19T23:00:00+00:00"),
        (date(2025, 3, 30), "2025-03-29T23:00:00+00:00"),
        (date(2025, 3, 31), "2025-03-30T22:00:00+00:00"),
    ],
)
def test_a_day_begins_when_it_began_there(here, day, began):
    """That of the change to summer has 23 hours."""
    assert here.begin_of(day).astimezone(UTC).isoformat() == began
