"""The traffic process: an invented day, or a recorded one at the speed of life. One leader by advisory lock.

A database or Redis that is away is waited for; the process never ends by itself. What it does next is read from the
database, so it goes on where it was.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.utils import timezone

from dispatch.queries.sending import timers_at_work
from dispatch.replay.clock import ReplayClock
from dispatch.replay.demo.day import Day
from dispatch.replay.draws import seeded
from dispatch.replay.driver import Replay
from dispatch.replay.reading import read_export
from dispatch.replay.records import Reading
from dispatch.replay.session import prepare_for_today
from hearteam.advisory_locks import AdvisoryLock
from hearteam.problems import Problem

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
LONGEST_BACK_OFF_S = 10.0
LOOK_FOR_NEXT_DAY_S = 20.0
SEED = 1


def run_demo(stopped: Callable[[], bool], sleep: Callable[[float], None] = time.sleep) -> None:
    """The invented day until `stopped()`."""
    day: Day | None = None

    def tick() -> float:
        nonlocal day
        if day is None:
            if not timers_at_work():  # no civilian crew could be sent yet
                return TICK_SECONDS
            day = Day(seeded("day", timezone.now().isoformat()))
            day.begin()
        day.tick()
        return TICK_SECONDS

    _keep_going(tick, stopped, sleep)


def run_recording(path: Path, stopped: Callable[[], bool], sleep: Callable[[float], None] = time.sleep) -> None:
    """A recorded file at the speed of life, from the present time of day on, day after day.

    What began yesterday, or before a restart, is brought to its end beside today's.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    reading = read_export(path, zone=zone)
    for bad in reading.bad_rows[:20]:
        logger.warning("%s line %d: %s", path.name, bad.line, bad.reason)

    def go_on() -> float:
        now = timezone.now()
        today = now.astimezone(zone).date()
        days = [
            prepare_for_today(reading, recorded=day_for(reading, day, zone), today=day, seed=SEED, zone=zone, now=now)
            for day in (today - timedelta(days=1), today)
        ]
        recordings = [recording for recording in days if recording is not None]
        if not recordings:
            return LOOK_FOR_NEXT_DAY_S
        logger.info("%s: %d incidents from now on", path.name, sum(len(row.incidents) for row in recordings))
        replay = Replay(recordings, speed=1, seed=SEED, clock=ReplayClock(start=now, speed=1))
        replay.run(lambda: stopped() or timezone.now().astimezone(zone).date() != today)
        return LOOK_FOR_NEXT_DAY_S

    _keep_going(go_on, stopped, sleep)


def day_for(reading: Reading, today: date, zone: ZoneInfo) -> date:
    """The recorded day to lay on today: the fullest of the same weekday, else the fullest of all."""
    counts: dict[date, int] = {}
    for incident in reading.incidents:
        recorded = incident.received_at.astimezone(zone).date()
        counts[recorded] = counts.get(recorded, 0) + 1
    same = {day: count for day, count in counts.items() if day.weekday() == today.weekday()}
    of = same or counts
    return max(of, key=lambda day: (of[day], day))


def _keep_going(work: Callable[[], float], stopped: Callable[[], bool], sleep: Callable[[float], None]) -> None:
    """Do `work` again and again, sleeping as long as it says; back off while the database is away."""
    back_off = 1.0
    while not stopped():
        try:
            pause = work() if _leads() else TICK_SECONDS
            back_off = 1.0
        except (DatabaseError, InterfaceError, Problem) as error:
            logger.warning("traffic waits: %s", str(error).strip())
            connection.close()
            close_old_connections()
            pause, back_off = back_off, min(back_off * 2, LONGEST_BACK_OFF_S)
        sleep(pause)


def _leads() -> bool:
    """Whether this process holds the lock; it is the connection's, so a lost one gives it up."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = %s"
            " AND pid = pg_backend_pid() AND granted) OR pg_try_advisory_lock(%s)",
            [AdvisoryLock.TRAFFIC_LEADER, AdvisoryLock.TRAFFIC_LEADER],
        )
        return bool(cursor.fetchone()[0])
