"""After the database was brought back to an earlier moment by other means than `restore` (docs/backup.md)."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dispatch.actions.restoring import log_restart
from partners.access import Actor


class Command(BaseCommand):
    help = "Let every screen start anew, as the database was brought back to an earlier moment."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", required=True, metavar="2026-11-23T02:17:00Z")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            moment = datetime.fromisoformat(options["as_of"])
        except ValueError as error:
            raise CommandError("--as-of is a time: 2026-11-23T02:17:00Z.") from error
        if moment.tzinfo is None:
            raise CommandError("--as-of needs its offset from UTC, as in 2026-11-23T02:17:00Z.")
        floor = log_restart(by=Actor.system("restore"), backup_at=moment)
        self.stdout.write(f"The log goes on after {floor}; screens reload.")
