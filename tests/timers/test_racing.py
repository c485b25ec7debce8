"""A due time fires once however many workers look, and outlives every process. On committed rows, with true threads."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connection, connections
from django.utils import timezone

from dispatch import timers
from dispatch.actions import safety
from dispatch.actions.deadlines import deadlines_fire
from dispatch.actions.transaction import action
from dispatch.actions.units import unit_status_set
from dispatch.models import Alert, Deadline
from hearteam.events.models import Event
from tests.actions.reading import again, open_alerts, slots, waiting_deadlines
from tests.stage import Stage

SOON = timedelta(minutes=30)


def in_thread(start: threading.Barrier, now: timezone.datetime) -> int:
    try:
        start.wait()
        return deadlines_fire(now)
    finally:
        connection.close()


def test_racing_workers_fire_each_due_time_once(committed: Stage) -> None:
    for callsign in ("CRT1", "CRT2", "CRMHC1"):
        call = committed.triaged_call(acuity="HIGH" if callsign == "CRMHC1" else "LOW")
        committed.step(*committed.send(call, callsign), "OS")
    unit_status_set(by=committed.dispatcher, callsign="HPD1", status="BK", minutes=1)
    safety.unit_emergency(by=committed.dispatcher, callsign="HPD2")
    now = timezone.now() + SOON
    waiting = Deadline.objects.filter(fired_at=None, cancelled_at=None, due_at__lte=now).count()
    barrier = threading.Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        fired = list(pool.map(in_thread, [barrier] * 2, [now] * 2))
    assert sum(fired) == waiting
    assert Alert.objects.filter(kind="WELFARE_MISSED").count() == 3
    raised = Event.objects.filter(type="alert_raised", data__kind="WELFARE_MISSED").count()
    assert raised == 3
    assert Event.objects.filter(type="unit_status_changed", data__status="AV").count() == 1


def test_a_due_time_outlives_the_process_that_set_it(committed: Stage) -> None:
    committed.crt_at("OS")
    Deadline.objects.filter(kind="WELFARE_LEVEL_1").update(due_at=timezone.now())
    connection.close()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(in_thread, threading.Barrier(1), timezone.now()).result()
    assert Alert.objects.filter(kind="WELFARE_MISSED").exists()


def test_one_process_leads_and_another_takes_over(committed: Stage) -> None:
    assert timers.leads()
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(timers.leads).result() is False
        connection.close()
        tries = (pool.submit(timers.leads).result() for _ in range(10_000))
        assert any(tries), "the lock of a connection that ended was never given up"
        pool.submit(connections.close_all).result()


def wait_until_somebody_waits_for_us() -> None:
    """Until another connection stands behind a lock of this one's transaction."""
    behind_us = "NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    with connection.cursor() as cursor:
        for _ in range(100_000):
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM pg_locks WHERE {behind_us})")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody ever waited")


def test_a_crew_that_answers_while_its_check_falls_due_keeps_its_next_check_and_no_police_go(committed: Stage) -> None:
    call, assignment = committed.crt_at("OS")
    past = timezone.now() - timedelta(seconds=1)
    Deadline.objects.filter(assignment=assignment, kind__startswith="WELFARE").update(due_at=past)
    with ThreadPoolExecutor(1) as pool:
        with action(committed.crew):
            safety.welfare_pass(by=committed.crew, assignment_id=assignment.pk)
            fired = pool.submit(in_thread, threading.Barrier(1), timezone.now())
            wait_until_somebody_waits_for_us()
        assert fired.result() == 0
    ladder = {"WELFARE_PROMPT", "WELFARE_LEVEL_2", "WELFARE_LEVEL_1", "WELFARE_POLICE"}
    assert ladder <= waiting_deadlines(call)
    assert again(assignment).welfare_due_at > timezone.now()
    assert open_alerts(call) == set()
    assert slots(call) == [("CRT", "assigned")]
