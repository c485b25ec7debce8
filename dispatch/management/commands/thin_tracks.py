"""`manage.py thin_tracks`: what `beat` sends every hour, at once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from dispatch.actions.fixes import fixes_thin


class Command(BaseCommand):
    help = "Thin where units were: whole for FIXES_FULL_HOURS, one a minute until FIXES_KEEP_DAYS, then gone."

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"{fixes_thin(now=timezone.now())} positions deleted")
