"""Times typed as people say them."""

from __future__ import annotations

from datetime import datetime, time, timedelta


def next_time(now: datetime, text: str) -> datetime:
    """The next moment at which a clock in the zone of `now` shows "22:30": today, or tomorrow when it is past."""
    hours, minutes = (int(part) for part in text.split(":"))
    at = datetime.combine(now.date(), time(hours, minutes), tzinfo=now.tzinfo)
    if at > now:
        return at
    return datetime.combine(now.date() + timedelta(days=1), time(hours, minutes), tzinfo=now.tzinfo)
