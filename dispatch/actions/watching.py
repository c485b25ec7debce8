"""How often the timers look at what has no due time, and when they know enough to say that somebody is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

LOOK_EVERY = timedelta(seconds=5)
SETTLES_IN = timedelta(seconds=60)
"""How long sockets need to come back after a restart of what they hang on."""

BLIND_AFTER = timedelta(seconds=30)
"""A longer gap between two looks means that the database, or this process, was away: the sockets may have been too.
Where every round takes that long, the consoles alarm by themselves that the timers stand still.
"""


@dataclass(slots=True)
class Watch:
    """What one process remembers of its looks. Nobody is missed in its first minute, nor in the first after a gap."""

    began_at: datetime | None = None
    asked_at: datetime | None = None
    looked_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Called on every tick: whether to look now."""
        if self.began_at is None or self.asked_at is None or now - self.asked_at > BLIND_AFTER:
            self.began_at = now
        self.asked_at = now
        if now - self.began_at < SETTLES_IN:
            return False
        if self.looked_at is not None and now - self.looked_at < LOOK_EVERY:
            return False
        self.looked_at = now
        return True
