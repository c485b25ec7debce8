"""When a team is open: midnight, two channels, exceptions, validity, and the hours that clocks skip or repeat."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partners.queries.hours import Exceptional, Weekly, open_channels, opens_later

ZONE = ZoneInfo("America/New_York")
SINCE = date(2020, 1, 1)
EVERY_DAY = range(7)


def weekly(
    days, opens: str, closes: str, channel: str = "TABLET", until: date | None = None, since: date = SINCE
) -> list[Weekly]:
    return [Weekly(day, time.fromisoformat(opens), time.fromisoformat(closes), channel, since, until) for day in days]


def local(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE, fold=fold)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-10-14T07:59:59", False),  # a Wednesday
        ("2026-10-14T08:00:00", True),
        ("2026-10-14T21:59:59", True),
        ("2026-10-14T22:00:00", False),
        ("2026-10-17T12:00:00", False),  # a Saturday
    ],
)
def test_weekday_hours_have_their_opening_and_not_their_closing(at: str, is_open: bool) -> None:
    assert bool(open_channels(local(at), ZONE, weekly(range(5), "08:00", "22:00"))) is is_open


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-10-16T19:59", False),  # Friday
        ("2026-10-16T23:59", True),
        ("2026-10-17T01:59", True),  # Saturday, still Friday's service day
        ("2026-10-17T02:00", False),
        ("2026-10-16T01:00", False),  # Thursday has no hours
    ],
)
def test_hours_past_midnight_belong_to_the_day_they_began_on(at: str, is_open: bool) -> None:
    assert bool(open_channels(local(at), ZONE, weekly([4], "20:00", "02:00"))) is is_open


def test_the_channel_changes_with_the_hour_and_a_tablet_comes_before_a_phone() -> None:
    hours = weekly(EVERY_DAY, "08:00", "20:00", "TABLET") + weekly(EVERY_DAY, "19:00", "08:00", "PHONE")
    assert open_channels(local("2026-10-14T12:00"), ZONE, hours) == ("TABLET",)
    assert open_channels(local("2026-10-14T19:30"), ZONE, hours) == ("TABLET", "PHONE")
    assert open_channels(local("2026-10-15T03:00"), ZONE, hours) == ("PHONE",)


def test_an_exception_stands_in_place_of_the_days_hours_also_after_midnight() -> None:
    hours = weekly(EVERY_DAY, "20:00", "02:00")
    closed = [Exceptional(date(2026, 11, 26), closed=True)]
    assert open_channels(local("2026-11-26T01:00"), ZONE, hours, closed)  # the evening before ends as ever
    assert not open_channels(local("2026-11-26T21:00"), ZONE, hours, closed)
    assert not open_channels(local("2026-11-27T01:00"), ZONE, hours, closed)
    shorter = [Exceptional(date(2026, 11, 26), False, time(9), time(12), "PHONE")]
    assert open_channels(local("2026-11-26T10:00"), ZONE, hours, shorter) == ("PHONE",)
    assert not open_channels(local("2026-11-26T21:00"), ZONE, hours, shorter)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-10-14T06:00", "2026-10-14T08:00"),
        ("2026-10-14T12:00", "2026-10-14T18:00"),
        ("2026-10-14T23:00", None),
        ("2026-11-26T06:00", "2026-11-26T10:00"),
    ],
)
def test_the_next_opening_of_the_same_date_is_known(at: str, opens: str | None) -> None:
    hours = [*weekly(EVERY_DAY, "08:00", "11:00"), *weekly(EVERY_DAY, "18:00", "22:00")]
    holiday = [Exceptional(date(2026, 11, 26), False, time(10), time(12))]
    assert opens_later(local(at), ZONE, hours, holiday) == (local(opens) if opens else None)


def test_hours_hold_between_their_dates() -> None:
    hours = weekly(EVERY_DAY, "08:00", "22:00", since=date(2026, 10, 10), until=date(2026, 10, 20))
    assert not open_channels(local("2026-10-09T12:00"), ZONE, hours)
    assert open_channels(local("2026-10-20T21:00"), ZONE, hours)
    assert not open_channels(local("2026-10-21T12:00"), ZONE, hours)


def test_a_team_is_open_through_both_hours_when_clocks_go_back() -> None:
    until_half_past_one = weekly([6], "01:00", "01:30")  # 2026-11-01, a Sunday: 01:00-02:00 happens twice
    assert open_channels(local("2026-11-01T01:10"), ZONE, until_half_past_one)
    assert open_channels(local("2026-11-01T01:45"), ZONE, until_half_past_one)
    assert open_channels(local("2026-11-01T01:29", fold=1), ZONE, until_half_past_one)
    assert not open_channels(local("2026-11-01T01:30", fold=1), ZONE, until_half_past_one)


def test_an_opening_that_does_not_exist_is_the_moment_after_the_jump() -> None:
    from_half_past_two = weekly([6], "02:30", "06:00")  # 2026-03-08, a Sunday: 02:00-03:00 does not happen
    assert not open_channels(local("2026-03-08T03:29"), ZONE, from_half_past_two)
    assert open_channels(local("2026-03-08T03:30"), ZONE, from_half_past_two)
    assert open_channels(local("2026-03-08T05:59"), ZONE, from_half_past_two)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
times = st.times().map(lambda value: value.replace(second=0, microsecond=0, tzinfo=None))


@given(at=moments, opens=times)
@settings(max_examples=200, deadline=None)
def test_round_the_clock_never_closes_whatever_the_clocks_do(at: datetime, opens: time) -> None:
    hours = [Weekly(day, opens, opens, "TABLET", SINCE) for day in EVERY_DAY]
    assert open_channels(at, ZONE, hours) == ("TABLET",)


@given(at=moments, opens=times, closes=times, days=st.sets(st.integers(0, 6)))
@settings(max_examples=300, deadline=None)
def test_without_a_change_of_clocks_hours_are_what_the_wall_clock_says(
    at: datetime, opens: time, closes: time, days: set[int]
) -> None:
    zone = ZoneInfo("Etc/GMT+5")
    hours = [Weekly(day, opens, closes, "TABLET", SINCE) for day in days]
    wall = at.astimezone(zone)
    now, today, yesterday = wall.time(), wall.weekday(), (wall - timedelta(days=1)).weekday()
    if opens < closes:
        expected = today in days and opens <= now < closes
    else:
        expected = (today in days and now >= opens) or (yesterday in days and now < closes)
    assert bool(open_channels(at, zone, hours)) is expected
