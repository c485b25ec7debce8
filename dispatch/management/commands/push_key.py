"""`manage.py push_key`: a fresh private key for Web Push, to be set as PUSH_KEY."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from dispatch.reach.keys import new_key


class Command(BaseCommand):
    help = "Print a new private key for Web Push. Another key ends every subscription: browsers subscribe again."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(new_key())
