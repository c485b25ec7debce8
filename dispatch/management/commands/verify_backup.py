"""Prove a backup: restore it into a scratch database beside the real one, and compare (docs/backup.md)."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import psycopg2
from django.core.management.base import BaseCommand, CommandError

from dispatch.queries.backups import backup_database
from hearteam.backup.backups import backup_at, backup_verify
from hearteam.backup.failure import CannotBackUp
from hearteam.embedded.failure import CannotRun


class Command(BaseCommand):
    help = "Restore a backup into a scratch database, compare it with its manifest, and drop it again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.dump")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            wrong = backup_verify(backup_at(options["file"]), backup_database())
        except (CannotBackUp, CannotRun, OSError, psycopg2.Error) as error:
            raise CommandError(str(error)) from error
        if wrong:
            raise CommandError("The backup is not what its manifest says: " + "; ".join(wrong))
        self.stdout.write(f"{options['file']} can be restored, whole.")
