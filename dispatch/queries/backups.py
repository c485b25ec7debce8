"""Where backups are, and how old the newest is."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings

from hearteam.backup.backups import Backup, backups_in
from hearteam.backup.database import Database


def backup_folder() -> Path:
    """BACKUP_DIR, else a folder in HEARTEAM_HOME."""
    return Path(settings.BACKUP_DIR or Path(settings.HEARTEAM_HOME) / "backups")


def backup_database() -> Database:
    """What is backed up: the database itself, not a pool in front of it (BACKUP_DATABASE_URL)."""
    apart = settings.BACKUP_DATABASE
    return Database.of_settings(apart if apart["NAME"] else settings.DATABASES["default"])


def newest_backup() -> Backup | None:
    """The newest whole backup of the folder; None where there is none."""
    return next(iter(backups_in(backup_folder())), None)


def newest_backup_at() -> datetime | None:
    """When it was made."""
    newest = newest_backup()
    return newest.made_at if newest else None
