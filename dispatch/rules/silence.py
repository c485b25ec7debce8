"""Whether a crew on a call still gives signs of itself. Times are aware datetimes.

A device (its socket, its position) says something every few seconds, so it is missed soon; a word by radio or phone
counts for as long as it proves a channel (invariant 12).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dispatch.rules.status import AssignmentStatus
from dispatch.rules.timers import DEFAULT_TIMERS, TimerSettings


@dataclass(frozen=True, slots=True)
class Signs:
    """The last sign of each kind. `sent_at` is when the crew was sent: from then on it is expected to give some.

    `answered_at` is its last tap, as the time it happened; `voice_at` the last word of it that the center logged.
    """

    sent_at: datetime
    tablet_at: datetime | None = None
    position_at: datetime | None = None
    answered_at: datetime | None = None
    voice_at: datetime | None = None


def silent_since(signs: Signs, now: datetime, settings: TimerSettings = DEFAULT_TIMERS) -> datetime | None:
    """The last sign of a crew that has given none for too long; None while it is heard from.

    A sign from the future (a device's wrong clock) counts as none.
    """
    devices = [signs.sent_at, signs.tablet_at, signs.position_at, signs.answered_at]
    known = [at for at in devices if at is not None and at <= now]
    voice = [signs.voice_at] if signs.voice_at is not None and signs.voice_at <= now else []
    is_near = any(now - at <= settings.span(settings.silent_s) for at in known)
    is_proven = any(now - at <= settings.span(settings.voice_check_s) for at in voice)
    if is_near or is_proven:
        return None
    return max([*known, *voice], default=signs.sent_at)


def alarms(status: AssignmentStatus) -> bool:
    """Whether the silence of a crew of this status is told aloud: it is inside, with the person."""
    return status is AssignmentStatus.OS
