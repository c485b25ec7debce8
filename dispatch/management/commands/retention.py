"""Redact and delete what is older than it is kept (docs/backup.md); `--dry-run` says how much that would be."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from dispatch.actions.retention import retention_run
from dispatch.queries.retention import days_kept
from partners.access import Actor


class Command(BaseCommand):
    help = "Redact and delete what is older than it is kept (RETAIN_.._DAYS; 0 keeps for ever)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count only")

    def handle(self, *args: Any, **options: Any) -> None:
        days = days_kept()
        self.stdout.write("kept: " + ", ".join(f"{name} {kept or 'for ever'}" for name, kept in days.items()))
        done = retention_run(
            by=Actor.system("retention"), now=timezone.now(), days=days, is_dry=options["dry_run"]
        )
        word = "would go" if options["dry_run"] else "went"
        for name, count in done.items():
            self.stdout.write(f"{name}: {count} {word}")
