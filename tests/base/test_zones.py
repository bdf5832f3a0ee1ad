"""When a day is over, across all that clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from coalition.base import zones
from coalition.base.errors import Refused


def test_a_day_is_over_at_its_midnight_whatever_the_clock_did() -> None:
    cases = {
        # A day of 23 hours, and one of 25.
        ("Europe/Paris", date(2027, 3, 27)): "2027-03-27T23:00",
        ("Europe/Paris", date(2027, 3, 28)): "2027-03-28T22:00",
        ("Europe/Paris", date(2027, 10, 30)): "2027-10-30T22:00",
        ("Europe/Paris", date(2027, 10, 31)): "2027-10-31T23:00",
        # Midnight is skipped: the day is over when the clock jumps.
        ("Africa/Cairo", date(2026, 4, 23)): "2026-04-23T22:00",
        ("America/Havana", date(2026, 3, 7)): "2026-03-08T05:00",
        # The hour before midnight comes twice: the second one ends the day.
        ("Africa/Cairo", date(2026, 10, 29)): "2026-10-29T22:00",
        # Midnight comes twice: the first one ends the day.
        ("America/Havana", date(2026, 10, 31)): "2026-11-01T04:00",
        # Zones that changed their rules: Jordan and Moscow stay on one time now.
        ("Asia/Amman", date(2021, 12, 31)): "2021-12-31T22:00",
        ("Asia/Amman", date(2026, 12, 31)): "2026-12-31T21:00",
        ("Europe/Moscow", date(2013, 1, 1)): "2013-01-01T20:00",
        ("Europe/Moscow", date(2026, 1, 1)): "2026-01-01T21:00",
        # A day that a country skipped whole is over when the one before it is.
        ("Pacific/Apia", date(2011, 12, 29)): "2011-12-30T10:00",
        ("Pacific/Apia", date(2011, 12, 30)): "2011-12-30T10:00",
        ("Asia/Kathmandu", date(2026, 6, 30)): "2026-06-30T18:15",
        ("UTC", date(2026, 6, 30)): "2026-07-01T00:00",
        # Of a zone that is not known any more, UTC.
        ("Atlantis/Capital", date(2026, 6, 30)): "2026-07-01T00:00",
    }
    found = {case: f"{zones.end_of(case[1], case[0]):%Y-%m-%dT%H:%M}" for case in cases}
    assert found == cases


def test_every_zone_that_may_be_chosen_stands_in_one_region() -> None:
    (utc, _words), *regions = zones.choices()
    grouped = [name for _region, held in regions for name, _city in held]
    assert utc == "UTC"
    assert sorted(grouped) == sorted(zones.names()[1:])
    assert len(grouped) > 350  # what no system lacks
    assert zones.city("America/Argentina/Buenos_Aires") == "Argentina, Buenos Aires"


def test_which_day_it_is_depends_on_the_zone() -> None:
    now = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    found = [zones.today_in(one, now).day for one in ("Pacific/Honolulu", "UTC", "Asia/Tokyo")]
    assert found == [22, 22, 23]


@pytest.mark.parametrize(
    ("wall", "zone", "moment"),
    [
        ("2026-03-03T09:00", "Europe/Zurich", "2026-03-03T08:00:00+00:00"),
        ("2026-07-03T09:00", "Europe/Zurich", "2026-07-03T07:00:00+00:00"),
        ("2026-03-03T09:00", "Asia/Kolkata", "2026-03-03T03:30:00+00:00"),
        # Comes twice when the clocks go back: the first is meant.
        ("2026-10-25T02:30", "Europe/Zurich", "2026-10-25T00:30:00+00:00"),
        ("2026-12-31T23:59", "Pacific/Kiritimati", "2026-12-31T09:59:00+00:00"),
        # A zone that this machine does not know (any more) is read as UTC.
        ("2026-03-03T09:00", "Nowhere/Land", "2026-03-03T09:00:00+00:00"),
    ],
)
def test_a_time_on_the_wall_is_a_moment(wall: str, zone: str, moment: str) -> None:
    shown = datetime.fromisoformat(wall)

    assert zones.moment_of(shown, zone).isoformat() == moment
    assert zones.wall_of(datetime.fromisoformat(moment), zone) == shown


@pytest.mark.parametrize(
    ("wall", "zone", "sentence"),
    [
        ("2026-03-29T02:30", "Europe/Zurich", "skip this time"),
        ("2011-12-30T12:00", "Pacific/Apia", "skip this time"),  # a whole day was left out
        ("0001-01-01T00:00", "Asia/Tokyo", "a year between 1900 and 2199"),
        ("9999-12-31T23:59", "America/New_York", "a year between 1900 and 2199"),
    ],
)
def test_a_time_that_never_comes_is_refused(wall: str, zone: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        zones.moment_of(datetime.fromisoformat(wall), zone)
