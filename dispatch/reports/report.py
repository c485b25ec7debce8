"""The report as tables of cells that may be shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from dispatch.reports.asking import asking_tables
from dispatch.reports.breakdown import alarms_table, breakdown_tables
from dispatch.reports.cells import folded, is_small, shown
from dispatch.reports.definitions import DEFINITIONS, DIRECTIONS, FIRST_STAGE, STAGES
from dispatch.reports.facts import Group, groups
from dispatch.reports.tables import HIDDEN, Cell, Table, count_cell, minutes_cell, share_cell
from dispatch.rules.unserved import REASONS

NEXT = "next"
SEVERAL_REASONS = "several reasons together"
WITHOUT_POLICE = "without police"


@dataclass(frozen=True, slots=True)
class Report:
    """`starts` and `ends` are the first and the last day."""

    starts: date
    ends: date
    tables: tuple[Table, ...]


def report(starts: date, ends: date) -> Report:
    """The report of the calls answered on these days, both included. One statement."""
    found = groups(starts=_midnight(starts), ends=_midnight(ends + timedelta(days=1)))
    tables = (_funnel(found), _police(found), _times(found), _unserved(found), _overrides(found))
    of_health = next(stage.count for stage in stages(found) if stage.title == STAGES["calls"])
    more = (*breakdown_tables(found, of_health), alarms_table(found))
    return Report(starts, ends, (*tables, *more, *asking_tables(found)))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _counts(found: Iterable[Group], section: str) -> dict[str, int]:
    return {group.label: group.n for group in found if group.section == section}


@dataclass(frozen=True, slots=True)
class Stage:
    """`count` is None where hidden. `losses` are the calls lost since the last stage shown: reason -> count."""

    title: str
    count: int | None
    losses: Mapping[str, int]


def stages(found: list[Group]) -> tuple[Stage, ...]:
    """The funnel. A stage is shown when neither it nor what was lost since the last one shown is small.

    Of the losses the small ones are put together, so that they make exactly the difference of the stages around them.
    """
    in_all = sum(_counts(found, "calls").values())
    last = None if is_small(in_all) else in_all
    made = [Stage(FIRST_STAGE, last, {})]
    lost: Counter[str] = Counter()
    for section, title in STAGES.items():
        parts = _counts(found, section)
        count = parts.pop(NEXT, 0)
        lost.update(parts)
        if last is None or is_small(count) or is_small(last - count):
            made.append(Stage(title, None, {}))
            continue
        made.append(Stage(title, count, folded(lost, into=SEVERAL_REASONS)))
        last, lost = count, Counter()
    return tuple(made)


def _funnel(found: list[Group]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for stage in stages(found):
        rows += [("", REASONS.get(reason, reason), str(count)) for reason, count in stage.losses.items()]
        rows.append((stage.title, "", count_cell(stage.count)))
    return Table("From call to arrival", ("Stage", "Lost before it because", "Calls"), tuple(rows))


def _police(found: list[Group]) -> Table:
    arrived = stages(found)[-1].count
    parts = _counts(found, "arrived")
    counts = shown({WITHOUT_POLICE: 0, **parts}, total_is_shown=arrived is not None)
    rows = tuple((label, count_cell(count), share_cell(count, arrived)) for label, count in counts.items())
    return Table("Where a civilian team arrived", ("Police", "Calls", "Share"), rows)


def _times(found: list[Group]) -> Table:
    rows = []
    for what in ("answer to dispatch", "answer to arrival"):
        tiers = {group.part: group for group in found if group.section == "times" and group.label == what}
        counts = shown({tier: group.n for tier, group in tiers.items()})
        for tier, group in tiers.items():
            count = counts[tier]
            times = (minutes_cell(group.p50), minutes_cell(group.p90)) if count is not None else (HIDDEN, HIDDEN)
            rows.append((what, tier, count_cell(count), *times))
    return Table("Response times", ("From", "Tier", "Calls", "Median", "90th percentile"), tuple(rows))


def _unserved(found: list[Group]) -> Table:
    """Hidden within each reason, as the funnel shows the reasons' own counts."""
    rows = []
    for reason, title in REASONS.items():
        parts = {group.label: group.n for group in found if group.section == "unserved" and group.part == reason}
        rows += [(title, team, count_cell(count)) for team, count in shown(parts).items()]
    return Table("Eligible and not served", ("Reason", "Team", "Calls"), tuple(rows))


def _overrides(found: list[Group]) -> Table:
    parts = _counts(found, "overrides")
    counts = shown({code: parts.get(code, 0) for code in DIRECTIONS})
    rows = tuple((DIRECTIONS[code], count_cell(count)) for code, count in counts.items())
    return Table("Overrides", ("Direction", "Decisions"), rows)


def as_rows(made: Report) -> Iterator[tuple[Cell, ...]]:
    """The whole report as rows of a file: period, tables with their titles, definitions."""
    yield ("Period", f"{made.starts}", f"{made.ends}")
    for table in made.tables:
        yield from ((), (table.title,), table.head, *table.rows)
    yield from ((), ("Definitions",), *DEFINITIONS)
