"""Write old events to files, prove them, and only then delete them from the table (docs/backup.md)."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date

from dispatch.queries.archive import archive_upto
from hearteam.events.archive import BadArchive, archive_write, archived_delete


class Command(BaseCommand):
    help = "Archive events from before a day; events of open calls, and all after the oldest of them, stay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--before", required=True, metavar="YYYY-MM-DD")
        parser.add_argument("--to", required=True, type=Path, metavar="DIR")
        parser.add_argument("--delete", action="store_true", help="delete what was archived and read back")

    def handle(self, *args: Any, **options: Any) -> None:
        day = parse_date(options["before"])
        if day is None:
            raise CommandError("--before is a day: 2026-01-31.")
        upto = archive_upto(datetime(day.year, day.month, day.day, tzinfo=timezone.get_current_timezone()))
        try:
            for made in archive_write(options["to"].resolve(), upto):
                self.stdout.write(f"{made.file}: {made.count} events")
            if options["delete"]:
                self.stdout.write(f"{archived_delete(upto)} events left the table.")
        except (BadArchive, OSError) as error:
            raise CommandError(str(error)) from error
