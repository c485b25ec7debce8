"""Two timers processes as they are run, one killed in the middle of its work: every alert comes, and comes once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone

from dispatch.leading import FROZEN_AFTER, SAYS
from dispatch.models import Alert, Assignment, Call, Deadline, TimersWatch
from hearteam.events.models import Event
from tests.factories import make_call
from tests.stage import Stage
from tests.waiting import until

SPARE = "query LIKE '%%pg_terminate_backend%%' AND pid <> pg_backend_pid() AND datname = current_database()"


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
        works = TimersWatch.objects.filter(name="timers")
        until(lambda: works.exists() and self._standing_by() >= len(self.running) - 1, "the timers run")

    def _standing_by(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM pg_stat_activity WHERE {SPARE}", [])
            return int(cursor.fetchone()[0])

    def freeze_leader(self) -> subprocess.Popen[bytes]:
        """It stands still with all that it holds, as for long enough that nobody waits for it any more."""
        leader = self.running[0]
        leader.send_signal(signal.SIGSTOP)
        TimersWatch.objects.filter(name=SAYS).update(at=timezone.now() - FROZEN_AFTER - timedelta(seconds=1))
        return leader

    def kill_leader(self) -> None:
        """As by the machine: no handler runs, nothing is tidied up."""
        leader = self.running.pop(0)
        leader.send_signal(signal.SIGKILL)
        leader.wait()

    def stop(self) -> None:
        for process in self.running:
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in self.running:
            process.wait(60)


@pytest.fixture
def processes() -> Iterator[Timers]:
    timers = Timers()
    yield timers
    timers.stop()


def fall_due(count: int) -> list[Call]:
    """So many calls are overdue now, the first since longest."""
    calls = [make_call() for _ in range(count)]
    Deadline.objects.bulk_create(Deadline(kind="PENDING", call=call, due_at=timezone.now()) for call in calls)
    return calls


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
    calls = fall_due(count)
    with transaction.atomic():
        Call.objects.select_for_update().get(pk=calls[-1].pk)  # so that it is not through before the kill
        until(lambda: fired() > before, "some fire")
        processes.kill_leader()
        assert fired() < before + count


def test_a_leader_killed_in_its_work_leaves_nothing_out_and_nothing_twice(committed: Stage, processes: Timers) -> None:
    processes.start()
    processes.start()
    killed_in_its_work(processes, 30, 0)
    each_alert_was_raised_once(30)


def test_a_leader_that_is_frozen_with_its_lock_loses_the_lead_and_wakes_up_as_a_spare(
    committed: Stage, processes: Timers
) -> None:
    processes.start()
    processes.start()
    frozen = processes.freeze_leader()
    fall_due(10)
    each_alert_was_raised_once(10)
    frozen.send_signal(signal.SIGCONT)
    other = processes.running.pop()
    other.kill()
    other.wait()
    fall_due(5)
    each_alert_was_raised_once(15)


LADDER = ("WELFARE_PROMPT", "WELFARE_LEVEL_2", "WELFARE_LEVEL_1", "WELFARE_POLICE")


def comes_to_its_check(assignment: Assignment) -> None:
    """Its ladder, as it was set, begins now and is climbed in two seconds."""
    for number, kind in enumerate(LADDER):
        waits = Deadline.objects.filter(assignment=assignment, kind=kind, fired_at=None, cancelled_at=None)
        assert waits.update(due_at=timezone.now() + timedelta(seconds=0.6 * number)) == 1


def told(*kinds: str) -> list[str]:
    """Which of these alerts were raised, in order."""
    events = Event.objects.filter(type="alert_raised", data__kind__in=kinds).order_by("v")
    return list(events.values_list("data__kind", flat=True))


def test_a_missed_check_is_climbed_to_the_police_by_its_due_times_though_a_process_is_killed(
    committed: Stage, processes: Timers
) -> None:
    call, assignment = committed.crt_at("OS")
    processes.start()
    processes.start()
    comes_to_its_check(assignment)
    alerts = ("WELFARE_OVERDUE", "WELFARE_MISSED", "POLICE_REQUESTED")
    until(lambda: told(*alerts), "the amber alert comes")
    processes.kill_leader()
    until(lambda: told("POLICE_REQUESTED"), "police are sent for")
    assert told(*alerts) == list(alerts)
    fired = Deadline.objects.filter(assignment=assignment, kind__in=LADDER).order_by("fired_at")
    assert list(fired.values_list("kind", flat=True)) == list(LADDER)
    assert all(row.fired_at is not None and row.fired_at >= row.due_at for row in fired)
    assert call.slots.filter(role="POLICE", status="requested").count() == 1
