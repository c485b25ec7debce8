"""`manage.py run_timers`: the timers process. Ends on SIGTERM or SIGINT."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from dispatch import timers


class Command(BaseCommand):
    help = "Fire due times: overdue calls, missed welfare checks, unanswered orders. One leads, others stand by."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        timers.run(stop.is_set, lambda seconds: stop.wait(seconds) and None)
