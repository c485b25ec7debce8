"""The hours and units a what-if adds: read from what a person writes, checked, and asked of at a moment. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MOST_UNITS: Final = 20
MOST_LINES: Final = 70

_HOURS: Final = re.compile(r"(?P<team>[A-Z0-9_]+)[ =]+(?P<days>[A-Z0-9,-]+)[ :]+(?P<opens>\S+)-(?P<closes>\S+)")
_UNITS: Final = re.compile(r"(?P<team>[A-Z0-9_]+)[ =]+(?P<count>\d{1,3})")


class ScenarioError(ValueError):
    """Hours or units that make no sense, in a sentence."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of one weekday (0: Monday), wall-clock times of the center. `closes` at or before `opens` is on the next
    day; equal is round the clock.
    """

    weekday: int
    opens: time
    closes: time

    def covers(self, local: datetime) -> bool:
        """Whether a local moment lies in these hours."""
        today, clock = local.weekday() == self.weekday, local.time()
        if self.opens < self.closes:
            return today and self.opens <= clock < self.closes
        yesterday = (local.weekday() - 1) % 7 == self.weekday
        return (today and clock >= self.opens) or (yesterday and clock < self.closes)


def parse_hours(line: str) -> tuple[str, tuple[Hours, ...]]:
    """`CRT Mon-Fri 19:00-22:00`, or `CRT=1-5:19:00-22:00` with 1 for Monday. Raises ScenarioError."""
    found = _HOURS.fullmatch(line.strip().upper())
    if found is None:
        raise ScenarioError(f"Hours are written as CRT Mon-Fri 19:00-22:00, not as {line.strip()[:60]!r}.")
    opens, closes = _clock(found["opens"]), _clock(found["closes"])
    days = [day for part in found["days"].split(",") for day in _days(part)]
    return found["team"], tuple(Hours(day, opens, closes) for day in dict.fromkeys(days))


def parse_units(line: str) -> tuple[str, int]:
    """`CRT 1` or `CRT=1`. Raises ScenarioError."""
    found = _UNITS.fullmatch(line.strip().upper())
    if found is None:
        raise ScenarioError(f"Units are written as CRT 1, not as {line.strip()[:60]!r}.")
    return found["team"], int(found["count"])


def read_hours(lines: Iterable[str]) -> dict[str, list[Hours]]:
    """Team -> hours of all lines that are not empty. Raises ScenarioError."""
    read: dict[str, list[Hours]] = {}
    for line in filter(str.strip, lines):
        team, hours = parse_hours(line)
        read.setdefault(team, []).extend(hours)
    return read


def read_units(lines: Iterable[str]) -> dict[str, int]:
    """Team -> units of all lines that are not empty. Raises ScenarioError."""
    read: dict[str, int] = {}
    for line in filter(str.strip, lines):
        team, count = parse_units(line)
        read[team] = read.get(team, 0) + count
    return read


def checked_hours(hours: Mapping[str, Sequence[Hours]], teams: Collection[str]) -> dict[str, tuple[Hours, ...]]:
    """Hours of known teams, in order. Raises ScenarioError."""
    for team, rows in hours.items():
        _check_team(team, teams)
        if len(rows) > MOST_LINES or any(not 0 <= row.weekday < len(DAYS) for row in rows):
            raise ScenarioError(f"The hours of {team} make no sense.")
    ordered = {
        team: sorted(set(rows), key=lambda row: (row.weekday, row.opens, row.closes)) for team, rows in hours.items()
    }
    return {team: tuple(rows) for team, rows in sorted(ordered.items()) if rows}


def checked_units(units: Mapping[str, int], teams: Collection[str]) -> dict[str, int]:
    """More units of known teams. Raises ScenarioError."""
    for team, count in units.items():
        _check_team(team, teams)
        if not 0 <= count <= MOST_UNITS:
            raise ScenarioError(f"From 0 to {MOST_UNITS} units can be added to {team}.")
    return {team: count for team, count in sorted(units.items()) if count}


def hours_data(hours: Mapping[str, Sequence[Hours]]) -> dict[str, object]:
    """Hours as they are stored: {team: [{"weekday", "opens", "closes"}]}."""
    return {
        team: [{"weekday": row.weekday, "opens": f"{row.opens:%H:%M}", "closes": f"{row.closes:%H:%M}"} for row in rows]
        for team, rows in hours.items()
    }


def stored_hours(data: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, tuple[Hours, ...]]:
    """Hours back from `hours_data`."""
    return {
        team: tuple(
            Hours(row["weekday"], time.fromisoformat(row["opens"]), time.fromisoformat(row["closes"])) for row in rows
        )
        for team, rows in data.items()
    }


def hours_text(hours: Mapping[str, Sequence[Hours]]) -> list[str]:
    """`CRT Mon-Fri 19:00-22:00`, a line for each team and time of day."""
    lines: list[str] = []
    for team, rows in hours.items():
        spans: dict[str, list[int]] = {}
        for row in rows:
            spans.setdefault(f"{row.opens:%H:%M}-{row.closes:%H:%M}", []).append(row.weekday)
        lines += [f"{team} {_days_text(days)} {span}" for span, days in spans.items()]
    return lines


def _check_team(team: str, teams: Collection[str]) -> None:
    if team not in teams:
        raise ScenarioError(f"There is no civilian team {team[:16]}: choose of {', '.join(sorted(teams))}.")


def _clock(text: str) -> time:
    try:
        found = time(0) if text == "24:00" else time.fromisoformat(text)
    except ValueError as error:
        raise ScenarioError(f"{text[:12]} is no time of day: write it as 19:00.") from error
    return found.replace(second=0, microsecond=0, tzinfo=None)


def _days(part: str) -> list[int]:
    """`1-5`, `MON-FRI`, `SAT` or `6` as weekdays from 0; `SAT-MON` goes over the week's end."""
    first, _, last = part.partition("-")
    start, end = _day(first), _day(last or first)
    return [day % 7 for day in range(start, (end if end >= start else end + 7) + 1)]


def _day(text: str) -> int:
    names = [name.upper() for name in DAYS]
    if text in names:
        return names.index(text)
    if text.isdigit() and 1 <= int(text) <= len(DAYS):
        return int(text) - 1
    raise ScenarioError(f"{text[:12] or 'That'} is no weekday: write Mon to Sun, or 1 to 7 with 1 for Monday.")


def _days_text(days: Sequence[int]) -> str:
    ordered = sorted(set(days))
    if len(ordered) > 2 and ordered == list(range(ordered[0], ordered[-1] + 1)):
        return f"{DAYS[ordered[0]]}-{DAYS[ordered[-1]]}"
    return ",".join(DAYS[day] for day in ordered)
