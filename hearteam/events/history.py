"""Reading the log on behalf of followers: what they missed, and whether it can still be told event by event."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Max

from hearteam.events import log
from hearteam.events.models import Event, EventAudience

REPLAY_LIMIT = 20_000
"""Events. A follower that missed more fetches a snapshot, which is quicker for both sides."""


@dataclass(frozen=True, slots=True)
class Message:
    """One event as it is passed on: version, encoded frame, {call sign: that unit's previous version}."""

    v: int
    frame: str
    units: dict[str, int] = field(default_factory=dict)


def messages_after(v: int, limit: int) -> list[Message]:
    """What was published after `v`, oldest first, at most `limit`. Two statements."""
    found = {
        event.v: Message(event.v, log.encode(log.frame_of(event)))
        for event in Event.objects.filter(v__gt=v).order_by("v")[:limit]
    }
    if found:
        audience = EventAudience.objects.filter(event_id__gt=v, event_id__lte=max(found))
        for event_id, unit, prev in audience.values_list("event_id", "unit", "prev"):
            found[event_id].units[unit] = prev
    return list(found.values())


def board_frames(after: int, upto: int, limit: int) -> list[tuple[int, str]]:
    """(version, encoded frame) with `after` < version <= `upto`, oldest first, at most `limit`."""
    events = Event.objects.filter(v__gt=after, v__lte=upto).order_by("v")[:limit]
    return [(event.v, log.encode(log.frame_of(event))) for event in events]


def unit_frames(unit: str, after: int, upto: int, limit: int) -> list[tuple[int, str]]:
    """The same for one unit's tablet; its frames carry `prev`."""
    rows = EventAudience.objects.filter(unit=unit, event_id__gt=after, event_id__lte=upto)
    rows = rows.select_related("event").order_by("event_id")[:limit]
    return [(row.event_id, log.encode({**log.frame_of(row.event), "prev": row.prev})) for row in rows]


def unit_head(unit: str, upto: int) -> int:
    """The newest version not after `upto` that this unit's tablet receives, or the floor when none is above it."""
    newest = EventAudience.objects.filter(unit=unit, event_id__lte=upto).aggregate(v=Max("event_id"))["v"] or 0
    return max(newest, min(log.floor(), upto))


def can_replay(after: int, upto: int, unit: str = "", *, known_since: datetime | None = None) -> bool:
    """Whether a follower at `after` can be brought to `upto` event by event.

    Not beyond the head, all still stored, and not too many; with `unit`, only that unit's events count, and none of
    them from before `known_since`: a crew no longer knows of the calls it left long ago.
    """
    if after > upto and after > log.head():
        return False
    if after >= upto:
        return True
    oldest = log.oldest()
    if oldest == 0 or after + 1 < oldest or after < log.floor():
        return False
    if not unit:
        return upto - after <= REPLAY_LIMIT
    missed = EventAudience.objects.filter(unit=unit, event_id__gt=after, event_id__lte=upto)
    if known_since is not None and missed.filter(event__at__lt=known_since).exists():
        return False
    return missed[: REPLAY_LIMIT + 1].count() <= REPLAY_LIMIT
