"""After a backup was put in the place of the database: followers of the lost history start anew."""

from __future__ import annotations

from datetime import datetime

from dispatch.actions.transaction import action
from hearteam.events import log, types
from hearteam.events.log import rfc3339
from partners.access import Actor


def log_restart(*, by: Actor, backup_at: datetime) -> int:
    """Go on at versions that no client of the lost history can hold; every one of them fetches a snapshot.

    Returns the log's new floor.
    """
    with action(by) as work:
        floor = log.leap()
        work.emit(types.LogRestarted(backup_at=rfc3339(backup_at)))
        return floor
