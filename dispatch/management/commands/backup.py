"""Write a backup of the whole database while it is in use (docs/backup.md)."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dispatch.queries.backups import backup_database, backup_folder
from hearteam.backup.backups import backup_make
from hearteam.backup.failure import CannotBackUp
from hearteam.embedded.failure import CannotRun


class Command(BaseCommand):
    help = "Write a backup and its manifest. Nothing that is there is overwritten."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, metavar="DIR", help="default: BACKUP_DIR, else HEARTEAM_HOME/backups")
        parser.add_argument("--keep", type=int, default=settings.BACKUP_KEEP, help="delete all but so many (0: none)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = backup_make(backup_database(), options["to"] or backup_folder(), keep=options["keep"])
        except (CannotBackUp, CannotRun, OSError) as error:
            raise CommandError(str(error)) from error
        held = made.manifest.contents
        self.stdout.write(f"{made.dump}\n{made.manifest.size} bytes, {held.events} events, the log at {held.head}.")
