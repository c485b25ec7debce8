"""Load what a new center starts from: roles, teams, code tables, the default ruleset, the built-in gazetteer."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from dispatch.actions.reference import reference_load


class Command(BaseCommand):
    help = "Load reference data. Adds what is missing and never changes what was edited since."

    def handle(self, *args: Any, **options: Any) -> None:
        new = {kind: count for kind, count in reference_load().items() if count}
        told = ", ".join(f"{count} {kind}" for kind, count in new.items())
        self.stdout.write(f"Reference data: added {told}." if told else "Reference data: up to date.")
