"""`manage.py simulate_phone`: invented calls that come by the phone system or by text. Never on a real installation."""

from __future__ import annotations

import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dispatch.replay.demo.phones import Phones, bring
from dispatch.replay.placing import Placing

MOST = 20
LONGEST_S = 600
TICK_S = 1.0


class Command(BaseCommand):
    """Ring."""

    help = "Bring invented calls by phone or text, with the rebids and texts that follow them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kind", choices=["voice", "text"], default="voice")
        parser.add_argument("--count", type=int, default=1)
        parser.add_argument("--position", default="", help="which desk they ring at")
        parser.add_argument("--seconds", type=int, default=60, help="how long phones move and callers write on")

    def handle(self, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("simulate_phone invents calls: never on a real installation.")
        if not 1 <= options["count"] <= MOST or not 0 <= options["seconds"] <= LONGEST_S:
            raise CommandError(f"--count is 1 to {MOST}, --seconds 0 to {LONGEST_S}.")
        placing = Placing()
        phones = Phones(placing)
        phones.begin()
        for number in range(options["count"]):
            reference = f"ring-{timezone.now():%Y%m%d%H%M%S%f}-{number}"
            call = bring(options["kind"], reference, placing, position=options["position"])
            self.stdout.write(f"{call.number} by {options['kind']}")
        waiting = threading.Event()
        ends = timezone.now() + timezone.timedelta(seconds=options["seconds"])
        while timezone.now() < ends:
            waiting.wait(TICK_S)
            phones.work(timezone.now(), desk_staffed=True)
