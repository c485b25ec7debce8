"""What the behavioural-health calls of a period were, one way at a time, and how fast alarms were answered. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from dispatch.reports.cells import folded, is_small, shown
from dispatch.reports.facts import Group
from dispatch.reports.tables import HIDDEN, Cell, Table, count_cell, minutes_cell, share_cell
from dispatch.rules.languages import LANGUAGES

ALL: Final = "all"
HOURS_IN_BAND: Final = 3
ANSWERS: Final = {"acknowledged": "acknowledged by name", "over": "over before anybody acknowledged it"}


def breakdown_tables(found: Iterable[Group], total: int | None) -> tuple[Table, ...]:
    """By place, time of day, language and outcome; `total` is the count of these calls as shown elsewhere, None where
    it is hidden: then nothing here may add up to it.
    """
    groups = list(found)

    def counts(section: str) -> dict[str, int]:
        return {group.label: group.n for group in groups if group.section == section}

    languages = {LANGUAGES[code][0] if code in LANGUAGES else code: n for code, n in counts("language").items()}
    return (
        _table("By neighborhood", "Neighborhood", folded(counts("neighborhood"), into="other neighborhoods"), total),
        _table("By time of day", "Answered", shown(_bands(counts("hour"))), total, is_sorted=False),
        _table("By language", "Language", folded(languages, into="other languages"), total),
        _table("By outcome", "Outcome", folded(counts("outcome"), into="other outcomes"), total),
    )


def _bands(by_hour: Mapping[str, int]) -> dict[str, int]:
    bands = {f"{start:02}:00-{start + HOURS_IN_BAND:02}:00": 0 for start in range(0, 24, HOURS_IN_BAND)}
    names = list(bands)
    for hour, count in by_hour.items():
        bands[names[int(hour) // HOURS_IN_BAND]] += count
    return bands


def _table(
    title: str, column: str, parts: Mapping[str, int | None], total: int | None, *, is_sorted: bool = True
) -> Table:
    names = sorted(parts, key=lambda name: (-(parts[name] or 0), name)) if is_sorted else list(parts)
    rows: tuple[tuple[Cell, ...], ...] = ((ALL, HIDDEN, ""),)
    if total is not None:
        rows = tuple((name, count_cell(parts[name]), share_cell(parts[name], total)) for name in names)
    return Table(title, (column, "Calls", "Share"), rows)


def alarms_table(found: Iterable[Group]) -> Table:
    """By level, how many alerts were acknowledged, and how long that took; no total of a level is shown."""
    rows = []
    for group in found:
        if group.section == "alerts":
            count = None if is_small(group.n) else group.n
            times = (minutes_cell(group.p50), minutes_cell(group.p90)) if count is not None else (HIDDEN, HIDDEN)
            rows.append((f"L{group.label}", ANSWERS[group.part], count_cell(count), *times))
    head = ("Level", "The alert was", "Alerts", "Median", "90th percentile")
    return Table("Alerts answered", head, tuple(rows))
