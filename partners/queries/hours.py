"""When a team can be had and how: weekly hours, exceptions, contracts. Pure, so that every hour of a year can be tried.

A service day begins on its own date and may end on the next: its hours are those of the date it began on. Times of day
are wall-clock times of the center's zone. Where clocks go back an ambiguous opening is the first one and an ambiguous
closing the second, so that a team is never closed for an hour it works; where they go forward a time that does not
exist is the moment after the jump.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

ORDER = ("TABLET", "RADIO", "PHONE")
"""Where two channels are open at once, the one with a unit on the board comes first."""


@dataclass(frozen=True, slots=True)
class Weekly:
    """Hours of one weekday (0: Monday). `closes` at or before `opens` is on the next day; equal is round the clock."""

    weekday: int
    opens: time
    closes: time
    channel: str
    valid_from: date
    valid_until: date | None = None

    def on(self, day: date) -> bool:
        """Whether these are hours of that date."""
        return self.weekday == day.weekday() and in_period(self.valid_from, self.valid_until, day)


@dataclass(frozen=True, slots=True)
class Exceptional:
    """One date on which other hours hold in place of the weekly ones: closed, or these."""

    day: date
    closed: bool
    opens: time | None = None
    closes: time | None = None
    channel: str = "TABLET"


def in_period(starts: date, ends: date | None, day: date) -> bool:
    """Whether a date lies in a period; both ends belong to it, and it is open-ended without an end."""
    return starts <= day and (ends is None or day <= ends)


def open_channels(
    at: datetime, zone: tzinfo, weekly: Sequence[Weekly], exceptions: Sequence[Exceptional] = ()
) -> tuple[str, ...]:
    """The channels a team is in hours on at an aware moment, the one to try first first; empty when it is closed."""
    today = at.astimezone(zone).date()
    found = {
        channel
        for day in (today - timedelta(days=1), today)
        for opens, closes, channel in _hours_of(day, weekly, exceptions)
        if _begin(day, opens, zone) <= at < _end(day, opens, closes, zone)
    }
    return tuple(channel for channel in ORDER if channel in found)


def opens_later(
    at: datetime, zone: tzinfo, weekly: Sequence[Weekly], exceptions: Sequence[Exceptional] = ()
) -> datetime | None:
    """When hours begin that are still to come on this date; None when there are none."""
    today = at.astimezone(zone).date()
    begins = (_begin(today, opens, zone) for opens, _, _ in _hours_of(today, weekly, exceptions))
    return min((moment for moment in begins if moment > at), default=None)


def _hours_of(
    day: date, weekly: Iterable[Weekly], exceptions: Iterable[Exceptional]
) -> Iterator[tuple[time, time, str]]:
    special = [row for row in exceptions if row.day == day]
    if special:
        for row in special:
            if not row.closed and row.opens is not None and row.closes is not None:
                yield row.opens, row.closes, row.channel
        return
    for hours in weekly:
        if hours.on(day):
            yield hours.opens, hours.closes, hours.channel


def _begin(day: date, opens: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, opens, tzinfo=zone).astimezone(UTC)


def _end(day: date, opens: time, closes: time, zone: tzinfo) -> datetime:
    closing_day = day + timedelta(days=1) if closes <= opens else day
    return datetime.combine(closing_day, closes.replace(fold=1), tzinfo=zone).astimezone(UTC)
