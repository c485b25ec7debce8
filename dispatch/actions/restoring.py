"""After a backup was put in the place of the database: followers of the lost history start anew."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from dispatch.actions.transaction import action
from hearteam.backup.backups import NEW_IDS
from hearteam.events import log, types
from hearteam.events.log import rfc3339
from partners.access import Actor


def log_restart(*, by: Actor, backup_at: datetime) -> int:
    """Go on at versions and ids that no client of the lost history can hold; every one of them fetches a snapshot.

    Returns the log's new floor.
    """
    with action(by) as work:
        floor = log.leap()
        with connection.cursor() as cursor:
            cursor.execute(NEW_IDS)
        work.emit(types.LogRestarted(backup_at=rfc3339(backup_at)))
        return floor
