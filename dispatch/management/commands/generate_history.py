"""Fill an empty database with a believable past of any size, to try out how the system behaves once it has grown."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from dispatch.replay.history.writing import NotEmpty, NotPrepared, Written, history_write

ENDS_BEFORE = timedelta(days=4)
"""Everything of the last call lies in the past too."""

SHOWN_EVERY_S = 10.0


class Command(BaseCommand):
    help = (
        "Write invented calls, all of them closed, with everything about them and about 20 events a call."
        " Only into a database without calls; run it before the servers are started."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--calls", type=int, required=True)
        parser.add_argument("--years", type=float, default=3.0, help="Over how long a time they came (default 3).")
        parser.add_argument("--seed", type=int, default=1, help="The same seed makes the same past.")

    def handle(self, *args: Any, calls: int, years: float, seed: int, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("An invented past is never written on a real installation.")
        if calls < 1 or not 0 < years <= 50:
            raise CommandError("Give at least one call, and at most fifty years.")
        ends = timezone.now() - ENDS_BEFORE
        self.began = self.shown = time.monotonic()
        try:
            written = history_write(
                calls=calls, starts=ends - timedelta(days=365.25 * years), ends=ends, seed=seed,
                zone=ZoneInfo(settings.TIME_ZONE), progress=self.show,
            )  # fmt: skip
        except NotEmpty:
            raise CommandError("This database has calls of its own: it is left alone.") from None
        except NotPrepared as problem:
            raise CommandError(str(problem)) from None
        self.say(written)
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("ANALYZE")
        for name, count in sorted(written.told.items()):
            self.stdout.write(f"  {count:9} {name}")

    def show(self, written: Written) -> None:
        if time.monotonic() - self.shown >= SHOWN_EVERY_S:
            self.shown = time.monotonic()
            self.say(written)

    def say(self, written: Written) -> None:
        took = time.monotonic() - self.began
        rate = written.calls / max(took, 0.001)
        self.stdout.write(f"{written.calls} calls, {written.events} events in {took:.0f} s ({rate:.0f} calls/s)")
