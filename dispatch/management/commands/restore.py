"""Restore a backup (docs/backup.md): into an empty database, or in the place of the one in use, which is kept."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import psycopg2
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from dispatch.actions.restoring import log_restart
from dispatch.queries.backups import backup_database
from hearteam.backup.backups import Backup, backup_at, restore_in_place, restore_into
from hearteam.backup.failure import CannotBackUp
from hearteam.embedded.failure import CannotRun
from partners.access import Actor


class Command(BaseCommand):
    help = "Restore a backup into an empty database; with --replace in the place of one that is not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.dump")
        parser.add_argument("--replace", action="store_true", help="what is there is kept under another name")
        parser.add_argument("--name-typed", metavar="NAME", help="the database's name, in place of being asked for it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            backup = backup_at(options["file"])
            self._check_migrations(backup)
            self._restore(backup, options)
        except (CannotBackUp, CannotRun, OSError, psycopg2.Error) as error:
            raise CommandError(str(error)) from error
        call_command("migrate", verbosity=0)
        floor = log_restart(by=Actor.system("restore"), backup_at=backup.made_at)
        self.stdout.write(f"Restored, as of {backup.manifest.made_at}. The log goes on after {floor}; screens reload.")

    def _check_migrations(self, backup: Backup) -> None:
        loader = MigrationLoader(None, ignore_no_migrations=True)
        known = {f"{app}.{name}" for app, name in loader.disk_migrations}
        replaced = {f"{app}.{name}" for one in loader.disk_migrations.values() for app, name in one.replaces}
        newer = sorted(set(backup.manifest.contents.migrations) - known - replaced)
        if newer:
            raise CannotBackUp(f"The backup is of a newer release than this: it has {', '.join(newer[:3])}.")

    def _restore(self, backup: Backup, options: dict[str, Any]) -> None:
        database = backup_database()
        connection.close()
        if database.is_empty():
            wrong = restore_into(backup, database)
            if wrong:
                raise CannotBackUp("What was restored is not what was backed up: " + "; ".join(wrong))
            return
        if not options["replace"]:
            raise CannotBackUp(f"The database {database.name} is not empty. --replace puts the backup in its place.")
        typed = options["name_typed"] or input(f"Everything since the backup leaves {database.name}. Type its name: ")
        if typed.strip() != database.name:
            raise CannotBackUp("That is not its name: nothing was changed.")
        old_name = restore_in_place(backup, database)
        self.stdout.write(f"What was there is kept as the database {old_name}.")
