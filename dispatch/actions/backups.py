"""Backups that are made by themselves. Nothing of a call changes here, so there is no event."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta

from django.conf import settings

from dispatch.queries.backups import backup_database, backup_folder, newest_backup_at
from hearteam.advisory_locks import AdvisoryLock
from hearteam.backup.backups import Backup, backup_make
from hearteam.backup.database import Database


def backup_when_due(*, now: datetime) -> Backup | None:
    """Make one when BACKUP_DIR is set and the newest there is older than BACKUP_EVERY_HOURS; one at a time, however
    often it is asked for. Raises CannotBackUp.
    """
    if not settings.BACKUP_DIR:
        return None
    database = backup_database()
    with _alone(database) as is_alone:
        newest = newest_backup_at()
        if not is_alone or (newest and now - newest < timedelta(hours=settings.BACKUP_EVERY_HOURS)):
            return None
        return backup_make(database, backup_folder(), keep=settings.BACKUP_KEEP)


@contextmanager
def _alone(database: Database) -> Iterator[bool]:
    """On a connection of its own: the lock lasts as long as it, and not as long as a worker."""
    with closing(database.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [int(AdvisoryLock.BACKUP)])
        yield cursor.fetchone() == (True,)
