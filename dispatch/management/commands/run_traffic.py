"""`manage.py run_traffic`: the traffic process. TRAFFIC=demo, none or a file. Ends on SIGTERM or SIGINT."""

from __future__ import annotations

import os
import signal
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dispatch.replay import traffic
from dispatch.replay.records import UnreadableExport


class Command(BaseCommand):
    """Bring the center to life."""

    help = "Simulate calls, colleagues and crews (TRAFFIC=demo), or replay a file at the speed of life."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--traffic", default=os.environ.get("TRAFFIC") or "demo", help="demo, none, or a file")

    def handle(self, **options: Any) -> None:
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        kind = str(options["traffic"])
        if kind == "none":
            return
        if kind == "demo":
            traffic.run_demo(stop.is_set, lambda seconds: stop.wait(seconds) and None)
            return
        try:
            traffic.run_recording(Path(kind), stop.is_set, lambda seconds: stop.wait(seconds) and None)
        except UnreadableExport as error:
            raise CommandError(str(error)) from error
