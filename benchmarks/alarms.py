"""How often a dispatcher's position sounds on a busy day: the day is lived through in its own time, timers included.

    .venv/bin/python -m benchmarks.alarms [--incidents 600] [--seed 1] [--file EXPORT --day 2025-11-03]

Makes a scratch database, replays an invented day (or a day of an export) with every clock of the program at the day's
own time, fires each due time at its second, and has a dispatcher acknowledge each alert 20 seconds after it sounds. The
events are then heard by the console's own rules (`static/dispatch/js/alarms.js`, by Node), for each half of the day.
"""

# ruff: noqa: E402 (models can be imported once Django knows its settings)
import argparse
import json
import os
import subprocess
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import django

from hearteam.embedded.services import use_for_this_command
from hearteam.settings.environment import home_dir

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearteam.settings.dev")
use_for_this_command(home_dir())
django.setup()

from django.conf import settings
from django.db import connection
from django.db.models import Min, Q
from django.utils import timezone

from dispatch import reference
from dispatch.actions.alerts import alert_acknowledge
from dispatch.actions.deadlines import deadlines_fire
from dispatch.actions.demo import demo_load
from dispatch.actions.reference import reference_load
from dispatch.actions.units import channel_check
from dispatch.models import Alert, Deadline, TimersWatch
from dispatch.replay.driver import Replay
from dispatch.replay.generated import write_cad
from dispatch.replay.reading import read_export
from dispatch.replay.session import prepare
from hearteam.events import log
from hearteam.events.models import Event
from partners.access import Actor
from partners.models import Shift
from tests import tools

SEEN_AFTER = timedelta(seconds=20)
DISPATCHER = Actor.system("dispatcher")
LISTENER = Path(__file__).with_name("alarms.mjs")


class DayClock:
    """The day's time, in place of the machine's: it jumps to whatever is due next, and nothing is passed over."""

    def __init__(self, start: datetime) -> None:
        self.at = start

    def reached(self, moment: datetime) -> bool:
        """Live up to that moment."""
        while (due := self._next()) is not None and due <= moment:
            self.at = max(self.at, due)
            deadlines_fire(self.at)
            self._acknowledge()
        self.at = max(self.at, moment)
        return True

    def nap(self, moment: datetime) -> None:
        """Never needed: every moment is reached at once."""

    def _next(self) -> datetime | None:
        waiting = Deadline.objects.filter(fired_at__isnull=True, cancelled_at__isnull=True)
        due = waiting.aggregate(at=Min("due_at"))["at"]
        sounds = _sounding().aggregate(at=Min("sounded_at"))["at"]
        return min((at for at in (due, sounds + SEEN_AFTER if sounds else None) if at), default=None)

    def _acknowledge(self) -> None:
        for alert in _sounding().filter(sounded_at__lte=self.at - SEEN_AFTER).select_related("unit"):
            alert_acknowledge(by=DISPATCHER, alert_id=alert.pk)
            if alert.level == 1 and alert.unit is not None:
                channel_check(by=DISPATCHER, callsign=alert.unit.callsign, kind="RADIO")


def _sounding() -> Any:
    return Alert.objects.filter(cleared_at__isnull=True, acknowledged_at__isnull=True, level__lte=2)


def live_through(file: Path, day: date, seed: int, zone: ZoneInfo) -> datetime:
    """Replay the day in its own time; returns its beginning."""
    recording = prepare(read_export(file, zone=zone, day=day), seed=seed, zone=zone, now=timezone.now())
    if recording is None:
        raise SystemExit(f"There is nothing on {day} in {file.name}.")
    first = recording.incidents[0].received_at + recording.shift
    Shift.objects.update(starts_at=first - timedelta(days=1), ends_at=None)
    TimersWatch.objects.update_or_create(name="timers", defaults={"at": timezone.now() + timedelta(days=1)})
    clock = DayClock(first)
    timezone.now = lambda: clock.at  # type: ignore[assignment]
    replay = Replay([recording], speed=1, seed=seed, clock=clock)  # type: ignore[arg-type]
    replay.run()
    print(f"{len(recording.incidents)} incidents, {Alert.objects.count()} alerts, {log.head()} events")
    for level in (1, 2, 3):
        kinds = Alert.objects.filter(level=level).values_list("kind", flat=True)
        print(f"  L{level}: {', '.join(f'{kind} {list(kinds).count(kind)}' for kind in sorted(set(kinds))) or 'none'}")
    return first.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def hear(midnight: datetime) -> None:
    """What a dispatcher's position sounds in each half of the day."""
    node = tools.node()
    if not node:
        raise SystemExit("Node is missing: nothing hears the events.")
    by_day = Q(at__gte=midnight + timedelta(hours=7), at__lt=midnight + timedelta(hours=19))
    for name, half in (("07:00-19:00", by_day), ("the rest of the day", ~by_day)):
        rows = Event.objects.filter(half, at__gte=midnight).order_by("v")
        lines = [
            json.dumps({"type": row.type, "by": row.by, "at": row.at.timestamp() * 1000, "data": row.data})
            for row in rows.iterator()
        ]
        heard = subprocess.run([node, LISTENER], input="\n".join(lines), capture_output=True, text=True, check=True)
        print(f"{name}: {heard.stdout.strip()}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--incidents", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--day", type=date.fromisoformat, default=date(2025, 11, 3))
    options = parser.parse_args()

    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        reference_load()
        demo_load(plan=reference.demo(), passwords={})
        with tempfile.TemporaryDirectory() as folder:
            file = options.file or Path(folder) / "day.csv"
            if options.file is None:
                write_cad(file, day=options.day, incidents=options.incidents, seed=options.seed)
            hear(live_through(file, options.day, options.seed, ZoneInfo(settings.TIME_ZONE)))
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
