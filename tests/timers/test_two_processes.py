"""Two timers processes as they are run, one killed in the middle of its work: every alert comes, and comes once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from dispatch.models import Alert, Deadline, TimersWatch
from hearteam.events.models import Event
from tests.factories import make_call
from tests.stage import Stage
from tests.waiting import until

SPARE = "query LIKE '%%pg_try_advisory_lock%%' AND pid <> pg_backend_pid() AND datname = current_database()"


class Timers:
    """Processes of `manage.py run_timers` on the test database."""

    def __init__(self) -> None:
        at_test = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
        self.environment = os.environ | {"DJANGO_SETTINGS_MODULE": "hearteam.settings.test", "DATABASE_URL": at_test}
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """One more; the first of all leads, the others stand by once they have asked for the lock."""
        TimersWatch.objects.all().delete()
        process = subprocess.Popen(
            [sys.executable, "manage.py", "run_timers"], cwd=settings.PROJECT_DIR, env=self.environment
        )
        self.running.append(process)
        until(lambda: TimersWatch.objects.exists() and self._asked() >= len(self.running), "the timers run")

    def _asked(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM pg_stat_activity WHERE {SPARE}", [])
            return int(cursor.fetchone()[0])

    def kill_leader(self) -> None:
        """As by the machine: no handler runs, nothing is tidied up."""
        leader = self.running.pop(0)
        leader.send_signal(signal.SIGKILL)
        leader.wait()

    def stop(self) -> None:
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.wait(15)


@pytest.fixture
def processes() -> Iterator[Timers]:
    timers = Timers()
    yield timers
    timers.stop()


def fall_due(count: int) -> None:
    """So many calls are overdue now."""
    calls = [make_call() for _ in range(count)]
    Deadline.objects.bulk_create(Deadline(kind="PENDING", call=call, due_at=timezone.now()) for call in calls)


def fired() -> int:
    return Deadline.objects.filter(kind="PENDING", fired_at__isnull=False).count()


def each_alert_was_raised_once(count: int) -> None:
    until(lambda: fired() == count, f"{count} due times fire")
    assert Alert.objects.filter(kind="PENDING_OVERDUE").count() == count
    twice = Alert.objects.values("call").annotate(n=Count("pk")).filter(n__gt=1)
    assert not twice.exists()
    told = Event.objects.filter(type="alert_raised").values_list("call_id", flat=True)
    assert sorted(told) == sorted(set(told))
    assert len(told) == count


def killed_in_its_work(processes: Timers, count: int, before: int) -> None:
    fall_due(count)
    done = until(lambda: (now := fired()) > before and now, "some fire")
    processes.kill_leader()
    assert done < before + count, "all was done before the kill: make more fall due"


def test_a_leader_killed_in_its_work_leaves_nothing_out_and_nothing_twice(committed: Stage, processes: Timers) -> None:
    processes.start()
    processes.start()
    killed_in_its_work(processes, 30, 0)
    each_alert_was_raised_once(30)


@pytest.mark.reliability
def test_leaders_killed_one_after_another_leave_nothing_out_and_nothing_twice(
    committed: Stage, processes: Timers
) -> None:
    processes.start()
    for number in range(8):
        processes.start()
        killed_in_its_work(processes, 100, 100 * number)
        each_alert_was_raised_once(100 * (number + 1))
