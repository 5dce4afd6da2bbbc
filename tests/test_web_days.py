"""Days on pages are those of the clocks where the server stands, of summer in summer and winter in winter."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from served import client_of

pytestmark = pytest.mark.skipif(not hasattr(time, "tzset"), reason="zones of a process as POSIX has them")

WINTER = datetime(2026, 1, 20, 12, tzinfo=UTC)
SUMMER_NIGHT = datetime(2025, 7, 1, 22, 30, tzinfo=UTC)
"""The second of July in Berlin, in summer; by the offset of winter it would still be the first."""


@pytest.fixture
def here(house, monkeypatch):
    """That house in Berlin, in winter."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield replace(house, now=WINTER.astimezone, zone=None)
    monkeypatch.undo()
    time.tzset()


def test_a_page_tells_the_day_it_was_then(here):
    here.store.add_case("Ada", SUMMER_NIGHT, {"version": 1})
    (case,) = client_of(here).get("/start.json").json()["cases"]
    assert case["changed"] == "2025-07-02"


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
