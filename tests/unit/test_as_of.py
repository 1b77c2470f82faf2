"""A moment that a log holds falls on the council's day, whatever clock the machine is set to."""

import time
from collections.abc import Iterator
from datetime import date

import pytest

from orchestration.home import as_of, page_views


@pytest.fixture(params=["UTC", "Europe/London", "America/New_York", "Pacific/Auckland"])
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    "moment, day",
    [
        # In summer the council's day begins an hour before the one of UTC, in winter with it.
        ("2026-06-30T22:59:59.999999", date(2026, 6, 30)),
        ("2026-06-30T23:00:00.000000", date(2026, 7, 1)),
        ("2026-12-31T23:59:59.999999", date(2026, 12, 31)),
        ("2027-01-01T00:00:00.000000", date(2027, 1, 1)),
    ],
)
@pytest.mark.usefixtures("machine")
def test_a_page_was_shown_on_the_councils_day(moment: str, day: date) -> None:
    assert as_of.day_of_utc(moment) == day
    assert page_views.day_of({"viewed_at": moment}) == day
