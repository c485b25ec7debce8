"""Many write at once, with true threads on committed rows: versions are gapless and in commit order, no row is old."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import reduce

import pytest
from django.db import connection, connections, transaction

from dispatch.actions import alerts, calls, notes, safety
from dispatch.board import apply
from dispatch.models import Call
from dispatch.queries import access, board
from hearteam.events import log
from hearteam.events.models import Event
from tests.events.verify import by_key
from tests.stage import SYSTEM, Stage

WRITERS = 8
EACH = 6


def in_threads(work: list[Callable[[], object]]) -> None:
    """Run these at the same moment, each on its own connection; raises what one of them raised."""
    start = threading.Barrier(len(work))

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait(timeout=60)
            act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(work)) as pool:
        for done in [pool.submit(run, act) for act in work]:
            done.result()


def test_eight_writers_leave_no_gap_and_the_board_follows(committed: Stage) -> None:
    before = board.snapshot()
    shared = committed.triaged_call()
    seen: list[list[int]] = []

    def write() -> None:
        versions = []
        for number in range(EACH):
            calls.call_receive(by=committed.dispatcher, location={"lat": 41.76, "lon": -72.68}, priority=1 + number % 4)
            notes.note_add(by=committed.dispatcher, call_id=shared.pk, text=f"note {number}")
            versions.append(log.head())
        seen.append(versions)

    in_threads([write] * WRITERS)
    head = log.head()
    assert list(Event.objects.order_by("v").values_list("v", flat=True)) == list(range(1, head + 1))
    assert Event.objects.filter(type="note_added").count() == WRITERS * EACH
    assert all(versions == sorted(versions) for versions in seen)
    events = log.events_after(before["version"], 10_000)
    assert by_key(reduce(apply, events, before)) == by_key(board.snapshot())
    numbers = sorted(Call.objects.filter(number__startswith="26-0").values_list("number", flat=True))
    assert len(set(numbers)) == WRITERS * EACH


def test_a_version_is_seen_only_with_all_before_it(committed: Stage) -> None:
    """A reader that polls while others write never sees a version whose predecessor appears later."""
    done = threading.Event()
    gaps: list[list[int]] = []

    def read() -> None:
        while not done.is_set():
            versions = list(Event.objects.order_by("v").values_list("v", flat=True))
            if versions != list(range(1, len(versions) + 1)):
                gaps.append(versions)

    def write() -> None:
        for _ in range(EACH):
            calls.call_receive(by=SYSTEM, location={"lat": 41.76, "lon": -72.68})

    def write_all() -> None:
        try:
            in_threads([write] * 4)
        finally:
            done.set()

    in_threads([read, write_all])
    assert gaps == []


def test_an_alert_acknowledged_while_its_call_changes_tells_no_old_row(
    committed: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The call changes and its events are written, not committed yet, when somebody acknowledges an alert about it."""
    call = calls.call_receive(by=committed.dispatcher, location={"lat": 41.76, "lon": -72.68}, priority=3)
    alert = safety.police_request(by=committed.dispatcher, call_id=call.pk)
    before = board.snapshot()
    written, waiting = threading.Event(), threading.Event()
    write = log.write

    def slow_write(first: int, pending: list[log.Pending]) -> list[Event]:
        events = write(first, pending)
        if threading.current_thread().name == "changes":
            written.set()
            waiting.wait(timeout=60)
        return events

    monkeypatch.setattr("hearteam.events.log.write", slow_write)

    def change() -> None:
        threading.current_thread().name = "changes"
        calls.call_update(by=committed.dispatcher, call_id=call.pk, version=None, fields={"priority": 2})

    def acknowledge() -> None:
        written.wait(timeout=60)
        alerts.alert_acknowledge(by=committed.dispatcher, alert_id=alert.pk)

    def watch() -> None:
        while not waiting.is_set():
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                if written.is_set() and cursor.fetchone()[0]:
                    waiting.set()

    in_threads([change, acknowledge, watch])
    events = log.events_after(before["version"], 100)
    assert [event["type"] for event in events][-1] == "alert_acknowledged"
    assert by_key(reduce(apply, events, before)) == by_key(board.snapshot())


def test_naming_a_locked_unit_waits_for_nobody(committed: Stage) -> None:
    """Foreign keys are checked at commit, under the stream's lock: waiting there for a row's lock would be a
    deadlock.
    """
    done = threading.Event()

    def alarm() -> None:
        safety.unit_emergency(by=committed.officer, callsign="HPD1")
        done.set()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        access.unit_for(committed.dispatcher, "HPD1", lock=True)
        pool.submit(in_threads, [alarm]).result()
        assert done.is_set()
