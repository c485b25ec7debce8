"""On which past day a recorded one is laid, so that its times are believable and never lie in the future.

A replay keeps the recorded times of day and shifts the date by whole days: to the latest days that are over, with room
for waits, and in which no unit of the roster has other work. So durations, hours of the day and the order of things
stay as recorded, no stored time is ever later than the server's clock at any speed, and two replays never put one
unit on two calls at once. A replay that was interrupted goes on where its first part was laid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Min
from django.db.models.functions import Coalesce, Now

from dispatch.models import Assignment, Call
from dispatch.replay.records import RecordedIncident

GIVES_UP_AFTER = timedelta(hours=8)
"""A call that no unit could be sent to in this time is closed as not served; the summary counts it."""

ROOM_FOR_WAITS = GIVES_UP_AFTER + timedelta(hours=1)
"""After the last recorded moment: the longest wait for a unit, and times that are drawn as the file has none."""

FURTHEST_DAYS = 3660


def shift_between(recorded: date, laid_on: date, zone: ZoneInfo) -> timedelta:
    """What is added to a recorded moment so that its time of day is kept."""
    return _midnight(laid_on, zone) - _midnight(recorded, zone)


def shift_of(
    incidents: Sequence[RecordedIncident], references: Mapping[str, str], zone: ZoneInfo, now: datetime
) -> timedelta:
    """The shift for these incidents (in order, with all stages); `references` names each one's source reference."""
    known = dict(
        Call.objects.filter(source_reference__in=references.values()).values_list("source_reference", "received_at")
    )
    for incident in incidents:
        received = known.get(references[incident.reference])
        if received is not None:
            return received - incident.received_at
    first = incidents[0].received_at
    last = max(incident.cleared_at or incident.received_at for incident in incidents) + ROOM_FOR_WAITS
    recorded = first.astimezone(zone).date()
    laid_on = now.astimezone(zone).date()
    for _ in range(FURTHEST_DAYS):
        shift = shift_between(recorded, laid_on, zone)
        if last + shift <= now:
            busy = _work_between(first + shift, last + shift)
            if busy is None:
                return shift
            laid_on = min(laid_on, busy.astimezone(zone).date() - (last - first))
        laid_on -= timedelta(days=1)
    raise LookupError("there is no free stretch of days in the past ten years to lay this recording on")


def _work_between(start: datetime, end: datetime) -> datetime | None:
    """The earliest dispatch of any assignment that touches the stretch; None when there is none."""
    touching = Assignment.objects.filter(dispatched_at__lt=end).annotate(until=Coalesce("cleared_at", Now()))
    found: datetime | None = touching.filter(until__gt=start).aggregate(first=Min("dispatched_at"))["first"]
    return found


def working_between(callsigns: Sequence[str], start: datetime, end: datetime) -> set[str]:
    """The units among these that have work in the stretch by their stored times, whoever gave it to them."""
    rows = Assignment.objects.filter(unit__callsign__in=callsigns, dispatched_at__lt=end)
    rows = rows.annotate(until=Coalesce("cleared_at", Now())).filter(until__gt=start)
    return set(rows.values_list("unit__callsign", flat=True))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """In UTC: Python subtracts two local times of one zone as if the clocks were never changed."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
