"""Local times of an export as UTC, and the rules for times that are out of order.

1. A time the clocks skipped in spring is read as the same moment on the clock before the change (one hour later).
2. An hour that came twice in autumn is the first one, unless that would put it before the row's previous time.
3. A stage recorded up to `CLOCK_ERROR` before the stage it follows is moved up to it: two clocks differed.
4. A stage further out of order than that makes the row bad: nobody can say which of the two times is wrong.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dispatch.replay.records import RowError

CLOCK_ERROR = timedelta(minutes=2)
_FORMS = ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y")
YEARS = range(1990, 2101)


def parse_local(text: str, column: str) -> datetime | None:
    """A naive local time, None when the field is empty. Raises RowError naming the column."""
    text = text.strip()
    if not text:
        return None
    found = _parsed(text)
    if found is None:
        raise RowError(f"{column} is not a time: {text[:40]!r}")
    if found.tzinfo is not None:
        raise RowError(f"{column} has an offset, local time is expected: {text[:40]!r}")
    if found.year not in YEARS:
        raise RowError(f"{column} has an impossible year: {text[:40]!r}")
    return found


def _parsed(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for form in _FORMS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 (an export's local time; `to_utc` places it)
        except ValueError:
            continue
    return None


def to_utc(local: datetime, zone: ZoneInfo, after: datetime | None = None) -> tuple[datetime, str]:
    """The moment in UTC and what was put right ("" for nothing). `after`: the row's previous moment."""
    first = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    second = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if first == second:
        return first, ""
    if first.astimezone(zone).replace(tzinfo=None) != local:
        return first, f"{local:%Y-%m-%d %H:%M:%S} was skipped by the change to summer time"
    if after is not None and first < after <= second:
        return second, ""
    return first, ""


def in_order(stages: list[tuple[str, datetime | None]]) -> tuple[list[datetime | None], list[str]]:
    """The stages' times put in order by rules 3 and 4, and what was moved. Raises RowError by rule 4."""
    times: list[datetime | None] = []
    moved: list[str] = []
    last: tuple[str, datetime] | None = None
    for name, moment in stages:
        kept = moment
        if kept is not None and last is not None and kept < last[1]:
            early = last[1] - kept
            if early > CLOCK_ERROR:
                raise RowError(f"{name} is {_words(early)} before {last[0]}")
            moved.append(f"{name} moved up {_words(early)} to {last[0]}")
            kept = last[1]
        if kept is not None:
            last = (name, kept)
        times.append(kept)
    return times, moved


def _words(span: timedelta) -> str:
    seconds = span.total_seconds()
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
