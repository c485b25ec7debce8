"""A due time fires once however many workers look, and outlives every process. On committed rows, with true threads."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connection, connections
from django.utils import timezone

from dispatch import timers
from dispatch.actions.deadlines import deadlines_fire
from dispatch.actions.safety import unit_emergency
from dispatch.actions.units import unit_status_set
from dispatch.models import Alert, Deadline
from hearteam.events.models import Event
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
    unit_emergency(by=committed.dispatcher, callsign="HPD2")
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
    assert timers._leads()
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(timers._leads).result() is False
        connection.close()
        tries = (pool.submit(timers._leads).result() for _ in range(10_000))
        assert any(tries), "the lock of a connection that ended was never given up"
        pool.submit(connections.close_all).result()
